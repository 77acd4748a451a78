//! Logarithms.

use super::lanes::Lanes;

#[inline(always)]
pub(crate) fn log<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.ln())
}

#[inline(always)]
pub(crate) fn log2<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.log2())
}

#[inline(always)]
pub(crate) fn log10<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.log10())
}

#[inline(always)]
pub(crate) fn log1p<L: Lanes>(x: L) -> L {
    x.fix(x.eq(x), x, |x| x.ln_1p())
}

#[inline(always)]
pub(crate) fn logaddexp<L: Lanes>(x: L, y: L) -> L {
    (x + y).fix2(x.eq(x) & y.eq(y), x, y, |x, y| {
        if x == y { x + 2_f64.ln() } else { x.max(y) + (-(x - y).abs()).exp().ln_1p() }
    })
}
