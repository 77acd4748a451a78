//! What Python does with numbers and strings in the text before numexpr sees them.
//!
//! The arithmetic itself is that of [`literal`](super::super::literal); this file adds Python's
//! exceptions, and the comparison of complex numbers.

use super::super::literal::{self, Literal, LiteralError};
use super::error::Raised;
use crate::diag::{Exception, Span};
use crate::ops::{BinaryOp, CompareOp, UnaryOp};

/// Returns Python's name of the type of a number.
pub(super) fn class(value: Literal) -> &'static str {
    match value {
        Literal::Bool(_) => "bool",
        Literal::Int(_) => "int",
        Literal::Float(_) => "float",
        Literal::Complex(..) => "complex",
    }
}

/// Applies a prefix operator other than `not` to a number.
pub(super) fn unary(op: UnaryOp, x: Literal, span: Span) -> Result<Literal, Raised> {
    // Python warns that nobody means `~True`, and computes it.
    if let (UnaryOp::Invert, Literal::Bool(x)) = (op, x) {
        return Ok(Literal::Int(!i128::from(x)));
    }
    literal::unary(op, x).map_err(|error| match error {
        LiteralError::IntOverflow => too_large(span),
        LiteralError::Operands
        | LiteralError::FloatOverflow
        | LiteralError::ZeroDivision
        | LiteralError::ZeroToNegative
        | LiteralError::NegativeShift
        | LiteralError::FloatPower
        | LiteralError::ComplexPower => bad_operand(op, class(x), span),
    })
}

/// The exception of a prefix operator that does not take its operand.
pub(super) fn bad_operand(op: UnaryOp, class: &str, span: Span) -> Raised {
    Raised::type_error(span, format!("bad operand type for unary {}: '{class}'", op.symbol()))
}

/// Applies an infix operator other than `and` and `or` to numbers.
pub(super) fn binary(op: BinaryOp, x: Literal, y: Literal, span: Span) -> Result<Literal, Raised> {
    literal::binary(op, x, y).map_err(|error| match error {
        LiteralError::Operands => bad_operands(op, class(x), class(y), span),
        LiteralError::IntOverflow => too_large(span),
        LiteralError::FloatOverflow => {
            Raised::new(Exception::OverflowError, span, "(34, 'Numerical result out of range')")
        }
        LiteralError::ZeroDivision => {
            Raised::new(Exception::ZeroDivisionError, span, zero_division(op, x, y))
        }
        LiteralError::ZeroToNegative => Raised::new(
            Exception::ZeroDivisionError,
            span,
            "0.0 cannot be raised to a negative power",
        ),
        LiteralError::NegativeShift => Raised::value_error(span, "negative shift count"),
        LiteralError::FloatPower | LiteralError::ComplexPower => {
            unreachable!("only numbers that are given have a kind before a value")
        }
    })
}

/// The exception of an infix operator that does not take its operands.
pub(super) fn bad_operands(op: BinaryOp, lhs: &str, rhs: &str, span: Span) -> Raised {
    let symbol = if op == BinaryOp::Pow { "** or pow()" } else { op.symbol() };
    let message = format!("unsupported operand type(s) for {symbol}: '{lhs}' and '{rhs}'");
    Raised::type_error(span, message)
}

/// An integer that nothing here holds.
pub(super) fn too_large(span: Span) -> Raised {
    Raised::new(Exception::OverflowError, span, "Python int too large to convert to C long")
        .label("needs more than 64 bits")
}

fn zero_division(op: BinaryOp, x: Literal, y: Literal) -> &'static str {
    if matches!(x, Literal::Complex(..)) || matches!(y, Literal::Complex(..)) {
        return "complex division by zero";
    }
    match (x.as_int().is_some() && y.as_int().is_some(), op) {
        (true, BinaryOp::FloorDiv) => "integer division or modulo by zero",
        (true, BinaryOp::Rem) => "integer modulo by zero",
        (true, _) => "division by zero", // tidy: only `/` is left
        (false, BinaryOp::FloorDiv) => "float floor division by zero",
        (false, BinaryOp::Rem) => "float modulo",
        (false, _) => "float division by zero", // tidy: only `/` is left
    }
}

/// Compares two numbers by their values; complex numbers have no order.
pub(super) fn compare(op: CompareOp, x: Literal, y: Literal, span: Span) -> Result<bool, Raised> {
    let is_complex = matches!(x, Literal::Complex(..)) || matches!(y, Literal::Complex(..));
    if !is_complex {
        return Ok(literal::compare(op, x, y));
    }
    match op {
        CompareOp::Eq => Ok(x.parts() == y.parts()),
        CompareOp::Ne => Ok(x.parts() != y.parts()),
        CompareOp::Lt
        | CompareOp::Le
        | CompareOp::Ge
        | CompareOp::Gt
        | CompareOp::In
        | CompareOp::NotIn
        | CompareOp::Is
        | CompareOp::IsNot => Err(unordered(op, class(x), class(y), span)),
    }
}

/// The exception of a comparison that does not take its operands.
pub(super) fn unordered(op: CompareOp, lhs: &str, rhs: &str, span: Span) -> Raised {
    let symbol = op.symbol();
    let message = format!("'{symbol}' not supported between instances of '{lhs}' and '{rhs}'");
    Raised::type_error(span, message)
}

/// Returns whether two numbers of the text are the same object to Python: of one type and equal.
pub(super) fn same(x: Literal, y: Literal) -> bool {
    let equal = match (x.as_int(), y.as_int()) {
        (Some(x), Some(y)) => x == y,
        (Some(_) | None, Some(_) | None) => x.parts() == y.parts(),
    };
    equal && class(x) == class(y)
}

/// Returns a number as a complex one.
pub(super) fn complex(x: Literal) -> Literal {
    let (re, im) = x.parts();
    Literal::Complex(re, im)
}

/// Returns the real part of a number.
pub(super) fn real(x: Literal) -> f64 {
    x.parts().0
}

/// Returns `.real` or `.imag` of a number, as the type that Python gives it.
pub(super) fn part(x: Literal, imaginary: bool) -> Literal {
    match (x, imaginary) {
        (Literal::Bool(x), false) => Literal::Int(x.into()),
        (Literal::Int(_) | Literal::Float(_), false) => x,
        (Literal::Bool(_) | Literal::Int(_), true) => Literal::Int(0),
        (Literal::Float(_), true) => Literal::Float(0.0),
        (Literal::Complex(re, im), imaginary) => Literal::Float(if imaginary { im } else { re }),
    }
}
