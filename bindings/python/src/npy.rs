//! NumPy's arrays as memory, in and out.
#![expect(unsafe_code, reason = "reads and makes arrays of NumPy")]

use std::ffi::c_int;
use std::sync::atomic::{AtomicPtr, Ordering};

use numjit::{Array, ArrayMut, ArrayRef, ByteOrder, DType};
use numpy::npyffi::flags::{NPY_ARRAY_C_CONTIGUOUS, NPY_ARRAY_WRITEABLE};
use numpy::npyffi::objects::{
    _PyArray_GET_ITEM_DATA, _PyDataType_GET_ITEM_DATA, PyArrayObject, PyArrayObject_fields,
};
use numpy::npyffi::{NpyTypes, PY_ARRAY_API, get_type_object};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::dtypes;
use crate::errors;

/// The type `numpy.ndarray`.
pub(crate) fn array_type(py: Python<'_>) -> *mut ffi::PyTypeObject {
    static TYPE: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(std::ptr::null_mut());
    let known = TYPE.load(Ordering::Relaxed);
    if !known.is_null() {
        return known;
    }
    // SAFETY: the thread is attached.
    let found = unsafe { get_type_object(py, NpyTypes::PyArray_Type) };
    TYPE.store(found, Ordering::Relaxed);
    found
}

/// An array of NumPy, which stays as it is while this is borrowed.
#[derive(Clone, Copy)]
pub(crate) struct NpArray<'a, 'py> {
    object: &'a Bound<'py, PyAny>,
}

impl<'a, 'py> NpArray<'a, 'py> {
    /// Returns the object as an array, if it is one and of no subclass.
    pub(crate) fn exact(object: &'a Bound<'py, PyAny>) -> Option<NpArray<'a, 'py>> {
        (object.get_type_ptr() == array_type(object.py())).then_some(NpArray { object })
    }

    /// Returns the object as an array, if it is one, also of a subclass.
    pub(crate) fn any(object: &'a Bound<'py, PyAny>) -> Option<NpArray<'a, 'py>> {
        // SAFETY: both pointers are to live objects.
        let is = unsafe { ffi::PyObject_TypeCheck(object.as_ptr(), array_type(object.py())) };
        (is != 0).then_some(NpArray { object })
    }

    fn fields(&self) -> &'a PyArrayObject_fields {
        let array = self.object.as_ptr().cast::<PyArrayObject>();
        // SAFETY: the object is an array.
        let fields = unsafe { _PyArray_GET_ITEM_DATA(array) };
        // SAFETY: the array is alive as long as the reference to it.
        unsafe { &*fields }
    }

    pub(crate) fn shape(&self) -> &'a [usize] {
        let fields = self.fields();
        if fields.nd == 0 {
            return &[];
        }
        // SAFETY: an array has `nd` lengths, which are not negative.
        unsafe { std::slice::from_raw_parts(fields.dimensions.cast(), fields.nd as usize) }
    }

    fn strides(&self) -> &'a [isize] {
        let fields = self.fields();
        if fields.nd == 0 {
            return &[];
        }
        // SAFETY: an array has `nd` strides.
        unsafe { std::slice::from_raw_parts(fields.strides, fields.nd as usize) }
    }

    pub(crate) fn is_c_contiguous(&self) -> bool {
        self.fields().flags & NPY_ARRAY_C_CONTIGUOUS != 0
    }

    /// Returns the address of the element at index zero.
    pub(crate) fn data(&self) -> *const u8 {
        self.fields().data.cast_const().cast()
    }

    /// Returns whether the bytes of elements are in the order of the machine.
    pub(crate) fn is_native(&self) -> bool {
        // SAFETY: the dtype is that of an array.
        let fields = unsafe { _PyDataType_GET_ITEM_DATA(self.fields().descr) };
        // SAFETY: these are the fields of a live dtype object.
        let fields = unsafe { &*fields };
        matches!(fields.byteorder.cast_unsigned(), b'=' | b'|')
    }

    pub(crate) fn is_writeable(&self) -> bool {
        self.fields().flags & NPY_ARRAY_WRITEABLE != 0
    }

    /// Returns whether elements are of this dtype, in the machine's order of bytes.
    pub(crate) fn is_native_of(&self, wanted: DType) -> bool {
        // SAFETY: the dtype is that of an array.
        let read = unsafe { dtypes::read(self.object.py(), self.fields().descr) };
        read.is_ok_and(|(dtype, order)| dtype == wanted && order == ByteOrder::Native)
    }

    /// Returns the array as an input. `name` is for the error about its dtype.
    ///
    /// # Safety
    /// The object is kept alive as long as the result. (That nobody writes meanwhile is what NumPy relies on,
    /// too.)
    pub(crate) unsafe fn input(&self, name: &str) -> PyResult<ArrayRef<'static>> {
        let py = self.object.py();
        let fields = self.fields();
        // SAFETY: the dtype is that of an array.
        let (dtype, order) = unsafe { dtypes::read(py, fields.descr) }
            .map_err(|unsupported| unsupported.error(py, fields.descr, &format!("`{name}`")))?;
        let data = fields.data.cast::<u8>();
        // SAFETY: the memory of an array is as its fields say; the caller keeps it alive.
        unsafe { ArrayRef::from_raw_parts(data, dtype, self.shape(), self.strides(), order) }
            .map_err(|error| errors::raise(py, &error))
    }

    /// Returns the array as an output.
    ///
    /// # Safety
    /// As for [`input`](NpArray::input).
    pub(crate) unsafe fn output(&self) -> PyResult<ArrayMut<'static>> {
        let py = self.object.py();
        let fields = self.fields();
        if !self.is_writeable() {
            return Err(PyValueError::new_err("`out` is read-only"));
        }
        // SAFETY: the dtype is that of an array.
        let (dtype, order) = unsafe { dtypes::read(py, fields.descr) }
            .map_err(|unsupported| unsupported.error(py, fields.descr, "`out`"))?;
        let data = fields.data.cast::<u8>();
        // SAFETY: as for an input; the array is writeable.
        unsafe { ArrayMut::from_raw_parts(data, dtype, self.shape(), self.strides(), order) }
            .map_err(|error| errors::raise(py, &error))
    }

    /// Returns an array whose elements lie in C order as an output of one axis.
    ///
    /// # Safety
    /// As for [`input`](NpArray::input), and the array is writeable.
    pub(crate) unsafe fn flat_output(&self, dtype: DType) -> PyResult<ArrayMut<'static>> {
        assert!(self.is_c_contiguous());
        let data = self.fields().data.cast::<u8>();
        let (n, size) = (self.shape().iter().product(), dtype.size().cast_signed());
        // SAFETY: as for an output; the elements lie one after the other.
        unsafe { ArrayMut::from_raw_parts(data, dtype, &[n], &[size], ByteOrder::Native) }
            .map_err(|error| errors::raise(self.object.py(), &error))
    }
}

