//! Roots of `f32`.

use super::super::double::two_sum;
use super::super::lanes::one::One;
use super::super::lanes::{Lanes, Mask};
use super::super::single::{is_unsure, nearest, or_listed};
use super::{estrin, inverse_root};

/// `(1 - r)^(-2/3)` for `|r|` up to 0.10205, relative error 2^-43.4.
const POWER: [f64; 10] = [
    f64::from_bits(0x3fd7_0979_f444_2d9f), // 0.35995339254506037
    f64::from_bits(0x3fd7_e1e4_4d59_fd13), // 0.37316234163149992
    f64::from_bits(0x3fd8_50c8_ec93_6cda), // 0.37993071654427768
    f64::from_bits(0x3fd9_8845_5456_9d2f), // 0.39894231067815417
    f64::from_bits(0x3fdb_0a30_ba14_c459), // 0.4224969689558456
    f64::from_bits(0x3fdc_f8a1_6b0b_e42b), // 0.45267520383601106
    f64::from_bits(0x3fdf_9add_3b51_cce3), // 0.49382715981410125
    f64::from_bits(0x3fe1_c71c_7190_239a), // 0.5555555551555813
    f64::from_bits(0x3fe5_5555_5555_6033), // 0.66666666666697549
    f64::from_bits(0x3ff0_0000_0000_0178), // 1.0000000000000835
];

/// The cube root, as that of `f64` without its last step.
#[inline(always)]
pub(crate) fn cbrt<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let t = inverse_root(magnitude);
    let first = magnitude * t;
    let rest = first.neg_mul_add(t * t, L::of(1.0));
    let root = (first * t) * estrin(rest, &POWER);
    let finite = magnitude.lt(L::of(f64::INFINITY));
    let result = finite.select(root, magnitude).copysign(x);
    nearest::<11, _>(result, x, slow_cbrt)
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
pub(in super::super) const DOUBTFUL: f64 = f64::from_bits((1023 + 1000) << 52 | 1 << 28);

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
