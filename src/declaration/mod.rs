//! What people declare: `tre.toml`, which says what an environment is, and the register of attestations.
//!
//! May import: `model`. Guarantees: a text that is no TOML, or has a member or type that the form does not know, is
//! refused with every problem, its line and what to do; a value that cannot be is set aside with a notice and counts as
//! not declared, so that the controls that need it are *not assessed* and never met by mistake. Nothing here reads a clock,
//! and no path of the machine is kept: the same texts give the same data everywhere.

mod check;
mod context;
pub mod draft;
pub mod form;
pub mod limits;
pub mod lines;
pub mod problem;
pub mod profile;
mod read;
pub mod register;
pub mod schema;
pub mod value;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub use context::DEFAULT_PLACE;
use form::{Dataset, Form, Person, Project};
use limits::{BOUNDS, Limit};
use lines::Lines;
pub use problem::DeclarationError;
use problem::{FILE_LIMIT, Problem, Problems};

use crate::model::assessment::Notice;
use crate::model::digest::sha256_hex;

/// The name that `tre.toml` has where none is known.
pub const FILE_NAME: &str = "tre.toml";

/// A declaration that was read and checked. The default is the empty one: nothing is declared.
#[derive(Debug, Clone, Default)]
pub struct Declaration {
    form: Form,
    lines: Lines,
    set_aside: BTreeSet<String>,
    problems: Option<Problems>,
    sha256: String,
}

/// The tag keys that discovery reads; none where the declared one was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TagKeys<'a> {
    pub project: Option<&'a str>,
    pub role: Option<&'a str>,
    pub class: Option<&'a str>,
}

impl Declaration {
    /// Reads and checks a file. Places carry the file's name only.
    pub fn load(path: &Path) -> Result<Self, DeclarationError> {
        let name = path.file_name().map_or_else(|| FILE_NAME.to_owned(), |n| n.to_string_lossy().into_owned());
        let text = read_text(&name, path)?;
        Self::parse(&name, &text)
    }

    /// Reads and checks a text. `name` is a file name without a directory.
    pub fn parse(name: &str, text: &str) -> Result<Self, DeclarationError> {
        if text.len() > FILE_LIMIT {
            return Err(DeclarationError::TooLarge { name: name.to_owned(), size: text.len() as u64 });
        }
        let (mut form, lines, unknown) =
            read::read_without::<Form>(name, text, read::unknown_personas).map_err(DeclarationError::Form)?;
        let found = check::check(&mut form, &lines, unknown);
        let problems = (!found.problems.is_empty()).then(|| Problems::new(name, text, found.problems));
        let sha256 = sha256_hex(text.as_bytes());
        Ok(Self { form, lines, set_aside: found.set_aside, problems, sha256 })
    }

    /// From tables that were read elsewhere, such as the `declaration` of a control's case. Lines are those of the tables
    /// written out anew.
    pub fn from_table(table: &toml::Table) -> Result<Self, DeclarationError> {
        Self::parse(FILE_NAME, &table.to_string())
    }

    /// The tables, without what was set aside. In arrays of tables entries keep their index in the file; go through
    /// [`projects`](Self::projects) and [`datasets`](Self::datasets), which leave out entries that were set aside.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// SHA-256 of the text; empty for the empty declaration.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Where the value at a path stands, or its nearest parent: `tre.toml:12`. See [`lines`] for the form of a path.
    #[must_use]
    pub fn place(&self, path: &str) -> String {
        if self.lines.name().is_empty() { FILE_NAME.to_owned() } else { self.lines.place(path) }
    }

    /// Whether the file has this path, set aside or not.
    #[must_use]
    pub fn is_written(&self, path: &str) -> bool {
        self.lines.has(path)
    }

