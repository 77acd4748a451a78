//! Hyperbolic functions.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn sinh<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.sinh())
}

#[inline(always)]
pub(crate) fn cosh<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.cosh())
}

#[inline(always)]
pub(crate) fn tanh<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.tanh())
}
