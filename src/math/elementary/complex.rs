//! What functions of complex numbers are made of: the logarithm of a length, the angle, and what their rounded
//! results lack.
//!
//! The logarithm of a power is y·log x, whose error is a relative error of the power: y·log x is as large as 745, and
//! as large as one likes where the power turns rather than grows. So each part of the logarithm is there in two
//! numbers. The second comes from a function of its own, as a kernel has one result: the whole is computed again,
//! which costs less than memory for a pair.
//!
//! Infinite results lack 0.

mod table;

use super::double::{Double, fast_two_sum, two_product, two_sum};
use super::lanes::{Bits, Lanes, Mask, SIGN};
use super::polynomial::each;
use super::pow;
use super::roots::reciprocal;
use table::ARC_TANGENTS;

/// log |x + iy|. Error below 0.51 ULP.
#[inline(always)]
pub(crate) fn log_hypot<L: Lanes>(x: L, y: L) -> L {
    let length = Length::of(x, y);
    length.special(length.log()).hi
}

/// What [`log_hypot`] lacks, to 2^-66 of the complex logarithm.
#[inline(always)]
pub(crate) fn log_hypot_low<L: Lanes>(x: L, y: L) -> L {
    let length = Length::of(x, y);
    length.special(length.log()).lo
}

/// The binary logarithm of |x + iy|; exact for powers of two. Error below 0.51 ULP.
#[inline(always)]
pub(crate) fn log2_hypot<L: Lanes>(x: L, y: L) -> L {
    let length = Length::of(x, y);
    let [hi, lo] = each(&LOG2_E);
    length.special(length.log().multiply(Double { hi, lo })).hi
}

/// The decimal logarithm of |x + iy|; exact for powers of ten. Error below 0.51 ULP.
#[inline(always)]
pub(crate) fn log10_hypot<L: Lanes>(x: L, y: L) -> L {
    let length = Length::of(x, y);
    let [hi, lo] = each(&LOG10_E);
    length.special(length.log().multiply(Double { hi, lo })).hi
}

/// log |1 + x + iy|. Error below 0.51 ULP.
#[inline(always)]
pub(crate) fn log1p_hypot<L: Lanes>(x: L, y: L) -> L {
    let length = Length::beside_one(x, y);
    length.special(length.log()).hi
}

/// log2(e) and log10(e), and what they lack.
const LOG2_E: [f64; 2] =
    [f64::from_bits(0x3ff7_1547_652b_82fe), f64::from_bits(0x3c77_77d0_ffda_0d24)];
const LOG10_E: [f64; 2] =
    [f64::from_bits(0x3fdb_cb7b_1526_e50e), f64::from_bits(0x3c69_5355_baaa_fad3)];

/// 2^500 and 2^-400: squares of numbers between them, and the errors of these, are normal.
const MOST: f64 = f64::from_bits((1023 + 500) << 52);
const LEAST: f64 = f64::from_bits((1023 - 400) << 52);

/// A square that is nearer to 1 than 2^-36 is computed as its difference from 1.
const NEAR: f64 = f64::from_bits((1023 - 36) << 52);

/// The length of a complex number: what is needed for its logarithm.
struct Length<L: Lanes> {
    /// The square, divided by 2^`k`, to 2^-104 of itself; neither it nor its second part is near the ends of the
    /// range.
    square: Double<L>,
    k: L,
    /// The length is |1 + `from_one`|.
    from_one: [L; 2],
    infinite: L::Mask,
}

impl<L: Lanes> Length<L> {
    #[inline(always)]
    fn of(x: L, y: L) -> Length<L> {
        let (x, y) = (x.abs(), y.abs());
        let swap = x.lt(y);
        let (large, small) = (swap.select(y, x), swap.select(x, y));
        // Exact where it counts.
        let from_one = [large - L::of(1.0), small];
        Length::new(large, None, small, large, from_one)
    }

    /// The length of 1 + x + iy.
    #[inline(always)]
    fn beside_one(x: L, y: L) -> Length<L> {
        let sum = two_sum(L::of(1.0), x);
        let (width, height) = (sum.hi.abs(), y.abs());
        Length::new(sum.hi, Some(sum.lo), y, width.max(height), [x, y])
    }

