//! Arithmetic on one vector of numbers.

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{self as clif, InstBuilder, types};
use cranelift_frontend::FunctionBuilder;

use super::scalar;
use super::vector::vector_type;
use super::widths::{as_type, int_type, splat_bits};
use crate::dtype::{Prim, Scalar};
use crate::ir::{Binary, Unary};

/// Emits an instruction with one operand.
pub(super) fn unary(b: &mut FunctionBuilder, op: Unary, prim: Prim, x: clif::Value) -> clif::Value {
    let float = prim.is_float();
    let size = prim.size();
    let sign = sign_bit(prim);
    match op {
        Unary::Neg if float => {
            // One instruction with the mask from memory; `fneg` would build the mask each time.
            let mask = splat_bits(b, vector_type(prim), sign, size);
            b.ins().bxor(x, mask)
        }
        Unary::Abs if float => {
            let mask = splat_bits(b, vector_type(prim), !sign, size);
            b.ins().band(x, mask)
        }
        Unary::Abs if prim.is_unsigned() => x,
        Unary::Abs => b.ins().iabs(x),
        Unary::BitCount => bit_count(b, prim, x),
        // The same CLIF instructions take numbers and vectors.
        Unary::Neg
        | Unary::Not
        | Unary::Sqrt
        | Unary::Floor
        | Unary::Ceil
        | Unary::Trunc
        | Unary::Rint
        | Unary::Call(_)
        | Unary::Fast(_) => scalar::unary(b, op, prim, x),
    }
}

/// Emits an instruction with two operands and a result of their prim.
pub(super) fn binary(
    b: &mut FunctionBuilder,
    op: Binary,
    prim: Prim,
    x: clif::Value,
    y: clif::Value,
) -> clif::Value {
    match op {
        Binary::Max | Binary::Min if prim.is_float() => {
            // All ones is a NaN. Where x is one, y does not beat it.
            let first = beats(b, op, prim, y, x);
            let nan = b.ins().fcmp(FloatCC::Unordered, y, y);
            let nan = as_type(b, nan, vector_type(prim));
            b.ins().bor(first, nan)
        }
        Binary::Mul if prim.size() == 1 => multiply_bytes(b, x, y),
        // The same CLIF instructions take numbers and vectors.
        Binary::Add
        | Binary::Sub
        | Binary::Mul
        | Binary::Div
        | Binary::And
        | Binary::Or
        | Binary::Xor => scalar::binary(b, op, prim, x, y),
        Binary::Max if prim.is_unsigned() => b.ins().umax(x, y),
        Binary::Max => b.ins().smax(x, y),
        Binary::Min if prim.is_unsigned() => b.ins().umin(x, y),
        Binary::Min => b.ins().smin(x, y),
        Binary::Copysign => {
            let size = prim.size();
            let sign = sign_bit(prim);
            let ty = vector_type(prim);
            let sign_mask = splat_bits(b, ty, sign, size);
            let rest_mask = splat_bits(b, ty, !sign, size);
            let sign = b.ins().band(y, sign_mask);
            let rest = b.ins().band(x, rest_mask);
            b.ins().bor(sign, rest)
        }
        Binary::FloorDiv
        | Binary::Rem
        | Binary::Fmod
        | Binary::Pow
        | Binary::Shl
        | Binary::Shr
        | Binary::Eq
        | Binary::Ne
        | Binary::Lt
        | Binary::Le
        | Binary::Gcd
        | Binary::Lcm
        | Binary::Call(_)
        | Binary::Fast(_)
        | Binary::Part(_) => unreachable!("{op:?} is handled before"),
    }
}

/// Returns `x` where it is greater (for `Max`) or less (for `Min`), else `y`; also where either is NaN.
/// One instruction on x86 in exactly this form.
pub(super) fn beats(
    b: &mut FunctionBuilder,
    op: Binary,
    prim: Prim,
    x: clif::Value,
    y: clif::Value,
) -> clif::Value {
    let (less, greater) = if op == Binary::Max { (y, x) } else { (x, y) };
    let holds = b.ins().fcmp(FloatCC::LessThan, less, greater);
    let holds = as_type(b, holds, vector_type(prim));
    b.ins().bitselect(holds, x, y)
}

/// Shifts all lanes by a constant.
pub(super) fn shift(
    b: &mut FunctionBuilder,
    op: Binary,
    prim: Prim,
    x: clif::Value,
    count: Scalar,
) -> clif::Value {
    let width = 8 * i64::try_from(prim.size()).expect("a few bytes");
    let count = count.to_int().expect("the verifier wants an integer count");
    let inside = i64::try_from(count).ok().filter(|count| (0..width).contains(count));
    match (op, inside) {
        (Binary::Shl, Some(count)) => b.ins().ishl_imm_u(x, count),
        (_, Some(count)) if prim.is_unsigned() => b.ins().ushr_imm_u(x, count), // tidy: shr
        (_, Some(count)) => b.ins().sshr_imm_u(x, count),                       // tidy: shr
        (Binary::Shr, None) if !prim.is_unsigned() => b.ins().sshr_imm_u(x, width - 1),
        (_, None) => splat_bits(b, vector_type(prim), 0, 8), // tidy: every bit is lost
    }
}

/// x86 multiplies no bytes: the even ones and the odd ones are multiplied as words.
fn multiply_bytes(b: &mut FunctionBuilder, x: clif::Value, y: clif::Value) -> clif::Value {
    let (x, y) = (as_type(b, x, types::I16X8), as_type(b, y, types::I16X8));
    let low_bytes = splat_bits(b, types::I16X8, 0xff, 2);
    let even = b.ins().imul(x, y);
    let even = b.ins().band(even, low_bytes);
    let (x, y) = (b.ins().ushr_imm_u(x, 8), b.ins().ushr_imm_u(y, 8));
    let odd = b.ins().imul(x, y);
    let odd = b.ins().ishl_imm_u(odd, 8);
    let both = b.ins().bor(even, odd);
    as_type(b, both, types::I8X16)
}

/// The bits of each byte are counted by an instruction or a few; then neighbors are added.
fn bit_count(b: &mut FunctionBuilder, prim: Prim, x: clif::Value) -> clif::Value {
    let x = unary(b, Unary::Abs, prim, x);
    let bytes = as_type(b, x, types::I8X16);
    let mut counts = b.ins().popcnt(bytes);
    let mut size = 1;
    while size < prim.size() {
        let bits = 8 * size;
        size *= 2;
        let ty = int_type(size);
        let lanes = as_type(b, counts, ty);
        let mask = splat_bits(b, ty, (1 << bits) - 1, size);
        let low = b.ins().band(lanes, mask);
        let high = b.ins().ushr_imm_u(lanes, i64::try_from(bits).expect("at most 32"));
        counts = b.ins().iadd(low, high);
    }
    counts
}

fn sign_bit(prim: Prim) -> u64 {
    1 << (8 * prim.size() - 1)
}
