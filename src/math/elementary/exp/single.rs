//! Exponentials of `f32`.
//!
//! An argument is taken apart as `k·log(2) + r` (Cody and Waite, Software manual for the elementary functions, 1980),
//! and `e^r` is a polynomial: to read a table takes longer than to add a few terms more.
//!
//! The time depends less on how many operations there are than on how long each of them waits for its operands, as a
//! processor works ahead until its queue is full of waiting ones: on a Zen 5, a cycle for each 70 cycles of waiting. So
//! polynomials are summed up in pairs (Estrin, Organization of computer systems, 1960), arguments that are rarely out of
//! range go through no operation first, and the bits that show whether a result is sure are taken as early as possible.
//!
//! Results are the nearest numbers (see [`Side`]; `cargo xtask accuracy` tries all arguments). Coefficients are made by
//! `tools/math/exp.py`.

use std::f64::consts::{LN_2, LOG2_10, LOG2_E, LOG10_2};
use std::hint::cold_path;

use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes, Mask};
use super::super::single::or_listed;
use super::{SHIFTER, line};

/// `e^r` for |r| ≤ log(2)/2, with a relative error of 2^-40.2, as the next two.
const EXP: [f64; 9] = [
    0.999_999_999_999_762_1,
    0.999_999_999_980_608_2,
    0.500_000_000_061_879_5,
    0.166_666_668_855_730_23,
    0.041_666_664_218_251_13,
    0.008_333_267_006_549_981,
    0.001_388_917_881_075_160_2,
    0.000_199_154_362_439_812_35,
    2.472_717_802_232_225_5e-5,
];

/// `2^r` for |r| ≤ 1/2.
const EXP2: [f64; 9] = [
    0.999_999_999_999_762_1,
    0.693_147_180_546_503_9,
    0.240_226_506_988_830_9,
    0.055_504_109_393_833_71,
    0.009_618_128_542_448_236,
    0.001_333_345_202_178_574_3,
    0.000_154_038_519_324_377_4,
    1.530_974_832_010_702_4e-5,
    1.317_583_792_270_555_4e-6,
];

/// `10^r` for |r| ≤ log10(2)/2.
const EXP10: [f64; 9] = [
    0.999_999_999_999_762_1,
    2.302_585_092_949_394,
    2.650_949_055_567_277_7,
    2.034_678_619_017_721,
    1.171_255_080_087_003_6,
    0.539_378_636_131_418_8,
    0.207_000_169_605_654_15,
    0.068_343_882_215_268_94,
    0.019_538_897_973_075_644,
];

/// `(e^r - 1)/r` for |r| ≤ log(2)/2, with a relative error of 2^-43.5.
const EXPM1: [f64; 9] = [
    0.999_999_999_999_989,
    0.499_999_999_998_000_6,
    0.166_666_666_669_410_7,
    0.041_666_666_889_564_13,
    0.008_333_333_231_642_351,
    0.001_388_882_190_544_258_5,
    0.000_198_413_715_366_026_22,
    2.487_605_764_873_860_7e-5,
    2.755_729_636_374_284e-6,
];

/// Where estimates lie from the exact results: farther from 0 are those above.
///
/// Estimates that are all on one side are tested for being close to the middle of two `f32` by an operation less than
/// `single::is_unsure` takes.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Below,
    Above,
}

impl Side {
    /// What brings estimates with a relative error below d = 2^(`unsure` - 53) to this side, by less than 2d.
    pub(crate) const fn factor(self, unsure: u32) -> f64 {
        let d = 1.0 / (1_u64 << (53 - unsure)) as f64;
        match self {
            Side::Below => 1.0 - d,
            Side::Above => 1.0 + d,
        }
    }

    /// Whether there may be the middle of two `f32` between an estimate on this side, by less than 2d, and the exact
    /// result: 2d is at most 2^(`UNSURE` + 1) units of an `f64`.
    #[inline(always)]
    fn is_unsure<const UNSURE: u32, L: Lanes>(self, quick: L) -> L::Mask {
        let window = 2_u64 << UNSURE;
        let first = match self {
            Side::Below => (1 << 28) - window,
            Side::Above => 1 << 28,
        };
        (quick.bits() & L::Bits::of((1 << 29) - window)).eq(L::Bits::of(first))
    }
}

/// The nearest number, from an estimate that is below the exact result by less than 2d; where that does not tell it,
/// what `slow` makes of the argument `x`.
#[inline(always)]
pub(crate) fn nearest<const UNSURE: u32, L: Lanes>(quick: L, x: L, slow: fn(f64) -> f64) -> L {
    quick.fix(Side::Below.is_unsure::<UNSURE, L>(quick), x, slow)
}

/// The number nearest to `x` in ±`most`; NaN stays.
#[inline(always)]
pub(crate) fn clamp<L: Lanes>(x: L, most: f64) -> L {
    L::of(-most).max(L::of(most).min(x))
}

/// The same where `x` is seldom farther out: what follows does not wait for it.
#[inline(always)]
pub(crate) fn clamp_rare<L: Lanes>(x: L, most: f64) -> L {
    if L::of(most).lt(x.abs()).any() {
        cold_path();
        return clamp(x, most);
    }
    x
}

