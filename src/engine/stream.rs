//! A kernel over data that comes in pieces and never lies in memory as a whole.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Input;
use super::array::Array;
use super::array_ref::ArrayRef;
use super::bind::Operands;
use super::kernel::{Failure, Kernel};
use crate::diag::{Diagnostic, ErrorKind};
use crate::error::{Error, Result};
use crate::exec::overlap;
use crate::exec::plan::{Pattern, Plan, Sink};
use crate::exec::pool::{Interrupted, Workers};
use crate::exec::reduce::{Folders, Partials, Piece, REDUCE_CHUNK, tree_of_folders};
use crate::exec::run::{Executable, Known, ResultOrder, RunError, State as RunState};
use crate::exec::view::{Form, Operand, Single, View};
use crate::ir::Parts;
use crate::ir::shape::Shape;

/// A run of a [`Kernel`] over data that comes in batches of rows.
///
/// The data is passed over once for each level of reductions inside the expression, and once more for
/// an elementwise result: `a - mean(a)` takes two passes. Results have the same bits as
/// [`Kernel::run`] on the whole, whatever the sizes of the batches; the memory that is held is the
/// rows of one batch and at most 65 536 rows of an unfinished chunk.
///
/// ```
/// use numjit::{DType, Engine, vars};
///
/// # fn main() -> Result<(), numjit::Error> {
/// let kernel = Engine::default().compile("a - mean(a)", &[("a", DType::F64)])?;
/// let batches = [[1.0, 2.0], [3.0, 6.0]];
/// let mut result = Vec::new();
/// let mut stream = kernel.stream()?;
/// loop {
///     for batch in &batches {
///         if let Some(part) = stream.push(vars! { a: batch })? {
///             result.extend_from_slice(part.as_slice::<f64>().expect("the result is f64"));
///         }
///     }
///     if !stream.next_pass()? {
///         break;
///     }
/// }
/// assert_eq!(result, [-2.0, -1.0, 0.0, 3.0]);
/// # Ok(())
/// # }
/// ```
pub struct Stream {
    kernel: Kernel,
    /// Made by the first batch, which shows what inputs are single numbers.
    state: Option<State>,
    passes: usize,
    level: usize,
}

struct State {
    executable: Arc<Executable>,
    known: Known,
    /// For each stage what it has reduced so far.
    partials: Vec<Partial>,
    /// For each input the rows at the end that do not fill a chunk of reductions, as bytes.
    carry: Vec<Vec<u8>>,
    /// The inputs that are single numbers.
    singles: Vec<Option<Single>>,
    /// Rows of this pass, and how many of them have been reduced.
    rows: usize,
    reduced: usize,
    /// Rows of the first pass.
    total: Option<usize>,
}

/// Partial results, one per chunk.
enum Partial {
    Whole(Partials),
    Folds(Vec<Folders>),
}

impl Stream {
    pub(super) fn new(kernel: Kernel) -> Result<Stream> {
        let plan = |patterns| Plan::new(kernel.graph().clone(), patterns).ok();
        let has_weak = kernel.compiled_inputs().iter().any(|input| input.weak);
        let patterns = kernel.compiled_inputs().iter().map(|input| pattern(input.single)).collect();
        let plan = if has_weak { None } else { plan(patterns).filter(runs_over_rows) };
        let Some(plan) = plan else {
            let message = "the program cannot be run over rows that come in pieces";
            let diagnostic = Diagnostic::new(ErrorKind::Config, message)
                .note(
                    "it has several results, returns strings, inserts axes, reduces single axes, or takes \
                     numbers without a dtype",
                )
                .help("run it over whole arrays");
            return Err(Error::new(kernel.expression(), vec![diagnostic]));
        };
        Ok(Stream { kernel, state: None, passes: plan.passes(), level: 0 })
    }

    /// Returns how many times the data is passed over.
    pub fn passes(&self) -> usize {
        self.passes
    }

