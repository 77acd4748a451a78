//! Files that appear complete or not at all.

use std::fs::File;
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::exit::Failure;
use crate::input::reason;

/// A file in the making, under a temporary name in the folder of its final one.
///
/// Dropped without [`commit`](AtomicFile::commit), it leaves nothing behind.
pub(crate) struct AtomicFile {
    temporary: NamedTempFile,
    path: PathBuf,
}

impl AtomicFile {
    pub(crate) fn create(path: &Path) -> anyhow::Result<AtomicFile> {
        let failure = |error: std::io::Error| {
            Failure::new(format!("cannot write `{}`: {}", path.display(), reason(&error)))
        };
        // Written through a link, the file behind it is replaced, not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if path.is_dir() {
            return Err(Failure::new(format!("`{}` is a folder", path.display())).into());
        }
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = Builder::new();
        builder.prefix(".numjit-").suffix(".part");
        // What a file gets that is created in the ordinary way; the umask takes away from it.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let temporary = builder.tempfile_in(folder).map_err(failure)?;
        Ok(AtomicFile { temporary, path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns a handle to write through.
    pub(crate) fn handle(&self) -> std::io::Result<File> {
        self.temporary.as_file().try_clone()
    }

    /// Gives the file its name, in place of any that had it.
    pub(crate) fn commit(self) -> anyhow::Result<()> {
        let AtomicFile { temporary, path } = self;
        match temporary.persist(&path) {
            Ok(_) => Ok(()),
            Err(error) => {
                let reason = reason(&error.error);
                Err(Failure::new(format!("cannot write `{}`: {reason}", path.display())).into())
            }
        }
    }
}
