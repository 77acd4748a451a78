//! Angles brought to within π/4 of a multiple of π/2.

use super::super::double::Double;
use super::super::lanes::Lanes;
use super::super::lanes::one::{One, OneBits};
use super::constants::{
    HALF_PI, HALF_PI_LOW, HALF_PI_SECOND, HALF_PI_THIRD, TWO_OVER_PI, TWO_OVER_PI_BITS,
};

/// `n·π/2 + rest - less`, where `rest` is at most π/4 and a little, and `less` is small beside it. Of `n` the
/// two lowest bits count.
#[derive(Clone, Copy)]
pub(super) struct Angle<L: Lanes> {
    pub(super) n: L::Bits,
    pub(super) rest: L,
    pub(super) less: L,
}

/// The largest angle for which π/2 in three parts is good enough: somewhat less than 2^23 quarter turns, as the
/// second part has 30 bits, and a multiple of it must be a number.
const LIMIT: f64 = 13_000_000.0;

/// 1.5·2^52: added to a number of magnitude at most 2^51 it rounds to a whole one, and leaves it in the low bits.
pub(super) const SHIFTER: f64 = 6_755_399_441_055_744.0;

/// Whether the angle is above what [`Angle::of`] takes.
#[inline(always)]
pub(super) fn is_huge<L: Lanes>(x: L) -> L::Mask {
    x.abs().gt(L::of(LIMIT))
}

impl<L: Lanes> Angle<L> {
    /// For angles up to [`LIMIT`], by subtracting n·π/2 in three parts (Cody & Waite 1980).
    ///
    /// No such angle but 0 is nearer than 2^-60.4 to a multiple of π/2, and the three parts fall short of π/2 by
    /// 2^-141, so that the relative error of the rest is below 2^-58 (`tools/math/trigonometric.py`).
    #[inline(always)]
    pub(super) fn of(x: L) -> Angle<L> {
        let shifted = x.mul_add(L::of(TWO_OVER_PI), L::of(SHIFTER));
        let n = shifted - L::of(SHIFTER);
        // Exact: below 1, and a multiple of 2^-53, as the product is and x too (unless n is 0).
        let first = n.neg_mul_add(L::of(HALF_PI), x);
        // The product is exact, so that the rounding error is found as that of a sum.
        let rest = n.neg_mul_add(L::of(HALF_PI_SECOND), first);
        let error = n.mul_add(L::of(HALF_PI_SECOND), rest - first);
        Angle { n: shifted.bits(), rest, less: n.mul_add(L::of(HALF_PI_THIRD), error) }
    }
}

impl Angle<One> {
    /// For angles above [`LIMIT`], after Payne & Hanek (1983): of 2/π only those bits are multiplied that
    /// leave a trace in the quotient modulo 4.
    ///
    /// No number is nearer than 2^-62 to a multiple of π/2; the quotient is known to 2^-137, and the rest to
    /// 2^-75 of itself.
    pub(super) fn of_huge(x: f64) -> Angle<One> {
        if !x.is_finite() {
            return Angle { n: OneBits(0), rest: One(f64::NAN), less: One(0.0) };
        }
        let (n, quotient) = quarter_turns(x.abs());
        let rest = quotient.multiply(Double { hi: One(HALF_PI), lo: One(HALF_PI_LOW) });
        if x < 0.0 {
            Angle { n: OneBits(n.wrapping_neg()), rest: -rest.hi, less: rest.lo }
        } else {
            Angle { n: OneBits(n), rest: rest.hi, less: -rest.lo }
        }
    }
}

/// The number of quarter turns in a finite angle above [`LIMIT`], modulo 4, and the part of one that is left, of
/// magnitude at most 1/2.
#[expect(clippy::cast_possible_truncation, reason = "the halves of products")]
fn quarter_turns(x: f64) -> (u64, Double<One>) {
    // x = m·2^(e - 1075), where e - 1075 is at least -29. In the table, of which bit 0 weighs 2^63, the first bit
    // that counts is that which weighs 2 after the multiplication by this power.
    let bits = x.to_bits();
    let m = bits & ((1 << 52) - 1) | 1 << 52;
    let place = ((bits >> 52) + 62).saturating_sub(1075) as usize;
    let (word, shift) = (place / 64, place % 64);
    let window = |i: usize| {
        let pair = join(TWO_OVER_PI_BITS[word + i], TWO_OVER_PI_BITS[word + i + 1]);
        ((pair << shift) >> 64) as u64
    };
    // 192 bits of 2/π times m, modulo 4, in units of 2^-190. What is cut off is below 2^-137.
    let low = u128::from(window(2)) * u128::from(m);
    let middle = u128::from(window(1)) * u128::from(m) + (low >> 64);
    let high = window(0).wrapping_mul(m).wrapping_add((middle >> 64) as u64);
    let product = join(high, middle as u64);
    let tail = low as u64;

    // The nearest whole number, and the rest in two's complement: 128 bits of it, and 62 more in the tail.
    let n = (product >> 126) as u64 + (product >> 125 & 1) as u64;
    let rest = product << 2 | u128::from(tail >> 62);
    let tail = tail << 2;
    let negative = rest >> 127 != 0;
    let (rest, tail) = if negative { (!rest, !tail) } else { (rest, tail) };

    // Normalised, and cut into 53 bits and 53 more.
    let zeros = rest.leading_zeros().min(127);
    let rest = rest << zeros | join(tail, 0) >> 1 >> (127 - zeros);
    let sign = if negative { -1.0 } else { 1.0 };
    let unit = One(f64::from_bits(u64::from(1023 - zeros) << 52).copysign(sign));
    let mask = (1 << 53) - 1;
    let hi = whole((rest >> 75) as u64) * (unit * One(power_of_two(-53)));
    let lo = whole((rest >> 22) as u64 & mask) * (unit * One(power_of_two(-106)));
    (n, Double { hi, lo })
}

fn join(high: u64, low: u64) -> u128 {
    u128::from(high) << 64 | u128::from(low)
}

/// A whole number of at most 53 bits.
#[expect(clippy::cast_precision_loss, reason = "it is exact")]
fn whole(x: u64) -> One {
    One(x as f64)
}

const fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits((1023 + exponent).cast_unsigned() << 52)
}
