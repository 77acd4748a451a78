//! Complex numbers as pairs of values.
//!
//! Every function takes a [`GraphBuilder`] and [`Pair`]s and adds instructions on `f32` or `f64` to the
//! graph: nothing below knows complex numbers. There is no control flow; the cases of a function are
//! computed side by side and selected.
//!
//! # Bits and errors
//!
//! Arithmetic (`add sub neg conj mul div square reciprocal sign`), comparisons, the largest and smallest,
//! and rounding have NumPy's bits, in the prim of the operands; `sign` also where a length overflows or is
//! subnormal, which NumPy has not. The other functions compute in `f64` and round once to `f32`, with the
//! special values, branch cuts and signs of zeros of C99, Annex G, and neither overflow nor underflow on
//! the way unless the result does.
//!
//! Largest errors of each part in units of its last place, in `f64`. Not proven: above the worst of 9,000
//! points all over the plane, near the unit circle and near the ends of the range, against mpmath.
//!
//! | functions | error |
//! |---|---|
//! | real parts of `log log2 log10 log1p` | 0.51 |
//! | imaginary parts of these | 2 |
//! | `exp sin cos sinh cosh`, where `exp` of neither part overflows | 2 |
//! | `exp sin cos sinh cosh` elsewhere, `sqrt` | 3 |
//! | `exp2`, for imaginary parts below 2^26 | 3 |
//! | `tan tanh` | 5 |
//! | `arcsin arccos arctan arcsinh arccosh arctanh` | 4 |
//! | `expm1`, in units of the larger part | 3 |
//! | `pow`, in units of the larger part | 4 + abs(y log x)·2^-14, up to 2^40 of these |

mod arithmetic;
mod exponential;
mod hyperbolic;
mod inverse;
mod real;
#[cfg(test)]
mod tests;

use self::real::{Formulas, Number};
use super::{GraphBuilder, Value};
use crate::dtype::Prim;

/// A complex value: two values of one prim, `f32` or `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) re: Value,
    pub(crate) im: Value,
}

/// Functions `module::name` of numbers, in the prim of the operands, as functions of pairs.
macro_rules! direct {
    ($($module:ident::$name:ident($($operand:ident),*), $doc:literal;)*) => {$(
        #[doc = $doc]
        pub(crate) fn $name(b: &mut GraphBuilder, $($operand: Pair),*) -> Pair {
            let formulas = Formulas::new(b);
            $module::$name($(formulas.number($operand)),*).pair()
        }
    )*};
}

/// The same with an answer that is one value, a float or a `bool`.
macro_rules! single {
    ($($module:ident::$name:ident($($operand:ident),*), $doc:literal;)*) => {$(
        #[doc = $doc]
        pub(crate) fn $name(b: &mut GraphBuilder, $($operand: Pair),*) -> Value {
            let formulas = Formulas::new(b);
            $module::$name($(formulas.number($operand)),*).value
        }
    )*};
}

/// The same, but computed in `f64` and rounded once.
macro_rules! precise {
    ($($module:ident::$name:ident($($operand:ident),*), $doc:literal;)*) => {$(
        #[doc = $doc]
        pub(crate) fn $name(b: &mut GraphBuilder, $($operand: Pair),*) -> Pair {
            let formulas = Formulas::new(b);
            let prim = [$(formulas.number($operand).re.prim()),*][0];
            $module::$name($(formulas.number($operand).cast(Prim::F64)),*).cast(prim).pair()
        }
    )*};
}

