//! What is said about each mistake: labels that state what is there, and help.

mod elsewhere;
mod help;

use self::help::{
    argument_help, argument_label, because_help, because_rule, bits_help, construct_help,
    count_help, did_you_mean, keyword_help, not_taken_help, pair_help, unary_help, value_help,
};
pub(super) use self::help::{literal_help, literal_label};
use super::error::{Because, Count, IndexError, Nearest, Shown, ShownType, TypeError};
use crate::diag::{Diagnostic, Exception};
use crate::dtype::DType;

impl TypeError {
    /// Returns the mistake as a message with labels and help.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let base = Diagnostic::new(self.kind(), self);
        match self {
            TypeError::InCall { error, calls } => {
                calls.iter().fold(error.diagnostic(), |d, &call| d.context(call, "called here"))
            }
            TypeError::Raised(raised) => raised.diagnostic(),
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
                match (elsewhere::function(name), nearest) {
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
                    IndexError::Mask => base
                        .help("to choose elements write `where(condition, x, y)`")
                        .help("or, in a reduction, `sum(x, where=condition)`"),
                    IndexError::Column => base.help("a column is an input: write its name alone"),
                    IndexError::SecondEllipsis => base.help("write `:` for each axis"),
                }
            }
            TypeError::Unary { op, operand } => {
                base.at(operand.span, operand.ty).help(unary_help(*op, operand.ty))
            }
            TypeError::Binary { op, op_span, lhs, rhs, because, rewrite } => {
                let help = match because {
                    Because::FloatBits => bits_help(op.symbol(), *lhs, *rhs, rewrite),
                    other => pair_help(*other, lhs.ty, rhs.ty).to_owned(), // tidy: the one with a rewrite is above
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
                .help(pair_help(*because, lhs.ty, rhs.ty)),
            TypeError::Choose { then, otherwise, because } => base
                .at(then.span, then.ty)
                .at(otherwise.span, otherwise.ty)
                .help(because_help(*because)),
            TypeError::Literal { op, op_span, why } => {
                let base = base.raising(why.exception()).at(*op_span, literal_label(*why, op));
                match literal_help(*why, op) {
                    Some(help) => base.help(help),
                    None => base,
                }
            }
            TypeError::DoesNotFit { value, dtype, span, beside } => {
                let base = base.raising(Exception::OverflowError).at(*span, "integer literal");
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
                .raising(negative_power(*operand, *exponent))
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

/// Returns the exception that a negative exponent of integers is: to NumPy it may be one that does not fit them.
pub(super) fn negative_power(base: Shown, exponent: i128) -> Exception {
    let range = match base.ty {
        ShownType::DType(dtype) => dtype.int_range(),
        ShownType::Literal(_) | ShownType::Given(_) => None,
    };
    if range.is_some_and(|(least, _)| exponent < least) {
        Exception::OverflowError
    } else {
        Exception::ValueError
    }
}
