//! The documents say what is so. Blocks of Rust are run as doc tests (see the end of `src/lib.rs`), sessions
//! by `sessions.rs`, the commands of the README and the table of functions by the tests of the command.

use std::path::{Path, PathBuf};

use crate::common;
use numjit::{Limits, testing};

/// A fenced block of a document.
struct Block {
    language: String,
    lines: Vec<String>,
    place: String,
}

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let top = std::fs::read_dir(root).expect("the root can be listed");
    (top.map(|entry| entry.expect("a listed entry can be read").path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .chain(common::files(&root.join("docs"), "md"))
        .collect()
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    for path in documents() {
        let text = std::fs::read_to_string(&path).expect("documents are UTF-8");
        let mut open: Option<Block> = None;
        for (number, line) in text.lines().enumerate() {
            match (line.strip_prefix("```"), &mut open) {
                (Some(""), Some(_)) => blocks.extend(open.take()),
                (Some(language), None) => {
                    let place = format!("{}:{}", path.display(), number + 1);
                    open = Some(Block { language: language.to_owned(), lines: Vec::new(), place });
                }
                (None, Some(block)) => block.lines.push(line.to_owned()),
                (Some(_), Some(block)) => panic!("{}: the block is not closed", block.place),
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block is not closed", path.display());
    }
    blocks
}

#[test]
fn every_block_has_a_language_that_is_checked() {
    for block in blocks() {
        let known = ["rust", "numjit", "numexpr", "python", "console", "text", "toml"];
        assert!(known.contains(&block.language.as_str()), "{}: `{}`", block.place, block.language);
    }
}

#[test]
fn expressions_in_documents_parse() {
    let mut count = 0;
    let is_session = |block: &Block| block.lines.iter().any(|line| line.starts_with(">>> "));
    for block in blocks().iter().filter(|block| block.language == "numjit" && !is_session(block)) {
        // One expression on each line, or over several lines in brackets.
        let mut text = String::new();
        let mut error = None;
        for line in block.lines.iter().filter(|line| !line.trim().is_empty()) {
            text.push_str(line);
            text.push('\n');
            error = testing::canonical(&text, &Limits::default()).err();
            if error.is_none() {
                text.clear();
                count += 1;
            }
        }
        assert!(error.is_none(), "{}: {}", block.place, error.expect("just checked"));
    }
    assert!(count > 0, "no document has an expression: is the search broken?");
}

#[test]
fn blocks_of_rust_are_run() {
    // Another document needs a line at the end of `src/lib.rs`.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = std::fs::read_to_string(root.join("src/lib.rs")).expect("sources are UTF-8");
    for block in blocks().iter().filter(|block| block.language == "rust") {
        let path = block.place.strip_prefix(&format!("{}/", root.display())).unwrap_or_default();
        let path = path.split(':').next().unwrap_or_default();
        let is_run = library.contains(&format!("include_str!(\"../{path}\")"));
        assert!(is_run, "{}: no test runs this block", block.place);
    }
}
