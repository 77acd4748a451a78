//! Runs the stages of a plan over the caller's arrays.
//!
//! Elementwise stages are cut into chunks, which run on any thread in any order; a chunk is a sequence
//! of tiles, each one call of the kernel. Reductions use the fixed grid of [`reduce`](super::reduce).
#![expect(unsafe_code, reason = "kernels take raw pointers into the arrays that views borrow")]

use smallvec::SmallVec;

use super::cost;
use super::memory::{self, Buffer, OutOfMemory, Scratch};
use super::plan::{Plan, Source, Stage};
use super::pool::Pool;
use super::reduce::{self, Partials, REDUCE_CHUNK};
use super::view::{Operand, ViewMut};
use crate::codegen::{self, Codegen, CodegenError, Sinks, TileKernel};
use crate::dtype::{DType, Scalar};
use crate::ir::interp::{self, REDUCE_BLOCK};
use crate::ir::{Inst, Reduce, SpaceId, eval};

/// Work below this runs on the calling thread. Waking a sleeping thread takes some 50 µs, during which
/// the calling thread works on; two threads are level with one at 30 µs and ahead from there.
const PARALLEL_FROM_PICOSECONDS: u64 = 60_000_000;

/// Elements of a chunk at most: 2 MiB of `f64`, so that two threads seldom touch the same huge page of
/// a fresh result; and at least, so that a chunk is worth taking. Speed is flat between.
const CHUNK: std::ops::RangeInclusive<usize> = 16 << 10..=256 << 10;

/// A plan with a kernel for each stage.
pub(crate) struct Executable {
    plan: Plan,
    kernels: Vec<TileKernel>,
    /// Picoseconds per element of each stage.
    costs: Vec<u64>,
}

/// What is wrong with the inputs or the output of a run.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error("arrays of different lengths")]
    Lengths {
        /// Index and length of the arrays that run together.
        inputs: Vec<(usize, usize)>,
    },
    #[error("the output has {out} elements and the result {result}")]
    OutputLength { out: usize, result: usize },
    #[error("{op:?} of no elements")]
    Empty { op: Reduce },
    #[error(transparent)]
    Memory(#[from] OutOfMemory),
}

/// The result of a run.
pub(crate) enum Outcome {
    Scalar(Scalar),
    Array(Buffer),
}

/// For each value of a plan's graph what it is, if it is the same for all elements and computed.
pub(crate) type Known = Vec<Option<Scalar>>;

