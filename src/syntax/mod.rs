//! Text to tree and back.
//!
//! [`parse`] turns the text of an expression into an [`Ast`](ast::Ast), [`print()`] turns the tree into
//! canonical text; `parse(print(tree))` is `tree`. On the way of [`parse`]:
//!
//! ```text
//! text ──scan──► lengths, brackets, quotes checked
//!      ──parser──► tokens in the order of the text (grammar/expr.pest; on failure ──mistakes──► error)
//!      ──precedence──► Ast, with literals decoded by `literals`
//! ```
//!
//! All of it is linear in the length of the text. Only the grammar's parser calls itself, once per
//! bracket; [`Limits`] keep that within any stack.

pub(crate) mod ast;
mod error;
mod limits;
mod literals;
mod mistakes;
mod parser;
mod precedence;
mod print;
mod scan;

pub use limits::Limits;
pub(crate) use parser::parse;
pub(crate) use print::print;

#[cfg(test)]
mod tests;
