//! Which files the arguments of the command mean.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::exit::Failure;
use crate::format::Format;

/// Returns the files that the arguments name: patterns expanded, in the order of the names.
pub(super) fn expand(patterns: &[String]) -> anyhow::Result<Vec<PathBuf>> {
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

pub(super) fn common_format(files: &[PathBuf]) -> Result<Format, Failure> {
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
