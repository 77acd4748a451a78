//! Running the command, and files for it to read.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use assert_cmd::Command;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

/// The invariant mass of the two muons.
pub(crate) const MASS: &str = "sqrt((E1+E2)**2 - (px1+px2)**2 - (py1+py2)**2 - (pz1+pz2)**2)";

/// Returns the path of the example data: 2304 candidates of Z → μμ.
pub(crate) fn zmumu() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/zmumu.parquet").to_owned()
}

/// Returns the command, away from the settings of whoever runs the tests.
pub(crate) fn numjit() -> Command {
    let mut command = Command::new(assert_cmd::cargo_bin!("numjit"));
    command.env_remove("NO_COLOR").env_remove("CLICOLOR").env_remove("CLICOLOR_FORCE");
    command
}

/// Runs the command, which must succeed, and returns what it prints.
pub(crate) fn stdout(arguments: &[&str]) -> String {
    let assert = numjit().args(arguments).assert().success();
    String::from_utf8(assert.get_output().stdout.clone()).expect("the command prints text")
}

/// Runs the command, which must fail with a user's mistake, and returns what it says.
pub(crate) fn failure(arguments: &[&str]) -> String {
    let assert = numjit().args(arguments).assert().code(1);
    assert!(assert.get_output().stdout.is_empty(), "a failure prints no result");
    String::from_utf8(assert.get_output().stderr.clone()).expect("the command prints text")
}

/// A folder that is gone when the test ends.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().expect("there is room for a folder"))
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("the path is text").to_owned()
    }

    pub(crate) fn text(&self, name: &str, text: &str) -> String {
        self.bytes(name, text.as_bytes())
    }

    pub(crate) fn bytes(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.path(name), bytes).expect("the folder is writable");
        self.path(name)
    }

    /// Writes a Parquet file with these columns, nullable.
    pub(crate) fn parquet(&self, name: &str, columns: Vec<(&str, ArrayRef)>) -> String {
        let batch = batch(columns);
        let file = File::create(self.path(name)).expect("the folder is writable");
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("it is a schema");
        writer.write(&batch).expect("it is a batch");
        writer.close().expect("the file is writable");
        self.path(name)
    }

    /// Returns the names of all files, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("the folder is there");
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.expect("it can be listed").file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }
}

pub(crate) fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    let columns = columns.into_iter().map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns).expect("the columns have one length")
}

pub(crate) fn column<A: arrow_array::Array + 'static>(array: A) -> ArrayRef {
    Arc::new(array)
}

/// Reads a Parquet file with one column of the type `A`.
pub(crate) fn read_parquet<A: Clone + 'static>(path: impl AsRef<Path>, name: &str) -> Vec<A> {
    let file = File::open(path).expect("the file was written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("it is a Parquet file");
    let one = |batch: Result<RecordBatch, _>| {
        let batch: RecordBatch = batch.expect("the batch is whole");
        let column = batch.column_by_name(name).expect("the column is there").as_any();
        column.downcast_ref::<A>().expect("the column has this type").clone()
    };
    reader.build().expect("it is a Parquet file").map(one).collect()
}

/// Reads the float64 column `name` of a Parquet file.
pub(crate) fn read_f64(path: impl AsRef<Path>, name: &str) -> Vec<f64> {
    let columns: Vec<arrow_array::Float64Array> = read_parquet(path, name);
    columns.iter().flat_map(|column| column.values().to_vec()).collect()
}
