//! The mistakes that [`check`](super::check) finds, as data.

use std::fmt;

use super::Type;
use super::literal::{Kind, LiteralError};
use crate::diag::{ErrorKind, Span};
use crate::dtype::DType;
use crate::ops::{BinaryOp, CompareOp, Func, Reduction, UnaryOp};

/// A mistake in what an expression means.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum TypeError {
    #[error("unknown variable `{name}`")]
    UnknownVariable {
        name: String,
        /// Where it is read, in the order of the text; at least one.
        spans: Vec<Span>,
        nearest: Option<Nearest>,
        /// The inputs there are, unless they are too many to list or listed already.
        inputs: Vec<String>,
    },
    #[error("unknown function `{name}`")]
    UnknownFunction { name: String, span: Span, nearest: Option<String> },
    #[error("`{name}` is a variable, not a function")]
    VariableCalled { name: String, span: Span },
    #[error("`{name}` is a function, not a variable")]
    FunctionAsVariable { name: String, span: Span, nearest: Option<Nearest> },
    #[error("only a function can be called")]
    NotCallable { span: Span },
    #[error("`{callee}` takes {}, not {given}", .callee.count())]
    ArgumentCount { callee: Callee, span: Span, given: usize },
    #[error("`{callee}` has no argument `{keyword}`")]
    UnknownKeyword { callee: Callee, keyword: String, span: Span },
    #[error("argument `{param}` of `{callee}` is given twice")]
    ArgumentTwice { callee: Callee, param: &'static str, span: Span },
    #[error("argument `{param}` of `{callee}` {}", .why.message())]
    Argument { callee: Callee, param: &'static str, span: Span, why: ArgumentError },
    #[error("{construct} is not supported")]
    Unsupported { construct: Construct, span: Span },
    #[error("{construct} is not a value")]
    NotAValue { construct: Construct, span: Span },
    #[error("cannot subscript {}", .why.message())]
    Index { span: Span, why: IndexError },
    #[error("cannot apply `{}` to {}", .op.symbol(), .operand.ty)]
    Unary { op: UnaryOp, operand: Shown },
    #[error("cannot apply `{}` to {} and {}", .op.symbol(), .lhs.ty, .rhs.ty)]
    Binary {
        op: BinaryOp,
        op_span: Span,
        lhs: Shown,
        rhs: Shown,
        because: Because,
        /// What was probably meant.
        rewrite: Option<Rewrite>,
    },
    #[error("cannot compare {} and {}", .lhs.ty, .rhs.ty)]
    Compare { op_span: Span, lhs: Shown, rhs: Shown, because: Because },
    #[error("cannot choose between {} and {}", .then.ty, .otherwise.ty)]
    Choose { then: Shown, otherwise: Shown, because: Because },
    #[error("{}", .why.message())]
    Literal { op: &'static str, op_span: Span, why: LiteralError },
    #[error("integer {value} does not fit {dtype}")]
    DoesNotFit {
        value: i128,
        dtype: DType,
        span: Span,
        /// The operand that has the dtype.
        beside: Option<Span>,
    },
    #[error("integers to negative integer powers are not allowed")]
    NegativePower { base: Shown, exponent: i128, op_span: Span, span: Span },
    #[error("`{callee}` does not take {}", Types(.args))]
    NotTaken { callee: Callee, span: Span, args: Vec<Shown>, because: Because },
    #[error("{what} of {ty} has to be an input of its own")]
    Strings { what: &'static str, ty: ShownType, span: Span },
    /// A mistake in the body of a function that the program defines.
    #[error("{error}")]
    InCall {
        error: Box<TypeError>,
        /// The calls through which it came about, innermost first.
        calls: Vec<Span>,
    },
}

/// What a label says about an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) ty: ShownType,
    pub(crate) span: Span,
}

/// A type as messages show it: `f64`, `float literal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShownType {
    Literal(Kind),
    DType(DType),
}

impl ShownType {
    /// Returns what sort of number it is; strings, moments and durations are none.
    pub(super) fn kind(self) -> Option<Kind> {
        match self {
            ShownType::Literal(kind) => Some(kind),
            ShownType::DType(dtype) => Kind::of(dtype),
        }
    }
}

impl From<Type> for ShownType {
    fn from(ty: Type) -> ShownType {
        match ty {
            Type::Weak(literal) => ShownType::Literal(literal.kind()),
            Type::Strong(dtype) => ShownType::DType(dtype),
        }
    }
}

impl fmt::Display for ShownType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShownType::Literal(Kind::Bool) => f.write_str("bool literal"),
            ShownType::Literal(Kind::Int) => f.write_str("integer literal"),
            ShownType::Literal(Kind::Float) => f.write_str("float literal"),
            ShownType::Literal(Kind::Complex) => f.write_str("complex literal"),
            ShownType::DType(dtype) => dtype.fmt(f),
        }
    }
}

/// A known name near an unknown one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Nearest {
    Variable(String),
    Function(String),
}

/// What a call calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callee {
    Func(Func),
    Reduction(Reduction),
}

impl fmt::Display for Callee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Callee::Func(func) => func.fmt(f),
            Callee::Reduction(reduction) => reduction.fmt(f),
        }
    }
}

