//! What several test binaries share. Each uses a part of it.
#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod cases;
pub(crate) mod element;
pub(crate) mod golden_file;
pub(crate) mod input;
pub(crate) mod source;
pub(crate) mod stream;

use std::path::{Path, PathBuf};

/// Returns the files below a folder with this extension, sorted.
pub(crate) fn files(root: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
        for entry in entries {
            let path = entry.expect("a listed entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
