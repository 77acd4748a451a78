//! The functions of numexpr, and the kinds in which they compute.

use super::kind::Kind;
use crate::ops::{Func, Reduction};

/// A function by the name under which expressions call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Math(Math),
    Where,
    Contains,
    Reduction(Reduction),
}

/// A function of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Math {
    pub(super) func: Func,
    /// Its name in messages, which is NumPy's.
    pub(super) name: &'static str,
    /// The lowest and the highest kind of its result, where there is one.
    least: Option<Kind>,
    most: Option<Kind>,
    /// Whether integers stay integers.
    keeps_ints: bool,
    /// Whether the result is a truth value.
    asks: bool,
}

impl Math {
    /// Returns the kind of the result for operands of this common kind.
    ///
    /// `None` for strings, if numexpr looks for their rank among the kinds.
    ///
    /// Not as numexpr: `abs` keeps integers, which numexpr promises and does not do.
    pub(super) fn result(self, common: Kind) -> Option<Kind> {
        let ranked = self.least.is_some() || self.most.is_some();
        let kind = match common {
            Kind::Bytes if ranked => return None,
            Kind::Bytes => Kind::Bytes,
            Kind::Int | Kind::Long | Kind::Unsigned if self.keeps_ints => common,
            Kind::Int | Kind::Long | Kind::Unsigned => Kind::Double,
            Kind::Bool | Kind::Float | Kind::Double | Kind::Complex => {
                let raised = self.least.map_or(common, |least| least.max(common));
                self.most.map_or(raised, |most| most.min(raised))
            }
        };
        Some(if self.asks { Kind::Bool } else { kind })
    }
}

/// Returns the function with this name. numexpr has no others, and no variable can have its name.
pub(super) fn from_name(name: &str) -> Option<Function> {
    let any =
        |func, name| Math { func, name, least: None, most: None, keeps_ints: false, asks: false };
    let float = |func, name| Math { least: Some(Kind::Float), ..any(func, name) };
    let double = |func, name| Math { least: Some(Kind::Double), ..any(func, name) };
    let whole = |func, name| Math { keeps_ints: true, ..double(func, name) };
    let asks = |func, name| Math { asks: true, ..double(func, name) };
    let math = match name {
        "copy" => Math { keeps_ints: true, ..any(Func::Copy, "copy") },
        "ones_like" => Math { keeps_ints: true, ..any(Func::OnesLike, "ones_like") },
        "sqrt" => float(Func::Sqrt, "sqrt"),
        "sin" => float(Func::Sin, "sin"),
        "cos" => float(Func::Cos, "cos"),
        "tan" => float(Func::Tan, "tan"),
        "arcsin" => float(Func::Arcsin, "arcsin"),
        "arccos" => float(Func::Arccos, "arccos"),
        "arctan" => float(Func::Arctan, "arctan"),
        "sinh" => float(Func::Sinh, "sinh"),
        "cosh" => float(Func::Cosh, "cosh"),
        "tanh" => float(Func::Tanh, "tanh"),
        "arcsinh" => float(Func::Arcsinh, "arcsinh"),
        "arccosh" => float(Func::Arccosh, "arccosh"),
        "arctanh" => float(Func::Arctanh, "arctanh"),
        "log" => float(Func::Log, "log"),
        "log1p" => float(Func::Log1p, "log1p"),
        "log10" => float(Func::Log10, "log10"),
        "log2" => float(Func::Log2, "log2"),
        "exp" => float(Func::Exp, "exp"),
        "expm1" => float(Func::Expm1, "expm1"),
        "fmod" => float(Func::Fmod, "fmod"),
        "arctan2" => float(Func::Arctan2, "arctan2"),
        "hypot" => double(Func::Hypot, "hypot"),
        "nextafter" => double(Func::Nextafter, "nextafter"),
        "copysign" => double(Func::Copysign, "copysign"),
        "maximum" => double(Func::Maximum, "maximum"),
        "minimum" => double(Func::Minimum, "minimum"),
        "abs" => Math { keeps_ints: true, ..float(Func::Abs, "absolute") },
        "ceil" => Math { most: Some(Kind::Double), ..float(Func::Ceil, "ceil") },
        "floor" => Math { most: Some(Kind::Double), ..float(Func::Floor, "floor") },
        "trunc" => double(Func::Trunc, "trunc"),
        "round" => whole(Func::Round, "round"),
        "sign" => whole(Func::Sign, "sign"),
        "real" => Math { most: Some(Kind::Double), ..double(Func::Real, "real") },
        "imag" => Math { most: Some(Kind::Double), ..double(Func::Imag, "imag") },
        "complex" => Math { least: Some(Kind::Complex), ..any(Func::Complex, "complex") },
        "conj" => Math { least: Some(Kind::Complex), ..any(Func::Conj, "conjugate") },
        "isnan" => asks(Func::Isnan, "isnan"),
        "isfinite" => asks(Func::Isfinite, "isfinite"),
        "isinf" => asks(Func::Isinf, "isinf"),
        "signbit" => asks(Func::Signbit, "signbit"),
        "where" => return Some(Function::Where),
        "contains" => return Some(Function::Contains),
        "sum" => return Some(Function::Reduction(Reduction::Sum)),
        "prod" => return Some(Function::Reduction(Reduction::Prod)),
        "min" => return Some(Function::Reduction(Reduction::Min)),
        "max" => return Some(Function::Reduction(Reduction::Max)),
        _ => return None, // tidy: a name, not an op
    };
    Some(Function::Math(math))
}
