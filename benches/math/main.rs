//! The elementary functions beside those of other libraries, over tiles that stay in the first cache.
//!
//! ```text
//! cargo bench --bench math
//! cargo bench --bench math -- --only exp,log --rounds 61
//! cargo bench --bench math -- --f32 --svml DIR/libsvml.so --sleef libsleef.so.3
//! cargo bench --bench math -- --formula
//! ```
//!
//! Prints a Markdown table: nanoseconds per element of `numjit` on each kind of processor that this one is, and
//! the time of one of them (`--level`, by default `avx2`) over the time of every other library. Below 1
//! `numjit` is faster. The others are glibc's scalar functions, its vectors (libmvec), and, where a path is
//! given, Intel's SVML (high accuracy; for `f32` correctly rounded where it can) and SLEEF (1 ULP), all with
//! the 256-bit vectors of AVX2. `tools/fetch_svml.sh` fetches SVML.
//!
//! All of them take turns in one process, in another order every round, each sample behind a call that is
//! not timed. A ratio is the median over the rounds of the ratio within the round. `noise` is that of `numjit`
//! against itself under another name.

#[path = "../common/mod.rs"]
mod common;
mod formula;
mod libraries;
mod options;
mod peers;
mod ranges;
mod rounds;
#[cfg(target_arch = "x86_64")]
mod vectors;

use common::stats::{geometric_mean, median, median_ratio};
use numjit::testing::{Function, Processor, Random};
use options::Options;
use peers::{Library, Number, Peers};
use ranges::Range;
use rounds::{Call, measure};

/// Elements of a tile, as many as generated code passes.
const TILE: usize = 512;

fn main() {
    let options = Options::from_arguments();
    if !options.formula {
        let peers = Peers::open(&options);
        peers.absent.iter().for_each(|line| println!("{line}"));
        if options.narrow {
            functions::<f32>(&options, &peers);
        } else {
            functions::<f64>(&options, &peers);
        }
        println!();
    }
    if options.only.is_empty() {
        formula::compare(&options);
    }
}

/// Prints the table of the functions.
fn functions<T: Number>(options: &Options, peers: &Peers) {
    let kinds = Processor::kinds();
    let level = kinds.iter().position(|kind| kind.name() == options.level);
    let level = level.unwrap_or(kinds.len() - 1);
    let names: Vec<String> = kinds.iter().map(|kind| kind.name()).collect();
    println!(
        "Nanoseconds per element of `{}`, and the time of `{}` over that of others; {} rounds.\n",
        T::NAME,
        names[level],
        options.rounds
    );
    let titles: Vec<&str> = Library::ALL.iter().map(|library| library.title()).collect();
    println!("| function | range | {} | noise | /{} |", names.join(" | "), titles.join(" | /"));
    let columns = names.len() + 1 + titles.len();
    println!("|---|---|{}", "---:|".repeat(columns));
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for function in Function::all() {
        let name = function.to_string();
        if !options.only.is_empty() && !options.only.contains(&name) {
            continue;
        }
        for range in ranges::of(&name, T::IS_NARROW) {
            let row = row::<T>(function, &range, &kinds, level, peers, options.rounds);
            print_row(&name, &range.to_string(), &row, names.len());
            rows.push(row);
        }
    }
    let mean = |column: usize| {
        let values = rows.iter().map(|row| row[column]).filter(|value| !value.is_nan());
        geometric_mean(&values.collect::<Vec<f64>>())
    };
    let means: Vec<f64> = (0..columns).map(mean).collect();
    print_row("**geometric mean**", "", &means, names.len());
}

fn print_row(name: &str, range: &str, row: &[f64], times: usize) {
    let cell = |(at, value): (usize, &f64)| match value {
        value if value.is_nan() => String::new(),
        value if at < times => format!("{value:.2}"),
        value => format!("{value:.3}"),
    };
    let cells: Vec<String> = row.iter().enumerate().map(cell).collect();
    println!("| {name} | {range} | {} |", cells.join(" | "));
}

/// Measures a function over a range: the times of each kind, the noise, the ratios to the libraries; NaN for
/// those that do not have it.
fn row<T: Number>(
    function: Function,
    range: &Range,
    kinds: &[Processor],
    level: usize,
    peers: &Peers,
    rounds: usize,
) -> Vec<f64> {
    let mut random = Random::new(7);
    let x = range.x.numbers::<T>(TILE, &mut random);
    let y = range.y.as_ref().map_or(Vec::new(), |y| y.numbers::<T>(TILE, &mut random));
    let name = function.to_string();
    let (x, y) = (&x[..], &y[..]);

    let ours = |kind: Processor| -> Call<'_> {
        let mut out = vec![T::default(); TILE];
        match function {
            Function::One(one) => Box::new(move || one.map(kind, x, &mut out)),
            Function::Two(two) => Box::new(move || two.map(kind, x, y, &mut out)),
        }
    };
    let mut calls: Vec<Call<'_>> = kinds.iter().map(|&kind| ours(kind)).collect();
    calls.push(ours(kinds[level]));
    let mut places = Vec::new();
    for &library in Library::ALL {
        let mut out = vec![T::default(); TILE];
        let call: Option<Call<'_>> = match function {
            Function::One(_) => peers
                .one::<T>(library, &name)
                .map(|map| -> Call<'_> { Box::new(move || map(x, &mut out)) }),
            Function::Two(_) => peers
                .two::<T>(library, &name)
                .map(|map| -> Call<'_> { Box::new(move || map(x, y, &mut out)) }),
        };
        places.push(call.is_some().then_some(calls.len()));
        calls.extend(call);
    }

    let times = measure(&mut calls, rounds);
    let nanoseconds = |at: usize| median(&times[at]) / TILE as f64 * 1e9;
    let ratio =
        |at: Option<usize>| at.map_or(f64::NAN, |at| median_ratio(&times[level], &times[at]));
    let mut row: Vec<f64> = (0..kinds.len()).map(nanoseconds).collect();
    row.push(ratio(Some(kinds.len())));
    row.extend(places.into_iter().map(ratio));
    row
}
