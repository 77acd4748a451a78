//! What this package's own tests, benches and fuzz targets need and users do not: stages of the way
//! that the public interface does not show, an oracle for whole programs, random programs and arrays.
//!
//! Compiled with the feature `testing` only. Nothing here is covered by semantic versioning.

mod functions;
mod generate;
mod layout;
mod oracle;
mod templates;
mod values;

pub use functions::{Function, Number, One, Processor, Two};
pub use generate::{Case, Generator};
pub use layout::Placed;
pub use values::{Random, Values, edges};

use crate::dtype::{DType, Scalar};
use crate::engine::array::Array;
use crate::engine::kernel::Kernel;
use crate::error::{Error, Result};
use crate::ir::{self, Graph};
use crate::ops::Math;
use crate::syntax::program::Program;
use crate::syntax::{self, Limits};
use crate::types::error::TypeError;
use crate::types::{self, Dialect};

/// Returns the canonical spelling of a program.
///
/// # Errors
/// When the text is not a program or exceeds a limit.
pub fn canonical(text: &str, limits: &Limits) -> Result<String> {
    Ok(syntax::print(&parse(text, limits)?))
}

/// Returns whether both texts are programs and say the same.
pub fn same_tree(text: &str, other: &str) -> bool {
    let limits = Limits::default();
    match (parse(text, &limits), parse(other, &limits)) {
        (Ok(tree), Ok(other)) => tree.same_tree(&other),
        (Ok(_) | Err(_), Ok(_) | Err(_)) => false,
    }
}

/// Returns the variants of `ParseError` or `TypeError` that a program over these inputs has.
pub fn mistakes(
    text: &str,
    inputs: &[(&str, DType)],
    limits: &Limits,
    dialect: Dialect,
) -> Vec<String> {
    let variant = |debug: String| {
        let end = debug.find(|c: char| !c.is_alphanumeric()).unwrap_or(debug.len());
        debug[..end].to_owned()
    };
    match syntax::parse(text, limits).and_then(|program| program.resolve(limits)) {
        Err(error) => vec![variant(format!("{error:?}"))],
        Ok(ast) => match types::check(&ast, inputs, dialect) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(|error| variant(format!("{error:?}"))).collect(),
        },
    }
}

/// Returns the graph of a program after the passes, and after running them once more.
///
/// # Errors
/// When the program has a mistake.
pub fn optimized_twice(text: &str, inputs: &[(&str, DType)]) -> Result<(String, String)> {
    let once = ir::passes::run(&built(text, inputs)?, Math::Accurate, |_, _| ());
    let twice = ir::passes::run(&once, Math::Accurate, |_, _| ());
    Ok((once.to_string(), twice.to_string()))
}

/// The graph that an oracle computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// As built from the text.
    Built,
    /// After the passes, which compute small powers of floats in another way.
    Optimized,
}

/// Computes a program the slow way: value by value, each as a whole array, without plans, tiles, views or
/// threads. Returns the results, or `None` where shapes do not fit or an extreme is taken of nothing.
///
/// # Errors
/// When the program has a mistake.
pub fn oracle(text: &str, inputs: &[(&str, &Values)], stage: Stage) -> Result<Option<Vec<Values>>> {
    let dtypes: Vec<(&str, DType)> =
        inputs.iter().map(|(n, values)| (*n, values.dtype())).collect();
    let graph = match stage {
        Stage::Built => built(text, &dtypes)?,
        Stage::Optimized => ir::passes::run(&built(text, &dtypes)?, Math::Accurate, |_, _| ()),
    };
    let values: Vec<&Values> = inputs.iter().map(|&(_, values)| values).collect();
    Ok(oracle::evaluate(&graph, &values))
}

/// Makes an array of one axis.
///
/// # Panics
/// If an element has another dtype.
pub fn array(dtype: DType, elements: &[Scalar]) -> Array {
    assert!(elements.iter().all(|element| Some(element.prim()) == dtype.prim()));
    let bytes = elements.iter().flat_map(|&element| values::bytes(element)).collect();
    Values::new(dtype, &[elements.len()], bytes).to_array()
}

/// Makes a single number.
pub fn scalar(value: Scalar) -> Array {
    Values::new(value.dtype(), &[], values::bytes(value)).to_array()
}

/// Returns the elements, which are real numbers.
pub fn elements(array: &Array) -> Vec<Scalar> {
    (0..array.len()).filter_map(|index| array.get(index)).collect()
}

/// Returns whether both are the same to the last bit, up to the sign and payload of NaN.
pub fn same(x: &Array, y: &Array) -> bool {
    Values::of(x).same(&Values::of(y))
}

/// Returns whether both kernels are one, compiled once.
pub fn same_kernel(kernel: &Kernel, other: &Kernel) -> bool {
    kernel.is_same(other)
}

fn parse(text: &str, limits: &Limits) -> Result<Program> {
    syntax::parse(text, limits).map_err(|error| Error::new(text, vec![error.diagnostic()]))
}

fn built(text: &str, inputs: &[(&str, DType)]) -> Result<Graph> {
    let limits = Limits::default();
    let ast = (parse(text, &limits)?.resolve(&limits))
        .map_err(|error| Error::new(text, vec![error.diagnostic()]))?;
    let types = types::check(&ast, inputs, Dialect::NumPy)
        .map_err(|errors| Error::new(text, errors.iter().map(TypeError::diagnostic).collect()))?;
    Ok(ir::build::build(&ast, &types).0)
}
