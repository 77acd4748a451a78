//! The short way for the commonest run: one stage over contiguous arrays of one length.
//!
//! No shapes are inferred and no nest is made; a run of ten elements takes less time than that would.
#![expect(unsafe_code, reason = "kernels take raw pointers into the arrays that views borrow")]

use smallvec::{SmallVec, smallvec};

use super::job::bytes_of;
use super::memory::{Fresh, Scratch};
use super::plan::{LeafSource, Plan, Sink};
use super::pool::{Interrupted, Workers};
use super::run::{Owned, RunError};
use super::view::{Form, Layout, Operand, ViewMut};
use crate::codegen::TileKernel;
use crate::dtype::DType;
use crate::ir::shape::ShapeNode;
use crate::ir::{Inst, Parts, Source};

/// What is known of a plan that can be run the short way.
pub(crate) struct Simple {
    /// The parameter that each input of the loop is.
    inputs: Vec<u32>,
    dtype: DType,
}

impl Simple {
    /// Returns how to run the plan, if it is one stage over whole parameters of one axis.
    pub(crate) fn of(plan: &Plan) -> Option<Simple> {
        let graph = &plan.graph;
        let ([stage], [output]) = (&plan.stages[..], graph.outputs()) else { return None };
        let flat = |node: &ShapeNode| match node {
            ShapeNode::Scalar | ShapeNode::Param(_) | ShapeNode::Broadcast(_) => true,
            ShapeNode::Reduced(..) | ShapeNode::Indexed(..) => false,
        };
        let one_axis = plan.patterns.iter().all(|pattern| pattern.is_single() || pattern.ndim == 1);
        let stores = match &stage.sink {
            Sink::Outputs { folds, .. } => folds.is_empty(),
            Sink::Keep(_) | Sink::Whole(_) | Sink::Folds { .. } => false,
        };
        if !stores
            || !matches!(output.parts, Parts::Real(_))
            || plan.has_single_work
            || stage.pattern.ndim != 1
            || !one_axis
            || !graph.extremes().is_empty()
            || !graph.shapes().nodes().all(|(node, _)| flat(node))
        {
            return None;
        }
        let param = |input: u32| match graph.inputs()[input as usize].source {
            Source::Param(param) => Some(param),
            Source::Re(_) | Source::Im(_) | Source::Test(..) => None,
        };
        let inputs = (stage.inputs.iter())
            .map(|leaf| match leaf.source {
                LeafSource::Input(input) => param(input),
                LeafSource::Single(value) => match *graph.inst(value) {
                    Inst::Input(input) => param(input),
                    _ => None, // tidy: other values are computed first
                },
                LeafSource::Stored(_) => None,
            })
            .collect::<Option<_>>()?;
        Some(Simple { inputs, dtype: output.dtype })
    }

