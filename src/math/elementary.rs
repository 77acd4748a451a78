//! Elementary functions of one `f64`, from the standard library, the `libm` crate, and a few of our own.

use std::f64::consts::{LN_2, PI};

use super::Op1;

#[inline(always)]
pub(super) fn eval(op: Op1, x: f64) -> f64 {
    match op {
        Op1::Cbrt => libm::cbrt(x),
        Op1::Exp => x.exp(),
        Op1::Exp2 => x.exp2(),
        // The power is within one unit, and exact where the result is.
        Op1::Exp10 => 10_f64.powf(x),
        Op1::Expm1 => x.exp_m1(),
        Op1::Log => x.ln(),
        Op1::Log2 => x.log2(),
        Op1::Log10 => x.log10(),
        Op1::Log1p => x.ln_1p(),
        Op1::Sin => x.sin(),
        Op1::Cos => x.cos(),
        Op1::Tan => x.tan(),
        Op1::Sinpi => sinpi(x),
        Op1::Cospi => cospi(x),
        Op1::Arcsin => x.asin(),
        Op1::Arccos => x.acos(),
        Op1::Arctan => x.atan(),
        Op1::Sinh => x.sinh(),
        Op1::Cosh => x.cosh(),
        Op1::Tanh => x.tanh(),
        Op1::Arcsinh => arcsinh(x),
        Op1::Arccosh => arccosh(x),
        Op1::Arctanh => arctanh(x),
        Op1::Erf => libm::erf(x),
        Op1::Erfc => libm::erfc(x),
        Op1::Gamma => libm::tgamma(x),
        Op1::Lgamma => libm::lgamma(x),
        Op1::Floor => x.floor(),
        Op1::Ceil => x.ceil(),
        Op1::Trunc => x.trunc(),
        Op1::Rint => x.round_ties_even(),
    }
}

// The standard library's own inverse hyperbolic functions are formulas, not the C library's: they
// lose digits near 1 (arccosh), near -1 (arctanh) and overflow at the top (arcsinh, arccosh). These
// stay within 2.1 units in the last place (measured against 36 digits on 30,000 points each); the
// identities are those of NIST DLMF §4.37.

/// Above this, `x*x + 1` and `x*x - 1` are `x*x` to the last bit.
const LARGE: f64 = 268_435_456.0; // 2^28

fn arcsinh(x: f64) -> f64 {
    let a = x.abs();
    let result = if a > LARGE {
        a.ln() + LN_2
    } else {
        // a + sqrt(a² + 1) - 1 with the difference taken out: sqrt(a² + 1) - 1 = a² / (1 + sqrt(a² + 1)).
        let square = a * a;
        (a + square / (1.0 + (square + 1.0).sqrt())).ln_1p()
    };
    result.copysign(x)
}

fn arccosh(x: f64) -> f64 {
    if x < 1.0 {
        f64::NAN
    } else if x > LARGE {
        x.ln() + LN_2
    } else {
        // x + sqrt(x² - 1) - 1 in terms of t = x - 1, which is exact near 1.
        let t = x - 1.0;
        (t + (2.0 * t + t * t).sqrt()).ln_1p()
    }
}

fn arctanh(x: f64) -> f64 {
    let a = x.abs();
    // 1 - a is exact from 1/2 on, where it matters; NaN above 1 by the logarithm.
    (0.5 * (2.0 * a / (1.0 - a)).ln_1p()).copysign(x)
}

// sin(πx) and cos(πx) stay within 1.1 units in the last place (measured, as above): π·r is computed to
// twice the precision, and what its rounding loses is put back to first order.

/// π to 27 bits and the rest, to 53 more.
const PI_HIGH: f64 = 3.141_592_651_605_606;
const PI_LOW: f64 = 1.984_187_159_361_081e-9;

/// For a ≥ 0: whether there is an odd number of half turns in πa, and what is left of a, in [0, 1).
fn half_turn(a: f64) -> (bool, f64) {
    let rest = a % 2.0;
    (rest >= 1.0, if rest >= 1.0 { rest - 1.0 } else { rest })
}

/// Returns π·r rounded, and what is missing.
fn pi_times(r: f64) -> (f64, f64) {
    let product = PI * r;
    let high = f64::from_bits(r.to_bits() & !((1 << 27) - 1)); // 26 bits
    let low = r - high;
    (product, ((PI_HIGH * high - product) + PI_HIGH * low + PI_LOW * high) + PI_LOW * low)
}

