//! The operators, functions and reductions of the language: one list each.
//!
//! Every layer matches these enums exhaustively, so a new variant makes the compiler name the places
//! that must learn about it. Function *names* are looked up here once and never compared again.

use std::fmt;

use smallvec::SmallVec;

/// A prefix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum UnaryOp {
    Neg,
    Pos,
    Invert,
    Not,
}

impl UnaryOp {
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            UnaryOp::Neg => "-",
            UnaryOp::Pos => "+",
            UnaryOp::Invert => "~",
            UnaryOp::Not => "not",
        }
    }
}

/// An infix operator other than a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Rem,
    MatMul,
    Pow,
    Shl,
    Shr,
    BitAnd,
    BitXor,
    BitOr,
    And,
    Or,
}

impl BinaryOp {
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::FloorDiv => "//",
            BinaryOp::Rem => "%",
            BinaryOp::MatMul => "@",
            BinaryOp::Pow => "**",
            BinaryOp::Shl => "<<",
            BinaryOp::Shr => ">>",
            BinaryOp::BitAnd => "&",
            BinaryOp::BitXor => "^",
            BinaryOp::BitOr => "|",
            BinaryOp::And => "and",
            BinaryOp::Or => "or",
        }
    }
}

/// A comparison operator; comparisons chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CompareOp {
    Lt,
    Le,
    Eq,
    Ne,
    Ge,
    Gt,
    In,
    NotIn,
    Is,
    IsNot,
}

impl CompareOp {
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Eq => "==",
            CompareOp::Ne => "!=",
            CompareOp::Ge => ">=",
            CompareOp::Gt => ">",
            CompareOp::In => "in",
            CompareOp::NotIn => "not in",
            CompareOp::Is => "is",
            CompareOp::IsNot => "is not",
        }
    }
}

/// How a function treats the dtypes of its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FuncClass {
    /// Computed in floating point: integers become `f64`, `f32` stays.
    Float,
    /// Keeps the common dtype of the arguments.
    Same,
    /// Asks a question about a number; the answer is `bool`.
    Predicate,
    /// `where(condition, x, y)`: the common dtype of `x` and `y`.
    Select,
}

/// What the table says about a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FuncInfo {
    /// The name that is printed.
    pub(crate) name: &'static str,
    /// Other names for the same function.
    pub(crate) aliases: &'static [&'static str],
    pub(crate) arity: usize,
    pub(crate) class: FuncClass,
    /// Largest error in units in the last place; 0 means exact or correctly rounded. Not proven: above the
    /// worst that 12,000 to 60,000 arguments of each function had against 36 digits (glibc 2.36).
    pub(crate) max_ulp: f32,
    pub(crate) doc: &'static str,
}

macro_rules! funcs {
    ($($variant:ident, $name:literal, [$($alias:literal),*], $arity:literal, $class:ident, $ulp:literal, $doc:literal;)*) => {
        /// A function of one to three arguments, computed element by element.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Func {
            $($variant,)*
        }

        impl Func {
            /// Every function, in the order of the documentation.
            pub(crate) const ALL: &[Func] = &[$(Func::$variant,)*];

            pub(crate) fn info(self) -> &'static FuncInfo {
                match self {
                    $(Func::$variant => &FuncInfo {
                        name: $name,
                        aliases: &[$($alias),*],
                        arity: $arity,
                        class: FuncClass::$class,
                        max_ulp: $ulp,
                        doc: $doc,
                    },)*
                }
            }

            /// Returns the function with this name or alias.
            pub(crate) fn from_name(name: &str) -> Option<Func> {
                match name {
                    $($name $(| $alias)* => Some(Func::$variant),)*
                    _ => None, // tidy: a name, not an op
                }
            }
        }
    };
}

