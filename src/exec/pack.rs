//! Copies between strided arrays and the contiguous tiles that kernels work on.
//!
//! A range of a [`Nest`] is cut into rectangles of its two innermost axes, which are copied by loops over
//! one element size. Where the outer of the two has the shorter step, eight rows are copied at a time,
//! so that each cache line of a transposed array is read once.
#![expect(unsafe_code, reason = "copies between raw places that the caller vouches for")]

use smallvec::SmallVec;

use super::job::row_offset;
use super::nest::Nest;
use super::strings::Question;
use super::view::{Form, Lane};

/// Where an operand of a rectangle lies and how it steps.
#[derive(Clone, Copy, Debug)]
struct Place {
    ptr: *mut u8,
    /// From row to row, in bytes.
    row: isize,
    /// From column to column, in bytes.
    column: isize,
}

/// Copies `len` elements from `start` on, in the order of the nest, into `tile`. `operand` is the number
/// of the lane in the nest.
///
/// # Safety
/// The lane is readable at every element of the nest, and `tile` has room for `len` elements.
pub(crate) unsafe fn gather(
    nest: &Nest,
    operand: usize,
    lane: &Lane,
    (start, len): (usize, usize),
    tile: *mut u8,
) {
    let size = lane.prim.size();
    for_each_rectangle(nest, operand, (start, len), |piece| {
        let place = Place {
            ptr: lane.ptr.wrapping_offset(piece.offset),
            row: piece.row,
            column: piece.column,
        };
        let tile = tile.wrapping_add(piece.done * size);
        // SAFETY: the piece lies in the nest, and in the tile's `len` elements.
        unsafe { gather_rectangle(place, lane, (piece.rows, piece.columns), tile) };
    });
}

/// Copies a rectangle of the two innermost axes into a tile: `rows` of `columns` from element `start` on.
///
/// # Safety
/// The rectangle lies in the nest, the lane is readable there, and the tile has room for it.
pub(crate) unsafe fn gather_panel(
    nest: &Nest,
    operand: usize,
    lane: &Lane,
    start: usize,
    (rows, columns): (usize, usize),
    tile: *mut u8,
) {
    let place = panel(nest, operand, lane, start);
    prefetch_panel(place.down(rows), columns, rows * lane.prim.size());
    // SAFETY: the caller's promise.
    unsafe { gather_rectangle(place, lane, (rows, columns), tile) };
}

/// Copies a tile to a rectangle of the two innermost axes: the inverse of [`gather_panel`].
///
/// # Safety
/// As there, for writing.
pub(crate) unsafe fn scatter_panel(
    nest: &Nest,
    operand: usize,
    lane: &Lane,
    start: usize,
    (rows, columns): (usize, usize),
    tile: *const u8,
) {
    let size = lane.prim.size();
    let from = Place {
        ptr: tile.cast_mut(),
        row: (columns * size).cast_signed(),
        column: size.cast_signed(),
    };
    let to = panel(nest, operand, lane, start);
    // SAFETY: the caller's promise.
    unsafe { copy(from, to, (rows, columns), size, lane.form == Form::Swapped) };
}

/// Asks for what the next rectangle will read, while this one is copied: nothing else can know which
/// addresses follow. They lie on the pages of this one.
fn prefetch_panel(place: Place, columns: usize, bytes: usize) {
    for column in 0..columns.cast_signed() {
        prefetch(place.ptr.wrapping_offset(column * place.column), bytes);
    }
}

