//! What the layout of the inputs costs: the same formula over arrays that lie in other ways, against the
//! one over contiguous arrays that moves as much memory; and reductions against a plain read loop.
//!
//! ```text
//! cargo bench --bench layouts
//! cargo bench --bench layouts -- --n 1000000 --threads 1 --rounds 9
//! cargo bench --bench layouts -- --only 'b transposed'
//! ```
//!
//! All rows take turns in one process, in another order every round, each sample behind a call that is not
//! timed. A ratio is the median over the rounds of the ratio within the round.

#[path = "common/stats.rs"]
#[expect(dead_code, reason = "it uses some of them")]
mod stats;

use std::hint::black_box;
use std::time::Instant;

use numjit::{ArrayMut, ArrayRef, ByteOrder, DType, Engine, Kernel, Threads};
use rayon::prelude::*;
use stats::median_ratio;

type Call<'a> = Box<dyn FnMut() + 'a>;

/// A row of the table: what is measured, and the number of the row it is compared with.
struct Row<'a> {
    name: &'static str,
    against: &'static str,
    call: Call<'a>,
}

fn main() {
    let (n, threads, rounds, only) = options();
    let side = n.isqrt();
    let n = side * side;
    let engine = Engine::builder().threads(Threads::Fixed(threads)).build().expect("it starts");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("it starts");
    let mut random = Random::new(1);
    let mut column = |len: usize| -> Vec<f64> {
        (0..len).map(|_| random.next() as f64 / (1_u64 << 53) as f64).collect()
    };
    let (a, b, line) = (column(n), column(n), column(side));
    let triples = &a[..n / 3 * 3];
    let mut outs: Vec<Vec<f64>> = (0..12).map(|_| vec![0.0; n]).collect();
    let mut outs = outs.iter_mut();
    let mut out = || outs.next().expect("there are enough").as_mut_slice();

    let kernel = |text: &str, names: &[&str]| -> Kernel {
        let inputs: Vec<(&str, DType)> = names.iter().map(|&name| (name, DType::F64)).collect();
        engine.compile(text, &inputs).expect("it compiles")
    };
    let two = kernel("2*a + b", &["a", "b"]);
    let square = |x| ArrayRef::from_shape(x, &[side, side]).expect("it is square");
    let size = size_of::<f64>().cast_signed();
    let bytes = |x: &[f64]| -> Vec<u8> { x.iter().flat_map(|x| x.to_ne_bytes()).collect() };
    let swapped: Vec<u8> = a.iter().flat_map(|x| x.to_bits().swap_bytes().to_ne_bytes()).collect();
    let mut shifted = vec![0; 1];
    shifted.extend(bytes(&a));
    let from_bytes = |bytes: &'_ [u8], offset: usize, order: ByteOrder| {
        let strides = [side.cast_signed() * size, size];
        // The lifetime is that of the benchmark.
        let bytes: &'static [u8] = Vec::leak(bytes.to_vec());
        ArrayRef::from_bytes(bytes, DType::F64, offset, &[side, side], &strides, order)
            .expect("it fits")
    };
    let swapped = from_bytes(&swapped, 0, ByteOrder::Swapped);
    let shifted = from_bytes(&shifted, 1, ByteOrder::Native);
    let step = side.cast_signed();
    let backwards =
        ArrayRef::from_strides(&a, n - 1, &[side, side], &[-step, -1]).expect("it fits");
    let flipped =
        ArrayRef::from_strides(&a, side - 1, &[side, side], &[step, -1]).expect("it fits");
    let column_of = ArrayRef::from_shape(&line, &[side, 1]).expect("it fits");

    let mut rows: Vec<Row<'_>> = Vec::new();
    fn binary<'a>(
        kernel: &Kernel,
        a: ArrayRef<'a>,
        b: ArrayRef<'a>,
        out: &'a mut [f64],
        shape: &[usize],
    ) -> Call<'a> {
        let (kernel, shape) = (kernel.clone(), shape.to_vec());
        Box::new(move || {
            let vars = [("a", a.clone()), ("b", b.clone())];
            let out = ArrayMut::from_shape(out, &shape).expect("it fits");
            kernel.run_into(vars, out).expect("it runs");
        })
    }
    let whole = [side, side];
    let mut elementwise = |name, a, b, against| {
        let call = binary(&two, a, b, out(), &whole);
        rows.push(Row { name, against, call });
    };
    elementwise("contiguous", square(&a), square(&b), "contiguous");
    elementwise("same again", square(&a), square(&b), "contiguous");
    elementwise("b transposed", square(&a), square(&b).transpose(), "contiguous");
    elementwise(
        "both transposed, out not",
        square(&a).transpose(),
        square(&b).transpose(),
        "contiguous",
    );
    elementwise("a backwards", backwards, square(&b), "contiguous");
    elementwise("rows of a backwards", flipped, square(&b), "contiguous");
    elementwise("a in the other byte order", swapped, square(&b), "contiguous");
    elementwise("a unaligned", shifted, square(&b), "contiguous");
    elementwise("b one number", square(&a), ArrayRef::from(2.5), "b one number");
    elementwise("b a row", square(&a), ArrayRef::from(&line), "b one number");
    elementwise("b a column", square(&a), column_of, "b one number");
    {
        let shape = [triples.len() / 3, 3];
        let a = ArrayRef::from_shape(triples, &shape).expect("it fits");
        let out = &mut out()[..triples.len()];
        let call = binary(&two, a, ArrayRef::from(&line[..3]), out, &shape);
        rows.push(Row { name: "b a row of 3", against: "b one number", call });
    }

    let mut reduction = |name, text: &str, names: &[&'static str], against| {
        let kernel = kernel(text, names);
        let vars: Vec<(&'static str, ArrayRef<'_>)> =
            names.iter().map(|&x| (x, square(if x == "a" { &a } else { &b }))).collect();
        let call: Call<'_> = Box::new(move || drop(black_box(kernel.run_all(&vars))));
        rows.push(Row { name, against, call });
    };
    reduction("sum(a)", "sum(a)", &["a"], "read a");
    reduction("max(a)", "max(a)", &["a"], "read a");
    reduction("sum(a, axis=1)", "sum(a, axis=1)", &["a"], "read a");
    reduction("sum(a, axis=0)", "sum(a, axis=0)", &["a"], "read a");
    reduction("argmax(a)", "argmax(a)", &["a"], "read a");
    reduction("sum(a*b)", "sum(a*b)", &["a", "b"], "read a and b");
    reduction("a - mean(a)", "a - mean(a)", &["a"], "sum(a), then a - 1");
    reduction("y = a*b; y, sum(y)", "y = a*b; y, sum(y)", &["a", "b"], "a * b");
    reduction("a * b", "a * b", &["a", "b"], "a * b");
    {
        let (sum, shift) = (kernel("sum(a)", &["a"]), kernel("a - 1", &["a"]));
        let vars = [("a", square(&a))];
        let call: Call<'_> = Box::new(move || {
            drop(black_box(sum.run(&vars)));
            drop(black_box(shift.run(&vars)));
        });
        rows.push(Row { name: "sum(a), then a - 1", against: "sum(a), then a - 1", call });
    }
    let read_one: Call<'_> = Box::new(|| {
        let sums = || a.par_chunks(65_536).map(read).sum::<f64>();
        black_box(pool.install(sums));
    });
    rows.push(Row { name: "read a", against: "read a", call: read_one });
    let read_two: Call<'_> = Box::new(|| {
        let pairs = || a.par_chunks(65_536).zip(b.par_chunks(65_536));
        black_box(pool.install(|| pairs().map(|(a, b)| dot(a, b)).sum::<f64>()));
    });
    rows.push(Row { name: "read a and b", against: "read a and b", call: read_two });

    if let Some(only) = &only {
        rows.retain(|row| row.name == only || row.name == row.against);
        let wanted: Vec<&str> =
            rows.iter().filter(|row| row.name == only).map(|row| row.against).collect();
        rows.retain(|row| row.name == only || wanted.contains(&row.name));
    }
    let times = measure(&mut rows, rounds);
    println!("n = {n} f64, {threads} threads, {rounds} rounds\n");
    println!("| what | ns/element | against | ratio |\n|---|---:|---|---:|");
    for (at, row) in rows.iter().enumerate() {
        let other = rows.iter().position(|other| other.name == row.against).expect("it is a row");
        let nanoseconds = stats::median(&times[at]) / n as f64 * 1e9;
        let ratio = median_ratio(&times[at], &times[other]);
        println!("| {} | {nanoseconds:.3} | {} | {ratio:.2} |", row.name, row.against);
    }
}

