//! Exponentials, logarithms, powers and the square root, in `f64`.
//!
//! Special values are those of C99, Annex G. What C99 does not have (`expm1 log1p exp2 log2`) follows the
//! function it is made of.

use super::arithmetic::{div, mul};
use super::real::{Number, Real, exact_product, exact_sum};
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
    let length = Scaled { first: power, middle: x.like(2.0).power(exponent), last: power };

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

/// The base of a logarithm: the function of a real number, and `log(e)` in it.
#[derive(Clone, Copy)]
struct Base {
    func: Func,
    /// One unit of the natural logarithm.
    unit: f64,
    /// `log(2^600)`.
    log_of_scale: f64,
}

const NATURAL: Base = Base { func: Func::Log, unit: 1.0, log_of_scale: 415.88830833596717 };
const BINARY: Base = Base { func: Func::Log2, unit: std::f64::consts::LOG2_E, log_of_scale: 600.0 };
const DECIMAL: Base =
    Base { func: Func::Log10, unit: std::f64::consts::LOG10_E, log_of_scale: 180.61799739838872 };

pub(super) fn log<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    logarithm(z, NATURAL)
}

pub(super) fn log2<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    logarithm(z, BINARY)
}

pub(super) fn log10<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    logarithm(z, DECIMAL)
}

fn logarithm<'a, 'b>(z: Number<'a, 'b>, base: Base) -> Number<'a, 'b> {
    let (x, y) = (z.re, z.im);
    let (square, lack_x) = exact_product(x, x);
    let (square_y, lack_y) = exact_product(y, y);
    let (sum, lack) = exact_sum(square, x.like(-1.0));
    let (sum, lack_of_sum) = exact_sum(sum, square_y);
    let excess = sum + (lack_of_sum + lack + lack_x + lack_y);
    let angle = y.arctan2(x);
    let angle = if base.unit == 1.0 { angle } else { angle * base.unit };
    Number::new(log_of_length(z, excess, base), angle)
}

/// `log(1 + z)` without cancellation at 0.
pub(super) fn log1p<'a, 'b>(z: Number<'a, 'b>) -> Number<'a, 'b> {
    let (x, y) = (z.re, z.im);
    // |1 + z|² - 1 = 2x + x² + y².
    let (square_x, lack_x) = exact_product(x, x);
    let (square_y, lack_y) = exact_product(y, y);
    let (sum, lack) = exact_sum(x + x, square_y);
    let (sum, lack_of_sum) = exact_sum(sum, square_x);
    let excess = sum + (lack_of_sum + lack + lack_x + lack_y);
    let shifted = Number::new(1.0 + x, y);
    Number::new(log_of_length(shifted, excess, NATURAL), y.arctan2(shifted.re))
}

/// The logarithm of `|z|`, given `|z|² - 1` exactly where `|z|` is near 1.
fn log_of_length<'a, 'b>(z: Number<'a, 'b>, excess: Real<'a, 'b>, base: Base) -> Real<'a, 'b> {
    let (x, y) = (z.re.abs(), z.im.abs());
    let size = x.max(y);
    let (is_large, is_small) = (size.gt(2f64.powi(500)), size.lt(2f64.powi(-500)));
    let scale = is_small.pick(2f64.powi(600), 1.0, x);
    let scale = is_large.select(x.like(2f64.powi(-600)), scale);
    let offset = is_small.pick(-base.log_of_scale, 0.0, x);
    let offset = is_large.select(x.like(base.log_of_scale), offset);
    let (xs, ys) = (x * scale, y * scale);
    let square = xs * xs + ys * ys;

    // Near 1, log(1 + m) = log(u)·m/(u - 1) with u = 1 + m rounded: the errors of u cancel (Kahan).
    let near = 1.0 + excess;
    let is_near = square.gt(0.5) & square.lt(2.0) & size.lt(2.0) & size.gt(0.25);
    let log = is_near.select(near, square).call(base.func);
    let close = near.eq(1.0).select(excess * base.unit, log * (excess / (near - 1.0)));
    let result = is_near.select(0.5 * close, 0.5 * log + offset);
    let is_infinite = x.eq(f64::INFINITY) | y.eq(f64::INFINITY);
    is_infinite.select(x.like(f64::INFINITY), result)
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
/// The error of the logarithm counts as many times as the exponent is large: it is about
/// `|y log x|·2^-53`, relative to the result.
pub(super) fn pow<'a, 'b>(x: Number<'a, 'b>, y: Number<'a, 'b>) -> Number<'a, 'b> {
    let (zero, one, nan) = (x.re.like(0.0), x.re.like(1.0), x.re.like(f64::NAN));
    if let (Some(re), Some(0.0)) = (y.re.known(), y.im.known())
        && re.fract() == 0.0
        && re.abs() < 100.0
    {
        return constant_power(x, re as i32);
    }
    let is_real = y.im.eq(0.0);
    let log = log(x);
    let product = mul(log, y);
    // 0·∞ of parts that are not there would be NaN.
    let exponent = is_real.select_number(log.scale(y.re), product);
    let power = exp(exponent);

    let is_whole = is_real & y.re.rint().eq(y.re) & y.re.abs().lt(100.0);
    let is_constant = y.re.known().is_some() && y.im.known().is_some();
    let power =
        if is_constant { power } else { is_whole.select_number(whole_power(x, y.re), power) };

    let is_zero = x.re.eq(0.0) & x.im.eq(0.0);
    let at_zero = y.re.gt(0.0).select(zero, nan);
    let power = is_zero.select_number(Number::new(at_zero, at_zero), power);
    (is_real & y.re.eq(0.0)).select_number(Number::new(one, zero), power)
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
