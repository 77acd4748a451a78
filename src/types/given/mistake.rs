//! What can be wrong with numbers that are given with a run.

use crate::diag::{Diagnostic, ErrorKind, Span};
use crate::dtype::DType;
use crate::types::diagnose::{literal_help, literal_label, negative_power};
use crate::types::error::Shown;
use crate::types::literal::{Literal, LiteralError};

/// A mistake in a run.
#[derive(Clone, Debug)]
pub(crate) struct Mistake {
    pub(super) span: Span,
    pub(super) what: What,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// An operator on weak numbers has no result.
    Arithmetic {
        op: &'static str,
        why: LiteralError,
    },
    DoesNotFit {
        value: i128,
        dtype: DType,
    },
    NegativePower(NegativePower),
}

/// A negative exponent of integers.
#[derive(Clone, Debug)]
pub(super) struct NegativePower {
    pub(super) base: Shown,
    pub(super) op_span: Span,
    pub(super) exponent: i128,
}

impl What {
    /// That an integer does not fit.
    pub(super) fn does_not_fit(value: Literal, dtype: DType) -> What {
        What::DoesNotFit { value: value.as_int().unwrap_or_default(), dtype }
    }
}

impl Mistake {
    /// Returns the mistake as a message with labels and help.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let base = |message: &dyn std::fmt::Display| Diagnostic::new(ErrorKind::Value, message);
        match self.what {
            What::Arithmetic { op, why } => {
                let base = base(&why.message()).at(self.span, literal_label(why, op));
                match literal_help(why, op) {
                    Some(help) => base.help(help),
                    None => base,
                }
                .raising(why.exception())
            }
            What::DoesNotFit { value, dtype } => {
                base(&format_args!("integer {value} does not fit {dtype}"))
                    .at(self.span, format_args!("given as {value}"))
                    .help(format_args!("give it as a float: `{:?}`", value as f64))
                    .raising(crate::diag::Exception::OverflowError)
            }
            What::NegativePower(NegativePower { base: operand, op_span, exponent }) => {
                base(&"integers to negative integer powers are not allowed")
                    .at(op_span, "integers on both sides")
                    .context(operand.span, operand.ty)
                    .context(self.span, format_args!("given as {exponent}"))
                    .help("make the exponent or the base a float")
                    .raising(negative_power(operand, exponent))
            }
        }
    }
}
