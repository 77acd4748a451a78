//! The dtype that operands agree on.

use super::error::{Shown, TypeError};
use super::literal::{Kind, Literal};
use super::{Meaning, Type};
use crate::diag::Span;
use crate::dtype::DType;

/// A typed piece of the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operand {
    pub(crate) ty: Type,
    pub(crate) span: Span,
}

impl Operand {
    pub(crate) fn shown(self) -> Shown {
        Shown { ty: self.ty.into(), span: self.span }
    }

    pub(crate) fn literal(self) -> Option<Literal> {
        self.ty.literal()
    }

    pub(crate) fn is_strong(self) -> bool {
        self.ty.is_strong()
    }

    /// Returns the kind of a literal or given number.
    pub(crate) fn weak_kind(self) -> Option<Kind> {
        if self.is_strong() { None } else { self.ty.kind() }
    }

    pub(crate) fn is_time(self) -> bool {
        self.is_strong() && self.ty.dtype().is_time()
    }

    pub(crate) fn is_string(self) -> bool {
        self.is_strong() && self.ty.dtype().is_string()
    }
}

/// What a rule says about an operation: the type of its result and what it does.
#[derive(Debug)]
pub(crate) struct Typed {
    pub(crate) ty: Type,
    pub(crate) meaning: Meaning,
}

impl Typed {
    pub(crate) fn weak(literal: Literal) -> Typed {
        Typed { ty: Type::Weak(literal), meaning: Meaning::Nothing }
    }

    pub(crate) fn given(kind: Kind) -> Typed {
        Typed { ty: Type::Given(kind), meaning: Meaning::Nothing }
    }

    pub(crate) fn strong(dtype: DType, meaning: Meaning) -> Typed {
        Typed { ty: Type::Strong(dtype), meaning }
    }

    /// An operator whose result has the dtype of its operands.
    pub(crate) fn operator(dtype: DType) -> Typed {
        Typed::strong(dtype, Meaning::Operator(dtype))
    }
}

/// Returns the smallest numeric dtype that holds every value of both, as NumPy's `promote_types`: a signed and
/// an unsigned integer meet in a wider signed one, in `f64` if there is none; an integer and a float in
/// the float that holds the integer, so `i16` and `f32` in `f32`, `i32` and `f32` in `f64`.
///
/// # Panics
///
/// Panics if one is a string, a moment or a duration.
pub(crate) fn promote(x: DType, y: DType) -> DType {
    let (low, high) = if rank(x) <= rank(y) { (x, y) } else { (y, x) };
    match (rank(low), rank(high)) {
        _ if low == high => high,
        (Rank::Bool, _) => high,
        (Rank::Int, Rank::Int) => integers(low, high),
        (Rank::Float, Rank::Float) | (Rank::Complex, Rank::Complex) => wider(low, high),
        (Rank::Int, Rank::Float) => wider(float_of(low), high),
        (Rank::Int, Rank::Complex) => wider(complex_of(float_of(low)), high),
        (Rank::Float, Rank::Complex) => wider(complex_of(low), high),
        (Rank::Int | Rank::Float | Rank::Complex, _) => unreachable!("the higher one is second"),
    }
}

/// What a numeric dtype is, in the order of promotion.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Bool,
    Int,
    Float,
    Complex,
}

fn rank(dtype: DType) -> Rank {
    match Kind::of(dtype).expect("only numbers promote") {
        Kind::Bool => Rank::Bool,
        Kind::Int => Rank::Int,
        Kind::Float => Rank::Float,
        Kind::Complex => Rank::Complex,
    }
}

fn wider(x: DType, y: DType) -> DType {
    if x.size() >= y.size() { x } else { y }
}

fn integers(x: DType, y: DType) -> DType {
    if is_unsigned(x) == is_unsigned(y) {
        return wider(x, y);
    }
    let (unsigned, signed) = if is_unsigned(x) { (x, y) } else { (y, x) };
    if signed.size() > unsigned.size() {
        return signed;
    }
    match unsigned.size() {
        1 => DType::I16,
        2 => DType::I32,
        4 => DType::I64,
        _ => DType::F64, // tidy: sizes, not dtypes
    }
}

