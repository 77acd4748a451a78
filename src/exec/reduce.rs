//! Runs stages of reductions: in a fixed tree that depends only on the number of elements.
//!
//! Blocks of 128 elements are reduced by kernels or folders; chunks of [`REDUCE_CHUNK`] elements combine
//! their blocks in a tree of adjacent pairs, and the chunks of a result likewise. Neither threads nor tiles
//! appear in this, so they cannot change a bit; and the error of a float sum grows with the logarithm of
//! the number of elements.
#![expect(unsafe_code, reason = "kernels leave typed partial results in untyped memory")]

use smallvec::SmallVec;

use super::fold::{self, Folder, Number, Tiles};
use super::job::{Job, Stream, TILE};
use super::memory::{Fresh, Scratch};
use super::nest::{Nest, Order};
use super::pack;
use super::plan::Fold;
use super::pool::{Interrupted, Workers};
use super::run::RunError;
use super::view::Strides;
use crate::codegen::TileKernel;
use crate::dtype::{DType, Prim, Scalar, each_prim};
use crate::ir::interp::{REDUCE_BLOCK, combine_tree};
use crate::ir::{Reduce, eval};

/// Elements whose partial results one task combines: 512 blocks, so the tree of a task is complete
/// and its partials are 4 KiB; a task is some 30 µs of work from memory.
pub(crate) const REDUCE_CHUNK: usize = 512 * REDUCE_BLOCK;

/// For each reduction of a loop its partial results, one per chunk.
pub(crate) type Partials = Vec<Vec<Scalar>>;

/// Combines the partial results of chunks. `None` for none.
pub(crate) fn tree_of_scalars(op: Reduce, partials: &mut [Scalar]) -> Option<Scalar> {
    combine_tree(partials, |x, y| eval::combine(op, x, y))
}

/// Combines the partial results of the blocks of a chunk, which lie in `row` as elements of `prim`.
fn tree_of_row(op: Reduce, prim: Prim, row: &mut [u64], n_blocks: usize) -> Scalar {
    each_prim!(prim, T => tree_of::<T>(op, row, n_blocks))
}

fn tree_of<T: Number>(op: Reduce, row: &mut [u64], n_blocks: usize) -> Scalar {
    assert!(n_blocks * size_of::<T>() <= size_of_val(row));
    // SAFETY: the row is large and aligned enough for `n_blocks` of any element, and a kernel has
    // written them, `bool` as 0 or 1.
    let partials =
        unsafe { std::slice::from_raw_parts_mut(row.as_mut_ptr().cast::<T>(), n_blocks) };
    let result = match op {
        Reduce::Sum => combine_tree(partials, T::sum),
        Reduce::Prod => combine_tree(partials, T::product),
        Reduce::Min | Reduce::All => combine_tree(partials, T::least),
        Reduce::Max | Reduce::Any => combine_tree(partials, T::greatest),
        Reduce::ArgMin | Reduce::ArgMax => unreachable!("folders find positions"),
    };
    result.expect("a chunk has at least one block").to_scalar()
}