    /// Returns the length of the arrays, if they are as they should be.
    pub(crate) fn length(&self, operands: &[Operand<'_>]) -> Option<usize> {
        let mut length = None;
        for operand in operands {
            if let Operand::Array(view) = operand {
                let layout = view.layout();
                let [n] = layout.shape[..] else { return None };
                if !is_plain(layout) || n == 1 || length.is_some_and(|length| length != n) {
                    return None;
                }
                length = Some(n);
            }
        }
        length
    }

    /// Returns whether the result of `n` elements can be written straight into `out`: whether that shares
    /// no memory with an array, or begins where one of equal elements does.
    pub(crate) fn fits(&self, operands: &[Operand<'_>], out: &ViewMut<'_>, n: usize) -> bool {
        let layout = out.layout();
        if layout.dtype != self.dtype || layout.shape[..] != [n] || !is_plain(layout) {
            return false;
        }
        let (start, size) = (layout.ptr.addr(), self.dtype.size());
        operands.iter().all(|operand| {
            let Operand::Array(view) = operand else { return true };
            let (other, other_size) = (view.layout().ptr.addr(), view.layout().dtype.size());
            other == start && other_size == size
                || other + n * other_size <= start
                || start + n * size <= other
        })
    }

    /// Computes the result of `n` elements into fresh memory.
    pub(crate) fn run(
        &self,
        kernel: &TileKernel,
        operands: &[Operand<'_>],
        n: usize,
        is_serial: bool,
        workers: Workers<'_>,
    ) -> Result<Owned, RunError> {
        let mut fresh = Fresh::new(self.dtype, n)?;
        // SAFETY: there is room for `n` elements, which nobody else knows of.
        unsafe { self.store(kernel, operands, n, fresh.ptr(), is_serial, workers)? };
        Ok(Owned {
            dtype: self.dtype,
            // SAFETY: all elements have been stored, `bool` as 0 or 1.
            buffer: unsafe { fresh.written() },
            shape: smallvec![n],
            strides: smallvec![self.dtype.size().cast_signed()],
        })
    }

    /// Computes the result into an output that [`fits`](Simple::fits) and overlaps inputs only where it
    /// is one.
    pub(crate) fn run_into(
        &self,
        kernel: &TileKernel,
        operands: &[Operand<'_>],
        out: &mut ViewMut<'_>,
        n: usize,
        is_serial: bool,
        workers: Workers<'_>,
    ) -> Result<(), Interrupted> {
        // SAFETY: `out` is a contiguous array of `n` elements of the result's dtype, borrowed for writing.
        unsafe { self.store(kernel, operands, n, out.layout().ptr, is_serial, workers) }
    }

    /// # Safety
    /// `out` has room for `n` elements and is disjoint from the operands or begins where one does.
    unsafe fn store(
        &self,
        kernel: &TileKernel,
        operands: &[Operand<'_>],
        n: usize,
        out: *mut u8,
        is_serial: bool,
        workers: Workers<'_>,
    ) -> Result<(), Interrupted> {
        let mut inputs = Inputs::default();
        inputs.set(&self.inputs, operands);
        let size = self.dtype.size();
        let out = SendPtr(out);
        let run_range = |scratch: &mut Scratch, start: usize, end: usize| {
            let tile = kernel.max_elements().min(end - start).max(1);
            for from in (start..end).step_by(tile) {
                let n = tile.min(end - from);
                let out = out.get().wrapping_add(from * size);
                // SAFETY: the pointers are those of `n` elements from `from` on of arrays that the
                // operands borrow, or of single values, with the dtypes of the plan; `out` has room
                // for `n` more elements, and ranges are disjoint; the scratch memory is this thread's.
                inputs.at(from, |pointers| unsafe {
                    kernel.call(pointers, &[out], scratch.ptr(), n);
                });
            }
        };
        let scratch = || Scratch::new(kernel.scratch_bytes());
        if is_serial {
            run_range(&mut scratch(), 0, n);
        } else {
            let size = workers.chunk(n, 1024);
            workers.map(n.div_ceil(size), scratch, |scratch, chunk| {
                run_range(scratch, chunk * size, n.min((chunk + 1) * size));
            })?;
        }
        Ok(())
    }
}

/// Whether elements along one axis lie one after the other, ready for a kernel.
fn is_plain(layout: &Layout) -> bool {
    let size = layout.dtype.size();
    layout.strides[0] == size.cast_signed()
        && layout.form == Form::Native
        && layout.ptr.addr().is_multiple_of(layout.dtype.alignment())
}

/// The inputs of a loop: pointers to the elements of arrays and to the bytes of single values.
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
    /// Sets the inputs of a loop. (Filling in place: moving the result of a function costs as much.)
    fn set(&mut self, params: &[u32], operands: &[Operand<'_>]) {
        let is_single = |param: &&u32| matches!(operands[**param as usize], Operand::Single(_));
        let count = params.iter().filter(is_single).count();
        self.values = vec![0u64; count].into_boxed_slice();
        let base = self.values.as_mut_ptr();
        let mut used = 0;
        for &param in params {
            let (start, step) = match &operands[param as usize] {
                Operand::Array(view) => (view.layout().ptr.cast_const(), view.layout().strides[0]),
                Operand::Single(single) => {
                    let place = base.wrapping_add(used);
                    used += 1;
                    // SAFETY: `used` is at most `count`, the length of `values`.
                    unsafe { place.write(u64::from_ne_bytes(bytes_of(single.re))) };
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
