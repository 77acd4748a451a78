//! Shared libraries that are opened while the benchmark runs.
#![expect(unsafe_code, reason = "the loader is called")]

use std::ffi::{CString, c_void};
use std::ptr::NonNull;

/// The address of a function.
pub(crate) type Symbol = NonNull<c_void>;

/// A library, which stays open.
#[derive(Clone, Copy)]
pub(crate) struct Shared(#[cfg_attr(not(target_os = "linux"), expect(dead_code))] NonNull<c_void>);

impl Shared {
    /// Opens a library by its path, or by its name where the loader finds it. What it defines is there for those
    /// that are opened after it.
    #[cfg(target_os = "linux")]
    pub(crate) fn open(path: &str) -> Option<Shared> {
        let path = CString::new(path).ok()?;
        // SAFETY: a string that ends in a zero. The libraries have no initialisers that need anything.
        let library = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_GLOBAL) };
        NonNull::new(library).map(Shared)
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn open(_: &str) -> Option<Shared> {
        None
    }

    /// Returns where a function is, if there is one of this name.
    #[cfg(target_os = "linux")]
    pub(crate) fn symbol(self, name: &str) -> Option<Symbol> {
        let name = CString::new(name).ok()?;
        // SAFETY: the library is open, and the string ends in a zero.
        NonNull::new(unsafe { libc::dlsym(self.0.as_ptr(), name.as_ptr()) })
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn symbol(self, _: &str) -> Option<Symbol> {
        None
    }
}
