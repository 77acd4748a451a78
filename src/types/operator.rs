//! The rules of the operators, comparisons and conditional expressions.

use super::error::{Because, TypeError};
use super::literal::{self, Kind, Literal};
use super::promote::{Beyond, Operand, Typed, beyond, common, common_fitting, fit};
use super::{Link, Meaning, Type};
use crate::diag::Span;
use crate::dtype::DType;
use crate::ops::{BinaryOp, CompareOp, UnaryOp};

/// Types a prefix operator.
pub(super) fn unary(op: UnaryOp, span: Span, x: Operand) -> Result<Typed, TypeError> {
    let dtype = match x.ty {
        Type::Weak(value) => {
            return literal::unary(op, value).map(Typed::weak).map_err(|why| match why {
                literal::LiteralError::Operands => TypeError::Unary { op, operand: x.shown() },
                why => TypeError::Literal { op: op.symbol(), op_span: span, why },
            });
        }
        Type::Strong(dtype) => dtype,
    };
    let allowed = match op {
        UnaryOp::Not => return Ok(Typed::strong(DType::Bool, Meaning::Logical)),
        UnaryOp::Neg | UnaryOp::Pos => dtype != DType::Bool,
        UnaryOp::Invert => !dtype.is_float(),
    };
    if allowed {
        Ok(Typed::operator(dtype))
    } else {
        Err(TypeError::Unary { op, operand: x.shown() })
    }
}

/// Types an infix operator.
pub(super) fn binary(
    op: BinaryOp,
    op_span: Span,
    lhs: Operand,
    rhs: Operand,
) -> Result<Typed, TypeError> {
    let clash = |because| TypeError::Binary {
        op,
        op_span,
        lhs: lhs.shown(),
        rhs: rhs.shown(),
        because,
        rewrite: None,
    };
    if let (Type::Weak(x), Type::Weak(y)) = (lhs.ty, rhs.ty) {
        return literal::binary(op, x, y).map(Typed::weak).map_err(|why| match why {
            literal::LiteralError::Operands => clash(Because::of_literals(op)),
            why => TypeError::Literal { op: op.symbol(), op_span, why },
        });
    }
    let operands = [lhs, rhs];
    let all_bool = common(&operands) == DType::Bool;
    match op {
        BinaryOp::And | BinaryOp::Or => Ok(Typed::strong(DType::Bool, Meaning::Logical)),
        BinaryOp::Add | BinaryOp::Mul => common_fitting(&operands).map(Typed::operator),
        BinaryOp::Sub if all_bool => Err(clash(Because::BoolSubtract)),
        BinaryOp::Sub => common_fitting(&operands).map(Typed::operator),
        // Integers become floats before the division, so an integer literal need not fit them.
        BinaryOp::Div => Ok(Typed::operator(as_float(common(&operands)))),
        BinaryOp::FloorDiv | BinaryOp::Rem | BinaryOp::Pow | BinaryOp::Shl | BinaryOp::Shr
            if all_bool =>
        {
            Err(clash(Because::GivesInt8))
        }
        BinaryOp::FloorDiv | BinaryOp::Rem => common_fitting(&operands).map(Typed::operator),
        BinaryOp::Pow => {
            let dtype = common_fitting(&operands)?;
            match rhs.ty {
                Type::Weak(Literal::Int(exponent)) if exponent < 0 && dtype.is_int() => {
                    Err(TypeError::NegativePower {
                        base: lhs.shown(),
                        exponent,
                        op_span,
                        span: rhs.span,
                    })
                }
                Type::Weak(_) | Type::Strong(_) => Ok(Typed::operator(dtype)),
            }
        }
        BinaryOp::Shl | BinaryOp::Shr if has_float(&operands) => Err(clash(Because::FloatShift)),
        BinaryOp::BitAnd | BinaryOp::BitXor | BinaryOp::BitOr if has_float(&operands) => {
            Err(clash(Because::FloatBits))
        }
        BinaryOp::Shl | BinaryOp::Shr | BinaryOp::BitAnd | BinaryOp::BitXor | BinaryOp::BitOr => {
            common_fitting(&operands).map(Typed::operator)
        }
        BinaryOp::MatMul => unreachable!("`@` is refused before its operands are looked at"),
    }
}

