//! `numjit explain`: what a formula is compiled to, stage by stage.

use std::io::{self, Write};

use numjit::{DType, Kernel};

use crate::args::ExplainArgs;
use crate::eval;
use crate::exit::Failure;
use crate::input::Dataset;
use crate::style::{FAINT, HEADING, paint};

pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<()> {
    let kernel = compile(args)?;
    let explanation = kernel.explain();
    let mut out = anstream::stdout().lock();
    section(&mut out, "formula", "", &signature(&kernel))?;
    section(&mut out, "graph", "typed, as built", explanation.ir())?;
    if args.passes {
        for (name, graph) in explanation.passes() {
            section(&mut out, "graph", &format!("after {name}"), graph)?;
        }
    }
    section(&mut out, "graph", "after all passes", explanation.optimized())?;
    section(&mut out, "clif", "what Cranelift compiles", explanation.clif())?;
    if args.asm {
        section(&mut out, "assembly", "", &explanation.disassembly()?)?;
    }
    Ok(())
}

fn compile(args: &ExplainArgs) -> anyhow::Result<Kernel> {
    let engine = eval::engine(None)?;
    let names = numjit::variables(&args.expr)?;
    if let Some(file) = &args.file {
        let dataset = Dataset::open(std::slice::from_ref(file), &names)?;
        return Ok(engine.compile_with_schema(&args.expr, &dataset.schema(&names)?)?);
    }
    for spec in &args.types {
        if !names.contains(&spec.name) {
            let message =
                format!("--types gives `{}` a dtype, but the formula does not use it", spec.name);
            return Err(Failure::new(message).into());
        }
    }
    let dtype = |name: &str| {
        args.types.iter().find(|spec| spec.name == name).map_or(DType::F64, |spec| spec.dtype)
    };
    let schema: Vec<(&str, DType)> =
        names.iter().map(|name| (name.as_str(), dtype(name))).collect();
    Ok(engine.compile(&args.expr, &schema)?)
}

/// Returns the formula as the kernel has it, and the dtypes that go in and come out.
fn signature(kernel: &Kernel) -> String {
    let inputs: Vec<String> =
        kernel.inputs().iter().map(|(name, dtype)| format!("{name}: {dtype}")).collect();
    format!("{}\n({}) -> {}", kernel.expression(), inputs.join(", "), kernel.dtype())
}

fn section(out: &mut impl Write, title: &str, note: &str, text: &str) -> io::Result<()> {
    let note = if note.is_empty() { String::new() } else { format!("  {}", paint(FAINT, note)) };
    writeln!(out, "{}{note}", paint(HEADING, title))?;
    text.lines().try_for_each(|line| writeln!(out, "  {line}"))?;
    writeln!(out)
}
