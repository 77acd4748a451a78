//! Logarithms of `f32`.
//!
//! x is 2^k · m with m from √½ to √2, and
//!
//! ```text
//! log x = k·log 2 + 2·atanh s,   s = (m - 1) / (m + 1)
//! ```
//!
//! (Hart et al., "Computer Approximations", 1968, section 6.4). |s| is at most 0.172, so that six terms in s²
//! give 2^-44.9 of the result: a division and they take less time than a table and the four terms that it
//! would leave. The binary and the decimal logarithm have five terms, which give 2^-37.6: one result in 2^11 is in
//! doubt then, and its vector is computed again by the function of `f64`.
//!
//! What comes out for 0, negative numbers, infinity and NaN is NaN or of magnitude 300 or more, as k is 1013 or more.

use super::super::Steps;
use super::super::polynomial::{halves, horner};
use std::f64::consts::{LN_2, LOG2_E, LOG10_2};
use std::hint::cold_path;

use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes, Mask};
use super::super::single::{LARGE, doubts_or_large, is_unsure, or_listed};
use super::{EXPONENT, table};

/// For what is computed to 2^-44.
const UNSURE: u32 = 11;

/// For what is computed with five terms, to 2^-37.6.
const UNSURE_FEW: u32 = 16;

/// The natural logarithm, correctly rounded.
pub(crate) struct Log;

impl Steps for Log {
    #[inline(always)]
    fn quick<L: Lanes>(x: L) -> L {
        let power = Power::of(x);
        let m = power.fraction(x);
        power.natural((m - L::of(1.0)) / (m + L::of(1.0)))
    }

    #[inline(always)]
    fn doubts<L: Lanes>(quick: L) -> L::Bits {
        doubts_or_large::<UNSURE, L>(quick)
    }

    #[inline(always)]
    fn settle<L: Lanes>(x: L, quick: L) -> L {
        let (unsure, result) = unsettled::<UNSURE, L>(quick, x);
        result.fix(unsure, x, log_slow)
    }
}

/// The binary logarithm, correctly rounded.
pub(crate) struct Log2;

impl Steps for Log2 {
    #[inline(always)]
    fn quick<L: Lanes>(x: L) -> L {
        let power = Power::of(x);
        let m = power.fraction(x);
        let s = (m - L::of(1.0)) / (m + L::of(1.0));
        s.mul_sub(horner(s * s, &table::SINGLE_LOG2), power.minus_k)
    }

    #[inline(always)]
    fn doubts<L: Lanes>(quick: L) -> L::Bits {
        doubts_or_large::<UNSURE_FEW, L>(quick)
    }

    #[inline(always)]
    fn settle<L: Lanes>(x: L, quick: L) -> L {
        let (unsure, result) = unsettled::<UNSURE_FEW, L>(quick, x);
        if unsure.any() { unsure.select(super::log2(x), result) } else { result }
    }
}

/// The argument for which the function of `f64` is rounded to the wrong side, and the result.
const HARD_LOG10: (f32, f32) = (6.284_547_9e-30, -29.201_726);

/// The decimal logarithm, correctly rounded.
pub(crate) struct Log10;

impl Steps for Log10 {
    #[inline(always)]
    fn quick<L: Lanes>(x: L) -> L {
        let power = Power::of(x);
        let m = power.fraction(x);
        let s = (m - L::of(1.0)) / (m + L::of(1.0));
        let part = s * horner(s * s, &table::SINGLE_LOG10);
        power.minus_k.neg_mul_add(L::of(LOG10_2), part)
    }

    #[inline(always)]
    fn doubts<L: Lanes>(quick: L) -> L::Bits {
        doubts_or_large::<UNSURE_FEW, L>(quick)
    }

    #[inline(always)]
    fn settle<L: Lanes>(x: L, quick: L) -> L {
        let (unsure, result) = unsettled::<UNSURE_FEW, L>(quick, x);
        if !unsure.any() {
            return result;
        }
        let hard = x.eq(L::of(HARD_LOG10.0.into()));
        let accurate = hard.select(L::of(HARD_LOG10.1.into()), super::log10(x));
        unsure.select(accurate, result)
    }
}

/// The natural logarithm of 1 + x, correctly rounded.
///
/// For m - 1 stands (1 + x)/2^k - 1 with a single rounding: where k is 0 it is x, however small.
pub(crate) struct Log1p;

