//! What `numjit.numexpr` is made of: numexpr's dialect, with its exceptions and their texts.

use std::sync::Arc;

use numjit::{ArrayRef, DType, Dialect, Error, Math};
use pyo3::prelude::*;
use pyo3::types::{PySequence, PyString, PyType};

use crate::dtypes;
use crate::engines::{self, Options};
use crate::errors;
use crate::evaluate::wish;
use crate::operand::Inputs;
use crate::portable::Portable;
use crate::program::Compiled;
use crate::run;
use crate::signature::{Signature, Sort};

fn options() -> Options {
    let threads = engines::get_num_threads();
    Options { threads, math: Math::default(), dialect: Dialect::NumExpr }
}

/// Returns the built-in exception that an error is, with its message alone.
pub(crate) fn plain(py: Python<'_>, error: &Error) -> PyErr {
    let make = || {
        let class =
            py.import("builtins")?.getattr(error.exception().name())?.cast_into::<PyType>()?;
        Ok(PyErr::from_value(class.call1((error.message(),))?))
    };
    make().unwrap_or_else(|failed| failed)
}

/// Returns the names that an expression reads, as numexpr finds them.
#[pyfunction]
pub(crate) fn numexpr_names(expr: &Bound<'_, PyString>) -> PyResult<Vec<String>> {
    let py = expr.py();
    engines::with(py, options())?
        .engine
        .variables(expr.to_str()?)
        .map_err(|error| plain(py, &error))
}

/// An expression compiled for inputs of numexpr's kinds.
#[pyclass(frozen, module = "numjit._numjit")]
pub(crate) struct NumexprKernel {
    kernel: Portable,
}

impl NumexprKernel {
    pub(crate) fn compile(
        py: Python<'_>,
        text: &str,
        inputs: &[(String, DType)],
    ) -> PyResult<NumexprKernel> {
        let elements = |(name, dtype): &(String, DType)| (name.clone(), Sort::Elements(*dtype));
        let inputs: Signature = inputs.iter().map(elements).collect();
        let kernel = Portable::new(py, text, &inputs, options(), plain)?;
        Ok(NumexprKernel { kernel })
    }

    pub(crate) fn inputs(&self) -> &[(String, DType)] {
        self.kernel.kernel().inputs()
    }

    /// Returns the code for inputs like these.
    pub(crate) fn fitting(
        &self,
        py: Python<'_>,
        vars: &[(&str, ArrayRef<'_>)],
    ) -> PyResult<Arc<Compiled>> {
        self.kernel.fitting(py, vars)
    }
}

#[pymethods]
impl NumexprKernel {
    #[new]
    fn new(
        expr: &Bound<'_, PyString>,
        names: Vec<String>,
        dtypes: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<NumexprKernel> {
        let py = expr.py();
        let input = |(name, dtype): (String, &Bound<'_, PyAny>)| {
            let dtype = dtypes::parse(dtype, &format!("`{name}`"))?;
            Ok((name, dtype))
        };
        let inputs = names.into_iter().zip(&dtypes).map(input);
        let inputs = inputs.collect::<PyResult<Vec<(String, DType)>>>()?;
        NumexprKernel::compile(py, expr.to_str()?, &inputs)
    }

    /// The dtype of the result.
    #[getter]
    fn dtype<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(dtypes::descr(py, self.kernel.kernel().dtype())?.into_any())
    }

    /// Computes the result over arrays in the order of the names, with the dtypes of the kernel.
    fn run<'py>(
        &self,
        arrays: &Bound<'py, PySequence>,
        out: Option<Bound<'py, PyAny>>,
        order: &str,
        casting: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = arrays.py();
        let mut inputs = Inputs::new();
        for ((name, dtype), object) in self.inputs().iter().zip(arrays.try_iter()?) {
            if !inputs.push(name, object?, Some(*dtype))? {
                return Err(errors::internal("an input is no array"));
            }
        }
        let compiled = self.fitting(py, &inputs.vars)?;
        let wish = run::Wish { keep_arrays: true, ..wish(order, casting)? };
        run::run_with(py, &compiled, inputs, out, wish, plain)
    }
}
