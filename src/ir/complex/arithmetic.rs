//! Arithmetic of complex numbers, with NumPy's formulas, which decide the last bit and what becomes of
//! infinities.

use super::real::{Number, Real, Truth};
use crate::dtype::Prim;

pub(super) fn add<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
    Number::new(x.re + y.re, x.im + y.im)
}

pub(super) fn sub<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
    Number::new(x.re - y.re, x.im - y.im)
}

pub(super) fn neg<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    Number::new(-z.re, -z.im)
}

pub(super) fn conj<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    z.conj()
}

pub(super) fn mul<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
    Number::new(x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re)
}

pub(super) fn square<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let cross = z.re * z.im;
    Number::new(z.re * z.re - z.im * z.im, cross + cross)
}

/// Smith's algorithm (CACM 5, 1962): divides by the larger part first, so that nothing overflows on the
/// way that need not; by zero, each part is divided by zero.
pub(super) fn div<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
    let (re_size, im_size) = (y.re.abs(), y.im.abs());
    let by_re = re_size.ge(im_size);
    let (large, small) = (by_re.select(y.re, y.im), by_re.select(y.im, y.re));
    let ratio = small / large;
    let scale = 1.0 / (large + small * ratio);
    let (first, second) = (by_re.select(x.re, x.im), by_re.select(x.im, x.re));
    let re = (first + second * ratio) * scale;
    // Not the negative of one difference: where both are equal, the zero is positive.
    let product = first * ratio;
    let im = by_re.select(second - product, product - second) * scale;
    let is_zero = re_size.eq(0.0) & im_size.eq(0.0);
    is_zero.select_number(Number::new(x.re / re_size, x.im / re_size), Number::new(re, im))
}

/// `1 / z`, by the same algorithm.
pub(super) fn reciprocal<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let by_re = z.im.abs().le(z.re.abs());
    let (large, small) = (by_re.select(z.re, z.im), by_re.select(z.im, z.re));
    let ratio = small / large;
    let norm = large + small * ratio;
    let re = by_re.select(z.re.like(1.0), ratio) / norm;
    let im = by_re.select(-ratio, z.re.like(-1.0)) / norm;
    Number::new(re, im)
}

pub(super) fn abs<'a, 'b>(z: Number<'a, 'b>) -> Real<'a, 'b> {
    z.re.hypot(z.im)
}

pub(super) fn angle<'a, 'b>(z: Number<'a, 'b>) -> Real<'a, 'b> {
    z.im.arctan2(z.re)
}

/// `z / abs(z)`; 0 for 0, the axis for one infinite part, NaN for two.
pub(super) fn sign<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    // Away from the ends of the range; a power of two changes no bit of the quotients.
    let size = z.re.abs().max(z.im.abs());
    let (large, small, up) = if z.re.prim() == Prim::F32 {
        (2f64.powi(126), 2f64.powi(-100), 2f64.powi(64))
    } else {
        (2f64.powi(1022), 2f64.powi(-900), 2f64.powi(256))
    };
    let factor = size.lt(small).pick(up, 1.0, z.re);
    let factor = size.gt(large).select(z.re.like(0.25), factor);
    let scaled = z.scale(factor);
    let length = abs(scaled);
    let quotient = Number::new(scaled.re / length, scaled.im / length);

    let zero = z.re.like(0.0);
    let direction = |part: Real<'a, 'b>| {
        let one = part.like(1.0).copysign(part);
        part.is_infinite().select(one, zero)
    };
    let axis = Number::new(direction(z.re), direction(z.im));
    let is_corner = z.re.is_infinite() & z.im.is_infinite();
    let nan = z.re.like(f64::NAN);
    let at_infinity = is_corner.select_number(Number::new(nan, nan), axis);
    let is_zero = length.eq(0.0);
    let finite = is_zero.select_number(Number::new(zero, zero), quotient);
    length.is_infinite().select_number(at_infinity, finite)
}

pub(super) fn rint<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    Number::new(z.re.rint(), z.im.rint())
}

pub(super) fn eq<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Truth<'a, 'b> {
    x.re.eq(y.re) & x.im.eq(y.im)
}

pub(super) fn ne<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Truth<'a, 'b> {
    x.re.ne(y.re) | x.im.ne(y.im)
}

/// Ordered by the real parts, then by the imaginary ones; false with any NaN.
pub(super) fn lt<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Truth<'a, 'b> {
    let are_numbers = !(x.im.is_nan() | y.im.is_nan());
    (x.re.lt(y.re) & are_numbers) | (x.re.eq(y.re) & x.im.lt(y.im))
}

pub(super) fn le<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Truth<'a, 'b> {
    let are_numbers = !(x.im.is_nan() | y.im.is_nan());
    (x.re.lt(y.re) & are_numbers) | (x.re.eq(y.re) & x.im.le(y.im))
}

/// The first number that is NaN comes through.
pub(super) fn maximum<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
    (x.is_nan() | le(y, x)).select_number(x, y)
}

pub(super) fn minimum<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
    (x.is_nan() | le(x, y)).select_number(x, y)
}

/// A number is preferred to NaN.
pub(super) fn fmax<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
    (y.is_nan() | le(y, x)).select_number(x, y)
}

pub(super) fn fmin<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
    (y.is_nan() | le(x, y)).select_number(x, y)
}

pub(super) fn is_nan<'a, 'b>(z: Number<'a, 'b>) -> Truth<'a, 'b> {
    z.is_nan()
}

pub(super) fn is_infinite<'a, 'b>(z: Number<'a, 'b>) -> Truth<'a, 'b> {
    z.is_infinite()
}

pub(super) fn is_finite<'a, 'b>(z: Number<'a, 'b>) -> Truth<'a, 'b> {
    z.re.is_finite() & z.im.is_finite()
}

pub(super) fn is_true<'a, 'b>(z: Number<'a, 'b>) -> Truth<'a, 'b> {
    z.re.ne(0.0) | z.im.ne(0.0)
}
