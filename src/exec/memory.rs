//! Memory for results and temporaries.
#![expect(
    unsafe_code,
    reason = "results are written by kernels into memory that is not initialised"
)]

use std::alloc::{self, Layout};

use super::view::View;
use crate::dtype::{DType, Element};

/// Runs `$body` with `$vec` bound to the vector, whatever its type.
macro_rules! each_buffer {
    ($buffer:expr, $vec:ident => $body:expr) => {
        match $buffer {
            $crate::exec::memory::Buffer::Bool($vec) => $body,
            $crate::exec::memory::Buffer::I32($vec) => $body,
            $crate::exec::memory::Buffer::I64($vec) => $body,
            $crate::exec::memory::Buffer::F32($vec) => $body,
            $crate::exec::memory::Buffer::F64($vec) => $body,
        }
    };
}

pub(crate) use each_buffer;

/// Owned elements.
#[derive(Clone, PartialEq)]
pub(crate) enum Buffer {
    Bool(Vec<bool>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    F32(Vec<f32>),
    F64(Vec<f64>),
}

impl Buffer {
    /// Returns a buffer without elements.
    pub(crate) fn new(dtype: DType) -> Buffer {
        match dtype {
            DType::Bool => Buffer::Bool(Vec::new()),
            DType::I32 => Buffer::I32(Vec::new()),
            DType::I64 => Buffer::I64(Vec::new()),
            DType::F32 => Buffer::F32(Vec::new()),
            DType::F64 => Buffer::F64(Vec::new()),
        }
    }

    pub(crate) fn len(&self) -> usize {
        each_buffer!(self, vec => vec.len())
    }

    pub(crate) fn view(&self) -> View<'_> {
        each_buffer!(self, vec => View::from_slice(vec))
    }

    pub(crate) fn clear(&mut self) {
        each_buffer!(self, vec => vec.clear());
    }

    /// Appends the elements of a view of the same dtype.
    pub(crate) fn extend(&mut self, view: &View<'_>) {
        each_buffer!(self, vec => vec.extend_from_slice(view.as_slice()));
    }
}

/// Results from this size on ask the kernel for huge pages: the page faults of fresh memory cost
/// several times the computation of a light expression (47 against 7 ms per 80 MB; 13 with huge
/// pages), while smaller blocks come from the allocator's free lists.
const HUGE_PAGES_FROM: usize = 4 << 20;

/// Why a result cannot be allocated.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("cannot allocate {bytes} bytes for the result")]
pub(crate) struct OutOfMemory {
    pub(crate) bytes: usize,
}

/// Makes a buffer of `n` elements out of what `fill` writes through the pointer it is given.
///
/// # Safety
/// `fill` initialises all `n` elements, a `bool` to 0 or 1.
pub(crate) unsafe fn filled(
    dtype: DType,
    n: usize,
    fill: impl FnOnce(*mut u8),
) -> Result<Buffer, OutOfMemory> {
    Ok(match dtype {
        // SAFETY: the caller's promise, for each arm.
        DType::Bool => Buffer::Bool(unsafe { vec(n, fill) }?),
        // SAFETY: as above.
        DType::I32 => Buffer::I32(unsafe { vec(n, fill) }?),
        // SAFETY: as above.
        DType::I64 => Buffer::I64(unsafe { vec(n, fill) }?),
        // SAFETY: as above.
        DType::F32 => Buffer::F32(unsafe { vec(n, fill) }?),
        // SAFETY: as above.
        DType::F64 => Buffer::F64(unsafe { vec(n, fill) }?),
    })
}

/// # Safety
/// As [`filled`].
unsafe fn vec<T: Element>(n: usize, fill: impl FnOnce(*mut u8)) -> Result<Vec<T>, OutOfMemory> {
    let mut vec: Vec<T> = Vec::new();
    let bytes = n.saturating_mul(size_of::<T>());
    vec.try_reserve_exact(n).map_err(|_| OutOfMemory { bytes })?;
    advise_huge_pages(vec.as_mut_ptr().cast(), bytes);
    fill(vec.as_mut_ptr().cast());
    // SAFETY: the capacity is at least `n`, and `fill` has initialised that many elements.
    unsafe { vec.set_len(n) };
    Ok(vec)
}

/// Asks for huge pages behind fresh memory. Only a hint: failure changes nothing but speed.
#[cfg(target_os = "linux")]
fn advise_huge_pages(ptr: *mut u8, bytes: usize) {
    const HUGE_PAGE: usize = 2 << 20;
    if bytes < HUGE_PAGES_FROM {
        return;
    }
    let start = ptr.addr().next_multiple_of(HUGE_PAGE);
    let end = (ptr.addr() + bytes) / HUGE_PAGE * HUGE_PAGE;
    if start < end {
        // SAFETY: the range lies inside one allocation; MADV_HUGEPAGE does not change its contents.
        unsafe { libc::madvise(ptr.with_addr(start).cast(), end - start, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(not(target_os = "linux"))]
fn advise_huge_pages(_ptr: *mut u8, _bytes: usize) {
    let _ = HUGE_PAGES_FROM;
}

/// Scratch memory of one thread, aligned to cache lines.
pub(crate) struct Scratch {
    ptr: *mut u8,
    layout: Layout,
}

impl Scratch {
    pub(crate) fn new(bytes: usize) -> Scratch {
        let layout = Layout::from_size_align(bytes, 64).expect("scratch memory is small");
        if bytes == 0 {
            return Scratch { ptr: std::ptr::without_provenance_mut(64), layout };
        }
        // SAFETY: the size is not zero.
        let ptr = unsafe { alloc::alloc(layout) };
        if ptr.is_null() {
            alloc::handle_alloc_error(layout);
        }
        Scratch { ptr, layout }
    }

    pub(crate) fn ptr(&mut self) -> *mut u8 {
        self.ptr
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.layout.size() != 0 {
            // SAFETY: allocated in `new` with this layout, which was not empty.
            unsafe { alloc::dealloc(self.ptr, self.layout) };
        }
    }
}
