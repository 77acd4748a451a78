//! Angles brought to within half a unit of its multiples, where the unit is π/2 or π.

use std::hint::cold_path;

use super::super::double::{fast_two_sum, two_product, two_sum};
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

impl<L: Lanes> Angle<L> {
    /// x = n·π/2 + rest - less.
    #[inline(always)]
    pub(super) fn from_quarter(x: L) -> Angle<L> {
        let shifted = x.mul_add(L::of(TWO_OVER_PI), L::of(SHIFTER));
        let n = shifted - L::of(SHIFTER);
        let small = Angle::without(n, x, [HALF_PI, HALF_PI_SECOND, HALF_PI_THIRD]);
        let small = Angle { n: shifted.bits(), ..small };
        small.or_huge(x, L::of(POWER_OF_MINUS_128), 0.0, [HALF_PI, HALF_PI_LOW])
    }

    /// x = n·π + rest - less.
    #[inline(always)]
    pub(super) fn from_whole(x: L) -> Angle<L> {
        let shifted = x.mul_add(L::of(ONE_OVER_PI), L::of(SHIFTER));
        let n = shifted - L::of(SHIFTER);
        let small = Angle::without(n, x, [PI, 2.0 * HALF_PI_SECOND, 2.0 * HALF_PI_THIRD]);
        let small = Angle { n: shifted.bits(), ..small };
        small.or_huge(x, L::of(POWER_OF_MINUS_128 / 2.0), 0.0, [PI, PI_LOW])
    }

    /// x = (n + 1/2)·π - (rest - less).
    #[inline(always)]
    pub(super) fn from_half(x: L) -> Angle<L> {
        let shifted = x.mul_add(L::of(ONE_OVER_PI), L::of(-0.5)) + L::of(SHIFTER);
        let half = (shifted - L::of(SHIFTER)) + L::of(0.5);
        let first = half.mul_sub(L::of(PI), x);
        // Of angles below π/2 bits are lost.
        let lost = half.mul_sub(L::of(PI), first) - x;
        let rest = half.mul_add(L::of(2.0 * HALF_PI_SECOND), first);
        let error = half.neg_mul_add(L::of(2.0 * HALF_PI_SECOND), rest - first);
        let less = half.neg_mul_add(L::of(2.0 * HALF_PI_THIRD), error - lost);
        let small = Angle { n: shifted.bits(), rest, less };
        small.or_huge(x, L::of(POWER_OF_MINUS_128 / -2.0), 0.5, [PI, PI_LOW])
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
        let rest = n.neg_mul_add(L::of(second), beyond);
        let error = n.mul_add(L::of(second), rest - beyond);
        Angle { n: n.bits(), rest, less: n.mul_add(L::of(third), error) }
    }

    /// The angle, where `x` is above [`LIMIT`] what [`Angle::of_huge`] makes of it.
    #[inline(always)]
    fn or_huge(self, x: L, scale: L, offset: f64, unit: [f64; 2]) -> Angle<L> {
        let huge = is_huge(x);
        if !huge.any() {
            return self;
        }
        cold_path();
        let Angle { n, rest, less } = Angle::of_huge(x, scale, offset, unit);
        Angle {
            n: huge.select(n.float(), self.n.float()).bits(),
            rest: huge.select(rest, self.rest),
            less: huge.select(less, self.less),
        }
    }

    /// For angles from 2^17 on, after Payne & Hanek (1983): of 2/π only those bits are multiplied that leave a trace
    /// in the quotient modulo 4. NaN for infinity.
    ///
    /// The quotient is 2^128·2/π times `scale`, plus `offset`, and counts what `unit` is the sum of. The products with
    /// the parts of 2/π are exact, but for that with the last one. What is cut off is below 2^-125, as is what the
    /// sums lose, and no number is nearer than 2^-62 to a multiple of π/2.
    #[inline(always)]
    fn of_huge(x: L, scale: L, offset: f64, unit: [f64; 2]) -> Angle<L> {
        // The exponent in steps of 16.
        let [first, second, third, fourth] = L::lookup4(x.bits().shr::<56>(), &TWO_OVER_PI_ROWS);
        let x = x * scale;
        let (first, second, third) =
            (two_product(x, first), two_product(x, second), two_product(x, third));
        // Exact: 2/π has never more than 12 zeros in a row, so that `second.hi` is large enough to be, as the others
        // are, a multiple of 2^-48 times the power of two that `x` has within its row, and the sum is below 8 times
        // that power.
        let turns = (modulo_4(first.hi) + first.lo) + modulo_4(second.hi) + L::of(offset);
        let shifted = turns + L::of(SHIFTER);
        let rest = turns - (shifted - L::of(SHIFTER));
        // Up to here it is a multiple of 2^-48, and what follows is below 2^-18.
        let small = two_sum(second.lo, third.hi);
        let tail = small.lo + x.mul_add(fourth, third.lo);
        let sum = two_sum(rest, small.hi);
        let sum = fast_two_sum(sum.hi, sum.lo + tail);
        let (unit, unit_low) = (L::of(unit[0]), L::of(unit[1]));
        let rest = sum.hi * unit;
        let less = sum.hi.neg_mul_add(unit, rest);
        let less = sum.hi.neg_mul_add(unit_low, less);
        Angle { n: shifted.bits(), rest, less: sum.lo.neg_mul_add(unit, less) }
    }
}

/// Without multiples of 4, which is exact.
#[inline(always)]
fn modulo_4<L: Lanes>(x: L) -> L {
    (x * L::of(0.25)).rint().neg_mul_add(L::of(4.0), x)
}

const POWER_OF_MINUS_128: f64 = f64::from_bits((1023 - 128) << 52);
