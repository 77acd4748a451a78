//! One instruction of the IR as scalar CLIF.
//!
//! Numbers have the CLIF type of their prim; a `bool` is an `i8` that is 0 or 1. Integer division
//! and shifts are built so that no operand can trap.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self as clif, InstBuilder, types};
use cranelift_frontend::FunctionBuilder;

use crate::dtype::{Prim, Scalar};
use crate::ir::{Binary, Graph, Inst, Reduce, Unary, Value};

/// Returns the CLIF type of a prim, in registers and in memory.
pub(super) fn clif_type(prim: Prim) -> clif::Type {
    match prim {
        Prim::Bool => types::I8,
        Prim::I32 => types::I32,
        Prim::I64 => types::I64,
        Prim::F32 => types::F32,
        Prim::F64 => types::F64,
    }
}

pub(super) fn constant(b: &mut FunctionBuilder, scalar: Scalar) -> clif::Value {
    match scalar {
        Scalar::Bool(x) => b.ins().iconst(types::I8, i64::from(x)),
        Scalar::I32(x) => b.ins().iconst(types::I32, i64::from(x.cast_unsigned())),
        Scalar::I64(x) => b.ins().iconst(types::I64, x),
        Scalar::F32(x) => b.ins().f32const(x),
        Scalar::F64(x) => b.ins().f64const(x),
    }
}

/// Emits the instruction. `operand` gives the CLIF value of an operand.
pub(super) fn inst(
    b: &mut FunctionBuilder,
    graph: &Graph,
    value: Value,
    operand: impl Fn(Value) -> clif::Value,
) -> clif::Value {
    match *graph.inst(value) {
        Inst::Const(scalar) => constant(b, scalar),
        Inst::Cast(x, to) => cast(b, operand(x), graph.prim(x), to),
        Inst::Unary(op, x) => unary(b, op, graph.prim(x), operand(x)),
        Inst::Binary(op, x, y) => match op {
            Binary::FloorDiv | Binary::Rem | Binary::Fmod => {
                divide(b, op, graph.prim(x), operand(x), operand(y), graph.constant(y))
            }
            Binary::Shl | Binary::Shr => shift(b, op, operand(x), operand(y), graph.constant(y)),
            Binary::Add
            | Binary::Sub
            | Binary::Mul
            | Binary::Div
            | Binary::Pow
            | Binary::And
            | Binary::Or
            | Binary::Xor
            | Binary::Eq
            | Binary::Ne
            | Binary::Lt
            | Binary::Le
            | Binary::Max
            | Binary::Min
            | Binary::Copysign
            | Binary::Call(_) => binary(b, op, graph.prim(x), operand(x), operand(y)),
        },
        Inst::Select(c, x, y) => b.ins().select(operand(c), operand(x), operand(y)),
        Inst::Input(_) | Inst::Reduce(..) | Inst::Count(..) => {
            unreachable!("inputs are loaded, and loops have no reductions inside")
        }
    }
}

fn cast(b: &mut FunctionBuilder, x: clif::Value, from: Prim, to: Prim) -> clif::Value {
    match (from, to) {
        (Prim::Bool, Prim::I32 | Prim::I64) => b.ins().uextend(clif_type(to), x),
        (Prim::Bool, Prim::F32 | Prim::F64) => {
            let wide = b.ins().uextend(types::I32, x);
            b.ins().fcvt_from_sint(clif_type(to), wide)
        }
        (Prim::I32, Prim::I64) => b.ins().sextend(types::I64, x),
        (Prim::I32 | Prim::I64, Prim::F32 | Prim::F64) => {
            b.ins().fcvt_from_sint(clif_type(to), x)
        }
        (Prim::F32, Prim::F64) => b.ins().fpromote(types::F64, x),
        (
            Prim::Bool | Prim::I32 | Prim::I64 | Prim::F32 | Prim::F64,
            Prim::Bool | Prim::I32 | Prim::I64 | Prim::F32 | Prim::F64,
        ) => unreachable!("the verifier rejects a cast from {from} to {to}"),
    }
}

