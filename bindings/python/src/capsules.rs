//! Arrow's PyCapsule interface: arrays of other libraries in, and results out.
//!
//! <https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>
#![expect(unsafe_code, reason = "takes structures over from other libraries")]

use std::ffi::{CStr, c_char, c_int, c_void};

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi, to_ffi};
use arrow_array::{Array, ArrayRef, make_array};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};

const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";
const STREAM: &CStr = c"arrow_array_stream";

/// Returns what an object offers as an Arrow array; `None` if it offers none. The pieces of a stream are
/// joined, which copies them if there are several.
pub(crate) fn import(object: &Bound<'_, PyAny>) -> PyResult<Option<ArrayRef>> {
    let py = object.py();
    if let Some(method) = object.getattr_opt(pyo3::intern!(py, "__arrow_c_array__"))? {
        let pair = method.call0()?.cast_into::<PyTuple>()?;
        let (schema, array) = (pair.get_item(0)?, pair.get_item(1)?);
        let schema = take::<FFI_ArrowSchema>(&schema, SCHEMA)?;
        let array = take::<FFI_ArrowArray>(&array, ARRAY)?;
        return make(array, &schema).map(Some);
    }
    let Some(method) = object.getattr_opt(pyo3::intern!(py, "__arrow_c_stream__"))? else {
        return Ok(None);
    };
    let capsule = method.call0()?;
    let mut stream = take::<Stream>(&capsule, STREAM)?;
    let schema = stream.schema()?;
    let mut pieces = Vec::new();
    while let Some(array) = stream.next()? {
        pieces.push(make(array, &schema)?);
    }
    match &pieces[..] {
        [] => {
            let data_type =
                arrow_schema::DataType::try_from(&schema).map_err(|e| arrow_error(&e))?;
            Ok(Some(arrow_array::new_empty_array(&data_type)))
        }
        [piece] => Ok(Some(piece.clone())),
        pieces => {
            let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
            arrow_select::concat::concat(&pieces).map(Some).map_err(|error| arrow_error(&error))
        }
    }
}

fn make(array: FFI_ArrowArray, schema: &FFI_ArrowSchema) -> PyResult<ArrayRef> {
    // SAFETY: whoever made the capsules vouches for the structures, which the interface demands.
    let data = unsafe { from_ffi(array, schema) }.map_err(|error| arrow_error(&error))?;
    Ok(make_array(data))
}

fn arrow_error(error: &arrow_schema::ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// A structure of the C interface, which can be moved out of its place.
trait Movable: Sized {
    fn empty() -> Self;
}

impl Movable for FFI_ArrowSchema {
    fn empty() -> Self {
        FFI_ArrowSchema::empty()
    }
}

impl Movable for FFI_ArrowArray {
    fn empty() -> Self {
        FFI_ArrowArray::empty()
    }
}

/// Takes the structure out of a capsule.
fn take<T: Movable>(capsule: &Bound<'_, PyAny>, name: &CStr) -> PyResult<T> {
    let capsule = capsule.cast::<PyCapsule>().map_err(|_| {
        PyTypeError::new_err("the Arrow C data interface of an object returns no capsule")
    })?;
    let pointer = capsule.pointer_checked(Some(name))?.cast::<T>();
    // SAFETY: a capsule of this name leads to this structure; taking it leaves a released one behind.
    Ok(unsafe { pointer.replace(T::empty()) })
}

/// `ArrowArrayStream` of the C stream interface. (That of `arrow_array` is for record batches only.)
#[repr(C)]
struct Stream {
    get_schema: Option<unsafe extern "C" fn(*mut Stream, *mut FFI_ArrowSchema) -> c_int>,
    get_next: Option<unsafe extern "C" fn(*mut Stream, *mut FFI_ArrowArray) -> c_int>,
    get_last_error: Option<unsafe extern "C" fn(*mut Stream) -> *const c_char>,
    release: Option<unsafe extern "C" fn(*mut Stream)>,
    private_data: *mut c_void,
}

impl Movable for Stream {
    fn empty() -> Self {
        Stream {
            get_schema: None,
            get_next: None,
            get_last_error: None,
            release: None,
            private_data: std::ptr::null_mut(),
        }
    }
}

impl Stream {
    fn schema(&mut self) -> PyResult<FFI_ArrowSchema> {
        let mut schema = FFI_ArrowSchema::empty();
        let get = self.get_schema.ok_or_else(released)?;
        // SAFETY: the stream is not released, and the schema is a place to write to.
        match unsafe { get(self, &raw mut schema) } {
            0 => Ok(schema),
            _ => Err(self.error()),
        }
    }

    /// Returns the next piece, or `None` at the end.
    fn next(&mut self) -> PyResult<Option<FFI_ArrowArray>> {
        let mut array = FFI_ArrowArray::empty();
        let get = self.get_next.ok_or_else(released)?;
        // SAFETY: the stream is not released, and the array is a place to write to.
        match unsafe { get(self, &raw mut array) } {
            0 if array.is_released() => Ok(None),
            0 => Ok(Some(array)),
            _ => Err(self.error()),
        }
    }

    fn error(&mut self) -> PyErr {
        // SAFETY: called after an error, on a stream that is not released.
        let text = self.get_last_error.map(|get| unsafe { get(self) });
        let text = match text {
            Some(text) if !text.is_null() => {
                // SAFETY: a string that lives until the next call.
                unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
            }
            Some(_) | None => "an Arrow stream failed".to_owned(),
        };
        PyValueError::new_err(text)
    }
}

fn released() -> PyErr {
    PyValueError::new_err("the Arrow stream has been read already")
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            // SAFETY: the stream is ours and not released.
            unsafe { release(self) };
        }
    }
}

/// A result, for any library that reads the Arrow C data interface.
#[pyclass(frozen, module = "numjit._numjit")]
pub(crate) struct ArrowArray {
    array: ArrayRef,
}

impl ArrowArray {
    pub(crate) fn new(array: ArrayRef) -> ArrowArray {
        ArrowArray { array }
    }
}

#[pymethods]
impl ArrowArray {
    /// Returns the schema and the array as capsules. A requested schema is a wish, and not fulfilled.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        let _ = requested_schema;
        let (array, schema) = to_ffi(&self.array.to_data()).map_err(|error| arrow_error(&error))?;
        let schema = PyCapsule::new_with_value(py, schema, SCHEMA)?;
        let array = PyCapsule::new_with_value(py, array, ARRAY)?;
        Ok((schema, array))
    }

    fn __len__(&self) -> usize {
        self.array.len()
    }
}
