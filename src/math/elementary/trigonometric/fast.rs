//! The tangent without the corrections that only the last place sees.
//!
//! The reduction keeps one number, the polynomials are rounded as they come, and so is the quotient. (Sine and
//! cosine made so would be 1.2 to 1.3 times as fast as the accurate ones, which is too little for 2 units.)

use std::hint::cold_path;

use super::super::double::horner;
use super::super::lanes::{Bits, Lanes, Mask};
use super::constants::{COSINE, HALF_PI, HALF_PI_SECOND, HALF_PI_THIRD, SINE, TWO_OVER_PI};
use super::even;
use super::reduction::{SHIFTER, is_huge};

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