impl Steps for Log1p {
    #[inline(always)]
    fn quick<L: Lanes>(x: L) -> L {
        let power = Power::of(x + L::of(1.0));
        let scale = (L::of(1.0).bits() - power.bits).float();
        let f = x.mul_sub(scale, L::of(1.0) - scale);
        power.natural(f / (f + L::of(2.0)))
    }

    #[inline(always)]
    fn doubts<L: Lanes>(quick: L) -> L::Bits {
        doubts_or_large::<UNSURE, L>(quick)
    }

    #[inline(always)]
    fn settle<L: Lanes>(x: L, quick: L) -> L {
        let (unsure, result) = unsettled::<UNSURE, L>(quick, x + L::of(1.0));
        result.fix(unsure, x, log1p_slow)
    }
}

/// Whether the argument is 0, negative, infinite or NaN: then k has a magnitude of 1013 or more.
#[inline(always)]
fn is_large<L: Lanes>(result: L) -> L::Mask {
    !result.abs().lt(L::of(LARGE))
}

/// The result with that of zero, negative numbers, infinity and NaN put right, and where the others are unsure.
#[inline(always)]
fn unsettled<const UNSURE: u32, L: Lanes>(quick: L, x: L) -> (L::Mask, L) {
    let large = is_large(quick);
    (is_unsure::<UNSURE, L>(quick) & !large, large.select(special(quick, x), quick))
}

/// log(exp(x) + exp(y)), as m + log(1 + e), where m is the larger of the two and e the exponential of what the
/// other is less.
///
/// Rounded correctly, but for results that are tiny compared to m: those are rounded from results of `f64`, that
/// have an error of 2^-56 there.
#[inline(always)]
pub(crate) fn logaddexp<L: Lanes>(x: L, y: L) -> L {
    // NaN stays in one of them: the second is taken if there is one.
    let (most, least) = (x.max(y), y.min(x));
    let difference = least - most;
    let e = exp(difference.max(L::of(FAR)));
    let s = e / (e + L::of(2.0));
    let quick = s.mul_add(halves(s * s, &table::SINGLE_SUM), most);
    // Where m is negative, the result may be small compared to it, and its relative error large; and where it
    // is not, the result may be a subnormal number of `f32`. The one comparison finds both.
    let least_sure = most.mul_add(L::of(-CANCELLED), L::of(2.0 * f64::from(f32::MIN_POSITIVE)));
    let unsure = is_unsure::<UNSURE_SUM, L>(quick) | quick.abs().lt(least_sure);
    // NaN, or infinities that are equal.
    let special = difference.is_nan();
    if !(unsure | special).any() {
        return quick;
    }
    cold_path();
    let unsure = unsure & quick.abs().ge(L::of(NOTHING)) & !special;
    special.select(x + y, quick).fix2(unsure, x, y, logaddexp_slow)
}

/// Below this exponentials are no number of `f32`, added to whatever number.
const FAR: f64 = -110.0;

/// 2^-152: what is less is 0 as an `f32`.
const NOTHING: f64 = f64::from_bits(0x3670_0000_0000_0000);

/// 2^-8: the part of m that a result must have for its error to be below 2^-37.
const CANCELLED: f64 = 0.003_906_25;
const UNSURE_SUM: u32 = 17;

/// The exponential of a number from -110 to 0, good to 2^-46.
#[inline(always)]
fn exp<L: Lanes>(x: L) -> L {
    /// 1.5·2^52: added to a number of magnitude at most 2^51 it rounds it to a whole one.
    const SHIFTER: f64 = 6_755_399_441_055_744.0;
    let shifted = x.mul_add(L::of(LOG2_E), L::of(SHIFTER));
    let r = (shifted - L::of(SHIFTER)).neg_mul_add(L::of(LN_2), x);
    let power = halves(r, &table::SINGLE_EXP);
    (power.bits() + shifted.bits().shl::<52>()).float()
}

/// From this magnitude of k on an argument is 0, negative, infinite or NaN: those of `f32` have at most 149, and
/// what is taken for a k elsewhere is 1022 or more.
const OUTSIDE: f64 = 200.0;

/// 2^k.
#[derive(Clone, Copy)]
pub(crate) struct Power<L: Lanes> {
    /// -k; it is 0 where k is, and not -0.
    pub(crate) minus_k: L,
    /// k in the place of the exponent.
    bits: L::Bits,
}

impl<L: Lanes> Power<L> {
    /// That of a positive number: 2^-½ to 2^½ of it.
    #[inline(always)]
    pub(crate) fn of(x: L) -> Power<L> {
        Power::floor(x.bits() - L::Bits::of(std::f64::consts::FRAC_1_SQRT_2.to_bits()))
    }

