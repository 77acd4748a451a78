//! Which formula a function is.

use super::super::complex::Pair;
use super::super::{Binary, GraphBuilder, Unary, Value};
use super::{Number, infix, pairs, prefix, reals, times};
use crate::dtype::DType;
use crate::ops::{Func, FuncClass};

/// Pushes a function of values that have been converted to this dtype.
pub(crate) fn function(b: &mut GraphBuilder, func: Func, dtype: DType, args: &[Number]) -> Number {
    match func.info().class {
        FuncClass::Infix(op) => return infix(b, op, args[0], args[1]),
        FuncClass::Prefix(op) => return prefix(b, op, args[0]),
        FuncClass::Float
        | FuncClass::FloatComplex
        | FuncClass::Same
        | FuncClass::SameComplex
        | FuncClass::Integer
        | FuncClass::Predicate
        | FuncClass::Compare(_)
        | FuncClass::Text(_)
        | FuncClass::Special => {}
    }
    match *args {
        [x] if dtype.is_time() => Number::Real(of_time(b, func, x)),
        [x, y] if dtype.is_time() => {
            let (x, y) = (x.real(), y.real());
            // "Not a time" is the smallest integer: it wins `minimum` and loses `fmax` as it is.
            Number::Real(match func {
                Func::Maximum => times::by_keys(b, Binary::Max, x, y),
                Func::Minimum => b.binary(Binary::Min, x, y),
                Func::Fmax => b.binary(Binary::Max, x, y),
                Func::Fmin => times::by_keys(b, Binary::Min, x, y),
                _ => unreachable!("{func} does not take moments"), // tidy: the checker refuses them
            })
        }
        [Number::Complex(z)] => pairs::of_one(b, func, z),
        [Number::Complex(x), Number::Complex(y)] => Number::Complex(pairs::of_two(b, func, x, y)),
        [Number::Real(x)] => Number::Real(reals::of_one(b, func, x)),
        [Number::Real(re), Number::Real(im)] if func == Func::Complex => {
            Number::Complex(Pair { re, im })
        }
        [Number::Real(x), Number::Real(y)] => Number::Real(reals::of_two(b, func, x, y)),
        _ => unreachable!("{func} has another number of arguments"), // tidy: a slice
    }
}

/// Pushes a function of a moment or duration.
fn of_time(b: &mut GraphBuilder, func: Func, x: Number) -> Value {
    let x = x.real();
    match func {
        Func::Isnat | Func::Isnan => times::is_nat(b, x),
        Func::Isfinite => {
            let nat = times::is_nat(b, x);
            b.unary(Unary::Not, nat)
        }
        Func::Isinf => b.constant(false),
        // The smallest integer is its own absolute value.
        Func::Abs => b.unary(Unary::Abs, x),
        Func::Sign => reals::of_one(b, func, x),
        Func::Copy => x,
        Func::OnesLike => b.constant(1_i64),
        Func::ZerosLike => b.constant(0_i64),
        _ => unreachable!("{func} does not take moments"), // tidy: the checker refuses them
    }
}