direct! {
    arithmetic::add(x, y), "`x + y`.";
    arithmetic::sub(x, y), "`x - y`.";
    arithmetic::mul(x, y), "`x * y`.";
    arithmetic::div(x, y), "`x / y`, by Smith's algorithm; by zero, each part is divided by zero.";
    arithmetic::neg(z), "`-z`.";
    arithmetic::conj(z), "The complex conjugate.";
    arithmetic::square(z), "`z * z`.";
    arithmetic::reciprocal(z), "`1 / z`, by Smith's algorithm.";
    arithmetic::sign(z), "`z / abs(z)`, 0 for 0.";
    arithmetic::rint(z), "Each part rounded to the nearest whole number, halves to the even one.";
    arithmetic::maximum(x, y), "The larger, by real and then by imaginary parts; the first that is NaN.";
    arithmetic::minimum(x, y), "The smaller, by real and then by imaginary parts; the first that is NaN.";
    arithmetic::fmax(x, y), "The larger, or the one that is not NaN.";
    arithmetic::fmin(x, y), "The smaller, or the one that is not NaN.";
}

single! {
    arithmetic::abs(z), "The length, without overflow on the way.";
    arithmetic::angle(z), "The angle in radians, from -π to π.";
    arithmetic::eq(x, y), "Whether both parts are equal.";
    arithmetic::ne(x, y), "Whether a part differs.";
    arithmetic::lt(x, y), "Whether `x` comes before `y`, by real and then by imaginary parts.";
    arithmetic::le(x, y), "Whether `x` comes before `y` or is equal.";
    arithmetic::is_nan(z), "Whether a part is NaN.";
    arithmetic::is_infinite(z), "Whether a part is infinite.";
    arithmetic::is_finite(z), "Whether both parts are finite.";
    arithmetic::is_true(z), "Whether the number is not zero; NaN is not.";
}

precise! {
    exponential::exp(z), "e raised to `z`.";
    exponential::exp2(z), "2 raised to `z`.";
    exponential::expm1(z), "`exp(z) - 1`, accurate near zero.";
    exponential::log(z), "The natural logarithm, cut along the negative real axis.";
    exponential::log2(z), "The logarithm to base 2.";
    exponential::log10(z), "The logarithm to base 10.";
    exponential::log1p(z), "`log(1 + z)`, accurate near zero.";
    exponential::sqrt(z), "The square root on the right, cut along the negative real axis.";
    exponential::pow(x, y), "`x` raised to `y`.";
    hyperbolic::sin(z), "The sine.";
    hyperbolic::cos(z), "The cosine.";
    hyperbolic::tan(z), "The tangent.";
    hyperbolic::sinh(z), "The hyperbolic sine.";
    hyperbolic::cosh(z), "The hyperbolic cosine.";
    hyperbolic::tanh(z), "The hyperbolic tangent.";
    inverse::arcsin(z), "The inverse sine, cut along the real axis outside of [-1, 1].";
    inverse::arccos(z), "The inverse cosine, cut along the real axis outside of [-1, 1].";
    inverse::arctan(z), "The inverse tangent, cut along the imaginary axis outside of [-i, i].";
    inverse::arcsinh(z), "The inverse hyperbolic sine, cut along the imaginary axis outside of [-i, i].";
    inverse::arccosh(z), "The inverse hyperbolic cosine, cut along the real axis below 1.";
    inverse::arctanh(z), "The inverse hyperbolic tangent, cut along the real axis outside of [-1, 1].";
}

/// The complex number with this real part and no imaginary one.
pub(crate) fn from_real(b: &mut GraphBuilder, re: Value) -> Pair {
    let formulas = Formulas::new(b);
    let re = formulas.real(re);
    Number::new(re, re.like(0.0)).pair()
}

/// `x` where the condition, a `bool`, holds, `y` elsewhere.
pub(crate) fn select(b: &mut GraphBuilder, condition: Value, x: Pair, y: Pair) -> Pair {
    Pair { re: b.select(condition, x.re, y.re), im: b.select(condition, x.im, y.im) }
}

/// Casts both parts.
pub(crate) fn cast(b: &mut GraphBuilder, z: Pair, prim: Prim) -> Pair {
    Pair { re: b.cast(z.re, prim), im: b.cast(z.im, prim) }
}