fn unary(b: &mut FunctionBuilder, op: Unary, prim: Prim, x: clif::Value) -> clif::Value {
    match op {
        Unary::Neg if prim.is_float() => b.ins().fneg(x),
        Unary::Neg => b.ins().ineg(x),
        Unary::Abs if prim.is_float() => b.ins().fabs(x),
        Unary::Abs => b.ins().iabs(x),
        Unary::Not if prim == Prim::Bool => b.ins().bxor_imm_u(x, 1),
        Unary::Not => b.ins().bnot(x),
        Unary::Sqrt => b.ins().sqrt(x),
        Unary::Floor => b.ins().floor(x),
        Unary::Ceil => b.ins().ceil(x),
        Unary::Trunc => b.ins().trunc(x),
        Unary::Rint => b.ins().nearest(x),
        Unary::Call(_) => unreachable!("calls are not part of a loop body"),
    }
}

/// Emits an operation that has one CLIF instruction or, for scalars, a few.
pub(super) fn binary(
    b: &mut FunctionBuilder,
    op: Binary,
    prim: Prim,
    x: clif::Value,
    y: clif::Value,
) -> clif::Value {
    let float = prim.is_float();
    match op {
        Binary::Add if float => b.ins().fadd(x, y),
        Binary::Add => b.ins().iadd(x, y),
        Binary::Sub if float => b.ins().fsub(x, y),
        Binary::Sub => b.ins().isub(x, y),
        Binary::Mul if float => b.ins().fmul(x, y),
        Binary::Mul => b.ins().imul(x, y),
        Binary::Div => b.ins().fdiv(x, y),
        Binary::And => b.ins().band(x, y),
        Binary::Or => b.ins().bor(x, y),
        Binary::Xor => b.ins().bxor(x, y),
        Binary::Copysign => b.ins().fcopysign(x, y),
        Binary::Eq | Binary::Ne | Binary::Lt | Binary::Le => {
            let (float_cc, int_cc) = compare_codes(op, prim);
            if float { b.ins().fcmp(float_cc, x, y) } else { b.ins().icmp(int_cc, x, y) }
        }
        Binary::Max | Binary::Min if float => {
            // x if it is not beaten or NaN, else y.
            let code = if op == Binary::Max {
                FloatCC::GreaterThanOrEqual
            } else {
                FloatCC::LessThanOrEqual
            };
            let holds = b.ins().fcmp(code, x, y);
            let nan = b.ins().fcmp(FloatCC::Unordered, x, x);
            let first = b.ins().bor(holds, nan);
            b.ins().select(first, x, y)
        }
        Binary::Max if prim == Prim::Bool => b.ins().bor(x, y),
        Binary::Max => b.ins().smax(x, y),
        Binary::Min if prim == Prim::Bool => b.ins().band(x, y),
        Binary::Min => b.ins().smin(x, y),
        Binary::FloorDiv
        | Binary::Rem
        | Binary::Fmod
        | Binary::Shl
        | Binary::Shr
        | Binary::Pow
        | Binary::Call(_) => unreachable!("{op:?} has a lowering of its own or is a call"),
    }
}

/// Returns the condition codes of a comparison; of two, the one for the prim is meant.
pub(super) fn compare_codes(op: Binary, prim: Prim) -> (FloatCC, IntCC) {
    let unsigned = prim == Prim::Bool;
    match op {
        Binary::Eq => (FloatCC::Equal, IntCC::Equal),
        // True for NaN, as `FloatCC::NotEqual` is the complement of `Equal`.
        Binary::Ne => (FloatCC::NotEqual, IntCC::NotEqual),
        Binary::Lt if unsigned => (FloatCC::LessThan, IntCC::UnsignedLessThan),
        Binary::Lt => (FloatCC::LessThan, IntCC::SignedLessThan),
        Binary::Le if unsigned => (FloatCC::LessThanOrEqual, IntCC::UnsignedLessThanOrEqual),
        Binary::Le => (FloatCC::LessThanOrEqual, IntCC::SignedLessThanOrEqual),
        Binary::Add
        | Binary::Sub
        | Binary::Mul
        | Binary::Div
        | Binary::FloorDiv
        | Binary::Rem
        | Binary::Fmod
        | Binary::Pow
        | Binary::Shl
        | Binary::Shr
        | Binary::And
        | Binary::Or
        | Binary::Xor
        | Binary::Max
        | Binary::Min
        | Binary::Copysign
        | Binary::Call(_) => unreachable!("{op:?} is not a comparison"),
    }
}

