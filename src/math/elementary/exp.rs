//! Exponentials.
//!
//! All by tables, after Tang (Table-driven implementation of the exponential function in IEEE floating-point
//! arithmetic, ACM TOMS 15, 1989): an argument is taken apart as `(k + j/128)·log(2) + r`, the power
//! `2^(k + j/128)` comes from a table, and `e^r - 1` is a polynomial. The table holds the powers to more than
//! twice 53 bits, so the last addition is the only rounding that counts.

use std::hint::cold_path;

use super::double::{Double, two_sum};
use super::lanes::{Bits, Lanes, Mask, SIGN};
use table::POWERS;

mod table;

/// 1.5·2^52: added to a number of magnitude at most 2^51 it rounds it to a whole one.
const SHIFTER: f64 = 6_755_399_441_055_744.0;

/// 128/ln(2), and ln(2)/128 in two parts.
const STEPS_PER_ONE: f64 = 184.664_965_233_787_3;
const STEP: [f64; 2] = [0.005_415_212_348_124_572_5, 1.811_755_323_317_421_5e-19];

/// A power `2^(k + j/128)`: `power·(1 + rest)`, where the exponent of `power` may be out of range.
#[derive(Clone, Copy)]
struct Power<L: Lanes> {
    power: L::Bits,
    rest: L,
}

/// The power for `128·k + j`, the low bits of `steps`.
#[inline(always)]
fn power<L: Lanes>(steps: L::Bits) -> Power<L> {
    let (power, rest) = L::lookup2(steps & L::Bits::of(127), &POWERS);
    // The table is made so that j can stay in.
    Power { power: power.bits() + steps.shl::<45>(), rest }
}

/// Where a base takes the exponential to.
struct Range {
    /// All of smaller magnitude have normal results.
    ordinary: f64,
    /// All above have infinity.
    highest: f64,
    /// All below have 0.
    lowest: f64,
}

impl<L: Lanes> Power<L> {
    /// The power times `1 + part`, where `part` is less than 1/100 and holds the rest; for the exponential of `x`.
    ///
    /// Results beyond the normal numbers take another branch when a vector holds one.
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

    /// The same, of magnitude above `ordinary`.
    #[inline(always)]
    fn scale_far(self, part: L, x: L, range: &Range) -> L {
        // Half of it has an exponent, and twice that is exact or infinite.
        let half = (self.power - L::Bits::of(1 << 52)).float();
        let half = half.mul_add(part, half);
        let high = x.gt(L::of(range.highest)).select(L::of(f64::INFINITY), half + half);
        // 2^1022 times it, in two parts. Where that is less than 1, and added to 1, it is rounded where the
        // subnormal result ends, and only there.
        let power = (self.power + L::Bits::of(1022 << 52)).float();
        let hi = power.mul_add(part, power);
        let lo = power.mul_add(part, power - hi);
        let sum = two_sum(L::of(1.0), hi);
        let subnormal = sum.hi + (sum.lo + lo) - L::of(1.0);
        let low = hi.lt(L::of(1.0)).select(subnormal, hi) * L::of(f64::MIN_POSITIVE);
        let low = x.lt(L::of(range.lowest)).select(L::of(0.0), low);
        x.gt(L::of(0.0)).select(high, low)
    }
}

/// What [`exp`] and its relatives take an argument apart into.
#[derive(Clone, Copy)]
struct Reduced<L: Lanes> {
    steps: L::Bits,
    r: L,
}

/// `x - steps·ln(2)/128`, correct to 2^-62 where `x` is less than 1000.
#[inline(always)]
fn reduce<L: Lanes>(x: L) -> Reduced<L> {
    reduce_by(x, x.mul_add(L::of(STEPS_PER_ONE), L::of(SHIFTER)), SHIFTER)
}

/// The same, and `x` itself where that is small.
#[inline(always)]
fn reduce_unless<L: Lanes>(small: L::Mask, x: L) -> Reduced<L> {
    let shifted = x.mul_add(L::of(STEPS_PER_ONE), L::of(SHIFTER));
    reduce_by(x, small.select(L::of(SHIFTER), shifted), SHIFTER)
}

#[inline(always)]
fn reduce_by<L: Lanes>(x: L, shifted: L, shifter: f64) -> Reduced<L> {
    let steps = shifted - L::of(shifter);
    // The first step is exact: r is a multiple of 2^-60 or of the unit of x, and needs 53 bits at most.
    let r = steps.neg_mul_add(L::of(STEP[0]), x);
    Reduced { steps: shifted.bits(), r: steps.neg_mul_add(L::of(STEP[1]), r) }
}

/// `c0 + c1·r`.
#[inline(always)]
fn line<L: Lanes>(r: L, c0: f64, c1: f64) -> L {
    r.mul_add(L::of(c1), L::of(c0))
}

/// `t + r²·(c0 + c1·r + c2·r² + c3·r³)`.
#[inline(always)]
fn quintic<L: Lanes>(t: L, r: L, c: [f64; 4]) -> L {
    let square = r * r;
    square.mul_add(square.mul_add(line(r, c[2], c[3]), line(r, c[0], c[1])), t)
}

/// (e^r - 1 - r) / r² for |r| ≤ ln(2)/256, times r² to 2^-65.
const EXP: [f64; 4] = [
    0.499_999_999_999_967_69,
    0.166_666_666_666_658_8,
    0.041_666_680_870_918_932,
    0.008_333_335_860_577_804_2,
];

