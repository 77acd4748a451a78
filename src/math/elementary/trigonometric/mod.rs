//! Sine, cosine, tangent.
//!
//! An angle is brought to within π/4 of a multiple of π/2 ([`reduction`]), as a number and a correction of it.
//! The sine and the cosine of what is left are polynomials (minimax, by the exchange algorithm of Remez); both
//! are evaluated, and the quadrant says which to take and with which sign. Nothing branches but for
//! angles above [`reduction::LIMIT`], which are computed one by one.

mod constants;
pub(crate) mod fast;
mod reduction;

use super::double::horner;
use super::lanes::one::One;
use super::lanes::{Bits, Lanes, Mask};
use constants::{COSINE, SINE};
use reduction::Angle;

/// The sine. Error below … ULP.
#[inline(always)]
pub(crate) fn sin<L: Lanes>(x: L) -> L {
    sine(Angle::of(x)).fix(reduction::is_huge(x), x, huge_sin)
}

/// The cosine.
#[inline(always)]
pub(crate) fn cos<L: Lanes>(x: L) -> L {
    cosine(Angle::of(x)).fix(reduction::is_huge(x), x, huge_cos)
}

/// The sine and the cosine: the bits of [`sin`] and [`cos`] for the price of little more than one.
#[inline(always)]
pub(crate) fn sin_cos<L: Lanes>(x: L) -> (L, L) {
    let angle = Angle::of(x);
    let huge = reduction::is_huge(x);
    let parts = Parts::of(angle);
    (parts.sine(angle.n).fix(huge, x, huge_sin), parts.cosine(angle.n).fix(huge, x, huge_cos))
}

/// The tangent.
#[inline(always)]
pub(crate) fn tan<L: Lanes>(x: L) -> L {
    tangent(Angle::of(x)).fix(reduction::is_huge(x), x, huge_tan)
}

/// The sine of π·x.
#[inline(always)]
pub(crate) fn sinpi<L: Lanes>(x: L) -> L {
    // Adding 0 makes what is -0 +0; the sign of a 0 is that of the argument.
    (sine(Angle::of_half_turns(x.abs())) + L::of(0.0)).xor_sign(x)
}

/// The cosine of π·x.
#[inline(always)]
pub(crate) fn cospi<L: Lanes>(x: L) -> L {
    cosine(Angle::of_half_turns(x)) + L::of(0.0)
}

#[cold]
fn huge_sin(x: f64) -> f64 {
    sine(Angle::of_huge(x)).0
}

#[cold]
fn huge_cos(x: f64) -> f64 {
    cosine(Angle::of_huge(x)).0
}

#[cold]
fn huge_tan(x: f64) -> f64 {
    tangent::<One>(Angle::of_huge(x)).0
}

#[inline(always)]
fn sine<L: Lanes>(angle: Angle<L>) -> L {
    Parts::of(angle).sine(angle.n)
}

#[inline(always)]
fn cosine<L: Lanes>(angle: Angle<L>) -> L {
    Parts::of(angle).cosine(angle.n)
}

/// Sine and cosine of an angle of at most π/4, each as a sum that is still to be rounded.
#[derive(Clone, Copy)]
struct Parts<L> {
    /// The angle, and what its sine is less.
    angle: L,
    less: L,
    /// 1 - r²/2, and what the cosine is more.
    near: L,
    more: L,
}

impl<L: Lanes> Parts<L> {
    #[inline(always)]
    fn of(angle: Angle<L>) -> Parts<L> {
        let r = angle.rest;
        let z = r * r;
        let half = r * L::of(0.5);
        // 1 - r²/2, and its rounding error from the square that is not rounded.
        let near = half.neg_mul_add(r, L::of(1.0));
        let error = half.neg_mul_add(r, L::of(1.0) - near);
        // To first order, sin(r - e) = sin r - e·cos r and cos(r - e) = cos r + e·sin r, where e is so small
        // that 1 - r²/2 and r are good enough for the cosine and the sine.
        let less = (z * horner(z, &SINE)).mul_add(r, angle.less * near);
        let more = (z * z).mul_add(horner(z, &COSINE), angle.less.mul_add(r, error));
        Parts { angle: r, less, near, more }
    }

    #[inline(always)]
    fn sine(self, n: L::Bits) -> L {
        let (sine, cosine) = (self.angle - self.less, self.near + self.more);
        even(n).select(sine, cosine).xor_sign(n.shl::<62>().float())
    }

    #[inline(always)]
    fn cosine(self, n: L::Bits) -> L {
        let (sine, cosine) = (self.angle - self.less, self.near + self.more);
        even(n).select(cosine, sine).xor_sign((n + L::Bits::of(1)).shl::<62>().float())
    }
}

/// sin/cos, or -cos/sin in the odd quadrants.
#[inline(always)]
fn tangent<L: Lanes>(angle: Angle<L>) -> L {
    let parts = Parts::of(angle);
    let sine = parts.angle - parts.less;
    let sine_low = (parts.angle - sine) - parts.less;
    let cosine = parts.near + parts.more;
    let cosine_low = (parts.near - cosine) + parts.more;
    let even = even(angle.n);
    let (x, x_low) = (even.select(sine, cosine), even.select(sine_low, cosine_low));
    let (y, y_low) = (even.select(cosine, sine), even.select(cosine_low, sine_low));
    // The quotient of the first parts is short of that of the sums by (q·y - x)/y, where the numerator is
    // computed nearly without an error.
    let inverse = L::of(1.0) / y;
    let q = x * inverse;
    let excess = q.mul_sub(y, x) + q.mul_sub(y_low, x_low);
    excess.neg_mul_add(inverse, q).xor_sign(angle.n.shl::<63>().float())
}

#[inline(always)]
fn even<B: Bits>(n: B) -> <B::Lanes as Lanes>::Mask {
    (n & B::of(1)).eq(B::of(0))
}
