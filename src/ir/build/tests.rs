//! What expressions become, instruction by instruction.

use super::*;
use crate::dtype::TimeUnit;
use crate::syntax::{Limits, parse};
use crate::types::{Dialect, check};

const INPUTS: [(&str, DType); 9] = [
    ("b", DType::Bool),
    ("i", DType::I32),
    ("f", DType::F32),
    ("d", DType::F64),
    ("z", DType::C64),
    ("s", DType::Bytes(4)),
    ("day", DType::Datetime(TimeUnit::Day)),
    ("hours", DType::Timedelta(TimeUnit::Hour)),
    ("u", DType::U64),
];

fn graph(text: &str) -> Graph {
    let limits = Limits::default();
    let ast = parse(text, &limits).and_then(|program| program.resolve(&limits)).expect(text);
    let types = check(&ast, &INPUTS, Dialect::NumPy).expect(text);
    build(&ast, &types).0
}

/// Expressions, and indented below each its graph.
const GRAPHS: &str = include_str!("graphs.txt");

#[test]
fn graphs_are_as_recorded() {
    let mut blocks = 0;
    for block in GRAPHS.split("\n\n").filter(|block| !block.starts_with('#')) {
        let (text, expected) = block.split_once('\n').expect("an expression and its graph");
        let expected: Vec<&str> = expected.lines().map(str::trim).collect();
        let printed = graph(text).to_string();
        let lines: Vec<&str> =
            printed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, expected, "{text}");
        blocks += 1;
    }
    assert!(blocks >= 30);
}

#[test]
fn shapes_are_those_of_all_parts_whether_or_not_their_values_matter() {
    let table = [
        ("d*0 + f", "(p3 * p2)"),
        ("sum(d) + f", "p2"),
        ("sum(d - mean(f))", "()"),
        ("i < 3000000000", "p1"),
        ("isnan(i)", "p1"),
        ("ones_like(d)", "p3"),
        ("z.imag*0 + d.imag", "(p4 * p3)"),
        ("where(True, d, f)", "(p3 * p2)"),
        ("case(b, 1, 2)", "p0"),
        ("select([b, d > 0], [i, 2], f)", "((p0 * p3) * p1 * p2)"),
        ("isin(d, [1, 2])", "p3"),
        (
            "sum(d, axis=0) + mean(d, axis=(0, 1), keepdims=True)",
            "((p3 without axes 0) * (p3 without axes 0, 1 keepdims))",
        ),
        ("sum(d[:, None] * f, axis=0)", "(s4 without axes 0)"),
        ("x = d; x * x", "p3"),
    ];
    for (text, expected) in table {
        let printed = graph(text).to_string();
        let shape = printed.rsplit_once(" over ").expect("an output").1.trim();
        let resolve = |shape: &str| {
            printed
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{shape} = ")))
                .map_or_else(|| shape.to_owned(), str::to_owned)
        };
        assert_eq!(resolve(shape), expected, "{text}:\n{printed}");
    }
}
