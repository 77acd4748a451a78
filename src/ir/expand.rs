//! Operators and functions as instructions.
//!
//! Elementary functions are instructions of their own; the others are spelled out here with
//! arithmetic, comparisons and selections, so that no later layer knows them.

use super::{Binary, GraphBuilder, Unary, Value};
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

/// Returns the instruction of a function of two arguments.
pub(super) fn of_two(func: Func) -> Binary {
    match func {
        Func::Arctan2 | Func::Hypot | Func::Nextafter => Binary::Call(func),
        Func::Fmod => Binary::Fmod,
        Func::Copysign => Binary::Copysign,
        Func::Maximum => Binary::Max,
        Func::Minimum => Binary::Min,
        Func::Sqrt
        | Func::Exp
        | Func::Expm1
        | Func::Log
        | Func::Log2
        | Func::Log10
        | Func::Log1p
        | Func::Sin
        | Func::Cos
        | Func::Tan
        | Func::Arcsin
        | Func::Arccos
        | Func::Arctan
        | Func::Sinh
        | Func::Cosh
        | Func::Tanh
        | Func::Arcsinh
        | Func::Arccosh
        | Func::Arctanh
        | Func::Abs
        | Func::Sign
        | Func::Floor
        | Func::Ceil
        | Func::Trunc
        | Func::Round
        | Func::Isnan
        | Func::Isinf
        | Func::Isfinite
        | Func::Signbit
        | Func::Where
        | Func::Copy
        | Func::OnesLike
        | Func::Real
        | Func::Imag
        | Func::Conj => unreachable!("{func} does not take two arguments"),
    }
}

/// Pushes a function of one argument and returns its value.
pub(super) fn of_one(b: &mut GraphBuilder, func: Func, x: Value) -> Value {
    let prim = b.prim(x);
    let float = prim.is_float();
    match func {
        Func::Exp
        | Func::Expm1
        | Func::Log
        | Func::Log2
        | Func::Log10
        | Func::Log1p
        | Func::Sin
        | Func::Cos
        | Func::Tan
        | Func::Arcsin
        | Func::Arccos
        | Func::Arctan
        | Func::Sinh
        | Func::Cosh
        | Func::Tanh
        | Func::Arcsinh
        | Func::Arccosh
        | Func::Arctanh => b.unary(Unary::Call(func), x),
        Func::Sqrt => b.unary(Unary::Sqrt, x),
        Func::Abs if prim == Prim::Bool => x,
        Func::Abs => b.unary(Unary::Abs, x),
        Func::Floor if float => b.unary(Unary::Floor, x),
        Func::Ceil if float => b.unary(Unary::Ceil, x),
        Func::Trunc if float => b.unary(Unary::Trunc, x),
        Func::Round if float => b.unary(Unary::Rint, x),
        // Integers and truth values are whole, and real.
        Func::Floor | Func::Ceil | Func::Trunc | Func::Round => x,
        Func::Copy | Func::Real | Func::Conj => x,
        Func::Imag => b.constant(number(0, prim)),
        Func::OnesLike => b.constant(number(1, prim)),
        Func::Sign => sign(b, x),
        Func::Isnan if float => b.binary(Binary::Ne, x, x),
        Func::Isinf if float => {
            let (size, infinity) = (b.unary(Unary::Abs, x), b.constant(infinity(prim)));
            b.binary(Binary::Eq, size, infinity)
        }
        Func::Isfinite if float => {
            let (size, infinity) = (b.unary(Unary::Abs, x), b.constant(infinity(prim)));
            b.binary(Binary::Lt, size, infinity)
        }
        Func::Isnan | Func::Isinf => b.constant(false),
        Func::Isfinite => b.constant(true),
        Func::Signbit if prim == Prim::Bool => b.constant(false),
        Func::Signbit => {
            let zero = b.constant(number(0, prim));
            let signed = if float {
                // Unlike `x < 0` this sees the sign of -0.0 and of NaN.
                let one = b.constant(number(1, prim));
                b.binary(Binary::Copysign, one, x)
            } else {
                x
            };
            b.binary(Binary::Lt, signed, zero)
        }
        Func::Arctan2
        | Func::Hypot
        | Func::Nextafter
        | Func::Fmod
        | Func::Copysign
        | Func::Maximum
        | Func::Minimum
        | Func::Where => unreachable!("{func} takes more than one argument"),
    }
}

/// -1, 0 or 1; 0.0 for -0.0 and NaN for NaN, as NumPy has it.
fn sign(b: &mut GraphBuilder, x: Value) -> Value {
    let prim = b.prim(x);
    let (zero, one) = (b.constant(number(0, prim)), b.constant(number(1, prim)));
    let minus_one = b.constant(number(-1, prim));
    let (negative, positive) = (b.binary(Binary::Lt, x, zero), b.binary(Binary::Lt, zero, x));
    let neither = if prim.is_float() {
        let is_nan = b.binary(Binary::Ne, x, x);
        b.select(is_nan, x, zero)
    } else {
        zero
    };
    let not_negative = b.select(positive, one, neither);
    b.select(negative, minus_one, not_negative)
}

/// Returns a small integer as this prim.
pub(super) fn number(value: i8, prim: Prim) -> Scalar {
    match prim {
        Prim::Bool => (value != 0).into(),
        Prim::I32 => i32::from(value).into(),
        Prim::I64 => i64::from(value).into(),
        Prim::F32 => f32::from(value).into(),
        Prim::F64 => f64::from(value).into(),
    }
}

fn infinity(prim: Prim) -> Scalar {
    if prim == Prim::F32 { f32::INFINITY.into() } else { f64::INFINITY.into() }
}
