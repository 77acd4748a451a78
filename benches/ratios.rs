//! Ratios between `numjit` and plain loops that can be quoted: all competitors of a formula take turns
//! in one process, in another order every round, each sample behind a call that is not timed.
//!
//! ```text
//! cargo bench --bench ratios
//! cargo bench --bench ratios -- --n 1000,10000000 --threads 2 --rounds 15 --filter quadratic
//! cargo bench --bench ratios -- --quick
//! ```
//!
//! Prints a Markdown table. A ratio is time over time, below 1 where `numjit` is faster: the median over
//! the rounds of the ratio within the round. `noise` is the same for the plain loop against itself
//! under another name; what differs from 1 by less than that differs by chance.

mod common;

use std::hint::black_box;
use std::time::{Duration, Instant};

use common::stats::{geometric_mean, median, median_ratio};
use common::{Data, Formula, Workers, formulas, has_avx2};
use exmex::FlatEx;
use numjit::testing::Random;

/// A sample repeats its call until it takes this long, so that the clock does not matter.
const SAMPLE: Duration = Duration::from_millis(1);

/// The evaluator takes seconds for more.
const EVALUATOR_UP_TO: usize = 100_000;

/// Results from this size on are also computed into fresh memory, where page faults are.
const FRESH_FROM: usize = 1_000_000;

fn main() {
    let options = Options::from_arguments();
    let formulas = formulas();
    let data = Data::new(options.sizes.iter().copied().max().unwrap_or(1));
    println!(
        "Time of `numjit` over the time of the other; {} rounds. ns: per element, `numjit` into given \
         memory.\n",
        options.rounds
    );
    println!(
        "| formula | n | threads | ns | /plain | /avx2 | noise | fresh/plain | /exmex | differs by |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for &n in &options.sizes {
        for &threads in &options.threads {
            let mut rows = Vec::new();
            for formula in formulas.iter().filter(|f| f.name.contains(&options.filter)) {
                let row = measure(formula, &data.columns(formula, n), threads, options.rounds);
                row.print(formula.name, n, threads);
                rows.push(row);
            }
            Row::mean(&rows).print("**geometric mean**", n, threads);
        }
    }
}

/// One line of the table; NaN where something is not measured.
struct Row {
    nanoseconds: f64,
    plain: f64,
    avx2: f64,
    noise: f64,
    fresh: f64,
    evaluator: f64,
    difference: f64,
}

impl Row {
    fn print(&self, name: &str, n: usize, threads: usize) {
        let cell = |ratio: f64| if ratio.is_nan() { String::new() } else { format!("{ratio:.3}") };
        let difference = if self.difference == 0.0 {
            "0".to_owned()
        } else {
            format!("{:.0e}", self.difference)
        };
        println!(
            "| {name} | {n} | {threads} | {} | {} | {} | {} | {} | {} | {difference} |",
            cell(self.nanoseconds),
            cell(self.plain),
            cell(self.avx2),
            cell(self.noise),
            cell(self.fresh),
            cell(self.evaluator),
        );
    }

    fn mean(rows: &[Row]) -> Row {
        let mean =
            |field: fn(&Row) -> f64| geometric_mean(&rows.iter().map(field).collect::<Vec<f64>>());
        Row {
            nanoseconds: mean(|row| row.nanoseconds),
            plain: mean(|row| row.plain),
            avx2: mean(|row| row.avx2),
            noise: mean(|row| row.noise),
            fresh: mean(|row| row.fresh),
            evaluator: mean(|row| row.evaluator),
            difference: rows.iter().map(|row| row.difference).fold(0.0, f64::max),
        }
    }
}

/// What is measured, in the order of `Competitor::ALL`.
#[derive(Clone, Copy, PartialEq)]
enum Competitor {
    Numjit,
    Plain,
    PlainAgain,
    Avx2,
    NumjitFresh,
    PlainFresh,
    Evaluator,
}

impl Competitor {
    const ALL: [Competitor; 7] = [
        Competitor::Numjit,
        Competitor::Plain,
        Competitor::PlainAgain,
        Competitor::Avx2,
        Competitor::NumjitFresh,
        Competitor::PlainFresh,
        Competitor::Evaluator,
    ];

    fn takes_part(self, n: usize, threads: usize) -> bool {
        match self {
            Competitor::Numjit | Competitor::Plain | Competitor::PlainAgain => true,
            Competitor::Avx2 => has_avx2(),
            Competitor::NumjitFresh | Competitor::PlainFresh => n >= FRESH_FROM,
            Competitor::Evaluator => n <= EVALUATOR_UP_TO && threads == 1,
        }
    }
}

