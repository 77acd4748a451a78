//! Exponentials of `f32`.
//!
//! An argument is `k·log(2) + r`, and `e^r` a polynomial: without a table, as reading one takes longer than a few
//! more terms. What counts here is less how many operations there are than how long each has to wait: a processor
//! looks ahead over so many vectors as its queue of waiting operations has room for. So sums are taken in pairs
//! (Estrin, Organization of computer systems: the fixed plus variable structure computer, 1960), and nothing that
//! is seldom needed stands before the polynomial.
//!
//! Results are nearest numbers, as [`nearest`] makes them. Coefficients are made by `tools/math/exp.py`.

use std::f64::consts::{LN_2, LOG2_10, LOG2_E, LOG10_2};
use std::hint::cold_path;

use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes, Mask};
use super::super::single::or_listed;
use super::{SHIFTER, line};

/// `e^r` for |r| ≤ log(2)/2, with a relative error of 2^-46.1, as the next two.
const EXP: [f64; 10] = [
    1.000_000_000_000_012_9,
    0.999_999_999_999_892_6,
    0.499_999_999_994_575_4,
    0.166_666_666_678_280_84,
    0.041_666_667_032_681_27,
    0.008_333_333_002_573_468,
    0.001_388_880_279_485_807_9,
    0.000_198_415_965_784_394_42,
    2.488_402_622_212_329e-5,
    2.748_215_427_765_159_5e-6,
];

/// `2^r` for |r| ≤ 1/2.
const EXP2: [f64; 10] = [
    1.000_000_000_000_012_9,
    0.693_147_180_559_870_9,
    0.240_226_506_956_494_45,
    0.055_504_108_668_689_385,
    0.009_618_129_192_117_495,
    0.001_333_355_761_720_373_7,
    0.000_154_034_349_104_361_52,
    1.525_298_497_926_746e-5,
    1.325_941_423_930_670_1e-6,
    1.015_032_440_868_443e-7,
];

