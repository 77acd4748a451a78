//! The rules of the operators, comparisons and conditional expressions.

use super::error::{Because, TypeError};
use super::literal::{self, Kind, Literal, Part};
use super::promote::{
    Beyond, Operand, Typed, beyond, common, common_fitting, fit, is_unsigned, real_of,
};
use super::{Link, Meaning, Type, given, text, time};
use crate::diag::Span;
use crate::dtype::DType;
use crate::ops::{BinaryOp, CompareOp, UnaryOp};

/// Types a prefix operator.
pub(super) fn unary(op: UnaryOp, span: Span, x: Operand) -> Result<Typed, TypeError> {
    let typed = match x.ty {
        Type::Weak(value) => literal::unary(op, value).map(Typed::weak),
        Type::Given(kind) => given::unary(op, kind).map(Typed::given),
        Type::Strong(dtype) => return prefix(op, x, dtype),
    };
    typed.map_err(|why| match why {
        literal::LiteralError::Operands => TypeError::Unary { op, operand: x.shown() },
        why => TypeError::Literal { op: op.symbol(), op_span: span, why },
    })
}

/// Types a prefix operator on arrays of this dtype.
pub(super) fn prefix(op: UnaryOp, x: Operand, dtype: DType) -> Result<Typed, TypeError> {
    let allowed = match op {
        UnaryOp::Not if dtype.is_numeric() => {
            return Ok(Typed::strong(DType::Bool, Meaning::Logical));
        }
        UnaryOp::Not => false,
        UnaryOp::Neg | UnaryOp::Pos => match dtype {
            DType::Timedelta(_) => true,
            DType::Bool | DType::Datetime(_) | DType::Bytes(_) | DType::Str(_) => false,
            DType::I8
            | DType::I16
            | DType::I32
            | DType::I64
            | DType::U8
            | DType::U16
            | DType::U32
            | DType::U64
            | DType::F32
            | DType::F64
            | DType::C64
            | DType::C128 => true,
        },
        UnaryOp::Invert => dtype == DType::Bool || dtype.is_int(),
    };
    if allowed {
        Ok(Typed::operator(dtype))
    } else {
        Err(TypeError::Unary { op, operand: x.shown() })
    }
}

/// Types an infix operator; two literals give a literal, and given numbers a given number.
pub(super) fn binary(
    op: BinaryOp,
    op_span: Span,
    lhs: Operand,
    rhs: Operand,
) -> Result<Typed, TypeError> {
    let typed = match (lhs.ty, rhs.ty) {
        (Type::Strong(_), _) | (_, Type::Strong(_)) => return infix(op, op_span, lhs, rhs),
        (Type::Weak(x), Type::Weak(y)) => literal::binary(op, x, y).map(Typed::weak),
        (x @ (Type::Weak(_) | Type::Given(_)), y) => given::binary(op, x, y).map(Typed::given),
    };
    typed.map_err(|why| match why {
        literal::LiteralError::Operands => clash(op, op_span, lhs, rhs, Because::of_literals(op)),
        why => TypeError::Literal { op: op.symbol(), op_span, why },
    })
}

fn clash(op: BinaryOp, op_span: Span, lhs: Operand, rhs: Operand, because: Because) -> TypeError {
    let (lhs, rhs) = (lhs.shown(), rhs.shown());
    TypeError::Binary { op, op_span, lhs, rhs, because, rewrite: None }
}

