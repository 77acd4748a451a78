//! Cube root and hypotenuse.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn cbrt<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| libm::cbrt(x))
}

#[inline(always)]
pub(crate) fn hypot<L: Lanes>(x: L, y: L) -> L {
    (x + y).fix2(x.eq(x) & y.eq(y), x, y, |x, y| x.hypot(y))
}
