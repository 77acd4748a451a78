//! Angles brought to within π/4 of a multiple of π/2.

use std::hint::cold_path;

use super::super::double::{fast_two_sum, two_product, two_sum};
use super::super::lanes::{Bits, Lanes, Mask};
use super::constants::{
    HALF_PI, HALF_PI_LOW, HALF_PI_SECOND, HALF_PI_THIRD, TWO_OVER_PI, TWO_OVER_PI_ROWS,
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
    #[inline(always)]
    pub(super) fn of(x: L) -> Angle<L> {
        let small = Angle::of_small(x);
        let huge = is_huge(x);
        if !huge.any() {
            return small;
        }
        cold_path();
        let Angle { n, rest, less } = Angle::of_huge(x);
        Angle {
            n: huge.select(n.float(), small.n.float()).bits(),
            rest: huge.select(rest, small.rest),
            less: huge.select(less, small.less),
        }
    }

    /// For angles up to [`LIMIT`], by subtracting n·π/2 in three parts (Cody & Waite 1980).
    ///
    /// No such angle but 0 is nearer than 2^-60.4 to a multiple of π/2, and the three parts fall short of π/2 by
    /// 2^-141, so that the relative error of the rest is below 2^-58 (`tools/math/trigonometric.py`).
    #[inline(always)]
    fn of_small(x: L) -> Angle<L> {
        let shifted = x.mul_add(L::of(TWO_OVER_PI), L::of(SHIFTER));
        let n = shifted - L::of(SHIFTER);
        // Exact: below 1, and a multiple of 2^-53, as the product is and x too (unless n is 0).
        let first = n.neg_mul_add(L::of(HALF_PI), x);
        // The product is exact, so that the rounding error is found as that of a sum.
        let rest = n.neg_mul_add(L::of(HALF_PI_SECOND), first);
        let error = n.mul_add(L::of(HALF_PI_SECOND), rest - first);
        Angle { n: shifted.bits(), rest, less: n.mul_add(L::of(HALF_PI_THIRD), error) }
    }

    /// For angles from 2^17 on, after Payne & Hanek (1983): of 2/π only those bits are multiplied that leave a trace
    /// in the quotient modulo 4. NaN for infinity.
    ///
    /// The products with the parts of 2/π are exact, but for that with the last one. What is cut off is below
    /// 2^-125, as is what the sums lose, and no number is nearer than 2^-62 to a multiple of π/2.
    #[inline(always)]
    pub(super) fn of_huge(x: L) -> Angle<L> {
        // The exponent in steps of 16.
        let row = x.bits().shr::<56>() & L::Bits::of(63);
        let [first, second, third, fourth] = L::lookup4(row, &TWO_OVER_PI_ROWS);
        let x = x * L::of(POWER_OF_MINUS_128);
        let (first, second, third) =
            (two_product(x, first), two_product(x, second), two_product(x, third));
        // These sums are exact: there are never more than 12 zeros in a row in 2/π, so that the bits of the summands
        // are from 2^17 to 2^-35.
        let turns = (modulo_4(first.hi) + first.lo) + modulo_4(second.hi);
        let shifted = turns + L::of(SHIFTER);
        let rest = turns - (shifted - L::of(SHIFTER));
        // Up to here it is a multiple of 2^-47, and what follows is below 2^-18.
        let small = two_sum(second.lo, third.hi);
        let tail = small.lo + x.mul_add(fourth, third.lo);
        let sum = two_sum(rest, small.hi);
        let sum = fast_two_sum(sum.hi, sum.lo + tail);
        let rest = sum.hi * L::of(HALF_PI);
        let less = sum.hi.neg_mul_add(L::of(HALF_PI), rest);
        let less = sum.hi.neg_mul_add(L::of(HALF_PI_LOW), less);
        Angle { n: shifted.bits(), rest, less: sum.lo.neg_mul_add(L::of(HALF_PI), less) }
    }
}

/// Without multiples of 4, which is exact.
#[inline(always)]
fn modulo_4<L: Lanes>(x: L) -> L {
    (x * L::of(0.25)).rint().neg_mul_add(L::of(4.0), x)
}

const POWER_OF_MINUS_128: f64 = f64::from_bits((1023 - 128) << 52);
