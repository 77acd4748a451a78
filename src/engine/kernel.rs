//! A compiled program.

use std::sync::{Arc, RwLock};

use super::array::Array;
use super::array_ref::{ArrayMut, ArrayRef};
use super::bind::{self, Operands};
use super::casting;
use super::explain::Explanation;
use super::options::RunOptions;
use super::outputs::Outputs;
use super::stream::Stream;
use super::{Input, Settings};
use crate::codegen::CodegenError;
use crate::diag::{Diagnostic, ErrorKind};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::exec::plan::{Pattern, Plan};
use crate::exec::pool::Workers;
use crate::exec::run::{Executable, Results, RunError};
use crate::exec::view::{Operand, View, ViewMut};
use crate::ir::{self, Graph};
use crate::syntax::ast::Ast;
use crate::types::TypeMap;
use crate::types::given::Given;

/// Code is made anew for other numbers of axes, other axes of length 1, and other outputs; a kernel
/// keeps this many variants.
const MAX_VARIANTS: usize = 16;

/// Which numbers of axes are tried when a kernel is made and nothing is known of its inputs.
const LIKELY_NDIM: std::ops::RangeInclusive<u8> = 1..=4;

/// A program compiled for inputs of given names and dtypes.
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
    /// The names of the outputs that have one.
    names: Vec<Option<String>>,
    is_tuple: bool,
    /// Of a kernel made with nulls: which outputs say where the others are valid.
    #[cfg(feature = "arrow")]
    validities: Vec<Option<usize>>,
    /// What the graph takes of numbers without a dtype, as parameters after those of the inputs.
    given: Given,
    /// As built from the text.
    built: Graph,
    /// After all passes.
    graph: Graph,
    settings: Settings,
    /// The code that the kernel was made with: for arrays of one axis, or as few as the program allows.
    primary: Option<Arc<Executable>>,
    /// Other code.
    variants: RwLock<Vec<(Key, Arc<Executable>)>>,
}

/// What code is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    patterns: Vec<Pattern>,
    /// The dtypes of outputs, and their patterns where they are larger than the results; none where
    /// results go to fresh memory.
    outs: Vec<(DType, Option<Pattern>)>,
}

impl Kernel {
    pub(super) fn new(
        expression: &str,
        ast: &Ast,
        types: &TypeMap,
        inputs: &[Input],
        settings: Settings,
    ) -> Result<Kernel> {
        let (built, given) = ir::build::build(ast, types);
        let graph = ir::passes::run(&built, settings.math, |_, _| ());
        let output_name = |name: crate::syntax::ast::NameId| ast.name(name).to_owned();
        let mut inner = Inner {
            expression: expression.to_owned(),
            signature: inputs.iter().map(|i| (i.name.to_string(), i.dtype)).collect(),
            inputs: inputs.to_vec(),
            names: ast.outputs.iter().map(|output| output.name.map(output_name)).collect(),
            is_tuple: ast.is_tuple,
            #[cfg(feature = "arrow")]
            validities: Vec::new(),
            given,
            built,
            graph,
            settings,
            primary: None,
            variants: RwLock::default(),
        };
        if let Some(plan) = inner.likely_plan() {
            inner.primary = Some(Arc::new(inner.compile(plan)?));
        }
        Ok(Kernel(Arc::new(inner)))
    }

    /// Returns the kernel for inputs that may miss values, those for which the flag is set: it has their
    /// validities as further inputs, named `valid(a)`, and those of its results as further results.
    #[cfg(feature = "arrow")]
    pub(super) fn with_nulls(&self, nullable: &[bool]) -> Result<Kernel> {
        let super::nulls::Admitted { graph: built, validities } =
            super::nulls::admit(&self.0.built, nullable);
        let graph = ir::passes::run(&built, self.settings().math, |_, _| ());
        let inputs = super::nulls::inputs(&self.0.inputs, nullable);
        let mut names = self.0.names.clone();
        names.resize(graph.outputs().len(), None);
        let mut inner = Inner {
            expression: self.0.expression.clone(),
            signature: inputs.iter().map(|i| (i.name.to_string(), i.dtype)).collect(),
            inputs,
            names,
            is_tuple: true,
            validities,
            given: Given::default(),
            built,
            graph,
            settings: self.0.settings.clone(),
            primary: None,
            variants: RwLock::default(),
        };
        if let Some(plan) = inner.likely_plan() {
            inner.primary = Some(Arc::new(inner.compile(plan)?));
        }
        Ok(Kernel(Arc::new(inner)))
    }

