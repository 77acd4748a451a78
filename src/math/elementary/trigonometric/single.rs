//! The functions of `f32`.
//!
//! Sine and cosine are those of π times the quotient by π, of which the nearest whole number is subtracted, or for the
//! cosine that plus 1/2: the sine of π times what is left is one polynomial. For the tangent an angle is brought to
//! within π/4 of a multiple of π/2, where it is a quotient of two. All are good to 2^-43, what is left of an angle,
//! however large, to 2^-47. Where that does not say which `f32` is the nearest, the functions of `f64` are asked.

use super::super::Steps;
use super::super::polynomial::{each, horner};
use std::hint::cold_path;

use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes, Mask};
use super::super::single::{doubts, is_unsure, nearest, or_listed};
use super::constants::{
    HALF_PI, HALF_PI_LOW, ONE_OVER_PI, ONE_OVER_PI_LOW, ONE_OVER_PI_ROWS, PI, SINE_PI_SINGLE,
    TANGENT_ABOVE, TANGENT_BELOW, TWO_OVER_PI,
};
use super::half_turns::{self, COUNTER};
use super::reduction::SHIFTER;

/// The relative error is below 2^(UNSURE - 53).
const UNSURE: u32 = 11;

/// The largest angle for which 1/π in two parts is good enough. There are numbers of `f32` of which the quotient by
/// π is 2^-32 from a whole number, and the two parts fall short of 1/π by 2^-109.
const LIMIT: f64 = 1_073_741_824.0;

/// Whether an angle is above [`LIMIT`], or infinite, or NaN.
#[inline(always)]
fn is_huge<L: Lanes>(x: L) -> L::Mask {
    (L::Bits::of(LIMIT.to_bits()) - x.abs().bits()).is_negative()
}

/// 1/π in three parts, without bits that make multiples of 2 of such an angle (Payne & Hanek 1983).
///
/// There is a row for 8 exponents. An angle has 24 bits, and the first and the second part 29, so that their products
/// are exact; what is cut off is below 2^-78 of a half turn.
#[inline(always)]
fn parts<L: Lanes>(x: L) -> [L; 3] {
    let row = x.bits().shr::<55>() & L::Bits::of(15);
    let [first, second, third, _] = L::lookup4(row, &ONE_OVER_PI_ROWS);
    [first, second, third]
}

/// Half turns: a whole number, of which the lowest bit counts, and what the angle is more.
#[inline(always)]
fn whole<L: Lanes>(x: L) -> (L, L) {
    let shifted = x.mul_add(L::of(ONE_OVER_PI), L::of(SHIFTER));
    let n = shifted - L::of(SHIFTER);
    let r = x.mul_add(L::of(ONE_OVER_PI_LOW), x.mul_sub(L::of(ONE_OVER_PI), n));
    let huge = is_huge(x);
    if !huge.any() {
        return (shifted, r);
    }
    cold_path();
    let [first, second, third] = parts(x);
    let far = x.mul_add(second, x * first) + L::of(SHIFTER);
    let beyond = x.mul_sub(first, far - L::of(SHIFTER));
    let beyond = x.mul_add(third, x.mul_add(second, beyond));
    (huge.select(far, shifted), huge.select(beyond, r))
}

/// The same from 1/2 on, and what the angle is less.
#[inline(always)]
fn half<L: Lanes>(x: L) -> (L, L) {
    let shifted = x.mul_add(L::of(ONE_OVER_PI), L::of(-0.5)) + L::of(SHIFTER);
    let half = (shifted - L::of(SHIFTER)) + L::of(0.5);
    let r = x.neg_mul_add(L::of(ONE_OVER_PI_LOW), x.neg_mul_add(L::of(ONE_OVER_PI), half));
    let huge = is_huge(x);
    if !huge.any() {
        return (shifted, r);
    }
    cold_path();
    let [first, second, third] = parts(x);
    let far = (x.mul_add(second, x * first) - L::of(0.5)) + L::of(SHIFTER);
    let before = x.neg_mul_add(first, (far - L::of(SHIFTER)) + L::of(0.5));
    let before = x.neg_mul_add(third, x.neg_mul_add(second, before));
    (huge.select(far, shifted), huge.select(before, r))
}

/// Quarter turns, and what the angle is more, in radians.
#[inline(always)]
fn quarter<L: Lanes>(x: L) -> (L, L) {
    let shifted = x.mul_add(L::of(TWO_OVER_PI), L::of(SHIFTER));
    let n = shifted - L::of(SHIFTER);
    let r = n.neg_mul_add(L::of(HALF_PI), x);
    let r = n.neg_mul_add(L::of(HALF_PI_LOW), r);
    let huge = is_huge(x);
    if !huge.any() {
        return (shifted, r);
    }
    cold_path();
    let [first, second, third] = parts(x);
    let twice = x + x;
    let far = twice.mul_add(second, twice * first) + L::of(SHIFTER);
    let beyond = twice.mul_sub(first, far - L::of(SHIFTER));
    let beyond = twice.mul_add(third, twice.mul_add(second, beyond)) * L::of(HALF_PI);
    (huge.select(far, shifted), huge.select(beyond, r))
}