/// Types a chain of comparisons.
pub(super) fn comparison(first: Operand, rest: &[(CompareOp, Operand)]) -> Typed {
    let mut lhs = first;
    let mut weak = Some(true);
    let mut links = Vec::with_capacity(rest.len());
    for &(op, rhs) in rest {
        let link = link(op, lhs, rhs);
        weak = match (weak, lhs.is_strong() || rhs.is_strong(), link) {
            (Some(so_far), false, Link::Known(holds)) => Some(so_far && holds),
            (Some(_) | None, _, Link::Known(_) | Link::Compare(_)) => None,
        };
        links.push(link);
        lhs = rhs;
    }
    match weak {
        Some(value) => Typed::weak(Literal::Bool(value)),
        None => Typed::strong(DType::Bool, Meaning::Comparison(links)),
    }
}

fn link(op: CompareOp, lhs: Operand, rhs: Operand) -> Link {
    if let (Type::Weak(x), Type::Weak(y)) = (lhs.ty, rhs.ty) {
        return Link::Known(literal::compare(op, x, y));
    }
    let dtype = common(&[lhs, rhs]);
    // A literal beyond the range of the integers beside it compares with all of them as with zero.
    let (x, y) = match (beyond(lhs.ty, dtype), beyond(rhs.ty, dtype)) {
        (None, None) => return Link::Compare(dtype),
        (Some(Beyond::Below), _) | (None, Some(Beyond::Above)) => {
            (Literal::Int(0), Literal::Int(1))
        }
        (Some(Beyond::Above), _) | (None, Some(Beyond::Below)) => {
            (Literal::Int(1), Literal::Int(0))
        }
    };
    Link::Known(literal::compare(op, x, y))
}

/// Types `then if condition else otherwise`.
pub(super) fn if_else(
    condition: Operand,
    then: Operand,
    otherwise: Operand,
) -> Result<Typed, TypeError> {
    if let (Type::Weak(condition), Type::Weak(then), Type::Weak(otherwise)) =
        (condition.ty, then.ty, otherwise.ty)
    {
        return Ok(Typed::weak(if condition.truth() { then } else { otherwise }));
    }
    common_fitting(&[then, otherwise]).map(Typed::operator)
}

/// Types `.real` and `.imag` of literals, which stay literals; `None` for arrays.
pub(super) fn literal_part(part: Part, x: Operand) -> Option<Literal> {
    match (x.ty, part) {
        (Type::Strong(_), Part::Real | Part::Imag) => None,
        (Type::Weak(Literal::Float(x)), Part::Real) => Some(Literal::Float(x)),
        (Type::Weak(Literal::Float(_)), Part::Imag) => Some(Literal::Float(0.0)),
        (Type::Weak(x @ (Literal::Bool(_) | Literal::Int(_))), Part::Real) => {
            x.as_int().map(Literal::Int)
        }
        (Type::Weak(Literal::Bool(_) | Literal::Int(_)), Part::Imag) => Some(Literal::Int(0)),
    }
}

/// An attribute of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Real,
    Imag,
}

/// Returns the float dtype in which numbers of this dtype divide.
pub(super) fn as_float(dtype: DType) -> DType {
    match dtype {
        DType::Bool | DType::I32 | DType::I64 | DType::F64 => DType::F64,
        DType::F32 => DType::F32,
    }
}

fn has_float(operands: &[Operand]) -> bool {
    operands.iter().any(|operand| operand.ty.kind() == Kind::Float)
}

/// Checks that the value of a whole expression has a dtype to live in.
pub(super) fn result(x: Operand) -> Result<DType, TypeError> {
    let dtype = x.ty.dtype();
    fit(&[x], dtype).map(|()| dtype)
}
