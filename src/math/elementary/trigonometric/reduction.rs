//! Angles brought to within half a unit of its multiples, where the unit is π/2 or π.

use std::hint::cold_path;

use super::super::double::{Double, fast_two_sum, two_product, two_sum};
use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes, Mask};
use super::constants::{
    HALF_PI, HALF_PI_LOW, HALF_PI_SECOND, HALF_PI_THIRD, ONE_OVER_PI, PI, PI_LOW, TWO_OVER_PI,
    TWO_OVER_PI_ROWS,
};

/// `n` times a unit, and `rest - less`: that is at most half a unit and a little, and `less` is small beside it. Of
/// `n` the lowest bits count.
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

/// Whether the angle is above what π/2 in three parts is good enough for.
#[inline(always)]
pub(super) fn is_huge<L: Lanes>(x: L) -> L::Mask {
    x.abs().gt(L::of(LIMIT))
}

/// What angles are measured by.
pub(super) trait Unit {
    /// Of an angle, times 2/π, to the number of units, by 2^-128.
    const SCALE: f64;
    /// What is added to that number.
    const OFFSET: f64;
    /// The unit, in two parts.
    const SIZE: [f64; 2];
}

pub(super) struct QuarterTurn;

impl Unit for QuarterTurn {
    const SCALE: f64 = POWER_OF_MINUS_128;
    const OFFSET: f64 = 0.0;
    const SIZE: [f64; 2] = [HALF_PI, HALF_PI_LOW];
}

pub(super) struct HalfTurn;

impl Unit for HalfTurn {
    const SCALE: f64 = POWER_OF_MINUS_128 / 2.0;
    const OFFSET: f64 = 0.0;
    const SIZE: [f64; 2] = [PI, PI_LOW];
}

/// Half turns from half of one on, backwards.
pub(super) struct BetweenHalfTurns;

impl Unit for BetweenHalfTurns {
    const SCALE: f64 = POWER_OF_MINUS_128 / -2.0;
    const OFFSET: f64 = 0.5;
    const SIZE: [f64; 2] = [PI, PI_LOW];
}

impl<L: Lanes> Angle<L> {
    /// x = n·π/2 + rest - less.
    #[inline(always)]
    pub(super) fn from_quarter(x: L) -> Angle<L> {
        let shifted = x.mul_add(L::of(TWO_OVER_PI), L::of(SHIFTER));
        let n = shifted - L::of(SHIFTER);
        let angle = Angle::without(n, x, [HALF_PI, HALF_PI_SECOND, HALF_PI_THIRD]);
        Angle { n: shifted.bits(), ..angle }
    }

    /// x = n·π + rest - less.
    #[inline(always)]
    pub(super) fn from_whole(x: L) -> Angle<L> {
        let shifted = x.mul_add(L::of(ONE_OVER_PI), L::of(SHIFTER));
        let n = shifted - L::of(SHIFTER);
        let angle = Angle::without(n, x, [PI, 2.0 * HALF_PI_SECOND, 2.0 * HALF_PI_THIRD]);
        Angle { n: shifted.bits(), ..angle }
    }

    /// x = (n + 1/2)·π - (rest - less).
    #[inline(always)]
    pub(super) fn from_half(x: L) -> Angle<L> {
        let shifted = x.mul_add(L::of(ONE_OVER_PI), L::of(-0.5)) + L::of(SHIFTER);
        let half = (shifted - L::of(SHIFTER)) + L::of(0.5);
        let first = half.mul_sub(L::of(PI), x);
        // Of angles below π/2 bits are lost.
        let lost = half.mul_sub(L::of(PI), first) - x;
        let product = half * L::of(2.0 * HALF_PI_SECOND);
        let rest = first + product;
        let error = (rest - first) - product;
        let less = half.neg_mul_add(L::of(2.0 * HALF_PI_THIRD), error - lost);
        Angle { n: shifted.bits(), rest, less }
    }

    /// What `n` times a unit in three parts leaves of an angle up to [`LIMIT`] (Cody & Waite 1980).
    ///
    /// No such angle but 0 is nearer than 2^-60.4 to a multiple of π/2, and the three parts fall short of π/2 by
    /// 2^-141, so that the relative error of the rest is below 2^-58 (`tools/math/trigonometric.py`).
    #[inline(always)]
    fn without(n: L, x: L, [first, second, third]: [f64; 3]) -> Angle<L> {
        // Exact: below 2, and a multiple of 2^-52, as the product is and x too (unless n is 0).
        let beyond = n.neg_mul_add(L::of(first), x);
        // The product is exact, so that the rounding error is found as that of a sum.
        let product = n * L::of(second);
        let rest = beyond - product;
        let error = (rest - beyond) + product;
        Angle { n: n.bits(), rest, less: n.mul_add(L::of(third), error) }
    }

