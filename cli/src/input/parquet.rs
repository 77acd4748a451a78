//! Parquet files, one row group after another.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::Context;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression;

use super::{Batches, Field, Kind, Table, arrow_batch, cannot_read};
use crate::exit::Failure;

pub(super) struct ParquetTable {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    fields: Vec<Field>,
}

impl ParquetTable {
    pub(super) fn open(path: &Path) -> anyhow::Result<ParquetTable> {
        let metadata = ArrowReaderMetadata::load(&File::open(path)?, ArrowReaderOptions::new())?;
        let fields = metadata.schema().fields().iter();
        let fields = fields
            .map(|field| Field {
                name: field.name().clone(),
                kind: Kind::of_arrow(field.data_type()),
            })
            .collect();
        Ok(ParquetTable { path: path.to_owned(), metadata, fields })
    }
}

impl ParquetTable {
    /// Refuses codecs that are left out of the command to keep its build short; they are rare.
    fn check_compression(&self, columns: &[usize]) -> Result<(), Failure> {
        let schema = self.metadata.parquet_schema();
        for (leaf, _) in schema.columns().iter().enumerate() {
            if !columns.contains(&schema.get_column_root_idx(leaf)) {
                continue;
            }
            for group in self.metadata.metadata().row_groups() {
                let codec = match group.column(leaf).compression() {
                    Compression::BROTLI(_) => "Brotli",
                    Compression::LZO => "LZO",
                    _ => continue,
                };
                let path = self.path.display();
                return Err(Failure::new(format!("`{path}` is compressed with {codec}"))
                    .help("write it again with zstd, lz4, snappy, gzip or without compression"));
            }
        }
        Ok(())
    }
}

impl Table for ParquetTable {
    fn path(&self) -> &Path {
        &self.path
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        u64::try_from(self.metadata.metadata().file_metadata().num_rows()).ok()
    }

    fn read(&self, columns: &[usize], batch_rows: usize) -> anyhow::Result<Batches<'_>> {
        let context = || cannot_read(&self.path);
        self.check_compression(columns)?;
        let file = File::open(&self.path).with_context(context)?;
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), columns.iter().copied());
        let reader =
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
                .with_projection(mask)
                .with_batch_size(batch_rows)
                .build()
                .with_context(context)?;
        let mut rows = 0;
        Ok(Box::new(reader.map(move |batch| {
            let batch = batch.with_context(context)?;
            let first_row = rows;
            rows += batch.num_rows();
            arrow_batch(&self.path, &batch, first_row)
        })))
    }
}