    /// That of a quotient of positive numbers: 2^-0.59 to 2^0.59 of it.
    ///
    /// The bits of a number, as an integer, are its binary logarithm but for 0.09 (Mitchell, 1962).
    #[inline(always)]
    pub(crate) fn of_quotient(x: L, y: L) -> Power<L> {
        const HALF: u64 = 1 << 51;
        Power::floor((x.bits() - y.bits()) + L::Bits::of(HALF))
    }

    /// That with the first 12 of these bits.
    #[inline(always)]
    fn floor(bits: L::Bits) -> Power<L> {
        // As in [`super::reduce`].
        let biased = bits.shr::<52>() ^ L::Bits::of(0x4330_0000_0000_0800);
        let minus_k = L::of(4_503_599_627_372_544.0) - biased.float();
        Power { minus_k, bits: bits & L::Bits::of(EXPONENT) }
    }

    /// x / 2^k.
    #[inline(always)]
    pub(crate) fn fraction(self, x: L) -> L {
        (x.bits() - self.bits).float()
    }

    /// x · 2^k.
    #[inline(always)]
    pub(crate) fn times(self, x: L) -> L {
        (x.bits() + self.bits).float()
    }

    /// k·log 2 + 2·atanh s, where |s| is at most 0.172. -0 has -0 if k is 0.
    #[inline(always)]
    pub(crate) fn natural(self, s: L) -> L {
        s.mul_add(halves(s * s, &table::SINGLE_LN), self.minus_k * L::of(-LN_2))
    }

    /// Half of that, where |s| is at most 0.201, good to 2^-42.
    #[inline(always)]
    pub(crate) fn half_natural(self, s: L) -> L {
        s.mul_add(halves(s * s, &table::SINGLE_ATANH), self.minus_k * L::of(-0.5 * LN_2))
    }

    /// Whether k is of this magnitude or a larger one.
    #[inline(always)]
    fn is_outside(self, limit: f64) -> L::Mask {
        self.minus_k.abs().ge(L::of(limit))
    }

    /// `quick`, as [`super::super::single::nearest`], or the logarithm of `argument` if that has 0, infinity or NaN.
    #[inline(always)]
    pub(crate) fn finish<const UNSURE: u32>(
        self,
        quick: L,
        argument: L,
        x: L,
        slow: fn(f64) -> f64,
    ) -> L {
        let outside = self.is_outside(OUTSIDE);
        let unsure = is_unsure::<UNSURE, L>(quick);
        if !(outside | unsure).any() {
            return quick;
        }
        cold_path();
        outside.select(special(quick, argument), quick).fix(unsure & !outside, x, slow)
    }
}

/// The result with that of zero, negative numbers, infinity and NaN put right.
#[inline(always)]
fn special<L: Lanes>(result: L, x: L) -> L {
    // Infinity and NaN stay.
    let result = x.le(L::of(f64::MAX)).select(result, x);
    let result = x.eq(L::of(0.0)).select(L::of(f64::NEG_INFINITY), result);
    x.lt(L::of(0.0)).select(L::of(f64::NAN), result)
}

#[cold]
#[inline(never)]
fn log_slow(x: f64) -> f64 {
    const LISTED: [(f32, f32); 5] = [
        (1.1794383e-2, -4.4401317),
        (9.472636, 2.2484071),
        (5.8037908e7, 17.876608),
        (1.2783784e23, 53.20505),
        (5.498306e28, 66.17683),
    ];
    or_listed(x, &LISTED, |x| super::log(One(x)).0)
}

#[cold]
#[inline(never)]
fn log1p_slow(x: f64) -> f64 {
    const LISTED: [(f32, f32); 9] = [
        (-2.1787146e-3, -2.1810916e-3),
        (-8.583044e-6, -8.583081e-6),
        (-7.1525557e-7, -7.152558e-7),
        (7.152559e-7, 7.152557e-7),
        (8.583093e-6, 8.583057e-6),
        (4.9512997e-1, 4.0221313e-1),
        (8.472636, 2.2484071),
        (1.2783784e23, 53.20505),
        (5.498306e28, 66.17683),
    ];
    or_listed(x, &LISTED, |x| super::log1p(One(x)).0)
}

#[cold]
#[inline(never)]
fn logaddexp_slow(x: f64, y: f64) -> f64 {
    super::logaddexp(One(x), One(y)).0
}
