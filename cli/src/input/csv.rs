//! CSV and TSV files with a header line.
//!
//! A CSV file does not say what its columns are, so the wanted ones are read twice: the first pass finds
//! for each the narrowest of bool, i64, f64 and text that holds every value in every file, the second
//! converts. Guessing from the first lines would fail, or worse, far down in a large file.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Context;
use arrow_buffer::Buffer;
use csv::ByteRecord;
use numjit::DType;

use super::{Batch, Batches, Column, Field, Kind, Table, cannot_read};
use crate::exit::Failure;

/// Texts that stand for a missing value. Float parsing knows `nan` in any case.
const MISSING: [&[u8]; 6] = [b"", b"NA", b"N/A", b"null", b"NULL", b"None"];

pub(super) struct CsvTable {
    path: PathBuf,
    delimiter: u8,
    fields: Vec<Field>,
    rows: u64,
}

/// What the values of a column have been so far.
#[derive(Clone, Debug, Default)]
struct Seen {
    booleans: bool,
    integers: bool,
    /// Numbers that are not an `i64`.
    floats: bool,
    missing: bool,
    /// The first value that is neither a number nor a boolean, and its line.
    text: Option<(String, u64)>,
    /// Characters of the longest value.
    width: usize,
}

impl CsvTable {
    /// Opens files whose wanted columns get, in all of them, the dtype that holds the values of all.
    pub(super) fn open_all(files: &[PathBuf], wanted: &[String]) -> anyhow::Result<Vec<CsvTable>> {
        let mut seen = vec![Seen::default(); wanted.len()];
        let mut tables = Vec::new();
        for file in files {
            tables.push(scan(file, wanted, &mut seen).with_context(|| cannot_read(file))?);
        }
        for table in &mut tables {
            for field in &mut table.fields {
                if let Some(at) = wanted.iter().position(|name| *name == field.name) {
                    field.kind = seen[at].kind();
                }
            }
        }
        Ok(tables)
    }
}

/// Reads the file once: its column names, its number of rows, and what the wanted columns hold.
fn scan(path: &Path, wanted: &[String], seen: &mut [Seen]) -> anyhow::Result<CsvTable> {
    let delimiter = sniff_delimiter(path)?;
    let mut reader = reader(path, delimiter)?;
    let mut fields = Vec::new();
    for name in reader.byte_headers()? {
        let name = String::from_utf8_lossy(name).into_owned();
        fields.push(Field { name, kind: Kind::Unread });
    }
    if fields.iter().all(|field| field.name.parse::<f64>().is_ok()) {
        let message = format!("the first line of `{}` does not name the columns", path.display());
        return Err(Failure::new(message).help("add a header line such as `x,y`").into());
    }
    let columns: Vec<(usize, usize)> = (fields.iter().enumerate())
        .filter_map(|(at, field)| Some((at, wanted.iter().position(|name| *name == field.name)?)))
        .collect();
    let mut record = ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record)? {
        rows += 1;
        for &(field, want) in &columns {
            seen[want].note(&record[field], record.position().map_or(0, csv::Position::line));
        }
    }
    Ok(CsvTable { path: path.to_owned(), delimiter, fields, rows })
}

impl Seen {
    fn note(&mut self, value: &[u8], line: u64) {
        self.width = self.width.max(String::from_utf8_lossy(value).chars().count());
        if MISSING.contains(&value) {
            self.missing = true;
        } else if parse::<i64>(value).is_some() {
            self.integers = true;
        } else if parse::<f64>(value).is_some() {
            self.floats = true;
        } else if boolean(value).is_some() {
            self.booleans = true;
        } else if self.text.is_none() {
            self.text = Some((String::from_utf8_lossy(value).into_owned(), line));
        }
    }

    fn kind(&self) -> Kind {
        let numbers = self.integers || self.floats;
        if let Some((text, line)) = &self.text {
            if numbers {
                let what = format!("a mixture of numbers and text: line {line} has `{text}`");
                return Kind::Other(what);
            }
            let width = u32::try_from(self.width).expect("a value is shorter than 4 GiB");
            return Kind::DType(DType::Str(width));
        }
        match (self.booleans, numbers) {
            (true, true) => Kind::Other("a mixture of numbers and true or false".to_owned()),
            (true, false) if self.missing => {
                Kind::Other("true or false with missing values".to_owned())
            }
            (true, false) => Kind::DType(DType::Bool),
            // As in pandas: an integer column with holes is a float column with NaN.
            (false, _) if self.floats || self.missing => Kind::DType(DType::F64),
            (false, true) => Kind::DType(DType::I64),
            (false, false) => Kind::DType(DType::F64),
        }
    }
}

