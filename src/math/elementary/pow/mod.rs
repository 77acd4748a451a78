//! Powers.
//!
//! x^y = e^(y log x), where y log x must be known to about 2^-64 as an absolute error: it is as large as 745,
//! and an error there is a relative error of the result. So the logarithm is the sum of two numbers, with a
//! relative error near 2^-69, and its product with y too.
//!
//! Both parts are table methods (Tang 1989 and 1990, ACM TOMS 15 and 16). There is no division: the table of the
//! logarithm has short numbers 1/c, so short that m (1/c) - 1 is exact.
//!
//! The error bound is 0.53 ULP: 0.5 for the last rounding; below 0.02 for y log x, most where log x is just above
//! 1/256 and y log x near 700; below 0.01 for the tail of the exponential. The worst found is 0.5102 ULP, at
//! x = 1.003327537268048, y = -163648.50171923797. So results that are numbers of 53 bits are exact. Results
//! below the normal numbers are rounded once.

pub(crate) mod single;
mod table;

use super::double::{Double, fast_two_sum};
use super::lanes::{Bits, Lanes, Mask};
use table::{BIAS, EXP, EXPONENTIALS, LN2_HI, LN2_LO, LOG, LOGARITHMS, STEP_HI, STEP_LO, STEPS};

const ONE: u64 = 0x3ff << 52;
const FRACTION: u64 = (1 << 52) - 1;

/// 2^52: numbers from here to 2^53 have the integers in their last bits.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// 1.5·2^52: added to a small number it leaves the nearest whole number in the last bits, with its sign.
const SHIFTER: f64 = 6_755_399_441_055_744.0;

/// Results from e^-708 to e^708 are normal numbers, and so are the powers of two that they are made of.
const ORDINARY: f64 = 708.0;

/// x to the power y.
#[inline(always)]
pub(crate) fn pow<L: Lanes>(x: L, y: L) -> L {
    let magnitude = x.abs();
    let log = log::<L>(magnitude, L::of(0.0));
    let exponent = product(log, y);
    let mut result = exp(exponent).ordinary();

    let negative = x.lt(L::of(0.0));
    if negative.any() {
        let parity = Parity::of(y);
        result = parity.sign(x, result);
        result = (negative & !parity.whole).select(L::of(f64::NAN), result);
    }

    // Zero, numbers below the normal ones, infinities and NaN, and results near the ends.
    let ordinary = L::of(f64::MIN_POSITIVE).le(magnitude)
        & magnitude.lt(L::of(f64::INFINITY))
        & exponent.hi.abs().lt(L::of(ORDINARY));
    let rare = !ordinary;
    if rare.any() { rare.select(rare_pow(x, y), result) } else { result }
}

/// The same for every x and y, at about twice the cost.
///
/// It is made of lanes too, as a number of results that underflow or overflow is no reason to be slow.
#[inline(always)]
fn rare_pow<L: Lanes>(x: L, y: L) -> L {
    let (zero, one, infinity) = (L::of(0.0), L::of(1.0), L::of(f64::INFINITY));
    let magnitude = x.abs();

    // Below the normal numbers: 2^54 as large, so that all bits are there.
    let small = magnitude.lt(L::of(f64::MIN_POSITIVE));
    let scaled = small.select(magnitude * L::of(18_014_398_509_481_984.0), magnitude);
    let log = log::<L>(scaled, small.select(L::of(-54.0), zero));

    // What is far beyond the ends is put there: e^±800 is 0 or infinite, and integers stay small. An infinite
    // power of 1 is 1, where the product is not a number.
    let Double { hi, lo } = product(log, y);
    let (above, below) = (L::of(800.0).lt(hi), hi.lt(L::of(-800.0)));
    let none = magnitude.eq(one);
    let hi = above.select(L::of(800.0), below.select(L::of(-800.0), none.select(zero, hi)));
    let lo = (above | below | none).select(zero, lo);
    let result = exp(Double { hi, lo }).any();

    // Powers of zero and infinity are zero or infinity.
    let (nothing, infinite) = (magnitude.eq(zero), magnitude.eq(infinity));
    let grows = zero.lt(nothing.select(-y, y));
    let result = (nothing | infinite).select(grows.select(infinity, zero), result);

    let parity = Parity::of(y);
    let result = parity.sign(x, result);
    let nowhere = x.lt(zero) & !infinite & !parity.whole;
    let result = nowhere.select(L::of(f64::NAN), result);
    let result = (x.is_nan() | y.is_nan()).select(x + y, result);
    (x.eq(one) | y.eq(zero)).select(one, result)
}

/// What y says of the powers of negative numbers.
struct Parity<L: Lanes> {
    whole: L::Mask,
    odd: L::Mask,
}

impl<L: Lanes> Parity<L> {
    #[inline(always)]
    fn of(y: L) -> Parity<L> {
        let half = y * L::of(0.5);
        let whole = y.rint().eq(y);
        Parity { whole, odd: whole & !half.rint().eq(half) }
    }

    /// The result with the sign of x where y is odd.
    #[inline(always)]
    fn sign(&self, x: L, result: L) -> L {
        result.xor_sign(self.odd.select(x, L::of(0.0)))
    }
}

/// The bits of x = 2^n m and [`BIAS`], n, and m from 0.709 to 1.418.
#[inline(always)]
fn split<L: Lanes>(x: L) -> (L::Bits, L, L) {
    let biased = x.bits() + L::Bits::of(BIAS);
    let exponent = biased.shr::<52>() | L::Bits::of(WHOLE.to_bits());
    let n = exponent.float() - L::of(WHOLE + 1023.0);
    let m = ((biased & L::Bits::of(FRACTION)) + L::Bits::of(ONE - BIAS)).float();
    (biased, n, m)
}

