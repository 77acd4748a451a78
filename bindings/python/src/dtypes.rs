//! NumPy's dtypes and numjit's.
#![expect(unsafe_code, reason = "reads dtype objects of NumPy")]

use std::ffi::{c_int, c_long};

use numjit::{ByteOrder, DType, TimeUnit};
use numpy::PyArrayDescr;
use numpy::npyffi::objects::{PyArray_DatetimeDTypeMetaData, PyArray_Descr};
use numpy::npyffi::{self, NPY_TYPES, PY_ARRAY_API};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

/// Why a dtype of NumPy is none of numjit's.
pub(crate) struct Unsupported {
    /// What to do.
    help: &'static str,
}

/// Returns the dtype and byte order of an array with this dtype object.
///
/// # Safety
/// `descr` is a dtype object.
pub(crate) unsafe fn read(
    py: Python<'_>,
    descr: *mut PyArray_Descr,
) -> Result<(DType, ByteOrder), Unsupported> {
    // SAFETY: the caller's promise.
    let fields = unsafe { npyffi::objects::_PyDataType_GET_ITEM_DATA(descr) };
    // SAFETY: these are the fields of a live dtype object.
    let fields = unsafe { &*fields };
    // SAFETY: as above.
    let size = || unsafe { npyffi::objects::PyDataType_ELSIZE(py, descr) };
    let units = |width: npyffi::npy_intp| {
        let width = u32::try_from(size() / width).ok();
        width.ok_or(Unsupported { help: "use shorter strings" })
    };
    // SAFETY: as above; dtypes of kind M and m have this metadata.
    let unit = || unsafe { time_unit(py, descr) };
    let dtype = match (fields.kind.cast_unsigned(), fields.type_num) {
        (b'f', NPY_DOUBLE) => DType::F64,
        (b'b', _) => DType::Bool,
        (b'i', _) => match size() {
            1 => DType::I8,
            2 => DType::I16,
            4 => DType::I32,
            _ => DType::I64,
        },
        (b'u', _) => match size() {
            1 => DType::U8,
            2 => DType::U16,
            4 => DType::U32,
            _ => DType::U64,
        },
        (b'f', _) => match size() {
            2 => return Err(Unsupported { help: "convert it: `x.astype(np.float32)`" }),
            4 => DType::F32,
            _ => return Err(Unsupported { help: "convert it: `x.astype(np.float64)`" }),
        },
        (b'c', _) => match size() {
            8 => DType::C64,
            16 => DType::C128,
            _ => return Err(Unsupported { help: "convert it: `x.astype(np.complex128)`" }),
        },
        (b'S', _) => DType::Bytes(units(1)?),
        (b'U', _) => DType::Str(units(4)?),
        (b'M', _) => DType::Datetime(unit()?),
        (b'm', _) => DType::Timedelta(unit()?),
        (b'O', _) => {
            return Err(Unsupported {
                help: "numjit computes with numbers, not with Python objects: \
                       convert it with `x.astype(...)`",
            });
        }
        (b'V', _) => return Err(Unsupported { help: "take the fields out: `x['name']`" }),
        (b'T', _) => return Err(Unsupported { help: "convert it: `x.astype('U')`" }),
        _ => return Err(Unsupported { help: "convert it with `x.astype(...)`" }),
    };
    let swapped = if cfg!(target_endian = "big") { b'<' } else { b'>' };
    let order = if fields.byteorder.cast_unsigned() == swapped {
        ByteOrder::Swapped
    } else {
        ByteOrder::Native
    };
    Ok((dtype, order))
}

const NPY_DOUBLE: c_int = NPY_TYPES::NPY_DOUBLE as c_int;

