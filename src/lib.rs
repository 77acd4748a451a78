//! numjit compiles a formula written as a string into native code at run time and runs it over arrays,
//! in one pass over memory, across threads, without temporaries.
//!
//! ```
//! use numjit::{evaluate, vars};
//!
//! # fn main() -> Result<(), numjit::Error> {
//! let a = vec![1.0, 1.0, 2.0];
//! let b = vec![-3.0, 2.0, -4.0];
//! let c = vec![2.0, 1.0, 2.0];
//! let root = evaluate("(-b + sqrt(b**2 - 4*a*c)) / (2*a)", vars! { a, b, c })?;
//! assert_eq!(root.as_slice::<f64>(), Some(&[2.0, -1.0, 1.0][..]));
//! # Ok(())
//! # }
//! ```
//!
//! # Which entry point?
//!
//! - [`evaluate`] and [`evaluate_into`]: one call; kernels are kept, so the second call is quick.
//! - [`Engine::compile`] gives a [`Kernel`] for inputs of given names and dtypes, to run many times, from
//!   many threads, with [`Kernel::run`] or [`Kernel::run_into`].
//! - [`Kernel::stream`] runs over data that comes in batches and never lies in memory as a whole.
//! - [`Kernel::explain`] shows what was made of the text.
//! - [`Engine::check`] tells dtypes and shapes of results without compiling.
//!
//! # Dtypes and shapes
//!
//! Booleans, integers of 8 to 64 bits, floats, complex numbers, strings and times, mixed by NumPy 2's rules:
//! literals are weak (`2.0 * x` is `f32` for an `f32` array), integers beside `f32` make `f64`, `/` makes
//! floats. Arrays have any number of axes and any layout ([`ArrayRef`]); they broadcast, and so do single
//! values. The language is described in `docs/language.md`, its corners in `docs/semantics/`.
//!
//! # What is computed
//!
//! - Floating-point arithmetic is IEEE 754, rounded to nearest, never reassociated or contracted.
//!   Functions have the error bounds that [`functions`] lists.
//! - Integers wrap. `x // 0` and `x % 0` are 0 for integers, `MIN // -1` is `MIN`; shifts beyond the width
//!   give 0 or the sign. Nothing traps.
//! - `max`, `min`, `maximum` and `minimum` give NaN if an element is NaN; comparisons with NaN are false
//!   except `!=`; a NaN condition counts as true.
//! - A result has the same bits for any number of threads and any [`Codegen`]; only the sign and the
//!   payload of NaN are unspecified.
//! - `x**n` for a literal 3 ≤ n ≤ 16 is computed by multiplication and may differ from a correctly
//!   rounded power in the last bits.
//!
//! # Threads
//!
//! Large arrays are computed on all cores, small ones on the calling thread. [`Engine::builder`] sets how
//! many. Kernels may be run by several threads at once.
//!
//! # Features
//!
//! Both are off unless asked for.
//!
//! - `ndarray`: `ArrayRef::from(&x)` of arrays and views of the crate `ndarray` in any layout, also of
//!   `num_complex` numbers; `ArrayMut` alike; `Array::into_ndarray`.
//! - `arrow`: the module `arrow` evaluates programs over Arrow record batches with nulls;
//!   `ArrayRef::from_arrow` and `Array::into_arrow` for single arrays.
//!
//! # Errors
//!
//! [`Error`] displays as a picture of the text with carets and help, and has
//! [`kind`](Error::kind), [`span`](Error::span) and [`diagnostics`](Error::diagnostics) for programs. No text,
//! dtype or length makes the library panic.

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
pub use diag::{Diagnostic, ErrorKind, Exception, Label, Span};
pub use dtype::{Complex, DType, Element, Scalar, TimeUnit};
pub use engine::array::{Array, ArrayBuffer};
pub use engine::array_ref::{ArrayMut, ArrayRef, ByteOrder};
#[cfg(feature = "arrow")]
pub use engine::arrow;
pub use engine::casting::Casting;
pub use engine::explain::Explanation;
pub use engine::functions::{FunctionInfo, functions};
pub use engine::kernel::Kernel;
pub use engine::options::{Order, RunOptions};
pub use engine::outputs::Outputs;
pub use engine::signature::Signature;
pub use engine::stream::Stream;
pub use engine::weak::Weak;
pub use engine::{Engine, EngineBuilder, evaluate, evaluate_all, evaluate_into, variables};
pub use error::{Error, Result};
pub use exec::pool::Threads;
pub use ops::Math;
pub use syntax::Limits;
pub use types::Dialect;

/// The blocks of Rust in the documents are examples like any other.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/for-numexpr-users.md")]
    struct ForNumexprUsers;

    #[doc = include_str!("../docs/language.md")]
    struct Language;

    #[cfg(feature = "arrow")]
    #[doc = include_str!("../docs/semantics/nulls.md")]
    struct Nulls;
}
