//! Sine, cosine and tangent without the corrections that only the last place sees.
//!
//! The reduction keeps one number, and polynomials are rounded as they come. Sine and cosine are brought to within π/2
//! of a multiple of π, where one polynomial serves both.

use std::hint::cold_path;

use super::super::lanes::{Bits, Lanes, Mask};
use super::super::polynomial::horner;
use super::constants::{
    COSINE, HALF_PI, HALF_PI_SECOND, HALF_PI_THIRD, ONE_OVER_PI, SINE, SINE_FAST, TWO_OVER_PI,
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

/// The tangent.
#[inline(always)]
pub(crate) fn tan<L: Lanes>(x: L) -> L {
    let (n, sine, cosine) = parts(x);
    let even = even(n);
    let quotient = even.select(sine, cosine) / even.select(cosine, sine);
    let quotient = quotient.xor_sign(n.shl::<63>().float());
    let huge = is_huge(x);
    if !huge.any() {
        return quotient;
    }
    cold_path();
    huge.select(super::tan(x), quotient)
}

/// The number of quarter turns, of which the two lowest bits count, and sine and cosine of what is left.
#[inline(always)]
fn parts<L: Lanes>(x: L) -> (L::Bits, L, L) {
    let shifted = x.mul_add(L::of(TWO_OVER_PI), L::of(SHIFTER));
    let n = shifted - L::of(SHIFTER);
    let r = n.neg_mul_add(L::of(HALF_PI), x);
    let r = n.neg_mul_add(L::of(HALF_PI_SECOND), r);
    let r = n.neg_mul_add(L::of(HALF_PI_THIRD), r);
    let z = r * r;
    // A product: of -0 it is -0.
    let sine = z.neg_mul_add(horner(z, &SINE), L::of(1.0)) * r;
    let cosine = z.mul_add(z.mul_add(horner(z, &COSINE), L::of(-0.5)), L::of(1.0));
    (shifted.bits(), sine, cosine)
}

#[inline(always)]
fn even<B: Bits>(n: B) -> <B::Lanes as Lanes>::Mask {
    (n & B::of(1)).eq(B::of(0))
}
