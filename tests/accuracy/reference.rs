//! What results should be: the nearest number, and the exact value to 256 bits.

use astro_float::{BigFloat, Consts, RoundingMode};

use crate::oracle;

/// Bits of exact values.
const P: usize = 256;

const ROUND: RoundingMode = RoundingMode::ToEven;

/// Returns the correctly rounded result.
pub(crate) fn nearest(name: &str, x: f64, y: f64) -> f64 {
    match name {
        "rem" => remainder(x, y),
        "floordiv" => floor_divide(x, y),
        "logaddexp" => logaddexp(x, y),
        name => match (oracle::one(name), oracle::two(name)) {
            (Some(one), _) => (one.wide)(x),
            (None, Some(two)) => (two.wide)(x, y),
            (None, None) => panic!("{name} has no reference"),
        },
    }
}

/// Returns the correctly rounded result for `f32`, of functions for which it is known.
pub(crate) fn nearest_f32(name: &str, x: f32, y: f32) -> Option<f32> {
    let one = oracle::one(name).map(|one| (one.narrow)(x));
    one.or_else(|| oracle::two(name).map(|two| (two.narrow)(x, y)))
}

/// As `numpy.remainder`.
fn remainder(x: f64, y: f64) -> f64 {
    let rest = x % y;
    if y == 0.0 {
        rest
    } else if rest == 0.0 {
        0.0_f64.copysign(y)
    } else if (rest < 0.0) != (y < 0.0) {
        rest + y
    } else {
        rest
    }
}

/// As `numpy.floor_divide`.
fn floor_divide(x: f64, y: f64) -> f64 {
    if y == 0.0 {
        return x / y;
    }
    let rest = x % y;
    let mut quotient = (x - rest) / y;
    if rest != 0.0 && (rest < 0.0) != (y < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return 0.0_f64.copysign(x / y);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 { floor + 1.0 } else { floor }
}

/// Near enough: the exact value decides.
fn logaddexp(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return f64::NAN;
    }
    let (large, small) = if x < y { (y, x) } else { (x, y) };
    if large.is_infinite() {
        return large;
    }
    large + core_math::log1p(core_math::exp(small - large))
}

/// Computes exact values.
pub(crate) struct Exact {
    constants: Consts,
}

impl Exact {
    pub(crate) fn new() -> Exact {
        Exact { constants: Consts::new().expect("there is memory") }
    }

    /// Returns the correctly rounded result, or nearly so for what complex functions are made of.
    pub(crate) fn nearest(&mut self, name: &str, x: f64, y: f64) -> f64 {
        let has_logarithm = name.starts_with("log") && name.contains("hypot");
        if name == "arctan2high" {
            return nearest("arctan2", x, y);
        }
        if !has_logarithm {
            return nearest(name, x, y);
        }
        if x.is_infinite() || y.is_infinite() {
            return f64::INFINITY;
        }
        if x.is_nan() || y.is_nan() {
            return f64::NAN;
        }
        let center = if name == "log1phypot" { -1.0 } else { 0.0 };
        if x == center && y == 0.0 {
            return f64::NEG_INFINITY;
        }
        self.value(name, x, y).map_or(f64::NAN, |value| to_f64(&value))
    }

    /// Returns the distance of the sum of two results from the exact value of a function of two numbers.
    pub(crate) fn rest(&mut self, name: &str, (x, y): (f64, f64), hi: f64, lo: f64) -> Option<f64> {
        let exact = self.value(name, x, y)?;
        Some(to_f64(&exact.sub(&big(hi), 2 * P, ROUND).sub(&big(lo), P, ROUND)).abs())
    }

    /// The logarithm of a number, halved, where half of what it is above 1 is given too.
    fn half_log(&mut self, number: &BigFloat, excess: &BigFloat) -> BigFloat {
        if to_f64(excess).abs() < 2_f64.powi(-90) {
            return excess.sub(&excess.mul(excess, P, ROUND), P, ROUND);
        }
        let number = number.add(&big(0.0), 2 * P, ROUND);
        number.ln(P, ROUND, &mut self.constants).div(&big(2.0), P, ROUND)
    }