/// Integer `floor_div`, `rem` and `fmod` without traps: by 0 they give 0, by -1 the quotient wraps.
fn divide(
    b: &mut FunctionBuilder,
    op: Binary,
    prim: Prim,
    x: clif::Value,
    y: clif::Value,
    divisor: Option<Scalar>,
) -> clif::Value {
    let ty = clif_type(prim);
    // Cranelift turns a division by a constant into multiplications, so the common case needs no
    // guards at all.
    let harmless = match divisor {
        Some(Scalar::I32(d)) => d != 0 && d != -1,
        Some(Scalar::I64(d)) => d != 0 && d != -1,
        Some(Scalar::Bool(_) | Scalar::F32(_) | Scalar::F64(_)) | None => false,
    };
    if harmless {
        return floor(b, op, x, y);
    }
    let is_zero = b.ins().icmp_imm_s(IntCC::Equal, y, 0);
    let is_minus_one = b.ins().icmp_imm_s(IntCC::Equal, y, -1);
    let guarded = b.ins().bor(is_zero, is_minus_one);
    let one = b.ins().iconst(ty, 1);
    let safe = b.ins().select(guarded, one, y);
    let usual = floor(b, op, x, safe);
    let zero = b.ins().iconst(ty, 0);
    if op == Binary::FloorDiv {
        let negated = b.ins().ineg(x);
        let by_guarded = b.ins().select(is_minus_one, negated, zero);
        b.ins().select(guarded, by_guarded, usual)
    } else {
        // The remainder by 1, which stands in for 0 and -1, is the 0 that is wanted.
        usual
    }
}

/// Division by something other than 0 and -1, rounded as the operation wants.
fn floor(b: &mut FunctionBuilder, op: Binary, x: clif::Value, y: clif::Value) -> clif::Value {
    let quotient = b.ins().sdiv(x, y);
    let product = b.ins().imul(quotient, y);
    let remainder = b.ins().isub(x, product);
    if op == Binary::Fmod {
        return remainder;
    }
    // Truncated and floored division differ where the remainder is not 0 and its sign not the
    // divisor's.
    let inexact = b.ins().icmp_imm_s(IntCC::NotEqual, remainder, 0);
    let signs = b.ins().bxor(remainder, y);
    let differ = b.ins().icmp_imm_s(IntCC::SignedLessThan, signs, 0);
    let adjust = b.ins().band(inexact, differ);
    if op == Binary::FloorDiv {
        let less = b.ins().iadd_imm_s(quotient, -1);
        b.ins().select(adjust, less, quotient)
    } else {
        let more = b.ins().iadd(remainder, y);
        b.ins().select(adjust, more, remainder)
    }
}

/// Shifts by any count: outside the width `<<` gives 0 and `>>` the sign.
fn shift(
    b: &mut FunctionBuilder,
    op: Binary,
    x: clif::Value,
    count: clif::Value,
    known: Option<Scalar>,
) -> clif::Value {
    let ty = b.func.dfg.value_type(x);
    let width = i64::from(ty.bits());
    let in_range = match known {
        Some(Scalar::I32(c)) => (0..width).contains(&i64::from(c)),
        Some(Scalar::I64(c)) => (0..width).contains(&c),
        Some(Scalar::Bool(_) | Scalar::F32(_) | Scalar::F64(_)) | None => false,
    };
    if in_range {
        return if op == Binary::Shl { b.ins().ishl(x, count) } else { b.ins().sshr(x, count) };
    }
    // Cranelift takes counts modulo the width; negative counts are large when read as unsigned.
    let inside = b.ins().icmp_imm_s(IntCC::UnsignedLessThan, count, width);
    let (shifted, outside) = if op == Binary::Shl {
        (b.ins().ishl(x, count), b.ins().iconst(ty, 0))
    } else {
        (b.ins().sshr(x, count), b.ins().sshr_imm_u(x, width - 1))
    };
    b.ins().select(inside, shifted, outside)
}

/// Combines two partial results of a reduction.
pub(super) fn combine(
    b: &mut FunctionBuilder,
    op: Reduce,
    prim: Prim,
    x: clif::Value,
    y: clif::Value,
) -> clif::Value {
    binary(b, combining(op), prim, x, y)
}

/// Returns the instruction that a reduction repeats.
pub(super) fn combining(op: Reduce) -> Binary {
    match op {
        Reduce::Sum => Binary::Add,
        Reduce::Prod => Binary::Mul,
        Reduce::Min => Binary::Min,
        Reduce::Max => Binary::Max,
        Reduce::Any => Binary::Or,
        Reduce::All => Binary::And,
    }
}
