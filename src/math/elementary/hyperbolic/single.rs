//! Hyperbolic functions of `f32`.
//!
//! Made as the exponentials of `f32` (see [`super::super::exp::single`]), and correctly rounded too. Coefficients are
//! made by `tools/math/exp.py`.

use std::f64::consts::{LN_2, LOG2_E};

use super::super::exp::line;
use super::super::exp::single::{Side, clamp, clamp_rare, nearest, reduce, scaled};
use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes};
use super::super::single::or_listed;

/// `cosh r` for |r| ≤ log(2)/2, of r², with a relative error of 2^-46.1.
const COSH: [f64; 5] = [
    1.000_000_000_000_013,
    0.499_999_999_994_485_13,
    0.041_666_667_036_447_52,
    0.001_388_880_229_219_878_4,
    2.488_423_575_470_719_7e-5,
];

/// `(sinh r)/r`, of r², with an error of 2^-40.2/r.
const SINH_ROUGH: [f64; 4] = [
    0.999_999_999_979_760_6,
    0.166_666_668_912_374_36,
    0.008_333_266_061_512_173,
    0.000_199_158_863_921_122_42,
];

/// The same with a relative error of 2^-49.4.
const SINH: [f64; 5] = [
    1.000_000_000_000_001,
    0.166_666_666_666_159_17,
    0.008_333_333_367_201_877,
    0.000_198_411_907_893_810_27,
    2.763_258_346_180_243e-6,
];

/// `(tanh x)/x` for |x| ≤ 9.02, a quotient of polynomials of x², with a relative error of 2^-39.6.
const TANH: ([f64; 6], [f64; 7]) = (
    [
        0.999_999_999_998_802_31,
        0.143_496_706_658_956_56,
        0.004_770_070_747_779_657_2,
        5.216_968_653_112_454_3e-5,
        1.873_201_589_422_811_4e-7,
        1.542_885_485_067_564_6e-10,
    ],
    [
        1.0,
        0.476_830_039_977_665_58,
        0.030_380_084_103_220_737,
        0.000_569_779_666_308_528_21,
        3.632_170_665_018_325_6e-6,
        6.780_530_528_160_647e-9,
        1.663_784_454_197_441_4e-12,
    ],
);

/// `r` and its powers, and half of 2^k and of 2^-k, their sum and difference.
struct Parts<L> {
    r: L,
    square: L,
    fourth: L,
    sum: L,
    difference: L,
}

impl<L: Lanes> Parts<L> {
    /// Of `x = k·log(2) + r`.
    #[inline(always)]
    fn of<const UNSURE: u32>(x: L) -> Parts<L> {
        // From 90 on the results are infinite.
        let (exponent, r) = reduce(clamp_rare(x, 700.0), LOG2_E, LN_2);
        let half = L::of(0.5 * Side::Below.factor(UNSURE)).bits();
        let (up, down) = ((half + exponent).float(), (half - exponent).float());
        let square = r * r;
        Parts { r, square, fourth: square * square, sum: up + down, difference: down - up }
    }

    /// A polynomial of r².
    #[inline(always)]
    fn polynomial(&self, c: [f64; 5]) -> L {
        let high = self.fourth.mul_add(L::of(c[4]), line(self.square, c[2], c[3]));
        self.fourth.mul_add(high, line(self.square, c[0], c[1]))
    }
}

/// `cosh x = (2^k + 2^-k)/2·cosh r + (2^k - 2^-k)/2·sinh r`.
#[inline(always)]
pub(crate) fn cosh<L: Lanes>(x: L) -> L {
    const UNSURE: u32 = 14;
    let parts = Parts::of::<UNSURE>(x);
    let Parts { r, square, fourth, sum, difference } = parts;
    let [c0, c1, c2, c3] = SINH_ROUGH;
    let sinh = fourth.mul_add(line(square, c2, c3), line(square, c0, c1));
    let quick = sum.mul_sub(parts.polynomial(COSH), (difference * r) * sinh);
    nearest::<UNSURE, _>(quick, x, slow_cosh)
}

#[cold]
fn slow_cosh(x: f64) -> f64 {
    super::cosh(One(x)).0
}

/// `sinh x = (2^k + 2^-k)/2·sinh r + (2^k - 2^-k)/2·cosh r`.
#[inline(always)]
pub(crate) fn sinh<L: Lanes>(x: L) -> L {
    const UNSURE: u32 = 11;
    let parts = Parts::of::<UNSURE>(x);
    // What is taken off is +0 near 0: so -0 stays.
    let even = parts.difference * parts.polynomial(COSH);
    let quick = (parts.sum * parts.r).mul_sub(parts.polynomial(SINH), even);
    nearest::<UNSURE, _>(quick, x, slow_sinh)
}

#[cold]
fn slow_sinh(x: f64) -> f64 {
    // Where the function is x + x³/6, and all but in the middle.
    let list = [(5.589_425e-4, 5.589_425e-4), (-5.589_425e-4, -5.589_425e-4)];
    or_listed(x, &list, |x| super::sinh(One(x)).0)
}

/// `tanh x`, one quotient of polynomials for all x, which waits less than an exponential and a quotient after it. From
/// 9.011 on the result is 1.
#[inline(always)]
pub(crate) fn tanh<L: Lanes>(x: L) -> L {
    const UNSURE: u32 = 14;
    let near = clamp(x, 9.02);
    let square = near * near;
    let fourth = square * square;
    let (p, q) = (const { scaled(TANH.0, Side::Below.factor(UNSURE)) }, TANH.1);
    let high = fourth.mul_add(line(square, p[4], p[5]), line(square, p[2], p[3]));
    let p = fourth.mul_add(high, line(square, p[0], p[1]));
    let high = fourth.mul_add(L::of(q[6]), line(square, q[4], q[5]));
    let low = fourth.mul_add(line(square, q[2], q[3]), line(square, q[0], q[1]));
    let q = (fourth * fourth).mul_add(high, low);
    nearest::<UNSURE, _>((near * p) / q, x, slow_tanh)
}

#[cold]
fn slow_tanh(x: f64) -> f64 {
    super::tanh(One(x)).0
}
