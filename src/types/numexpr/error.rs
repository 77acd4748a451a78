//! numexpr's exceptions, which are part of its interface: their types and their words.

use crate::diag::{Diagnostic, ErrorKind, Exception, Span};

/// An exception that numexpr raises for an expression, or one of Python's on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raised {
    pub(crate) exception: Exception,
    /// The words of the exception.
    pub(crate) message: String,
    /// The expression that raises it.
    pub(crate) span: Span,
    /// What is there, in our words.
    pub(crate) label: &'static str,
    /// What to do, in our words.
    pub(crate) help: Option<String>,
}

impl Raised {
    pub(super) fn new(exception: Exception, span: Span, message: impl Into<String>) -> Raised {
        Raised { exception, message: message.into(), span, label: "here", help: None }
    }

    pub(super) fn type_error(span: Span, message: impl Into<String>) -> Raised {
        Raised::new(Exception::TypeError, span, message)
    }

    pub(super) fn value_error(span: Span, message: impl Into<String>) -> Raised {
        Raised::new(Exception::ValueError, span, message)
    }

    /// An operation that numexpr does not have for these kinds.
    pub(super) fn no_opcode(span: Span, name: &str, result: char, operands: &str) -> Raised {
        let message = format!("couldn't find matching opcode for '{name}_{result}{operands}'");
        Raised::new(Exception::NotImplementedError, span, message)
            .label("not defined for these dtypes")
    }

    /// An array where Python wants to know whether something holds.
    pub(super) fn truth_of_array(span: Span) -> Raised {
        Raised::type_error(
            span,
            "You can't use Python's standard boolean operators in NumExpr expressions. \
             You should use their bitwise counterparts instead: '&' instead of 'and', \
             '|' instead of 'or', and '~' instead of 'not'.",
        )
        .label("an array has no single truth value")
        .help("write `(a > 1) & (b < 2)`, `where(condition, x, y)`")
    }

    pub(super) fn mixed_strings(span: Span) -> Raised {
        Raised::type_error(span, "strings can only be operated with strings")
            .label("one of the operands is a string")
    }

    /// An operand that is neither an array nor a number.
    pub(super) fn not_an_operand(span: Span, class: &str) -> Raised {
        Raised::type_error(span, format!("unsupported object type: <class '{class}'>"))
            .label("not a value")
    }

    pub(super) fn label(mut self, label: &'static str) -> Raised {
        self.label = label;
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Raised {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        match self.exception {
            Exception::SyntaxError => ErrorKind::Syntax,
            Exception::KeyError | Exception::NameError => ErrorKind::UnknownName,
            Exception::AttributeError
            | Exception::IndexError
            | Exception::MemoryError
            | Exception::NotImplementedError
            | Exception::OverflowError
            | Exception::RuntimeError
            | Exception::TypeError
            | Exception::UnicodeEncodeError
            | Exception::ValueError
            | Exception::ZeroDivisionError => ErrorKind::Type,
        }
    }

    /// Returns the mistake as a message with labels and help.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.kind(), &self.message)
            .raising(self.exception)
            .at(self.span, self.label);
        match &self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }
}
