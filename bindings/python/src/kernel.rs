//! Kernels: programs compiled for inputs of given names and dtypes.

use std::hash::{DefaultHasher, Hash, Hasher};

use numjit::{DType, Dialect, Math};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::dtypes;
use crate::engines::{self, Options};
use crate::errors;
use crate::evaluate::{foreign, text_of};
use crate::explain::Explanation;
use crate::operand::Inputs;
use crate::portable::Portable;
use crate::run::{self, Wish};
use crate::signature::{self, Signature};

/// A program compiled for inputs of given names and dtypes. May be called by several threads at once.
#[pyclass(frozen, module = "numjit")]
pub(crate) struct Kernel(Portable);

/// Compiles a program.
///
/// Each keyword gives the dtype of the variable with this name; `int`, `float` and `complex` are numbers of Python,
/// which take the dtype of what they meet. A variable that is called like an option is
/// given in a mapping.
#[pyfunction]
#[pyo3(signature = (expr, dtypes=None, /, *, threads=None, math=None, dialect=None, **names))]
pub(crate) fn compile<'py>(
    py: Python<'py>,
    expr: &Bound<'py, PyAny>,
    dtypes: Option<&Bound<'py, PyAny>>,
    threads: Option<usize>,
    math: Option<&str>,
    dialect: Option<&str>,
    names: Option<&Bound<'py, PyDict>>,
) -> PyResult<Kernel> {
    let text = text_of(expr)?.to_str()?;
    let options = engines::options(threads, math, dialect)?;
    let mut inputs = Signature::new();
    let mut add = |dict: &Bound<'py, PyDict>| -> PyResult<()> {
        for (name, object) in dict.iter() {
            let name: String = name.extract()?;
            let sort = signature::read(&object, &name, options.dialect)?;
            inputs.push((name, sort));
        }
        Ok(())
    };
    if let Some(dtypes) = dtypes {
        let dict = PyDict::new(py);
        dict.call_method1("update", (dtypes,))?;
        add(&dict)?;
    }
    if let Some(names) = names {
        add(names)?;
    }
    Portable::new(py, text, &inputs, options, errors::raise).map(Kernel)
}

impl Kernel {
    pub(crate) fn options(&self) -> Options {
        self.0.options
    }

    pub(crate) fn inputs(&self) -> &[(String, DType)] {
        self.0.kernel().inputs()
    }

    /// What makes two kernels equal.
    fn identity(&self) -> (&str, Signature, Options) {
        (self.0.kernel().expression(), signature::of(self.0.kernel()), self.0.options)
    }
}

#[pymethods]
impl Kernel {
    #[pyo3(signature = (*args, out=None, **names))]
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        out: Option<Bound<'py, PyAny>>,
        names: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = args.py();
        let compiled = slf.get().0.here(py)?;
        let wanted = compiled.kernel.inputs();
        let keys: Vec<String> = match names {
            Some(names) => names.keys().extract()?,
            None => Vec::new(),
        };
        let mut inputs = Inputs::new();
        if args.len() > wanted.len() {
            let message = format!("{} arrays are given, and {} taken", args.len(), wanted.len());
            return Err(PyTypeError::new_err(message));
        }
        let mut is_plain = true;
        for ((name, dtype), object) in wanted.iter().zip(args.iter()) {
            is_plain &= inputs.push(name, object, Some(*dtype))?;
        }
        if let Some(names) = names {
            for (key, object) in keys.iter().zip(names.values().iter()) {
                let dtype = wanted.iter().find(|(name, _)| name == key).map(|(_, dtype)| *dtype);
                is_plain &= inputs.push(key, object, dtype)?;
            }
        }
        if !is_plain {
            let objects = PyDict::new(py);
            for ((name, _), object) in wanted.iter().zip(args.iter()) {
                objects.set_item(name, object)?;
            }
            if let Some(names) = names {
                objects.update(names.as_mapping())?;
            }
            return foreign(py, "call")?.call1((slf, objects, out));
        }
        run::run(py, &compiled, inputs, out, Wish::default())
    }

    /// The program, in canonical spelling.
    #[getter]
    fn expression(&self) -> &str {
        self.0.kernel().expression()
    }

    /// The names of the inputs and their dtypes, of numbers of Python their types, in the order of positional arguments.
    #[getter]
    #[pyo3(name = "inputs")]
    fn inputs_by_name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        signature::by_name(py, &signature::of(self.0.kernel()))
    }

    /// The names of the results, or `None`, and their dtypes.
    #[getter]
    fn outputs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        dtypes::pairs(py, &self.0.kernel().outputs())
    }

    /// Returns how the kernel computes its program.
    fn explain(&self) -> Explanation {
        Explanation::new(self.0.kernel(), self.0.kernel().explain())
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let explanation = Bound::new(slf.py(), slf.get().explain())?;
        slf.py().import("numjit._html")?.call_method1("explanation", (explanation,))
    }

    /// The dtype of the result; of the first one, if there are several.
    #[getter]
    fn dtype<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(dtypes::descr(py, self.0.kernel().dtype())?.into_any())
    }

    fn __repr__(&self) -> String {
        let kernel = self.0.kernel();
        let inputs: Vec<String> = (signature::of(kernel).iter())
            .map(|(name, sort)| format!(", {name}={}", sort.repr()))
            .collect();
        format!("<numjit.Kernel {:?}{}>", kernel.expression(), inputs.concat())
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.identity().hash(&mut hasher);
        hasher.finish()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Kernel>().is_ok_and(|other| self.identity() == other.get().identity())
    }

    /// Kernels are pickled as text, dtypes and options, and compiled anew.
    fn __reduce__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let rebuild = py.import("numjit._numjit")?.getattr("_rebuild")?;
        let inputs = PyDict::new(py);
        for (name, sort) in signature::of(self.0.kernel()) {
            inputs.set_item(name, sort.annotation(py)?)?;
        }
        let Options { threads, math, dialect } = self.0.options;
        let math = if math == Math::Fast { "fast" } else { "accurate" };
        let dialect = if dialect == Dialect::NumExpr { "numexpr" } else { "numpy" };
        let text = PyString::new(py, self.0.kernel().expression());
        Ok((rebuild, (text, inputs, threads, math, dialect).into_pyobject(py)?))
    }
}

/// Makes a kernel from what it is pickled as.
#[pyfunction]
pub(crate) fn _rebuild<'py>(
    expr: &Bound<'py, PyAny>,
    inputs: &Bound<'py, PyAny>,
    threads: usize,
    math: &str,
    dialect: &str,
) -> PyResult<Kernel> {
    compile(expr.py(), expr, Some(inputs), Some(threads), Some(math), Some(dialect), None)
}