impl Callee {
    /// Returns how many arguments it takes, in words.
    fn count(self) -> String {
        let (min, max) = match self {
            Callee::Func(func) => (func.info().min_args, func.info().max_args()),
            Callee::Reduction(_) => (1, Some(2)),
        };
        match max {
            None => format!("at least {}", Count(min)),
            Some(max) if max == min => Count(min).to_string(),
            Some(max) if max == min + 1 => format!("{min} or {}", Count(max)),
            Some(max) => format!("{min} to {}", Count(max)),
        }
    }
}

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
            Construct::Attribute(name) => write!(f, "attribute `.{name}`"),
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
    /// It is for numbers.
    NeedsNumber,
    /// It is for strings.
    NeedsString,
    /// It is for moments and durations.
    NeedsTime,
    /// It is for bool.
    NeedsBool,
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
    fn message(self) -> String {
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
    /// A slice with bounds or a step.
    Bounds,
    /// `...` for a second time.
    SecondEllipsis,
}

impl IndexError {
    fn message(self) -> &'static str {
        match self {
            IndexError::Value => "with a value",
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
    fn message(self) -> &'static str {
        match self {
            LiteralError::Operands => "these literals do not combine",
            LiteralError::IntOverflow => "integer literals overflow 128 bits",
            LiteralError::FloatOverflow => "the power of these literals is beyond the largest f64",
            LiteralError::ZeroDivision => "division by zero",
            LiteralError::ZeroToNegative => "zero cannot be raised to a negative power",
            LiteralError::NegativeShift => "negative shift count",
        }
    }
}

/// A number of arguments.
pub(super) struct Count(pub(super) usize);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} argument{s}", self.0)
    }
}

/// The types of arguments, in words.
struct Types<'a>(&'a [Shown]);

impl fmt::Display for Types<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, arg) in self.0.iter().enumerate() {
            let between = match index {
                0 => "",
                _ if index + 1 == self.0.len() => " and ",
                _ => ", ",
            };
            write!(f, "{between}{}", arg.ty)?;
        }
        Ok(())
    }
}

impl TypeError {
    /// Returns where the mistake is; mistakes are reported in this order.
    pub(crate) fn span(&self) -> Span {
        match self {
            TypeError::UnknownVariable { spans, .. } => spans[0],
            TypeError::UnknownFunction { span, .. }
            | TypeError::VariableCalled { span, .. }
            | TypeError::FunctionAsVariable { span, .. }
            | TypeError::NotCallable { span }
            | TypeError::ArgumentCount { span, .. }
            | TypeError::UnknownKeyword { span, .. }
            | TypeError::ArgumentTwice { span, .. }
            | TypeError::Argument { span, .. }
            | TypeError::Unsupported { span, .. }
            | TypeError::NotAValue { span, .. }
            | TypeError::Index { span, .. }
            | TypeError::DoesNotFit { span, .. }
            | TypeError::NotTaken { span, .. }
            | TypeError::Strings { span, .. } => *span,
            TypeError::Unary { operand, .. } => operand.span,
            TypeError::Choose { then, .. } => then.span,
            TypeError::InCall { error, .. } => error.span(),
            TypeError::Binary { op_span, .. }
            | TypeError::Compare { op_span, .. }
            | TypeError::Literal { op_span, .. }
            | TypeError::NegativePower { op_span, .. } => *op_span,
        }
    }

    /// Returns the mistake itself, without the calls that led to it.
    pub(super) fn innermost(&mut self) -> &mut TypeError {
        match self {
            TypeError::InCall { error, .. } => error,
            other => other, // tidy: all others are no wrappers
        }
    }

    /// Returns whether the mistake is about an input of this name, in other words than that it is there.
    pub(crate) fn is_about(&self, input: &str) -> bool {
        match self {
            TypeError::UnknownVariable { nearest, .. }
            | TypeError::FunctionAsVariable { nearest, .. } => match nearest {
                Some(Nearest::Variable(name)) => name == input,
                Some(Nearest::Function(_)) | None => false,
            },
            TypeError::VariableCalled { name, .. } => name == input,
            TypeError::InCall { error, .. } => error.is_about(input),
            TypeError::UnknownFunction { .. }
            | TypeError::NotCallable { .. }
            | TypeError::ArgumentCount { .. }
            | TypeError::UnknownKeyword { .. }
            | TypeError::ArgumentTwice { .. }
            | TypeError::Argument { .. }
            | TypeError::Unsupported { .. }
            | TypeError::NotAValue { .. }
            | TypeError::Index { .. }
            | TypeError::Unary { .. }
            | TypeError::Binary { .. }
            | TypeError::Compare { .. }
            | TypeError::Choose { .. }
            | TypeError::Literal { .. }
            | TypeError::DoesNotFit { .. }
            | TypeError::NegativePower { .. }
            | TypeError::NotTaken { .. }
            | TypeError::Strings { .. } => false,
        }
    }

    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            TypeError::InCall { error, .. } => error.kind(),
            TypeError::UnknownVariable { .. } | TypeError::UnknownFunction { .. } => {
                ErrorKind::UnknownName
            }
            TypeError::Unsupported { .. }
            | TypeError::Index { .. }
            | TypeError::Strings { .. }
            | TypeError::NotTaken { because: Because::GivesFloat16, .. } => ErrorKind::Unsupported,
            TypeError::VariableCalled { .. }
            | TypeError::FunctionAsVariable { .. }
            | TypeError::NotCallable { .. }
            | TypeError::ArgumentCount { .. }
            | TypeError::UnknownKeyword { .. }
            | TypeError::ArgumentTwice { .. }
            | TypeError::Argument { .. }
            | TypeError::NotAValue { .. }
            | TypeError::Unary { .. }
            | TypeError::Binary { .. }
            | TypeError::Compare { .. }
            | TypeError::Choose { .. }
            | TypeError::Literal { .. }
            | TypeError::DoesNotFit { .. }
            | TypeError::NegativePower { .. }
            | TypeError::NotTaken { .. } => ErrorKind::Type,
        }
    }
}
