//! A compiled expression.

use std::sync::{Arc, RwLock};

use super::array::{Array, ArrayMut, ArrayRef};
use super::bind::{self, Operands};
use super::explain::Explanation;
use super::stream::Stream;
use super::{Input, Settings};
use crate::codegen::CodegenError;
use crate::diag::{Diagnostic, ErrorKind};
use crate::dtype::{DType, Scalar};
use crate::error::{Error, Result};
use crate::exec::memory::Buffer;
use crate::exec::plan::Plan;
use crate::exec::run::{Executable, Outcome, RunError};
use crate::exec::view::Operand;
use crate::ir::{self, Graph};
use crate::syntax::ast::Ast;
use crate::types::TypeMap;

/// Kernels are compiled anew for another choice of which inputs are single numbers; a kernel keeps
/// this many.
const MAX_VARIANTS: usize = 8;

/// An expression compiled for inputs of given names and dtypes.
///
/// Cheap to clone, and may be run by several threads at once. The machine code is freed with the last
/// clone.
#[derive(Clone)]
pub struct Kernel(Arc<Inner>);

struct Inner {
    /// The canonical text.
    expression: String,
    inputs: Vec<Input>,
    /// The names and dtypes of the inputs.
    signature: Vec<(String, DType)>,
    /// As built from the text.
    built: Graph,
    /// After all passes.
    graph: Graph,
    settings: Settings,
    /// The code that the kernel was made with.
    primary: Arc<Executable>,
    /// The code for other choices of single numbers.
    variants: RwLock<Vec<Arc<Executable>>>,
}

impl Kernel {
    pub(super) fn new(
        expression: &str,
        ast: &Ast,
        types: &TypeMap,
        inputs: &[Input],
        settings: Settings,
    ) -> Result<Kernel> {
        let built = ir::build::build(ast, types);
        let graph = ir::passes::run(&built, |_, _| ());
        let uniform = inputs.iter().map(|input| input.uniform).collect();
        let plan = Plan::new(&built, graph.clone(), uniform);
        let primary = Executable::new(plan, settings.codegen)
            .map_err(|error| codegen_error(expression, &error))?;
        Ok(Kernel(Arc::new(Inner {
            expression: expression.to_owned(),
            signature: inputs.iter().map(|i| (i.name.to_string(), i.dtype)).collect(),
            inputs: inputs.to_vec(),
            built,
            graph,
            settings,
            primary: Arc::new(primary),
            variants: RwLock::default(),
        })))
    }

    /// Returns the expression in canonical spelling.
    pub fn expression(&self) -> &str {
        &self.0.expression
    }

    /// Returns the names and dtypes of the inputs, in the order they were compiled with.
    pub fn inputs(&self) -> &[(String, DType)] {
        &self.0.signature
    }

    /// Returns the dtype of the result.
    pub fn dtype(&self) -> DType {
        self.0.graph.dtype(self.0.graph.outputs()[0].value)
    }

    /// Returns whether the result is a single value even when all inputs are arrays: a reduction, or
    /// an expression of constants.
    pub fn is_scalar(&self) -> bool {
        self.0.graph.space(self.0.graph.outputs()[0].space).is_empty()
    }

