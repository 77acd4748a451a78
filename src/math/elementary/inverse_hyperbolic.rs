//! Inverse hyperbolic functions.
//!
//! Each is the logarithm of a sum of two numbers: the argument of the logarithm is computed to about 2^-100,
//! so that its difference from 1 is known well where the result is small, and the logarithm takes
//! both numbers ([`log_of_sum`]).

pub(crate) mod single;

use super::double::{Double, fast_two_sum, two_product, two_sum};
use super::lanes::{Lanes, Mask};
use super::log::{log_of_sum, log_of_twice};

/// log(|x| + √(x² + 1)) with the sign of x. Error below 0.7 ULP; the worst found is 0.630, at
/// 0.0078088868183799585.
#[inline(always)]
pub(crate) fn asinh<L: Lanes>(x: L) -> L {
    let a = x.abs();
    let square = two_product(a, a);
    let sum = two_sum(L::of(1.0), square.hi);
    let root = sqrt(sum.hi, sum.lo + square.lo);
    let argument = fast_two_sum(root.hi, a);
    let Double { hi, lo } = log_of_sum(Double { hi: argument.hi, lo: argument.lo + root.lo });
    let result = a.lt(L::of(SMALL)).select(a, hi + lo);
    large(result, a).xor_sign(x)
}

/// log(x + √(x² - 1)); NaN below 1. Error below 0.7 ULP; the worst found is 0.608, at 1.0000303407521494.
#[inline(always)]
pub(crate) fn acosh<L: Lanes>(x: L) -> L {
    let square = two_product(x, x);
    let difference = fast_two_sum(square.hi, L::of(-1.0));
    let root = sqrt(difference.hi, difference.lo + square.lo);
    let argument = fast_two_sum(x, root.hi);
    let Double { hi, lo } = log_of_sum(Double { hi: argument.hi, lo: argument.lo + root.lo });
    let result = x.lt(L::of(1.0)).select(L::of(f64::NAN), hi + lo);
    large(result, x)
}

/// log((1 + x) / (1 - x)) / 2, as log(1 + 2·|x| / (1 - |x|)) / 2 with the sign of x; infinite at ±1 and NaN
/// beyond. Error below 0.7 ULP; the worst found is 0.634, at 0.003902223770122113.
#[inline(always)]
pub(crate) fn atanh<L: Lanes>(x: L) -> L {
    let a = x.abs();
    let twice = a + a;
    let below = fast_two_sum(L::of(1.0), -a);
    let inverse = L::of(1.0) / below.hi;
    let quotient = twice * inverse;
    let rest = quotient.neg_mul_add(below.hi, twice);
    let rest = quotient.neg_mul_add(below.lo, rest) * inverse;
    let argument = two_sum(L::of(1.0), quotient);
    let Double { hi, lo } = log_of_sum(Double { hi: argument.hi, lo: argument.lo + rest });
    let mut result = a.lt(L::of(SMALL)).select(a, (hi + lo) * L::of(0.5));
    let inside = a.lt(L::of(1.0));
    if (!inside).any() {
        let outside = a.eq(L::of(1.0)).select(L::of(f64::INFINITY), L::of(f64::NAN));
        result = inside.select(result, outside);
    }
    result.xor_sign(x)
}

/// 2^-28. Below it the odd functions are x to 2^-57 of it; next to 2^-53 the logarithm, whose argument
/// differs from 1 by x + x²/2 or so, would lose the last bit.
const SMALL: f64 = f64::from_bits(0x3e30_0000_0000_0000);

/// 2^500. Below it squares do not overflow.
const LARGE: f64 = f64::from_bits(0x5f30_0000_0000_0000);

/// The result, with that of large numbers replaced by log(2x), and infinity and NaN by themselves.
#[inline(always)]
fn large<L: Lanes>(result: L, x: L) -> L {
    let ordinary = x.le(L::of(LARGE));
    if !(!ordinary).any() {
        return result;
    }
    let result = ordinary.select(result, x);
    result.fix(x.gt(L::of(LARGE)) & x.le(L::of(f64::MAX)), x, log_of_twice)
}

/// The root of hi + lo, where lo is small compared to hi, or both are 0.
#[inline(always)]
fn sqrt<L: Lanes>(hi: L, lo: L) -> Double<L> {
    let root = hi.sqrt();
    let rest = root.neg_mul_add(root, hi) + lo;
    // By Newton's rule; what is added to the divisor matters where the root is 0.
    Double { hi: root, lo: rest / root.mul_add(L::of(2.0), L::of(f64::MIN_POSITIVE)) }
}
