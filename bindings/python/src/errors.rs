//! numjit's errors as exceptions. The classes are Python's: `numjit.errors`.

use numjit::{Error, Span};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

/// Returns the exception that an error is.
pub(crate) fn raise(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error).unwrap_or_else(|failed| failed)
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let make = MAKE.import(py, "numjit.errors", "_make")?;
    let mistake = |diagnostic: &numjit::Diagnostic| -> PyResult<Py<PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("message", &diagnostic.message)?;
        dict.set_item("kind", format!("{:?}", diagnostic.kind).to_lowercase())?;
        dict.set_item("span", diagnostic.span().map(|span| characters(error.expression(), span)))?;
        dict.set_item("notes", &diagnostic.notes)?;
        dict.set_item("help", &diagnostic.help)?;
        Ok(dict.unbind())
    };
    let mistakes = error.diagnostics().iter().map(mistake).collect::<PyResult<Vec<_>>>()?;
    let picture = error.render();
    let object = make.call1((error.exception().name(), picture, error.expression(), mistakes))?;
    Ok(PyErr::from_value(object))
}

/// Returns a place in the text in characters, as Python counts.
fn characters(text: &str, span: Span) -> (usize, usize) {
    let count = |to: usize| text.get(..to).map_or(to, |before| before.chars().count());
    let range = span.range();
    (count(range.start), count(range.end))
}

/// What should not happen.
pub(crate) fn internal(message: &str) -> PyErr {
    PyRuntimeError::new_err(format!("numjit: {message}; please report this"))
}
