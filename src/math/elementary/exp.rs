//! Exponentials.
//!
//! By a table, after Tang (Table-driven implementation of the exponential function in IEEE floating-point
//! arithmetic, ACM TOMS 15, 1989): an argument is taken apart as `(k + j/128)·log(2) + r`, the power
//! `2^(k + j/128)` comes from the table, and `e^r - 1`, at most 0.0028, is a polynomial. The table tells what
//! its numbers lack, so that the last addition is the only rounding that counts.
//!
//! Error bounds are in units in the last place of the result, subnormal results included; beside each is the
//! worst that ten million arguments showed. Tables and coefficients are made by `tools/math/exp.py`.

use std::f64::consts::{LN_2, LN_10};
use std::hint::cold_path;

use super::double::{Double, fast_two_sum, two_sum};
use super::lanes::{Bits, Lanes, Mask, SIGN};
use table::POWERS;

pub(crate) mod single;
mod table;

/// 1.5·2^52: added to a number of magnitude at most 2^51 it rounds it to a whole one.
const SHIFTER: f64 = 6_755_399_441_055_744.0;

/// How an argument is taken apart: its inverse step, and the step in two parts.
struct Step {
    inverse: f64,
    hi: f64,
    lo: f64,
}

/// log(2)/128.
const NATURAL: Step = Step {
    inverse: 184.664_965_233_787_3,
    hi: 0.005_415_212_348_124_572_5,
    lo: 1.811_755_323_317_421_5e-19,
};

/// log10(2)/128.
const DECIMAL: Step = Step {
    inverse: 425.206_796_145_582_36,
    hi: 0.002_351_796_841_124_853,
    lo: -2.190_412_599_832_164_4e-20,
};

/// `(e^r - 1 - r)/r²` for |r| ≤ log(2)/256; times r² correct to 2^-65, as are the next two.
const EXP: [f64; 4] = [
    0.499_999_999_999_967_69,
    0.166_666_666_666_658_8,
    0.041_666_680_870_918_932,
    0.008_333_335_860_577_804_2,
];

/// `(2^r - 1 - r·log 2)/r²` for |r| ≤ 1/256.
const EXP2: [f64; 4] = [
    0.240_226_506_959_085_21,
    0.055_504_108_664_818_96,
    0.009_618_132_386_468_449,
    0.001_333_356_219_008_777_6,
];

/// `(10^r - 1 - r·log 10)/r²` for |r| ≤ log10(2)/256.
const EXP10: [f64; 4] = [
    2.650_949_055_239_027_8,
    2.034_678_592_293_380_1,
    1.171_255_548_195_553_6,
    0.539_383_092_773_884_52,
];

/// `(e^r - 1 - r)/r²` for |r| ≤ 1/16; times r² correct to 2^-62 of `e^r - 1`.
const EXPM1: [f64; 8] = [
    0.5,
    0.166_666_666_666_666_66,
    0.041_666_666_666_674_325,
    0.008_333_333_333_330_356_4,
    0.001_388_888_881_810_704_8,
    0.000_198_412_698_950_631_79,
    2.480_400_706_020_782_4e-5,
    2.755_744_547_356_099_9e-6,
];

/// Below this [`expm1`] takes no step: the powers near 1 less 1 would cancel against the polynomial.
const SMALL: f64 = 0.0625;

/// A power `2^(k + j/128)`: `power·(1 + rest)`, where the exponent of `power` may be out of range.
#[derive(Clone, Copy)]
struct Power<L: Lanes> {
    power: L::Bits,
    rest: L,
}

/// The power for `128·k + j`, the low bits of `steps`.
#[inline(always)]
fn power<L: Lanes>(steps: L::Bits) -> Power<L> {
    let (power, rest) = L::lookup2(steps, &POWERS);
    // The table is made so that j can stay in.
    Power { power: power.bits() + steps.shl::<45>(), rest }
}

/// The arguments of a function by their results.
struct Range {
    /// Up to this magnitude they and the powers are normal numbers, and finite.
    ordinary: f64,
    /// Above this they are infinite.
    highest: f64,
    /// Below this they are 0.
    lowest: f64,
}

const RANGE: Range = Range { ordinary: 708.0, highest: 709.782_712_893_384, lowest: -745.14 };
const RANGE2: Range = Range { ordinary: 1022.0, highest: 1023.999_999_999_999_9, lowest: -1075.0 };
const RANGE10: Range = Range { ordinary: 307.0, highest: 308.254_715_559_916_72, lowest: -323.61 };