fn measure(formula: &Formula, columns: &[&[f64]], threads: usize, rounds: usize) -> Row {
    let n = columns[0].len();
    let kernel = formula.kernel(threads);
    let vars = formula.vars(columns);
    let workers = Workers::new(threads);
    let expression: FlatEx<f64> = exmex::parse(formula.exmex).expect("exmex knows the formula");
    let mut out = vec![0.0; n];
    let mut call = |competitor: Competitor| match competitor {
        Competitor::Numjit => {
            kernel.run_into(black_box(&vars), &mut out).expect("the inputs fit");
        }
        Competitor::Plain | Competitor::PlainAgain => {
            workers.run(formula.plain, black_box(columns), &mut out);
        }
        Competitor::Avx2 => workers.run(formula.avx2, black_box(columns), &mut out),
        Competitor::NumjitFresh => {
            black_box(kernel.run(black_box(&vars)).expect("the inputs fit"));
        }
        Competitor::PlainFresh => {
            let mut out = vec![0.0; n];
            workers.run(formula.plain, black_box(columns), &mut out);
            black_box(out);
        }
        Competitor::Evaluator => common::evaluate_each(&expression, black_box(columns), &mut out),
    };

    let taking_part: Vec<Competitor> =
        Competitor::ALL.into_iter().filter(|c| c.takes_part(n, threads)).collect();
    let repeats = |call: &mut dyn FnMut(Competitor), competitor| {
        let mut repeats = 1;
        loop {
            let start = Instant::now();
            (0..repeats).for_each(|_| call(competitor));
            if start.elapsed() >= SAMPLE {
                return repeats;
            }
            repeats *= 2;
        }
    };
    let repeats: Vec<usize> = taking_part.iter().map(|&c| repeats(&mut call, c)).collect();

    let mut seconds = vec![Vec::with_capacity(rounds); Competitor::ALL.len()];
    let mut random = Random::new(n as u64);
    let mut order: Vec<usize> = (0..taking_part.len()).collect();
    for _ in 0..rounds {
        for last in (1..order.len()).rev() {
            order.swap(last, random.below(last + 1));
        }
        for &at in &order {
            let (competitor, repeats) = (taking_part[at], repeats[at]);
            call(competitor);
            let start = Instant::now();
            for _ in 0..repeats {
                call(competitor);
            }
            seconds[competitor as usize].push(start.elapsed().as_secs_f64() / repeats as f64);
        }
    }

    let of = |competitor: Competitor| &seconds[competitor as usize][..];
    Row {
        nanoseconds: median(of(Competitor::Numjit)) / n as f64 * 1e9,
        plain: median_ratio(of(Competitor::Numjit), of(Competitor::Plain)),
        avx2: median_ratio(of(Competitor::Numjit), of(Competitor::Avx2)),
        noise: median_ratio(of(Competitor::PlainAgain), of(Competitor::Plain)),
        fresh: median_ratio(of(Competitor::NumjitFresh), of(Competitor::PlainFresh)),
        evaluator: median_ratio(of(Competitor::Numjit), of(Competitor::Evaluator)),
        difference: difference(formula, columns),
    }
}

/// The largest relative difference between the results of `numjit` and of the plain loop.
fn difference(formula: &Formula, columns: &[&[f64]]) -> f64 {
    let n = columns[0].len().min(10_000);
    let columns: Vec<&[f64]> = columns.iter().map(|column| &column[..n]).collect();
    let (mut ours, mut plain) = (vec![0.0; n], vec![0.0; n]);
    formula.kernel(1).run_into(formula.vars(&columns), &mut ours).expect("the inputs fit");
    (formula.plain)(&columns, &mut plain);
    let relative = |(x, y): (&f64, &f64)| if x == y { 0.0 } else { ((x - y) / y).abs() };
    ours.iter().zip(&plain).map(relative).fold(0.0, f64::max)
}

struct Options {
    sizes: Vec<usize>,
    threads: Vec<usize>,
    rounds: usize,
    filter: String,
}

impl Options {
    fn from_arguments() -> Options {
        let mut options = Options {
            sizes: vec![1_000, 100_000, 10_000_000],
            threads: vec![1, 2],
            rounds: 31,
            filter: String::new(),
        };
        // `cargo bench` says so; `cargo test --benches` only wants to see it run.
        if !std::env::args().any(|argument| argument == "--bench") {
            (options.sizes, options.rounds) = (vec![100], 1);
        }
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().unwrap_or_else(|| usage(&argument));
            match argument.as_str() {
                "--n" => options.sizes = numbers(&value()),
                "--threads" => options.threads = numbers(&value()),
                "--rounds" => options.rounds = numbers(&value())[0],
                "--filter" => options.filter = value(),
                "--quick" => {
                    options.sizes = vec![1_000, 100_000];
                    options.rounds = 5;
                }
                "--bench" => {}
                _ => usage(&argument), // tidy: arguments
            }
        }
        options
    }
}

fn numbers(text: &str) -> Vec<usize> {
    text.split(',').map(|n| n.replace('_', "").parse().unwrap_or_else(|_| usage(text))).collect()
}

fn usage<T>(argument: &str) -> T {
    panic!("{argument}? known are --n 1000,100000 --threads 1,2 --rounds 31 --filter NAME --quick")
}
