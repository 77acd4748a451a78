//! Operators and functions as instructions.
//!
//! Elementary functions are instructions of their own; the others are spelled out here with
//! arithmetic, comparisons and selections, so that no later layer knows them. Where NumPy's result is
//! defined by such a formula, it is the same one, so that the bits are.

mod functions;
mod pairs;
mod reals;
pub(crate) mod times;

pub(super) use functions::function;

use super::complex::{self, Pair};
use super::{Binary, GraphBuilder, Unary, Value};
use crate::dtype::{DType, Prim, Scalar};
use crate::ops::{BinaryOp, CompareOp, UnaryOp};

/// The value of a number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Real(Value),
    Complex(Pair),
}

impl Number {
    /// Returns the value of a number that is known to be real.
    pub(super) fn real(self) -> Value {
        match self {
            Number::Real(x) => x,
            Number::Complex(_) => unreachable!("the checker asked for a real dtype"),
        }
    }

    /// Returns the number with each of its values replaced by `f` of it.
    pub(super) fn map(self, mut f: impl FnMut(Value) -> Value) -> Number {
        match self {
            Number::Real(x) => Number::Real(f(x)),
            Number::Complex(Pair { re, im }) => {
                let re = f(re);
                Number::Complex(Pair { re, im: f(im) })
            }
        }
    }

    /// Converts to a dtype. A complex number becomes a truth value by being compared with zero, and another
    /// real number by its real part.
    pub(super) fn to(self, b: &mut GraphBuilder, dtype: DType) -> Number {
        let prim = dtype.prim().expect("strings are no numbers");
        match (self, dtype.is_complex()) {
            (Number::Real(x), false) => Number::Real(b.cast(x, prim)),
            (Number::Real(x), true) => {
                let re = b.cast(x, prim);
                Number::Complex(complex::from_real(b, re))
            }
            (Number::Complex(z), true) => Number::Complex(complex::cast(b, z, prim)),
            (Number::Complex(z), false) if prim == Prim::Bool => {
                Number::Real(complex::is_true(b, z))
            }
            (Number::Complex(z), false) => Number::Real(b.cast(z.re, prim)),
        }
    }

    /// Returns whether the number is not zero; NaN is not.
    pub(super) fn truth(self, b: &mut GraphBuilder) -> Value {
        match self {
            Number::Complex(z) => complex::is_true(b, z),
            Number::Real(x) => match b.prim(x) {
                Prim::Bool => x,
                prim => {
                    let zero = b.constant(Scalar::small(0, prim));
                    b.binary(Binary::Ne, x, zero)
                }
            },
        }
    }
}

/// Pushes a selection of numbers of the same dtype.
pub(super) fn select(b: &mut GraphBuilder, condition: Value, x: Number, y: Number) -> Number {
    match (x, y) {
        (Number::Real(x), Number::Real(y)) => Number::Real(b.select(condition, x, y)),
        (Number::Complex(x), Number::Complex(y)) => {
            Number::Complex(complex::select(b, condition, x, y))
        }
        (Number::Real(_) | Number::Complex(_), _) => unreachable!("both have the same dtype"),
    }
}

/// Pushes a prefix operator.
pub(super) fn prefix(b: &mut GraphBuilder, op: UnaryOp, x: Number) -> Number {
    match (op, x) {
        (UnaryOp::Neg, Number::Complex(z)) => Number::Complex(complex::neg(b, z)),
        (UnaryOp::Neg, Number::Real(x)) => Number::Real(b.unary(Unary::Neg, x)),
        (UnaryOp::Pos, x) => x,
        (UnaryOp::Invert, x) => x.map(|x| b.unary(Unary::Not, x)),
        (UnaryOp::Not, x) => {
            let truth = x.truth(b);
            Number::Real(b.unary(Unary::Not, truth))
        }
    }
}

