//! Runs a stage that stores what it computes.
//!
//! Outputs that lie in the order of the nest are written by the kernel; others get a tile of scratch
//! memory each, which is copied to where the elements belong while it is in the L1 cache.
#![expect(unsafe_code, reason = "kernels write through raw pointers")]

use smallvec::SmallVec;

use super::job::{self, Job, Rows};
use super::memory::Scratch;
use super::pack;
use super::plan::Fold;
use super::pool::{Interrupted, Workers};
use super::reduce::{self, Folders, REDUCE_CHUNK};
use super::view::Lane;
use crate::dtype::Prim;

/// Rows from this length on are run one by one, so that operands that are contiguous along them are not
/// copied.
const LONG_ROW: usize = 256;

/// Rows and columns of a panel: what is read sideways comes in runs of eight cache lines, and the copy of
/// it stays in the L2 cache. Beside the sum of contiguous arrays, that of one and a transposed one takes
/// 1.45 times as long (2 f64 arrays of 10⁷, Zen 5, 2026-11-22; 2.5 with (64, 16), 1.8 with (128, 128)).
const PANEL: (usize, usize) = (64, 128);

/// Where the results of a job go.
pub(crate) struct Store<'a> {
    job: &'a Job<'a>,
    outputs: &'a [Lane],
    /// Number of the first output among the operands of the nest.
    first: usize,
    flat: Vec<bool>,
    /// Whether an input or output lies sideways.
    is_sideways: bool,
    /// Bytes of a tile of each output.
    tiles: Vec<usize>,
}

// SAFETY: outputs are written through from several threads, each its own elements.
unsafe impl Sync for Store<'_> {}

/// Scratch memory of a thread: the job's, and the tiles of outputs.
type State = (Scratch, Scratch);

