//! Exponentials, logarithms, powers and the square root, in `f64`.
//!
//! Special values are those of C99, Annex G. What C99 does not have (`expm1 log1p exp2 log2`) follows the
//! function it is made of.

use super::arithmetic::{div, mul};
use super::real::{Number, Real, exact_product, exact_sum};
use crate::math::elementary::Function2;
use crate::ops::Func;

/// A real number in three factors, the outer ones powers of two or constants, so that the product with a
/// sine or cosine overflows and underflows only if the result does.
#[derive(Clone, Copy)]
pub(super) struct Scaled<'a, 'b> {
    pub(super) first: Real<'a, 'b>,
    pub(super) middle: Real<'a, 'b>,
    pub(super) last: Real<'a, 'b>,
}

impl<'a, 'b> Scaled<'a, 'b> {
    pub(super) fn times(&self, x: Real<'a, 'b>) -> Real<'a, 'b> {
        (x * self.first) * self.middle * self.last
    }
}

/// `exp(745) / 2^500`.
const EXP_745: f64 = 1.0824084797528959e173;

pub(super) fn exp<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    polar(scaled_exp(z.re), z.re, z.im.call(Func::Cos), z.im.call(Func::Sin), z.im)
}

fn scaled_exp<'a, 'b>(x: Real<'a, 'b>) -> Scaled<'a, 'b> {
    // A sine is at least 5e-324, about exp(-745), so exp(x) times a sine overflows only above 1455.
    // x - 745 is exact from 709 on.
    let is_large = x.gt(709.0);
    Scaled {
        first: is_large.pick(2f64.powi(500), 1.0, x),
        middle: is_large.select(x - 745.0, x).call(Func::Exp),
        last: is_large.pick(EXP_745, 1.0, x),
    }
}

/// `length·(cos y + i sin y)` where `length` is an exponential of `x`, with the special values of `cexp`.
fn polar<'a, 'b>(
    length: Scaled<'a, 'b>,
    x: Real<'a, 'b>,
    cos: Real<'a, 'b>,
    sin: Real<'a, 'b>,
    y: Real<'a, 'b>,
) -> Number<'a, 'b> {
    let (zero, infinity) = (x.like(0.0), x.like(f64::INFINITY));
    let has_direction = y.is_finite();
    // Without a direction, infinity is infinite all the same, and zero zero.
    let (is_top, is_bottom) = (!has_direction & x.eq(infinity), !has_direction & x.eq(-infinity));
    let re = is_top.select(infinity, is_bottom.select(zero, length.times(cos)));
    let im = y.eq(0.0).select(y, is_bottom.select(zero.copysign(y), length.times(sin)));
    Number::new(re, im)
}

/// `2^z`: the length is `2^x` to the last place, the angle `y·ln 2` a number and what it lacks to it; from
/// `|y| = 2^26` on, where that is too large for one term of a series, the error of the angle is `|y|·2^-54`.
pub(super) fn exp2<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let (x, y) = (z.re, z.im);
    let is_large = x.gt(1000.0);
    let exponent = is_large.select(x - 1100.0, x);
    let power = is_large.pick(2f64.powi(550), 1.0, x);
    let length = Scaled { first: power, middle: exponent.call(Func::Exp2), last: power };

    let (angle, lack) = exact_product(y, y.like(std::f64::consts::LN_2));
    let lack = lack + y * LN_2_LACK;
    // Tiny numbers are their own sines: `ln 2` is a factor of the length then, as products lose digits there.
    let is_tiny = y.abs().lt(2f64.powi(-900));
    let has_lack = y.abs().lt(2f64.powi(26)) & !is_tiny;
    let lack = has_lack.select(lack, y.like(0.0));
    let (sin, cos) = (angle.call(Func::Sin), angle.call(Func::Cos));
    let re = polar(length, x, cos - lack * sin, sin, y).re;
    let middle = is_tiny.select(length.middle * std::f64::consts::LN_2, length.middle);
    let sin = is_tiny.select(y, sin + lack * cos);
    Number::new(re, polar(Scaled { middle, ..length }, x, cos, sin, y).im)
}

/// What `LN_2` lacks to ln 2.
const LN_2_LACK: f64 = 2.3190468138462996e-17;

