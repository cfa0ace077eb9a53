//! What the register asks of catalogue, declaration and directory: one set of answers for every command.
//!
//! May import: everything below `commands`. Guarantees: somebody is only said to be no current user where that was seen or
//! declared; what could not be checked is said in a notice.

use crate::catalogue::Catalogue;
use crate::declaration::Declaration;
use crate::declaration::register::{FOLDER, Facts, Person, StatementFacts};
use crate::graph::directory::{self, Directory, Standing};
use crate::model::assessment::Notice;
use crate::model::id::ControlId;
use crate::model::time::AsOf;
use crate::snapshot::{Reader, SnapshotError};

/// What is known at an instant.
#[derive(Debug)]
pub(super) struct Known<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) declaration: Option<&'a Declaration>,
    pub(super) directory: &'a Directory,
    pub(super) as_of: AsOf,
}

/// The users that a snapshot holds.
pub(super) fn directory(snapshot: &Reader) -> Result<Directory, SnapshotError> {
    let mut found = Directory::default();
    snapshot.for_each_listing(|listing| found.listing(&listing))?;
    for chunk in snapshot.manifest().chunks.iter().filter(|chunk| chunk.kind == directory::USER) {
        snapshot.documents(chunk)?.iter().for_each(|document| found.document(document));
    }
    Ok(found)
}

impl Known<'_> {
    /// What the entry of `[people]` that has this user name, whatever its case, says of the person; none without one.
    fn registered(&self, user: &str) -> Option<Person> {
        let declaration = self.declaration?;
        let people = declaration.form().people.as_ref()?;
        let (name, person) = people.iter().find(|(name, _)| name.eq_ignore_ascii_case(user))?;
        let left = person.leave.filter(|leave| leave.end() <= self.as_of);
        Some(left.map_or(Person::Current, |leave| {
            let place = declaration.place(&format!("people.{name}"));
            Person::Left(format!("left on {leave}, as {place} says"))
        }))
    }

    /// Whether everybody has to be in the directory that is read: the declared source is Identity Center, or provisions it.
    fn everybody_is_in_the_directory(&self) -> bool {
        let identity = self.declaration.and_then(|d| d.form().identity.as_ref());
        matches!(identity.and_then(|i| i.source.as_deref()), Some("identity-center" | "external"))
    }

    /// Why it was not checked, or not wholly, whether those who sign are current users; none where it was.
    pub(super) fn notice(&self) -> Option<Notice> {
        let why = if !self.directory.is_read() {
            "no user of a directory was read".to_owned()
        } else if let Some(gap) = self.directory.gap() {
            format!("not every user of the directory was read ({gap})")
        } else if !self.everybody_is_in_the_directory() {
            "[identity] source does not say that everybody is in the directory that was read".to_owned()
        } else {
            return None;
        };
        let people = self.declaration.is_some_and(|d| d.form().people.is_some());
        let held = if people { "was held against [people] alone" } else { "was not checked" };
        let text = format!("Whether those who sign are current users {held}, for {why}.");
        Some(Notice { place: FOLDER.to_owned(), text })
    }
}

impl Facts for Known<'_> {
    fn statement(&self, id: &str) -> Option<StatementFacts> {
        let statement = self.catalogue.satre.statements.iter().find(|s| s.id == id)?;
        Some(StatementFacts { importance: statement.importance, roles: statement.roles.clone() })
    }

    fn control(&self, id: &ControlId) -> bool {
        let id = id.as_str();
        self.catalogue.control(id).is_some()
            || self.catalogue.satre.statements.iter().any(|s| s.controls.iter().any(|c| c == id))
    }

    fn project(&self, id: &str) -> Option<bool> {
        self.declaration.and_then(|d| d.knows_project(id))
    }

    fn dataset(&self, id: &str) -> Option<bool> {
        self.declaration.and_then(|d| d.knows_dataset(id))
    }

    fn person(&self, user: &str) -> Person {
        match (self.directory.user(user), self.registered(user)) {
            (_, Some(Person::Left(why))) => Person::Left(why),
            (Standing::Disabled, _) => Person::Left("is disabled in the directory that was read".to_owned()),
            (Standing::Enabled, _) | (_, Some(_)) => Person::Current,
            (Standing::Absent, None) if self.everybody_is_in_the_directory() => {
                Person::Unknown("is neither in [people] nor a user of the directory that was read".to_owned())
            }
            (Standing::Absent | Standing::Unseen, None) => Person::Unchecked,
        }
    }
}
