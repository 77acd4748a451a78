//! Roots of `f32`.

use super::super::double::two_sum;
use super::super::lanes::one::One;
use super::super::lanes::{Lanes, Mask};
use super::super::single::is_unsure;
use super::{estrin, inverse_root};

/// `(1 - r)^(-2/3)` for `|r|` up to 0.10205, relative error 2^-34.8.
const POWER: [f64; 8] = [
    f64::from_bits(0x3fd8_d518_daae_eb1f), // 0.38800641399181929
    f64::from_bits(0x3fda_07a3_b83e_9279), // 0.40671627991313347
    f64::from_bits(0x3fdb_0937_dce9_06f2), // 0.42243763516681476
    f64::from_bits(0x3fdc_f7cd_26a5_de36), // 0.45262459539614797
    f64::from_bits(0x3fdf_9add_e352_65e7), // 0.49382731627846826
    f64::from_bits(0x3fe1_c71c_aa29_1cdd), // 0.55555566057673966
    f64::from_bits(0x3fe5_5555_5547_0682), // 0.6666666665625629
    f64::from_bits(0x3fef_ffff_fffb_4bce), // 0.99999999996577471
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
    let unsure = is_unsure::<19, _>(result);
    if unsure.any() { unsure.select(super::cbrt(x), result) } else { result }
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
