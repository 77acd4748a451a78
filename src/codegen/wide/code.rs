//! Executable memory that belongs to one kernel.
#![expect(unsafe_code, reason = "machine code is entered through a raw pointer")]

use std::sync::Arc;

use memmap2::{Mmap, MmapMut};

use crate::codegen::CodegenError;

/// The interface of generated code: the table of pointers, the number of elements, and scratch memory.
type Entry = unsafe extern "sysv64" fn(*const *mut u8, usize, *mut u8);

/// Machine code, read-only, and freed when dropped.
pub(super) struct Code {
    map: Mmap,
}

impl Code {
    pub(super) fn new(bytes: &[u8]) -> Result<Code, CodegenError> {
        let failure = |error: std::io::Error| CodegenError::Memory(Arc::from(error.to_string()));
        let mut map = MmapMut::map_anon(bytes.len()).map_err(failure)?;
        map[..bytes.len()].copy_from_slice(bytes);
        Ok(Code { map: map.make_exec().map_err(failure)? })
    }

    /// Runs the function that starts at a byte.
    ///
    /// # Safety
    /// A function for an [`Entry`] starts there, and its own requirements on the arguments hold.
    pub(super) unsafe fn call(
        &self,
        start: usize,
        table: *const *mut u8,
        n: usize,
        scratch: *mut u8,
    ) {
        let address: *const u8 = &raw const self.map[start];
        // SAFETY: the caller vouches that a function of this interface starts there.
        let entry = unsafe { std::mem::transmute::<*const u8, Entry>(address) };
        // SAFETY: the memory is executable and alive as long as `self`; the caller vouches for the
        // arguments.
        unsafe { entry(table, n, scratch) }
    }
}
