//! The Rust types that are elements of arrays.

use std::fmt;

use super::{DType, Prim, Scalar};

/// A complex number as it lies in memory.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex<T> {
    /// The real part.
    pub re: T,
    /// The imaginary part.
    pub im: T,
}

impl<T> Complex<T> {
    /// Makes a complex number of its parts.
    pub const fn new(re: T, im: T) -> Complex<T> {
        Complex { re, im }
    }
}

mod sealed {
    pub trait Sealed {}
}

/// The Rust types that are elements of arrays: `bool`, the integers from `i8` to `u64`, `f32`, `f64`,
/// and [`Complex`] of the floats; with the feature `ndarray` also `num_complex::Complex` of them.
///
/// Types of one dtype lie alike in memory.
pub trait Element:
    Copy + Default + PartialEq + fmt::Debug + Send + Sync + sealed::Sealed + 'static
{
    /// The dtype of the type.
    const DTYPE: DType;
}

/// The elements that are one [`Prim`].
pub(crate) trait Primitive: Element {
    const PRIM: Prim;

    /// Wraps the value.
    fn to_scalar(self) -> Scalar;

    /// Unwraps a value of this type.
    fn from_scalar(scalar: Scalar) -> Option<Self>;
}

macro_rules! elements {
    ($($type:ty => $variant:ident),*) => {$(
        impl sealed::Sealed for $type {}

        impl Element for $type {
            const DTYPE: DType = DType::$variant;
        }

        impl Primitive for $type {
            const PRIM: Prim = Prim::$variant;

            fn to_scalar(self) -> Scalar {
                Scalar::$variant(self)
            }

            fn from_scalar(scalar: Scalar) -> Option<Self> {
                if let Scalar::$variant(x) = scalar { Some(x) } else { None }
            }
        }

        impl From<$type> for Scalar {
            fn from(x: $type) -> Scalar {
                Scalar::$variant(x)
            }
        }
    )*};
}

elements!(
    bool => Bool, i8 => I8, i16 => I16, i32 => I32, i64 => I64,
    u8 => U8, u16 => U16, u32 => U32, u64 => U64, f32 => F32, f64 => F64
);

impl sealed::Sealed for Complex<f32> {}

impl Element for Complex<f32> {
    const DTYPE: DType = DType::C64;
}

impl sealed::Sealed for Complex<f64> {}

impl Element for Complex<f64> {
    const DTYPE: DType = DType::C128;
}

#[cfg(feature = "ndarray")]
impl sealed::Sealed for num_complex::Complex<f32> {}

// Two floats, the real part first, `repr(C)`: as `Complex<f32>`.
#[cfg(feature = "ndarray")]
impl Element for num_complex::Complex<f32> {
    const DTYPE: DType = DType::C64;
}

#[cfg(feature = "ndarray")]
impl sealed::Sealed for num_complex::Complex<f64> {}

// As above.
#[cfg(feature = "ndarray")]
impl Element for num_complex::Complex<f64> {
    const DTYPE: DType = DType::C128;
}
