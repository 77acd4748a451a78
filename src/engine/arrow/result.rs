//! Results as Arrow arrays.

use std::sync::Arc;

use arrow_array::types::{
    ArrowPrimitiveType, ArrowTimestampType, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{BinaryArray, BooleanArray, Date32Array, PrimitiveArray, StringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit as Unit};

use crate::diag::{Diagnostic, ErrorKind};
use crate::dtype::{DType, Element, TimeUnit};
use crate::engine::array::Array;
use crate::error::{Error, Result};

/// "Not a time".
const NAT: i64 = i64::MIN;

impl Array {
    /// Returns the array as one of Arrow. Numbers, and moments and durations in the units that Arrow has, stay
    /// where they are; a single value becomes an array of one element.
    ///
    /// `datetime64` becomes `Timestamp` without time zone (of days `Date32`), `timedelta64` becomes `Duration`;
    /// longer units become seconds, and "not a time" null. Strings become `Utf8` and `Binary`.
    ///
    /// ```
    /// use arrow_array::cast::AsArray;
    /// use arrow_array::types::Float64Type;
    /// use numjit::vars;
    ///
    /// # fn main() -> Result<(), numjit::Error> {
    /// let y = numjit::evaluate("x / 4", vars! { x: &[1.0, 2.0] })?.into_arrow()?;
    /// assert_eq!(y.as_primitive::<Float64Type>().values(), &[0.25, 0.5]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the array has several axes or is complex, or Arrow has no unit for its moments or no room for them.
    pub fn into_arrow(self) -> Result<arrow_array::ArrayRef> {
        to_arrow(self, None, None)
    }
}

/// A time zone as Arrow names it.
pub(super) type Zone = Arc<str>;

/// Returns the Arrow type of results of a dtype; timestamps are in this time zone.
///
/// # Errors
/// When there is none.
pub(super) fn type_of(dtype: DType, zone: Option<&Zone>) -> Result<DataType> {
    Ok(match dtype {
        DType::Bool => DataType::Boolean,
        DType::I8 => DataType::Int8,
        DType::I16 => DataType::Int16,
        DType::I32 => DataType::Int32,
        DType::I64 => DataType::Int64,
        DType::U8 => DataType::UInt8,
        DType::U16 => DataType::UInt16,
        DType::U32 => DataType::UInt32,
        DType::U64 => DataType::UInt64,
        DType::F32 => DataType::Float32,
        DType::F64 => DataType::Float64,
        DType::Bytes(_) => DataType::Binary,
        DType::Str(_) => DataType::Utf8,
        DType::Datetime(TimeUnit::Day) => DataType::Date32,
        DType::Datetime(unit) => DataType::Timestamp(unit_of(unit, dtype)?.0, zone.cloned()),
        DType::Timedelta(unit) => DataType::Duration(unit_of(unit, dtype)?.0),
        DType::C64 | DType::C128 => {
            let message = format!("Arrow has no type for {dtype}");
            let help = "return `real(z)` and `imag(z)`";
            return Err(Error::plain(Diagnostic::new(ErrorKind::DType, message).help(help)));
        }
    })
}

/// Returns Arrow's unit, and how many of it one unit of NumPy's is.
fn unit_of(unit: TimeUnit, dtype: DType) -> Result<(Unit, i64)> {
    let seconds = |unit: TimeUnit| unit.count_of(TimeUnit::Second).expect("of fixed length");
    Ok(match unit {
        TimeUnit::Nanosecond => (Unit::Nanosecond, 1),
        TimeUnit::Microsecond => (Unit::Microsecond, 1),
        TimeUnit::Millisecond => (Unit::Millisecond, 1),
        TimeUnit::Second => (Unit::Second, 1),
        TimeUnit::Minute | TimeUnit::Hour | TimeUnit::Day | TimeUnit::Week => {
            (Unit::Second, seconds(unit))
        }
        TimeUnit::Year
        | TimeUnit::Month
        | TimeUnit::Picosecond
        | TimeUnit::Femtosecond
        | TimeUnit::Attosecond => {
            let message = format!("Arrow has no type for {dtype}");
            let help = "its units are seconds, milliseconds, microseconds and nanoseconds";
            return Err(Error::plain(Diagnostic::new(ErrorKind::DType, message).help(help)));
        }
    })
}

/// Returns where elements are null, given where they are valid.
pub(super) fn nulls(valid: Array) -> NullBuffer {
    NullBuffer::new(bits(valid))
}

/// Returns as many of a single element.
pub(super) fn repeated(nulls: &NullBuffer, n: usize) -> NullBuffer {
    if nulls.is_null(0) { NullBuffer::new_null(n) } else { NullBuffer::new_valid(n) }
}

/// Returns the array as one of Arrow, of the type that [`type_of`] says.
pub(super) fn to_arrow(
    array: Array,
    nulls: Option<NullBuffer>,
    zone: Option<&Zone>,
) -> Result<arrow_array::ArrayRef> {
    if array.ndim() > 1 {
        let message = format!("a result has {} axes, and Arrow arrays have one", array.ndim());
        return Err(Error::plain(Diagnostic::new(ErrorKind::Shape, message)));
    }
    let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
    Ok(match array.dtype() {
        DType::Bool => Arc::new(BooleanArray::new(bits(array), nulls)),
        DType::I8 => primitive::<Int8Type>(array, nulls),
        DType::I16 => primitive::<Int16Type>(array, nulls),
        DType::I32 => primitive::<Int32Type>(array, nulls),
        DType::I64 => primitive::<Int64Type>(array, nulls),
        DType::U8 => primitive::<UInt8Type>(array, nulls),
        DType::U16 => primitive::<UInt16Type>(array, nulls),
        DType::U32 => primitive::<UInt32Type>(array, nulls),
        DType::U64 => primitive::<UInt64Type>(array, nulls),
        DType::F32 => primitive::<Float32Type>(array, nulls),
        DType::F64 => primitive::<Float64Type>(array, nulls),
        DType::Datetime(_) | DType::Timedelta(_) => return times(array, nulls, zone),
        DType::Str(_) => {
            let strings = array.to_strings().expect("the dtype is one of strings");
            Arc::new(StringArray::from_iter(masked(strings.into_iter(), nulls.as_ref())))
        }
        DType::Bytes(width) => {
            let bytes = array.to_bytes();
            let strings = bytes.chunks_exact((width as usize).max(1)).map(|string| {
                let end = string.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
                &string[..end]
            });
            Arc::new(BinaryArray::from_iter(masked(strings, nulls.as_ref())))
        }
        DType::C64 | DType::C128 => {
            return Err(type_of(array.dtype(), zone).expect_err("no such type"));
        }
    })
}

/// Leaves out what is null.
fn masked<T>(
    elements: impl Iterator<Item = T>,
    nulls: Option<&NullBuffer>,
) -> impl Iterator<Item = Option<T>> {
    let is_valid = move |at| nulls.is_none_or(|nulls| nulls.is_valid(at));
    elements.enumerate().map(move |(at, element)| is_valid(at).then_some(element))
}

fn elements<T: Element>(array: Array) -> Vec<T> {
    // An array of one axis that is not contiguous repeats elements.
    array.into_vec().unwrap_or_else(|array| array.to_vec().expect("the caller looked at the dtype"))
}

fn bits(array: Array) -> BooleanBuffer {
    BooleanBuffer::from(elements::<bool>(array))
}

fn primitive<T>(array: Array, nulls: Option<NullBuffer>) -> arrow_array::ArrayRef
where
    T: ArrowPrimitiveType<Native: Element>,
{
    let values = ScalarBuffer::from(elements::<T::Native>(array));
    Arc::new(PrimitiveArray::<T>::new(values, nulls))
}

fn times(
    array: Array,
    nulls: Option<NullBuffer>,
    zone: Option<&Zone>,
) -> Result<arrow_array::ArrayRef> {
    let dtype = array.dtype();
    let data_type = type_of(dtype, zone)?;
    let counts = elements::<i64>(array);
    let nulls = if counts.contains(&NAT) {
        let times = BooleanBuffer::from_iter(counts.iter().map(|&count| count != NAT));
        NullBuffer::union(nulls.as_ref(), Some(&NullBuffer::new(times)))
    } else {
        nulls
    };
    let is_valid = |at| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(at));
    // What is null can have any value; what is not must have its own.
    let fitted = |count: i64, at: usize, fit: Option<i64>| match fit {
        Some(fit) => Ok(fit),
        None if !is_valid(at) => Ok(0),
        None => {
            let message = format!("{count} in {dtype} does not fit Arrow's {data_type}");
            Err(Error::plain(Diagnostic::new(ErrorKind::DType, message)))
        }
    };
    let each = |fit: &dyn Fn(i64) -> Option<i64>| -> Result<Vec<i64>> {
        counts.iter().enumerate().map(|(at, &count)| fitted(count, at, fit(count))).collect()
    };
    if data_type == DataType::Date32 {
        let days = each(&|count| i32::try_from(count).ok().map(i64::from))?;
        let days: Vec<i32> = days.into_iter().map(|day| day as i32).collect();
        return Ok(Arc::new(Date32Array::new(ScalarBuffer::from(days), nulls)));
    }
    let (DType::Datetime(unit) | DType::Timedelta(unit)) = dtype else {
        unreachable!("{dtype} is not made of units")
    };
    let (_, factor) = unit_of(unit, dtype)?;
    let counts = if factor == 1 { counts } else { each(&|count: i64| count.checked_mul(factor))? };
    let values = ScalarBuffer::from(counts);
    let zone = zone.cloned();
    Ok(match data_type {
        DataType::Timestamp(Unit::Second, _) => moments::<TimestampSecondType>(values, nulls, zone),
        DataType::Timestamp(Unit::Millisecond, _) => {
            moments::<TimestampMillisecondType>(values, nulls, zone)
        }
        DataType::Timestamp(Unit::Microsecond, _) => {
            moments::<TimestampMicrosecondType>(values, nulls, zone)
        }
        DataType::Timestamp(Unit::Nanosecond, _) => {
            moments::<TimestampNanosecondType>(values, nulls, zone)
        }
        DataType::Duration(Unit::Second) => durations::<DurationSecondType>(values, nulls),
        DataType::Duration(Unit::Millisecond) => {
            durations::<DurationMillisecondType>(values, nulls)
        }
        DataType::Duration(Unit::Microsecond) => {
            durations::<DurationMicrosecondType>(values, nulls)
        }
        DataType::Duration(Unit::Nanosecond) => durations::<DurationNanosecondType>(values, nulls),
        other => unreachable!("{dtype} does not become {other}"),
    })
}

fn moments<T: ArrowTimestampType>(
    values: ScalarBuffer<i64>,
    nulls: Option<NullBuffer>,
    zone: Option<Zone>,
) -> arrow_array::ArrayRef {
    Arc::new(PrimitiveArray::<T>::new(values, nulls).with_timezone_opt(zone))
}

fn durations<T>(values: ScalarBuffer<i64>, nulls: Option<NullBuffer>) -> arrow_array::ArrayRef
where
    T: ArrowPrimitiveType<Native = i64>,
{
    Arc::new(PrimitiveArray::<T>::new(values, nulls))
}
