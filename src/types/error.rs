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
    #[error("`{callee}` takes {}, not {given}", Count(*.expected))]
    ArgumentCount { callee: Callee, span: Span, expected: usize, given: usize },
    #[error("`{callee}` has no argument `{keyword}`")]
    UnknownKeyword { callee: Callee, keyword: String, span: Span },
    #[error("{construct} is not supported yet")]
    Unsupported { construct: Construct, span: Span },
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
    #[error("{}", .why.message(*.func))]
    NotForBool { func: Func, span: Span, args: Vec<Shown>, why: NotForBool },
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
    pub(super) fn kind(self) -> Kind {
        match self {
            ShownType::Literal(kind) => kind,
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

/// A piece of the language that this version does not compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Construct {
    ImaginaryLiteral,
    StringLiteral,
    BytesLiteral,
    None,
    MatMul,
    Compare(CompareOp),
    Attribute(String),
    Method(String),
    /// `np.sqrt`: the module and what is read from it.
    ModuleMember(String, String),
    Subscript,
    Slice,
    Tuple,
    List,
    /// A function of the language that is planned.
    Function(&'static str),
    Keyword(Callee, String),
}

impl fmt::Display for Construct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Construct::ImaginaryLiteral => f.write_str("complex literal"),
            Construct::StringLiteral => f.write_str("string literal"),
            Construct::BytesLiteral => f.write_str("bytes literal"),
            Construct::None => f.write_str("`None`"),
            Construct::MatMul => f.write_str("operator `@`"),
            Construct::Compare(op) => write!(f, "operator `{}`", op.symbol()),
            Construct::Attribute(name) => write!(f, "attribute `.{name}`"),
            Construct::Method(name) => write!(f, "method `.{name}()`"),
            Construct::ModuleMember(module, name) => write!(f, "module member `{module}.{name}`"),
            Construct::Subscript => f.write_str("subscript"),
            Construct::Slice => f.write_str("slice"),
            Construct::Tuple => f.write_str("tuple"),
            Construct::List => f.write_str("list"),
            Construct::Function(name) => write!(f, "function `{name}`"),
            Construct::Keyword(callee, keyword) => write!(f, "argument `{keyword}` of `{callee}`"),
        }
    }
}

/// Why an infix operator does not take its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Because {
    /// `-` of two bools.
    BoolSubtract,
    /// An operator for which NumPy turns two bools into int8.
    GivesInt8,
    /// A shift with a float.
    FloatShift,
    /// `&`, `|` or `^` with a float.
    FloatBits,
}

impl Because {
    /// The reason for which an operator does not take two literals.
    pub(crate) fn of_literals(op: BinaryOp) -> Because {
        if matches!(op, BinaryOp::Shl | BinaryOp::Shr) {
            Because::FloatShift
        } else {
            Because::FloatBits
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

/// Why a function does not take `bool`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotForBool {
    GivesFloat16,
    GivesInt8,
    NoSign,
    OwnConjugate,
    IsWhole,
}

impl NotForBool {
    fn message(self, func: Func) -> String {
        match self {
            NotForBool::NoSign => format!("`{func}` does not take bool"),
            NotForBool::GivesFloat16
            | NotForBool::GivesInt8
            | NotForBool::OwnConjugate
            | NotForBool::IsWhole => format!("`{func}` of bool is not supported yet"),
        }
    }
}

impl LiteralError {
    fn message(self) -> &'static str {
        match self {
            LiteralError::Operands => "these literals do not combine",
            LiteralError::IntOverflow => "integer literals overflow 128 bits",
            LiteralError::FloatOverflow => "the power of these literals is beyond the largest f64",
            LiteralError::ZeroDivision => "division by zero",
            LiteralError::ZeroToNegative => "zero cannot be raised to a negative power",
            LiteralError::Complex => "complex result is not supported yet",
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
            | TypeError::Unsupported { span, .. }
            | TypeError::DoesNotFit { span, .. }
            | TypeError::NotForBool { span, .. } => *span,
            TypeError::Unary { operand, .. } => operand.span,
            TypeError::Binary { op_span, .. }
            | TypeError::Literal { op_span, .. }
            | TypeError::NegativePower { op_span, .. } => *op_span,
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
            TypeError::UnknownFunction { .. }
            | TypeError::NotCallable { .. }
            | TypeError::ArgumentCount { .. }
            | TypeError::UnknownKeyword { .. }
            | TypeError::Unsupported { .. }
            | TypeError::Unary { .. }
            | TypeError::Binary { .. }
            | TypeError::Literal { .. }
            | TypeError::DoesNotFit { .. }
            | TypeError::NegativePower { .. }
            | TypeError::NotForBool { .. } => false,
        }
    }

    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            TypeError::UnknownVariable { .. } | TypeError::UnknownFunction { .. } => {
                ErrorKind::UnknownName
            }
            TypeError::Unsupported { .. }
            | TypeError::Binary { because: Because::GivesInt8, .. }
            | TypeError::Literal { why: LiteralError::Complex, .. }
            | TypeError::NotForBool {
                why:
                    NotForBool::GivesFloat16
                    | NotForBool::GivesInt8
                    | NotForBool::OwnConjugate
                    | NotForBool::IsWhole,
                ..
            } => ErrorKind::Unsupported,
            TypeError::VariableCalled { .. }
            | TypeError::FunctionAsVariable { .. }
            | TypeError::NotCallable { .. }
            | TypeError::ArgumentCount { .. }
            | TypeError::UnknownKeyword { .. }
            | TypeError::Unary { .. }
            | TypeError::Binary { .. }
            | TypeError::Literal { .. }
            | TypeError::DoesNotFit { .. }
            | TypeError::NegativePower { .. }
            | TypeError::NotForBool { why: NotForBool::NoSign, .. } => ErrorKind::Type,
        }
    }
}
