//! Turns powers with a constant exponent into multiplications.
//!
//! Integers wrap, so `x**n` for n in 0..=64 is exactly a product.
//!
//! Floats, as NumPy's fast paths and a few more:
//!
//! | exponent | becomes | error |
//! |---|---|---|
//! | 0 | 1 | none; also for NaN |
//! | 1 | x | none |
//! | -1, 0.5, 2 | 1/x, sqrt(x), x*x | correctly rounded |
//! | 3..=16 | a product | below |
//!
//! `sqrt` differs from `pow` in two values, as NumPy's does: `(-0.0)**0.5` is -0.0 and `(-inf)**0.5`
//! is NaN.
//!
//! The error of a product: let u be half the distance from 1 to the next number, and let the computed
//! p(k) be x^k times e(k) factors (1 + δ), |δ| ≤ u. A multiplication p(a)·p(b) adds one factor, so
//! e(a + b) = e(a) + e(b) + 1 and, as e(1) = 0, e(n) = n - 1 in whatever way x^n is multiplied
//! together, squares shared or not. The relative error is therefore at most (n - 1)·u to first order:
//! between (n - 1)/2 units in the last place, where x^n is just above a power of two, and n - 1, just
//! below one. No intermediate power overflows or underflows unless the result does.

use super::{Rewriter, rewrite};
use crate::dtype::Scalar;
use crate::ir::{Binary, Graph, Inst, Unary, Value};

/// Largest integer power that becomes a product: at most 10 multiplications.
const MAX_INT_EXPONENT: i128 = 64;

/// Largest float power that becomes a product: at most 6 multiplications and 7.5 to 15 units in the
/// last place.
const MAX_FLOAT_EXPONENT: f64 = 16.0;

pub(super) fn run(graph: &Graph) -> Graph {
    rewrite(graph, 3)
}

pub(super) fn rule(rw: &mut Rewriter, inst: Inst) -> Option<Value> {
    let Inst::Binary(Binary::Pow, x, exponent) = inst else { return None };
    let n = rw.as_constant(exponent)?;
    match n.to_int() {
        Some(n) => int_power(rw, x, n),
        None => float_power(rw, x, n.to_f64()),
    }
}

fn int_power(rw: &mut Rewriter, x: Value, n: i128) -> Option<Value> {
    if n == 0 {
        return Some(rw.constant(Scalar::small(1, rw.prim(x))));
    }
    (0..=MAX_INT_EXPONENT).contains(&n).then(|| product(rw, x, n))
}

fn float_power(rw: &mut Rewriter, x: Value, n: f64) -> Option<Value> {
    if n == 0.0 {
        return Some(rw.constant(Scalar::small(1, rw.prim(x))));
    }
    if n == -1.0 {
        let one = rw.constant(Scalar::small(1, rw.prim(x)));
        return Some(rw.binary(Binary::Div, one, x));
    }
    if n == 0.5 {
        return Some(rw.unary(Unary::Sqrt, x));
    }
    let is_small = n.trunc() == n && (1.0..=MAX_FLOAT_EXPONENT).contains(&n);
    is_small.then(|| product(rw, x, n as i128))
}

/// Returns `x` to the power of `n` ≥ 1: the product of those of x, x², x⁴, x⁸, … that are the binary
/// digits of `n`.
fn product(rw: &mut Rewriter, x: Value, n: i128) -> Value {
    let (mut result, mut square, mut rest) = (None, x, n);
    loop {
        if rest & 1 == 1 {
            result = Some(result.map_or(square, |result| rw.binary(Binary::Mul, result, square)));
        }
        rest >>= 1;
        if rest == 0 {
            return result.expect("n has a highest digit");
        }
        square = rw.binary(Binary::Mul, square, square);
    }
}