/// sin(πr) for r in [0, 1/4].
fn sin_pi_times(r: f64) -> f64 {
    let (y, missing) = pi_times(r);
    // sin(y + e) = sin y + e cos y, and e is far below a unit: 1 - y²/2 will do for cos y.
    y.sin() + missing * (1.0 - 0.5 * y * y)
}

/// cos(πr) for r in [0, 1/4].
fn cos_pi_times(r: f64) -> f64 {
    let (y, missing) = pi_times(r);
    y.cos() - missing * y
}

/// sin(πx): the argument is reduced without an error, and 0 has the sign of x.
fn sinpi(x: f64) -> f64 {
    let (turn, r) = half_turn(x.abs());
    // sin(π - y) = sin y; the difference is exact, for r is at least 1/2.
    let r = if r > 0.5 { 1.0 - r } else { r };
    let size = if r <= 0.25 { sin_pi_times(r) } else { cos_pi_times(0.5 - r) };
    // Odd: the sign of x, turned; and where the sine is 0, that of x.
    if turn && size != 0.0 { -size.copysign(x) } else { size.copysign(x) }
}

/// cos(πx): the argument is reduced without an error, and 0 is positive.
fn cospi(x: f64) -> f64 {
    let (turn, r) = half_turn(x.abs());
    // cos(π - y) = -cos y.
    let (turn, r) = if r > 0.5 { (!turn, 1.0 - r) } else { (turn, r) };
    let size = if r <= 0.25 { cos_pi_times(r) } else { sin_pi_times(0.5 - r) };
    if turn && size != 0.0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::Func;

    /// Distance in units of the last place of `want`.
    fn ulps(got: f64, want: f64) -> f64 {
        if got == want { 0.0 } else { ((got - want) / (want.abs().next_up() - want.abs())).abs() }
    }

    // Reference values: mpmath, 60 digits, rounded to nearest.
    #[test]
    fn inverse_hyperbolic_functions_are_accurate_where_the_plain_formulas_cancel() {
        let cases = [
            (Op1::Arcsinh, 1e-10, 1e-10),
            (Op1::Arcsinh, -0.5, -0.48121182505960347),
            (Op1::Arcsinh, 3.0, 1.8184464592320668),
            (Op1::Arcsinh, 1.7e308, 710.4199840737882),
            (Op1::Arccosh, 1.0 + f64::EPSILON, 2.1073424255447014e-8),
            (Op1::Arccosh, 1.0001, 0.014142017775251545),
            (Op1::Arccosh, 2.0, 1.3169578969248168),
            (Op1::Arccosh, 1.7e308, 710.4199840737882),
            (Op1::Arctanh, 1e-10, 1e-10),
            (Op1::Arctanh, -0.5, -0.5493061443340549),
            (Op1::Arctanh, -(1.0 - f64::EPSILON / 2.0), -18.714973875118524),
        ];
        for (op, x, want) in cases {
            let got = eval(op, x);
            assert!(ulps(got, want) <= 2.0, "{op:?}({x:?}) = {got:?}, want {want:?}");
        }
    }

    // The worst arguments of a random search, with mpmath's values rounded to nearest.
    #[test]
    fn stated_bounds_hold_at_the_worst_arguments_found() {
        let cases = [
            (Func::Tanh, 0.22584838273275917, 0.222085158650382),
            (Func::Sinh, 0.8618686479281901, 0.9726043288945798),
            (Func::Cosh, 7.217512130516929, 681.5471866669733),
            (Func::Arcsinh, 0.4652055679953232, 0.4498762863190105),
            (Func::Arccosh, 1.001897170337827, 0.06158848537258768),
            (Func::Arctanh, 0.061220874042466504, 0.06129753168909724),
            (Func::Log10, 1.31376875849929, 0.11851893010542841),
            (Func::Expm1, 0.3757204207844027, 0.4560399983398216),
            (Func::Log1p, 0.4079031588568379, 0.3421014761494558),
            (Func::Cbrt, -443.60802801645445, -7.62663798843061),
            (Func::Exp2, -689.3238727824225, 3.1105527109483824e-208),
            (Func::Exp10, 14.434176211570787, 271754166634005.88),
            (Func::Sinpi, -0.27065534234136696, -0.7514710001334666),
            (Func::Cospi, -0.710745198432658, -0.614755212093817),
            (Func::Erf, 1.43432193961051e-6, 1.6184589955634176e-6),
            (Func::Erfc, 23.750038904683386, 2.542979477466185e-247),
            (Func::Gamma, 7.537080321843894, 2011.525168515275),
            (Func::Gamma, -14.629774631545022, -7.18744564711788e-12),
            (Func::Lgamma, 11.255204252595608, 15.707664118713826),
        ];
        for (func, x, want) in cases {
            let got = eval(Op1::from_func(func).expect("it has one argument"), x);
            // The value that is wanted is itself rounded, by half a unit.
            let bound = f64::from(func.info().max_ulp) + 0.5;
            assert!(ulps(got, want) <= bound, "{func}({x:?}) = {got:?}, want {want:?}");
        }
    }

    #[test]
    fn sine_and_cosine_of_half_turns_are_exact() {
        let cases = [
            (0.0, 0.0, 1.0),
            (0.5, 1.0, 0.0),
            (1.0, 0.0, -1.0),
            (1.5, -1.0, 0.0),
            (2.0, 0.0, 1.0),
            (1e15 + 0.5, 1.0, 0.0),
            (2_251_799_813_685_249.5, -1.0, 0.0),
            (1e300, 0.0, 1.0),
        ];
        for (x, sine, cosine) in cases {
            assert_eq!(eval(Op1::Sinpi, x).to_bits(), f64::to_bits(sine), "{x}");
            assert_eq!(eval(Op1::Sinpi, -x).to_bits(), f64::to_bits(-sine), "-{x}");
            assert_eq!(eval(Op1::Cospi, x).to_bits(), f64::to_bits(cosine), "{x}");
            assert_eq!(eval(Op1::Cospi, -x).to_bits(), f64::to_bits(cosine), "-{x}");
        }
        for x in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert!(eval(Op1::Sinpi, x).is_nan() && eval(Op1::Cospi, x).is_nan());
        }
        assert_eq!(eval(Op1::Sinpi, 5e-324), 1.5e-323);
    }

    #[test]
    fn edges_of_gamma_and_the_powers_of_ten() {
        assert_eq!(eval(Op1::Gamma, 6.0), 120.0);
        assert_eq!(eval(Op1::Gamma, 0.0), f64::INFINITY);
        assert_eq!(eval(Op1::Gamma, -0.0), f64::NEG_INFINITY);
        assert_eq!(eval(Op1::Gamma, 172.0), f64::INFINITY);
        assert!(eval(Op1::Gamma, -1.0).is_nan());
        assert_eq!(eval(Op1::Lgamma, 1.0), 0.0);
        assert_eq!(eval(Op1::Lgamma, 2.0), 0.0);
        assert_eq!(eval(Op1::Lgamma, -3.0), f64::INFINITY);
        assert_eq!(eval(Op1::Lgamma, f64::NEG_INFINITY), f64::INFINITY);
        for n in 0..=22 {
            assert_eq!(eval(Op1::Exp10, n.into()), 10_f64.powi(n));
        }
        assert_eq!(eval(Op1::Cbrt, -27.0), -3.0);
        assert_eq!(eval(Op1::Erf, f64::NEG_INFINITY), -1.0);
        assert_eq!(eval(Op1::Erfc, f64::INFINITY), 0.0);
    }

    #[test]
    fn edges_of_the_inverse_hyperbolic_functions() {
        for op in [Op1::Arcsinh, Op1::Arctanh] {
            assert_eq!(eval(op, -0.0).to_bits(), (-0.0_f64).to_bits());
            assert_eq!(eval(op, 5e-324), 5e-324);
        }
        assert_eq!(eval(Op1::Arcsinh, f64::NEG_INFINITY), f64::NEG_INFINITY);
        assert_eq!(eval(Op1::Arccosh, f64::INFINITY), f64::INFINITY);
        assert_eq!(eval(Op1::Arccosh, 1.0), 0.0);
        assert!(eval(Op1::Arccosh, 0.999).is_nan());
        assert!(eval(Op1::Arccosh, f64::NEG_INFINITY).is_nan());
        assert_eq!(eval(Op1::Arctanh, 1.0), f64::INFINITY);
        assert_eq!(eval(Op1::Arctanh, -1.0), f64::NEG_INFINITY);
        assert!(eval(Op1::Arctanh, 1.5).is_nan());
        for op in [Op1::Arcsinh, Op1::Arccosh, Op1::Arctanh] {
            assert!(eval(op, f64::NAN).is_nan());
        }
    }
}