pub(crate) fn is_unsigned(dtype: DType) -> bool {
    matches!(dtype, DType::U8 | DType::U16 | DType::U32 | DType::U64)
}

/// Returns the smallest float dtype that we have and that holds all values of a real dtype, or nearly all
/// of those of the widest integers.
pub(crate) fn float_of(dtype: DType) -> DType {
    match dtype {
        DType::Bool | DType::I8 | DType::U8 | DType::I16 | DType::U16 | DType::F32 => DType::F32,
        DType::I32 | DType::I64 | DType::U32 | DType::U64 | DType::F64 => DType::F64,
        DType::C64
        | DType::C128
        | DType::Bytes(_)
        | DType::Str(_)
        | DType::Datetime(_)
        | DType::Timedelta(_) => dtype,
    }
}

/// Returns the complex dtype with parts of this float dtype.
pub(crate) fn complex_of(float: DType) -> DType {
    if matches!(float, DType::F32 | DType::C64) { DType::C64 } else { DType::C128 }
}

/// Returns the dtype of the parts of a complex dtype; any other dtype itself.
pub(crate) fn real_of(dtype: DType) -> DType {
    match dtype.prim() {
        Some(part) if dtype.is_complex() => part.dtype(),
        Some(_) | None => dtype,
    }
}

/// Returns the dtype that numbers promote to.
///
/// Literals and given numbers do not widen (NEP 50): one of a higher kind than all strong operands brings the
/// smallest dtype of its kind that goes with them, any other takes the dtype of the strong ones.
///
/// # Panics
///
/// Panics if one is a string, a moment or a duration.
pub(crate) fn common(operands: &[Operand]) -> DType {
    let strong = (operands.iter().copied().filter(|operand| operand.is_strong()))
        .map(|operand| operand.ty.dtype())
        .reduce(promote);
    let weak = operands.iter().filter_map(|operand| operand.weak_kind()).max();
    match (strong, weak) {
        (Some(strong), Some(weak)) => with_kind(strong, weak),
        (Some(strong), None) => strong,
        (None, Some(weak)) => weak.default_dtype(),
        (None, None) => unreachable!("an operation has an operand"),
    }
}

/// Returns the dtype of an array of this dtype beside a literal or given number of this kind.
pub(crate) fn with_kind(strong: DType, weak: Kind) -> DType {
    match (Kind::of(strong), weak) {
        (Some(Kind::Float), Kind::Complex) => complex_of(strong),
        (Some(kind), weak) if weak > kind => weak.default_dtype(),
        (Some(_) | None, _) => strong,
    }
}

/// Returns the common dtype, once every literal among the operands is known to fit it.
pub(crate) fn common_fitting(operands: &[Operand]) -> Result<DType, TypeError> {
    let dtype = common(operands);
    fit(operands, dtype).map(|()| dtype)
}

/// Checks that integer literals among the operands fit an integer dtype; given integers are checked when they
/// are given. Floats take any literal: they round, to infinity if they must.
pub(crate) fn fit(operands: &[Operand], dtype: DType) -> Result<(), TypeError> {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Beyond {
    Below,
    Above,
}

/// Returns where an integer literal lies if the integer dtype does not hold it.
pub(crate) fn beyond(ty: Type, dtype: DType) -> Option<Beyond> {
    let (Type::Weak(literal), Some((least, greatest))) = (ty, dtype.int_range()) else {
        return None;
    };
    side(literal.as_int()?, (least, greatest))
}

/// Returns on which side of a range an integer lies.
pub(super) fn side(value: i128, (least, greatest): (i128, i128)) -> Option<Beyond> {
    if value < least {
        Some(Beyond::Below)
    } else if value > greatest {
        Some(Beyond::Above)
    } else {
        None
    }
}
