//! Elementary and special functions of `f64`, each one algorithm, written once over [`Lanes`].
//!
//! ```text
//! lanes    what they are made of: + - * / sqrt fma, compare, select, integers, table lookup
//! double   sums of two f64
//! polynomial   in three orders
//! single   how results of f32 are rounded
//! exp, log, trigonometric, …   the functions, by family
//! kernels  the loops over tiles, one per function and kind of processor
//! ```
//!
//! The bits are the same on every processor, at every place in a tile and beside every neighbour: there is
//! one algorithm, a fused multiply-add is one everywhere (in software where need be), nothing calls the
//! platform's mathematical library, and arguments that need more (huge angles, the subnormal ends) are
//! computed lane by lane. Functions of `f32` are computed in `f64`, and rounded once ([`single`]).

#![allow(
    clippy::approx_constant,
    clippy::excessive_precision,
    clippy::inconsistent_digit_grouping,
    clippy::unreadable_literal,
    reason = "coefficients and tables are as scripts print them"
)]

pub(crate) mod complex;
pub(crate) mod double;
pub(crate) mod erf;
pub(crate) mod exp;
pub(crate) mod gamma;
pub(crate) mod graph;
pub(crate) mod hyperbolic;
pub(crate) mod inverse;
pub(crate) mod inverse_hyperbolic;
pub(crate) mod kernels;
pub(crate) mod lanes;
pub(crate) mod log;
pub(crate) mod polynomial;
pub(crate) mod pow;
pub(crate) mod remainder;
pub(crate) mod roots;
pub(crate) mod single;
pub(crate) mod table;
pub(crate) mod trigonometric;

use lanes::{Bits, Lanes};

/// A function of one number.
pub(crate) trait Map1 {
    fn call<L: Lanes>(x: L) -> L;

    /// The function of `f32`: `x` is one, and so is the result when it has been rounded.
    type Single: Steps;
}

/// A function of `f32` in two steps.
///
/// What waits for all that was before it, as the question whether the result is good enough does, takes room in the
/// processor where the next vectors could be computed meanwhile. In a loop of its own it does not have to wait.
pub(crate) trait Steps {
    /// Whether there is more than the first step.
    const TWO: bool = true;

    /// What the result is nearly always.
    fn quick<L: Lanes>(x: L) -> L;

    /// Numbers of which a half is negative (see [`Bits::any_half_negative`]) where it may not be.
    fn doubts<L: Lanes>(quick: L) -> L::Bits;

    /// The result there, and `quick` elsewhere.
    fn settle<L: Lanes>(x: L, quick: L) -> L;

    /// All of it.
    #[inline(always)]
    fn call<L: Lanes>(x: L) -> L {
        let quick = Self::quick(x);
        if Self::TWO && Self::doubts(quick).any_half_negative() {
            Self::settle(x, quick)
        } else {
            quick
        }
    }
}

/// A function of two numbers.
pub(crate) trait Map2 {
    fn call<L: Lanes>(x: L, y: L) -> L;

    /// The function of `f32`, as above.
    fn call_f32<L: Lanes>(x: L, y: L) -> L;
}

/// Something to do with the type of a function of one number.
pub(crate) trait Visit1 {
    type Output;
    fn visit<F: Map1>(self) -> Self::Output;
}

/// Something to do with the type of a function of two numbers.
pub(crate) trait Visit2 {
    type Output;
    fn visit<F: Map2>(self) -> Self::Output;
}

/// Declares an enumeration of functions, and a type for each: `Name = function of f64, function of f32`, where the
/// second one is a type in brackets if it has two [`Steps`].
macro_rules! functions {
    ($Function:ident: $Map:ident $Visit:ident $parameters:tt $arguments:tt
     $($name:ident = $path:path, $($path_f32:path)? $([$steps:path])?;)*) => {
        /// The functions of so many numbers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum $Function {
            $($name,)*
        }

        impl $Function {
            #[cfg(any(test, feature = "testing"))]
            pub(crate) const ALL: &'static [$Function] = &[$($Function::$name,)*];

            /// Calls `visit` with the type of the function.
            pub(crate) fn visit<V: $Visit>(self, visit: V) -> V::Output {
                $(
                    struct $name;

                    impl $Map for $name {
                        #[inline(always)]
                        fn call<L: Lanes> $parameters -> L {
                            $path $arguments
                        }

                        $(single! { $Map $name $path_f32 })?
                        $(type Single = $steps;)?
                    }

                    $(steps! { $Map $name $path_f32 })?
                )*
                match self {
                    $($Function::$name => visit.visit::<$name>(),)*
                }
            }
        }
    };
}