    /// Takes the next batch of rows: arrays of one axis and one length, and single numbers that are the
    /// same in every batch. In the last pass of an elementwise expression this returns the result for
    /// these rows.
    ///
    /// # Errors
    /// As [`Kernel::run`], and when an input is an array in one batch and a single number in another.
    pub fn push<'a, N: AsRef<str>>(
        &mut self,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
    ) -> Result<Option<Array>> {
        let mut operands = Operands::new();
        self.kernel.bind(vars.as_ref(), &mut operands)?;
        if self.state.is_none() {
            self.state = Some(State::new(&self.kernel, &operands)?);
        }
        let state = self.state.as_mut().expect("made above");
        state.check(&self.kernel, &operands)?;
        let workers = self.kernel.settings().pool.workers();
        state.push(self.level, &operands, workers).map_err(|error| self.kernel.run_error(&error))
    }

    /// Ends a pass over the data. Returns whether another one is needed.
    ///
    /// # Errors
    /// When `min` or `max` are taken of nothing, or this pass had another number of rows than the
    /// first.
    pub fn next_pass(&mut self) -> Result<bool> {
        if self.state.is_none() {
            let nothing: Vec<View<'_>> = (self.kernel.compiled_inputs().iter())
                .map(|input| View::shape_only(input.dtype, &[0]))
                .collect();
            let operands: Operands<'_> = nothing.iter().map(Operand::Array).collect();
            self.state = Some(State::new(&self.kernel, &operands)?);
        }
        let state = self.state.as_mut().expect("made above");
        if *state.total.get_or_insert(state.rows) != state.rows {
            let message = format!(
                "this pass over the data had {} rows, the first {}",
                state.rows,
                state.total.unwrap_or_default()
            );
            let diagnostic = Diagnostic::new(ErrorKind::Shape, message)
                .help("give the same batches in every pass");
            return Err(Error::new(self.kernel.expression(), vec![diagnostic]));
        }
        let inputs = self.kernel.compiled_inputs();
        state
            .end_pass(self.level, inputs, self.kernel.settings().pool.workers())
            .map_err(|error| self.kernel.run_error(&error))?;
        (state.rows, state.reduced) = (0, 0);
        self.level += 1;
        Ok(self.level < state.executable.plan().passes())
    }

    /// Ends the run and returns the result if it is a single value, once
    /// [`next_pass`](Stream::next_pass) has said that no pass is left.
    ///
    /// # Errors
    /// When the result does not fit into memory.
    pub fn finish(self) -> Result<Option<Array>> {
        let Some(state) = self.state else { return Ok(None) };
        let plan = state.executable.plan();
        if !plan.single_outputs[0] || self.level < plan.passes() {
            return Ok(None);
        }
        let views = state.views(self.kernel.compiled_inputs(), 0);
        let operands = state.operands(&views);
        let mut run = run_state(&state.executable, &operands, state.known.clone());
        let shapes = state.shapes(&[state.total.unwrap_or_default()]);
        run.shapes = shapes.map_err(|error| self.kernel.run_error(&error))?;
        let workers = self.kernel.settings().pool.workers();
        let mut results = (state.executable)
            .fresh_outputs(&mut run, ResultOrder::C, workers)
            .map_err(|error| self.kernel.run_error(&error))?;
        Ok(results.pop().map(Array::new))
    }
}

/// The pattern of columns and of single numbers.
fn pattern(single: bool) -> Pattern {
    if single { Pattern::default() } else { Pattern::full(1) }
}

/// Whether every stage takes rows one after the other and gives rows or single elements.
fn runs_over_rows(plan: &Plan) -> bool {
    let [output] = plan.graph.outputs() else { return false };
    let stage_fits = |stage: &crate::exec::plan::Stage| match &stage.sink {
        Sink::Outputs { .. } | Sink::Whole(_) => stage.pattern.ndim <= 1,
        Sink::Keep(_) => false,
        Sink::Folds { over, .. } => {
            let axes = plan.graph.shapes().axes(over.axes);
            stage.pattern.ndim <= 1 && axes.axes.as_ref().is_none_or(|axes| !axes.is_empty())
        }
    };
    !matches!(output.parts, Parts::Strings(_)) && plan.stages.iter().all(stage_fits)
}

