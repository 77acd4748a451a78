//! Options to engines. An engine keeps its kernels, so there is one for each choice of options.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, RwLock};

use numjit::{Dialect, Engine, Math, Threads};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::errors;
use crate::program::Programs;

/// What a call chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Options {
    pub(crate) threads: usize,
    pub(crate) math: Math,
    pub(crate) dialect: Dialect,
}

/// An engine with the programs it has seen.
pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) options: Options,
    pub(crate) programs: Programs,
}

/// How many threads are used unless a call says otherwise; 0 for as many as there are cores.
static THREADS: Mutex<usize> = Mutex::new(0);

/// The engine of calls without options.
static DEFAULT: RwLock<Option<Arc<Shared>>> = RwLock::new(None);

/// All others. Few, since there are few options.
static OTHERS: Mutex<Vec<Arc<Shared>>> = Mutex::new(Vec::new());

const POISONED: &str = "nothing panics under this lock";

/// Returns the engine of calls without options.
pub(crate) fn default(py: Python<'_>) -> PyResult<Arc<Shared>> {
    if let Some(shared) = &*DEFAULT.read().expect(POISONED) {
        return Ok(Arc::clone(shared));
    }
    let shared = with(py, options(None, None, None)?)?;
    *DEFAULT.write().expect(POISONED) = Some(Arc::clone(&shared));
    Ok(shared)
}

/// Returns the engine with these options.
pub(crate) fn with(py: Python<'_>, options: Options) -> PyResult<Arc<Shared>> {
    let find = |others: &[Arc<Shared>]| {
        others.iter().find(|shared| shared.options == options).map(Arc::clone)
    };
    if let Some(shared) = find(&OTHERS.lock().expect(POISONED)) {
        return Ok(shared);
    }
    let programs = Programs::new(py);
    let mut others = OTHERS.lock().expect(POISONED);
    if let Some(shared) = find(&others) {
        return Ok(shared);
    }
    let threads = Threads::Fixed(options.threads);
    let builder = Engine::builder().threads(threads).math(options.math).dialect(options.dialect);
    let engine = match builder.build() {
        Ok(engine) => engine,
        Err(error) => {
            drop(others); // exceptions are made by Python code, which may let other threads run
            return Err(errors::raise(py, &error));
        }
    };
    let shared = Arc::new(Shared { engine, options, programs });
    others.push(Arc::clone(&shared));
    Ok(shared)
}

/// Reads the options of a call.
pub(crate) fn options(
    threads: Option<usize>,
    math: Option<&str>,
    dialect: Option<&str>,
) -> PyResult<Options> {
    let threads = match threads {
        Some(0) => return Err(PyValueError::new_err("threads must be at least 1")),
        Some(threads) => threads,
        None => num_threads(),
    };
    let math = match math {
        None | Some("accurate") => Math::Accurate,
        Some("fast") => Math::Fast,
        Some(other) => {
            let message = format!("math must be 'accurate' or 'fast', not {other:?}");
            return Err(PyValueError::new_err(message));
        }
    };
    let dialect = match dialect {
        None | Some("numpy") => Dialect::NumPy,
        Some("numexpr") => Dialect::NumExpr,
        Some(other) => {
            let message = format!("dialect must be 'numpy' or 'numexpr', not {other:?}");
            return Err(PyValueError::new_err(message));
        }
    };
    Ok(Options { threads, math, dialect })
}

/// Number of the process among its ancestors: how often it has been forked.
static PROCESS: AtomicU64 = AtomicU64::new(0);

/// Returns the number of this process; kernels of another one lack their threads.
pub(crate) fn process() -> u64 {
    PROCESS.load(Ordering::Relaxed)
}

/// Counts forks and changes of the number of threads.
static EPOCH: AtomicU64 = AtomicU64::new(0);

/// Returns a number that changes when code for other threads is wanted.
pub(crate) fn epoch() -> u64 {
    EPOCH.load(Ordering::Relaxed)
}

/// As [`epoch`], for the part in Python.
#[pyfunction]
pub(crate) fn _epoch() -> u64 {
    epoch()
}

/// Called in a child process after a fork. Its copies of the engines are left alone, not freed: that would
/// wait for threads which do not exist here.
#[pyfunction]
pub(crate) fn _forked() {
    PROCESS.fetch_add(1, Ordering::Relaxed);
    EPOCH.fetch_add(1, Ordering::Relaxed);
    if let Ok(mut default) = DEFAULT.try_write() {
        std::mem::forget(default.take());
    }
    if let Ok(mut others) = OTHERS.try_lock() {
        std::mem::forget(std::mem::take(&mut *others));
    }
}

/// Returns how many kernels this process has compiled and kept.
#[pyfunction]
pub(crate) fn _cached_kernels() -> usize {
    let others = OTHERS.lock().expect(POISONED);
    others.iter().map(|shared| shared.engine.cached_kernels()).sum()
}

fn num_threads() -> usize {
    // To find out, files are read, which takes as long as a compilation of a small program.
    static CORES: LazyLock<usize> =
        LazyLock::new(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    match *THREADS.lock().expect(POISONED) {
        0 => *CORES,
        threads => threads,
    }
}

/// Returns how many threads large arrays are computed on.
#[pyfunction]
pub(crate) fn get_num_threads() -> usize {
    num_threads()
}

/// Sets how many threads large arrays are computed on, and returns how many it were. Kernels that exist keep
/// their number.
#[pyfunction]
#[pyo3(signature = (threads, /))]
pub(crate) fn set_num_threads(threads: usize) -> PyResult<usize> {
    if threads == 0 {
        return Err(PyValueError::new_err("threads must be at least 1"));
    }
    let before = num_threads();
    *THREADS.lock().expect(POISONED) = threads;
    *DEFAULT.write().expect(POISONED) = None;
    EPOCH.fetch_add(1, Ordering::Relaxed);
    Ok(before)
}
