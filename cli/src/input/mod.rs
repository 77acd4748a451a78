//! Files as one table of columns, read batch by batch.
//!
//! [`Dataset::open`] takes paths and patterns; several files of a tabular format are one table, rows one
//! after another, and several NPY files are the columns of one table, or arrays of any shape, which are
//! read whole. The main promise is bounded memory: a batch holds the columns that were asked for, and no
//! more rows than asked for.

mod column;
mod csv;
mod files;
mod from_arrow;
mod ipc;
mod npy;
mod parquet;

use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

use anyhow::Context;
use numjit::DType;

pub(crate) use self::column::{Column, Kind};
pub(crate) use self::files::reason;
use self::files::{common_format, expand};
use self::from_arrow::arrow_batch;
use crate::exit::Failure;
use crate::format::Format;

/// Rows that are read at a time to find how wide strings are.
const MEASURED_ROWS: usize = 1 << 16;

/// A column as the file declares it.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// Some rows of some columns, in the order in which the columns were asked for.
pub(crate) struct Batch {
    pub(crate) rows: usize,
    pub(crate) columns: Vec<Column>,
}

pub(crate) type Batches<'a> = Box<dyn Iterator<Item = anyhow::Result<Batch>> + 'a>;

/// One file, or the files that together make the columns of a table.
trait Table: Sync {
    /// What errors call it.
    fn path(&self) -> &Path;
    fn fields(&self) -> &[Field];
    /// The number of rows, where the file says so.
    fn rows(&self) -> Option<u64>;
    /// Whether these are arrays of any shape rather than columns of one length; they come as one batch.
    fn is_arrays(&self) -> bool {
        false
    }
    /// Reads the columns with these indices, which ascend, at most `batch_rows` rows at a time.
    fn read(&self, columns: &[usize], batch_rows: usize) -> anyhow::Result<Batches<'_>>;
}

/// One or more tables with the same columns, rows one after another.
pub(crate) struct Dataset {
    /// At least one.
    tables: Vec<Box<dyn Table>>,
    files: Vec<PathBuf>,
    /// The dtypes of the wanted columns of strings, wide enough for all rows.
    strings: Vec<(String, DType)>,
}

impl Dataset {
    /// Opens files and patterns; `wanted` are the names that the formula uses.
    ///
    /// # Errors
    /// Files that are missing, mixed or damaged, and files that disagree about a wanted column.
    pub(crate) fn open(patterns: &[String], wanted: &[String]) -> anyhow::Result<Dataset> {
        let files = expand(patterns)?;
        let format = common_format(&files)?;
        let tables = match format {
            Format::Parquet => each(&files, parquet::ParquetTable::open)?,
            Format::Ipc => each(&files, ipc::IpcTable::open)?,
            Format::Csv => {
                let tables = csv::CsvTable::open_all(&files, wanted)?;
                tables.into_iter().map(|table| Box::new(table) as Box<dyn Table>).collect()
            }
            Format::Npy => vec![Box::new(npy::NpyTable::open(&files)?) as Box<dyn Table>],
        };
        let mut dataset = Dataset { tables, files, strings: Vec::new() };
        dataset.check_agreement(wanted)?;
        dataset.measure_strings(wanted)?;
        Ok(dataset)
    }

    /// Reads the wanted columns of strings once, to know how wide they are.
    fn measure_strings(&mut self, wanted: &[String]) -> anyhow::Result<()> {
        let is_measured = |field: &Field| matches!(field.kind, Kind::Text | Kind::Bytes);
        let names: Vec<String> = (wanted.iter())
            .filter(|name| find(self.fields(), name).is_some_and(is_measured))
            .cloned()
            .collect();
        let kind = |name: &String| match find(self.fields(), name).map(|field| &field.kind) {
            Some(Kind::Text) => DType::Str(1),
            _ => DType::Bytes(1),
        };
        let mut widest: Vec<DType> = names.iter().map(kind).collect();
        if !names.is_empty() {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            self.for_each_batch(&names, MEASURED_ROWS, |batch| {
                for (widest, column) in widest.iter_mut().zip(&batch.columns) {
                    *widest = (*widest).max(column.dtype());
                }
                Ok(())
            })?;
        }
        self.strings = names.into_iter().zip(widest).collect();
        Ok(())
    }