/// Makes an array without setting its elements; C order.
pub(crate) fn empty<'py>(
    py: Python<'py>,
    dtype: DType,
    shape: &[usize],
) -> PyResult<Bound<'py, PyAny>> {
    let descr = dtypes::descr(py, dtype)?;
    let dims = shape.as_ptr().cast_mut().cast();
    // SAFETY: NumPy takes the reference to the dtype, and reads as many lengths as are given.
    let array = unsafe {
        PY_ARRAY_API.PyArray_Empty(py, shape.len() as c_int, dims, descr.into_ptr().cast(), 0)
    };
    // SAFETY: a new reference, or null with an exception set.
    unsafe { Bound::from_owned_ptr_or_err(py, array) }
}

/// Keeps the memory of a result alive for the array that shows it.
#[pyclass(frozen, module = "numjit._numjit")]
struct Memory {
    array: Array,
}

/// Makes an array of a result, around its memory.
pub(crate) fn wrap(py: Python<'_>, array: Array) -> PyResult<Bound<'_, PyAny>> {
    let descr = dtypes::descr(py, array.dtype())?;
    let memory = Bound::new(py, Memory { array })?;
    let array = &memory.get().array;
    let dims = array.shape().as_ptr().cast_mut().cast();
    let strides = array.strides().as_ptr().cast_mut();
    let data = array.memory().as_ptr().cast_mut().cast();
    let ndim = array.ndim() as c_int;
    // SAFETY: the memory is that of the result, with this dtype, shape and strides. Nothing but the new
    // array looks at it, so that it may be written to.
    let object = unsafe {
        PY_ARRAY_API.PyArray_NewFromDescr(
            py,
            array_type(py),
            descr.into_ptr().cast(),
            ndim,
            dims,
            strides,
            data,
            NPY_ARRAY_WRITEABLE,
            std::ptr::null_mut(),
        )
    };
    // SAFETY: a new reference, or null with an exception set.
    let object = unsafe { Bound::from_owned_ptr_or_err(py, object)? };
    // SAFETY: the array is new and has no base; NumPy takes the reference to the memory.
    let set = unsafe {
        PY_ARRAY_API.PyArray_SetBaseObject(py, object.as_ptr().cast(), memory.into_ptr())
    };
    if set < 0 { Err(PyErr::fetch(py)) } else { Ok(object) }
}

/// Makes the scalar object of an array without axes; other arrays stay as they are.
pub(crate) fn unwrap_single(array: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = array.py();
    // SAFETY: NumPy takes the reference to the array.
    let object = unsafe { PY_ARRAY_API.PyArray_Return(py, array.into_ptr().cast()) };
    // SAFETY: a new reference, or null with an exception set.
    unsafe { Bound::from_owned_ptr_or_err(py, object) }
}

/// Returns whether an object is a scalar of NumPy.
pub(crate) fn is_scalar(object: &Bound<'_, PyAny>) -> bool {
    // SAFETY: the thread is attached.
    let generic = unsafe { get_type_object(object.py(), NpyTypes::PyGenericArrType_Type) };
    // SAFETY: both pointers are to live objects.
    unsafe { ffi::PyObject_TypeCheck(object.as_ptr(), generic) != 0 }
}

/// Makes an array of a scalar, a list or a tuple; a list gets the dtype that is wanted, if its own can be
/// converted to it within its kind.
pub(crate) fn from_any<'py>(
    object: &Bound<'py, PyAny>,
    wanted: Option<DType>,
    what: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    // SAFETY: no dtype is asked for, and there is no context.
    let array = unsafe {
        PY_ARRAY_API.PyArray_FromAny(
            py,
            object.as_ptr(),
            std::ptr::null_mut(),
            0,
            0,
            0,
            std::ptr::null_mut(),
        )
    };
    // SAFETY: a new reference, or null with an exception set.
    let array = unsafe { Bound::from_owned_ptr_or_err(py, array) }.map_err(|error| {
        let message = format!("{what} is no array: {}", error.value(py));
        let replaced = PyTypeError::new_err(message);
        replaced.set_cause(py, Some(error));
        replaced
    })?;
    match wanted {
        Some(dtype) if !is_scalar(object) && dtype.is_numeric() => {
            let options = PyDict::new(py);
            options.set_item("casting", "same_kind")?;
            options.set_item("copy", false)?;
            array.call_method("astype", (dtypes::descr(py, dtype)?,), Some(&options))
        }
        _ => Ok(array),
    }
}
