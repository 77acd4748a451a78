//! The gamma function and its logarithm.
//!
//! Both are Stirling's formula with Binet's remainder for arguments w >= 4, in sums of two numbers:
//!
//! ```text
//! lgamma(w) = (w - 1/2) (log(w) - 1) + (log(2 pi) - 1) / 2 + mu(w),   mu(w) about 1 / (12 w)
//! ```
//!
//! Of the sums here many are not normalised: the low part is what is known of the rest, and may be a
//! hundredth of the high part.

use super::polynomial::{halves, horner};
use std::hint::cold_path;

pub(crate) mod single;
mod table;

use super::double::{Double, fast_two_sum, two_product, two_sum};
use super::erf::{exponential, power_of_two};
use super::lanes::{Bits, Lanes, Mask, SIGN};
use table::{
    HALF_LOG_HI, HALF_LOG_LO, LN2_HI, LN2_LO, LOG, LOGS, NEAR0, NEAR4, SINE, SINE_HI, SINE_LO,
    STIRLING,
};

/// The gamma function, with an error below 0.65 ULP, and below 0.85 ULP where the result is about the
/// smallest normal number (found: 0.615 at -4.4878558803…, 0.740 at -170.6243769563…).
///
/// For 0 < u < 4 it is gamma(u + 4) / (u (u + 1) (u + 2) (u + 3)); for negative arguments it is -pi / (u
/// sin(pi u) gamma(u)). What is left of the errors is little more than the rounding of the result, and
/// factorials are exact.
#[inline(always)]
pub(crate) fn gamma<L: Lanes>(x: L) -> L {
    let size = x.abs();
    // Beyond lies nothing but infinity and, for negative arguments, zero.
    let u = L::of(200.0).min(size);
    let small = u.lt(L::of(4.0));
    let w = two_sum(u, small.select(L::of(4.0), L::of(0.0)));
    let inverse = L::of(1.0) / w.hi;
    let log = logarithm(w.hi, w.lo * inverse, L::of(1.0));
    // w is below 2^52.
    let log = stirling(Double { hi: w.hi - L::of(0.5), lo: w.lo }, inverse, log);
    let log = fast_two_sum(-log.hi, -log.lo);
    let (power, part) = exponential::<SCALE, L>(log);
    let power = fast_two_sum(power, power * part);

    // u (u + 3) · (u (u + 3) + 2)
    let three = scale(fast_two_sum(L::of(3.0), u), u);
    let two = two_sum(three.hi, L::of(2.0));
    let two = Double { hi: two.hi, lo: two.lo + three.lo };
    let product = multiply(three, two);
    let mut below = Double {
        hi: small.select(product.hi, L::of(1.0)),
        lo: small.select(product.lo, L::of(0.0)),
    };
    let mut above = power;
    let mut last = L::of(power_of_two(-SCALE));
    let negative = x.lt(L::of(0.0));
    if negative.any() {
        let reflected = multiply(scale(sine(size), u), power);
        above = select(negative, below, power);
        below = select(negative, reflected, below);
        // From here on the result is 0, and multiplications that underflow are slow.
        let scale = x.lt(L::of(-190.0)).select(L::of(0.0), L::of(power_of_two(SCALE)));
        last = negative.select(scale.xor_sign(negative_sign(size, negative)), last);
    }
    // For whole numbers below 0 this is 0 times infinity.
    let inverse = L::of(1.0) / below.hi;
    let quotient = above.hi * inverse;
    let missing =
        quotient.neg_mul_add(below.hi, above.hi) + quotient.neg_mul_add(below.lo, above.lo);
    let result = missing.mul_add(inverse, quotient) * last;

    let tiny = size.lt(L::of(TINY));
    if tiny.any() {
        cold_path();
        // gamma(x) = 1/x - 0.577…; this is ±infinity for ±0 too.
        return tiny.select(L::of(1.0) / x, result);
    }
    result
}

/// A number with the sign of gamma(-`size`), that of -sin(pi `size`), where `negative` is set; else a positive one.
#[inline(always)]
fn negative_sign<L: Lanes>(size: L, negative: L::Mask) -> L {
    // That of u less the nearest whole number, changed where that is even.
    let bit = L::of(power_of_two(52));
    let parity = (bit.min(size) + bit).bits().shl::<63>();
    let sign = (size - size.rint()).bits() ^ parity ^ L::Bits::of(SIGN);
    negative.select(sign.float(), L::of(0.0))
}

