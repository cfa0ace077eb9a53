//! One result of `havenmark check` in, bytes out: the terminal, JSON, SARIF, `JUnit`, GitLab, GitHub, and the baseline.
//!
//! May import: `model`, `report`. Guarantees: nothing here reads a clock, a path of the machine or an environment variable;
//! the same result gives the same bytes; every format has the same fingerprints and the same five words, and none of them
//! leaves out in silence what could not be judged.

pub mod baseline;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod junit;
#[cfg(test)]
pub(crate) mod sample;
pub mod sarif;
pub mod terminal;

use std::collections::BTreeMap;

use crate::model::checked::{Checked, CheckedException, CheckedVerdict, Location};
use crate::model::id::Safe;
use crate::model::verdict::{Counts, Outcome};

/// A file as pipelines name it, from the root of the repository: forward slashes, no `./`, and `..` resolved as far as the
/// name itself allows. What is outside stays outside: an absolute path stays absolute, a leading `..` stays.
#[must_use]
pub fn path(file: &str) -> String {
    let rooted = file.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in file.split('/').filter(|part| !matches!(*part, "" | ".")) {
        let inside = parts.last().is_some_and(|last| *last != "..");
        if part != ".." || (!inside && !rooted) {
            parts.push(part);
        } else if inside {
            parts.pop();
        }
    }
    format!("{}{}", if rooted { "/" } else { "" }, parts.join("/"))
}

/// How many verdicts had each outcome.
#[must_use]
pub fn counts(checked: &Checked) -> Counts {
    let mut counts = Counts::default();
    for verdict in &checked.verdicts {
        counts.add(verdict.verdict.verdict);
    }
    counts
}

/// The Safe of a control, from the first part of its id.
#[must_use]
pub fn safe(control: &str) -> Safe {
    control.get(..3).and_then(Safe::from_code).unwrap_or(Safe::Settings)
}

/// What a format says of one verdict in a sentence or two: the outcome where the format has no word for it, the reason, and
/// under which assumption.
fn message(checked: &CheckedVerdict, exceptions: &Exceptions) -> String {
    let reason = sentence(&checked.verdict.reason);
    let mut text = match checked.verdict.verdict {
        Outcome::NotAssessed => format!("Not assessed: {reason}"),
        Outcome::Excepted => format!("Excepted by {}: {reason}", exceptions.of(checked)),
        _ => reason,
    };
    if let Some(when) = &checked.when {
        text = format!("{text} This is so {}", sentence(when));
    }
    if let Some(lapsed) = &checked.lapsed {
        text = format!("{text} The {}, and covers it no longer.", lapsed.sentence());
    }
    text
}

/// A sentence ends with a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        "No reason was given.".to_owned()
    } else if text.ends_with(['.', '!', '?', '…']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// `store.yaml:12:5`, as much of it as the format of the input has.
fn position(location: &Location) -> String {
    match (location.line, location.column) {
        (0, _) => location.file.clone(),
        (line, 0) => format!("{}:{line}", location.file),
        (line, column) => format!("{}:{line}:{column}", location.file),
    }
}

/// The most harmful first: what is not met, what nobody knows, what was accepted; in each the worst severity, and what is
/// new before what is known.
fn rank(checked: &CheckedVerdict) -> impl Ord + use<> {
    let outcome = match checked.verdict.verdict {
        Outcome::NotMet => 0,
        Outcome::NotAssessed => 1,
        Outcome::Excepted => 2,
        Outcome::Met | Outcome::NotApplicable => 3,
    };
    (outcome, checked.known, std::cmp::Reverse(checked.severity))
}

/// The exceptions of a result by their ids.
struct Exceptions<'a>(BTreeMap<&'a str, &'a CheckedException>);

impl<'a> Exceptions<'a> {
    fn new(checked: &'a Checked) -> Self {
        Self(checked.exceptions.iter().map(|exception| (exception.id.as_str(), exception)).collect())
    }

    /// The exception of a verdict with its standing: "EXC-001, in force until 2027-01-31".
    fn of(&self, checked: &CheckedVerdict) -> String {
        let id = checked.verdict.exception.as_deref().unwrap_or("an exception");
        self.0.get(id).map_or_else(|| id.to_owned(), |exception| format!("{id}, {}", exception.standing))
    }
}

/// Exceptions in force that cover nothing: where they are, and what to do.
fn unused(checked: &Checked) -> impl Iterator<Item = (&CheckedException, String)> {
    checked.exceptions.iter().filter(|one| one.unused).map(|one| {
        let text = format!(
            "Exception {} of {} covers nothing in this code: take it out of the register, or correct what it names.",
            one.id, one.control
        );
        (one, text)
    })
}

/// How often each fingerprint has come by. A file may be given twice, and two assemblies may have a stack of one name, so
/// their verdicts have the same fingerprint, and the formats that want it unique have to tell them apart.
#[derive(Default)]
struct Occurrences<'a>(BTreeMap<&'a str, u64>);

impl<'a> Occurrences<'a> {
    /// 1 for the first of a fingerprint.
    fn next(&mut self, fingerprint: &'a str) -> u64 {
        let seen = self.0.entry(fingerprint).or_default();
        *seen += 1;
        *seen
    }
}

#[cfg(test)]
mod tests {
    use super::{Exceptions, message, path, position, rank, sample};

    #[test]
    fn a_path_is_named_from_the_root_of_the_repository() {
        for (file, named) in [
            ("templates/store.yaml", "templates/store.yaml"),
            ("./templates//store.yaml", "templates/store.yaml"),
            ("a/../b/./c.json", "b/c.json"),
            ("../shared/plan.json", "../shared/plan.json"),
            ("a/../../plan.json", "../plan.json"),
            ("/srv/build/../plan.json", "/srv/plan.json"),
            ("/../plan.json", "/plan.json"),
            ("-", "-"),
            ("", ""),
        ] {
            assert_eq!(path(file), named, "{file}");
        }
    }

    #[test]
    fn a_message_says_what_the_format_has_no_word_for() {
        let checked = sample::example();
        let exceptions = Exceptions::new(&checked);
        let said: Vec<String> = checked.verdicts.iter().map(|verdict| message(verdict, &exceptions)).collect();
        assert!(said.iter().any(|text| text.starts_with("Not assessed: ")));
        assert!(said.iter().any(|text| text.starts_with("Excepted by EXC-004, in force until 2027-01-31: ")));
        assert!(
            said.iter().any(
                |text| text.contains(". This is so when Prod = false. The exception EXC-002 expired on 2026-11-01")
            )
        );
    }

    #[test]
    fn a_position_has_as_much_as_the_format_knows() {
        let mut location = sample::example().verdicts[0].location.clone();
        assert_eq!(position(&location), "templates/store.yaml:4:3");
        location.column = 0;
        assert_eq!(position(&location), "templates/store.yaml:4");
        location.line = 0;
        assert_eq!(position(&location), "templates/store.yaml");
    }

    #[test]
    fn what_is_new_and_fails_comes_first() {
        let mut checked = sample::example();
        checked.verdicts[0].known = true;
        checked.verdicts.sort_by_key(rank);
        let (first, last) = (&checked.verdicts[0], &checked.verdicts[checked.verdicts.len() - 1]);
        assert_eq!((first.verdict.verdict.as_str(), first.known), ("not_met", false));
        assert!(["met", "not_applicable"].contains(&last.verdict.verdict.as_str()));
    }
}