/// log(x 2^k) for normal positive numbers; any others give any numbers. Relative error near 2^-69; the low part
/// is up to 2^-17 of the high part.
///
/// x = 2^n m, where m is near 1, so that n ln 2 never cancels log m; log m = log c + log(1 + r).
#[inline(always)]
pub(super) fn log<L: Lanes>(x: L, k: L) -> Double<L> {
    let (biased, n, m) = split(x);
    let n = n + k;
    let row = biased.shr::<45>();
    let [inverse, log_hi, log_lo, _] = L::lookup4(row, &LOGARITHMS);

    // Exact, as is the next sum: both its parts are multiples of 2^-42 and below 2^10.
    let r = m.mul_sub(inverse, L::of(1.0));
    let t = n.mul_add(L::of(LN2_HI), log_hi);

    // t is 0 or larger than r, and t + r larger than r²/2: what the sums lose is known.
    let sum = t + r;
    let lost = (t - sum) + r;
    let half = r * L::of(-0.5);
    let hi = half.mul_add(r, sum);
    let lost_too = half.mul_add(r, sum - hi);

    let square = r * r;
    let [a, b, c, d, e, f] = LOG;
    let [a, b, c] = [L::of(a), L::of(b), L::of(c)];
    let [d, e, f] = [L::of(d), L::of(e), L::of(f)];
    let high = f.mul_add(r, e).mul_add(square, d.mul_add(r, c));
    let tail = high.mul_add(square, b.mul_add(r, a));
    let small = n.mul_add(L::of(LN2_LO), log_lo) + (lost + lost_too);
    Double { hi, lo: (square * r).mul_add(tail, small) }
}

/// The product of a logarithm with y. The high part rounds the product of the high parts; the low part is
/// all the rest.
#[inline(always)]
fn product<L: Lanes>(log: Double<L>, y: L) -> Double<L> {
    let hi = log.hi * y;
    Double { hi, lo: log.lo.mul_add(y, log.hi.mul_sub(y, hi)) }
}

/// 2^k · scale · (1 + tail).
struct Power<L: Lanes> {
    /// 2^(j/128), where 128 k + j is the number of steps.
    scale: L,
    /// Magnitude at most 2^-7.
    tail: L,
    /// [`SHIFTER`] and the number of steps, added.
    steps: L,
}

impl<L: Lanes> Power<L> {
    /// The number where 2^k and it are normal numbers.
    #[inline(always)]
    fn ordinary(&self) -> L {
        let power = self.steps.bits().shr::<7>().shl::<52>();
        let scale = (self.scale.bits() + power).float();
        scale.mul_add(self.tail, scale)
    }

    /// The number for any k down to -2000 or up to 2000.
    #[inline(always)]
    fn any(&self) -> L {
        // 128 k + j - 63.5, so that k is the nearest.
        let steps = self.steps - L::of(SHIFTER) - L::of(63.5);
        let k = (steps * L::of(1.0 / 128.0)).rint();
        // 2^k in two parts, as it may be out of range alone.
        let half = (k * L::of(0.5)).rint();
        let one = self.scale.mul_add(self.tail, self.scale);
        let normal = one * power_of_two(half) * power_of_two(k - half);

        // Below the normal numbers the product would be rounded a second time. There the sum is rounded
        // once, at the bit that will be the last one: it is the last one of 2^(-1022 - k) too, and what is
        // then added to the bits of that are the bits of the result.
        let unit = (L::Bits::of(1) - k.to_int()).shl::<52>().float();
        let sum = fast_two_sum(unit, self.scale);
        let sum = sum.hi + self.scale.mul_add(self.tail, sum.lo);
        let subnormal = (sum.bits() - unit.bits()).float();
        let tiny = normal.le(L::of(f64::MIN_POSITIVE)) & k.lt(L::of(0.0));
        tiny.select(subnormal, normal)
    }
}

/// 2^n for a whole number n from -1022 to 1023.
#[inline(always)]
fn power_of_two<L: Lanes>(n: L) -> L {
    (n.to_int().shl::<52>() + L::Bits::of(ONE)).float()
}

/// The exponential of a sum of two numbers, of magnitude at most 800: e^s = 2^(steps/128) e^r. The error of
/// the polynomial is below 2^-65.
#[inline(always)]
fn exp<L: Lanes>(s: Double<L>) -> Power<L> {
    let steps = s.hi.mul_add(L::of(STEPS), L::of(SHIFTER));
    let i = steps - L::of(SHIFTER);
    // The first difference is exact. The low part of s has to come in before the polynomial: it is up to
    // 2^-8, too large for e^(r + low) = e^r (1 + low).
    let r = i.neg_mul_add(L::of(STEP_HI), s.hi) + i.neg_mul_add(L::of(STEP_LO), s.lo);
    let row = steps.bits();
    let (scale, correction) = L::lookup2(row, &EXPONENTIALS);
    let square = r * r;
    let [a, b, c, d, e] = EXP;
    let [a, b, c, d, e] = [L::of(a), L::of(b), L::of(c), L::of(d), L::of(e)];
    let high = e.mul_add(square, d.mul_add(r, c));
    let tail = high.mul_add(square, b.mul_add(r, a));
    Power { scale, tail: r + tail.mul_add(square, correction), steps }
}
