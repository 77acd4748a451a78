//! A kernel over data that comes in pieces and never lies in memory as a whole.

use std::sync::Arc;

use super::Input;
use super::array::{Array, ArrayRef};
use super::bind::{self, Operands};
use super::kernel::Kernel;
use crate::diag::{Diagnostic, ErrorKind};
use crate::dtype::Scalar;
use crate::error::{Error, Result};
use crate::exec::memory::Buffer;
use crate::exec::pool::Pool;
use crate::exec::reduce::{Partials, REDUCE_CHUNK};
use crate::exec::run::{Executable, Known, RunError};
use crate::exec::view::{Operand, View};
use crate::ir::interp;

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
/// let mut stream = kernel.stream();
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
    /// For each stage the partial results so far.
    partials: Vec<Partials>,
    /// For each input the rows at the end that do not fill a chunk of reductions.
    carry: Vec<Buffer>,
    /// The inputs that are single numbers.
    scalars: Vec<Option<Scalar>>,
    /// Rows of this pass.
    rows: usize,
    /// Rows of the first pass.
    total: Option<usize>,
}

impl Stream {
    pub(super) fn new(kernel: Kernel) -> Stream {
        let uniform = kernel.compiled_inputs().iter().map(|input| input.uniform).collect();
        let passes = kernel.plan(uniform).passes();
        Stream { kernel, state: None, passes, level: 0 }
    }

    /// Returns how many times the data is passed over.
    pub fn passes(&self) -> usize {
        self.passes
    }

    /// Takes the next batch of rows: arrays of one length, and single numbers that are the same in
    /// every batch. In the last pass of an elementwise expression this returns the result for these
    /// rows.
    ///
    /// # Errors
    /// As [`Kernel::run`], and when an input is an array in one batch and a single number in another.
    pub fn push<'a, N: AsRef<str>>(
        &mut self,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
    ) -> Result<Option<Array>> {
        let operands = self.kernel.bind(vars.as_ref())?;
        if self.state.is_none() {
            self.state = Some(State::new(&self.kernel, &operands)?);
        }
        let state = self.state.as_mut().expect("made above");
        state.check(&self.kernel, &operands)?;
        let pool = &self.kernel.settings().pool;
        state.push(self.level, &operands, pool).map_err(|error| {
            bind::run_error(self.kernel.expression(), self.kernel.compiled_inputs(), &error)
        })
    }

    /// Ends a pass over the data. Returns whether another one is needed.
    ///
    /// # Errors
    /// When `min` or `max` are taken of nothing, or this pass had another number of rows than the
    /// first.
    pub fn next_pass(&mut self) -> Result<bool> {
        if self.state.is_none() {
            let nothing = empty_columns(self.kernel.compiled_inputs());
            let views: Vec<View<'_>> = nothing.iter().map(Buffer::view).collect();
            let operands: Operands<'_> = views.iter().map(Operand::Array).collect();
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
        state.end_pass(self.level, &self.kernel.settings().pool).map_err(|error| {
            bind::run_error(self.kernel.expression(), self.kernel.compiled_inputs(), &error)
        })?;
        state.rows = 0;
        self.level += 1;
        Ok(self.level < state.executable.plan().passes())
    }

    /// Ends the run and returns the result if it is a single value, once
    /// [`next_pass`](Stream::next_pass) has said that no pass is left.
    pub fn finish(self) -> Option<Array> {
        let state = self.state?;
        let plan = state.executable.plan();
        let done = plan.is_scalar && self.level >= plan.passes();
        done.then(|| Array::scalar(state.executable.scalar(&state.known)))
    }
}

impl State {
    fn new(kernel: &Kernel, operands: &Operands<'_>) -> Result<State> {
        let uniform: Vec<bool> =
            operands.iter().map(|operand| matches!(operand, Operand::Scalar(_))).collect();
        let executable = kernel.executable(&uniform)?;
        let mut known = executable.start(operands);
        if !known.is_empty() {
            interp::uniform(&executable.plan().graph, &mut known);
        }
        let partials = (executable.plan().stages.iter())
            .map(|stage| vec![Vec::new(); stage.reductions.len()])
            .collect();
        let carry = empty_columns(kernel.compiled_inputs());
        let scalars = (operands.iter())
            .map(|operand| match operand {
                Operand::Scalar(scalar) => Some(*scalar),
                Operand::Array(_) => None,
            })
            .collect();
        Ok(State { executable, known, partials, carry, scalars, rows: 0, total: None })
    }

