//! What expressions mean, one line each; the dtypes in `dtypes.txt` and `pairs.txt` are NumPy's.
//!
//! `mistakes.txt` holds expressions and, indented below each, its mistakes.

use super::error::TypeError;
use super::literal::Kind;
use super::{Dialect, Type, TypeMap, check};
use crate::dtype::{DType, TimeUnit};
use crate::ir::Parts;
use crate::ir::build::build;
use crate::ops::UnaryOp;
use crate::syntax::ast::{Ast, Expr, ExprId, ExprKind};
use crate::syntax::{Limits, parse};

const INPUTS: [(&str, DType); 16] = [
    ("b", DType::Bool),
    ("i", DType::I32),
    ("l", DType::I64),
    ("f", DType::F32),
    ("d", DType::F64),
    ("i8", DType::I8),
    ("i16", DType::I16),
    ("u8", DType::U8),
    ("u64", DType::U64),
    ("z", DType::C64),
    ("w", DType::C128),
    ("s", DType::Bytes(4)),
    ("t", DType::Str(3)),
    ("when", DType::Datetime(TimeUnit::Day)),
    ("long", DType::Timedelta(TimeUnit::Second)),
    ("months", DType::Timedelta(TimeUnit::Month)),
];

fn tree(text: &str) -> Ast {
    let limits = Limits::default();
    let program = parse(text, &limits).unwrap_or_else(|error| panic!("{text}: {error}"));
    program.resolve(&limits).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn checked(text: &str) -> Result<TypeMap, Vec<TypeError>> {
    check(&tree(text), &INPUTS, Dialect::NumPy)
}

/// The mistakes of an expression as `kind: message | label | … | help: …`, each label after its text.
fn mistakes(text: &str) -> Vec<String> {
    let errors = checked(text).expect_err(text);
    let lines = errors.iter().map(|error| {
        let d = error.diagnostic();
        assert!(d.span().is_some(), "{text}: a mistake has a place");
        let mut parts = vec![format!("{:?}: {}", d.kind, d.message)];
        parts.extend(
            d.labels.iter().map(|label| format!("{}: {}", &text[label.span.range()], label.text)),
        );
        parts.extend(d.notes.iter().map(|note| format!("note: {note}")));
        parts.extend(d.help.iter().map(|help| format!("help: {help}")));
        parts.join(" | ")
    });
    lines.collect()
}

#[test]
fn dtypes_are_numpys() {
    let mut rows = 0;
    for line in
        include_str!("dtypes.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (text, dtype) = line.split_once(" => ").expect("a row is `expression => dtype`");
        let types = checked(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        assert_eq!(types.outputs()[0].to_string(), dtype, "{text}");
        assert_eq!(built_dtype(text, &INPUTS), Ok(types.outputs()[0]), "{text}");
        rows += 1;
    }
    assert!(rows >= 150);
}

/// The dtype of the graph of an expression, or its mistakes.
fn built_dtype(
    text: &str,
    inputs: &[(&str, impl Into<Type> + Copy)],
) -> Result<DType, Vec<TypeError>> {
    let ast = tree(text);
    let types = check(&ast, inputs, Dialect::NumPy)?;
    let (graph, _) = build(&ast, &types);
    let output = &graph.outputs()[0];
    match output.parts {
        Parts::Real(x) => assert_eq!(Some(graph.prim(x)), output.dtype.prim(), "{text}"),
        Parts::Complex(re, im) => {
            assert!(output.dtype.is_complex(), "{text}");
            assert_eq!([re, im].map(|x| Some(graph.prim(x))), [output.dtype.prim(); 2], "{text}");
        }
        Parts::Strings(_) => assert!(output.dtype.is_string(), "{text}"),
    }
    Ok(output.dtype)
}

/// Returns the dtype with the name that `pairs.txt` has for it, `None` for a literal.
fn recorded_dtype(name: &str) -> Option<DType> {
    let long = name.replace("M8", "datetime64").replace("m8", "timedelta64");
    DType::from_name(&long)
}

/// Returns the kind of a literal that `pairs.txt` has a column for, if numbers of this kind can be given.
fn recorded_kind(name: &str) -> Option<Kind> {
    match name {
        "1" => Some(Kind::Int),
        "1.5" => Some(Kind::Float),
        "1j" => Some(Kind::Complex),
        _ => None, // tidy: names
    }
}

/// Writes a literal in the place of a variable.
fn substitute(text: &str, variable: char, literal: &str) -> String {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut out = String::new();
    let mut before = None;
    for (at, c) in text.char_indices() {
        let after = text[at + c.len_utf8()..].chars().next();
        if c == variable && !word(before) && !word(after) {
            out.push_str(&format!("({literal})"));
        } else {
            out.push(c);
        }
        before = Some(c);
    }
    out
}

/// Where the language differs from NumPy on purpose.
fn differs(text: &str, x: &str, y: &str) -> bool {
    let string = |name: &str| name.starts_with(['S', 'U']);
    let moment = |name: &str| name.starts_with("M8");
    let time = |name: &str| name.starts_with(['M', 'm']);
    match text {
        // The truth of a string is whether it is empty: compare it with b''.
        "x and y" | "logical_xor(x, y)" => string(x) || string(y),
        "any(x)" | "all(x)" | "argmin(x)" | "argmax(x)" | "count_nonzero(x)" => string(y),
        // NumPy takes durations for moments since 1970.
        "where(True, x, y)" => moment(x) != moment(y) && time(x) && time(y),
        // These are about numbers.
        "x.real" | "x.imag" | "nan_to_num(x)" => time(y),
        _ => false, // tidy: all others are as in NumPy
    }
}

#[test]
fn pairs_of_dtypes_are_numpys() {
    let mut failures = Vec::new();
    let mut cells = 0;
    let text = include_str!("pairs.txt");
    for table in text.split("\n\n").filter(|table| !table.starts_with('#')) {
        let mut lines = table.lines();
        let Some(text) = lines.next() else { continue };
        let columns: Vec<&str> = lines.next().expect("a header").split_whitespace().collect();
        for line in lines {
            let mut row = line.split_whitespace();
            let binary = text.contains('y') && columns.len() < line.split_whitespace().count();
            let x = if binary { row.next() } else { None };
            for (&column, expected) in columns.iter().zip(row) {
                if expected == "." {
                    continue;
                }
                let operands = match x {
                    Some(x) => vec![('x', x), ('y', column)],
                    None => vec![('x', column)],
                };
                let mut expression = text.to_owned();
                let (mut inputs, mut with_given) = (Vec::new(), Vec::new());
                let mut with_literals = text.to_owned();
                for &(variable, name) in &operands {
                    let variable_name = if variable == 'x' { "x" } else { "y" };
                    match recorded_dtype(name) {
                        Some(dtype) => {
                            inputs.push((variable_name, Type::Strong(dtype)));
                            with_given.push((variable_name, Type::Strong(dtype)));
                        }
                        None => {
                            expression = substitute(&expression, variable, name);
                            match recorded_kind(name) {
                                Some(kind) => with_given.push((variable_name, Type::Given(kind))),
                                None => with_literals = substitute(&with_literals, variable, name),
                            }
                        }
                    }
                }
                // A number that is given without a dtype has that of the literal.
                for (expression, inputs) in [(expression, inputs), (with_literals, with_given)] {
                    let got = built_dtype(&expression, &inputs).ok();
                    if got != recorded_dtype(expected) && !differs(text, x.unwrap_or(""), column) {
                        let got = got.map_or("-".to_owned(), |dtype| dtype.to_string());
                        failures.push(format!("{expression} {operands:?}: {got}, not {expected}"));
                    }
                    cells += 1;
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} of {cells}\n{}", failures.len(), failures.join("\n"));
    assert!(cells > 30_000);
}

#[test]
fn mistakes_have_a_place_and_a_way_out() {
    let mut blocks: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in include_str!("mistakes.txt").lines().filter(|line| !line.starts_with('#')) {
        match (line.strip_prefix("    "), blocks.last_mut()) {
            (Some(mistake), Some((_, mistakes))) => mistakes.push(mistake),
            (_, _) if line.is_empty() => {}
            (_, _) => blocks.push((line, Vec::new())),
        }
    }
    assert!(blocks.len() >= 180);
    for (text, expected) in blocks {
        assert_eq!(mistakes(text), expected, "{text}");
    }
}

#[test]
fn deep_trees_take_no_stack() {
    let depth = 100_000;
    let mut ast = tree("f");
    for id in 0..depth {
        let kind = ExprKind::Unary { op: UnaryOp::Neg, operand: ExprId(id) };
        ast.exprs.push(Expr { kind, span: ast.expr(ExprId(0)).span });
    }
    ast.outputs[0].expr = ExprId(depth);
    let types = check(&ast, &INPUTS, Dialect::NumPy).expect("negations of a float");
    assert_eq!(build(&ast, &types).0.len(), depth as usize + 1);
}

#[test]
fn a_variable_wins_over_the_function_of_its_name_unless_called() {
    let ast = tree("sum(sum) + abs(abs)");
    let inputs = [("sum", DType::F32), ("abs", DType::Bool)];
    let types = check(&ast, &inputs, Dialect::NumPy).expect("both names are inputs");
    assert_eq!(types.outputs(), [DType::F32]);
}

#[test]
fn names_that_are_not_read_are_no_mistake_and_the_first_of_two_counts() {
    let ast = tree("x");
    let inputs = [("y", DType::F32), ("x", DType::I32), ("x", DType::F64)];
    let types = check(&ast, &inputs, Dialect::NumPy).expect("x is an input");
    assert_eq!(types.outputs(), [DType::I32]);
    assert_eq!(types.inputs(), [DType::F32, DType::I32, DType::F64]);
}