    /// Whether the columns are arrays of any shape, to be read with [`load`](Dataset::load).
    pub(crate) fn is_arrays(&self) -> bool {
        self.tables.iter().any(|table| table.is_arrays())
    }

    /// Reads the named columns as a whole, `batch_rows` rows at a time; `advance` is told how many.
    pub(crate) fn load(
        &self,
        names: &[&str],
        batch_rows: usize,
        mut advance: impl FnMut(usize),
    ) -> anyhow::Result<Vec<Column>> {
        let mut parts: Vec<Vec<Column>> = names.iter().map(|_| Vec::new()).collect();
        self.for_each_batch(names, batch_rows, |batch| {
            parts.iter_mut().zip(batch.columns).for_each(|(parts, column)| parts.push(column));
            advance(batch.rows);
            Ok(())
        })?;
        let dtype = |name: &str| {
            let field = find(self.fields(), name).expect("open checked the columns");
            self.dtype(field).expect("the schema was asked for")
        };
        Ok(parts
            .into_iter()
            .zip(names)
            .map(|(parts, name)| Column::joined(parts, dtype(name)))
            .collect())
    }

    /// Returns what a column is read as, if it has a dtype and somebody asked.
    fn dtype(&self, field: &Field) -> Option<DType> {
        match field.kind {
            Kind::DType(dtype) => Some(dtype),
            Kind::Text | Kind::Bytes => {
                Some(self.strings.iter().find(|(name, _)| *name == field.name)?.1)
            }
            Kind::Other(_) | Kind::Unread => None,
        }
    }

    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Returns the columns, as the first file declares them.
    pub(crate) fn fields(&self) -> &[Field] {
        self.tables[0].fields()
    }

    pub(crate) fn rows(&self) -> Option<u64> {
        self.tables.iter().map(|table| table.rows()).sum()
    }

    /// Returns the dtype of every column, for a formula that uses the `wanted` names.
    ///
    /// # Errors
    /// A wanted column that is there twice or has no dtype. Names that are not there at all are left
    /// to the compiler, which knows where they are in the formula and what is similar.
    pub(crate) fn schema(&self, wanted: &[String]) -> anyhow::Result<Vec<(&str, DType)>> {
        let mut schema: Vec<(&str, DType)> = Vec::new();
        for field in self.fields() {
            let is_wanted = wanted.contains(&field.name);
            let is_repeated = schema.iter().any(|(name, _)| *name == field.name);
            match (&field.kind, self.dtype(field)) {
                _ if is_repeated && !is_wanted => {}
                _ if is_repeated => {
                    return Err(Failure::new(format!(
                        "`{}` has two columns named `{}`",
                        self.files[0].display(),
                        field.name
                    ))
                    .into());
                }
                (_, Some(dtype)) => schema.push((&field.name, dtype)),
                (Kind::Other(what), None) if is_wanted => {
                    return Err(Failure::new(format!("column `{}` is {what}", field.name))
                        .help("formulas take columns of booleans, numbers, text, dates and times")
                        .into());
                }
                // No formula uses it: any dtype will do for the name to be suggested.
                (_, None) => schema.push((&field.name, DType::F64)),
            }
        }
        Ok(schema)
    }

