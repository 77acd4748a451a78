//! Values of literal-only subexpressions, computed with Python's arithmetic.
//!
//! Integers are exact within 128 bits and never wrap; `/` and negative powers give floats; what raises
//! in Python is a [`LiteralError`]. NaN and infinities arise as they do there.

mod complex;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use crate::dtype::{DType, Prim, Scalar};
use crate::ops::{BinaryOp, CompareOp, Func, UnaryOp};

/// The value of an expression made of literals and operators only.
///
/// It has no dtype yet: it takes the one of the operand beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Literal {
    Bool(bool),
    Int(i128),
    Float(f64),
    /// Real and imaginary part.
    Complex(f64, f64),
}

/// What sort of number a value is; the order is the one in which they promote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Bool,
    Int,
    Float,
    Complex,
}

/// Why literals cannot be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LiteralError {
    /// The operator does not take these kinds.
    Operands,
    /// The integer needs more than 128 bits.
    IntOverflow,
    /// The power of two finite floats is beyond the largest one.
    FloatOverflow,
    /// The right-hand side is zero.
    ZeroDivision,
    /// Zero is raised to a negative power.
    ZeroToNegative,
    /// The shift count is negative.
    NegativeShift,
    /// A given integer is the negative exponent of an integer, so that the power is a float.
    FloatPower,
    /// A given float is the base or exponent of a power that is complex.
    ComplexPower,
}

/// An attribute of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Real,
    Imag,
}

impl Part {
    /// Returns the function that does the same.
    pub(crate) fn function(self) -> Func {
        match self {
            Part::Real => Func::Real,
            Part::Imag => Func::Imag,
        }
    }
}

impl Kind {
    /// Returns the sort of number that arrays of this dtype hold; strings, moments and durations are none.
    pub(crate) fn of(dtype: DType) -> Option<Kind> {
        match dtype {
            DType::Bool => Some(Kind::Bool),
            DType::I8
            | DType::I16
            | DType::I32
            | DType::I64
            | DType::U8
            | DType::U16
            | DType::U32
            | DType::U64 => Some(Kind::Int),
            DType::F32 | DType::F64 => Some(Kind::Float),
            DType::C64 | DType::C128 => Some(Kind::Complex),
            DType::Bytes(_) | DType::Str(_) | DType::Datetime(_) | DType::Timedelta(_) => None,
        }
    }

    /// Returns the dtype of a literal of this kind that has nothing beside it to adapt to.
    pub(crate) fn default_dtype(self) -> DType {
        match self {
            Kind::Bool => DType::Bool,
            Kind::Int => DType::I64,
            Kind::Float => DType::F64,
            Kind::Complex => DType::C128,
        }
    }
}

impl Literal {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Literal::Bool(_) => Kind::Bool,
            Literal::Int(_) => Kind::Int,
            Literal::Float(_) => Kind::Float,
            Literal::Complex(..) => Kind::Complex,
        }
    }

    /// Returns whether the value is not zero; NaN is not zero.
    pub(crate) fn truth(self) -> bool {
        match self {
            Literal::Bool(x) => x,
            Literal::Int(x) => x != 0,
            Literal::Float(x) => x != 0.0,
            Literal::Complex(re, im) => re != 0.0 || im != 0.0,
        }
    }

    /// Returns the value as an integer, unless it is a float or complex.
    pub(crate) fn as_int(self) -> Option<i128> {
        match self {
            Literal::Bool(x) => Some(x.into()),
            Literal::Int(x) => Some(x),
            Literal::Float(_) | Literal::Complex(..) => None,
        }
    }

    /// Returns the value as a float, rounded to nearest, unless it is complex.
    pub(crate) fn as_float(self) -> Option<f64> {
        match self {
            Literal::Complex(..) => None,
            Literal::Bool(_) | Literal::Int(_) | Literal::Float(_) => Some(self.parts().0),
        }
    }

    /// Returns the real and the imaginary part, rounded to nearest.
    pub(crate) fn parts(self) -> (f64, f64) {
        match self {
            Literal::Bool(x) => (u8::from(x).into(), 0.0),
            // `as` rounds to nearest, ties to even.
            Literal::Int(x) => (x as f64, 0.0),
            Literal::Float(x) => (x, 0.0),
            Literal::Complex(re, im) => (re, im),
        }
    }

    /// Returns the value, or its real part, as what a lane holds, rounded once. An integer must fit, and
    /// for integers and `bool` the value must be of no higher kind: the checker sees to both. What nobody checked
    /// wraps.
    pub(crate) fn to_scalar(self, prim: Prim) -> Scalar {
        match prim {
            Prim::Bool => self.truth().into(),
            // Converted from the integer in one step: over `f64` it would round twice.
            Prim::F32 => match self {
                Literal::Int(x) => (x as f32).into(),
                Literal::Bool(_) | Literal::Float(_) | Literal::Complex(..) => {
                    (self.parts().0 as f32).into()
                }
            },
            Prim::F64 => self.parts().0.into(),
            Prim::I8
            | Prim::I16
            | Prim::I32
            | Prim::I64
            | Prim::U8
            | Prim::U16
            | Prim::U32
            | Prim::U64 => {
                Scalar::wrapped(self.as_int().unwrap_or_else(|| self.parts().0 as i128), prim)
            }
        }
    }

    /// Returns the imaginary part as a float of this prim, rounded once.
    pub(crate) fn imaginary(self, prim: Prim) -> Scalar {
        Literal::Float(self.parts().1).to_scalar(prim)
    }
}

