//! What this package's own tests, benches and fuzz targets need and users do not: stages of the way
//! that the public interface does not show, an oracle for whole expressions, and random expressions.
//!
//! Compiled with the feature `testing` only. Nothing here is covered by semantic versioning.

mod generate;
mod oracle;

pub use generate::{Case, Generator, Random, edges};

use crate::dtype::{DType, Scalar};
use crate::engine::array::Array;
use crate::engine::kernel::Kernel;
use crate::error::{Error, Result};
use crate::exec::memory::Buffer;
use crate::ir::{self, Graph};
use crate::syntax::ast::Ast;
use crate::syntax::{self, Limits};
use crate::types::error::TypeError;
use crate::types::{self, Dialect};

/// Returns the canonical spelling of an expression.
///
/// # Errors
/// When the text is not an expression or exceeds a limit.
pub fn canonical(text: &str, limits: &Limits) -> Result<String> {
    Ok(syntax::print(&parse(text, limits)?))
}

/// Returns whether both texts are expressions and have the same tree.
pub fn same_tree(text: &str, other: &str) -> bool {
    let limits = Limits::default();
    match (parse(text, &limits), parse(other, &limits)) {
        (Ok(tree), Ok(other)) => tree.same_tree(&other),
        (Ok(_) | Err(_), Ok(_) | Err(_)) => false,
    }
}

/// Returns the variants of `ParseError` or `TypeError` that an expression over these inputs has.
pub fn mistakes(text: &str, inputs: &[(&str, DType)], limits: &Limits) -> Vec<String> {
    let variant = |debug: String| {
        let end = debug.find(|c: char| !c.is_alphanumeric()).unwrap_or(debug.len());
        debug[..end].to_owned()
    };
    match syntax::parse(text, limits) {
        Err(error) => vec![variant(format!("{error:?}"))],
        Ok(ast) => match types::check(&ast, inputs, Dialect::NumPy) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(|error| variant(format!("{error:?}"))).collect(),
        },
    }
}

/// Returns the graph of an expression after the passes, and after running them once more.
///
/// # Errors
/// When the expression has a mistake.
pub fn optimized_twice(text: &str, inputs: &[(&str, DType)]) -> Result<(String, String)> {
    let once = ir::passes::run(&built(text, inputs)?, |_, _| ());
    let twice = ir::passes::run(&once, |_, _| ());
    Ok((once.to_string(), twice.to_string()))
}

/// Computes an expression the slow way: column by column, from the graph before all passes, without
/// plans, tiles or threads. Returns the value, or `None` where the lengths do not fit or `min` or `max`
/// are taken of nothing.
///
/// # Errors
/// When the expression has a mistake.
pub fn oracle(text: &str, inputs: &[(&str, &Array)]) -> Result<Option<Array>> {
    let dtypes: Vec<(&str, DType)> = inputs.iter().map(|(n, array)| (*n, array.dtype())).collect();
    let graph = built(text, &dtypes)?;
    let columns: Vec<&Array> = inputs.iter().map(|&(_, array)| array).collect();
    Ok(oracle::evaluate(&graph, &columns))
}

/// Makes an array.
///
/// # Panics
/// If an element has another dtype.
pub fn array(dtype: DType, elements: &[Scalar]) -> Array {
    fn vec<T: crate::Element>(elements: &[Scalar]) -> Vec<T> {
        let element = |&scalar| T::from_scalar(scalar).expect("the elements have the dtype");
        elements.iter().map(element).collect()
    }
    Array::new(match dtype {
        DType::Bool => Buffer::Bool(vec(elements)),
        DType::I32 => Buffer::I32(vec(elements)),
        DType::I64 => Buffer::I64(vec(elements)),
        DType::F32 => Buffer::F32(vec(elements)),
        DType::F64 => Buffer::F64(vec(elements)),
    })
}

/// Makes a single number.
pub fn scalar(value: Scalar) -> Array {
    Array::scalar(value)
}

/// Returns the elements.
pub fn elements(array: &Array) -> Vec<Scalar> {
    (0..array.len()).filter_map(|index| array.get(index)).collect()
}

/// Returns whether both are the same to the last bit, up to the sign and payload of NaN.
pub fn same(x: &Array, y: &Array) -> bool {
    x.dtype() == y.dtype()
        && x.shape() == y.shape()
        && elements(x)
            .into_iter()
            .zip(elements(y))
            .all(|(x, y)| x == y || x.to_f64().is_nan() && y.to_f64().is_nan())
}

/// Returns whether both kernels are one, compiled once.
pub fn same_kernel(kernel: &Kernel, other: &Kernel) -> bool {
    kernel.is_same(other)
}

fn parse(text: &str, limits: &Limits) -> Result<Ast> {
    syntax::parse(text, limits).map_err(|error| Error::new(text, vec![error.diagnostic()]))
}

fn built(text: &str, inputs: &[(&str, DType)]) -> Result<Graph> {
    let ast = parse(text, &Limits::default())?;
    let types = types::check(&ast, inputs, Dialect::NumPy)
        .map_err(|errors| Error::new(text, errors.iter().map(TypeError::diagnostic).collect()))?;
    Ok(ir::build::build(&ast, &types))
}
