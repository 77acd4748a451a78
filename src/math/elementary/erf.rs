//! The error function and its complement.

mod table;

use super::double::{Double, horner, two_product};
use super::lanes::{Bits, Lanes, Mask};
use table::{
    ERF, ERFCX0, ERFCX4, EXP, EXP2, MOMENTS0, MOMENTS1, MOMENTS2, MOMENTS3, STEP_HI, STEP_LO,
};

/// The error function, with an error below 0.7 ULP, and below 0.9 ULP where the result is about the
/// smallest normal number (found: 0.672 at 0.0069020276910…, 0.855 at 7.22e-308).
///
/// Between points c that are about 1/64 apart: with d = x - c,
///
/// ```text
/// erf(c + d) = erf(c) + 2/sqrt(pi) exp(-c^2) d S,   S = integral from 0 to 1 of exp(-2 c d s - d^2 s^2) ds
/// ```
///
/// and S is a polynomial in d^2 and c·d. The points are chosen such that erf(c) and the factor before d are
/// numbers of 53 bits and, nearly, 7 and 3 bits more (Gal, "Computing elementary functions: a new approach
/// for achieving high accuracy and good performance", 1986), so that hardly more is left than the rounding
/// of the sum.
#[inline(always)]
pub(crate) fn erf<L: Lanes>(x: L) -> L {
    // From here on erf rounds to 1.
    let end = L::of(5.9375);
    let size = x.abs();
    let u = size.gt(end).select(end, size);
    let row = (u.mul_add(L::of(64.0), L::of(ROUNDER)).bits()) & L::Bits::of(511);
    let [c, value, slope, _] = L::lookup4(row, &ERF);
    let d = u - c;
    let (a, b) = (c * d, d * d);
    let rest = b.mul_add(L::of(MOMENTS3[0]), horner(a, &MOMENTS2));
    let rest = b.mul_add(rest, horner(a, &MOMENTS1));
    let s = b.mul_add(rest, a * horner(a, &MOMENTS0));
    // erf(c) + t + t s for t = slope·d. What the sum of the first two lacks is known as if it was not
    // rounded: their difference is exact, as t is no less than -erf(c)/2 and no more than erf(c), or erf(c)
    // is 0.
    let sum = slope.mul_add(d, value);
    let missing = slope.mul_add(d, value - sum);
    let result = sum + (slope * d).mul_add(s, missing);
    result.xor_sign(x)
}

/// 1.5·2^52: added to a number, it leaves the nearest whole number in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// The complement of the error function, with an error below 0.8 ULP, subnormal results too (found: 0.767
/// at 26.54334775).
///
/// It is exp(-u^2) times a function that varies slowly, for u = |x|. The square and both factors are known
/// to a few bits more than a number has. For negative x the result is 2 less that of -x.
#[inline(always)]
pub(crate) fn erfc<L: Lanes>(x: L) -> L {
    let negative = x.lt(L::of(0.0));
    // From here on erfc is below half the smallest subnormal.
    let end = L::of(27.25);
    let size = x.abs();
    let over = size.gt(end);
    let u = over.select(end, size);
    let quotient = scaled_erfc(u);
    let square = two_product(u, u);
    let (power, n) = exponential(-square.hi, -square.lo);
    let product = two_product(power.hi, quotient.hi);
    let cross = power.hi.mul_add(quotient.lo, product.lo);
    let sum = product.hi + power.lo.mul_add(quotient.hi, cross);
    // Two factors: the first leaves it a normal number, the second rounds it if it is subnormal.
    let scale = over.select(L::of(0.0), power_of_two(n + L::Bits::of(128)));
    let right = sum * scale * L::of(f64::from_bits((1023 - 128) << 52));
    negative.select(L::of(2.0) - right, right)
}

/// exp(u^2) erfc(u) for u from 0 to 27.25.
///
/// A polynomial about the whole number k nearest to w = 512 / (u + 2), in which the function is much
/// straighter than in u. The difference is (512 - k (u + 2)) / (u + 2): so the errors of u + 2 and w do not
/// matter.
#[inline(always)]
fn scaled_erfc<L: Lanes>(u: L) -> Double<L> {
    let w = L::of(512.0) / (u + L::of(2.0));
    let shifted = w + L::of(ROUNDER);
    let k = shifted - L::of(ROUNDER);
    let d = k.neg_mul_add(u, k.neg_mul_add(L::of(2.0), L::of(512.0))) * w;
    let row = shifted.bits() & L::Bits::of(255);
    let [c0, c1, c2, c3] = L::lookup4(row, &ERFCX0);
    let (c4, c5) = L::lookup2(row, &ERFCX4);
    let low = c5.bits().shl::<32>().float();
    let square = d * d;
    let p = c5.mul_add(d, c4).mul_add(square, c3.mul_add(d, c2)).mul_add(d, c1);
    let hi = p.mul_add(d, c0);
    Double { hi, lo: p.mul_add(d, c0 - hi) + low }
}

/// exp(x + y) as m·2^n, with m from 0.99 to 2 and a relative error below 2^-58, for |x| up to 1400 and
/// small y. The low part of m is at most 0.006 of it; n is in the low bits of an integer.
///
/// Tang (1989): x + y = (64 n + i) log(2)/64 + r, and 2^(i/64) is looked up. The first part of the product
/// is taken from x without rounding, as what is left has 53 bits.
#[inline(always)]
pub(super) fn exponential<L: Lanes>(x: L, y: L) -> (Double<L>, L::Bits) {
    let shifted = x.mul_add(L::of(64.0 * std::f64::consts::LOG2_E), L::of(ROUNDER));
    let steps = shifted - L::of(ROUNDER);
    let (hi, lo) = L::lookup2(shifted.bits() & L::Bits::of(63), &EXP2);
    let r = steps.neg_mul_add(L::of(STEP_HI), x) + steps.neg_mul_add(L::of(STEP_LO), y);
    let part = (r * r).mul_add(horner(r, &EXP), r);
    (Double { hi, lo: hi.mul_add(part, lo) }, shifted.bits().shr::<6>())
}

/// 2^n for n from -1022 to 1023 in the low bits of an integer.
#[inline(always)]
pub(super) fn power_of_two<B: Bits>(n: B) -> B::Lanes {
    (n + B::of(1023)).shl::<52>().float()
}