funcs! {
    Sqrt, "sqrt", [], 1, Float, 0.0, "Square root; NaN below zero.";
    Exp, "exp", [], 1, Float, 1.0, "e raised to x.";
    Expm1, "expm1", [], 1, Float, 1.0, "exp(x) - 1, accurate near zero.";
    Log, "log", [], 1, Float, 1.0, "Natural logarithm; -inf at zero, NaN below.";
    Log2, "log2", [], 1, Float, 1.0, "Logarithm to base 2.";
    Log10, "log10", [], 1, Float, 2.0, "Logarithm to base 10.";
    Log1p, "log1p", [], 1, Float, 1.0, "log(1 + x), accurate near zero.";
    Sin, "sin", [], 1, Float, 1.0, "Sine of x in radians.";
    Cos, "cos", [], 1, Float, 1.0, "Cosine of x in radians.";
    Tan, "tan", [], 1, Float, 1.0, "Tangent of x in radians.";
    Arcsin, "arcsin", ["asin"], 1, Float, 1.0, "Inverse sine, in [-π/2, π/2]; NaN outside [-1, 1].";
    Arccos, "arccos", ["acos"], 1, Float, 1.0, "Inverse cosine, in [0, π]; NaN outside [-1, 1].";
    Arctan, "arctan", ["atan"], 1, Float, 1.0, "Inverse tangent, in [-π/2, π/2].";
    Arctan2, "arctan2", ["atan2"], 2, Float, 1.0, "Angle of the point (y, x), in [-π, π]; the first argument is y.";
    Sinh, "sinh", [], 1, Float, 2.0, "Hyperbolic sine.";
    Cosh, "cosh", [], 1, Float, 2.0, "Hyperbolic cosine.";
    Tanh, "tanh", [], 1, Float, 3.0, "Hyperbolic tangent.";
    Arcsinh, "arcsinh", ["asinh"], 1, Float, 2.0, "Inverse hyperbolic sine.";
    Arccosh, "arccosh", ["acosh"], 1, Float, 3.0, "Inverse hyperbolic cosine; NaN below 1.";
    Arctanh, "arctanh", ["atanh"], 1, Float, 3.0, "Inverse hyperbolic tangent; NaN outside [-1, 1].";
    Hypot, "hypot", [], 2, Float, 1.0, "sqrt(x**2 + y**2) without overflow on the way.";
    Fmod, "fmod", [], 2, Same, 0.0, "Remainder with the sign of the dividend, as in C; for integers 0 where the divisor is 0.";
    Abs, "abs", ["absolute"], 1, Same, 0.0, "Absolute value; abs of the smallest integer is itself.";
    Sign, "sign", [], 1, Same, 0.0, "-1, 0 or 1; NaN for NaN.";
    Floor, "floor", [], 1, Same, 0.0, "Largest whole number not above x.";
    Ceil, "ceil", [], 1, Same, 0.0, "Smallest whole number not below x.";
    Trunc, "trunc", [], 1, Same, 0.0, "Whole number nearest to x towards zero.";
    Round, "round", [], 1, Same, 0.0, "Whole number nearest to x; halves go to the even one.";
    Copysign, "copysign", [], 2, Float, 0.0, "The size of x with the sign of y.";
    Nextafter, "nextafter", [], 2, Float, 0.0, "The next representable number after x towards y.";
    Maximum, "maximum", [], 2, Same, 0.0, "The larger of two numbers; NaN if either is.";
    Minimum, "minimum", [], 2, Same, 0.0, "The smaller of two numbers; NaN if either is.";
    Isnan, "isnan", [], 1, Predicate, 0.0, "Whether x is not a number.";
    Isinf, "isinf", [], 1, Predicate, 0.0, "Whether x is infinite.";
    Isfinite, "isfinite", [], 1, Predicate, 0.0, "Whether x is neither infinite nor NaN.";
    Signbit, "signbit", [], 1, Predicate, 0.0, "Whether the sign bit is set, also for -0.0 and NaN.";
    Where, "where", [], 3, Select, 0.0, "x where the condition holds, y elsewhere; both are computed.";
    Copy, "copy", [], 1, Same, 0.0, "x itself.";
    OnesLike, "ones_like", [], 1, Same, 0.0, "1 in the dtype of x.";
    Real, "real", [], 1, Same, 0.0, "The real part: x itself for real numbers.";
    Imag, "imag", [], 1, Same, 0.0, "The imaginary part: 0 for real numbers.";
    Conj, "conj", ["conjugate"], 1, Same, 0.0, "The complex conjugate: x itself for real numbers.";
}

