//! Inverse trigonometric functions of `f32`.
//!
//! In `f64` there is room for what `f32` has: an argument that is reduced needs no second number, and squares are
//! exact. The polynomials are printed by `tools/math/inverse.py`.
//!
//! What waits for the division or the root costs more than the same before it. So signs and multiples of π/4 are
//! settled before, whether a result is in doubt is asked in a second step, and as many terms are left out as one result
//! in a thousand can be in doubt; then its vector is computed again by the function of `f64`.

use super::super::Steps;
use super::super::lanes::{Bits, Lanes, Mask};
use super::super::polynomial::horner;
use super::super::roots::single::DOUBTFUL;
use super::super::single::{doubts, is_unsure};
use super::{EIGHTH, HALF_PI, THREE_EIGHTHS};

/// `(asin(t) / t - 1) / t²` in `t²` up to 1/4, error 2^-35.8 of the arc sine.
const ARC_SINE: [f64; 7] = [
    f64::from_bits(0x3fa1_c344_87a9_af7a), // 0.034692899284748571
    f64::from_bits(0x3f7e_97fd_a684_14a3), // 0.0074691684933486961
    f64::from_bits(0x3f99_358d_d7b3_c3e9), // 0.024618355074327445
    f64::from_bits(0x3f9e_d538_db1a_789d), // 0.030110252736101562
    f64::from_bits(0x3fa6_ddb2_6cd5_d697), // 0.044660163674888391
    f64::from_bits(0x3fb3_332a_8078_5713), // 0.074999481549039168
    f64::from_bits(0x3fc5_5555_6091_a88e), // 0.16666667189867151
];

/// `(atan(t) / t - 1) / t²` in `t²` up to tan²(π/8), error 2^-35.4 of the arc tangent.
const ARC_TANGENT: [f64; 6] = [
    f64::from_bits(0x3fa8_4fac_0b1d_179d), // 0.047482849461217592
    f64::from_bits(0xbfb5_b469_5959_f924), // -0.084784111322708855
    f64::from_bits(0x3fbc_4683_5bac_87af), // 0.11045094478734428
    f64::from_bits(0xbfc2_47f0_87e5_7e0c), // -0.14282042155808516
    f64::from_bits(0x3fc9_9991_a591_f2e4), // 0.19999905189970157
    f64::from_bits(0xbfd5_5555_4c8a_f448), // -0.33333332514650182
];

/// Errors are below 2^(`UNSURE` - 53) of the results (see [`is_unsure`]): 2^-35.
const UNSURE: u32 = 18;

const QUARTER_PI: f64 = HALF_PI / 2.0;

/// Arguments whose results are so near to the middle between two numbers that those of `f64` are rounded to the
/// wrong side, and their results.
const HARD_ARC_COSINES: [[f32; 2]; 2] = [
    [f32::from_bits(0x3288_85a3), f32::from_bits(0x3fc9_0fdb)],
    [f32::from_bits(0x3982_6222), f32::from_bits(0x3fc9_07b5)],
];
const HARD_ARC_TANGENTS: [[f32; 2]; 2] = [
    [f32::from_bits(0x3d8d_6b23), f32::from_bits(0x3d8d_31c3)],
    [f32::from_bits(0xbd8d_6b23), f32::from_bits(0xbd8d_31c3)],
];

/// The result for `x` that stands beside it in a list, else `result`.
#[inline(always)]
fn listed<L: Lanes>(x: L, list: &[[f32; 2]], result: L) -> L {
    let mut result = result;
    for &[argument, value] in list {
        result = x.eq(L::of(argument.into())).select(L::of(value.into()), result);
    }
    result
}

/// Whether `|x|` is below 1/2, and `t` and `tail` so that `t + t·tail` is asin(x), or from 1/2 on
/// 2·asin(sqrt((1 - |x|)/2)) with the sign that `x` does not have.
#[inline(always)]
fn part<L: Lanes>(x: L) -> (L::Mask, L, L) {
    let magnitude = x.abs();
    let small = magnitude.lt(L::of(0.5));
    // They cross at 1/2.
    let z = (x * x).min(L::of(-0.5).mul_add(magnitude, L::of(0.5)));
    let tail = z * horner(z, &ARC_SINE);
    let root = L::of(-2.0).mul_add(magnitude, L::of(2.0)).sqrt();
    (small, small.select(x, root.xor_sign(-x)), tail)
}

