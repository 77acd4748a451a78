//! Values of functions of numbers in the text.
//!
//! They decide what an exponent, a condition or an axis is. A kernel uses only those that are exact.

use super::super::literal::{self, Literal};
use super::python;
use crate::ops::{CompareOp, Func};

/// Returns the value of a function, if it is known how to compute it here, and whether it is exact.
pub(super) fn known(func: Func, args: &[Literal]) -> Option<(Literal, bool)> {
    exact(func, args)
        .map(|value| (value, true))
        .or_else(|| rounded(func, args).map(|value| (Literal::Float(value), false)))
}

/// Functions whose results are known to the last bit, on any machine.
fn exact(func: Func, args: &[Literal]) -> Option<Literal> {
    let is_complex = args.iter().any(|arg| matches!(arg, Literal::Complex(..)));
    match (func, args) {
        (Func::Copy, &[x]) => return Some(x),
        (Func::OnesLike, &[x]) => {
            return Some(match x {
                Literal::Bool(_) => Literal::Bool(true),
                Literal::Int(_) => Literal::Int(1),
                Literal::Float(_) => Literal::Float(1.0),
                Literal::Complex(..) => Literal::Complex(1.0, 0.0),
            });
        }
        (Func::Real, &[x]) => return Some(python::part(x, false)),
        (Func::Imag, &[x]) => return Some(python::part(x, true)),
        (Func::Conj, &[Literal::Complex(re, im)]) => return Some(Literal::Complex(re, -im)),
        (Func::Conj, &[x]) => return Some(x),
        (Func::Complex, parts) => return Some(complex(parts)),
        _ => {} // tidy: the rest are functions of real numbers
    }
    if is_complex {
        return None;
    }
    let all_int = args.iter().all(|arg| arg.as_int().is_some());
    let bool_of = |value: f64, test: fn(f64) -> bool| Some(Literal::Bool(test(value)));
    let real = |index: usize| args.get(index).copied().map_or(0.0, python::real);
    let (x, y) = (real(0), real(1));
    let whole = |round: fn(f64) -> f64| {
        if all_int { args.first().copied() } else { Some(Literal::Float(round(x))) }
    };
    match func {
        Func::Isnan => bool_of(x, f64::is_nan),
        Func::Isinf => bool_of(x, f64::is_infinite),
        Func::Isfinite => bool_of(x, f64::is_finite),
        Func::Signbit => bool_of(x, f64::is_sign_negative),
        Func::Floor => whole(f64::floor),
        Func::Ceil => whole(f64::ceil),
        Func::Trunc => whole(f64::trunc),
        Func::Round => round(args),
        Func::Abs if all_int => args[0].as_int()?.checked_abs().map(Literal::Int),
        Func::Abs => Some(Literal::Float(x.abs())),
        Func::Sign if all_int => args[0].as_int().map(i128::signum).map(Literal::Int),
        Func::Sign if x.is_nan() || x == 0.0 => Some(Literal::Float(x + 0.0)),
        Func::Sign => Some(Literal::Float(x.signum())),
        Func::Sqrt if !matches!(args, [Literal::Bool(_)]) => Some(Literal::Float(x.sqrt())),
        Func::Fmod if all_int => {
            let (x, y) = (args[0].as_int()?, args[1].as_int()?);
            Some(Literal::Int(x.checked_rem(y).unwrap_or(0)))
        }
        Func::Fmod => Some(Literal::Float(x % y)),
        Func::Copysign => Some(Literal::Float(x.copysign(y))),
        Func::Maximum | Func::Minimum => {
            let (lhs, rhs) = (*args.first()?, *args.get(1)?);
            let op = if func == Func::Maximum { CompareOp::Ge } else { CompareOp::Le };
            Some(if x.is_nan() || literal::compare(op, lhs, rhs) { lhs } else { rhs })
        }
        _ => None, // tidy: not exact
    }
}

/// Python's `complex(re, im)`, where both parts may be complex themselves.
fn complex(parts: &[Literal]) -> Literal {
    let part = |index: usize| parts.get(index).map_or((0.0, 0.0), |part| part.parts());
    let (re, im) = (part(0), part(1));
    Literal::Complex(re.0 - im.1, re.1 + im.0)
}

/// NumPy's `round(x, decimals)`: scaled, rounded and scaled back.
fn round(args: &[Literal]) -> Option<Literal> {
    let x = *args.first()?;
    let decimals = args.get(1).map_or(Some(0), |decimals| decimals.as_int())?;
    let scale = 10_i128.checked_pow(u32::try_from(decimals.unsigned_abs()).ok()?)?;
    match x {
        Literal::Int(_) if decimals >= 0 => Some(x),
        Literal::Int(value) => {
            let scaled = (value as f64 / scale as f64).round_ties_even();
            Some(Literal::Int(scaled as i128 * scale))
        }
        Literal::Bool(value) => Some(Literal::Float(u8::from(value).into())),
        Literal::Float(value) => {
            let scale = scale as f64;
            let rounded = match decimals {
                0 => value.round_ties_even(),
                1.. => (value * scale).round_ties_even() / scale,
                ..0 => (value / scale).round_ties_even() * scale,
            };
            Some(Literal::Float(rounded))
        }
        Literal::Complex(..) => None,
    }
}

/// The other functions of real numbers, as near as the machine's library computes them.
fn rounded(func: Func, args: &[Literal]) -> Option<f64> {
    if args.iter().any(|arg| matches!(arg, Literal::Complex(..))) {
        return None;
    }
    let real = |index: usize| args.get(index).copied().map_or(0.0, python::real);
    let (x, y) = (real(0), real(1));
    match func {
        Func::Sqrt => Some(x.sqrt()),
        Func::Sin => Some(x.sin()),
        Func::Cos => Some(x.cos()),
        Func::Tan => Some(x.tan()),
        Func::Arcsin => Some(x.asin()),
        Func::Arccos => Some(x.acos()),
        Func::Arctan => Some(x.atan()),
        Func::Arctan2 => Some(x.atan2(y)),
        Func::Sinh => Some(x.sinh()),
        Func::Cosh => Some(x.cosh()),
        Func::Tanh => Some(x.tanh()),
        Func::Arcsinh => Some(x.asinh()),
        Func::Arccosh => Some(x.acosh()),
        Func::Arctanh => Some(x.atanh()),
        Func::Log => Some(x.ln()),
        Func::Log1p => Some(x.ln_1p()),
        Func::Log2 => Some(x.log2()),
        Func::Log10 => Some(x.log10()),
        Func::Exp => Some(x.exp()),
        Func::Expm1 => Some(x.exp_m1()),
        Func::Hypot => Some(x.hypot(y)),
        _ => None, // tidy: computed when a kernel runs
    }
}
