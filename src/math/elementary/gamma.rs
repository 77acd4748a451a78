//! The gamma function and its logarithm.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn gamma<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| libm::tgamma(x))
}

#[inline(always)]
pub(crate) fn lgamma<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| libm::lgamma(x))
}
