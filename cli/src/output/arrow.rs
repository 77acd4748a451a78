//! Parquet and Arrow IPC, by way of record batches that share the memory of the result.

use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float32Array, Float64Array, Int32Array, Int64Array, RecordBatch,
};
use arrow_ipc::writer::FileWriter;
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use numjit::{Array, DType, Element};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::{Writer, flush};

pub(super) struct ParquetWriter {
    schema: SchemaRef,
    writer: ArrowWriter<BufWriter<File>>,
}

pub(super) struct IpcWriter {
    schema: SchemaRef,
    writer: FileWriter<BufWriter<File>>,
}

impl ParquetWriter {
    pub(super) fn new(
        sink: BufWriter<File>,
        name: &str,
        dtype: DType,
    ) -> anyhow::Result<ParquetWriter> {
        let schema = schema(name, dtype);
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
    fn write(&mut self, part: Array) -> anyhow::Result<()> {
        Ok(self.writer.write(&batch(&self.schema, part)?)?)
    }

    fn finish(self: Box<Self>) -> anyhow::Result<()> {
        Ok(flush(self.writer.into_inner()?)?)
    }
}

impl IpcWriter {
    pub(super) fn new(
        sink: BufWriter<File>,
        name: &str,
        dtype: DType,
    ) -> anyhow::Result<IpcWriter> {
        let schema = schema(name, dtype);
        let writer = FileWriter::try_new(sink, &schema)?;
        Ok(IpcWriter { schema, writer })
    }
}

impl Writer for IpcWriter {
    fn write(&mut self, part: Array) -> anyhow::Result<()> {
        Ok(self.writer.write(&batch(&self.schema, part)?)?)
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        self.writer.finish()?;
        Ok(flush(self.writer.into_inner()?)?)
    }
}

fn schema(name: &str, dtype: DType) -> SchemaRef {
    let data_type = match dtype {
        DType::Bool => DataType::Boolean,
        DType::I32 => DataType::Int32,
        DType::I64 => DataType::Int64,
        DType::F32 => DataType::Float32,
        DType::F64 => DataType::Float64,
        other => unreachable!("{other} came out of a formula but has no writer"),
    };
    Arc::new(Schema::new(vec![Field::new(name, data_type, false)]))
}

fn batch(schema: &SchemaRef, part: Array) -> anyhow::Result<RecordBatch> {
    let column: ArrayRef = match part.dtype() {
        DType::Bool => Arc::new(BooleanArray::from(elements::<bool>(part))),
        DType::I32 => Arc::new(Int32Array::from(elements::<i32>(part))),
        DType::I64 => Arc::new(Int64Array::from(elements::<i64>(part))),
        DType::F32 => Arc::new(Float32Array::from(elements::<f32>(part))),
        DType::F64 => Arc::new(Float64Array::from(elements::<f64>(part))),
        other => unreachable!("{other} came out of a formula but has no writer"),
    };
    Ok(RecordBatch::try_new(Arc::clone(schema), vec![column])?)
}

fn elements<T: Element>(part: Array) -> Vec<T> {
    part.into_vec().expect("the caller looked at the dtype")
}