    /// Computes the expression over arrays of one length and single numbers; arrays of length 1
    /// broadcast like numbers.
    ///
    /// # Errors
    /// When names are missing, surplus or doubled, a dtype is another than the kernel was compiled
    /// for, lengths do not fit, `min` or `max` are taken of nothing, or the result does not fit into
    /// memory.
    pub fn run<'a, N: AsRef<str>>(&self, vars: impl AsRef<[(N, ArrayRef<'a>)]>) -> Result<Array> {
        let given = self.bind(vars.as_ref())?;
        let outcome = self.prepared(&given, |executable, operands| {
            executable.run(operands, &self.0.settings.pool)
        })?;
        Ok(match outcome {
            Outcome::Array(buffer) => Array::new(buffer),
            Outcome::Scalar(value) if self.is_single(&given) => Array::scalar(value),
            Outcome::Scalar(value) => Array::new(single(value)),
        })
    }

    /// Computes the expression into `out`, which has the dtype and length of the result. A single
    /// value fills `out`, whatever its length.
    ///
    /// # Errors
    /// As [`run`](Kernel::run), and when the dtype or length of `out` is not that of the result. `out`
    /// is unchanged after an error.
    pub fn run_into<'a, 'o, N: AsRef<str>>(
        &self,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
        out: impl Into<ArrayMut<'o>>,
    ) -> Result<()> {
        let out: ArrayMut<'o> = out.into();
        let given = self.bind(vars.as_ref())?;
        if out.dtype() != self.dtype() {
            return Err(bind::output_dtype(&self.0.expression, self.dtype(), out.dtype()));
        }
        self.prepared(&given, |executable, operands| {
            executable.run_into(operands, out.0, &self.0.settings.pool)
        })
    }

    /// Starts a run over data that comes in pieces.
    pub fn stream(&self) -> Stream {
        Stream::new(self.clone())
    }

    /// Returns whether both are clones of one kernel.
    #[cfg(feature = "testing")]
    pub(crate) fn is_same(&self, other: &Kernel) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns how the kernel computes the expression.
    pub fn explain(&self) -> Explanation {
        let uniform = self.0.inputs.iter().map(|input| input.uniform).collect();
        Explanation::new(self, &self.0.built, self.plan(uniform), &self.0.settings)
    }

    pub(super) fn bind<'v, N: AsRef<str>>(
        &self,
        vars: &'v [(N, ArrayRef<'_>)],
    ) -> Result<Operands<'v>> {
        bind::bind(&self.0.expression, &self.0.inputs, vars)
    }

    pub(super) fn compiled_inputs(&self) -> &[Input] {
        &self.0.inputs
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Returns the plan for a choice of single numbers.
    pub(super) fn plan(&self, uniform: Vec<bool>) -> Plan {
        Plan::new(&self.0.built, self.0.graph.clone(), uniform)
    }

    /// Whether the result is a single value for these operands.
    fn is_single(&self, operands: &[Operand<'_>]) -> bool {
        let space = self.0.graph.space(self.0.graph.outputs()[0].space);
        space.iter().all(|&input| matches!(operands[input as usize], Operand::Scalar(_)))
    }

    /// Runs `run` with the code for the operands and the operands as it takes them.
    fn prepared<T>(
        &self,
        given: &[Operand<'_>],
        run: impl FnOnce(&Executable, &[Operand<'_>]) -> Result<T, RunError>,
    ) -> Result<T> {
        let is_long =
            |operand: &Operand<'_>| matches!(operand, Operand::Array(view) if view.len() != 1);
        let is_single =
            |operand: &Operand<'_>| matches!(operand, Operand::Array(view) if view.len() == 1);
        let result = if given.iter().any(is_single) && given.iter().any(is_long) {
            // Beside longer arrays an array of length 1 is a single number.
            let operands: Operands<'_> = (given.iter())
                .map(|operand| match operand {
                    Operand::Array(view) => view.single().map_or(*operand, Operand::Scalar),
                    Operand::Scalar(_) => *operand,
                })
                .collect();
            self.with_executable(&operands, |executable| run(executable, &operands))?
        } else {
            self.with_executable(given, |executable| run(executable, given))?
        };
        result.map_err(|error| bind::run_error(&self.0.expression, &self.0.inputs, &error))
    }

    /// Calls `f` with the code for the operands.
    fn with_executable<T>(
        &self,
        operands: &[Operand<'_>],
        f: impl FnOnce(&Executable) -> T,
    ) -> Result<T> {
        let is_uniform = |operand: &Operand<'_>| matches!(operand, Operand::Scalar(_));
        let primary = &self.0.primary;
        let fits = |(&u, operand)| u == is_uniform(operand);
        if primary.plan().uniform_inputs.iter().zip(operands).all(fits) {
            return Ok(f(primary));
        }
        let uniform: Vec<bool> = operands.iter().map(is_uniform).collect();
        Ok(f(&*self.executable(&uniform)?))
    }

    /// Returns the code for a choice of single numbers, compiled if need be.
    pub(super) fn executable(&self, uniform: &[bool]) -> Result<Arc<Executable>> {
        let fits = |executable: &&Arc<Executable>| executable.plan().uniform_inputs == uniform;
        let poisoned = "compiling does not panic";
        if fits(&&self.0.primary) {
            return Ok(Arc::clone(&self.0.primary));
        }
        if let Some(executable) = self.0.variants.read().expect(poisoned).iter().find(fits) {
            return Ok(Arc::clone(executable));
        }
        // Held while compiling, so that threads that want the same code do not all compile it.
        let mut variants = self.0.variants.write().expect(poisoned);
        if let Some(executable) = variants.iter().find(fits) {
            return Ok(Arc::clone(executable));
        }
        let executable = Executable::new(self.plan(uniform.to_vec()), self.0.settings.codegen)
            .map_err(|error| codegen_error(&self.0.expression, &error))?;
        let executable = Arc::new(executable);
        if variants.len() == MAX_VARIANTS {
            variants.remove(0);
        }
        variants.push(Arc::clone(&executable));
        Ok(executable)
    }
}

fn codegen_error(expression: &str, error: &CodegenError) -> Error {
    let kind = match error {
        CodegenError::TooLarge => ErrorKind::Limit,
        CodegenError::Memory(_) => ErrorKind::Config,
    };
    Error::new(expression, vec![Diagnostic::new(kind, error)])
}

impl std::fmt::Debug for Kernel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Kernel({}", self.expression())?;
        for (name, dtype) in self.inputs() {
            write!(f, ", {name}: {dtype}")?;
        }
        write!(f, " -> {})", self.dtype())
    }
}

/// An array of one element.
fn single(value: Scalar) -> Buffer {
    match value {
        Scalar::Bool(x) => Buffer::Bool(vec![x]),
        Scalar::I32(x) => Buffer::I32(vec![x]),
        Scalar::I64(x) => Buffer::I64(vec![x]),
        Scalar::F32(x) => Buffer::F32(vec![x]),
        Scalar::F64(x) => Buffer::F64(vec![x]),
    }
}
