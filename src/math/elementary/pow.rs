//! Powers.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn pow<L: Lanes>(x: L, y: L) -> L {
    x.fix2(x.eq(x) | !x.eq(x), x, y, f64::powf)
}
