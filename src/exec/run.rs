//! Runs the stages of a plan over the caller's arrays.

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::bind;
use super::cost;
use super::fold::Folder;
use super::job::Job;
use super::memory::{Buffer, Fresh, OutOfMemory};
use super::nest::Order;
use super::overlap;
use super::plan::{Fold, LeafSource, Plan, Sink, Stage};
use super::pool::{Interrupted, Workers};
use super::reduce::{self, Folders, Folding, Partials, Piece};
use super::simple::Simple;
use super::store::Store;
use super::view::{Lane, Layout, Operand, Strides, View, ViewMut, contiguous_strides};
use crate::codegen::{self, Codegen, CodegenError, Loop, Sinks, TileKernel};
use crate::diag::Span;
use crate::dtype::{DType, Prim, Scalar};
use crate::ir::shape::{Shape, ShapeError, left, resolve};
use crate::ir::{Inst, Over, Reduce, Value, eval, interp};
use crate::ops::Reduction;

/// Work below this runs on the calling thread. Waking a sleeping thread takes some 50 µs, during which
/// the calling thread works on; two threads are level with one at 30 µs and ahead from there.
const PARALLEL_FROM_PICOSECONDS: u64 = 60_000_000;

/// A plan with a kernel for each stage.
pub(crate) struct Executable {
    plan: Plan,
    pub(super) kernels: Vec<TileKernel>,
    /// Picoseconds per element of each stage.
    costs: Vec<u64>,
    simple: Option<Simple>,
}

/// What is wrong with the inputs or the output of a run.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error("shapes do not fit: {0:?}")]
    Shape(ShapeError),
    #[error("output {output} has shape {out:?} and the result {result:?}")]
    OutputShape { output: usize, out: Shape, result: Shape },
    #[error("{reduction} of no elements")]
    Empty { reduction: Reduction, span: Span },
    #[error("columns of different lengths: {0:?}")]
    Rows(Vec<Shape>),
    #[error(transparent)]
    Memory(#[from] OutOfMemory),
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl From<ShapeError> for RunError {
    fn from(error: ShapeError) -> RunError {
        RunError::Shape(error)
    }
}

/// A result.
pub(crate) struct Owned {
    pub(crate) dtype: DType,
    pub(crate) buffer: Buffer,
    pub(crate) shape: Shape,
    pub(crate) strides: Strides,
}

impl Owned {
    /// Elements one after the other, the last axis innermost.
    pub(crate) fn contiguous(dtype: DType, buffer: Buffer, shape: &[usize]) -> Owned {
        let strides = contiguous_strides(shape, dtype.size());
        Owned { dtype, buffer, shape: shape.into(), strides }
    }

    pub(crate) fn layout(&self) -> Layout {
        Layout {
            ptr: self.buffer.as_ptr().cast_mut(),
            dtype: self.dtype,
            shape: self.shape.clone(),
            strides: self.strides.clone(),
            form: super::view::Form::Native,
        }
    }
}

pub(crate) type Results = SmallVec<[Owned; 1]>;

/// For each value of a plan's graph what it is, if it is a single element and computed.
pub(crate) type Known = Vec<Option<Scalar>>;

/// What a run knows so far.
pub(crate) struct State<'a> {
    pub(crate) operands: &'a [Operand<'a>],
    /// Every shape of the graph.
    pub(crate) shapes: Vec<Shape>,
    pub(crate) known: Known,
    /// What stages have stored for later ones.
    pub(crate) stored: FxHashMap<Value, (Buffer, Shape)>,
}

/// How results are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum ResultOrder {
    /// As the operands are.
    #[default]
    Keep,
    /// The last axis innermost.
    C,
    /// The first axis innermost.
    F,
}

