//! What every instruction computes, on single values: the definition that constant folding, the
//! interpreter and generated code follow to the last bit.
//!
//! A combination of operation and prim that [`verify`](super::verify) rejects panics here.

#[cfg(test)]
mod tests;

use super::{Binary, Reduce, Unary};
use crate::dtype::{Prim, Primitive, Scalar};
use crate::math::elementary::Function1;
use crate::math::{self, Op1, Op2};

/// Returns the operation of `math` that computes the instruction, where it is one of those.
pub(crate) fn math1(op: Unary) -> Option<Op1> {
    match op {
        Unary::Floor => Some(Op1::Floor),
        Unary::Ceil => Some(Op1::Ceil),
        Unary::Trunc => Some(Op1::Trunc),
        Unary::Rint => Some(Op1::Rint),
        Unary::Call(func) => Op1::from_func(func),
        Unary::Fast(func) => Op1::fast(func),
        Unary::Sqrt => Some(Op1::Function(Function1::Sqrt)),
        Unary::Neg | Unary::Abs | Unary::Not | Unary::BitCount => None,
    }
}

/// Returns the operation of `math` that computes the instruction, where it is one of those.
pub(crate) fn math2(op: Binary) -> Option<Op2> {
    match op {
        Binary::FloorDiv => Some(Op2::FloorDiv),
        Binary::Rem => Some(Op2::Rem),
        Binary::Fmod => Some(Op2::Fmod),
        Binary::Pow => Some(Op2::Pow),
        Binary::Gcd => Some(Op2::Gcd),
        Binary::Lcm => Some(Op2::Lcm),
        Binary::Call(func) => Op2::from_func(func),
        Binary::Fast(func) => Op2::fast(func),
        Binary::Part(function) => Some(Op2::Function(function)),
        Binary::Add
        | Binary::Sub
        | Binary::Mul
        | Binary::Div
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
        | Binary::Copysign => None,
    }
}

/// Converts a value; see the module's documentation of `cast`.
pub(crate) fn cast(x: Scalar, prim: Prim) -> Scalar {
    match x {
        Scalar::Bool(x) => Scalar::small(x.into(), prim),
        Scalar::F32(x) => cast_float(x.into(), prim),
        Scalar::F64(x) => cast_float(x, prim),
        Scalar::I8(x) => cast_int(x.into(), prim),
        Scalar::I16(x) => cast_int(x.into(), prim),
        Scalar::I32(x) => cast_int(x.into(), prim),
        Scalar::I64(x) => cast_int(x.into(), prim),
        Scalar::U8(x) => cast_int(x.into(), prim),
        Scalar::U16(x) => cast_int(x.into(), prim),
        Scalar::U32(x) => cast_int(x.into(), prim),
        Scalar::U64(x) => cast_int(x.into(), prim),
    }
}

fn cast_int(x: i128, prim: Prim) -> Scalar {
    match prim {
        Prim::Bool => Scalar::Bool(x != 0),
        Prim::F32 => Scalar::F32(x as f32),
        Prim::F64 => Scalar::F64(x as f64),
        Prim::I8
        | Prim::I16
        | Prim::I32
        | Prim::I64
        | Prim::U8
        | Prim::U16
        | Prim::U32
        | Prim::U64 => Scalar::wrapped(x, prim),
    }
}

/// `as` saturates, and makes 0 of NaN.
fn cast_float(x: f64, prim: Prim) -> Scalar {
    match prim {
        Prim::Bool => Scalar::Bool(x != 0.0),
        Prim::I8 => Scalar::I8(x as i8),
        Prim::I16 => Scalar::I16(x as i16),
        Prim::I32 => Scalar::I32(x as i32),
        Prim::I64 => Scalar::I64(x as i64),
        Prim::U8 => Scalar::U8(x as u8),
        Prim::U16 => Scalar::U16(x as u16),
        Prim::U32 => Scalar::U32(x as u32),
        Prim::U64 => Scalar::U64(x as u64),
        Prim::F32 => Scalar::F32(x as f32),
        Prim::F64 => Scalar::F64(x),
    }
}

