//! The table of functions, for documentation and tools.

use crate::ops::{Func, Reduction};

/// A function or reduction of the language.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
pub struct FunctionInfo {
    /// The name.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// What the arguments are called; the last may be `...`, for any number of further ones.
    pub params: &'static [&'static str],
    /// How many of them must be given.
    pub min_args: usize,
    /// The largest error in units in the last place of the result; 0 for exact or correctly rounded.
    /// `None` for reductions, whose error depends on the data.
    pub max_ulp: Option<f32>,
    /// What it computes.
    pub doc: &'static str,
    /// Whether it makes one value out of an array.
    pub is_reduction: bool,
}

/// Returns all functions, then all reductions, in the order of the documentation.
pub fn functions() -> impl Iterator<Item = FunctionInfo> {
    let elementwise = Func::ALL.iter().map(|func| {
        let info = func.info();
        FunctionInfo {
            name: info.name,
            aliases: info.aliases,
            params: info.params,
            min_args: info.min_args,
            max_ulp: Some(info.max_ulp),
            doc: info.doc,
            is_reduction: false,
        }
    });
    let reductions = Reduction::ALL.iter().map(|reduction| {
        let info = reduction.info();
        FunctionInfo {
            name: info.name,
            aliases: info.aliases,
            params: info.params,
            min_args: 1,
            max_ulp: None,
            doc: info.doc,
            is_reduction: true,
        }
    });
    elementwise.chain(reductions)
}
