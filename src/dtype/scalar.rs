//! Single values.

use std::fmt;
use std::hash::{Hash, Hasher};

use super::{DType, Prim, Primitive};

/// Runs `$body` with `$x` bound to the Rust value of a [`Scalar`].
macro_rules! each_scalar {
    ($scalar:expr, $x:ident => $body:expr) => {
        match $scalar {
            $crate::dtype::Scalar::Bool($x) => $body,
            $crate::dtype::Scalar::I8($x) => $body,
            $crate::dtype::Scalar::I16($x) => $body,
            $crate::dtype::Scalar::I32($x) => $body,
            $crate::dtype::Scalar::I64($x) => $body,
            $crate::dtype::Scalar::U8($x) => $body,
            $crate::dtype::Scalar::U16($x) => $body,
            $crate::dtype::Scalar::U32($x) => $body,
            $crate::dtype::Scalar::U64($x) => $body,
            $crate::dtype::Scalar::F32($x) => $body,
            $crate::dtype::Scalar::F64($x) => $body,
        }
    };
}

pub(crate) use each_scalar;

/// A single real number or truth value.
///
/// Equality and hashing go by bits, so `-0.0` and `0.0` differ and a NaN equals itself: this is the
/// identity of a constant, not the comparison of the language.
#[non_exhaustive]
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the variants are the dtypes")]
pub enum Scalar {
    Bool(bool),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    F32(f32),
    F64(f64),
}

impl Scalar {
    /// Returns the dtype of the value.
    pub fn dtype(self) -> DType {
        self.prim().dtype()
    }

    pub(crate) fn prim(self) -> Prim {
        fn of<T: Primitive>(_: T) -> Prim {
            T::PRIM
        }
        each_scalar!(self, x => of(x))
    }

    /// Returns the bits of the value, zero-extended.
    pub(crate) fn to_bits(self) -> u64 {
        match self {
            Scalar::Bool(x) => x.into(),
            Scalar::I8(x) => x.cast_unsigned().into(),
            Scalar::I16(x) => x.cast_unsigned().into(),
            Scalar::I32(x) => x.cast_unsigned().into(),
            Scalar::I64(x) => x.cast_unsigned(),
            Scalar::U8(x) => x.into(),
            Scalar::U16(x) => x.into(),
            Scalar::U32(x) => x.into(),
            Scalar::U64(x) => x,
            Scalar::F32(x) => x.to_bits().into(),
            Scalar::F64(x) => x.to_bits(),
        }
    }

    /// Returns the value as `f64`, rounded to nearest; `bool` is 0 or 1.
    pub fn to_f64(self) -> f64 {
        match self {
            Scalar::Bool(x) => f64::from(u8::from(x)),
            Scalar::I8(x) => x.into(),
            Scalar::I16(x) => x.into(),
            Scalar::I32(x) => x.into(),
            Scalar::I64(x) => x as f64,
            Scalar::U8(x) => x.into(),
            Scalar::U16(x) => x.into(),
            Scalar::U32(x) => x.into(),
            Scalar::U64(x) => x as f64,
            Scalar::F32(x) => x.into(),
            Scalar::F64(x) => x,
        }
    }

    /// Returns the value of an integer.
    pub(crate) fn to_int(self) -> Option<i128> {
        match self {
            Scalar::I8(x) => Some(x.into()),
            Scalar::I16(x) => Some(x.into()),
            Scalar::I32(x) => Some(x.into()),
            Scalar::I64(x) => Some(x.into()),
            Scalar::U8(x) => Some(x.into()),
            Scalar::U16(x) => Some(x.into()),
            Scalar::U32(x) => Some(x.into()),
            Scalar::U64(x) => Some(x.into()),
            Scalar::Bool(_) | Scalar::F32(_) | Scalar::F64(_) => None,
        }
    }

    /// Returns the integer with the low bits of this one, as this integer primitive.
    pub(crate) fn wrapped(value: i128, prim: Prim) -> Scalar {
        match prim {
            Prim::I8 => Scalar::I8(value as i8),
            Prim::I16 => Scalar::I16(value as i16),
            Prim::I32 => Scalar::I32(value as i32),
            Prim::I64 => Scalar::I64(value as i64),
            Prim::U8 => Scalar::U8(value as u8),
            Prim::U16 => Scalar::U16(value as u16),
            Prim::U32 => Scalar::U32(value as u32),
            Prim::U64 => Scalar::U64(value as u64),
            Prim::Bool | Prim::F32 | Prim::F64 => unreachable!("{prim} is not an integer"),
        }
    }

    /// Returns a small integer as this primitive.
    pub(crate) fn small(value: i8, prim: Prim) -> Scalar {
        match prim {
            Prim::Bool => Scalar::Bool(value != 0),
            Prim::F32 => Scalar::F32(value.into()),
            Prim::F64 => Scalar::F64(value.into()),
            Prim::I8
            | Prim::I16
            | Prim::I32
            | Prim::I64
            | Prim::U8
            | Prim::U16
            | Prim::U32
            | Prim::U64 => Scalar::wrapped(value.into(), prim),
        }
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Scalar) -> bool {
        self.prim() == other.prim() && self.to_bits() == other.to_bits()
    }
}

impl Eq for Scalar {}

impl Hash for Scalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.prim().hash(state);
        self.to_bits().hash(state);
    }
}

/// Prints the value so that it can be read back: `1.0`, `-0.0`, `inf`, `nan`, `true`, `7`.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::F32(x) if x.is_nan() => f.write_str("nan"),
            Scalar::F64(x) if x.is_nan() => f.write_str("nan"),
            Scalar::F32(x) => write!(f, "{x:?}"),
            Scalar::F64(x) => write!(f, "{x:?}"),
            other => each_scalar!(other, x => write!(f, "{x}")), // tidy: whole numbers print plainly
        }
    }
}