impl State {
    fn new(kernel: &Kernel, operands: &Operands<'_>) -> Result<State> {
        let patterns =
            operands.iter().map(|operand| pattern(matches!(operand, Operand::Single(_)))).collect();
        let executable = kernel.executable(patterns).map_err(|failure| match failure {
            Failure::Run(error) => kernel.run_error(&error),
            Failure::Compile(error) => error,
        })?;
        let singles = (operands.iter())
            .map(|operand| match operand {
                Operand::Single(single) => Some(*single),
                Operand::Array(_) => None,
            })
            .collect();
        let plan = executable.plan();
        let partials = (plan.stages.iter())
            .map(|stage| match &stage.sink {
                Sink::Folds { .. } => Partial::Folds(Vec::new()),
                Sink::Whole(values) => Partial::Whole(vec![Vec::new(); values.len()]),
                Sink::Outputs { .. } | Sink::Keep(_) => Partial::Whole(Vec::new()),
            })
            .collect();
        let mut known = vec![None; plan.graph.len()];
        executable.set_singles(&mut known, operands);
        crate::ir::interp::uniform(&plan.graph, &mut known);
        Ok(State {
            known,
            partials,
            carry: vec![Vec::new(); operands.len()],
            singles,
            rows: 0,
            reduced: 0,
            total: None,
            executable,
        })
    }

