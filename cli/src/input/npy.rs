//! NPY files: one array each, named like its file. Arrays of one axis and one length are the columns of a
//! table; with any other among them they are arrays, which broadcast.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::Context;
use arrow_buffer::{Buffer, MutableBuffer};
use numjit::ByteOrder;

use super::{Batch, Batches, Column, Field, Kind, Table, cannot_read};
use crate::exit::Failure;
use crate::npy::{Header, Stored};

pub(super) struct NpyTable {
    files: Vec<NpyFile>,
    fields: Vec<Field>,
    /// The length of the columns; `None` for arrays.
    rows: Option<u64>,
}

struct NpyFile {
    path: PathBuf,
    /// `None` when the elements have no dtype.
    stored: Option<Stored>,
    shape: Vec<usize>,
    is_fortran: bool,
    data_start: u64,
}

impl NpyTable {
    pub(super) fn open(paths: &[PathBuf]) -> anyhow::Result<NpyTable> {
        let (mut files, mut fields) = (Vec::new(), Vec::new());
        for path in paths {
            let (file, kind) = open(path).with_context(|| cannot_read(path))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push(file);
            fields.push(Field { name, kind });
        }
        if files.iter().any(|file: &NpyFile| file.shape.len() != 1) {
            return Ok(NpyTable { files, fields, rows: None });
        }
        let length = |at: usize| files[at].shape[0];
        if let Some(at) = (0..files.len()).find(|&at| length(at) != length(0)) {
            let (first, other) = (paths[0].display(), paths[at].display());
            let s = if length(0) == 1 { "" } else { "s" };
            let message =
                format!("`{first}` has {} element{s} but `{other}` has {}", length(0), length(at));
            return Err(Failure::new(message)
                .help("NPY files with one axis are the columns of one table")
                .into());
        }
        let rows = Some(length(0) as u64);
        Ok(NpyTable { files, fields, rows })
    }
}

fn open(path: &Path) -> anyhow::Result<(NpyFile, Kind)> {
    let mut file = BufReader::new(File::open(path)?);
    let header = Header::read(&mut file).map_err(anyhow::Error::msg)?;
    let shape: Option<Vec<usize>> =
        header.shape.iter().map(|&length| usize::try_from(length).ok()).collect();
    let shape = shape.context("it has more elements than memory")?;
    let stored = Stored::parse(&header.descr);
    let kind = stored.map_or_else(
        || Kind::Other(format!("an array of NumPy dtype `{}`", header.descr)),
        |stored| Kind::DType(stored.dtype),
    );
    let needed = |stored: Stored| {
        let size = stored.size() as u64;
        header.shape.iter().try_fold(size, |bytes, &length| bytes.checked_mul(length))
    };
    let present = file.get_ref().metadata()?.len() - header.data_start;
    if let Some(stored) = stored
        && needed(stored).is_none_or(|needed| needed > present)
    {
        let count: u64 = header.shape.iter().fold(1, |count, &len| count.saturating_mul(len));
        anyhow::bail!("it is cut off: {count} elements need more than the {present} bytes of data");
    }
    let (is_fortran, data_start) = (header.is_fortran, header.data_start);
    Ok((NpyFile { path: path.to_owned(), stored, shape, is_fortran, data_start }, kind))
}

impl Table for NpyTable {
    fn path(&self) -> &Path {
        &self.files[0].path
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        self.rows
    }

    fn is_arrays(&self) -> bool {
        self.rows.is_none()
    }

    fn read(&self, columns: &[usize], batch_rows: usize) -> anyhow::Result<Batches<'_>> {
        let mut readers = Vec::new();
        for &column in columns {
            let file = &self.files[column];
            readers.push((file, file.reader().with_context(|| cannot_read(&file.path))?));
        }
        let Some(mut left) = self.rows else {
            let arrays = readers.iter_mut().map(|(file, reader)| file.next(reader, &file.shape));
            let columns = arrays.collect::<anyhow::Result<_>>();
            let batch = columns.map(|columns| Batch { rows: 0, columns });
            return Ok(Box::new(std::iter::once(batch)));
        };
        Ok(Box::new(std::iter::from_fn(move || {
            let rows = usize::try_from(left).unwrap_or(usize::MAX).min(batch_rows);
            left -= rows as u64;
            (rows > 0).then(|| {
                let columns = readers.iter_mut().map(|(file, reader)| file.next(reader, &[rows]));
                Ok(Batch { rows, columns: columns.collect::<anyhow::Result<_>>()? })
            })
        })))
    }
}

impl NpyFile {
    fn reader(&self) -> std::io::Result<File> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.data_start))?;
        Ok(file)
    }

    /// Reads the next elements, as many as the shape has.
    fn next(&self, reader: &mut File, shape: &[usize]) -> anyhow::Result<Column> {
        let stored = self.stored.expect("the schema has refused arrays without dtype");
        let count: usize = shape.iter().product();
        let mut bytes = MutableBuffer::from_len_zeroed(count * stored.size());
        reader.read_exact(&mut bytes).with_context(|| cannot_read(&self.path))?;
        let shape = shape.to_vec();
        if stored.is_half {
            let data = widened(&bytes, stored.order);
            return Ok(Column::array(
                stored.dtype,
                shape,
                self.is_fortran,
                ByteOrder::Native,
                data,
            ));
        }
        Ok(Column::array(stored.dtype, shape, self.is_fortran, stored.order, bytes.into()))
    }
}

/// Widens half floats.
fn widened(bytes: &[u8], order: ByteOrder) -> Buffer {
    let (halves, _) = bytes.as_chunks::<2>();
    let float = |&half: &[u8; 2]| {
        let bits = u16::from_ne_bytes(half);
        let bits = if order == ByteOrder::Native { bits } else { bits.swap_bytes() };
        half::f16::from_bits(bits).to_f32()
    };
    Buffer::from_vec(halves.iter().map(float).collect::<Vec<f32>>())
}
