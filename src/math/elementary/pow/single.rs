//! Powers of `f32`: 2^(y log2 x), with one number for each step.
//!
//! Polynomials take the place of tables: log2 m = 2/ln 2 · artanh((m - 1)/(m + 1)), for m as that of `f64`, is known
//! to 2^-45, which are 2^-38 of the largest results, and 2^r for `|r|` up to 1/2 to 2^-40. They are printed by
//! `tools/math/pow.py`.

use super::super::lanes::{Bits, Lanes, Mask};
use super::super::polynomial::{estrin, halves};
use super::super::single::is_unsure;
use super::{Parity, SHIFTER, split};

/// `log2((1 + s)/(1 - s)) / s` in `s²` up to 0.0299, relative error 2^-45.0.
const LOG: [f64; 6] = [
    f64::from_bits(0x3fd2_205b_d399_4145), // 0.28322501815729978
    f64::from_bits(0x3fd4_78fa_cc54_8631), // 0.31988401369207781
    f64::from_bits(0x3fda_61a5_03c1_6372), // 0.41220975271931259
    f64::from_bits(0x3fe2_776c_26b8_c2ed), // 0.57707793772541793
    f64::from_bits(0x3fee_c709_dc55_cb75), // 0.96179669412809565
    f64::from_bits(0x4007_1547_652b_8241), // 2.8853900817778428
];

/// `2^r` for `|r|` up to 1/2, relative error 2^-40.2.
const EXP: [f64; 9] = [
    f64::from_bits(0x3eb6_1afb_9175_9f07), // 1.3175845817395449e-6
    f64::from_bits(0x3ef0_0dad_1d06_e1ed), // 1.5309736967701886e-5
    f64::from_bits(0x3f24_30ac_cb6c_b7bd), // 0.00015403851804179732
    f64::from_bits(0x3f55_d874_8391_8164), // 0.0013333452063975732
    f64::from_bits(0x3f83_b2ab_5c51_e704), // 0.0096181285427863264
    f64::from_bits(0x3fac_6b08_dd46_c9d3), // 0.055504109393399802
    f64::from_bits(0x3fce_bfbd_ff93_1a60), // 0.24022650698880721
    f64::from_bits(0x3fe6_2e42_fef8_6162), // 0.69314718054651459
    f64::from_bits(0x3fef_ffff_ffff_f7a3), // 0.9999999999997623
];

/// x to the power y.
#[inline(always)]
pub(crate) fn pow<L: Lanes>(x: L, y: L) -> L {
    let magnitude = x.abs();
    let (_, n, m) = split(magnitude);
    let s = (m - L::of(1.0)) / (m + L::of(1.0));
    let exponent = s.mul_add(halves(s * s, &LOG), n) * y;

    let steps = exponent + L::of(SHIFTER);
    let r = exponent - (steps - L::of(SHIFTER));
    let scale = steps.bits().shl::<52>();
    let mut result = (estrin(r, &EXP).bits() + scale).float();

    let negative = x.lt(L::of(0.0));
    if negative.any() {
        let parity = Parity::of(y);
        result = parity.sign(x, result);
        result = (negative & !parity.whole).select(L::of(f64::NAN), result);
    }

    // Else it is zero, infinite or NaN, or the result may be; also where x or the result is hardly above zero.
    let ordinary = n.abs().max(exponent.abs()).lt(L::of(126.0));
    let unsure = is_unsure::<16, _>(result) | !ordinary;
    if unsure.any() { unsure.select(super::pow(x, y), result) } else { result }
}