impl<L: Lanes> Power<L> {
    /// The result for the argument `x`: the power times `1 + part`, where the rest is in `part`.
    #[inline(always)]
    fn scale(self, part: L, x: L, range: &Range) -> L {
        let power = self.power.float();
        let result = power.mul_add(part, power);
        let outside = L::of(range.ordinary).lt(x.abs());
        if outside.any() {
            cold_path();
            return outside.select(self.scale_far(part, x, range), result);
        }
        result
    }

    /// The same where `x` is not ordinary; a vector at a time too, as sums of weights are full of `e^-∞`.
    #[inline(always)]
    fn scale_far(self, part: L, x: L, range: &Range) -> L {
        // Half of the power is in range where the result is, and to double it is exact.
        let half = (self.power - L::Bits::of(1 << 52)).float();
        let half = half.mul_add(part, half);
        let high = x.gt(L::of(range.highest)).select(L::of(f64::INFINITY), half + half);
        // 2^1022 times the result, in two parts. Where that is less than 1 the result is subnormal: added to 1
        // it is rounded at the unit of subnormal numbers, and only there.
        let power = (self.power + L::Bits::of(1022 << 52)).float();
        let hi = power.mul_add(part, power);
        let lo = power.mul_add(part, power - hi);
        let sum = fast_two_sum(L::of(1.0), hi);
        let subnormal = sum.hi + (sum.lo + lo) - L::of(1.0);
        let low = hi.lt(L::of(1.0)).select(subnormal, hi) * L::of(f64::MIN_POSITIVE);
        let low = x.lt(L::of(range.lowest)).select(L::of(0.0), low);
        x.gt(L::of(0.0)).select(high, low)
    }
}

/// An argument taken apart.
#[derive(Clone, Copy)]
struct Reduced<L: Lanes> {
    /// The whole number in its low bits.
    steps: L::Bits,
    r: L,
}

impl Step {
    /// 1.5·2^52 more than the nearest number of steps, and so rounded to a whole one.
    #[inline(always)]
    fn count<L: Lanes>(&self, x: L) -> L {
        x.mul_add(L::of(self.inverse), L::of(SHIFTER))
    }

    /// Takes off as many steps as `shifted` is more than `shifter`: `r` is correct to 2^-62 where they are less
    /// than 2^18.
    #[inline(always)]
    fn reduce<L: Lanes>(&self, x: L, shifted: L, shifter: f64) -> Reduced<L> {
        let steps = shifted - L::of(shifter);
        // This is exact: a multiple of the unit of `hi` or of that of x, and small enough for 53 bits.
        let r = steps.neg_mul_add(L::of(self.hi), x);
        Reduced { steps: shifted.bits(), r: steps.neg_mul_add(L::of(self.lo), r) }
    }
}

/// `c0 + c1·r`.
#[inline(always)]
pub(super) fn line<L: Lanes>(r: L, c0: f64, c1: f64) -> L {
    r.mul_add(L::of(c1), L::of(c0))
}

/// `t + r²·(c0 + c1·r + c2·r² + c3·r³)`.
#[inline(always)]
fn quintic<L: Lanes>(t: L, r: L, c: [f64; 4]) -> L {
    let square = r * r;
    square.mul_add(square.mul_add(line(r, c[2], c[3]), line(r, c[0], c[1])), t)
}

/// `r²·(…)` of [`EXPM1`] without the first factor.
#[inline(always)]
fn expm1_rest<L: Lanes>(r: L, square: L) -> L {
    let c = EXPM1;
    let high = square.mul_add(line(r, c[6], c[7]), line(r, c[4], c[5]));
    square.mul_add(square.mul_add(high, line(r, c[2], c[3])), line(r, c[0], c[1]))
}

/// `e^x`. Error below 0.51: 0.5053 at 114.34566729944122.
///
/// Against the power, r, its sum with the rest, and the polynomial are each rounded by at most 2^-62, and
/// the product of rest and polynomial, which is left out, is below 2^-62: together less than 1/100 of a unit.
#[inline(always)]
pub(crate) fn exp<L: Lanes>(x: L) -> L {
    let Reduced { steps, r } = NATURAL.reduce(x, NATURAL.count(x), SHIFTER);
    let power = power::<L>(steps);
    power.scale(quintic(power.rest + r, r, EXP), x, &RANGE)
}

