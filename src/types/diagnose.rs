//! What is said about each mistake: labels that state what is there, and help.

use super::error::{
    ArgumentError, Because, Callee, Construct, Count, IndexError, Nearest, Rewrite, Shown,
    ShownType, TypeError,
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
            TypeError::InCall { error, calls } => {
                calls.iter().fold(error.diagnostic(), |d, &call| d.context(call, "called here"))
            }
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
            TypeError::UnknownFunction { name, span, nearest } => {
                let base = base.at(*span, "not a function");
                match (known_elsewhere(name), nearest) {
                    (Some(help), _) => base.help(help),
                    (None, Some(name)) => base.help(format_args!("did you mean `{name}`?")),
                    (None, None) => base,
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
            TypeError::ArgumentCount { callee, span, given } => {
                count_help(base.at(*span, format_args!("{} given", Count(*given))), *callee, *given)
            }
            TypeError::UnknownKeyword { callee, span, .. } => {
                base.at(*span, "unknown").help(keyword_help(*callee))
            }
            TypeError::ArgumentTwice { span, .. } => {
                base.at(*span, "given again").help("remove one of them")
            }
            TypeError::Argument { callee, span, why, .. } => {
                base.at(*span, argument_label(*why)).help(argument_help(*callee, *why))
            }
            TypeError::Unsupported { construct, span } => {
                let base = base.at(*span, "not part of the language");
                match construct_help(construct) {
                    Some(help) => base.help(help),
                    None => base,
                }
            }
            TypeError::NotAValue { construct, span } => {
                base.at(*span, "used like a number").help(value_help(construct))
            }
            TypeError::Index { span, why } => {
                let base = base.at(*span, "not `:`, `None` or `...`");
                match why {
                    IndexError::Value | IndexError::Bounds => {
                        base.help("pass the part as an input of its own")
                    }
                    IndexError::SecondEllipsis => base.help("write `:` for each axis"),
                }
            }
            TypeError::Unary { op, operand } => {
                base.at(operand.span, operand.ty).help(unary_help(*op, operand.ty))
            }
            TypeError::Binary { op, op_span, lhs, rhs, because, rewrite } => {
                let help = match because {
                    Because::FloatBits => bits_help(op.symbol(), *lhs, *rhs, rewrite),
                    other => because_help(*other).to_owned(), // tidy: the one with a rewrite is above
                };
                base.at(*op_span, because_rule(*because))
                    .context(lhs.span, lhs.ty)
                    .context(rhs.span, rhs.ty)
                    .help(help)
            }
            TypeError::Compare { op_span, lhs, rhs, because } => base
                .at(*op_span, because_rule(*because))
                .context(lhs.span, lhs.ty)
                .context(rhs.span, rhs.ty)
                .help(because_help(*because)),
            TypeError::Choose { then, otherwise, because } => base
                .at(then.span, then.ty)
                .at(otherwise.span, otherwise.ty)
                .help(because_help(*because)),
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
                let fits_i64 = i64::try_from(*value).is_ok();
                if beside.is_some() && *dtype != DType::I64 && fits_i64 {
                    base.help("or pass the input as i64")
                } else {
                    base
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
            TypeError::NotTaken { callee, args, because, .. } => {
                let base = args.iter().fold(base, |d, arg| d.at(arg.span, arg.ty));
                let base = match because {
                    Because::GivesFloat16 => base.note("NumPy computes it in float16"),
                    _ => base, // tidy: only one has a note
                };
                base.help(not_taken_help(*callee, *because))
            }
            TypeError::Strings { span, ty, .. } => base
                .at(*span, ty)
                .help("strings are only compared, searched and passed on as they are"),
        }
    }
}

fn did_you_mean(nearest: &Nearest) -> String {
    match nearest {
        Nearest::Variable(name) => format!("did you mean `{name}`?"),
        Nearest::Function(name) => format!("did you mean the function `{name}(…)`?"),
    }
}

/// Returns how to write what NumPy has under this name, where there is a short way.
fn known_elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "divmod" => "write its parts: `x // y, x % y`",
        "modf" => "write its parts: `fmod(x, 1), trunc(x)`",
        "dot" | "vdot" | "inner" | "matmul" => {
            "for the inner product of two vectors write `sum(a * b)`"
        }
        "average" => "write `sum(x * w) / sum(w)`, or `mean(x)`",
        "nanstd" | "nanvar" => "write `var(x, where=~isnan(x))`",
        "ptp" => "write `max(x) - min(x)`",
        "float" | "float64" | "double" => "to convert an array write `1.0 * x`",
        "int" | "int64" => "for the whole part write `trunc(x)`",
        "isneginf" => "write `x == -inf`",
        "isposinf" => "write `x == inf`",
        "expand_dims" => "write `x[:, None]`",
        _ => return None, // tidy: a name, not an op
    })
}

