//! The logarithm of a sum of exponentials.

use super::super::double::{Double, fast_two_sum, two_sum};
use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes, Mask};
use super::super::polynomial::horner;
use super::{log_of_three, table};

/// log(exp(x) + exp(y)), as m + log(1 + exp(-d)), where m is the larger of the two and d the difference.
///
/// The difference, its exponential and the logarithm are sums of two numbers. Error below 0.75 ULP where no
/// argument is negative or the result is at least 1/8 in magnitude; the worst found is 0.711 for 0 and
/// -708.6295931562117. Where m and the logarithm cancel, the error is at most half a unit in the last place
/// of the result and 2^-56 (2^-57.1 found beyond the half, for -0.4914753431939791 and -0.815997893671504).
///
/// Infinities of one sign have it as their result; NaN has NaN.
#[inline(always)]
pub(crate) fn logaddexp<L: Lanes>(x: L, y: L) -> L {
    let first = x.gt(y);
    let (most, least) = (first.select(x, y), first.select(y, x));
    let difference = two_sum(least, -most);
    // exp(-300) is 2^-432: its square is normal. Subnormal numbers, which some processors are slow at, do
    // not arise.
    let near = difference.hi.ge(L::of(FAR));
    let hi = near.select(difference.hi, L::of(0.0));
    let Exponential { k, value } = exp(Double { hi, lo: difference.lo });
    let scale = (k.to_int() + L::Bits::of(1023)).shl::<52>().float();
    let one_and = fast_two_sum(L::of(1.0), value.hi * scale);
    // Where the exponential is below 2^-53 it is the second part alone: it needs its own rest.
    let log = log_of_three(one_and, Some(value.lo * scale));
    let sum = two_sum(most, log.hi);
    let result = sum.hi + (sum.lo + log.lo);
    if !(!near).any() {
        return result;
    }
    // Far apart, infinite or NaN. Infinities that are equal have a difference of NaN.
    let nan = x.is_nan() | y.is_nan();
    let result = near.select(result, nan.select(x + y, most + L::of(0.0)));
    let tiny = most.abs().lt(L::of(TINY));
    result.fix2(difference.hi.lt(L::of(FAR)) & tiny, most, least, far)
}

/// From here on the exponential matters only next to a tiny number.
const FAR: f64 = -300.0;

/// 2^-300.
const TINY: f64 = f64::from_bits(0x2d30_0000_0000_0000);

/// 2^k · value.
struct Exponential<L> {
    k: L,
    value: Double<L>,
}

/// The exponential of a number from -800 to 0, good to 2^-57 of it.
///
/// Cody and Waite (1980): x = k·log 2 + r with |r| at most log(2) / 2.
#[inline(always)]
fn exp<L: Lanes>(x: Double<L>) -> Exponential<L> {
    let k = (x.hi * L::of(table::LOG2_E[0])).rint();
    // The product is exact, and so is the difference of two numbers that are close.
    let hi = k.neg_mul_add(L::of(table::LN_2[0]), x.hi);
    let r = fast_two_sum(hi, k.neg_mul_add(L::of(table::LN_2[1]), x.lo));
    let sum = fast_two_sum(L::of(1.0), r.hi);
    let square = r.hi * r.hi;
    // Even and odd powers apart: half the steps that wait for each other.
    let [c10, c9, c8, c7, c6, c5, c4, c3, c2, c1, c0] = table::EXP;
    let (even, odd) =
        (horner(square, &[c10, c8, c6, c4, c2, c0]), horner(square, &[c9, c7, c5, c3, c1]));
    let polynomial = odd.mul_add(r.hi, even);
    let rest = square.mul_add(polynomial, sum.lo);
    Exponential { k, value: fast_two_sum(sum.hi, r.lo.mul_add(sum.hi, rest)) }
}

/// The result for numbers that are far apart, of which the larger is tiny: m + exp(-d), where both may be
/// subnormal.
#[cold]
#[inline(never)]
fn far(most: f64, least: f64) -> f64 {
    // 2^120: sums are formed where nothing is subnormal, and rounded again if the result is.
    const SCALE: f64 = f64::from_bits(0x4770_0000_0000_0000);
    let difference = two_sum(One(least), One(-most));
    if difference.hi.0 < -760.0 {
        // Not -0.
        return most + 0.0;
    }
    let Exponential { k, value } = exp(difference);
    let scale = (k.to_int() + Bits::of(1023 + 120)).shl::<52>().float();
    let sum = two_sum(One(most) * One(SCALE), value.hi * scale);
    ((sum.hi + value.lo.mul_add(scale, sum.lo)) * One(1.0 / SCALE)).0
}
