//! `**` with a node on its left.
//!
//! numexpr turns small constant exponents into products and roots, and the kind of the result is that of
//! those. The kinds are kept here; the powers themselves are left to the layers below, which know how to
//! compute them. So `i**2.5` is the power of a `d`, where numexpr takes the product of wrapped integers.

use super::super::literal::Literal;
use super::super::{Meaning, Type};
use super::error::Raised;
use super::kind::Kind;
use super::python;
use super::value::{Node, Operand};
use super::walk::{Part, Phase, Stop, Walk};
use crate::diag::Span;
use crate::ops::BinaryOp;
use crate::syntax::ast::ExprId;

/// Exponents up to this one, whole or half, are products and roots to numexpr.
const LARGEST_PRODUCT: f64 = 50.0;

impl Walk<'_> {
    pub(super) fn power(
        &mut self,
        id: ExprId,
        span: Span,
        base: Operand,
        exponent: Operand,
    ) -> Result<Part, Stop> {
        let Some(value) = exponent.value.known().filter(|_| exponent.is_constant()) else {
            return Ok(self.infix(id, span, BinaryOp::Pow, &[base, exponent])?);
        };
        if base.kind.is_int() && exponent.kind.is_int() && python::real(value) < 0.0 {
            return Err(Raised::value_error(
                span,
                "Integers to negative integer powers are not allowed.",
            )
            .help("write the exponent as a float: the result is one")
            .into());
        }
        match small(value) {
            Some(n) => self.small_power(id, span, base, exponent, n),
            None => Ok(self.infix(id, span, BinaryOp::Pow, &[base, exponent])?),
        }
    }

    /// A power with a small whole or half exponent.
    fn small_power(
        &mut self,
        id: ExprId,
        span: Span,
        base: Operand,
        exponent: Operand,
        n: f64,
    ) -> Result<Part, Stop> {
        let kind = base.kind;
        let is_half = n.fract() != 0.0;
        let letter = kind.letter();
        let missing = |name, operands: &str| Raised::no_opcode(span, name, letter, operands);
        let late = |kind, raised| {
            let node = Node::op(kind, id);
            Part::node(node, Meaning::Nothing, &[base.at]).late(Phase::Operations, raised)
        };
        let one = letter.to_string();
        let result = match kind {
            Kind::Bytes if n < 0.0 => return Err(Raised::mixed_strings(span).into()),
            Kind::Bytes if n == 0.5 => return Ok(late(kind, missing("sqrt", &one))),
            Kind::Bytes if n > 1.0 => return Ok(late(kind, missing("mul", &one.repeat(2)))),
            Kind::Bool if is_half => return Ok(late(kind, missing("sqrt", &one))),
            Kind::Bool | Kind::Bytes if n == 0.0 => {
                return Ok(late(kind, missing("ones_like", &one)));
            }
            Kind::Bool | Kind::Int | Kind::Long | Kind::Unsigned if n < 0.0 || is_half => {
                Kind::Double
            }
            // `b & b & b`
            Kind::Bool | Kind::Bytes => return Ok(self.same_as(base.at)),
            Kind::Int | Kind::Long | Kind::Unsigned if n == 1.0 => {
                return Ok(self.same_as(base.at));
            }
            Kind::Float | Kind::Double | Kind::Complex if n == 1.0 => {
                return Ok(self.same_as(base.at));
            }
            Kind::Int
            | Kind::Long
            | Kind::Unsigned
            | Kind::Float
            | Kind::Double
            | Kind::Complex => kind,
        };
        let value = if result.is_int() { Literal::Int(n as i128) } else { Literal::Float(n) };
        // The exponent is the number that it is for this kind: `i**2.0` multiplies integers.
        if let Ok(part) = &mut self.parts[exponent.at.0 as usize] {
            part.ty = Some(Type::Weak(value));
            part.meaning = Meaning::Nothing;
        }
        let meaning = Meaning::Operator(result.dtype());
        Ok(Part::node(Node::op(result, id), meaning, &[base.at, exponent.at]))
    }
}

/// Returns the exponent as a float, if numexpr makes products and roots of it.
fn small(exponent: Literal) -> Option<f64> {
    let n = match exponent {
        Literal::Bool(_) | Literal::Int(_) | Literal::Float(_) => python::real(exponent),
        Literal::Complex(..) => return None,
    };
    ((2.0 * n).fract() == 0.0 && n.abs() <= LARGEST_PRODUCT).then_some(n)
}
