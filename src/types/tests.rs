//! What expressions mean, one line each; the dtypes in `dtypes.txt` are NumPy's.

use super::error::TypeError;
use super::{Dialect, TypeMap, check};
use crate::diag::ErrorKind;
use crate::dtype::DType;
use crate::ir::build::build;
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
        parts.extend(d.labels.iter().map(|label| format!("{}: {}", &text[label.span.range()], label.text)));
        parts.extend(d.notes.iter().map(|note| format!("note: {note}")));
        parts.extend(d.help.iter().map(|help| format!("help: {help}")));
        parts.join(" | ")
    });
    lines.collect()
}

#[track_caller]
fn assert_mistakes(table: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for &(text, expected) in table {
        let got = mistakes(text);
        if got != expected {
            wrong.push(format!("{text}\n  got      {got:#?}\n  expected {expected:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn dtypes_are_numpys() {
    let mut rows = 0;
    for line in include_str!("dtypes.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
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
