//! The error functions of `f32`: by quotients of polynomials, without tables.

use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes, Mask, SIGN};
use super::super::polynomial::{halves, horner};
use super::super::single::{is_unsure, nearest, or_listed};
use super::ROUNDER;
use super::table::{ERF_ABOVE, ERF_BELOW, ERFCX_ABOVE, ERFCX_BELOW, EXP_EVEN, EXP_ODD};

/// The error function, correctly rounded; the quotient has an error below 2^-40.
#[inline(always)]
pub(crate) fn erf<L: Lanes>(x: L) -> L {
    // From here on erf rounds to 1.
    let u = L::of(-3.96).max(L::of(3.96).min(x));
    let square = u * u;
    let quick = u * halves(square, &ERF_ABOVE) / halves(square, &ERF_BELOW);
    nearest::<14, L>(quick, x, slow_erf)
}

#[cold]
fn slow_erf(x: f64) -> f64 {
    super::erf(One(x)).0
}

/// The complement of the error function, correctly rounded; the product has an error below 2^-39.
///
/// exp(-u^2), of the square as it is, times a quotient for u = |x|. For negative x the result is 2 less that of -x.
#[inline(always)]
pub(crate) fn erfc<L: Lanes>(x: L) -> L {
    // From here on erfc rounds to 0.
    let u = L::of(10.1).min(x.abs());
    let square = u * u;
    let n = square.mul_add(L::of(-std::f64::consts::LOG2_E), L::of(ROUNDER));
    let r = (n - L::of(ROUNDER)).neg_mul_add(L::of(std::f64::consts::LN_2), -square);
    let (above, below) = exponential(n, r);
    let quotient = above * halves(u, &ERFCX_ABOVE) / (below * halves(u, &ERFCX_BELOW));
    // -1 and 2, or 1 and 0.
    let sign = x.bits() & L::Bits::of(SIGN);
    let unit = (sign | L::of(1.0).bits()).float();
    let quick = quotient.mul_add(unit, sign.shr::<1>().float());
    quick.fix(is_unsure::<15, L>(with_ulp(quick)), x, slow_erfc)
}

#[cold]
fn slow_erfc(x: f64) -> f64 {
    or_listed(x, &[(-1.410_380_5e-5, 1.000_015_9)], |x| super::erfc(One(x)).0)
}

/// 2^n exp(r) as a quotient, for n in the low bits of a number and |r| at most log(2)/2, with an error below 2^-44.
///
/// (a + r b) / (a - r b), where a and b are even (Padé).
#[inline(always)]
pub(in super::super) fn exponential<L: Lanes>(n: L, r: L) -> (L, L) {
    let square = r * r;
    let even = horner(square, &EXP_EVEN);
    let odd = horner(square, &EXP_ODD) * r;
    (((even + odd).bits() + n.bits().shl::<52>()).float(), even - odd)
}

/// A positive result whose lowest bit counts as much as that of the `f32` it is rounded to: subnormal ones are
/// moved up to where that is so.
#[inline(always)]
pub(in super::super) fn with_ulp<L: Lanes>(quick: L) -> L {
    let least = L::of(f32::MIN_POSITIVE.into());
    quick + quick.lt(least).select(least, L::of(0.0))
}
