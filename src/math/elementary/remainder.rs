//! The exact remainder.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn fmod<L: Lanes>(x: L, y: L) -> L {
    (x + y).fix2(x.eq(x) & y.eq(y), x, y, |x, y| x % y)
}