/// Pushes an infix operator on numbers of the same dtype.
pub(super) fn infix(b: &mut GraphBuilder, op: BinaryOp, x: Number, y: Number) -> Number {
    if let BinaryOp::And | BinaryOp::Or = op {
        let (x, y) = (x.truth(b), y.truth(b));
        let op = if op == BinaryOp::And { Binary::And } else { Binary::Or };
        return Number::Real(b.binary(op, x, y));
    }
    match (x, y) {
        (Number::Complex(x), Number::Complex(y)) => Number::Complex(pairs::infix(b, op, x, y)),
        (Number::Real(x), Number::Real(y)) => {
            let op = reals::infix(op, b.prim(x));
            Number::Real(b.binary(op, x, y))
        }
        (Number::Real(_) | Number::Complex(_), _) => unreachable!("both have the same dtype"),
    }
}

/// Pushes a comparison of numbers, moments or durations of this dtype.
pub(super) fn compare(
    b: &mut GraphBuilder,
    op: CompareOp,
    dtype: DType,
    x: Number,
    y: Number,
) -> Value {
    let (order, x, y) = match op {
        CompareOp::Eq => (times::Order::Eq, x, y),
        CompareOp::Ne => (times::Order::Ne, x, y),
        CompareOp::Lt => (times::Order::Lt, x, y),
        CompareOp::Le => (times::Order::Le, x, y),
        CompareOp::Gt => (times::Order::Lt, y, x),
        CompareOp::Ge => (times::Order::Le, y, x),
        CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => {
            unreachable!("`{}` is no order", op.symbol())
        }
    };
    match (x, y) {
        (Number::Real(x), Number::Real(y)) if dtype.is_time() => times::compare(b, order, x, y),
        (Number::Real(x), Number::Real(y)) => match order {
            times::Order::Eq => b.binary(Binary::Eq, x, y),
            times::Order::Ne => b.binary(Binary::Ne, x, y),
            times::Order::Lt => b.binary(Binary::Lt, x, y),
            times::Order::Le => b.binary(Binary::Le, x, y),
        },
        (Number::Complex(x), Number::Complex(y)) => match order {
            times::Order::Eq => complex::eq(b, x, y),
            times::Order::Ne => complex::ne(b, x, y),
            times::Order::Lt => complex::lt(b, x, y),
            times::Order::Le => complex::le(b, x, y),
        },
        (Number::Real(_) | Number::Complex(_), _) => unreachable!("both have the same dtype"),
    }
}

/// Pushes a comparison of an unsigned 64-bit integer with a signed integer, in either order.
pub(super) fn compare_signs(b: &mut GraphBuilder, op: CompareOp, x: Value, y: Value) -> Value {
    let unsigned_first = b.prim(x) == Prim::U64;
    let (signed, op) = match (unsigned_first, op) {
        (_, CompareOp::Ne) => {
            let equal = compare_signs(b, CompareOp::Eq, x, y);
            return b.unary(Unary::Not, equal);
        }
        (true, op) => (y, op),
        (false, op) => (x, op),
    };
    let zero = b.constant(Scalar::small(0, b.prim(signed)));
    let negative = b.binary(Binary::Lt, signed, zero);
    let wide = b.cast(signed, Prim::U64);
    let (p, q) = if unsigned_first { (x, wide) } else { (wide, y) };
    let holds = compare(b, op, DType::U64, Number::Real(p), Number::Real(q));
    // What a negative number answers beside any unsigned one.
    let below = match op {
        CompareOp::Lt | CompareOp::Le => !unsigned_first,
        CompareOp::Gt | CompareOp::Ge => unsigned_first,
        _ => false, // tidy: equality
    };
    let below = b.constant(below);
    b.select(negative, below, holds)
}

/// Returns a float as this prim, rounded to nearest.
pub(super) fn float(b: &mut GraphBuilder, x: f64, prim: Prim) -> Value {
    if prim == Prim::F32 { b.constant(x as f32) } else { b.constant(x) }
}
