//! Sine, cosine, tangent.
//!
//! For sine and cosine an angle is brought to within π/2 of a multiple of π, or of an odd one of π/2, where the sine
//! is one polynomial; for the tangent to within π/4 of a multiple of π/2, where sine and cosine are two. What is left
//! of the angle is a number and a correction of it ([`reduction`]). Nothing branches but for angles above thirteen
//! million.

mod constants;
pub(crate) mod fast;
mod half_turns;
mod reduction;
pub(crate) mod single;

use super::lanes::{Bits, Lanes, Mask};
use super::polynomial::each;
use constants::{ARCH, COSINE, SINE};
pub(crate) use half_turns::{cospi, sinpi};
use reduction::Angle;

/// The sine.
///
/// Error below 0.8 ULP for every argument: half of one from the last rounding, the rest from the roundings of the
/// terms beside the largest near ±1. The largest found in 2·10⁷ arguments, the nearest ones to multiples of π/2 and
/// π/4 for each exponent among them: 0.7166 at 1.543440387227967.
#[inline(always)]
pub(crate) fn sin<L: Lanes>(x: L) -> L {
    arch(Angle::from_whole(x))
}

/// The cosine.
///
/// Error below 0.8 ULP, as [`sin`]. The largest found in 2·10⁷ arguments: 0.7273 at 1423436.6536092293.
#[inline(always)]
pub(crate) fn cos<L: Lanes>(x: L) -> L {
    arch(Angle::from_half(x))
}

/// The tangent.
///
/// The quotient of sine and cosine, each with what its rounding loses, by one division and a correction. The largest
/// error found in 10⁷ arguments: 0.7366 ULP at -468870.92257582565; a bound is 0.83.
#[inline(always)]
pub(crate) fn tan<L: Lanes>(x: L) -> L {
    tangent(Angle::from_quarter(x))
}

/// The sine of an angle of at most π/2, with the sign changed for odd `n`.
///
/// sin r = r·(1 - r²/8 + r²·q(r²)), where the square is exact in a fused multiply-add: 1 - r²/8 is rounded once, and
/// its error is known. What comes to that is at most 0.06.
#[inline(always)]
fn arch<L: Lanes>(angle: Angle<L>) -> L {
    let (r, less) = (angle.rest, angle.less);
    let z = r * r;
    let w = z * z;
    let [c7, c6, c5, c4, c3, c2, c1, c0] = each::<_, L>(&ARCH);
    let high = c7.mul_add(z, c6).mul_add(w, c5.mul_add(z, c4));
    let q = high.mul_add(w, c3.mul_add(z, c2)).mul_add(w, c1.mul_add(z, c0));
    let eighth = r * L::of(0.125);
    let hi = eighth.neg_mul_add(r, L::of(1.0));
    let error = eighth.neg_mul_add(r, L::of(1.0) - hi);
    let lo = q.mul_add(z, error);
    // To first order, sin(r - e) = sin r - e·cos r, where a parabola is good enough for the cosine.
    let slope = z.neg_mul_add(L::of(0.405), L::of(1.0));
    let sine = r.mul_add(hi, r.mul_sub(lo, less * slope));
    sine.xor_sign(angle.n.shl::<63>().float())
}

/// sin/cos, or -cos/sin in the odd quadrants.
#[inline(always)]
fn tangent<L: Lanes>(angle: Angle<L>) -> L {
    let Series { r, less, near, far, error, cubic, more, .. } = Series::of(angle);
    // The error of the sine must be smaller here, as that of the cosine comes to it: the cubic term is made from
    // r²/2 without its rounding error, far - error, and what its own rounding loses is kept.
    let factor = (cubic + cubic) * far;
    let correction = ((cubic + cubic) * error).neg_mul_add(r, less * near);
    let missing = factor.mul_add(r, correction);
    let lost = factor.mul_sub(r, missing) + correction;
    let sine = r - missing;
    let sine_low = ((r - sine) - missing) - lost;
    let cosine = near + more;
    let cosine_low = (near - cosine) + more;
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

/// What sine and cosine of an angle of at most π/4 are made of.
#[derive(Clone, Copy)]
struct Series<L> {
    /// The angle is `r - less`.
    r: L,
    less: L,
    /// 1 - r²/2 is near + error, and r²/2 is far - error.
    near: L,
    far: L,
    error: L,
    /// (r - sin r) / r³.
    cubic: L,
    /// What the cosine is more than `near`.
    more: L,
}

impl<L: Lanes> Series<L> {
    #[inline(always)]
    fn of(angle: Angle<L>) -> Series<L> {
        let (r, less) = (angle.rest, angle.less);
        let z = r * r;
        let w = z * z;
        // 1 - r²/2, and its rounding error from the square that is not rounded.
        let half = r * L::of(0.5);
        let near = half.neg_mul_add(r, L::of(1.0));
        let far = L::of(1.0) - near;
        let error = half.neg_mul_add(r, far);
        // To first order, cos(r - e) = cos r + e·sin r, where e is so small that r is good enough for the sine.
        let more = polynomial(z, w, &COSINE).mul_add(w, less.mul_add(r, error));
        Series { r, less, near, far, error, cubic: polynomial(z, w, &SINE), more }
    }
}

#[inline(always)]
fn even<B: Bits>(n: B) -> <B::Lanes as Lanes>::Mask {
    (n & B::of(1)).eq(B::of(0))
}

/// The polynomial of degree 5 with these coefficients, where `w` is `z²`.
///
/// By pairs (Estrin 1960), as few operations have to wait for the one before, but for the last coefficient, as one
/// rounding less of a large term counts.
#[inline(always)]
fn polynomial<L: Lanes>(z: L, w: L, coefficients: &[f64; 6]) -> L {
    let [c5, c4, c3, c2, c1, c0] = each::<_, L>(coefficients);
    let high = c4.mul_add(z, c3);
    let low = c2.mul_add(z, c1);
    c5.mul_add(w, high).mul_add(w, low).mul_add(z, c0)
}
