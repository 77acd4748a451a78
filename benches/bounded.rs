//! Memory over very many expressions: compiles them one after the other and prints what the process
//! holds.
//!
//! ```text
//! cargo bench --bench bounded               10⁶ expressions
//! cargo bench --bench bounded -- 20000
//! ```

use std::time::Instant;

use numjit::{Engine, Threads, vars};

fn main() -> Result<(), numjit::Error> {
    let argument = std::env::args().skip(1).find_map(|argument| argument.parse::<usize>().ok());
    // `cargo bench` says so; `cargo test --benches` only wants to see it run.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let count = argument.unwrap_or(if is_bench { 1_000_000 } else { 100 }).max(20);
    let engine = Engine::builder().threads(Threads::Fixed(1)).build()?;
    let (a, b) = ([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]);

    let start = Instant::now();
    println!("| expressions | seconds | kernels in the cache | resident MiB |");
    println!("|---:|---:|---:|---:|");
    let mut resident = vec![print_row(0, start, &engine)];
    for number in 0..count {
        // Constants, operators and the number of instructions differ.
        let operator = ["+", "-", "*", "/"][number % 4];
        let more = " + a*b".repeat(number % 7);
        let text = format!("sqrt(a {operator} {number}) + b*{number}.5{more}");
        engine.evaluate(&text, vars! { a, b })?;
        if (number + 1) % (count / 10) == 0 {
            resident.push(print_row(number + 1, start, &engine));
        }
    }

    // The cache is full and the allocator has its fill after the first tenth, or memory is lost.
    let (early, last) = (resident[1], resident[resident.len() - 1]);
    let growth = last - early;
    let verdict = if growth.is_nan() {
        "unknown: this system does not tell the resident memory"
    } else if growth < 16.0 + 0.1 * early {
        "bounded"
    } else {
        "NOT BOUNDED"
    };
    println!("\n{verdict}: {growth:+.1} MiB from 10 % to the end");
    Ok(())
}

fn print_row(expressions: usize, start: Instant, engine: &Engine) -> f64 {
    let resident = resident_mib();
    let (seconds, kernels) = (start.elapsed().as_secs_f64(), engine.cached_kernels());
    println!("| {expressions} | {seconds:.1} | {kernels} | {resident:.1} |");
    resident
}

/// The resident memory of this process in MiB, or NaN where `/proc` is missing.
fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib / 1024.0)
}
