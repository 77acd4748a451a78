//! The dtype that operands agree on.

use super::error::{Shown, TypeError};
use super::literal::{Kind, Literal};
use super::{Meaning, Type};
use crate::diag::Span;
use crate::dtype::DType;

/// A typed piece of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operand {
    pub(super) ty: Type,
    pub(super) span: Span,
}

impl Operand {
    pub(super) fn shown(self) -> Shown {
        Shown { ty: self.ty.into(), span: self.span }
    }

    fn literal(self) -> Option<Literal> {
        match self.ty {
            Type::Weak(literal) => Some(literal),
            Type::Strong(_) => None,
        }
    }

    pub(super) fn is_strong(self) -> bool {
        self.literal().is_none()
    }
}

/// What a rule says about an operation: the type of its result and what it does.
pub(super) struct Typed {
    pub(super) ty: Type,
    pub(super) meaning: Meaning,
}

impl Typed {
    pub(super) fn weak(literal: Literal) -> Typed {
        Typed { ty: Type::Weak(literal), meaning: Meaning::Nothing }
    }

    pub(super) fn strong(dtype: DType, meaning: Meaning) -> Typed {
        Typed { ty: Type::Strong(dtype), meaning }
    }

    /// An operator whose result has the dtype of its operands.
    pub(super) fn operator(dtype: DType) -> Typed {
        Typed::strong(dtype, Meaning::Operator(dtype))
    }
}

/// Returns the dtype that the operands promote to.
///
/// Literals do not widen: one of a higher kind than all strong operands brings the widest dtype of its
/// kind, any other takes the dtype of the strong ones.
pub(super) fn common(operands: &[Operand]) -> DType {
    let strong = (operands.iter().copied().filter(|operand| operand.is_strong()))
        .map(|operand| operand.ty.dtype())
        .reduce(DType::promote);
    let weak = operands.iter().filter_map(|operand| operand.literal()).map(Literal::kind).max();
    match (strong, weak) {
        (Some(strong), Some(weak)) if weak > Kind::of(strong) => weak.default_dtype(),
        (Some(strong), Some(_) | None) => strong,
        (None, Some(weak)) => weak.default_dtype(),
        (None, None) => unreachable!("an operation has an operand"),
    }
}

/// Returns the common dtype, once every literal among the operands is known to fit it.
pub(super) fn common_fitting(operands: &[Operand]) -> Result<DType, TypeError> {
    let dtype = common(operands);
    fit(operands, dtype).map(|()| dtype)
}

/// Checks that integer literals among the operands fit an integer dtype. Floats take any literal: they
/// round, to infinity if they must.
pub(super) fn fit(operands: &[Operand], dtype: DType) -> Result<(), TypeError> {
    let too_big = |operand: &&Operand| beyond(operand.ty, dtype).is_some();
    match operands.iter().find(too_big) {
        None => Ok(()),
        Some(operand) => Err(TypeError::DoesNotFit {
            value: operand
                .literal()
                .and_then(Literal::as_int)
                .expect("only literals can be beyond"),
            dtype,
            span: operand.span,
            beside: operands
                .iter()
                .find(|other| other.is_strong() && other.ty.dtype() == dtype)
                .map(|other| other.span),
        }),
    }
}

/// On which side of a dtype's range a literal lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beyond {
    Below,
    Above,
}

/// Returns where an integer literal lies if the integer dtype does not hold it.
pub(super) fn beyond(ty: Type, dtype: DType) -> Option<Beyond> {
    let (Type::Weak(literal), Some((least, greatest))) = (ty, dtype.int_range()) else {
        return None;
    };
    let value = literal.as_int()?;
    if value < least.into() {
        Some(Beyond::Below)
    } else if value > greatest.into() {
        Some(Beyond::Above)
    } else {
        None
    }
}