/// Runs a loop that reduces all its elements. Returns its partial results.
pub(crate) fn whole(
    job: &Job<'_>,
    sinks: &[(Reduce, Prim)],
    is_serial: bool,
    workers: Workers<'_>,
) -> Result<Partials, Interrupted> {
    let n = job.nest.len();
    type Blocks = Vec<[u64; REDUCE_CHUNK / REDUCE_BLOCK]>;
    let run_chunk = |state: &mut (Scratch, Blocks), chunk: usize| -> SmallVec<[Scalar; 2]> {
        let (scratch, blocks) = state;
        let (start, end) = (chunk * REDUCE_CHUNK, n.min((chunk + 1) * REDUCE_CHUNK));
        let tile = job.max_elements().min(REDUCE_CHUNK);
        for from in (start..end).step_by(tile) {
            let n = tile.min(end - from);
            let block = (from - start) / REDUCE_BLOCK;
            let outputs: SmallVec<[*mut u8; 4]> = (blocks.iter_mut().zip(sinks))
                .map(|(row, (_, prim))| {
                    row.as_mut_ptr().cast::<u8>().wrapping_add(block * prim.size())
                })
                .collect();
            // SAFETY: the range lies in the nest; `from` is a multiple of the block, and a row of `blocks`
            // has room for the partial results of a chunk.
            unsafe { job.compute(scratch, (from, n), &outputs) };
        }
        let n_blocks = (end - start).div_ceil(REDUCE_BLOCK);
        (sinks.iter().zip(blocks))
            .map(|(&(op, prim), row)| tree_of_row(op, prim, row, n_blocks))
            .collect()
    };
    let state = || {
        let row = [0; REDUCE_CHUNK / REDUCE_BLOCK];
        (job.scratch(), vec![row; sinks.len()])
    };
    let chunks = n.div_ceil(REDUCE_CHUNK);
    let rows = workers.serial_if(is_serial).map(chunks, state, run_chunk)?;
    Ok((0..sinks.len()).map(|k| rows.iter().map(|row| row[k]).collect()).collect())
}

/// What [`folds`] reduces and how.
pub(crate) struct Folding<'a> {
    pub(crate) kernel: &'a TileKernel,
    pub(crate) streams: Vec<Stream>,
    /// Of the space.
    pub(crate) lens: &'a [usize],
    /// The axes that are reduced, numbered from the first.
    pub(crate) reduced: u64,
    pub(crate) folds: &'a [Fold],
    /// Of what the loop stores.
    pub(crate) prims: &'a [Prim],
    /// If the loop stores nothing but inputs that are arrays, which one each is: there is nothing to
    /// compute.
    pub(crate) inputs: Option<Vec<usize>>,
    /// Number of the first element, for positions.
    pub(crate) first: usize,
}

/// A folder for each reduction.
pub(crate) type Folders = Vec<Box<dyn Folder>>;

/// Starts the reductions, and ends each without elements.
pub(crate) fn empty_folders(folds: &[Fold], prims: &[Prim]) -> Folders {
    let mut folders = start(folds, prims);
    folders.iter_mut().for_each(|folder| folder.end_columns(1));
    folders
}

/// Starts reductions; `prims` are those of what the loop stores.
pub(crate) fn start(folds: &[Fold], prims: &[Prim]) -> Folders {
    folds.iter().map(|fold| fold::folder(fold.op, prims[fold.operands[0]])).collect()
}

/// Results of consecutive numbers, the first being `at`; a folder for each reduction.
pub(crate) struct Piece {
    pub(crate) at: usize,
    pub(crate) folders: Folders,
}

