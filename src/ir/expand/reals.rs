//! Operators and functions of real numbers.

use std::f64::consts::{LOG2_E, PI};

use super::super::{Binary, GraphBuilder, Unary, Value};
use super::float;
use crate::dtype::{Prim, Scalar};
use crate::ops::{BinaryOp, Func};

/// Returns the instruction of an infix operator on operands of this prim.
pub(super) fn infix(op: BinaryOp, prim: Prim) -> Binary {
    match op {
        // On truth values NumPy's sum is `or` and its product `and`.
        BinaryOp::Add if prim == Prim::Bool => Binary::Or,
        BinaryOp::Mul if prim == Prim::Bool => Binary::And,
        BinaryOp::Add => Binary::Add,
        BinaryOp::Sub => Binary::Sub,
        BinaryOp::Mul => Binary::Mul,
        BinaryOp::Div => Binary::Div,
        BinaryOp::FloorDiv => Binary::FloorDiv,
        BinaryOp::Rem => Binary::Rem,
        BinaryOp::Pow => Binary::Pow,
        BinaryOp::Shl => Binary::Shl,
        BinaryOp::Shr => Binary::Shr,
        BinaryOp::BitAnd | BinaryOp::And => Binary::And,
        BinaryOp::BitXor => Binary::Xor,
        BinaryOp::BitOr | BinaryOp::Or => Binary::Or,
        BinaryOp::MatMul => unreachable!("`@` has no type"),
    }
}

/// Pushes a function of two arguments of the same prim.
pub(super) fn of_two(b: &mut GraphBuilder, func: Func, x: Value, y: Value) -> Value {
    let prim = b.prim(x);
    match func {
        Func::Fmod => b.binary(Binary::Fmod, x, y),
        Func::Gcd => b.binary(Binary::Gcd, x, y),
        Func::Lcm => b.binary(Binary::Lcm, x, y),
        Func::FloatPower => b.binary(Binary::Pow, x, y),
        Func::Copysign => b.binary(Binary::Copysign, x, y),
        // Of two zeros NumPy takes the second.
        Func::Maximum => b.binary(Binary::Max, y, x),
        Func::Minimum => b.binary(Binary::Min, y, x),
        Func::Fmax if !prim.is_float() => b.binary(Binary::Max, x, y),
        Func::Fmin if !prim.is_float() => b.binary(Binary::Min, x, y),
        Func::Fmax | Func::Fmin => {
            let (p, q) = if func == Func::Fmax { (y, x) } else { (x, y) };
            let beats = b.binary(Binary::Lt, p, q);
            let nan = b.binary(Binary::Ne, y, y);
            let first = b.binary(Binary::Or, beats, nan);
            b.select(first, x, y)
        }
        Func::Heaviside => {
            let [zero, one] = [0.0, 1.0].map(|value| float(b, value, prim));
            let equal = b.binary(Binary::Eq, x, zero);
            let below = b.binary(Binary::Lt, x, zero);
            let nan = b.binary(Binary::Ne, x, x);
            let step = b.select(below, zero, one);
            let step = b.select(equal, y, step);
            b.select(nan, x, step)
        }
        Func::Logaddexp2 => {
            let one = float(b, 1.0, prim);
            log_add(b, x, y, one, |b, size| {
                let power = b.unary(Unary::Call(Func::Exp2), size);
                let log = b.unary(Unary::Call(Func::Log1p), power);
                let log2_e = float(b, LOG2_E, prim);
                b.binary(Binary::Mul, log2_e, log)
            })
        }
        _ if func.info().elementary => b.binary(Binary::Call(func), x, y),
        _ => unreachable!("{func} does not take two real numbers"), // tidy: a name, all are above
    }
}

/// Adds in logarithms: the larger, and the logarithm of 1 + the power of minus the difference.
fn log_add(
    b: &mut GraphBuilder,
    x: Value,
    y: Value,
    log_two: Value,
    rest: impl Fn(&mut GraphBuilder, Value) -> Value,
) -> Value {
    let zero = float(b, 0.0, b.prim(x));
    let difference = b.binary(Binary::Sub, x, y);
    let positive = b.binary(Binary::Lt, zero, difference);
    let negated = b.unary(Unary::Neg, difference);
    let size = b.select(positive, negated, difference);
    let larger = b.select(positive, x, y);
    let rest = rest(b, size);
    let sum = b.binary(Binary::Add, larger, rest);
    // Equal infinities have no difference.
    let equal = b.binary(Binary::Eq, x, y);
    let twice = b.binary(Binary::Add, x, log_two);
    let sum = b.select(equal, twice, sum);
    let nan = b.binary(Binary::Ne, difference, difference);
    let unordered = b.unary(Unary::Not, equal);
    let nan = b.binary(Binary::And, nan, unordered);
    b.select(nan, difference, sum)
}

