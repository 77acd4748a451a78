//! Inverse trigonometric functions of `f32`.
//!
//! In `f64` there is room for what `f32` has: an argument that is reduced needs no second number, and squares are
//! exact. The polynomials are printed by `tools/math/inverse.py`.

use super::super::lanes::one::One;
use super::super::lanes::{Lanes, Mask};
use super::super::single::{is_unsure, nearest, or_listed};
use super::{HALF_PI, polynomial};

/// `(asin(t) / t - 1) / t²` in `t²` up to 1/4, error 2^-43.9 of the sine's.
const ARC_SINE: [f64; 9] = [
    f64::from_bits(0x3fa0_5cd6_f7d3_38ee), // 0.031958310844503277
    f64::from_bits(0xbf67_681b_d890_a56e), // -0.0028572601190900914
    f64::from_bits(0x3f93_13bd_78e4_642a), // 0.018629990104361983
    f64::from_bits(0x3f90_df8f_acf4_02a3), // 0.016477818423484291
    f64::from_bits(0x3f97_02b7_66ec_6355), // 0.022471299797959549
    f64::from_bits(0x3f9f_1aaf_693f_7f68), // 0.03037523345835727
    f64::from_bits(0x3fa6_db76_4803_863d), // 0.044643112459891367
    f64::from_bits(0x3fb3_3333_1ed3_46b3), // 0.074999995256144911
    f64::from_bits(0x3fc5_5555_5565_fc43), // 0.16666666669695659
];

/// `(atan(t) / t - 1) / t²` in `t²` up to tan²(π/12), error 2^-43.7.
const ARC_TANGENT: [f64; 6] = [
    f64::from_bits(0x3faf_efc0_9384_f33c), // 0.062376039512378217
    f64::from_bits(0xbfb6_ed4f_6e7e_c6df), // -0.089558567501423422
    f64::from_bits(0x3fbc_6da5_58ca_3e73), // 0.11104806344723687
    f64::from_bits(0xbfc2_4917_fb11_6fc1), // -0.14285564192948466
    f64::from_bits(0x3fc9_9999_762e_52b8), // 0.19999998350671944
    f64::from_bits(0xbfd5_5555_5544_b6e6), // -0.33333333327287418
];

/// `asin(|x|)` up to 1/2, and asin(sqrt((1 - |x|)/2)) above.
#[inline(always)]
fn part<L: Lanes>(magnitude: L) -> L {
    // The larger is not the one that is wanted: they cross at 1/2. Squares of f32 have exact roots.
    let half = L::of(-0.5).mul_add(magnitude, L::of(0.5));
    let z = (magnitude * magnitude).min(half);
    let t = z.sqrt();
    (t * z).mul_add(polynomial(z, &ARC_SINE), t)
}

/// The arc sine; NaN outside of [-1, 1].
#[inline(always)]
pub(crate) fn asin<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let part = part(magnitude);
    let large = L::of(-2.0).mul_add(part, L::of(HALF_PI));
    let result = magnitude.lt(L::of(0.5)).select(part, large);
    nearest::<11, _>(result.xor_sign(x), x, slow_asin)
}

#[cold]
fn slow_asin(x: f64) -> f64 {
    or_listed(x, &[], |x| super::asin(One(x)).0)
}

/// The arc cosine; NaN outside of [-1, 1].
#[inline(always)]
pub(crate) fn acos<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let part = part(magnitude).xor_sign(x);
    let half_pi = L::of(HALF_PI);
    let small = half_pi - part;
    // From π on the left, from 0 on the right.
    let large = L::of(2.0).mul_add(part, half_pi - half_pi.copysign(x));
    let result = magnitude.lt(L::of(0.5)).select(small, large);
    nearest::<11, _>(result, x, slow_acos)
}

#[cold]
fn slow_acos(x: f64) -> f64 {
    or_listed(x, &[], |x| super::acos(One(x)).0)
}

/// tan(π/12), and tan(π/6) with its arc tangent.
const TWELFTH: f64 = 0.267_949_192_431_122_7;
const SIXTH: f64 = f64::from_bits(0x3fe2_79a7_4590_331c);
const SIXTH_ANGLE: f64 = f64::from_bits(0x3fe0_c152_382d_7365);

/// atan(a/b) for `0 <= a <= b`; 0 where both vanish, or `b` is infinite.
///
/// From tan(π/12) on it is π/6 + atan((a - c·b)/(b + c·a)) with `c` = tan(π/6).
#[inline(always)]
fn slope<L: Lanes>(a: L, b: L) -> L {
    let zero = L::of(0.0);
    let steep = a.gt(b * L::of(TWELFTH));
    let over = steep.select(b, zero).neg_mul_add(L::of(SIXTH), a);
    // What is added to `b` else vanishes beside it, but not beside 0.
    let under = steep.select(a, L::of(LEAST)).mul_add(L::of(SIXTH), b);
    let t = over / under;
    let z = t * t;
    let base = steep.select(L::of(SIXTH_ANGLE), zero);
    (t * z).mul_add(polynomial(z, &ARC_TANGENT), base + t)
}

/// 2^-300, far below all numbers of `f32`.
const LEAST: f64 = f64::from_bits((1023 - 300) << 52);

/// 2^900 stands for infinity.
const MOST: f64 = f64::from_bits((1023 + 900) << 52);

/// The arc tangent.
#[inline(always)]
pub(crate) fn atan<L: Lanes>(x: L) -> L {
    let one = L::of(1.0);
    let magnitude = x.abs();
    let slope = slope(one.min(magnitude), one.max(magnitude));
    let result = one.lt(magnitude).select(L::of(HALF_PI) - slope, slope);
    nearest::<11, _>(result.xor_sign(x), x, slow_atan)
}

#[cold]
fn slow_atan(x: f64) -> f64 {
    or_listed(x, &[], |x| super::atan(One(x)).0)
}

/// The angle of the point (x, y).
#[inline(always)]
pub(crate) fn atan2<L: Lanes>(y: L, x: L) -> L {
    let most = L::of(MOST);
    let (height, width) = (most.min(y.abs()), most.min(x.abs()));
    // The second ones are what is returned beside NaN.
    let slope = slope(height.min(width), width.max(height)).xor_sign(x);
    let half_pi = L::of(HALF_PI);
    // From π on the left, from 0 on the right.
    let low = (half_pi - half_pi.copysign(x)) + slope;
    let angle = width.lt(height).select(half_pi - slope, low);
    // With 2^-126 added what is below it is rounded where `f32` is.
    let normal = L::of(f32::MIN_POSITIVE.into());
    let probe = angle.lt(normal).select(angle + normal, angle);
    angle.xor_sign(y).fix2(is_unsure::<11, _>(probe), y, x, slow_atan2)
}

#[cold]
fn slow_atan2(y: f64, x: f64) -> f64 {
    let quotient = (y / x).abs();
    if x > 0.0 && quotient < f32::MIN_POSITIVE.into() {
        // It may lie in the middle between two numbers, and the arc tangent just below.
        return quotient.next_down().copysign(y);
    }
    super::atan2(One(y), One(x)).0
}
