//! Numbers without a dtype.

use crate::dtype::{Complex, DType};
use crate::types::literal::Literal;

/// A number without a dtype, as a literal in the text is one, or a number of Python beside arrays of NumPy: in
/// each operation it takes the dtype of what it meets, unless it is of a higher kind.
///
/// Numbers in Rust have a dtype: `k: 2.0` is a `f64`, and `k * x` is one for an `f32` array `x`. With
/// [`ArrayRef::weak`](crate::ArrayRef::weak) it is a `f32`. A kernel is compiled for the kind of a weak number, an
/// integer, a float or complex, and not for its value.
///
/// ```
/// use numjit::{ArrayRef, DType, vars};
///
/// # fn main() -> Result<(), numjit::Error> {
/// let (x, n) = ([1.0_f32, 2.0], [1_i32, 2]);
/// let k = ArrayRef::weak(0.5);
/// assert_eq!(numjit::evaluate("k * x", vars! { k: k.clone(), x })?.dtype(), DType::F32);
/// assert_eq!(numjit::evaluate("k * n", vars! { k, n })?.dtype(), DType::F64);
/// # Ok(())
/// # }
/// ```
///
/// In numexpr's dialect, and alone, an integer is an `i64`, a float a `f64` and a complex number a `c128`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weak {
    /// Integers of Python have no largest; those of more than 128 bits are too large here.
    Int(i128),
    /// A float of Python.
    Float(f64),
    /// A complex number of Python.
    Complex(Complex<f64>),
}

impl Weak {
    pub(super) fn literal(self) -> Literal {
        match self {
            Weak::Int(x) => Literal::Int(x),
            Weak::Float(x) => Literal::Float(x),
            Weak::Complex(Complex { re, im }) => Literal::Complex(re, im),
        }
    }

    /// Returns the dtype that it has as an array of its own.
    pub(super) fn dtype(self) -> DType {
        match self {
            Weak::Int(x) if i64::try_from(x).is_err() && u64::try_from(x).is_ok() => DType::U64,
            _ => self.literal().kind().default_dtype(), // of its kind
        }
    }
}

macro_rules! weak {
    ($($type:ty => $variant:ident),*) => {$(
        impl From<$type> for Weak {
            fn from(value: $type) -> Weak {
                Weak::$variant(value.into())
            }
        }
    )*};
}

weak!(i32 => Int, i64 => Int, u64 => Int, i128 => Int, f64 => Float, Complex<f64> => Complex);