/// Pushes a function of one argument.
pub(super) fn of_one(b: &mut GraphBuilder, func: Func, x: Value) -> Value {
    let prim = b.prim(x);
    let is_float = prim.is_float();
    match func {
        Func::Sqrt => b.unary(Unary::Sqrt, x),
        Func::Square => b.binary(Binary::Mul, x, x),
        Func::Reciprocal => reciprocal(b, x),
        Func::Sinc => {
            // Not the sine of pi * x, as in NumPy: at whole x that is rounding error.
            let sine = b.unary(Unary::Call(Func::Sinpi), x);
            let pi = float(b, PI, prim);
            let y = b.binary(Binary::Mul, pi, x);
            let quotient = b.binary(Binary::Div, sine, y);
            let [zero, one] = [0.0, 1.0].map(|value| float(b, value, prim));
            let at_zero = b.binary(Binary::Eq, y, zero);
            b.select(at_zero, one, quotient)
        }
        // The factors are computed in the prim, as NumPy does.
        Func::Deg2rad => scaled(b, x, PI, 180.0),
        Func::Rad2deg => scaled(b, x, 180.0, PI),
        Func::Abs | Func::Fabs if prim == Prim::Bool || prim.is_unsigned() => x,
        Func::Abs | Func::Fabs => b.unary(Unary::Abs, x),
        Func::Sign => sign(b, x),
        Func::Floor if is_float => b.unary(Unary::Floor, x),
        Func::Ceil if is_float => b.unary(Unary::Ceil, x),
        Func::Trunc if is_float => b.unary(Unary::Trunc, x),
        Func::Rint if is_float => b.unary(Unary::Rint, x),
        Func::Floor | Func::Ceil | Func::Trunc | Func::Rint => x,
        Func::BitCount => b.unary(Unary::BitCount, x),
        Func::Isnan if is_float => b.binary(Binary::Ne, x, x),
        Func::Isinf if is_float => {
            let size = b.unary(Unary::Abs, x);
            let infinity = float(b, f64::INFINITY, prim);
            b.binary(Binary::Eq, size, infinity)
        }
        Func::Isfinite if is_float => {
            let size = b.unary(Unary::Abs, x);
            let infinity = float(b, f64::INFINITY, prim);
            b.binary(Binary::Lt, size, infinity)
        }
        Func::Isnan | Func::Isinf => b.constant(false),
        Func::Isfinite => b.constant(true),
        Func::Signbit if prim == Prim::Bool || prim.is_unsigned() => b.constant(false),
        Func::Signbit => {
            let zero = b.constant(Scalar::small(0, prim));
            let size = if is_float {
                let one = float(b, 1.0, prim);
                b.binary(Binary::Copysign, one, x)
            } else {
                x
            };
            b.binary(Binary::Lt, size, zero)
        }
        Func::Angle => {
            let zero = float(b, 0.0, prim);
            b.binary(Binary::Call(Func::Arctan2), zero, x)
        }
        Func::Copy | Func::Real | Func::Conj => x,
        Func::OnesLike => b.constant(Scalar::small(1, prim)),
        Func::ZerosLike | Func::Imag => b.constant(Scalar::small(0, prim)),
        _ if func.info().elementary => b.unary(Unary::Call(func), x),
        _ => unreachable!("{func} does not take one real number"), // tidy: a name, all are above
    }
}

fn scaled(b: &mut GraphBuilder, x: Value, numerator: f64, denominator: f64) -> Value {
    let prim = b.prim(x);
    let [p, q] = [numerator, denominator].map(|value| float(b, value, prim));
    let factor = b.binary(Binary::Div, p, q);
    b.binary(Binary::Mul, x, factor)
}

/// Pushes `1 / x`; for integers the exact quotient cut to an integer, and for 0 what NumPy has on most
/// machines: the smallest integer of 32 and 64 bits, 0 of others.
fn reciprocal(b: &mut GraphBuilder, x: Value) -> Value {
    let prim = b.prim(x);
    let one = b.constant(Scalar::small(1, prim));
    if prim.is_float() {
        return b.binary(Binary::Div, one, x);
    }
    let zero = b.constant(Scalar::small(0, prim));
    // Only 1 and -1 have an integer quotient other than 0, and they are it.
    let size = b.unary(Unary::Abs, x);
    let is_one = b.binary(Binary::Eq, size, one);
    let by_zero = match prim {
        Prim::I32 => b.constant(i32::MIN),
        Prim::I64 => b.constant(i64::MIN),
        _ => return b.select(is_one, x, zero), // tidy: the other integers
    };
    let is_zero = b.binary(Binary::Eq, x, zero);
    let rest = b.select(is_zero, by_zero, zero);
    b.select(is_one, x, rest)
}

fn sign(b: &mut GraphBuilder, x: Value) -> Value {
    let prim = b.prim(x);
    let [zero, one, minus_one] = [0, 1, -1].map(|value| b.constant(Scalar::small(value, prim)));
    let positive = b.binary(Binary::Lt, zero, x);
    if prim.is_unsigned() {
        return b.select(positive, one, zero);
    }
    let negative = b.binary(Binary::Lt, x, zero);
    let neither = if prim.is_float() {
        // What is not equal to itself is its own sign: NaN.
        let number = b.binary(Binary::Eq, x, x);
        b.select(number, zero, x)
    } else {
        zero
    };
    let not_negative = b.select(positive, one, neither);
    b.select(negative, minus_one, not_negative)
}
