//! Literals compute as in Python.

use super::*;
use BinaryOp::*;
use Literal::{Bool, Complex, Float, Int};

#[test]
fn arithmetic_is_pythons() {
    let table: &[(Literal, BinaryOp, Literal, Literal)] = &[
        (Int(1), Div, Int(2), Float(0.5)),
        (Int(-7), FloorDiv, Int(2), Int(-4)),
        (Int(7), Rem, Int(-3), Int(-2)),
        (Int(-7), Rem, Int(3), Int(2)),
        (Int(i128::MIN), Rem, Int(-1), Int(0)),
        (Int(-1), FloorDiv, Int(100_000_000_000_000_000_000), Int(-1)),
        (Float(7.5), FloorDiv, Int(-2), Float(-4.0)),
        (Float(-7.5), Rem, Int(2), Float(0.5)),
        (Float(-0.0), FloorDiv, Int(1), Float(-0.0)),
        (Float(0.0), Rem, Int(-1), Float(-0.0)),
        (Float(1.0), FloorDiv, Float(0.1), Float(9.0)),
        (Float(-1.0), FloorDiv, Float(f64::INFINITY), Float(-1.0)),
        (Int(2), Pow, Int(100), Int(1 << 100)),
        (Int(2), Pow, Int(-1), Float(0.5)),
        (Int(-2), Pow, Int(-3), Float(-0.125)),
        (Int(-1), Pow, Int(1 << 100), Int(1)),
        (Int(0), Pow, Int(0), Int(1)),
        (Int(2), Pow, Float(0.5), Float(std::f64::consts::SQRT_2)),
        (Bool(true), Add, Bool(true), Int(2)),
        (Bool(true), Shl, Int(3), Int(8)),
        (Bool(true), BitXor, Bool(true), Bool(false)),
        (Bool(true), BitAnd, Int(3), Int(1)),
        (Int(-1), Shr, Int(1 << 100), Int(-1)),
        (Int(1), Shl, Int(126), Int(1 << 126)),
        (Int(0), Shl, Int(1 << 100), Int(0)),
        (Int(2), And, Float(f64::NAN), Bool(true)),
        (Int(0), Or, Float(-0.0), Bool(false)),
        (Int((1 << 120) + 1), Div, Int((1 << 100) + 1), Float(1_048_576.0)),
        (Int(1), Div, Int(10_i128.pow(30)), Float(1e-30)),
        (Int(-(10_i128.pow(38))), Div, Int(3), Float(-3.333_333_333_333_333_3e37)),
        (Int(-4), Pow, Float(0.5), Complex(1.224_646_799_147_353_2e-16, 2.0)),
        (Complex(1.0, 2.0), Mul, Complex(3.0, -1.0), Complex(5.0, 5.0)),
        (Complex(1e300, 1e300), Div, Complex(1e300, 1e300), Complex(1.0, 0.0)),
        (Int(1), Sub, Complex(0.0, 2.0), Complex(1.0, -2.0)),
        (Complex(0.0, 1.0), Pow, Int(2), Complex(-1.0, 0.0)),
        (Complex(1.0, 1.0), Pow, Int(-2), Complex(0.0, -0.5)),
    ];
    for &(x, op, y, expected) in table {
        let got = binary(op, x, y).expect("has a value");
        let same = match (got, expected) {
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (Complex(a, b), Complex(c, d)) => [a, b].map(f64::to_bits) == [c, d].map(f64::to_bits),
            (a, b) => a == b,
        };
        assert!(same, "{x:?} {} {y:?} is {got:?}, not {expected:?}", op.symbol());
    }
}

#[test]
fn what_raises_in_python_is_an_error() {
    let table = [
        (Int(1), Div, Int(0), LiteralError::ZeroDivision),
        (Int(1), FloorDiv, Bool(false), LiteralError::ZeroDivision),
        (Float(1.0), Rem, Int(0), LiteralError::ZeroDivision),
        (Int(0), Pow, Int(-1), LiteralError::ZeroToNegative),
        (Float(-0.0), Pow, Float(-0.5), LiteralError::ZeroToNegative),
        (Float(10.0), Pow, Int(400), LiteralError::FloatOverflow),
        (Int(1), Shl, Int(-1), LiteralError::NegativeShift),
        (Int(1), Shl, Int(127), LiteralError::IntOverflow),
        (Int(2), Pow, Int(127), LiteralError::IntOverflow),
        (Int(2), Pow, Int(1 << 100), LiteralError::IntOverflow),
        (Int(i128::MIN), FloorDiv, Int(-1), LiteralError::IntOverflow),
        (Int(i128::MAX), Add, Int(1), LiteralError::IntOverflow),
        (Int(1), BitAnd, Float(2.0), LiteralError::Operands),
        (Float(1.0), Shl, Int(2), LiteralError::Operands),
        (Complex(1.0, 1.0), FloorDiv, Int(2), LiteralError::Operands),
        (Complex(1.0, 1.0), Div, Int(0), LiteralError::ZeroDivision),
        (Complex(0.0, 0.0), Pow, Complex(0.0, 1.0), LiteralError::ZeroToNegative),
    ];
    for (x, op, y, expected) in table {
        assert_eq!(binary(op, x, y), Err(expected), "{x:?} {} {y:?}", op.symbol());
    }
    assert_eq!(unary(UnaryOp::Neg, Int(i128::MIN)), Err(LiteralError::IntOverflow));
    assert_eq!(unary(UnaryOp::Invert, Bool(true)), Err(LiteralError::Operands));
}

#[test]
fn integers_and_floats_compare_exactly() {
    let two_53 = 9_007_199_254_740_992;
    assert!(!compare(CompareOp::Eq, Int(two_53 + 1), Float(two_53 as f64)));
    assert!(compare(CompareOp::Gt, Int(two_53 + 1), Float(two_53 as f64)));
    assert!(compare(CompareOp::Lt, Int(i128::MAX), Float(2.0_f64.powi(127))));
    assert!(compare(CompareOp::Ge, Int(i128::MIN), Float(-(2.0_f64.powi(127)))));
    assert!(compare(CompareOp::Lt, Int(-3), Float(-2.5)));
    assert!(compare(CompareOp::Gt, Int(-2), Float(-2.5)));
    assert!(compare(CompareOp::Eq, Float(-0.0), Int(0)));
    assert!(compare(CompareOp::Eq, Bool(true), Float(1.0)));
    assert!(compare(CompareOp::Ne, Float(f64::NAN), Int(0)));
    assert!(!compare(CompareOp::Le, Float(f64::NAN), Int(0)));
    assert!(compare(CompareOp::Gt, Int(5), Float(f64::NEG_INFINITY)));
}

#[test]
fn integers_round_once_to_narrow_floats() {
    // Halfway between two f32 after a detour over f64, above halfway before it.
    let x = (1_i128 << 60) + (1 << 36) + 1;
    assert_eq!(Int(x).to_scalar(Prim::F32), Scalar::F32(((1_i64 << 60) + (1 << 37)) as f32));
}