/// What is added to the bits of a number to multiply it by 2^k, and r with an error below 2^-46. One word of the step
/// suffices: where results are numbers of `f32`, k is less than 2^8.
#[inline(always)]
pub(crate) fn reduce<L: Lanes>(x: L, inverse: f64, step: f64) -> (L::Bits, L) {
    let shifted = x.mul_add(L::of(inverse), L::of(SHIFTER));
    let r = (shifted - L::of(SHIFTER)).neg_mul_add(L::of(step), x);
    (shifted.bits().shl::<52>(), r)
}

/// The polynomial with these coefficients.
#[inline(always)]
fn octic<L: Lanes>(r: L, c: [f64; 9]) -> L {
    let square = r * r;
    let high = square.mul_add(L::of(c[8]), line(r, c[6], c[7]));
    let high = square.mul_add(high, line(r, c[4], c[5]));
    let low = square.mul_add(line(r, c[2], c[3]), line(r, c[0], c[1]));
    (square * square).mul_add(high, low)
}

/// d is 2^-40 for the first three functions.
const UNSURE: u32 = 13;

/// The coefficients times a factor.
pub(crate) const fn scaled<const N: usize>(mut c: [f64; N], factor: f64) -> [f64; N] {
    let mut at = 0;
    while at < c.len() {
        c[at] *= factor;
        at += 1;
    }
    c
}

/// The estimate `p·2^k`, or what `slow` makes of `x`. That it is sure shows in the bits of `p`, which does not have to
/// wait for the power.
///
/// It shows for normal numbers only. Below, `f32` have fewer bits, and their middles are elsewhere. There a dozen
/// arguments of each function come to less than 2^-38 of their results from a middle, and for all of them the estimates
/// are on the right side of it: which side of the exact results they are on is chosen for that.
#[inline(always)]
fn scale<L: Lanes>(p: L, side: Side, exponent: L::Bits, x: L, slow: fn(f64) -> f64) -> L {
    let result = (p.bits() + exponent).float();
    result.fix(side.is_unsure::<UNSURE, L>(p), x, slow)
}

/// `e^x`, correctly rounded.
#[inline(always)]
pub(crate) fn exp<L: Lanes>(x: L) -> L {
    const C: [f64; 9] = scaled(EXP, Side::Above.factor(UNSURE));
    let (exponent, r) = reduce(clamp_rare(x, 700.0), LOG2_E, LN_2);
    scale(octic(r, C), Side::Above, exponent, x, slow_exp)
}

#[cold]
fn slow_exp(x: f64) -> f64 {
    or_listed(x, &[(2.648_917_4e-2, 1.026_843_2)], |x| super::exp(One(x)).0)
}

/// `2^x`, correctly rounded.
#[inline(always)]
pub(crate) fn exp2<L: Lanes>(x: L) -> L {
    // Below, as 2^-150 is a middle itself and the nearest even number is 0; and by no more than is needed, for the sake
    // of -126.391846.
    const C: [f64; 9] = scaled(EXP2, 1.0 - 0.9 / (1_u64 << 40) as f64);
    let near = clamp_rare(x, 1000.0);
    let shifted = near + L::of(SHIFTER);
    let r = near - (shifted - L::of(SHIFTER));
    scale(octic(r, C), Side::Below, shifted.bits().shl::<52>(), x, slow_exp2)
}

#[cold]
fn slow_exp2(x: f64) -> f64 {
    let list = [(2.969_575_8e-3, 1.002_060_5), (-2.974_377_4e-2, 0.979_594_3)];
    or_listed(x, &list, |x| super::exp2(One(x)).0)
}

/// `10^x`, correctly rounded.
#[inline(always)]
pub(crate) fn exp10<L: Lanes>(x: L) -> L {
    const C: [f64; 9] = scaled(EXP10, Side::Above.factor(UNSURE));
    let (exponent, r) = reduce(clamp_rare(x, 300.0), LOG2_10, LOG10_2);
    scale(octic(r, C), Side::Above, exponent, x, slow_exp10)
}

#[cold]
fn slow_exp10(x: f64) -> f64 {
    or_listed(x, &[(2.588_597_4e-8, 1.000_000_1)], |x| super::exp10(One(x)).0)
}

/// `e^x - 1`, correctly rounded: `2^k·(e^r - 1) + (2^k - 1)`, where the last is 0 near 0.
#[inline(always)]
pub(crate) fn expm1<L: Lanes>(x: L) -> L {
    const UNSURE: u32 = 12;
    const ONE: f64 = Side::Below.factor(UNSURE);
    let (exponent, r) = reduce(clamp_rare(x, 700.0), LOG2_E, LN_2);
    let power = (L::of(ONE).bits() + exponent).float();
    // 1 less the power, and taken off: so -0 stays.
    nearest::<UNSURE, _>((power * r).mul_sub(octic(r, EXPM1), L::of(ONE) - power), x, slow_expm1)
}

#[cold]
fn slow_expm1(x: f64) -> f64 {
    super::expm1(One(x)).0
}
