//! What users hold: engines, kernels, arrays.

pub(crate) mod array;
pub(crate) mod array_ref;
#[cfg(feature = "arrow")]
pub mod arrow;
mod bind;
mod cache;
pub(crate) mod casting;
pub(crate) mod explain;
pub(crate) mod functions;
pub(crate) mod kernel;
#[cfg(feature = "ndarray")]
mod ndarray;
#[cfg(feature = "arrow")]
mod nulls;
pub(crate) mod options;
pub(crate) mod outputs;
mod shapes;
pub(crate) mod signature;
pub(crate) mod stream;
pub(crate) mod weak;

use std::sync::{Arc, LazyLock, Mutex};

use self::array::Array;
use self::array_ref::{ArrayMut, ArrayRef};
use self::cache::Cache;
use self::kernel::Kernel;
use self::outputs::Outputs;
use self::signature::Signature;
use crate::codegen::Codegen;
use crate::diag::{Diagnostic, ErrorKind, Exception};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::exec::pool::{Pool, Threads};
use crate::ir;
use crate::ops::Math;
use crate::syntax::ast::Ast;
use crate::syntax::program::Program;
use crate::syntax::{self, Limits};
use crate::types::error::TypeError;
use crate::types::literal::{Kind, Literal};
use crate::types::{self, Dialect, Type, TypeMap};

/// Compiles expressions and keeps the kernels.
///
/// An engine is cheap to clone and may be shared between threads; clones share the cache and the
/// threads.
///
/// ```
/// use numjit::{DType, Engine, Threads};
///
/// # fn main() -> Result<(), numjit::Error> {
/// let engine = Engine::builder().threads(Threads::Fixed(2)).build()?;
/// let kernel = engine.compile("(a + b) / 2", &[("a", DType::F64), ("b", DType::F64)])?;
/// let mean = kernel.run(numjit::vars! { a: &[1.0, 2.0], b: &[3.0, 4.0] })?;
/// assert_eq!(mean.as_slice::<f64>(), Some(&[2.0, 3.0][..]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

struct Inner {
    settings: Settings,
    cache: Cache,
    /// The text that was parsed last: who asks for the variables of a program then compiles it.
    parsed: Mutex<Option<(Box<str>, Arc<Program>)>>,
}

/// What an engine hands to its kernels.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) pool: Pool,
    pub(crate) limits: Limits,
    pub(crate) dialect: Dialect,
    pub(crate) codegen: Codegen,
    pub(crate) math: Math,
}

/// Options of an [`Engine`].
#[derive(Clone, Debug)]
pub struct EngineBuilder {
    threads: Threads,
    limits: Limits,
    dialect: Dialect,
    codegen: Codegen,
    math: Math,
    cache_capacity: usize,
}

impl Engine {
    /// Starts an engine with the default options.
    pub fn builder() -> EngineBuilder {
        EngineBuilder {
            threads: Threads::default(),
            limits: Limits::default(),
            dialect: Dialect::default(),
            codegen: Codegen::default(),
            math: Math::default(),
            cache_capacity: 512,
        }
    }

    /// Compiles an expression for inputs of these dtypes, or returns the kernel it has for them.
    ///
    /// The inputs may turn out to be arrays or single numbers when the kernel runs; it is compiled for
    /// arrays first.
    ///
    /// # Errors
    /// When the text is not an expression, exceeds a limit, or does not fit the dtypes; when it names
    /// a variable that is not among `inputs`, or `inputs` has one that it does not name. All mistakes
    /// that are independent of each other are reported at once.
    pub fn compile<N: AsRef<str>>(&self, expr: &str, inputs: &[(N, DType)]) -> Result<Kernel> {
        let inputs: Vec<Input> =
            inputs.iter().map(|(name, dtype)| Input::array(name.as_ref(), *dtype)).collect();
        self.kernel(expr, inputs)
    }

    /// Compiles an expression over some of the columns of a table: as [`compile`](Engine::compile),
    /// but columns that the expression does not name are left out of the kernel's
    /// [`inputs`](Kernel::inputs).
    ///
    /// # Errors
    /// As [`compile`](Engine::compile), except for surplus columns.
    pub fn compile_with_schema<N: AsRef<str>>(
        &self,
        expr: &str,
        columns: &[(N, DType)],
    ) -> Result<Kernel> {
        let ast = self.resolve(expr, self.parse(expr)?.as_ref())?;
        let known: Vec<(&str, DType)> = columns.iter().map(|(n, d)| (n.as_ref(), *d)).collect();
        self.fits(expr, &ast, &known)?;
        let variables = ast.variables();
        let used = known.iter().filter(|(name, _)| variables.contains(name));
        self.kernel(expr, used.map(|&(name, dtype)| Input::array(name, dtype)).collect())
    }

