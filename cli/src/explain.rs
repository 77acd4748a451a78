//! `numjit explain`: what a formula is compiled to, stage by stage.

use std::io::{self, Write};

use numjit::{DType, Kernel};

use crate::args::ExplainArgs;
use crate::eval;
use crate::exit::Failure;
use crate::input::Dataset;
use crate::style::{HEADING, paint};

pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<()> {
    let kernel = compile(args)?;
    let explanation = kernel.explain();
    let mut out = anstream::stdout().lock();
    section(&mut out, "Summary", &explanation.to_string())?;
    section(&mut out, "Graph as built, every operation with its dtype", explanation.ir())?;
    if args.passes {
        let mut before = explanation.ir();
        for (name, graph) in explanation.passes() {
            let text = if graph == before { "(no change)" } else { graph };
            section(&mut out, &format!("Graph after the pass `{name}`"), text)?;
            before = graph;
        }
    }
    section(&mut out, "Graph after all passes", explanation.optimized())?;
    section(&mut out, "CLIF, what Cranelift is given", explanation.clif())?;
    if args.asm {
        section(&mut out, "Machine code", &explanation.disassembly())?;
    }
    Ok(())
}

fn compile(args: &ExplainArgs) -> anyhow::Result<Kernel> {
    let engine = eval::engine(None, args.rules)?;
    let names = engine.variables(&args.expr)?;
    if let Some(file) = &args.file {
        let dataset = Dataset::open(std::slice::from_ref(file), &names)?;
        return eval::compile(&engine, &args.expr, &dataset.schema(&names)?, &dataset);
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

/// Prints a text under a title; an empty text has no section.
fn section(out: &mut impl Write, title: &str, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", paint(HEADING, title))?;
    text.lines().try_for_each(|line| writeln!(out, "{}", format!("  {line}").trim_end()))?;
    writeln!(out)
}
