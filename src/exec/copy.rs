//! Copies of rectangles of elements, one element size at a time.
//!
//! Where the row step is the shorter one, eight rows are copied at a time, so that each cache line of a
//! transposed array is read once.
#![expect(unsafe_code, reason = "copies between raw places that the caller vouches for")]

use super::transpose::{self, Lines, transpose};

/// Where an operand of a rectangle lies and how it steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) ptr: *mut u8,
    /// From row to row, in bytes.
    pub(super) row: isize,
    /// From column to column, in bytes.
    pub(super) column: isize,
}

/// Copies a rectangle from place to place.
///
/// # Safety
/// All elements of the rectangle are readable at `from` and writable at `to`.
pub(super) unsafe fn copy(from: Place, to: Place, lens: (usize, usize), size: usize, swap: bool) {
    macro_rules! typed {
        ($type:ty) => {
            // SAFETY: the caller's promise.
            unsafe { copy_or_transpose::<$type>(from, to, lens) }
        };
        ($type:ty, $change:expr) => {
            // SAFETY: the caller's promise.
            unsafe { copy_typed::<$type>(from, to, lens, $change) }
        };
    }
    match size {
        1 => typed!(u8),
        2 if swap => typed!(u16, u16::swap_bytes),
        2 => typed!(u16),
        4 if swap => typed!(u32, u32::swap_bytes),
        4 => typed!(u32),
        8 if swap => typed!(u64, u64::swap_bytes),
        8 => typed!(u64),
        size => unreachable!("no prim has {size} bytes"), // tidy: numbers
    }
}

/// # Safety
/// As [`copy`], for elements of the size of `T`.
unsafe fn copy_or_transpose<T: transpose::Element>(from: Place, to: Place, lens: (usize, usize)) {
    let size = size_of::<T>().cast_signed();
    let rows = |place: Place| Lines { start: place.ptr, step: place.row };
    let columns = |place: Place| Lines { start: place.ptr, step: place.column };
    let sideways = |place: Place| place.row == size && place.column.unsigned_abs() > size_of::<T>();
    if sideways(from) && to.column == size {
        // SAFETY: the caller's promise; the columns of `from` and the rows of `to` are contiguous.
        unsafe { transpose::<T>(columns(from), rows(to), (lens.1, lens.0)) };
    } else if from.column == size && sideways(to) {
        // SAFETY: as above, the other way round.
        unsafe { transpose::<T>(rows(from), columns(to), lens) };
    } else {
        // SAFETY: the caller's promise.
        unsafe { copy_typed::<T>(from, to, lens, |x| x) };
    }
}

/// Rows of a sideways operand that are copied together: what a cache line holds of 64-bit elements.
const STRIP: usize = 8;

/// # Safety
/// As [`copy`], for elements of the size of `T`.
#[inline(always)]
unsafe fn copy_typed<T: Copy>(
    from: Place,
    to: Place,
    (rows, columns): (usize, usize),
    change: impl Fn(T) -> T + Copy,
) {
    let size = size_of::<T>().cast_signed();
    let sideways =
        |place: Place| place.row != 0 && place.row.unsigned_abs() < place.column.unsigned_abs();
    if rows >= STRIP && columns > 1 && (sideways(from) || sideways(to)) {
        let whole = rows / STRIP * STRIP;
        for strip in (0..whole).step_by(STRIP) {
            let (from, to) = (from.down(strip), to.down(strip));
            macro_rules! strip {
                ($from:expr, $to:expr) => {
                    // SAFETY: the strip lies in the rectangle.
                    unsafe { copy_strip::<T>((from, $from), (to, $to), columns, change) }
                };
            }
            // Steps that the compiler knows become moves of whole vectors.
            match (from.row == size, to.row == size) {
                (true, _) => strip!(size, to.row),
                (_, true) => strip!(from.row, size),
                (false, false) => strip!(from.row, to.row),
            }
        }
        for row in whole..rows {
            // SAFETY: the row lies in the rectangle.
            unsafe { copy_line::<T>(from.down(row), to.down(row), columns, change) };
        }
        return;
    }
    if columns < STRIP && rows > columns {
        // Long and narrow: by columns, so that there are few short loops.
        let turned = |place: Place| Place { row: place.column, column: place.row, ..place };
        for column in 0..columns {
            let (from, to) = (turned(from).down(column), turned(to).down(column));
            // SAFETY: the column lies in the rectangle.
            unsafe { copy_line::<T>(from, to, rows, change) };
        }
        return;
    }
    for row in 0..rows {
        // SAFETY: the row lies in the rectangle.
        unsafe { copy_line::<T>(from.down(row), to.down(row), columns, change) };
    }
}

