//! The command as a user meets it: arguments in; text, files and exit codes out.

mod arrays;
mod errors;
mod eval;
mod formats;
mod pictures;
mod readme;
mod shell;
mod support;