/// Returns the value of an attribute.
pub(crate) fn part(part: Part, x: Literal) -> Literal {
    match (x, part) {
        (Literal::Float(_) | Literal::Complex(..), Part::Real) => Literal::Float(x.parts().0),
        (Literal::Float(_) | Literal::Complex(..), Part::Imag) => Literal::Float(x.parts().1),
        (Literal::Bool(x), Part::Real) => Literal::Int(x.into()),
        (Literal::Int(x), Part::Real) => Literal::Int(x),
        (Literal::Bool(_) | Literal::Int(_), Part::Imag) => Literal::Int(0),
    }
}

/// Applies a prefix operator.
pub(crate) fn unary(op: UnaryOp, x: Literal) -> Result<Literal, LiteralError> {
    Ok(match (op, x) {
        (UnaryOp::Not, x) => Literal::Bool(!x.truth()),
        (UnaryOp::Neg, Literal::Float(x)) => Literal::Float(-x),
        (UnaryOp::Pos, Literal::Float(_) | Literal::Complex(..)) => x,
        (UnaryOp::Neg, Literal::Complex(re, im)) => Literal::Complex(-re, -im),
        (UnaryOp::Neg, Literal::Bool(_) | Literal::Int(_)) => {
            int(x.as_int().and_then(i128::checked_neg))?
        }
        (UnaryOp::Pos, Literal::Bool(_) | Literal::Int(_)) => int(x.as_int())?,
        (UnaryOp::Invert, Literal::Int(x)) => Literal::Int(!x),
        // Python's `~True` is -2, deprecated because nobody means it.
        (UnaryOp::Invert, Literal::Bool(_) | Literal::Float(_) | Literal::Complex(..)) => {
            return Err(LiteralError::Operands);
        }
    })
}

/// Applies an infix operator.
pub(crate) fn binary(op: BinaryOp, x: Literal, y: Literal) -> Result<Literal, LiteralError> {
    match op {
        BinaryOp::And => return Ok(Literal::Bool(x.truth() && y.truth())),
        BinaryOp::Or => return Ok(Literal::Bool(x.truth() || y.truth())),
        BinaryOp::BitAnd | BinaryOp::BitXor | BinaryOp::BitOr => {
            if let (Literal::Bool(x), Literal::Bool(y)) = (x, y) {
                let bits = bitwise(op, x.into(), y.into())?;
                return Ok(Literal::Bool(bits != 0));
            }
        }
        BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::FloorDiv
        | BinaryOp::Rem
        | BinaryOp::MatMul
        | BinaryOp::Pow
        | BinaryOp::Shl
        | BinaryOp::Shr => {}
    }
    if let (Some(x), Some(y)) = (x.as_int(), y.as_int()) {
        return int_binary(op, x, y);
    }
    match (x.as_float(), y.as_float()) {
        (Some(x), Some(y)) => float_binary(op, x, y),
        (Some(_) | None, Some(_) | None) => complex::binary(op, x.parts(), y.parts()),
    }
}

