//! Cube root and hypotenuse.

pub(crate) mod single;

use super::double::{fast_two_sum, two_product};
use super::lanes::one::One;
use super::lanes::{Bits, Lanes, Mask};
use super::polynomial::halves;

/// See [`reciprocal`]; printed by `tools/math/inverse.py`.
const RECIPROCAL: u64 = 0x7fde_6238_0000_0000;

/// `1 / x` for a positive `x` below 2^1021, with a relative error up to 5.1 %; finite for 0.
///
/// The bits of a number are nearly its logarithm (Mitchell 1962), so that a difference of bits is nearly a
/// quotient. Enough for a correction of one unit in the last place, where a division would cost more than all
/// else.
#[inline(always)]
pub(super) fn reciprocal<L: Lanes>(x: L) -> L {
    (L::Bits::of(RECIPROCAL) - x.bits()).float()
}

/// The high half of the bits of about `x^(-1/3)` is this less a third of that of `x`.
const START: f64 = 1_430_186_337.0;

const TWO52: f64 = 4_503_599_627_370_496.0;

/// `(1 - r)^(-2/3)` for `|r|` up to 0.10205, relative error 2^-30.4.
const POWER: [f64; 7] = [
    f64::from_bits(0x3fda_0162_674b_ff97), // 0.4063344963797077
    f64::from_bits(0x3fdb_7d0d_6789_1427), // 0.42950759039769298
    f64::from_bits(0x3fdc_f7e6_1ddb_a44f), // 0.45263057434767035
    f64::from_bits(0x3fdf_9a43_8484_bc91), // 0.49379051152477255
    f64::from_bits(0x3fe1_c71c_9db5_b487), // 0.55555563738529734
    f64::from_bits(0x3fe5_5555_6efd_967a), // 0.66666671445700776
    f64::from_bits(0x3fef_ffff_fffd_21d9), // 0.99999999997913414
];

/// The square root, correctly rounded: an instruction everywhere.
#[inline(always)]
pub(crate) fn sqrt<L: Lanes>(x: L) -> L {
    x.sqrt()
}

/// The cube root.
///
/// As in Kahan's note on cube roots (1991) the bits of `x` divided by 3 give a start, here `t`, nearly
/// `x^(-1/3)`; what is wrong with it is `r = 1 - x·t³`, and `x·t²·(1 - r)^(-2/3)` is the root to 30 bits. One
/// step of Newton's with the exact rest `x - y³`, whose factor `1/(3y²)` is `t²·(1 - r)^(-2/3)/3`, gives it to
/// 58 bits before the one rounding.
///
/// Error below 0.53 ULP; the worst found is 0.508, at 0x1.c519806b719bep-1.
#[inline(always)]
pub(crate) fn cbrt<L: Lanes>(x: L) -> L {
    let magnitude = x.abs();
    let root = root(magnitude).fix(
        // The rest x - y³ would be subnormal, and rounded.
        magnitude.lt(L::of(SMALL)) & magnitude.gt(L::of(0.0)),
        magnitude,
        small_root,
    );
    let finite = magnitude.lt(L::of(f64::INFINITY));
    finite.select(root, magnitude).copysign(x)
}

/// 2^-900.
const SMALL: f64 = f64::from_bits((1023 - 900) << 52);

/// The cube root of 0 or a number from [`SMALL`] on.
#[inline(always)]
fn root<L: Lanes>(x: L) -> L {
    let t = inverse_root(x);
    let square = t * t;
    let first = x * t;
    let rest = first.neg_mul_add(square, L::of(1.0));
    let power = halves(rest, &POWER);
    let y = (first * t) * power;
    let y2 = two_product(y, y);
    let rest = y2.lo.neg_mul_add(y, y2.hi.neg_mul_add(y, x));
    rest.mul_add((square * power) * L::of(1.0 / 3.0), y)
}

/// `x^(-1/3)` but for 4 %, of a positive normal number; else finite.
#[inline(always)]
fn inverse_root<L: Lanes>(x: L) -> L {
    // 2^52 + n, where n is the high half of the bits, and 2^52 + START - n/3.
    let high = (x.bits().shr::<32>() | L::Bits::of(TWO52.to_bits())).float();
    let start = high.mul_add(L::of(-1.0 / 3.0), L::of(TWO52 + START + TWO52 / 3.0));
    start.bits().shl::<32>().float()
}

