//! What users hold: engines, kernels, arrays.

pub(crate) mod array;
