//! Element types and single values.
//!
//! A [`DType`] is what users see. Below the type checker there are only [`Prim`]s, what one lane of a
//! register holds: a complex number is a pair of floats, a moment in time an `i64`, and strings are only
//! asked questions, whose answers are `bool`.

mod element;
mod prim;
mod scalar;
mod unit;

use std::fmt;

pub(crate) use element::Primitive;
pub use element::{Complex, Element};
pub(crate) use prim::{Prim, each_prim};
pub use scalar::Scalar;
pub(crate) use scalar::each_scalar;
pub use unit::TimeUnit;

/// The type of an array's elements.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DType {
    /// `bool`, one byte, 0 or 1.
    Bool,
    /// `int8`, two's complement as all signed integers.
    I8,
    /// `int16`.
    I16,
    /// `int32`.
    I32,
    /// `int64`.
    I64,
    /// `uint8`.
    U8,
    /// `uint16`.
    U16,
    /// `uint32`.
    U32,
    /// `uint64`.
    U64,
    /// `float32`, IEEE 754 binary32.
    F32,
    /// `float64`, IEEE 754 binary64.
    F64,
    /// `complex64`: two `float32`, the real part first.
    C64,
    /// `complex128`: two `float64`, the real part first.
    C128,
    /// `S<n>`: this many bytes, padded with zeros.
    Bytes(u32),
    /// `U<n>`: this many code points of four bytes, padded with zeros.
    Str(u32),
    /// `datetime64[unit]`: an `i64` counting units since 1970; the smallest `i64` is "not a time".
    Datetime(TimeUnit),
    /// `timedelta64[unit]`: an `i64` counting units; the smallest `i64` is "not a time".
    Timedelta(TimeUnit),
}

impl DType {
    /// The dtypes of numbers and truth values, in the order in which they promote.
    pub const NUMERIC: [DType; 13] = [
        DType::Bool,
        DType::I8,
        DType::I16,
        DType::I32,
        DType::I64,
        DType::U8,
        DType::U16,
        DType::U32,
        DType::U64,
        DType::F32,
        DType::F64,
        DType::C64,
        DType::C128,
    ];

    /// Returns the dtype with this short or NumPy name: `f64`, `float64`, `S8`, `datetime64[ns]`.
    pub fn from_name(name: &str) -> Option<DType> {
        let known = |dtype: &DType| dtype.to_string() == name || dtype.numpy_name() == name;
        if let Some(dtype) = DType::NUMERIC.into_iter().find(known) {
            return Some(dtype);
        }
        if let Some((kind, rest)) = name.split_once('[') {
            let unit = TimeUnit::from_symbol(rest.strip_suffix(']')?)?;
            return match kind {
                "datetime64" => Some(DType::Datetime(unit)),
                "timedelta64" => Some(DType::Timedelta(unit)),
                _ => None, // tidy: a name, not a dtype
            };
        }
        let length = || name.get(1..)?.parse().ok();
        match name.as_bytes().first()? {
            b'S' => Some(DType::Bytes(length()?)),
            b'U' => Some(DType::Str(length()?)),
            _ => None, // tidy: a name, not a dtype
        }
    }

    /// Returns NumPy's name: `bool`, `int32`, `float64`, `complex128`, `S8`, `datetime64[ns]`.
    pub fn numpy_name(self) -> String {
        let name = match self {
            DType::Bool => "bool",
            DType::I8 => "int8",
            DType::I16 => "int16",
            DType::I32 => "int32",
            DType::I64 => "int64",
            DType::U8 => "uint8",
            DType::U16 => "uint16",
            DType::U32 => "uint32",
            DType::U64 => "uint64",
            DType::F32 => "float32",
            DType::F64 => "float64",
            DType::C64 => "complex64",
            DType::C128 => "complex128",
            DType::Bytes(_) | DType::Str(_) | DType::Datetime(_) | DType::Timedelta(_) => {
                return self.to_string();
            }
        };
        name.to_owned()
    }

