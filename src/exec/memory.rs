//! Memory for results and temporaries.
#![expect(
    unsafe_code,
    reason = "results are written by kernels into memory that is not initialised"
)]

use std::alloc::{self, Layout};
use std::cell::Cell;

use crate::dtype::{Complex, DType, Element};

/// Declares [`Buffer`] and the matches over its variants.
macro_rules! buffers {
    ($($variant:ident($type:ty)),* $(,)?) => {
        /// Owned elements. Moments and durations are `i64`, the bytes of `S` are `u8`, the code points of
        /// `U` are `u32`.
        #[derive(Clone, PartialEq)]
        pub(crate) enum Buffer {
            $($variant(Vec<$type>),)*
        }

        $(impl From<Vec<$type>> for Buffer {
            fn from(vec: Vec<$type>) -> Buffer {
                Buffer::$variant(vec)
            }
        })*

        /// Runs `$body` with `$vec` bound to the vector, whatever its type.
        macro_rules! each_buffer {
            ($buffer:expr, $vec:ident => $body:expr) => {
                match $buffer {
                    $($crate::exec::memory::Buffer::$variant($vec) => $body,)*
                }
            };
        }
    };
}

buffers! {
    Bool(bool), I8(i8), I16(i16), I32(i32), I64(i64), U8(u8), U16(u16), U32(u32), U64(u64),
    F32(f32), F64(f64), C64(Complex<f32>), C128(Complex<f64>),
}

#[expect(clippy::single_component_path_imports, reason = "makes the macro a path")]
pub(crate) use each_buffer;

impl Buffer {
    /// Returns the dtype of the vector's own elements: `u8` for the bytes of `S`.
    fn element(&self) -> DType {
        fn of<T: Element>(_: &Vec<T>) -> DType {
            T::DTYPE
        }
        each_buffer!(self, vec => of(vec))
    }

    /// Returns the elements if they lie as those of type `T` do.
    pub(crate) fn as_slice<T: Element>(&self) -> Option<&[T]> {
        if self.element() != T::DTYPE {
            return None;
        }
        let len = each_buffer!(self, vec => vec.len());
        // SAFETY: the vector has as many initialised elements of a type with the same dtype, and a dtype
        // says how elements lie (see `Element`).
        Some(unsafe { std::slice::from_raw_parts(self.as_ptr().cast::<T>(), len) })
    }

    /// Returns the vector as one of elements of type `T`, without a copy.
    ///
    /// # Errors
    /// The buffer, if its elements do not lie as those of type `T` do.
    pub(crate) fn into_vec<T: Element>(self) -> Result<Vec<T>, Buffer> {
        if self.element() != T::DTYPE {
            return Err(self);
        }
        Ok(each_buffer!(self, vec => {
            let mut vec = std::mem::ManuallyDrop::new(vec);
            let (ptr, len, capacity) = (vec.as_mut_ptr(), vec.len(), vec.capacity());
            // SAFETY: the parts of a vector that is not dropped, of elements with the same dtype, so of the
            // same size and alignment.
            unsafe { Vec::from_raw_parts(ptr.cast::<T>(), len, capacity) }
        }))
    }

    pub(crate) fn as_ptr(&self) -> *const u8 {
        each_buffer!(self, vec => vec.as_ptr().cast())
    }

