//! The error function and its complement.

pub(crate) mod single;
mod table;

use super::polynomial::horner;
use std::hint::cold_path;

use super::double::{Double, two_product};
use super::lanes::{Bits, Lanes, Mask, SIGN};
use table::{
    ERF, ERFCX0, ERFCX4, EXP, EXP2, MOMENTS0, MOMENTS1, MOMENTS2, MOMENTS3, STEP_HI, STEP_LO,
};

/// The error function, with an error below 0.7 ULP, and below 0.9 ULP where the result is about the
/// smallest normal number (found: 0.674 at -0.0067323442189…, 0.855 at 7.22e-308).
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
    let row = u.mul_add(L::of(64.0), L::of(ROUNDER)).bits();
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
pub(super) const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// The complement of the error function, with an error below 0.8 ULP, subnormal results too (found: 0.771
/// at -1.1671009994624e-7).
///
/// It is exp(-u^2) times a function that varies slowly, for u = |x|: 2^(i/64) times a value of that function, both
/// from tables, times 1 + t for a small t. For negative x the result is 2 less that of -x.
#[inline(always)]
pub(crate) fn erfc<L: Lanes>(x: L) -> L {
    let u = L::of(END).min(x.abs());
    let (value, rest) = scaled_erfc(u);
    let square = two_product(u, u);
    let (power, part) = exponential::<SCALE, L>(square);
    let hi = power * value;
    let missing = power.mul_sub(value, hi);
    let t = part.mul_add(rest, part + rest);
    let scaled = hi + hi.mul_add(t, missing);
    // -1 and 2, or 1 and 0.
    let sign = x.bits() & L::Bits::of(SIGN);
    let unit = (sign | L::of(power_of_two(-SCALE)).bits()).float();
    let offset = sign.shr::<1>().float();
    let subnormal = u.gt(L::of(ORDINARY));
    if subnormal.any() {
        cold_path();
        // 2^1074 times a result is rounded to a whole number, which is the bits of the result: as fast as
        // others, unlike a multiplication with a subnormal result.
        let bit = L::of(power_of_two(52));
        let whole = scaled.mul_add(L::of(power_of_two(1074 - SCALE)), bit);
        let tail = (whole.bits() - bit.bits()).float();
        let others = L::of(power_of_two(-1022 + SCALE)).max(scaled).mul_add(unit, offset);
        (subnormal & x.gt(L::of(0.0))).select(tail, others)
    } else {
        scaled.mul_add(unit, offset)
    }
}

/// 2^`SCALE` times erfc is a normal number wherever it is not 0.
const SCALE: i32 = 512;

/// Up to here erfc is a normal number.
const ORDINARY: f64 = 26.54325845425098;

/// From here on erfc is below half the smallest subnormal.
const END: f64 = 27.25;

/// exp(u^2) erfc(u) for u from 0 to 27.25, as v and t for v (1 + t).
///
/// Each power of two of u + 1 is cut in 32 parts, and between the ends of a part the function is a polynomial in
/// (u - c) / (u + 2), where c is the middle: in that it is much straighter than in u.
#[inline(always)]
fn scaled_erfc<L: Lanes>(u: L) -> (L, L) {
    let v = u + L::of(2.0);
    let middle = (v.bits() & L::Bits::of(!0 << 46)) | L::Bits::of(1 << 45);
    let row = v.bits().shr::<46>();
    let d = (u - (middle.float() - L::of(2.0))) / v;
    let [value, c1, c2, c3] = L::lookup4(row, &ERFCX0);
    let (c4, c5) = L::lookup2(row, &ERFCX4);
    let (low, c6) = (c4.bits().shl::<40>().float(), c5.bits().shl::<32>().float());
    let rest = c6.mul_add(d, c5).mul_add(d, c4).mul_add(d, c3).mul_add(d, c2).mul_add(d, c1);
    (value, rest.mul_add(d, low))
}

/// exp(-x), for |x| up to 1400, as p and t for p (1 + t), where p is a power of 2^(1/64) times 2^`SCALE` and |t|
/// at most 0.006, with a relative error below 2^-59.
///
/// Tang (1989): -x = k log(2)/64 - r, and 2^(i/64) is looked up for the low bits i of k; the others go into the
/// exponent. The first part of the product is taken from x without rounding, as what is left has 53 bits.
#[inline(always)]
pub(super) fn exponential<const SCALE: i32, L: Lanes>(x: Double<L>) -> (L, L) {
    let shifter = L::of(ROUNDER + 64.0 * f64::from(SCALE));
    let shifted = x.hi.mul_add(L::of(-64.0 * std::f64::consts::LOG2_E), shifter);
    let k = shifted - shifter;
    let (power, missing) = L::lookup2(shifted.bits(), &EXP2);
    // The table is made so that i can stay in.
    let power = (power.bits() + shifted.bits().shl::<46>()).float();
    let r = k.mul_add(L::of(STEP_HI), x.hi) + k.mul_add(L::of(STEP_LO), x.lo);
    (power, (r * r).mul_add(horner(r, &EXP), missing - r))
}

/// 2^n for n from -1022 to 1023.
pub(super) const fn power_of_two(n: i32) -> f64 {
    f64::from_bits(((1023 + n) as u64) << 52)
}
