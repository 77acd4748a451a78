//! Roots of `f32`.

use super::super::double::{horner, two_sum};
use super::super::lanes::one::One;
use super::super::lanes::{Lanes, Mask};
use super::super::single::{is_unsure, nearest, or_listed};
use super::inverse_root;

/// `(1 - r)^(-1/3)` for `|r|` up to 0.10205, relative error 2^-14.4.
const FIRST: [f64; 3] = [
    f64::from_bits(0x3fcc_a5d7_a142_2f7b), // 0.22381110547973634
    f64::from_bits(0x3fd5_6b9d_1653_fce4), // 0.33469321423031162
    f64::from_bits(0x3fef_fffb_0649_ec61), // 0.99999762752794308
];

/// `(1 - r)^(-2/3)` for `|r|` up to 2^-12.8, relative error 2^-41.4.
const SECOND: [f64; 3] = [
    f64::from_bits(0x3fe1_c71c_7604_24bd), // 0.55555556345020529
    f64::from_bits(0x3fe5_5555_593e_345c), // 0.66666667394896306
    f64::from_bits(0x3ff0_0000_0000_0000), // 1.0
];

/// The cube root.
#[inline(always)]
pub(crate) fn cbrt<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let start = inverse_root(magnitude);
    let rest = (magnitude * start).neg_mul_add(start * start, L::of(1.0));
    let t = start * horner(rest, &FIRST);
    let first = magnitude * t;
    let square = t * t;
    let rest = first.neg_mul_add(square, L::of(1.0));
    let root = (first * t) * horner(rest, &SECOND);
    let finite = magnitude.lt(L::of(f64::INFINITY));
    let result = finite.select(root, magnitude).copysign(x);
    nearest::<13, _>(result, x, slow_cbrt)
}

#[cold]
fn slow_cbrt(x: f64) -> f64 {
    or_listed(x, &[], |x| super::cbrt(One(x)).0)
}

/// The length of the hypotenuse.
#[inline(always)]
pub(crate) fn hypot<L: Lanes>(x: L, y: L) -> L {
    let root = x.mul_add(x, y * y).sqrt();
    let probe = root.min(L::of(DOUBTFUL));
    root.fix2(is_unsure::<2, _>(probe), x, y, slow_hypot)
}

/// Larger than all finite lengths, and in the middle between two `f32`; what takes the place of infinity and NaN.
const DOUBTFUL: f64 = f64::from_bits((1023 + 1000) << 52 | 1 << 28);

#[cold]
fn slow_hypot(x: f64, y: f64) -> f64 {
    if x.is_infinite() || y.is_infinite() {
        return f64::INFINITY;
    }
    let sum = two_sum(One(x * x), One(y * y));
    let (sum, low) = (sum.hi.0, sum.lo.0);
    // The middle between two numbers that is nearest has 25 bits, and its square is exact, as is the difference.
    let middle = f64::from_bits((sum.sqrt().to_bits() + (1 << 27)) >> 28 << 28);
    match (sum - middle * middle) + low {
        above if above > 0.0 => middle.next_up(),
        below if below < 0.0 => middle.next_down(),
        // It is the middle, or NaN.
        rest => middle + rest,
    }
}
