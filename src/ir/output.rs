//! What a graph results in.

use smallvec::{SmallVec, smallvec};

use super::shape::ShapeId;
use super::{StrOperand, Value};
use crate::dtype::DType;

/// A result of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) dtype: DType,
    pub(crate) parts: Parts,
    pub(crate) shape: ShapeId,
}

/// What the elements of a result are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parts {
    Real(Value),
    /// Real and imaginary part.
    Complex(Value, Value),
    /// Strings that are passed on as they are.
    Strings(StrOperand),
}

impl Parts {
    /// Returns the values, in the order in which they lie in memory.
    pub(crate) fn values(&self) -> SmallVec<[Value; 2]> {
        match *self {
            Parts::Real(x) => smallvec![x],
            Parts::Complex(re, im) => smallvec![re, im],
            Parts::Strings(_) => smallvec![],
        }
    }

    /// Returns the parts with each value replaced by `f` of it.
    pub(crate) fn map(&self, mut f: impl FnMut(Value) -> Value) -> Parts {
        match self {
            Parts::Real(x) => Parts::Real(f(*x)),
            Parts::Complex(re, im) => Parts::Complex(f(*re), f(*im)),
            Parts::Strings(strings) => Parts::Strings(strings.clone()),
        }
    }
}
