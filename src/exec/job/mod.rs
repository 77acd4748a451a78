//! A stage bound to memory: computes any range of its elements into contiguous tiles.
//!
//! The elements of a job are numbered in the order of its [`Nest`]. An input that lies contiguously in
//! that order is read where it lies, also one that does within the row that a range falls in; all others
//! are first copied to scratch memory that stays in the L1 cache.
#![expect(unsafe_code, reason = "kernels take raw pointers into the arrays that operands borrow")]

mod panel;

use smallvec::SmallVec;

pub(crate) use self::panel::{PANEL_TILE, Rows};
use super::memory::Scratch;
use super::nest::{Nest, Order};
use super::pack;
use super::strings::Question;
use super::view::{Lane, Strides};
use crate::codegen::TileKernel;
use crate::dtype::Scalar;

/// Elements of a tile when inputs have to be copied: 8 KiB of `f64` for each, so that a few of them fit
/// the L1 cache; a multiple of the block of reductions.
pub(crate) const TILE: usize = 1024;

/// Where an input of a loop comes from.
#[derive(Clone, Debug)]
pub(crate) enum Stream {
    Single(Scalar),
    Lane(Lane),
    Question(Question),
}

/// A stage bound to memory.
pub(crate) struct Job<'a> {
    kernel: &'a TileKernel,
    pub(crate) nest: Nest,
    inputs: Vec<Bound>,
    /// The single values, each at the start of eight aligned bytes.
    singles: Box<[u64]>,
    /// Elements of a tile at most, if some input is copied.
    tile: usize,
    /// Bytes of scratch memory: the tiles of copied inputs, then what the kernel needs.
    kernel_scratch: usize,
}

enum Bound {
    /// Index into the singles.
    Single(usize),
    /// A lane, its number in the nest, whether it is contiguous, and where its tile is in the scratch.
    Lane {
        lane: Lane,
        operand: usize,
        flat: bool,
        direct: bool,
        tile: usize,
    },
    Question {
        question: Question,
        operand: usize,
        tile: usize,
    },
}

pub(crate) type Pointers = SmallVec<[*const u8; 8]>;

// SAFETY: the pointers lead to memory that the operands of a run borrow for longer than the job lives,
// or that the job owns, and are only read through.
unsafe impl Sync for Job<'_> {}

impl<'a> Job<'a> {
    /// Binds a kernel to its inputs over a space, walked in `order` together with further operands.
    pub(crate) fn new(
        kernel: &'a TileKernel,
        streams: Vec<Stream>,
        lens: &[usize],
        further: &[&Strides],
        order: Order,
    ) -> Job<'a> {
        let mut strides: SmallVec<[&Strides; 8]> = SmallVec::new();
        for stream in &streams {
            match stream {
                Stream::Single(_) => {}
                Stream::Lane(lane) => strides.push(&lane.strides),
                Stream::Question(question) => {
                    strides.push(&question.first.strides);
                    strides.push(&question.second.strides);
                }
            }
        }
        strides.extend(further.iter().copied());
        let nest = Nest::new(lens, strides.iter().copied(), order);
        drop(strides);
        Job::with_nest(kernel, streams, nest, TILE)
    }

    /// Binds a kernel to inputs that are the first operands of a nest.
    pub(crate) fn with_nest(
        kernel: &'a TileKernel,
        streams: Vec<Stream>,
        nest: Nest,
        tile: usize,
    ) -> Job<'a> {
        let mut singles = Vec::new();
        let mut operand = 0;
        let mut scratch = 0;
        let mut reserve = |elements: usize, size: usize| {
            let at = scratch;
            scratch += (elements * size).next_multiple_of(64);
            at
        };
        let inputs = (streams.into_iter())
            .map(|stream| match stream {
                Stream::Single(scalar) => {
                    singles.push(u64::from_ne_bytes(bytes_of(scalar)));
                    Bound::Single(singles.len() - 1)
                }
                Stream::Lane(lane) => {
                    let direct = lane.is_direct();
                    let flat = direct && is_flat(&nest, operand, lane.prim.size());
                    let room = if is_sideways(&nest, operand) { PANEL_TILE } else { 0 };
                    let tile = if flat { 0 } else { reserve(tile.max(room), lane.prim.size()) };
                    operand += 1;
                    Bound::Lane { lane, operand: operand - 1, flat, direct, tile }
                }
                Stream::Question(question) => {
                    operand += 2;
                    Bound::Question { question, operand: operand - 2, tile: reserve(tile, 1) }
                }
            })
            .collect();
        let singles = singles.into_boxed_slice();
        Job { kernel, nest, inputs, singles, tile, kernel_scratch: scratch }
    }

    /// Returns whether all inputs are read where they lie, so that tiles may have any length.
    pub(crate) fn is_flat(&self) -> bool {
        self.inputs.iter().all(|input| match input {
            Bound::Single(_) => true,
            Bound::Lane { flat, .. } => *flat,
            Bound::Question { .. } => false,
        })
    }

    /// Returns how many elements one call of [`compute`](Job::compute) can have.
    pub(crate) fn max_elements(&self) -> usize {
        let most = self.kernel.max_elements();
        if self.is_flat() { most } else { most.min(self.tile) }
    }

    /// Returns whether some input moves slower along the innermost axis than along the next one.
    pub(crate) fn is_sideways(&self) -> bool {
        self.inputs.iter().any(|input| match input {
            Bound::Lane { operand, .. } => is_sideways(&self.nest, *operand),
            Bound::Single(_) | Bound::Question { .. } => false,
        })
    }

    pub(crate) fn scratch(&self) -> Scratch {
        Scratch::new(self.kernel_scratch + self.kernel.scratch_bytes())
    }

    /// Computes `n` elements from `start` on into contiguous memory.
    ///
    /// # Safety
    /// - The range lies in the nest, `n` is at most [`max_elements`](Job::max_elements), and `scratch` is
    ///   one that this job has made.
    /// - `outputs` are as [`TileKernel::call`] wants them for `n` elements: in particular each has room,
    ///   and is disjoint from the inputs or begins where a contiguous one begins in this range.
    pub(crate) unsafe fn compute(
        &self,
        scratch: &mut Scratch,
        (start, n): (usize, usize),
        outputs: &[*mut u8],
    ) {
        let pointers: Pointers = (self.inputs.iter())
            // SAFETY: the caller's promise.
            .map(|input| unsafe { self.input(input, scratch.ptr(), (start, n)) })
            .collect();
        let kernel_scratch = scratch.ptr().wrapping_add(self.kernel_scratch);
        // SAFETY: `pointers` lead to `n` elements, or one, of the inputs' prims, and the scratch memory
        // behind the tiles is the kernel's.
        unsafe { self.kernel.call(&pointers, outputs, kernel_scratch, n) };
    }

    /// Returns where `n` elements of input number `index` lie, copied to scratch memory if need be.
    ///
    /// # Safety
    /// As [`compute`](Job::compute).
    pub(crate) unsafe fn input_tile(
        &self,
        scratch: &mut Scratch,
        index: usize,
        range: (usize, usize),
    ) -> *const u8 {
        // SAFETY: the caller's promise.
        unsafe { self.input(&self.inputs[index], scratch.ptr(), range) }
    }

    /// Returns where `n` elements of an input lie, copied to scratch memory if need be.
    ///
    /// # Safety
    /// As [`compute`](Job::compute).
    unsafe fn input(
        &self,
        input: &Bound,
        scratch: *mut u8,
        (start, n): (usize, usize),
    ) -> *const u8 {
        match input {
            Bound::Single(index) => self.singles.as_ptr().wrapping_add(*index).cast(),
            Bound::Lane { lane, flat: true, operand, .. } => {
                let offset = self.nest.offsets[*operand] + (start * lane.prim.size()).cast_signed();
                lane.ptr.wrapping_offset(offset)
            }
            Bound::Lane { lane, operand, direct, tile, .. } => {
                if *direct
                    && let Some(offset) = row_offset(&self.nest, *operand, (start, n))
                    && self.nest.axes.last().map_or(0, |axis| axis.strides[*operand])
                        == lane.prim.size().cast_signed()
                {
                    return lane.ptr.wrapping_offset(offset);
                }
                let tile = scratch.wrapping_add(*tile);
                // SAFETY: the lane is readable all over the nest; the tile has room for `n` elements.
                unsafe { pack::gather(&self.nest, *operand, lane, (start, n), tile) };
                tile
            }
            Bound::Question { question, operand, tile } => {
                let tile = scratch.wrapping_add(*tile);
                // SAFETY: as above.
                unsafe { pack::answer(&self.nest, *operand, question, (start, n), tile) };
                tile
            }
        }
    }
}

