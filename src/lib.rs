//! numjit compiles formulas over arrays.

mod diag;
mod dtype;
mod engine;
mod error;
mod exec;
mod ir;
mod math;
mod ops;
mod syntax;
mod types;

pub use diag::{Diagnostic, ErrorKind, Label, Span};
pub use dtype::{DType, Element, Scalar};
pub use engine::array::{Array, ArrayMut, ArrayRef};
pub use error::{Error, Result};
pub use syntax::Limits;
pub use types::Dialect;