impl Folding<'_> {
    fn is_reduced(&self, axis: usize) -> bool {
        self.reduced >> axis & 1 == 1
    }

    fn product(&self, reduced: bool) -> usize {
        let mine = |&(axis, _): &(usize, &usize)| self.is_reduced(axis) == reduced;
        self.lens.iter().enumerate().filter(mine).map(|(_, len)| len).product()
    }

    fn folders(&self) -> Folders {
        start(self.folds, self.prims)
    }

    /// Runs the loop and returns the results, numbered in the order of the axes that are left.
    pub(crate) fn run(self, is_serial: bool, workers: Workers<'_>) -> Result<Vec<Piece>, RunError> {
        let (kept, reduced) = (self.product(false), self.product(true));
        if kept == 0 {
            return Ok(Vec::new());
        }
        if reduced == 0 {
            // There may be any number of results, and no elements that anybody has memory for.
            Fresh::new(DType::C128, kept)?;
            let mut folders = self.folders();
            folders.iter_mut().for_each(|folder| folder.end_columns(kept));
            return Ok(vec![Piece { at: 0, folders }]);
        }
        let inner_reduced = self.walks_reduced_axes_inside();
        let axes = || 0..self.lens.len();
        let outside = axes().filter(|&axis| self.is_reduced(axis) != inner_reduced);
        let inside = axes().filter(|&axis| self.is_reduced(axis) == inner_reduced);
        let order: SmallVec<[usize; 4]> = outside.chain(inside).collect();
        let lens: SmallVec<[usize; 4]> = order.iter().map(|&axis| self.lens[axis]).collect();
        let permuted = |strides: &Strides| order.iter().map(|&axis| strides[axis]).collect();
        let streams: Vec<Stream> = (self.streams.iter().cloned())
            .map(|stream| match stream {
                Stream::Single(scalar) => Stream::Single(scalar),
                Stream::Lane(mut lane) => {
                    lane.strides = permuted(&lane.strides);
                    Stream::Lane(lane)
                }
                Stream::Question(mut question) => {
                    question.first.strides = permuted(&question.first.strides);
                    question.second.strides = permuted(&question.second.strides);
                    Stream::Question(question)
                }
            })
            .collect();
        let job = Job::new(self.kernel, streams, &lens, &[], Order::Canonical);
        let run = Run { folding: &self, job: &job, kept, reduced };
        let workers = workers.serial_if(is_serial);
        Ok(if inner_reduced { run.rows(workers)? } else { run.columns(workers)? })
    }

    /// Runs the loop over the elements of a single result, and returns the partial results of its chunks.
    pub(crate) fn chunks(
        self,
        is_serial: bool,
        workers: Workers<'_>,
    ) -> Result<Vec<Folders>, Interrupted> {
        let reduced = self.product(true);
        let streams = self.streams.clone();
        let job = Job::new(self.kernel, streams, self.lens, &[], Order::Canonical);
        let run = Run { folding: &self, job: &job, kept: 1, reduced };
        workers.serial_if(is_serial).map(
            reduced.div_ceil(REDUCE_CHUNK),
            || run.state(),
            |state, chunk| {
                let start = chunk * REDUCE_CHUNK;
                let mut folders = self.folders();
                run.row(state, &mut folders, 0, start..reduced.min(start + REDUCE_CHUNK));
                folders
            },
        )
    }

    /// Whether memory is walked along reduced axes: whether the shortest step of the largest input is
    /// along one.
    fn walks_reduced_axes_inside(&self) -> bool {
        let lanes = self.streams.iter().filter_map(|stream| match stream {
            Stream::Lane(lane) => Some(&lane.strides),
            Stream::Question(question) => Some(&question.first.strides),
            Stream::Single(_) => None,
        });
        let moves = |strides: &Strides, axis: usize| strides[axis] != 0 && self.lens[axis] > 1;
        let size = |strides: &&Strides| -> usize {
            let axes = 0..self.lens.len();
            axes.filter(|&axis| moves(strides, axis)).map(|axis| self.lens[axis]).product()
        };
        let Some(largest) = lanes.max_by_key(size) else { return true };
        (0..self.lens.len())
            .filter(|&axis| moves(largest, axis))
            .min_by_key(|&axis| (largest[axis].unsigned_abs(), std::cmp::Reverse(axis)))
            .is_none_or(|axis| self.is_reduced(axis))
    }
}

struct Run<'a> {
    folding: &'a Folding<'a>,
    job: &'a Job<'a>,
    /// The number of results.
    kept: usize,
    /// The number of elements of each.
    reduced: usize,
}

/// Scratch memory of a thread: the job's, and a tile for each operand.
struct State {
    scratch: Scratch,
    tiles: Scratch,
    /// Where the elements of each operand are.
    places: SmallVec<[*const u8; 4]>,
}

