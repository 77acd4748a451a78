//! What takes too long or needs too much for `cargo test`: run by hand, as `cargo xtask`.
//!
//! ```text
//! cargo xtask accuracy [--only exp,log] [--every 1009]   f32 functions over all bit patterns
//! cargo xtask cross [ARGUMENTS OF cargo test]            the library's tests on aarch64, by emulation
//! ```

mod accuracy;
mod cross;
#[path = "../../tests/accuracy/oracle.rs"]
mod oracle;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask accuracy [--only exp,log] [--every 1009] [--level avx2]
       cargo xtask cross [ARGUMENTS OF cargo test]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.split_first() {
        Some((task, rest)) if task == "accuracy" => accuracy::run(rest),
        Some((task, rest)) if task == "cross" => cross::run(rest),
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
