//! Algebra that keeps every bit: IEEE-exact on floats, wrapping on integers.
//!
//! Each rule stands with the reason why it is exact. What is missing is missing on purpose where a
//! float could tell: `x + 0.0` loses the sign of -0.0, `x * 0.0` and `x - x` are NaN for infinities,
//! `(x + 1) + 2` rounds twice, `not (x < y)` is true for NaN.

use super::{Rewriter, bits, rewrite};
use crate::dtype::{Prim, Scalar};
use crate::ir::{Binary, Graph, Inst, Unary, Value, eval};

pub(super) fn run(graph: &Graph) -> Graph {
    rewrite(graph, 2)
}

pub(super) fn rule(rw: &mut Rewriter, inst: Inst) -> Option<Value> {
    match inst {
        Inst::Input(_)
        | Inst::Const(_)
        | Inst::Index(..)
        | Inst::Reduce(..)
        | Inst::ReducePair(..)
        | Inst::Count(..) => None,
        Inst::Cast(x, to) => cast(rw, x, to),
        Inst::Unary(op, x) => unary(rw, op, x),
        Inst::Binary(op, x, y) => {
            let special = match rw.prim(x) {
                Prim::Bool => bool_binary(rw, op, x, y),
                Prim::F32 | Prim::F64 => float_binary(rw, op, x, y),
                Prim::I8
                | Prim::I16
                | Prim::I32
                | Prim::I64
                | Prim::U8
                | Prim::U16
                | Prim::U32
                | Prim::U64 => int_binary(rw, op, x, y).or_else(|| ends(rw, op, x, y)),
            };
            special.or_else(|| signs(rw, op, x, y)).or_else(|| twice(rw, op, x, y))
        }
        Inst::Select(c, x, y) => select(rw, c, x, y),
    }
}

fn cast(rw: &mut Rewriter, x: Value, to: Prim) -> Option<Value> {
    let Inst::Cast(y, middle) = rw.inst(x) else { return None };
    let from = rw.prim(y);
    // Where the first cast keeps the value, the second one sees what one cast would see. But a float
    // stays at the ends of an integer's range, where an integer wraps: they must not come into play.
    let keeps = holds(middle, from);
    let wraps = middle.is_float() && from.is_int() && to.is_int() && !holds(to, from);
    // Integers are cut to their low bits, and the low bits of low bits are low bits.
    let cuts = from.is_int() && middle.is_int() && to.is_int() && to.size() <= middle.size();
    if !(keeps && !wraps || cuts) {
        return None;
    }
    Some(if from == to { y } else { rw.push(Inst::Cast(y, to)) })
}

/// Returns whether every value of `from` is a value of `prim`.
fn holds(prim: Prim, from: Prim) -> bool {
    let digits = match prim {
        Prim::F32 => f32::MANTISSA_DIGITS,
        Prim::F64 => f64::MANTISSA_DIGITS,
        Prim::Bool => return from == Prim::Bool,
        Prim::I8
        | Prim::I16
        | Prim::I32
        | Prim::I64
        | Prim::U8
        | Prim::U16
        | Prim::U32
        | Prim::U64 => {
            let range = prim.int_range().expect("these are integers");
            return match from.int_range() {
                Some((least, greatest)) => range.0 <= least && greatest <= range.1,
                None => from == Prim::Bool,
            };
        }
    };
    match from {
        Prim::Bool | Prim::F32 => true,
        Prim::F64 => prim == Prim::F64,
        Prim::I8
        | Prim::I16
        | Prim::I32
        | Prim::I64
        | Prim::U8
        | Prim::U16
        | Prim::U32
        | Prim::U64 => bits(from) <= digits,
    }
}

