//! A control pack as files: the built-in one, or folders of a team's own.
//!
//! May import: `model`. Guarantees: files are in the order of their paths, on every machine; paths use `/`. Of a team's
//! folder only regular files of bounded size and number are read, and the hash does not depend on where it lies.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use include_dir::{Dir, include_dir};

use super::CatalogueError;
use crate::model::digest::sha256_hex;

static CONTROLS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/controls");
static FRAMEWORKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/frameworks");
static POLICIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies");

/// The largest file of a pack; the largest of the program's own is a tenth of it.
const FILE_LIMIT: u64 = 1 << 20;
/// Files of one folder of a team's own, and folders within folders.
const FILES: usize = 1_000;
const DEPTH: usize = 8;

/// One text file of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// `controls/settings/net.toml`.
    pub path: String,
    pub text: String,
}

/// The files of a pack.
#[derive(Debug, Clone, Default)]
pub struct Pack {
    files: Vec<PackFile>,
    /// The paths of a team's own files, each with what it is within the team's folder.
    own: BTreeMap<String, String>,
}

impl Pack {
    /// The pack that is part of the program.
    #[must_use]
    pub fn built_in() -> Self {
        let mut files = Vec::new();
        for (root, dir) in [("controls", &CONTROLS), ("frameworks", &FRAMEWORKS), ("policies", &POLICIES)] {
            gather(root, dir, &mut files);
        }
        Self::from_files(files)
    }

    /// The pack as it lies in a folder that has `controls/`, `frameworks/` and `policies/`, like that of the source text.
    ///
    /// # Errors
    /// As [`Pack::with_folder`].
    pub fn from_root(root: &Path) -> Result<Self, CatalogueError> {
        let mut files = Vec::new();
        for (name, ending) in
            [("controls", "toml"), ("frameworks", "toml"), ("policies", "cedar"), ("policies", "cedarschema")]
        {
            read_folder(&root.join(name), name, ending, 0, &mut files)?;
        }
        Ok(Self::from_files(files))
    }

    /// A pack of these files.
    #[must_use]
    pub fn from_files(mut files: Vec<PackFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files, own: BTreeMap::new() }
    }

    /// This pack with the `controls/` and `policies/` of a team's folder beside its own.
    ///
    /// # Errors
    /// The folder is not there or holds neither, or a file cannot be read or is too large: with its path.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, CatalogueError> {
        let shown = folder.display().to_string();
        let fail = |problem: &str| CatalogueError::File { file: shown.clone(), problem: problem.to_owned() };
        if !folder.is_dir() {
            return Err(fail("there is no such folder; give one that holds controls/ and policies/ of your own"));
        }
        let mut own = Vec::new();
        for (root, ending) in [("controls", "toml"), ("policies", "cedar")] {
            let start = folder.join(root);
            if start.is_dir() {
                let name = format!("{}/{root}", shown.trim_end_matches('/'));
                let first = own.len();
                read_folder(&start, &name, ending, 0, &mut own)?;
                for file in own.iter().skip(first) {
                    let inside = file.path.get(name.len()..).unwrap_or_default();
                    self.own.insert(file.path.clone(), format!("{root}{inside}"));
                }
            }
        }
        if own.is_empty() {
            return Err(fail(
                "it holds no controls/*/*.toml and no policies/*/*.cedar; docs/own-controls.md shows both",
            ));
        }
        self.files.extend(own);
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(self)
    }

    /// Whether a file is a team's own.
    #[must_use]
    pub fn is_own(&self, path: &str) -> bool {
        self.own.contains_key(path)
    }

    /// Files below a folder of the pack or of a team's (`controls/`), in order.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a PackFile> + 'a {
        self.files.iter().filter(move |f| self.own.get(&f.path).unwrap_or(&f.path).starts_with(folder))
    }

    /// The file of a path.
    ///
    /// # Errors
    /// [`CatalogueError::MissingFile`].
    pub fn require(&self, path: &str) -> Result<&PackFile, CatalogueError> {
        self.files.iter().find(|f| f.path == path).ok_or_else(|| CatalogueError::MissingFile { file: path.to_owned() })
    }

    /// SHA-256 over every path and text, length-prefixed. A team's file counts as `own/controls/…`, wherever it lies.
    #[must_use]
    pub fn sha256(&self) -> String {
        let name = |file: &PackFile| self.own.get(&file.path).map_or(file.path.clone(), |name| format!("own/{name}"));
        let mut files: Vec<(String, &str)> = self.files.iter().map(|file| (name(file), file.text.as_str())).collect();
        files.sort();
        let mut bytes = Vec::new();
        for (name, text) in files {
            for part in [name.as_str(), text] {
                bytes.extend_from_slice(part.len().to_string().as_bytes());
                bytes.push(b':');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
        sha256_hex(&bytes)
    }
}

fn gather(root: &str, dir: &Dir<'_>, files: &mut Vec<PackFile>) {
    for file in dir.files() {
        if let Some(text) = file.contents_utf8() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            files.push(PackFile { path: format!("{root}/{path}"), text: text.to_owned() });
        }
    }
    for inner in dir.dirs() {
        gather(root, inner, files);
    }
}

fn read_folder(
    folder: &Path,
    name: &str,
    ending: &str,
    depth: usize,
    files: &mut Vec<PackFile>,
) -> Result<(), CatalogueError> {
    let fail = |file: &str, problem: String| CatalogueError::File { file: file.to_owned(), problem };
    let io = |error: std::io::Error| fail(name, error.to_string());
    if depth > DEPTH {
        return Err(fail(name, format!("it lies more than {DEPTH} folders deep; a pack needs two")));
    }
    let mut entries = std::fs::read_dir(folder).map_err(io)?.collect::<Result<Vec<_>, _>>().map_err(io)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let inner = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(io)?.is_dir() {
            read_folder(&path, &inner, ending, depth + 1, files)?;
        } else if path.extension().is_some_and(|e| e == ending) {
            if files.len() >= FILES {
                return Err(fail(
                    name,
                    format!("there are more than {FILES} files here; give a folder of controls alone"),
                ));
            }
            let text = read_file(&path).map_err(|problem| fail(&inner, problem))?;
            files.push(PackFile { path: inner, text });
        }
    }
    Ok(())
}

/// The text of a regular file: a pipe would be waited for without end.
fn read_file(path: &Path) -> Result<String, String> {
    if !std::fs::metadata(path).map_err(|e| e.to_string())?.is_file() {
        return Err("it is no regular file; put the file itself here".to_owned());
    }
    let file = std::fs::File::open(path).map_err(|e| e.to_string())?;
    let mut bytes = Vec::new();
    file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
    if bytes.len() as u64 > FILE_LIMIT {
        return Err(format!("it has more than {FILE_LIMIT} bytes; write a file for each area"));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text; save it as UTF-8".to_owned())
}
