//! The mistakes that [`check`](super::check) finds, as data.

mod reason;

pub(crate) use reason::{ArgumentError, Because, Construct, IndexError, Rewrite};

use std::fmt;

use super::Type;
use super::literal::{Kind, LiteralError};
use super::numexpr::Raised;
use crate::diag::{ErrorKind, Span};
use crate::dtype::DType;
use crate::ops::{BinaryOp, Func, Reduction, UnaryOp};

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
    /// In numexpr's dialect.
    #[error("{}", .0.message)]
    Raised(Box<Raised>),
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
    Given(Kind),
    DType(DType),
}

impl ShownType {
    /// Returns what sort of number it is; strings, moments and durations are none.
    pub(super) fn kind(self) -> Option<Kind> {
        match self {
            ShownType::Literal(kind) | ShownType::Given(kind) => Some(kind),
            ShownType::DType(dtype) => Kind::of(dtype),
        }
    }

    /// Returns whether it is a moment or a duration.
    pub(super) fn is_time(self) -> bool {
        matches!(self, ShownType::DType(DType::Datetime(_) | DType::Timedelta(_)))
    }
}

impl From<Type> for ShownType {
    fn from(ty: Type) -> ShownType {
        match ty {
            Type::Weak(literal) => ShownType::Literal(literal.kind()),
            Type::Given(kind) => ShownType::Given(kind),
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
            ShownType::Given(Kind::Bool) => f.write_str("weak bool"),
            ShownType::Given(Kind::Int) => f.write_str("weak integer"),
            ShownType::Given(Kind::Float) => f.write_str("weak float"),
            ShownType::Given(Kind::Complex) => f.write_str("weak complex"),
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
                _ => ", ", // tidy: a position
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
            TypeError::Raised(raised) => raised.span,
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
            TypeError::Unsupported { construct: Construct::Column(name), .. } => name == input,
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
            | TypeError::Strings { .. }
            | TypeError::Raised(_) => false,
        }
    }

    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            TypeError::InCall { error, .. } => error.kind(),
            TypeError::Raised(raised) => raised.kind(),
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