/// `exp(z) - 1` without cancellation at 0: `expm1(x) cos y - 2 sin²(y/2)`.
pub(super) fn expm1<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let (x, y) = (z.re, z.im);
    let (sin, cos) = (y.call(Func::Sin), y.call(Func::Cos));
    let whole = polar(scaled_exp(x), x, cos, sin, y);
    // 1 - cos y, which is sin²y / (1 + cos y).
    let versine = cos.gt(0.0).select(sin * (sin / (1.0 + cos)), 1.0 - cos);
    let re = x.call(Func::Expm1) * cos - versine;
    // The zero of exp(-inf) has no direction.
    let re = (x.eq(f64::NEG_INFINITY) & !y.is_finite()).select(x.like(-1.0), re);
    Number::new(x.gt(700.0).select(whole.re, re), whole.im)
}

pub(super) fn log<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    Number::new(z.re.part(Function2::LogHypot, z.im), z.im.arctan2(z.re))
}

pub(super) fn log2<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let angle = z.im.arctan2(z.re) * std::f64::consts::LOG2_E;
    Number::new(z.re.part(Function2::Log2Hypot, z.im), angle)
}

pub(super) fn log10<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let angle = z.im.arctan2(z.re) * std::f64::consts::LOG10_E;
    Number::new(z.re.part(Function2::Log10Hypot, z.im), angle)
}

/// `log(1 + z)` without cancellation at 0.
pub(super) fn log1p<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    Number::new(z.re.part(Function2::Log1pHypot, z.im), z.im.arctan2(1.0 + z.re))
}

/// The root with a real part that is not negative; the sign of a zero imaginary part tells the sides of
/// the cut apart (Kahan, Branch Cuts for Complex Elementary Functions, 1987).
pub(super) fn sqrt<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let (x, y) = (z.re, z.im);
    let size = x.abs().max(y.abs());
    let (is_large, is_small) = (size.gt(2f64.powi(1000)), size.lt(2f64.powi(-900)));
    let pick = |large: i32, small: i32| {
        let otherwise = is_small.pick(2f64.powi(small), 1.0, x);
        is_large.select(x.like(2f64.powi(large)), otherwise)
    };
    let scaled = z.scale(pick(-4, 106));
    let back = pick(2, -53);

    let length = scaled.re.hypot(scaled.im);
    let root = (0.5 * (scaled.re.abs() + length)).sqrt();
    let other = scaled.im.abs() / (root + root);
    let is_right = x.ge(0.0);
    let re = is_right.select(root, other) * back;
    let im = (is_right.select(other, root) * back).copysign(y);

    let zero = x.like(0.0);
    let is_zero = x.eq(0.0) & y.eq(0.0);
    let re = y.is_infinite().select(y.abs(), is_zero.select(zero, re));
    let im = (is_zero | y.is_infinite() | y.is_nan() & !x.eq(f64::NEG_INFINITY)).select(y, im);
    Number::new(re, im)
}

/// `exp(y log x)`, but repeated multiplication for whole exponents below 100, as NumPy's; `x**0` is 1,
/// and 0 to a power whose real part is positive is 0, otherwise NaN.
///
/// The error of the logarithm counts as many times as the exponent is large, so `y log x` is a number and what it
/// lacks.
pub(super) fn pow<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
    let (zero, one, nan) = (x.re.like(0.0), x.re.like(1.0), x.re.like(f64::NAN));
    if let (Some(re), Some(0.0)) = (y.re.known(), y.im.known())
        && re.fract() == 0.0
        && re.abs() < 100.0
    {
        return constant_power(x, re as i32);
    }
    let is_real = y.im.eq(0.0);
    let (exponent, lack) = exponent(x, y);
    let power = exp_of_sum(exponent, lack);

    let is_whole = is_real & y.re.rint().eq(y.re) & y.re.abs().lt(100.0);
    let is_constant = y.re.known().is_some() && y.im.known().is_some();
    let power =
        if is_constant { power } else { is_whole.select_number(whole_power(x, y.re), power) };

    let is_zero = x.re.eq(0.0) & x.im.eq(0.0);
    let at_zero = y.re.gt(0.0).select(zero, nan);
    let power = is_zero.select_number(Number::new(at_zero, at_zero), power);
    (is_real & y.re.eq(0.0)).select_number(Number::new(one, zero), power)
}

/// A number and what it lacks.
type Sum<'a, 'b> = (Real<'a, 'b>, Real<'a, 'b>);

