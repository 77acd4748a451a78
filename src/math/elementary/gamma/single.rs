//! The gamma functions of `f32`: as those of `f64`, in single numbers.

use super::super::polynomial::{halves, horner};
use std::f64::consts::{LN_2, LOG2_E};

use super::super::double::two_product;
use super::super::erf::single::{exponential, with_ulp};
use super::super::erf::{ROUNDER, power_of_two};
use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes, Mask};
use super::super::single::{is_unsure, or_listed};
use super::negative_sign;
use super::table::{
    HALF_LOG_HI, LN2_HI, LN2_LO, LOG_SHORT, LOGS, NEAR0, NEAR4, SINE_SHORT, STIRLING_SHORT,
};

/// The gamma function, correctly rounded; before, the error is below 2^-42.
#[inline(always)]
pub(crate) fn gamma<L: Lanes>(x: L) -> L {
    let size = x.abs();
    // Beyond lies nothing but infinity and, for negative arguments, zero.
    let u = L::of(43.0).min(size);
    let small = u.lt(L::of(4.0));
    let w = u + small.select(L::of(4.0), L::of(0.0));
    // (w - 1/2) (log(w) - 1) in two parts, as it is up to 120.
    let (log, low) = logarithm(w, L::of(1.0));
    let less = w - L::of(0.5);
    let main = two_product(less, log);
    let rest = less.mul_add(low, main.lo) + remainder(w);
    let n = (main.hi + rest).mul_add(L::of(LOG2_E), L::of(ROUNDER));
    let r = (n - L::of(ROUNDER)).neg_mul_add(L::of(LN_2), main.hi) + rest;
    let (mut above, mut below) = exponential(n, r);

    let three = u * (u + L::of(3.0));
    below = below * small.select(three * (three + L::of(2.0)), L::of(1.0));
    let negative = x.lt(L::of(0.0));
    if negative.any() {
        let reflected = sine(size) * u * above;
        let pole = size.eq(size.rint());
        let other = pole.select(L::of(f64::NAN), below);
        above = negative.select(other, above).xor_sign(negative_sign(size, negative));
        below = negative.select(reflected, below);
    }
    let quick = above / below;
    let unsure = is_unsure::<12, L>(with_ulp(quick.abs()));
    // The infinity for 0 has a sign.
    quick.fix(unsure | x.eq(L::of(0.0)), x, slow_gamma)
}

#[cold]
fn slow_gamma(x: f64) -> f64 {
    let list = [(6.176_337_7e-15, 1.619_082_4e14), (6.226_405_8e-15, 1.606_063e14)];
    or_listed(x, &list, |x| super::gamma(One(x)).0)
}

/// The logarithm of the magnitude of the gamma function, correctly rounded; but for the zeros at negative arguments, the
/// error before is below 2^-47 absolutely, and 2^-43 of the result.
#[inline(always)]
pub(crate) fn lgamma<L: Lanes>(x: L) -> L {
    let u = x.abs();
    let small = u.lt(L::of(4.0));
    let large = !small;
    let (log, low) = logarithm(u, large.select(L::of(1.0), L::of(0.0)));
    let log = log + low;
    let mut positive = log;
    if small.any() {
        positive = near(u, log);
    }
    if large.any() {
        let far = (u - L::of(0.5)).mul_add(log, remainder(u));
        positive = small.select(positive, far);
    }
    let mut quick = positive;
    let mut unsure = u.eq(L::of(0.0));
    let negative = x.lt(L::of(0.0));
    if negative.any() {
        // log(pi / (u |sin(pi u)|)) - lgamma(u)
        let (log, low) = logarithm(sine(u) * u, L::of(0.0));
        let sum = -((log + low) + positive);
        let pole = u.eq(u.rint());
        quick = negative.select(pole.select(L::of(f64::INFINITY), sum), quick);
        unsure = unsure | (negative & sum.abs().lt(L::of(power_of_two(-8))));
    }
    quick.fix(unsure | is_unsure::<14, L>(quick), x, slow_lgamma)
}

#[cold]
fn slow_lgamma(x: f64) -> f64 {
    let list = [(3.850_201_6e-3, 5.557_419_3), (-1.563_955_4e-9, 20.276_049)];
    or_listed(x, &list, |x| super::lgamma(One(x)).0)
}

/// lgamma for 0 < u < 4, as that of `f64`.
#[inline(always)]
fn near<L: Lanes>(u: L, log: L) -> L {
    let below = u.lt(L::of(0.5));
    let shift = below.select(L::of(1.0), L::of(0.0));
    let (row, d) = super::part(u, shift);
    let [c0, c1, c2, c3] = L::lookup4(row, &NEAR0);
    let [c4, c5, c6, _] = L::lookup4(row, &NEAR4);
    let square = d * d;
    let high = c6.mul_add(square, c5.mul_add(d, c4));
    let quotient = high.mul_add(square, c3.mul_add(d, c2)).mul_add(square, c1.mul_add(d, c0));
    let zeros = (u + (shift - L::of(1.0))) * (u + (shift - L::of(2.0)));
    zeros.mul_add(quotient, below.select(-log, L::of(0.0)))
}

/// (log(2 pi) - 1) / 2 and Binet's remainder, for w >= 4.
#[inline(always)]
fn remainder<L: Lanes>(w: L) -> L {
    let inverse = L::of(1.0) / w;
    halves(inverse * inverse, &STIRLING_SHORT).mul_add(inverse, L::of(HALF_LOG_HI))
}

/// log(v) - `less`, in two parts, as that of `f64`.
#[inline(always)]
fn logarithm<L: Lanes>(v: L, less: L) -> (L, L) {
    let (m, e) = super::mantissa(v);
    let (log, packed) = L::lookup2(v.bits().shr::<45>() & L::Bits::of(127), &LOGS);
    let low = packed.bits().shl::<32>().float();
    let inverse = (packed.bits() & L::Bits::of(!0 << 32)).float();
    let r = m.mul_sub(inverse, L::of(1.0));
    let whole = e.mul_add(L::of(LN2_HI), log - less);
    let low = e.mul_add(L::of(LN2_LO), low);
    (whole, (r * r).mul_add(horner(r, &LOG_SHORT), low + r))
}

/// |sin(pi u)| / pi.
#[inline(always)]
fn sine<L: Lanes>(u: L) -> L {
    let g = (u - u.rint()).abs();
    halves(g * g, &SINE_SHORT) * g
}
