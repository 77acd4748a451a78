//! What is said about each mistake: labels that state what is there, and help.

use super::error::{
    Because, Callee, Construct, Count, Nearest, NotForBool, Rewrite, Shown, ShownType, TypeError,
};
use super::literal::{Kind, LiteralError};
use crate::diag::Diagnostic;
use crate::dtype::DType;
use crate::ops::{BinaryOp, CompareOp, Func, Reduction, UnaryOp};

impl TypeError {
    /// Returns the mistake as a message with labels and help.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let base = Diagnostic::new(self.kind(), self);
        match self {
            TypeError::UnknownVariable { spans, nearest, inputs, .. } => {
                let base = spans[1..]
                    .iter()
                    .fold(base.at(spans[0], "not an input"), |d, &span| d.at(span, "nor here"));
                match nearest {
                    Some(nearest) => base.help(did_you_mean(nearest)),
                    None if inputs.is_empty() => base,
                    None => base.note(format_args!("the inputs are `{}`", inputs.join("`, `"))),
                }
            }
            TypeError::UnknownFunction { span, nearest, .. } => {
                let base = base.at(*span, "not a function");
                match nearest {
                    Some(name) => base.help(format_args!("did you mean `{name}`?")),
                    None => base,
                }
            }
            TypeError::VariableCalled { name, span } => base
                .at(*span, "called like a function")
                .help(format_args!("to multiply, write `{name} * (…)`")),
            TypeError::FunctionAsVariable { name, span, nearest } => {
                let base = base.at(*span, "read like a variable");
                match nearest {
                    Some(nearest @ Nearest::Variable(_)) => base.help(did_you_mean(nearest)),
                    Some(Nearest::Function(_)) | None => {
                        base.help(format_args!("call it: `{name}(…)`"))
                    }
                }
            }
            TypeError::NotCallable { span } => base
                .at(*span, "not a function")
                .help("to multiply, write `*` before the parenthesis"),
            TypeError::ArgumentCount { callee, span, given, .. } => {
                count_help(base.at(*span, format_args!("{} given", Count(*given))), *callee, *given)
            }
            TypeError::UnknownKeyword { span, .. } => {
                base.at(*span, "unknown").help("pass arguments by position")
            }
            TypeError::Unsupported { construct, span } => {
                let base = base.at(*span, "not supported yet");
                match construct_help(construct) {
                    Some(help) => base.help(help),
                    None => base,
                }
            }
            TypeError::Unary { op, operand } => {
                base.at(operand.span, operand.ty).help(unary_help(*op, operand.ty))
            }
            TypeError::Binary { op, op_span, lhs, rhs, because, rewrite } => {
                let symbol = op.symbol();
                let (rule, help) = match because {
                    Because::BoolSubtract => (
                        "is not defined for booleans",
                        "write `a ^ b` or `a != b`, or `1*a - b` for numbers".to_owned(),
                    ),
                    Because::GivesInt8 => (
                        "gives int8 in NumPy",
                        format!("make one side an integer: `(1*a) {symbol} b`"),
                    ),
                    Because::FloatShift => (
                        "expects integers on both sides",
                        "multiply or divide by a power of two: `x * 2.0**n`".to_owned(),
                    ),
                    Because::FloatBits => (
                        "expects integers or booleans on both sides",
                        bits_help(symbol, *lhs, *rhs, rewrite),
                    ),
                };
                base.at(*op_span, rule)
                    .context(lhs.span, lhs.ty)
                    .context(rhs.span, rhs.ty)
                    .help(help)
            }
            TypeError::Literal { op, op_span, why } => {
                let base = base.at(*op_span, literal_label(*why, op));
                match literal_help(*why, op) {
                    Some(help) => base.help(help),
                    None => base,
                }
            }
            TypeError::DoesNotFit { value, dtype, span, beside } => {
                let base = base.at(*span, "integer literal");
                let base = match beside {
                    Some(beside) => base.context(*beside, dtype),
                    None => base,
                };
                // `{:?}` is the shortest float that reads back, with a point or an exponent.
                let base = base.help(format_args!("write it as a float: `{:?}`", *value as f64));
                match (dtype, beside) {
                    (DType::I32, Some(_)) => base.help("or pass the input as i64"),
                    (DType::Bool | DType::I32 | DType::I64 | DType::F32 | DType::F64, _) => base,
                }
            }
            TypeError::NegativePower { base: operand, exponent, op_span, span } => base
                .at(*op_span, "integers on both sides")
                .context(operand.span, operand.ty)
                .context(*span, "negative integer literal")
                .help(format_args!(
                    "make the exponent or the base a float: `a**{:?}`",
                    *exponent as f64
                )),
            TypeError::NotForBool { args, why, .. } => {
                let base = args.iter().fold(base, |d, arg| d.at(arg.span, arg.ty));
                match why {
                    NotForBool::GivesFloat16 => base
                        .note("NumPy computes it in float16")
                        .help("convert it to a float first: `1.0*x`"),
                    NotForBool::GivesInt8 => base
                        .note("NumPy computes it in int8")
                        .help("convert it to an integer first: `1*x`"),
                    NotForBool::NoSign => base.help("a bool is its own sign"),
                    NotForBool::OwnConjugate => {
                        base.note("NumPy gives int8").help("a bool is its own conjugate")
                    }
                    NotForBool::IsWhole => {
                        base.note("NumPy gives float16").help("a bool is a whole number already")
                    }
                }
            }
        }
    }
}

