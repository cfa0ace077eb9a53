//! The files of a path that a service delivers, in the order of their names.
//!
//! May import: nothing of this crate. Guarantees: no link is followed; a link or a folder that cannot be read is named, for
//! more may stand behind it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Folders within folders: AWS delivers into eight.
const MOST_DEPTH: usize = 32;
/// More files than any delivery channel leaves in years.
const MOST_FILES: usize = 1_000_000;

/// Which files a service delivers.
#[derive(Debug, Clone, Copy)]
pub struct Of {
    /// Who delivers them, for people.
    pub who: &'static str,
    /// Whether a name is that of one; what lies beside them is passed over.
    pub is_one: fn(&str) -> bool,
}

/// Why no file can be read.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("there is no {}; name a file that {} delivered, or a folder with some", .0.display(), .1)]
    NotThere(PathBuf, &'static str),
    #[error("{} is a link, which is not followed; name what it leads to", .0.display())]
    Link(PathBuf),
    #[error("{} is no file that {} delivered: those keep their names and end in .json.gz, or .json when decompressed", .0.display(), .1)]
    NoFile(PathBuf, &'static str),
    #[error("{} holds no file that {} delivered (they end in .json.gz)", .0.display(), .1)]
    Nothing(PathBuf, &'static str),
    #[error("{} holds more than {MOST_FILES} files; name a folder with fewer, for example one Region's", .0.display())]
    TooMany(PathBuf),
}

/// A file, and how the ledger calls it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub path: PathBuf,
    /// Below the path that was named, so that it says nothing of the machine.
    pub name: String,
    /// Why it is not read.
    pub problem: Option<String>,
}

/// The files of all paths.
///
/// # Errors
/// A path is not there, is no file or folder, or holds no such file.
pub fn find(paths: &[PathBuf], of: Of) -> Result<Vec<Found>, FilesError> {
    let mut all = Vec::new();
    for path in paths {
        let metadata = fs::symlink_metadata(path).map_err(|_| FilesError::NotThere(path.clone(), of.who))?;
        let before = all.len();
        if metadata.is_symlink() {
            return Err(FilesError::Link(path.clone()));
        } else if metadata.is_dir() {
            folder(path, "", 0, of, &mut all);
        } else if metadata.is_file() && (of.is_one)(&last(path)) {
            all.push(Found { path: path.clone(), name: last(path), problem: None });
        } else {
            return Err(FilesError::NoFile(path.clone(), of.who));
        }
        if all.len() == before {
            return Err(FilesError::Nothing(path.clone(), of.who));
        }
        if all.len() > MOST_FILES {
            return Err(FilesError::TooMany(path.clone()));
        }
    }
    // Two paths may hold files of one name; each stands in the ledger by itself.
    let mut names = BTreeSet::new();
    for found in &mut all {
        let name = found.name.clone();
        let mut times = 1_u32;
        while !names.insert(found.name.clone()) {
            times += 1;
            found.name = format!("{times}:{name}");
        }
    }
    Ok(all)
}

fn last(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn folder(path: &Path, below: &str, depth: usize, of: Of, all: &mut Vec<Found>) {
    let mut fail = |problem: &str| {
        let name = if below.is_empty() { last(path) } else { below.to_owned() };
        all.push(Found { path: path.to_owned(), name, problem: Some(problem.to_owned()) });
    };
    if depth > MOST_DEPTH {
        return fail("folders are nested too deep; nothing in it was read");
    }
    let Ok(entries) = fs::read_dir(path) else { return fail("the folder cannot be read") };
    let Ok(mut entries) = entries.collect::<Result<Vec<_>, _>>() else {
        return fail("the folder cannot be read to its end");
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if all.len() > MOST_FILES {
            return;
        }
        let (path, name) = (entry.path(), last(&entry.path()));
        let below = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        let problem = |text: &str| Found { path: path.clone(), name: below.clone(), problem: Some(text.to_owned()) };
        match entry.file_type() {
            Err(_) => all.push(problem("what it is cannot be read")),
            Ok(kind) if kind.is_symlink() => {
                if (of.is_one)(&name) || path.is_dir() {
                    all.push(problem("it is a link, which is not followed"));
                }
            }
            Ok(kind) if kind.is_dir() => folder(&path, &below, depth + 1, of, all),
            Ok(kind) if (of.is_one)(&name) => {
                let odd = (!kind.is_file()).then(|| "it is no regular file".to_owned());
                all.push(Found { path, name: below, problem: odd });
            }
            Ok(_) => {}
        }
    }
}
