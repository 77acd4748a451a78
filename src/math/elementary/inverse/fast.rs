//! Arc tangents whose quotient is one number, without what it was rounded by.

use super::super::lanes::Lanes;
use super::super::polynomial::halves;
use super::{ARC_TANGENT, PointFold, QUARTER_PI, QUARTER_PI_LOW, fold, point};

/// The arc tangent.
#[inline(always)]
pub(crate) fn atan<L: Lanes>(x: L) -> L {
    let fold = fold(x.abs());
    quotient_angle(fold.over.hi / fold.under.hi, fold.base).xor_sign(x)
}

/// The angle of the point (x, y).
#[inline(always)]
pub(crate) fn atan2<L: Lanes>(y: L, x: L) -> L {
    let folded = PointFold::of(y.abs(), x.abs(), x);
    let t = folded.fold.over.hi / folded.fold.under.hi;
    let angle = quotient_angle(t, folded.fold.base).xor_sign(y);
    angle.fix2(!folded.is_ordinary(t), y, x, point)
}

#[inline(always)]
fn quotient_angle<L: Lanes>(t: L, base: L) -> L {
    let z = t * t;
    let rest = (t * z).mul_add(halves(z, &ARC_TANGENT), base * L::of(QUARTER_PI_LOW));
    base.mul_add(L::of(QUARTER_PI), t + rest)
}
