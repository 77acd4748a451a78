//! Parquet and Arrow IPC, by way of record batches that share the memory of the results.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use numjit::{Array, DType, TimeUnit};
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

/// Returns the type of a column whose elements the formats have as they are.
fn data_type(dtype: DType) -> Option<DataType> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    let is_counted = |unit| matches!(unit, Second | Millisecond | Microsecond | Nanosecond);
    match dtype {
        DType::Datetime(unit) if !is_counted(unit) && unit != TimeUnit::Day => None,
        DType::Timedelta(unit) if !is_counted(unit) => None,
        _ => numjit::arrow::data_type(dtype).ok(),
    }
}

fn batch(schema: &SchemaRef, parts: Vec<Array>) -> anyhow::Result<RecordBatch> {
    let columns = parts.into_iter().map(Array::into_arrow).collect::<Result<_, _>>()?;
    Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
}
