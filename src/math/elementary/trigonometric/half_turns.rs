//! Sine and cosine of π·x.
//!
//! The multiple of 1/2 nearest to `x` is subtracted without an error. What is left, `r`, is exact and at most
//! 1/4, so that the polynomials are in `r` itself, with π and π²/2 among their coefficients.

use super::super::double::{Double, two_product};
use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes};
use super::constants::{COSINE_PI, HALF_PI_SQUARE, PI, PI_LOW, SINE_PI};
use super::{polynomial, quarter_cosine, quarter_sine};

/// Numbers up to 2^50 have their half turns counted by [`SHIFTER`].
const LIMIT: f64 = 1_125_899_906_842_624.0;

/// 1.5·2^51: added to a number of magnitude at most 2^50 it rounds to a multiple of 1/2, and leaves how many in
/// the low bits.
const SHIFTER: f64 = 3_377_699_720_527_872.0;

/// The sine of π·x. Whole numbers give 0 with the sign of the argument, halves ±1.
///
/// Error below 0.78 ULP: half of one from the last rounding, the rest from those of the cubic term, which is at most
/// 0.08, and of π·x where that is hardly a normal number. The largest found in 2·10⁷ arguments: 0.7496 at
/// 1.683750178534251e-308, and 0.7254 at -12531250.750084693 among normal numbers.
#[inline(always)]
pub(crate) fn sinpi<L: Lanes>(x: L) -> L {
    // With the exponent one less, 0 becomes -∞ and what is subnormal becomes NaN: one comparison is true of 0 and
    // ordinary numbers, and of nothing else.
    let size = (x.abs().bits() - L::Bits::of(1 << 52)).float();
    let ordinary = size.lt(L::of(LIMIT / 2.0));
    sine(x).fix(!ordinary, x, rare_sinpi)
}

/// The cosine of π·x. Whole numbers give ±1, halves +0.
///
/// Error below 0.78 ULP, as [`sinpi`]. The largest found in 2·10⁷ arguments: 0.6894 at 0.7472271573100215.
#[inline(always)]
pub(crate) fn cospi<L: Lanes>(x: L) -> L {
    cosine(x).fix(x.abs().gt(L::of(LIMIT)), x, rare_cospi)
}

#[inline(always)]
fn sine<L: Lanes>(x: L) -> L {
    let turns = Turns::of(x.abs());
    // Adding 0 makes what is -0 +0.
    (quarter_sine(turns.n, turns.sine, turns.cosine) + L::of(0.0)).xor_sign(x)
}

#[inline(always)]
fn cosine<L: Lanes>(x: L) -> L {
    let turns = Turns::of(x);
    quarter_cosine(turns.n, turns.sine, turns.cosine) + L::of(0.0)
}

/// `n/2` and the sine and cosine of π times the rest.
struct Turns<L: Lanes> {
    n: L::Bits,
    sine: L,
    cosine: L,
}

impl<L: Lanes> Turns<L> {
    #[inline(always)]
    fn of(x: L) -> Turns<L> {
        let shifted = x + L::of(SHIFTER);
        let r = x - (shifted - L::of(SHIFTER));
        let z = r * r;
        let w = z * z;
        // The largest term is multiplied by the last operation, which rounds it once.
        let factor = polynomial(z, w, &SINE_PI).mul_add(z, L::of(PI_LOW));
        let sine = r.mul_add(L::of(PI), r * factor);
        let near = z.neg_mul_add(L::of(HALF_PI_SQUARE), L::of(1.0));
        let error = z.neg_mul_add(L::of(HALF_PI_SQUARE), L::of(1.0) - near);
        let cosine = near + polynomial(z, w, &COSINE_PI).mul_add(w, error);
        Turns { n: shifted.bits(), sine, cosine }
    }
}

/// Takes whole turns away, which is exact. Of infinity NaN is left.
fn within_turn(x: f64) -> One {
    let x = One(x);
    x - (x * One(0.5)).rint() * One(2.0)
}

#[cold]
fn rare_sinpi(x: f64) -> f64 {
    if x.abs() < f64::MIN_POSITIVE {
        // π·x with the bits that a subnormal number has no room for: what the first rounding to such a number
        // loses is found in larger numbers, and the sum of two such numbers is exact.
        const UP: f64 = f64::from_bits((1023 + 200) << 52);
        const DOWN: f64 = f64::from_bits((1023 - 200) << 52);
        let scaled = One(x * UP);
        let Double { hi, lo } = two_product(scaled, One(PI));
        let result = hi.0 * DOWN;
        let rest = (hi.0 - result * UP) + scaled.mul_add(One(PI_LOW), lo).0;
        return result + rest * DOWN;
    }
    let result = sine(within_turn(x)).0;
    if result == 0.0 { result.copysign(x) } else { result }
}

#[cold]
fn rare_cospi(x: f64) -> f64 {
    cosine(within_turn(x)).0
}