    /// Returns the distance of a result from the exact value in units of the last place of the nearest
    /// number, if the exact value can be computed here.
    pub(crate) fn error(
        &mut self,
        name: &str,
        (x, y): (f64, f64),
        got: f64,
        nearest: f64,
    ) -> Option<f64> {
        let exact = self.value(name, x, y)?;
        let off = big(got).sub(&exact, P, ROUND).div(&big(unit(nearest)), P, ROUND);
        Some(to_f64(&off).abs())
    }

    fn value(&mut self, name: &str, x: f64, y: f64) -> Option<BigFloat> {
        let c = &mut self.constants;
        let one = big(1.0);
        let is_tiny = x.abs() < 2_f64.powi(-70);
        let x_is = |value: BigFloat| Some(value);
        let (fx, fy) = (x, y);
        let (x, y) = (big(x), big(y));
        match name.trim_end_matches("fast") {
            "exp" => x_is(x.exp(P, ROUND, c)),
            "exp2" => x_is(x.mul(&c.ln_2(P, ROUND), P, ROUND).exp(P, ROUND, c)),
            "exp10" => x_is(x.mul(&c.ln_10(P, ROUND), P, ROUND).exp(P, ROUND, c)),
            // x + x²/2, the next term is 2^-142 of it.
            "expm1" if is_tiny => Some(series(&x, 0.5)),
            "expm1" => x_is(x.exp(2 * P, ROUND, c).sub(&one, P, ROUND)),
            "log" => x_is(x.ln(P, ROUND, c)),
            "log2" => x_is(x.log2(P, ROUND, c)),
            "log10" => x_is(x.log10(P, ROUND, c)),
            "log1p" if is_tiny => Some(series(&x, -0.5)),
            "log1p" => x_is(x.add(&one, 2 * P, ROUND).ln(P, ROUND, c)),
            "sin" => x_is(x.sin(P, ROUND, c)),
            "cos" => x_is(x.cos(P, ROUND, c)),
            "tan" => x_is(x.tan(P, ROUND, c)),
            "sinpi" => x_is(big(fx % 2.0).mul(&c.pi(P, ROUND), P, ROUND).sin(P, ROUND, c)),
            "cospi" => x_is(big(fx % 2.0).mul(&c.pi(P, ROUND), P, ROUND).cos(P, ROUND, c)),
            "arcsin" => x_is(x.asin(P, ROUND, c)),
            "arccos" => x_is(x.acos(P, ROUND, c)),
            "arctan" => x_is(x.atan(P, ROUND, c)),
            "sinh" => x_is(x.sinh(P, ROUND, c)),
            "cosh" => x_is(x.cosh(P, ROUND, c)),
            "tanh" => x_is(x.tanh(P, ROUND, c)),
            "arcsinh" => x_is(x.asinh(P, ROUND, c)),
            "arccosh" => x_is(x.acosh(P, ROUND, c)),
            "arctanh" => x_is(x.atanh(P, ROUND, c)),
            "cbrt" => x_is(x.cbrt(P, ROUND)),
            "hypot" => {
                x_is(x.mul(&x, P, ROUND).add(&y.mul(&y, P, ROUND), 20 * P, ROUND).sqrt(P, ROUND))
            }
            "loghypot" | "log2hypot" | "log10hypot" => {
                let square = x.mul(&x, P, ROUND).add(&y.mul(&y, P, ROUND), ALL, ROUND);
                let unit = match name {
                    "log2hypot" => c.ln_2(P, ROUND),
                    "log10hypot" => c.ln_10(P, ROUND),
                    _ => one.clone(), // tidy: a name
                };
                let excess = square.sub(&one, ALL, ROUND).div(&big(2.0), ALL, ROUND);
                x_is(self.half_log(&square, &excess).div(&unit, P, ROUND))
            }
            "log1phypot" => {
                let square = x.mul(&x, P, ROUND).add(&y.mul(&y, P, ROUND), ALL, ROUND);
                let excess = square.div(&big(2.0), ALL, ROUND).add(&x, ALL, ROUND);
                let number = excess.add(&excess, ALL, ROUND).add(&one, ALL, ROUND);
                x_is(self.half_log(&number, &excess))
            }
            // The first argument is the ordinate.
            "arctan2" | "arctan2high" => {
                let angle = x.div(&y, P, ROUND).atan(P, ROUND, c);
                let half_turn = c.pi(P, ROUND);
                x_is(match (fy < 0.0, fx < 0.0) {
                    (false, _) => angle,
                    (true, false) => angle.add(&half_turn, P, ROUND),
                    (true, true) => angle.sub(&half_turn, P, ROUND),
                })
            }
            "power" => {
                let power = x.abs().pow(&y, P, ROUND, c);
                let is_odd = fy.abs() < 2_f64.powi(53) && fy % 2.0 != 0.0;
                x_is(if fx < 0.0 && is_odd { power.neg() } else { power })
            }
            "erf" if fx.abs() < 30.0 => x_is(self.erf(&x)),
            "erfc" if fx.abs() < 30.0 => x_is(one.sub(&self.erf(&x), WIDE, ROUND)),
            "logaddexp" => {
                let (large, small) = if fx < fy { (y, x) } else { (x, y) };
                let term = small.sub(&large, P, ROUND).exp(P, ROUND, c);
                let log = term.add(&one, 8 * P, ROUND).ln(2 * P, ROUND, c);
                x_is(large.add(&log, P, ROUND))
            }
            _ => None, // distances from the nearest number have to do
        }
    }