fn unary(rw: &mut Rewriter, op: Unary, x: Value) -> Option<Value> {
    use Unary::{Abs, Ceil, Floor, Neg, Not, Rint, Trunc};
    let is_float = rw.prim(x).is_float();
    match (op, rw.inst(x)) {
        // What has no sign is its own absolute value.
        (Abs, _) if rw.prim(x).is_unsigned() => Some(x),
        // --y = y: a sign flipped twice; in two's complement, even for the smallest integer.
        (Neg, Inst::Unary(Neg, y)) => Some(y),
        // -(a - b) = b - a on integers only: on floats a = b gives -0.0 and 0.0.
        (Neg, Inst::Binary(Binary::Sub, a, b)) if !is_float => Some(rw.binary(Binary::Sub, b, a)),
        // abs(abs(y)) = abs(y): the sign is clear; the smallest integer is its own abs.
        (Abs, Inst::Unary(Abs, _)) => Some(x),
        // abs(-y) = abs(y): the flipped sign is cleared; the smallest integer is its own negative.
        (Abs, Inst::Unary(Neg, y)) => Some(rw.unary(Abs, y)),
        // abs(a*a) = a*a on floats: a square is never negative, and never -0.0.
        (Abs, Inst::Binary(Binary::Mul, a, b)) if is_float && a == b => Some(x),
        // not not y = y, of one bit or of all.
        (Not, Inst::Unary(Not, y)) => Some(y),
        // not (a == b) is the definition of !=, also with NaN.
        (Not, Inst::Binary(Binary::Eq, a, b)) => Some(rw.binary(Binary::Ne, a, b)),
        (Not, Inst::Binary(Binary::Ne, a, b)) => Some(rw.binary(Binary::Eq, a, b)),
        // not (a < b) = b <= a in a total order: not on floats.
        (Not, Inst::Binary(Binary::Lt, a, b)) if !rw.prim(a).is_float() => {
            Some(rw.binary(Binary::Le, b, a))
        }
        (Not, Inst::Binary(Binary::Le, a, b)) if !rw.prim(a).is_float() => {
            Some(rw.binary(Binary::Lt, b, a))
        }
        // Whole numbers, infinities and NaN are their own floor, ceil, trunc and rint.
        (Floor | Ceil | Trunc | Rint, Inst::Unary(Floor | Ceil | Trunc | Rint, _)) => Some(x),
        // So is every float that comes from an integer.
        (Floor | Ceil | Trunc | Rint, Inst::Cast(y, _)) if !rw.prim(y).is_float() => Some(x),
        _ => None, // tidy: a table of rules, not a dispatch
    }
}

/// Rules about negated operands: on floats the sign of a sum's operand, of a product and of a quotient
/// is exact; on integers all is modulo 2^width.
fn signs(rw: &mut Rewriter, op: Binary, x: Value, y: Value) -> Option<Value> {
    use Binary::{Add, Copysign, Div, Mul, Sub};
    use Unary::{Abs, Neg};
    match (op, rw.inst(x), rw.inst(y)) {
        // x + -b = x - b: the definition of IEEE subtraction.
        (Add, _, Inst::Unary(Neg, b)) => Some(rw.binary(Sub, x, b)),
        // -a + y = y - a: the same, commuted.
        (Add, Inst::Unary(Neg, a), _) => Some(rw.binary(Sub, y, a)),
        // x - -b = x + b: the definition again.
        (Sub, _, Inst::Unary(Neg, b)) => Some(rw.binary(Add, x, b)),
        // -a * -b = a * b and -a / -b = a / b: the sign of the result is the exclusive or of the signs.
        (Mul | Div, Inst::Unary(Neg, a), Inst::Unary(Neg, b)) => Some(rw.binary(op, a, b)),
        // -a * c = a * -c and -a / c = a / -c: likewise.
        (Mul | Div, Inst::Unary(Neg, a), Inst::Const(c)) => {
            let c = rw.constant(eval::unary(Neg, c));
            Some(rw.binary(op, a, c))
        }
        // c / -b = -c / b: likewise.
        (Div, Inst::Const(c), Inst::Unary(Neg, b)) => {
            let c = rw.constant(eval::unary(Neg, c));
            Some(rw.binary(Div, c, b))
        }
        // copysign overwrites the sign of its first operand.
        (Copysign, Inst::Unary(Neg | Abs, a) | Inst::Binary(Copysign, a, _), _) => {
            Some(rw.binary(Copysign, a, y))
        }
        // copysign(x, c) = abs(x) for a positive c.
        (Copysign, _, Inst::Const(c)) if is_positive(c) => Some(rw.unary(Abs, x)),
        _ => None, // tidy: a table of rules, not a dispatch
    }
}

