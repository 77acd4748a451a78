//! One instruction of the IR as scalar CLIF.
//!
//! Numbers have the CLIF type of their prim, which does not tell whether an integer has a sign; a `bool` is
//! an `i8` that is 0 or 1. Integer division, shifts and conversions are built so that no operand can trap.
//! What Cranelift does not have for 8 and 16 bits is computed in 32.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self as clif, InstBuilder, types};
use cranelift_frontend::FunctionBuilder;

use crate::dtype::{Prim, Scalar};
use crate::ir::{Binary, Graph, Inst, Reduce, Unary, Value, eval};

/// Returns the CLIF type of a prim, in registers and in memory.
pub(super) fn clif_type(prim: Prim) -> clif::Type {
    match prim {
        Prim::Bool | Prim::I8 | Prim::U8 => types::I8,
        Prim::I16 | Prim::U16 => types::I16,
        Prim::I32 | Prim::U32 => types::I32,
        Prim::I64 | Prim::U64 => types::I64,
        Prim::F32 => types::F32,
        Prim::F64 => types::F64,
    }
}

pub(super) fn constant(b: &mut FunctionBuilder, scalar: Scalar) -> clif::Value {
    match scalar {
        Scalar::F32(x) => b.ins().f32const(x),
        Scalar::F64(x) => b.ins().f64const(x),
        Scalar::Bool(_)
        | Scalar::I8(_)
        | Scalar::I16(_)
        | Scalar::I32(_)
        | Scalar::I64(_)
        | Scalar::U8(_)
        | Scalar::U16(_)
        | Scalar::U32(_)
        | Scalar::U64(_) => {
            let ty = clif_type(scalar.prim());
            b.ins().iconst(ty, scalar.to_bits().cast_signed())
        }
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
        Inst::Index(x, _) => operand(x),
        Inst::Unary(op, x) => unary(b, op, graph.prim(x), operand(x)),
        Inst::Binary(op, x, y) => match op {
            Binary::FloorDiv | Binary::Rem | Binary::Fmod => {
                divide(b, op, graph.prim(x), operand(x), operand(y), graph.constant(y))
            }
            Binary::Shl | Binary::Shr => {
                shift(b, op, graph.prim(x), operand(x), operand(y), graph.constant(y))
            }
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
            | Binary::Gcd
            | Binary::Lcm
            | Binary::Copysign
            | Binary::Call(_)
            | Binary::Fast(_)
            | Binary::Part(_) => binary(b, op, graph.prim(x), operand(x), operand(y)),
        },
        Inst::Select(c, x, y) => b.ins().select(operand(c), operand(x), operand(y)),
        Inst::Input(_) | Inst::Reduce(..) | Inst::ReducePair(..) | Inst::Count(..) => {
            unreachable!("inputs are loaded, and loops have no reductions inside")
        }
    }
}

fn cast(b: &mut FunctionBuilder, x: clif::Value, from: Prim, to: Prim) -> clif::Value {
    match (from.is_float(), to) {
        (true, Prim::Bool) => {
            let zero = constant(b, Scalar::small(0, from));
            b.ins().fcmp(FloatCC::NotEqual, x, zero)
        }
        (false, Prim::Bool) => b.ins().icmp_imm_s(IntCC::NotEqual, x, 0),
        (true, Prim::F32 | Prim::F64) => {
            if to == Prim::F64 {
                b.ins().fpromote(types::F64, x)
            } else {
                b.ins().fdemote(types::F32, x)
            }
        }
        (false, Prim::F32 | Prim::F64) => {
            let x = if from.size() < 4 { resize(b, x, from, types::I32) } else { x };
            if matches!(from, Prim::U32 | Prim::U64) {
                b.ins().fcvt_from_uint(clif_type(to), x)
            } else {
                b.ins().fcvt_from_sint(clif_type(to), x)
            }
        }
        (true, Prim::U32 | Prim::U64) => b.ins().fcvt_to_uint_sat(clif_type(to), x),
        (true, Prim::I32 | Prim::I64) => b.ins().fcvt_to_sint_sat(clif_type(to), x),
        (true, Prim::I8 | Prim::I16 | Prim::U8 | Prim::U16) => {
            // Saturating twice is saturating at the narrower range.
            let wide = b.ins().fcvt_to_sint_sat(types::I32, x);
            let (least, greatest) = to.int_range().expect("these are integers");
            let [least, greatest] =
                [least, greatest].map(|end| constant(b, Scalar::wrapped(end, Prim::I32)));
            let wide = b.ins().smax(wide, least);
            let wide = b.ins().smin(wide, greatest);
            b.ins().ireduce(clif_type(to), wide)
        }
        (
            false,
            Prim::I8
            | Prim::I16
            | Prim::I32
            | Prim::I64
            | Prim::U8
            | Prim::U16
            | Prim::U32
            | Prim::U64,
        ) => resize(b, x, from, clif_type(to)),
    }
}

/// Extends an integer or `bool` as its sign wants, or keeps its low bits.
fn resize(b: &mut FunctionBuilder, x: clif::Value, from: Prim, to: clif::Type) -> clif::Value {
    let bits = clif_type(from).bits();
    if to.bits() < bits {
        b.ins().ireduce(to, x)
    } else if to.bits() == bits {
        x
    } else if from.is_unsigned() || from == Prim::Bool {
        b.ins().uextend(to, x)
    } else {
        b.ins().sextend(to, x)
    }
}

