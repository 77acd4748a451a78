//! `numjit functions`: the table of what formulas can call, out of the library's own.

use std::io::Write;

use comfy_table::{ContentArrangement, Table, presets};
use numjit::FunctionInfo;

use crate::eval::terminal_width;
use crate::style::{HEADING, paint};

const FUNCTIONS: &str = "Functions, element by element";
const REDUCTIONS: &str = "Reductions, along axes or of all elements";
const ULP: &str = "ULP is the largest error in units in the last place for real arguments; 0 means exact or correctly rounded.";
const OPTIONS: &str = "Every reduction takes `axis` (a number, negative ones too, or a tuple), `keepdims` and, except for `argmin` and `argmax`, `where`.";

pub(crate) fn run(is_markdown: bool) -> anyhow::Result<()> {
    let (reductions, functions): (Vec<FunctionInfo>, Vec<FunctionInfo>) =
        numjit::functions().partition(|function| function.is_reduction);
    let mut out = anstream::stdout().lock();
    if is_markdown {
        write!(out, "{}", markdown(&functions, &reductions))?;
        return Ok(());
    }
    let header = ["call", "also", "ulp", "result"];
    writeln!(out, "{}", paint(HEADING, FUNCTIONS))?;
    writeln!(out, "{}\n", table(&header, functions.iter().map(function_row)))?;
    writeln!(out, "{}", paint(HEADING, REDUCTIONS))?;
    writeln!(
        out,
        "{}\n",
        table(&["call", "also", "result"], reductions.iter().map(reduction_row))
    )?;
    writeln!(out, "{}\n{ULP}", OPTIONS.replace('`', ""))?;
    Ok(())
}

fn markdown(functions: &[FunctionInfo], reductions: &[FunctionInfo]) -> String {
    let mut text = String::from(
        "# Functions\n\nPrinted by `numjit functions --markdown` from the table in [`src/ops.rs`](../src/ops.rs).\n",
    );
    let mut section = |title: &str, header: &[&str], rows: Vec<Vec<String>>, note: &str| {
        text += &format!("\n## {title}\n\n{note}\n\n| {} |\n", header.join(" | "));
        text += &format!("|{}\n", "---|".repeat(header.len()));
        for mut row in rows {
            row[0] = format!("`{}`", row[0]);
            if !row[1].is_empty() {
                row[1] = format!("`{}`", row[1].replace(", ", "` `"));
            }
            let row: Vec<String> =
                row.iter().map(|cell| cell.replace('|', "\\|").replace('*', "\\*")).collect();
            text += &format!("| {} |\n", row.join(" | "));
        }
    };
    let header = ["call", "also", "ULP", "result"];
    section(FUNCTIONS, &header, functions.iter().map(function_row).collect(), ULP);
    let header = ["call", "also", "result"];
    section(REDUCTIONS, &header, reductions.iter().map(reduction_row).collect(), OPTIONS);
    text
}

/// Returns a call as in Python's documentation: what may be left out stands in brackets.
fn call(function: &FunctionInfo) -> String {
    // The parameters of a reduction are those besides the array.
    let (first, required) = if function.is_reduction { ("x", 0) } else { ("", function.min_args) };
    let mut arguments = first.to_owned();
    for (at, param) in function.params.iter().enumerate() {
        let comma = if arguments.is_empty() { "" } else { ", " };
        if at < required || *param == "…" {
            arguments += &format!("{comma}{param}");
        } else {
            arguments += &format!("[{comma}{param}]");
        }
    }
    format!("{}({arguments})", function.name)
}

fn function_row(function: &FunctionInfo) -> Vec<String> {
    vec![
        call(function),
        function.aliases.join(", "),
        function.max_ulp.map(|ulp| ulp.to_string()).unwrap_or_default(),
        function.doc.to_owned(),
    ]
}

fn reduction_row(reduction: &FunctionInfo) -> Vec<String> {
    vec![call(reduction), reduction.aliases.join(", "), reduction.doc.to_owned()]
}

fn table(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(terminal_width()).unwrap_or(u16::MAX));
    table.set_header(header.iter().map(|title| title.to_uppercase()));
    table.add_rows(rows);
    table.trim_fmt()
}