/// Types an infix operator on arrays; literals become arrays.
pub(super) fn infix(
    op: BinaryOp,
    op_span: Span,
    lhs: Operand,
    rhs: Operand,
) -> Result<Typed, TypeError> {
    let clash = |because| clash(op, op_span, lhs, rhs, because);
    let operands = [lhs, rhs];
    if operands.iter().any(|operand| operand.is_string()) {
        return Err(clash(Because::OfStrings));
    }
    if let BinaryOp::And | BinaryOp::Or = op {
        return Ok(Typed::strong(DType::Bool, Meaning::Logical));
    }
    if operands.iter().any(|operand| operand.is_time()) {
        let typed = time::binary(op, lhs, rhs).map_err(clash)?;
        return fit_counts(&operands).map(|()| typed);
    }
    let dtype = common(&operands);
    // Two truth values are small numbers to the operators that have no meaning of their own for them.
    let number = || {
        common_fitting(&operands).map(|dtype| if dtype == DType::Bool { DType::I8 } else { dtype })
    };
    match op {
        BinaryOp::Add | BinaryOp::Mul => common_fitting(&operands).map(Typed::operator),
        BinaryOp::Sub if dtype == DType::Bool => Err(clash(Because::BoolSubtract)),
        BinaryOp::Sub => common_fitting(&operands).map(Typed::operator),
        // Integers become floats before the division, so an integer literal need not fit them.
        BinaryOp::Div => Ok(Typed::operator(divided(dtype))),
        BinaryOp::FloorDiv | BinaryOp::Rem if dtype.is_complex() => Err(clash(Because::NoFloor)),
        BinaryOp::FloorDiv | BinaryOp::Rem => number().map(Typed::operator),
        BinaryOp::Pow => match rhs.ty {
            Type::Weak(Literal::Int(exponent))
                if exponent < 0 && (dtype.is_int() || dtype == DType::Bool) =>
            {
                Err(TypeError::NegativePower {
                    base: lhs.shown(),
                    exponent,
                    op_span,
                    span: rhs.span,
                })
            }
            Type::Weak(_) | Type::Given(_) | Type::Strong(_) => number().map(Typed::operator),
        },
        BinaryOp::Shl | BinaryOp::Shr | BinaryOp::BitAnd | BinaryOp::BitXor | BinaryOp::BitOr => {
            let shifts = matches!(op, BinaryOp::Shl | BinaryOp::Shr);
            if operands.iter().any(|operand| operand.ty.kind() > Some(Kind::Int)) {
                Err(clash(if shifts { Because::FloatShift } else { Because::FloatBits }))
            } else if !dtype.is_int() && dtype != DType::Bool {
                Err(clash(Because::MixedSigns))
            } else if shifts {
                number().map(Typed::operator)
            } else {
                common_fitting(&operands).map(Typed::operator)
            }
        }
        BinaryOp::And | BinaryOp::Or => unreachable!("these are logical"),
        BinaryOp::MatMul => unreachable!("`@` is refused before its operands are looked at"),
    }
}

/// Types a chain of comparisons of numbers, moments or strings.
pub(super) fn comparison(
    first: Operand,
    rest: &[(CompareOp, Span, Operand)],
) -> Result<Typed, TypeError> {
    let mut lhs = first;
    let is_weak = !first.is_strong() && rest.iter().all(|(_, _, operand)| !operand.is_strong());
    let mut known = Some(true);
    let mut links = Vec::with_capacity(rest.len());
    for &(op, op_span, rhs) in rest {
        let link = link(op, op_span, lhs, rhs)?;
        known = match link {
            Link::Known(holds) => known.map(|so_far| so_far && holds),
            Link::Compare(_) | Link::Signs | Link::Range(_) | Link::Given => None,
        };
        links.push(link);
        lhs = rhs;
    }
    Ok(match (is_weak, known) {
        (true, Some(value)) => Typed::weak(Literal::Bool(value)),
        (true, None) => Typed::given(Kind::Bool),
        (false, _) => Typed::strong(DType::Bool, Meaning::Comparison(links)),
    })
}

