//! Inverse hyperbolic functions.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn asinh<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.asinh())
}

#[inline(always)]
pub(crate) fn acosh<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.acosh())
}

#[inline(always)]
pub(crate) fn atanh<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.atanh())
}
