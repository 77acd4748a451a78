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
    /// Real numbers, computed in floating point: integers become floats that hold them.
    Float,
    /// As `Float`, and complex numbers.
    FloatComplex,
    /// Real numbers; the result has the common dtype of the arguments.
    Same,
    /// As `Same`, and complex numbers.
    SameComplex,
    /// Integers; the result has their common dtype.
    Integer,
    /// Asks a question about a number, real or complex; the answer is `bool`.
    Predicate,
    /// As the infix operator.
    Infix(BinaryOp),
    /// As the prefix operator.
    Prefix(UnaryOp),
    /// As the comparison.
    Compare(CompareOp),
    /// Asks a question about strings.
    Text(StrTest),
    /// Has a rule of its own.
    Special,
}

/// What the table says about a function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FuncInfo {
    /// The name that is printed.
    pub(crate) name: &'static str,
    /// Other names for the same function.
    pub(crate) aliases: &'static [&'static str],
    /// What the arguments are called. Those that need not be given come last; they may be given by name. If the
    /// last one is [`VARIADIC`], there may be any number of arguments.
    pub(crate) params: &'static [&'static str],
    /// How many arguments must be given.
    pub(crate) min_args: usize,
    pub(crate) class: FuncClass,
    /// Whether it is an instruction of the IR that `math` computes, of floats; the others are expanded.
    pub(crate) elementary: bool,
    /// Largest error for real arguments in units in the last place; 0 means exact or correctly rounded. Not
    /// proven: above the worst that 12,000 to 60,000 arguments of each function had against 36 digits (glibc 2.36).
    pub(crate) max_ulp: f32,
    pub(crate) doc: &'static str,
}

/// The last parameter of a function of any number of arguments.
pub(crate) const VARIADIC: &str = "…";

impl FuncInfo {
    /// Returns how many arguments there may be, if that is limited.
    pub(crate) fn max_args(&self) -> Option<usize> {
        (self.params.last() != Some(&VARIADIC)).then_some(self.params.len())
    }
}

