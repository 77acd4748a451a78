//! The same bits on every kind of processor, at every place in a tile, and on every architecture.

use std::fmt::Write as _;
use std::path::Path;

use numjit::testing::{Function, Number, Processor};

use crate::points;

fn results<T: Number + Default>(
    function: Function,
    processor: Processor,
    x: &[T],
    y: &[T],
) -> Vec<T> {
    let mut out = vec![T::default(); x.len()];
    match function {
        Function::One(one) => one.map(processor, x, &mut out),
        Function::Two(two) => two.map(processor, x, y, &mut out),
    }
    out
}

/// Bits, all NaN alike: which one an operation gives is not the same on all architectures.
fn bits(x: impl Into<f64>) -> u64 {
    let x = x.into();
    if x.is_nan() { f64::NAN.to_bits() } else { x.to_bits() }
}

/// FNV-1a over the bits of results.
fn hash<T: Number + Into<f64>>(results: &[T]) -> u64 {
    let bytes = results.iter().flat_map(|&x| bits(x).to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn every_processor_gives_the_recorded_bits() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/function_bits.txt");
    let mut lines = String::new();
    for function in Function::all() {
        let (x, y) = points::of(function, 40_000, 20_261_122);
        let narrow = (points::narrow(&x), points::narrow(&y));
        let mut hashes = Processor::kinds().into_iter().map(|processor| {
            let wide = hash(&results(function, processor, &x, &y));
            let narrow = hash(&results(function, processor, &narrow.0, &narrow.1));
            (processor.name(), [wide, narrow])
        });
        let (_, first) = hashes.next().expect("there is a processor");
        for (name, other) in hashes {
            assert_eq!(other, first, "{function} of f64 and f32 on {name}");
        }
        let [wide, narrow] = first;
        writeln!(lines, "{function} {wide:016x} {narrow:016x}").expect("strings take everything");
    }
    if std::env::var_os("NUMJIT_BLESS").is_some() {
        std::fs::write(&path, &lines).expect("the file can be written");
    }
    let recorded = std::fs::read_to_string(&path).expect("the file is there");
    assert_eq!(lines, recorded, "NUMJIT_BLESS=1 records what is meant to change");
}

#[test]
fn a_result_depends_on_nothing_but_its_arguments() {
    for function in Function::all() {
        let (x, y) = points::of(function, 300, 3);
        let (x, y) = (&x[..600.min(x.len())], &y[..600.min(y.len())]);
        depends_on_nothing_else(function, x, y);
        depends_on_nothing_else(function, &points::narrow(x), &points::narrow(y));
    }
}

fn depends_on_nothing_else<T: Number + Default + Into<f64>>(function: Function, x: &[T], y: &[T]) {
    for processor in Processor::kinds() {
        let all = results(function, processor, x, y);
        for n in 0..20 {
            let some = results(function, processor, &x[..n], &y[..n]);
            let same = some.iter().zip(&all).all(|(&x, &y)| bits(x) == bits(y));
            assert!(same, "{function} of {n}");
        }
        for (at, &together) in all.iter().enumerate() {
            let alone = results(function, processor, &x[at..=at], &y[at..=at]);
            let [x, y] = [x[at], y[at]].map(Into::into);
            assert_eq!(bits(alone[0]), bits(together), "{function}({x:e}, {y:e})");
        }
    }
}

/// The engine computes with the same functions, in machine code and in the interpreter.
#[test]
fn formulas_give_the_bits_of_the_functions() {
    use numjit::{ArrayRef, Codegen, Engine};

    for codegen in [Codegen::Native, Codegen::Portable, Codegen::Interpreter] {
        let engine = Engine::builder().codegen(codegen).build().expect("it starts");
        for function in Function::all() {
            let name = function.to_string();
            if name.ends_with("fast") || function.is_part() {
                continue; // the next test has the fast ones
            }
            let (x, y) = points::of(function, 200, 5);
            let processor = *Processor::kinds().last().expect("there is one");
            let want = results(function, processor, &x, &y);
            let text = match (function, function.to_string().as_str()) {
                (Function::Two(_), "rem") => "x % y".to_owned(),
                (Function::Two(_), "floordiv") => "x // y".to_owned(),
                (Function::One(_), name) => format!("{name}(x)"),
                (Function::Two(_), name) => format!("{name}(x, y)"),
            };
            let vars: [(&str, ArrayRef<'_>); 2] = [("x", (&x).into()), ("y", (&y).into())];
            let vars = &vars[..if matches!(function, Function::One(_)) { 1 } else { 2 }];
            let got = engine.evaluate(&text, vars).expect("it runs");
            let got = got.to_vec::<f64>().expect("it is f64");
            for (at, (&got, &want)) in got.iter().zip(&want).enumerate() {
                assert_eq!(bits(got), bits(want), "{text} at {:e}, {:e}", x[at], y[at]);
            }
        }
    }
}

/// Fast functions are those of a choice, and only of that.
#[test]
fn fast_functions_are_chosen_for_formulas() {
    use numjit::{ArrayRef, Engine, Math};

    let fast = Engine::builder().math(Math::Fast).build().expect("it starts");
    let (x, y) = points::of(Function::all()[0], 4000, 6);
    let y: Vec<f64> =
        if y.iter().all(|&y| y == 0.0) { x.iter().rev().copied().collect() } else { y };
    let processor = *Processor::kinds().last().expect("there is one");
    let mut found = 0;
    for function in Function::all() {
        let name = function.to_string();
        let Some(name) = name.strip_suffix("fast") else { continue };
        let text = match function {
            Function::One(_) => format!("{name}(x)"),
            Function::Two(_) => format!("{name}(x, y)"),
        };
        let vars: [(&str, ArrayRef<'_>); 2] = [("x", (&x).into()), ("y", (&y).into())];
        let vars = &vars[..if matches!(function, Function::One(_)) { 1 } else { 2 }];
        let want = results(function, processor, &x, &y);
        let got = fast.evaluate(&text, vars).expect("it runs").to_vec::<f64>().expect("f64");
        let same = got.iter().zip(&want).all(|(&x, &y)| bits(x) == bits(y));
        assert!(same, "{text}");
        let accurate = numjit::evaluate(&text, vars).expect("it runs");
        let accurate = accurate.to_vec::<f64>().expect("it is f64");
        assert!(accurate.iter().zip(&want).any(|(&x, &y)| bits(x) != bits(y)), "{text}");
        found += 1;
    }
    assert!(found > 0);
}