/// `e^x`.
#[inline(always)]
pub(crate) fn exp<L: Lanes>(x: L) -> L {
    let Reduced { steps, r } = reduce(x);
    let power = power::<L>(steps);
    let part = quintic(power.rest + r, r, EXP);
    power.scale(part, x, &Range { ordinary: 708.0, highest: 709.782_712_893_384, lowest: -745.14 })
}

/// `2^x`.
#[inline(always)]
pub(crate) fn exp2<L: Lanes>(x: L) -> L {
    const SHIFT: f64 = SHIFTER / 128.0;
    let shifted = x + L::of(SHIFT);
    let r = x - (shifted - L::of(SHIFT));
    let power = power::<L>(shifted.bits());
    let part = quintic(
        r.mul_add(L::of(std::f64::consts::LN_2), power.rest),
        r,
        [0.240_226_506_959_085_21, 0.055_504_108_664_818_96, 0.009_618_132_386_468_449, 0.001_333_356_219_008_777_6],
    );
    power.scale(part, x, &Range { ordinary: 1022.0, highest: 1023.999_999_999_999_9, lowest: -1075.0 })
}

/// `10^x`.
#[inline(always)]
pub(crate) fn exp10<L: Lanes>(x: L) -> L {
    let shifted = x.mul_add(L::of(425.206_796_145_582_36), L::of(SHIFTER));
    let steps = shifted - L::of(SHIFTER);
    let r = steps.neg_mul_add(L::of(0.002_351_796_841_124_853), x);
    let r = steps.neg_mul_add(L::of(-2.190_412_599_832_164_4e-20), r);
    let power = power::<L>(shifted.bits());
    let part = quintic(
        r.mul_add(L::of(std::f64::consts::LN_10), power.rest),
        r,
        [2.650_949_055_239_027_8, 2.034_678_592_293_380_1, 1.171_255_548_195_553_6, 0.539_383_092_773_884_52],
    );
    power.scale(part, x, &Range { ordinary: 307.0, highest: 308.254_715_559_916_72, lowest: -323.607 })
}

/// `(e^r - 1 - r)/r²` for |r| ≤ 1/16, to 2^-62 of `(e^r - 1)/r²`.
#[inline(always)]
fn expm1_rest<L: Lanes>(r: L, square: L) -> L {
    let a = line(r, 0.5, 0.166_666_666_666_666_66);
    let b = line(r, 0.041_666_666_666_674_325, 0.008_333_333_333_330_356_4);
    let c = line(r, 0.001_388_888_881_810_704_8, 0.000_198_412_698_950_631_79);
    let d = line(r, 2.480_400_706_020_782_4e-5, 2.755_744_547_356_099_9e-6);
    square.mul_add(square.mul_add(square.mul_add(d, c), b), a)
}

/// `e^x - 1`.
#[inline(always)]
pub(crate) fn expm1<L: Lanes>(x: L) -> L {
    let small = x.abs().lt(L::of(0.0625));
    let Reduced { steps, r } = reduce_unless(small, x);
    let power = power::<L>(steps);
    let square = r * r;
    let part = square.mul_add(expm1_rest(r, square), power.rest + r);
    let s = power.power.float();
    let less = two_sum(s, L::of(-1.0));
    let result = less.hi + s.mul_add(part, less.lo);
    let result = (result.bits() | (x.bits() & L::Bits::of(SIGN))).float();
    let range = Range { ordinary: 708.0, highest: 709.782_712_893_384, lowest: -745.14 };
    let outside = L::of(range.ordinary).lt(x.abs());
    if outside.any() {
        cold_path();
        let far = x.gt(L::of(0.0)).select(power.scale_far(part, x, &range), L::of(-1.0));
        return outside.select(far, result);
    }
    result
}

/// `e^x - 1` for `0 ≤ x ≤ 700`, in two parts: the second is at most 1/30 of the first. Relative error below
/// 2^-60; none of the first part for 0 and what is subnormal.
#[inline(always)]
pub(super) fn expm1_double<L: Lanes>(x: L) -> Double<L> {
    let Reduced { steps, r } = reduce_unless(x.lt(L::of(0.0625)), x);
    let power = power::<L>(steps);
    let square = r * r;
    let rest = square.mul_add(expm1_rest(r, square), power.rest);
    let s = power.power.float();
    let less = s - L::of(1.0);
    let hi = s.mul_add(r, less);
    Double { hi, lo: s.mul_add(rest, s.mul_add(r, less - hi)) }
}

/// A quarter of `e^x`: `power·(1 + even + odd)`; and `e^-x` is `1/(4·power)·(1 + even - odd)`.
pub(super) struct Quarter<L> {
    pub(super) power: L,
    pub(super) odd: L,
    pub(super) even: L,
}

/// A quarter of `e^x` for `0 ≤ x ≤ 711`, with a relative error below 2^-61.
#[inline(always)]
pub(super) fn quarter_exp<L: Lanes>(x: L) -> Quarter<L> {
    const LESS: f64 = SHIFTER - 256.0;
    let shifted = x.mul_add(L::of(STEPS_PER_ONE), L::of(LESS));
    let Reduced { steps, r } = reduce_by(x, shifted, LESS);
    let power = power::<L>(steps);
    let square = r * r;
    let odd = (square * r).mul_add(line(square, EXP[1], EXP[3]), power.rest + r);
    let even = square * line(square, EXP[0], EXP[2]);
    Quarter { power: power.power.float(), odd, even }
}