impl Executable {
    pub(crate) fn new(plan: Plan, codegen: Codegen) -> Result<Executable, CodegenError> {
        let compile = |stage: &Stage| codegen::compile(stage.body.clone(), codegen);
        let kernels = plan.stages.iter().map(compile).collect::<Result<_, _>>()?;
        let cost = |stage: &Stage| cost::picoseconds_per_element(&stage.body);
        let costs = plan.stages.iter().map(cost).collect();
        let simple = Simple::of(&plan);
        Ok(Executable { plan, kernels, costs, simple })
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Computes the result without looking at shapes, where the plan and the operands allow it.
    pub(crate) fn run_simple(
        &self,
        operands: &[Operand<'_>],
        workers: Workers<'_>,
    ) -> Option<Result<Owned, RunError>> {
        let simple = self.simple.as_ref()?;
        let n = simple.length(operands)?;
        Some(simple.run(&self.kernels[0], operands, n, self.is_serial(0, n), workers))
    }

    /// Computes the result into `out` without looking at shapes, where the plan, the operands and `out`
    /// allow it. Returns `None` if they do not.
    pub(crate) fn run_simple_into(
        &self,
        operands: &[Operand<'_>],
        out: &mut ViewMut<'_>,
        workers: Workers<'_>,
    ) -> Option<Result<(), Interrupted>> {
        let simple = self.simple.as_ref()?;
        let n = simple.length(operands)?;
        if !simple.fits(operands, out, n) {
            return None;
        }
        let is_serial = self.is_serial(0, n);
        Some(simple.run_into(&self.kernels[0], operands, out, n, is_serial, workers))
    }

    /// Computes the results into fresh memory. `operands` are the parameters of the graph, with its
    /// dtypes and the patterns of the plan.
    pub(crate) fn run(
        &self,
        operands: &[Operand<'_>],
        order: ResultOrder,
        workers: Workers<'_>,
    ) -> Result<Results, RunError> {
        if let Some(result) = self.run_simple(operands, workers) {
            return Ok(smallvec![result?]);
        }
        let mut state = self.start(operands)?;
        self.with_fresh(&mut state, order, |state, layouts| self.stages(state, layouts, workers))
    }

    /// Computes the results into `outs`, which have their dtypes and shapes to which the results
    /// broadcast.
    pub(crate) fn run_into(
        &self,
        operands: &[Operand<'_>],
        outs: &mut [ViewMut<'_>],
        workers: Workers<'_>,
    ) -> Result<(), RunError> {
        assert_eq!(outs.len(), self.plan.graph.outputs().len());
        if let [out] = outs
            && let Some(done) = self.run_simple_into(operands, out, workers)
        {
            return Ok(done?);
        }
        let clear = overlap::is_clear(&self.plan, operands, outs);
        let mut state = self.start(operands)?;
        for (output, (out, result)) in outs.iter().zip(self.plan.graph.outputs()).enumerate() {
            let shape = &state.shapes[result.shape.0 as usize];
            if out.shape() != &shape[..] {
                let (out, result) = (out.shape().into(), shape.clone());
                return Err(RunError::OutputShape { output, out, result });
            }
        }
        if clear {
            let layouts: Vec<Layout> = outs.iter().map(|out| out.layout().clone()).collect();
            self.stages(&mut state, &layouts, workers)?;
        } else {
            // As if the inputs had been copied first.
            let compute =
                |state: &mut State<'_>, layouts: &[Layout]| self.stages(state, layouts, workers);
            let results = self.with_fresh(&mut state, ResultOrder::Keep, compute)?;
            for (result, out) in results.iter().zip(outs) {
                overlap::copy(&result.layout(), out);
            }
        }
        Ok(())
    }

    /// Looks at the shapes, and at what single elements are known.
    pub(crate) fn start<'a>(&self, operands: &'a [Operand<'a>]) -> Result<State<'a>, RunError> {
        let graph = &self.plan.graph;
        let params: SmallVec<[&[usize]; 8]> = operands.iter().map(Operand::shape).collect();
        let shapes = graph.shapes().infer(&params)?;
        self.check_extremes(&shapes)?;
        let mut known = vec![None; graph.len()];
        self.set_singles(&mut known, operands);
        let mut state = State { operands, shapes, known, stored: FxHashMap::default() };
        if self.plan.has_single_work {
            self.set_counts(&mut state.known, &state.shapes);
        }
        Ok(state)
    }

    /// Fills in the inputs that are single elements.
    pub(crate) fn set_singles(&self, known: &mut Known, operands: &[Operand<'_>]) {
        let graph = &self.plan.graph;
        for value in graph.values().filter(|value| self.plan.wanted[value.index()]) {
            if let Inst::Input(input) = *graph.inst(value) {
                known[value.index()] = Some(bind::single(graph, input, operands));
            }
        }
    }

    /// Reports an extreme of nothing.
    pub(crate) fn check_extremes(&self, shapes: &[Shape]) -> Result<(), RunError> {
        for &(reduction, over) in self.plan.graph.extremes() {
            // Without results there is nothing to have no value.
            if self.count(over, shapes) == 0 && self.results(over, shapes).iter().all(|&n| n > 0) {
                let span = self.plan.graph.shapes().span(over.shape);
                return Err(RunError::Empty { reduction, span });
            }
        }
        Ok(())
    }

    /// Returns the number of elements of each result of a reduction.
    pub(crate) fn count(&self, over: Over, shapes: &[Shape]) -> usize {
        let reduced = self.reduced(over, shapes);
        let shape = shapes[over.shape.0 as usize].iter().enumerate();
        shape.filter(|(axis, _)| reduced >> axis & 1 == 1).map(|(_, &len)| len).product()
    }

    /// Returns the shape of the results of a reduction.
    fn results(&self, over: Over, shapes: &[Shape]) -> Shape {
        let keepdims = self.plan.graph.shapes().axes(over.axes).keepdims;
        left(&shapes[over.shape.0 as usize], self.reduced(over, shapes), keepdims)
    }

    fn reduced(&self, over: Over, shapes: &[Shape]) -> u64 {
        let axes = self.plan.graph.shapes().axes(over.axes);
        resolve(axes, shapes[over.shape.0 as usize].len(), Span::default())
            .expect("the plan was made for as many axes")
    }

    /// Fills in the numbers of elements, and what depends on them and on single inputs alone.
    pub(crate) fn set_counts(&self, known: &mut Known, shapes: &[Shape]) {
        let graph = &self.plan.graph;
        for value in graph.values() {
            if let Inst::Count(over, prim) = *graph.inst(value) {
                let n = Scalar::I64(self.count(over, shapes) as i64);
                known[value.index()] = Some(eval::cast(n, prim));
            }
        }
        interp::uniform(graph, known);
    }

    /// Runs all stages, the outputs going to the given places.
    fn stages(
        &self,
        state: &mut State<'_>,
        layouts: &[Layout],
        workers: Workers<'_>,
    ) -> Result<(), RunError> {
        for (at, stage) in self.plan.stages.iter().enumerate() {
            match &stage.sink {
                Sink::Outputs { .. } => self.output(at, state, layouts, workers)?,
                Sink::Keep(value) => self.keep(at, *value, state, workers)?,
                Sink::Whole(values) => {
                    let partials = self.whole(at, state, workers)?;
                    self.set_whole(at, values, &mut state.known, partials);
                }
                Sink::Folds { over, folds } => {
                    let pieces = self.folds(at, state, 0, workers)?;
                    let shape = self.results(*over, &state.shapes);
                    self.set_folds(folds, &shape, state, pieces)?;
                }
            }
        }
        self.single_outputs(state, layouts);
        Ok(())
    }

    /// Runs a stage whose result later ones read.
    fn keep(
        &self,
        at: usize,
        value: Value,
        state: &mut State<'_>,
        workers: Workers<'_>,
    ) -> Result<(), RunError> {
        let bound = bind::stage(&self.plan, at, state);
        let prim = self.plan.graph.prim(value);
        let mut fresh = Fresh::new(prim.dtype(), bound.lens.iter().product())?;
        let strides = contiguous_strides(&bound.lens, prim.size());
        let lane = Lane { ptr: fresh.ptr(), prim, strides, form: super::view::Form::Native };
        self.store(at, bound.streams, &bound.lens, &[lane], workers)?;
        // SAFETY: the stage has stored every element of the space, which the lane covers.
        #[expect(unsafe_code, reason = "the kernel has written the memory")]
        let buffer = unsafe { fresh.written() };
        state.stored.insert(value, (buffer, bound.lens));
        Ok(())
    }

    /// Runs the loop of a stage that stores; the outputs are lanes over its space.
    pub(super) fn store(
        &self,
        at: usize,
        streams: Vec<super::job::Stream>,
        lens: &[usize],
        outputs: &[Lane],
        workers: Workers<'_>,
    ) -> Result<(), Interrupted> {
        let further: SmallVec<[&Strides; 4]> = outputs.iter().map(|lane| &lane.strides).collect();
        let job = Job::new(&self.kernels[at], streams, lens, &further, Order::Memory);
        let n = job.nest.len();
        if n == 0 {
            return Ok(());
        }
        let store = Store::new(&job, outputs);
        // SAFETY: callers give outputs that cover the space, without overlap with inputs other than
        // element by element (`overlap::is_clear`).
        #[expect(unsafe_code, reason = "outputs are raw places")]
        unsafe {
            store.run(self.is_serial(at, n), workers)
        }
    }

    /// Runs a stage whose loop reduces, and returns its partial results.
    pub(crate) fn whole(
        &self,
        at: usize,
        state: &State<'_>,
        workers: Workers<'_>,
    ) -> Result<Partials, Interrupted> {
        let stage = &self.plan.stages[at];
        let bound = bind::stage(&self.plan, at, state);
        let Sinks::Reduce(sinks) = &stage.body.sinks else { unreachable!("not a reduction") };
        let sinks: Vec<(Reduce, Prim)> =
            sinks.iter().map(|&(op, value)| (op, stage.body.graph.prim(value))).collect();
        let free = sinks.iter().all(|&(op, prim)| is_order_free(op, prim));
        let order = if free { Order::Memory } else { Order::Canonical };
        let job = reduce::whole_job(&self.kernels[at], bound.streams, &bound.lens, order);
        let is_serial = self.is_serial(at, job.nest.len());
        reduce::whole(&job, &sinks, is_serial, workers)
    }

    /// Fills in the results of a stage whose loop reduces, and what depends on them.
    pub(crate) fn set_whole(
        &self,
        at: usize,
        values: &[Value],
        known: &mut Known,
        mut partials: Partials,
    ) {
        let body = &self.plan.stages[at].body;
        let Sinks::Reduce(sinks) = &body.sinks else { unreachable!("not a reduction") };
        for ((&(op, x), &value), partials) in sinks.iter().zip(values).zip(&mut partials) {
            let result = reduce::tree_of_scalars(op, partials)
                .unwrap_or_else(|| eval::identity(op, body.graph.prim(x)));
            known[value.index()] = Some(result);
        }
        interp::uniform(&self.plan.graph, known);
    }

    /// Runs a stage whose elements folders reduce. `first` is the number of the first element.
    pub(crate) fn folds(
        &self,
        at: usize,
        state: &State<'_>,
        first: usize,
        workers: Workers<'_>,
    ) -> Result<Vec<Piece>, RunError> {
        self.folding(at, state, first, |folding, is_serial| folding.run(is_serial, workers))
    }

    fn folding<T>(
        &self,
        at: usize,
        state: &State<'_>,
        first: usize,
        run: impl FnOnce(Folding<'_>, bool) -> T,
    ) -> T {
        let stage = &self.plan.stages[at];
        let Sink::Folds { over, folds } = &stage.sink else { unreachable!("not a reduction") };
        let bound = bind::stage(&self.plan, at, state);
        let prims: Vec<Prim> = stage.body.outputs();
        let n = bound.lens.iter().product();
        let folding = Folding {
            kernel: &self.kernels[at],
            streams: bound.streams,
            lens: &bound.lens,
            reduced: self.reduced(*over, &state.shapes),
            folds,
            prims: &prims,
            inputs: stored_inputs(&stage.body),
            first,
        };
        run(folding, self.is_serial(at, n))
    }

    /// Runs a stage whose elements folders reduce to single results, and returns the partial results of
    /// its chunks. `first` is the number of the first element.
    pub(crate) fn fold_chunks(
        &self,
        at: usize,
        state: &State<'_>,
        first: usize,
        workers: Workers<'_>,
    ) -> Result<Vec<Folders>, Interrupted> {
        self.folding(at, state, first, |folding, is_serial| folding.chunks(is_serial, workers))
    }

    /// Returns the results of a stage whose elements folders reduce to single results, over no elements.
    pub(crate) fn no_folds(&self, at: usize) -> Folders {
        let stage = &self.plan.stages[at];
        let Sink::Folds { folds, .. } = &stage.sink else { unreachable!("not a reduction") };
        reduce::empty_folders(folds, &stage.body.outputs())
    }

    /// Fills in the results of folders, and what depends on them.
    pub(crate) fn set_folds(
        &self,
        folds: &[Fold],
        shape: &Shape,
        state: &mut State<'_>,
        pieces: Vec<Piece>,
    ) -> Result<(), OutOfMemory> {
        let n = shape.iter().product();
        for (k, fold) in folds.iter().enumerate() {
            for (part, &result) in fold.results.iter().enumerate() {
                let Some(value) = result else { continue };
                let mut fresh = Fresh::new(self.plan.graph.prim(value).dtype(), n)?;
                let mut outs = [None; 2];
                outs[part] = Some(fresh.ptr());
                for piece in &pieces {
                    let folder: &dyn Folder = &*piece.folders[k];
                    // SAFETY: the pieces together have `n` results, from `at` on each.
                    #[expect(unsafe_code, reason = "folders write raw memory")]
                    unsafe {
                        folder.write(outs, piece.at);
                    }
                }
                // SAFETY: every result has been written.
                #[expect(unsafe_code, reason = "the folders have written the memory")]
                let buffer = unsafe { fresh.written() };
                if n == 1 {
                    state.known[value.index()] = Some(bind::only(&buffer));
                }
                state.stored.insert(value, (buffer, shape.clone()));
            }
        }
        interp::uniform(&self.plan.graph, &mut state.known);
        Ok(())
    }

    /// Whether a stage is over so soon that it runs at once, on the calling thread.
    pub(crate) fn is_serial(&self, at: usize, n: usize) -> bool {
        self.costs[at].saturating_mul(n as u64) < PARALLEL_FROM_PICOSECONDS
    }

    /// Returns whether a stage reads arrays, rather than single elements only.
    pub(crate) fn has_arrays(&self, at: usize) -> bool {
        let leaves = &self.plan.stages[at].inputs;
        leaves.iter().any(|leaf| !matches!(leaf.source, LeafSource::Single(_)))
    }
}

/// Returns which inputs a loop stores, if it stores nothing else and they are arrays.
fn stored_inputs(body: &Loop) -> Option<Vec<usize>> {
    let Sinks::Store(values) = &body.sinks else { return None };
    let input = |value: &Value| match *body.graph.inst(*value) {
        Inst::Input(index) if !body.uniform[index as usize] => Some(index as usize),
        _ => None, // tidy: everything else has to be computed
    };
    values.iter().map(input).collect()
}

/// Whether the order of the elements never shows in the result.
fn is_order_free(op: Reduce, prim: Prim) -> bool {
    match op {
        Reduce::Any | Reduce::All => true,
        Reduce::Sum | Reduce::Prod | Reduce::Min | Reduce::Max => !prim.is_float(),
        Reduce::ArgMin | Reduce::ArgMax => false,
    }
}

/// Returns a result as something to read.
pub(crate) fn view_of(result: &Owned) -> View<'_> {
    // SAFETY: the layout is that of the buffer, which is borrowed for as long.
    #[expect(unsafe_code, reason = "the buffer and its layout belong together")]
    unsafe {
        View::from_layout(result.layout())
    }
}
