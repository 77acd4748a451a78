//! How a kernel computes its expression: every stage of the way, as text.

use std::fmt;
use std::sync::OnceLock;

use super::Settings;
use super::kernel::Kernel;
use crate::codegen::{self, Codegen, Sinks};
use crate::dtype::DType;
use crate::exec::plan::{Plan, Source, Stage};
use crate::ir::{self, Graph, Inst};

/// How a kernel computes its expression; `Display` is a summary.
///
/// ```
/// # fn main() -> Result<(), numjit::Error> {
/// use numjit::{DType, Engine};
///
/// let kernel = Engine::default().compile("x**2 + 1", &[("x", DType::F64)])?;
/// assert!(kernel.explain().optimized().contains("mul.f64"));
/// # Ok(())
/// # }
/// ```
pub struct Explanation {
    expression: String,
    inputs: Vec<(String, DType)>,
    dtype: DType,
    ir: String,
    passes: Vec<(&'static str, String)>,
    optimized: String,
    plan: Plan,
    codegen: Codegen,
    clif: OnceLock<String>,
}

impl Explanation {
    pub(super) fn new(kernel: &Kernel, built: &Graph, plan: Plan, settings: &Settings) -> Self {
        let mut passes = Vec::new();
        let optimized =
            ir::passes::run(built, |name, graph| passes.push((name, graph.to_string())));
        Explanation {
            expression: kernel.expression().to_owned(),
            inputs: kernel.inputs().to_vec(),
            dtype: kernel.dtype(),
            ir: built.to_string(),
            passes,
            optimized: optimized.to_string(),
            plan,
            codegen: settings.codegen,
            clif: OnceLock::new(),
        }
    }

    /// Returns the typed IR as built from the text.
    pub fn ir(&self) -> &str {
        &self.ir
    }

    /// Returns the IR after each pass, with the name of the pass.
    pub fn passes(&self) -> &[(&'static str, String)] {
        &self.passes
    }

    /// Returns the IR after all passes.
    pub fn optimized(&self) -> &str {
        &self.optimized
    }

    /// Returns what is given to Cranelift, one function per stage; empty for the interpreter.
    pub fn clif(&self) -> &str {
        self.clif.get_or_init(|| self.each_stage(codegen::clif))
    }

    /// Returns the machine code as text, one function per stage; empty for the interpreter.
    pub fn disassembly(&self) -> String {
        self.each_stage(codegen::disassembly)
    }

    /// Returns what runs the loops: the architecture whose machine code it is, or the interpreter and
    /// why.
    pub fn generator(&self) -> String {
        match (self.codegen, codegen::architecture()) {
            (Codegen::Interpreter, _) => "interpreter, as the engine was told".to_owned(),
            (Codegen::Native | Codegen::Scalar, None) => {
                format!("interpreter: there is no code generator for {}", std::env::consts::ARCH)
            }
            (Codegen::Native, Some(arch)) => format!("cranelift, {arch}"),
            (Codegen::Scalar, Some(arch)) => format!("cranelift, {arch}, without vectors"),
        }
    }

    fn each_stage(&self, print: fn(&codegen::Loop, Codegen) -> Option<String>) -> String {
        let texts: Vec<String> =
            self.plan.stages.iter().filter_map(|stage| print(&stage.body, self.codegen)).collect();
        texts.join("\n")
    }

    fn stage(&self, f: &mut fmt::Formatter<'_>, stage: &Stage) -> fmt::Result {
        let graph = &stage.body.graph;
        let reads: Vec<&str> = (stage.inputs.iter())
            .filter_map(|source| match *source {
                Source::Array(index) => Some(self.inputs[index as usize].0.as_str()),
                Source::Uniform(_) => None,
            })
            .collect();
        let work = graph
            .values()
            .filter(|&value| !matches!(graph.inst(value), Inst::Input(_) | Inst::Const(_)));
        let reads = if reads.is_empty() { "nothing".to_owned() } else { reads.join(", ") };
        let what = match &stage.body.sinks {
            Sinks::Store(_) => format!("stores {}", self.dtype),
            Sinks::Reduce(sinks) => {
                let names: Vec<String> =
                    sinks.iter().map(|(op, _)| format!("{op:?}").to_lowercase()).collect();
                format!("reduces to {}", names.join(", "))
            }
        };
        let shape = codegen::shape(&stage.body, self.codegen);
        let work = work.count();
        let s = if work == 1 { "" } else { "s" };
        write!(f, "reads {reads}; {work} instruction{s}; {what}; {shape}")
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inputs: Vec<String> =
            self.inputs.iter().map(|(name, dtype)| format!("{name}: {dtype}")).collect();
        writeln!(f, "expression  {}", self.expression)?;
        writeln!(
            f,
            "inputs      {}",
            if inputs.is_empty() { "none".into() } else { inputs.join(", ") }
        )?;
        writeln!(f, "result      {}", self.dtype)?;
        write!(f, "generator   {}", self.generator())?;
        for (number, stage) in (1..).zip(&self.plan.stages) {
            write!(f, "\nstage {number}     ")?;
            self.stage(f, stage)?;
        }
        if self.plan.stages.is_empty() {
            write!(f, "\nstages      none: the result is computed once, by the interpreter")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