/// Emits an operation on one operand.
pub(super) fn unary(b: &mut FunctionBuilder, op: Unary, prim: Prim, x: clif::Value) -> clif::Value {
    match op {
        Unary::Neg if prim.is_float() => b.ins().fneg(x),
        Unary::Neg => b.ins().ineg(x),
        Unary::Abs if prim.is_float() => b.ins().fabs(x),
        Unary::Abs if prim.is_unsigned() => x,
        Unary::Abs if prim.size() < 4 => {
            let wide = resize(b, x, prim, types::I32);
            let wide = b.ins().iabs(wide);
            b.ins().ireduce(clif_type(prim), wide)
        }
        Unary::Abs => b.ins().iabs(x),
        Unary::Not if prim == Prim::Bool => b.ins().bxor_imm_u(x, 1),
        Unary::Not => b.ins().bnot(x),
        Unary::BitCount => {
            let x = unary(b, Unary::Abs, prim, x);
            b.ins().popcnt(x)
        }
        Unary::Sqrt => b.ins().sqrt(x),
        Unary::Floor => b.ins().floor(x),
        Unary::Ceil => b.ins().ceil(x),
        Unary::Trunc => b.ins().trunc(x),
        Unary::Rint => b.ins().nearest(x),
        Unary::Call(_) | Unary::Fast(_) => unreachable!("calls are not part of a loop body"),
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
        Binary::Min if prim == Prim::Bool => b.ins().band(x, y),
        Binary::Max | Binary::Min => {
            let (_, less) = compare_codes(Binary::Lt, prim);
            let (low, high) = if op == Binary::Max { (y, x) } else { (x, y) };
            let first = b.ins().icmp(less, low, high);
            b.ins().select(first, x, y)
        }
        Binary::FloorDiv
        | Binary::Rem
        | Binary::Fmod
        | Binary::Shl
        | Binary::Shr
        | Binary::Pow
        | Binary::Gcd
        | Binary::Lcm
        | Binary::Call(_)
        | Binary::Fast(_)
        | Binary::Part(_) => unreachable!("{op:?} has a lowering of its own or is a call"),
    }
}

/// Returns the condition codes of a comparison; of two, the one for the prim is meant.
pub(super) fn compare_codes(op: Binary, prim: Prim) -> (FloatCC, IntCC) {
    let unsigned = prim == Prim::Bool || prim.is_unsigned();
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
        | Binary::Gcd
        | Binary::Lcm
        | Binary::Copysign
        | Binary::Call(_)
        | Binary::Fast(_)
        | Binary::Part(_) => unreachable!("{op:?} is not a comparison"),
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
    if prim.size() < 4 {
        // In 32 bits nothing overflows, and cutting the quotient by -1 is wrapping.
        let wide = if prim.is_unsigned() { Prim::U32 } else { Prim::I32 };
        let (x, y) = (resize(b, x, prim, types::I32), resize(b, y, prim, types::I32));
        let divisor = divisor.map(|divisor| eval::cast(divisor, wide));
        let result = divide(b, op, wide, x, y, divisor);
        return b.ins().ireduce(clif_type(prim), result);
    }
    let ty = clif_type(prim);
    let unsigned = prim.is_unsigned();
    // Cranelift turns a division by a constant into multiplications, so the common case needs no
    // guards at all.
    let divisor = divisor.and_then(Scalar::to_int);
    if divisor.is_some_and(|d| d != 0 && d != -1) {
        return floor(b, op, unsigned, x, y);
    }
    let is_zero = b.ins().icmp_imm_s(IntCC::Equal, y, 0);
    let one = b.ins().iconst(ty, 1);
    let zero = b.ins().iconst(ty, 0);
    if unsigned {
        let safe = b.ins().select(is_zero, one, y);
        let usual = floor(b, op, unsigned, x, safe);
        // The remainder by 1, which stands in for 0, is the 0 that is wanted.
        return if op == Binary::FloorDiv { b.ins().select(is_zero, zero, usual) } else { usual };
    }
    let is_minus_one = b.ins().icmp_imm_s(IntCC::Equal, y, -1);
    let guarded = b.ins().bor(is_zero, is_minus_one);
    let safe = b.ins().select(guarded, one, y);
    let usual = floor(b, op, unsigned, x, safe);
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
fn floor(
    b: &mut FunctionBuilder,
    op: Binary,
    unsigned: bool,
    x: clif::Value,
    y: clif::Value,
) -> clif::Value {
    let quotient = if unsigned { b.ins().udiv(x, y) } else { b.ins().sdiv(x, y) };
    if unsigned && op == Binary::FloorDiv {
        return quotient;
    }
    let product = b.ins().imul(quotient, y);
    let remainder = b.ins().isub(x, product);
    if unsigned || op == Binary::Fmod {
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

/// Shifts by any count: outside the width `<<` gives 0 and `>>` the sign, 0 if there is none.
fn shift(
    b: &mut FunctionBuilder,
    op: Binary,
    prim: Prim,
    x: clif::Value,
    count: clif::Value,
    known: Option<Scalar>,
) -> clif::Value {
    let ty = clif_type(prim);
    let width = i64::from(ty.bits());
    // Cranelift takes counts modulo the width; negative counts are large when read as unsigned.
    let shifted = match (op, prim.is_unsigned()) {
        (Binary::Shl, _) => b.ins().ishl(x, count),
        (_, true) => b.ins().ushr(x, count),  // tidy: shr
        (_, false) => b.ins().sshr(x, count), // tidy: shr
    };
    let known = known.and_then(Scalar::to_int);
    if known.is_some_and(|count| (0..i128::from(width)).contains(&count)) {
        return shifted;
    }
    let inside = b.ins().icmp_imm_s(IntCC::UnsignedLessThan, count, width);
    let outside = if op == Binary::Shl || prim.is_unsigned() {
        b.ins().iconst(ty, 0)
    } else {
        b.ins().sshr_imm_u(x, width - 1)
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
    binary(b, eval::combiner(op), prim, x, y)
}
