//! Arc tangents whose quotient is one number, without what it was rounded by.

use super::super::lanes::{Lanes, Mask, SIGN};
use super::{
    ARC_TANGENT, EIGHTH, LEAST, MOST, QUARTER_PI, QUARTER_PI_LOW, THREE_EIGHTHS, point, polynomial,
};

/// The arc tangent, folded as the accurate one.
#[inline(always)]
pub(crate) fn atan<L: Lanes>(x: L) -> L {
    let (zero, one) = (L::of(0.0), L::of(1.0));
    let most = L::of(1e20);
    let magnitude = x.abs();
    let magnitude = magnitude.gt(most).select(most, magnitude);
    let (middle, large) = (magnitude.gt(L::of(EIGHTH)), magnitude.gt(L::of(THREE_EIGHTHS)));
    let base = middle.select(one, zero);
    let over = large.select(-one, magnitude - base);
    let under = large.select(magnitude, middle.select(magnitude + one, one));
    let base = base + large.select(one, zero);
    quotient_angle(over / under, base).xor_sign(x)
}

/// The angle of the point (x, y), folded as the accurate one.
#[inline(always)]
pub(crate) fn atan2<L: Lanes>(y: L, x: L) -> L {
    let (zero, sign) = (L::of(0.0), L::of(f64::from_bits(SIGN)));
    let (height, width) = (y.abs(), x.abs());
    let high = width.lt(height);
    let back = x.lt(zero);
    let (a, b) = (high.select(height, width), high.select(width, height));
    let middle = b.gt(a * L::of(EIGHTH));
    let base = middle.select(L::of(1.0), high.select(L::of(2.0), zero));
    let base = back.select(L::of(4.0) - base, base);
    let turn = high.select(sign, zero).xor_sign(back.select(sign, zero));
    let over = (b - middle.select(a, zero)).xor_sign(turn);
    let t = over / (a + middle.select(b, zero));
    let ordinary = a.le(L::of(MOST)) & (b.ge(L::of(LEAST)) | t.eq(zero));
    quotient_angle(t, base).xor_sign(y).fix2(!ordinary, y, x, point)
}

#[inline(always)]
fn quotient_angle<L: Lanes>(t: L, base: L) -> L {
    let z = t * t;
    let rest = (t * z).mul_add(polynomial(z, &ARC_TANGENT), base * L::of(QUARTER_PI_LOW));
    base.mul_add(L::of(QUARTER_PI), t + rest)
}
