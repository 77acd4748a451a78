//! Inverse trigonometric functions.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn asin<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.asin())
}

#[inline(always)]
pub(crate) fn acos<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.acos())
}

#[inline(always)]
pub(crate) fn atan<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.atan())
}

#[inline(always)]
pub(crate) fn atan2<L: Lanes>(x: L, y: L) -> L {
    (x + y).fix2(x.eq(x) & y.eq(y), x, y, |x, y| x.atan2(y))
}
