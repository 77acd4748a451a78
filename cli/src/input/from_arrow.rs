//! Columns out of Arrow arrays, for Parquet and Arrow IPC.

use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Float16Type, Float32Type, Float64Type, Time32MillisecondType,
    Time32SecondType,
};
use arrow_array::{Array, ArrayRef, make_array};
use arrow_buffer::Buffer;
use arrow_schema::{DataType, TimeUnit as ArrowUnit};
use numjit::{DType, TimeUnit};

use super::{Batch, Column, Kind};
use crate::exit::Failure;

/// What stands for a missing moment or duration.
const NOT_A_TIME: i64 = i64::MIN;

/// Why the elements of a column cannot be had.
enum ColumnError {
    /// This many are missing, and the dtype has no value for that.
    Missing(usize),
    /// It has no dtype, or another than was said before.
    Other(String),
}

impl Kind {
    /// Returns what becomes of a column of this Arrow type.
    pub(super) fn of_arrow(data_type: &DataType) -> Kind {
        if let Some(dtype) = dtype(data_type) {
            return Kind::DType(dtype);
        }
        match data_type {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Kind::Text,
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Kind::Bytes,
            DataType::FixedSizeBinary(_) => Kind::Bytes,
            DataType::Dictionary(_, values) => Kind::of_arrow(values),
            other => Kind::Other(describe(other)),
        }
    }
}

/// Returns the dtype of a column of numbers or times.
fn dtype(data_type: &DataType) -> Option<DType> {
    match data_type {
        DataType::Float16 => Some(DType::F32),
        DataType::Time32(ArrowUnit::Second) => Some(DType::Timedelta(TimeUnit::Second)),
        DataType::Time32(_) => Some(DType::Timedelta(TimeUnit::Millisecond)),
        DataType::Time64(ArrowUnit::Microsecond) => Some(DType::Timedelta(TimeUnit::Microsecond)),
        DataType::Time64(_) => Some(DType::Timedelta(TimeUnit::Nanosecond)),
        other => numjit::arrow::dtype(other).ok().filter(|dtype| !dtype.is_string()),
    }
}

/// Turns Arrow arrays into a batch.
///
/// # Errors
/// Columns with missing values and without a dtype; the message names column, file and rows.
pub(super) fn arrow_batch(
    path: &Path,
    batch: &arrow_array::RecordBatch,
    first_row: usize,
) -> anyhow::Result<Batch> {
    let schema = batch.schema();
    let convert = |(array, field): (_, &arrow_schema::FieldRef)| {
        column(array)
            .map_err(|error| failure(path, field.name(), first_row, batch.num_rows(), &error))
    };
    let columns =
        batch.columns().iter().zip(schema.fields()).map(convert).collect::<Result<_, _>>()?;
    Ok(Batch { rows: batch.num_rows(), columns })
}

/// Converts an Arrow array; does not copy unless it must widen or fill.
///
/// # Errors
/// Missing values in anything but floats, where they become NaN, and times; types without dtype.
fn column(array: &ArrayRef) -> Result<Column, ColumnError> {
    let data_type = array.data_type();
    Ok(match data_type {
        DataType::Boolean => {
            present(array)?;
            let bytes: Vec<u8> = array.as_boolean().values().iter().map(u8::from).collect();
            Column::flat(DType::Bool, Buffer::from_vec(bytes))
        }
        DataType::Float16 => {
            let values = array.as_primitive::<Float16Type>().iter();
            let values: Vec<f32> = values.map(|x| x.map_or(f32::NAN, f32::from)).collect();
            Column::flat(DType::F32, Buffer::from_vec(values))
        }
        DataType::Float32 => filled::<Float32Type>(array, f32::NAN),
        DataType::Float64 => filled::<Float64Type>(array, f64::NAN),
        DataType::Utf8 => {
            present(array)?;
            Column::text(array.as_string::<i32>().iter().flatten())
        }
        DataType::LargeUtf8 => {
            present(array)?;
            Column::text(array.as_string::<i64>().iter().flatten())
        }
        DataType::Utf8View => {
            present(array)?;
            Column::text(array.as_string_view().iter().flatten())
        }
        DataType::Binary => {
            present(array)?;
            Column::byte_strings(array.as_binary::<i32>().iter().flatten())
        }
        DataType::LargeBinary => {
            present(array)?;
            Column::byte_strings(array.as_binary::<i64>().iter().flatten())
        }
        DataType::BinaryView => {
            present(array)?;
            Column::byte_strings(array.as_binary_view().iter().flatten())
        }
        DataType::FixedSizeBinary(_) => {
            present(array)?;
            Column::byte_strings(array.as_fixed_size_binary().iter().flatten())
        }
        DataType::Dictionary(..) => {
            present(array)?;
            let dictionary = array.as_any_dictionary();
            let values = dictionary.values();
            if values.is_empty() {
                // No key can point anywhere, so there are no rows.
                return column(&make_array(values.to_data()));
            }
            column(values)?.take(&dictionary.normalized_keys())
        }
        other => match dtype(other) {
            Some(dtype) if dtype.is_time() => moments(dtype, array),
            Some(dtype) => {
                present(array)?;
                words(dtype, array)
            }
            None => return Err(ColumnError::Other(describe(other))),
        },
    })
}

