//! Sine and cosine of π·x.
//!
//! The multiple of 1 for the sine, and that plus 1/2 for the cosine, which is nearest to `x` is subtracted; what is
//! left is at most 1/2, and the sine of π times it is one polynomial ([`arch`]).

use super::super::double::{Double, two_product};
use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes};
use super::super::polynomial::each;
use super::constants::{PI, PI_ABOVE, PI_FACTORS, PI_LOW, SINE_PI};

/// Added to a whole number from 0 to it, 2^52 leaves it in the low bits.
pub(super) const COUNTER: f64 = 4_503_599_627_370_496.0;

/// Up to here, 2^51, halves are counted without a rounding.
const HALVES: f64 = COUNTER / 2.0;

/// The sine of π·x. Whole numbers give 0 with the sign of the argument, halves ±1.
///
/// Error below 0.82 ULP: half of one from the last rounding, 0.05 from π, the rest from the roundings of the terms
/// beside the largest, and of π·x where that is hardly a normal number. The largest found in 2·10⁷ arguments:
/// 0.7715 at 0.501675826895382.
#[inline(always)]
pub(crate) fn sinpi<L: Lanes>(x: L) -> L {
    // One less, 0 becomes NaN: one comparison is true of subnormal numbers, and of nothing else.
    let subnormal = (x.abs().bits() - L::Bits::of(1)).float().lt(L::of(f64::MIN_POSITIVE));
    let magnitude = x.abs();
    let n = magnitude.rint();
    // What is 2^52 or more is a whole number, however it is counted.
    let odd = (n + L::of(COUNTER)).bits().shl::<63>().float();
    let r = magnitude - n;
    let Double { hi, lo } = arch(r);
    let r = r.xor_sign(odd);
    r.mul_add(hi, r * lo).xor_sign(x).fix(subnormal, x, subnormal_sinpi)
}

/// The cosine of π·x. Whole numbers give ±1, halves +0.
///
/// Error below 0.82 ULP, as [`sinpi`]. The largest found in 2·10⁷ arguments: 0.7624 at 0.004883794171451766.
#[inline(always)]
pub(crate) fn cospi<L: Lanes>(x: L) -> L {
    cosine(x).fix(x.abs().gt(L::of(HALVES)), x, whole_cospi)
}

#[inline(always)]
fn cosine<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let n = (magnitude - L::of(0.5)).rint();
    let half = n + L::of(0.5);
    let r = half - magnitude;
    // Below 1/4, r is rounded. What it loses has the slope π·cos πr, for which a parabola is good enough.
    let lost = (half - r) - magnitude;
    let Double { hi, lo } = arch(r);
    let y = r + r;
    let slope = y.neg_mul_add(y, L::of(1.0)) * L::of(PI);
    let odd = (n + L::of(COUNTER)).bits().shl::<63>().float();
    let (r, lost) = (r.xor_sign(odd), lost.xor_sign(odd));
    r.mul_add(hi, r.mul_add(lo, lost * slope))
}

/// sin πr / r for |r| <= 1/2. For r = ±0 `lo` is negative, so that r·hi + r·lo is +0.
///
/// This is π - y² + r²·q(r²), where y = 2r. The square is exact in a fused multiply-add: π - y² is rounded once, and
/// its error is known. What comes to that is at most 0.17.
#[inline(always)]
fn arch<L: Lanes>(r: L) -> Double<L> {
    let y = r + r;
    let z = r * r;
    let w = z * z;
    let [c7, c6, c5, c4, c3, c2, c1, c0] = each::<_, L>(&SINE_PI);
    let high = c7.mul_add(z, c6).mul_add(w, c5.mul_add(z, c4));
    let q = high.mul_add(w, c3.mul_add(z, c2)).mul_add(w, c1.mul_add(z, c0));
    // π is a product, which is not rounded, and of which the number next to it above is subtracted: what is left
    // is negative.
    let hi = y.neg_mul_add(y, L::of(PI_ABOVE));
    let [first, second] = each::<_, L>(&PI_FACTORS);
    let error = y.neg_mul_add(y, first.mul_sub(second, hi));
    Double { hi, lo: q.mul_add(z, error) }
}

/// π·x with the bits that a subnormal number has no room for: what the first rounding to such a number loses is
/// found in larger numbers, and the sum of two such numbers is exact.
#[cold]
fn subnormal_sinpi(x: f64) -> f64 {
    const UP: f64 = f64::from_bits((1023 + 200) << 52);
    const DOWN: f64 = f64::from_bits((1023 - 200) << 52);
    let scaled = One(x * UP);
    let Double { hi, lo } = two_product(scaled, One(PI));
    let result = hi.0 * DOWN;
    let rest = (hi.0 - result * UP) + scaled.mul_add(One(PI_LOW), lo).0;
    result + rest * DOWN
}

/// Takes whole turns away, which is exact. Of infinity NaN is left.
#[cold]
fn whole_cospi(x: f64) -> f64 {
    let x = One(x);
    cosine(x - (x * One(0.5)).rint() * One(2.0)).0
}
