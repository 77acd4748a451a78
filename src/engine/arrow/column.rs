//! Arrow arrays as inputs.

use std::fmt::Display;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_schema::{DataType, TimeUnit as Unit};

use crate::diag::{Diagnostic, ErrorKind};
use crate::dtype::{DType, Element, TimeUnit};
use crate::engine::array::Array;
use crate::engine::array_ref::{ArrayRef, ByteOrder};
use crate::error::{Error, Result};
use crate::exec::memory::Buffer;
use crate::exec::run::Owned;

/// An Arrow array as an input.
///
/// Numbers, timestamps, durations and fixed-size binaries stay where they are; booleans, dates of 32 bits and
/// strings are copied into the form that numjit computes with. Slices are fine.
///
/// | Arrow | numjit |
/// |---|---|
/// | `Boolean` | `bool` |
/// | `Int8` … `UInt64`, `Float32`, `Float64` | `i8` … `u64`, `f32`, `f64` |
/// | `Timestamp` in any unit and time zone, `Date32`, `Date64` | `datetime64` in this unit, `D`, `ms` |
/// | `Duration` | `timedelta64` |
/// | `Utf8`, `LargeUtf8`, `Utf8View` | `U`, as wide as the longest string |
/// | `Binary`, `LargeBinary`, `BinaryView`, `FixedSizeBinary` | `S` |
///
/// ```
/// use arrow_array::Int64Array;
/// use numjit::{arrow::Column, vars};
///
/// # fn main() -> Result<(), numjit::Error> {
/// let a = Int64Array::from(vec![1, 2, 3, 4]).slice(1, 3);
/// let a = Column::new(&a)?;
/// let y = numjit::evaluate("a * a", vars! { a: a.values()? })?;
/// assert_eq!(y.as_slice::<i64>(), Some(&[4, 9, 16][..]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Column<'a> {
    values: Values<'a>,
    /// What the values are seen as.
    dtype: DType,
    /// Where elements are valid, unless all are.
    validity: Option<Array>,
}

#[derive(Debug)]
enum Values<'a> {
    Borrowed(ArrayRef<'a>),
    Owned(Array),
}

impl<'a> Column<'a> {
    /// Makes an input of an array.
    ///
    /// # Errors
    /// When its type has no dtype.
    pub fn new(array: &'a dyn arrow_array::Array) -> Result<Column<'a>> {
        let values = values(array)?;
        let dtype = dtype_of(array.data_type())?;
        let dtype = match (&values, dtype) {
            (_, DType::Bytes(_) | DType::Str(_)) => match &values {
                Values::Borrowed(array) => array.dtype(),
                Values::Owned(array) => array.dtype(),
            },
            (_, dtype) => dtype, // tidy: of one size
        };
        let nulls = array.nulls().filter(|nulls| nulls.null_count() > 0);
        let validity = nulls.map(|nulls| Array::from_vec(nulls.iter().collect::<Vec<bool>>()));
        Ok(Column { values, dtype, validity })
    }

    /// Returns the dtype of the elements.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Returns the elements, if none is null.
    ///
    /// # Errors
    /// When some are: only [`evaluate`](super::evaluate) and [`Kernel`](super::Kernel) compute with them.
    pub fn values(&self) -> Result<ArrayRef<'_>> {
        if self.validity.is_some() {
            let diagnostic = Diagnostic::new(ErrorKind::DType, "the Arrow array has nulls")
                .help("`numjit::arrow::evaluate` computes with nulls");
            return Err(Error::plain(diagnostic));
        }
        Ok(self.elements())
    }

    /// Returns the elements; under nulls they can be anything.
    pub(super) fn elements(&self) -> ArrayRef<'_> {
        let array = match &self.values {
            Values::Borrowed(array) => array.clone(),
            Values::Owned(array) => ArrayRef::of(array.view()),
        };
        if self.dtype.is_time() {
            array.with_dtype(self.dtype).expect("moments and durations are `i64`")
        } else {
            array
        }
    }

    /// Returns where elements are valid, or `None` if all are.
    pub(super) fn validity(&self) -> Option<&Array> {
        self.validity.as_ref()
    }
}