/// Compares two values exactly, also an integer with a float; complex numbers by their real parts, then
/// by their imaginary ones, as NumPy does.
///
/// # Panics
///
/// Panics on `in` and `is`, which the checker does not let through.
pub(crate) fn compare(op: CompareOp, x: Literal, y: Literal) -> bool {
    let order = match (x.as_int(), y.as_int()) {
        (Some(x), Some(y)) => Some(x.cmp(&y)),
        (Some(_) | None, Some(_) | None) => match (x, y) {
            (Literal::Complex(..), _) | (_, Literal::Complex(..)) => {
                x.parts().partial_cmp(&y.parts())
            }
            (Literal::Int(x), Literal::Float(y)) => compare_int_float(x, y),
            (Literal::Float(x), Literal::Int(y)) => compare_int_float(y, x).map(Ordering::reverse),
            (Literal::Bool(_) | Literal::Int(_) | Literal::Float(_), _) => {
                x.parts().0.partial_cmp(&y.parts().0)
            }
        },
    };
    match op {
        CompareOp::Lt => order.is_some_and(Ordering::is_lt),
        CompareOp::Le => order.is_some_and(Ordering::is_le),
        CompareOp::Eq => order.is_some_and(Ordering::is_eq),
        CompareOp::Ne => !order.is_some_and(Ordering::is_eq),
        CompareOp::Ge => order.is_some_and(Ordering::is_ge),
        CompareOp::Gt => order.is_some_and(Ordering::is_gt),
        CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => {
            unreachable!("`{}` is refused before its operands are looked at", op.symbol())
        }
    }
}

fn int(x: Option<i128>) -> Result<Literal, LiteralError> {
    x.map(Literal::Int).ok_or(LiteralError::IntOverflow)
}

fn bitwise(op: BinaryOp, x: i128, y: i128) -> Result<i128, LiteralError> {
    match op {
        BinaryOp::BitAnd => Ok(x & y),
        BinaryOp::BitXor => Ok(x ^ y),
        BinaryOp::BitOr => Ok(x | y),
        BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::FloorDiv
        | BinaryOp::Rem
        | BinaryOp::MatMul
        | BinaryOp::Pow
        | BinaryOp::Shl
        | BinaryOp::Shr
        | BinaryOp::And
        | BinaryOp::Or => Err(LiteralError::Operands),
    }
}

fn int_binary(op: BinaryOp, x: i128, y: i128) -> Result<Literal, LiteralError> {
    match op {
        BinaryOp::Add => int(x.checked_add(y)),
        BinaryOp::Sub => int(x.checked_sub(y)),
        BinaryOp::Mul => int(x.checked_mul(y)),
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Rem if y == 0 => {
            Err(LiteralError::ZeroDivision)
        }
        BinaryOp::Div => Ok(Literal::Float(true_quotient(x, y))),
        BinaryOp::FloorDiv => int(x.checked_div(y).map(|q| q - floor_correction(x, y))),
        // The remainder of MIN by -1 is 0; only the quotient overflows.
        BinaryOp::Rem => Ok(Literal::Int(x.wrapping_rem(y) + floor_correction(x, y) * y)),
        BinaryOp::Pow => int_power(x, y),
        BinaryOp::Shl | BinaryOp::Shr if y < 0 => Err(LiteralError::NegativeShift),
        BinaryOp::Shl => int(shift_left(x, y)),
        BinaryOp::Shr => Ok(Literal::Int(x >> y.min(127))),
        BinaryOp::BitAnd | BinaryOp::BitXor | BinaryOp::BitOr => {
            bitwise(op, x, y).map(Literal::Int)
        }
        BinaryOp::MatMul | BinaryOp::And | BinaryOp::Or => Err(LiteralError::Operands),
    }
}

/// Returns by how much the quotient cut towards zero exceeds the floor: 0 or 1.
fn floor_correction(x: i128, y: i128) -> i128 {
    i128::from(x.wrapping_rem(y) != 0 && (x < 0) != (y < 0))
}

