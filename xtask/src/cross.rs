//! `cargo xtask cross`: the library's tests on aarch64, by emulation.
//!
//! The target is a static one, so that no libraries of the other architecture are needed: rustup has the
//! standard library and the C runtime, `rust-lld` links, and `qemu-aarch64` runs what comes out.

use std::process::{Command, Stdio};

const TARGET: &str = "aarch64-unknown-linux-musl";
const EMULATOR: &str = "qemu-aarch64";

/// C compilers for the target, for crates that bring C sources. Those of glibc do for code that only computes.
const COMPILERS: [&str; 2] = ["aarch64-linux-musl-gcc", "aarch64-linux-gnu-gcc"];

/// Tests that cannot hold here: the memory of the process is also that of the emulator, whose translations stay.
const NOT_EMULATED: [&str; 1] = ["machine_code_is_freed"];

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let missing = missing();
    if !missing.is_empty() {
        return Err(missing.join("\n"));
    }
    let variable =
        |name: &str| format!("CARGO_TARGET_{}_{name}", TARGET.replace('-', "_").to_uppercase());
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    // What stands behind `--` is for the tests themselves.
    let end = arguments.iter().position(|argument| argument == "--").unwrap_or(arguments.len());
    let (for_cargo, for_tests) = arguments.split_at(end);
    command
        .args(["test", "--package", "numjit", "--target", TARGET])
        .args(for_cargo)
        .arg("--")
        .args(for_tests.iter().skip(1))
        .args(NOT_EMULATED.iter().flat_map(|name| ["--skip", name]))
        .env(variable("RUNNER"), EMULATOR)
        .env(variable("LINKER"), "rust-lld");
    let compiler = format!("CC_{}", TARGET.replace('-', "_"));
    if std::env::var_os(&compiler).is_none() {
        match COMPILERS.iter().find(|name| runs(name, &["--version"])) {
            Some(found) => _ = command.env(compiler, found),
            None => eprintln!(
                "note: there is no {}, which crates with C sources need: apt-get install gcc-aarch64-linux-gnu",
                COMPILERS.join(" or ")
            ),
        }
    }
    let status = command.status().map_err(|error| format!("cargo does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("the tests of {TARGET} failed")) }
}

/// Returns a line about each thing that has to be installed.
fn missing() -> Vec<String> {
    let mut missing = Vec::new();
    if !has_target() {
        missing.push(format!(
            "the standard library of {TARGET} is missing: rustup target add {TARGET}"
        ));
    }
    if !runs(EMULATOR, &["--version"]) {
        missing.push(format!(
            "{EMULATOR} is missing: apt-get install qemu-user, or the package of that name elsewhere"
        ));
    }
    missing
}

/// Returns whether the compiler in use has the target's standard library, installed by rustup or otherwise.
fn has_target() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output =
        Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output();
    output.is_ok_and(|output| {
        std::fs::read_dir(String::from_utf8_lossy(&output.stdout).trim())
            .is_ok_and(|mut files| files.next().is_some())
    })
}

/// Returns whether a command can be run.
fn runs(name: &str, arguments: &[&str]) -> bool {
    let (out, err) = (Stdio::null(), Stdio::null());
    Command::new(name).args(arguments).stdout(out).stderr(err).status().is_ok_and(|s| s.success())
}