#[cold]
fn small_root(x: f64) -> f64 {
    // 2^360 and 2^-120: 5e-324 becomes about 1e-215.
    let up = f64::from_bits((1023 + 360) << 52);
    root(One(x * up)).0 * f64::from_bits((1023 - 120) << 52)
}

/// The length of the hypotenuse, `sqrt(x² + y²)`; infinite if one of them is, even if the other is NaN.
///
/// The sum of the squares is known to twice the precision, and the root of its high part is corrected by half
/// of the exact rest over the root (as Borges 2020, "Fast compensated algorithms for the reciprocal square root,
/// the reciprocal hypotenuse, and Givens rotations"). What overflows, or loses bits below the normal numbers, is
/// computed from arguments that are scaled by a power of two.
///
/// Error below 0.56 ULP; the worst found is 0.527, at 0x1.874b77e07bc8fp+2, 0x1.d8ceb283fb11fp+3. Subnormal lengths
/// are rounded once, from the integers that they are the roots of.
#[inline(always)]
pub(crate) fn hypot<L: Lanes>(x: L, y: L) -> L {
    let (x, y) = (x.abs(), y.abs());
    let swap = x.lt(y);
    let (large, small) = (swap.select(y, x), swap.select(x, y));
    // Also where one is NaN: no comparison with it holds.
    let ordinary =
        (large.ge(L::of(LEAST)) | (x + y).eq(L::of(0.0))) & large.le(L::of(MOST)) & small.le(large);
    hypotenuse(large, small).fix2(!ordinary, x, y, scaled)
}

/// 2^-400 and 2^500: squares and their errors are normal, or too small to matter.
const LEAST: f64 = f64::from_bits((1023 - 400) << 52);
const MOST: f64 = f64::from_bits((1023 + 500) << 52);

/// For `large` not below `small`, 0 or from [`LEAST`] to [`MOST`].
#[inline(always)]
fn hypotenuse<L: Lanes>(large: L, small: L) -> L {
    let (a, b) = (two_product(large, large), two_product(small, small));
    let sum = fast_two_sum(a.hi, b.hi);
    let root = sum.hi.sqrt();
    let rest = root.neg_mul_add(root, sum.hi) + (sum.lo + (a.lo + b.lo));
    // `rest / (2·root)`, of at most one unit in the last place.
    (rest * L::of(0.5)).mul_add(reciprocal(root), root)
}

#[cold]
fn scaled(x: f64, y: f64) -> f64 {
    if x == f64::INFINITY || y == f64::INFINITY {
        return f64::INFINITY;
    }
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    let (large, small) = if x < y { (y, x) } else { (x, y) };
    let by = |up: f64, down: f64| hypotenuse(One(large * up), One(small * up)).0 * down;
    let power = |exponent: u64| f64::from_bits((1023 + exponent) << 52);
    if large > 1.0 {
        // The smaller one may be rounded: it does not matter then.
        by(1.0 / power(700), power(700))
    } else if large >= f64::MIN_POSITIVE {
        by(power(700), 1.0 / power(700))
    } else {
        subnormal(large.to_bits(), small.to_bits())
    }
}

/// The hypotenuse of whole numbers below 2^52 of 2^-1074, rounded once.
fn subnormal(x: u64, y: u64) -> f64 {
    let square = |x: u64| u128::from(x) * u128::from(x);
    let sum = square(x) + square(y);
    // Too small by less than the larger, so Newton's method from above gets there in a few steps.
    let mut root = u128::from(x) + u128::from(y);
    while square(u64_of(root)) > sum {
        root = (root + sum / root) / 2;
    }
    // The root is cut: one more if it is nearer. A sum halfway between would not be whole.
    let up = sum - root * root > root;
    f64::from_bits(u64_of(root) + u64::from(up))
}

fn u64_of(x: u128) -> u64 {
    u64::try_from(x).unwrap_or(u64::MAX)
}
