//! Arithmetic that machines do not have as an instruction: elementary functions, powers, division
//! rounded towards minus infinity.
//!
//! [`Op1`] and [`Op2`] name the operations. [`unary`], [`float_binary`] and [`int_binary`] compute one
//! element; [`tile::tile1`] and [`tile::tile2`] are the same functions over a whole tile, for
//! generated code to call. Constant folding, the interpreter and generated code all end here, so
//! they agree bit for bit. Nothing in this module panics.
//!
//! The elementary functions are the ones of Rust's standard library (the platform's C library), what it
//! lacks those of the `libm` crate, in `f64`; an `f32` result is the `f64` result rounded once.

mod arith;
mod elementary;
pub(crate) mod tile;

#[cfg(test)]
pub(crate) use arith::Arith;
pub(crate) use arith::{Float, Int};

use crate::ops::Func;

/// An operation with one operand, `f32` or `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op1 {
    Cbrt,
    Exp,
    Exp2,
    Exp10,
    Expm1,
    Log,
    Log2,
    Log10,
    Log1p,
    Sin,
    Cos,
    Tan,
    Sinpi,
    Cospi,
    Arcsin,
    Arccos,
    Arctan,
    Sinh,
    Cosh,
    Tanh,
    Arcsinh,
    Arccosh,
    Arctanh,
    Erf,
    Erfc,
    Gamma,
    Lgamma,
    /// Towards minus infinity; this and the next three for machines without the instruction.
    Floor,
    Ceil,
    Trunc,
    /// To nearest, halves to even.
    Rint,
}

/// An operation with two operands of the same prim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op2 {
    /// Integers and floats, as the next three.
    FloorDiv,
    Rem,
    Fmod,
    Pow,
    /// Integers, as `Lcm`.
    Gcd,
    Lcm,
    /// Floats, as the rest.
    Arctan2,
    Hypot,
    Nextafter,
}

impl Op1 {
    /// Returns the operation that computes an elementary function of one argument.
    pub(crate) fn from_func(func: Func) -> Option<Op1> {
        match func {
            Func::Cbrt => Some(Op1::Cbrt),
            Func::Exp => Some(Op1::Exp),
            Func::Exp2 => Some(Op1::Exp2),
            Func::Exp10 => Some(Op1::Exp10),
            Func::Expm1 => Some(Op1::Expm1),
            Func::Log => Some(Op1::Log),
            Func::Log2 => Some(Op1::Log2),
            Func::Log10 => Some(Op1::Log10),
            Func::Log1p => Some(Op1::Log1p),
            Func::Sin => Some(Op1::Sin),
            Func::Cos => Some(Op1::Cos),
            Func::Tan => Some(Op1::Tan),
            Func::Sinpi => Some(Op1::Sinpi),
            Func::Cospi => Some(Op1::Cospi),
            Func::Arcsin => Some(Op1::Arcsin),
            Func::Arccos => Some(Op1::Arccos),
            Func::Arctan => Some(Op1::Arctan),
            Func::Sinh => Some(Op1::Sinh),
            Func::Cosh => Some(Op1::Cosh),
            Func::Tanh => Some(Op1::Tanh),
            Func::Arcsinh => Some(Op1::Arcsinh),
            Func::Arccosh => Some(Op1::Arccosh),
            Func::Arctanh => Some(Op1::Arctanh),
            Func::Erf => Some(Op1::Erf),
            Func::Erfc => Some(Op1::Erfc),
            Func::Gamma => Some(Op1::Gamma),
            Func::Lgamma => Some(Op1::Lgamma),
            _ => None, // tidy: the table says which are elementary, and a test that those are here
        }
    }
}

impl Op2 {
    /// Returns the operation that computes an elementary function of two arguments.
    pub(crate) fn from_func(func: Func) -> Option<Op2> {
        match func {
            Func::Arctan2 => Some(Op2::Arctan2),
            Func::Hypot => Some(Op2::Hypot),
            Func::Nextafter => Some(Op2::Nextafter),
            _ => None, // tidy: as above
        }
    }
}

/// Computes one element.
// Always inlined: a tile kernel passes `op` as a constant, which leaves one call in its loop.
#[inline(always)]
pub(crate) fn unary<T: Float>(op: Op1, x: T) -> T {
    T::narrow(elementary::eval(op, x.widen()))
}

/// Computes one element of `f32` or `f64`, or returns `None` if the operation has no such form.
#[inline(always)]
pub(crate) fn float_binary<T: Float>(op: Op2, x: T, y: T) -> Option<T> {
    match op {
        Op2::FloorDiv => Some(x.floor_div(y)),
        Op2::Rem => Some(x.modulo(y)),
        Op2::Fmod => Some(x.fmod(y)),
        Op2::Pow => Some(x.power(y)),
        Op2::Gcd | Op2::Lcm => None,
        Op2::Arctan2 => Some(T::narrow(x.widen().atan2(y.widen()))),
        Op2::Hypot => Some(T::narrow(x.widen().hypot(y.widen()))),
        Op2::Nextafter => Some(x.nextafter(y)),
    }
}

/// Computes one element of an integer, or returns `None` if the operation has no such form.
#[inline(always)]
pub(crate) fn int_binary<T: Int>(op: Op2, x: T, y: T) -> Option<T> {
    match op {
        Op2::FloorDiv => Some(x.floor_div(y)),
        Op2::Rem => Some(x.modulo(y)),
        Op2::Fmod => Some(x.fmod(y)),
        Op2::Pow => Some(x.power(y)),
        Op2::Gcd => Some(x.gcd(y)),
        Op2::Lcm => Some(x.lcm(y)),
        Op2::Arctan2 | Op2::Hypot | Op2::Nextafter => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_table_calls_elementary_is_one_operation() {
        for &func in Func::ALL {
            let found = (Op1::from_func(func).is_some(), Op2::from_func(func).is_some());
            let info = func.info();
            let (one, two) = (info.params.len() == 1, info.params.len() == 2);
            assert_eq!(found, (info.elementary && one, info.elementary && two), "{func}");
        }
    }
}
