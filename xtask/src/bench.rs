//! `cargo xtask bench`: numjit beside other engines, in a virtual environment with all that can be installed.

use std::process::Command;

use crate::test::{call, environment, python, root, target, wheel};

/// What numjit is compared with. Each may be missing: it is not there for every version of Python.
const PEERS: [&str; 3] = ["numexpr==2.14.2", "numba", "jax"];

/// Runs the comparison; the arguments are those of the script.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let python = python()?;
    let wheel = wheel(&python)?;
    let environment = environment(&python, "python-bench")?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    for peer in PEERS {
        if let Err(message) = call(Command::new(&environment).args(install).arg(peer)) {
            eprintln!("{message}; it goes on without {peer}");
        }
    }
    call(Command::new(&environment).args(install).arg("numpy>=1.26"))?;
    let again = ["--force-reinstall", "--no-deps"];
    call(Command::new(&environment).args(install).args(again).arg(wheel))?;
    let script = root().join("benches/compare/run.py");
    let results = target().join("compare.json");
    call(Command::new(&environment).arg(script).arg("--json").arg(results).args(arguments))
}
