//! Files as one table of columns, read batch by batch.
//!
//! [`Dataset::open`] takes paths and patterns; several files of a tabular format are one table, rows one
//! after another, and several NPY files are the columns of one table. The main promise is bounded
//! memory: a batch holds the columns that were asked for, and no more rows than asked for.

mod column;
mod csv;
mod ipc;
mod npy;
mod parquet;

use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

use anyhow::Context;
use numjit::DType;

use self::column::ColumnError;
pub(crate) use self::column::{Column, Kind};
use crate::exit::Failure;
use crate::format::Format;

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
    /// Reads the columns with these indices, which ascend, at most `batch_rows` rows at a time.
    fn read(&self, columns: &[usize], batch_rows: usize) -> anyhow::Result<Batches<'_>>;
}

/// One or more tables with the same columns, rows one after another.
pub(crate) struct Dataset {
    /// At least one.
    tables: Vec<Box<dyn Table>>,
    files: Vec<PathBuf>,
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
        let dataset = Dataset { tables, files };
        dataset.check_agreement(wanted)?;
        Ok(dataset)
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
            match &field.kind {
                _ if is_repeated && !is_wanted => {}
                _ if is_repeated => {
                    return Err(Failure::new(format!(
                        "`{}` has two columns named `{}`",
                        self.files[0].display(),
                        field.name
                    ))
                    .into());
                }
                Kind::DType(dtype) => schema.push((&field.name, *dtype)),
                Kind::Other(what) if is_wanted => {
                    return Err(Failure::new(format!("column `{}` is {what}", field.name))
                        .help("formulas take columns of booleans, integers and floating-point numbers")
                        .into());
                }
                // No formula uses it: any dtype will do for the name to be suggested.
                Kind::Other(_) | Kind::Unread => schema.push((&field.name, DType::F64)),
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
            receiver.into_iter().try_for_each(|batch| take(batch?))
        })
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

/// Returns the files that the arguments name: patterns expanded, in the order of the names.
fn expand(patterns: &[String]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for pattern in patterns {
        // A file may have `[` in its name, so a name that exists is not a pattern.
        if !pattern.contains(['*', '?', '[']) || Path::new(pattern).exists() {
            files.push(PathBuf::from(pattern));
            continue;
        }
        let paths = glob::glob(pattern).map_err(|error| {
            Failure::new(format!("`{pattern}` is not a pattern: {}", error.msg))
        })?;
        let before = files.len();
        for path in paths {
            files.push(path.context("cannot list the files")?);
        }
        if files.len() == before {
            return Err(Failure::new(format!("no file matches `{pattern}`")).into());
        }
    }
    for file in &files {
        match file.metadata() {
            Ok(metadata) if metadata.is_dir() => {
                let message = format!("`{}` is a folder", file.display());
                return Err(Failure::new(message)
                    .help("name the files in it with a pattern, e.g. 'folder/*.parquet'")
                    .into());
            }
            Ok(_) => {}
            Err(error) => {
                return Err(Failure::new(format!(
                    "cannot open `{}`: {}",
                    file.display(),
                    reason(&error)
                ))
                .into());
            }
        }
    }
    Ok(files)
}

fn common_format(files: &[PathBuf]) -> Result<Format, Failure> {
    let first = Format::of(&files[0])?;
    for file in &files[1..] {
        let other = Format::of(file)?;
        if other != first {
            return Err(Failure::new(format!(
                "`{}` is {} but `{}` is {}",
                files[0].display(),
                first.name(),
                file.display(),
                other.name()
            ))
            .help("files that are read together need the same format"));
        }
    }
    Ok(first)
}

/// Says an operating system's error without its number: `no such file or directory`.
pub(crate) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read `{}`", path.display())
}

/// Turns Arrow arrays into a batch.
///
/// # Errors
/// Columns with missing values and without a dtype; the message names column, file and rows.
fn arrow_batch(
    path: &Path,
    batch: &arrow_array::RecordBatch,
    first_row: usize,
) -> anyhow::Result<Batch> {
    let schema = batch.schema();
    let convert = |(array, field): (_, &arrow_schema::FieldRef)| {
        Column::from_arrow(array).map_err(|error| {
            column_failure(path, field.name(), first_row, batch.num_rows(), &error)
        })
    };
    let columns =
        batch.columns().iter().zip(schema.fields()).map(convert).collect::<Result<_, _>>()?;
    Ok(Batch { rows: batch.num_rows(), columns })
}

fn column_failure(
    path: &Path,
    name: &str,
    first_row: usize,
    rows: usize,
    error: &ColumnError,
) -> Failure {
    let path = path.display();
    match error {
        ColumnError::Missing(missing) => Failure::new(format!(
            "column `{name}` of `{path}` has missing values: {missing} in rows {first_row} to {}",
            first_row + rows - 1
        ))
        .help("integers and booleans need a value in every row (in floating-point columns a missing value is read as NaN)")
        .help("fill them, or store the column as a floating-point number"),
        ColumnError::TooLarge(value) => Failure::new(format!(
            "column `{name}` of `{path}` has the value {value}, which does not fit i64"
        ))
        .help("unsigned 64-bit integers are read as i64; store the column as float64"),
        ColumnError::Other(what) => Failure::new(format!("column `{name}` of `{path}` is {what}")),
    }
}
