//! Runs a stage that stores what it computes.
//!
//! Outputs that lie in the order of the nest are written by the kernel; others get a tile of scratch
//! memory each, which is copied to where the elements belong while it is in the L1 cache.
#![expect(unsafe_code, reason = "kernels write through raw pointers")]

use smallvec::SmallVec;

use super::job::{self, Job};
use super::memory::Scratch;
use super::pack;
use super::plan::Fold;
use super::pool::Pool;
use super::reduce::{self, Folders, REDUCE_CHUNK};
use super::view::Lane;
use crate::dtype::Prim;

/// Rows from this length on are run one by one, so that operands that are contiguous along them are not
/// copied.
const LONG_ROW: usize = 256;

/// Rows and columns of a panel: sideways operands are read a cache line wide and 256 pages deep. Beside the
/// sum of contiguous arrays, that of one and a transposed one takes 2.7 times as long (2 f64 arrays of
/// 10⁷, Zen 5, 2026-11-22; 2.8 with (8, 128), 3.0 with (16, 256), 3.2 with (32, 128)).
const PANEL: (usize, usize) = (8, 256);

/// Where the results of a job go.
pub(crate) struct Store<'a> {
    job: &'a Job<'a>,
    outputs: &'a [Lane],
    /// Number of the first output among the operands of the nest.
    first: usize,
    flat: Vec<bool>,
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
        let tile = |lane: &Lane| (job::PANEL_TILE * lane.prim.size()).next_multiple_of(64);
        Store { job, outputs, first, flat, tiles: outputs.iter().map(tile).collect() }
    }

    /// Computes everything.
    ///
    /// # Safety
    /// The outputs are writable all over the nest, elements of different places are disjoint, and each is
    /// disjoint from the inputs or is one of them element by element.
    pub(crate) unsafe fn run(&self, is_serial: bool, pool: &Pool) {
        let n = self.job.nest.len();
        let row = self.job.nest.axes.last().map_or(1, |axis| axis.len);
        let all_flat = self.job.is_flat() && self.flat.iter().all(|&flat| flat);
        let by_rows = !all_flat && row >= LONG_ROW;
        let sideways = self.job.is_sideways()
            || (0..self.outputs.len()).any(|k| job::is_sideways(&self.job.nest, self.first + k));
        let panels = by_rows && sideways;
        let run = |state: &mut State, start: usize, end: usize| {
            if panels {
                // SAFETY: the caller's promise; panels take whole rows.
                unsafe { self.panels(state, start / row, end / row) };
            } else {
                let row = if by_rows { row } else { usize::MAX };
                // SAFETY: the caller's promise.
                unsafe { self.range(state, start, end, row, all_flat) };
            }
        };
        let state = || (self.job.scratch(), Scratch::new(self.tiles.iter().sum()));
        if is_serial {
            return run(&mut state(), 0, n);
        }
        let size = pool.chunk(n, if panels { row * PANEL.0 } else { 1024 });
        pool.map(n.div_ceil(size), state, |state, chunk| {
            run(state, chunk * size, n.min((chunk + 1) * size));
        });
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
        pool: &Pool,
    ) -> Vec<Folders> {
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
        let pool = if is_serial { &Pool::Serial } else { pool };
        pool.map(n.div_ceil(REDUCE_CHUNK), state, run)
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

    /// Computes rows, counted over all outer axes, in panels.
    ///
    /// # Safety
    /// As [`run`](Store::run).
    unsafe fn panels(&self, (scratch, tiles): &mut State, start: usize, end: usize) {
        let nest = &self.job.nest;
        let [.., outer, inner] = &nest.axes[..] else { unreachable!("panels have two axes") };
        let width = PANEL.1.min(self.job.max_elements() / PANEL.0).max(1);
        let mut first = start;
        while first < end {
            // Down a strip of columns first: its pages stay known to the processor.
            let run = (end - first).min(outer.len - first % outer.len);
            for column in (0..inner.len).step_by(width) {
                let columns = width.min(inner.len - column);
                for row in (first..first + run).step_by(PANEL.0) {
                    let rows = PANEL.0.min(first + run - row);
                    // SAFETY: the caller's promise, for a part of the rows.
                    unsafe { self.panel(scratch, tiles, (row, rows), (column, columns)) };
                }
            }
            first += run;
        }
    }

    /// # Safety
    /// As [`run`](Store::run).
    unsafe fn panel(
        &self,
        scratch: &mut Scratch,
        tiles: &mut Scratch,
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
        let outputs: SmallVec<[(*mut u8, isize); 4]> = (self.outputs.iter().enumerate())
            .map(|(k, lane)| match self.direct(k, lane, (start, columns)) {
                Some(place) => (place, next_row(k)),
                None => (tile(k), (columns * lane.prim.size()).cast_signed()),
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
