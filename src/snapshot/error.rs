//! Why a snapshot cannot be read or written.
//!
//! May import: nothing of this crate. Guarantees: every text names the file and says what to do.

use std::path::PathBuf;

/// Why a snapshot cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error("there is no snapshot at {}; collect one with `havenmark collect -o {}`", .0.display(), .0.display())]
    NotThere(PathBuf),
    #[error("{} is a file; a snapshot is a folder, with a manifest.json in it", .0.display())]
    NoFolder(PathBuf),
    #[error(
        "the snapshot at {} is unfinished: its collection was interrupted. Go on with it by the same `havenmark collect -o {}`, which keeps the accounts that were read whole",
        .0.display(), .0.display()
    )]
    Unfinished(PathBuf),
    #[error(
        "{} is in the format {found}, which this program does not read; it reads {}. Use the version of havenmark that wrote it, or collect again",
        .file.display(), super::FORMAT
    )]
    Format { file: PathBuf, found: String },
    #[error("{} is no manifest of a snapshot: {detail}. Collect again, or restore it from where it was kept", .file.display())]
    Manifest { file: PathBuf, detail: String },
    #[error(
        "{} does not match its manifest: {detail}. The snapshot was changed or damaged; restore it from where it was kept, or collect again",
        .file.display()
    )]
    Damaged { file: PathBuf, detail: String },
    #[error("a finished snapshot is already at {}; give another folder with -o, or move it away", .0.display())]
    AlreadyThere(PathBuf),
    #[error("{} is not empty and holds no snapshot; give an empty or new folder with -o", .0.display())]
    NotEmpty(PathBuf),
    #[error("{}: {source}", .file.display())]
    Io { file: PathBuf, source: std::io::Error },
}

impl SnapshotError {
    pub(super) fn io(file: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.into();
        move |source| Self::Io { file, source }
    }
}
