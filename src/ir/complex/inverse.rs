//! Inverse trigonometric and hyperbolic functions, in `f64`.
//!
//! The formulas are Kahan's (Branch Cuts for Complex Elementary Functions, 1987), which make each part
//! of sums of positive numbers, so that each has a small relative error; Hull, Fairgrieve and Tang
//! (1997) reach the same with real square roots and more cases. Special values, the sides of the branch
//! cuts and the signs of zeros are those of C99, Annex G.

use super::exponential::sqrt;
use super::real::{Number, Real};
use crate::ops::Func;

const PI_2: f64 = std::f64::consts::FRAC_PI_2;

/// What arcsine and arccosine of a number share.
struct Roots<'a, 'b> {
    /// The real part of the arcsine.
    arcsin: Real<'a, 'b>,
    /// The real part of the arccosine.
    arccos: Real<'a, 'b>,
    /// The imaginary part of the arcsine without its sign, which is also that of the arccosine.
    height: Real<'a, 'b>,
}

fn roots<'a, 'b>(z: Number<'a, 'b>) -> Roots<'a, 'b> {
    let (x, y) = (z.re, z.im);
    let one = x.like(1.0);
    let size = x.abs().max(y.abs());
    // Near the top |z| itself overflows; there the functions are logarithms, and 2^4 comes out of them.
    let is_large = size.gt(2f64.powi(1020));
    let scaled = z.scale(is_large.pick(0.0625, 1.0, x));
    let offset = is_large.pick(4.0 * std::f64::consts::LN_2, 0.0, x);

    // sqrt(1 - z) = p - iq and sqrt(1 + z) = r + is for y above 0; by symmetry, y is.
    let height = scaled.im.abs();
    let minus = sqrt(Number::new(one - scaled.re, height));
    let plus = sqrt(Number::new(one + scaled.re, height));
    let ((p, q), (r, s)) = ((minus.re, minus.im), (plus.re, plus.im));
    let arcsin = scaled.re.arctan2(p * r + q * s);
    let arccos = 2.0 * p.arctan2(r);
    let height = (p * s + q * r).call(Func::Arcsinh) + offset;

    // arcsin z = z to the last place; halves of the smallest numbers would be lost.
    let is_tiny = size.lt(2f64.powi(-500));
    let arcsin = is_tiny.select(x, arcsin);
    let height = is_tiny.select(y.abs(), height);
    // Infinite: an angle, at an infinite height. A NaN makes the angle NaN.
    let is_infinite = z.is_infinite();
    let arcsin = is_infinite.select(x.arctan2(y.abs()), arcsin);
    let arccos = is_infinite.select(y.abs().arctan2(x), arccos);
    let height = is_infinite.select(x.like(f64::INFINITY), height);
    // On the imaginary axis the angle is known even if the height is not.
    let is_axis = x.eq(0.0);
    Roots {
        arcsin: is_axis.select(x, arcsin),
        arccos: is_axis.select(x.like(PI_2), arccos),
        height,
    }
}

pub(super) fn arcsin<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let roots = roots(z);
    Number::new(roots.arcsin, roots.height.copysign(z.im))
}

pub(super) fn arccos<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let roots = roots(z);
    Number::new(roots.arccos, roots.height.copysign(-z.im))
}

pub(super) fn arccosh<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let roots = roots(z);
    Number::new(roots.height, roots.arccos.copysign(z.im))
}

pub(super) fn arcsinh<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    arcsin(z.times_i()).over_i()
}

pub(super) fn arctan<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    arctanh(z.times_i()).over_i()
}

/// `log1p(4x / ((1 - x)² + y²)) / 4` and half the angle of `(1 - x)(1 + x) - y² + 2iy`, for x above 0.
pub(super) fn arctanh<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let (x, y) = (z.re.abs(), z.im.abs());
    // z times a power of two has squares that do not overflow.
    let is_large = x.max(y).gt(2f64.powi(500));
    let scale = is_large.pick(2f64.powi(-600), 1.0, x);
    let (xs, ys) = (x * scale, y * scale);
    let (below, square) = (scale - xs, ys * ys);

    // Close above the pole at 1, y² underflows: log1p(4/y²)/4 = log(2/y)/2, with 2^64 taken out.
    let is_pole = x.eq(1.0) & y.lt(2f64.powi(-500));
    let ratio = 4.0 * (xs / (below * below + square)) * scale;
    let at_pole = 2.0 / (y * 2f64.powi(64));
    let log = is_pole.select(at_pole, ratio).call(Func::Log1p);
    let re = is_pole.select(0.5 * log + 32.0 * std::f64::consts::LN_2, 0.25 * log);

    let twice = (ys + ys) * scale;
    let im = 0.5 * twice.arctan2(below * (scale + xs) - square);

    let is_infinite = z.is_infinite();
    let zero = x.like(0.0);
    let re = (is_infinite | x.eq(0.0)).select(zero, re);
    // NaN only if y is.
    let im = is_infinite.select(y.is_nan().select(y, x.like(PI_2)), im);
    Number::new(re.copysign(z.re), im.copysign(z.im))
}
