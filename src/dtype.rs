//! Element types and single values.
//!
//! A [`DType`] is what users see. Below the type checker there are only [`Prim`]s, what one lane of a
//! register holds: a complex number is a pair of floats, a moment in time an `i64`, and strings are only
//! asked questions, whose answers are `bool`.

use std::fmt;
use std::hash::{Hash, Hasher};

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

/// What moments and durations count.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are the units")]
pub enum TimeUnit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
    Picosecond,
    Femtosecond,
    Attosecond,
}

impl TimeUnit {
    /// Every unit, the longest first.
    pub const ALL: [TimeUnit; 13] = [
        TimeUnit::Year,
        TimeUnit::Month,
        TimeUnit::Week,
        TimeUnit::Day,
        TimeUnit::Hour,
        TimeUnit::Minute,
        TimeUnit::Second,
        TimeUnit::Millisecond,
        TimeUnit::Microsecond,
        TimeUnit::Nanosecond,
        TimeUnit::Picosecond,
        TimeUnit::Femtosecond,
        TimeUnit::Attosecond,
    ];

    /// Returns NumPy's symbol: `Y M W D h m s ms us ns ps fs as`.
    pub fn symbol(self) -> &'static str {
        match self {
            TimeUnit::Year => "Y",
            TimeUnit::Month => "M",
            TimeUnit::Week => "W",
            TimeUnit::Day => "D",
            TimeUnit::Hour => "h",
            TimeUnit::Minute => "m",
            TimeUnit::Second => "s",
            TimeUnit::Millisecond => "ms",
            TimeUnit::Microsecond => "us",
            TimeUnit::Nanosecond => "ns",
            TimeUnit::Picosecond => "ps",
            TimeUnit::Femtosecond => "fs",
            TimeUnit::Attosecond => "as",
        }
    }

    /// Returns how many of a finer unit this one is, if that is a fixed number and an `i64`. Years and months
    /// have a fixed length only in each other.
    pub(crate) fn count_of(self, finer: TimeUnit) -> Option<i64> {
        let calendar = |unit| matches!(unit, TimeUnit::Year | TimeUnit::Month);
        if finer < self || calendar(self) != calendar(finer) {
            return None;
        }
        TimeUnit::ALL.into_iter().filter(|&unit| self <= unit && unit < finer).try_fold(
            1_i64,
            |count, unit| {
                let next = match unit {
                    TimeUnit::Year => 12,
                    TimeUnit::Month => return None,
                    TimeUnit::Week => 7,
                    TimeUnit::Day => 24,
                    TimeUnit::Hour | TimeUnit::Minute => 60,
                    TimeUnit::Second
                    | TimeUnit::Millisecond
                    | TimeUnit::Microsecond
                    | TimeUnit::Nanosecond
                    | TimeUnit::Picosecond
                    | TimeUnit::Femtosecond
                    | TimeUnit::Attosecond => 1000,
                };
                count.checked_mul(next)
            },
        )
    }

    /// Returns the unit with this symbol.
    pub fn from_symbol(symbol: &str) -> Option<TimeUnit> {
        TimeUnit::ALL.into_iter().find(|unit| unit.symbol() == symbol)
    }
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
        match self {
            DType::Bytes(_) => 1,
            DType::Str(_) => 4,
            DType::C64 => 4,
            DType::C128 => 8,
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
            | DType::F64
            | DType::Datetime(_)
            | DType::Timedelta(_) => self.size(),
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

/// What one lane computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Prim {
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
}

