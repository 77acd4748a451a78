//! Runs without the interpreter, which Ctrl-C still stops.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use numjit::RunOptions;
use pyo3::prelude::*;

/// What makes an exception of an error.
pub(crate) type Raise = fn(Python<'_>, &numjit::Error) -> PyErr;

/// Runs with more elements than this let other threads of Python run; to let go of the interpreter and take it
/// again takes as long as some thousand additions.
const DETACH_FROM: usize = 4096;

/// Milliseconds between looks for signals. Each may wait for another thread to let go of the interpreter.
const PATIENCE: u64 = 50;

/// Calls `f` with the options of a run, without the interpreter if there is much to do, and raises its error.
pub(crate) fn run<T: Send>(
    py: Python<'_>,
    elements: usize,
    options: RunOptions<'_>,
    raise: Raise,
    f: impl FnOnce(&RunOptions<'_>) -> numjit::Result<T> + Send,
) -> PyResult<T> {
    if elements <= DETACH_FROM {
        return f(&options).map_err(|error| raise(py, &error));
    }
    let watch = Watch { start: Instant::now(), next: PATIENCE.into(), raised: Mutex::default() };
    let result = py.detach(|| {
        let stop = || watch.is_signalled();
        f(&options.interrupt(&stop))
    });
    let raised = watch.raised.into_inner().expect("nothing panics under this lock");
    match (result, raised) {
        (_, Some(raised)) => Err(raised),
        (result, None) => result.map_err(|error| raise(py, &error)),
    }
}

/// Looks for signals, and keeps what their handlers raise.
struct Watch {
    start: Instant,
    /// When to look next, in milliseconds from the start.
    next: AtomicU64,
    raised: Mutex<Option<PyErr>>,
}

impl Watch {
    fn is_signalled(&self) -> bool {
        let now = self.start.elapsed().as_millis() as u64;
        if now < self.next.load(Ordering::Relaxed) {
            return false;
        }
        self.next.store(now + PATIENCE, Ordering::Relaxed);
        let Err(raised) = Python::attach(|py| py.check_signals()) else { return false };
        *self.raised.lock().expect("nothing panics under this lock") = Some(raised);
        true
    }
}
