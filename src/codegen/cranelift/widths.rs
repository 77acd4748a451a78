//! Vectors of other widths: the moves between lanes of 1, 2, 4 and 8 bytes.
//!
//! A value of `lanes` elements of `size` bytes is a list of `lanes * size / 16` vectors of 128 bits, or
//! a single one of which only the low lanes count. What is in the others is not specified.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{
    self as clif, ConstantData, Endianness, InstBuilder, MemFlagsData, types,
};
use cranelift_frontend::FunctionBuilder;
use smallvec::SmallVec;

pub(super) type Parts = SmallVec<[clif::Value; 4]>;

/// Returns the vector of integers with lanes of this many bytes.
pub(super) fn int_type(size: usize) -> clif::Type {
    match size {
        1 => types::I8X16,
        2 => types::I16X8,
        4 => types::I32X4,
        8 => types::I64X2,
        other => unreachable!("no lane has {other} bytes"), // tidy: a size
    }
}

/// Returns how many vectors hold `lanes` elements of `size` bytes.
pub(super) fn n_parts(lanes: usize, size: usize) -> usize {
    (lanes * size / 16).max(1)
}

/// Doubles the width of integers of `size` bytes.
pub(super) fn widen(
    b: &mut FunctionBuilder,
    lanes: usize,
    parts: &Parts,
    size: usize,
    signed: bool,
) -> Parts {
    (0..n_parts(lanes, 2 * size))
        .map(|at| match (at % 2 == 0, signed) {
            (true, true) => b.ins().swiden_low(parts[at / 2]),
            (true, false) => b.ins().uwiden_low(parts[at / 2]),
            (false, true) => b.ins().swiden_high(parts[at / 2]),
            (false, false) => b.ins().uwiden_high(parts[at / 2]),
        })
        .collect()
}

/// Keeps the low half of integers of `size` bytes.
pub(super) fn truncate(b: &mut FunctionBuilder, lanes: usize, parts: &Parts, size: usize) -> Parts {
    neighbors(lanes, parts, size / 2, |low, high| {
        if size == 8 {
            return low_words(b, low, high);
        }
        // What is left fits, so that it is not changed by the saturation.
        let mask = (1 << (4 * size)) - 1;
        let mask = splat_bits(b, int_type(size), mask, size);
        let (low, high) = (b.ins().band(low, mask), b.ins().band(high, mask));
        b.ins().unarrow(low, high)
    })
}

/// Halves the width of signed integers of 2 or 4 bytes; what does not fit becomes the nearest end.
pub(super) fn saturate(
    b: &mut FunctionBuilder,
    lanes: usize,
    parts: &Parts,
    size: usize,
    to_signed: bool,
) -> Parts {
    neighbors(lanes, parts, size / 2, |low, high| {
        if to_signed { b.ins().snarrow(low, high) } else { b.ins().unarrow(low, high) }
    })
}

/// Moves masks, all ones or all zeros per lane, from lanes of one size to lanes of another.
pub(super) fn resize_mask(
    b: &mut FunctionBuilder,
    lanes: usize,
    parts: &Parts,
    from: usize,
    to: usize,
) -> Parts {
    let (mut parts, mut size) = (parts.clone(), from);
    while size < to {
        parts = widen(b, lanes, &parts, size, true);
        size *= 2;
    }
    while size > to {
        // -1 and 0 survive saturation.
        parts = if size == 8 {
            truncate(b, lanes, &parts, size)
        } else {
            saturate(b, lanes, &parts, size, true)
        };
        size /= 2;
    }
    parts
}

/// Applies `f` to neighboring vectors, each pair of which becomes one with lanes of `size` bytes.
pub(super) fn neighbors(
    lanes: usize,
    parts: &Parts,
    size: usize,
    mut f: impl FnMut(clif::Value, clif::Value) -> clif::Value,
) -> Parts {
    (0..n_parts(lanes, size))
        .map(|at| f(parts[2 * at], *parts.get(2 * at + 1).unwrap_or(&parts[2 * at])))
        .collect()
}