/// What the type of a function says of that of `f32`, if it is a function.
macro_rules! single {
    (Map1 $name:ident $path:path) => {
        type Single = $name;
    };
    (Map2 $name:ident $path:path) => {
        #[inline(always)]
        fn call_f32<L: Lanes>(x: L, y: L) -> L {
            $path(x, y)
        }
    };
}

/// A function of `f32` in a single step.
macro_rules! steps {
    (Map1 $name:ident $path:path) => {
        impl Steps for $name {
            const TWO: bool = false;

            #[inline(always)]
            fn quick<L: Lanes>(x: L) -> L {
                $path(x)
            }

            #[inline(always)]
            fn doubts<L: Lanes>(_: L) -> L::Bits {
                L::Bits::of(0)
            }

            #[inline(always)]
            fn settle<L: Lanes>(_: L, quick: L) -> L {
                quick
            }
        }
    };
    (Map2 $name:ident $path:path) => {};
}

functions! {
    Function1: Map1 Visit1 (x: L) (x)
    Exp = exp::exp, exp::single::exp;
    Exp2 = exp::exp2, exp::single::exp2;
    Exp10 = exp::exp10, exp::single::exp10;
    Expm1 = exp::expm1, exp::single::expm1;
    Log = log::log, [log::single::Log];
    Log2 = log::log2, [log::single::Log2];
    Log10 = log::log10, [log::single::Log10];
    Log1p = log::log1p, [log::single::Log1p];
    Sin = trigonometric::sin, [trigonometric::single::Sin];
    Cos = trigonometric::cos, [trigonometric::single::Cos];
    SinFast = trigonometric::fast::sin, [trigonometric::single::Sin];
    CosFast = trigonometric::fast::cos, [trigonometric::single::Cos];
    Tan = trigonometric::tan, [trigonometric::single::Tan];
    TanFast = trigonometric::fast::tan, [trigonometric::single::Tan];
    Sinpi = trigonometric::sinpi, trigonometric::single::sinpi;
    Cospi = trigonometric::cospi, trigonometric::single::cospi;
    Arcsin = inverse::asin, [inverse::single::Arcsin];
    Arccos = inverse::acos, [inverse::single::Arccos];
    Arctan = inverse::atan, [inverse::single::Arctan];
    ArctanFast = inverse::fast::atan, [inverse::single::Arctan];
    Sinh = hyperbolic::sinh, hyperbolic::single::sinh;
    Cosh = hyperbolic::cosh, hyperbolic::single::cosh;
    Tanh = hyperbolic::tanh, hyperbolic::single::tanh;
    Arcsinh = inverse_hyperbolic::asinh, inverse_hyperbolic::single::asinh;
    Arccosh = inverse_hyperbolic::acosh, inverse_hyperbolic::single::acosh;
    Arctanh = inverse_hyperbolic::atanh, inverse_hyperbolic::single::atanh;
    Sqrt = roots::sqrt, roots::sqrt;
    Cbrt = roots::cbrt, roots::single::cbrt;
    Erf = erf::erf, erf::single::erf;
    Erfc = erf::erfc, erf::single::erfc;
    Gamma = gamma::gamma, gamma::single::gamma;
    Lgamma = gamma::lgamma, gamma::single::lgamma;
}

functions! {
    Function2: Map2 Visit2 (x: L, y: L) (x, y)
    Arctan2 = inverse::atan2, inverse::single::atan2;
    Arctan2Fast = inverse::fast::atan2, inverse::single::atan2;
    Hypot = roots::hypot, roots::single::hypot;
    Pow = pow::pow, pow::single::pow;
    Fmod = remainder::fmod, remainder::fmod;
    Rem = remainder::rem, remainder::rem;
    FloorDiv = remainder::floor_div, remainder::floor_div_f32;
    Logaddexp = log::logaddexp, log::single::logaddexp;
    LogHypot = complex::log_hypot, complex::log_hypot;
    LogHypotLow = complex::log_hypot_low, complex::log_hypot_low;
    Log2Hypot = complex::log2_hypot, complex::log2_hypot;
    Log10Hypot = complex::log10_hypot, complex::log10_hypot;
    Log1pHypot = complex::log1p_hypot, complex::log1p_hypot;
    Arctan2High = complex::atan2_high, complex::atan2_high;
    Arctan2Low = complex::atan2_low, complex::atan2_low;
    ProductLow = complex::product_low, complex::product_low;
}
