//! The inputs of the fuzz targets that are kept: seeds, and whatever once went wrong.

// The functions that the targets call, which are a package of their own.
#[path = "../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "the targets call them from outside")]
mod targets;

use std::fs;
use std::io::Result;
use std::path::Path;

/// Runs every file of the folders through a target, and returns how many there were.
fn replay(target: fn(&[u8]), folders: &[&str]) -> Result<usize> {
    let mut count = 0;
    for folder in folders {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder);
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let data = fs::read(&path)?;
            if std::panic::catch_unwind(|| target(&data)).is_err() {
                panic!("{} goes wrong", path.display());
            }
            count += 1;
        }
    }
    Ok(count)
}

#[test]
fn texts_parse_and_print() -> Result<()> {
    let count = replay(targets::parse, &["corpus/parse", "regressions/parse"])?;
    assert!(count >= 30, "only {count} inputs are found");
    Ok(())
}

#[test]
fn all_ways_to_compute_agree() -> Result<()> {
    let count = replay(targets::evaluate, &["corpus/evaluate", "regressions/evaluate"])?;
    assert!(count >= 30, "only {count} inputs are found");
    Ok(())
}

/// Text out of the corpus of one target is worth a try in the other.
#[test]
fn texts_of_one_target_pass_the_other() -> Result<()> {
    replay(targets::parse, &["corpus/evaluate", "regressions/evaluate"])?;
    replay(targets::evaluate, &["corpus/parse", "regressions/parse"])?;
    Ok(())
}
