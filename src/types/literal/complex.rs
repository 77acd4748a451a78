//! Arithmetic of complex literals, Python's.

use super::{Literal, LiteralError};
use crate::ops::BinaryOp;

/// Real and imaginary part.
type Parts = (f64, f64);

/// Applies an infix operator other than `and` and `or`.
pub(super) fn binary(op: BinaryOp, x: Parts, y: Parts) -> Result<Literal, LiteralError> {
    let ((a, b), (c, d)) = (x, y);
    Ok(match op {
        BinaryOp::Add => Literal::Complex(a + c, b + d),
        BinaryOp::Sub => Literal::Complex(a - c, b - d),
        BinaryOp::Mul => of(product(x, y)),
        BinaryOp::Div if y == (0.0, 0.0) => return Err(LiteralError::ZeroDivision),
        BinaryOp::Div => of(quotient(x, y)),
        BinaryOp::Pow => return power(x, y),
        BinaryOp::FloorDiv
        | BinaryOp::Rem
        | BinaryOp::MatMul
        | BinaryOp::Shl
        | BinaryOp::Shr
        | BinaryOp::BitAnd
        | BinaryOp::BitXor
        | BinaryOp::BitOr
        | BinaryOp::And
        | BinaryOp::Or => return Err(LiteralError::Operands),
    })
}

/// Raises to a power: small whole ones by multiplication, others over the polar form.
pub(super) fn power(x: Parts, y: Parts) -> Result<Literal, LiteralError> {
    let ((a, b), (c, d)) = (x, y);
    if y == (0.0, 0.0) {
        return Ok(Literal::Complex(1.0, 0.0));
    }
    if x == (0.0, 0.0) {
        let defined = c >= 0.0 && d == 0.0;
        return if defined { Ok(of(x)) } else { Err(LiteralError::ZeroToNegative) };
    }
    let power = if d == 0.0 && c.fract() == 0.0 && c.abs() <= 100.0 {
        let positive = whole_power(x, c.abs() as u32);
        if c < 0.0 { quotient((1.0, 0.0), positive) } else { positive }
    } else {
        let (size, angle) = (a.hypot(b), b.atan2(a));
        let turned = (size.powf(c), angle * c);
        let (size, angle) = if d == 0.0 {
            turned
        } else {
            (turned.0 * (-angle * d).exp(), turned.1 + d * size.ln())
        };
        (size * angle.cos(), size * angle.sin())
    };
    if power.0.is_infinite() || power.1.is_infinite() {
        return Err(LiteralError::FloatOverflow);
    }
    Ok(of(power))
}

fn of((re, im): Parts) -> Literal {
    Literal::Complex(re, im)
}

fn product((a, b): Parts, (c, d): Parts) -> Parts {
    (a * c - b * d, a * d + b * c)
}

/// Divides by Smith's method (Communications of the ACM 5, 1962), which does not overflow on the way.
fn quotient((a, b): Parts, (c, d): Parts) -> Parts {
    if c.abs() >= d.abs() {
        let ratio = d / c;
        let divisor = c + d * ratio;
        ((a + b * ratio) / divisor, (b - a * ratio) / divisor)
    } else {
        let ratio = c / d;
        let divisor = c * ratio + d;
        ((a * ratio + b) / divisor, (b * ratio - a) / divisor)
    }
}

fn whole_power(x: Parts, n: u32) -> Parts {
    let (mut result, mut square, mut n) = ((1.0, 0.0), x, n);
    while n > 0 {
        if n % 2 == 1 {
            result = product(result, square);
        }
        square = product(square, square);
        n /= 2;
    }
    result
}
