//! What comes out of a program, without compiling it.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use smallvec::SmallVec;

use crate::dtypes;
use crate::engines;
use crate::errors;
use crate::evaluate::{collect, text_of};
use crate::signature;

/// The inputs by name, the results as pairs, and the shapes of these.
type Checked<'py> = (Bound<'py, PyDict>, Bound<'py, PyAny>, Vec<Bound<'py, PyTuple>>);

/// Returns the dtypes of inputs and results, and the shapes of the results, for arrays and numbers like these.
#[pyfunction]
pub(crate) fn _check<'py>(
    expr: &Bound<'py, PyAny>,
    arrays: &Bound<'py, PyDict>,
) -> PyResult<Checked<'py>> {
    let py = expr.py();
    let text = text_of(expr)?;
    let shared = engines::default(py)?;
    let program = shared.programs.get(text, &shared)?;
    let find = |name: &Bound<'py, PyString>| arrays.get_item(name);
    let inputs = collect(py, program.get(), find)?;
    let shapes: SmallVec<[_; 8]> = inputs.vars.iter().map(|(_, array)| array.shape()).collect();
    let raise = |error: numjit::Error| errors::raise(py, &error);
    let checked = shared.engine.check_for(text.to_str()?, &inputs.vars).map_err(raise)?;
    let shapes = checked.shapes(&shapes).map_err(raise)?;
    let shapes = shapes.into_iter().map(|shape| PyTuple::new(py, shape));
    Ok((
        signature::by_name(py, &signature::of_checked(&checked))?,
        dtypes::pairs(py, checked.outputs())?,
        shapes.collect::<PyResult<_>>()?,
    ))
}