fn present(array: &ArrayRef) -> Result<(), ColumnError> {
    match array.logical_null_count() {
        0 => Ok(()),
        missing => Err(ColumnError::Missing(missing)),
    }
}

/// The elements of an array of a primitive type that is also a dtype, where they lie.
fn words(dtype: DType, array: &ArrayRef) -> Column {
    let data = array.to_data();
    let (start, len) = (data.offset() * dtype.size(), data.len() * dtype.size());
    Column::flat(dtype, data.buffers()[0].slice_with_length(start, len))
}

fn filled<T: ArrowPrimitiveType>(array: &ArrayRef, nan: T::Native) -> Column {
    let dtype = dtype(array.data_type()).expect("the caller looked at the type");
    if array.null_count() == 0 {
        return words(dtype, array);
    }
    let values: Vec<T::Native> =
        array.as_primitive::<T>().iter().map(|x| x.unwrap_or(nan)).collect();
    Column::flat(dtype, Buffer::from_vec(values))
}

/// Moments and durations as counts in 64 bits.
fn moments(dtype: DType, array: &ArrayRef) -> Column {
    let counts: Vec<i64> = match array.data_type() {
        DataType::Date32 => widened::<Date32Type>(array),
        DataType::Time32(ArrowUnit::Second) => widened::<Time32SecondType>(array),
        DataType::Time32(_) => widened::<Time32MillisecondType>(array),
        _ if array.null_count() == 0 => return words(dtype, array),
        _ => {
            let data = words(dtype, array);
            let Column { data, .. } = data;
            let counts = data.typed_data::<i64>().iter().enumerate();
            counts
                .map(|(row, &count)| if array.is_null(row) { NOT_A_TIME } else { count })
                .collect()
        }
    };
    Column::flat(dtype, Buffer::from_vec(counts))
}

fn widened<T: ArrowPrimitiveType<Native = i32>>(array: &ArrayRef) -> Vec<i64> {
    array.as_primitive::<T>().iter().map(|x| x.map_or(NOT_A_TIME, i64::from)).collect()
}

fn failure(path: &Path, name: &str, first_row: usize, rows: usize, error: &ColumnError) -> Failure {
    let path = path.display();
    match error {
        ColumnError::Missing(missing) => Failure::new(format!(
            "column `{name}` of `{path}` has missing values: {missing} in rows {first_row} to {}",
            first_row + rows - 1
        ))
        .help("integers, booleans and text need a value in every row (in floating-point columns a missing value is read as NaN, in times as NaT)")
        .help("fill them, or store the column as a floating-point number"),
        ColumnError::Other(what) => Failure::new(format!("column `{name}` of `{path}` is {what}")),
    }
}

/// Says what a column is that has no dtype.
fn describe(data_type: &DataType) -> String {
    match data_type {
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => format!("a list of {}", item.data_type()),
        DataType::Struct(_) => "a struct of several columns".to_owned(),
        DataType::Dictionary(_, values) => describe(values),
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => format!("a decimal number ({data_type})"),
        DataType::Null => "empty (type null)".to_owned(),
        other => format!("of type {other}"),
    }
}