/// # Safety
/// `descr` is a dtype of moments or durations.
unsafe fn time_unit(py: Python<'_>, descr: *mut PyArray_Descr) -> Result<TimeUnit, Unsupported> {
    // SAFETY: the caller's promise.
    let metadata = unsafe { npyffi::objects::PyDataType_C_METADATA(py, descr) };
    // SAFETY: the metadata of such a dtype is of this type.
    let meta = unsafe { (*metadata.cast::<PyArray_DatetimeDTypeMetaData>()).meta };
    let symbols = ["Y", "M", "W", "", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"];
    let unit = symbols.get(meta.base as usize).and_then(|symbol| TimeUnit::from_symbol(symbol));
    match unit {
        Some(unit) if meta.num == 1 => Ok(unit),
        Some(_) => Err(Unsupported { help: "convert it to a plain unit: `x.astype('M8[ns]')`" }),
        None => Err(Unsupported { help: "give it a unit: `x.astype('m8[ns]')`" }),
    }
}

impl Unsupported {
    /// Returns the exception for an array; `what` says which one it is.
    pub(crate) fn error(self, py: Python<'_>, descr: *mut PyArray_Descr, what: &str) -> PyErr {
        // SAFETY: callers hold the array that the dtype belongs to.
        let descr = unsafe { Bound::from_borrowed_ptr(py, descr.cast()) };
        let name = descr.str().map_or_else(|_| "?".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!(
            "{what} has dtype {name}, which numjit does not compute with\nhelp: {}",
            self.help
        ))
    }
}

/// Returns the dtype object of NumPy.
pub(crate) fn descr<'py>(py: Python<'py>, dtype: DType) -> PyResult<Bound<'py, PyArrayDescr>> {
    let code = match dtype {
        DType::Bool => NPY_TYPES::NPY_BOOL,
        DType::I8 => NPY_TYPES::NPY_BYTE,
        DType::I16 => NPY_TYPES::NPY_SHORT,
        DType::I32 => NPY_TYPES::NPY_INT,
        DType::I64 if size_of::<c_long>() == 8 => NPY_TYPES::NPY_LONG,
        DType::I64 => NPY_TYPES::NPY_LONGLONG,
        DType::U8 => NPY_TYPES::NPY_UBYTE,
        DType::U16 => NPY_TYPES::NPY_USHORT,
        DType::U32 => NPY_TYPES::NPY_UINT,
        DType::U64 if size_of::<c_long>() == 8 => NPY_TYPES::NPY_ULONG,
        DType::U64 => NPY_TYPES::NPY_ULONGLONG,
        DType::F32 => NPY_TYPES::NPY_FLOAT,
        DType::F64 => NPY_TYPES::NPY_DOUBLE,
        DType::C64 => NPY_TYPES::NPY_CFLOAT,
        DType::C128 => NPY_TYPES::NPY_CDOUBLE,
        _ => return PyArrayDescr::new(py, dtype.numpy_name()),
    };
    // SAFETY: the thread is attached, and the code is one of NumPy's own.
    let descr = unsafe { PY_ARRAY_API.PyArray_DescrFromType(py, code as c_int) };
    // SAFETY: a new reference, or null with an exception set.
    let descr = unsafe { Bound::from_owned_ptr_or_err(py, descr.cast())? };
    // SAFETY: what NumPy has returned is a dtype object.
    Ok(unsafe { descr.cast_into_unchecked() })
}

/// Returns the dtype that something describes which NumPy takes for one: `"f8"`, `np.float64`, `float`. Our
/// own short names mean something only where they are none of NumPy's: `"i8"` is `int64`, `"i16"` is `int16`.
pub(crate) fn parse(object: &Bound<'_, PyAny>, what: &str) -> PyResult<DType> {
    let py = object.py();
    let descr = match PyArrayDescr::new(py, object) {
        Ok(descr) => descr,
        Err(error) => {
            let name = object.cast::<PyString>().ok().and_then(|name| name.to_str().ok());
            return name.and_then(DType::from_name).ok_or(error);
        }
    };
    let ptr = descr.as_ptr().cast();
    // SAFETY: this is a dtype object.
    let read = unsafe { read(py, ptr) };
    read.map(|(dtype, _)| dtype).map_err(|unsupported| unsupported.error(py, ptr, what))
}

/// Returns names, or `None`, and dtypes as pairs.
pub(crate) fn pairs<'py>(
    py: Python<'py>,
    named: &[(Option<String>, DType)],
) -> PyResult<Bound<'py, PyAny>> {
    let pair = |(name, dtype): &(Option<String>, DType)| Ok((name.clone(), descr(py, *dtype)?));
    let pairs = named.iter().map(pair).collect::<PyResult<Vec<_>>>()?;
    Ok(PyTuple::new(py, pairs)?.into_any())
}