impl Table for CsvTable {
    fn path(&self) -> &Path {
        &self.path
    }

    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn rows(&self) -> Option<u64> {
        Some(self.rows)
    }

    fn read(&self, columns: &[usize], batch_rows: usize) -> anyhow::Result<Batches<'_>> {
        let mut reader =
            reader(&self.path, self.delimiter).with_context(|| cannot_read(&self.path))?;
        let columns = columns.to_vec();
        Ok(Box::new(std::iter::from_fn(move || {
            let batch = self.next_batch(&mut reader, &columns, batch_rows);
            batch.with_context(|| cannot_read(&self.path)).transpose()
        })))
    }
}

/// A column that is being filled.
enum Filling {
    Bool(Vec<bool>),
    I64(Vec<i64>),
    F64(Vec<f64>),
    Text(Vec<String>, DType),
}

impl CsvTable {
    fn next_batch(
        &self,
        reader: &mut csv::Reader<File>,
        columns: &[usize],
        batch_rows: usize,
    ) -> anyhow::Result<Option<Batch>> {
        let mut filling: Vec<Filling> = columns
            .iter()
            .map(|&column| match self.fields[column].kind {
                Kind::DType(DType::Bool) => Filling::Bool(Vec::new()),
                Kind::DType(DType::I64) => Filling::I64(Vec::new()),
                Kind::DType(text @ DType::Str(_)) => Filling::Text(Vec::new(), text),
                _ => Filling::F64(Vec::new()),
            })
            .collect();
        let mut record = ByteRecord::new();
        let mut rows = 0;
        while rows < batch_rows && reader.read_byte_record(&mut record)? {
            rows += 1;
            for (&column, filling) in columns.iter().zip(&mut filling) {
                if !filling.push(&record[column]) {
                    anyhow::bail!("the file changed while it was read");
                }
            }
        }
        let columns = filling.into_iter().map(Filling::finish).collect();
        Ok((rows > 0).then_some(Batch { rows, columns }))
    }
}

impl Filling {
    /// Appends a value; false when it is not of the column's dtype.
    fn push(&mut self, value: &[u8]) -> bool {
        match self {
            Filling::Bool(values) => boolean(value).map(|x| values.push(x)).is_some(),
            Filling::I64(values) => parse(value).map(|x| values.push(x)).is_some(),
            Filling::F64(values) if MISSING.contains(&value) => {
                values.push(f64::NAN);
                true
            }
            Filling::F64(values) => parse(value).map(|x| values.push(x)).is_some(),
            Filling::Text(values, _) => {
                values.push(String::from_utf8_lossy(value).into_owned());
                true
            }
        }
    }

    fn finish(self) -> Column {
        match self {
            Filling::Bool(values) => {
                let bytes: Vec<u8> = values.into_iter().map(u8::from).collect();
                Column::flat(DType::Bool, Buffer::from_vec(bytes))
            }
            Filling::I64(values) => Column::flat(DType::I64, Buffer::from_vec(values)),
            Filling::F64(values) => Column::flat(DType::F64, Buffer::from_vec(values)),
            Filling::Text(values, dtype) => {
                Column::text(values.iter().map(String::as_str)).widened(dtype)
            }
        }
    }
}

fn reader(path: &Path, delimiter: u8) -> anyhow::Result<csv::Reader<File>> {
    Ok(csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .buffer_capacity(1 << 17)
        .from_reader(File::open(path)?))
}

/// Returns the separator that is most frequent in the first line.
fn sniff_delimiter(path: &Path) -> std::io::Result<u8> {
    let mut line = Vec::new();
    // A header is short; a megabyte without a line end is not a CSV file.
    std::io::Read::take(BufReader::new(File::open(path)?), 1 << 20).read_until(b'\n', &mut line)?;
    let count = |delimiter: u8| line.iter().filter(|&&byte| byte == delimiter).count();
    // The last of equal ones wins, so the comma is the answer when there is none of them.
    Ok([b';', b'\t', b','].into_iter().max_by_key(|&delimiter| count(delimiter)).unwrap_or(b','))
}

fn parse<T: std::str::FromStr>(value: &[u8]) -> Option<T> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn boolean(value: &[u8]) -> Option<bool> {
    match value {
        b"true" | b"True" | b"TRUE" => Some(true),
        b"false" | b"False" | b"FALSE" => Some(false),
        _ => None,
    }
}
