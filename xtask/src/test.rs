//! `cargo xtask test`: every test, those of the Python package in a virtual environment of their own;
//! `cargo xtask clients`: the suites of packages that use numexpr, against numjit.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What the tests of the Python package need, beside what it names itself.
const PYTHON_PACKAGES: [&str; 13] = [
    "pytest>=8",
    "hypothesis>=6",
    "mypy>=1.15",
    "numpy>=1.26",
    "pandas",
    "pyarrow",
    "polars",
    "dask",
    "distributed",
    "h5py",
    "zarr",
    "tqdm",
    "matplotlib",
];

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    if let Some(argument) = arguments.first() {
        return Err(format!("`{argument}`?\n{}", crate::USAGE));
    }
    let python = python()?;
    cargo(&["test"])?;
    let features = ["--features", "ndarray,arrow"];
    cargo(&[&["test", "--package", "numjit", "--test", "interop"][..], &features].concat())?;
    cargo(&[&["test", "--package", "numjit", "--doc"][..], &features].concat())?;

    let wheel = wheel(&python)?;
    let environment = environment(&python, "python")?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    call(Command::new(&environment).args(install).args(PYTHON_PACKAGES))?;
    let again = ["--force-reinstall", "--no-deps"];
    call(Command::new(&environment).args(install).args(again).arg(wheel))?;
    let package = root().join("bindings/python");
    call(Command::new(&environment).args(["-m", "pytest"]).current_dir(&package))?;
    // From another folder than the sources: the package that is installed is checked.
    let mypy = ["-m", "mypy", "--config-file"];
    let config = package.join("pyproject.toml");
    call(Command::new(&environment).args(mypy).arg(config).current_dir(target()))
}

/// Runs the suites; the arguments are those of the script.
pub(crate) fn clients(arguments: &[String]) -> Result<(), String> {
    let python = python()?;
    let wheel = wheel(&python)?;
    let script = root().join("bindings/python/clients/run.py");
    call(Command::new(&python).arg(script).arg("--wheel").arg(wheel).args(arguments))
}

/// Builds the wheel of the Python package.
pub(crate) fn wheel(python: &Path) -> Result<PathBuf, String> {
    let folder = target().join("wheels");
    if folder.exists() {
        // Of another version, perhaps.
        std::fs::remove_dir_all(&folder)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let build = ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"];
    call(
        Command::new(python)
            .args(build)
            .arg("--wheel-dir")
            .arg(&folder)
            .arg(root().join("bindings/python"))
            .env("CARGO_TARGET_DIR", target()),
    )?;
    let entries =
        std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let is_wheel = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "whl");
    let found = entries.filter_map(Result::ok).map(|entry| entry.path()).find(is_wheel);
    found.ok_or_else(|| format!("there is no wheel in {}", folder.display()))
}

/// Makes a virtual environment below `target`, or takes the one that is there; returns its interpreter.
pub(crate) fn environment(python: &Path, name: &str) -> Result<PathBuf, String> {
    let folder = target().join(name);
    let inside = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let interpreter = folder.join(inside);
    if !interpreter.exists() {
        call(Command::new(python).args(["-m", "venv"]).arg(&folder))?;
    }
    Ok(interpreter)
}

/// Returns the Python to start from: `$PYTHON`, or the one on the path.
pub(crate) fn python() -> Result<PathBuf, String> {
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let python = PathBuf::from(python);
    let works = Command::new(&python).args(["-c", "import venv, ensurepip"]).status();
    if works.is_ok_and(|status| status.success()) {
        return Ok(python);
    }
    Err(format!(
        "the Python package needs Python 3.10 or later with `venv`, and `{}` is none: `PYTHON` says \
         where it is; `cargo test` runs the tests of Rust alone",
        python.display()
    ))
}

fn cargo(arguments: &[&str]) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    call(Command::new(cargo).args(arguments).current_dir(root()))
}

/// Runs a command that has to succeed.
pub(crate) fn call(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("this failed: {command:?}")) }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("it lies in the project")
}

pub(crate) fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    target.unwrap_or_else(|| root().join("target"))
}
