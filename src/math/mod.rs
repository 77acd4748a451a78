//! Arithmetic that machines do not have as an instruction: elementary functions, powers, division
//! rounded towards minus infinity.
//!
//! [`Op1`] and [`Op2`] name the operations. [`unary`], [`float_binary`] and [`int_binary`] compute one
//! element; [`tile::tile1`] and [`tile::tile2`] are the same functions over a whole tile, for
//! generated code to call. Constant folding, the interpreter and generated code all end here, so
//! they agree bit for bit. Nothing in this module panics.
//!
//! The functions of [`elementary`] are our own.

mod arith;
pub(crate) mod elementary;
pub(crate) mod tile;

#[cfg(test)]
pub(crate) use arith::Arith;
pub(crate) use arith::{Float, Int};

use self::elementary::{Function1, Function2, kernels};
use crate::ops::Func;

/// An operation with one operand, `f32` or `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op1 {
    Function(Function1),
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
    Function(Function2),
    Nextafter,
}

impl Op1 {
    /// Returns the operation that computes an elementary function of one argument.
    pub(crate) fn from_func(func: Func) -> Option<Op1> {
        let function = match func {
            Func::Cbrt => Function1::Cbrt,
            Func::Exp => Function1::Exp,
            Func::Exp2 => Function1::Exp2,
            Func::Exp10 => Function1::Exp10,
            Func::Expm1 => Function1::Expm1,
            Func::Log => Function1::Log,
            Func::Log2 => Function1::Log2,
            Func::Log10 => Function1::Log10,
            Func::Log1p => Function1::Log1p,
            Func::Sin => Function1::Sin,
            Func::Cos => Function1::Cos,
            Func::Tan => Function1::Tan,
            Func::Sinpi => Function1::Sinpi,
            Func::Cospi => Function1::Cospi,
            Func::Arcsin => Function1::Arcsin,
            Func::Arccos => Function1::Arccos,
            Func::Arctan => Function1::Arctan,
            Func::Sinh => Function1::Sinh,
            Func::Cosh => Function1::Cosh,
            Func::Tanh => Function1::Tanh,
            Func::Arcsinh => Function1::Arcsinh,
            Func::Arccosh => Function1::Arccosh,
            Func::Arctanh => Function1::Arctanh,
            Func::Erf => Function1::Erf,
            Func::Erfc => Function1::Erfc,
            Func::Gamma => Function1::Gamma,
            Func::Lgamma => Function1::Lgamma,
            _ => return None, // tidy: the table says which are elementary, and a test that those are here
        };
        Some(Op1::Function(function))
    }
}

impl Op1 {
    /// Returns the operation that computes a function faster and less accurately, if there is one.
    pub(crate) fn fast(func: Func) -> Option<Op1> {
        match func {
            Func::Sin => Some(Op1::Function(Function1::SinFast)),
            Func::Cos => Some(Op1::Function(Function1::CosFast)),
            Func::Tan => Some(Op1::Function(Function1::TanFast)),
            Func::Arctan => Some(Op1::Function(Function1::ArctanFast)),
            _ => None, // tidy: those that are at least 1.3 times as fast
        }
    }
}

impl Op2 {
    /// Returns the operation that computes a function faster and less accurately, if there is one.
    pub(crate) fn fast(func: Func) -> Option<Op2> {
        match func {
            Func::Arctan2 => Some(Op2::Function(Function2::Arctan2Fast)),
            _ => None, // tidy: as above
        }
    }

    /// Returns the operation that computes an elementary function of two arguments.
    pub(crate) fn from_func(func: Func) -> Option<Op2> {
        match func {
            Func::Arctan2 => Some(Op2::Function(Function2::Arctan2)),
            Func::Hypot => Some(Op2::Function(Function2::Hypot)),
            Func::Logaddexp => Some(Op2::Function(Function2::Logaddexp)),
            Func::Nextafter => Some(Op2::Nextafter),
            _ => None, // tidy: as above
        }
    }
}

/// Computes one element.
// Always inlined: a tile kernel passes `op` as a constant, which leaves one call in its loop.
#[inline(always)]
pub(crate) fn unary<T: Float>(op: Op1, x: T) -> T {
    match op {
        Op1::Function(function) => kernels::call1(function, x),
        Op1::Floor => T::narrow(x.widen().floor()),
        Op1::Ceil => T::narrow(x.widen().ceil()),
        Op1::Trunc => T::narrow(x.widen().trunc()),
        Op1::Rint => T::narrow(x.widen().round_ties_even()),
    }
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
        Op2::Function(function) => Some(kernels::call2(function, x, y)),
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
        Op2::Function(_) | Op2::Nextafter => None,
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
