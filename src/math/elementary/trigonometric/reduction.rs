//! Angles brought to within π/4 of a multiple of π/2.

use super::super::double::Double;
use super::super::lanes::one::{One, OneBits};
use super::super::lanes::{Bits, Lanes};
use super::constants::{
    HALF_PI, HALF_PI_FIRST, HALF_PI_LOW, HALF_PI_SECOND, HALF_PI_THIRD, TWO_OVER_PI,
    TWO_OVER_PI_BITS,
};

/// `n·π/2 + rest - less`, where `rest` is at most π/4 and a little, and `less` is small beside it. Of `n` the
/// two lowest bits count.
#[derive(Clone, Copy)]
pub(super) struct Angle<L: Lanes> {
    pub(super) n: L::Bits,
    pub(super) rest: L,
    pub(super) less: L,
}

/// The largest angle for which π/2 in three parts is good enough: 2^23 quarter turns.
const LIMIT: f64 = 13_000_000.0;

/// 1.5·2^52: added to a number of magnitude at most 2^51 it rounds to a whole one, and leaves it in the low bits.
const SHIFTER: f64 = 6_755_399_441_055_744.0;

#[inline(always)]
pub(super) fn is_huge<L: Lanes>(x: L) -> L::Mask {
    x.abs().gt(L::of(LIMIT))
}

impl<L: Lanes> Angle<L> {
    /// For angles up to [`LIMIT`], by subtracting n·π/2 in three parts (Cody & Waite 1980).
    #[inline(always)]
    pub(super) fn of(x: L) -> Angle<L> {
        let shifted = x.mul_add(L::of(TWO_OVER_PI), L::of(SHIFTER));
        let n = shifted - L::of(SHIFTER);
        // Exact: the difference is below 1, and a multiple of 2^-53 as x (or x itself, for n = 0) and the product are.
        let first = n.neg_mul_add(L::of(HALF_PI_FIRST), x);
        // The product is exact, so that what the difference is rounded by is found as that of a sum.
        let rest = n.neg_mul_add(L::of(HALF_PI_SECOND), first);
        let error = n.mul_add(L::of(HALF_PI_SECOND), rest - first);
        Angle { n: shifted.bits(), rest, less: n.mul_add(L::of(HALF_PI_THIRD), error) }
    }
}

impl Angle<One> {
    /// For angles above [`LIMIT`], after Payne & Hanek (1983): of 2/π only those bits are multiplied that
    /// leave a trace in the quotient modulo 4.
    pub(super) fn of_huge(x: f64) -> Angle<One> {
        const FRACTION: u64 = (1 << 52) - 1;
        if !x.is_finite() {
            return Angle { n: OneBits(0), rest: One(f64::NAN), less: One(0.0) };
        }
        let bits = x.abs().to_bits();
        // |x| = m·2^(e - 1075). The exponent is at least -52 + 23, so that the place in the table, where
        // bit 0 weighs 2^63, is that of the bit which weighs 2 after the multiplication by 2^(e - 1075).
        let m = bits & FRACTION | 1 << 52;
        let place = ((bits >> 52) + 62).saturating_sub(1075) as usize;
        let (word, shift) = (place / 64, place % 64);
        let window = |i: usize| {
            let pair = u128::from(TWO_OVER_PI_BITS[word + i]) << 64
                | u128::from(TWO_OVER_PI_BITS[word + i + 1]);
            (pair << shift >> 64) as u64
        };
        // 192 bits of 2/π times m, modulo 4, in units of 2^-190. What is cut off is below 2^-137.
        let low = u128::from(window(2)) * u128::from(m);
        let middle = u128::from(window(1)) * u128::from(m) + (low >> 64);
        let high = window(0).wrapping_mul(m).wrapping_add((middle >> 64) as u64);
        let product = u128::from(high) << 64 | u128::from(middle as u64);
        let tail = low as u64;
        // The nearest whole number of quarter turns, and the rest as a fraction of one: 126 bits of it in
        // `fraction`, 64 more in `tail`.
        let n = (product >> 126) as u64 + (product >> 125 & 1) as u64;
        let fraction = (product << 2 | u128::from(tail >> 62)).cast_signed();
        let negative = fraction < 0;
        let (fraction, tail) = if negative {
            (!fraction.cast_unsigned(), !(tail << 2))
        } else {
            (fraction.cast_unsigned(), tail << 2)
        };
        // Normalised, and cut into 53 bits and 53 more.
        let zeros = fraction.leading_zeros().min(127);
        let fraction = fraction << zeros | (u128::from(tail) << 64 >> 1 >> (127 - zeros));
        let unit = f64::from_bits(u64::from(1023 - zeros) << 52);
        let part = |x: u128, scale: f64| x as u64 as f64 * scale;
        let quotient = Double {
            hi: One(part(fraction >> 75, unit / 9_007_199_254_740_992.0)),
            lo: One(part(fraction >> 22 & ((1 << 53) - 1), unit / 8.112963841460668e31)),
        };
        let rest = quotient.multiply(Double { hi: One(HALF_PI), lo: One(HALF_PI_LOW) });
        let (n, negative) =
            if x < 0.0 { (n.wrapping_neg(), !negative) } else { (n, negative) };
        if negative {
            Angle { n: OneBits(n), rest: -rest.hi, less: rest.lo }
        } else {
            Angle { n: OneBits(n), rest: rest.hi, less: -rest.lo }
        }
    }
}
