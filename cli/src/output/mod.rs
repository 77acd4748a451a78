//! The result as a column of a file, written part by part as the parts are computed.

mod arrow;
mod atomic;
mod csv;
mod npy;

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::Context;
use numjit::{Array, DType};

pub(crate) use self::atomic::AtomicFile;
use crate::exit::Failure;
use crate::format::Format;

/// A file that is being written; it appears under its name when it is complete.
pub(crate) struct Output {
    writer: Box<dyn Writer>,
    file: AtomicFile,
}

/// A column on the way into a file of some format.
trait Writer {
    fn write(&mut self, part: Array) -> anyhow::Result<()>;
    /// Writes what remains to be written, up to the disk.
    fn finish(self: Box<Self>) -> anyhow::Result<()>;
}

impl Output {
    /// Begins a file with one column; its extension says in which format.
    pub(crate) fn create(path: &Path, name: &str, dtype: DType) -> anyhow::Result<Output> {
        let format = Format::of(path)?;
        let file = AtomicFile::create(path)?;
        let sink = BufWriter::with_capacity(1 << 17, file.handle()?);
        let writer: Box<dyn Writer> = match format {
            Format::Parquet => Box::new(arrow::ParquetWriter::new(sink, name, dtype)?),
            Format::Ipc => Box::new(arrow::IpcWriter::new(sink, name, dtype)?),
            Format::Csv => Box::new(csv::CsvWriter::new(sink, name)?),
            Format::Npy => Box::new(npy::NpyWriter::new(sink, dtype)?),
        };
        Ok(Output { writer, file })
    }

    pub(crate) fn write(&mut self, part: Array) -> anyhow::Result<()> {
        let context = || format!("cannot write `{}`", self.file.path().display());
        self.writer.write(part).with_context(context)
    }

    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let context = || format!("cannot write `{}`", self.file.path().display());
        self.writer.finish().with_context(context)?;
        self.file.commit()
    }
}

/// Refuses to write over a file that is read.
pub(crate) fn check_targets(targets: &[&Path], inputs: &[PathBuf]) -> Result<(), Failure> {
    for target in targets {
        let Ok(real) = target.canonicalize() else { continue };
        if inputs.iter().any(|input| input.canonicalize().is_ok_and(|input| input == real)) {
            return Err(Failure::new(format!("`{}` is also an input", target.display()))
                .help("write the result to another file"));
        }
    }
    Ok(())
}

/// Finishes buffered writing and hands the file to the disk, so that a rename publishes whole data.
fn flush(sink: BufWriter<File>) -> std::io::Result<()> {
    sink.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_data()
}
