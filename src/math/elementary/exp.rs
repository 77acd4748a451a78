//! Exponentials.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn exp<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.exp())
}

#[inline(always)]
pub(crate) fn exp2<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.exp2())
}

#[inline(always)]
pub(crate) fn exp10<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| 10_f64.powf(x))
}

#[inline(always)]
pub(crate) fn expm1<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.exp_m1())
}
