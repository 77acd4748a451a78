//! The error function and its complement.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn erf<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| libm::erf(x))
}

#[inline(always)]
pub(crate) fn erfc<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| libm::erfc(x))
}