impl fmt::Display for Func {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().name)
    }
}

/// What the table says about a reduction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReductionInfo {
    pub(crate) name: &'static str,
    pub(crate) doc: &'static str,
}

/// A function of all elements of an array, with one result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Reduction {
    Sum,
    Prod,
    Min,
    Max,
    Mean,
    Any,
    All,
}

impl Reduction {
    /// Every reduction, in the order of the documentation.
    pub(crate) const ALL: &[Reduction] = &[
        Reduction::Sum,
        Reduction::Prod,
        Reduction::Min,
        Reduction::Max,
        Reduction::Mean,
        Reduction::Any,
        Reduction::All,
    ];

    pub(crate) fn info(self) -> &'static ReductionInfo {
        match self {
            Reduction::Sum => &ReductionInfo {
                name: "sum",
                doc: "Sum of the elements, 0 for none; bool and i32 are summed as i64.",
            },
            Reduction::Prod => &ReductionInfo {
                name: "prod",
                doc: "Product of the elements, 1 for none; bool and i32 are multiplied as i64.",
            },
            Reduction::Min => &ReductionInfo {
                name: "min",
                doc: "Smallest element, NaN if one is; an error for no elements.",
            },
            Reduction::Max => &ReductionInfo {
                name: "max",
                doc: "Largest element, NaN if one is; an error for no elements.",
            },
            Reduction::Mean => &ReductionInfo {
                name: "mean",
                doc: "Sum divided by the number of elements, NaN for none; integers as f64.",
            },
            Reduction::Any => &ReductionInfo {
                name: "any",
                doc: "Whether some element is not zero; false for none.",
            },
            Reduction::All => &ReductionInfo {
                name: "all",
                doc: "Whether every element is not zero; true for none.",
            },
        }
    }

    /// Returns the reduction with this name.
    pub(crate) fn from_name(name: &str) -> Option<Reduction> {
        Reduction::ALL.iter().copied().find(|reduction| reduction.info().name == name)
    }
}

impl fmt::Display for Reduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().name)
    }
}

/// The axes that a reduction removes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Axes {
    /// Negative ones count from the end; `None` is all of them.
    pub(crate) axes: Option<SmallVec<[i64; 2]>>,
    /// Whether they stay, with length 1.
    pub(crate) keepdims: bool,
}

/// One entry of a subscript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum IndexItem {
    /// `:`
    Full,
    /// `None`: a new axis of length 1.
    NewAxis,
    /// `...`: as many `:` as fit.
    Ellipsis,
}

/// A question about two strings. Strings end before their trailing zeros and compare code point by code
/// point, or byte by byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum StrTest {
    Eq,
    Ne,
    Lt,
    Le,
    /// Whether the second is somewhere in the first.
    Contains,
    StartsWith,
    EndsWith,
}

/// Functions of the language that this version does not compile; naming one is not a typing mistake.
pub(crate) const PLANNED: &[&str] = &[
    "complex",
    "contains",
    "startswith",
    "endswith",
    "clip",
    "cbrt",
    "exp2",
    "exp10",
    "erf",
    "erfc",
    "fabs",
    "fix",
    "rint",
    "gamma",
    "lgamma",
    "square",
    "reciprocal",
    "fmin",
    "fmax",
    "remainder",
    "power",
    "pow",
    "floor_divide",
    "deg2rad",
    "rad2deg",
    "sinpi",
    "cospi",
    "isclose",
    "nan_to_num",
    "heaviside",
    "logaddexp",
    "sinc",
    "gcd",
    "lcm",
    "bit_count",
    "popcount",
    "left_shift",
    "right_shift",
    "select",
    "case",
    "isin",
    "var",
    "std",
    "argmin",
    "argmax",
    "count_nonzero",
    "nansum",
    "nanmin",
    "nanmax",
    "nanmean",
    "angle",
];
