//! Files that are whole or not there.
//!
//! May import: nothing of this crate but the errors of snapshots. Guarantees: a temporary file, sync, rename, sync of the
//! folder: whatever happens, nobody finds half a file under its name.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::SnapshotError;

/// Writes a file by what `fill` writes.
pub(super) fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
) -> Result<(), SnapshotError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = BufWriter::new(tempfile::NamedTempFile::new_in(folder)?);
        fill(&mut file)?;
        let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|e| e.error)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(SnapshotError::io(path))
}