/// A linear congruential generator (Knuth's MMIX), of which only the high bits are used.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 11
    }
}

/// Adds up with as many accumulators as hide the latency of an addition.
#[inline(never)]
fn read(a: &[f64]) -> f64 {
    let mut sums = [0.0; 16];
    for a in a.chunks_exact(16) {
        sums.iter_mut().zip(a).for_each(|(sum, a)| *sum += a);
    }
    sums.iter().sum()
}

#[inline(never)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 16];
    for (a, b) in a.chunks_exact(16).zip(b.chunks_exact(16)) {
        sums.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum += a * b);
    }
    sums.iter().sum()
}

fn measure(rows: &mut [Row<'_>], rounds: usize) -> Vec<Vec<f64>> {
    let mut times = vec![Vec::new(); rows.len()];
    let mut random = Random::new(7);
    for _ in 0..rounds {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, (random.next() % (at as u64 + 1)) as usize);
        }
        for at in order {
            (rows[at].call)();
            let start = Instant::now();
            (rows[at].call)();
            times[at].push(start.elapsed().as_secs_f64());
        }
    }
    times
}

fn options() -> (usize, usize, usize, Option<String>) {
    let (mut n, mut threads, mut rounds, mut only) = (10_000_000, 2, 15, None);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    for pair in arguments.windows(2) {
        let value = || pair[1].parse().expect("a number follows the option");
        match pair[0].as_str() {
            "--n" => n = value(),
            "--threads" => threads = value(),
            "--rounds" => rounds = value(),
            "--only" => only = Some(pair[1].clone()),
            _ => {}
        }
    }
    (n, threads, rounds, only)
}
