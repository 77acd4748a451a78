//! Transposes rectangles, in vector registers where there are instructions for it.
#![expect(unsafe_code, reason = "copies between raw places that the caller vouches for")]

use std::array;

/// Lines of elements that lie side by side: where the first begins, and the bytes from one to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lines {
    pub(super) start: *mut u8,
    pub(super) step: isize,
}

impl Lines {
    /// Returns the place of an element.
    #[inline(always)]
    fn at<T>(self, line: usize, element: usize) -> *mut T {
        let offset = line.cast_signed() * self.step + (element * size_of::<T>()).cast_signed();
        self.start.wrapping_offset(offset).cast()
    }
}

/// An element that blocks of `SIDE` lines of as many elements are transposed of.
pub(super) trait Element: Copy {
    const SIDE: usize;

    /// Transposes the block whose first element is number `at.1` of line `at.0` of `from`.
    ///
    /// # Safety
    /// The block is readable in `from`, and where it goes writable in `to`.
    unsafe fn block(from: Lines, to: Lines, at: (usize, usize));
}

/// Makes lines of columns: element `j` of line `i` of `from` becomes element `i` of line `j` of `to`.
///
/// # Safety
/// `from` has `lines` lines of `len` readable elements, and `to` has `len` lines of `lines` writable ones.
#[inline(always)]
pub(super) unsafe fn transpose<T: Element>(from: Lines, to: Lines, (lines, len): (usize, usize)) {
    /// Bytes of a cache line, which is read once from each of a few lines.
    const CACHE_LINE: usize = 64;
    let strip = CACHE_LINE / size_of::<T>();
    let (whole_lines, whole) = (lines - lines % T::SIDE, len - len % T::SIDE);
    for first in (0..whole).step_by(strip) {
        for line in (0..whole_lines).step_by(T::SIDE) {
            for element in (first..whole.min(first + strip)).step_by(T::SIDE) {
                // SAFETY: the block lies in the rectangle.
                unsafe { T::block(from, to, (line, element)) };
            }
        }
    }
    for line in 0..lines {
        let first = if line < whole_lines { whole } else { 0 };
        for element in first..len {
            // SAFETY: a block of one, in the rectangle.
            unsafe { block::<T, T, 1>(from, to, (line, element), |x| x) };
        }
    }
}

/// Transposes a block whose lines are registers, or arrays.
///
/// # Safety
/// As [`Element::block`].
#[inline(always)]
unsafe fn block<T: Element, Line, const SIDE: usize>(
    from: Lines,
    to: Lines,
    (line, element): (usize, usize),
    turn: impl FnOnce([Line; SIDE]) -> [Line; SIDE],
) {
    const { assert!(size_of::<Line>() == SIDE * size_of::<T>()) };
    let lines = array::from_fn(|k| {
        let line = from.at::<T>(line + k, element).cast::<Line>();
        // SAFETY: the caller's promise; the types that this is called with have no invalid values.
        unsafe { line.read_unaligned() }
    });
    for (k, column) in turn(lines).into_iter().enumerate() {
        let line = to.at::<T>(element + k, line).cast::<Line>();
        // SAFETY: the caller's promise.
        unsafe { line.write_unaligned(column) };
    }
}

macro_rules! elements {
    ($($type:ty, $side:literal, $turn:path;)*) => {$(
        impl Element for $type {
            const SIDE: usize = $side;

            #[inline(always)]
            unsafe fn block(from: Lines, to: Lines, at: (usize, usize)) {
                // SAFETY: the caller's promise.
                unsafe { block::<$type, _, $side>(from, to, at, $turn) };
            }
        }
    )*};
}

elements! {
    u8, 4, turn::<u8, 4>;
    u16, 4, turn::<u16, 4>;
    u32, 4, turn_u32;
    u64, 2, turn_u64;
}

#[inline(always)]
fn turn<T: Copy, const SIDE: usize>(lines: [[T; SIDE]; SIDE]) -> [[T; SIDE]; SIDE] {
    array::from_fn(|k| array::from_fn(|line| lines[line][k]))
}

#[cfg(target_arch = "x86_64")]
use sse2::{turn_u32, turn_u64};

#[cfg(not(target_arch = "x86_64"))]
fn turn_u32(lines: [[u32; 4]; 4]) -> [[u32; 4]; 4] {
    turn(lines)
}

#[cfg(not(target_arch = "x86_64"))]
fn turn_u64(lines: [[u64; 2]; 2]) -> [[u64; 2]; 2] {
    turn(lines)
}

#[cfg(target_arch = "x86_64")]
mod sse2 {
    use std::arch::x86_64::{
        __m128i, _mm_unpackhi_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi32, _mm_unpacklo_epi64,
    };

    macro_rules! unpack {
        ($instruction:ident, $x:expr, $y:expr) => {
            // SAFETY: SSE2 is part of x86-64.
            unsafe { $instruction($x, $y) }
        };
    }

    #[inline(always)]
    pub(super) fn turn_u64([a, b]: [__m128i; 2]) -> [__m128i; 2] {
        [unpack!(_mm_unpacklo_epi64, a, b), unpack!(_mm_unpackhi_epi64, a, b)]
    }

    #[inline(always)]
    pub(super) fn turn_u32([a, b, c, d]: [__m128i; 4]) -> [__m128i; 4] {
        let low = [unpack!(_mm_unpacklo_epi32, a, b), unpack!(_mm_unpacklo_epi32, c, d)];
        let high = [unpack!(_mm_unpackhi_epi32, a, b), unpack!(_mm_unpackhi_epi32, c, d)];
        let ([k, l], [m, n]) = (turn_u64(low), turn_u64(high));
        [k, l, m, n]
    }
}