    /// The length of x + `rest` + iy, the larger part of which is `size`.
    #[inline(always)]
    fn new(x: L, rest: Option<L>, y: L, size: L, from_one: [L; 2]) -> Length<L> {
        let one = L::of(1.0);
        let (large, small) = (size.gt(L::of(MOST)), size.lt(L::of(LEAST)));
        let up = L::of(f64::from_bits((1023 + 600) << 52));
        let down = L::of(f64::from_bits((1023 - 600) << 52));
        let scale = large.select(down, small.select(up, one));
        let k = large.select(L::of(1200.0), small.select(L::of(-1200.0), L::of(0.0)));

        let (x, y) = (x * scale, y * scale);
        let (a, b) = (two_product(x, x), two_product(y, y));
        let sum = two_sum(a.hi, b.hi);
        let mut lo = sum.lo + (a.lo + b.lo);
        if let Some(rest) = rest {
            lo = (x + x).mul_add(rest * scale, lo);
        }
        let infinity = L::of(f64::INFINITY);
        let infinite = x.abs().eq(infinity) | y.abs().eq(infinity);
        Length { square: Double { hi: sum.hi, lo }, k, from_one, infinite }
    }

    /// The logarithm to about 2^-67 of itself, where it is a number; nearer to 1 than [`NEAR`] to that much of the
    /// distance from 1, or to 2^-53 of itself.
    #[inline(always)]
    fn log(&self) -> Double<L> {
        let Double { hi, lo } = self.square;
        let log = pow::log(hi, self.k);
        let log = fast_two_sum(log.hi * L::of(0.5), (log.lo + lo / hi) * L::of(0.5));
        let near = (hi - L::of(1.0)).abs().lt(L::of(NEAR)) & self.k.eq(L::of(0.0));
        if !near.any() {
            return log;
        }
        // log(1 + 2e)/2 = e - e² + …
        let excess = half_excess(self.from_one);
        let close = fast_two_sum(excess.hi, excess.hi.neg_mul_add(excess.hi, excess.lo));
        Double { hi: near.select(close.hi, log.hi), lo: near.select(close.lo, log.lo) }
    }

    /// The logarithm, or what it is of zero, infinity and NaN.
    #[inline(always)]
    fn special(&self, log: Double<L>) -> Double<L> {
        let (zero, infinity) = (L::of(0.0), L::of(f64::INFINITY));
        let square = self.square.hi;
        let ordinary = square.gt(zero) & square.lt(infinity);
        if !(!ordinary).any() {
            return log;
        }
        let other = square.eq(zero).select(-infinity, L::of(f64::NAN));
        let other = self.infinite.select(infinity, other);
        Double { hi: ordinary.select(log.hi, other), lo: ordinary.select(log.lo, zero) }
    }
}

/// (|1 + x + iy|² - 1) / 2, which is x + x²/2 + y²/2.
///
/// However much of this cancels: the terms are added twice with all that their sums lose (Ogita, Rump and Oishi 2005,
/// "Accurate sum and dot product").
#[inline(always)]
fn half_excess<L: Lanes>([x, y]: [L; 2]) -> Double<L> {
    let half = L::of(0.5);
    let (a, b) = (two_product(x * half, x), two_product(y * half, y));
    let mut terms = [a.lo, b.lo, a.hi, b.hi, x];
    let mut pass = 0;
    while pass < 2 {
        let mut at = 1;
        while at < terms.len() {
            let sum = two_sum(terms[at], terms[at - 1]);
            (terms[at - 1], terms[at]) = (sum.lo, sum.hi);
            at += 1;
        }
        pass += 1;
    }
    let [first, second, third, fourth, sum] = terms;
    two_sum(sum, fourth + (third + (second + first)))
}

const HALF_PI: f64 = f64::from_bits(0x3ff9_21fb_5444_2d18);
const HALF_PI_LOW: f64 = f64::from_bits(0x3c91_a626_3314_5c07);

/// (atan(u) - u) / u³, the highest power first: a series, as |u| is below 1/94.
const ARC_TANGENT: [f64; 5] = [-1.0 / 11.0, 1.0 / 9.0, -1.0 / 7.0, 1.0 / 5.0, -1.0 / 3.0];

/// The angle of the point (x, y), as [`atan2`](super::inverse::atan2), which is faster. Error below 0.51 ULP, and
/// below 1 where it is subnormal.
#[inline(always)]
pub(crate) fn atan2_high<L: Lanes>(y: L, x: L) -> L {
    angle(y, x).hi
}