/// The arc sine; NaN outside of [-1, 1].
pub(crate) struct Arcsin;

impl Steps for Arcsin {
    #[inline(always)]
    fn quick<L: Lanes>(x: L) -> L {
        let (small, t, tail) = part(x);
        let base = small.select(L::of(0.0), L::of(HALF_PI)).copysign(x);
        t.mul_add(tail, base + t)
    }

    #[inline(always)]
    fn doubts<L: Lanes>(quick: L) -> L::Bits {
        doubts::<UNSURE, L>(quick)
    }

    #[inline(always)]
    fn settle<L: Lanes>(x: L, quick: L) -> L {
        is_unsure::<UNSURE, L>(quick).select(super::asin(x), quick)
    }
}

/// The arc cosine; NaN outside of [-1, 1].
pub(crate) struct Arccos;

impl Steps for Arccos {
    #[inline(always)]
    fn quick<L: Lanes>(x: L) -> L {
        let (small, t, tail) = part(x);
        // From π on the left, from 0 on the right.
        let half_pi = L::of(HALF_PI);
        let base = half_pi - small.select(L::of(0.0), half_pi.copysign(x));
        t.neg_mul_add(tail, base - t)
    }

    #[inline(always)]
    fn doubts<L: Lanes>(quick: L) -> L::Bits {
        doubts::<UNSURE, L>(quick)
    }

    #[inline(always)]
    fn settle<L: Lanes>(x: L, quick: L) -> L {
        let accurate = listed(x, &HARD_ARC_COSINES, super::acos(x));
        is_unsure::<UNSURE, L>(quick).select(accurate, quick)
    }
}

/// `base` and the arc tangent of `t`, of at most tan(π/8).
#[inline(always)]
fn angle<L: Lanes>(base: L, t: L) -> L {
    let z = t * t;
    (t * z).mul_add(horner(z, &ARC_TANGENT), base + t)
}

/// The arc tangent.
pub(crate) struct Arctan;

impl Steps for Arctan {
    #[inline(always)]
    fn quick<L: Lanes>(x: L) -> L {
        let one = L::of(1.0);
        let a = x.abs();
        let (middle, large) = (a.gt(L::of(EIGHTH)), a.gt(L::of(THREE_EIGHTHS)));
        let over = large.select(-one, middle.select(a - one, a));
        let under = large.select(a, middle.select(a + one, one));
        let base = middle.select(L::of(QUARTER_PI), L::of(0.0));
        let base = large.select(L::of(HALF_PI), base);
        angle(base, over / under).xor_sign(x)
    }

    #[inline(always)]
    fn doubts<L: Lanes>(quick: L) -> L::Bits {
        doubts::<UNSURE, L>(quick)
    }

    #[inline(always)]
    fn settle<L: Lanes>(x: L, quick: L) -> L {
        let accurate = listed(x, &HARD_ARC_TANGENTS, super::atan(x));
        is_unsure::<UNSURE, L>(quick).select(accurate, quick)
    }
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
    // From π on the left, from 0 on the right, from π/2 above; and to which side.
    let high = width.lt(height);
    let half_pi = L::of(HALF_PI);
    let axis = high.select(half_pi, half_pi - half_pi.copysign(x));
    let side = high.select(-x, x);
    let base = axis + middle.select(L::of(QUARTER_PI), L::of(0.0)).xor_sign(side);
    let angle = angle(base, over.xor_sign(side) / under);
    // With 2^-126 added what is below it is rounded where `f32` is.
    let normal = L::of(f32::MIN_POSITIVE.into());
    let probe = angle.lt(normal).select(angle + normal, angle).min(L::of(DOUBTFUL));
    let unsure = is_unsure::<UNSURE, _>(probe);
    let result = angle.xor_sign(y);
    if unsure.any() { unsure.select(accurate_atan2(y, x), result) } else { result }
}

/// A number that is rounded to the angle.
#[inline(always)]
fn accurate_atan2<L: Lanes>(y: L, x: L) -> L {
    let angle = super::atan2(y, x);
    // A quotient may lie in the middle between two numbers there, and the arc tangent is just below it.
    let tiny = angle.abs().lt(L::of(f32::MIN_POSITIVE.into()));
    tiny.select((angle.bits() - L::Bits::of(1)).float(), angle)
}