fn int_power(x: i128, y: i128) -> Result<Literal, LiteralError> {
    if y < 0 {
        return float_power(x as f64, y as f64);
    }
    match x {
        0 | 1 => Ok(Literal::Int(if y == 0 { 1 } else { x })),
        -1 => Ok(Literal::Int(if y % 2 == 0 { 1 } else { -1 })),
        _ => int(u32::try_from(y).ok().and_then(|y| x.checked_pow(y))),
    }
}

fn shift_left(x: i128, y: i128) -> Option<i128> {
    if x == 0 {
        return Some(0);
    }
    let y = u32::try_from(y).ok().filter(|&y| y < i128::BITS)?;
    let shifted = x << y;
    (shifted >> y == x).then_some(shifted)
}

/// Returns the quotient of two integers rounded once, as Python does; dividing two rounded floats
/// would round three times.
fn true_quotient(x: i128, y: i128) -> f64 {
    let (mut rest, divisor) = (x.unsigned_abs(), y.unsigned_abs());
    // 55 bits or more, then a sticky one: enough for the conversion to round as the exact value does.
    let mut quotient = rest / divisor;
    rest %= divisor;
    let mut scale = 1.0;
    while quotient < 1 << 54 && rest != 0 {
        rest <<= 1; // `rest < divisor <= 2**127`, so no bit is lost
        quotient = quotient << 1 | u128::from(rest >= divisor);
        rest %= divisor;
        scale *= 0.5;
    }
    let rounded = (quotient | u128::from(rest != 0)) as f64 * scale;
    if (x < 0) != (y < 0) { -rounded } else { rounded }
}

fn float_binary(op: BinaryOp, x: f64, y: f64) -> Result<Literal, LiteralError> {
    Ok(Literal::Float(match op {
        BinaryOp::Add => x + y,
        BinaryOp::Sub => x - y,
        BinaryOp::Mul => x * y,
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Rem if y == 0.0 => {
            return Err(LiteralError::ZeroDivision);
        }
        BinaryOp::Div => x / y,
        BinaryOp::FloorDiv => float_div_rem(x, y).0,
        BinaryOp::Rem => float_div_rem(x, y).1,
        BinaryOp::Pow => return float_power(x, y),
        BinaryOp::Shl
        | BinaryOp::Shr
        | BinaryOp::BitAnd
        | BinaryOp::BitXor
        | BinaryOp::BitOr
        | BinaryOp::MatMul
        | BinaryOp::And
        | BinaryOp::Or => return Err(LiteralError::Operands),
    }))
}

/// Returns floor of the quotient and remainder with the sign of `y`, built on the exact `fmod`.
fn float_div_rem(x: f64, y: f64) -> (f64, f64) {
    let mut rem = x % y;
    let mut quotient = (x - rem) / y;
    if rem == 0.0 {
        rem = rem.copysign(y);
    } else if (y < 0.0) != (rem < 0.0) {
        rem += y;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0_f64.copysign(x / y), rem);
    }
    // The quotient is whole up to the rounding of the division; floor alone may be one too low.
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, rem)
}

fn float_power(x: f64, y: f64) -> Result<Literal, LiteralError> {
    if x == 0.0 && y < 0.0 {
        return Err(LiteralError::ZeroToNegative);
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y.fract() != 0.0 {
        return complex::power((x, 0.0), (y, 0.0));
    }
    let power = x.powf(y);
    if power.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(LiteralError::FloatOverflow);
    }
    Ok(Literal::Float(power))
}

fn compare_int_float(x: i128, y: f64) -> Option<Ordering> {
    // 2**127, the first float above every i128; every float below it cuts to an i128 exactly.
    const BOUND: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;
    if y.is_nan() {
        None
    } else if y >= BOUND {
        Some(Ordering::Less)
    } else if y < -BOUND {
        Some(Ordering::Greater)
    } else {
        // Equal whole parts leave the decision to the fraction, which has the sign of `y`.
        Some(x.cmp(&(y.trunc() as i128)).then_with(|| 0.0_f64.total_cmp(&(y.fract() + 0.0))))
    }
}
