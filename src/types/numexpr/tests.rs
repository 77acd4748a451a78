//! The dialect against what numexpr 2.14.2 did, and against what it did not do.

use super::*;
use crate::syntax::{Limits, parse};
use serde_json::Value as Json;

/// Inputs that the tests of this file share.
const INPUTS: &[(&str, DType)] = &[
    ("t", DType::Bool),
    ("i", DType::I32),
    ("l", DType::I64),
    ("u", DType::U64),
    ("f", DType::F32),
    ("d", DType::F64),
    ("c", DType::C128),
    ("s", DType::Bytes(3)),
    ("k", DType::I8),
    ("v", DType::U32),
    ("z", DType::C64),
    ("w", DType::Str(3)),
    ("m", DType::Datetime(crate::dtype::TimeUnit::Second)),
];

/// Returns the dtype of an expression, or the exception and its words.
fn outcome(text: &str, inputs: &[(&str, DType)]) -> Result<DType, (&'static str, String)> {
    if let Some(diagnostic) = refuses(text) {
        return Err((diagnostic.exception.name(), diagnostic.message));
    }
    let limits = Limits::default();
    let ast = parse(text, &limits)
        .and_then(|program| program.resolve(&limits))
        .map_err(|_| ("SyntaxError", "invalid syntax".to_owned()))?;
    match check(&ast, inputs) {
        Ok(types) => Ok(types.outputs()[0]),
        Err(raised) => Err((raised[0].exception.name(), raised[0].message.clone())),
    }
}

fn dtype(name: &str) -> DType {
    DType::from_name(name.trim_start_matches('|')).expect("a dtype of NumPy")
}

#[test]
fn recorded_cases_have_the_dtypes_and_exceptions_of_numexpr() {
    let cases = include_str!("../../../tests/data/numexpr_cases.jsonl");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in cases.lines() {
        let case: Json = serde_json::from_str(line).expect("a line is an object");
        let text = case["expr"].as_str().expect("a case has an expression");
        let inputs: Vec<(&str, DType)> = (case["in"].as_object().expect("inputs").iter())
            .map(|(name, input)| (name.as_str(), dtype(input["dtype"].as_str().expect("a name"))))
            .collect();
        let expected = match case.get("err") {
            Some(error) => Err((
                error[0].as_str().expect("a name"),
                error[1].as_str().expect("a message").to_owned(),
            )),
            None => Ok(dtype(case["out"]["dtype"].as_str().expect("a name"))),
        };
        let got = outcome(text, &inputs);
        count += 1;
        if got != expected {
            wrong.push(format!("{text} {inputs:?} {}: {got:?}, not {expected:?}", case["opts"]));
        }
    }
    assert!(count > 2000);
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
