//! A control pack as files: the built-in one, or folders of a team's own.
//!
//! May import: `model`. Guarantees: files are in the order of their paths, on every machine; paths use `/`.

use std::path::Path;

use include_dir::{Dir, include_dir};

use super::CatalogueError;
use crate::model::digest::sha256_hex;

static CONTROLS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/controls");
static FRAMEWORKS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/frameworks");
static POLICIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies");

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
    pub fn from_root(root: &Path) -> Result<Self, std::io::Error> {
        let mut files = Vec::new();
        for (name, ending) in
            [("controls", "toml"), ("frameworks", "toml"), ("policies", "cedar"), ("policies", "cedarschema")]
        {
            read_folder(&root.join(name), name, ending, &mut files)?;
        }
        Ok(Self::from_files(files))
    }

    /// A pack of these files.
    #[must_use]
    pub fn from_files(mut files: Vec<PackFile>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// This pack with the `controls/` and `policies/` of a folder beside its own.
    ///
    /// # Errors
    /// A folder or file that cannot be read, as the operating system says it, with its path.
    pub fn with_folder(mut self, folder: &Path) -> Result<Self, std::io::Error> {
        for (root, ending) in [("controls", "toml"), ("policies", "cedar")] {
            let start = folder.join(root);
            if start.is_dir() {
                read_folder(&start, &format!("{}/{root}", folder.display()), ending, &mut self.files)?;
            }
        }
        Ok(Self::from_files(self.files))
    }

    /// Files whose path contains a folder of this name (`controls/`), in order.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a PackFile> + 'a {
        self.files.iter().filter(move |f| f.path.starts_with(folder) || f.path.contains(&format!("/{folder}")))
    }

    /// The file of a path.
    ///
    /// # Errors
    /// [`CatalogueError::MissingFile`].
    pub fn require(&self, path: &str) -> Result<&PackFile, CatalogueError> {
        self.files.iter().find(|f| f.path == path).ok_or_else(|| CatalogueError::MissingFile { file: path.to_owned() })
    }

    /// SHA-256 over every path and text, length-prefixed.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut bytes = Vec::new();
        for file in &self.files {
            for part in [&file.path, &file.text] {
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

fn read_folder(folder: &Path, name: &str, ending: &str, files: &mut Vec<PackFile>) -> Result<(), std::io::Error> {
    let mut entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let inner = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_folder(&path, &inner, ending, files)?;
        } else if path.extension().is_some_and(|e| e == ending) {
            let text = std::fs::read_to_string(&path)
                .map_err(|e| std::io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
            files.push(PackFile { path: inner, text });
        }
    }
    Ok(())
}
