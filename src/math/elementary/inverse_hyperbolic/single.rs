//! Inverse hyperbolic functions of `f32`.
//!
//! Each is k·log 2 + 2·atanh s, as logarithms of `f32` are ([`Power`]), with the k and s of the argument of that
//! logarithm. Where k is 0 and the result may be small, s is computed in another way, to the last bit.

use super::super::lanes::one::One;
use super::super::lanes::{Lanes, Mask};
use super::super::log::single::Power;
use super::super::single::or_listed;

/// log(|x| + √(x² + 1)) with the sign of x, correctly rounded.
///
/// Where k is 0, s is tanh(y / 2) of the result y, which is |x| / (1 + √(x² + 1)).
#[inline(always)]
pub(crate) fn asinh<L: Lanes>(x: L) -> L {
    let a = x.abs();
    let root = a.mul_add(a, L::of(1.0)).sqrt();
    let argument = a + root;
    let power = Power::of(argument);
    let m = power.fraction(argument);
    let near = power.minus_k.eq(L::of(0.0));
    let s = near.select(a, m - L::of(1.0)) / (near.select(root, m) + L::of(1.0));
    power.finish::<11>(power.natural(s), argument, a, asinh_slow).xor_sign(x)
}

/// log(x + √(x² - 1)), correctly rounded; NaN below 1.
///
/// The argument of the logarithm is good to 2^-53, and the result at least 2^-11.
#[inline(always)]
pub(crate) fn acosh<L: Lanes>(x: L) -> L {
    let one = L::of(1.0);
    let argument = x + x.mul_sub(x, one).sqrt();
    let power = Power::of(argument);
    let m = power.fraction(argument);
    let quick = power.natural((m - one) / (m + one));
    // x - 1 has the special values of the result; the argument is 0 for large negative x.
    power.finish::<13>(quick, x - one, x, acosh_slow)
}

/// log((1 + x) / (1 - x)) / 2, correctly rounded; infinite at ±1 and NaN beyond.
///
/// s is (1 + x - 2^k·(1 - x)) / (1 + x + 2^k·(1 - x)), and x where k is 0: there is one division.
#[inline(always)]
pub(crate) fn atanh<L: Lanes>(x: L) -> L {
    let one = L::of(1.0);
    let (above, below) = (one + x, one - x);
    let power = Power::of_quotient(above, below);
    let scaled = power.times(below);
    let near = power.minus_k.eq(L::of(0.0));
    let s = near.select(x, (above - scaled) / (above + scaled));
    power.finish::<13>(power.half_natural(s), above / below, x, atanh_slow)
}

#[cold]
#[inline(never)]
fn asinh_slow(x: f64) -> f64 {
    const LISTED: [(f32, f32); 3] =
        [(2.9018954e7, 17.876608), (6.391892e22, 53.20505), (2.749153e28, 66.17683)];
    or_listed(x, &LISTED, |x| super::asinh(One(x)).0)
}

#[cold]
#[inline(never)]
fn acosh_slow(x: f64) -> f64 {
    const LISTED: [(f32, f32); 2] = [(6.391892e22, 53.20505), (2.749153e28, 66.17683)];
    or_listed(x, &LISTED, |x| super::acosh(One(x)).0)
}

#[cold]
#[inline(never)]
fn atanh_slow(x: f64) -> f64 {
    super::atanh(One(x)).0
}
