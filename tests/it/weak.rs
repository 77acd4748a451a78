//! Numbers without a dtype: literals that are given with each run.

use numjit::testing::{array, same};
use numjit::{
    Array, ArrayRef, Complex, DType, Dialect, Engine, Error, ErrorKind, Exception, Scalar, Weak,
    evaluate, vars,
};

const OPERATORS: [&str; 20] = [
    "+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>", "<", "<=", "==", "!=", ">",
    ">=", "and", "or",
];

/// Arrays of every dtype of numbers.
fn arrays() -> Vec<Array> {
    macro_rules! of {
        ($($type:ident: $($x:expr),+;)*) => {
            vec![$(array(DType::$type, &[$(Scalar::$type($x)),+])),*]
        };
    }
    of! {
        Bool: true, false;
        I8: -128, 0, 3, 127;
        I16: -32768, 0, 3, 32767;
        I32: i32::MIN, -1, 3, i32::MAX;
        I64: i64::MIN, 0, 3, i64::MAX;
        U8: 0, 3, 255;
        U16: 0, 3, u16::MAX;
        U32: 0, 3, u32::MAX;
        U64: 0, 3, u64::MAX;
        F32: 0.0, -1.5, f32::NAN, 1e30;
        F64: -0.0, 2.5, f64::INFINITY, 1e300;
    }
}

/// Numbers and how the language writes them.
fn numbers() -> Vec<(Weak, String)> {
    let ints: [i128; 12] = [
        0,
        1,
        2,
        -3,
        100,
        300,
        -40_000,
        1 << 31,
        (1 << 53) + 1,
        i64::MAX.into(),
        u64::MAX.into(),
        1 << 70,
    ];
    let floats = [0.0, 0.5, -2.5, 3.0, 1e40];
    let ints = ints.map(|x| (Weak::Int(x), x.to_string()));
    let floats = floats.map(|x| (Weak::Float(x), format!("{x:?}")));
    let complex = (Weak::Complex(Complex::new(0.0, 2.0)), "2j".to_owned());
    ints.into_iter().chain(floats).chain([complex]).collect()
}

fn outcome(result: Result<Array, Error>) -> Result<Array, Exception> {
    result.map_err(|error| error.exception())
}

#[test]
fn a_given_number_is_what_the_literal_is() {
    let mut refused = 0;
    for x in &arrays() {
        for (number, text) in numbers() {
            for op in OPERATORS {
                for (given, written) in [
                    (format!("x {op} k"), format!("x {op} ({text})")),
                    (format!("k {op} x"), format!("({text}) {op} x")),
                    (format!("(k - 1) {op} (x + k)"), format!("({text} - 1) {op} (x + ({text}))")),
                ] {
                    let k = ArrayRef::weak(number);
                    let got = outcome(evaluate(&given, vars! { x, k }));
                    let expected = outcome(evaluate(&written, vars! { x }));
                    let dtype = x.dtype();
                    match (&got, &expected) {
                        // Powers with small literal exponents are products.
                        (Ok(got), Ok(expected)) if op == "**" && !got.dtype().is_int() => {
                            assert_eq!(got.dtype(), expected.dtype(), "{written}, x is {dtype}");
                        }
                        (Ok(got), Ok(expected)) => {
                            assert!(same(got, expected), "{written}, x is {dtype}: {got:?}");
                        }
                        (Err(got), Err(expected)) => {
                            assert_eq!(got, expected, "{written}, x is {dtype}");
                            refused += 1;
                        }
                        _ => panic!("{written}, x is {dtype}: {got:?}, not {expected:?}"),
                    }
                }
            }
        }
    }
    assert!(refused > 1000, "only {refused} are mistakes");
}