    /// Computes an expression over arrays and single numbers. The kernel is compiled on the first call
    /// with these names and dtypes and kept.
    ///
    /// # Errors
    /// As [`compile`](Engine::compile) and [`Kernel::run`].
    pub fn evaluate<'a, N: AsRef<str>>(
        &self,
        expr: &str,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
    ) -> Result<Array> {
        let vars = vars.as_ref();
        self.compile_for(expr, vars)?.run(vars)
    }

    /// Computes all results of a program.
    ///
    /// ```
    /// use numjit::{Engine, vars};
    ///
    /// # fn main() -> Result<(), numjit::Error> {
    /// let (x, y) = ([3.0, 6.0], [4.0, 8.0]);
    /// let program = "r2 = x*x + y*y; r = sqrt(r2); r, arctan2(y, x)";
    /// let outputs = Engine::default().evaluate_all(program, vars! { x, y })?;
    /// assert_eq!(outputs.get("r").and_then(|r| r.as_slice::<f64>()), Some(&[5.0, 10.0][..]));
    /// assert_eq!(outputs.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`compile`](Engine::compile) and [`Kernel::run_all`].
    pub fn evaluate_all<'a, N: AsRef<str>>(
        &self,
        program: &str,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
    ) -> Result<Outputs> {
        let vars = vars.as_ref();
        self.compile_for(program, vars)?.run_all(vars)
    }

    /// Computes an expression into an array of the caller's, as [`evaluate`](Engine::evaluate) and
    /// [`Kernel::run_into`].
    ///
    /// # Errors
    /// As [`compile`](Engine::compile) and [`Kernel::run_into`].
    pub fn evaluate_into<'a, 'o, N: AsRef<str>>(
        &self,
        expr: &str,
        vars: impl AsRef<[(N, ArrayRef<'a>)]>,
        out: impl Into<ArrayMut<'o>>,
    ) -> Result<()> {
        let vars = vars.as_ref();
        self.compile_for(expr, vars)?.run_into(vars, out)
    }

    /// Returns the names that an expression reads as variables, sorted.
    ///
    /// # Errors
    /// When the text is not an expression or exceeds a limit; in numexpr's dialect also for what is a
    /// mistake whatever the variables are.
    pub fn variables(&self, expr: &str) -> Result<Vec<String>> {
        let ast = self.resolve(expr, self.parse(expr)?.as_ref())?;
        let names = types::variables(&ast, self.0.settings.dialect)
            .map_err(|error| Error::new(expr, vec![error.diagnostic()]))?;
        Ok(names.into_iter().map(str::to_owned).collect())
    }

    /// Returns what comes out of a program over inputs of these dtypes, without compiling it.
    ///
    /// # Errors
    /// As [`compile`](Engine::compile).
    pub fn check<N: AsRef<str>>(&self, program: &str, inputs: &[(N, DType)]) -> Result<Signature> {
        let inputs: Vec<Input> =
            inputs.iter().map(|(name, dtype)| Input::array(name.as_ref(), *dtype)).collect();
        self.signature(program, &inputs)
    }

    /// Returns what comes out of a program over inputs like these, without compiling it.
    ///
    /// # Errors
    /// As [`compile`](Engine::compile).
    pub fn check_for<N: AsRef<str>>(
        &self,
        program: &str,
        vars: &[(N, ArrayRef<'_>)],
    ) -> Result<Signature> {
        let dialect = self.0.settings.dialect;
        let inputs: Vec<Input> =
            vars.iter().map(|(name, array)| Input::like(name.as_ref(), array, dialect)).collect();
        self.signature(program, &inputs)
    }

    fn signature(&self, program: &str, inputs: &[Input]) -> Result<Signature> {
        let ast = self.resolve(program, self.parse(program)?.as_ref())?;
        let types = self.types(program, &ast, inputs)?;
        let (graph, _) = ir::build::build(&ast, &types);
        Ok(Signature::new(program, &ast, &graph, inputs, self.0.settings.dialect))
    }

    /// Returns how many kernels the cache holds.
    pub fn cached_kernels(&self) -> usize {
        self.0.cache.len()
    }

    /// Compiles an expression for inputs like these, or returns the kernel it has for them: as
    /// [`compile`](Engine::compile) for their dtypes, but the kernel knows which are single values, and runs
    /// at once over arrays and single values alike. For a [number without a dtype](crate::Weak) it is compiled
    /// for its kind, and then takes such numbers only.
    ///
    /// ```
    /// use numjit::{Engine, vars};
    ///
    /// # fn main() -> Result<(), numjit::Error> {
    /// let x = [1.0, 2.0];
    /// let kernel = Engine::default().compile_for("k * x", &vars! { k: 3.0, x })?;
    /// let y = kernel.run(vars! { k: 5.0, x })?;
    /// assert_eq!(y.as_slice::<f64>(), Some(&[5.0, 10.0][..]));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`compile`](Engine::compile).
    pub fn compile_for<N: AsRef<str>>(
        &self,
        expr: &str,
        vars: &[(N, ArrayRef<'_>)],
    ) -> Result<Kernel> {
        let dialect = self.0.settings.dialect;
        let like = |(name, array): &(N, ArrayRef<'_>)| Input::like(name.as_ref(), array, dialect);
        self.kernel(expr, vars.iter().map(like).collect())
    }

    /// Returns the kernel of the text, from the cache or new. Texts that differ in spelling only share
    /// a kernel.
    fn kernel(&self, expr: &str, inputs: Vec<Input>) -> Result<Kernel> {
        let inputs: Arc<[Input]> = inputs.into();
        self.0.cache.get_or_insert(expr, &inputs, || {
            let program = self.parse(expr)?;
            let canonical = syntax::print(&program);
            let build = || self.build(expr, &program, &canonical, &inputs);
            if canonical == expr {
                build()
            } else {
                self.0.cache.get_or_insert(&canonical, &inputs, build)
            }
        })
    }

    fn build(
        &self,
        expr: &str,
        program: &Program,
        canonical: &str,
        inputs: &[Input],
    ) -> Result<Kernel> {
        let ast = &self.resolve(expr, program)?;
        let types = self.types(expr, ast, inputs)?;
        let settings = self.0.settings.clone();
        // What is wrong in a run is shown in the canonical text, so that places are those of its tree.
        if let Some((ast, types)) = self.respelled(expr, canonical, inputs) {
            return Kernel::new(canonical, &ast, &types, inputs, settings);
        }
        Kernel::new(canonical, ast, &types, inputs, settings)
    }

    /// Returns the tree and the types of a program in its canonical spelling, if it has another one and that does
    /// not exceed a limit.
    fn respelled(&self, expr: &str, canonical: &str, inputs: &[Input]) -> Option<(Ast, TypeMap)> {
        if expr == canonical {
            return None;
        }
        let program = syntax::parse(canonical, &self.0.settings.limits).ok()?;
        let ast = self.resolve(canonical, &program).ok()?;
        let types = self.types(canonical, &ast, inputs).ok()?;
        Some((ast, types))
    }

    /// Returns the types of all parts of a program whose inputs are these and no others.
    fn types(&self, expr: &str, ast: &Ast, inputs: &[Input]) -> Result<TypeMap> {
        let pairs: Vec<(&str, Type)> = inputs.iter().map(|i| (&*i.name, i.ty())).collect();
        let checked = types::check(ast, &pairs, self.0.settings.dialect);
        let mistakes = checked.as_ref().err().map_or(&[][..], Vec::as_slice);
        let names: Vec<&str> = inputs.iter().map(|input| &*input.name).collect();
        let surplus = bind::surplus(ast, &names, mistakes);
        let diagnostics: Vec<Diagnostic> =
            mistakes.iter().map(TypeError::diagnostic).chain(surplus).collect();
        match checked {
            Ok(types) if diagnostics.is_empty() => Ok(types),
            Ok(_) | Err(_) => Err(Error::new(expr, diagnostics)),
        }
    }

    fn fits(&self, expr: &str, ast: &Ast, inputs: &[(&str, DType)]) -> Result<()> {
        types::check(ast, inputs, self.0.settings.dialect)
            .map(drop)
            .map_err(|errors| Error::new(expr, errors.iter().map(TypeError::diagnostic).collect()))
    }

    fn parse(&self, expr: &str) -> Result<Arc<Program>> {
        let poisoned = "nothing panics under this lock";
        if let Some((text, program)) = &*self.0.parsed.lock().expect(poisoned)
            && **text == *expr
        {
            return Ok(Arc::clone(program));
        }
        let program = Arc::new(self.parse_anew(expr)?);
        *self.0.parsed.lock().expect(poisoned) = Some((expr.into(), Arc::clone(&program)));
        Ok(program)
    }

    fn parse_anew(&self, expr: &str) -> Result<Program> {
        if let Some(refusal) = types::refuses(expr, self.0.settings.dialect) {
            return Err(Error::new(expr, vec![refusal]));
        }
        syntax::parse(expr, &self.0.settings.limits)
            .map_err(|error| Error::new(expr, vec![self.parse_error(error.diagnostic())]))
    }

    /// To numexpr every text that is not an expression of Python is a `SyntaxError`.
    fn parse_error(&self, diagnostic: Diagnostic) -> Diagnostic {
        match (self.0.settings.dialect, diagnostic.kind) {
            (Dialect::NumExpr, ErrorKind::Syntax | ErrorKind::Unsupported) => {
                diagnostic.raising(Exception::SyntaxError)
            }
            (Dialect::NumExpr | Dialect::NumPy, _) => diagnostic,
        }
    }

    fn resolve(&self, expr: &str, program: &Program) -> Result<Ast> {
        program
            .resolve(&self.0.settings.limits)
            .map_err(|error| Error::new(expr, vec![error.diagnostic()]))
    }
}

/// An input of a kernel, as it is compiled for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Input {
    pub(crate) name: Box<str>,
    pub(crate) dtype: DType,
    /// Whether it is given as a single number.
    pub(crate) single: bool,
    /// Whether it is a number without a dtype.
    pub(crate) weak: bool,
}

impl Input {
    fn array(name: &str, dtype: DType) -> Input {
        Input { name: name.into(), dtype, single: false, weak: false }
    }

    fn ty(&self) -> Type {
        match self.kind() {
            Some(kind) => Type::Given(kind),
            None => Type::Strong(self.dtype),
        }
    }

    /// Returns the kind of a number without a dtype.
    fn kind(&self) -> Option<Kind> {
        Kind::of(self.dtype).filter(|_| self.weak)
    }

    /// Returns an input like an array. In numexpr's dialect every number has a dtype.
    fn like(name: &str, array: &ArrayRef<'_>, dialect: Dialect) -> Input {
        let kind = match dialect {
            Dialect::NumPy => array.literal().map(Literal::kind),
            Dialect::NumExpr => None,
        };
        Input {
            name: name.into(),
            dtype: kind.map_or(array.dtype(), Kind::default_dtype),
            single: array.is_single(),
            weak: kind.is_some(),
        }
    }
}

impl Default for Engine {
    /// Returns an engine with the default options; all of them share one cache and the same threads.
    fn default() -> Engine {
        static DEFAULT: LazyLock<Engine> =
            LazyLock::new(|| Engine::builder().build().expect("the default options are possible"));
        DEFAULT.clone()
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("threads", &self.0.settings.pool.threads())
            .field("codegen", &self.0.settings.codegen)
            .field("cached_kernels", &self.cached_kernels())
            .finish_non_exhaustive()
    }
}

impl EngineBuilder {
    /// Sets how many threads large arrays are computed on.
    pub fn threads(mut self, threads: Threads) -> EngineBuilder {
        self.threads = threads;
        self
    }

    /// Sets the limits on the text of expressions.
    pub fn limits(mut self, limits: Limits) -> EngineBuilder {
        self.limits = limits;
        self
    }

    /// Sets the rules for dtypes.
    pub fn dialect(mut self, dialect: Dialect) -> EngineBuilder {
        self.dialect = dialect;
        self
    }

    /// Sets which code runs the loops. Results do not depend on it.
    pub fn codegen(mut self, codegen: Codegen) -> EngineBuilder {
        self.codegen = codegen;
        self
    }

    /// Sets how accurate elementary functions are.
    pub fn math(mut self, math: Math) -> EngineBuilder {
        self.math = math;
        self
    }

    /// Sets how many kernels the cache holds at most; 0 for none.
    pub fn cache_capacity(mut self, kernels: usize) -> EngineBuilder {
        self.cache_capacity = kernels;
        self
    }

    /// Makes the engine.
    ///
    /// # Errors
    /// When the number of threads is 0 or they cannot be started.
    pub fn build(self) -> Result<Engine> {
        if self.threads == Threads::Fixed(0) {
            return Err(Error::plain(
                Diagnostic::new(ErrorKind::Config, "an engine needs at least one thread")
                    .help("`Threads::Auto` uses as many as the process may"),
            ));
        }
        let pool = Pool::new(self.threads).map_err(|error| {
            Error::plain(
                Diagnostic::new(ErrorKind::Config, "cannot start the threads of an engine")
                    .note(error),
            )
        })?;
        let settings = Settings {
            pool,
            limits: self.limits,
            dialect: self.dialect,
            codegen: self.codegen,
            math: self.math,
        };
        let cache = Cache::new(self.cache_capacity);
        Ok(Engine(Arc::new(Inner { settings, cache, parsed: Mutex::default() })))
    }
}

/// Computes an expression over arrays and single numbers.
///
/// ```
/// # fn main() -> Result<(), numjit::Error> {
/// let a = vec![1.0, 2.0, 3.0];
/// let b = vec![10.0, 20.0, 30.0];
/// let y = numjit::evaluate("2*a + 3*b", numjit::vars! { a, b })?;
/// assert_eq!(y.as_slice::<f64>(), Some(&[32.0, 64.0, 96.0][..]));
/// # Ok(())
/// # }
/// ```
///
/// This uses [`Engine::default`]; see [`Engine::evaluate`].
///
/// # Errors
/// As [`Engine::evaluate`].
pub fn evaluate<'a, N: AsRef<str>>(
    expr: &str,
    vars: impl AsRef<[(N, ArrayRef<'a>)]>,
) -> Result<Array> {
    Engine::default().evaluate(expr, vars)
}

/// Computes all results of a program.
///
/// ```
/// # fn main() -> Result<(), numjit::Error> {
/// let a = [1.0, 2.0, 6.0];
/// let outputs = numjit::evaluate_all("m = mean(a); m, a - m", numjit::vars! { a })?;
/// assert_eq!(outputs[1].as_slice::<f64>(), Some(&[-2.0, -1.0, 3.0][..]));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`Engine::evaluate_all`].
pub fn evaluate_all<'a, N: AsRef<str>>(
    program: &str,
    vars: impl AsRef<[(N, ArrayRef<'a>)]>,
) -> Result<Outputs> {
    Engine::default().evaluate_all(program, vars)
}

/// Computes an expression into an array of the caller's.
///
/// ```
/// # fn main() -> Result<(), numjit::Error> {
/// let a = [1.0, 4.0, 9.0];
/// let mut y = [0.0; 3];
/// numjit::evaluate_into("sqrt(a)", numjit::vars! { a }, &mut y)?;
/// assert_eq!(y, [1.0, 2.0, 3.0]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`Engine::evaluate_into`].
pub fn evaluate_into<'a, 'o, N: AsRef<str>>(
    expr: &str,
    vars: impl AsRef<[(N, ArrayRef<'a>)]>,
    out: impl Into<ArrayMut<'o>>,
) -> Result<()> {
    Engine::default().evaluate_into(expr, vars, out)
}

/// Returns the names that an expression reads as variables, sorted.
///
/// # Errors
/// As [`Engine::variables`].
pub fn variables(expr: &str) -> Result<Vec<String>> {
    Engine::default().variables(expr)
}

/// Names the inputs of an expression: `vars! { a, b: &column[..], k: 2.5 }`.
///
/// `a` alone takes the variable `a` by reference; after a colon stands anything that an
/// [`ArrayRef`](crate::ArrayRef) is made from. The result is an array of pairs of a name and an
/// `ArrayRef`.
#[macro_export]
macro_rules! vars {
    () => {
        [] as [(&'static str, $crate::ArrayRef<'static>); 0]
    };
    ($($name:ident $(: $value:expr)?),+ $(,)?) => {
        [$((::core::stringify!($name), $crate::vars!(@array $name $(, $value)?))),+]
    };
    (@array $name:ident) => {
        $crate::ArrayRef::from(&$name)
    };
    (@array $name:ident, $value:expr) => {
        $crate::ArrayRef::from($value)
    };
}
