//! How kernels compute.

use numjit::DType;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::dtypes;
use crate::signature::{self, Signature};

/// How a kernel computes its program. `str()` is a summary; in a notebook it is a page.
#[pyclass(frozen, module = "numjit")]
pub(crate) struct Explanation {
    explanation: numjit::Explanation,
    expression: String,
    inputs: Signature,
    outputs: Vec<(Option<String>, DType)>,
}

impl Explanation {
    pub(crate) fn new(kernel: &numjit::Kernel, explanation: numjit::Explanation) -> Explanation {
        Explanation {
            explanation,
            expression: kernel.expression().to_owned(),
            inputs: signature::of(kernel),
            outputs: kernel.outputs(),
        }
    }
}

#[pymethods]
impl Explanation {
    /// The program, in canonical spelling.
    #[getter]
    fn expression(&self) -> &str {
        &self.expression
    }

    /// The names of the inputs and their dtypes; of numbers of Python their types.
    #[getter]
    fn inputs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        signature::by_name(py, &self.inputs)
    }

    /// The names of the results, or `None`, and their dtypes.
    #[getter]
    fn outputs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        dtypes::pairs(py, &self.outputs)
    }

    /// What runs the loops.
    #[getter]
    fn generator(&self) -> String {
        self.explanation.generator()
    }

    /// What each pass over memory reads, computes and stores, in lines.
    #[getter]
    fn stages(&self) -> Vec<String> {
        let text = self.explanation.to_string();
        let stage = |line: &str| {
            let rest = line.strip_prefix("stage")?;
            let rest =
                rest.trim_start_matches(|c: char| c == 's' || c == ' ' || c.is_ascii_digit());
            Some(rest.to_owned())
        };
        text.lines().filter_map(stage).collect()
    }

    /// The typed intermediate form as built from the text.
    #[getter]
    fn ir(&self) -> &str {
        self.explanation.ir()
    }

    /// The intermediate form after each pass, with the name of the pass.
    #[getter]
    fn passes(&self) -> Vec<(&str, &str)> {
        self.explanation.passes().iter().map(|(name, text)| (*name, text.as_str())).collect()
    }

    /// The intermediate form after all passes.
    #[getter]
    fn optimized(&self) -> &str {
        self.explanation.optimized()
    }

    /// What is given to the code generator, one function per stage.
    #[getter]
    fn clif(&self) -> &str {
        self.explanation.clif()
    }

    /// The machine code as text, one function per stage.
    #[getter]
    fn disassembly(&self) -> String {
        self.explanation.disassembly()
    }

    fn __str__(&self) -> String {
        self.explanation.to_string()
    }

    fn __repr__(&self) -> String {
        self.explanation.to_string()
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("numjit._html")?.call_method1("explanation", (slf,))
    }
}