/// The even 32-bit lanes of two vectors.
fn low_words(b: &mut FunctionBuilder, low: clif::Value, high: clif::Value) -> clif::Value {
    let (low, high) = (as_type(b, low, types::I8X16), as_type(b, high, types::I8X16));
    let picked = shuffle(b, low, high, [0, 2, 4, 6]);
    as_type(b, picked, types::I32X4)
}

/// Applies `widen_low`, which takes the low two lanes, to both halves of vectors of four.
pub(super) fn halves(
    b: &mut FunctionBuilder,
    lanes: usize,
    parts: &Parts,
    widen_low: impl Fn(&mut FunctionBuilder, clif::Value) -> clif::Value,
) -> Parts {
    (0..n_parts(lanes, 8))
        .map(|at| {
            let part = parts[at / 2];
            if at % 2 == 0 {
                return widen_low(b, part);
            }
            // Conversions of the low half are single instructions.
            let high = moved_down(b, part, 8);
            widen_low(b, high)
        })
        .collect()
}

/// The bytes from `bytes` on, 8 or fewer, at the start; only so many are specified.
pub(super) fn moved_down(b: &mut FunctionBuilder, x: clif::Value, bytes: usize) -> clif::Value {
    let ty = b.func.dfg.value_type(x);
    let moved = if bytes == 8 {
        let x = as_type(b, x, types::I8X16);
        shuffle(b, x, x, [2, 3, 2, 3])
    } else {
        let x = as_type(b, x, types::I64X2);
        b.ins().ushr_imm_u(x, i64::try_from(8 * bytes).expect("at most 32"))
    };
    as_type(b, moved, ty)
}

/// The low two lanes of two vectors of four.
pub(super) fn join_low(
    b: &mut FunctionBuilder,
    low: clif::Value,
    high: clif::Value,
) -> clif::Value {
    let ty = b.func.dfg.value_type(low);
    let (low, high) = (as_type(b, low, types::I8X16), as_type(b, high, types::I8X16));
    let joined = shuffle(b, low, high, [0, 1, 4, 5]);
    as_type(b, joined, ty)
}

/// Returns masks of the lanes that are not zero.
pub(super) fn not_zero(b: &mut FunctionBuilder, x: clif::Value) -> clif::Value {
    let ty = b.func.dfg.value_type(x);
    let zero = splat_bits(b, ty, 0, 8);
    b.ins().icmp(IntCC::NotEqual, x, zero)
}

/// A vector constant: the low `size` bytes of `bits` in every lane. It lies in memory beside the code,
/// so it costs no register.
pub(super) fn splat_bits(
    b: &mut FunctionBuilder,
    ty: clif::Type,
    bits: u64,
    size: usize,
) -> clif::Value {
    let bytes = bits.to_le_bytes();
    let data: Vec<u8> = bytes[..size].iter().copied().cycle().take(16).collect();
    let constant = b.func.dfg.constants.insert(ConstantData::from(data.as_slice()));
    b.ins().vconst(ty, constant)
}

pub(super) fn as_type(b: &mut FunctionBuilder, x: clif::Value, ty: clif::Type) -> clif::Value {
    if b.func.dfg.value_type(x) == ty {
        return x;
    }
    let flags = MemFlagsData::new().with_endianness(Endianness::Little);
    b.ins().bitcast(ty, flags, x)
}

/// Picks four of the eight 32-bit lanes of two vectors of bytes.
fn shuffle(b: &mut FunctionBuilder, x: clif::Value, y: clif::Value, lanes: [u8; 4]) -> clif::Value {
    let bytes: Vec<u8> = lanes.iter().flat_map(|lane| (0..4).map(move |k| 4 * lane + k)).collect();
    let mask = b.func.dfg.immediates.push(ConstantData::from(bytes.as_slice()));
    b.ins().shuffle(x, y, mask)
}

pub(super) fn each(parts: &Parts, f: impl FnMut(clif::Value) -> clif::Value) -> Parts {
    parts.iter().copied().map(f).collect()
}

pub(super) fn pairs(
    x: &Parts,
    y: &Parts,
    mut f: impl FnMut(clif::Value, clif::Value) -> clif::Value,
) -> Parts {
    x.iter().zip(y).map(|(&x, &y)| f(x, y)).collect()
}
