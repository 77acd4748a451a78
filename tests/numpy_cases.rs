//! What NumPy gives for formulas: `tests/data/numpy_cases.jsonl.zst`, recorded by
//! `tools/record_numpy_cases.py`.

mod common;

use std::collections::BTreeSet;

use numjit::{Array, ArrayMut, ArrayRef, ByteOrder, Casting, Codegen, DType, Engine, RunOptions};

use common::cases::{self, Buffer, Case, Expected, Layout, Outcome, Target};

fn recorded() -> Vec<Case> {
    cases::read(include_bytes!("data/numpy_cases.jsonl.zst"))
}

fn order(layout: &Layout) -> ByteOrder {
    if layout.swapped { ByteOrder::Swapped } else { ByteOrder::Native }
}

fn arrays(inputs: &[(String, Buffer)]) -> numjit::Result<Vec<(&str, ArrayRef<'_>)>> {
    inputs
        .iter()
        .map(|(name, Buffer { layout, offset, data })| {
            let Layout { dtype, shape, strides, .. } = layout;
            let array = ArrayRef::from_bytes(data, *dtype, *offset, shape, strides, order(layout))?;
            Ok((name.as_str(), array))
        })
        .collect()
}

/// Evaluates a case into new arrays.
fn evaluate(engine: &Engine, case: &Case) -> numjit::Result<Vec<Array>> {
    engine.evaluate_all(&case.expr, arrays(&case.inputs)?).map(|outputs| outputs.into_arrays())
}

/// Evaluates a case into an array of the given layout and returns its elements in C order.
fn evaluate_into(engine: &Engine, case: &Case, target: &Target) -> numjit::Result<Vec<u8>> {
    let layout = &target.layout;
    let size = cases::item_size(layout.dtype);
    let reaches = layout.shape.iter().zip(&layout.strides);
    let reaches: Vec<isize> = reaches.map(|(&n, &s)| (n as isize - 1).max(0) * s).collect();
    let low: isize = reaches.iter().map(|&reach| reach.min(0)).sum();
    let high: isize = reaches.iter().map(|&reach| reach.max(0)).sum();
    let offset = low.unsigned_abs();
    let mut bytes = vec![0; offset + high as usize + size];

    let inputs = arrays(&case.inputs)?;
    let dtypes: Vec<(&str, DType)> = inputs.iter().map(|(name, x)| (*name, x.dtype())).collect();
    let kernel = engine.compile(&case.expr, &dtypes)?;
    let (shape, strides) = (&layout.shape, &layout.strides);
    let out =
        ArrayMut::from_bytes(&mut bytes, layout.dtype, offset, shape, strides, order(layout))?;
    let all = [Casting::No, Casting::Equiv, Casting::Safe, Casting::SameKind, Casting::Unsafe];
    let casting = all.into_iter().find(|casting| casting.name() == target.casting);
    let options = RunOptions::new().casting(casting.expect("NumPy has no other"));
    kernel.run_all_into(inputs, [out], &options)?;

    let count: usize = shape.iter().product();
    let mut elements = Vec::with_capacity(count * size);
    for mut index in 0..count {
        let mut at = offset as isize;
        for (&length, &stride) in shape.iter().zip(strides).rev() {
            at += (index % length) as isize * stride;
            index /= length;
        }
        let element = &bytes[at as usize..at as usize + size];
        if layout.swapped {
            elements.extend(element.iter().rev());
        } else {
            elements.extend_from_slice(element);
        }
    }
    Ok(elements)
}

fn run(engine: &Engine, case: &Case) -> Result<(), String> {
    if let Some(target) = &case.into {
        let layout = &target.layout;
        let result = evaluate_into(engine, case, target);
        let outcome =
            |data| Outcome { dtype: layout.dtype, shape: &layout.shape, strides: None, data };
        return match &result {
            Ok(data) => case.check(Ok(&[outcome(data)])),
            Err(error) => case.check(Err(&error.to_string())),
        };
    }
    match evaluate(engine, case) {
        Ok(results) => {
            let data: Vec<Vec<u8>> = results.iter().map(Array::to_bytes).collect();
            let all: Vec<Outcome<'_>> = results
                .iter()
                .zip(&data)
                .map(|(array, data)| Outcome {
                    dtype: array.dtype(),
                    shape: array.shape(),
                    strides: Some(array.strides()),
                    data,
                })
                .collect();
            case.check(Ok(&all))
        }
        Err(error) => case.check(Err(&error.to_string())),
    }
}

/// Whether a case is one of a kind.
type Holds = fn(&Case) -> bool;