    /// The angle, where `x` is huge what [`Angle::of_huge`] makes of it.
    #[inline(always)]
    pub(super) fn or_huge<U: Unit>(self, x: L) -> Angle<L> {
        let huge = is_huge(x);
        let Angle { n, rest, less } = Angle::of_huge::<U>(x);
        Angle {
            n: huge.select(n.float(), self.n.float()).bits(),
            rest: huge.select(rest, self.rest),
            less: huge.select(less, self.less),
        }
    }

    /// For angles from 2 on, after Payne & Hanek (1983): of 2/π only those bits are multiplied that leave a trace
    /// in the quotient modulo 4. NaN for infinity.
    ///
    /// What is cut off, and what the sums lose, is below 2^-87: the relative error of the rest is below 2^-60, but where
    /// less than [`HARD`] is left, as of one angle in 2^24. There are angles of which the rest is 2^-62.
    #[inline(always)]
    fn of_huge<U: Unit>(x: L) -> Angle<L> {
        let Quotient { shifted, hi, lo, next, third, .. } = Quotient::of::<U>(x);
        let lo = lo + (next + third);
        let sum = fast_two_sum(hi, lo);
        let angle = Angle::times::<U>(shifted, sum);
        let hard = hi.abs().lt(L::of(HARD));
        if !hard.any() {
            return angle;
        }
        cold_path();
        Angle {
            n: angle.n.float().fix(hard, x, |x| Angle::of_hard::<U>(One(x)).n.float().0).bits(),
            rest: angle.rest.fix(hard, x, |x| Angle::of_hard::<U>(One(x)).rest.0),
            less: angle.less.fix(hard, x, |x| Angle::of_hard::<U>(One(x)).less.0),
        }
    }

    /// So many units more than the whole number in `shifted`.
    #[inline(always)]
    fn times<U: Unit>(shifted: L, units: Double<L>) -> Angle<L> {
        let [unit, unit_low] = U::SIZE;
        let rest = units.hi * L::of(unit);
        let less = units.hi.neg_mul_add(L::of(unit), rest);
        let less = units.hi.neg_mul_add(L::of(unit_low), less);
        Angle { n: shifted.bits(), rest, less: units.lo.neg_mul_add(L::of(unit), less) }
    }
}

impl Angle<One> {
    /// The same with all four parts, to 2^-140.
    #[cold]
    fn of_hard<U: Unit>(x: One) -> Angle<One> {
        let Quotient { shifted, hi, lo, next, third, third_low, fourth } = Quotient::of::<U>(x);
        let small = two_sum(lo, next);
        let more = two_sum(small.hi, third);
        let tail = small.lo + more.lo + (third_low + fourth);
        let sum = two_sum(hi, more.hi);
        Angle::times::<U>(shifted, fast_two_sum(sum.hi, sum.lo + tail))
    }
}

/// A number of units, modulo 4 quarter turns.
struct Quotient<L> {
    /// [`SHIFTER`] and a whole number.
    shifted: L,
    /// What is left is the sum of these.
    hi: L,
    lo: L,
    next: L,
    third: L,
    third_low: L,
    fourth: L,
}

impl<L: Lanes> Quotient<L> {
    #[inline(always)]
    fn of<U: Unit>(x: L) -> Quotient<L> {
        // The exponent in steps of 16.
        let [a, b, c, d] = L::lookup4(x.bits().shr::<56>(), &TWO_OVER_PI_ROWS);
        let x = x * L::of(U::SCALE);
        // At least 2^54, 2^53 for half turns, the first product is a multiple of 4 quarter turns, and only its error,
        // below 2^17, is left.
        let first = two_product(x, a).lo;
        let first = if U::OFFSET == 0.0 { first } else { first + L::of(U::OFFSET) };
        let (second, third) = (two_product(x, b), two_product(x, c));
        let shifted = (first + second.hi) + L::of(SHIFTER);
        // The difference is exact: it is at most 1/2 more than the second product, whose bits continue those of the
        // first. It is a multiple of the second one's last bit, and so the sum's error is one, though it may be smaller.
        let sum = fast_two_sum(first - (shifted - L::of(SHIFTER)), second.hi);
        Quotient {
            shifted,
            hi: sum.hi,
            lo: sum.lo,
            next: second.lo,
            third: third.hi,
            third_low: third.lo,
            fourth: x * d,
        }
    }
}

/// Of less than so much of a unit more has to be known: 2^-25.
const HARD: f64 = 1.0 / 33_554_432.0;

const POWER_OF_MINUS_128: f64 = f64::from_bits((1023 - 128) << 52);
