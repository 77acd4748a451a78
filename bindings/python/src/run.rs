//! Inputs to results.
#![expect(unsafe_code, reason = "writes to arrays of NumPy")]

use numjit::{Array, ArrayMut, ArrayRef, Casting, Order, RunOptions};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use smallvec::SmallVec;

use crate::errors;
use crate::interrupt::{self, Raise};
use crate::npy::{self, NpArray};
use crate::operand::{Inputs, Layout};
use crate::program::Compiled;

/// How a call wants its results.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) order: Option<Order>,
    pub(crate) casting: Casting,
    /// Whether results without axes stay arrays.
    pub(crate) keep_arrays: bool,
}

/// Computes the results of a program.
pub(crate) fn run<'py>(
    py: Python<'py>,
    compiled: &Compiled,
    inputs: Inputs<'_, 'py>,
    out: Option<Bound<'py, PyAny>>,
    wish: Wish,
) -> PyResult<Bound<'py, PyAny>> {
    run_with(py, compiled, inputs, out, wish, errors::raise)
}

/// As [`run`], with exceptions of another kind.
pub(crate) fn run_with<'py>(
    py: Python<'py>,
    compiled: &Compiled,
    mut inputs: Inputs<'_, 'py>,
    out: Option<Bound<'py, PyAny>>,
    wish: Wish,
    raise: Raise,
) -> PyResult<Bound<'py, PyAny>> {
    if let Some(out) = out {
        return run_into(py, compiled, &inputs, out, wish, raise);
    }
    if compiled.is_plain
        && let Layout::Same(first) = inputs.layout
        && wish.order.is_none_or(|order| order != Order::F)
    {
        let shape: SmallVec<[usize; 4]> = inputs.vars[first].1.shape().into();
        let result = npy::empty(py, compiled.dtype, &shape)?;
        let array = NpArray::exact(&result).expect("this is an array");
        // Elements in C order of one shape are as well those of one axis, for which there is code.
        // SAFETY: the array is alive until the end, and nobody else has it.
        let out = unsafe { array.flat_output(compiled.dtype)? };
        if shape.len() > 1 {
            inputs.flatten();
        }
        let n = shape.iter().product();
        let vars = &inputs.vars[..];
        interrupt::run(py, n, RunOptions::new(), raise, |options| {
            compiled.kernel.run_into_with(vars, out, options)
        })?;
        return Ok(result);
    }
    let mut options = RunOptions::new().casting(wish.casting);
    if let Some(order) = wish.order {
        options = options.order(order);
    }
    let vars = &inputs.vars[..];
    let n = elements(compiled, vars);
    let object = |array: Array| {
        let object = npy::wrap(py, array)?;
        if wish.keep_arrays { Ok(object) } else { npy::unwrap_single(object) }
    };
    if compiled.is_single {
        let run = |options: &RunOptions<'_>| compiled.kernel.run_with(vars, options);
        return object(interrupt::run(py, n, options, raise, run)?);
    }
    let run = |options: &RunOptions<'_>| compiled.kernel.run_all_with(vars, options);
    let outputs = interrupt::run(py, n, options, raise, run)?;
    let objects = outputs.into_arrays().into_iter().map(object).collect::<PyResult<Vec<_>>>()?;
    bundle(py, compiled, objects)
}

/// Several results are a dict if all of them have names, else a tuple.
fn bundle<'py>(
    py: Python<'py>,
    compiled: &Compiled,
    objects: Vec<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    if compiled.names.iter().any(Option::is_none) {
        return Ok(PyTuple::new(py, objects)?.into_any());
    }
    let dict = PyDict::new(py);
    for (name, object) in compiled.names.iter().zip(objects) {
        dict.set_item(name, object)?;
    }
    Ok(dict.into_any())
}

fn run_into<'py>(
    py: Python<'py>,
    compiled: &Compiled,
    inputs: &Inputs<'_, 'py>,
    out: Bound<'py, PyAny>,
    wish: Wish,
    raise: Raise,
) -> PyResult<Bound<'py, PyAny>> {
    let output = |object: &Bound<'py, PyAny>| -> PyResult<ArrayMut<'static>> {
        let Some(array) = NpArray::any(object) else {
            let name = object.get_type().name()?;
            return Err(PyTypeError::new_err(format!("`out` must be a numpy.ndarray, not {name}")));
        };
        // SAFETY: the caller holds the array until the end.
        unsafe { array.output() }
    };
    let outs: SmallVec<[ArrayMut<'static>; 2]> = if compiled.is_single {
        smallvec::smallvec![output(&out)?]
    } else {
        let Ok(tuple) = out.cast::<PyTuple>() else {
            let n = compiled.names.len();
            let message =
                format!("the program has {n} results: `out` must be a tuple of {n} arrays");
            return Err(PyValueError::new_err(message));
        };
        tuple.iter().map(|object| output(&object)).collect::<PyResult<_>>()?
    };
    let options = RunOptions::new().casting(wish.casting);
    let vars = &inputs.vars[..];
    let written = outs.iter().map(|out| out.shape().iter().product::<usize>()).sum();
    // Each element of a result is computed once, however the inputs lie.
    let n = if compiled.is_plain { written } else { elements(compiled, vars).max(written) };
    let run = |options: &RunOptions<'_>| compiled.kernel.run_all_into(vars, outs, options);
    interrupt::run(py, n, options, raise, run)?;
    Ok(out)
}

/// Returns how many elements there are to compute, about.
fn elements(compiled: &Compiled, vars: &[(&str, ArrayRef<'_>)]) -> usize {
    // Arrays may meet in an array of the product of their sizes.
    let met = vars.iter().filter_map(|(_, array)| array.len()).fold(1, usize::saturating_mul);
    // And `sum(x[:, None] * x)` lets one meet itself.
    if compiled.is_plain || met < 64 { met } else { usize::MAX }
}
