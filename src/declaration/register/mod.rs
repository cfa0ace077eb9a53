//! The register of attestations and exceptions: `attestations/*.toml`, one file each.
//!
//! May import: `model`, and the reading parts of `declaration`. Guarantees: every file is listed, whatever is wrong with
//! it; one that cannot be read or is not valid counts as absent and says why, with file and line. Which of them count is a
//! pure function of the texts, the as-of time and the facts that are given ([`Register::at`]).

mod check;
mod form;
pub mod glob;
pub mod kind;
pub mod members;
mod standing;
pub mod template;

use std::path::Path;

pub use form::{AttestationForm, Evidence};
pub use kind::Kind;
pub use standing::Standings;
use toml::de::{DeTable, DeValue};

use super::lines::Lines;
use super::problem::{DeclarationError, FILE_LIMIT, Problem};
use super::{read, read_text};
use crate::model::assessment::Notice;
use crate::model::digest::sha256_hex;
use crate::model::id::ControlId;
use crate::model::score::Importance;
use crate::model::time::AsOf;

/// The folder's name in places, wherever the folder lies.
pub const FOLDER: &str = "attestations";

/// What the register has to know of the catalogue and the declaration.
pub trait Facts {
    /// A SATRE statement by its id (`3.3.04`); none where there is no such statement.
    fn statement(&self, id: &str) -> Option<StatementFacts>;

    /// Whether there is such a control.
    fn control(&self, id: &ControlId) -> bool;

    /// Whether the project is registered; none: not known, and not checked.
    fn project(&self, _id: &str) -> Option<bool> {
        None
    }

    /// Whether the dataset is registered; none: not known, and not checked.
    fn dataset(&self, _id: &str) -> Option<bool> {
        None
    }

    /// What is known of a user name of the directory.
    fn person(&self, _user: &str) -> Person {
        Person::Unchecked
    }
}

/// What is known of a user name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// A current user of the directory, or a registered person whose last day has not passed.
    Current,
    /// Known, and no current user any more: why, as what follows the name in a sentence.
    Left(String),
    /// Not there, where everybody would be: why, as what follows the name in a sentence.
    Unknown(String),
    /// Nothing was read that could say it.
    Unchecked,
}

/// What the register has to know of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementFacts {
    pub importance: Importance,
    /// SATRE roles that may attest it.
    pub roles: Vec<String>,
}

/// An attestation or exception that could be read; whether it counts is said by [`Standings`].
#[derive(Debug, Clone)]
pub struct Attestation {
    /// What the file says.
    pub form: AttestationForm,
    /// `attestations/att-2026-0031.toml`.
    pub place: String,
    lines: Lines,
}

impl Attestation {
    /// Where a member stands: `attestations/att-2026-0031.toml:4`.
    #[must_use]
    pub fn place_of(&self, path: &str) -> String {
        self.lines.place(path)
    }

    /// The control and the resource (exact, or a glob) of an exception.
    #[must_use]
    pub fn excepted(&self) -> Option<(&str, &str)> {
        if self.form.kind != Kind::Exception {
            return None;
        }
        self.form.subject.strip_prefix("control:")?.split_once('@')
    }
}

/// A file that could not be read as the form, with what could be made out of it.
#[derive(Debug, Clone, Default)]
struct Broken {
    id: String,
    kind: String,
    subject: String,
    role: String,
    by: String,
    approved_by: String,
    made: Option<AsOf>,
    expires: Option<AsOf>,
    place: String,
    /// Why it cannot be read, each with its line.
    faults: Vec<Notice>,
}

#[derive(Debug, Clone)]
enum Entry {
    Read(Box<Attestation>),
    Broken(Box<Broken>),
}

/// All files of the register, in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct Register {
    entries: Vec<Entry>,
    sha256: String,
}

