//! What the inputs of kernels are: arrays of a dtype, or numbers of Python.

use numjit::{ArrayRef, ByteOrder, DType, Dialect, Weak};
use pyo3::PyTypeInfo;
use pyo3::prelude::*;
use pyo3::types::{PyComplex, PyDict, PyFloat, PyInt, PyType};

use crate::dtypes;
use crate::npy::NpArray;
use crate::operand;

/// What an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    /// Elements of this dtype.
    Elements(DType),
    /// A number of Python, which alone has this dtype.
    Number(DType),
}

/// Names and what they are.
pub(crate) type Signature = Vec<(String, Sort)>;

/// Reads what an annotation says: a dtype, an array that has it, one of Python's types of numbers, or a number.
pub(crate) fn read(object: &Bound<'_, PyAny>, name: &str, dialect: Dialect) -> PyResult<Sort> {
    let py = object.py();
    let number = if object.is(PyFloat::type_object(py)) {
        Some(Weak::Float(0.0))
    } else if object.is(PyInt::type_object(py)) {
        Some(Weak::Int(0))
    } else if object.is(PyComplex::type_object(py)) {
        Some(Weak::from(numjit::Complex { re: 0.0, im: 0.0 }))
    } else {
        operand::number(object, name)?
    };
    if let Some(number) = number {
        let dtype = match number {
            Weak::Int(_) => DType::I64,
            Weak::Float(_) => DType::F64,
            _ => DType::C128, // the third kind
        };
        return Ok(match dialect {
            Dialect::NumExpr => Sort::Elements(dtype),
            _ => Sort::Number(dtype), // NumPy
        });
    }
    let what = format!("`{name}`");
    let dtype = match NpArray::any(object) {
        Some(_) => dtypes::parse(&object.getattr("dtype")?, &what)?,
        None => dtypes::parse(object, &what)?,
    };
    Ok(Sort::Elements(dtype))
}

/// Returns what the inputs of a kernel are.
pub(crate) fn of(kernel: &numjit::Kernel) -> Signature {
    sorts(kernel.inputs(), |name| kernel.is_weak(name))
}

/// Returns what the inputs of a program are that is not compiled.
pub(crate) fn of_checked(signature: &numjit::Signature) -> Signature {
    sorts(signature.inputs(), |name| signature.is_weak(name))
}

fn sorts(inputs: &[(String, DType)], is_weak: impl Fn(&str) -> bool) -> Signature {
    let sort = |(name, dtype): &(String, DType)| {
        let sort = if is_weak(name) { Sort::Number(*dtype) } else { Sort::Elements(*dtype) };
        (name.clone(), sort)
    };
    inputs.iter().map(sort).collect()
}

/// Compiles a program for arrays and numbers.
pub(crate) fn compile(
    engine: &numjit::Engine,
    text: &str,
    signature: &[(String, Sort)],
) -> numjit::Result<numjit::Kernel> {
    let example = |sort: Sort| match sort {
        Sort::Elements(dtype) => ArrayRef::from_bytes(&[], dtype, 0, &[0], &[0], ByteOrder::Native),
        Sort::Number(DType::I64) => Ok(ArrayRef::weak(0)),
        Sort::Number(DType::C128) => Ok(ArrayRef::weak(numjit::Complex { re: 0.0, im: 0.0 })),
        Sort::Number(_) => Ok(ArrayRef::weak(0.0)),
    };
    let examples = signature.iter().map(|(name, sort)| Ok((name, example(*sort)?)));
    engine.compile_for(text, &examples.collect::<numjit::Result<Vec<_>>>()?)
}

impl Sort {
    /// Returns the type of Python, or the dtype object of NumPy.
    pub(crate) fn object<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match self {
            Sort::Elements(dtype) => dtypes::descr(py, dtype)?.into_any(),
            Sort::Number(dtype) => number_type(py, dtype).into_any(),
        })
    }

    /// Returns what [`read`] reads and can be pickled.
    pub(crate) fn annotation<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match self {
            Sort::Elements(dtype) => dtype.numpy_name().into_pyobject(py)?.into_any(),
            Sort::Number(dtype) => number_type(py, dtype).into_any(),
        })
    }

    /// Returns the annotation as it is written.
    pub(crate) fn repr(self) -> String {
        match self {
            Sort::Elements(dtype) => format!("{:?}", dtype.numpy_name()),
            Sort::Number(DType::I64) => "int".to_owned(),
            Sort::Number(DType::C128) => "complex".to_owned(),
            Sort::Number(_) => "float".to_owned(),
        }
    }
}

fn number_type<'py>(py: Python<'py>, dtype: DType) -> Bound<'py, PyType> {
    match dtype {
        DType::I64 => PyInt::type_object(py),
        DType::C128 => PyComplex::type_object(py),
        _ => PyFloat::type_object(py), // the third kind
    }
}

/// Returns names and what they are as a dict.
pub(crate) fn by_name<'py>(
    py: Python<'py>,
    signature: &[(String, Sort)],
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, sort) in signature {
        dict.set_item(name, sort.object(py)?)?;
    }
    Ok(dict)
}
