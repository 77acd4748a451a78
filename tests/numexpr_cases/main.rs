//! The dialect of numexpr against two thousand recorded answers of numexpr 2.14.2.

mod case;
mod corrections;
mod right;
mod value;

use std::collections::BTreeMap;

use case::{Case, Data};
use numjit::{Array, ArrayRef, ByteOrder, DType, Dialect, Engine, Error};
use value::Number;

/// The length at which messages were cut.
const CUT: usize = 160;

/// Asks numjit what numexpr was asked.
fn ask(engine: &Engine, case: &Case) -> Result<Array, Error> {
    let bytes: Vec<Vec<u8>> = case.inputs.iter().map(|(_, data)| data.bytes()).collect();
    let mut vars = Vec::new();
    for ((name, data), bytes) in case.inputs.iter().zip(&bytes) {
        let Data { dtype, shape, .. } = data;
        let mut strides = vec![dtype.size() as isize; shape.len()];
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = strides[axis] * shape[axis] as isize;
        }
        let order = ByteOrder::Native;
        let array = ArrayRef::from_bytes(bytes, *dtype, 0, shape, &strides, order);
        vars.push((name.as_str(), array.expect("the shape is that of the elements")));
    }
    engine.evaluate(&case.expr, &vars)
}

/// How many units in the last place an answer may be off: our bound and that of the C library that numexpr
/// called, for each function. Arithmetic is exact.
fn tolerance(case: &Case, dtype: DType) -> f64 {
    let of_functions: f64 = (numjit::functions())
        .filter(|function| case.expr.contains(&format!("{}(", function.name)))
        .filter_map(|function| function.max_ulp)
        .filter(|&max_ulp| max_ulp > 0.0)
        .map(|max_ulp| f64::from(max_ulp) + 1.0)
        .sum();
    let of_operators = if case.expr.contains("**") {
        // numexpr multiplies powers together, one unit for each of at most ten steps; those of complex
        // numbers are exponentials of products, and so are their errors.
        if dtype == DType::C128 { 8.0 } else { 4.0 }
    } else if case.optimization != "none" && case.expr.starts_with("x/3") {
        // numexpr multiplies by a third.
        1.0
    } else {
        0.0
    };
    let of_reductions = match case.expr.split('(').next() {
        // In another order.
        Some("sum" | "prod") if dtype != DType::I32 && dtype != DType::I64 => 8.0,
        _ => 0.0,
    };
    let of_complex = if dtype == DType::C128 || case.has(DType::C128) { 4.0 } else { 0.0 };
    of_functions + of_operators + of_reductions + of_complex
}

#[test]
fn answers_are_those_of_numexpr_or_right() {
    let engine = Engine::builder().dialect(Dialect::NumExpr).build().expect("default options");
    let mut wrong = Vec::new();
    let mut excluded = BTreeMap::new();
    let mut count = 0;
    for line in include_str!("../data/numexpr_cases.jsonl").lines() {
        let case = Case::from_line(line);
        if let Some(reason) = right::excluded(&case) {
            *excluded.entry(reason).or_insert(0) += 1;
            // Whatever it is, it is not a panic, and where numexpr has an exception ours has its type.
            let got = ask(&engine, &case);
            if let (Err((exception, _)), Err(error)) = (&case.answer, got)
                && error.exception().name() != exception
            {
                wrong.push(format!("{}: {} is not {exception}", case.expr, error.exception()));
            }
            continue;
        }
        count += 1;
        if let Err(what) = check(&engine, &case) {
            let inputs: Vec<String> =
                case.inputs.iter().map(|(name, data)| format!("{name}: {}", data.dtype)).collect();
            wrong.push(format!("{} over {}: {what}", case.expr, inputs.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1900, "{count} cases, excluded: {excluded:?}");
}

fn check(engine: &Engine, case: &Case) -> Result<(), String> {
    let got = ask(engine, case);
    let expected = match (&case.answer, &got) {
        (Err((exception, message)), Err(error)) => {
            // Long messages were cut when they were recorded.
            let same = match message.len() {
                CUT => error.message().starts_with(message),
                _ => error.message() == message,
            };
            let shown = format!("{}: {}", error.exception(), error.message());
            return if same && error.exception().name() == exception {
                Ok(())
            } else {
                Err(format!("{shown}\n  not {exception}: {message}"))
            };
        }
        (Err((exception, message)), Ok(array)) => {
            return Err(format!("{}\n  not {exception}: {message}", array.dtype()));
        }
        (Ok(data), Err(error)) => {
            return Err(format!("{}\n  not {}", error.message(), data.dtype));
        }
        (Ok(data), Ok(_)) => data,
    };
    let got = got.map_err(|error| error.message().to_owned())?;
    let (dtype, shape) = (expected.dtype, &expected.shape[..]);
    if (got.dtype(), got.shape()) != (dtype, shape) {
        return Err(format!("{} {:?}\n  not {dtype} {shape:?}", got.dtype(), got.shape()));
    }
    let tolerance = tolerance(case, dtype);
    let bytes = got.to_bytes();
    let have = bytes.chunks(dtype.size()).map(|bytes| Number::from_bytes(bytes, dtype));
    let mut bad = Vec::new();
    for (at, (have, recorded)) in have.zip(&expected.elements).enumerate() {
        let of = elements(case, at, expected.elements.len());
        let want = right::corrected(case, &of).unwrap_or_else(|| recorded.clone());
        let distance = want.distance(&have, dtype);
        if distance > tolerance && right::excused(case, &of, recorded).is_none() {
            bad.push(format!("  [{at}] {of:?} -> {have:?} not {want:?}, {distance} ulp"));
        }
    }
    if bad.is_empty() { Ok(()) } else { Err(format!("values\n{}", bad.join("\n"))) }
}

/// Returns the elements of the inputs from which an element of the result was computed, if it was
/// computed from one of each.
fn elements(case: &Case, at: usize, count: usize) -> Vec<Number> {
    (case.inputs.iter())
        .filter(|(_, data)| data.elements.len() == count)
        .map(|(_, data)| data.elements[at].clone())
        .collect()
}