/// What [`atan2_high`] lacks, to 2^-66 of the complex logarithm of x + iy.
#[inline(always)]
pub(crate) fn atan2_low<L: Lanes>(y: L, x: L) -> L {
    angle(y, x).lo
}

/// With `a` the larger and `b` the smaller distance to an axis, c a multiple of 1/64 near b/a, and the arc tangent of
/// c from a table, the angle to the axis is atan(c) + atan((b - c·a) / (a + c·b)), where all is done in two parts.
#[inline(always)]
fn angle<L: Lanes>(y: L, x: L) -> Double<L> {
    let (zero, one) = (L::of(0.0), L::of(1.0));
    let (height, width) = (y.abs(), x.abs());
    let high = width.lt(height);
    let (a, b) = (high.select(height, width), high.select(width, height));
    // Far from the ends of the range, as far as needed: what is 2^-1022 of `a` must stay.
    let (large, small) = (a.gt(L::of(f64::from_bits((1023 + 1016) << 52))), a.lt(L::of(LEAST)));
    let up = L::of(f64::from_bits((1023 + 600) << 52));
    let down = L::of(f64::from_bits((1023 - 600) << 52));
    let scale = large.select(down, small.select(up, one));
    let (mut a, mut b) = (a * scale, b * scale);
    let ordinary = a.gt(zero) & a.lt(L::of(f64::INFINITY));
    if (!ordinary).any() {
        // Zero is on an axis, and so is infinity unless both are infinite. NaN stays.
        let corner = b.eq(L::of(f64::INFINITY)).select(one, zero);
        let nan = x.is_nan() | y.is_nan();
        b = ordinary.select(b, nan.select(x + y, corner));
        a = ordinary.select(a, one);
    }

    // Near enough to choose a row: the reciprocal is 0.3 % off after a step of Newton's.
    let inverse = reciprocal(a);
    let inverse = inverse * inverse.neg_mul_add(a, L::of(2.0));
    let shifter = L::of(SHIFTER);
    let near = (b * inverse).max(zero).min(one);
    let index = near.mul_add(L::of(64.0), shifter);
    let c = (index - shifter) * L::of(1.0 / 64.0);
    let (table, table_low) = L::lookup2(index.bits(), &ARC_TANGENTS);

    let (ca, cb) = (two_product(c, a), two_product(c, b));
    let over = two_sum(b, -ca.hi);
    let under = fast_two_sum(a, cb.hi);
    let inverse = one / under.hi;
    let u = over.hi * inverse;
    let rest = u.neg_mul_add(under.hi, over.hi) + (over.lo - ca.lo);
    let u_low = u.neg_mul_add(under.lo + cb.lo, rest) * inverse;

    let z = u * u;
    let [e, d, c, b, a] = each(&ARC_TANGENT);
    let series = z.mul_add(z.mul_add(z.mul_add(z.mul_add(e, d), c), b), a);
    // The derivative of the arc tangent is about 1 - z.
    let low = u_low.neg_mul_add(z, u_low) + (table_low + (u * z) * series);
    let sum = fast_two_sum(table, u);
    let (hi, lo) = (sum.hi, sum.lo + low);

    // From the axis that is nearer to the positive side of the horizontal one.
    let back = x.bits().shr::<63>().eq(L::Bits::of(1));
    let base = high.select(one, back.select(L::of(2.0), zero));
    let sign = L::of(f64::from_bits(SIGN));
    let turn = high.select(sign, zero).xor_sign(back.select(sign, zero));
    let sum = fast_two_sum(base * L::of(HALF_PI), hi.xor_sign(turn));
    let lo = sum.lo + base.mul_add(L::of(HALF_PI_LOW), lo.xor_sign(turn));
    let angle = fast_two_sum(sum.hi, lo);
    Double { hi: angle.hi.xor_sign(y), lo: angle.lo.xor_sign(y) }
}

/// 1.5·2^52: added to a small number it leaves the nearest whole number in the last bits.
const SHIFTER: f64 = 6_755_399_441_055_744.0;

/// What the rounded product lacks; 0 if it is infinite or NaN, and not all of it if it is nearly subnormal.
#[inline(always)]
pub(crate) fn product_low<L: Lanes>(x: L, y: L) -> L {
    let product = x * y;
    let finite = product.abs().lt(L::of(f64::INFINITY));
    finite.select(x.mul_sub(y, product), L::of(0.0))
}
