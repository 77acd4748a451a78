//! Inverse trigonometric functions of `f32`.
//!
//! In `f64` there is room for what `f32` has: an argument that is reduced needs no second number, and squares are
//! exact. The polynomials are printed by `tools/math/inverse.py`.
//!
//! How fast these are depends on how long an element takes, less on the number of instructions: only some two
//! hundred of them are looked ahead at. So what can be done beside a division or a root is, and polynomials are
//! sums of pairs.

use super::super::lanes::one::One;
use super::super::lanes::{Lanes, Mask, SIGN};
use super::super::roots::estrin;
use super::super::roots::single::DOUBTFUL;
use super::super::single::{is_unsure, nearest, or_listed};
use super::{EIGHTH, HALF_PI, THREE_EIGHTHS};

/// `(asin(t) / t - 1) / t²` in `t²` up to 1/4, error 2^-43.9 of the arc sine.
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

/// `(atan(t) / t - 1) / t²` in `t²` up to tan²(π/8), error 2^-45.1 of the arc tangent.
const ARC_TANGENT: [f64; 8] = [
    f64::from_bits(0x3f9f_a2fa_17f5_7c3a), // 0.030895145141922799
    f64::from_bits(0xbfae_298f_db5b_ab4c), // -0.058910842444524464
    f64::from_bits(0x3fb3_601f_4fd2_39ac), // 0.075685460078807665
    f64::from_bits(0xbfb7_3e1a_a52d_d393), // -0.090791383101374287
    f64::from_bits(0x3fbc_7158_3322_31cd), // 0.11110450027826531
    f64::from_bits(0xbfc2_4922_d602_bcdd), // -0.14285693597546514
    f64::from_bits(0x3fc9_9999_92d9_6db7), // 0.19999999685647449
    f64::from_bits(0xbfd5_5555_5550_d619), // -0.33333333331697329
];

const QUARTER_PI: f64 = HALF_PI / 2.0;

/// Whether `x` is below 1/2, and `t` and `tail` so that `t + t·tail` is asin(x), or from 1/2 on
/// 2·asin(sqrt((1 - x)/2)).
#[inline(always)]
fn part<L: Lanes>(x: L) -> (L::Mask, L, L) {
    let small = x.lt(L::of(0.5));
    let square = x * x;
    // They cross at 1/2.
    let z = square.min(L::of(-0.5).mul_add(x, L::of(0.5)));
    let tail = z * estrin(z, &ARC_SINE);
    let t = small.select(x, L::of(-2.0).mul_add(x, L::of(2.0)).sqrt());
    (small, t, tail)
}

/// The arc sine; NaN outside of [-1, 1].
#[inline(always)]
pub(crate) fn asin<L: Lanes>(x: L) -> L {
    let (zero, sign) = (L::of(0.0), L::of(f64::from_bits(SIGN)));
    let (small, t, tail) = part(x.abs());
    let base = small.select(zero, L::of(HALF_PI));
    let t = t.xor_sign(small.select(zero, sign));
    let result = t.mul_add(tail, base + t);
    nearest::<11, _>(result.xor_sign(x), x, slow_asin)
}

#[cold]
fn slow_asin(x: f64) -> f64 {
    or_listed(x, &[], |x| super::asin(One(x)).0)
}

/// The arc cosine; NaN outside of [-1, 1].
#[inline(always)]
pub(crate) fn acos<L: Lanes>(x: L) -> L {
    let (zero, sign) = (L::of(0.0), L::of(f64::from_bits(SIGN)));
    let (small, t, tail) = part(x.abs());
    // From π on the left, from 0 on the right.
    let half_pi = L::of(HALF_PI);
    let base = half_pi - small.select(zero, half_pi.copysign(x));
    let t = t.xor_sign(x).xor_sign(small.select(sign, zero));
    let result = t.mul_add(tail, base + t);
    nearest::<11, _>(result, x, slow_acos)
}

#[cold]
fn slow_acos(x: f64) -> f64 {
    or_listed(x, &[], |x| super::acos(One(x)).0)
}

/// `base` and the arc tangent of `t`, of at most tan(π/8).
#[inline(always)]
fn angle<L: Lanes>(base: L, t: L) -> L {
    let z = t * t;
    (t * z).mul_add(estrin(z, &ARC_TANGENT), base + t)
}

/// The arc tangent.
#[inline(always)]
pub(crate) fn atan<L: Lanes>(x: L) -> L {
    let one = L::of(1.0);
    let a = x.abs();
    let (middle, large) = (a.gt(L::of(EIGHTH)), a.gt(L::of(THREE_EIGHTHS)));
    let over = large.select(-one, middle.select(a - one, a));
    let under = large.select(a, middle.select(a + one, one));
    let base = middle.select(L::of(QUARTER_PI), L::of(0.0));
    let base = large.select(L::of(HALF_PI), base);
    nearest::<10, _>(angle(base, over / under).xor_sign(x), x, slow_atan)
}

#[cold]
fn slow_atan(x: f64) -> f64 {
    or_listed(x, &[], |x| super::atan(One(x)).0)
}

/// 2^-300, far below all numbers of `f32`.
const LEAST: f64 = f64::from_bits((1023 - 300) << 52);

/// The angle of the point (x, y).
#[inline(always)]
pub(crate) fn atan2<L: Lanes>(y: L, x: L) -> L {
    let (height, width) = (y.abs(), x.abs());
    // The second ones are what is returned beside NaN.
    let (a, b) = (width.max(height), height.min(width));
    let middle = b.gt(a * L::of(EIGHTH));
    let over = middle.select(b - a, b);
    // What is added vanishes, but not beside 0.
    let under = middle.select(b + a, a + L::of(LEAST));
    let base = middle.select(L::of(QUARTER_PI), L::of(0.0));
    let slope = angle(base, over / under).xor_sign(x);

    let half_pi = L::of(HALF_PI);
    // From π on the left, from 0 on the right.
    let low = (half_pi - half_pi.copysign(x)) + slope;
    let angle = width.lt(height).select(half_pi - slope, low);
    // With 2^-126 added what is below it is rounded where `f32` is.
    let normal = L::of(f32::MIN_POSITIVE.into());
    let probe = angle.lt(normal).select(angle + normal, angle).min(L::of(DOUBTFUL));
    angle.xor_sign(y).fix2(is_unsure::<10, _>(probe), y, x, slow_atan2)
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