macro_rules! funcs {
    (@elementary Elementary) => { true };
    (@elementary Expanded) => { false };
    ($($variant:ident, $name:literal, [$($alias:literal),*], [$($param:expr),*], $min:literal, $class:ident $(($op:path))?,
        $how:ident, $ulp:literal, $doc:literal;)*) => {
        /// A function that is computed element by element.
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
                        params: &[$($param),*],
                        min_args: $min,
                        class: FuncClass::$class $(($op))?,
                        elementary: funcs!(@elementary $how),
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

/// How near results of elementary functions are to the exact values.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Math {
    /// Within the bound that `numjit functions` prints: at most 1 unit in the last place of `float64` for
    /// most.
    #[default]
    Accurate,
    /// Within 4 units in the last place, for functions that are at least 1.3 times as fast that way; the
    /// others are as they are. Results are the same on every machine here too.
    Fast,
}

funcs! {
    Sqrt, "sqrt", [], ["x"], 1, FloatComplex, Expanded, 0.0, "Square root; NaN below zero.";
    Cbrt, "cbrt", [], ["x"], 1, Float, Elementary, 0.6, "Cube root, also of negative numbers.";
    Square, "square", [], ["x"], 1, SameComplex, Expanded, 0.0, "x * x.";
    Reciprocal, "reciprocal", [], ["x"], 1, SameComplex, Expanded, 0.0, "1 / x, in the dtype of x: cut towards zero for integers.";
    Exp, "exp", [], ["x"], 1, FloatComplex, Elementary, 0.55, "e raised to x.";
    Exp2, "exp2", [], ["x"], 1, FloatComplex, Elementary, 0.55, "2 raised to x.";
    Exp10, "exp10", [], ["x"], 1, Float, Elementary, 0.55, "10 raised to x.";
    Expm1, "expm1", [], ["x"], 1, FloatComplex, Elementary, 0.65, "exp(x) - 1, accurate near zero.";
    Log, "log", [], ["x"], 1, FloatComplex, Elementary, 0.65, "Natural logarithm; -inf at zero, NaN below.";
    Log2, "log2", [], ["x"], 1, FloatComplex, Elementary, 0.65, "Logarithm to base 2.";
    Log10, "log10", [], ["x"], 1, FloatComplex, Elementary, 0.65, "Logarithm to base 10.";
    Log1p, "log1p", [], ["x"], 1, FloatComplex, Elementary, 0.65, "log(1 + x), accurate near zero.";
    Logaddexp, "logaddexp", [], ["x", "y"], 2, Float, Elementary, 1.0, "log(exp(x) + exp(y)) without overflow on the way; below 1/8 the error is up to 2e-17 beside that bound.";
    Logaddexp2, "logaddexp2", [], ["x", "y"], 2, Float, Expanded, 3.0, "log2(2**x + 2**y) without overflow on the way.";
    Sin, "sin", [], ["x"], 1, FloatComplex, Elementary, 0.8, "Sine of x in radians.";
    Cos, "cos", [], ["x"], 1, FloatComplex, Elementary, 0.8, "Cosine of x in radians.";
    Tan, "tan", [], ["x"], 1, FloatComplex, Elementary, 0.8, "Tangent of x in radians.";
    Sinpi, "sinpi", [], ["x"], 1, Float, Elementary, 0.8, "sin(pi * x), exact at multiples of 1/2.";
    Cospi, "cospi", [], ["x"], 1, Float, Elementary, 0.8, "cos(pi * x), exact at multiples of 1/2.";
    Sinc, "sinc", [], ["x"], 1, Special, Expanded, 3.0, "sin(pi * x) / (pi * x); 1 at zero.";
    Arcsin, "arcsin", ["asin"], ["x"], 1, FloatComplex, Elementary, 0.7, "Inverse sine, in [-π/2, π/2]; NaN outside [-1, 1].";
    Arccos, "arccos", ["acos"], ["x"], 1, FloatComplex, Elementary, 0.7, "Inverse cosine, in [0, π]; NaN outside [-1, 1].";
    Arctan, "arctan", ["atan"], ["x"], 1, FloatComplex, Elementary, 0.7, "Inverse tangent, in [-π/2, π/2].";
    Arctan2, "arctan2", ["atan2"], ["y", "x"], 2, Float, Elementary, 0.7, "Angle of the point (x, y), in [-π, π]; the first argument is y.";
    Sinh, "sinh", [], ["x"], 1, FloatComplex, Elementary, 0.6, "Hyperbolic sine.";
    Cosh, "cosh", [], ["x"], 1, FloatComplex, Elementary, 0.7, "Hyperbolic cosine.";
    Tanh, "tanh", [], ["x"], 1, FloatComplex, Elementary, 0.7, "Hyperbolic tangent.";
    Arcsinh, "arcsinh", ["asinh"], ["x"], 1, FloatComplex, Elementary, 0.9, "Inverse hyperbolic sine.";
    Arccosh, "arccosh", ["acosh"], ["x"], 1, FloatComplex, Elementary, 0.9, "Inverse hyperbolic cosine; NaN below 1.";
    Arctanh, "arctanh", ["atanh"], ["x"], 1, FloatComplex, Elementary, 0.9, "Inverse hyperbolic tangent; NaN outside [-1, 1].";
    Hypot, "hypot", [], ["x", "y"], 2, Float, Elementary, 0.6, "sqrt(x**2 + y**2) without overflow on the way.";
    Deg2rad, "deg2rad", ["radians"], ["x"], 1, Float, Expanded, 1.0, "Degrees to radians: x * (pi / 180).";
    Rad2deg, "rad2deg", ["degrees"], ["x"], 1, Float, Expanded, 1.0, "Radians to degrees: x * (180 / pi).";
    Erf, "erf", [], ["x"], 1, Float, Elementary, 1.0, "Error function.";
    Erfc, "erfc", [], ["x"], 1, Float, Elementary, 1.0, "1 - erf(x), accurate for large x.";
    Gamma, "gamma", ["tgamma"], ["x"], 1, Float, Elementary, 2.0, "Gamma function: (x - 1)! for whole x.";
    Lgamma, "lgamma", ["gammaln"], ["x"], 1, Float, Elementary, 2.0, "Logarithm of the absolute value of the gamma function; for negative x the error is up to 3e-17 beside that bound.";
    Abs, "abs", ["absolute"], ["x"], 1, SameComplex, Expanded, 0.0, "Absolute value; abs of the smallest integer is itself.";
    Fabs, "fabs", [], ["x"], 1, Float, Expanded, 0.0, "Absolute value as a float.";
    Sign, "sign", [], ["x"], 1, SameComplex, Expanded, 0.0, "-1, 0 or 1; NaN for NaN; x / abs(x) for complex numbers.";
    Heaviside, "heaviside", [], ["x", "at_zero"], 2, Float, Expanded, 0.0, "0 below zero, 1 above, the second argument at zero.";
    Floor, "floor", [], ["x"], 1, Same, Expanded, 0.0, "Largest whole number not above x.";
    Ceil, "ceil", [], ["x"], 1, Same, Expanded, 0.0, "Smallest whole number not below x.";
    Trunc, "trunc", ["fix"], ["x"], 1, Same, Expanded, 0.0, "Whole number nearest to x towards zero.";
    Rint, "rint", [], ["x"], 1, FloatComplex, Expanded, 0.0, "Whole number nearest to x, as a float; halves go to the even one.";
    Round, "round", ["around"], ["x", "decimals"], 1, Special, Expanded, 0.0, "x rounded to so many decimals, none if not given; halves go to the even digit.";
    Clip, "clip", [], ["x", "min", "max"], 1, Special, Expanded, 0.0, "x, but not below min and not above max; None is no bound.";
    NanToNum, "nan_to_num", [], ["x", "nan", "posinf", "neginf"], 1, Special, Expanded, 0.0, "x with NaN replaced by 0 and infinities by the largest numbers, or by what is given.";
    Copysign, "copysign", [], ["x", "y"], 2, Float, Expanded, 0.0, "The size of x with the sign of y.";
    Nextafter, "nextafter", [], ["x", "y"], 2, Float, Elementary, 0.0, "The next representable number after x towards y.";
    Maximum, "maximum", [], ["x", "y"], 2, SameComplex, Expanded, 0.0, "The larger of two numbers; NaN if either is.";
    Minimum, "minimum", [], ["x", "y"], 2, SameComplex, Expanded, 0.0, "The smaller of two numbers; NaN if either is.";
    Fmax, "fmax", [], ["x", "y"], 2, SameComplex, Expanded, 0.0, "The larger of two numbers; the other one if one is NaN.";
    Fmin, "fmin", [], ["x", "y"], 2, SameComplex, Expanded, 0.0, "The smaller of two numbers; the other one if one is NaN.";
    Add, "add", [], ["x", "y"], 2, Infix(BinaryOp::Add), Expanded, 0.0, "x + y.";
    Subtract, "subtract", [], ["x", "y"], 2, Infix(BinaryOp::Sub), Expanded, 0.0, "x - y.";
    Multiply, "multiply", [], ["x", "y"], 2, Infix(BinaryOp::Mul), Expanded, 0.0, "x * y.";
    Divide, "divide", ["true_divide"], ["x", "y"], 2, Infix(BinaryOp::Div), Expanded, 0.0, "x / y, a float for integers.";
    FloorDivide, "floor_divide", [], ["x", "y"], 2, Infix(BinaryOp::FloorDiv), Expanded, 0.0, "x // y, rounded towards minus infinity.";
    Remainder, "remainder", ["mod"], ["x", "y"], 2, Infix(BinaryOp::Rem), Expanded, 0.0, "x % y, with the sign of y.";
    Fmod, "fmod", [], ["x", "y"], 2, Same, Expanded, 0.0, "Remainder with the sign of the dividend, as in C; for integers 0 where the divisor is 0.";
    Power, "power", ["pow"], ["x", "y"], 2, Infix(BinaryOp::Pow), Expanded, 0.6, "x ** y.";
    FloatPower, "float_power", [], ["x", "y"], 2, Special, Expanded, 0.6, "x ** y in float64, or in complex128.";
    Negative, "negative", [], ["x"], 1, Prefix(UnaryOp::Neg), Expanded, 0.0, "-x.";
    Positive, "positive", [], ["x"], 1, Prefix(UnaryOp::Pos), Expanded, 0.0, "+x.";
    Gcd, "gcd", [], ["x", "y"], 2, Integer, Expanded, 0.0, "Greatest common divisor.";
    Lcm, "lcm", [], ["x", "y"], 2, Integer, Expanded, 0.0, "Least common multiple.";
    BitCount, "bit_count", ["popcount", "bitwise_count"], ["x"], 1, Special, Expanded, 0.0, "Number of one bits in the absolute value, as uint8.";
    BitwiseAnd, "bitwise_and", [], ["x", "y"], 2, Infix(BinaryOp::BitAnd), Expanded, 0.0, "x & y.";
    BitwiseOr, "bitwise_or", [], ["x", "y"], 2, Infix(BinaryOp::BitOr), Expanded, 0.0, "x | y.";
    BitwiseXor, "bitwise_xor", [], ["x", "y"], 2, Infix(BinaryOp::BitXor), Expanded, 0.0, "x ^ y.";
    BitwiseNot, "bitwise_not", ["invert", "bitwise_invert"], ["x"], 1, Prefix(UnaryOp::Invert), Expanded, 0.0, "~x.";
    LeftShift, "left_shift", ["bitwise_left_shift"], ["x", "y"], 2, Infix(BinaryOp::Shl), Expanded, 0.0, "x << y.";
    RightShift, "right_shift", ["bitwise_right_shift"], ["x", "y"], 2, Infix(BinaryOp::Shr), Expanded, 0.0, "x >> y.";
    LogicalAnd, "logical_and", [], ["x", "y"], 2, Infix(BinaryOp::And), Expanded, 0.0, "Whether both are not zero.";
    LogicalOr, "logical_or", [], ["x", "y"], 2, Infix(BinaryOp::Or), Expanded, 0.0, "Whether one is not zero.";
    LogicalXor, "logical_xor", [], ["x", "y"], 2, Special, Expanded, 0.0, "Whether exactly one is not zero.";
    LogicalNot, "logical_not", [], ["x"], 1, Prefix(UnaryOp::Not), Expanded, 0.0, "Whether x is zero.";
    Equal, "equal", [], ["x", "y"], 2, Compare(CompareOp::Eq), Expanded, 0.0, "x == y.";
    NotEqual, "not_equal", [], ["x", "y"], 2, Compare(CompareOp::Ne), Expanded, 0.0, "x != y.";
    Less, "less", [], ["x", "y"], 2, Compare(CompareOp::Lt), Expanded, 0.0, "x < y.";
    LessEqual, "less_equal", [], ["x", "y"], 2, Compare(CompareOp::Le), Expanded, 0.0, "x <= y.";
    Greater, "greater", [], ["x", "y"], 2, Compare(CompareOp::Gt), Expanded, 0.0, "x > y.";
    GreaterEqual, "greater_equal", [], ["x", "y"], 2, Compare(CompareOp::Ge), Expanded, 0.0, "x >= y.";
    Isclose, "isclose", [], ["x", "y", "rtol", "atol", "equal_nan"], 2, Special, Expanded, 0.0, "Whether abs(x - y) <= atol + rtol * abs(y), or both are the same infinity; rtol is 1e-05, atol 1e-08.";
    Isin, "isin", [], ["x", "values", "invert"], 2, Special, Expanded, 0.0, "Whether x equals one of the literals in the list.";
    Isnan, "isnan", [], ["x"], 1, Predicate, Expanded, 0.0, "Whether x is not a number.";
    Isinf, "isinf", [], ["x"], 1, Predicate, Expanded, 0.0, "Whether x is infinite.";
    Isfinite, "isfinite", [], ["x"], 1, Predicate, Expanded, 0.0, "Whether x is neither infinite nor NaN.";
    Isnat, "isnat", [], ["x"], 1, Special, Expanded, 0.0, "Whether a moment or duration is \"not a time\".";
    Signbit, "signbit", [], ["x"], 1, Special, Expanded, 0.0, "Whether the sign bit is set, also for -0.0 and NaN.";
    Where, "where", [], ["condition", "x", "y"], 3, Special, Expanded, 0.0, "x where the condition holds, y elsewhere; both are computed.";
    Select, "select", [], ["conditions", "choices", "default"], 2, Special, Expanded, 0.0, "Of [x1, x2, …] the one whose condition of [c1, c2, …] is the first to hold, else the default, or 0.";
    Case, "case", [], ["condition", "x", VARIADIC], 3, Special, Expanded, 0.0, "case(c1, x1, c2, x2, …, default): the x of the first condition that holds, else the default.";
    Complex, "complex", [], ["re", "im"], 2, Special, Expanded, 0.0, "The complex number of these parts.";
    Real, "real", [], ["x"], 1, Special, Expanded, 0.0, "The real part: x itself for real numbers.";
    Imag, "imag", [], ["x"], 1, Special, Expanded, 0.0, "The imaginary part: 0 for real numbers.";
    Conj, "conj", ["conjugate"], ["x"], 1, SameComplex, Expanded, 0.0, "The complex conjugate: x itself for real numbers.";
    Angle, "angle", [], ["x"], 1, Special, Expanded, 1.0, "Angle of a complex number in radians, in [-π, π].";
    Copy, "copy", [], ["x"], 1, Special, Expanded, 0.0, "x itself.";
    OnesLike, "ones_like", [], ["x"], 1, Special, Expanded, 0.0, "1 in the dtype of x.";
    ZerosLike, "zeros_like", [], ["x"], 1, Special, Expanded, 0.0, "0 in the dtype of x.";
    Contains, "contains", [], ["x", "part"], 2, Text(StrTest::Contains), Expanded, 0.0, "Whether the second string is somewhere in the first.";
    Startswith, "startswith", [], ["x", "start"], 2, Text(StrTest::StartsWith), Expanded, 0.0, "Whether the first string starts with the second.";
    Endswith, "endswith", [], ["x", "end"], 2, Text(StrTest::EndsWith), Expanded, 0.0, "Whether the first string ends with the second.";
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
    pub(crate) aliases: &'static [&'static str],
    /// The arguments besides the array; they are given by name, `axis` also as the second.
    pub(crate) params: &'static [&'static str],
    pub(crate) doc: &'static str,
}