/// Computes an instruction with one operand.
pub(crate) fn unary(op: Unary, x: Scalar) -> Scalar {
    match x {
        Scalar::Bool(x) => match op {
            Unary::Not => Scalar::Bool(!x),
            Unary::Neg
            | Unary::Abs
            | Unary::BitCount
            | Unary::Sqrt
            | Unary::Floor
            | Unary::Ceil
            | Unary::Trunc
            | Unary::Rint
            | Unary::Call(_)
            | Unary::Fast(_) => misfit(op.name(), Prim::Bool),
        },
        Scalar::I8(x) => int_unary(op, x),
        Scalar::I16(x) => int_unary(op, x),
        Scalar::I32(x) => int_unary(op, x),
        Scalar::I64(x) => int_unary(op, x),
        Scalar::U8(x) => int_unary(op, x),
        Scalar::U16(x) => int_unary(op, x),
        Scalar::U32(x) => int_unary(op, x),
        Scalar::U64(x) => int_unary(op, x),
        Scalar::F32(x) => float_unary(op, x),
        Scalar::F64(x) => float_unary(op, x),
    }
}

/// Computes an instruction with two operands.
pub(crate) fn binary(op: Binary, x: Scalar, y: Scalar) -> Scalar {
    match x {
        Scalar::Bool(x) => bool_binary(op, x, same(op, y)).into(),
        Scalar::I8(x) => int_binary(op, x, same(op, y)),
        Scalar::I16(x) => int_binary(op, x, same(op, y)),
        Scalar::I32(x) => int_binary(op, x, same(op, y)),
        Scalar::I64(x) => int_binary(op, x, same(op, y)),
        Scalar::U8(x) => int_binary(op, x, same(op, y)),
        Scalar::U16(x) => int_binary(op, x, same(op, y)),
        Scalar::U32(x) => int_binary(op, x, same(op, y)),
        Scalar::U64(x) => int_binary(op, x, same(op, y)),
        Scalar::F32(x) => float_binary(op, x, same(op, y)),
        Scalar::F64(x) => float_binary(op, x, same(op, y)),
    }
}

/// Returns `x` where `condition` is true, else `y`.
pub(crate) fn select(condition: Scalar, x: Scalar, y: Scalar) -> Scalar {
    let Scalar::Bool(condition) = condition else { misfit("select", condition.prim()) };
    if condition { x } else { y }
}

/// Computes one step of a reduction.
pub(crate) fn combine(op: Reduce, x: Scalar, y: Scalar) -> Scalar {
    binary(combiner(op), x, y)
}

/// Returns the instruction that combines two elements of a reduction.
pub(crate) fn combiner(op: Reduce) -> Binary {
    match op {
        Reduce::Sum => Binary::Add,
        Reduce::Prod => Binary::Mul,
        Reduce::Min => Binary::Min,
        Reduce::Max => Binary::Max,
        Reduce::Any => Binary::Or,
        Reduce::All => Binary::And,
        Reduce::ArgMin | Reduce::ArgMax => {
            panic!("`{}` is not combined by one instruction; this is a bug in numjit", op.name())
        }
    }
}

/// Returns the value that a reduction starts from; it is the result for no elements.
pub(crate) fn identity(op: Reduce, prim: Prim) -> Scalar {
    match op {
        // 0.0, as NumPy starts from: it changes no element but -0.0, so that a sum of nothing else is 0.0.
        Reduce::Sum if prim != Prim::Bool => Scalar::small(0, prim),
        Reduce::Prod if prim != Prim::Bool => Scalar::small(1, prim),
        Reduce::Any if prim == Prim::Bool => Scalar::Bool(false),
        Reduce::All if prim == Prim::Bool => Scalar::Bool(true),
        Reduce::Min => greatest(prim),
        Reduce::Max => least(prim),
        Reduce::Sum
        | Reduce::Prod
        | Reduce::Any
        | Reduce::All
        | Reduce::ArgMin
        | Reduce::ArgMax => misfit(op.name(), prim),
    }
}

/// Returns the smallest value of a prim.
pub(crate) fn least(prim: Prim) -> Scalar {
    match (prim, prim.int_range()) {
        (Prim::F32, _) => Scalar::F32(f32::NEG_INFINITY),
        (Prim::F64, _) => Scalar::F64(f64::NEG_INFINITY),
        (_, Some((least, _))) => Scalar::wrapped(least, prim), // tidy: the integers
        (_, None) => Scalar::Bool(false),                      // tidy: the one that is left
    }
}