/// `10^r` for |r| ≤ log10(2)/2.
const EXP10: [f64; 10] = [
    1.000_000_000_000_012_9,
    2.302_585_092_993_798_5,
    2.650_949_055_210_438,
    2.034_678_592_435_262_6,
    1.171_255_159_200_982_8,
    0.539_382_907_786_834_4,
    0.206_994_565_577_165_9,
    0.068_090_486_339_688_85,
    0.019_662_836_134_171_358,
    0.005_000_252_913_826_496,
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

/// What brings results that are less than 2^(`unsure` - 54) from the exact ones below these.
pub(crate) const fn shrink(unsure: u32) -> f64 {
    1.0 - 1.0 / (1_u64 << (53 - unsure)) as f64
}

/// The number nearest to what `quick` is an estimate of, if that is less than the exact result, by less than
/// 2^(`UNSURE` - 52) of it: between the two lies no middle of two `f32`, or else the argument `x` is left to `slow`.
///
/// To look on one side only is an operation less than `single::nearest` takes.
#[inline(always)]
pub(crate) fn nearest<const UNSURE: u32, L: Lanes>(quick: L, x: L, slow: fn(f64) -> f64) -> L {
    quick.fix(is_below_middle::<UNSURE, L>(quick), x, slow)
}

/// Whether there is the middle of two `f32` at `quick` or less than `2^(UNSURE + 1)` units above.
#[inline(always)]
fn is_below_middle<const UNSURE: u32, L: Lanes>(quick: L) -> L::Mask {
    let window = 2_u64 << UNSURE;
    (quick.bits() & L::Bits::of((1 << 29) - window)).eq(L::Bits::of((1 << 28) - window))
}

/// `x` no farther from 0 than `most`; NaN stays.
#[inline(always)]
pub(crate) fn clamp<L: Lanes>(x: L, most: f64) -> L {
    L::of(-most).max(L::of(most).min(x))
}

/// The same where that is rare: `x` does not have to wait for it.
#[inline(always)]
pub(crate) fn clamp_rare<L: Lanes>(x: L, most: f64) -> L {
    if L::of(most).lt(x.abs()).any() {
        cold_path();
        return clamp(x, most);
    }
    x
}

/// What added to the bits of a number multiplies it by 2^k, and r, to 2^-46.
#[inline(always)]
pub(crate) fn reduce<L: Lanes>(x: L, inverse: f64, step: f64) -> (L::Bits, L) {
    let shifted = x.mul_add(L::of(inverse), L::of(SHIFTER));
    let r = (shifted - L::of(SHIFTER)).neg_mul_add(L::of(step), x);
    (shifted.bits().shl::<52>(), r)
}

/// The result from a polynomial and its exponent. Its bits but for the exponent are those of the polynomial, so that
/// [`nearest`] need not wait for it. Results below the normal numbers keep fewer bits than that looks at: they are
/// right because the polynomial is so good, as a test with all of them shows.
#[inline(always)]
fn scale<const UNSURE: u32, L: Lanes>(
    c: &[f64; 10],
    r: L,
    exponent: L::Bits,
    x: L,
    slow: fn(f64) -> f64,
) -> L {
    let shrink = const { shrink(UNSURE) };
    let [c0, c1, c2, c3, c4, c5, c6, c7, c8, c9] = c.map(|c| c * shrink);
    let square = r * r;
    let high = square.mul_add(line(r, c8, c9), line(r, c6, c7));
    let high = square.mul_add(high, line(r, c4, c5));
    let low = square.mul_add(line(r, c2, c3), line(r, c0, c1));
    let p = (square * square).mul_add(high, low);
    let result = (p.bits() + exponent).float();
    result.fix(is_below_middle::<UNSURE, L>(p), x, slow)
}

/// `e^x`.
#[inline(always)]
pub(crate) fn exp<L: Lanes>(x: L) -> L {
    let (exponent, r) = reduce(clamp_rare(x, 700.0), LOG2_E, LN_2);
    scale::<8, _>(&EXP, r, exponent, x, slow_exp)
}

#[cold]
fn slow_exp(x: f64) -> f64 {
    or_listed(x, &[(2.648_917_4e-2, 1.026_843_2)], |x| super::exp(One(x)).0)
}

/// `2^x`.
#[inline(always)]
pub(crate) fn exp2<L: Lanes>(x: L) -> L {
    let near = clamp_rare(x, 1000.0);
    let shifted = near + L::of(SHIFTER);
    let r = near - (shifted - L::of(SHIFTER));
    scale::<8, _>(&EXP2, r, shifted.bits().shl::<52>(), x, slow_exp2)
}

#[cold]
fn slow_exp2(x: f64) -> f64 {
    let list = [(2.969_575_8e-3, 1.002_060_5), (-2.974_377_4e-2, 0.979_594_3)];
    or_listed(x, &list, |x| super::exp2(One(x)).0)
}

/// `10^x`.
#[inline(always)]
pub(crate) fn exp10<L: Lanes>(x: L) -> L {
    let (exponent, r) = reduce(clamp_rare(x, 300.0), LOG2_10, LOG10_2);
    scale::<8, _>(&EXP10, r, exponent, x, slow_exp10)
}

#[cold]
fn slow_exp10(x: f64) -> f64 {
    super::exp10(One(x)).0
}

/// `e^x - 1`: the power of two less 1, plus the power times `r·(…)`. Near 0 the first is 0.
#[inline(always)]
pub(crate) fn expm1<L: Lanes>(x: L) -> L {
    const UNSURE: u32 = 12;
    const ONE: f64 = shrink(UNSURE);
    let (exponent, r) = reduce(clamp_rare(x, 700.0), LOG2_E, LN_2);
    let power = (L::of(ONE).bits() + exponent).float();
    let [c0, c1, c2, c3, c4, c5, c6, c7, c8] = EXPM1;
    let square = r * r;
    let high = square.mul_add(L::of(c8), line(r, c6, c7));
    let high = square.mul_add(high, line(r, c4, c5));
    let low = square.mul_add(line(r, c2, c3), line(r, c0, c1));
    let p = (square * square).mul_add(high, low);
    // 1 less the power, and taken off: so -0 stays.
    nearest::<UNSURE, _>((power * r).mul_sub(p, L::of(ONE) - power), x, slow_expm1)
}

#[cold]
fn slow_expm1(x: f64) -> f64 {
    or_listed(x, &[], |x| super::expm1(One(x)).0)
}
