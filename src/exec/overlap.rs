//! Outputs that share memory with inputs.
//!
//! A result is what it would be if all inputs had been copied first. Computing in place is possible
//! without a copy where an output *is* an input, element by element, that the stage of the output reads
//! nowhere else.
#![expect(unsafe_code, reason = "copies a result into the memory of an output")]

use smallvec::SmallVec;

use super::bind;
use super::memory::OutOfMemory;
use super::nest::{Nest, Order};
use super::pack;
use super::plan::{LeafSource, Plan, Sink};
use super::strings;
use super::view::{Form, Layout, Operand, View, ViewMut};
use crate::ir::Source;

/// Returns whether the outputs can be written while the inputs are read.
pub(crate) fn is_clear(plan: &Plan, operands: &[Operand<'_>], outs: &[ViewMut<'_>]) -> bool {
    let mut shared: SmallVec<[usize; 2]> = SmallVec::new();
    for (at, out) in outs.iter().enumerate() {
        let mine = out.layout().bytes();
        if outs[..at].iter().any(|other| meet(mine, other.layout().bytes())) {
            return false;
        }
        for (param, operand) in operands.iter().enumerate() {
            if let Operand::Array(view) = operand
                && meet(mine, view.layout().bytes())
            {
                if !is_same(view.layout(), out.layout()) || outs.len() > 1 {
                    return false;
                }
                shared.push(param);
            }
        }
    }
    shared.is_empty() || reads_in_place(plan, &shared)
}

fn meet(a: (usize, usize), b: (usize, usize)) -> bool {
    a.0 < b.1 && b.0 < a.1
}

fn is_same(a: &Layout, b: &Layout) -> bool {
    a.ptr == b.ptr
        && a.dtype == b.dtype
        && a.shape == b.shape
        && a.strides == b.strides
        && !a.dtype.is_complex()
        // Numbers are turned in tiles, strings where they lie.
        && (a.form == b.form || !a.dtype.is_string())
}

/// Whether only the stage of the output reads these parameters when it runs, each element where it is.
fn reads_in_place(plan: &Plan, params: &[usize]) -> bool {
    let outputs: Vec<_> =
        plan.stages.iter().filter(|stage| matches!(stage.sink, Sink::Outputs { .. })).collect();
    let [stage] = outputs[..] else { return outputs.is_empty() };
    stage.inputs.iter().all(|leaf| {
        let LeafSource::Input(input) = leaf.source else { return true };
        match &plan.graph.inputs()[input as usize].source {
            Source::Param(param) => {
                !params.contains(&(*param as usize)) || leaf.placement.is_empty()
            }
            Source::Re(param) | Source::Im(param) => !params.contains(&(*param as usize)),
            Source::Test(..) => true,
        }
    })
}

/// Copies an array into an output of the same dtype and shape, with which it shares no memory.
pub(crate) fn copy(from: &Layout, to: &mut ViewMut<'_>) {
    let to = to.layout();
    assert_eq!((from.dtype, &from.shape), (to.dtype, &to.shape));
    if from.dtype.is_string() {
        return strings::copy_layout(from, to);
    }
    const TILE: usize = 1024;
    let parts = if from.dtype.is_complex() { 2 } else { 1 };
    let mut tile = [0_u64; TILE];
    let tile = tile.as_mut_ptr().cast::<u8>();
    for part in 0..parts {
        let (source, target) = (bind::lane(from, part), bind::lane(to, part));
        let strides = [&source.strides, &target.strides];
        let nest = Nest::new(&from.shape, strides.into_iter(), Order::Memory);
        for start in (0..nest.len()).step_by(TILE) {
            let range = (start, TILE.min(nest.len() - start));
            // SAFETY: both arrays have the shape that the nest was made for, and the tile has room.
            unsafe { pack::gather(&nest, 0, &source, range, tile) };
            // SAFETY: as above; `to` is borrowed for writing.
            unsafe { pack::scatter(&nest, 1, &target, range, tile) };
        }
    }
}

/// Appends the elements of an array of one axis to bytes.
pub(crate) fn append(view: &View<'_>, bytes: &mut Vec<u8>) -> Result<(), OutOfMemory> {
    let layout = view.layout();
    let size = layout.dtype.size();
    let more = layout.len() * size;
    bytes.try_reserve(more).map_err(|_| OutOfMemory { bytes: more })?;
    let start = bytes.len();
    bytes.resize(start + more, 0);
    let strides = [size.cast_signed()];
    let place = (0, &layout.shape[..], &strides[..]);
    let mut out = ViewMut::from_bytes(&mut bytes[start..], layout.dtype, place, Form::Native)
        .expect("the bytes are as many as the elements take");
    copy(layout, &mut out);
    Ok(())
}
