//! The public error: every mistake of one call, with the text they are in.

use std::fmt;
use std::sync::Arc;

use crate::diag::{Diagnostic, ErrorKind, Exception, Span, render};

/// The result of everything that can fail for a reason the caller caused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with an expression, its inputs or an option, and what to do about it.
///
/// `Display` is the picture a person wants to see: the text, carets under the places, help. `Debug`
/// is the same, so that `fn main() -> Result<(), numjit::Error>` prints it. Programs read
/// [`kind`](Error::kind), [`span`](Error::span) and [`diagnostics`](Error::diagnostics).
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    source: Arc<str>,
    /// At least one.
    diagnostics: Vec<Diagnostic>,
}

impl Error {
    pub(crate) fn new(source: &str, diagnostics: Vec<Diagnostic>) -> Error {
        assert!(!diagnostics.is_empty(), "an error says what is wrong");
        Error(Box::new(Inner { source: source.into(), diagnostics }))
    }

    /// An error that is not in the text of an expression.
    pub(crate) fn plain(diagnostic: Diagnostic) -> Error {
        Error::new("", vec![diagnostic])
    }

    /// Returns what sort of mistake the first one is.
    pub fn kind(&self) -> ErrorKind {
        self.0.diagnostics[0].kind
    }

    /// Returns the exception of Python that the first mistake is.
    pub fn exception(&self) -> Exception {
        self.0.diagnostics[0].exception
    }

    /// Returns the message of the first mistake, one line without the picture.
    pub fn message(&self) -> &str {
        &self.0.diagnostics[0].message
    }

    /// Returns the text that spans refer to; empty for a mistake that is not in an expression.
    ///
    /// For a mistake found when compiling this is the caller's text, for one found when running it is
    /// the kernel's canonical one.
    pub fn expression(&self) -> &str {
        &self.0.source
    }

    /// Returns the place of the first mistake in [`expression`](Error::expression), in bytes.
    pub fn span(&self) -> Option<Span> {
        self.0.diagnostics[0].span()
    }

    /// Returns all mistakes, in the order of the text.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0.diagnostics
    }

    /// Returns the picture: for each mistake its message, the text with carets, notes and help.
    pub fn render(&self) -> String {
        render::render(&self.0.diagnostics, &self.0.source)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render())
    }
}

impl std::error::Error for Error {}