/// What numjit does not do as NumPy does, and why. A case that passes has no place here.
const DIFFERENT: &[(&str, Holds)] = &[(
    "years and months do not become other units in an output, nor the other way round",
    |case| {
        let is_error = matches!(case.expected, Expected::Error(_));
        let is_calendar =
            |dtype: DType| ["[Y]", "[M]"].iter().any(|u| dtype.to_string().ends_with(u));
        let from = case.inputs[0].1.layout.dtype;
        let into = case.into.as_ref().map(|target| target.layout.dtype);
        let mixed = into.is_some_and(|to| to != from && is_calendar(to) != is_calendar(from));
        case.group == "time" && !is_error && mixed
    },
)];

#[test]
fn the_interpreter_gives_what_numpy_gives() {
    check(Codegen::Interpreter);
}

#[test]
fn machine_code_gives_what_numpy_gives() {
    check(Codegen::Native);
}

#[test]
fn portable_machine_code_gives_what_numpy_gives() {
    check(Codegen::Portable);
}

fn check(codegen: Codegen) {
    let engine = Engine::builder().codegen(codegen).build().expect("it is a choice");
    let mut problems = Vec::new();
    for case in recorded() {
        let exclusion = DIFFERENT.iter().find(|(_, holds)| holds(&case));
        let problem = match (run(&engine, &case), exclusion) {
            (Ok(()), None) | (Err(_), Some(_)) => continue,
            (Ok(()), Some((reason, _))) => format!("passes, though {reason}"),
            (Err(problem), None) => problem,
        };
        let input = |(name, x): &(String, Buffer)| {
            format!("{name}: {}{:?}", x.layout.dtype, x.layout.shape)
        };
        let inputs = case.inputs.iter().map(input).collect::<Vec<_>>().join(", ");
        let (line, group, expr) = (case.line, &case.group, &case.expr);
        problems.push(format!("{line} {group}: `{expr}` of {inputs}: {problem}"));
    }
    let count = problems.len();
    assert!(problems.is_empty(), "{count} differ:\n{}", problems.join("\n"));
}

#[test]
fn every_function_and_reduction_is_among_the_cases() {
    let cases = recorded();
    assert!(cases.len() > 15_000, "{}", cases.len());
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words: BTreeSet<&str> =
        cases.iter().flat_map(|case| case.expr.split(|c| !is_word(c))).collect();
    let missing: Vec<&str> =
        numjit::functions().map(|info| info.name).filter(|name| !words.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn inputs_lie_in_their_buffers() {
    for case in recorded() {
        for (name, input) in &case.inputs {
            let layout = &input.layout;
            if layout.shape.contains(&0) {
                continue;
            }
            let (mut low, mut high) = (input.offset as isize, input.offset as isize);
            for (&length, &stride) in layout.shape.iter().zip(&layout.strides) {
                let reach = (length as isize - 1) * stride;
                low += reach.min(0);
                high += reach.max(0);
            }
            let end = high as usize + cases::item_size(layout.dtype);
            let line = case.line;
            assert!(low >= 0 && end <= input.data.len(), "line {line}: {name} of {}", case.expr);
        }
    }
}

#[test]
fn what_is_recorded_passes_and_what_differs_does_not() {
    for case in recorded() {
        let Expected::Values(want) = &case.expected else {
            assert!(case.check(Err("a message")).is_ok());
            continue;
        };
        let native = |b: &cases::Buffer| {
            let size = cases::item_size(b.layout.dtype).max(1);
            let elements = b.data.chunks_exact(size);
            let swapped = b.layout.swapped;
            elements
                .flat_map(|e| if swapped { e.iter().rev().copied().collect() } else { e.to_vec() })
                .collect::<Vec<u8>>()
        };
        let data: Vec<Vec<u8>> = want.iter().map(native).collect();
        let outcomes = |data: &'_ [Vec<u8>]| -> Result<(), String> {
            let all: Vec<Outcome<'_>> = want
                .iter()
                .zip(data)
                .map(|(b, data)| Outcome {
                    dtype: b.layout.dtype,
                    shape: &b.layout.shape,
                    strides: Some(&b.layout.strides),
                    data,
                })
                .collect();
            case.check(Ok(&all))
        };
        assert_eq!(outcomes(&data), Ok(()), "line {}: {}", case.line, case.expr);
        assert!(case.check(Err("a message")).is_err());
        // The last byte holds the sign and the exponent of a float: that much is never close, but in
        // the smaller part of a complex number.
        if matches!(want[0].layout.dtype, DType::C64 | DType::C128) {
            continue;
        }
        let mut other = data.clone();
        if let Some(byte) = other[0].last_mut()
            && !data[0].ends_with(&[0xf8, 0x7f])
        {
            *byte ^= 0x15;
            assert!(outcomes(&other).is_err(), "line {}: {}", case.line, case.expr);
        }
    }
}
