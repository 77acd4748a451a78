//! Sine, cosine and tangent without the corrections that only the last place sees.
//!
//! The reduction keeps one number, and polynomials are rounded as they come. Sine and cosine are brought to within π/2
//! of a multiple of π, where one polynomial serves both.

use std::hint::cold_path;

use super::super::lanes::{Bits, Lanes, Mask};
use super::super::polynomial::{each, horner};
use super::constants::{
    HALF_PI, HALF_PI_SECOND, HALF_PI_THIRD, ONE_OVER_PI, SINE_FAST, TANGENT_OVER, TANGENT_UNDER,
    TWO_OVER_PI,
};
use super::reduction::{SHIFTER, is_huge};

/// The sine. Error below 3.5 ULP: 2.939 at 1.6880001065895147.
#[inline(always)]
pub(crate) fn sin<L: Lanes>(x: L) -> L {
    let shifted = x.mul_add(L::of(ONE_OVER_PI), L::of(SHIFTER));
    let sine = sine_beyond(x, shifted - L::of(SHIFTER));
    let sine = sine.xor_sign(shifted.bits().shl::<63>().float());
    let huge = is_huge(x);
    if !huge.any() {
        return sine;
    }
    cold_path();
    huge.select(super::sin(x), sine)
}

/// The cosine: at n + 1/2 half turns it is the sine of what is left, with the other sign where n is even. Error
/// below 3.5 ULP: 3.059 at -7461.171749896605.
#[inline(always)]
pub(crate) fn cos<L: Lanes>(x: L) -> L {
    let shifted = x.mul_add(L::of(ONE_OVER_PI), L::of(-0.5)) + L::of(SHIFTER);
    let sine = -sine_beyond(x, (shifted - L::of(SHIFTER)) + L::of(0.5));
    let cosine = sine.xor_sign(shifted.bits().shl::<63>().float());
    let huge = is_huge(x);
    if !huge.any() {
        return cosine;
    }
    cold_path();
    huge.select(super::cos(x), cosine)
}

/// The sine of what `x` is more than so many half turns, at most half of one.
#[inline(always)]
fn sine_beyond<L: Lanes>(x: L, half_turns: L) -> L {
    let r = half_turns.neg_mul_add(L::of(2.0 * HALF_PI), x);
    let r = half_turns.neg_mul_add(L::of(2.0 * HALF_PI_SECOND), r);
    let r = half_turns.neg_mul_add(L::of(2.0 * HALF_PI_THIRD), r);
    let z = r * r;
    // Subtracting what is positive 0 for 0 leaves the sign of 0.
    r - (z * horner(z, &SINE_FAST)).mul_add(r, L::of(0.0))
}

/// The tangent: the fraction that [`super::tan`] has, rounded as it comes. Error below 4 ULP: 3.076 at
/// -19112.38384067548.
#[inline(always)]
pub(crate) fn tan<L: Lanes>(x: L) -> L {
    let shifted = x.mul_add(L::of(TWO_OVER_PI), L::of(SHIFTER));
    let n = shifted - L::of(SHIFTER);
    let r = n.neg_mul_add(L::of(HALF_PI), x);
    let r = n.neg_mul_add(L::of(HALF_PI_SECOND), r);
    let r = n.neg_mul_add(L::of(HALF_PI_THIRD), r);
    let z = r * r;
    let w = z * z;
    let [a4, a3, a2] = each::<_, L>(&TANGENT_OVER);
    let [b4, b3, b2, _] = each::<_, L>(&TANGENT_UNDER);
    let near = z.mul_add(L::of(TANGENT_UNDER[3] - 0.25), L::of(1.0));
    // A product: of -0 it is -0.
    let above = w.neg_mul_add(a4.mul_add(w, a3.mul_add(z, a2)), L::of(1.0)) * r;
    let below = w.mul_add(b4.mul_add(w, b3.mul_add(z, b2)), near);
    let sign = shifted.bits().shl::<63>();
    let odd = sign.is_negative();
    let quotient = (odd.select(below, above) / odd.select(above, below)).xor_sign(sign.float());
    let huge = is_huge(x);
    if !huge.any() {
        return quotient;
    }
    cold_path();
    huge.select(super::tan(x), quotient)
}