    /// Returns for each result of a kernel made with nulls which further result says where it is valid.
    #[cfg(feature = "arrow")]
    pub(super) fn validities(&self) -> &[Option<usize>] {
        &self.0.validities
    }

    /// Returns the program in canonical spelling.
    pub fn expression(&self) -> &str {
        &self.0.expression
    }

    /// Returns the names and dtypes of the inputs, in the order they were compiled with.
    pub fn inputs(&self) -> &[(String, DType)] {
        &self.0.signature
    }

    /// Returns whether an input is a [number without a dtype](crate::Weak); what [`inputs`](Kernel::inputs) says of
    /// it is the dtype that such a number has alone.
    pub fn is_weak(&self, input: &str) -> bool {
        self.0.inputs.iter().any(|known| known.weak && *known.name == *input)
    }

    /// Returns the dtype of the result; of the first one, if there are several.
    pub fn dtype(&self) -> DType {
        self.0.graph.outputs()[0].dtype
    }

    /// Returns the names, where they have one, and dtypes of the results.
    pub fn outputs(&self) -> Vec<(Option<String>, DType)> {
        let dtypes = self.0.graph.outputs().iter().map(|output| output.dtype);
        self.0.names.iter().cloned().zip(dtypes).collect()
    }

    /// Returns whether the program ends with a tuple, also one of a single item.
    pub fn is_tuple(&self) -> bool {
        self.0.is_tuple
    }

