//! Partial results of a reduction, combined in an order that depends only on their number.
//!
//! Kernels reduce blocks of 128 elements; chunks of [`REDUCE_CHUNK`] elements combine their blocks in
//! a tree of adjacent pairs, and the chunks of an array likewise. Neither threads nor tiles appear in
//! this, so they cannot change a bit; and the error of a float sum grows with the logarithm of the
//! number of elements.
#![expect(unsafe_code, reason = "kernels leave typed partial results in untyped memory")]

use crate::dtype::{DType, Element, Scalar};
use crate::ir::Reduce;
use crate::ir::eval;
use crate::ir::interp::{REDUCE_BLOCK, combine_tree};

/// Elements whose partial results one task combines: 512 blocks, so the tree of a task is complete
/// and its partials are 4 KiB; a task is some 30 µs of work from memory.
pub(crate) const REDUCE_CHUNK: usize = 512 * REDUCE_BLOCK;

/// For each reduction of a stage its partial results, one per chunk.
pub(crate) type Partials = Vec<Vec<Scalar>>;

/// Combines the partial results of chunks. `None` for none.
pub(crate) fn tree_of_scalars(op: Reduce, partials: &mut [Scalar]) -> Option<Scalar> {
    combine_tree(partials, |x, y| eval::combine(op, x, y))
}

/// Combines the partial results of the blocks of a chunk, which lie in `row` as elements of `dtype`.
pub(crate) fn tree_of_row(op: Reduce, dtype: DType, row: &mut [u64], n_blocks: usize) -> Scalar {
    match dtype {
        DType::Bool => tree_of::<bool>(op, row, n_blocks),
        DType::I32 => tree_of::<i32>(op, row, n_blocks),
        DType::I64 => tree_of::<i64>(op, row, n_blocks),
        DType::F32 => tree_of::<f32>(op, row, n_blocks),
        DType::F64 => tree_of::<f64>(op, row, n_blocks),
    }
}

fn tree_of<T: Element>(op: Reduce, row: &mut [u64], n_blocks: usize) -> Scalar {
    assert!(n_blocks * size_of::<T>() <= size_of_val(row));
    // SAFETY: the row is large and aligned enough for `n_blocks` of any element, and a kernel has
    // written them, `bool` as 0 or 1.
    let partials =
        unsafe { std::slice::from_raw_parts_mut(row.as_mut_ptr().cast::<T>(), n_blocks) };
    let combine = |op| {
        move |x: T, y: T| {
            let result = eval::combine(op, x.to_scalar(), y.to_scalar());
            T::from_scalar(result).expect("a reduction keeps the dtype")
        }
    };
    // One loop per operation, which the compiler reduces to the one instruction.
    let result = match op {
        Reduce::Sum => combine_tree(partials, combine(Reduce::Sum)),
        Reduce::Prod => combine_tree(partials, combine(Reduce::Prod)),
        Reduce::Min => combine_tree(partials, combine(Reduce::Min)),
        Reduce::Max => combine_tree(partials, combine(Reduce::Max)),
        Reduce::Any => combine_tree(partials, combine(Reduce::Any)),
        Reduce::All => combine_tree(partials, combine(Reduce::All)),
    };
    result.expect("a chunk has at least one block").to_scalar()
}