/// Returns the dtype that an Arrow type is computed with; of strings the shortest.
///
/// # Errors
/// When there is none.
pub(super) fn dtype_of(data_type: &DataType) -> Result<DType> {
    Ok(match data_type {
        DataType::Boolean => DType::Bool,
        DataType::Int8 => DType::I8,
        DataType::Int16 => DType::I16,
        DataType::Int32 => DType::I32,
        DataType::Int64 => DType::I64,
        DataType::UInt8 => DType::U8,
        DataType::UInt16 => DType::U16,
        DataType::UInt32 => DType::U32,
        DataType::UInt64 => DType::U64,
        DataType::Float32 => DType::F32,
        DataType::Float64 => DType::F64,
        DataType::Timestamp(unit, _) => DType::Datetime(unit_of(*unit)),
        DataType::Date32 => DType::Datetime(TimeUnit::Day),
        DataType::Date64 => DType::Datetime(TimeUnit::Millisecond),
        DataType::Duration(unit) => DType::Timedelta(unit_of(*unit)),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => DType::Str(1),
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => DType::Bytes(1),
        DataType::Null
        | DataType::Float16
        | DataType::Time32(_)
        | DataType::Time64(_)
        | DataType::Interval(_)
        | DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..)
        | DataType::Dictionary(..)
        | DataType::RunEndEncoded(..)
        | DataType::List(_)
        | DataType::ListView(_)
        | DataType::FixedSizeList(..)
        | DataType::LargeList(_)
        | DataType::LargeListView(_)
        | DataType::Struct(_)
        | DataType::Union(..)
        | DataType::Map(..) => return Err(no_dtype(data_type)),
    })
}

fn no_dtype(data_type: &DataType) -> Error {
    let help = match data_type {
        DataType::Float16 => "cast it to Float32",
        DataType::Time32(_) | DataType::Time64(_) => "cast it to a Duration since midnight",
        DataType::Interval(_) => "cast it to a Duration",
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => "cast it to Float64 or, in the smallest unit, to Int64",
        DataType::Dictionary(..) | DataType::RunEndEncoded(..) => {
            "cast it to the type of its values"
        }
        DataType::Struct(_) => "take the fields out as columns",
        _ => {
            "numbers, booleans, timestamps, dates, durations, strings and binaries can be computed with"
        } // tidy: the rest
    };
    let message = format!("Arrow's {data_type} has no dtype");
    Error::plain(Diagnostic::new(ErrorKind::DType, message).help(help))
}

fn unit_of(unit: Unit) -> TimeUnit {
    match unit {
        Unit::Second => TimeUnit::Second,
        Unit::Millisecond => TimeUnit::Millisecond,
        Unit::Microsecond => TimeUnit::Microsecond,
        Unit::Nanosecond => TimeUnit::Nanosecond,
    }
}

fn values(array: &dyn arrow_array::Array) -> Result<Values<'_>> {
    Ok(match array.data_type() {
        DataType::Boolean => {
            Values::Owned(Array::from_vec(array.as_boolean().values().iter().collect::<Vec<_>>()))
        }
        DataType::Int8 => primitive::<Int8Type>(array),
        DataType::Int16 => primitive::<Int16Type>(array),
        DataType::Int32 => primitive::<Int32Type>(array),
        DataType::Int64 => primitive::<Int64Type>(array),
        DataType::UInt8 => primitive::<UInt8Type>(array),
        DataType::UInt16 => primitive::<UInt16Type>(array),
        DataType::UInt32 => primitive::<UInt32Type>(array),
        DataType::UInt64 => primitive::<UInt64Type>(array),
        DataType::Float32 => primitive::<Float32Type>(array),
        DataType::Float64 => primitive::<Float64Type>(array),
        DataType::Timestamp(Unit::Second, _) => primitive::<TimestampSecondType>(array),
        DataType::Timestamp(Unit::Millisecond, _) => primitive::<TimestampMillisecondType>(array),
        DataType::Timestamp(Unit::Microsecond, _) => primitive::<TimestampMicrosecondType>(array),
        DataType::Timestamp(Unit::Nanosecond, _) => primitive::<TimestampNanosecondType>(array),
        DataType::Duration(Unit::Second) => primitive::<DurationSecondType>(array),
        DataType::Duration(Unit::Millisecond) => primitive::<DurationMillisecondType>(array),
        DataType::Duration(Unit::Microsecond) => primitive::<DurationMicrosecondType>(array),
        DataType::Duration(Unit::Nanosecond) => primitive::<DurationNanosecondType>(array),
        DataType::Date64 => primitive::<Date64Type>(array),
        DataType::Date32 => {
            let days = array.as_primitive::<Date32Type>().values();
            Values::Owned(Array::from_vec(days.iter().map(|&day| i64::from(day)).collect()))
        }
        DataType::Utf8 => text(array.as_string::<i32>().iter())?,
        DataType::LargeUtf8 => text(array.as_string::<i64>().iter())?,
        DataType::Utf8View => text(array.as_string_view().iter())?,
        DataType::Binary => binary(array.as_binary::<i32>().iter())?,
        DataType::LargeBinary => binary(array.as_binary::<i64>().iter())?,
        DataType::BinaryView => binary(array.as_binary_view().iter())?,
        DataType::FixedSizeBinary(_) => {
            let array = array.as_fixed_size_binary();
            let width = u32::try_from(array.value_length()).expect("lengths are not negative");
            let n = arrow_array::Array::len(array);
            let step = [width.cast_signed() as isize];
            let dtype = DType::Bytes(width);
            let (bytes, order) = (array.value_data(), ByteOrder::Native);
            Values::Borrowed(ArrayRef::from_bytes(bytes, dtype, 0, &[n], &step, order)?)
        }
        other => return Err(no_dtype(other)),
    })
}