fn count_help(base: Diagnostic, callee: Callee, given: usize) -> Diagnostic {
    match callee {
        Callee::Func(Func::Where) => base.help("write `where(condition, x, y)`"),
        Callee::Func(Func::Case) => base.help("write `case(c1, x1, c2, x2, default)`"),
        Callee::Func(Func::Maximum | Func::Minimum | Func::Fmax | Func::Fmin) if given > 2 => {
            base.help(format_args!("nest it: `{callee}(a, {callee}(b, c))`"))
        }
        Callee::Func(func) => {
            base.help(format_args!("write `{func}({})`", func.info().params.join(", ")))
        }
        Callee::Reduction(_) => {
            base.help(format_args!("write `{callee}(x)` or `{callee}(x, axis=0)`"))
        }
    }
}

fn keyword_help(callee: Callee) -> String {
    let names = match callee {
        Callee::Func(func) => {
            let info = func.info();
            if info.max_args().is_some() { &info.params[info.min_args..] } else { &[] }
        }
        Callee::Reduction(reduction) => reduction.info().params,
    };
    if names.is_empty() {
        "pass arguments by position".to_owned()
    } else {
        format!("it has `{}`", names.join("`, `"))
    }
}

fn argument_label(why: ArgumentError) -> &'static str {
    match why {
        ArgumentError::NotAxis => "not a literal axis",
        ArgumentError::NotFlag => "not a literal truth value",
        ArgumentError::NotInteger => "not an integer literal",
        ArgumentError::NotNumber => "not a literal number",
        ArgumentError::NotLiterals => "not only literals",
        ArgumentError::NotList => "not a list",
        ArgumentError::OtherLength => "another number",
        ArgumentError::NeedsInitial => "leaves out elements",
        ArgumentError::NotBool(_) => "not bool",
        ArgumentError::NotOfDType(_) => "does not go into the dtype",
        ArgumentError::NoDefault => "no default at the end",
    }
}

fn argument_help(callee: Callee, why: ArgumentError) -> String {
    match (why, callee) {
        (ArgumentError::NotAxis, Callee::Reduction(Reduction::Min)) => {
            "for the smaller of two numbers write `minimum(a, b)`".to_owned()
        }
        (ArgumentError::NotAxis, Callee::Reduction(Reduction::Max)) => {
            "for the larger of two numbers write `maximum(a, b)`".to_owned()
        }
        (ArgumentError::NotAxis, _) => format!("write it out: `{callee}(x, axis=0)`"),
        (ArgumentError::NotFlag, _) => "write `True` or `False`".to_owned(),
        (ArgumentError::NotInteger | ArgumentError::NotNumber, _) => {
            "write the number itself".to_owned()
        }
        (ArgumentError::NotLiterals, _) => "compare with each: `(x == a) | (x == b)`".to_owned(),
        (ArgumentError::NotList, Callee::Func(Func::Select)) => {
            "write `select([c1, c2], [x1, x2], default)`".to_owned()
        }
        (ArgumentError::NotList, _) => format!("write `{callee}(x, [1, 2, 3])`"),
        (ArgumentError::OtherLength, _) => "write as many choices as conditions".to_owned(),
        (ArgumentError::NeedsInitial, _) => {
            format!("say what no element gives: `{callee}(x, where=c, initial=0)`")
        }
        (ArgumentError::NotBool(_), _) => "compare first: `where=c != 0`".to_owned(),
        (ArgumentError::NotOfDType(_), _) => "write a number that the dtype holds".to_owned(),
        (ArgumentError::NoDefault, _) => "add what holds if no condition does".to_owned(),
    }
}

