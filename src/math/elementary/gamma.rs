//! The gamma function and its logarithm.
//!
//! Both are Stirling's formula with Binet's remainder for arguments w >= 4, in sums of two numbers:
//!
//! ```text
//! lgamma(w) = (w - 1/2) (log(w) - 1) + (log(2 pi) - 1) / 2 + mu(w),   mu(w) about 1 / (12 w)
//! ```

mod table;

use super::double::{Double, fast_two_sum, horner, two_product, two_sum};
use super::lanes::{Bits, Lanes, Mask};
use table::{
    HALF_LOG_HI, HALF_LOG_LO, INVERSES, LOGS, NEAR0, NEAR4, NEAR8, SINE, SINE_HI, SINE_LO, STIRLING,
};

/// The gamma function, with an error below 0.65 ULP, and below 0.85 ULP where the result is about the
/// smallest normal number (found: 0.612 at -7.5198449420…, 0.757 at -170.6371192851…).
///
/// For 0 < u < 4 it is gamma(u + 4) / (u (u + 1) (u + 2) (u + 3)); for negative arguments it is -pi / (u
/// sin(pi u) gamma(u)). All of it is in sums of two numbers, so that what is left is little more than the
/// rounding of the result, and factorials are exact.
#[inline(always)]
pub(crate) fn gamma<L: Lanes>(x: L) -> L {
    let size = x.abs();
    // Beyond lies nothing but infinity and, for negative arguments, zero.
    let end = L::of(200.0);
    let u = size.gt(end).select(end, size);
    let small = u.lt(L::of(4.0));
    let shifted = two_sum(u, small.select(L::of(4.0), L::of(0.0)));
    let inverse = L::of(1.0) / shifted.hi;
    let log = stirling(shifted, inverse, logarithm(shifted.hi, shifted.lo * inverse));
    let (power, n) = exponential(log.hi, log.lo);
    let power = fast_two_sum(power.hi, power.lo);
    // u (u + 3) · (u (u + 3) + 2)
    let three = two_sum(u, L::of(3.0)).scale(u);
    let two = two_sum(three.hi, L::of(2.0));
    let two = fast_two_sum(two.hi, two.lo + three.lo);
    let product = select(small, three.multiply(two), one());

    let negative = x.lt(L::of(0.0));
    let mut above = power;
    let mut below = product;
    // The low 12 bits, with a sign.
    let n = ((n + L::Bits::of(2048)) & L::Bits::of(4095)).to_float() - L::of(2048.0);
    let mut exponent = n;
    if negative.any() {
        let reflected = sine(size).scale(u).multiply(power);
        above = select(negative, product, power);
        below = select(negative, reflected, product);
        exponent = negative.select(-n, n);
    }
    let quotient = above.divide(below);
    let half = (exponent * L::of(0.5)).rint();
    let last = power_of_two((exponent - half).to_int());
    // Here the result is 0, and multiplications that underflow are slow.
    let last = x.lt(L::of(-190.0)).select(L::of(0.0), last);
    let result = quotient.hi * power_of_two(half.to_int()) * last;

    // The sign of -sin(pi u): that of f, changed where the whole number is even.
    let whole = size.rint();
    let f = size - whole;
    let halved = whole * L::of(0.5);
    let odd = !halved.eq(halved.rint());
    let sign = odd.select(f, -f);
    let result = negative.select(result.copysign(sign), result);
    let result = (negative & f.eq(L::of(0.0))).select(L::of(f64::NAN), result);
    // gamma(x) = 1/x - 0.577…; this is ±infinity for ±0 too.
    let result = size.lt(L::of(TINY)).select(L::of(1.0) / x, result);
    (x.is_nan() | x.eq(L::of(f64::NEG_INFINITY))).select(L::of(f64::NAN), result)
}

/// 2^-70
const TINY: f64 = f64::from_bits((1023 - 70) << 52);