impl<'a> Store<'a> {
    /// `outputs` are the last operands of the job's nest.
    pub(crate) fn new(job: &'a Job<'a>, outputs: &'a [Lane]) -> Store<'a> {
        let first = job.nest.offsets.len() - outputs.len();
        let flat = (outputs.iter().enumerate())
            .map(|(k, lane)| {
                lane.is_direct() && job::is_flat(&job.nest, first + k, lane.prim.size())
            })
            .collect();
        let is_sideways =
            job.is_sideways() || (0..outputs.len()).any(|k| job::is_sideways(&job.nest, first + k));
        let elements = if is_sideways { job::PANEL_TILE } else { job::TILE };
        let tile = |lane: &Lane| (elements * lane.prim.size()).next_multiple_of(64);
        let tiles = outputs.iter().map(tile).collect();
        Store { job, outputs, first, flat, is_sideways, tiles }
    }

    /// Computes everything.
    ///
    /// # Safety
    /// The outputs are writable all over the nest, elements of different places are disjoint, and each is
    /// disjoint from the inputs or is one of them element by element.
    pub(crate) unsafe fn run(
        &self,
        is_serial: bool,
        workers: Workers<'_>,
    ) -> Result<(), Interrupted> {
        let n = self.job.nest.len();
        let row = self.job.nest.axes.last().map_or(1, |axis| axis.len);
        let all_flat = self.job.is_flat() && self.flat.iter().all(|&flat| flat);
        let by_rows = !all_flat && row >= LONG_ROW;
        if by_rows && self.is_sideways {
            // SAFETY: the caller's promise.
            return unsafe { self.run_panels(is_serial, workers) };
        }
        let row = if by_rows { row } else { usize::MAX };
        let state = || self.state();
        let run = |state: &mut State, start: usize, end: usize| {
            // SAFETY: the caller's promise.
            unsafe { self.range(state, start, end, row, all_flat) };
        };
        if is_serial {
            run(&mut state(), 0, n);
            return Ok(());
        }
        let size = workers.chunk(n, 1024);
        workers.map(n.div_ceil(size), state, |state, chunk| {
            run(state, chunk * size, n.min((chunk + 1) * size));
        })?;
        Ok(())
    }

    fn state(&self) -> State {
        (self.job.scratch(), Scratch::new(self.tiles.iter().sum()))
    }

    /// Computes everything and reduces it on the way: what the loop stores is the outputs, then further
    /// elements of the folds. The nest is in canonical order. Returns the partial results of chunks.
    ///
    /// # Safety
    /// As [`run`](Store::run).
    pub(crate) unsafe fn run_folding(
        &self,
        folds: &[Fold],
        prims: &[Prim],
        is_serial: bool,
        workers: Workers<'_>,
    ) -> Result<Vec<Folders>, Interrupted> {
        let n = self.job.nest.len();
        let tile_bytes = job::TILE * size_of::<u64>();
        let state = || (self.job.scratch(), Scratch::new(prims.len() * tile_bytes));
        let run = |(scratch, tiles): &mut State, chunk: usize| {
            let mut folders = reduce::start(folds, prims);
            let (start, end) = (chunk * REDUCE_CHUNK, n.min((chunk + 1) * REDUCE_CHUNK));
            let most = self.job.max_elements().min(job::TILE);
            for at in (start..end).step_by(most) {
                let len = most.min(end - at);
                let memory = tiles.ptr();
                let mine = |k: usize| memory.wrapping_add(k * tile_bytes);
                let pointers: SmallVec<[*mut u8; 4]> = (0..prims.len())
                    .map(|k| match self.outputs.get(k) {
                        Some(lane) => self.direct(k, lane, (at, len)).unwrap_or(mine(k)),
                        None => mine(k),
                    })
                    .collect();
                // SAFETY: as in `range`.
                unsafe { self.job.compute(scratch, (at, len), &pointers) };
                for (folder, fold) in folders.iter_mut().zip(folds) {
                    let tiles = fold.operands.map(|k| pointers[k].cast_const());
                    // SAFETY: the kernel has just written `len` elements, a multiple of the block except
                    // at the end.
                    unsafe { folder.rows(tiles, len, at) };
                }
                for (k, lane) in self.outputs.iter().enumerate() {
                    if pointers[k] == mine(k) {
                        let operand = self.first + k;
                        // SAFETY: the kernel has filled the tile; the caller vouches for the lane.
                        unsafe {
                            pack::scatter(&self.job.nest, operand, lane, (at, len), mine(k));
                        }
                    }
                }
            }
            folders.iter_mut().for_each(|folder| folder.end_row());
            folders
        };
        workers.serial_if(is_serial).map(n.div_ceil(REDUCE_CHUNK), state, run)
    }

    /// # Safety
    /// As [`run`](Store::run).
    unsafe fn range(
        &self,
        (scratch, tiles): &mut State,
        start: usize,
        end: usize,
        row: usize,
        all_flat: bool,
    ) {
        let most = self.job.max_elements();
        let most = if all_flat { most } else { most.min(job::TILE) };
        let mut at = start;
        while at < end {
            let n = most.min(end - at).min(row - at % row);
            let mut tile = tiles.ptr();
            let mut copied: SmallVec<[(usize, *mut u8); 4]> = SmallVec::new();
            let pointers: SmallVec<[*mut u8; 4]> = (self.outputs.iter().enumerate())
                .map(|(k, lane)| {
                    let mine = tile;
                    tile = tile.wrapping_add(self.tiles[k]);
                    self.direct(k, lane, (at, n)).unwrap_or_else(|| {
                        copied.push((k, mine));
                        mine
                    })
                })
                .collect();
            // SAFETY: the range lies in the nest; an output is a tile of its own, or the memory of the
            // range, which only an input that is the same there shares.
            unsafe { self.job.compute(scratch, (at, n), &pointers) };
            for (k, tile) in copied {
                let lane = &self.outputs[k];
                // SAFETY: the kernel has filled the tile; the caller vouches for the lane.
                unsafe { pack::scatter(&self.job.nest, self.first + k, lane, (at, n), tile) };
            }
            at += n;
        }
    }

    /// Returns where the kernel can write a range itself.
    fn direct(&self, k: usize, lane: &Lane, range: (usize, usize)) -> Option<*mut u8> {
        let operand = self.first + k;
        let nest = &self.job.nest;
        if self.flat[k] {
            let offset = nest.offsets[operand] + (range.0 * lane.prim.size()).cast_signed();
            return Some(lane.ptr.wrapping_offset(offset));
        }
        let step = nest.axes.last().map_or(0, |axis| axis.strides[operand]);
        if !lane.is_direct() || step != lane.prim.size().cast_signed() {
            return None;
        }
        Some(lane.ptr.wrapping_offset(job::row_offset(nest, operand, range)?))
    }

    /// Computes everything in panels. A chunk is a strip of them, side by side: what is read sideways is
    /// then read from one end to the other.
    ///
    /// # Safety
    /// As [`run`](Store::run).
    unsafe fn run_panels(&self, is_serial: bool, workers: Workers<'_>) -> Result<(), Interrupted> {
        let [.., outer, inner] = &self.job.nest.axes[..] else {
            unreachable!("panels have two axes")
        };
        let height = PANEL.0.min(outer.len);
        let width = PANEL.1.min(self.job.max_elements());
        let n = self.job.nest.len();
        let length = if is_serial { n } else { workers.chunk(n, 1) };
        let length = (length / height).next_multiple_of(width).min(inner.len);
        let across = inner.len.div_ceil(length);
        let down = outer.len.div_ceil(height);
        let run = |state: &mut State, chunk: usize| {
            let (strip, first) = (chunk / across, chunk % across * length);
            let (slab, top) = (strip / down, strip % down * height);
            let rows = height.min(outer.len - top);
            for column in (first..inner.len.min(first + length)).step_by(width) {
                let columns = width.min(inner.len - column);
                let place = ((slab * outer.len + top, rows), (column, columns));
                // SAFETY: the caller's promise, for a part of the rows.
                unsafe { self.panel(state, place.0, place.1) };
            }
        };
        let slabs = n / outer.len / inner.len;
        let workers = workers.serial_if(is_serial);
        workers.map(slabs * down * across, || self.state(), run)?;
        Ok(())
    }

    /// # Safety
    /// As [`run`](Store::run).
    unsafe fn panel(
        &self,
        (scratch, tiles): &mut State,
        (row, rows): (usize, usize),
        (column, columns): (usize, usize),
    ) {
        let nest = &self.job.nest;
        let inner = nest.axes.last().expect("panels have two axes").len;
        let tiles = tiles.ptr();
        let tile = |k: usize| tiles.wrapping_add(self.tiles[..k].iter().sum());
        let start = row * inner + column;
        let is_copied = |k: usize| self.direct(k, &self.outputs[k], (start, columns)).is_none();
        let next_row = |k: usize| nest.axes[nest.axes.len() - 2].strides[self.first + k];
        let outputs: SmallVec<[Rows; 4]> = (self.outputs.iter().enumerate())
            .map(|(k, lane)| {
                let bytes = columns * lane.prim.size();
                let (start, step) = match self.direct(k, lane, (start, columns)) {
                    Some(place) => (place, next_row(k)),
                    None => (tile(k), bytes.cast_signed()),
                };
                Rows { start, step, bytes }
            })
            .collect();
        // SAFETY: the rectangle lies in the nest, and each row of an output is its own memory or a row of
        // its tile.
        unsafe { self.job.compute_panel(scratch, (row, rows), (column, columns), &outputs) };
        for (k, lane) in self.outputs.iter().enumerate().filter(|&(k, _)| is_copied(k)) {
            let (operand, size) = (self.first + k, (rows, columns));
            // SAFETY: the kernel has filled the rows of the tile; the caller vouches for the lane.
            unsafe { pack::scatter_panel(nest, operand, lane, start, size, tile(k)) };
        }
    }
}
