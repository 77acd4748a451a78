//! What expressions mean, one line each; the dtypes in `dtypes.txt` are NumPy's.
//!
//! `mistakes.txt` holds expressions and, indented below each, its mistakes.

use super::error::TypeError;
use super::{Dialect, TypeMap, check};
use crate::dtype::DType;
use crate::ir::build::build;
use crate::ir::{Graph, Inst};
use crate::ops::UnaryOp;
use crate::syntax::ast::{Expr, ExprId, ExprKind};
use crate::syntax::{Limits, parse};

const INPUTS: [(&str, DType); 5] = [
    ("b", DType::Bool),
    ("i", DType::I32),
    ("l", DType::I64),
    ("f", DType::F32),
    ("d", DType::F64),
];

fn checked(text: &str) -> Result<TypeMap, Vec<TypeError>> {
    let ast = parse(text, &Limits::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
    check(&ast, &INPUTS, Dialect::NumPy)
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
        assert_eq!(types.dtype().name(), dtype, "{text}");
        let ast = parse(text, &Limits::default()).expect("it parsed above");
        let graph = build(&ast, &types);
        let output = graph.outputs()[0];
        assert_eq!(graph.dtype(output.value), types.dtype(), "{text}");
        rows += 1;
    }
    assert!(rows >= 150);
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
    assert!(blocks.len() >= 80);
    for (text, expected) in blocks {
        assert_eq!(mistakes(text), expected, "{text}");
    }
}

fn graph(text: &str) -> Graph {
    let ast = parse(text, &Limits::default()).expect(text);
    let types = check(&ast, &INPUTS, Dialect::NumPy).expect(text);
    build(&ast, &types)
}

/// The inputs over which the output and the reductions of an expression run.
fn spaces(text: &str) -> (String, Vec<String>) {
    let graph = graph(text);
    let names = |id| graph.space(id).iter().map(|&input| INPUTS[input as usize].0).collect();
    let reductions = graph.values().filter_map(|value| match *graph.inst(value) {
        Inst::Reduce(_, _, space) => Some(names(space)),
        _ => None, // tidy: a filter, not a dispatch
    });
    (names(graph.outputs()[0].space), reductions.collect())
}

#[test]
fn spaces_are_the_inputs_outside_of_reductions_whatever_their_values_matter() {
    let table: &[(&str, &str, &[&str])] = &[
        ("d*0 + f", "fd", &[]),
        ("sum(d) + f", "f", &["d"]),
        ("d - mean(d)", "d", &["d"]),
        ("sum(d - mean(f))", "", &["f", "d"]),
        ("sum(d * f) / sum(f)", "", &["fd", "f"]),
        ("max(i + l) + min(l + i)", "", &["il", "il"]),
        ("1 + 2", "", &[]),
        ("sum(2)", "", &[""]),
        ("i < 3000000000", "i", &[]),
        ("1 < 2 < d", "d", &[]),
        ("isnan(i)", "i", &[]),
        ("ones_like(d)", "d", &[]),
        ("d.imag + sum(f.imag)", "d", &["f"]),
        ("where(True, d, f)", "fd", &[]),
        ("any(where(b, i, sum(l)))", "", &["l", "bi"]),
        ("d if sum(f) > 0 else l", "ld", &["f"]),
    ];
    for &(text, output, reductions) in table {
        let reductions = reductions.iter().map(|&space| space.to_owned()).collect();
        assert_eq!(spaces(text), (output.to_owned(), reductions), "{text}");
    }
}

#[test]
fn graphs_convert_operands_and_expand_functions() {
    let table: &[(&str, &[&str])] = &[
        (
            "f * 2**100 + 1/3",
            &[
                "v0 = input 3 : f32",
                "v1 = const 1.2676506e30 : f32",
                "v2 = mul.f32 v0, v1",
                "v3 = const 0.33333334 : f32",
                "v4 = add.f32 v2, v3",
                "out v4 over {3}",
            ],
        ),
        (
            "l > i >= 1",
            &[
                "v0 = input 2 : i64",
                "v1 = input 1 : i32",
                "v2 = cast.i32 v1 : i64",
                "v3 = lt.i64 v2, v0 : bool",
                "v4 = const 1 : i32",
                "v5 = le.i32 v4, v1 : bool",
                "v6 = and.bool v3, v5",
                "out v6 over {1, 2}",
            ],
        ),
        ("i < 3000000000", &["v0 = input 1 : i32", "v1 = const true : bool", "out v1 over {1}"]),
        (
            "b + b*b",
            &[
                "v0 = input 0 : bool",
                "v1 = and.bool v0, v0",
                "v2 = or.bool v0, v1",
                "out v2 over {0}",
            ],
        ),
        (
            "mean(i)",
            &[
                "v0 = input 1 : i32",
                "v1 = cast.i32 v0 : f64",
                "v2 = reduce.sum.f64 v1 over {1}",
                "v3 = count over {1} : f64",
                "v4 = div.f64 v2, v3",
                "out v4 over {}",
            ],
        ),
        (
            "not signbit(f)",
            &[
                "v0 = input 3 : f32",
                "v1 = const 0.0 : f32",
                "v2 = const 1.0 : f32",
                "v3 = copysign.f32 v2, v0",
                "v4 = lt.f32 v3, v1 : bool",
                "v5 = not.bool v4",
                "out v5 over {3}",
            ],
        ),
        (
            "i if d else 2.5",
            &[
                "v0 = input 1 : i32",
                "v1 = input 4 : f64",
                "v2 = const 0.0 : f64",
                "v3 = ne.f64 v1, v2 : bool",
                "v4 = cast.i32 v0 : f64",
                "v5 = const 2.5 : f64",
                "v6 = select.f64 v3, v4, v5",
                "out v6 over {1, 4}",
            ],
        ),
        ("2**40 + 1.5", &["v0 = const 1099511627777.5 : f64", "out v0 over {}"]),
    ];
    for &(text, expected) in table {
        let printed = graph(text).to_string();
        let lines: Vec<&str> = printed.lines().filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, expected, "{text}");
    }
}

#[test]
fn deep_trees_take_no_stack() {
    let depth = 100_000;
    let mut ast = parse("f", &Limits::default()).expect("a name");
    for id in 0..depth {
        let kind = ExprKind::Unary { op: UnaryOp::Neg, operand: ExprId(id) };
        ast.exprs.push(Expr { kind, span: ast.expr(ExprId(0)).span });
    }
    ast.root = ExprId(depth);
    let types = check(&ast, &INPUTS, Dialect::NumPy).expect("negations of a float");
    assert_eq!(build(&ast, &types).len(), depth as usize + 1);
}

#[test]
fn a_variable_wins_over_the_function_of_its_name_unless_called() {
    let ast = parse("sum(sum) + abs(abs)", &Limits::default()).expect("an expression");
    let inputs = [("sum", DType::F32), ("abs", DType::Bool)];
    let types = check(&ast, &inputs, Dialect::NumPy).expect("both names are inputs");
    assert_eq!(types.dtype(), DType::F32);
}

#[test]
fn names_that_are_not_read_are_no_mistake_and_the_first_of_two_counts() {
    let ast = parse("x", &Limits::default()).expect("a name");
    let inputs = [("y", DType::F32), ("x", DType::I32), ("x", DType::F64)];
    let types = check(&ast, &inputs, Dialect::NumPy).expect("x is an input");
    assert_eq!(types.dtype(), DType::I32);
    assert_eq!(types.inputs(), [DType::F32, DType::I32, DType::F64]);
}
