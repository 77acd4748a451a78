//! Text to tree and back.
//!
//! [`parse`] turns a text into a [`Program`](program::Program), which is what the text says; [`print()`] turns that into
//! canonical text; `parse(print(program))` is `program`. [`Program::resolve`](program::Program::resolve) looks names up and writes
//! functions out, which gives the [`Ast`](ast::Ast) that the other layers read.
//!
//! ```text
//! text ──scan──► lengths, brackets, quotes checked; cut into statements
//!      ──parser──► tokens in the order of the text (grammar/expr.pest; on failure ──mistakes──► error)
//!      ──precedence──► Program, with literals decoded by `literals`
//!      ──names──► what each name means ──resolve──► Ast
//! ```
//!
//! Parsing is linear in the length of the text; resolving in its length and what the calls of its
//! functions become, which [`Limits::nodes`] bounds. Only the grammar's parser calls itself, once per
//! bracket; [`Limits`] keep that within any stack.

pub(crate) mod ast;
mod diagnose;
mod error;
mod foreign;
mod limits;
mod literals;
mod mistakes;
mod names;
mod parser;
mod precedence;
mod print;
pub(crate) mod program;
mod resolve;
mod scan;

pub use limits::Limits;
pub(crate) use parser::parse;
pub(crate) use print::{print, print_expr};

#[cfg(test)]
mod program_tests;
#[cfg(test)]
mod tests;
