//! A folder whose files name each other.
//!
//! May import: `model`. Guarantees: no path that leaves the folder is followed, be it absolute, through `..`, or through a
//! symbolic link.

use std::cell::Cell;
use std::path::{Component, Path, PathBuf};

use super::text::LARGEST;
use super::tree::At;
use crate::model::planned::InputError;

/// A folder that was found.
pub(super) struct Folder {
    /// As the user wrote it, for places.
    given: PathBuf,
    /// Where it really is.
    root: PathBuf,
    /// How many bytes were read.
    read: Cell<u64>,
}

/// How much the files that are read may have together, each as often as it is read.
const TOGETHER: u64 = 64 * 1024 * 1024;

impl Folder {
    pub(super) fn open(given: &Path) -> Result<Self, InputError> {
        let found = given.canonicalize().ok().filter(|root| root.is_dir());
        let folder = Self { given: given.to_owned(), root: found.clone().unwrap_or_default(), read: Cell::new(0) };
        if found.is_some() {
            return Ok(folder);
        }
        let message = format!("{} is no folder: give the folder that `cdk synth` writes", given.display());
        Err(folder.refuse(given, At::default(), message))
    }

    pub(super) fn root(&self) -> PathBuf {
        self.root.clone()
    }

    pub(super) fn refuse(&self, path: &Path, at: At, message: String) -> InputError {
        InputError { place: at.place(&self.shown(path)), message }
    }

    /// A path as the user sees it.
    pub(super) fn shown(&self, path: &Path) -> String {
        let within = path.strip_prefix(&self.root).unwrap_or(path);
        self.given.join(within).to_string_lossy().into_owned()
    }

    /// The file or folder that a file in `directory` names.
    pub(super) fn resolve(&self, directory: &Path, named: &str) -> Result<PathBuf, InputError> {
        let outside = || {
            let message = format!("{named:?} leaves the folder {}: only what is in it is read", self.given.display());
            self.refuse(directory, At::default(), message)
        };
        let mut path = directory.to_owned();
        for component in Path::new(named).components() {
            match component {
                Component::Normal(part) => path.push(part),
                Component::CurDir => {}
                Component::ParentDir if path != self.root => drop(path.pop()),
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Err(outside()),
            }
        }
        let found = path.canonicalize().map_err(|_| {
            let shown = self.shown(&path);
            self.refuse(&path, At::default(), format!("{shown} is not there: run `cdk synth` again"))
        })?;
        if found.starts_with(&self.root) { Ok(found) } else { Err(outside()) }
    }

    /// The bytes of a file that was resolved.
    pub(super) fn read(&self, path: &Path) -> Result<Vec<u8>, InputError> {
        let refuse = |message: String| self.refuse(path, At::default(), message);
        let shown = self.shown(path);
        let about = std::fs::metadata(path).map_err(|error| refuse(format!("{shown} cannot be read: {error}")))?;
        if !about.is_file() {
            return Err(refuse(format!("{shown} is no file: run `cdk synth` again")));
        }
        if about.len() > u64::try_from(LARGEST).unwrap_or(u64::MAX) {
            return Err(refuse(format!("{shown} has more than {} MiB: split the stack", LARGEST >> 20)));
        }
        self.read.set(self.read.get().saturating_add(about.len()));
        if self.read.get() > TOGETHER {
            let all = "the files of the assembly have more than";
            return Err(refuse(format!("{all} {} MiB together: check the templates one by one", TOGETHER >> 20)));
        }
        std::fs::read(path).map_err(|error| refuse(format!("{shown} cannot be read: {error}")))
    }
}