/// 2^`SCALE` times the gamma function of positive numbers up to 200 is finite.
const SCALE: i32 = -300;

/// 2^-70
const TINY: f64 = power_of_two(-70);

/// The logarithm of the magnitude of the gamma function.
///
/// The error is below 0.55 ULP for positive arguments (found: 0.529 at 2.0021912104…), also about the zeros
/// at 1 and 2. For negative ones, -log(u |sin(pi u)| / pi) - lgamma(u), it is below 2 ULP + 2^-55: the
/// second part matters only where the result is below 1/8, near a zero (found: 2^-55.5 at -2.5285836694…, and
/// 1.14 ULP at -2.5616499678…).
#[inline(always)]
pub(crate) fn lgamma<L: Lanes>(x: L) -> L {
    let size = x.abs();
    let u = L::of(LGAMMA_END).min(size);
    let small = u.lt(L::of(4.0));
    let large = !small;
    let log = logarithm(u, L::of(0.0), large.select(L::of(1.0), L::of(0.0)));
    let mut positive = log;
    if small.any() {
        positive = near(u, log);
    }
    if large.any() {
        let far = stirling(fast_two_sum(u, L::of(-0.5)), L::of(1.0) / u, log);
        positive = select(small, positive, far);
    }
    let mut result = positive.hi + positive.lo;
    let negative = x.lt(L::of(0.0));
    if negative.any() {
        // log(pi / (u |sin(pi u)|)) - lgamma(u)
        let area = scale(sine(size), u);
        let reflected = logarithm(area.hi, area.lo / area.hi, L::of(0.0));
        let high = two_sum(reflected.hi, positive.hi);
        let sum = -(high.hi + (high.lo + (reflected.lo + positive.lo)));
        let pole = size.eq(size.rint());
        result = negative.select(pole.select(L::of(f64::INFINITY), sum), result);
    }
    let extreme = size.lt(L::of(TINY)) | size.gt(L::of(LGAMMA_END));
    if extreme.any() {
        cold_path();
        // lgamma(x) = -log|x| - 0.577… x
        let enlarged = logarithm(size * L::of(power_of_two(200)), L::of(0.0), L::of(0.0));
        let log = two_sum(enlarged.hi, L::of(-200.0 * LN2_HI));
        let log = log.hi + (log.lo + (enlarged.lo + L::of(-200.0 * LN2_LO)));
        let infinite = size.gt(L::of(1.0)) | size.eq(L::of(0.0));
        return extreme.select(infinite.select(L::of(f64::INFINITY), -log), result);
    }
    result
}

/// The largest number whose lgamma is finite.
const LGAMMA_END: f64 = 2.559_983_327_851_638_3e305;

/// lgamma for 0 < u < 4.
///
/// (t - 1) (t - 2) times a function that does not vanish, which is a polynomial in each of 32 parts of
/// the powers of two; so the zeros at 1 and 2 cost no accuracy. Below 1/2 it is lgamma(1 + u) - log(u).
#[inline(always)]
fn near<L: Lanes>(u: L, log: Double<L>) -> Double<L> {
    let below = u.lt(L::of(0.5));
    let shift = below.select(L::of(1.0), L::of(0.0));
    let (row, d) = part(u, shift);
    let [c0, c1, c2, c3] = L::lookup4(row, &NEAR0);
    let [c4, c5, c6, c7] = L::lookup4(row, &NEAR4);
    let low = c7.bits().shl::<32>().float();
    let square = d * d;
    let high = c7.mul_add(d, c6).mul_add(square, c5.mul_add(d, c4));
    let rest = high.mul_add(square, c3.mul_add(d, c2)).mul_add(d, c1).mul_add(d, low);
    // (t - 1) (t - 2): u + shift is not exact, but u and u - 1 are.
    let first = u + (shift - L::of(1.0));
    let zeros = scale(fast_two_sum(shift - L::of(2.0), u), first);
    let value = two_product(zeros.hi, c0);
    let low = zeros.hi.mul_add(rest, zeros.lo.mul_add(c0, value.lo));
    let zero = L::of(0.0);
    let sum = fast_two_sum(below.select(-log.hi, zero), value.hi);
    Double { hi: sum.hi, lo: sum.lo + (low - below.select(log.lo, zero)) }
}

