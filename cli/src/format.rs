//! File formats, told apart by the extension.

use std::path::Path;

use crate::exit::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Parquet,
    /// Arrow IPC, the file format or the stream format.
    Ipc,
    Csv,
    Npy,
}

impl Format {
    /// Returns the format that the extension of `path` stands for.
    pub(crate) fn of(path: &Path) -> Result<Format, Failure> {
        let extension =
            path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
        match extension.as_str() {
            "parquet" | "pq" => Ok(Format::Parquet),
            "arrow" | "arrows" | "feather" | "ipc" => Ok(Format::Ipc),
            "csv" | "tsv" => Ok(Format::Csv),
            "npy" => Ok(Format::Npy),
            _ => Err(Failure::new(format!("cannot tell the format of `{}`", path.display()))
                .help("the extension decides: .parquet, .arrow, .feather, .csv or .npy")),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Parquet => "Parquet",
            Format::Ipc => "Arrow",
            Format::Csv => "CSV",
            Format::Npy => "NPY",
        }
    }
}
