//! Names to objects: in the caller's frame, as numexpr does, or in mappings.
#![expect(unsafe_code, reason = "asks the interpreter for the frame of the caller")]

use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

/// Where names are looked up: first in the one, then in the other.
pub(crate) struct Scope<'py> {
    locals: Option<Bound<'py, PyAny>>,
    globals: Option<Bound<'py, PyAny>>,
    /// Whether the locals are a copy of a function's variables that is made for us.
    is_copy: bool,
}

impl<'py> Scope<'py> {
    /// As numexpr: what is not given is the caller's.
    pub(crate) fn new(
        py: Python<'py>,
        local_dict: Option<Bound<'py, PyAny>>,
        global_dict: Option<Bound<'py, PyAny>>,
    ) -> Scope<'py> {
        let is_copy = local_dict.is_none();
        let locals = local_dict.or_else(|| {
            // SAFETY: the thread is attached.
            let dict = unsafe { ffi::PyEval_GetLocals() };
            // SAFETY: a borrowed reference, or null without a frame.
            unsafe { Bound::from_borrowed_ptr_or_opt(py, dict) }
        });
        let globals = global_dict.or_else(|| {
            // SAFETY: as above.
            let dict = unsafe { ffi::PyEval_GetGlobals() };
            // SAFETY: as above.
            unsafe { Bound::from_borrowed_ptr_or_opt(py, dict) }
        });
        // Without a frame an exception may be set.
        if locals.is_none() || globals.is_none() {
            // SAFETY: the thread is attached.
            unsafe { ffi::PyErr_Clear() };
        }
        Scope { locals, globals, is_copy }
    }

    /// Returns what a name stands for.
    pub(crate) fn get(&self, name: &Bound<'py, PyString>) -> PyResult<Option<Bound<'py, PyAny>>> {
        for scope in [&self.locals, &self.globals].into_iter().flatten() {
            let found = match scope.cast_exact::<PyDict>() {
                Ok(dict) => dict.get_item(name)?,
                Err(_) => item(scope, name)?,
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

/// References to the locals of a function that nobody else has.
const IN_FRAME_AND_HERE: isize = 2;

/// The locals of a function are given to us as a dict that its frame keeps, and with it the arrays, also those
/// that the function deletes. So it is emptied where nobody else has it.
impl Drop for Scope<'_> {
    fn drop(&mut self) {
        if let (true, Some(locals), Some(globals)) = (self.is_copy, &self.locals, &self.globals)
            && !locals.is(globals)
            && references(locals) == IN_FRAME_AND_HERE
            && is_function_frame(locals.py())
            && let Ok(dict) = locals.cast_exact::<PyDict>()
        {
            dict.clear();
        }
    }
}

fn references(object: &Bound<'_, PyAny>) -> isize {
    // SAFETY: the object is alive.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) }
}

/// Returns whether the caller is a function, whose locals are a copy; those of a class body are not.
fn is_function_frame(py: Python<'_>) -> bool {
    const CO_OPTIMIZED: u32 = 1;
    // SAFETY: the thread is attached; a borrowed reference, or null without a frame.
    let frame = unsafe { ffi::PyEval_GetFrame() };
    if frame.is_null() {
        return false;
    }
    // SAFETY: the frame is that of the caller, and alive.
    let code = unsafe { ffi::PyFrame_GetCode(frame) };
    // SAFETY: a new reference, which is never null.
    let code = unsafe { Bound::from_owned_ptr(py, code.cast()) };
    let flags =
        code.getattr(pyo3::intern!(py, "co_flags")).and_then(|flags| flags.extract::<u32>());
    flags.is_ok_and(|flags| flags & CO_OPTIMIZED != 0)
}

/// Looks into a mapping that is no dict.
fn item<'py>(
    mapping: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = mapping.py();
    match mapping.get_item(name) {
        Ok(object) => Ok(Some(object)),
        Err(error) if error.is_instance_of::<PyKeyError>(py) => Ok(None),
        Err(error) if error.is_instance_of::<PyTypeError>(py) => {
            let message = format!("names are looked up in mappings, not in {}", mapping.get_type());
            Err(PyTypeError::new_err(message))
        }
        Err(error) => Err(error),
    }
}
