//! Logarithms.
//!
//! Tang, "Table-driven implementation of the logarithm function in IEEE floating-point arithmetic" (1990),
//! with rows in the manner of Gal (1986): the argument is 2^k · m, the first bits of m choose a row
//! 1/c and log c, and
//!
//! ```text
//! log x = k·log 2 + log c + log(1 + r),   r = m/c - 1
//! ```
//!
//! where one fused multiply-add gives r to its last bit. The logarithms of the rows and the first part of
//! log 2 are multiples of 2^-42, so that their sum is exact; `tools/math/log.py` has found c for which
//! nothing is lost by this. r is at most 1/512, and 1/128 in the rows around 1, where c = 1: r is exact
//! there and the result is as good next to 1 as elsewhere.
//!
//! What is lost is the rounding of r, at most 2^-63 beside a result of about 1/128 or more (0.13 ULP at the
//! ends of the rows around 1, where all the worst cases are), the error of the polynomial, 2^-58 of the
//! result (0.03 ULP), and the last rounding.

pub(crate) mod single;
mod sum;
mod table;

use super::double::{Double, fast_two_sum, two_sum};
use super::lanes::one::One;
use super::lanes::{Bits, Lanes, Mask, SIGN};
use super::polynomial::horner;
pub(crate) use sum::logaddexp;

/// The natural logarithm. Error below 0.65 ULP; the worst found is 0.608, at 1.0078301133487075.
#[inline(always)]
pub(crate) fn log<L: Lanes>(x: L) -> L {
    special(log_normal(x, L::of(0.0)), x, log_subnormal)
}

/// The binary logarithm; exact for powers of two. Error below 0.65 ULP; the worst found is 0.594, at
/// 1.0081178481290685.
#[inline(always)]
pub(crate) fn log2<L: Lanes>(x: L) -> L {
    special(log2_normal(x, L::of(0.0)), x, log2_subnormal)
}

/// The decimal logarithm; exact for powers of ten. Error below 0.65 ULP; the worst found is 0.613, at
/// 1.0082174520399956.
#[inline(always)]
pub(crate) fn log10<L: Lanes>(x: L) -> L {
    special(log10_normal(x, L::of(0.0)), x, log10_subnormal)
}

/// The natural logarithm of 1 + x. Error below 0.65 ULP; the worst found is 0.605, at 0.007841366908356977.
///
/// 1 + x is taken as a sum of two numbers; next to 1, where c is 1, nothing of x is lost.
#[inline(always)]
pub(crate) fn log1p<L: Lanes>(x: L) -> L {
    let Double { hi, lo } = log_of_sum(two_sum(L::of(1.0), x));
    // The sign is that of x for all x; it matters for -0.
    let sign = x.bits() & Bits::of(SIGN);
    let result = ((hi + lo).bits() | sign).float();
    let ordinary = x.gt(L::of(-1.0)) & x.le(L::of(HUGE));
    if !(!ordinary).any() {
        return result;
    }
    // NaN stays.
    let result = ordinary.select(result, x);
    let result = x.eq(L::of(-1.0)).select(L::of(f64::NEG_INFINITY), result);
    let result = x.lt(L::of(-1.0)).select(L::of(f64::NAN), result);
    result.fix(x.gt(L::of(HUGE)), x, log_huge)
}

/// Subnormal numbers times this are normal.
const SCALE: f64 = 18_014_398_509_481_984.0;
const SCALE_LOG2: f64 = 54.0;

/// 2^1000.
const HUGE: f64 = f64::from_bits(0x7e70_0000_0000_0000);

/// The bits of 1/2 + 106/512, the smallest m: near the root of 1/2, and where a row begins.
const SMALLEST: u64 = 0x3fe6_a000_0000_0000;

const EXPONENT: u64 = 0xfff0_0000_0000_0000;

/// An argument 2^k · m, and the row of the table for m.
struct Reduced<L: Lanes> {
    k: L,
    /// k in the place of the exponent.
    power: L::Bits,
    m: L,
    /// 1/c.
    inverse: L,
    /// The logarithm of c.
    log: L,
}

/// Takes a normal positive number apart.
#[inline(always)]
fn reduce<L: Lanes>(x: L, table: &'static [[f64; 2]; 256]) -> Reduced<L> {
    let bits = x.bits();
    let from_smallest = bits - Bits::of(SMALLEST);
    let power = from_smallest & Bits::of(EXPONENT);
    // k has 12 bits, the first of which is the sign: 2^52 + 2048 + k has the bits of k with the sign
    // turned, in the place of the fraction.
    let biased = from_smallest.shr::<52>() ^ Bits::of(0x4330_0000_0000_0800);
    let k = biased.float() - L::of(4_503_599_627_372_544.0);
    let m = (bits - power).float();
    let (inverse, log) = L::lookup2(bits.shr::<44>(), table);
    Reduced { k, power, m, inverse, log }
}

/// The natural logarithm of x / 2^`less`, where x is normal and positive.
#[inline(always)]
fn log_normal<L: Lanes>(x: L, less: L) -> L {
    let Reduced { k, m, inverse, log, .. } = reduce(x, &table::LN_TABLE);
    let r = m.mul_sub(inverse, L::of(1.0));
    let Double { hi, lo } = natural(k - less, log, Double { hi: r, lo: L::of(-0.0) });
    hi + lo
}

