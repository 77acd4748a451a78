//! Kernels that survive a fork.

use std::sync::{Arc, Mutex};

use pyo3::prelude::*;

use crate::engines::{self, Options};
use crate::interrupt::Raise;
use crate::program::Compiled;
use crate::signature::{self, Sort};

/// A kernel that compiles itself anew in a forked process, where the threads of its engine do not live on.
pub(crate) struct Portable {
    pub(crate) options: Options,
    original: Arc<Compiled>,
    /// In which process the original was compiled.
    process: u64,
    /// The same for another process.
    again: Mutex<Option<(u64, Arc<Compiled>)>>,
}

impl Portable {
    pub(crate) fn new(
        py: Python<'_>,
        text: &str,
        inputs: &[(String, Sort)],
        options: Options,
        raise: Raise,
    ) -> PyResult<Portable> {
        let original = compile(py, text, inputs, options, raise)?;
        Ok(Portable { options, original, process: engines::process(), again: Mutex::default() })
    }

    /// Returns the kernel for everything but running it.
    pub(crate) fn kernel(&self) -> &numjit::Kernel {
        &self.original.kernel
    }

    /// Returns the code for this process.
    pub(crate) fn here(&self, py: Python<'_>) -> PyResult<Arc<Compiled>> {
        let process = engines::process();
        if process == self.process {
            return Ok(Arc::clone(&self.original));
        }
        let poisoned = "nothing panics under this lock";
        if let Some((its, compiled)) = &*self.again.lock().expect(poisoned)
            && *its == process
        {
            return Ok(Arc::clone(compiled));
        }
        let (text, inputs) = (self.kernel().expression(), signature::of(self.kernel()));
        let compiled = compile(py, text, &inputs, self.options, crate::errors::raise)?;
        *self.again.lock().expect(poisoned) = Some((process, Arc::clone(&compiled)));
        Ok(compiled)
    }
}

fn compile(
    py: Python<'_>,
    text: &str,
    inputs: &[(String, Sort)],
    options: Options,
    raise: Raise,
) -> PyResult<Arc<Compiled>> {
    let shared = engines::with(py, options)?;
    let kernel = signature::compile(&shared.engine, text, inputs);
    let kernel = kernel.map_err(|error| raise(py, &error))?;
    Ok(Arc::new(Compiled::new(kernel)))
}