fn did_you_mean(nearest: &Nearest) -> String {
    match nearest {
        Nearest::Variable(name) => format!("did you mean `{name}`?"),
        Nearest::Function(name) => format!("did you mean the function `{name}(…)`?"),
    }
}

fn count_help(base: Diagnostic, callee: Callee, given: usize) -> Diagnostic {
    match callee {
        Callee::Func(Func::Where) => base.help("write `where(condition, x, y)`"),
        Callee::Func(_) => base,
        Callee::Reduction(Reduction::Min) if given == 2 => {
            base.help("for the smaller of two numbers write `minimum(a, b)`")
        }
        Callee::Reduction(Reduction::Max) if given == 2 => {
            base.help("for the larger of two numbers write `maximum(a, b)`")
        }
        Callee::Reduction(_) if given > 1 => {
            base.help("reducing along an axis is not supported yet")
        }
        Callee::Reduction(_) => base,
    }
}

fn unary_help(op: UnaryOp, ty: ShownType) -> &'static str {
    match (op, ty.kind()) {
        (UnaryOp::Invert, Kind::Float) => {
            "`~` flips the bits of an integer; write `not x` for a truth value"
        }
        (UnaryOp::Invert, Kind::Bool | Kind::Int) => "write `not x` for a truth value",
        (UnaryOp::Neg, _) => "write `~x` or `not x` for the opposite, `-(1*x)` for a number",
        (UnaryOp::Pos | UnaryOp::Not, _) => "write `1*x` for a number",
    }
}

fn bits_help(symbol: &str, lhs: Shown, rhs: Shown, rewrite: &Option<Rewrite>) -> String {
    match rewrite {
        Some(Rewrite::Parentheses) => {
            format!(
                "`{symbol}` binds more tightly than a comparison: write `(a > b) {symbol} (c < d)`"
            )
        }
        Some(Rewrite::CompareFirst(text)) => format!("compare first: `{text}`"),
        None => match (lhs.ty.kind(), rhs.ty.kind()) {
            (_, Kind::Bool) => format!("compare first: `(a != 0) {symbol} b`"),
            (Kind::Bool, _) => format!("compare first: `a {symbol} (b != 0)`"),
            (Kind::Int | Kind::Float, Kind::Int | Kind::Float) => {
                format!("`{symbol}` combines bits; compare first to combine truth values")
            }
        },
    }
}