    /// Whether the value at a path, or a parent of it, was set aside.
    #[must_use]
    pub fn is_set_aside(&self, path: &str) -> bool {
        self.set_aside.iter().any(|aside| {
            path.strip_prefix(aside.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// The first path at or below this one that was set aside.
    #[must_use]
    pub fn set_aside_below(&self, path: &str) -> Option<&str> {
        let below = |aside: &&String| {
            aside.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.set_aside.iter().find(below).map(String::as_str)
    }

    /// What was set aside, with the text, for `miette` to show.
    #[must_use]
    pub fn problems(&self) -> Option<&Problems> {
        self.problems.as_ref()
    }

    /// What was set aside, for the report.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        self.problems.iter().flat_map(|p| &p.list).map(Problem::notice).collect()
    }

    /// Projects with their index in the file, without those that were set aside.
    pub fn projects(&self) -> impl Iterator<Item = (usize, &Project)> {
        let entries = self.form.project.iter().flatten().enumerate();
        entries.filter(|(index, _)| !self.set_aside.contains(&format!("project[{index}]")))
    }

    /// Datasets with their index in the file, without those that were set aside.
    pub fn datasets(&self) -> impl Iterator<Item = (usize, &Dataset)> {
        let entries = self.form.dataset.iter().flatten().enumerate();
        entries.filter(|(index, _)| !self.set_aside.contains(&format!("dataset[{index}]")))
    }

    /// Whether absence from the register of projects proves anything: it is declared and no entry was set aside.
    #[must_use]
    pub fn projects_complete(&self) -> bool {
        self.form.project.as_ref().is_some_and(|all| all.len() == self.projects().count())
    }

    /// Whether absence from the register of datasets proves anything.
    #[must_use]
    pub fn datasets_complete(&self) -> bool {
        self.form.dataset.as_ref().is_some_and(|all| all.len() == self.datasets().count())
    }

    /// Whether a project of this id is registered; none where that cannot be said.
    #[must_use]
    pub fn knows_project(&self, id: &str) -> Option<bool> {
        let found = self.projects().any(|(_, p)| p.id == id);
        (found || self.projects_complete()).then_some(found)
    }

    /// Whether a dataset of this id is registered; none where that cannot be said.
    #[must_use]
    pub fn knows_dataset(&self, id: &str) -> Option<bool> {
        let found = self.datasets().any(|(_, d)| d.id == id);
        (found || self.datasets_complete()).then_some(found)
    }

    /// A registered person, where the register of people is declared and has the user name.
    #[must_use]
    pub fn person(&self, user: &str) -> Option<&Person> {
        self.form.people.as_ref()?.get(user)
    }

    /// Approved Regions, where they are declared.
    #[must_use]
    pub fn regions(&self) -> Option<&[String]> {
        self.form.tre.as_ref()?.regions.as_deref()
    }

    /// Account ids of a role such as `log`; none where the accounts or the role are not declared.
    #[must_use]
    pub fn accounts(&self, role: &str) -> Option<&[String]> {
        self.form.tre.as_ref()?.accounts.as_ref()?.get(role).map(|ids| ids.0.as_slice())
    }

    /// Every account id, where accounts are declared.
    #[must_use]
    pub fn all_accounts(&self) -> Option<BTreeSet<&str>> {
        let roles: &BTreeMap<_, _> = self.form.tre.as_ref()?.accounts.as_ref()?;
        Some(roles.values().flat_map(|ids| &ids.0).map(String::as_str).collect())
    }

    /// The references of a persona, where it is declared.
    #[must_use]
    pub fn persona(&self, name: &str) -> Option<&[String]> {
        self.form.personas.as_ref()?.get(name)
    }

    /// The tag keys that discovery reads.
    #[must_use]
    pub fn tag_keys(&self) -> TagKeys<'_> {
        let tags = self.form.tre.as_ref().and_then(|t| t.tags.as_ref());
        let key = |path: &str, default| (!self.is_set_aside(path)).then_some(default);
        TagKeys {
            project: key("tre.tags.project", tags.and_then(|t| t.project.as_deref()).unwrap_or("tre:project")),
            role: key("tre.tags.role", tags.and_then(|t| t.role.as_deref()).unwrap_or("tre:role")),
            class: key("tre.tags.class", tags.and_then(|t| t.class.as_deref()).unwrap_or("tre:class")),
        }
    }

    /// Whether the environment is a member of a federation, where that is declared.
    #[must_use]
    pub fn federated(&self) -> Option<bool> {
        self.form.tre.as_ref()?.federation.as_ref()?.member
    }

    /// The levels of classification in order: the declared ones, else tier0 to tier4; none where they were set aside.
    #[must_use]
    pub fn levels(&self) -> Option<Vec<&str>> {
        if self.is_set_aside("classification.levels") {
            return None;
        }
        let declared = self.form.classification.as_ref().and_then(|c| c.levels.as_ref());
        Some(declared.map_or_else(|| words::LEVELS.to_vec(), |levels| levels.iter().map(String::as_str).collect()))
    }

    /// The value of a bound of `[limits]`, and why it holds.
    #[must_use]
    pub fn limit(&self, name: &str) -> Limit {
        let Some(bound) = BOUNDS.iter().find(|b| b.name == name) else { return Limit::Undeclared };
        if self.is_set_aside(&lines::member("limits", name)) {
            return Limit::SetAside;
        }
        let declared = self.form.limits.as_ref().and_then(|l| l.get(name));
        match (declared, bound.default) {
            (Some(value), _) => Limit::Declared(value),
            (None, Some(value)) => Limit::Default(value),
            (None, None) => Limit::Undeclared,
        }
    }
}

/// The text of a file that is not larger than any declaration.
fn read_text(name: &str, path: &Path) -> Result<String, DeclarationError> {
    use std::io::Read as _;

    let failed = |source| DeclarationError::Read { name: name.to_owned(), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    // One byte more than is allowed: a pipe or a device has no size that could be asked first.
    file.take(FILE_LIMIT as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > FILE_LIMIT {
        let size = std::fs::metadata(path).map_or(bytes.len() as u64, |m| m.len().max(bytes.len() as u64));
        return Err(DeclarationError::TooLarge { name: name.to_owned(), size });
    }
    String::from_utf8(bytes).map_err(|_| DeclarationError::NotText { name: name.to_owned() })
}

#[cfg(test)]
mod tests;