/// The logarithm of the magnitude of the gamma function.
///
/// The error is below 0.55 ULP for positive arguments (found: 0.518 at 4.0446864452…), also about the zeros
/// at 1 and 2. For negative ones, -log(u |sin(pi u)| / pi) - lgamma(u), it is below 2 ULP + 2^-55: the
/// second part matters only where the result is below 1/8, near a zero (found: 2^-56.2 at -2.457310601020904).
#[inline(always)]
pub(crate) fn lgamma<L: Lanes>(x: L) -> L {
    let size = x.abs();
    // Overflows from here on.
    let over = size.gt(L::of(LGAMMA_END));
    let u = over.select(L::of(LGAMMA_END), size);
    let log = logarithm(u, L::of(0.0));
    let far = stirling(one_part(u), L::of(1.0) / u, log);
    let near = near(u, log);
    let positive = select(u.lt(L::of(4.0)), near, far);
    let mut result = positive.hi;
    let negative = x.lt(L::of(0.0));
    if negative.any() {
        // log(pi / (u |sin(pi u)|)) - lgamma(u)
        let area = sine(size).scale(u);
        let reflected = logarithm(area.hi, area.lo / area.hi);
        let high = two_sum(reflected.hi, positive.hi);
        let sum = -(high.hi + (high.lo + (reflected.lo + positive.lo)));
        result = negative.select(sum, result);
    }
    // lgamma(x) = -log|x| - 0.577… x
    let result = size.lt(L::of(TINY)).select(-log.hi, result);
    let pole = size.eq(L::of(0.0)) | (negative & size.eq(size.rint())) | over;
    let result = pole.select(L::of(f64::INFINITY), result);
    x.is_nan().select(x, result)
}

/// The largest number whose lgamma is finite.
const LGAMMA_END: f64 = 2.559_983_327_851_638_3e305;

/// lgamma for 0 < u < 4.
///
/// (t - 1) (t - 2) times a function that does not vanish, which is a polynomial in each of 16 parts of
/// the powers of two; so the zeros at 1 and 2 cost no accuracy. Below 1/2 it is lgamma(1 + u) - log(u).
#[inline(always)]
fn near<L: Lanes>(u: L, log: Double<L>) -> Double<L> {
    let below = u.lt(L::of(0.5));
    let shift = below.select(L::of(1.0), L::of(0.0));
    let t = u + shift;
    let bits = t.bits();
    let row = (bits - L::Bits::of(1022 << 52)).shr::<48>() & L::Bits::of(63);
    // The middle of the part: its first bits, and one more.
    let middle = (bits & L::Bits::of(!0 << 48)) | L::Bits::of(1 << 47);
    let d = u - (middle.float() - shift);
    let [c0, c1, c2, c3] = L::lookup4(row, &NEAR0);
    let [c4, c5, c6, c7] = L::lookup4(row, &NEAR4);
    let (c8, c9) = L::lookup2(row, &NEAR8);
    let low = c9.bits().shl::<32>().float();
    let square = d * d;
    let a = c9.mul_add(d, c8).mul_add(square, c7.mul_add(d, c6));
    let b = c5.mul_add(d, c4).mul_add(square, c3.mul_add(d, c2));
    // c0 + d c1 in full, and the rest.
    let first = two_product(c1, d);
    let high = fast_two_sum(c0, first.hi);
    let rest = a.mul_add(square * square, b).mul_add(square, low + first.lo);
    let quotient = fast_two_sum(high.hi, high.lo + rest);
    // u + shift is 1 or more where it is not exact, but u and u - 1 are.
    let first = u - below.select(L::of(0.0), L::of(1.0));
    let second = two_sum(u, below.select(L::of(-1.0), L::of(-2.0)));
    let value = second.scale(first).multiply(quotient);
    let difference = two_sum(value.hi, -log.hi);
    let difference = fast_two_sum(difference.hi, difference.lo + (value.lo - log.lo));
    select(below, difference, value)
}

/// lgamma for w >= 4 from 1/w and log(w).
#[inline(always)]
fn stirling<L: Lanes>(w: Double<L>, inverse: L, log: Double<L>) -> Double<L> {
    let rest = horner(inverse * inverse, &STIRLING) * inverse;
    let less = fast_two_sum(w.hi, L::of(-0.5));
    let less = Double { hi: less.hi, lo: less.lo + w.lo };
    let log = fast_two_sum(log.hi, L::of(-1.0)).add_low(log.lo);
    let main = less.multiply(log);
    let sum = two_sum(main.hi, L::of(HALF_LOG_HI));
    let rest = rest + L::of(HALF_LOG_LO);
    let more = two_sum(sum.hi, rest);
    fast_two_sum(more.hi, more.lo + (sum.lo + main.lo))
}

