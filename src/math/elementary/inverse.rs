//! Inverse trigonometric functions.
//!
//! All have the form `base + t + (t·z·P(z) + low)` with `z = t²`: a multiple of π/4 in two parts, an argument
//! `t` of at most 0.42 or 0.5 that is reduced with its error `low`, and a polynomial for what the function adds to
//! it. The base and `t` are added exactly, and all that is small before the last rounding.
//!
//! The polynomials and constants are printed by `tools/math/inverse.py`.

pub(crate) mod fast;
pub(crate) mod single;

use super::double::{Double, fast_two_sum};
use super::lanes::one::One;
use super::lanes::{Lanes, Mask, SIGN};
use super::polynomial::halves;
use super::roots::reciprocal;

/// `(asin(t) / t - 1) / t²` in `t²` up to 1/4, error 2^-55.6.
const ARC_SINE: [f64; 13] = [
    f64::from_bits(0x3f9d_b1fd_2d25_ccf9), // 0.028999286537737288
    f64::from_bits(0xbf8f_2846_172c_19fd), // -0.015213534910356147
    f64::from_bits(0x3f92_0fa8_23bb_6942), // 0.017637850933945438
    f64::from_bits(0x3f75_fd17_7331_df98), // 0.0053683200850328724
    f64::from_bits(0x3f85_2f49_2e1c_3698), // 0.01034409687010944
    f64::from_bits(0x3f87_80a2_fc94_b43d), // 0.011475823720127671
    f64::from_bits(0x3f8c_9d1f_c46a_0eb0), // 0.013971565419758164
    f64::from_bits(0x3f91_c4d1_ba39_44db), // 0.0173523683463984
    f64::from_bits(0x3f96_e8bb_2edc_18d9), // 0.022372174010364929
    f64::from_bits(0x3f9f_1c71_c161_98a3), // 0.030381944110921776
    f64::from_bits(0x3fa6_db6d_b6e3_ee85), // 0.044642857146723926
    f64::from_bits(0x3fb3_3333_3333_2e3f), // 0.0749999999999824
    f64::from_bits(0x3fc5_5555_5555_5556), // 0.16666666666666669
];

/// `(atan(t) / t - 1) / t²` in `t²` up to tan²(π/8), error 2^-55.6.
const ARC_TANGENT: [f64; 12] = [
    f64::from_bits(0x3f90_b8c6_0735_a386), // 0.016329855146441051
    f64::from_bits(0xbfa1_b8b1_22a6_b504), // -0.034612212638743173
    f64::from_bits(0x3fa7_5017_4ddc_bc7e), // 0.045532921080273944
    f64::from_bits(0xbfaa_c82c_a1b5_defa), // -0.052308459034007229
    f64::from_bits(0x3fae_19b4_0b78_e829), // 0.058789850616861657
    f64::from_bits(0xbfb1_10e9_5e1c_8292), // -0.0666643004192429
    f64::from_bits(0x3fb3_b139_3ab3_64b1), // 0.076922966796149309
    f64::from_bits(0xbfb7_45d1_665a_985b), // -0.090909087647192008
    f64::from_bits(0x3fbc_71c7_1c32_f202), // 0.11111111105396534
    f64::from_bits(0xbfc2_4924_9248_dbab), // -0.14285714285662485
    f64::from_bits(0x3fc9_9999_9999_9957), // 0.19999999999999815
    f64::from_bits(0xbfd5_5555_5555_5555), // -0.33333333333333331
];

const HALF_PI: f64 = f64::from_bits(0x3ff9_21fb_5444_2d18);
const HALF_PI_LOW: f64 = f64::from_bits(0x3c91_a626_3314_5c07);

/// π/4 cut to 50 bits, so that its multiples up to 4 are numbers too.
const QUARTER_PI: f64 = f64::from_bits(0x3fe9_21fb_5444_2d18);
const QUARTER_PI_LOW: f64 = f64::from_bits(0x3c81_a626_3314_5c07);

/// tan(π/8) and tan(3π/8).
const EIGHTH: f64 = 0.414_213_562_373_095_05;
const THREE_EIGHTHS: f64 = 2.414_213_562_373_095;

/// `s = sqrt((1 - x) / 2)`, doubled, with its error, and the square of `s`, for `x` from 1/2 to 1.
#[inline(always)]
fn half_angle<L: Lanes>(x: L) -> (L, L, L) {
    // Both steps are exact.
    let z = (L::of(1.0) - x) * L::of(0.5);
    let s = z.sqrt();
    // The derivative of asin at s is about 1 + z/2.
    let low = s.neg_mul_add(s, z) * reciprocal(s);
    (s + s, low.mul_add(z * L::of(0.5), low), z)
}