/// Rules about an operation on `x` and `x`.
fn twice(rw: &mut Rewriter, op: Binary, x: Value, y: Value) -> Option<Value> {
    if x != y {
        return None;
    }
    let prim = rw.prim(x);
    let is_float = prim.is_float();
    match op {
        // Either operand is x; a NaN comes through.
        Binary::And | Binary::Or | Binary::Max | Binary::Min | Binary::Copysign => Some(x),
        // Every bit against itself.
        Binary::Xor => Some(rw.constant(Scalar::small(0, prim))),
        // x - x = 0 on integers; on floats infinity - infinity is NaN.
        Binary::Sub if !is_float => Some(rw.constant(Scalar::small(0, prim))),
        // gcd(x, x) and lcm(x, x) are the absolute value, and 0 of 0; that of the smallest integer wraps.
        Binary::Gcd | Binary::Lcm => Some(rw.unary(Unary::Abs, x)),
        // x % x = 0 on integers, and 0 % 0 is defined as 0.
        Binary::Rem | Binary::Fmod if !is_float => Some(rw.constant(Scalar::small(0, prim))),
        // x < x is false, also for NaN.
        Binary::Lt => Some(rw.constant(false)),
        // x == x except for NaN.
        Binary::Eq | Binary::Le if !is_float => Some(rw.constant(true)),
        Binary::Ne if !is_float => Some(rw.constant(false)),
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
        | Binary::Eq
        | Binary::Ne
        | Binary::Le
        | Binary::Call(_)
        | Binary::Fast(_)
        | Binary::Part(_) => None,
    }
}

/// Rules about a float constant.
fn float_binary(rw: &mut Rewriter, op: Binary, x: Value, y: Value) -> Option<Value> {
    use Binary::{Add, Div, Mul, Sub};
    // -0.0 - y = -y: for y = 0 too, -0.0 - 0.0 = -0.0 and -0.0 - -0.0 = 0.0.
    if op == Sub && rw.as_constant(x).is_some_and(|c| is_zero(c, Sign::Minus)) {
        return Some(rw.unary(Unary::Neg, y));
    }
    let c = rw.as_constant(y)?;
    match op {
        // x + -0.0 = x and x - 0.0 = x: for -0.0 too, -0.0 + -0.0 = -0.0.
        Add if is_zero(c, Sign::Minus) => Some(x),
        Sub if is_zero(c, Sign::Plus) => Some(x),
        // x * 1 = x and x / 1 = x.
        Mul | Div if c.to_f64() == 1.0 => Some(x),
        // x * -1 = -x and x / -1 = -x, but for the sign of NaN, which is unspecified.
        Mul | Div if c.to_f64() == -1.0 => Some(rw.unary(Unary::Neg, x)),
        // x / 2^k = x * 2^-k: both round the same real number.
        Div => {
            let reciprocal = rw.constant(exact_reciprocal(c)?);
            Some(rw.binary(Mul, x, reciprocal))
        }
        Add
        | Sub
        | Mul
        | Binary::FloorDiv
        | Binary::Rem
        | Binary::Fmod
        | Binary::Pow
        | Binary::Shl
        | Binary::Shr
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
        | Binary::Part(_) => None,
    }
}

