//! Correctly rounded functions, from CORE-MATH.

/// A function of one number, correctly rounded to either type.
#[derive(Clone, Copy)]
pub(crate) struct Oracle {
    pub(crate) narrow: fn(f32) -> f32,
    pub(crate) wide: fn(f64) -> f64,
}

macro_rules! oracles {
    ($($name:literal $narrow:ident $wide:ident;)*) => {
        /// Returns the function that `numjit` calls `name`.
        pub(crate) fn of(name: &str) -> Option<Oracle> {
            match name {
                "sqrt" => Some(Oracle { narrow: f32::sqrt, wide: f64::sqrt }),
                $($name => Some(Oracle { narrow: core_math::$narrow, wide: core_math::$wide }),)*
                _ => None, // tidy: names
            }
        }
    };
}

oracles! {
    "exp" expf exp;
    "exp2" exp2f exp2;
    "exp10" exp10f exp10;
    "expm1" expm1f expm1;
    "log" logf log;
    "log2" log2f log2;
    "log10" log10f log10;
    "log1p" log1pf log1p;
    "sin" sinf sin;
    "cos" cosf cos;
    "tan" tanf tan;
    "sinpi" sinpif sinpi;
    "cospi" cospif cospi;
    "arcsin" asinf asin;
    "arccos" acosf acos;
    "arctan" atanf atan;
    "sinh" sinhf sinh;
    "cosh" coshf cosh;
    "tanh" tanhf tanh;
    "arcsinh" asinhf asinh;
    "arccosh" acoshf acosh;
    "arctanh" atanhf atanh;
    "cbrt" cbrtf cbrt;
    "erf" erff erf;
    "erfc" erfcf erfc;
    "gamma" tgammaf tgamma;
    "lgamma" lgammaf lgamma;
}
