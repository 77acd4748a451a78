//! Stands in for the code generator on architectures that it does not know: nothing is compiled, and
//! the interpreter runs.

use super::{CodegenError, Loop};

/// Whether loops may use vector instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Vectors {
    Host,
    Never,
}

/// Machine code, of which there is none.
pub(super) enum Native {}

impl Native {
    pub(super) fn max_elements(&self) -> usize {
        match *self {}
    }

    pub(super) fn scratch_bytes(&self) -> usize {
        match *self {}
    }

    /// # Safety
    /// Cannot be called.
    #[expect(unsafe_code, reason = "the same interface as machine code")]
    pub(super) unsafe fn call(&self, _: &[*const u8], _: &[*mut u8], _: *mut u8, _: usize) {
        match *self {}
    }
}

pub(super) fn compile(_: &Loop, _: Vectors) -> Result<Option<Native>, CodegenError> {
    Ok(None)
}

pub(super) fn clif(_: &Loop, _: Vectors) -> Option<String> {
    None
}

pub(super) fn disassembly(_: &Loop, _: Vectors) -> Option<String> {
    None
}

pub(super) fn describe(_: &Loop, _: Vectors) -> Option<String> {
    None
}

pub(super) fn architecture() -> Option<String> {
    None
}