fn value_help(construct: &Construct) -> &'static str {
    match construct {
        Construct::Tuple => "several results are written without operators around: `a, b`",
        Construct::List => "a list is for `isin(x, […])` and `x in […]`",
        Construct::Slice | Construct::Ellipsis => "it belongs into a subscript: `x[:, None]`",
        _ => "leave it out or write a number", // tidy: what is left is `None`
    }
}

fn unary_help(op: UnaryOp, ty: ShownType) -> &'static str {
    match (op, ty.kind()) {
        (UnaryOp::Neg | UnaryOp::Pos, None) => "it is for numbers and durations",
        (UnaryOp::Invert | UnaryOp::Not, None) => "compare it first",
        (UnaryOp::Invert, Some(Kind::Float | Kind::Complex)) => {
            "`~` flips the bits of an integer; write `not x` for a truth value"
        }
        (UnaryOp::Invert, Some(Kind::Bool | Kind::Int)) => "write `not x` for a truth value",
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
            (_, Some(Kind::Bool)) => format!("compare first: `(a != 0) {symbol} b`"),
            (Some(Kind::Bool), _) => format!("compare first: `a {symbol} (b != 0)`"),
            (_, _) => format!("`{symbol}` combines bits; compare first to combine truth values"),
        },
    }
}

/// Returns the rule that the operands break.
fn because_rule(because: Because) -> &'static str {
    match because {
        Because::BoolSubtract => "is not defined for booleans",
        Because::FloatShift => "expects integers on both sides",
        Because::FloatBits => "expects integers or booleans on both sides",
        Because::NoFloor => "is not defined for complex numbers",
        Because::MixedSigns => "has no integer dtype for both sides",
        Because::GivesFloat16 => "gives float16 in NumPy",
        Because::NoSign | Because::NeedsNumber => "is for numbers",
        Because::NeedsInteger => "is for integers",
        Because::NeedsReal => "is for real numbers",
        Because::NeedsString => "is for strings",
        Because::NeedsTime => "is for moments and durations",
        Because::NeedsBool => "is for booleans",
        Because::OfStrings => "is not defined for strings",
        Because::BytesAndStr => "has bytes on one side and str on the other",
        Because::StringAndOther => "has a string on one side only",
        Because::OfTimes => "is not defined for moments and durations",
        Because::OfMoments => "is not defined for moments",
        Because::Units => "has years or months on one side only",
        Because::UnitsTooFar => "has units too far apart",
        Because::TwoMoments => "has two moments",
        Because::MinusMoment => "takes a moment from what is none",
        Because::MomentAndOther => "has a moment on one side only",
        Because::MomentScaled => "is not defined for moments",
        Because::DurationAndFloat | Because::DurationAndNumber | Because::DurationAndUnsigned => {
            "has a duration on one side only"
        }
        Because::NumberByDuration => "divides a number by a duration",
    }
}

