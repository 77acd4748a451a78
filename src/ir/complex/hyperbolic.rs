//! Hyperbolic functions and, as `sin z = -i sinh(iz)`, trigonometric ones, in `f64`.
//!
//! Special values are those of C99, Annex G.

use super::exponential::Scaled;
use super::real::{Number, Real};
use crate::ops::Func;

/// `sinh |x|` and `cosh |x|`.
struct Halves<'a, 'b> {
    sinh: Scaled<'a, 'b>,
    cosh: Scaled<'a, 'b>,
}

/// `exp(680) / 2^200`.
const EXP_680: f64 = 1.3009139220263753e235;
/// `exp(1371) / 2^1000`.
const EXP_1371: f64 = 2.441962696578017e294;

fn halves<'a, 'b>(x: Real<'a, 'b>) -> Halves<'a, 'b> {
    let size = x.abs();
    // Both shifts are exact and leave at least 29, from where on both functions are half the exponential; see
    // `Scaled` for what they are good for.
    let (is_large, is_huge) = (size.gt(709.0), size.gt(1400.0));
    let pick = |huge: f64, large: f64, otherwise: f64| {
        is_huge.select(x.like(huge), is_large.pick(large, otherwise, x))
    };
    let first = pick(2f64.powi(1000), 2f64.powi(200), 1.0);
    let last = pick(EXP_1371, EXP_680, 1.0);
    let size = size - pick(1371.0, 680.0, 0.0);
    Halves {
        sinh: Scaled { first, middle: size.call(Func::Sinh), last },
        cosh: Scaled { first, middle: size.call(Func::Cosh), last },
    }
}

pub(super) fn sinh<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let (x, y) = (z.re, z.im);
    let halves = halves(x);
    let sign = x.like(1.0).copysign(x);
    let re = halves.sinh.times(y.call(Func::Cos)) * sign;
    let im = halves.cosh.times(y.call(Func::Sin));
    // 0·NaN and ∞·NaN: what has no direction still has no length, or an infinite one.
    let keeps = !y.is_finite() & (x.eq(0.0) | x.is_infinite());
    Number::new(keeps.select(x, re), y.eq(0.0).select(y, im))
}

pub(super) fn cosh<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let (x, y) = (z.re, z.im);
    let halves = halves(x);
    let sign = x.like(1.0).copysign(x);
    let re = halves.cosh.times(y.call(Func::Cos));
    let im = halves.sinh.times(y.call(Func::Sin)) * sign;
    let without_direction = !y.is_finite();
    let re = (without_direction & x.is_infinite()).select(x.abs(), re);
    let zero = x.like(0.0).copysign(y) * sign;
    let is_zero = y.eq(0.0) | (without_direction & x.eq(0.0));
    Number::new(re, is_zero.select(zero, im))
}

/// With t = tan y, β = 1 + t² and s = sinh x: `(β s cosh x + i t) / (1 + β s²)` (Kahan 1987).
pub(super) fn tanh<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let (x, y) = (z.re, z.im);
    let halves = halves(x);
    let (sinh, cosh) = (halves.sinh.middle, halves.cosh.middle);
    let t = y.call(Func::Tan);
    let beta = 1.0 + t * t;
    let norm = 1.0 + beta * (sinh * sinh);
    let one = x.like(1.0);
    // Far out: 1 and sin y cos y / cosh²x. Above 709 the parts are scaled down, but squared and of a size that no
    // result holds.
    let is_far = x.abs().gt(22.0);
    let tail = (t / beta) / cosh / cosh;
    let tail = x.abs().gt(400.0).select(x.like(0.0).copysign(t), tail);
    let re = is_far.select(one, beta * sinh * cosh / norm).copysign(x);
    let im = is_far.select(tail, t / norm);

    let without_direction = !y.is_finite();
    let is_lost = without_direction & x.is_finite();
    let nan = x.like(f64::NAN);
    let re = is_lost.select(x.eq(0.0).select(x, nan), re);
    let at_infinity = x.like(0.0).copysign(y);
    let im = (without_direction & x.is_infinite()).select(at_infinity, im);
    let im = is_lost.select(nan, im);
    Number::new(re, y.eq(0.0).select(y, im))
}

pub(super) fn sin<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    sinh(z.times_i()).over_i()
}

pub(super) fn cos<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    cosh(z.times_i())
}

pub(super) fn tan<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    tanh(z.times_i()).over_i()
}
