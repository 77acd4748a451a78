//! A column of a batch in memory, in one of the dtypes that formulas take.
//!
//! Narrow integers and half floats are widened here, and here alone; what has no dtype is named so
//! that an error can say what the column is.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::ScalarBuffer;
use arrow_schema::DataType;
use numjit::DType;

/// What a formula can do with a column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It is read as this dtype.
    DType(DType),
    /// It has no dtype; the text says what it is, with an article: `a string`.
    Other(String),
    /// Nobody asked, and finding out would cost a pass over the file.
    Unread,
}

/// The elements of a column, as many as the batch has rows.
pub(crate) enum Column {
    Bool(Vec<bool>),
    I32(ScalarBuffer<i32>),
    I64(ScalarBuffer<i64>),
    F32(ScalarBuffer<f32>),
    F64(ScalarBuffer<f64>),
}

/// Why the elements of a column cannot be had.
pub(crate) enum ColumnError {
    /// This many are missing, and the dtype has no value for that.
    Missing(usize),
    /// This `uint64` value is above the largest `int64`.
    TooLarge(u64),
    /// It has no dtype, or another than was said before.
    Other(String),
}

impl Column {
    /// Returns a view of the elements for the engine.
    pub(crate) fn view(&self) -> numjit::ArrayRef<'_> {
        match self {
            Column::Bool(values) => numjit::ArrayRef::from(values.as_slice()),
            Column::I32(values) => numjit::ArrayRef::from(&values[..]),
            Column::I64(values) => numjit::ArrayRef::from(&values[..]),
            Column::F32(values) => numjit::ArrayRef::from(&values[..]),
            Column::F64(values) => numjit::ArrayRef::from(&values[..]),
        }
    }

    /// Converts an Arrow array; does not copy unless it must widen or fill.
    ///
    /// # Errors
    /// Missing values in integers and booleans (in floats they become NaN), and types without dtype.
    pub(crate) fn from_arrow(array: &ArrayRef) -> Result<Column, ColumnError> {
        Ok(match array.data_type() {
            DataType::Boolean => {
                present(array)?;
                Column::Bool(array.as_boolean().values().iter().collect())
            }
            DataType::Int8 => Column::I32(widen::<Int8Type, i32>(array)?),
            DataType::Int16 => Column::I32(widen::<Int16Type, i32>(array)?),
            DataType::UInt8 => Column::I32(widen::<UInt8Type, i32>(array)?),
            DataType::UInt16 => Column::I32(widen::<UInt16Type, i32>(array)?),
            DataType::UInt32 => Column::I64(widen::<UInt32Type, i64>(array)?),
            DataType::Int32 => {
                present(array)?;
                Column::I32(array.as_primitive::<Int32Type>().values().clone())
            }
            DataType::Int64 => {
                present(array)?;
                Column::I64(array.as_primitive::<Int64Type>().values().clone())
            }
            DataType::UInt64 => {
                present(array)?;
                let values = array.as_primitive::<UInt64Type>().values();
                let narrow = |&x: &u64| i64::try_from(x).map_err(|_| ColumnError::TooLarge(x));
                Column::I64(values.iter().map(narrow).collect::<Result<Vec<_>, _>>()?.into())
            }
            DataType::Float16 => {
                let values = array.as_primitive::<Float16Type>().iter();
                Column::F32(
                    values.map(|x| x.map_or(f32::NAN, f32::from)).collect::<Vec<_>>().into(),
                )
            }
            DataType::Float32 => Column::F32(filled::<Float32Type>(array, f32::NAN)),
            DataType::Float64 => Column::F64(filled::<Float64Type>(array, f64::NAN)),
            other => return Err(ColumnError::Other(describe(other))),
        })
    }
}

impl Kind {
    /// Returns what becomes of a column of this Arrow type.
    pub(crate) fn of_arrow(data_type: &DataType) -> Kind {
        match data_type {
            DataType::Boolean => Kind::DType(DType::Bool),
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::UInt8
            | DataType::UInt16 => Kind::DType(DType::I32),
            DataType::UInt32 | DataType::Int64 | DataType::UInt64 => Kind::DType(DType::I64),
            DataType::Float16 | DataType::Float32 => Kind::DType(DType::F32),
            DataType::Float64 => Kind::DType(DType::F64),
            other => Kind::Other(describe(other)),
        }
    }

    /// Returns the kind as it is called in a sentence.
    pub(crate) fn phrase(&self) -> String {
        match self {
            Kind::DType(dtype) => dtype.to_string(),
            Kind::Other(what) => what.clone(),
            Kind::Unread => "unknown".to_owned(),
        }
    }
}

fn present(array: &ArrayRef) -> Result<(), ColumnError> {
    match array.null_count() {
        0 => Ok(()),
        missing => Err(ColumnError::Missing(missing)),
    }
}

fn widen<T, U>(array: &ArrayRef) -> Result<ScalarBuffer<U>, ColumnError>
where
    T: ArrowPrimitiveType,
    U: arrow_buffer::ArrowNativeType + From<T::Native>,
{
    present(array)?;
    let values = array.as_primitive::<T>().values();
    Ok(values.iter().map(|&x| U::from(x)).collect::<Vec<U>>().into())
}

fn filled<T: ArrowPrimitiveType>(array: &ArrayRef, nan: T::Native) -> ScalarBuffer<T::Native> {
    let array = array.as_primitive::<T>();
    if array.null_count() == 0 {
        return array.values().clone();
    }
    array.iter().map(|x| x.unwrap_or(nan)).collect::<Vec<_>>().into()
}

/// Says what a column is that has no dtype.
fn describe(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "a string".to_owned(),
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "binary data".to_owned(),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => format!("a list of {}", item.data_type()),
        DataType::Struct(_) => "a struct of several columns".to_owned(),
        DataType::Dictionary(_, values) => describe(values),
        DataType::Date32 | DataType::Date64 => "a date".to_owned(),
        DataType::Time32(_) | DataType::Time64(_) => "a time of day".to_owned(),
        DataType::Timestamp(..) => "a timestamp".to_owned(),
        DataType::Duration(_) => "a duration".to_owned(),
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => format!("a decimal number ({data_type})"),
        DataType::Null => "empty (type null)".to_owned(),
        // Reached by the values of a dictionary.
        number if number.is_numeric() => format!("a dictionary of {number}"),
        other => format!("of type {other}"),
    }
}