/// `y log x`, and what it lacks.
fn exponent<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> (Number<'a, 'b>, Number<'a, 'b>) {
    let log = (x.re.part(Function2::LogHypot, x.im), x.re.part(Function2::LogHypotLow, x.im));
    let angle = (x.im.part(Function2::Arctan2High, x.re), x.im.part(Function2::Arctan2Low, x.re));
    let (mut re, mut im) = (product(y.re, log), product(y.re, angle));
    if y.im.known() != Some(0.0) {
        // 0·∞ of parts that are not there would be NaN.
        let is_real = y.im.eq(0.0);
        let nothing = x.re.like(-0.0);
        let cross = |x, log| {
            let (product, lack) = product(x, log);
            (is_real.select(nothing, product), is_real.select(nothing, lack))
        };
        (re, im) = (sum(re, cross(-y.im, angle)), sum(im, cross(y.im, log)));
    }
    let (re, im) = (normal(re), normal(im));
    (Number::new(re.0, im.0), Number::new(re.1, im.1))
}

fn product<'a, 'b>(x: Real<'a, 'b>, y: Sum<'a, 'b>) -> Sum<'a, 'b> {
    let (product, lack) = exact_product(x, y.0);
    (product, lack + x * y.1)
}

fn sum<'a, 'b>(x: Sum<'a, 'b>, y: Sum<'a, 'b>) -> Sum<'a, 'b> {
    let (sum, lack) = exact_sum(x.0, y.0);
    (sum, lack + (x.1 + y.1))
}

/// The sum as a number and what it lacks; from 2^40 on, where that is too large for one term of a series, and where
/// the number is not finite, it lacks nothing.
fn normal<'a, 'b>((x, lack): Sum<'a, 'b>) -> Sum<'a, 'b> {
    let is_moderate = x.abs().lt(2f64.powi(40));
    let sum = is_moderate.select(x + lack, x);
    (sum, is_moderate.select(lack - (sum - x), x.like(0.0)))
}

/// `exp(z + lack)`, where the second is small.
fn exp_of_sum<'a, 'b>(z: Number<'a, 'b>, lack: Number<'a, 'b>) -> Number<'a, 'b> {
    let length = scaled_exp(z.re);
    let middle = length.middle + length.middle * lack.re;
    let (sin, cos) = (z.im.call(Func::Sin), z.im.call(Func::Cos));
    let (sin, cos) = (sin + lack.im * cos, cos - lack.im * sin);
    polar(Scaled { middle, ..length }, z.re, cos, sin, z.im)
}

/// `x` to a whole power that is known, with the multiplications of [`whole_power`].
fn constant_power<'a, 'b>(x: Number<'a, 'b>, exponent: i32) -> Number<'a, 'b> {
    let (zero, one) = (x.re.like(0.0), x.re.like(1.0));
    let one = Number::new(one, zero);
    let is_zero = x.re.eq(0.0) & x.im.eq(0.0);
    let at_zero = if exponent < 0 { x.re.like(f64::NAN) } else { zero };
    let power = match exponent {
        0 => return one,
        1 => x,
        2 => mul(x, x),
        3 => mul(x, mul(x, x)),
        _ => repeated(x, exponent.unsigned_abs(), one), // tidy: a number, not an op
    };
    let power = if exponent < 0 { div(one, power) } else { power };
    is_zero.select_number(Number::new(at_zero, at_zero), power)
}

/// Multiplies the squares of squares that the bits of `count` name, from the lowest.
fn repeated<'a, 'b>(x: Number<'a, 'b>, count: u32, one: Number<'a, 'b>) -> Number<'a, 'b> {
    let (mut result, mut square, mut rest) = (one, x, count);
    while rest != 0 {
        if rest & 1 == 1 {
            result = mul(result, square);
        }
        square = mul(square, square);
        rest >>= 1;
    }
    result
}

/// `x` to a whole power below 100 in size: seven bits.
fn whole_power<'a, 'b>(x: Number<'a, 'b>, exponent: Real<'a, 'b>) -> Number<'a, 'b> {
    let one = Number::new(x.re.like(1.0), x.re.like(0.0));
    let (mut result, mut square, mut rest) = (one, x, exponent.abs());
    for bit in 0..7 {
        if bit > 0 {
            square = mul(square, square);
        }
        let half = (rest * 0.5).floor();
        let is_set = (half + half).ne(rest);
        result = is_set.select_number(mul(result, square), result);
        rest = half;
    }
    result = exponent.lt(0.0).select_number(div(one, result), result);
    // One is not multiplied by these: it would change signs of zeros and infinities.
    let square = mul(x, x);
    for (n, power) in [(1.0, x), (2.0, square), (3.0, mul(x, square))] {
        result = exponent.eq(n).select_number(power, result);
    }
    result
}