impl Run<'_> {
    fn state(&self) -> State {
        let tiles = Scratch::new(self.folding.prims.len() * TILE * size_of::<u64>());
        State { scratch: self.job.scratch(), tiles, places: SmallVec::new() }
    }

    /// Computes elements of the job, or finds them where they lie.
    fn compute(&self, state: &mut State, start: usize, n: usize) {
        assert!(n <= self.job.max_elements().min(TILE));
        if let Some(inputs) = &self.folding.inputs {
            state.places = (inputs.iter())
                // SAFETY: the range lies in the nest.
                .map(|&input| unsafe { self.job.input_tile(&mut state.scratch, input, (start, n)) })
                .collect();
            return;
        }
        let tiles = state.tiles.ptr();
        let outputs: SmallVec<[*mut u8; 4]> = (0..self.folding.prims.len())
            .map(|k| tiles.wrapping_add(k * TILE * size_of::<u64>()))
            .collect();
        // SAFETY: the range lies in the nest, and each tile has room for `n` elements of any prim.
        unsafe { self.job.compute(&mut state.scratch, (start, n), &outputs) };
        state.places = outputs.iter().map(|tile| tile.cast_const()).collect();
    }

    /// The elements of a reduction, from number `at` of those computed on.
    fn tiles(&self, state: &State, fold: &Fold, at: usize) -> Tiles {
        fold.operands.map(|k| state.places[k].wrapping_add(at * self.folding.prims[k].size()))
    }

    /// The results one after the other.
    fn rows(&self, workers: Workers<'_>) -> Result<Vec<Piece>, Interrupted> {
        let chunks = self.reduced.div_ceil(REDUCE_CHUNK);
        if chunks > 1 {
            let run = |state: &mut State, item: usize| {
                let (row, chunk) = (item / chunks, item % chunks);
                let start = chunk * REDUCE_CHUNK;
                let mut folders = self.folding.folders();
                let end = self.reduced.min(start + REDUCE_CHUNK);
                self.row(state, &mut folders, row, start..end);
                folders
            };
            let items = workers.map(self.kept * chunks, || self.state(), run)?;
            return Ok(self.combine(items, chunks, 1));
        }
        let together = (REDUCE_CHUNK / 2 / self.reduced).max(1);
        let run = |state: &mut State, item: usize| {
            let at = item * together;
            let mut folders = self.folding.folders();
            self.some_rows(state, &mut folders, at, together.min(self.kept - at));
            Piece { at, folders }
        };
        workers.map(self.kept.div_ceil(together), || self.state(), run)
    }

    /// Reduces part of a row.
    fn row(
        &self,
        state: &mut State,
        folders: &mut [Box<dyn Folder>],
        row: usize,
        range: std::ops::Range<usize>,
    ) {
        let tile = self.job.max_elements().min(TILE);
        for from in range.clone().step_by(tile) {
            let n = tile.min(range.end - from);
            self.compute(state, row * self.reduced + from, n);
            for (folder, fold) in folders.iter_mut().zip(self.folding.folds) {
                let tiles = self.tiles(state, fold, 0);
                // SAFETY: the tiles hold `n` elements, and `tile` is a multiple of the block.
                unsafe { folder.rows(tiles, n, self.folding.first + from) };
            }
        }
        folders.iter_mut().for_each(|folder| folder.end_row());
    }

    /// Reduces whole rows, several at a time if they are short.
    fn some_rows(
        &self,
        state: &mut State,
        folders: &mut [Box<dyn Folder>],
        first: usize,
        rows: usize,
    ) {
        let most = self.job.max_elements().min(TILE);
        let together = most / self.reduced;
        if together < 2 {
            (first..first + rows).for_each(|row| self.row(state, folders, row, 0..self.reduced));
            return;
        }
        for from in (first..first + rows).step_by(together) {
            let rows = together.min(first + rows - from);
            self.compute(state, from * self.reduced, rows * self.reduced);
            for (folder, fold) in folders.iter_mut().zip(self.folding.folds) {
                for row in 0..rows {
                    let tiles = self.tiles(state, fold, row * self.reduced);
                    // SAFETY: the tiles hold all elements of the row, and it ends with them.
                    unsafe { folder.rows(tiles, self.reduced, self.folding.first) };
                    folder.end_row();
                }
            }
        }
    }

    /// The results side by side.
    fn columns(&self, workers: Workers<'_>) -> Result<Vec<Piece>, Interrupted> {
        let most = self.job.max_elements().min(TILE);
        let width = self.kept.min(most.min(512));
        let strips = self.kept.div_ceil(width);
        let chunks = self.reduced.div_ceil(REDUCE_CHUNK);
        let run = |state: &mut State, item: usize| {
            let (strip, chunk) = (item / chunks, item % chunks);
            let (first, start) = (strip * width, chunk * REDUCE_CHUNK);
            let columns = width.min(self.kept - first);
            let end = self.reduced.min(start + REDUCE_CHUNK);
            let mut folders = self.folding.folders();
            // Whole rows lie one after the other in the order of the job.
            let together = if strips == 1 { (most / columns).max(1) } else { 1 };
            for from in (start..end).step_by(together) {
                let rows = together.min(end - from);
                let before = state.places.clone();
                self.compute(state, from * self.kept + first, rows * columns);
                self.prefetch(state, &before, columns);
                for (folder, fold) in folders.iter_mut().zip(self.folding.folds) {
                    let tiles = self.tiles(state, fold, 0);
                    for row in 0..rows {
                        let index = self.folding.first + from + row;
                        // SAFETY: the tiles hold `rows * columns` elements.
                        unsafe { folder.columns(tiles, row * columns, columns, index) };
                    }
                }
            }
            folders.iter_mut().for_each(|folder| folder.end_columns(columns));
            folders
        };
        let items = workers.map(strips * chunks, || self.state(), run)?;
        Ok(self.combine(items, chunks, width))
    }

    /// Asks for the rows after next: part of a row is too short for the processor to see where it goes on.
    fn prefetch(&self, state: &State, before: &[*const u8], columns: usize) {
        if columns == self.kept || self.folding.inputs.is_none() {
            return;
        }
        for ((place, before), prim) in state.places.iter().zip(before).zip(self.folding.prims) {
            let step = place.addr().wrapping_sub(before.addr());
            pack::prefetch(place.wrapping_add(step.wrapping_mul(2)), columns * prim.size());
        }
    }

    /// Combines the chunks of each result or strip of results.
    fn combine(&self, items: Vec<Folders>, chunks: usize, width: usize) -> Vec<Piece> {
        let mut items = items.into_iter();
        let mut pieces = Vec::new();
        while items.len() > 0 {
            let folders = tree_of_folders(items.by_ref().take(chunks).collect());
            pieces.push(Piece { at: pieces.len() * width, folders });
        }
        pieces
    }
}

