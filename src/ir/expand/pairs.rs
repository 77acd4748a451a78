//! Operators and functions of complex numbers.

use super::super::complex::{self, Pair};
use super::super::{GraphBuilder, Value};
use super::{Number, float};
use crate::ops::{BinaryOp, Func};

/// Pushes an infix operator.
pub(super) fn infix(b: &mut GraphBuilder, op: BinaryOp, x: Pair, y: Pair) -> Pair {
    match op {
        BinaryOp::Add => complex::add(b, x, y),
        BinaryOp::Sub => complex::sub(b, x, y),
        BinaryOp::Mul => complex::mul(b, x, y),
        BinaryOp::Div => complex::div(b, x, y),
        BinaryOp::Pow => complex::pow(b, x, y),
        BinaryOp::FloorDiv
        | BinaryOp::Rem
        | BinaryOp::MatMul
        | BinaryOp::Shl
        | BinaryOp::Shr
        | BinaryOp::BitAnd
        | BinaryOp::BitXor
        | BinaryOp::BitOr
        | BinaryOp::And
        | BinaryOp::Or => unreachable!("`{}` does not take complex numbers", op.symbol()),
    }
}

/// Pushes a function of one argument.
pub(super) fn of_one(b: &mut GraphBuilder, func: Func, z: Pair) -> Number {
    let complex: fn(&mut GraphBuilder, Pair) -> Pair = match func {
        Func::Sqrt => complex::sqrt,
        Func::Square => complex::square,
        Func::Reciprocal => complex::reciprocal,
        Func::Exp => complex::exp,
        Func::Exp2 => complex::exp2,
        Func::Expm1 => complex::expm1,
        Func::Log => complex::log,
        Func::Log2 => complex::log2,
        Func::Log10 => complex::log10,
        Func::Log1p => complex::log1p,
        Func::Sin => complex::sin,
        Func::Cos => complex::cos,
        Func::Tan => complex::tan,
        Func::Arcsin => complex::arcsin,
        Func::Arccos => complex::arccos,
        Func::Arctan => complex::arctan,
        Func::Sinh => complex::sinh,
        Func::Cosh => complex::cosh,
        Func::Tanh => complex::tanh,
        Func::Arcsinh => complex::arcsinh,
        Func::Arccosh => complex::arccosh,
        Func::Arctanh => complex::arctanh,
        Func::Sign => complex::sign,
        Func::Rint => complex::rint,
        Func::Conj => complex::conj,
        Func::Sinc => sinc,
        Func::Copy => |_, z| z,
        Func::OnesLike => |b, z| constant(b, 1.0, z),
        Func::ZerosLike => |b, z| constant(b, 0.0, z),
        _ => return Number::Real(part(b, func, z)), // tidy: these give one value
    };
    Number::Complex(complex(b, z))
}

/// Pushes a function of one argument that gives a real number or an answer.
fn part(b: &mut GraphBuilder, func: Func, z: Pair) -> Value {
    match func {
        Func::Abs => complex::abs(b, z),
        Func::Angle => complex::angle(b, z),
        Func::Real => z.re,
        Func::Imag => z.im,
        Func::Isnan => complex::is_nan(b, z),
        Func::Isinf => complex::is_infinite(b, z),
        Func::Isfinite => complex::is_finite(b, z),
        _ => unreachable!("{func} does not take a complex number"), // tidy: the checker refuses them
    }
}

/// Pushes a function of two arguments.
pub(super) fn of_two(b: &mut GraphBuilder, func: Func, x: Pair, y: Pair) -> Pair {
    match func {
        Func::Maximum => complex::maximum(b, x, y),
        Func::Minimum => complex::minimum(b, x, y),
        Func::Fmax => complex::fmax(b, x, y),
        Func::Fmin => complex::fmin(b, x, y),
        Func::FloatPower => complex::pow(b, x, y),
        _ => unreachable!("{func} does not take complex numbers"), // tidy: the checker refuses them
    }
}

fn constant(b: &mut GraphBuilder, re: f64, like: Pair) -> Pair {
    let prim = b.prim(like.re);
    Pair { re: float(b, re, prim), im: float(b, 0.0, prim) }
}

fn sinc(b: &mut GraphBuilder, z: Pair) -> Pair {
    let pi = constant(b, std::f64::consts::PI, z);
    let y = complex::mul(b, pi, z);
    let sine = complex::sin(b, y);
    let quotient = complex::div(b, sine, y);
    let holds = complex::is_true(b, y);
    let one = constant(b, 1.0, z);
    complex::select(b, holds, quotient, one)
}
