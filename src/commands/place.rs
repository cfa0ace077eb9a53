//! Puts a file in its place: whole, or not at all.
//!
//! May import: nothing of this crate. Guarantees: no reader sees half a file; without leave no file is written over, not even
//! one that came in the meantime.

use std::io::{self, Write as _};
use std::path::Path;

/// Writes a new file; false where something of this name is there, which is kept.
pub(super) fn new_file(path: &Path, text: &str) -> io::Result<bool> {
    match beside(path, text.as_bytes())?.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

/// Writes a file, over one that is there.
pub(super) fn over(path: &Path, contents: &[u8]) -> io::Result<()> {
    beside(path, contents)?.persist(path).map(drop).map_err(|error| error.error)
}

/// A temporary file beside the one that is meant, with the contents.
fn beside(path: &Path, contents: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tre-");
    // A declaration is no secret: the reader of the audit needs it, so the mask of the user decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    Ok(file)
}
