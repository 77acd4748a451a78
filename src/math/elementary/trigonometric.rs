//! Sine, cosine, tangent.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn sin<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.sin())
}

#[inline(always)]
pub(crate) fn cos<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.cos())
}

#[inline(always)]
pub(crate) fn tan<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.tan())
}

#[inline(always)]
pub(crate) fn sinpi<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| (x * std::f64::consts::PI).sin())
}

#[inline(always)]
pub(crate) fn cospi<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| (x * std::f64::consts::PI).cos())
}
