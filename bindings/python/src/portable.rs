//! Kernels that survive a fork.

use std::sync::{Arc, Mutex};

use numjit::ArrayRef;
use pyo3::prelude::*;
use smallvec::SmallVec;

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
    /// The same where inputs are single values: the process, and which they are.
    singles: Mutex<Vec<(u64, Singles, Arc<Compiled>)>>,
}

/// For each input whether it is a single value.
type Singles = SmallVec<[bool; 8]>;

/// Kernels are kept for so many choices of single values.
const MAX_SINGLES: usize = 8;

impl Portable {
    pub(crate) fn new(
        py: Python<'_>,
        text: &str,
        inputs: &[(String, Sort)],
        options: Options,
        raise: Raise,
    ) -> PyResult<Portable> {
        let original = compile(py, text, inputs, options, raise)?;
        Ok(Portable {
            options,
            original,
            process: engines::process(),
            again: Mutex::default(),
            singles: Mutex::default(),
        })
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

    /// Returns the code for inputs like these, in the order of the kernel's.
    pub(crate) fn fitting(
        &self,
        py: Python<'_>,
        vars: &[(&str, ArrayRef<'_>)],
    ) -> PyResult<Arc<Compiled>> {
        if !vars.iter().any(|(_, array)| array.is_single()) {
            return self.here(py);
        }
        let process = engines::process();
        let singles: Singles = vars.iter().map(|(_, array)| array.is_single()).collect();
        let poisoned = "nothing panics under this lock";
        let fits = |known: &&(u64, Singles, _)| known.0 == process && known.1 == singles;
        if let Some((_, _, compiled)) = self.singles.lock().expect(poisoned).iter().find(fits) {
            return Ok(Arc::clone(compiled));
        }
        let shared = engines::with(py, self.options)?;
        // Numbers of Python have the dtypes of the kernel.
        let inputs = self.kernel().inputs();
        let like = vars.iter().map(|(name, array)| {
            let wanted = inputs.iter().find(|(input, _)| array.is_weak() && input == name);
            let array = array.clone();
            Ok((*name, wanted.map_or(Ok(array.clone()), |(_, dtype)| array.with_dtype(*dtype))?))
        });
        let like = like.collect::<numjit::Result<Vec<_>>>();
        let kernel =
            like.and_then(|like| shared.engine.compile_for(self.kernel().expression(), &like));
        let kernel = kernel.map_err(|error| crate::errors::raise(py, &error))?;
        let compiled = Arc::new(Compiled::new(kernel));
        let mut known = self.singles.lock().expect(poisoned);
        if known.len() == MAX_SINGLES {
            known.remove(0);
        }
        known.push((process, singles, Arc::clone(&compiled)));
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
