//! `numjit functions`: the table of what formulas can call, out of the library's own.

use std::io::Write;

use comfy_table::{ContentArrangement, Table, presets};
use numjit::FunctionInfo;

use crate::eval::terminal_width;
use crate::style::{HEADING, paint};

const ARGUMENTS: [&str; 4] = ["", "x", "x, y", "condition, x, y"];

pub(crate) fn run() -> anyhow::Result<()> {
    let (reductions, functions): (Vec<FunctionInfo>, Vec<FunctionInfo>) =
        numjit::functions().partition(|function| function.is_reduction);
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}", paint(HEADING, "Functions, element by element"))?;
    writeln!(
        out,
        "{}\n",
        table(&["call", "also", "ulp", "result"], functions.iter().map(function_row))
    )?;
    writeln!(out, "{}", paint(HEADING, "Reductions, of all elements to one value"))?;
    writeln!(out, "{}\n", table(&["call", "result"], reductions.iter().map(reduction_row)))?;
    writeln!(
        out,
        "ULP is the largest error in units in the last place; 0 means exact or correctly rounded."
    )?;
    Ok(())
}

fn function_row(function: &FunctionInfo) -> Vec<String> {
    let arguments = ARGUMENTS.get(function.arity).unwrap_or(&"…");
    vec![
        format!("{}({arguments})", function.name),
        function.aliases.join(", "),
        function.max_ulp.map(|ulp| ulp.to_string()).unwrap_or_default(),
        function.doc.to_owned(),
    ]
}

fn reduction_row(reduction: &FunctionInfo) -> Vec<String> {
    vec![format!("{}(x)", reduction.name), reduction.doc.to_owned()]
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(terminal_width()).unwrap_or(u16::MAX));
    table.set_header(header.iter().map(|title| title.to_uppercase()));
    table.add_rows(rows);
    table.trim_fmt()
}