    /// Checks that a batch is like the first one.
    fn check(&self, kernel: &Kernel, operands: &[Operand<'_>]) -> Result<()> {
        for ((operand, single), input) in
            operands.iter().zip(&self.singles).zip(kernel.compiled_inputs())
        {
            let same = match operand {
                Operand::Single(value) => Some(*value) == *single,
                Operand::Array(view) if view.shape().len() != 1 => {
                    let message =
                        format!("`{}` has {} axes, not one", input.name, view.shape().len());
                    let diagnostic = Diagnostic::new(ErrorKind::Shape, message)
                        .help("rows that come in pieces are columns: arrays of one axis");
                    return Err(Error::new(kernel.expression(), vec![diagnostic]));
                }
                Operand::Array(_) => single.is_none(),
            };
            if !same {
                let message = format!("`{}` is not what it was in the first batch", input.name);
                let diagnostic = Diagnostic::new(ErrorKind::Shape, message)
                    .help("an input is an array in every batch, or the same number in every batch");
                return Err(Error::new(kernel.expression(), vec![diagnostic]));
            }
        }
        Ok(())
    }

    fn push(
        &mut self,
        level: usize,
        operands: &Operands<'_>,
        workers: Workers<'_>,
    ) -> std::result::Result<Option<Array>, RunError> {
        let mut run = run_state(&self.executable, operands, self.known.clone());
        let params: Vec<&[usize]> = operands.iter().map(Operand::shape).collect();
        let n = rows(operands);
        let same = operands.iter().all(|operand| match operand {
            Operand::Array(view) => view.len() == n,
            Operand::Single(_) => true,
        });
        run.shapes = self.executable.plan().graph.shapes().infer(&params)?;
        if !same {
            // Columns of one row do not stretch: the other batches would not know.
            return Err(RunError::Rows(
                operands.iter().map(|operand| operand.shape().iter().copied().collect()).collect(),
            ));
        }
        self.rows += n;
        let plan = self.executable.plan();
        if !plan.single_outputs[0] && level + 1 == plan.passes() {
            // Nothing of these rows has to wait.
            self.reduced = self.rows;
            let mut results = self.executable.fresh_outputs(&mut run, ResultOrder::C, workers)?;
            return Ok(results.pop().map(Array::new));
        }
        // Complete the chunk that is waiting, reduce whole chunks where they lie, keep the rest.
        let waiting = self.rows - n - self.reduced;
        let mut start = 0;
        if waiting > 0 {
            start = n.min(REDUCE_CHUNK - waiting);
            self.keep(operands, 0, start)?;
            if waiting + start == REDUCE_CHUNK {
                self.reduce_carry(level, operands, workers)?;
            }
        }
        let whole = (n - start) / REDUCE_CHUNK * REDUCE_CHUNK;
        if whole > 0 {
            let views: Vec<Option<View<'_>>> = (operands.iter())
                .map(|operand| match operand {
                    Operand::Single(_) => None,
                    Operand::Array(view) => Some(view.rows(start, whole)),
                })
                .collect();
            let piece: Operands<'_> = (operands.iter().zip(&views))
                .map(|(operand, view)| view.as_ref().map_or(*operand, Operand::Array))
                .collect();
            self.reduce(level, &piece, whole, workers)?;
        }
        self.keep(operands, start + whole, n)?;
        Ok(None)
    }

    fn end_pass(
        &mut self,
        level: usize,
        inputs: &[Input],
        workers: Workers<'_>,
    ) -> std::result::Result<(), RunError> {
        let executable = Arc::clone(&self.executable);
        let plan = executable.plan();
        let carry = std::mem::take(&mut self.carry);
        // The pass that writes has handed its rows out already.
        let is_written = !plan.single_outputs[0] && level + 1 == plan.passes();
        let waiting = if is_written { 0 } else { self.rows - self.reduced };
        let views = column_views(&carry, &self.singles, inputs, waiting);
        let operands = self.operands(&views);
        if waiting > 0 {
            self.reduce(level, &operands, waiting, workers)?;
        }
        self.carry = vec![Vec::new(); inputs.len()];
        let shapes = self.shapes(&[self.rows])?;
        executable.check_extremes(&shapes)?;
        let known = std::mem::take(&mut self.known);
        let mut run = run_state(&executable, &operands, known);
        // Stages over single numbers only see no rows; they run once.
        for (at, stage) in plan.stages.iter().enumerate() {
            if stage.level == level && !is_output(&stage.sink) && !executable.has_arrays(at) {
                run.shapes.clone_from(&shapes);
                let mut alone = Partial::of(&stage.sink);
                alone.run(&executable, at, &run, 0, workers)?;
                self.partials[at] = alone;
            }
        }
        run.shapes = shapes;
        if level == 0 {
            executable.set_counts(&mut run.known, &run.shapes);
        }
        for (at, stage) in plan.stages.iter().enumerate() {
            if stage.level != level {
                continue;
            }
            let partial = std::mem::replace(&mut self.partials[at], Partial::Whole(Vec::new()));
            match (&stage.sink, partial) {
                (Sink::Whole(values), Partial::Whole(partials)) => {
                    executable.set_whole(at, values, &mut run.known, partials);
                }
                (Sink::Folds { folds, .. }, Partial::Folds(chunks)) => {
                    let folders = if chunks.is_empty() {
                        executable.no_folds(at)
                    } else {
                        tree_of_folders(chunks)
                    };
                    let pieces = vec![Piece { at: 0, folders }];
                    executable.set_folds(folds, &Shape::new(), &mut run, pieces)?;
                }
                (Sink::Outputs { .. } | Sink::Keep(_) | Sink::Whole(_) | Sink::Folds { .. }, _) => {
                }
            }
        }
        self.known = run.known;
        Ok(())
    }

    /// Returns the shapes for columns of this shape.
    fn shapes(&self, column: &[usize]) -> std::result::Result<Vec<Shape>, RunError> {
        let params: Vec<&[usize]> =
            (self.singles.iter()).map(|s| if s.is_some() { &[][..] } else { column }).collect();
        Ok(self.executable.plan().graph.shapes().infer(&params)?)
    }

    /// Adds the partial results of `n` rows.
    fn reduce(
        &mut self,
        level: usize,
        operands: &[Operand<'_>],
        n: usize,
        workers: Workers<'_>,
    ) -> std::result::Result<(), Interrupted> {
        let executable = Arc::clone(&self.executable);
        let plan = executable.plan();
        let mut run = run_state(&self.executable, operands, self.known.clone());
        let params: Vec<&[usize]> = operands.iter().map(Operand::shape).collect();
        run.shapes = plan.graph.shapes().infer(&params).expect("columns of one length fit");
        for (at, stage) in plan.stages.iter().enumerate() {
            if stage.level == level && !is_output(&stage.sink) && executable.has_arrays(at) {
                self.partials[at].run(&executable, at, &run, self.reduced, workers)?;
            }
        }
        self.reduced += n;
        Ok(())
    }

    fn reduce_carry(
        &mut self,
        level: usize,
        operands: &[Operand<'_>],
        workers: Workers<'_>,
    ) -> std::result::Result<(), Interrupted> {
        let carry = std::mem::take(&mut self.carry);
        let dtypes: Vec<_> = operands.iter().map(Operand::dtype).collect();
        let views: Vec<Option<View<'_>>> = (carry.iter().zip(&dtypes).zip(&self.singles))
            .map(|((bytes, &dtype), single)| {
                single.is_none().then(|| column(bytes, dtype, REDUCE_CHUNK))
            })
            .collect();
        let operands = self.operands(&views);
        self.reduce(level, &operands, REDUCE_CHUNK, workers)?;
        self.carry = vec![Vec::new(); carry.len()];
        Ok(())
    }

    fn keep(
        &mut self,
        operands: &[Operand<'_>],
        start: usize,
        end: usize,
    ) -> std::result::Result<(), RunError> {
        for (column, operand) in self.carry.iter_mut().zip(operands) {
            if let Operand::Array(view) = operand {
                overlap::append(&view.rows(start, end - start), column)?;
            }
        }
        Ok(())
    }

    /// Columns of the rows that wait.
    fn views<'a>(&'a self, inputs: &[Input], n: usize) -> Vec<Option<View<'a>>> {
        column_views(&self.carry, &self.singles, inputs, n)
    }

    /// Arrays, but single numbers where there are such.
    fn operands<'a>(&self, views: &'a [Option<View<'a>>]) -> Operands<'a> {
        (self.singles.iter().zip(views))
            .map(|(single, view)| match (single, view) {
                (Some(single), _) => Operand::Single(*single),
                (None, Some(view)) => Operand::Array(view),
                (None, None) => unreachable!("columns have views"),
            })
            .collect()
    }
}

/// The state of a run over a batch.
fn run_state<'a>(
    executable: &Executable,
    operands: &'a [Operand<'a>],
    known: Known,
) -> RunState<'a> {
    let shapes = vec![Default::default(); executable.plan().graph.shapes().len()];
    RunState { operands, shapes, known, stored: FxHashMap::default() }
}

