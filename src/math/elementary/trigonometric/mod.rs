//! Sine, cosine, tangent.
//!
//! For sine and cosine an angle is brought to within π/2 of a multiple of π, or of an odd one of π/2, where the sine
//! is one polynomial; for the tangent to within π/4 of a multiple of π/2, where it is a quotient of two. What is left
//! of the angle is a number and a correction of it ([`reduction`]). Nothing branches but for angles above thirteen
//! million.

mod constants;
pub(crate) mod fast;
mod half_turns;
mod reduction;
pub(crate) mod single;

use std::hint::cold_path;

use super::lanes::{Bits, Lanes, Mask};
use super::polynomial::each;
use constants::{ARCH, TANGENT_OVER, TANGENT_UNDER};
pub(crate) use half_turns::{cospi, sinpi};
use reduction::{Angle, BetweenHalfTurns, HalfTurn, QuarterTurn, is_huge};

/// The sine.
///
/// Error below 0.8 ULP for every argument: half of one from the last rounding, the rest from the roundings of the
/// terms beside the largest near ±1. The largest found in 2·10⁷ arguments, the nearest ones to multiples of π/2 and
/// π/4 for each exponent among them: 0.7166 at 1.543440387227967.
#[inline(always)]
pub(crate) fn sin<L: Lanes>(x: L) -> L {
    let angle = Angle::from_whole(x);
    if !is_huge(x).any() {
        return arch(angle);
    }
    cold_path();
    arch(angle.or_huge::<HalfTurn>(x))
}

/// The cosine.
///
/// Error below 0.8 ULP, as [`sin`]. The largest found in 2·10⁷ arguments: 0.7273 at 1423436.6536092293.
#[inline(always)]
pub(crate) fn cos<L: Lanes>(x: L) -> L {
    let angle = Angle::from_half(x);
    if !is_huge(x).any() {
        return arch(angle);
    }
    cold_path();
    arch(angle.or_huge::<BetweenHalfTurns>(x))
}

/// The tangent.
///
/// The quotient of two polynomials, each with what its rounding loses, by one division and a correction. Error below
/// 0.8 ULP: half of one from the last rounding, 0.23 from the terms of the lower polynomial, 0.06 from all others. The
/// largest found in 2·10⁷ arguments: 0.7549 at 24.352135247837886.
#[inline(always)]
pub(crate) fn tan<L: Lanes>(x: L) -> L {
    let angle = Angle::from_quarter(x);
    if !is_huge(x).any() {
        return tangent(angle);
    }
    cold_path();
    tangent(angle.or_huge::<QuarterTurn>(x))
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

/// The tangent of an angle of at most π/4, or what is -1 over it for odd `n`.
///
/// tan r = r·(1 - r⁴·p(r²)) / (1 - r²/4 + r²·q(r²)): the fraction is made without a square above, so that what comes
/// to r is at most 0.006 of it. Below, the square is exact in a fused multiply-add: 1 - r²/4 is rounded once, and its
/// error is known. What comes to that is at most 0.07.
#[inline(always)]
fn tangent<L: Lanes>(angle: Angle<L>) -> L {
    let (r, less) = (angle.rest, angle.less);
    let z = r * r;
    let w = z * z;
    let quarter = r * L::of(0.25);
    let near = quarter.neg_mul_add(r, L::of(1.0));
    let error = quarter.neg_mul_add(r, L::of(1.0) - near);
    let [a4, a3, a2] = each::<_, L>(&TANGENT_OVER);
    let [b4, b3, b2, b1] = each::<_, L>(&TANGENT_UNDER);
    let p = a4.mul_add(w, a3.mul_add(z, a2));
    let q = b4.mul_add(w, b3.mul_add(z, b2));
    let missing = (r * w).mul_add(p, less * near);
    let more = q.mul_add(w, z.mul_add(b1, error));
    let above = r - missing;
    let below = near + more;
    // To first order, tan(r - e) is the quotient less e times what is below, by that more e times what is above.
    let above_low = (r - above) - missing;
    let below_low = less.mul_add(r, (near - below) + more);
    let sign = angle.n.shl::<63>();
    let odd = sign.is_negative();
    let (x, x_low) = (odd.select(below, above), odd.select(below_low, above_low));
    let (y, y_low) = (odd.select(above, below), odd.select(above_low, below_low));
    // The quotient of the first parts is short of that of the sums by (q·y - x)/y, where the numerator is
    // computed nearly without an error.
    let inverse = L::of(1.0) / y;
    let q = x * inverse;
    let excess = q.mul_sub(y, x) + q.mul_sub(y_low, x_low);
    excess.neg_mul_add(inverse, q).xor_sign(sign.float())
}