fn primitive<T>(array: &dyn arrow_array::Array) -> Values<'_>
where
    T: ArrowPrimitiveType<Native: Element>,
{
    Values::Borrowed(ArrayRef::from(&array.as_primitive::<T>().values()[..]))
}

/// Strings become rows of one width. It is rounded up, so that few kernels serve batches of all lengths.
fn text<'s>(strings: impl Iterator<Item = Option<&'s str>> + Clone) -> Result<Values<'static>> {
    let longest = strings.clone().map(|s| s.map_or(0, |s| s.chars().count())).max().unwrap_or(0);
    let (width, mut units) = room::<u32>(longest, strings.clone().count())?;
    let mut n = 0;
    for string in strings {
        n += 1;
        units.extend(string.unwrap_or("").chars().map(u32::from));
        units.resize(n * width, 0);
    }
    Ok(owned(DType::Str, width, n, Buffer::from(units)))
}

fn binary<'s>(strings: impl Iterator<Item = Option<&'s [u8]>> + Clone) -> Result<Values<'static>> {
    let longest = strings.clone().map(|s| s.map_or(0, <[u8]>::len)).max().unwrap_or(0);
    let (width, mut bytes) = room::<u8>(longest, strings.clone().count())?;
    let mut n = 0;
    for string in strings {
        n += 1;
        bytes.extend_from_slice(string.unwrap_or(b""));
        bytes.resize(n * width, 0);
    }
    Ok(owned(DType::Bytes, width, n, Buffer::from(bytes)))
}

/// Returns the width of rows and memory for them: one long string among many short ones can need more than
/// there is.
fn room<T>(longest: usize, n: usize) -> Result<(usize, Vec<T>)> {
    let width = longest.max(1).next_power_of_two();
    let mut units = Vec::new();
    let fits = u32::try_from(width).is_ok()
        && n.checked_mul(width).is_some_and(|len| units.try_reserve_exact(len).is_ok());
    if fits {
        return Ok((width, units));
    }
    let message = format!("cannot allocate {n} strings of {width} characters each");
    Err(too_large(message, "strings are padded to the longest one"))
}

pub(super) fn too_large(message: impl Display, help: &str) -> Error {
    Error::plain(Diagnostic::new(ErrorKind::Config, message).help(help))
}

fn owned(dtype: fn(u32) -> DType, width: usize, n: usize, buffer: Buffer) -> Values<'static> {
    let dtype = dtype(u32::try_from(width).expect("checked when memory was made"));
    Values::Owned(Array::new(Owned::contiguous(dtype, buffer, &[n])))
}

impl<'a> ArrayRef<'a> {
    /// An Arrow array of numbers, timestamps or durations without nulls; the elements stay where they are.
    /// See [`arrow::Column`](Column) for all types and [`arrow::evaluate`](super::evaluate) for nulls.
    ///
    /// # Errors
    /// When the array has nulls, or its elements would have to be copied.
    pub fn from_arrow(array: &'a dyn arrow_array::Array) -> Result<ArrayRef<'a>> {
        let column = Column::new(array)?;
        column.values()?;
        let Values::Borrowed(elements) = column.values else {
            let message = format!("Arrow's {} cannot be read where it lies", array.data_type());
            let diagnostic = Diagnostic::new(ErrorKind::DType, message)
                .help("`numjit::arrow::Column` copies what must be");
            return Err(Error::plain(diagnostic));
        };
        if column.dtype.is_time() { elements.with_dtype(column.dtype) } else { Ok(elements) }
    }
}
