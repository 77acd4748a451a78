//! The words: what to do about each mistake.

use super::elsewhere;
use crate::diag::Diagnostic;
use crate::ops::{BinaryOp, CompareOp, Func, Reduction, UnaryOp};
use crate::types::error::{
    ArgumentError, Because, Callee, Construct, Nearest, Rewrite, Shown, ShownType,
};
use crate::types::literal::{Kind, LiteralError};

pub(super) fn did_you_mean(nearest: &Nearest) -> String {
    match nearest {
        Nearest::Variable(name) => format!("did you mean `{name}`?"),
        Nearest::Function(name) => format!("did you mean the function `{name}(…)`?"),
    }
}

pub(super) fn count_help(base: Diagnostic, callee: Callee, given: usize) -> Diagnostic {
    match callee {
        Callee::Func(Func::Where) => base.help("write `where(condition, x, y)`"),
        Callee::Func(Func::Case) => base.help("write `case(c1, x1, c2, x2, default)`"),
        Callee::Func(Func::Maximum | Func::Minimum | Func::Fmax | Func::Fmin) if given > 2 => {
            base.help(format_args!("nest it: `{callee}(a, {callee}(b, c))`"))
        }
        Callee::Func(Func::Log) if given == 2 => {
            base.help("for another base write `log2(x)`, `log10(x)` or `log(x) / log(base)`")
        }
        Callee::Func(func) => {
            base.help(format_args!("write `{func}({})`", func.info().params.join(", ")))
        }
        Callee::Reduction(_) => {
            base.help(format_args!("write `{callee}(x)` or `{callee}(x, axis=0)`"))
        }
    }
}

pub(super) fn keyword_help(callee: Callee) -> String {
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

pub(super) fn argument_label(why: ArgumentError) -> &'static str {
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

pub(super) fn argument_help(callee: Callee, why: ArgumentError) -> String {
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

pub(super) fn value_help(construct: &Construct) -> &'static str {
    match construct {
        Construct::Tuple => "several results are written without operators around: `a, b`",
        Construct::List => "a list is for `isin(x, […])` and `x in […]`",
        Construct::Slice | Construct::Ellipsis => "it belongs into a subscript: `x[:, None]`",
        _ => "leave it out or write a number", // tidy: what is left is `None`
    }
}

pub(super) fn unary_help(op: UnaryOp, ty: ShownType) -> &'static str {
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

pub(super) fn bits_help(symbol: &str, lhs: Shown, rhs: Shown, rewrite: &Option<Rewrite>) -> String {
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
            (_, _) if symbol == BinaryOp::BitXor.symbol() => {
                "`^` combines bits; for a power write `**`".to_owned()
            }
            (_, _) => format!("`{symbol}` combines bits; compare first to combine truth values"),
        },
    }
}

/// Returns the rule that the operands break.
pub(super) fn because_rule(because: Because) -> &'static str {
    match because {
        Because::BoolSubtract => "is not defined for booleans",
        Because::FloatShift => "expects integers on both sides",
        Because::FloatBits => "expects integers or booleans on both sides",
        Because::NoFloor => "is not defined for complex numbers",
        Because::MixedSigns => "has no integer dtype for both sides",
        Because::GivesFloat16 => "gives float16 in NumPy",
        Because::NoSign => "is for numbers",
        Because::NeedsInteger => "is for integers",
        Because::NeedsReal => "is for real numbers",
        Because::NeedsString => "is for strings",
        Because::NeedsTime => "is for moments and durations",
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

/// Returns what to do about operands of these types that break the rule.
pub(super) fn pair_help(because: Because, lhs: ShownType, rhs: ShownType) -> &'static str {
    match (because, lhs.is_time() || rhs.is_time()) {
        (Because::OfStrings | Because::StringAndOther, true) => {
            "a string is not read as a moment: pass the moment as an input"
        }
        (because, _) => because_help(because),
    }
}

/// Returns what to do about operands that break the rule.
pub(super) fn because_help(because: Because) -> &'static str {
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
        Because::NeedsString => "pass bytes or str",
        Because::NeedsTime => "for numbers write `isnan(x)`",
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

pub(super) fn not_taken_help(callee: Callee, because: Because) -> &'static str {
    match (callee, because) {
        (Callee::Func(Func::Isnat), Because::NeedsTime) => "for numbers write `isnan(x)`",
        (Callee::Func(Func::Complex), Because::NeedsReal) => "pass the two parts as floats",
        (_, because) => because_help(because),
    }
}

pub(in crate::types) fn literal_label(why: LiteralError, op: &str) -> String {
    match why {
        LiteralError::Operands => "does not take these literals".to_owned(),
        LiteralError::IntOverflow => format!("the result of `{op}` needs more than 128 bits"),
        LiteralError::FloatOverflow => "too large".to_owned(),
        LiteralError::ZeroDivision => "the right-hand side is 0".to_owned(),
        LiteralError::ZeroToNegative => "0 to a negative power".to_owned(),
        LiteralError::NegativeShift => "shifts by a negative number".to_owned(),
        LiteralError::FloatPower => "the exponent is negative".to_owned(),
        LiteralError::ComplexPower => "the base is negative, the exponent not whole".to_owned(),
    }
}

pub(in crate::types) fn literal_help(why: LiteralError, op: &str) -> Option<&'static str> {
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
        LiteralError::FloatPower => Some("give the base as a float: `10.0**n`"),
        LiteralError::ComplexPower => Some("give the base as a complex number"),
        LiteralError::Operands => None,
    }
}

pub(super) fn construct_help(construct: &Construct) -> Option<String> {
    let help = match construct {
        Construct::MatMul => elsewhere::matrix_product(),
        Construct::Compare(CompareOp::Is) => "write `==`; for missing numbers write `isnan(x)`",
        Construct::Compare(CompareOp::IsNot) => {
            "write `!=`; for numbers that are there `~isnan(x)`"
        }
        Construct::ChainedIn => "write `and` between two comparisons",
        Construct::Method(name) => return elsewhere::member(name),
        Construct::Column(name) => {
            return Some(format!("columns are inputs of their own: write `{name}`"));
        }
        Construct::ModuleMember(_, name) if is_function(name) => {
            return Some(format!("write `{name}(…)`"));
        }
        Construct::ModuleMember(_, name) => {
            if ["pi", "e", "inf", "nan", "newaxis"].contains(&name.as_str()) {
                return Some(format!("write `{name}`"));
            }
            return elsewhere::function(name).map(str::to_owned);
        }
        Construct::Attribute(name) if name == "T" => "pass the transposed array",
        Construct::Attribute(name) => {
            let help = elsewhere::member(name);
            return help.or_else(|| Some("arrays have `.real` and `.imag`".to_owned()));
        }
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
