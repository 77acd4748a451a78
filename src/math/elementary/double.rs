//! Numbers as unevaluated sums of two `f64`, for what has to be known better than to the last bit.
//!
//! Dekker (1971) and Knuth (TAOCP 2, 4.2.2): the sum of two numbers and its rounding error are both
//! numbers, and so are their product and its error.

use super::lanes::Lanes;

/// `hi + lo`, where `lo` is at most half a unit in the last place of `hi` unless a function says otherwise.
#[derive(Clone, Copy)]
pub(crate) struct Double<L> {
    pub(crate) hi: L,
    pub(crate) lo: L,
}

/// The sum and its error, for any two numbers.
#[inline(always)]
pub(crate) fn two_sum<L: Lanes>(x: L, y: L) -> Double<L> {
    let hi = x + y;
    let back = hi - x;
    Double { hi, lo: (x - (hi - back)) + (y - back) }
}

/// The sum and its error, where `x` is 0 or has at least the exponent of `y`.
#[inline(always)]
pub(crate) fn fast_two_sum<L: Lanes>(x: L, y: L) -> Double<L> {
    let hi = x + y;
    Double { hi, lo: y - (hi - x) }
}

/// The product and its error.
#[inline(always)]
pub(crate) fn two_product<L: Lanes>(x: L, y: L) -> Double<L> {
    let hi = x * y;
    Double { hi, lo: x.mul_sub(y, hi) }
}

impl<L: Lanes> Double<L> {
    /// The product. Relative error below 2^-102.
    #[inline(always)]
    pub(crate) fn multiply(self, y: Double<L>) -> Double<L> {
        let product = two_product(self.hi, y.hi);
        let cross = self.hi.mul_add(y.lo, self.lo * y.hi);
        fast_two_sum(product.hi, product.lo + cross)
    }
}