    /// Checks that a batch is like the first one.
    fn check(&self, kernel: &Kernel, operands: &[Operand<'_>]) -> Result<()> {
        for ((operand, scalar), input) in
            operands.iter().zip(&self.scalars).zip(kernel.compiled_inputs())
        {
            let same = match operand {
                Operand::Scalar(value) => Some(*value) == *scalar,
                Operand::Array(_) => scalar.is_none(),
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
        pool: &Pool,
    ) -> Result<Option<Array>, RunError> {
        let n = rows(operands)?;
        self.rows += n;
        let plan = self.executable.plan();
        if !plan.is_scalar && level + 1 == plan.passes() {
            let buffer = self.executable.stored(&self.known, operands, n, pool)?;
            return Ok(Some(Array::new(buffer)));
        }
        // Complete the chunk that is waiting, reduce whole chunks where they lie, keep the rest.
        let waiting = self.waiting();
        let mut start = 0;
        if waiting > 0 {
            start = n.min(REDUCE_CHUNK - waiting);
            self.keep(operands, 0, start);
            if self.waiting() == REDUCE_CHUNK {
                self.reduce_carry(level, pool);
            }
        }
        let whole = (n - start) / REDUCE_CHUNK * REDUCE_CHUNK;
        if whole > 0 {
            let views: Vec<Option<View<'_>>> = (operands.iter())
                .map(|operand| match operand {
                    Operand::Scalar(_) => None,
                    Operand::Array(view) => Some(view.rows(start, whole)),
                })
                .collect();
            let piece: Operands<'_> = (operands.iter().zip(&views))
                .map(|(operand, view)| view.as_ref().map_or(*operand, Operand::Array))
                .collect();
            self.reduce(level, &piece, whole, pool);
        }
        self.keep(operands, start + whole, n);
        Ok(None)
    }

    fn end_pass(&mut self, level: usize, pool: &Pool) -> Result<(), RunError> {
        if self.waiting() > 0 {
            self.reduce_carry(level, pool);
        }
        let executable = Arc::clone(&self.executable);
        let plan = executable.plan();
        // Stages over single numbers only see no rows; they run once.
        let views: Vec<View<'_>> = self.carry.iter().map(Buffer::view).collect();
        let numbers = operands(&self.scalars, &views);
        for (at, stage) in plan.stages.iter().enumerate() {
            if stage.level == level && !stage.reductions.is_empty() && !plan.has_arrays(stage.space)
            {
                self.partials[at] = executable.reduce(at, &self.known, &numbers, 1, pool);
            }
        }
        let total = self.rows;
        let length = |space| Ok(if plan.has_arrays(space) { total } else { 1 });
        executable.check_extremes(length)?;
        if level == 0 && !self.known.is_empty() {
            executable.set_counts(&mut self.known, length)?;
        }
        for (at, stage) in plan.stages.iter().enumerate() {
            if stage.level == level && !stage.reductions.is_empty() {
                let partials = std::mem::take(&mut self.partials[at]);
                executable.set_reductions(at, &mut self.known, partials);
            }
        }
        Ok(())
    }

    /// Adds the partial results of `n` rows.
    fn reduce(&mut self, level: usize, operands: &Operands<'_>, n: usize, pool: &Pool) {
        let plan = self.executable.plan();
        for (at, stage) in plan.stages.iter().enumerate() {
            if stage.level == level && !stage.reductions.is_empty() && plan.has_arrays(stage.space)
            {
                let partials = self.executable.reduce(at, &self.known, operands, n, pool);
                for (all, new) in self.partials[at].iter_mut().zip(partials) {
                    all.extend(new);
                }
            }
        }
    }

    fn reduce_carry(&mut self, level: usize, pool: &Pool) {
        let n = self.waiting();
        let carry = std::mem::take(&mut self.carry);
        let views: Vec<View<'_>> = carry.iter().map(Buffer::view).collect();
        self.reduce(level, &operands(&self.scalars, &views), n, pool);
        self.carry = carry;
        self.carry.iter_mut().for_each(Buffer::clear);
    }

    /// The rows that do not fill a chunk yet.
    fn waiting(&self) -> usize {
        self.carry.iter().map(Buffer::len).max().unwrap_or(0)
    }

    fn keep(&mut self, operands: &[Operand<'_>], start: usize, end: usize) {
        for (column, operand) in self.carry.iter_mut().zip(operands) {
            if let Operand::Array(view) = operand {
                column.extend(&view.rows(start, end - start));
            }
        }
    }
}

/// Returns the common number of rows of a batch.
fn rows(operands: &[Operand<'_>]) -> Result<usize, RunError> {
    let arrays = || {
        operands.iter().enumerate().filter_map(|(index, operand)| match operand {
            Operand::Array(view) => Some((index, view.len())),
            Operand::Scalar(_) => None,
        })
    };
    let n = arrays().map(|(_, len)| len).next().unwrap_or(0);
    if arrays().all(|(_, len)| len == n) {
        Ok(n)
    } else {
        Err(RunError::Lengths { inputs: arrays().collect() })
    }
}

fn empty_columns(inputs: &[Input]) -> Vec<Buffer> {
    inputs.iter().map(|input| Buffer::new(input.dtype)).collect()
}

/// Arrays, but single numbers where there are such.
fn operands<'a>(scalars: &[Option<Scalar>], views: &'a [View<'a>]) -> Operands<'a> {
    (scalars.iter().zip(views))
        .map(|(scalar, view)| scalar.map_or(Operand::Array(view), Operand::Scalar))
        .collect()
}
