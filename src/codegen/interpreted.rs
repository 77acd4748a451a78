//! The loop run by the interpreter, behind the same interface as machine code.
#![expect(unsafe_code, reason = "kernels take raw pointers")]

use super::{Loop, Sinks};
use crate::dtype::{Prim, Scalar, each_prim, each_scalar};
use crate::ir::interp::{self, REDUCE_BLOCK};

/// Computes `n` elements.
///
/// # Safety
/// As [`TileKernel::call`](super::TileKernel::call).
pub(super) unsafe fn call(body: &Loop, inputs: &[*const u8], outputs: &[*mut u8], n: usize) {
    let declared = body.graph.inputs();
    assert_eq!(inputs.len(), declared.len());
    let mut row = Vec::with_capacity(inputs.len());
    let mut slots = Vec::new();
    let mut element = |index: usize, slots: &mut Vec<Scalar>| {
        row.clear();
        for ((&ptr, input), &uniform) in inputs.iter().zip(declared).zip(&body.uniform) {
            // SAFETY: the input has `n` elements, or one if it is uniform, and `index < n`.
            row.push(unsafe { read(ptr, input.prim, if uniform { 0 } else { index }) });
        }
        interp::element(&body.graph, &row, slots);
    };
    match &body.sinks {
        Sinks::Store(values) => {
            assert_eq!(outputs.len(), values.len());
            for index in 0..n {
                element(index, &mut slots);
                for (&value, &out) in values.iter().zip(outputs) {
                    // SAFETY: the output has room for `n` elements; where it is an input, element
                    // `index` of every input has been read.
                    unsafe { write(out, slots[value.index()], index) };
                }
            }
        }
        Sinks::Reduce(values) => {
            assert_eq!(outputs.len(), values.len());
            for (block, start) in (0..n).step_by(REDUCE_BLOCK).enumerate() {
                let end = n.min(start + REDUCE_BLOCK);
                let mut columns = vec![Vec::with_capacity(end - start); values.len()];
                for index in start..end {
                    element(index, &mut slots);
                    for (&(_, value), column) in values.iter().zip(&mut columns) {
                        column.push(slots[value.index()]);
                    }
                }
                for ((&(op, value), column), &out) in values.iter().zip(columns).zip(outputs) {
                    let prim = body.graph.prim(value);
                    let partial = interp::reduce_block(op, prim, column.into_iter());
                    // SAFETY: the output has room for one element per block.
                    unsafe { write(out, partial, block) };
                }
            }
        }
    }
}

/// # Safety
/// `ptr` points to more than `index` initialised elements of `prim`.
unsafe fn read(ptr: *const u8, prim: Prim, index: usize) -> Scalar {
    each_prim!(prim, T => {
        // SAFETY: the caller's promise: `T` is the type of the prim's elements.
        unsafe { ptr.cast::<T>().wrapping_add(index).read() }.into()
    })
}

/// # Safety
/// `ptr` points to room for more than `index` elements of the value's prim.
unsafe fn write(ptr: *mut u8, value: Scalar, index: usize) {
    fn at<T>(ptr: *mut u8, index: usize, _: T) -> *mut T {
        ptr.cast::<T>().wrapping_add(index)
    }
    each_scalar!(value, x => {
        // SAFETY: the caller's promise: `x` is an element of the prim.
        unsafe { at(ptr, index, x).write(x) }
    });
}
