//! NPY files: one array each, together the columns of a table. A column is named like its file.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::Context;
use numjit::DType;

use super::{Batch, Batches, Column, Field, Kind, Table, cannot_read};
use crate::exit::Failure;
use crate::npy::Header;

pub(super) struct NpyTable {
    files: Vec<NpyFile>,
    fields: Vec<Field>,
    rows: u64,
}

struct NpyFile {
    path: PathBuf,
    element: Element,
    data_start: u64,
}

/// How an element is stored.
#[derive(Clone, Copy)]
struct Element {
    letter: u8,
    size: usize,
    is_big_endian: bool,
}

impl NpyTable {
    pub(super) fn open(paths: &[PathBuf]) -> anyhow::Result<NpyTable> {
        let (mut files, mut fields, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        for path in paths {
            let (file, kind, length) = open(path).with_context(|| cannot_read(path))?;
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            files.push(file);
            fields.push(Field { name, kind });
            rows.push(length);
        }
        if let Some(at) = rows.iter().position(|&length| length != rows[0]) {
            let (first, other) = (paths[0].display(), paths[at].display());
            let message =
                format!("`{first}` has {} elements but `{other}` has {}", rows[0], rows[at]);
            return Err(Failure::new(message)
                .help("NPY files are the columns of one table")
                .into());
        }
        Ok(NpyTable { files, fields, rows: rows[0] })
    }
}

fn open(path: &Path) -> anyhow::Result<(NpyFile, Kind, u64)> {
    let mut file = BufReader::new(File::open(path)?);
    let header = Header::read(&mut file).map_err(anyhow::Error::msg)?;
    let [rows] = header.shape[..] else {
        let (name, axes) = (path.display(), header.shape.len());
        let message = format!("the array in `{name}` has {axes} axes, shape {:?}", header.shape);
        return Err(Failure::new(message)
            .help("only one-dimensional arrays can be columns")
            .into());
    };
    let element = Element::parse(&header.descr);
    let kind = element.and_then(Element::dtype).map_or_else(
        || Kind::Other(format!("an array of NumPy dtype `{}`", header.descr)),
        Kind::DType,
    );
    let element = element.unwrap_or(Element { letter: b'V', size: 1, is_big_endian: false });
    let needed = u64::try_from(element.size).ok().and_then(|size| rows.checked_mul(size));
    let present = file.get_ref().metadata()?.len() - header.data_start;
    if matches!(kind, Kind::DType(_)) && needed.is_none_or(|needed| needed > present) {
        anyhow::bail!("it is cut off: {rows} elements need more than the {present} bytes of data");
    }
    Ok((NpyFile { path: path.to_owned(), element, data_start: header.data_start }, kind, rows))
}

impl Element {
    /// Reads a short dtype name: byte order, kind, size in bytes.
    fn parse(descr: &str) -> Option<Element> {
        let (order, rest) = descr.split_at_checked(1)?;
        let (letter, size) = rest.split_at_checked(1)?;
        let is_big_endian = order == ">" || (order == "=" && cfg!(target_endian = "big"));
        Some(Element { letter: letter.as_bytes()[0], size: size.parse().ok()?, is_big_endian })
    }

    fn dtype(self) -> Option<DType> {
        match (self.letter, self.size) {
            (b'b', 1) => Some(DType::Bool),
            (b'i', 1 | 2 | 4) | (b'u', 1 | 2) => Some(DType::I32),
            (b'i', 8) | (b'u', 4 | 8) => Some(DType::I64),
            (b'f', 2 | 4) => Some(DType::F32),
            (b'f', 8) => Some(DType::F64),
            _ => None,
        }
    }

    /// Turns bytes into a column.
    ///
    /// # Errors
    /// The first unsigned number that is too large for `i64`.
    fn decode(self, bytes: &mut [u8]) -> Result<Column, u64> {
        if self.is_big_endian {
            bytes.chunks_exact_mut(self.size).for_each(<[u8]>::reverse);
        }
        Ok(match (self.letter, self.size) {
            (b'b', _) => Column::Bool(bytes.iter().map(|&byte| byte != 0).collect()),
            (b'i', 1) => Column::I32(convert(bytes, |x| i8::from_le_bytes(x).into()).into()),
            (b'i', 2) => Column::I32(convert(bytes, |x| i16::from_le_bytes(x).into()).into()),
            (b'i', 4) => Column::I32(convert(bytes, i32::from_le_bytes).into()),
            (b'i', _) => Column::I64(convert(bytes, i64::from_le_bytes).into()),
            (b'u', 1) => Column::I32(convert(bytes, |x| u8::from_le_bytes(x).into()).into()),
            (b'u', 2) => Column::I32(convert(bytes, |x| u16::from_le_bytes(x).into()).into()),
            (b'u', 4) => Column::I64(convert(bytes, |x| u32::from_le_bytes(x).into()).into()),
            (b'u', _) => {
                let values = convert(bytes, u64::from_le_bytes).into_iter();
                let values = values.map(|x| i64::try_from(x).map_err(|_| x));
                Column::I64(values.collect::<Result<Vec<_>, _>>()?.into())
            }
            (b'f', 2) => Column::F32(convert(bytes, |x| half::f16::from_le_bytes(x).into()).into()),
            (b'f', 4) => Column::F32(convert(bytes, f32::from_le_bytes).into()),
            _ => Column::F64(convert(bytes, f64::from_le_bytes).into()),
        })
    }
}

fn convert<T, const N: usize>(bytes: &[u8], element: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (chunks, _) = bytes.as_chunks::<N>();
    chunks.iter().map(|&chunk| element(chunk)).collect()
}

impl Table for NpyTable {
    fn path(&self) -> &Path {
        &self.files[0].path
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.rows)
    }

    fn read(&self, columns: &[usize], batch_rows: usize) -> anyhow::Result<Batches<'_>> {
        let mut readers = Vec::new();
        for &column in columns {
            let file = &self.files[column];
            readers.push((file, file.reader().with_context(|| cannot_read(&file.path))?));
        }
        let mut left = self.rows;
        Ok(Box::new(std::iter::from_fn(move || {
            let rows = usize::try_from(left).unwrap_or(usize::MAX).min(batch_rows);
            left -= rows as u64;
            (rows > 0).then(|| {
                let columns = readers.iter_mut().map(|(file, reader)| file.next(reader, rows));
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

    fn next(&self, reader: &mut File, rows: usize) -> anyhow::Result<Column> {
        let mut bytes = vec![0; rows * self.element.size];
        reader.read_exact(&mut bytes).with_context(|| cannot_read(&self.path))?;
        self.element.decode(&mut bytes).map_err(|value| {
            let path = self.path.display();
            Failure::new(format!("`{path}` has the value {value}, which does not fit i64"))
                .help("unsigned 64-bit integers are read as i64; store the array as float64")
                .into()
        })
    }
}