    /// Returns the size of an element in bytes.
    pub fn size(self) -> usize {
        match self {
            DType::Bool | DType::I8 | DType::U8 => 1,
            DType::I16 | DType::U16 => 2,
            DType::I32 | DType::U32 | DType::F32 => 4,
            DType::I64 | DType::U64 | DType::F64 | DType::C64 => 8,
            DType::Datetime(_) | DType::Timedelta(_) => 8,
            DType::C128 => 16,
            DType::Bytes(n) => n as usize,
            DType::Str(n) => 4 * n as usize,
        }
    }

    /// Returns the alignment of an element in bytes, and the size of the words that byte order swaps.
    pub fn alignment(self) -> usize {
        match (self.prim(), self) {
            (Some(prim), _) => prim.size(),
            (None, DType::Str(_)) => 4,
            (None, _) => 1, // tidy: the strings that are left
        }
    }

    /// Returns what a lane holds of an element: for complex numbers of each part, for strings nothing.
    pub(crate) fn prim(self) -> Option<Prim> {
        match self {
            DType::Bool => Some(Prim::Bool),
            DType::I8 => Some(Prim::I8),
            DType::I16 => Some(Prim::I16),
            DType::I32 => Some(Prim::I32),
            DType::I64 | DType::Datetime(_) | DType::Timedelta(_) => Some(Prim::I64),
            DType::U8 => Some(Prim::U8),
            DType::U16 => Some(Prim::U16),
            DType::U32 => Some(Prim::U32),
            DType::U64 => Some(Prim::U64),
            DType::F32 | DType::C64 => Some(Prim::F32),
            DType::F64 | DType::C128 => Some(Prim::F64),
            DType::Bytes(_) | DType::Str(_) => None,
        }
    }

    /// Returns whether this is `c64` or `c128`.
    pub fn is_complex(self) -> bool {
        matches!(self, DType::C64 | DType::C128)
    }

    /// Returns whether this is `f32` or `f64`.
    pub fn is_float(self) -> bool {
        matches!(self, DType::F32 | DType::F64)
    }

    /// Returns whether this is an integer, signed or not; moments and durations are not.
    pub fn is_int(self) -> bool {
        !self.is_time() && self.prim().is_some_and(Prim::is_int)
    }

    /// Returns whether this is `datetime64` or `timedelta64`.
    pub fn is_time(self) -> bool {
        matches!(self, DType::Datetime(_) | DType::Timedelta(_))
    }

    /// Returns whether this is bytes or str.
    pub fn is_string(self) -> bool {
        matches!(self, DType::Bytes(_) | DType::Str(_))
    }

    /// Returns whether this is a truth value, an integer, a float or complex.
    pub fn is_numeric(self) -> bool {
        !self.is_time() && !self.is_string()
    }

    /// Returns the smallest and largest value of an integer dtype.
    pub(crate) fn int_range(self) -> Option<(i128, i128)> {
        if self.is_time() { None } else { self.prim()?.int_range() }
    }
}

/// The short name that messages and the IR use: `bool`, `i32`, `f64`, `c128`, `S8`, `datetime64[ns]`.
impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            DType::C64 => f.pad("c64"),
            DType::C128 => f.pad("c128"),
            DType::Bytes(n) => f.pad(&format!("S{n}")),
            DType::Str(n) => f.pad(&format!("U{n}")),
            DType::Datetime(unit) => f.pad(&format!("datetime64[{}]", unit.symbol())),
            DType::Timedelta(unit) => f.pad(&format!("timedelta64[{}]", unit.symbol())),
            DType::Bool
            | DType::I8
            | DType::I16
            | DType::I32
            | DType::I64
            | DType::U8
            | DType::U16
            | DType::U32
            | DType::U64
            | DType::F32
            | DType::F64 => f.pad(self.prim().expect("these are numbers").name()),
        }
    }
}