/// The arc sine; NaN outside of [-1, 1].
///
/// For `|x|` from 1/2 on π/2 - 2·asin(sqrt((1 - |x|)/2)), where the root is known to 57 bits: its error,
/// which fdlibm finds by a division, is the exact rest 1/2·(1 - |x|) - s² times an approximate reciprocal.
///
/// Error below 0.67 ULP; the worst found is 0.646, at 0x1.000003487a264p-1.
#[inline(always)]
pub(crate) fn asin<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let small = magnitude.lt(L::of(0.5));
    let (double, low, half) = half_angle(magnitude);
    let zero = L::of(0.0);
    let t = small.select(magnitude, -double);
    let z = small.select(magnitude * magnitude, half);
    let low = small.select(zero, -low);
    let base = small.select(zero, L::of(HALF_PI));
    let base_low = small.select(zero, L::of(HALF_PI_LOW));
    let sum = fast_two_sum(base, t);
    let rest = (t * z).mul_add(halves(z, &ARC_SINE), low);
    (sum.hi + (sum.lo + (base_low + rest))).xor_sign(x)
}

/// The arc cosine; NaN outside of [-1, 1].
///
/// π/2 - asin(x), or twice the arc sine of sqrt((1 - |x|)/2), or π less that.
///
/// Error below 0.67 ULP; the worst found is 0.632, at 0x1.2164c5b2b6addp-1.
#[inline(always)]
pub(crate) fn acos<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let small = magnitude.lt(L::of(0.5));
    let (double, low, half) = half_angle(magnitude);
    let zero = L::of(0.0);
    let t = small.select(-x, double.xor_sign(x));
    let z = small.select(x * x, half);
    let low = small.select(zero, low.xor_sign(x));
    // In multiples of π/2.
    let base = small.select(L::of(1.0), x.lt(zero).select(L::of(2.0), zero));
    let sum = fast_two_sum(base * L::of(HALF_PI), t);
    let rest = (t * z).mul_add(halves(z, &ARC_SINE), low);
    sum.hi + (sum.lo + base.mul_add(L::of(HALF_PI_LOW), rest))
}

/// An angle as `base·π/4` and the arc tangent of a quotient, of at most tan(π/8).
struct Fold<L> {
    over: Double<L>,
    under: Double<L>,
    base: L,
}

/// The arc tangent of a magnitude: up to tan(π/8) its own, from there to tan(3π/8) π/4 + atan((a-1)/(a+1)), and above
/// π/2 + atan(-1/a), with one division for all.
#[inline(always)]
fn fold<L: Lanes>(magnitude: L) -> Fold<L> {
    let (zero, one) = (L::of(0.0), L::of(1.0));
    // From here on it is π/2; NaN stays.
    let most = L::of(1e20);
    let magnitude = magnitude.gt(most).select(most, magnitude);
    let (middle, large) = (magnitude.gt(L::of(EIGHTH)), magnitude.gt(L::of(THREE_EIGHTHS)));

    let base = middle.select(one, zero);
    let added = large.select(zero, base);
    let base = base + large.select(one, zero);
    let less = fast_two_sum(-added, magnitude);
    let over = Double { hi: large.select(-one, less.hi), lo: less.lo };
    // Also where 1 is added to more: nothing up to 4 loses a bit when 1 is taken from it.
    let under = fast_two_sum(added, middle.select(magnitude, one));
    Fold { over, under, base }
}

/// The arc tangent.
///
/// Error below 0.70 ULP; the worst found is 0.660, at 0x1.9b4baa989ce71p-2.
#[inline(always)]
pub(crate) fn atan<L: Lanes>(x: L) -> L {
    let fold = fold(x.abs());
    quotient_angle(&fold, fold.over.hi / fold.under.hi).xor_sign(x)
}

/// The angle of the point (x, y), as C's: `y` is first.
///
/// Error below 0.70 ULP; the worst found is 0.666, at 0x1.3037439fb8084p+13, 0x1.6adec67338dd9p+14.
#[inline(always)]
pub(crate) fn atan2<L: Lanes>(y: L, x: L) -> L {
    let (angle, ordinary) = angle(y.abs(), x.abs(), x);
    angle.xor_sign(y).fix2(!ordinary, y, x, point)
}

/// 2^-400 and 2^400: quotients of numbers between them, and what is left of a division, are normal.
const LEAST: f64 = f64::from_bits((1023 - 400) << 52);
const MOST: f64 = f64::from_bits((1023 + 400) << 52);

