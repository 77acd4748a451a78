//! Polynomials. Coefficients come from the highest power down.
//!
//! The three ways to compute one differ in how many steps wait for each other, and in the last bits.

use super::lanes::Lanes;

// Loops, not iterators: their closures may stay functions of their own, without the instructions of the kernel.

/// By Horner's rule: every step waits for the one before.
#[inline(always)]
pub(crate) fn horner<L: Lanes>(x: L, coefficients: &[f64]) -> L {
    let mut sum = L::of(coefficients[0]);
    let mut at = 1;
    while at < coefficients.len() {
        sum = sum.mul_add(x, L::of(coefficients[at]));
        at += 1;
    }
    sum
}

/// By Horner's rule for the even and for the odd powers, which is half the steps that wait for each other.
#[inline(always)]
pub(crate) fn halves<L: Lanes>(x: L, coefficients: &[f64]) -> L {
    let square = x * x;
    let mut sums = [L::of(coefficients[0]), L::of(coefficients[1])];
    let mut at = 2;
    while at < coefficients.len() {
        sums[at % 2] = sums[at % 2].mul_add(square, L::of(coefficients[at]));
        at += 1;
    }
    sums[at % 2].mul_add(x, sums[1 - at % 2])
}

/// The same polynomial by fours of them, each the sum of two pairs (Estrin 1960): one product more, but even less time.
#[inline(always)]
pub(crate) fn estrin<L: Lanes, const N: usize>(x: L, coefficients: &[f64; N]) -> L {
    let square = x * x;
    let fourth = square * square;
    let (mut sum, mut at) = match N % 4 {
        1 => (L::of(coefficients[0]), 1),
        2 => (pair(x, coefficients, 0), 2),
        3 => (L::of(coefficients[0]).mul_add(square, pair(x, coefficients, 1)), 3),
        _ => (four(x, square, coefficients, 0), 4),
    };
    while at < N {
        sum = sum.mul_add(fourth, four(x, square, coefficients, at));
        at += 4;
    }
    sum
}

#[inline(always)]
fn four<L: Lanes>(x: L, square: L, coefficients: &[f64], at: usize) -> L {
    pair(x, coefficients, at).mul_add(square, pair(x, coefficients, at + 2))
}

#[inline(always)]
fn pair<L: Lanes>(x: L, coefficients: &[f64], at: usize) -> L {
    L::of(coefficients[at]).mul_add(x, L::of(coefficients[at + 1]))
}

/// Coefficients in all lanes.
#[inline(always)]
pub(crate) fn each<const LEN: usize, L: Lanes>(coefficients: &[f64; LEN]) -> [L; LEN] {
    let mut all = [L::of(0.0); LEN];
    let mut at = 0;
    while at < LEN {
        all[at] = L::of(coefficients[at]);
        at += 1;
    }
    all
}
