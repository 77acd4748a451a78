//! Element types and single values.

use std::fmt;
use std::hash::{Hash, Hasher};

/// The type of an array's elements.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DType {
    /// `bool`, one byte, 0 or 1.
    Bool,
    /// `int32`, two's complement.
    I32,
    /// `int64`, two's complement.
    I64,
    /// `float32`, IEEE 754 binary32.
    F32,
    /// `float64`, IEEE 754 binary64.
    F64,
}

impl DType {
    /// Every dtype, in the order in which they promote.
    pub const ALL: [DType; 5] = [DType::Bool, DType::I32, DType::I64, DType::F32, DType::F64];

    /// Returns the short name that messages and the IR use: `bool`, `i32`, `i64`, `f32`, `f64`.
    pub fn name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::I32 => "i32",
            DType::I64 => "i64",
            DType::F32 => "f32",
            DType::F64 => "f64",
        }
    }

    /// Returns NumPy's name: `bool`, `int32`, `int64`, `float32`, `float64`.
    pub fn numpy_name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::I32 => "int32",
            DType::I64 => "int64",
            DType::F32 => "float32",
            DType::F64 => "float64",
        }
    }

    /// Returns the dtype with this short or NumPy name.
    pub fn from_name(name: &str) -> Option<DType> {
        DType::ALL.into_iter().find(|dtype| dtype.name() == name || dtype.numpy_name() == name)
    }

    /// Returns the size of an element in bytes.
    pub fn size(self) -> usize {
        match self {
            DType::Bool => 1,
            DType::I32 | DType::F32 => 4,
            DType::I64 | DType::F64 => 8,
        }
    }

    /// Returns whether this is `f32` or `f64`.
    pub fn is_float(self) -> bool {
        match self {
            DType::F32 | DType::F64 => true,
            DType::Bool | DType::I32 | DType::I64 => false,
        }
    }

    /// Returns whether this is `i32` or `i64`.
    pub fn is_int(self) -> bool {
        match self {
            DType::I32 | DType::I64 => true,
            DType::Bool | DType::F32 | DType::F64 => false,
        }
    }

    /// Returns the smallest and largest value of an integer dtype.
    pub(crate) fn int_range(self) -> Option<(i64, i64)> {
        match self {
            DType::I32 => Some((i32::MIN.into(), i32::MAX.into())),
            DType::I64 => Some((i64::MIN, i64::MAX)),
            DType::Bool | DType::F32 | DType::F64 => None,
        }
    }

    /// Returns the dtype that holds the values of both, as `numpy.promote_types` does.
    ///
    /// `f32` has 24 bits of precision, so any integer beside it makes `f64`.
    pub fn promote(self, other: DType) -> DType {
        use DType::{Bool, F32, F64, I32, I64};
        match (self, other) {
            (a, b) if a == b => a,
            (Bool, other) | (other, Bool) => other,
            (I32, I64) | (I64, I32) => I64,
            (F64, _) | (_, F64) | (F32, I32 | I64) | (I32 | I64, F32) => F64,
            (I32, I32) | (I64, I64) | (F32, F32) => self,
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A single value of some dtype.
///
/// Equality and hashing go by bits, so `-0.0` and `0.0` differ and a NaN equals itself: this is the
/// identity of a constant, not the comparison of the language.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the variants are the dtypes")]
pub enum Scalar {
    Bool(bool),
    I32(i32),
    I64(i64),
    F32(f32),
    F64(f64),
}

impl Scalar {
    /// Returns the dtype of the value.
    pub fn dtype(self) -> DType {
        match self {
            Scalar::Bool(_) => DType::Bool,
            Scalar::I32(_) => DType::I32,
            Scalar::I64(_) => DType::I64,
            Scalar::F32(_) => DType::F32,
            Scalar::F64(_) => DType::F64,
        }
    }

    /// Returns the bits of the value, zero-extended.
    pub(crate) fn to_bits(self) -> u64 {
        match self {
            Scalar::Bool(x) => x.into(),
            Scalar::I32(x) => x.cast_unsigned().into(),
            Scalar::I64(x) => x.cast_unsigned(),
            Scalar::F32(x) => x.to_bits().into(),
            Scalar::F64(x) => x.to_bits(),
        }
    }

    /// Returns the value as `f64`, rounded to nearest; `bool` is 0 or 1.
    pub fn to_f64(self) -> f64 {
        match self {
            Scalar::Bool(x) => f64::from(u8::from(x)),
            Scalar::I32(x) => x.into(),
            Scalar::I64(x) => x as f64,
            Scalar::F32(x) => x.into(),
            Scalar::F64(x) => x,
        }
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Scalar) -> bool {
        self.dtype() == other.dtype() && self.to_bits() == other.to_bits()
    }
}

impl Eq for Scalar {}

impl Hash for Scalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.dtype().hash(state);
        self.to_bits().hash(state);
    }
}

/// Prints the value so that it can be read back: `1.0`, `-0.0`, `inf`, `nan`, `true`, `7`.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Bool(x) => write!(f, "{x}"),
            Scalar::I32(x) => write!(f, "{x}"),
            Scalar::I64(x) => write!(f, "{x}"),
            Scalar::F32(x) if x.is_nan() => f.write_str("nan"),
            Scalar::F64(x) if x.is_nan() => f.write_str("nan"),
            Scalar::F32(x) => write!(f, "{x:?}"),
            Scalar::F64(x) => write!(f, "{x:?}"),
        }
    }
}

mod sealed {
    pub trait Sealed {}
}

/// The Rust types that are elements of arrays: `bool`, `i32`, `i64`, `f32`, `f64`.
pub trait Element: Copy + Default + fmt::Debug + Send + Sync + sealed::Sealed + 'static {
    /// The dtype of the type.
    const DTYPE: DType;

    /// Wraps the value.
    fn to_scalar(self) -> Scalar;

    /// Unwraps a value of this dtype.
    fn from_scalar(scalar: Scalar) -> Option<Self>;
}

macro_rules! elements {
    ($($type:ty => $variant:ident),*) => {$(
        impl sealed::Sealed for $type {}

        impl Element for $type {
            const DTYPE: DType = DType::$variant;

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

elements!(bool => Bool, i32 => I32, i64 => I64, f32 => F32, f64 => F64);