impl Partial {
    fn of(sink: &Sink) -> Partial {
        match sink {
            Sink::Folds { .. } => Partial::Folds(Vec::new()),
            Sink::Whole(values) => Partial::Whole(vec![Vec::new(); values.len()]),
            Sink::Outputs { .. } | Sink::Keep(_) => Partial::Whole(Vec::new()),
        }
    }

    /// Runs a stage of reductions and adds what it gives; the first row is number `first`.
    fn run(
        &mut self,
        executable: &Executable,
        at: usize,
        run: &RunState<'_>,
        first: usize,
        workers: Workers<'_>,
    ) -> std::result::Result<(), Interrupted> {
        match self {
            Partial::Whole(all) => {
                let new = executable.whole(at, run, workers)?;
                all.iter_mut().zip(new).for_each(|(all, new)| all.extend(new));
            }
            Partial::Folds(chunks) => {
                chunks.extend(executable.fold_chunks(at, run, first, workers)?);
            }
        }
        Ok(())
    }
}

fn is_output(sink: &Sink) -> bool {
    match sink {
        Sink::Outputs { .. } => true,
        Sink::Keep(_) | Sink::Whole(_) | Sink::Folds { .. } => false,
    }
}

/// Returns the number of rows of a batch.
fn rows(operands: &[Operand<'_>]) -> usize {
    let arrays = operands.iter().filter_map(|operand| match operand {
        Operand::Array(view) => Some(view.len()),
        Operand::Single(_) => None,
    });
    arrays.max().unwrap_or(0)
}

fn column_views<'a>(
    carry: &'a [Vec<u8>],
    singles: &[Option<Single>],
    inputs: &[Input],
    n: usize,
) -> Vec<Option<View<'a>>> {
    (carry.iter().zip(singles).zip(inputs))
        .map(|((bytes, single), input)| single.is_none().then(|| column(bytes, input.dtype, n)))
        .collect()
}

fn column(bytes: &[u8], dtype: crate::dtype::DType, n: usize) -> View<'_> {
    let strides = [dtype.size().cast_signed()];
    View::from_bytes(bytes, dtype, (0, &[n], &strides), Form::Native)
        .expect("as many rows were kept")
}
