//! What NumPy gives for formulas: `tests/data/numpy_cases.jsonl.zst`, recorded by
//! `tools/record_numpy_cases.py`.

mod common;

use std::collections::BTreeSet;

use numjit::DType;

use common::cases::{self, Case, Expected, Outcome};

fn recorded() -> Vec<Case> {
    cases::read(include_bytes!("data/numpy_cases.jsonl.zst"))
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