/// Combines the folders of chunks: adjacent pairs, again and again, an odd one at the end carried over.
pub(crate) fn tree_of_folders(mut chunks: Vec<Folders>) -> Folders {
    while chunks.len() > 1 {
        let mut pairs = Vec::with_capacity(chunks.len().div_ceil(2));
        let mut each = chunks.into_iter();
        while let Some(mut earlier) = each.next() {
            if let Some(later) = each.next() {
                earlier.iter_mut().zip(later).for_each(|(x, y)| x.absorb(y));
            }
            pairs.push(earlier);
        }
        chunks = pairs;
    }
    chunks.pop().expect("there is at least one chunk")
}

/// Rows of a sideways input that are copied together at least: two cache lines of 64-bit elements.
const ROWS: usize = 16;

/// Makes the job of a whole reduction.
pub(crate) fn whole_job<'a>(
    kernel: &'a TileKernel,
    streams: Vec<Stream>,
    lens: &[usize],
    order: Order,
) -> Job<'a> {
    let job = Job::new(kernel, streams.clone(), lens, &[], order);
    if !job.is_sideways() {
        return job;
    }
    // Whole rows of a sideways input are copied together, so that each cache line is read once.
    let nest: Nest = job.nest.clone();
    let row = nest.axes.last().map_or(1, |axis| axis.len);
    let tile = row.saturating_mul(ROWS).clamp(TILE, REDUCE_CHUNK).next_multiple_of(REDUCE_BLOCK);
    Job::with_nest(kernel, streams, nest, tile)
}
