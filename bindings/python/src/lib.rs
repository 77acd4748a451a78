//! The native half of the Python package `numjit`. Private: `numjit/__init__.py` exports what users see, and
//! `numjit/_numjit.pyi` is the contract.
//!
//! ```text
//! evaluate, kernel   what Python calls         lookup   names to objects, in frames and mappings
//! operand            objects to inputs         npy, dtypes   NumPy's memory and dtypes
//! signature          what inputs are: dtypes, or numbers of Python
//! program, portable  kernels of a text         run      inputs to results
//! engines            options to engines        errors   numjit's errors as exceptions
//! interrupt          runs without the interpreter   explain   how kernels compute
//! arrow, capsules    columns with nulls        check    what comes out, without code
//! numexpr            the other dialect         plain, known   its expressions, and calls of them
//! ```

mod arrow;
mod capsules;
mod check;
mod dtypes;
mod engines;
mod errors;
mod evaluate;
mod explain;
mod interrupt;
mod kernel;
mod known;
mod lookup;
mod npy;
mod numexpr;
mod operand;
mod plain;
mod portable;
mod program;
mod run;
mod signature;

use pyo3::prelude::*;

/// Declared sound without the global interpreter lock: statics are write-once or locked, classes are frozen,
/// and arrays are read as NumPy itself reads them.
#[pymodule(gil_used = false)]
mod _numjit {
    #[pymodule_export]
    use super::arrow::{_evaluate_arrow, MixedWithNulls};
    #[pymodule_export]
    use super::capsules::ArrowArray;
    #[pymodule_export]
    use super::check::_check;
    #[pymodule_export]
    use super::engines::{_cached_kernels, _epoch, _forked, get_num_threads, set_num_threads};
    #[pymodule_export]
    use super::evaluate::{evaluate, explain, functions, variables};
    #[pymodule_export]
    use super::explain::Explanation;
    #[pymodule_export]
    use super::kernel::{_rebuild, Kernel, compile};

    #[pymodule_export]
    use super::known::{NumexprCall, numexpr_evaluate, numexpr_know, numexpr_re_evaluate};
    #[pymodule_export]
    use super::plain::NumexprBase;

    #[pymodule_export]
    use super::numexpr::{NumexprKernel, numexpr_names};

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "the name is Python's")]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
