//! The rules of strings: they are compared and searched, bytes with bytes and str with str.

use super::error::{Because, Callee, TypeError};
use super::promote::{Operand, Typed};
use super::{Meaning, Type};
use crate::diag::Span;
use crate::dtype::DType;
use crate::ops::Func;

/// Returns the dtype of the longer of two strings of the same kind.
pub(super) fn common(lhs: Operand, rhs: Operand) -> Result<DType, Because> {
    match (lhs.ty, rhs.ty) {
        (Type::Strong(DType::Bytes(m)), Type::Strong(DType::Bytes(n))) => {
            Ok(DType::Bytes(m.max(n)))
        }
        (Type::Strong(DType::Str(m)), Type::Strong(DType::Str(n))) => Ok(DType::Str(m.max(n))),
        (Type::Strong(x), Type::Strong(y)) if x.is_string() && y.is_string() => {
            Err(Because::BytesAndStr)
        }
        (Type::Weak(_) | Type::Given(_) | Type::Strong(_), _) => Err(Because::StringAndOther),
    }
}

/// Types a question about two strings that is written as a function.
pub(super) fn function(func: Func, span: Span, args: &[Operand]) -> Result<Typed, TypeError> {
    let not_taken = |because| {
        let args = args.iter().map(|arg| arg.shown()).collect();
        TypeError::NotTaken { callee: Callee::Func(func), span, args, because }
    };
    let because_of = |because| match because {
        Because::StringAndOther => Because::NeedsString,
        other => other, // tidy: one reason is worded for comparisons
    };
    let dtype = common(args[0], args[1]).map_err(|because| not_taken(because_of(because)))?;
    Ok(Typed::strong(DType::Bool, Meaning::Function(func, dtype)))
}

/// Returns the dtype of a bytes literal: trailing zeros do not count.
pub(super) fn of_bytes(text: &[u8]) -> DType {
    DType::Bytes(length(text.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)))
}

/// Returns the dtype of a string literal: trailing zeros do not count.
pub(super) fn of_str(text: &str) -> DType {
    DType::Str(length(text.trim_end_matches('\0').chars().count()))
}

fn length(n: usize) -> u32 {
    u32::try_from(n).expect("text length is limited to u32")
}