impl Executable {
    pub(crate) fn new(plan: Plan, codegen: Codegen) -> Result<Executable, CodegenError> {
        let compile = |stage: &Stage| codegen::compile(stage.body.clone(), codegen);
        let kernels = plan.stages.iter().map(compile).collect::<Result<_, _>>()?;
        let cost = |stage: &Stage| cost::picoseconds_per_element(&stage.body);
        let costs = plan.stages.iter().map(cost).collect();
        Ok(Executable { plan, kernels, costs })
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Computes the result into fresh memory. `operands` are the inputs of the graph, with its dtypes,
    /// scalar where the plan says so.
    pub(crate) fn run(&self, operands: &[Operand<'_>], pool: &Pool) -> Result<Outcome, RunError> {
        let n = self.check_lengths(operands)?;
        let known = self.before_store(operands, pool)?;
        if self.plan.is_scalar {
            return Ok(Outcome::Scalar(self.scalar(&known)));
        }
        Ok(Outcome::Array(self.stored(&known, operands, n, pool)?))
    }

    /// Computes the result into `out`, which has its dtype. A single value fills `out`.
    pub(crate) fn run_into(
        &self,
        operands: &[Operand<'_>],
        mut out: ViewMut<'_>,
        pool: &Pool,
    ) -> Result<(), RunError> {
        assert_eq!(out.dtype(), self.plan.dtype());
        assert_eq!(out.step(), out.dtype().size().cast_signed(), "stores are contiguous");
        let n = self.check_lengths(operands)?;
        if !self.plan.is_scalar && out.len() != n {
            return Err(RunError::OutputLength { out: out.len(), result: n });
        }
        let known = self.before_store(operands, pool)?;
        if self.plan.is_scalar {
            out.fill(self.scalar(&known));
        } else {
            self.store(&known, operands, n, out.ptr(), pool);
        }
        Ok(())
    }

    /// Computes what the elements of the result depend on: reductions and uniform values.
    fn before_store(&self, operands: &[Operand<'_>], pool: &Pool) -> Result<Known, RunError> {
        let mut known = self.start(operands);
        if !self.plan.has_uniform_work {
            return Ok(known);
        }
        self.set_counts(&mut known, |space| self.length(space, operands))?;
        for at in 0..self.plan.stages.len() {
            let stage = &self.plan.stages[at];
            if let Sinks::Reduce(_) = stage.body.sinks {
                let n = self.length(stage.space, operands)?;
                let partials = self.reduce(at, &known, operands, n, pool);
                self.set_reductions(at, &mut known, partials);
            }
        }
        Ok(known)
    }

    /// Returns the length of the result. Reports what is wrong with any length that the expression
    /// mentions, whatever the values are and whatever the passes have removed.
    fn check_lengths(&self, operands: &[Operand<'_>]) -> Result<usize, RunError> {
        let mut result = 1;
        for space in self.plan.graph.spaces() {
            let n = self.length(space, operands)?;
            if space == self.plan.output().space {
                result = n;
            }
        }
        self.check_extremes(|space| self.length(space, operands))?;
        Ok(result)
    }

    /// Reports an extreme of nothing.
    pub(crate) fn check_extremes(
        &self,
        length: impl Fn(SpaceId) -> Result<usize, RunError>,
    ) -> Result<(), RunError> {
        for &(op, space) in &self.plan.extremes {
            if length(space)? == 0 {
                return Err(RunError::Empty { op });
            }
        }
        Ok(())
    }

    /// Returns what is known before any stage has run: the scalar inputs.
    pub(crate) fn start(&self, operands: &[Operand<'_>]) -> Known {
        if !self.plan.has_uniform_work && !self.plan.uniform_inputs.contains(&true) {
            return Known::new();
        }
        let graph = &self.plan.graph;
        let mut known = vec![None; graph.len()];
        for value in graph.values() {
            if let Inst::Input(index) = *graph.inst(value)
                && let Operand::Scalar(scalar) = operands[index as usize]
            {
                known[value.index()] = Some(scalar);
            }
        }
        known
    }

    /// Fills in the numbers of elements, and what depends on them and on the inputs alone.
    pub(crate) fn set_counts(
        &self,
        known: &mut Known,
        length: impl Fn(SpaceId) -> Result<usize, RunError>,
    ) -> Result<(), RunError> {
        let graph = &self.plan.graph;
        for value in graph.values() {
            if let Inst::Count(space, dtype) = *graph.inst(value) {
                let n = length(space)?;
                known[value.index()] = Some(match dtype {
                    DType::F32 => Scalar::F32(n as f32),
                    DType::F64 => Scalar::F64(n as f64),
                    DType::Bool | DType::I32 | DType::I64 => {
                        unreachable!("the verifier wants counts to be floats")
                    }
                });
            }
        }
        interp::uniform(graph, known);
        Ok(())
    }

    /// Fills in the results of a stage, and what depends on them.
    pub(crate) fn set_reductions(&self, at: usize, known: &mut Known, mut partials: Partials) {
        let stage = &self.plan.stages[at];
        let Sinks::Reduce(sinks) = &stage.body.sinks else { unreachable!("not a reduction") };
        for (k, (&(op, value), &reduction)) in sinks.iter().zip(&stage.reductions).enumerate() {
            let result = reduce::tree_of_scalars(op, &mut partials[k])
                .unwrap_or_else(|| eval::identity(op, stage.body.graph.dtype(value)));
            known[reduction.index()] = Some(result);
        }
        interp::uniform(&self.plan.graph, known);
    }

    /// Returns the result that is a single value.
    pub(crate) fn scalar(&self, known: &Known) -> Scalar {
        let output = self.plan.output().value;
        known[output.index()].expect("a single value depends on nothing but uniform values")
    }

    /// Returns the number of elements that a space runs over, 1 if it has no arrays.
    pub(crate) fn length(
        &self,
        space: SpaceId,
        operands: &[Operand<'_>],
    ) -> Result<usize, RunError> {
        let arrays = || {
            self.plan.graph.space(space).iter().filter_map(|&input| {
                match &operands[input as usize] {
                    Operand::Array(view) => Some((input as usize, view.len())),
                    Operand::Scalar(_) => None,
                }
            })
        };
        let mut n = 1;
        for (_, len) in arrays() {
            match (n, len) {
                (1, _) => n = len,
                (_, 1) => {}
                (n, len) if n == len => {}
                _ => return Err(RunError::Lengths { inputs: arrays().collect() }), // tidy: numbers
            }
        }
        Ok(n)
    }

    /// Runs the stage that stores the result, into fresh memory.
    pub(crate) fn stored(
        &self,
        known: &Known,
        operands: &[Operand<'_>],
        n: usize,
        pool: &Pool,
    ) -> Result<Buffer, OutOfMemory> {
        // SAFETY: a store stage writes all `n` elements of its output, `bool` as 0 or 1.
        unsafe {
            memory::filled(self.plan.dtype(), n, |out| self.store(known, operands, n, out, pool))
        }
    }

    /// Runs the stage that stores the result. `out` has room for `n` elements.
    fn store(&self, known: &Known, operands: &[Operand<'_>], n: usize, out: *mut u8, pool: &Pool) {
        let at = self.plan.stages.len() - 1;
        let kernel = &self.kernels[at];
        let mut inputs = Inputs::default();
        inputs.set(&self.plan.stages[at], known, operands);
        let size = self.plan.dtype().size();
        let out = SendPtr(out);
        let run_range = |scratch: &mut Scratch, start: usize, end: usize| {
            let tile = kernel.max_elements().min(end - start).max(1);
            for from in (start..end).step_by(tile) {
                let n = tile.min(end - from);
                let out = out.get().wrapping_add(from * size);
                // SAFETY: `pointers` are those of `n` elements from `from` on of arrays that the
                // operands borrow, or of single values, with the dtypes of the plan; `out` has room
                // for `n` more elements, is borrowed exclusively, so overlaps no input, and ranges
                // are disjoint; the scratch memory is this thread's.
                inputs.at(from, |pointers| unsafe {
                    kernel.call(pointers, &[out], scratch.ptr(), n);
                });
            }
        };
        let scratch = || Scratch::new(kernel.scratch_bytes());
        if self.is_serial(at, n, pool) {
            run_range(&mut scratch(), 0, n);
        } else {
            let size = n.div_ceil(4 * pool.threads()).clamp(*CHUNK.start(), *CHUNK.end());
            let size = size.next_multiple_of(1024);
            pool.map(n.div_ceil(size), scratch, |scratch, chunk| {
                run_range(scratch, chunk * size, n.min((chunk + 1) * size));
            });
        }
    }

    /// Runs a stage of reductions and returns their partial results, one per chunk.
    pub(crate) fn reduce(
        &self,
        at: usize,
        known: &Known,
        operands: &[Operand<'_>],
        n: usize,
        pool: &Pool,
    ) -> Partials {
        let kernel = &self.kernels[at];
        let stage = &self.plan.stages[at];
        let Sinks::Reduce(sinks) = &stage.body.sinks else { unreachable!("not a reduction") };
        let dtypes = stage.body.outputs();
        let mut inputs = Inputs::default();
        inputs.set(stage, known, operands);
        type Blocks = Vec<[u64; REDUCE_CHUNK / REDUCE_BLOCK]>;
        let run_chunk = |state: &mut (Scratch, Blocks), chunk: usize| -> SmallVec<[Scalar; 2]> {
            let (scratch, blocks) = state;
            let (start, end) = (chunk * REDUCE_CHUNK, n.min((chunk + 1) * REDUCE_CHUNK));
            let tile = kernel.max_elements().min(REDUCE_CHUNK);
            for from in (start..end).step_by(tile) {
                let n = tile.min(end - from);
                let block = (from - start) / REDUCE_BLOCK;
                let outputs: SmallVec<[*mut u8; 4]> = (blocks.iter_mut().zip(&dtypes))
                    .map(|(row, dtype)| {
                        row.as_mut_ptr().cast::<u8>().wrapping_add(block * dtype.size())
                    })
                    .collect();
                // SAFETY: inputs and scratch as in `store`; `from` is a multiple of the block, and a
                // row of `blocks` has room for the partial results of a chunk.
                inputs.at(from, |pointers| unsafe {
                    kernel.call(pointers, &outputs, scratch.ptr(), n);
                });
            }
            let n_blocks = (end - start).div_ceil(REDUCE_BLOCK);
            (sinks.iter().zip(&dtypes).zip(blocks))
                .map(|((&(op, _), &dtype), row)| reduce::tree_of_row(op, dtype, row, n_blocks))
                .collect()
        };
        let state = || {
            let row = [0; REDUCE_CHUNK / REDUCE_BLOCK];
            (Scratch::new(kernel.scratch_bytes()), vec![row; sinks.len()])
        };
        let serial = self.is_serial(at, n, pool);
        let chunks = n.div_ceil(REDUCE_CHUNK);
        let rows = if serial { &Pool::Serial } else { pool }.map(chunks, state, run_chunk);
        (0..sinks.len()).map(|k| rows.iter().map(|row| row[k]).collect()).collect()
    }

    fn is_serial(&self, at: usize, n: usize, pool: &Pool) -> bool {
        let work = self.costs[at].saturating_mul(n as u64);
        work < PARALLEL_FROM_PICOSECONDS || pool.threads() == 1
    }
}

/// The inputs of a stage: pointers to the elements of arrays and to the bytes of single values.
#[derive(Default)]
struct Inputs {
    /// To the first element of each.
    starts: Pointers,
    /// Bytes from one element to the next; 0 for a single value.
    steps: SmallVec<[isize; 8]>,
    /// The single values that `starts` lead to, each at the start of eight aligned bytes.
    values: Box<[u64]>,
}

type Pointers = SmallVec<[*const u8; 8]>;

// SAFETY: the pointers lead to memory that the operands borrow or that `Inputs` owns, and are only
// read through while both live.
unsafe impl Sync for Inputs {}

impl Inputs {
    /// Sets the inputs of a stage. (Filling in place: moving the result of a function costs as much.)
    fn set(&mut self, stage: &Stage, known: &Known, operands: &[Operand<'_>]) {
        let uniform = |source: &&Source| matches!(source, Source::Uniform(_));
        let count = stage.inputs.iter().filter(uniform).count();
        self.values = vec![0u64; count].into_boxed_slice();
        let base = self.values.as_mut_ptr();
        let mut used = 0;
        for source in &stage.inputs {
            let (start, step) = match *source {
                Source::Array(index) => match &operands[index as usize] {
                    Operand::Array(view) => (view.ptr(), view.step()),
                    Operand::Scalar(_) => unreachable!("the plan was made for these operands"),
                },
                Source::Uniform(value) => {
                    let scalar = known[value.index()].expect("computed before the stage");
                    let place = base.wrapping_add(used);
                    used += 1;
                    // SAFETY: `used` is below `count`, the length of `values`.
                    unsafe { place.write(u64::from_ne_bytes(bytes_of(scalar))) };
                    (place.cast_const().cast(), 0)
                }
            };
            self.starts.push(start);
            self.steps.push(step);
        }
    }

    /// Calls `f` with the pointers to element `index`, which is at most the length of the arrays.
    fn at(&self, index: usize, f: impl FnOnce(&[*const u8])) {
        if index == 0 {
            return f(&self.starts);
        }
        let offset =
            |(start, step): (&*const u8, &isize)| start.wrapping_offset(index.cast_signed() * step);
        f(&self.starts.iter().zip(&self.steps).map(offset).collect::<Pointers>());
    }
}

/// A pointer that threads share, each writing its own part.
#[derive(Clone, Copy)]
struct SendPtr(*mut u8);

// SAFETY: see the use in `store`: ranges are disjoint.
unsafe impl Send for SendPtr {}
// SAFETY: as above.
unsafe impl Sync for SendPtr {}

impl SendPtr {
    // A method, so that closures capture the whole and not the pointer inside.
    fn get(self) -> *mut u8 {
        self.0
    }
}

/// The value as in memory, at the start of eight bytes.
fn bytes_of(scalar: Scalar) -> [u8; 8] {
    let mut bytes = [0; 8];
    let mut put = |source: &[u8]| bytes[..source.len()].copy_from_slice(source);
    match scalar {
        Scalar::Bool(x) => put(&[u8::from(x)]),
        Scalar::I32(x) => put(&x.to_ne_bytes()),
        Scalar::I64(x) => put(&x.to_ne_bytes()),
        Scalar::F32(x) => put(&x.to_ne_bytes()),
        Scalar::F64(x) => put(&x.to_ne_bytes()),
    }
    bytes
}