/// `2^x`. Error below 0.51: 0.5052 at 76.95719176886907. Whole numbers have their exact powers: r is 0, and so
/// is the rest of 1.
#[inline(always)]
pub(crate) fn exp2<L: Lanes>(x: L) -> L {
    // Rounds to a multiple of 1/128.
    const SHIFT: f64 = SHIFTER / 128.0;
    let shifted = x + L::of(SHIFT);
    let r = x - (shifted - L::of(SHIFT));
    let power = power::<L>(shifted.bits());
    power.scale(quintic(r.mul_add(L::of(LN_2), power.rest), r, EXP2), x, &RANGE2)
}

/// `10^x`. Error below 0.52: 0.5081 at 21.96917184760222, more than of `e^x` as r is multiplied by a rounded
/// log(10). A result that is a number, as those of 0 to 22 are, is exact: what is rounded last is much nearer
/// to it than to any other.
#[inline(always)]
pub(crate) fn exp10<L: Lanes>(x: L) -> L {
    let Reduced { steps, r } = DECIMAL.reduce(x, DECIMAL.count(x), SHIFTER);
    let power = power::<L>(steps);
    power.scale(quintic(r.mul_add(L::of(LN_10), power.rest), r, EXP10), x, &RANGE10)
}

/// `e^x - 1`. Error below 0.61: 0.5766 at -0.06283850948988956.
///
/// The power less 1, in two parts, plus the power times the polynomial. That one is rounded three times by
/// 2^-62, which is most just above 1/16: 0.1 of a unit. Below, the power is 1, r is x and exact, and the
/// roundings in r² times the polynomial come to 2^-53·x².
#[inline(always)]
pub(crate) fn expm1<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let shifted = magnitude.lt(L::of(SMALL)).select(L::of(SHIFTER), NATURAL.count(x));
    let Reduced { steps, r } = NATURAL.reduce(x, shifted, SHIFTER);
    let power = power::<L>(steps);
    let square = r * r;
    let part = square.mul_add(expm1_rest(r, square), power.rest + r);
    let s = power.power.float();
    // In either order: 1 is lost in the larger powers, and these in 1.
    let less = two_sum(s, L::of(-1.0));
    let result = less.hi + s.mul_add(part, less.lo);
    // The sign of -0 got lost.
    let result = (result.bits() | (x.bits() & L::Bits::of(SIGN))).float();
    let outside = L::of(RANGE.ordinary).lt(magnitude);
    if outside.any() {
        cold_path();
        let far = x.gt(L::of(0.0)).select(power.scale_far(part, x, &RANGE), L::of(-1.0));
        return outside.select(far, result);
    }
    result
}

/// `e^x - 1` for `0 ≤ x ≤ 700`, to 2^-59 of itself, less 1 where it exceeds 2^53. `lo` can be up to 1/30 of `hi`.
#[inline(always)]
pub(super) fn expm1_double<L: Lanes>(x: L) -> Double<L> {
    let shifted = x.lt(L::of(SMALL)).select(L::of(SHIFTER), NATURAL.count(x));
    let Reduced { steps, r } = NATURAL.reduce(x, shifted, SHIFTER);
    let power = power::<L>(steps);
    let square = r * r;
    let rest = square.mul_add(expm1_rest(r, square), power.rest);
    let s = power.power.float();
    let less = s - L::of(1.0);
    let hi = s.mul_add(r, less);
    Double { hi, lo: s.mul_add(rest, s.mul_add(r, less - hi)) }
}

/// `e^x/4 = power·(1 + even + odd)`, and `e^-x/4 = (1 + even - odd)/(16·power)`.
pub(super) struct Quarter<L> {
    pub(super) power: L,
    pub(super) odd: L,
    pub(super) even: L,
}

/// A quarter of `e^x` for `0 ≤ x ≤ 711`, to 2^-60 of itself.
#[inline(always)]
pub(super) fn quarter_exp<L: Lanes>(x: L) -> Quarter<L> {
    // What is missing in the shifter, 2·128 steps, is taken off the power's exponent.
    const LESS: f64 = SHIFTER - 256.0;
    let shifted = x.mul_add(L::of(NATURAL.inverse), L::of(LESS));
    let Reduced { steps, r } = NATURAL.reduce(x, shifted, LESS);
    let power = power::<L>(steps);
    let square = r * r;
    let odd = (square * r).mul_add(line(square, EXP[1], EXP[3]), power.rest + r);
    let even = square * line(square, EXP[0], EXP[2]);
    Quarter { power: power.power.float(), odd, even }
}