/// Returns the greatest value of a prim.
pub(crate) fn greatest(prim: Prim) -> Scalar {
    match (prim, prim.int_range()) {
        (Prim::F32, _) => Scalar::F32(f32::INFINITY),
        (Prim::F64, _) => Scalar::F64(f64::INFINITY),
        (_, Some((_, greatest))) => Scalar::wrapped(greatest, prim), // tidy: the integers
        (_, None) => Scalar::Bool(true),                             // tidy: the one that is left
    }
}

fn misfit(op: &str, prim: Prim) -> ! {
    panic!("no instruction `{op}` on {prim}; this is a bug in numjit")
}

fn same<T: Primitive>(op: Binary, y: Scalar) -> T {
    let Some(value) = T::from_scalar(y) else {
        panic!("`{}` on {} and {}; this is a bug in numjit", op.name(), T::PRIM, y.prim())
    };
    value
}

/// Returns what a comparison finds, or `None` if the operation is not a comparison.
fn compare<T: PartialOrd>(op: Binary, x: T, y: T) -> Option<bool> {
    match op {
        Binary::Eq => Some(x == y),
        Binary::Ne => Some(x != y),
        Binary::Lt => Some(x < y),
        Binary::Le => Some(x <= y),
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
        | Binary::Part(_) => None,
    }
}

fn bool_binary(op: Binary, x: bool, y: bool) -> bool {
    match op {
        Binary::And | Binary::Min => x & y,
        Binary::Or | Binary::Max => x | y,
        Binary::Xor | Binary::Ne => x != y,
        Binary::Eq => x == y,
        Binary::Lt => !x & y,
        Binary::Le => !x | y,
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
        | Binary::Gcd
        | Binary::Lcm
        | Binary::Copysign
        | Binary::Call(_)
        | Binary::Fast(_)
        | Binary::Part(_) => misfit(op.name(), Prim::Bool),
    }
}

/// The operations of the integers that are not the same expression in all of them.
trait Int: Primitive + math::Int + Ord + Into<Scalar> {
    fn neg(self) -> Self;
    fn abs(self) -> Self;
    fn not(self) -> Self;
    fn bit_count(self) -> Self;
    fn add(self, y: Self) -> Self;
    fn sub(self, y: Self) -> Self;
    fn mul(self, y: Self) -> Self;
    fn and(self, y: Self) -> Self;
    fn or(self, y: Self) -> Self;
    fn xor(self, y: Self) -> Self;
    fn shl(self, count: Self) -> Self;
    fn shr(self, count: Self) -> Self;
}

macro_rules! ints {
    ($abs:ident, $magnitude:ident, $sign:expr; $($type:ident),*) => {$(
        impl Int for $type {
            fn neg(self) -> Self { self.wrapping_neg() }
            fn abs(self) -> Self { self.$abs() }
            fn not(self) -> Self { !self }
            fn bit_count(self) -> Self { self.$magnitude().count_ones() as $type }
            fn add(self, y: Self) -> Self { self.wrapping_add(y) }
            fn sub(self, y: Self) -> Self { self.wrapping_sub(y) }
            fn mul(self, y: Self) -> Self { self.wrapping_mul(y) }
            fn and(self, y: Self) -> Self { self & y }
            fn or(self, y: Self) -> Self { self | y }
            fn xor(self, y: Self) -> Self { self ^ y }

            fn shl(self, count: Self) -> Self {
                u32::try_from(count).ok().and_then(|count| self.checked_shl(count)).unwrap_or(0)
            }

            fn shr(self, count: Self) -> Self {
                let all_out = if $sign { self >> (Self::BITS - 1) } else { 0 };
                u32::try_from(count)
                    .ok()
                    .and_then(|count| self.checked_shr(count))
                    .unwrap_or(all_out)
            }
        }
    )*};
}

ints!(wrapping_abs, unsigned_abs, true; i8, i16, i32, i64);
ints!(clone, clone, false; u8, u16, u32, u64);

fn int_unary<T: Int>(op: Unary, x: T) -> Scalar {
    let result = match op {
        Unary::Neg => x.neg(),
        Unary::Abs => x.abs(),
        Unary::Not => x.not(),
        Unary::BitCount => x.bit_count(),
        Unary::Sqrt
        | Unary::Floor
        | Unary::Ceil
        | Unary::Trunc
        | Unary::Rint
        | Unary::Call(_)
        | Unary::Fast(_) => misfit(op.name(), T::PRIM),
    };
    result.into()
}

