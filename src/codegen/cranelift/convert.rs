//! Casts of vectors, between any two prims that have one: see [`has_vector_cast`].

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{InstBuilder, types};
use cranelift_frontend::FunctionBuilder;

use super::vector::{Mask, Vector, vector_type};
use super::widths::{
    Parts, as_type, each, halves, int_type, join_low, n_parts, neighbors, not_zero, saturate,
    splat_bits, truncate, widen,
};
use crate::dtype::{Prim, Scalar};

/// Returns whether there is a lowering: not between 64-bit integers and floats where it would take two
/// roundings, or where x86 has no instruction.
pub(super) fn has_vector_cast(from: Prim, to: Prim) -> bool {
    let long = |prim| matches!(prim, Prim::I64 | Prim::U64);
    !(long(from) && to == Prim::F32 || from.is_float() && long(to))
}

/// Casts a vector of `lanes` elements.
pub(super) fn cast(
    b: &mut FunctionBuilder,
    lanes: usize,
    x: &Vector,
    from: Prim,
    to: Prim,
) -> Vector {
    let x = match x {
        Vector::Mask(mask) => return Vector::Numbers(from_mask(b, lanes, mask, to)),
        Vector::Numbers(parts) => parts,
    };
    match (from.is_float(), to) {
        (true, Prim::Bool) => {
            let zero = splat_bits(b, vector_type(from), 0, 8);
            let parts = each(x, |x| b.ins().fcmp(FloatCC::NotEqual, x, zero));
            Vector::Mask(Mask::of(from.size(), parts))
        }
        (false, Prim::Bool) => Vector::Mask(Mask::of(from.size(), each(x, |x| not_zero(b, x)))),
        (true, Prim::F32 | Prim::F64) => Vector::Numbers(float_to_float(b, lanes, x, to)),
        (false, Prim::F32 | Prim::F64) => Vector::Numbers(int_to_float(b, lanes, x, from, to)),
        (
            is_float,
            Prim::I8
            | Prim::I16
            | Prim::I32
            | Prim::I64
            | Prim::U8
            | Prim::U16
            | Prim::U32
            | Prim::U64,
        ) => Vector::Numbers(if is_float {
            float_to_int(b, lanes, x, from, to)
        } else {
            int_to_int(b, lanes, x, from, to.size())
        }),
    }
}

/// 1 where the mask is set.
fn from_mask(b: &mut FunctionBuilder, lanes: usize, mask: &Mask, to: Prim) -> Parts {
    let size = to.size();
    let one = Scalar::small(1, to).to_bits();
    let masks = mask.parts(b, lanes, size);
    each(&masks, |mask| {
        let one = splat_bits(b, int_type(size), one, size);
        let bits = b.ins().band(mask, one);
        as_type(b, bits, vector_type(to))
    })
}

fn int_to_int(
    b: &mut FunctionBuilder,
    lanes: usize,
    x: &Parts,
    from: Prim,
    to_size: usize,
) -> Parts {
    let (mut parts, mut size) = (x.clone(), from.size());
    while size < to_size {
        parts = widen(b, lanes, &parts, size, !from.is_unsigned());
        size *= 2;
    }
    while size > to_size {
        parts = truncate(b, lanes, &parts, size);
        size /= 2;
    }
    parts
}

fn int_to_float(b: &mut FunctionBuilder, lanes: usize, x: &Parts, from: Prim, to: Prim) -> Parts {
    if from.size() == 8 {
        assert_eq!(to, Prim::F64, "the whitelist rejects a cast from {from} to {to}");
        return each(x, |x| match from.is_unsigned() {
            true => b.ins().fcvt_from_uint(types::F64X2, x),
            false => b.ins().fcvt_from_sint(types::F64X2, x),
        });
    }
    // Through 32 bits, which hold the narrower ones with their sign.
    let unsigned = from == Prim::U32;
    let words = int_to_int(b, lanes, x, from, 4);
    match (to, unsigned) {
        (Prim::F64, true) => halves(b, lanes, &words, |b, low| {
            let wide = b.ins().uwiden_low(low);
            b.ins().fcvt_from_uint(types::F64X2, wide)
        }),
        (Prim::F64, false) => halves(b, lanes, &words, |b, low| {
            let wide = b.ins().swiden_low(low);
            b.ins().fcvt_from_sint(types::F64X2, wide)
        }),
        (_, true) => each(&words, |x| b.ins().fcvt_from_uint(types::F32X4, x)), // tidy: to f32
        (_, false) => each(&words, |x| b.ins().fcvt_from_sint(types::F32X4, x)), // tidy: to f32
    }
}

fn float_to_float(b: &mut FunctionBuilder, lanes: usize, x: &Parts, to: Prim) -> Parts {
    if to == Prim::F64 {
        return halves(b, lanes, x, |b, low| b.ins().fvpromote_low(low));
    }
    let narrow = each(x, |x| b.ins().fvdemote(x));
    joined(b, lanes, &narrow)
}

/// Cuts towards zero; NaN is 0, and what does not fit becomes the nearest end.
fn float_to_int(b: &mut FunctionBuilder, lanes: usize, x: &Parts, from: Prim, to: Prim) -> Parts {
    // Through 32 bits: saturating twice is saturating at the narrower range.
    let unsigned = to == Prim::U32;
    let words = if from == Prim::F32 {
        each(x, |x| match unsigned {
            true => b.ins().fcvt_to_uint_sat(types::I32X4, x),
            false => b.ins().fcvt_to_sint_sat(types::I32X4, x),
        })
    } else {
        // These pairs of instructions are one lowering on x86.
        let low = each(x, |x| {
            let zero = splat_bits(b, types::I64X2, 0, 8);
            if unsigned {
                let wide = b.ins().fcvt_to_uint_sat(types::I64X2, x);
                b.ins().uunarrow(wide, zero)
            } else {
                let wide = b.ins().fcvt_to_sint_sat(types::I64X2, x);
                b.ins().snarrow(wide, zero)
            }
        });
        joined(b, lanes, &low)
    };
    let mut parts = words;
    let mut size = 4;
    while size > to.size() {
        // Only the last step may cut off what is negative.
        let signed = !to.is_unsigned() || size / 2 > to.size();
        parts = saturate(b, lanes, &parts, size, signed);
        size /= 2;
    }
    parts
}

/// Joins vectors of which only the low two of four lanes count.
fn joined(b: &mut FunctionBuilder, lanes: usize, low: &Parts) -> Parts {
    if low.len() == 1 {
        return low.clone();
    }
    debug_assert_eq!(low.len(), 2 * n_parts(lanes, 4));
    neighbors(lanes, low, 4, |low, high| join_low(b, low, high))
}
