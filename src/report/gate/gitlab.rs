//! `check --format gitlab`: a Code Quality report, which GitLab shows beside the lines of a merge request.
//!
//! May import: `model`, `report`. Guarantees: fingerprints are unique within the file (GitLab drops the second of two), every
//! entry has a line, and what was accepted is not shown.

use std::io::{self, Write};

use serde::Serialize;

use super::{Exceptions, Occurrences, message, path};
use crate::model::canonical;
use crate::model::checked::{Checked, CheckedVerdict};
use crate::model::digest::sha256_hex;
use crate::model::id::Severity;
use crate::model::verdict::Outcome;
use crate::model::visible::visible;

/// Characters of a description.
const DESCRIPTION: usize = 2_000;

#[derive(Debug, Serialize)]
struct Entry {
    check_name: String,
    description: String,
    fingerprint: String,
    location: Place,
    severity: &'static str,
}

#[derive(Debug, Serialize)]
struct Place {
    lines: Lines,
    path: String,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: usize,
}

/// Writes the array, an entry a line.
pub fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    let exceptions = Exceptions::new(checked);
    let mut occurrences = Occurrences::default();
    out.write_all(b"[")?;
    let told =
        checked.verdicts.iter().filter(|one| matches!(one.verdict.verdict, Outcome::NotMet | Outcome::NotAssessed));
    let verdicts = told.map(|one| {
        Entry {
            check_name: one.verdict.control.clone(),
            description: visible(&describe(one, &exceptions), DESCRIPTION, false),
            fingerprint: unique(one, occurrences.next(&one.verdict.fingerprint)),
            // A plan has no lines, and GitLab takes no entry without one.
            location: Place { lines: Lines { begin: one.location.line.max(1) }, path: path(&one.location.file) },
            severity: severity(one),
        }
    });
    let unused = super::unused(checked).map(|(exception, said)| Entry {
        check_name: exception.control.clone(),
        description: visible(&said, DESCRIPTION, false),
        fingerprint: sha256_hex(format!("unused exception\n{}", exception.id).as_bytes()),
        location: Place { lines: Lines { begin: 1 }, path: path(&exception.place) },
        severity: "info",
    });
    for (place, entry) in verdicts.chain(unused).enumerate() {
        out.write_all(if place == 0 { b"\n" } else { b",\n" })?;
        canonical::write(&serde_json::to_value(entry)?, out)?;
    }
    out.write_all(b"\n]\n")
}

fn describe(one: &CheckedVerdict, exceptions: &Exceptions) -> String {
    format!("{}: {}: {}", one.title, one.location.address, message(one, exceptions))
}

/// The verdict's fingerprint for the first that has it; those of other files with an equal name are told apart.
fn unique(one: &CheckedVerdict, occurrence: u64) -> String {
    let fingerprint = &one.verdict.fingerprint;
    if occurrence == 1 { fingerprint.clone() } else { sha256_hex(format!("{fingerprint}\n{occurrence}").as_bytes()) }
}

/// Nobody knows how bad it is what nobody could judge: the lowest word, and the description says so.
fn severity(one: &CheckedVerdict) -> &'static str {
    match (one.verdict.verdict, one.severity) {
        (Outcome::NotAssessed, _) => "info",
        (_, Severity::Critical) => "blocker",
        (_, Severity::High) => "critical",
        (_, Severity::Medium) => "major",
        (_, Severity::Low) => "minor",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::{prop_assert, proptest};
    use serde_json::Value;

    use super::write;
    use crate::model::checked::Checked;
    use crate::model::visible::hidden;
    use crate::report::gate::sample::{example, hostile, hostile_texts};

    fn written(checked: &Checked) -> Vec<Value> {
        let mut bytes = Vec::new();
        write(checked, &mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn an_entry_in_full() {
        insta::assert_snapshot!(serde_json::to_string_pretty(&written(&example())[0]).unwrap());
    }

    #[test]
    fn what_fails_and_what_nobody_knows_is_there_and_nothing_else() {
        let entries = written(&example());
        let told: Vec<_> = entries
            .iter()
            .map(|one| (one["check_name"].as_str().unwrap(), one["severity"].as_str().unwrap()))
            .collect();
        let verdicts = [("DAT-STO-01", "blocker"), ("DAT-KEY-02", "info"), ("SET-VDI-04", "critical")];
        assert_eq!(told[..3], verdicts);
        // An exception that covers nothing is told as well.
        assert_eq!(told[3..], [("DAT-KEY-02", "info")]);
        assert!(
            entries[3]["description"].as_str().unwrap().starts_with("Exception EXC-007 of DAT-KEY-02 covers nothing")
        );
        assert!(entries[1]["description"].as_str().unwrap().contains("Not assessed: "));
    }

    #[test]
    fn an_entry_of_a_plan_has_a_line() {
        assert_eq!(written(&example())[2]["location"]["lines"]["begin"], 1);
    }

    #[test]
    fn equal_names_in_two_files_have_two_fingerprints() {
        let mut checked = example();
        let first = checked.verdicts[0].verdict.fingerprint.clone();
        for _ in 0..3 {
            checked.verdicts.push(checked.verdicts[0].clone());
        }
        let entries = written(&checked);
        let unique: BTreeSet<_> = entries.iter().map(|one| one["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(unique.len(), entries.len());
        assert_eq!(entries[0]["fingerprint"], first);
    }

    #[test]
    fn nothing_to_tell_is_an_empty_array() {
        let mut checked = example();
        checked.verdicts.clear();
        checked.exceptions.clear();
        assert!(written(&checked).is_empty());
    }

    proptest! {
        #[test]
        fn descriptions_hold_nothing_that_cannot_be_seen(text in hostile_texts()) {
            for entry in written(&hostile(&text)) {
                prop_assert!(!entry["description"].as_str().unwrap().chars().any(hidden));
                prop_assert!(!entry["location"]["path"].as_str().unwrap().starts_with("./"));
            }
        }
    }
}