    /// The series 2/√π Σ (-1)^n x^(2n+1) / (n! (2n+1)), to enough bits for what cancels in it and in 1 - erf.
    fn erf(&mut self, x: &BigFloat) -> BigFloat {
        let square = x.mul(x, WIDE, ROUND).neg();
        let (mut term, mut sum) = (x.clone(), x.clone());
        for n in 1.. {
            term = term.mul(&square, WIDE, ROUND).div(&big(f64::from(n)), WIDE, ROUND);
            let next = term.div(&big(f64::from(2 * n + 1)), WIDE, ROUND);
            let is_negligible = match (next.exponent(), sum.exponent()) {
                (Some(next), Some(sum)) => (next as i64) < sum as i64 - WIDE as i64,
                (None, _) | (_, None) => true,
            };
            if is_negligible {
                break;
            }
            sum = sum.add(&next, WIDE, ROUND);
        }
        let root = self.constants.pi(WIDE, ROUND).sqrt(WIDE, ROUND);
        sum.mul(&big(2.0), WIDE, ROUND).div(&root, WIDE, ROUND)
    }
}

/// Bits for sums of squares of any two numbers.
const ALL: usize = 20 * P;

/// Bits for the error function: terms reach e^(x²), and its complement is e^(-x²).
const WIDE: usize = 3 * 1152;

fn series(x: &BigFloat, c: f64) -> BigFloat {
    x.add(&x.mul(x, P, ROUND).mul(&big(c), P, ROUND), P, ROUND)
}

fn big(x: f64) -> BigFloat {
    if x.is_subnormal() {
        // The conversion is for others.
        let scale = 2_f64.powi(300);
        return BigFloat::from_f64(x * scale, P).div(&BigFloat::from_f64(scale, P), P, ROUND);
    }
    BigFloat::from_f64(x, P)
}

/// The nearest `f64`, or one beside it.
fn to_f64(x: &BigFloat) -> f64 {
    let Some((words, _, sign, exponent, _)) = x.as_raw_parts() else { return f64::NAN };
    let Some(&top) = words.last() else { return 0.0 };
    let magnitude = top as f64 * 2_f64.powi(-64);
    // In two steps: the power alone may be out of range.
    let half = exponent / 2;
    let value = magnitude * 2_f64.powi(half) * 2_f64.powi(exponent - half);
    if sign.is_positive() { value } else { -value }
}

/// A unit in the last place of a number.
pub(crate) fn unit(x: f64) -> f64 {
    let x = x.abs();
    let next = f64::from_bits(x.to_bits() + 1);
    if next.is_finite() { next - x } else { x - f64::from_bits(x.to_bits() - 1) }
}
