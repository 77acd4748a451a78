//! Why an expression has no meaning, as data.

use std::fmt;

use super::Callee;
use crate::diag::Exception;
use crate::dtype::DType;
use crate::ops::{BinaryOp, CompareOp};
use crate::types::literal::LiteralError;

/// What Python has and the language has not, or not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Construct {
    None,
    Ellipsis,
    MatMul,
    Compare(CompareOp),
    /// `in` among other comparisons.
    ChainedIn,
    Attribute(String),
    /// `df.x`, where `x` is an input.
    Column(String),
    Method(String),
    /// `np.sqrt`: the module and what is read from it.
    ModuleMember(String, String),
    Slice,
    Tuple,
    List,
    Keyword(Callee, String),
}

impl fmt::Display for Construct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Construct::None => f.write_str("`None`"),
            Construct::Ellipsis => f.write_str("`...`"),
            Construct::MatMul => f.write_str("operator `@`"),
            Construct::Compare(op) => write!(f, "operator `{}`", op.symbol()),
            Construct::ChainedIn => f.write_str("`in` in a chain of comparisons"),
            Construct::Attribute(name) | Construct::Column(name) => {
                write!(f, "attribute `.{name}`")
            }
            Construct::Method(name) => write!(f, "method `.{name}()`"),
            Construct::ModuleMember(module, name) => write!(f, "module member `{module}.{name}`"),
            Construct::Slice => f.write_str("slice"),
            Construct::Tuple => f.write_str("tuple"),
            Construct::List => f.write_str("list"),
            Construct::Keyword(callee, keyword) => write!(f, "argument `{keyword}` of `{callee}`"),
        }
    }
}

/// Why an operation does not take its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Because {
    /// `-` of two bools.
    BoolSubtract,
    /// A shift with a float.
    FloatShift,
    /// `&`, `|` or `^` with a float.
    FloatBits,
    /// `//` or `%` of complex numbers.
    NoFloor,
    /// An unsigned 64-bit integer with a signed one, where only integers will do.
    MixedSigns,
    /// NumPy computes it in float16.
    GivesFloat16,
    /// `sign` of bool.
    NoSign,
    /// It is for integers.
    NeedsInteger,
    /// It is for real numbers.
    NeedsReal,
    /// It is for strings.
    NeedsString,
    /// It is for moments and durations.
    NeedsTime,
    /// It is not for strings.
    OfStrings,
    /// Bytes with str.
    BytesAndStr,
    /// A string with something else.
    StringAndOther,
    /// It is not for moments and durations.
    OfTimes,
    /// It is for durations, not for moments.
    OfMoments,
    /// Years or months with units of fixed length.
    Units,
    /// Units of which one counts more of the other than 64 bits hold.
    UnitsTooFar,
    /// Two moments are added.
    TwoMoments,
    /// A moment is subtracted from a duration or a number.
    MinusMoment,
    /// A moment with what it cannot be compared or chosen with.
    MomentAndOther,
    /// A moment that is multiplied or divided.
    MomentScaled,
    /// A duration with a float that is neither a factor nor a divisor.
    DurationAndFloat,
    /// A duration with numbers of another kind than it goes with.
    DurationAndNumber,
    /// A duration with an unsigned 64-bit integer.
    DurationAndUnsigned,
    /// A number is divided by a duration.
    NumberByDuration,
}

impl Because {
    /// The reason for which an operator does not take two literals.
    pub(crate) fn of_literals(op: BinaryOp) -> Because {
        if matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
            Because::FloatShift
        } else if matches!(op, BinaryOp::FloorDiv | BinaryOp::Rem) {
            Because::NoFloor
        } else {
            Because::FloatBits
        }
    }
}

/// Why an argument that says how to compute will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArgumentError {
    /// `axis` is no integer literal, tuple of them or `None`.
    NotAxis,
    /// It is not `True` or `False`.
    NotFlag,
    /// It is not an integer literal, or a far too large one.
    NotInteger,
    /// It is not a literal number.
    NotNumber,
    /// It is not a list of literals.
    NotLiterals,
    /// It is not a list.
    NotList,
    /// It is a list of another length than that of conditions.
    OtherLength,
    /// `where` on a reduction without neutral element is given without `initial`.
    NeedsInitial,
    /// The condition has this dtype.
    NotBool(DType),
    /// The literal does not go into this dtype.
    NotOfDType(DType),
    /// There is no default.
    NoDefault,
}

impl ArgumentError {
    pub(super) fn message(self) -> String {
        match self {
            ArgumentError::NotAxis => "must be an integer, a tuple of integers or None".to_owned(),
            ArgumentError::NotFlag => "must be True or False".to_owned(),
            ArgumentError::NotInteger => "must be a small integer literal".to_owned(),
            ArgumentError::NotNumber => "must be a literal number".to_owned(),
            ArgumentError::NotLiterals => "must be a list of literals".to_owned(),
            ArgumentError::NotList => "must be a list".to_owned(),
            ArgumentError::OtherLength => "must have one choice for each condition".to_owned(),
            ArgumentError::NeedsInitial => "needs `initial` as well".to_owned(),
            ArgumentError::NotBool(dtype) => format!("must be bool, not {dtype}"),
            ArgumentError::NotOfDType(dtype) => format!("must be a value of {dtype}"),
            ArgumentError::NoDefault => "is missing".to_owned(),
        }
    }
}

/// Why a subscript will not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IndexError {
    /// A number or an array.
    Value,
    /// Truth values.
    Mask,
    /// Text.
    Column,
    /// A slice with bounds or a step.
    Bounds,
    /// `...` for a second time.
    SecondEllipsis,
}

impl IndexError {
    pub(super) fn message(self) -> &'static str {
        match self {
            IndexError::Value => "with a value",
            IndexError::Mask => "with a condition",
            IndexError::Column => "with a name",
            IndexError::Bounds => "with a part of an axis",
            IndexError::SecondEllipsis => "with `...` twice",
        }
    }
}

/// A way to say what an operation on bits was probably meant to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rewrite {
    /// The operands of the operator are compared with something, without parentheses.
    Parentheses,
    /// The same expression with the numbers compared with zero.
    CompareFirst(String),
}

impl LiteralError {
    pub(crate) fn message(self) -> &'static str {
        match self {
            LiteralError::Operands => "these literals do not combine",
            LiteralError::IntOverflow => "integers overflow 128 bits",
            LiteralError::FloatOverflow => "the power of these numbers is beyond the largest f64",
            LiteralError::ZeroDivision => "division by zero",
            LiteralError::ZeroToNegative => "zero cannot be raised to a negative power",
            LiteralError::NegativeShift => "negative shift count",
            LiteralError::FloatPower => "integers to negative integer powers are floats",
            LiteralError::ComplexPower => "the power of these floats is complex",
        }
    }

    /// Returns the exception that Python raises.
    pub(crate) fn exception(self) -> Exception {
        match self {
            LiteralError::Operands => Exception::TypeError,
            LiteralError::IntOverflow | LiteralError::FloatOverflow => Exception::OverflowError,
            LiteralError::ZeroDivision | LiteralError::ZeroToNegative => {
                Exception::ZeroDivisionError
            }
            LiteralError::NegativeShift | LiteralError::FloatPower | LiteralError::ComplexPower => {
                Exception::ValueError
            }
        }
    }
}
