//! Hyperbolic functions.
//!
//! From the parts of the exponentials (Tang, ACM TOMS 15, 1989; see [`super::exp`]), before these are rounded.
//! Error bounds are in units in the last place; beside each is the worst that ten million arguments showed.

use super::double::fast_two_sum;
use super::exp::{Quarter, expm1_double, quarter_exp};
use super::lanes::{Bits, Lanes, Mask, SIGN};

pub(crate) mod single;

/// The lesser of a magnitude and a number; NaN stays.
#[inline(always)]
fn at_most<L: Lanes>(x: L, most: f64) -> L {
    let most = L::of(most);
    most.lt(x).select(most, x)
}

/// A number that is not negative, with the sign of `x`.
#[inline(always)]
fn with_sign<L: Lanes>(magnitude: L, x: L) -> L {
    (magnitude.bits() | (x.bits() & L::Bits::of(SIGN))).float()
}

/// `sinh x`. Error below 0.56: 0.5367 at 0.19211567211546793.
///
/// Up to 1/8 a polynomial, beyond `(e^x - e^-x)/2`. As e^x is `p·(1 + even + odd)` and e^-x has the inverse of p
/// and `-odd`, that is half of `(p - 1/p)·(1 + even) + (p + 1/p)·odd`. The division does not have to wait for
/// the polynomial, and only `p - 1/p` has to be known in two parts.
#[inline(always)]
pub(crate) fn sinh<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let Quarter { power: up, odd, even } = quarter_exp(at_most(magnitude, 711.0));
    // The inverse in two parts. Far up it does not count and may as well be another; subnormal numbers are
    // slow on some processors.
    let divisor = at_most(up, 1e100);
    let down = L::of(0.0625) / divisor;
    let rest = (down * L::of(16.0)) * divisor.mul_sub(down, L::of(0.0625));
    let less = fast_two_sum(up, -down);
    let part = less.hi.mul_add(even, less.lo + rest);
    let half = less.hi + (up + down).mul_add(odd, part);
    let square = magnitude * magnitude;
    let c = square.mul_add(L::of(2.756_686_006_945_855_9e-6), L::of(0.000_198_412_685_888_926_22));
    let c = square.mul_add(c, L::of(0.008_333_333_333_398_116_5));
    let c = square.mul_add(c, L::of(0.166_666_666_666_666_57));
    let small = (magnitude * square).mul_add(c, magnitude);
    with_sign(magnitude.lt(L::of(0.125)).select(small, half + half), x)
}

/// `cosh x`. Error below 0.64: 0.6258 at 0.6786338819083966.
///
/// Half of `(p + 1/p)·(1 + even) + (p - 1/p)·odd`, as [`sinh`]. That 1/p is rounded costs up to 1/8 of a unit.
#[inline(always)]
pub(crate) fn cosh<L: Lanes>(x: L) -> L {
    let Quarter { power: up, odd, even } = quarter_exp(at_most(x.abs(), 711.0));
    let down = L::of(0.0625) / up;
    let sum = fast_two_sum(up, down);
    let part = sum.hi.mul_add(even, sum.lo);
    let half = sum.hi + (up - down).mul_add(odd, part);
    half + half
}

/// `tanh x`. Error below 0.65: 0.6141 at 0.030954738859521172.
///
/// `(e^2x - 1)/(e^2x + 1)` in two parts, divided with one correction. The quotient starts from the larger part
/// of the numerator alone, which can be 1/30 off; so much of the correction's error counts.
#[inline(always)]
pub(crate) fn tanh<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    // From 19.1 on it is 1.
    let n = expm1_double(at_most(magnitude + magnitude, 40.0));
    let d = (L::of(2.0) + n.hi) + n.lo;
    let rest = (n.hi - (d - L::of(2.0))) + n.lo;
    let inverse = L::of(1.0) / d;
    let quotient = n.hi * inverse;
    let missing = quotient.neg_mul_add(d, n.hi) + quotient.neg_mul_add(rest, n.lo);
    // From 2^53 on, d lacks what was added to n. There, and long before, this suffices.
    let far = inverse.neg_mul_add(L::of(2.0), L::of(1.0));
    let result = L::of(8.0).lt(magnitude).select(far, missing.mul_add(inverse, quotient));
    with_sign(result, x)
}