/// Asks for the cache lines of some bytes that will be read. Only a hint; they need not exist.
#[inline(always)]
pub(crate) fn prefetch(start: *const u8, bytes: usize) {
    const LINE: usize = 64;
    for line in (0..bytes).step_by(LINE) {
        let at = start.wrapping_add(line);
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a prefetch of any address changes nothing.
        unsafe {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T0>(at.cast());
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = at;
    }
}

fn panel(nest: &Nest, operand: usize, lane: &Lane, start: usize) -> Place {
    let offset = row_offset(nest, operand, (start, 1)).expect("one element is in one row");
    let [.., outer, inner] = &nest.axes[..] else { unreachable!("a panel has two axes") };
    Place {
        ptr: lane.ptr.wrapping_offset(offset),
        row: outer.strides[operand],
        column: inner.strides[operand],
    }
}

/// Copies a tile of `len` elements to where they belong: the inverse of [`gather`].
///
/// # Safety
/// The lane is writable at every element of the nest, and `tile` holds `len` elements.
pub(crate) unsafe fn scatter(
    nest: &Nest,
    operand: usize,
    lane: &Lane,
    (start, len): (usize, usize),
    tile: *const u8,
) {
    let size = lane.prim.size();
    for_each_rectangle(nest, operand, (start, len), |piece| {
        let place = Place {
            ptr: lane.ptr.wrapping_offset(piece.offset),
            row: piece.row,
            column: piece.column,
        };
        let columns = piece.columns.cast_signed();
        let tile = Place {
            ptr: tile.cast_mut().wrapping_add(piece.done * size),
            row: columns * size.cast_signed(),
            column: size.cast_signed(),
        };
        let swap = lane.form == Form::Swapped;
        // SAFETY: the piece lies in the nest, and in the tile's `len` elements.
        unsafe { copy(tile, place, (piece.rows, piece.columns), size, swap) };
    });
}

/// Copies a rectangle of a lane whose first element lies at `place` into a contiguous tile.
///
/// # Safety
/// All elements of the rectangle are readable, and `tile` has room for them.
unsafe fn gather_rectangle(
    place: Place,
    lane: &Lane,
    (rows, columns): (usize, usize),
    tile: *mut u8,
) {
    let size = lane.prim.size();
    let to = Place { ptr: tile, row: (columns * size).cast_signed(), column: size.cast_signed() };
    // SAFETY: the caller's promise.
    unsafe { copy(place, to, (rows, columns), size, lane.form == Form::Swapped) };
    if lane.form == Form::AnyByte {
        // SAFETY: the bytes have just been written.
        let bytes = unsafe { std::slice::from_raw_parts_mut(tile, rows * columns) };
        bytes.iter_mut().for_each(|byte| *byte = u8::from(*byte != 0));
    }
}

/// Answers a question about strings for `len` elements of the nest, into a tile of `bool`.
///
/// # Safety
/// Both strings of the question are readable at every element of the nest, where they are the operands
/// `operand` and `operand + 1`; `tile` has room for `len` bytes.
pub(crate) unsafe fn answer(
    nest: &Nest,
    operand: usize,
    question: &Question,
    (start, len): (usize, usize),
    tile: *mut u8,
) {
    let mut seconds: SmallVec<[(isize, isize, isize); 8]> = SmallVec::new();
    for_each_rectangle(nest, operand + 1, (start, len), |piece| {
        seconds.push((piece.offset, piece.row, piece.column));
    });
    let mut seconds = seconds.into_iter();
    for_each_rectangle(nest, operand, (start, len), |piece| {
        let second = seconds.next().expect("both operands are cut alike");
        for row in 0..piece.rows {
            for column in 0..piece.columns {
                let at = |(offset, by_row, by_column): (isize, isize, isize)| {
                    offset + row.cast_signed() * by_row + column.cast_signed() * by_column
                };
                let first = (piece.offset, piece.row, piece.column);
                // SAFETY: the element lies in the nest.
                let yes = unsafe { question.ask(at(first), at(second)) };
                let to = tile.wrapping_add(piece.done + row * piece.columns + column);
                // SAFETY: the caller's tile has room for every element.
                unsafe { to.write(u8::from(yes)) };
            }
        }
    });
}

/// A rectangle of the two innermost axes of a nest.
struct Piece {
    /// Elements of the range before it.
    done: usize,
    /// Bytes from the operand's element at index zero to the first of the piece.
    offset: isize,
    rows: usize,
    columns: usize,
    row: isize,
    column: isize,
}

fn for_each_rectangle(
    nest: &Nest,
    operand: usize,
    (start, len): (usize, usize),
    mut f: impl FnMut(Piece),
) {
    let base = nest.offsets[operand];
    let step = |axis: usize| nest.axes[axis].strides[operand];
    let Some(inner) = nest.axes.len().checked_sub(1) else {
        if len > 0 {
            f(Piece { done: 0, offset: base, rows: 1, columns: 1, row: 0, column: 0 });
        }
        return;
    };
    let n = nest.axes[inner].len;
    let mut index: SmallVec<[usize; 8]> = SmallVec::from_elem(0, nest.axes.len());
    let mut rest = start;
    for (axis, place) in nest.axes.iter().zip(&mut index).rev() {
        *place = rest % axis.len;
        rest /= axis.len;
    }
    let mut done = 0;
    while done < len {
        let offset = base
            + (index.iter().enumerate())
                .map(|(axis, &at)| at.cast_signed() * step(axis))
                .sum::<isize>();
        let left = len - done;
        let whole_rows = index[inner] == 0 && left >= n && inner > 0;
        let (rows, columns) = if whole_rows {
            ((left / n).min(nest.axes[inner - 1].len - index[inner - 1]), n)
        } else {
            (1, left.min(n - index[inner]))
        };
        let row = if inner > 0 { step(inner - 1) } else { 0 };
        f(Piece { done, offset, rows, columns, row, column: step(inner) });
        done += rows * columns;
        // Step over what was copied, and carry.
        index[inner] += columns;
        if index[inner] == n {
            index[inner] = 0;
            let mut carry = rows;
            for axis in (0..inner).rev() {
                index[axis] += carry;
                if index[axis] < nest.axes[axis].len {
                    break;
                }
                index[axis] = 0;
                carry = 1;
            }
        }
    }
}

/// Copies a rectangle from place to place.
///
/// # Safety
/// All elements of the rectangle are readable at `from` and writable at `to`.
unsafe fn copy(from: Place, to: Place, lens: (usize, usize), size: usize, swap: bool) {
    // SAFETY: the caller's promise, for each arm.
    unsafe {
        match size {
            1 => copy_typed::<u8>(from, to, lens, |x| x),
            2 if swap => copy_typed::<u16>(from, to, lens, u16::swap_bytes),
            2 => copy_typed::<u16>(from, to, lens, |x| x),
            4 if swap => copy_typed::<u32>(from, to, lens, u32::swap_bytes),
            4 => copy_typed::<u32>(from, to, lens, |x| x),
            8 if swap => copy_typed::<u64>(from, to, lens, u64::swap_bytes),
            8 => copy_typed::<u64>(from, to, lens, |x| x),
            size => unreachable!("no prim has {size} bytes"), // tidy: numbers
        }
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
            // SAFETY: the strip lies in the rectangle, for each arm.
            unsafe {
                // Steps that the compiler knows become moves of whole vectors.
                match (from.row == size, to.row == size) {
                    (true, _) => copy_strip::<T>(from, size, to, to.row, columns, change),
                    (_, true) => copy_strip::<T>(from, from.row, to, size, columns, change),
                    _ => copy_strip::<T>(from, from.row, to, to.row, columns, change), // tidy: any
                }
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
    /// Returns the place that many rows further on.
    #[inline(always)]
    fn down(self, rows: usize) -> Place {
        Place { ptr: self.ptr.wrapping_offset(rows.cast_signed() * self.row), ..self }
    }
}

/// Copies [`STRIP`] rows, column by column. The steps from row to row are given apart.
///
/// # Safety
/// As [`copy`].
#[inline(always)]
unsafe fn copy_strip<T: Copy>(
    from: Place,
    from_row: isize,
    to: Place,
    to_row: isize,
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
    // SAFETY: the caller's promise, for each arm. Steps that the compiler knows make loops that it
    // vectorizes.
    unsafe {
        match (from.column, to.column) {
            (x, y) if x == size && y == size => step::<T>(from, size, to, size, columns, change),
            (0, y) if y == size => step::<T>(from, 0, to, size, columns, change),
            (x, y) if x == -size && y == size => reverse::<T>(from, to, columns, change),
            (x, y) if y == size => step::<T>(from, x, to, size, columns, change),
            (x, y) if x == size => step::<T>(from, size, to, y, columns, change),
            (x, y) => step::<T>(from, x, to, y, columns, change),
        }
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
    unsafe { step::<T>(rest(from, -done), -size, rest(to, done), size, columns - whole, change) };
}

/// # Safety
/// As [`copy`], for a row with these steps.
#[inline(always)]
unsafe fn step<T: Copy>(
    from: Place,
    from_step: isize,
    to: Place,
    to_step: isize,
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

#[cfg(test)]
mod tests {
    use super::super::nest::Order;
    use super::super::view::Strides;
    use super::*;
    use crate::dtype::Prim;

    fn round_trip(lens: &[usize], strides: &[isize], first: usize, data: &[i32]) -> Vec<i32> {
        let strides: Strides = strides.iter().map(|s| 4 * s).collect();
        let nest = Nest::new(lens, [&strides].into_iter(), Order::Canonical);
        let at = data.as_ptr().wrapping_add(first).cast_mut();
        let lane = Lane { ptr: at.cast(), prim: Prim::I32, strides, form: Form::Native };
        let n = nest.len();
        let mut whole = vec![0; n];
        // SAFETY: the test's strides stay inside `data`; the tile has `n` elements.
        unsafe { gather(&nest, 0, &lane, (0, n), whole.as_mut_ptr().cast()) };
        // In pieces of three the result is the same.
        let mut pieces = vec![0; n];
        for start in (0..n).step_by(3) {
            let len = 3.min(n - start);
            let tile = pieces.as_mut_ptr().wrapping_add(start).cast();
            // SAFETY: as above, for a part of the range.
            unsafe { gather(&nest, 0, &lane, (start, len), tile) };
        }
        assert_eq!(whole, pieces);
        let mut back = vec![-1; data.len()];
        let place = back.as_mut_ptr().wrapping_add(first).cast();
        let lane = Lane { ptr: place, ..lane };
        // SAFETY: as above; `back` is as large as `data`.
        unsafe { scatter(&nest, 0, &lane, (0, n), whole.as_ptr().cast()) };
        for (&x, &y) in back.iter().zip(data) {
            assert!(x == -1 || x == y);
        }
        whole
    }

    #[test]
    fn tiles_hold_the_elements_in_order() {
        let data: Vec<i32> = (0..24).collect();
        assert_eq!(round_trip(&[2, 3], &[3, 1], 0, &data), [0, 1, 2, 3, 4, 5]);
        assert_eq!(round_trip(&[3, 2], &[1, 3], 0, &data), [0, 3, 1, 4, 2, 5]);
        assert_eq!(round_trip(&[4], &[-2], 8, &data), [8, 6, 4, 2]);
        assert_eq!(round_trip(&[2, 3], &[0, 1], 5, &data), [5, 6, 7, 5, 6, 7]);
        assert_eq!(round_trip(&[2, 2], &[1, 0], 5, &data), [5, 5, 6, 6]);
        assert_eq!(
            round_trip(&[2, 3, 4], &[1, 8, 2], 0, &data),
            [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23],
        );
        assert_eq!(round_trip(&[20, 1], &[1, 100], 2, &data), (2..22).collect::<Vec<_>>());
        assert_eq!(round_trip(&[], &[], 7, &data), [7]);
    }

    #[test]
    fn bytes_in_the_other_order_are_swapped() {
        let data = [0x0102_0304_i32, 5];
        let strides: Strides = [4].into_iter().collect();
        let nest = Nest::new(&[2], [&strides].into_iter(), Order::Canonical);
        let ptr = data.as_ptr().cast_mut().cast();
        let lane = Lane { ptr, prim: Prim::I32, strides, form: Form::Swapped };
        let mut tile = [0_i32; 2];
        // SAFETY: two elements each.
        unsafe { gather(&nest, 0, &lane, (0, 2), tile.as_mut_ptr().cast()) };
        assert_eq!(tile, data.map(i32::swap_bytes));
    }
}