/// Rules about an integer constant.
fn int_binary(rw: &mut Rewriter, op: Binary, x: Value, y: Value) -> Option<Value> {
    use Binary::{Add, And, FloorDiv, Fmod, Mul, Or, Pow, Rem, Shl, Shr, Sub, Xor};
    let prim = rw.prim(x);
    if rw.is_all_ones(y) {
        match op {
            // x & -1, x | -1, x ^ -1: all bits are set.
            And => return Some(x),
            Or => return Some(y),
            Xor => return Some(rw.unary(Unary::Not, x)),
            _ => {} // tidy: a table of rules, not a dispatch
        }
    }
    match (op, rw.as_int(x), rw.as_int(y)) {
        // x + 0, x - 0, x | 0, x ^ 0, x << 0, x >> 0 change no bit.
        (Add | Sub | Or | Xor | Shl | Shr, _, Some(0)) => Some(x),
        // 0 - y = -y.
        (Sub, Some(0), _) => Some(rw.unary(Unary::Neg, y)),
        // x * 1 and x // 1.
        (Mul | FloorDiv, _, Some(1)) => Some(x),
        // x * -1 and x // -1: -x, and the smallest integer for itself, as `//` defines it.
        (Mul | FloorDiv, _, Some(-1)) => Some(rw.unary(Unary::Neg, x)),
        // x * 0 and x & 0; x // 0, x % 0 and fmod(x, 0) are defined as 0.
        (Mul | And | FloorDiv | Rem | Fmod, _, Some(0)) => {
            Some(rw.constant(Scalar::small(0, prim)))
        }
        // Everything is a multiple of 1 and -1.
        (Rem | Fmod, _, Some(1 | -1)) => Some(rw.constant(Scalar::small(0, prim))),
        // 0 has no bits to move and no parts to share, whatever y.
        (Shl | Shr | FloorDiv | Rem | Fmod, Some(0), _) => {
            Some(rw.constant(Scalar::small(0, prim)))
        }
        // 1**y = 1, for negative y too.
        (Pow, Some(1), _) => Some(x),
        // Shifted out of the width: 0, and the sign. A machine would take the count modulo the width.
        (Shl, _, Some(count)) if !in_width(count, prim) => {
            Some(rw.constant(Scalar::small(0, prim)))
        }
        (Shr, _, Some(count)) if !in_width(count, prim) => {
            if prim.is_unsigned() {
                return Some(rw.constant(Scalar::small(0, prim)));
            }
            let last = rw.constant(Scalar::wrapped(i128::from(bits(prim)) - 1, prim));
            Some(rw.binary(Shr, x, last))
        }
        // (a + b) + c = a + (b + c) modulo 2^width, and so for the others.
        (Add | Mul | And | Or | Xor, _, Some(_)) => {
            let Inst::Binary(inner, a, b) = rw.inst(x) else { return None };
            if inner != op || rw.as_int(b).is_none() {
                return None;
            }
            let constant = rw.binary(op, b, y);
            Some(rw.binary(op, a, constant))
        }
        _ => None, // tidy: a table of rules, not a dispatch
    }
}

/// Rules about the ends of an integer's range, beyond which nothing is.
fn ends(rw: &mut Rewriter, op: Binary, x: Value, y: Value) -> Option<Value> {
    use Binary::{Le, Lt, Max, Min};
    let (least, greatest) = rw.prim(x).int_range()?;
    match (op, rw.as_int(x), rw.as_int(y)) {
        (Lt, _, Some(c)) if c == least => Some(rw.constant(false)),
        (Lt, Some(c), _) if c == greatest => Some(rw.constant(false)),
        (Le, Some(c), _) if c == least => Some(rw.constant(true)),
        (Le, _, Some(c)) if c == greatest => Some(rw.constant(true)),
        (Max, _, Some(c)) if c == least => Some(x),
        (Max, _, Some(c)) if c == greatest => Some(y),
        (Min, _, Some(c)) if c == least => Some(y),
        (Min, _, Some(c)) if c == greatest => Some(x),
        _ => None, // tidy: a table of rules, not a dispatch
    }
}