fn literal_label(why: LiteralError, op: &str) -> String {
    match why {
        LiteralError::Operands => "does not take these literals".to_owned(),
        LiteralError::IntOverflow => format!("the result of `{op}` needs more than 128 bits"),
        LiteralError::FloatOverflow => "too large".to_owned(),
        LiteralError::ZeroDivision => "the right-hand side is 0".to_owned(),
        LiteralError::ZeroToNegative => "0 to a negative power".to_owned(),
        LiteralError::Complex => "a negative number to a fractional power".to_owned(),
        LiteralError::NegativeShift => "shifts by a negative number".to_owned(),
    }
}

fn literal_help(why: LiteralError, op: &str) -> Option<&'static str> {
    match why {
        LiteralError::IntOverflow if op == BinaryOp::Shl.symbol() => {
            Some("multiply by a power of two: `x * 2.0**n`")
        }
        LiteralError::IntOverflow => Some("write one of the numbers as a float, such as `2.0`"),
        LiteralError::ZeroDivision if op != BinaryOp::Div.symbol() => None,
        LiteralError::FloatOverflow | LiteralError::ZeroDivision | LiteralError::ZeroToNegative => {
            Some("for infinity write `1e999`")
        }
        LiteralError::NegativeShift => Some("shift the other way"),
        LiteralError::Operands | LiteralError::Complex => None,
    }
}

fn construct_help(construct: &Construct) -> Option<String> {
    let help = match construct {
        Construct::MatMul => "for the inner product of two vectors write `sum(a * b)`",
        Construct::Compare(CompareOp::In) => "compare with each: `(x == a) | (x == b)`",
        Construct::Compare(CompareOp::NotIn) => "compare with each: `(x != a) & (x != b)`",
        Construct::Compare(CompareOp::Is) => "write `==`",
        Construct::Compare(CompareOp::IsNot) => "write `!=`",
        Construct::Method(name) => {
            return is_function(name).then(|| format!("call the function: `{name}(x)`"));
        }
        Construct::ModuleMember(_, name) => {
            return is_function(name).then(|| format!("write `{name}(…)`"));
        }
        Construct::Subscript | Construct::Slice => "pass the part as an input of its own",
        Construct::Function(name) => {
            return planned_help(name).map(|text| format!("write `{text}`"));
        }
        Construct::Keyword(Callee::Reduction(_), keyword) if keyword == "where" => {
            "choose inside: `sum(where(condition, x, 0))`"
        }
        Construct::Keyword(..)
        | Construct::Compare(
            CompareOp::Lt
            | CompareOp::Le
            | CompareOp::Eq
            | CompareOp::Ne
            | CompareOp::Ge
            | CompareOp::Gt,
        )
        | Construct::ImaginaryLiteral
        | Construct::StringLiteral
        | Construct::BytesLiteral
        | Construct::None
        | Construct::Attribute(_)
        | Construct::Tuple
        | Construct::List => return None,
    };
    Some(help.to_owned())
}

fn is_function(name: &str) -> bool {
    Func::from_name(name).is_some() || Reduction::from_name(name).is_some()
}

/// Returns how to write a planned function with what there is, where that is short and exact.
fn planned_help(name: &str) -> Option<&'static str> {
    Some(match name {
        "pow" | "power" => "x**y",
        "square" => "x*x",
        "reciprocal" => "1/x",
        "exp2" => "2.0**x",
        "exp10" => "10.0**x",
        "remainder" => "x % y",
        "floor_divide" => "x // y",
        "left_shift" => "x << y",
        "right_shift" => "x >> y",
        "clip" => "minimum(maximum(x, low), high)",
        "select" | "case" => "where(condition, x, y)",
        "count_nonzero" => "sum(x != 0)",
        "nansum" => "sum(where(isnan(x), 0, x))",
        "var" => "mean((x - mean(x))**2)",
        "std" => "sqrt(mean((x - mean(x))**2))",
        "deg2rad" => "x * (3.141592653589793 / 180)",
        "rad2deg" => "x * (180 / 3.141592653589793)",
        _ => return None, // tidy: a name, not an op
    })
}