    /// Returns the elements as they lie in memory.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        let bytes = each_buffer!(self, vec => size_of_val(vec.as_slice()));
        // SAFETY: the vector owns this many initialised bytes; its types have no padding.
        unsafe { std::slice::from_raw_parts(self.as_ptr(), bytes) }
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

/// Memory for a result that is about to be written.
pub(crate) struct Fresh {
    /// Without elements, but with room for them.
    buffer: Buffer,
    /// How many elements of the buffer's type there will be.
    n: usize,
}

impl Fresh {
    /// Makes room for `n` elements.
    pub(crate) fn new(dtype: DType, n: usize) -> Result<Fresh, OutOfMemory> {
        let times = |width: u32| n.saturating_mul(width as usize);
        let (buffer, n) = match dtype {
            DType::Bool => (room::<bool>(n)?, n),
            DType::I8 => (room::<i8>(n)?, n),
            DType::I16 => (room::<i16>(n)?, n),
            DType::I32 => (room::<i32>(n)?, n),
            DType::I64 | DType::Datetime(_) | DType::Timedelta(_) => (room::<i64>(n)?, n),
            DType::U8 => (room::<u8>(n)?, n),
            DType::U16 => (room::<u16>(n)?, n),
            DType::U32 => (room::<u32>(n)?, n),
            DType::U64 => (room::<u64>(n)?, n),
            DType::F32 => (room::<f32>(n)?, n),
            DType::F64 => (room::<f64>(n)?, n),
            DType::C64 => (room::<Complex<f32>>(n)?, n),
            DType::C128 => (room::<Complex<f64>>(n)?, n),
            DType::Bytes(width) => (room::<u8>(times(width))?, times(width)),
            DType::Str(width) => (room::<u32>(times(width))?, times(width)),
        };
        Ok(Fresh { buffer, n })
    }

    /// Returns where the first element will be.
    pub(crate) fn ptr(&mut self) -> *mut u8 {
        each_buffer!(&mut self.buffer, vec => vec.as_mut_ptr().cast())
    }

    /// Returns the elements.
    ///
    /// # Safety
    /// All of them have been written through [`ptr`](Fresh::ptr), a `bool` as 0 or 1.
    pub(crate) unsafe fn written(mut self) -> Buffer {
        each_buffer!(&mut self.buffer, vec => {
            assert!(vec.capacity() >= self.n);
            // SAFETY: the capacity is at least `n`, and the caller has initialised as many elements.
            unsafe { vec.set_len(self.n) }
        });
        self.buffer
    }
}

fn room<T: Element>(n: usize) -> Result<Buffer, OutOfMemory>
where
    Buffer: From<Vec<T>>,
{
    let mut vec: Vec<T> = Vec::new();
    let bytes = n.saturating_mul(size_of::<T>());
    vec.try_reserve_exact(n).map_err(|_| OutOfMemory { bytes })?;
    advise_huge_pages(vec.as_mut_ptr().cast(), bytes);
    Ok(Buffer::from(vec))
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

/// Memory for what a kernel keeps from one step to the next; aligned to 64 bytes, not initialised.
///
/// Each thread keeps one piece for the next that wants some, as a call on a few elements takes less time than
/// `malloc` does for aligned memory.
pub(crate) struct Scratch(Option<Block>);

/// A thread does not keep more than so many bytes.
const KEPT: usize = 64 << 10;

thread_local! {
    static SPARE: Cell<Option<Block>> = const { Cell::new(None) };
}

impl Scratch {
    pub(crate) fn new(bytes: usize) -> Scratch {
        if bytes == 0 {
            return Scratch(None);
        }
        // A thread that is ending keeps nothing.
        let spare = SPARE.try_with(Cell::take).ok().flatten();
        let spare = spare.filter(|block| block.layout.size() >= bytes);
        Scratch(Some(spare.unwrap_or_else(|| Block::new(bytes.max(4096)))))
    }

    pub(crate) fn ptr(&mut self) -> *mut u8 {
        self.0.as_ref().map_or(std::ptr::without_provenance_mut(64), |block| block.ptr)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(block) = self.0.take_if(|block| block.layout.size() <= KEPT) {
            // On a thread that is ending the block is dropped here.
            let _ = SPARE.try_with(|spare| spare.set(Some(block)));
        }
    }
}

/// Memory that is freed when dropped.
struct Block {
    ptr: *mut u8,
    layout: Layout,
}

impl Block {
    fn new(bytes: usize) -> Block {
        assert!(bytes > 0);
        let layout = Layout::from_size_align(bytes, 64).expect("scratch memory is small");
        // SAFETY: the size is not zero.
        let ptr = unsafe { alloc::alloc(layout) };
        if ptr.is_null() {
            alloc::handle_alloc_error(layout);
        }
        Block { ptr, layout }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: allocated in `new` with this layout.
        unsafe { alloc::dealloc(self.ptr, self.layout) };
    }
}
