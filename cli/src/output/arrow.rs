//! Parquet and Arrow IPC, by way of record batches that share the memory of the results.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use anyhow::Context;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{ArrayRef, BinaryArray, BooleanArray, PrimitiveArray, RecordBatch, StringArray};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit as ArrowUnit};
use numjit::{Array, DType, Element, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::{Writer, flush};
use crate::exit::Failure;
use crate::format::Format;

pub(super) struct ParquetWriter {
    schema: SchemaRef,
    writer: ArrowWriter<BufWriter<File>>,
}

pub(super) struct IpcWriter {
    schema: SchemaRef,
    writer: FileWriter<BufWriter<File>>,
}

impl ParquetWriter {
    pub(super) fn new(sink: BufWriter<File>, schema: SchemaRef) -> anyhow::Result<ParquetWriter> {
        // Computed numbers hardly repeat: a dictionary of them costs time and saves no space.
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_dictionary_enabled(false)
            .set_created_by(concat!("numjit ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = ArrowWriter::try_new(sink, Arc::clone(&schema), Some(properties))?;
        Ok(ParquetWriter { schema, writer })
    }
}

impl Writer for ParquetWriter {
    fn write(&mut self, parts: Vec<Array>) -> anyhow::Result<()> {
        Ok(self.writer.write(&batch(&self.schema, parts)?)?)
    }

    fn finish(self: Box<Self>) -> anyhow::Result<()> {
        Ok(flush(self.writer.into_inner()?)?)
    }
}

impl IpcWriter {
    pub(super) fn new(sink: BufWriter<File>, schema: SchemaRef) -> anyhow::Result<IpcWriter> {
        let writer = FileWriter::try_new(sink, &schema)?;
        Ok(IpcWriter { schema, writer })
    }
}

impl Writer for IpcWriter {
    fn write(&mut self, parts: Vec<Array>) -> anyhow::Result<()> {
        Ok(self.writer.write(&batch(&self.schema, parts)?)?)
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        self.writer.finish()?;
        Ok(flush(self.writer.into_inner()?)?)
    }
}

/// Returns the schema of columns of these dtypes.
///
/// # Errors
/// A dtype that the formats have no type for.
pub(super) fn schema(columns: &[(String, DType)], format: Format) -> Result<SchemaRef, Failure> {
    let field = |(name, dtype): &(String, DType)| match data_type(*dtype) {
        Some(data_type) => Ok(Field::new(name, data_type, dtype.is_time())),
        None => {
            let message =
                format!("`{name}` is {dtype}, and {} files have no such type", format.name());
            let help = if dtype.is_complex() {
                "write the parts, `z.real` and `z.imag`, or an .npy file"
            } else {
                "write a .csv or .npy file, or convert it to another unit"
            };
            Err(Failure::new(message).help(help))
        }
    };
    let fields: Vec<Field> = columns.iter().map(field).collect::<Result<_, _>>()?;
    Ok(Arc::new(Schema::new(fields)))
}

fn data_type(dtype: DType) -> Option<DataType> {
    Some(match dtype {
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
        DType::Datetime(unit) => DataType::Timestamp(arrow_unit(unit)?, None),
        DType::Timedelta(unit) => DataType::Duration(arrow_unit(unit)?),
        _ => return None,
    })
}

fn arrow_unit(unit: TimeUnit) -> Option<ArrowUnit> {
    match unit {
        TimeUnit::Second => Some(ArrowUnit::Second),
        TimeUnit::Millisecond => Some(ArrowUnit::Millisecond),
        TimeUnit::Microsecond => Some(ArrowUnit::Microsecond),
        TimeUnit::Nanosecond => Some(ArrowUnit::Nanosecond),
        _ => None,
    }
}

fn batch(schema: &SchemaRef, parts: Vec<Array>) -> anyhow::Result<RecordBatch> {
    let columns = parts.into_iter().map(column).collect::<anyhow::Result<_>>()?;
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}

fn column(part: Array) -> anyhow::Result<ArrayRef> {
    Ok(match part.dtype() {
        DType::Bool => Arc::new(BooleanArray::from(elements::<bool>(part))),
        DType::I8 => primitive::<Int8Type>(elements(part)),
        DType::I16 => primitive::<Int16Type>(elements(part)),
        DType::I32 => primitive::<Int32Type>(elements(part)),
        DType::I64 => primitive::<Int64Type>(elements(part)),
        DType::U8 => primitive::<UInt8Type>(elements(part)),
        DType::U16 => primitive::<UInt16Type>(elements(part)),
        DType::U32 => primitive::<UInt32Type>(elements(part)),
        DType::U64 => primitive::<UInt64Type>(elements(part)),
        DType::F32 => primitive::<Float32Type>(elements(part)),
        DType::F64 => primitive::<Float64Type>(elements(part)),
        DType::Str(_) => {
            Arc::new(StringArray::from(part.to_strings().expect("the elements are strings")))
        }
        DType::Bytes(width) => {
            let bytes = part.to_bytes();
            let strings = bytes.chunks_exact((width as usize).max(1)).map(without_zeros);
            Arc::new(BinaryArray::from_iter_values(strings))
        }
        DType::Datetime(TimeUnit::Day) => {
            let days = elements::<i64>(part).into_iter().map(|day| match day {
                i64::MIN => Ok(None),
                day => i32::try_from(day).map(Some),
            });
            let days: Result<Vec<Option<i32>>, _> = days.collect();
            let days = days.context("a date is beyond the calendar of the format")?;
            Arc::new(PrimitiveArray::<Date32Type>::from(days))
        }
        DType::Datetime(TimeUnit::Second) => moments::<TimestampSecondType>(part),
        DType::Datetime(TimeUnit::Millisecond) => moments::<TimestampMillisecondType>(part),
        DType::Datetime(TimeUnit::Microsecond) => moments::<TimestampMicrosecondType>(part),
        DType::Datetime(TimeUnit::Nanosecond) => moments::<TimestampNanosecondType>(part),
        DType::Timedelta(TimeUnit::Second) => moments::<DurationSecondType>(part),
        DType::Timedelta(TimeUnit::Millisecond) => moments::<DurationMillisecondType>(part),
        DType::Timedelta(TimeUnit::Microsecond) => moments::<DurationMicrosecondType>(part),
        DType::Timedelta(TimeUnit::Nanosecond) => moments::<DurationNanosecondType>(part),
        other => unreachable!("the schema has refused {other}"),
    })
}

fn primitive<T: ArrowPrimitiveType>(values: Vec<T::Native>) -> ArrayRef
where
    PrimitiveArray<T>: From<Vec<T::Native>>,
{
    Arc::new(PrimitiveArray::<T>::from(values))
}

/// Counts of units; what is not a time is missing.
fn moments<T: ArrowPrimitiveType<Native = i64>>(part: Array) -> ArrayRef {
    let counts = elements::<i64>(part).into_iter();
    Arc::new(PrimitiveArray::<T>::from_iter(
        counts.map(|count| (count != i64::MIN).then_some(count)),
    ))
}

fn without_zeros(string: &[u8]) -> &[u8] {
    let len = string.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    &string[..len]
}

fn elements<T: Element>(part: Array) -> Vec<T> {
    let elements = part.into_vec().or_else(|part| part.to_vec().ok_or(part));
    elements.unwrap_or_else(|part| panic!("{} has other elements", part.dtype()))
}