    /// Reads the named columns from the first row to the last and hands each batch to `take`.
    ///
    /// Another thread reads the next batch while `take` works on one, so that three are in memory.
    pub(crate) fn for_each_batch(
        &self,
        names: &[&str],
        batch_rows: usize,
        mut take: impl FnMut(Batch) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel(1);
            scope.spawn(move || {
                for table in &self.tables {
                    let batches = match table_batches(table.as_ref(), names, batch_rows) {
                        Ok(batches) => batches,
                        Err(error) => Box::new(std::iter::once(Err(error))),
                    };
                    for batch in batches {
                        let failed = batch.is_err();
                        // A closed channel means that `take` failed, and its error is the one to see.
                        if sender.send(batch).is_err() || failed {
                            return;
                        }
                    }
                }
            });
            receiver.into_iter().try_for_each(|batch| take(self.with_common_widths(names, batch?)))
        })
    }

    /// Makes strings as wide as they are in all batches.
    fn with_common_widths(&self, names: &[&str], batch: Batch) -> Batch {
        let dtype = |name: &str| {
            let found = self.strings.iter().find(|(string, _)| string == name);
            found.map(|(_, dtype)| *dtype)
        };
        let columns = batch.columns.into_iter().zip(names);
        let columns = columns.map(|(column, name)| match dtype(name) {
            Some(dtype) => column.widened(dtype),
            None => column,
        });
        Batch { rows: batch.rows, columns: columns.collect() }
    }

    fn check_agreement(&self, wanted: &[String]) -> Result<(), Failure> {
        let first = &self.tables[0];
        for table in &self.tables[1..] {
            for name in wanted {
                let (ours, theirs) = (find(first.fields(), name), find(table.fields(), name));
                let (ours_path, theirs_path) = (first.path().display(), table.path().display());
                let message = match (ours, theirs) {
                    (Some(a), Some(b)) if a.kind == b.kind => continue,
                    (None, None) => continue,
                    (Some(a), Some(b)) => format!(
                        "column `{name}` is {} in `{ours_path}` but {} in `{theirs_path}`",
                        a.kind.phrase(),
                        b.kind.phrase()
                    ),
                    (Some(_), None) => {
                        format!("`{theirs_path}` has no column `{name}`, unlike `{ours_path}`")
                    }
                    (None, Some(_)) => {
                        format!("`{ours_path}` has no column `{name}`, unlike `{theirs_path}`")
                    }
                };
                return Err(Failure::new(message)
                    .help("files that are read together need the same columns"));
            }
        }
        Ok(())
    }
}

/// Reads the named columns of one table, in the order of `names`.
fn table_batches<'a>(
    table: &'a dyn Table,
    names: &[&str],
    batch_rows: usize,
) -> anyhow::Result<Batches<'a>> {
    let position = |name: &&str| {
        table
            .fields()
            .iter()
            .position(|field| field.name == *name)
            .expect("open checked the columns")
    };
    let indices: Vec<usize> = names.iter().map(position).collect();
    let mut order: Vec<usize> = (0..indices.len()).collect();
    order.sort_by_key(|&at| indices[at]);
    let ascending: Vec<usize> = order.iter().map(|&at| indices[at]).collect();
    let batches = table.read(&ascending, batch_rows)?;
    Ok(Box::new(batches.map(move |batch| {
        let Batch { rows, columns } = batch?;
        let mut columns: Vec<(usize, Column)> = order.iter().copied().zip(columns).collect();
        columns.sort_by_key(|(at, _)| *at);
        Ok(Batch { rows, columns: columns.into_iter().map(|(_, column)| column).collect() })
    })))
}

fn find<'a>(fields: &'a [Field], name: &str) -> Option<&'a Field> {
    fields.iter().find(|field| field.name == name)
}

fn each<T: Table + 'static>(
    files: &[PathBuf],
    open: impl Fn(&Path) -> anyhow::Result<T>,
) -> anyhow::Result<Vec<Box<dyn Table>>> {
    let one = |path: &PathBuf| {
        let table = open(path).with_context(|| cannot_read(path))?;
        Ok(Box::new(table) as Box<dyn Table>)
    };
    files.iter().map(one).collect()
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read `{}`", path.display())
}
