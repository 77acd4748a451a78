//! Panels: rectangles of a job's two innermost axes, for inputs that lie sideways.
#![expect(unsafe_code, reason = "kernels take raw pointers into the arrays that operands borrow")]

use smallvec::SmallVec;

use super::super::memory::Scratch;
use super::super::pack;
use super::{Bound, Job, Pointers, is_sideways, row_offset};

/// Elements of a panel at most: 64 KiB of `f64`, which stays in the L2 cache.
pub(crate) const PANEL_TILE: usize = 8192;

/// Rows of a panel.
#[derive(Clone, Copy)]
pub(crate) struct Rows {
    pub(crate) start: *mut u8,
    /// Bytes from row to row.
    pub(crate) step: isize,
    /// Bytes of a row.
    pub(crate) bytes: usize,
}

impl Rows {
    fn from(self, row: isize) -> Rows {
        Rows { start: self.start.wrapping_offset(row * self.step), ..self }
    }
}

/// How many rows ahead of the kernel memory is asked for: rows of a panel are too short for the processor
/// to see where an array goes on.
const AHEAD: isize = 3;

impl Job<'_> {
    /// Computes a rectangle of the two innermost axes, row by row: `rows` from `row` on (counted over all
    /// outer axes, and inside one run of the second axis) and `columns` from `column` on. Sideways inputs
    /// are copied for the whole rectangle at once.
    ///
    /// # Safety
    /// As [`compute`](Job::compute) for each row; `rows * columns` is at most [`PANEL_TILE`], and `outputs`
    /// are where the rows go.
    pub(crate) unsafe fn compute_panel(
        &self,
        scratch: &mut Scratch,
        (row, rows): (usize, usize),
        (column, columns): (usize, usize),
        outputs: &[Rows],
    ) {
        let inner = self.nest.axes.last().expect("a panel has two axes").len;
        let memory = scratch.ptr();
        let tile_of = |at: usize| memory.wrapping_add(at);
        for input in &self.inputs {
            if let Bound::Lane { lane, operand, tile, .. } = input
                && is_sideways(&self.nest, *operand)
            {
                let at = row * inner + column;
                let tile = tile_of(*tile);
                // SAFETY: the rectangle lies in the nest, and the tile has room for it.
                unsafe {
                    pack::gather_panel(&self.nest, *operand, lane, at, (rows, columns), tile)
                };
            }
        }
        // Where the first row lies and how far it is to the next; `None` for what is copied row by row.
        let first = row * inner + column;
        let rows_of = |input: &Bound| match input {
            Bound::Single(index) => Some((self.singles.as_ptr().wrapping_add(*index).cast(), 0)),
            Bound::Lane { lane, operand, tile, .. } if is_sideways(&self.nest, *operand) => {
                let step = (columns * lane.prim.size()).cast_signed();
                Some((tile_of(*tile).cast_const(), step))
            }
            Bound::Lane { lane, operand, direct: true, .. } => {
                let [.., outer, inner] = &self.nest.axes[..] else { return None };
                if inner.strides[*operand] != lane.prim.size().cast_signed() {
                    return None;
                }
                let offset = row_offset(&self.nest, *operand, (first, 1))?;
                Some((lane.ptr.wrapping_offset(offset).cast_const(), outer.strides[*operand]))
            }
            Bound::Lane { direct: false, .. } | Bound::Question { .. } => None,
        };
        let mut pointers = Pointers::new();
        let mut steps: SmallVec<[isize; 8]> = SmallVec::new();
        let mut copied: SmallVec<[usize; 4]> = SmallVec::new();
        let mut ahead: SmallVec<[Rows; 8]> = SmallVec::new();
        for (k, input) in self.inputs.iter().enumerate() {
            let (start, step) = rows_of(input).unwrap_or_else(|| {
                copied.push(k);
                (std::ptr::null(), 0)
            });
            if let Bound::Lane { lane, operand, .. } = input
                && step != 0
                && !is_sideways(&self.nest, *operand)
            {
                let bytes = columns * lane.prim.size();
                ahead.push(Rows { start: start.cast_mut(), step, bytes }.from(AHEAD));
            }
            pointers.push(start);
            steps.push(step);
        }
        ahead.extend(outputs.iter().map(|rows| rows.from(AHEAD)));
        let mut outs: SmallVec<[*mut u8; 4]> = outputs.iter().map(|rows| rows.start).collect();
        // Slices: what follows is short enough for a vector's own checks to show.
        let (pointers, outs, ahead) = (&mut pointers[..], &mut outs[..], &mut ahead[..]);
        let kernel_scratch = tile_of(self.kernel_scratch);
        for at in 0..rows {
            for rows in &mut *ahead {
                pack::prefetch(rows.start, rows.bytes);
                *rows = rows.from(1);
            }
            for &k in &copied {
                let range = (first + at * inner, columns);
                // SAFETY: the row lies in the nest.
                pointers[k] = unsafe { self.input(&self.inputs[k], memory, range) };
            }
            // SAFETY: as in `compute`.
            unsafe { self.kernel.call(pointers, outs, kernel_scratch, columns) };
            for (pointer, step) in pointers.iter_mut().zip(&steps) {
                *pointer = pointer.wrapping_offset(*step);
            }
            for (out, rows) in outs.iter_mut().zip(outputs) {
                *out = out.wrapping_offset(rows.step);
            }
        }
    }
}
