//! Text to tree.

pub(crate) mod ast;
