//! The exact remainder, and the remainder and quotient of division towards minus infinity.

use super::lanes::one::One;
use super::lanes::{Lanes, Mask};

/// The division of magnitudes: whole quotient and remainder, both cut.
struct Division<L: Lanes> {
    quotient: L,
    rest: L,
    /// Whether that is right, as it is for quotients below a bound.
    valid: L::Mask,
}

/// 2^53: from there on the rounded quotient may be off by 1 or more.
const MOST: f64 = power(53);

/// 2^50 and 2^21: see [`floor_div`].
const MOST_WHOLE: f64 = power(50);
const MOST_WHOLE_F32: f64 = power(21);

const fn power(exponent: u64) -> f64 {
    f64::from_bits((1023 + exponent) << 52)
}

/// The rounded quotient, of which the nearest whole number `n` is at most one off, and the rest `x - n·y`.
///
/// The rest is exact by a fused multiply-add. It is a number because it is smaller than `y` and a multiple of
/// `y`'s last place, or where `x` is less than `y`, `x` itself or (`n` being 1, so that `x` is at least about half
/// of `y`) a difference that is exact by Sterbenz' lemma. If it is negative `n` is one too large.
#[inline(always)]
fn divide<L: Lanes>(x: L, y: L, most: f64) -> Division<L> {
    let (x, y) = (x.abs(), y.abs());
    let exact = x / y;
    let nearest = exact.rint();
    let rest = nearest.neg_mul_add(y, x);
    let zero = L::of(0.0);
    let over = rest.lt(zero);
    Division {
        quotient: nearest - over.select(L::of(1.0), zero),
        rest: rest + over.select(y, zero),
        // Neither NaN nor a division by 0 or infinity.
        valid: exact.lt(L::of(most)) & y.lt(L::of(f64::INFINITY)),
    }
}

/// The remainder of division towards 0, exact, with the sign of `x`, as C's.
#[inline(always)]
pub(crate) fn fmod<L: Lanes>(x: L, y: L) -> L {
    let division = divide(x, y, MOST);
    division.rest.xor_sign(x).fix2(!division.valid, x, y, any_fmod)
}

/// The remainder of division towards minus infinity, with the sign of `y`, as `numpy.remainder`: that of
/// [`fmod`], and where it has the other sign the rounded sum with `y`.
#[inline(always)]
pub(crate) fn rem<L: Lanes>(x: L, y: L) -> L {
    let division = divide(x, y, MOST);
    let (zero, rest) = (L::of(0.0), division.rest);
    let other = negative(x.xor_sign(y)) & rest.gt(zero);
    let rest = other.select(y.abs() - rest, rest);
    rest.xor_sign(y).fix2(!division.valid, x, y, any_rem)
}

/// The quotient of division towards minus infinity, as `numpy.floor_divide`: `(x - fmod(x, y)) / y`, less 1 where
/// the signs differ and something is left, rounded to the nearest whole number.
///
/// The difference is a multiple of `y`, so that the quotient differs from a whole one by two rounding errors,
/// below 2^50 by no more than 1/4, and a third one does not change that: it is that whole number.
#[inline(always)]
pub(crate) fn floor_div<L: Lanes>(x: L, y: L) -> L {
    let (quotient, valid) = floor_quotient(x, y, MOST_WHOLE);
    quotient.fix2(!valid, x, y, any_floor_div)
}

/// The same for numbers that are `f32`, each step rounded to that: not [`floor_div`] rounded, from 2^22 on.
#[inline(always)]
pub(crate) fn floor_div_f32<L: Lanes>(x: L, y: L) -> L {
    let (quotient, valid) = floor_quotient(x, y, MOST_WHOLE_F32);
    quotient.fix2(!valid, x, y, any_floor_div_f32)
}

/// The largest whole number that is not above the quotient, and whether it is below `most`.
#[inline(always)]
fn floor_quotient<L: Lanes>(x: L, y: L, most: f64) -> (L, L::Mask) {
    let (zero, sign) = (L::of(0.0), x.xor_sign(y));
    let division = divide(x, y, most);
    let other = negative(sign) & division.rest.gt(zero);
    let quotient = division.quotient + other.select(L::of(1.0), zero);
    (quotient.xor_sign(sign), division.valid)
}

/// Whether the sign is set.
#[inline(always)]
fn negative<L: Lanes>(x: L) -> L::Mask {
    L::of(1.0).copysign(x).lt(L::of(0.0))
}

/// [`fmod`] of any numbers: long division of whole numbers times a power of two.
#[cold]
fn any_fmod(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    if x.is_infinite() || y == 0.0 {
        return f64::NAN;
    }
    if x.abs() < y.abs() {
        return x; // also below infinity
    }
    let ((dividend, from), (divisor, to)) = (parts(x), parts(y));
    let mut rest = dividend % divisor;
    // Not negative: numbers of 53 bits with the larger exponent are larger, and subnormal ones have the least.
    let mut left = from.saturating_sub(to);
    while left > 0 && rest != 0 {
        let step = left.min(64);
        let shifted = (u128::from(rest) << step) % u128::from(divisor);
        rest = u64::try_from(shifted).expect("a rest is smaller than the divisor");
        left -= step;
    }
    number(rest, to).copysign(x)
}

const FRACTION: u64 = (1 << 52) - 1;

/// A finite magnitude as a whole number below 2^53, and the exponent field that goes with it, at least 1.
fn parts(x: f64) -> (u64, u64) {
    let (exponent, fraction) = (x.abs().to_bits() >> 52, x.to_bits() & FRACTION);
    if exponent == 0 { (fraction, 1) } else { (fraction | (1 << 52), exponent) }
}

/// The number that has these parts.
fn number(whole: u64, exponent: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    // As far up as the exponent allows: what has no bit 52 then is subnormal.
    let up = u64::from(whole.leading_zeros() - 11).min(exponent - 1);
    f64::from_bits(((exponent - 1 - up) << 52) + (whole << up))
}

/// [`rem`] of any numbers.
#[cold]
fn any_rem(x: f64, y: f64) -> f64 {
    let rest = any_fmod(x, y);
    if y == 0.0 {
        rest // NaN
    } else if rest == 0.0 {
        0.0_f64.copysign(y)
    } else if (rest < 0.0) != (y < 0.0) {
        rest + y
    } else {
        rest
    }
}

/// Declares [`floor_div`] of any numbers, as it is defined.
macro_rules! any_floor_div {
    ($name:ident $type:ident $convert:expr) => {
        #[cold]
        fn $name(x: f64, y: f64) -> f64 {
            let convert = $convert;
            let rest: $type = convert(any_fmod(x, y));
            let (x, y): ($type, $type) = (convert(x), convert(y));
            let exact = x / y;
            if y == 0.0 {
                return f64::from(exact);
            }
            let mut quotient = (x - rest) / y;
            if rest != 0.0 && (rest < 0.0) != (y < 0.0) {
                quotient -= 1.0;
            }
            if quotient == 0.0 {
                return 0.0_f64.copysign(f64::from(exact));
            }
            let One(nearest) = One(f64::from(quotient)).rint();
            let nearest: $type = convert(nearest);
            let floor = if nearest > quotient { nearest - 1.0 } else { nearest };
            f64::from(if quotient - floor > 0.5 { floor + 1.0 } else { floor })
        }
    };
}

any_floor_div!(any_floor_div f64 |x: f64| x);
any_floor_div!(any_floor_div_f32 f32 |x: f64| narrow(x));

#[expect(clippy::cast_possible_truncation, reason = "what is an `f32`")]
fn narrow(x: f64) -> f32 {
    x as f32
}
