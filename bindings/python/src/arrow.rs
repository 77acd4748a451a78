//! Programs over Arrow columns, with nulls.

use std::sync::Arc;

use arrow_array::{Array, RecordBatch};
use arrow_schema::{Field, Schema};
use numjit::arrow::{Column, Kernel};
use numjit::{DType, RunOptions};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::capsules::{self, ArrowArray};
use crate::engines;
use crate::errors;
use crate::interrupt;
use crate::operand::Inputs;
use crate::program::Compiled;

pyo3::create_exception!(
    numjit,
    MixedWithNulls,
    PyTypeError,
    "Arrow columns with nulls beside objects that are none."
);

/// Results with their names, whether they are a tuple, and whether the only one is a single value.
type Results<'py> = (Vec<(Option<String>, Bound<'py, ArrowArray>)>, bool, bool);

/// Computes a program over Arrow columns, and other inputs beside them where no column has nulls.
#[pyfunction]
#[pyo3(signature = (expr, columns, *, threads=None, math=None, kernel=None))]
pub(crate) fn _evaluate_arrow<'py>(
    py: Python<'py>,
    expr: &str,
    columns: &Bound<'py, PyDict>,
    threads: Option<usize>,
    math: Option<&str>,
    kernel: Option<&Bound<'py, crate::kernel::Kernel>>,
) -> PyResult<Results<'py>> {
    let options = match kernel {
        Some(kernel) => kernel.get().options(),
        None => engines::options(threads, math, None)?,
    };
    let shared = engines::with(py, options)?;
    let raise = |error: numjit::Error| errors::raise(py, &error);
    let mut arrays = Vec::new();
    let mut others: Vec<(String, Bound<'py, PyAny>)> = Vec::new();
    for (name, object) in columns.iter() {
        let name: String = name.extract()?;
        match capsules::import(&object)? {
            Some(array) => arrays.push((name, array)),
            None => others.push((name, object)),
        }
    }
    if let Some(kernel) = kernel {
        check(py, &arrays, kernel.get().inputs())?;
    }
    if others.is_empty() {
        let field = |(name, array): &(String, arrow_array::ArrayRef)| {
            Field::new(name, array.data_type().clone(), true)
        };
        let schema = Arc::new(Schema::new(arrays.iter().map(field).collect::<Vec<_>>()));
        let lens: Vec<usize> = arrays.iter().map(|(_, array)| array.len()).collect();
        if lens.iter().any(|&len| len != lens[0]) {
            let each = arrays.iter().map(|(name, array)| format!("`{name}` has {}", array.len()));
            let each: Vec<String> = each.collect();
            let message = format!("columns of different lengths: {}", each.join(", "));
            return Err(pyo3::exceptions::PyValueError::new_err(message));
        }
        let columns = arrays.into_iter().map(|(_, array)| array).collect();
        let batch = RecordBatch::try_new(Arc::clone(&schema), columns)
            .map_err(|error| errors::internal(&error.to_string()))?;
        let kernel = Kernel::new(&shared.engine, expr, &schema).map_err(raise)?;
        let results =
            interrupt::run(py, usize::MAX, RunOptions::new(), errors::raise, |options| {
                kernel.run_with(&batch, options)
            })?;
        let names = kernel.kernel().outputs().into_iter().map(|(name, _)| name);
        let columns = results.columns().iter();
        let results = names
            .zip(columns)
            .map(|(name, column)| Ok((name, Bound::new(py, ArrowArray::new(Arc::clone(column)))?)));
        let is_single = kernel.kernel().outputs().len() == 1 && kernel.kernel().is_scalar();
        return Ok((results.collect::<PyResult<_>>()?, kernel.kernel().is_tuple(), is_single));
    }
    if arrays.iter().any(|(_, array)| array.null_count() > 0) {
        return Err(MixedWithNulls::new_err("Arrow columns with nulls beside other arrays"));
    }
    let columns = arrays.iter().map(|(name, array)| Ok((name, Column::new(array.as_ref())?)));
    let columns = columns.collect::<numjit::Result<Vec<_>>>().map_err(raise)?;
    let mut inputs = Inputs::new();
    for (name, object) in &others {
        if !inputs.push(name, object.clone(), None)? {
            return Err(PyTypeError::new_err(format!("`{name}` is no array")));
        }
    }
    let elements = columns.iter().map(|(name, column)| Ok((name.as_str(), column.values()?)));
    let elements = elements.collect::<numjit::Result<Vec<_>>>().map_err(raise)?;
    let vars = inputs.beside(elements);
    let compiled = Compiled::new(shared.engine.compile_for(expr, &vars).map_err(raise)?);
    let outputs = interrupt::run(py, usize::MAX, RunOptions::new(), errors::raise, |options| {
        compiled.kernel.run_all_with(&vars, options)
    })?;
    let results = outputs.into_iter().map(|(name, array)| {
        let array = array.into_arrow().map_err(raise)?;
        Ok((name, Bound::new(py, ArrowArray::new(array))?))
    });
    let results = results.collect::<PyResult<_>>()?;
    let is_single = compiled.is_single && compiled.kernel.is_scalar();
    Ok((results, compiled.kernel.is_tuple(), is_single))
}

/// Reports columns of other dtypes than a kernel was compiled for. Strings may have any width.
fn check(
    py: Python<'_>,
    arrays: &[(String, arrow_array::ArrayRef)],
    inputs: &[(String, DType)],
) -> PyResult<()> {
    for (name, array) in arrays {
        let dtype = numjit::arrow::dtype(array.data_type());
        let dtype = dtype.map_err(|error| errors::raise(py, &error))?;
        let wanted = inputs.iter().find(|(input, _)| input == name).map(|&(_, dtype)| dtype);
        let fits = |wanted: DType| match (dtype, wanted) {
            (DType::Bytes(_), DType::Bytes(_)) | (DType::Str(_), DType::Str(_)) => true,
            _ => dtype == wanted, // of one size
        };
        if let Some(wanted) = wanted
            && !fits(wanted)
        {
            let message = format!(
                "the kernel was compiled for other dtypes: `{name}` is {dtype}, not {wanted}"
            );
            return Err(PyTypeError::new_err(message));
        }
    }
    Ok(())
}
