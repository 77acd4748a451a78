//! The results as columns of a file, written part by part as the parts are computed.

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
    format: Format,
    names: Vec<String>,
    file: AtomicFile,
}

/// Columns on the way into a file of some format.
trait Writer {
    /// Takes the next rows, as many of each column.
    fn write(&mut self, parts: Vec<Array>) -> anyhow::Result<()>;
    /// Writes what remains to be written, up to the disk.
    fn finish(self: Box<Self>) -> anyhow::Result<()>;
}

impl Output {
    /// Begins a file with these columns; its extension says in which format.
    ///
    /// # Errors
    /// What the format has no place for: several arrays in NPY, some dtypes in Parquet and Arrow.
    pub(crate) fn create(path: &Path, columns: &[(String, DType)]) -> anyhow::Result<Output> {
        let format = Format::of(path)?;
        if let (Format::Npy, [_, _, ..]) = (format, columns) {
            let message =
                format!("an NPY file has one array, and there are {} results", columns.len());
            return Err(Failure::new(message)
                .help("write them to a .parquet, .arrow or .csv file")
                .into());
        }
        let fields = match format {
            Format::Parquet | Format::Ipc => Some(arrow::schema(columns, format)?),
            Format::Csv | Format::Npy => None,
        };
        let file = AtomicFile::create(path)?;
        let sink = BufWriter::with_capacity(1 << 17, file.handle()?);
        let names: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
        let writer: Box<dyn Writer> = match (format, fields) {
            (Format::Parquet, Some(schema)) => Box::new(arrow::ParquetWriter::new(sink, schema)?),
            (_, Some(schema)) => Box::new(arrow::IpcWriter::new(sink, schema)?),
            (Format::Csv, None) => Box::new(csv::CsvWriter::new(sink, &names)?),
            (_, None) => Box::new(npy::NpyWriter::new(sink, columns[0].1)),
        };
        Ok(Output { writer, format, names, file })
    }

    pub(crate) fn write(&mut self, parts: Vec<Array>) -> anyhow::Result<()> {
        self.check(&parts)?;
        let context = || format!("cannot write `{}`", self.file.path().display());
        self.writer.write(parts).with_context(context)
    }

    /// Refuses what is no table of columns.
    fn check(&self, parts: &[Array]) -> Result<(), Failure> {
        if self.format == Format::Npy {
            return Ok(());
        }
        let format = self.format.name();
        for (part, name) in parts.iter().zip(&self.names) {
            if part.ndim() > 1 {
                let message = format!(
                    "`{name}` has shape {:?}, and the columns of {format} files have one axis",
                    part.shape()
                );
                return Err(Failure::new(message).help("write it to an .npy file"));
            }
            if (part.len(), part.ndim()) != (parts[0].len(), parts[0].ndim()) {
                let message = format!(
                    "`{}` has {}, but `{name}` has {}",
                    self.names[0],
                    length(&parts[0]),
                    length(part)
                );
                return Err(Failure::new(message)
                    .help(format!("the columns of a {format} file have one length; leave one out, or write two files")));
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> anyhow::Result<()> {
        let context = || format!("cannot write `{}`", self.file.path().display());
        self.writer.finish().with_context(context)?;
        self.file.commit()
    }
}

fn length(part: &Array) -> String {
    match (part.ndim(), part.len()) {
        (0, _) => "a single value".to_owned(),
        (_, 1) => "1 element".to_owned(),
        (_, n) => format!("{n} elements"),
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
