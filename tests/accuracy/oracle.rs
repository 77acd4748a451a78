//! Correctly rounded functions, from CORE-MATH.

/// A function of one number, correctly rounded to either type.
#[derive(Clone, Copy)]
pub(crate) struct One {
    pub(crate) narrow: fn(f32) -> f32,
    pub(crate) wide: fn(f64) -> f64,
}

/// A function of two numbers, correctly rounded to either type.
#[derive(Clone, Copy)]
pub(crate) struct Two {
    pub(crate) narrow: fn(f32, f32) -> f32,
    pub(crate) wide: fn(f64, f64) -> f64,
}

macro_rules! oracles {
    ($find:ident $Oracle:ident: $($name:literal $narrow:expr, $wide:expr;)*) => {
        /// Returns the function that `numjit` calls `name`, or the one it is a fast version of.
        pub(crate) fn $find(name: &str) -> Option<$Oracle> {
            match name.trim_end_matches("fast") {
                $($name => Some($Oracle { narrow: $narrow, wide: $wide }),)*
                _ => None, // tidy: names
            }
        }
    };
}

oracles! { one One:
    "exp" core_math::expf, core_math::exp;
    "exp2" core_math::exp2f, core_math::exp2;
    "exp10" core_math::exp10f, core_math::exp10;
    "expm1" core_math::expm1f, core_math::expm1;
    "log" core_math::logf, core_math::log;
    "log2" core_math::log2f, core_math::log2;
    "log10" core_math::log10f, core_math::log10;
    "log1p" core_math::log1pf, core_math::log1p;
    "sin" core_math::sinf, core_math::sin;
    "cos" core_math::cosf, core_math::cos;
    "tan" core_math::tanf, core_math::tan;
    "sinpi" core_math::sinpif, core_math::sinpi;
    "cospi" core_math::cospif, core_math::cospi;
    "arcsin" core_math::asinf, core_math::asin;
    "arccos" core_math::acosf, core_math::acos;
    "arctan" core_math::atanf, core_math::atan;
    "sinh" core_math::sinhf, core_math::sinh;
    "cosh" core_math::coshf, core_math::cosh;
    "tanh" core_math::tanhf, core_math::tanh;
    "arcsinh" core_math::asinhf, core_math::asinh;
    "arccosh" core_math::acoshf, core_math::acosh;
    "arctanh" core_math::atanhf, core_math::atanh;
    "sqrt" f32::sqrt, f64::sqrt;
    "cbrt" core_math::cbrtf, core_math::cbrt;
    "erf" core_math::erff, core_math::erf;
    "erfc" core_math::erfcf, core_math::erfc;
    "gamma" core_math::tgammaf, core_math::tgamma;
    "lgamma" core_math::lgammaf, core_math::lgamma;
}

oracles! { two Two:
    "arctan2" core_math::atan2f, core_math::atan2;
    "hypot" core_math::hypotf, core_math::hypot;
    "power" powf, pow;
    "fmod" |x, y| x % y, |x, y| x % y; // exact on every platform
}

/// 1 for these also beside a signalling NaN, of which C does not say it.
fn pow(x: f64, y: f64) -> f64 {
    if y == 0.0 || x == 1.0 { 1.0 } else { core_math::pow(x, y) }
}

fn powf(x: f32, y: f32) -> f32 {
    if y == 0.0 || x == 1.0 { 1.0 } else { core_math::powf(x, y) }
}