/// The sine.
pub(crate) struct Sin;

impl Steps for Sin {
    #[inline(always)]
    fn quick<L: Lanes>(x: L) -> L {
        let (n, r) = whole(x);
        r.xor_sign(n.bits().shl::<63>().float()) * arch(r)
    }

    #[inline(always)]
    fn doubts<L: Lanes>(quick: L) -> L::Bits {
        doubts::<UNSURE, L>(quick)
    }

    #[inline(always)]
    fn settle<L: Lanes>(x: L, quick: L) -> L {
        nearest::<UNSURE, L>(quick, x, exact_sin)
    }
}

/// The cosine.
pub(crate) struct Cos;

impl Steps for Cos {
    #[inline(always)]
    fn quick<L: Lanes>(x: L) -> L {
        let (n, r) = half(x);
        r.xor_sign(n.bits().shl::<63>().float()) * arch(r)
    }

    #[inline(always)]
    fn doubts<L: Lanes>(quick: L) -> L::Bits {
        doubts::<UNSURE, L>(quick)
    }

    #[inline(always)]
    fn settle<L: Lanes>(x: L, quick: L) -> L {
        nearest::<UNSURE, L>(quick, x, exact_cos)
    }
}

/// The tangent.
pub(crate) struct Tan;

impl Steps for Tan {
    #[inline(always)]
    fn quick<L: Lanes>(x: L) -> L {
        let (n, r) = quarter(x);
        let z = r * r;
        let odd = n.bits().shl::<63>();
        let r = r.xor_sign(odd.float());
        let above = r * horner(z, &TANGENT_ABOVE).mul_add(z, L::of(1.0));
        let below = horner(z, &TANGENT_BELOW).mul_add(z, L::of(1.0));
        let odd = odd.is_negative();
        odd.select(below, above) / odd.select(above, below)
    }

    #[inline(always)]
    fn doubts<L: Lanes>(quick: L) -> L::Bits {
        doubts::<UNSURE, L>(quick)
    }

    #[inline(always)]
    fn settle<L: Lanes>(x: L, quick: L) -> L {
        nearest::<UNSURE, L>(quick, x, exact_tan)
    }
}

/// The sine of π·x.
#[inline(always)]
pub(crate) fn sinpi<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let n = magnitude.rint();
    let r = magnitude - n;
    // What is 2^52 or more is a whole number, however it is counted. Adding 0 makes what is -0 +0.
    let odd = (n + L::of(COUNTER)).bits().shl::<63>().float();
    let quick = (r.xor_sign(odd) + L::of(0.0)).xor_sign(x) * arch(r);
    nearest::<UNSURE, L>(quick, x, exact_sinpi)
}

/// The cosine of π·x.
#[inline(always)]
pub(crate) fn cospi<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let n = (magnitude - L::of(0.5)).rint();
    let r = (n + L::of(0.5)) - magnitude;
    let odd = (n + L::of(COUNTER)).bits().shl::<63>().float();
    // Adding 0 makes what is -0 +0.
    let quick = (r.xor_sign(odd) + L::of(0.0)) * arch(r);
    let huge = magnitude.gt(L::of(LIMIT));
    quick.fix(huge | is_unsure::<UNSURE, L>(quick), x, exact_cospi)
}

/// sin πr / r for |r| <= 1/2.
#[inline(always)]
fn arch<L: Lanes>(r: L) -> L {
    let z = r * r;
    let w = z * z;
    let [c6, c5, c4, c3, c2, c1] = each::<_, L>(&SINE_PI_SINGLE);
    let high = c6.mul_add(w, c5.mul_add(z, c4));
    let low = c3.mul_add(z, c2).mul_add(w, c1.mul_add(z, L::of(PI)));
    high.mul_add(w * w, low)
}

#[cold]
fn exact_sin(x: f64) -> f64 {
    const LIST: [(f32, f32); 2] = [(9830.398, -0.347_613_25), (-9830.398, 0.347_613_25)];
    or_listed(x, &LIST, |x| super::sin(One(x)).0)
}

#[cold]
fn exact_cos(x: f64) -> f64 {
    const LIST: [(f32, f32); 4] = [
        (1.100_467_8e19, 0.996_410_1),
        (-1.100_467_8e19, 0.996_410_1),
        (1.726_998_3e20, 0.969_058),
        (-1.726_998_3e20, 0.969_058),
    ];
    or_listed(x, &LIST, |x| super::cos(One(x)).0)
}

#[cold]
fn exact_tan(x: f64) -> f64 {
    super::tan(One(x)).0
}

#[cold]
fn exact_sinpi(x: f64) -> f64 {
    half_turns::sinpi(One(x)).0
}

#[cold]
fn exact_cospi(x: f64) -> f64 {
    half_turns::cospi(One(x)).0
}
