//! Positions and messages as data.
//!
//! Every layer describes a user's mistake as a [`Diagnostic`]: what is wrong, labels on the text that
//! say what *is* there, and help that says what to do. One file, [`render`], turns it into text.

pub(crate) mod render;
pub(crate) mod suggest;

use std::fmt;

/// What sort of mistake an [`Error`](crate::Error) reports.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The text is not an expression.
    Syntax,
    /// The text exceeds a limit on length, nesting or node count.
    Limit,
    /// The expression names a variable or function that does not exist.
    UnknownName,
    /// An operator or function does not take these dtypes or arguments.
    Type,
    /// The construct is part of the language but not of this version.
    Unsupported,
    /// Inputs are missing, surplus or given twice.
    Names,
    /// An input or output has another dtype than the kernel was compiled for.
    DType,
    /// Lengths or shapes do not fit together.
    Shape,
    /// A number that is given with a run is not one that the program can compute with.
    Value,
    /// An option of the engine has an impossible value, or a resource cannot be had.
    Config,
    /// A run was told to stop before it was over.
    Interrupted,
}

/// The exception of Python that a mistake is, for those who raise one.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are Python's exceptions")]
pub enum Exception {
    AttributeError,
    IndexError,
    KeyError,
    MemoryError,
    NameError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    UnicodeEncodeError,
    ValueError,
    ZeroDivisionError,
}

impl Exception {
    /// Returns Python's name of the exception.
    pub fn name(self) -> &'static str {
        match self {
            Exception::AttributeError => "AttributeError",
            Exception::IndexError => "IndexError",
            Exception::KeyError => "KeyError",
            Exception::MemoryError => "MemoryError",
            Exception::NameError => "NameError",
            Exception::NotImplementedError => "NotImplementedError",
            Exception::OverflowError => "OverflowError",
            Exception::RuntimeError => "RuntimeError",
            Exception::SyntaxError => "SyntaxError",
            Exception::TypeError => "TypeError",
            Exception::UnicodeEncodeError => "UnicodeEncodeError",
            Exception::ValueError => "ValueError",
            Exception::ZeroDivisionError => "ZeroDivisionError",
        }
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ErrorKind {
    /// Returns the exception that NumPy or Python raises for such a mistake.
    pub(crate) fn exception(self) -> Exception {
        match self {
            ErrorKind::Syntax => Exception::SyntaxError,
            ErrorKind::UnknownName => Exception::NameError,
            ErrorKind::Type | ErrorKind::DType | ErrorKind::Names => Exception::TypeError,
            ErrorKind::Unsupported => Exception::NotImplementedError,
            ErrorKind::Limit | ErrorKind::Shape | ErrorKind::Value | ErrorKind::Config => {
                Exception::ValueError
            }
            ErrorKind::Interrupted => Exception::RuntimeError,
        }
    }
}

/// A half-open range of byte offsets into the text of an expression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset one past the last byte.
    pub end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Span {
        debug_assert!(start <= end);
        let narrow = |at: usize| u32::try_from(at).expect("text length is limited to u32");
        Span { start: narrow(start), end: narrow(end) }
    }

    /// Returns the smallest span that covers both.
    pub(crate) fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Returns the offsets as a range for slicing the text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A remark on a piece of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The text it is about.
    pub span: Span,
    /// What is there.
    pub text: String,
    /// Whether this is where the mistake is, rather than context for it.
    pub primary: bool,
}

/// One mistake: a message, labels on the text, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What sort of mistake it is.
    pub kind: ErrorKind,
    /// The exception of Python that it is.
    pub exception: Exception,
    /// What is wrong, in one lower-case line without a full stop; numexpr's words in its dialect.
    pub message: String,
    /// Remarks on pieces of the text; empty when the mistake is not in the text.
    pub labels: Vec<Label>,
    /// Facts that explain the mistake.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
}

impl Diagnostic {
    pub(crate) fn new(kind: ErrorKind, message: impl fmt::Display) -> Diagnostic {
        Diagnostic {
            kind,
            exception: kind.exception(),
            message: message.to_string(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Replaces the exception that mistakes of this kind are.
    pub(crate) fn raising(mut self, exception: Exception) -> Diagnostic {
        self.exception = exception;
        self
    }

    /// Adds the label that marks where the mistake is.
    pub(crate) fn at(mut self, span: Span, text: impl fmt::Display) -> Diagnostic {
        self.labels.push(Label { span, text: text.to_string(), primary: true });
        self
    }

    /// Adds a label that gives context.
    pub(crate) fn context(mut self, span: Span, text: impl fmt::Display) -> Diagnostic {
        self.labels.push(Label { span, text: text.to_string(), primary: false });
        self
    }

    pub(crate) fn note(mut self, text: impl fmt::Display) -> Diagnostic {
        self.notes.push(text.to_string());
        self
    }

    pub(crate) fn help(mut self, text: impl fmt::Display) -> Diagnostic {
        self.help.push(text.to_string());
        self
    }

    /// Returns the first label that marks the mistake.
    pub fn span(&self) -> Option<Span> {
        self.labels.iter().find(|label| label.primary).map(|label| label.span)
    }
}
