//! How a kernel computes its expression: every stage of the way, as text.

use std::fmt;
use std::sync::OnceLock;

use super::kernel::Kernel;
use super::{Settings, bind};
use crate::codegen::{self, Codegen, Sinks};
use crate::dtype::DType;
use crate::exec::plan::{Fold, LeafSource, Plan, Sink, Stage};
use crate::ir::{self, Graph, Inst, Source, StrOperand};

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
    /// Names and what they are.
    inputs: Vec<(String, String)>,
    outputs: Vec<(Option<String>, DType)>,
    ir: String,
    passes: Vec<(&'static str, String)>,
    optimized: String,
    /// For arrays of one axis or as few as the program allows; `None` if it wants more than are tried.
    plan: Option<Plan>,
    codegen: Codegen,
    clif: OnceLock<String>,
}

impl Explanation {
    pub(super) fn new(
        kernel: &Kernel,
        built: &Graph,
        plan: Option<Plan>,
        settings: &Settings,
    ) -> Self {
        let mut passes = Vec::new();
        let optimized = ir::passes::run(built, settings.math, |name, graph| {
            passes.push((name, graph.to_string()))
        });
        Explanation {
            expression: kernel.expression().to_owned(),
            inputs: (kernel.inputs().iter())
                .map(|(name, dtype)| (name.clone(), bind::what_is(kernel.is_weak(name), *dtype)))
                .collect(),
            outputs: kernel.outputs(),
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

    /// Returns what is given to Cranelift, one function per stage that it compiles.
    pub fn clif(&self) -> &str {
        self.clif.get_or_init(|| self.each_stage(codegen::clif))
    }

    /// Returns the machine code as text, one function per stage; empty for the interpreter.
    pub fn disassembly(&self) -> String {
        self.each_stage(codegen::disassembly)
    }

    /// Returns what runs the loops: the generators of their machine code and what it is for, or the
    /// interpreter and why.
    pub fn generator(&self) -> String {
        if self.codegen == Codegen::Interpreter {
            return "interpreter, as the engine was told".to_owned();
        }
        let mut names: Vec<String> = Vec::new();
        for stage in self.stages() {
            let name = codegen::generator(&stage.body, self.codegen).unwrap_or_else(|| {
                format!("interpreter: there is no code generator for {}", std::env::consts::ARCH)
            });
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if names.is_empty() { "none is needed".to_owned() } else { names.join("; ") }
    }

    fn stages(&self) -> &[Stage] {
        self.plan.as_ref().map_or(&[], |plan| &plan.stages)
    }

    fn each_stage(&self, print: fn(&codegen::Loop, Codegen) -> Option<String>) -> String {
        let texts: Vec<String> =
            self.stages().iter().filter_map(|stage| print(&stage.body, self.codegen)).collect();
        texts.join("\n")
    }

    fn stage(&self, f: &mut fmt::Formatter<'_>, plan: &Plan, stage: &Stage) -> fmt::Result {
        let mut reads: Vec<String> = Vec::new();
        for leaf in &stage.inputs {
            let read = match leaf.source {
                LeafSource::Input(input) => {
                    self.source(&plan.graph.inputs()[input as usize].source)
                }
                LeafSource::Stored(value) => value.to_string(),
                LeafSource::Single(_) => continue,
            };
            if !reads.contains(&read) {
                reads.push(read);
            }
        }
        let reads = if reads.is_empty() { "nothing".to_owned() } else { reads.join(", ") };
        let graph = &stage.body.graph;
        let work = (graph.values())
            .filter(|&value| !matches!(graph.inst(value), Inst::Input(_) | Inst::Const(_)))
            .count();
        let s = if work == 1 { "" } else { "s" };
        let shape = codegen::shape(&stage.body, self.codegen);
        let what = self.sink(plan, stage);
        write!(f, "reads {reads}; {work} instruction{s}; {what}; {shape}")
    }

    fn sink(&self, plan: &Plan, stage: &Stage) -> String {
        match (&stage.sink, &stage.body.sinks) {
            (Sink::Outputs { parts, folds }, _) => {
                let mut stored: Vec<String> = Vec::new();
                for &(output, part) in parts {
                    let (name, dtype) = &self.outputs[output];
                    if part == 0 {
                        let name = name.as_ref().map_or(String::new(), |name| format!("{name}: "));
                        stored.push(format!("{name}{dtype}"));
                    }
                }
                let mut text = format!("stores {}", stored.join(", "));
                if !folds.is_empty() {
                    text.push_str(&format!(" and reduces to {}", fold_names(plan, folds)));
                }
                text
            }
            (Sink::Keep(value), _) => format!("keeps {value}, which has fewer axes"),
            (Sink::Whole(_), Sinks::Reduce(sinks)) => {
                let names: Vec<&str> = sinks.iter().map(|(op, _)| op.name()).collect();
                format!("reduces to {}", names.join(", "))
            }
            (Sink::Whole(_), Sinks::Store(_)) => unreachable!("whole reductions reduce"),
            (Sink::Folds { over, folds }, _) => {
                let axes = plan.graph.shapes().axes(over.axes);
                let axes = match &axes.axes {
                    None => "all axes".to_owned(),
                    Some(axes) => {
                        let axes: Vec<String> = axes.iter().map(i64::to_string).collect();
                        format!("axis {}", axes.join(", "))
                    }
                };
                format!("reduces to {} over {axes}", fold_names(plan, folds))
            }
        }
    }

    fn source(&self, source: &Source) -> String {
        // What comes after the inputs are single values, which no stage reads.
        let name = |param: u32| self.inputs[param as usize].0.clone();
        let text = |operand: &StrOperand| match operand {
            StrOperand::Param(param) => name(*param),
            StrOperand::Bytes(_) | StrOperand::Str(_) => "a literal".to_owned(),
        };
        match source {
            Source::Param(param) => name(*param),
            Source::Re(param) => format!("{}.real", name(*param)),
            Source::Im(param) => format!("{}.imag", name(*param)),
            Source::Test(_, first, second) => format!("{} beside {}", text(first), text(second)),
        }
    }
}

fn fold_names(plan: &Plan, folds: &[Fold]) -> String {
    let values = folds.iter().flat_map(|fold| fold.results).flatten();
    let names: Vec<String> = values
        .map(|value| match *plan.graph.inst(value) {
            Inst::Reduce(op, ..) => format!("{value} = {}", op.name()),
            Inst::ReducePair(op, ..) => format!("{value} = {}", op.name()),
            ref other => unreachable!("{other:?} is not a reduction"),
        })
        .collect();
    names.join(", ")
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inputs: Vec<String> =
            self.inputs.iter().map(|(name, what)| format!("{name}: {what}")).collect();
        // The further statements of a program stand below the first.
        writeln!(f, "expression  {}", self.expression.replace('\n', "\n            "))?;
        writeln!(
            f,
            "inputs      {}",
            if inputs.is_empty() { "none".into() } else { inputs.join(", ") }
        )?;
        let results: Vec<String> = (self.outputs.iter())
            .map(|(name, dtype)| match name {
                Some(name) => format!("{name}: {dtype}"),
                None => dtype.to_string(),
            })
            .collect();
        writeln!(f, "result      {}", results.join(", "))?;
        write!(f, "generator   {}", self.generator())?;
        let Some(plan) = &self.plan else {
            return write!(
                f,
                "\nstages      made when the numbers of axes of the inputs are known"
            );
        };
        for (number, stage) in (1..).zip(&plan.stages) {
            write!(f, "\nstage {number}     ")?;
            self.stage(f, plan, stage)?;
        }
        if plan.stages.is_empty() {
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