impl Register {
    /// Reads every `*.toml` of a folder, in the order of their names. Only a folder that cannot be listed is an error.
    pub fn load(dir: &Path) -> Result<Self, DeclarationError> {
        let failed = |source| DeclarationError::Read { name: FOLDER.to_owned(), source };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(dir).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|e| e == "toml") && !path.is_dir() {
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                // A pipe of this name would be waited for without end, so it is a file that cannot be read.
                let text = if path.is_file() || !path.exists() {
                    read_text(&format!("{FOLDER}/{name}"), &path).map_err(|e| e.to_string())
                } else {
                    Err(format!("{FOLDER}/{name} is no file of text"))
                };
                files.push((name, text));
            }
        }
        Ok(Self::from_files(files))
    }

    /// From (file name, text).
    #[must_use]
    pub fn from_sources(sources: Vec<(String, String)>) -> Self {
        Self::from_files(sources.into_iter().map(|(name, text)| (name, Ok(text))).collect())
    }

    fn from_files(mut files: Vec<(String, Result<String, String>)>) -> Self {
        files.sort();
        let mut hashed = String::new();
        let mut entries = Vec::with_capacity(files.len());
        for (name, text) in files {
            // Length-prefixed, so that no two registers can write the same text.
            let body = text.as_deref().unwrap_or_default();
            hashed.push_str(&format!("{}:{name};{}:{body};", name.len(), body.len()));
            entries.push(entry(&name, text));
        }
        Self { entries, sha256: sha256_hex(hashed.as_bytes()) }
    }

    /// The same register with one more file, for what would become of it.
    #[must_use]
    pub fn with(&self, name: &str, text: &str) -> Self {
        let mut entries = self.entries.clone();
        entries.push(entry(name, Ok(text.to_owned())));
        Self { entries, sha256: String::new() }
    }

    /// SHA-256 over the names and texts of all files; empty for the empty default.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every file that could be read, valid or not.
    pub fn attestations(&self) -> impl Iterator<Item = &Attestation> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Read(attestation) => Some(attestation.as_ref()),
            Entry::Broken(_) => None,
        })
    }

    /// Every id that is taken, or named by another file: those in the files, and the files' own names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().flat_map(|entry| {
            let (id, place, old) = match entry {
                Entry::Read(a) => (&a.form.id, &a.place, a.form.supersedes.as_deref()),
                Entry::Broken(b) => (&b.id, &b.place, None),
            };
            let stem = place.rsplit('/').next().and_then(|name| name.strip_suffix(".toml"));
            [Some(id.as_str()), stem, old].into_iter().flatten()
        })
    }

    /// Whether a subject fits a kind and is known, before there is a file about it.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn subject(kind: Kind, subject: &str, facts: &dyn Facts) -> Result<(), String> {
        check::subject_fault(kind, subject, facts).map_or(Ok(()), Err)
    }

    /// Which of them count at an instant, and why the others do not.
    #[must_use]
    pub fn at(&self, as_of: AsOf, facts: &dyn Facts) -> Standings<'_> {
        Standings::new(self, as_of, facts)
    }
}

fn entry(name: &str, text: Result<String, String>) -> Entry {
    let place = format!("{FOLDER}/{name}");
    let stem = name.strip_suffix(".toml").unwrap_or(name).to_owned();
    let broken = |faults: Vec<Notice>| Broken { id: stem.clone(), place: place.clone(), faults, ..Broken::default() };
    let unread = |reason: String| {
        let text = format!("{}.", reason.trim_end_matches('.'));
        Entry::Broken(Box::new(broken(vec![Notice { place: place.clone(), text }])))
    };
    let text = match text {
        Ok(text) if text.len() > FILE_LIMIT => {
            return unread(DeclarationError::TooLarge { name: place.clone(), size: text.len() as u64 }.to_string());
        }
        Ok(text) => text,
        Err(reason) => return unread(reason),
    };
    match read::read::<AttestationForm>(&place, &text) {
        Ok((form, lines)) => Entry::Read(Box::new(Attestation { form, place, lines })),
        Err(problems) => {
            let mut faults: Vec<Notice> = problems.list.iter().map(Problem::notice).collect();
            if problems.more > 0 {
                faults.push(Notice { place: place.clone(), text: format!("And {} more.", problems.more) });
            }
            Entry::Broken(Box::new(made_out(&text, broken(faults))))
        }
    }
}

/// `What is wrong (place). What to do.`: the place stands behind the first sentence.
fn sentences(faults: &[Notice]) -> String {
    let placed = faults.iter().map(|fault| match fault.text.split_once(". ") {
        Some((first, rest)) => format!("{first} ({}). {rest}", fault.place),
        None => format!("{} ({}).", fault.text.trim_end_matches('.'), fault.place),
    });
    placed.collect::<Vec<_>>().join(" ")
}

/// Fills in what a broken file says of itself, as far as it can be read.
fn made_out(text: &str, broken: Broken) -> Broken {
    let (tree, _) = DeTable::parse_recoverable(text);
    let table = tree.get_ref();
    let word = |key: &str| match table.get(key).map(toml::Spanned::get_ref) {
        Some(DeValue::String(text)) => Some(text.as_ref().to_owned()),
        Some(DeValue::Datetime(day)) => Some(day.to_string()),
        _ => None,
    };
    Broken {
        id: word("id").filter(|id| !id.is_empty()).unwrap_or(broken.id),
        kind: word("kind").unwrap_or_default(),
        subject: word("subject").unwrap_or_default(),
        role: word("role").unwrap_or_default(),
        by: word("by").unwrap_or_default(),
        approved_by: word("approved_by").unwrap_or_default(),
        made: word("made").and_then(|day| day.parse().ok()),
        expires: word("expires").and_then(|day| day.parse().ok()),
        ..broken
    }
}

#[cfg(test)]
pub(super) mod tests;
