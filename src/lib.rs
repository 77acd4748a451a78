//! numjit compiles formulas over arrays.

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod codegen;
mod diag;
mod dtype;
mod engine;
mod error;
mod exec;
mod ir;
mod math;
mod ops;
mod syntax;
#[cfg(feature = "testing")]
#[doc(hidden)]
pub mod testing;
mod types;

pub use codegen::Codegen;
pub use diag::{Diagnostic, ErrorKind, Label, Span};
pub use dtype::{DType, Element, Scalar};
pub use engine::array::{Array, ArrayMut, ArrayRef};
pub use engine::explain::Explanation;
pub use engine::functions::{FunctionInfo, functions};
pub use engine::kernel::Kernel;
pub use engine::stream::Stream;
pub use engine::{Engine, EngineBuilder, evaluate, evaluate_into, variables};
pub use error::{Error, Result};
pub use exec::pool::Threads;
pub use syntax::Limits;
pub use types::Dialect;