impl<L: Lanes> Double<L> {
    /// Adds what is about as small as the low part.
    #[inline(always)]
    fn add_low(self, y: L) -> Double<L> {
        fast_two_sum(self.hi, self.lo + y)
    }
}

/// log(v (1 + more)) for positive v and tiny `more`, with an absolute error below 2^-67.
///
/// Tang (1990): v = 2^e m, and 1/c is looked up for the middle c of the one of 128 parts of [1, 2] where m
/// is. m/c - 1 and the sum of e·log(2), log(c) and the first term of log(m/c) are known in full.
#[inline(always)]
fn logarithm<L: Lanes>(v: L, more: L) -> Double<L> {
    // Subnormal numbers are made larger.
    let tiny = v.lt(L::of(f64::from_bits(64 << 52)));
    let v = tiny.select(v * L::of(f64::from_bits((1023 + 64) << 52)), v);
    let bits = v.bits();
    let e = (bits.shr::<52>() - L::Bits::of(1023)).to_float();
    let e = e - tiny.select(L::of(64.0), L::of(0.0));
    let m = ((bits & L::Bits::of(!0 >> 12)) | L::Bits::of(1023 << 52)).float();
    let row = bits.shr::<45>() & L::Bits::of(127);
    let (log_hi, log_lo) = L::lookup2(row, &LOGS);
    let inverse = L::lookup(row, &INVERSES);
    let product = two_product(m, inverse);
    let r = fast_two_sum(product.hi - L::of(1.0), product.lo);
    let square = r.hi * r.hi;
    let series = horner(r.hi, &LOG_SERIES);
    let low = r.lo + more;
    let whole = e.mul_add(L::of(LN2_HI), log_hi);
    let sum = fast_two_sum(whole, r.hi);
    let rest = square.mul_add(series, sum.lo + (low + e.mul_add(L::of(LN2_LO), log_lo)));
    fast_two_sum(sum.hi, rest)
}

/// (log(1 + r) - r) / r^2, from the power 7 down.
const LOG_SERIES: [f64; 7] =
    [-1.0 / 8.0, 1.0 / 7.0, -1.0 / 6.0, 1.0 / 5.0, -1.0 / 4.0, 1.0 / 3.0, -1.0 / 2.0];

/// log(2) in two parts, the first of 41 bits.
const LN2_HI: f64 = f64::from_bits(0x3fe6_2e42_fefa_3800);
const LN2_LO: f64 = f64::from_bits(0x3d2e_f357_93c7_6730);

/// |sin(pi u)| / pi.
#[inline(always)]
fn sine<L: Lanes>(u: L) -> Double<L> {
    let g = (u - u.rint()).abs();
    let s = two_product(g, g);
    // 1 + s·(first + s·rest), where the rest is a small part.
    let rest = horner(s.hi, &SINE) * s.hi;
    let inner = fast_two_sum(L::of(SINE_HI), rest).add_low(L::of(SINE_LO));
    let outer = inner.multiply(s);
    let sum = fast_two_sum(L::of(1.0), outer.hi).add_low(outer.lo);
    sum.scale(g)
}

#[inline(always)]
fn one<L: Lanes>() -> Double<L> {
    one_part(L::of(1.0))
}

#[inline(always)]
fn one_part<L: Lanes>(hi: L) -> Double<L> {
    Double { hi, lo: L::of(0.0) }
}

#[inline(always)]
fn select<L: Lanes>(mask: L::Mask, yes: Double<L>, no: Double<L>) -> Double<L> {
    Double { hi: mask.select(yes.hi, no.hi), lo: mask.select(yes.lo, no.lo) }
}
fn exponential<L: Lanes>(x: L, y: L) -> (Double<L>, L::Bits) { let (p,t)=super::erf::exponential::<0,L>(Double{hi:-x,lo:-y}); (Double{hi:p,lo:p*t},L::Bits::of(0)) }
fn power_of_two<B: Bits>(n: B) -> B::Lanes { (n + B::of(1023)).shl::<52>().float() }