/// The number of the row for u + `shift`, and what u + `shift` is more than the middle of its part.
#[inline(always)]
fn part<L: Lanes>(u: L, shift: L) -> (L::Bits, L) {
    let bits = (u + shift).bits();
    let row = (bits - L::Bits::of(1022 << 52)).shr::<47>();
    // Its first bits, and one more.
    let middle = (bits & L::Bits::of(!0 << 47)) | L::Bits::of(1 << 46);
    (row, u - (middle.float() - shift))
}

/// lgamma for w >= 4 from w - 1/2, 1/w and log(w) - 1.
#[inline(always)]
fn stirling<L: Lanes>(w: Double<L>, inverse: L, log: Double<L>) -> Double<L> {
    let square = inverse * inverse;
    let series = halves(square, &STIRLING);
    let rest = series.mul_add(inverse, L::of(HALF_LOG_LO));
    let main = multiply(w, log);
    let sum = fast_two_sum(main.hi, L::of(HALF_LOG_HI));
    Double { hi: sum.hi, lo: sum.lo + (main.lo + rest) }
}

/// log(v (1 + more)) - `less` for positive normal v, tiny `more` and a small whole number, with an absolute error
/// below 2^-63.
///
/// Tang (1990): v = 2^e m, and 1/c is looked up for the middle c of the one of 128 parts of [1, 2] where m
/// is. 1/c has so few bits that m/c - 1 is exact, and so is the sum of e·log(2) and log(c).
#[inline(always)]
fn logarithm<L: Lanes>(v: L, more: L, less: L) -> Double<L> {
    let (m, e) = mantissa(v);
    let (log, packed) = L::lookup2(v.bits().shr::<45>(), &LOGS);
    let low = packed.bits().shl::<32>().float();
    let inverse = (packed.bits() & L::Bits::of(!0 << 32)).float();
    let r = m.mul_sub(inverse, L::of(1.0));
    let whole = e.mul_add(L::of(LN2_HI), log - less);
    let sum = fast_two_sum(whole, r);
    let low = e.mul_add(L::of(LN2_LO), low) + (sum.lo + more);
    Double { hi: sum.hi, lo: (r * r).mul_add(horner(r, &LOG), low) }
}

/// m and e with v = 2^e m and m from 1 to 2, for positive normal v.
#[inline(always)]
fn mantissa<L: Lanes>(v: L) -> (L, L) {
    let bits = v.bits();
    let m = ((bits & L::Bits::of(!0 >> 12)) | L::Bits::of(1023 << 52)).float();
    (m, (bits.shr::<52>() - L::Bits::of(1023)).to_float())
}

/// |sin(pi u)| / pi, with a relative error below 2^-57.
#[inline(always)]
fn sine<L: Lanes>(u: L) -> Double<L> {
    let g = (u - u.rint()).abs();
    let s = two_product(g, g);
    // 1 + s·(first + s·rest), where the rest is a small part.
    let rest = halves(s.hi, &SINE) * s.hi;
    let inner = fast_two_sum(L::of(SINE_HI), rest);
    let inner = Double { hi: inner.hi, lo: inner.lo + L::of(SINE_LO) };
    let outer = multiply(inner, s);
    let sum = fast_two_sum(L::of(1.0), outer.hi);
    scale(Double { hi: sum.hi, lo: sum.lo + outer.lo }, g)
}

/// The product with a number, not normalised.
#[inline(always)]
fn scale<L: Lanes>(x: Double<L>, y: L) -> Double<L> {
    let product = two_product(x.hi, y);
    Double { hi: product.hi, lo: x.lo.mul_add(y, product.lo) }
}

/// The product, not normalised, of numbers whose low parts are so small that their product does not matter.
#[inline(always)]
fn multiply<L: Lanes>(x: Double<L>, y: Double<L>) -> Double<L> {
    let product = two_product(x.hi, y.hi);
    Double { hi: product.hi, lo: x.hi.mul_add(y.lo, x.lo.mul_add(y.hi, product.lo)) }
}

#[inline(always)]
fn select<L: Lanes>(mask: L::Mask, yes: Double<L>, no: Double<L>) -> Double<L> {
    Double { hi: mask.select(yes.hi, no.hi), lo: mask.select(yes.lo, no.lo) }
}