impl Prim {
    #[cfg(test)]
    pub(crate) const ALL: [Prim; 11] = [
        Prim::Bool,
        Prim::I8,
        Prim::I16,
        Prim::I32,
        Prim::I64,
        Prim::U8,
        Prim::U16,
        Prim::U32,
        Prim::U64,
        Prim::F32,
        Prim::F64,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Prim::Bool => "bool",
            Prim::I8 => "i8",
            Prim::I16 => "i16",
            Prim::I32 => "i32",
            Prim::I64 => "i64",
            Prim::U8 => "u8",
            Prim::U16 => "u16",
            Prim::U32 => "u32",
            Prim::U64 => "u64",
            Prim::F32 => "f32",
            Prim::F64 => "f64",
        }
    }

    /// Returns the dtype whose elements are one of these.
    pub(crate) fn dtype(self) -> DType {
        match self {
            Prim::Bool => DType::Bool,
            Prim::I8 => DType::I8,
            Prim::I16 => DType::I16,
            Prim::I32 => DType::I32,
            Prim::I64 => DType::I64,
            Prim::U8 => DType::U8,
            Prim::U16 => DType::U16,
            Prim::U32 => DType::U32,
            Prim::U64 => DType::U64,
            Prim::F32 => DType::F32,
            Prim::F64 => DType::F64,
        }
    }

    /// Returns the size in memory, in bytes.
    pub(crate) fn size(self) -> usize {
        match self {
            Prim::Bool | Prim::I8 | Prim::U8 => 1,
            Prim::I16 | Prim::U16 => 2,
            Prim::I32 | Prim::U32 | Prim::F32 => 4,
            Prim::I64 | Prim::U64 | Prim::F64 => 8,
        }
    }

    pub(crate) fn is_float(self) -> bool {
        match self {
            Prim::F32 | Prim::F64 => true,
            Prim::Bool
            | Prim::I8
            | Prim::I16
            | Prim::I32
            | Prim::I64
            | Prim::U8
            | Prim::U16
            | Prim::U32
            | Prim::U64 => false,
        }
    }

    pub(crate) fn is_int(self) -> bool {
        self != Prim::Bool && !self.is_float()
    }

    /// Returns whether this is an unsigned integer.
    pub(crate) fn is_unsigned(self) -> bool {
        matches!(self, Prim::U8 | Prim::U16 | Prim::U32 | Prim::U64)
    }

    /// Returns the smallest and largest value of an integer.
    pub(crate) fn int_range(self) -> Option<(i128, i128)> {
        match self {
            Prim::I8 => Some((i8::MIN.into(), i8::MAX.into())),
            Prim::I16 => Some((i16::MIN.into(), i16::MAX.into())),
            Prim::I32 => Some((i32::MIN.into(), i32::MAX.into())),
            Prim::I64 => Some((i64::MIN.into(), i64::MAX.into())),
            Prim::U8 => Some((0, u8::MAX.into())),
            Prim::U16 => Some((0, u16::MAX.into())),
            Prim::U32 => Some((0, u32::MAX.into())),
            Prim::U64 => Some((0, u64::MAX.into())),
            Prim::Bool | Prim::F32 | Prim::F64 => None,
        }
    }
}

impl fmt::Display for Prim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Runs `$body` with `$T` naming the Rust type of a [`Prim`].
macro_rules! each_prim {
    ($prim:expr, $T:ident => $body:expr) => {
        match $prim {
            $crate::dtype::Prim::Bool => {
                type $T = bool;
                $body
            }
            $crate::dtype::Prim::I8 => {
                type $T = i8;
                $body
            }
            $crate::dtype::Prim::I16 => {
                type $T = i16;
                $body
            }
            $crate::dtype::Prim::I32 => {
                type $T = i32;
                $body
            }
            $crate::dtype::Prim::I64 => {
                type $T = i64;
                $body
            }
            $crate::dtype::Prim::U8 => {
                type $T = u8;
                $body
            }
            $crate::dtype::Prim::U16 => {
                type $T = u16;
                $body
            }
            $crate::dtype::Prim::U32 => {
                type $T = u32;
                $body
            }
            $crate::dtype::Prim::U64 => {
                type $T = u64;
                $body
            }
            $crate::dtype::Prim::F32 => {
                type $T = f32;
                $body
            }
            $crate::dtype::Prim::F64 => {
                type $T = f64;
                $body
            }
        }
    };
}

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

pub(crate) use {each_prim, each_scalar};

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
