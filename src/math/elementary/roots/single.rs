//! Roots of `f32`.

use super::super::double::two_sum;
use super::super::lanes::one::One;
use super::super::lanes::{Lanes, Mask};
use super::super::polynomial::estrin;
use super::super::single::is_unsure;
use super::inverse_root;

/// `(1 - r)^(-2/3)` for `|r|` up to 0.10205, relative error 2^-34.8.
const POWER: [f64; 8] = [
    f64::from_bits(0x3fd8_d50b_99fd_9265), // 0.38800325430046306
    f64::from_bits(0x3fda_0796_f5ec_3302), // 0.40671323791393388
    f64::from_bits(0x3fdb_0938_0ec0_abe1), // 0.42243768158613021
    f64::from_bits(0x3fdc_f7cd_512a_9b5e), // 0.45262463499459737
    f64::from_bits(0x3fdf_9add_e31f_f062), // 0.49382731609489927
    f64::from_bits(0x3fe1_c71c_aa18_1c73), // 0.55555566045303661
    f64::from_bits(0x3fe5_5555_5547_0c41), // 0.66666666656272622
    f64::from_bits(0x3fef_ffff_fffb_4db1), // 0.99999999996582833
];

/// The cube root, as that of `f64` without its last step. Error below 2^-34.7.
#[inline(always)]
pub(crate) fn cbrt<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let t = inverse_root(magnitude);
    let first = magnitude * t;
    let rest = first.neg_mul_add(t * t, L::of(1.0));
    let root = (first * t) * estrin(rest, &POWER);
    let finite = magnitude.lt(L::of(f64::INFINITY));
    let result = finite.select(root, magnitude).copysign(x);
    let unsure = is_unsure::<19, _>(result);
    if unsure.any() { unsure.select(super::cbrt(x), result) } else { result }
}

/// The length of the hypotenuse; infinite if one of them is, even if the other is NaN.
///
/// Squares are exact, and the sum and its root are rounded once each. Subnormal lengths are no matter: the square of
/// a middle between them differs from the sum, which is a whole number of the same units, by a quarter or more.
#[inline(always)]
pub(crate) fn hypot<L: Lanes>(x: L, y: L) -> L {
    let root = x.mul_add(x, y * y).sqrt();
    let probe = root.min(L::of(DOUBTFUL));
    root.fix2(is_unsure::<2, _>(probe), x, y, slow_hypot)
}

/// Larger than all finite lengths, and in the middle between two `f32`; what takes the place of infinity and NaN.
pub(in super::super) const DOUBTFUL: f64 = f64::from_bits(((1023 + 1000) << 52) | (1 << 28));

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
