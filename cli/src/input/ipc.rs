//! Arrow IPC: the file format (also called Feather 2) and the stream format.
//!
//! A record batch is the smallest piece that can be read, so a file that was written as one batch is
//! read whole; it is then cut for the engine without copying.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

use super::{Batches, Field, Kind, Table, arrow_batch, cannot_read};
use crate::exit::Failure;

pub(super) struct IpcTable {
    path: PathBuf,
    is_stream: bool,
    fields: Vec<Field>,
}

type RecordBatches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>>>;

impl IpcTable {
    pub(super) fn open(path: &Path) -> anyhow::Result<IpcTable> {
        let mut start = Vec::new();
        File::open(path)?.take(6).read_to_end(&mut start)?;
        if start.starts_with(b"FEA1") {
            let message = format!("`{}` is a Feather file of version 1", path.display());
            return Err(Failure::new(message)
                .help("write it again as version 2, which is Arrow IPC")
                .into());
        }
        let is_stream = start != b"ARROW1";
        let (schema, _) = open(path, is_stream, None)?;
        let fields = schema.fields().iter();
        let fields = fields
            .map(|field| Field {
                name: field.name().clone(),
                kind: Kind::of_arrow(field.data_type()),
            })
            .collect();
        Ok(IpcTable { path: path.to_owned(), is_stream, fields })
    }
}

fn open(
    path: &Path,
    is_stream: bool,
    projection: Option<Vec<usize>>,
) -> anyhow::Result<(SchemaRef, RecordBatches)> {
    let file = BufReader::new(File::open(path)?);
    if is_stream {
        let reader = StreamReader::try_new(file, projection)?;
        Ok((reader.schema(), Box::new(reader)))
    } else {
        let reader = FileReader::try_new(file, projection)?;
        Ok((reader.schema(), Box::new(reader)))
    }
}

impl Table for IpcTable {
    fn path(&self) -> &Path {
        &self.path
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        None
    }

    fn read(&self, columns: &[usize], batch_rows: usize) -> anyhow::Result<Batches<'_>> {
        let context = || cannot_read(&self.path);
        let (_, batches) =
            open(&self.path, self.is_stream, Some(columns.to_vec())).with_context(context)?;
        let pieces = batches.flat_map(move |batch| match batch {
            Ok(batch) => cut(batch, batch_rows).map(Ok).collect(),
            Err(error) => vec![Err(error)],
        });
        let mut rows = 0;
        Ok(Box::new(pieces.map(move |batch| {
            let batch = batch.with_context(context)?;
            let first_row = rows;
            rows += batch.num_rows();
            arrow_batch(&self.path, &batch, first_row)
        })))
    }
}

/// Cuts a batch into pieces of at most `rows` rows, which share its memory.
fn cut(batch: RecordBatch, rows: usize) -> impl Iterator<Item = RecordBatch> {
    let total = batch.num_rows();
    (0..total).step_by(rows).map(move |start| batch.slice(start, rows.min(total - start)))
}
