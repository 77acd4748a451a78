//! All tests, and what takes too long or needs too much for them.
//!
//! ```text
//! cargo xtask test                                       every test, those of the Python package too
//! cargo xtask clients [--quick] [numexpr pandas …]       suites of packages that use numexpr, against numjit
//! cargo xtask bench [--quick] [--results FILE]           numjit beside NumPy, numexpr, Numba, JAX and C
//! cargo xtask accuracy [--only exp,log] [--every 1009]   f32 functions over all bit patterns
//! cargo xtask cross [ARGUMENTS OF cargo test]            the library's tests on aarch64, by emulation
//! ```

mod accuracy;
mod bench;
mod cross;
#[path = "../../tests/accuracy/oracle.rs"]
mod oracle;
mod test;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask test
       cargo xtask clients [--quick] [numexpr] [pandas] [pytables]
       cargo xtask bench [--quick] [--results FILE] [ARGUMENTS OF benches/compare/run.py]
       cargo xtask accuracy [--only exp,log] [--every 1009] [--level avx2]
       cargo xtask cross [ARGUMENTS OF cargo test]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.split_first() {
        Some((task, rest)) if task == "accuracy" => accuracy::run(rest),
        Some((task, rest)) if task == "bench" => bench::run(rest),
        Some((task, rest)) if task == "cross" => cross::run(rest),
        Some((task, rest)) if task == "test" => test::run(rest),
        Some((task, rest)) if task == "clients" => test::clients(rest),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
