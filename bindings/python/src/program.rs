//! The texts that have been seen, and their kernels.

use std::sync::{Arc, RwLock};

use numjit::{ArrayRef, DType, Engine, Kernel};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use smallvec::SmallVec;

use crate::engines::Shared;
use crate::errors;

/// So many programs are kept, and of each so many kernels; the engine keeps the kernels themselves, so that a
/// program that is met again is parsed again and no more.
const MAX_PROGRAMS: usize = 1024;
const MAX_KERNELS: usize = 32;

/// Programs by their text: a dict, as Python's strings know their hashes.
pub(crate) struct Programs(Py<PyDict>);

/// A text with the names that it reads.
#[pyclass(frozen, module = "numjit._numjit")]
pub(crate) struct Program {
    engine: Engine,
    pub(crate) text: String,
    /// The names, sorted, with the objects that dicts are asked for.
    pub(crate) names: Vec<(String, Py<PyString>)>,
    kernels: RwLock<Vec<(Signature, Arc<Compiled>)>>,
}

/// What a kernel is compiled for.
type Signature = SmallVec<[(DType, Sort); 8]>;

/// Which values an input has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Array,
    Single,
    /// A number of Python.
    Weak,
}

impl Sort {
    fn of(array: &ArrayRef<'_>) -> Sort {
        match (array.is_weak(), array.is_single()) {
            (true, _) => Sort::Weak,
            (false, true) => Sort::Single,
            (false, false) => Sort::Array,
        }
    }
}

/// A kernel, and what is asked of it in every call.
pub(crate) struct Compiled {
    pub(crate) kernel: Kernel,
    /// Of the first result.
    pub(crate) dtype: DType,
    /// Of all results.
    pub(crate) names: Vec<Option<String>>,
    /// Whether there is one result, and not in a tuple.
    pub(crate) is_single: bool,
    /// Whether, moreover, each element of it depends on one element of each input.
    pub(crate) is_plain: bool,
}

impl Programs {
    pub(crate) fn new(py: Python<'_>) -> Programs {
        Programs(PyDict::new(py).unbind())
    }

    /// Returns the program of a text.
    pub(crate) fn get<'py>(
        &self,
        text: &Bound<'py, PyString>,
        shared: &Shared,
    ) -> PyResult<Bound<'py, Program>> {
        let py = text.py();
        let known = self.0.bind(py);
        if let Some(program) = known.get_item(text)? {
            return Ok(program.cast_into::<Program>()?);
        }
        let names = (shared.engine.variables(text.to_str()?))
            .map_err(|error| errors::raise(py, &error))?
            .into_iter()
            .map(|name| {
                let object = PyString::intern(py, &name).unbind();
                (name, object)
            })
            .collect();
        let program = Program {
            engine: shared.engine.clone(),
            text: text.to_str()?.to_owned(),
            names,
            kernels: RwLock::default(),
        };
        let program = Bound::new(py, program)?;
        if known.len() >= MAX_PROGRAMS {
            known.clear();
        }
        known.set_item(text, &program)?;
        Ok(program)
    }
}

impl Program {
    /// Returns the kernel for these inputs.
    pub(crate) fn kernel(
        &self,
        py: Python<'_>,
        vars: &[(&str, ArrayRef<'_>)],
    ) -> PyResult<Arc<Compiled>> {
        let poisoned = "nothing panics under this lock";
        let fits = |(signature, _): &&(Signature, Arc<Compiled>)| {
            let pairs = signature.iter().zip(vars);
            signature.len() == vars.len()
                && pairs.into_iter().all(|(&(dtype, sort), (_, array))| {
                    array.dtype() == dtype && Sort::of(array) == sort
                })
        };
        if let Some((_, compiled)) = self.kernels.read().expect(poisoned).iter().find(fits) {
            return Ok(Arc::clone(compiled));
        }
        let kernel = (self.engine.compile_for(&self.text, vars))
            .map_err(|error| errors::raise(py, &error))?;
        let compiled = Arc::new(Compiled::new(kernel));
        let signature = vars.iter().map(|(_, array)| (array.dtype(), Sort::of(array))).collect();
        let mut kernels = self.kernels.write().expect(poisoned);
        if kernels.len() == MAX_KERNELS {
            kernels.remove(0);
        }
        kernels.push((signature, Arc::clone(&compiled)));
        Ok(compiled)
    }
}

impl Compiled {
    pub(crate) fn new(kernel: Kernel) -> Compiled {
        let names: Vec<Option<String>> =
            kernel.outputs().into_iter().map(|(name, _)| name).collect();
        let is_single = names.len() == 1 && !kernel.is_tuple();
        Compiled {
            dtype: kernel.dtype(),
            is_plain: is_single && kernel.is_elementwise(),
            is_single,
            names,
            kernel,
        }
    }
}