/// The natural logarithm of x, whose first part is normal, positive and below 2^1000. The second part may be
/// somewhat larger than half a unit in the last place of the first.
///
/// The result is a sum of two numbers, good to 2^-58 of it, or to 2^-62 where it is above 1/128. Its second
/// part is small, but may be larger than half a unit in the last place of the first.
#[inline(always)]
pub(super) fn log_of_sum<L: Lanes>(x: Double<L>) -> Double<L> {
    log_of_three(x, None)
}

/// The same with a third part, that is small compared to the second.
#[inline(always)]
fn log_of_three<L: Lanes>(x: Double<L>, third: Option<L>) -> Double<L> {
    let Reduced { k, power, m, inverse, log } = reduce(x.hi, &table::LN_TABLE);
    // 2^-k / c.
    let scale = (L::Bits::of(1.0_f64.to_bits()) - power).float() * inverse;
    // Next to 1 the two parts may be of one size; their sum is exact then, and the first again by far the
    // larger.
    let mut r = fast_two_sum(m.mul_sub(inverse, L::of(1.0)), scale * x.lo);
    if let Some(third) = third {
        r.lo = scale.mul_add(third, r.lo);
    }
    natural(k, log, r)
}

/// The logarithm of twice a large finite number.
#[cold]
#[inline(never)]
pub(super) fn log_of_twice(x: f64) -> f64 {
    log_normal(One(x), One(-1.0)).0
}

/// k·log 2 + log c + log(1 + r).
#[inline(always)]
fn natural<L: Lanes>(k: L, log: L, r: Double<L>) -> Double<L> {
    let table = k.mul_add(L::of(table::LN_2[0]), log);
    // The table's part is 0 or larger than r.
    let hi = table + r.hi;
    let lo = ((table - hi) + r.hi) + r.lo;
    let lo = k.mul_add(L::of(table::LN_2[1]), lo);
    let lo = (r.hi * r.hi).mul_add(horner(r.hi, &table::LN), lo);
    Double { hi, lo }
}

/// The binary logarithm of x / 2^`less`, where x is normal and positive.
#[inline(always)]
fn log2_normal<L: Lanes>(x: L, less: L) -> L {
    let Reduced { k, m, inverse, log, .. } = reduce(x, &table::LOG2_TABLE);
    let r = m.mul_sub(inverse, L::of(1.0));
    let table = (k - less) + log;
    with_base(table, L::of(0.0), r, table::LOG2_E, &table::LOG2)
}

/// The decimal logarithm of x / 2^`less`, where x is normal and positive.
#[inline(always)]
fn log10_normal<L: Lanes>(x: L, less: L) -> L {
    let Reduced { k, m, inverse, log, .. } = reduce(x, &table::LOG10_TABLE);
    let r = m.mul_sub(inverse, L::of(1.0));
    let k = k - less;
    let table = k.mul_add(L::of(table::LOG10_2[0]), log);
    with_base(table, k * L::of(table::LOG10_2[1]), r, table::LOG10_E, &table::LOG10)
}

/// `table` + log(1 + r) + `rest` to a base, whose logarithm of e is `e`.
#[inline(always)]
fn with_base<L: Lanes>(table: L, rest: L, r: L, e: [f64; 2], polynomial: &[f64]) -> L {
    let first = r * L::of(e[0]);
    let second = r.mul_add(L::of(e[1]), r.mul_sub(L::of(e[0]), first));
    let hi = table + first;
    let lo = ((table - hi) + first) + (second + rest);
    hi + (r * r).mul_add(horner(r, polynomial), lo)
}

/// The result with that of zero, negative numbers, infinity, NaN, and, by `f`, subnormal numbers put right.
#[inline(always)]
fn special<L: Lanes>(result: L, x: L, f: fn(f64) -> f64) -> L {
    let normal = x.ge(L::of(f64::MIN_POSITIVE));
    let ordinary = normal & x.le(L::of(f64::MAX));
    if !(!ordinary).any() {
        return result;
    }
    // Infinity and NaN stay.
    let result = ordinary.select(result, x);
    let result = x.eq(L::of(0.0)).select(L::of(f64::NEG_INFINITY), result);
    let result = x.lt(L::of(0.0)).select(L::of(f64::NAN), result);
    result.fix(x.gt(L::of(0.0)) & !normal, x, f)
}

#[cold]
#[inline(never)]
fn log_subnormal(x: f64) -> f64 {
    log_normal(One(x * SCALE), One(SCALE_LOG2)).0
}

#[cold]
#[inline(never)]
fn log2_subnormal(x: f64) -> f64 {
    log2_normal(One(x * SCALE), One(SCALE_LOG2)).0
}

#[cold]
#[inline(never)]
fn log10_subnormal(x: f64) -> f64 {
    log10_normal(One(x * SCALE), One(SCALE_LOG2)).0
}

#[cold]
#[inline(never)]
fn log_huge(x: f64) -> f64 {
    log(One(x)).0
}
