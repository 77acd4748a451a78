//! The error function and its complement.

mod table;

use super::double::{Double, fast_two_sum, horner, two_product};
use super::lanes::{Bits, Lanes, Mask};
use table::{
    ERF, ERFCX01, ERFCX23, ERFCX45, ERFCX67, ERFCX89, EXP, MOMENTS0, MOMENTS1,
    MOMENTS2, MOMENTS3,
};

/// The error function, with an error below 0.9 ULP.
///
/// Between points c that are about 1/32 apart: with d = x - c,
///
/// ```text
/// erf(c + d) = erf(c) + 2/sqrt(pi) exp(-c^2) d S,   S = integral from 0 to 1 of exp(-2 c d s - d^2 s^2) ds
/// ```
///
/// and S is expanded in d^2 and c·d. The points are chosen such that erf(c) and the factor before d are numbers
/// of 53 bits and, nearly, 7 and 3 bits more (Gal, "Computing elementary functions: a new approach for
/// achieving high accuracy and good performance", 1986), so that what is left is the rounding of the sum and
/// a part of that of S.
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
    // erf(c) + t + t s for t = slope·d. The sum of the first two is larger than the last by far.
    let t = two_product(slope, d);
    let sum = fast_two_sum(value, t.hi);
    let result = sum.hi + t.hi.mul_add(s, sum.lo + t.lo);
    result.xor_sign(x)
}

/// 1.5·2^52: added to a number, it leaves the nearest whole number in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// The complement of the error function, with an error below 0.9 ULP.
///
/// It is exp(-u^2) times a function that varies slowly, for u = |x|: that function is a polynomial in each
/// of 16 parts of each power of two of 1 + u. Both factors are known to a few bits more than a number has,
/// the square too. For negative x the result is taken from 2.
#[inline(always)]
pub(crate) fn erfc<L: Lanes>(x: L) -> L {
    // From here on erfc is below half the smallest subnormal.
    let negative = x.lt(L::of(0.0));
    let end = negative.select(L::of(6.0), L::of(27.25));
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
#[inline(always)]
fn scaled_erfc<L: Lanes>(u: L) -> Double<L> {
    let bits = (u + L::of(1.0)).bits();
    let row = (bits - L::Bits::of(1023 << 52)).shr::<48>() & L::Bits::of(127);
    // The middle of the part: its first bits, and one more.
    let middle = (bits & L::Bits::of(!0 << 48)) | L::Bits::of(1 << 47);
    let d = u - (middle.float() - L::of(1.0));
    let (c0, c1) = L::lookup2(row, &ERFCX01);
    let (c2, c3) = L::lookup2(row, &ERFCX23);
    let (c4, c5) = L::lookup2(row, &ERFCX45);
    let (c6, c7) = L::lookup2(row, &ERFCX67);
    let (c8, c9) = L::lookup2(row, &ERFCX89);
    let low = c9.bits().shl::<32>().float();
    let square = d * d;
    let fourth = square * square;
    let a = c9.mul_add(d, c8);
    let b = c7.mul_add(d, c6).mul_add(square, c5.mul_add(d, c4));
    let c = c3.mul_add(d, c2);
    let p = a.mul_add(fourth, b).mul_add(square, c).mul_add(d, c1);
    let part = p * d;
    let hi = c0 + part;
    Double { hi, lo: (part - (hi - c0)) + low }
}

/// exp(x + y) as m·2^n, with m from 0.7 to 1.42 and a relative error below 2^-57, for |x| up to 1400 and
/// small y; n is in the low bits of an integer.
///
/// Cody and Waite (1980): n is the whole number nearest to x / log(2), and n·log(2) is taken from x in two parts,
/// the first without rounding.
#[inline(always)]
pub(super) fn exponential<L: Lanes>(x: L, y: L) -> (Double<L>, L::Bits) {
    let shifted = x.mul_add(L::of(std::f64::consts::LOG2_E), L::of(ROUNDER));
    let n = shifted - L::of(ROUNDER);
    let high = n.neg_mul_add(L::of(LN2_HI), x);
    let low = n.neg_mul_add(L::of(LN2_LO), y);
    let r = high + low;
    let missing = low - (r - high);
    let hi = L::of(1.0) + r;
    let lo = (r - (hi - L::of(1.0))) + missing;
    let (r2, r4) = (r * r, (r * r) * (r * r));
    let [e10, e9, e8, e7, e6, e5, e4, e3, e2, e1, e0] = EXP;
    let line = |first: f64, second: f64| r.mul_add(L::of(second), L::of(first));
    let a = r2.mul_add(line(e2, e3), line(e0, e1));
    let b = r2.mul_add(line(e6, e7), line(e4, e5));
    let c = r2.mul_add(L::of(e10), line(e8, e9));
    let rest = (r4 * r4).mul_add(c, r4.mul_add(b, a)).mul_add(r2, lo);
    (Double { hi, lo: rest }, shifted.bits())
}

/// log(2) in two parts, the first of 41 bits.
const LN2_HI: f64 = f64::from_bits(0x3fe6_2e42_fefa_3800);
const LN2_LO: f64 = f64::from_bits(0x3d2e_f357_93c7_6730);

/// 2^n for n from -1022 to 1023 in the low bits of an integer.
#[inline(always)]
pub(super) fn power_of_two<B: Bits>(n: B) -> B::Lanes {
    (n + B::of(1023)).shl::<52>().float()
}
