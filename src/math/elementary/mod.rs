//! Elementary and special functions of `f64`, each one algorithm, written once over [`Lanes`].
//!
//! ```text
//! lanes    what they are made of: + - * / sqrt fma, compare, select, integers, table lookup
//! double   sums of two f64
//! exp, log, trigonometric, …   the functions, by family
//! kernels  the loops over tiles, one per function and kind of processor
//! ```
//!
//! The bits are the same on every processor, at every place in a tile and beside every neighbour: there is
//! one algorithm, a fused multiply-add is one everywhere (in software where need be), nothing calls the
//! platform's mathematical library, and arguments that need more (huge angles, the subnormal ends) are
//! computed lane by lane. An `f32` result is the `f64` result rounded once.

#![allow(
    clippy::approx_constant,
    clippy::excessive_precision,
    clippy::inconsistent_digit_grouping,
    clippy::unreadable_literal,
    reason = "coefficients and tables are as scripts print them"
)]

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
pub(crate) mod pow;
pub(crate) mod remainder;
pub(crate) mod roots;
pub(crate) mod table;
pub(crate) mod trigonometric;

use lanes::Lanes;

/// A function of one number.
pub(crate) trait Map1 {
    fn call<L: Lanes>(x: L) -> L;
}

/// A function of two numbers.
pub(crate) trait Map2 {
    fn call<L: Lanes>(x: L, y: L) -> L;
}

/// Declares the enumerations of functions, and a type for each.
macro_rules! functions {
    (
        one { $($one:ident = $path1:path;)* }
        two { $($two:ident = $path2:path;)* }
    ) => {
        /// The functions of one number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Function1 {
            $($one,)*
        }

        /// The functions of two numbers.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Function2 {
            $($two,)*
        }

        impl Function1 {
            #[cfg(any(test, feature = "testing"))]
            pub(crate) const ALL: &'static [Function1] = &[$(Function1::$one,)*];

            /// Calls `visit` with the type of the function.
            pub(crate) fn visit<V: Visit1>(self, visit: V) -> V::Output {
                $(
                    struct $one;

                    impl Map1 for $one {
                        #[inline(always)]
                        fn call<L: Lanes>(x: L) -> L {
                            $path1(x)
                        }
                    }
                )*
                match self {
                    $(Function1::$one => visit.visit::<$one>(),)*
                }
            }
        }

        impl Function2 {
            #[cfg(any(test, feature = "testing"))]
            pub(crate) const ALL: &'static [Function2] = &[$(Function2::$two,)*];

            /// Calls `visit` with the type of the function.
            pub(crate) fn visit<V: Visit2>(self, visit: V) -> V::Output {
                $(
                    struct $two;

                    impl Map2 for $two {
                        #[inline(always)]
                        fn call<L: Lanes>(x: L, y: L) -> L {
                            $path2(x, y)
                        }
                    }
                )*
                match self {
                    $(Function2::$two => visit.visit::<$two>(),)*
                }
            }
        }
    };
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

functions! {
    one {
        Exp = exp::exp;
        Exp2 = exp::exp2;
        Exp10 = exp::exp10;
        Expm1 = exp::expm1;
        Log = log::log;
        Log2 = log::log2;
        Log10 = log::log10;
        Log1p = log::log1p;
        Sin = trigonometric::sin;
        Cos = trigonometric::cos;
        Tan = trigonometric::tan;
        TanFast = trigonometric::fast::tan;
        Sinpi = trigonometric::sinpi;
        Cospi = trigonometric::cospi;
        Arcsin = inverse::asin;
        Arccos = inverse::acos;
        Arctan = inverse::atan;
        ArctanFast = inverse::fast::atan;
        Sinh = hyperbolic::sinh;
        Cosh = hyperbolic::cosh;
        Tanh = hyperbolic::tanh;
        Arcsinh = inverse_hyperbolic::asinh;
        Arccosh = inverse_hyperbolic::acosh;
        Arctanh = inverse_hyperbolic::atanh;
        Cbrt = roots::cbrt;
        Erf = erf::erf;
        Erfc = erf::erfc;
        Gamma = gamma::gamma;
        Lgamma = gamma::lgamma;
    }
    two {
        Arctan2 = inverse::atan2;
        Arctan2Fast = inverse::fast::atan2;
        Hypot = roots::hypot;
        Pow = pow::pow;
        Fmod = remainder::fmod;
        Rem = remainder::rem;
        FloorDiv = remainder::floor_div;
        FloorDivF32 = remainder::floor_div_f32;
        Logaddexp = log::logaddexp;
    }
}