/// The angle of a point from its distances to the axes, `height` and `width`; more than π/2 if `side` is
/// negative.
///
/// With `a` the larger and `b` the smaller distance it is atan(b/a) for b/a up to tan(π/8), else
/// π/4 - atan((a-b)/(a+b)), so that there is one division; then π/2 less that for a high point, and π less that on
/// the left.
struct PointFold<L> {
    fold: Fold<L>,
    a: L,
    b: L,
}

impl<L: Lanes> PointFold<L> {
    #[inline(always)]
    fn of(height: L, width: L, side: L) -> PointFold<L> {
        let (zero, sign) = (L::of(0.0), L::of(f64::from_bits(SIGN)));
        let high = width.lt(height);
        let back = side.lt(zero);
        let (a, b) = (high.select(height, width), high.select(width, height));
        let middle = b.gt(a * L::of(EIGHTH));

        let base = middle.select(L::of(1.0), high.select(L::of(2.0), zero));
        let base = back.select(L::of(4.0) - base, base);
        let over = fast_two_sum(-middle.select(a, zero), b);
        let turn = high.select(sign, zero).xor_sign(back.select(sign, zero));
        let over = Double { hi: over.hi.xor_sign(turn), lo: over.lo.xor_sign(turn) };
        let under = fast_two_sum(a, middle.select(b, zero));
        PointFold { fold: Fold { over, under, base }, a, b }
    }

    /// Whether the angle is right for the quotient `t`: the distances are from [`LEAST`] to [`MOST`], so that no bits
    /// of it are below the normal numbers, or the smaller one vanishes beside the larger, or they are equal.
    #[inline(always)]
    fn is_ordinary(&self, t: L) -> L::Mask {
        self.a.le(L::of(MOST)) & (self.b.ge(L::of(LEAST)) | t.eq(L::of(0.0)))
    }
}

/// The angle of a point from its distances, and whether it is right.
#[inline(always)]
fn angle<L: Lanes>(height: L, width: L, side: L) -> (L, L::Mask) {
    let point = PointFold::of(height, width, side);
    let t = point.fold.over.hi / point.fold.under.hi;
    (quotient_angle(&point.fold, t), point.is_ordinary(t))
}

/// The angle, where `t` is the quotient but for its rounding.
///
/// The error of the quotient is the exact rest of the division, with what its parts lack, times an approximate
/// reciprocal.
#[inline(always)]
fn quotient_angle<L: Lanes>(&Fold { over, under, base }: &Fold<L>, t: L) -> L {
    let rest = t.neg_mul_add(under.lo, t.neg_mul_add(under.hi, over.hi)) + over.lo;
    let low = rest * reciprocal(under.hi);
    let z = t * t;
    // The derivative of the arc tangent is about 1 - z.
    let low = low.neg_mul_add(z, low);

    let sum = fast_two_sum(base * L::of(QUARTER_PI), t);
    let rest = (t * z).mul_add(halves(z, &ARC_TANGENT), low);
    sum.hi + (sum.lo + base.mul_add(L::of(QUARTER_PI_LOW), rest))
}

/// The angle of any point.
#[cold]
fn point(y: f64, x: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    // One step on each axis stands for infinity, and 0 or as much for what is finite beside it.
    let (height, width) = match (y.is_infinite(), x.is_infinite()) {
        (true, true) => (1.0, 1.0),
        (true, false) => (1.0, 0.0),
        (false, true) => (0.0, 1.0),
        (false, false) => (y.abs(), x.abs()),
    };
    let left = x.is_sign_negative();
    let exponent = |x: f64| i64::from(x.to_bits() >> 52 != 0) * (x.to_bits() >> 52).cast_signed();
    let apart = exponent(height) - exponent(width);
    let angle = if height == 0.0 || (!left && apart < -60) {
        // The quotient itself is nearest, also where it is subnormal.
        if left {
            2.0 * HALF_PI
        } else if width == 0.0 {
            0.0
        } else {
            height / width
        }
    } else {
        // Scaled so that the larger is about 1; the smaller may vanish then.
        let top = exponent(height).max(exponent(width));
        let half = (1023 - top) / 2;
        let scale = |x: f64| x * power(half) * power(1023 - top - half);
        let side = One(if left { -1.0 } else { 1.0 });
        angle(One(scale(height)), One(scale(width)), side).0.0
    };
    angle.copysign(y)
}

/// 2^exponent, of a normal number.
fn power(exponent: i64) -> f64 {
    f64::from_bits((1023 + exponent).cast_unsigned() << 52)
}