#[test]
fn a_kernel_is_compiled_for_kinds_and_not_for_values() -> Result<(), Error> {
    let engine = Engine::builder().cache_capacity(100).build()?;
    let x = [1.0_f32, 2.0];
    for k in [0.5, 2.0, -1e300] {
        let scaled = engine.evaluate("k * x", vars! { k: ArrayRef::weak(k), x })?;
        assert_eq!(scaled.as_slice::<f32>(), Some(&[k as f32, 2.0 * k as f32][..]));
    }
    assert_eq!(engine.cached_kernels(), 1);
    for k in [2_i128, 1 << 40, 1 << 100] {
        engine.evaluate("k * x", vars! { k: ArrayRef::weak(k), x })?;
    }
    assert_eq!(engine.cached_kernels(), 2);
    Ok(())
}

#[test]
fn kernels_say_which_inputs_are_weak() -> Result<(), Error> {
    let x = [1.0_f32, 2.0];
    let vars = vars! { x, k: ArrayRef::weak(0.5) };
    let kernel = Engine::default().compile_for("x + k", &vars)?;
    assert_eq!(kernel.inputs()[1], ("k".to_owned(), DType::F64));
    assert!(kernel.is_weak("k") && !kernel.is_weak("x"));
    assert_eq!(format!("{kernel:?}"), "Kernel(x + k, x: f32, k: weak float -> f32)");
    assert!(kernel.explain().to_string().contains("inputs      x: f32, k: weak float"));
    assert!(kernel.is_elementwise());
    // An integer is a float as well.
    let sum = kernel.run(vars! { k: ArrayRef::weak(2), x })?;
    assert_eq!(sum.as_slice::<f32>(), Some(&[3.0, 4.0][..]));
    let complex = kernel.run(vars! { x, k: ArrayRef::weak(Complex::new(0.0, 1.0)) }).unwrap_err();
    assert_eq!(complex.kind(), ErrorKind::DType);
    let strong = kernel.run(vars! { x, k: 0.5 }).unwrap_err();
    assert!(strong.message().ends_with("`k` is f64, not weak float"), "{strong}");
    assert!(kernel.stream().is_err());
    let mut out = [0.0_f64; 2];
    kernel.run_into(&vars, &mut out)?;
    assert_eq!(out, [1.5, 2.5]);
    Ok(())
}

#[test]
fn a_number_is_an_input_of_any_dtype_that_holds_it() -> Result<(), Error> {
    let kernel = Engine::default().compile("x + k", &[("x", DType::I8), ("k", DType::I8)])?;
    let x = [1_i8, 2];
    let sum = kernel.run(vars! { x, k: ArrayRef::weak(5) })?;
    assert_eq!(sum.as_slice::<i8>(), Some(&[6, 7][..]));
    let large = kernel.run(vars! { x, k: ArrayRef::weak(300) }).unwrap_err();
    assert_eq!((large.kind(), large.exception()), (ErrorKind::Value, Exception::OverflowError));
    let float = kernel.run(vars! { x, k: ArrayRef::weak(0.5) }).unwrap_err();
    assert_eq!(float.kind(), ErrorKind::DType);
    Ok(())
}

#[test]
fn numexprs_dialect_gives_numbers_their_own_dtype() -> Result<(), Error> {
    let engine = Engine::builder().dialect(Dialect::NumExpr).build()?;
    let x = [1.0_f32, 2.0];
    let scaled = engine.evaluate("k * x", vars! { k: ArrayRef::weak(0.1), x })?;
    assert_eq!(scaled.as_slice::<f64>(), Some(&[0.1, 0.2][..]));
    Ok(())
}

#[test]
fn mistakes_of_a_run_are_pythons() {
    let x = [1_i32, 2];
    let cases = [
        ("x + 1/k", 0_i64, Exception::ZeroDivisionError),
        ("x + k*k*k*k", 1 << 40, Exception::OverflowError),
        ("x * 2.0**k", 5000, Exception::OverflowError),
        ("x * 10**k", -1, Exception::ValueError),
        ("x ** k", -1, Exception::ValueError),
        ("x + k", 1 << 31, Exception::OverflowError),
        ("x * (1 << k)", -1, Exception::ValueError),
    ];
    for (program, k, exception) in cases {
        let error = evaluate(program, vars! { x, k: ArrayRef::weak(k) }).unwrap_err();
        assert_eq!(error.exception(), exception, "{program}: {error}");
        assert!(error.span().is_some(), "{program}");
    }
}