/// Returns how one comparison is decided.
pub(super) fn link(
    op: CompareOp,
    op_span: Span,
    lhs: Operand,
    rhs: Operand,
) -> Result<Link, TypeError> {
    if let (Type::Weak(x), Type::Weak(y)) = (lhs.ty, rhs.ty) {
        return Ok(Link::Known(literal::compare(op, x, y)));
    }
    if !lhs.is_strong() && !rhs.is_strong() {
        return Ok(Link::Given);
    }
    let clash =
        |because| TypeError::Compare { op_span, lhs: lhs.shown(), rhs: rhs.shown(), because };
    if lhs.is_string() || rhs.is_string() {
        return text::common(lhs, rhs).map(Link::Compare).map_err(clash);
    }
    if lhs.is_time() || rhs.is_time() {
        let dtype = time::common(&[lhs, rhs]).map_err(clash)?;
        return fit_counts(&[lhs, rhs]).map(|()| Link::Compare(dtype));
    }
    let dtype = common(&[lhs, rhs]);
    let strong_int = |x: Operand| x.is_strong() && x.ty.dtype().is_int();
    if strong_int(lhs) && strong_int(rhs) && dtype == DType::F64 {
        debug_assert_ne!(is_unsigned(lhs.ty.dtype()), is_unsigned(rhs.ty.dtype()));
        return Ok(Link::Signs);
    }
    let given = |x: Operand| matches!(x.ty, Type::Given(_));
    if dtype.is_int() && (given(lhs) || given(rhs)) {
        return Ok(Link::Range(dtype));
    }
    // A literal beyond the range of the integers beside it compares with all of them as with zero.
    let (x, y) = match (beyond(lhs.ty, dtype), beyond(rhs.ty, dtype)) {
        (None, None) => return Ok(Link::Compare(dtype)),
        (Some(Beyond::Below), _) | (None, Some(Beyond::Above)) => {
            (Literal::Int(0), Literal::Int(1))
        }
        (Some(Beyond::Above), _) | (None, Some(Beyond::Below)) => {
            (Literal::Int(1), Literal::Int(0))
        }
    };
    Ok(Link::Known(literal::compare(op, x, y)))
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
    if let (Some(_), Some(then), Some(otherwise)) =
        (condition.weak_kind(), then.weak_kind(), otherwise.weak_kind())
    {
        return Ok(Typed::given(then.max(otherwise)));
    }
    if condition.is_string() {
        return Err(TypeError::Unary { op: UnaryOp::Not, operand: condition.shown() });
    }
    choose(&[then, otherwise]).map(Typed::operator)
}

/// Returns the common dtype of values of which one is chosen.
pub(super) fn choose(values: &[Operand]) -> Result<DType, TypeError> {
    let clash = |because| {
        let first = values[0];
        // The one that clashes with the first, as far as pairs show it.
        let other = (values[1..].iter().copied())
            .find(|other| {
                first.is_string() || other.is_string() || time::common(&[first, *other]).is_err()
            })
            .unwrap_or(values[values.len() - 1]);
        TypeError::Choose { then: first.shown(), otherwise: other.shown(), because }
    };
    if values.iter().any(|value| value.is_string()) {
        return Err(clash(Because::OfStrings));
    }
    if values.iter().any(|value| value.is_time()) {
        let dtype = time::common(values).map_err(clash)?;
        return fit_counts(values).map(|()| dtype);
    }
    common_fitting(values)
}

/// Checks that integer literals beside moments and durations can count units.
pub(super) fn fit_counts(operands: &[Operand]) -> Result<(), TypeError> {
    operands.iter().try_for_each(|&operand| fit(&[operand], DType::I64))
}

/// Types `.real` and `.imag` of literals, which stay literals, and of given numbers; `None` for arrays.
pub(super) fn weak_part(part: Part, x: Operand) -> Option<Typed> {
    match x.ty {
        Type::Weak(literal) => Some(Typed::weak(literal::part(part, literal))),
        Type::Given(kind) => {
            let meaning = Meaning::Function(part.function(), kind.default_dtype());
            Some(Typed { ty: Type::Given(kind.clamp(Kind::Int, Kind::Float)), meaning })
        }
        Type::Strong(_) => None,
    }
}

/// Returns the dtype in which numbers of this dtype divide.
pub(super) fn divided(dtype: DType) -> DType {
    if real_of(dtype).is_float() { dtype } else { DType::F64 }
}

/// Checks that the value of a whole expression has a dtype to live in.
pub(super) fn result(x: Operand) -> Result<DType, TypeError> {
    let dtype = x.ty.dtype();
    fit(&[x], dtype).map(|()| dtype)
}