macro_rules! reductions {
    ($($variant:ident, $name:literal, [$($alias:literal),*], [$($param:literal),*], $doc:literal;)*) => {
        /// A function of all elements of an array, or of those along some axes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Reduction {
            $($variant,)*
        }

        impl Reduction {
            /// Every reduction, in the order of the documentation.
            pub(crate) const ALL: &[Reduction] = &[$(Reduction::$variant,)*];

            pub(crate) fn info(self) -> &'static ReductionInfo {
                match self {
                    $(Reduction::$variant => &ReductionInfo {
                        name: $name,
                        aliases: &[$($alias),*],
                        params: &["axis", "keepdims" $(, $param)*],
                        doc: $doc,
                    },)*
                }
            }

            /// Returns the reduction with this name or alias.
            pub(crate) fn from_name(name: &str) -> Option<Reduction> {
                match name {
                    $($name $(| $alias)* => Some(Reduction::$variant),)*
                    _ => None, // tidy: a name, not an op
                }
            }
        }
    };
}

reductions! {
    Sum, "sum", [], ["initial", "where"], "Sum of the elements, 0 for none; bool and integers are summed in 64 bits.";
    Prod, "prod", [], ["initial", "where"], "Product of the elements, 1 for none; bool and integers are multiplied in 64 bits.";
    Min, "min", ["amin"], ["initial", "where"], "Smallest element, NaN if one is; an error for no elements.";
    Max, "max", ["amax"], ["initial", "where"], "Largest element, NaN if one is; an error for no elements.";
    Mean, "mean", [], ["where"], "Sum divided by the number of elements, NaN for none; integers as f64.";
    Var, "var", [], ["ddof", "where"], "Mean of abs(x - mean(x))**2, its divisor less ddof; integers as f64.";
    Std, "std", [], ["ddof", "where"], "Square root of var.";
    Any, "any", [], ["where"], "Whether some element is not zero; false for none.";
    All, "all", [], ["where"], "Whether every element is not zero; true for none.";
    Argmin, "argmin", [], [], "Position of the first smallest element, or of the first NaN; an error for no elements.";
    Argmax, "argmax", [], [], "Position of the first largest element, or of the first NaN; an error for no elements.";
    CountNonzero, "count_nonzero", [], [], "How many elements are not zero.";
    Nansum, "nansum", [], ["initial", "where"], "As sum, of the elements that are not NaN.";
    Nanprod, "nanprod", [], ["initial", "where"], "As prod, of the elements that are not NaN.";
    Nanmin, "nanmin", [], ["initial", "where"], "Smallest element that is not NaN; NaN if all are.";
    Nanmax, "nanmax", [], ["initial", "where"], "Largest element that is not NaN; NaN if all are.";
    Nanmean, "nanmean", [], ["where"], "As mean, of the elements that are not NaN.";
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
