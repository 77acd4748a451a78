//! What the dialect does where numexpr gives something wrong, nothing, or no answer at all; and what it says
//! when a kernel runs.

use numjit::{Array, ArrayRef, Dialect, Engine, Error, Exception, vars};

fn evaluate<'a, const N: usize>(
    expr: &str,
    vars: [(&str, ArrayRef<'a>); N],
) -> Result<Array, Error> {
    Engine::builder().dialect(Dialect::NumExpr).build()?.evaluate(expr, vars)
}

fn raised<const N: usize>(expr: &str, vars: [(&str, ArrayRef<'_>); N]) -> (Exception, String) {
    let error = evaluate(expr, vars).expect_err(expr);
    (error.exception(), error.message().to_owned())
}

#[test]
fn shapes_that_do_not_fit_are_value_errors_in_numpys_words() {
    let (a, b) = ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0]);
    let message = "operands could not be broadcast together with shapes (3,) (4,) ";
    assert_eq!(raised("a + b", vars! { a, b }), (Exception::ValueError, message.to_owned()));
    let message = "reduction axis is out of bounds";
    assert_eq!(raised("sum(a, axis=1)", vars! { a }), (Exception::ValueError, message.to_owned()));
    let message = "zero-size array to reduction operation minimum which has no identity";
    let none: &[f64] = &[];
    assert_eq!(raised("min(a)", vars! { a: none }), (Exception::ValueError, message.to_owned()));
}

#[test]
fn extremes_leave_out_nan_and_are_exact_for_integers() -> Result<(), Error> {
    let d = [f64::NAN, 2.0, -1.0];
    assert_eq!(evaluate("max(d)", vars! { d })?.as_slice::<f64>(), Some(&[2.0][..]));
    assert_eq!(evaluate("min(d)", vars! { d })?.as_slice::<f64>(), Some(&[-1.0][..]));
    let all_nan = evaluate("min(d)", vars! { d: &[f64::NAN; 2] })?.to_vec::<f64>();
    assert!(all_nan.is_some_and(|min| min[0].is_nan()));
    let l = [(1_i64 << 62) + 3, (1 << 62) + 1];
    assert_eq!(evaluate("min(l)", vars! { l })?.as_slice::<i64>(), Some(&[(1 << 62) + 1][..]));
    let i = [7_i32, -3];
    assert_eq!(evaluate("min(i)", vars! { i })?.as_slice::<i32>(), Some(&[-3][..]));
    Ok(())
}

#[test]
fn half_powers_of_integers_do_not_wrap_on_the_way() -> Result<(), Error> {
    let i = [100_000_i32];
    let power = evaluate("i**2.5", vars! { i })?.to_vec::<f64>();
    assert_eq!(power, Some(vec![100_000_f64.powf(2.5)]));
    assert_eq!(evaluate("i**-2.0", vars! { i })?.to_vec::<f64>(), Some(vec![1e-10]));
    Ok(())
}

#[test]
fn unsigned_numbers_compare_by_their_values() -> Result<(), Error> {
    let (u, i) = ([u64::MAX, 3], [-1_i32, 3]);
    assert_eq!(evaluate("u > 5", vars! { u })?.to_vec::<bool>(), Some(vec![true, false]));
    assert_eq!(evaluate("u > i", vars! { u, i })?.to_vec::<bool>(), Some(vec![true, false]));
    assert_eq!(evaluate("u > -1", vars! { u })?.to_vec::<bool>(), Some(vec![true, true]));
    assert_eq!(evaluate("u - 1", vars! { u })?.to_vec::<u64>(), Some(vec![u64::MAX - 1, 2]));
    Ok(())
}

#[test]
fn numbers_stand_on_either_side_and_small_kinds_are_converted() -> Result<(), Error> {
    let (i, k) = ([6_i32, 7], [100_i8, -100]);
    assert_eq!(evaluate("2 & i", vars! { i })?.to_vec::<i32>(), Some(vec![2, 2]));
    assert_eq!(evaluate("20 // i", vars! { i })?.to_vec::<i32>(), Some(vec![3, 2]));
    assert_eq!(evaluate("k + k", vars! { k })?.to_vec::<i32>(), Some(vec![200, -200]));
    assert_eq!(evaluate("sum(k)", vars! { k })?.to_vec::<i32>(), Some(vec![0]));
    Ok(())
}

#[test]
fn numbers_alone_are_single_values_of_their_kinds() -> Result<(), Error> {
    assert_eq!(evaluate("sqrt(4) + 1", [])?.to_vec::<f64>(), Some(vec![3.0]));
    assert_eq!(evaluate("floor(7) // 2", [])?.to_vec::<i64>(), Some(vec![3]));
    assert_eq!(evaluate("1 < 2 < 3", [])?.to_vec::<bool>(), Some(vec![true]));
    assert_eq!(evaluate("sum(1.5)", [])?.to_vec::<f64>(), Some(vec![1.5]));
    assert_eq!(evaluate("'ab'", [])?.to_bytes(), b"ab");
    assert!(evaluate("sin(1)", [])?.shape().is_empty());
    Ok(())
}

#[test]
fn what_python_does_not_come_to_has_no_shape() -> Result<(), Error> {
    let (a, b) = ([1.0, 2.0, 3.0], [1.0, 2.0]);
    assert_eq!(evaluate("a is b", vars! { a, b })?.to_vec::<bool>(), Some(vec![false]));
    assert_eq!(evaluate("where(True, a, b)", vars! { a, b })?.shape(), [3]);
    assert_eq!(evaluate("a if 2 > 1 else b", vars! { a, b })?.shape(), [3]);
    Ok(())
}

#[test]
fn texts_are_refused_with_the_exceptions_of_numexpr() {
    let a = [1.0];
    let forbidden = "Expression a[0] has forbidden control characters.";
    let refused = raised("a[0]", vars! { a });
    assert_eq!(refused, (Exception::ValueError, forbidden.to_owned()));
    assert_eq!(raised("lambda: a", vars! { a }).0, Exception::ValueError);
    assert_eq!(raised("a +", vars! { a }).0, Exception::SyntaxError);
    assert_eq!(raised("x = a\nx", vars! { a }).0, Exception::SyntaxError);
    assert_eq!(raised("for", []).0, Exception::SyntaxError);
    assert_eq!(raised("zzz + a", vars! { a }), (Exception::KeyError, "'zzz'".to_owned()));
}

#[test]
fn variables_are_those_that_are_looked_up() -> Result<(), Error> {
    let engine = Engine::builder().dialect(Dialect::NumExpr).build()?;
    assert_eq!(engine.variables("b + where(True, a, zzz)")?, ["a", "b"]);
    assert_eq!(engine.variables("sqrt(4) + 1")?, [""; 0]);
    let exception = |expr| engine.variables(expr).map_err(|error| error.exception());
    assert_eq!(exception("a[0]"), Err(Exception::ValueError));
    assert_eq!(exception("a +"), Err(Exception::SyntaxError));
    assert_eq!(exception("a and b"), Err(Exception::TypeError));
    assert_eq!(exception("2**2**7"), Err(Exception::OverflowError));
    // Whether there is such an operation depends on the dtypes.
    assert_eq!(engine.variables("~a")?, ["a"]);
    Ok(())
}