/// Returns what to do about operands that break the rule.
fn because_help(because: Because) -> &'static str {
    match because {
        Because::BoolSubtract => "write `a ^ b` or `a != b`, or `1*a - b` for numbers",
        Because::FloatShift => "multiply or divide by a power of two: `x * 2.0**n`",
        Because::FloatBits => "compare first to combine truth values",
        Because::NoFloor => "use `abs(x)`, `x.real` or `x.imag`",
        Because::MixedSigns => "pass both as i64 or both as u64",
        Because::GivesFloat16 => "convert it to a float first: `1.0*x`",
        Because::NoSign => "a bool is its own sign",
        Because::NeedsInteger => "round first and pass it as an integer",
        Because::NeedsReal => "use `abs(x)`, `x.real` or `x.imag`",
        Because::NeedsNumber => "pass numbers",
        Because::NeedsString => "pass bytes or str",
        Because::NeedsTime => "for numbers write `isnan(x)`",
        Because::NeedsBool => "compare first: `x != 0`",
        Because::OfStrings => {
            "strings are compared, and searched with `contains`, `startswith` and `endswith`"
        }
        Because::BytesAndStr => "literals of bytes are written b'…'; pass arrays as one of the two",
        Because::StringAndOther => "a string goes only with another string",
        Because::OfTimes => "divide by a duration first, or pass the counts as i64",
        Because::OfMoments => "subtract a moment first: `mean(t - t0)`",
        Because::Units => "years and months have no fixed length: convert one of them before",
        Because::UnitsTooFar => "convert one of them to a unit in between",
        Because::TwoMoments => "subtract them for the duration in between",
        Because::MinusMoment => "swap the sides, or subtract two moments",
        Because::MomentAndOther => "a moment goes with moments; add or subtract durations",
        Because::MomentScaled => "subtract a moment first: `(t - t0) * 2`",
        Because::DurationAndFloat => "pass the float as an integer or a duration",
        Because::DurationAndNumber => "divide by a duration for a number, or pass a duration",
        Because::DurationAndUnsigned => "pass the integer as i64",
        Because::NumberByDuration => "swap the sides",
    }
}

fn not_taken_help(callee: Callee, because: Because) -> &'static str {
    match (callee, because) {
        (Callee::Func(Func::Isnat), Because::NeedsTime) => "for numbers write `isnan(x)`",
        (Callee::Func(Func::Complex), Because::NeedsReal) => "pass the two parts as floats",
        (_, because) => because_help(because),
    }
}

fn literal_label(why: LiteralError, op: &str) -> String {
    match why {
        LiteralError::Operands => "does not take these literals".to_owned(),
        LiteralError::IntOverflow => format!("the result of `{op}` needs more than 128 bits"),
        LiteralError::FloatOverflow => "too large".to_owned(),
        LiteralError::ZeroDivision => "the right-hand side is 0".to_owned(),
        LiteralError::ZeroToNegative => "0 to a negative power".to_owned(),
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
            Some("for infinity write `inf`")
        }
        LiteralError::NegativeShift => Some("shift the other way"),
        LiteralError::Operands => None,
    }
}

fn construct_help(construct: &Construct) -> Option<String> {
    let help = match construct {
        Construct::MatMul => "for the inner product of two vectors write `sum(a * b)`",
        Construct::Compare(CompareOp::Is) => "write `==`",
        Construct::Compare(CompareOp::IsNot) => "write `!=`",
        Construct::ChainedIn => "write `and` between two comparisons",
        Construct::Method(name) => {
            return is_function(name).then(|| format!("call the function: `{name}(x)`"));
        }
        Construct::ModuleMember(_, name) if is_function(name) => {
            return Some(format!("write `{name}(…)`"));
        }
        Construct::ModuleMember(_, name) => {
            let known = ["pi", "e", "inf", "nan", "newaxis"].contains(&name.as_str());
            return known.then(|| format!("write `{name}`"));
        }
        Construct::Attribute(name) if name == "T" => "pass the transposed array",
        Construct::Attribute(_) => "arrays have `.real` and `.imag`",
        Construct::Keyword(_, keyword) if keyword == "dtype" => {
            "convert the argument, or pass an output of the dtype"
        }
        Construct::Keyword(_, keyword) if keyword == "out" => "pass the output to the kernel",
        Construct::Keyword(_, keyword) if keyword == "where" => "write `where(condition, x, y)`",
        Construct::Keyword(..)
        | Construct::None
        | Construct::Ellipsis
        | Construct::Slice
        | Construct::Tuple
        | Construct::List
        | Construct::Compare(
            CompareOp::In
            | CompareOp::NotIn
            | CompareOp::Lt
            | CompareOp::Le
            | CompareOp::Eq
            | CompareOp::Ne
            | CompareOp::Ge
            | CompareOp::Gt,
        ) => return None,
    };
    Some(help.to_owned())
}

fn is_function(name: &str) -> bool {
    Func::from_name(name).is_some() || Reduction::from_name(name).is_some()
}