/// Whether an operand's elements lie one after the other in the order of the nest.
pub(crate) fn is_flat(nest: &Nest, operand: usize, size: usize) -> bool {
    let mut step = size.cast_signed();
    nest.axes.iter().rev().all(|axis| {
        let even = axis.strides[operand] == step;
        step *= axis.len.cast_signed();
        even
    })
}

/// Whether an operand moves slower along the innermost axis than along the next one, and by more than a
/// cache line.
pub(crate) fn is_sideways(nest: &Nest, operand: usize) -> bool {
    let [.., outer, inner] = &nest.axes[..] else { return false };
    let (outer, inner) = (outer.strides[operand], inner.strides[operand]);
    outer != 0 && outer.unsigned_abs() < inner.unsigned_abs() && inner.unsigned_abs() >= 64
}

/// Returns where the first element of a range lies if the range stays within one row.
pub(crate) fn row_offset(nest: &Nest, operand: usize, (start, n): (usize, usize)) -> Option<isize> {
    let mut offset = nest.offsets[operand];
    let Some((inner, outer)) = nest.axes.split_last() else { return Some(offset) };
    let column = start % inner.len;
    if column + n > inner.len {
        return None;
    }
    offset += column.cast_signed() * inner.strides[operand];
    let mut rest = start / inner.len;
    for axis in outer.iter().rev() {
        offset += (rest % axis.len).cast_signed() * axis.strides[operand];
        rest /= axis.len;
    }
    Some(offset)
}

/// The value as in memory, at the start of eight bytes.
pub(crate) fn bytes_of(scalar: Scalar) -> [u8; 8] {
    let mut bytes = [0; 8];
    let mut put = |source: &[u8]| bytes[..source.len()].copy_from_slice(source);
    match scalar {
        Scalar::Bool(x) => put(&[u8::from(x)]),
        Scalar::I8(x) => put(&x.to_ne_bytes()),
        Scalar::I16(x) => put(&x.to_ne_bytes()),
        Scalar::I32(x) => put(&x.to_ne_bytes()),
        Scalar::I64(x) => put(&x.to_ne_bytes()),
        Scalar::U8(x) => put(&x.to_ne_bytes()),
        Scalar::U16(x) => put(&x.to_ne_bytes()),
        Scalar::U32(x) => put(&x.to_ne_bytes()),
        Scalar::U64(x) => put(&x.to_ne_bytes()),
        Scalar::F32(x) => put(&x.to_ne_bytes()),
        Scalar::F64(x) => put(&x.to_ne_bytes()),
    }
    bytes
}
