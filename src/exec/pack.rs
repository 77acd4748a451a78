//! Copies between strided arrays and the contiguous tiles that kernels work on.
//!
//! A range of a [`Nest`] is cut into rectangles of its two innermost axes, which are copied by loops over
//! one element size (`copy`).
#![expect(unsafe_code, reason = "copies between raw places that the caller vouches for")]

use smallvec::SmallVec;

use super::copy::{Place, copy};
use super::job::row_offset;
use super::nest::Nest;
use super::strings::Question;
use super::view::{Form, Lane};

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
        let place = piece.place(lane);
        let tile = tile.wrapping_add(piece.done * size);
        // SAFETY: the piece lies in the nest, and in the tile's `len` elements.
        unsafe {
            let tile = Place::tile(tile, piece.columns, size);
            gather_rectangle(place, tile, lane, (piece.rows, piece.columns));
        }
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
    let size = lane.prim.size();
    let place = panel(nest, operand, lane, start);
    let to = Place::tile(tile, columns, size);
    for first in (0..columns).step_by(GROUP) {
        // What follows, beyond the panel too: nothing else can know which addresses are next.
        prefetch_columns(place.across(first + GROUP), rows * size);
        let lens = (rows, GROUP.min(columns - first));
        // SAFETY: the caller's promise.
        unsafe { gather_rectangle(place.across(first), to.across(first), lane, lens) };
    }
}

/// Columns of a panel that are copied together, while the next ones are on their way.
const GROUP: usize = 16;

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
    let from = Place::tile(tile.cast_mut(), columns, size);
    let to = panel(nest, operand, lane, start);
    // SAFETY: the caller's promise.
    unsafe { copy(from, to, (rows, columns), size, lane.form == Form::Swapped) };
}

fn prefetch_columns(place: Place, bytes: usize) {
    for column in 0..GROUP {
        prefetch(place.across(column).ptr, bytes);
    }
}

/// Asks for the cache lines of some bytes that will be read. Only a hint; they need not exist.
#[inline(always)]
pub(crate) fn prefetch(start: *const u8, bytes: usize) {
    const LINE: usize = 64;
    let over = start.addr() % LINE;
    let start = start.wrapping_sub(over);
    for line in (0..bytes + over).step_by(LINE) {
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
        let place = piece.place(lane);
        let tile =
            Place::tile(tile.cast_mut().wrapping_add(piece.done * size), piece.columns, size);
        let swap = lane.form == Form::Swapped;
        // SAFETY: the piece lies in the nest, and in the tile's `len` elements.
        unsafe { copy(tile, place, (piece.rows, piece.columns), size, swap) };
    });
}

/// Copies a rectangle of a lane whose first element lies at `place` to a place in a tile.
///
/// # Safety
/// All elements of the rectangle are readable, and the tile has room for them.
unsafe fn gather_rectangle(place: Place, to: Place, lane: &Lane, (rows, columns): (usize, usize)) {
    let size = lane.prim.size();
    // SAFETY: the caller's promise.
    unsafe { copy(place, to, (rows, columns), size, lane.form == Form::Swapped) };
    if lane.form == Form::AnyByte {
        for row in 0..rows {
            // SAFETY: the bytes have just been written.
            let bytes = unsafe { std::slice::from_raw_parts_mut(to.down(row).ptr, columns) };
            bytes.iter_mut().for_each(|byte| *byte = u8::from(*byte != 0));
        }
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

impl Piece {
    /// Returns where the piece lies in a lane.
    fn place(&self, lane: &Lane) -> Place {
        let ptr = lane.ptr.wrapping_offset(self.offset);
        Place { ptr, row: self.row, column: self.column }
    }
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
