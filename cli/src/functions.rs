//! `numjit functions`: the table of what formulas can call, out of the library's own.

use std::io::Write;

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use numjit::FunctionInfo;

use crate::eval::terminal_width;
use crate::style::{HEADING, paint};

pub(crate) fn run() -> anyhow::Result<()> {
    let (reductions, functions): (Vec<FunctionInfo>, Vec<FunctionInfo>) =
        numjit::functions().partition(|function| function.is_reduction);
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}", paint(HEADING, "Functions, element by element"))?;
    writeln!(out, "{}\n", table(&functions))?;
    writeln!(out, "{}", paint(HEADING, "Reductions, all elements to one value"))?;
    writeln!(out, "{}", table(&reductions))?;
    Ok(())
}

fn table(functions: &[FunctionInfo]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(terminal_width()).unwrap_or(u16::MAX));
    for function in functions {
        table.add_row([call(function), accuracy(function), doc(function)]);
    }
    table
}
