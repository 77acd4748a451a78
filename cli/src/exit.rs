//! How the command ends: mistakes of the user as text, and exit codes.
//!
//! 0 success, 1 a mistake in the formula or the files, 2 a mistake in the arguments (clap), 101 a bug.
//! A reader that closes the pipe (`numjit … | head`) is a success.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::style;

/// A mistake that is not in the text of the formula: a file, a column, an option.
///
/// Prints in the form of the library's own errors: `error: …` and lines of help.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    help: Vec<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), help: Vec::new() }
    }

    /// Takes over an error of the library, to add help that only the command knows.
    pub(crate) fn from_library(error: &numjit::Error) -> Failure {
        let picture = error.to_string();
        Failure::new(picture.strip_prefix("error: ").unwrap_or(&picture))
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Failure {
        self.help.push(help.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        // Below a line of the text, help is set off as the library sets it off.
        let last = self.message.lines().last().unwrap_or_default();
        if let (Some((gutter, _)), false) = (last.split_once('│'), self.help.is_empty()) {
            write!(f, "\n{gutter}│")?;
        }
        self.help.iter().try_for_each(|help| write!(f, "\n  = help: {help}"))
    }
}

impl std::error::Error for Failure {}

/// Turns the outcome into an exit code, after printing what went wrong.
pub(crate) fn report(outcome: anyhow::Result<()>) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    if is_broken_pipe(&error) {
        return ExitCode::SUCCESS;
    }
    // What says where it happened is in the failure itself, so context around it is left out.
    let text = if let Some(failure) = error.downcast_ref::<Failure>() {
        failure.to_string()
    } else if let Some(error) = error.downcast_ref::<numjit::Error>() {
        error.to_string()
    } else {
        format!("error: {error:#}")
    };
    // When stderr is closed there is nobody to tell.
    writeln!(anstream::stderr(), "{}", style::error(&text)).ok();
    ExitCode::FAILURE
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// Adds to the message of a panic that it is a bug.
pub(crate) fn call_panics_bugs() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        print(info);
        let text = "this is a bug in numjit; please report it with the command that you ran";
        writeln!(anstream::stderr(), "\n{text}").ok();
    }));
}