impl Place {
    /// The rows of a contiguous tile, which are this long.
    pub(super) fn tile(ptr: *mut u8, columns: usize, size: usize) -> Place {
        Place { ptr, row: (columns * size).cast_signed(), column: size.cast_signed() }
    }

    /// Returns the place that many rows further on.
    #[inline(always)]
    pub(super) fn down(self, rows: usize) -> Place {
        Place { ptr: self.ptr.wrapping_offset(rows.cast_signed() * self.row), ..self }
    }

    /// Returns the place that many columns further on.
    #[inline(always)]
    pub(super) fn across(self, columns: usize) -> Place {
        Place {
            ptr: self.ptr.wrapping_offset(columns.cast_signed().wrapping_mul(self.column)),
            ..self
        }
    }
}

/// Copies [`STRIP`] rows, column by column. The steps from row to row are given apart.
///
/// # Safety
/// As [`copy`].
#[inline(always)]
unsafe fn copy_strip<T: Copy>(
    (from, from_row): (Place, isize),
    (to, to_row): (Place, isize),
    columns: usize,
    change: impl Fn(T) -> T,
) {
    let (mut source, mut target) = (from.ptr, to.ptr);
    for _ in 0..columns {
        for row in 0..STRIP.cast_signed() {
            let element = source.wrapping_offset(row * from_row).cast::<T>();
            // SAFETY: the element is in the rectangle.
            let element = change(unsafe { element.read_unaligned() });
            let place = target.wrapping_offset(row * to_row).cast::<T>();
            // SAFETY: as above.
            unsafe { place.write_unaligned(element) };
        }
        source = source.wrapping_offset(from.column);
        target = target.wrapping_offset(to.column);
    }
}

/// Copies one row.
///
/// # Safety
/// As [`copy`].
#[inline(always)]
unsafe fn copy_line<T: Copy>(
    from: Place,
    to: Place,
    columns: usize,
    change: impl Fn(T) -> T + Copy,
) {
    let size = size_of::<T>().cast_signed();
    macro_rules! step {
        ($from:expr, $to:expr) => {
            // SAFETY: the caller's promise.
            unsafe { step::<T>((from, $from), (to, $to), columns, change) }
        };
    }
    // Steps that the compiler knows make loops that it vectorizes.
    match (from.column, to.column) {
        (x, y) if x == size && y == size => step!(size, size),
        (0, y) if y == size => step!(0, size),
        (x, y) if x == -size && y == size => {
            // SAFETY: the caller's promise.
            unsafe { reverse::<T>(from, to, columns, change) }
        }
        (x, y) if y == size => step!(x, size),
        (x, y) if x == size => step!(size, y),
        (x, y) => step!(x, y),
    }
}

/// Copies a row from back to front, eight elements at a time.
///
/// # Safety
/// As [`copy`], for a row whose source walks backwards and whose target is contiguous.
#[inline(always)]
unsafe fn reverse<T: Copy>(from: Place, to: Place, columns: usize, change: impl Fn(T) -> T + Copy) {
    const GROUP: usize = 8;
    let size = size_of::<T>();
    let whole = columns / GROUP * GROUP;
    for start in (0..whole).step_by(GROUP) {
        let last = from.ptr.wrapping_sub((start + GROUP - 1) * size).cast::<[T; GROUP]>();
        // SAFETY: the eight elements that end with number `start` are in the rectangle.
        let mut group = unsafe { last.read_unaligned() };
        group.reverse();
        let target = to.ptr.wrapping_add(start * size).cast::<[T; GROUP]>();
        // SAFETY: as above.
        unsafe { target.write_unaligned(group.map(change)) };
    }
    let rest =
        |place: Place, bytes: isize| Place { ptr: place.ptr.wrapping_offset(bytes), ..place };
    let done = (whole * size).cast_signed();
    let size = size.cast_signed();
    // SAFETY: what is left of the row.
    unsafe {
        let (from, to) = (rest(from, -done), rest(to, done));
        step::<T>((from, -size), (to, size), columns - whole, change);
    };
}

/// # Safety
/// As [`copy`], for a row with these steps.
#[inline(always)]
unsafe fn step<T: Copy>(
    (from, from_step): (Place, isize),
    (to, to_step): (Place, isize),
    columns: usize,
    change: impl Fn(T) -> T,
) {
    for column in 0..columns.cast_signed() {
        let source = from.ptr.wrapping_offset(column * from_step).cast::<T>();
        let target = to.ptr.wrapping_offset(column * to_step).cast::<T>();
        // SAFETY: the element is in the rectangle.
        let element = change(unsafe { source.read_unaligned() });
        // SAFETY: as above.
        unsafe { target.write_unaligned(element) };
    }
}