fn int_binary<T: Int>(op: Binary, x: T, y: T) -> Scalar {
    if let Some(answer) = compare(op, x, y) {
        return answer.into();
    }
    let result = match op {
        Binary::Add => x.add(y),
        Binary::Sub => x.sub(y),
        Binary::Mul => x.mul(y),
        Binary::FloorDiv | Binary::Rem | Binary::Fmod | Binary::Pow | Binary::Gcd | Binary::Lcm => {
            math2(op)
                .and_then(|op| math::int_binary(op, x, y))
                .unwrap_or_else(|| misfit(op.name(), T::PRIM))
        }
        Binary::Shl => x.shl(y),
        Binary::Shr => x.shr(y),
        Binary::And => x.and(y),
        Binary::Or => x.or(y),
        Binary::Xor => x.xor(y),
        Binary::Max => x.max(y),
        Binary::Min => x.min(y),
        Binary::Div
        | Binary::Eq
        | Binary::Ne
        | Binary::Lt
        | Binary::Le
        | Binary::Copysign
        | Binary::Call(_)
        | Binary::Fast(_)
        | Binary::Part(_) => misfit(op.name(), T::PRIM),
    };
    result.into()
}

/// The operations of `f32` and `f64` that are the machine's own.
trait Real:
    Primitive
    + math::Float
    + PartialOrd
    + Into<Scalar>
    + std::ops::Neg<Output = Self>
    + std::ops::Add<Output = Self>
    + std::ops::Sub<Output = Self>
    + std::ops::Mul<Output = Self>
    + std::ops::Div<Output = Self>
{
    fn abs(self) -> Self;
    fn sqrt(self) -> Self;
    fn copysign(self, sign: Self) -> Self;
    fn is_nan(self) -> bool;
}

macro_rules! reals {
    ($($type:ty),*) => {$(
        impl Real for $type {
            fn abs(self) -> Self { self.abs() }
            fn sqrt(self) -> Self { self.sqrt() }
            fn copysign(self, sign: Self) -> Self { self.copysign(sign) }
            fn is_nan(self) -> bool { self.is_nan() }
        }
    )*};
}

reals!(f32, f64);

fn float_unary<T: Real>(op: Unary, x: T) -> Scalar {
    let result = match op {
        Unary::Neg => -x,
        Unary::Abs => x.abs(),
        Unary::Sqrt => x.sqrt(),
        Unary::Floor
        | Unary::Ceil
        | Unary::Trunc
        | Unary::Rint
        | Unary::Call(_)
        | Unary::Fast(_) => math::unary(math1(op).unwrap_or_else(|| misfit(op.name(), T::PRIM)), x),
        Unary::Not | Unary::BitCount => misfit(op.name(), T::PRIM),
    };
    result.into()
}

fn float_binary<T: Real>(op: Binary, x: T, y: T) -> Scalar {
    if let Some(answer) = compare(op, x, y) {
        return answer.into();
    }
    let result = match op {
        Binary::Add => x + y,
        Binary::Sub => x - y,
        Binary::Mul => x * y,
        Binary::Div => x / y,
        Binary::FloorDiv
        | Binary::Rem
        | Binary::Fmod
        | Binary::Pow
        | Binary::Call(_)
        | Binary::Fast(_)
        | Binary::Part(_) => math2(op)
            .and_then(|op| math::float_binary(op, x, y))
            .unwrap_or_else(|| misfit(op.name(), T::PRIM)),
        // Not IEEE's maximum: of two zeros the first is given, whatever their signs.
        Binary::Max => {
            if x >= y || x.is_nan() {
                x
            } else {
                y
            }
        }
        Binary::Min => {
            if x <= y || x.is_nan() {
                x
            } else {
                y
            }
        }
        Binary::Copysign => x.copysign(y),
        Binary::Shl
        | Binary::Shr
        | Binary::And
        | Binary::Or
        | Binary::Xor
        | Binary::Eq
        | Binary::Ne
        | Binary::Lt
        | Binary::Le
        | Binary::Gcd
        | Binary::Lcm => misfit(op.name(), T::PRIM),
    };
    result.into()
}