    /// Computes the result over arrays and single values, which broadcast as NumPy's.
    ///
    /// # Errors
    /// When names are missing, surplus or doubled, a dtype is another than the kernel was compiled
    /// for, shapes do not fit, an axis does not exist, `min` or `max` are taken of nothing, the result
    /// does not fit into memory, or the program has several results; when a number without a dtype does not fit
    /// the integers that it meets, or the arithmetic of such numbers alone fails as Python's does.
    pub fn run<'a, N: AsRef<str>>(&self, vars: impl AsRef<[(N, ArrayRef<'a>)]>) -> Result<Array> {
        self.run_with(vars, &RunOptions::default())
    }

    /// As [`run`](Kernel::run), with options.
    ///
    /// # Errors
    /// As [`run`](Kernel::run).
    pub fn run_with<'a, N: AsRef<str>>(
        &self,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
        options: &RunOptions<'_>,
    ) -> Result<Array> {
        let mut given = Operands::new();
        self.bind(vars.as_ref(), &mut given)?;
        if let Some(primary) = self.fitting(&given)
            && let Some(result) = primary.run_simple(&given, self.workers(options))
        {
            return result.map(Array::new).map_err(|error| self.run_error(&error));
        }
        if self.0.graph.outputs().len() != 1 {
            return Err(bind::several_outputs(self.expression(), self.0.graph.outputs().len()));
        }
        let mut results = self.results(&given, options)?;
        Ok(Array::new(results.pop().expect("there is one result")))
    }

    /// Computes all results of the program.
    ///
    /// # Errors
    /// As [`run`](Kernel::run), but any number of results is fine.
    pub fn run_all<'a, N: AsRef<str>>(
        &self,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
    ) -> Result<Outputs> {
        self.run_all_with(vars, &RunOptions::default())
    }

    /// As [`run_all`](Kernel::run_all), with options.
    ///
    /// # Errors
    /// As [`run_all`](Kernel::run_all).
    pub fn run_all_with<'a, N: AsRef<str>>(
        &self,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
        options: &RunOptions<'_>,
    ) -> Result<Outputs> {
        let mut given = Operands::new();
        self.bind(vars.as_ref(), &mut given)?;
        let results = self.results(&given, options)?;
        Ok(Outputs::new(self.0.names.clone(), results.into_iter().map(Array::new).collect()))
    }

    fn results(&self, given: &[Operand<'_>], options: &RunOptions<'_>) -> Result<Results> {
        let workers = self.workers(options);
        self.with_executable(given, |executable| executable.run(given, options.order, workers))?
            .map_err(|error| self.run_error(&error))
    }

    /// Computes the result into `out`, to whose shape it broadcasts. The dtype of `out` may be another
    /// one of the same kind. `out` may be an input, or overlap inputs: the result is as if the inputs had
    /// been copied first.
    ///
    /// # Errors
    /// As [`run`](Kernel::run), and when the dtype or shape of `out` does not take the result. `out` is
    /// unchanged after an error.
    pub fn run_into<'a, 'o, N: AsRef<str>>(
        &self,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
        out: impl Into<ArrayMut<'o>>,
    ) -> Result<()> {
        self.run_into_with(vars, out, &RunOptions::default())
    }

    /// As [`run_into`](Kernel::run_into), with options.
    ///
    /// # Errors
    /// As [`run_into`](Kernel::run_into).
    pub fn run_into_with<'a, 'o, N: AsRef<str>>(
        &self,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
        out: impl Into<ArrayMut<'o>>,
        options: &RunOptions<'_>,
    ) -> Result<()> {
        let mut out: ArrayMut<'o> = out.into();
        let mut given = Operands::new();
        self.bind(vars.as_ref(), &mut given)?;
        if let Some(primary) = self.fitting(&given)
            && let Some(done) = primary.run_simple_into(&given, &mut out.0, self.workers(options))
        {
            return done.map_err(|error| self.run_error(&error.into()));
        }
        self.all_into(&given, vec![out.0], options)
    }

    /// Computes all results into `outs`, as [`run_into`](Kernel::run_into).
    ///
    /// # Errors
    /// As [`run_into`](Kernel::run_into), and when there are not as many `outs` as results.
    pub fn run_all_into<'a, 'o, N: AsRef<str>>(
        &self,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
        outs: impl IntoIterator<Item = ArrayMut<'o>>,
        options: &RunOptions<'_>,
    ) -> Result<()> {
        let mut given = Operands::new();
        self.bind(vars.as_ref(), &mut given)?;
        self.all_into(&given, outs.into_iter().map(|out| out.0).collect(), options)
    }

    fn all_into(
        &self,
        given: &Operands<'_>,
        mut outs: Vec<ViewMut<'_>>,
        options: &RunOptions<'_>,
    ) -> Result<()> {
        let outputs = self.0.graph.outputs();
        if outs.len() != outputs.len() {
            return Err(bind::output_count(self.expression(), outputs.len(), outs.len()));
        }
        for (out, output) in outs.iter().zip(outputs) {
            if !options.casting.allows(output.dtype, out.dtype()) {
                let casting = options.casting.name();
                let error =
                    bind::output_dtype(self.expression(), output.dtype, out.dtype(), casting);
                return Err(error);
            }
        }
        let workers = self.workers(options);
        let plain = outs.iter().zip(outputs).all(|(out, output)| out.dtype() == output.dtype);
        if plain {
            let done = self.with_executable(given, |executable| {
                executable.run_into(given, &mut outs, workers)
            })?;
            match done {
                Err(RunError::OutputShape { .. }) => {}
                done => return done.map_err(|error| self.run_error(&error)), // tidy: not a dispatch
            }
        }
        self.run_converted(given, &mut outs, workers).map_err(|error| match error {
            Failure::Run(error) => self.run_error(&error),
            Failure::Compile(error) => error,
        })
    }

    /// Runs into outputs of other dtypes or larger shapes than the results have.
    fn run_converted(
        &self,
        given: &[Operand<'_>],
        outs: &mut [ViewMut<'_>],
        workers: Workers<'_>,
    ) -> std::result::Result<(), Failure> {
        let outputs = self.0.graph.outputs();
        let params: Vec<&[usize]> = given.iter().map(Operand::shape).collect();
        let shapes = self.0.graph.shapes().infer(&params).map_err(RunError::from)?;
        let mut conversions = Vec::new();
        for (output, (out, result)) in outs.iter().zip(outputs).enumerate() {
            let shape = &shapes[result.shape.0 as usize];
            let same = out.shape() == &shape[..];
            let common = ir::shape::broadcast([&shape[..], out.shape()].into_iter());
            if !same && common.as_deref() != Some(out.shape()) {
                let (out, result) = (out.shape().into(), shape.clone());
                return Err(RunError::OutputShape { output, out, result }.into());
            }
            conversions.push((out.dtype(), !same));
        }
        let patterns = given.iter().map(|operand| Pattern::of(operand.shape())).collect();
        let outs_key = (outs.iter().zip(&conversions))
            .map(|(out, &(dtype, larger))| (dtype, larger.then(|| Pattern::of(out.shape()))))
            .collect();
        let key = Key { patterns, outs: outs_key };
        let executable = self.variant(&key, |key| {
            let graph = casting::convert(&self.0.graph, &conversions);
            let larger = key.outs.iter().filter_map(|&(_, pattern)| pattern);
            let patterns = key.patterns.iter().copied().chain(larger).collect();
            Plan::new(graph, patterns)
        })?;
        let shapes_only: Vec<View<'_>> = (outs.iter().zip(&conversions))
            .filter(|(_, (_, larger))| *larger)
            .map(|(out, _)| View::shape_only(out.dtype(), out.shape()))
            .collect();
        let operands: Operands<'_> =
            given.iter().copied().chain(shapes_only.iter().map(Operand::Array)).collect();
        Ok(executable.run_into(&operands, outs, workers)?)
    }

    /// Starts a run over data that comes in pieces.
    ///
    /// # Errors
    /// When the program is not one over rows: when it has several results, reduces single axes, inserts
    /// axes or returns strings.
    pub fn stream(&self) -> Result<Stream> {
        Stream::new(self.clone())
    }

    /// Returns whether both are clones of one kernel.
    #[cfg(feature = "testing")]
    pub(crate) fn is_same(&self, other: &Kernel) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns how the kernel computes the program.
    pub fn explain(&self) -> Explanation {
        Explanation::new(self, &self.0.built, self.0.likely_plan(), &self.0.settings)
    }

    /// Returns how the kernel computes the program over these arrays: as [`explain`](Kernel::explain), for
    /// their numbers of axes.
    ///
    /// # Errors
    /// As [`run`](Kernel::run) for names, dtypes and axes; nothing is computed.
    pub fn explain_for<'a, N: AsRef<str>>(
        &self,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
    ) -> Result<Explanation> {
        let mut given = Operands::new();
        self.bind(vars.as_ref(), &mut given)?;
        let patterns = given.iter().map(|operand| Pattern::of(operand.shape())).collect();
        let plan = Plan::new(self.0.graph.clone(), patterns)
            .map_err(|error| self.run_error(&RunError::from(error)))?;
        Ok(Explanation::new(self, &self.0.built, Some(plan), &self.0.settings))
    }

    pub(super) fn bind<'v, N: AsRef<str>>(
        &self,
        vars: &'v [(N, ArrayRef<'_>)],
        operands: &mut Operands<'v>,
    ) -> Result<()> {
        bind::bind(&self.0.expression, &self.0.inputs, &self.0.given, vars, operands)
    }

    pub(super) fn run_error(&self, error: &RunError) -> Error {
        bind::run_error(&self.0.expression, &self.0.inputs, self.0.settings.dialect, error)
    }

    fn workers<'r>(&'r self, options: &RunOptions<'r>) -> Workers<'r> {
        self.0.settings.pool.workers().interrupted_by(options.interrupt)
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(super) fn compiled_inputs(&self) -> &[Input] {
        &self.0.inputs
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.0.graph
    }

    /// Returns the code that the kernel was made with, if it is for operands of these shapes.
    fn fitting(&self, operands: &[Operand<'_>]) -> Option<&Executable> {
        let primary = self.0.primary.as_ref()?;
        let fits = |(pattern, operand): (&Pattern, &Operand<'_>)| match operand.shape() {
            [] => pattern.ndim == 0,
            [1] => pattern.ndim == 1 && pattern.varying == 0,
            [_] => pattern.ndim == 1 && pattern.varying == 1,
            shape => *pattern == Pattern::of(shape), // tidy: more axes
        };
        primary.plan().patterns.iter().zip(operands).all(fits).then_some(primary)
    }

    /// Calls `f` with the code for the operands.
    fn with_executable<T>(
        &self,
        operands: &[Operand<'_>],
        f: impl FnOnce(&Executable) -> T,
    ) -> Result<T> {
        if let Some(primary) = self.fitting(operands) {
            return Ok(f(primary));
        }
        let patterns = operands.iter().map(|operand| Pattern::of(operand.shape())).collect();
        match self.executable(patterns) {
            Ok(executable) => Ok(f(&executable)),
            Err(Failure::Run(error)) => Err(self.run_error(&error)),
            Err(Failure::Compile(error)) => Err(error),
        }
    }

    /// Returns the code for operands of these patterns, compiled if need be.
    pub(super) fn executable(
        &self,
        patterns: Vec<Pattern>,
    ) -> std::result::Result<Arc<Executable>, Failure> {
        if let Some(primary) = &self.0.primary
            && primary.plan().patterns == patterns
        {
            return Ok(Arc::clone(primary));
        }
        let key = Key { patterns, outs: Vec::new() };
        self.variant(&key, |key| Plan::new(self.0.graph.clone(), key.patterns.clone()))
    }

    fn variant(
        &self,
        key: &Key,
        plan: impl FnOnce(&Key) -> std::result::Result<Plan, ir::shape::ShapeError>,
    ) -> std::result::Result<Arc<Executable>, Failure> {
        let poisoned = "compiling does not panic";
        let fits = |variant: &&(Key, Arc<Executable>)| variant.0 == *key;
        if let Some((_, executable)) = self.0.variants.read().expect(poisoned).iter().find(fits) {
            return Ok(Arc::clone(executable));
        }
        // Held while compiling, so that threads that want the same code do not all compile it.
        let mut variants = self.0.variants.write().expect(poisoned);
        if let Some((_, executable)) = variants.iter().find(fits) {
            return Ok(Arc::clone(executable));
        }
        let plan = plan(key).map_err(RunError::from)?;
        let executable = Arc::new(self.0.compile(plan).map_err(Failure::Compile)?);
        if variants.len() == MAX_VARIANTS {
            variants.remove(0);
        }
        variants.push((key.clone(), Arc::clone(&executable)));
        Ok(executable)
    }
}

/// Why there is no code or no result.
pub(super) enum Failure {
    Run(RunError),
    Compile(Error),
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        Failure::Run(error)
    }
}

impl Inner {
    /// Returns the plan for arrays of one axis, or of as few as the program can be run on.
    fn likely_plan(&self) -> Option<Plan> {
        LIKELY_NDIM.into_iter().find_map(|ndim| {
            let pattern = |input: &Input| {
                if input.single { Pattern::default() } else { Pattern::full(ndim) }
            };
            Plan::new(self.graph.clone(), self.patterns(pattern)).ok()
        })
    }

    /// Returns the patterns of all parameters, where those of inputs have these.
    fn patterns(&self, pattern: impl FnMut(&Input) -> Pattern) -> Vec<Pattern> {
        let taken = std::iter::repeat_n(Pattern::default(), self.given.len());
        self.inputs.iter().map(pattern).chain(taken).collect()
    }

    fn compile(&self, plan: Plan) -> Result<Executable> {
        Executable::new(plan, self.settings.codegen)
            .map_err(|error| codegen_error(&self.expression, &error))
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
            write!(f, ", {name}: {}", bind::what_is(self.is_weak(name), *dtype))?;
        }
        let dtypes: Vec<String> =
            self.0.graph.outputs().iter().map(|output| output.dtype.to_string()).collect();
        write!(f, " -> {})", dtypes.join(", "))
    }
}