/// Rules about a `bool` constant.
fn bool_binary(rw: &mut Rewriter, op: Binary, x: Value, y: Value) -> Option<Value> {
    use Binary::{And, Eq, Max, Min, Ne, Or, Xor};
    let Scalar::Bool(c) = rw.as_constant(y)? else { return None };
    match (op, c) {
        // The truth tables, row by row.
        (And | Min | Eq, true) | (Or | Max | Xor | Ne, false) => Some(x),
        (And | Min, false) | (Or | Max, true) => Some(y),
        (Xor | Ne, true) | (Eq, false) => Some(rw.unary(Unary::Not, x)),
        _ => None, // tidy: a table of rules, not a dispatch
    }
}

/// Rules about a choice. Both branches are values that exist, so computing one more or one less of
/// them shows nowhere.
fn select(rw: &mut Rewriter, c: Value, x: Value, y: Value) -> Option<Value> {
    if let Some(Scalar::Bool(condition)) = rw.as_constant(c) {
        return Some(if condition { x } else { y });
    }
    if x == y {
        return Some(x);
    }
    if let Inst::Unary(Unary::Not, opposite) = rw.inst(c) {
        return Some(rw.select(opposite, y, x));
    }
    // The same question asked again has the same answer.
    if let Inst::Select(again, then, _) = rw.inst(x)
        && again == c
    {
        return Some(rw.select(c, then, y));
    }
    if let Inst::Select(again, _, otherwise) = rw.inst(y)
        && again == c
    {
        return Some(rw.select(c, x, otherwise));
    }
    // A choice between truths is logic.
    match (rw.as_constant(x), rw.as_constant(y)) {
        (Some(Scalar::Bool(true)), Some(Scalar::Bool(false))) => Some(c),
        (Some(Scalar::Bool(false)), Some(Scalar::Bool(true))) => Some(rw.unary(Unary::Not, c)),
        (Some(Scalar::Bool(true)), _) => Some(rw.binary(Binary::Or, c, y)),
        (_, Some(Scalar::Bool(false))) => Some(rw.binary(Binary::And, c, x)),
        (Some(Scalar::Bool(false)), _) => {
            let opposite = rw.unary(Unary::Not, c);
            Some(rw.binary(Binary::And, opposite, y))
        }
        (_, Some(Scalar::Bool(true))) => {
            let opposite = rw.unary(Unary::Not, c);
            Some(rw.binary(Binary::Or, opposite, x))
        }
        _ => None, // tidy: a table of rules, not a dispatch
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Plus,
    Minus,
}

/// Returns whether this is the float zero of that sign.
fn is_zero(c: Scalar, sign: Sign) -> bool {
    let c = c.to_f64();
    c == 0.0 && c.is_sign_negative() == (sign == Sign::Minus)
}

fn is_positive(c: Scalar) -> bool {
    let c = c.to_f64();
    !c.is_nan() && c.is_sign_positive()
}

fn in_width(count: i128, prim: Prim) -> bool {
    (0..bits(prim).into()).contains(&count)
}

/// Returns 1/c if c is a power of two, or minus one, and 1/c is a normal number: a machine that is slow
/// on subnormals or flushes them must not be the judge.
fn exact_reciprocal(c: Scalar) -> Option<Scalar> {
    const F32_FRACTION: u32 = (1 << (f32::MANTISSA_DIGITS - 1)) - 1;
    const F64_FRACTION: u64 = (1 << (f64::MANTISSA_DIGITS - 1)) - 1;
    let (exact, reciprocal) = match c {
        Scalar::F32(c) => {
            let exact = c.is_normal() && (1.0 / c).is_normal() && c.to_bits() & F32_FRACTION == 0;
            (exact, Scalar::F32(1.0 / c))
        }
        Scalar::F64(c) => {
            let exact = c.is_normal() && (1.0 / c).is_normal() && c.to_bits() & F64_FRACTION == 0;
            (exact, Scalar::F64(1.0 / c))
        }
        Scalar::Bool(_)
        | Scalar::I8(_)
        | Scalar::I16(_)
        | Scalar::I32(_)
        | Scalar::I64(_)
        | Scalar::U8(_)
        | Scalar::U16(_)
        | Scalar::U32(_)
        | Scalar::U64(_) => (false, c),
    };
    exact.then_some(reciprocal)
}
