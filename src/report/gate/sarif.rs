//! `check --format sarif`: SARIF 2.1.0, as code scanning of GitHub and others read it.
//!
//! May import: `model`, `report`. Guarantees: valid by the schema of OASIS; within GitHub's limits, and what had to be left
//! out for them is said in a notification; no line number is part of a fingerprint.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{Exceptions, Occurrences, message, path, rank, sentence};
use crate::model::canonical;
use crate::model::checked::{Checked, CheckedControl, CheckedVerdict, Mark};
use crate::model::id::Severity;
use crate::model::plural::{count, number};
use crate::model::verdict::Outcome;
use crate::model::visible::visible;

mod format;

use format::{
    Artifact, Automation, Driver, Invocation, Location, Log, Logical, Notification, Physical, Region, Result, Rule,
    Run, Suppression, Text, Tool,
};

/// Results that GitHub takes of one run.
pub const RESULTS: usize = 25_000;
/// Related places of a result that GitHub shows.
const RELATED: usize = 100;
/// SATRE ids of a rule: GitHub shows ten tags, and refuses more than 20.
const TAGS: usize = 10;
/// Characters that GitHub takes of a description.
const DESCRIPTION: usize = 1_000;
/// Characters of a message.
const MESSAGE: usize = 4_000;
/// The key of our fingerprint: that of `evidence.json` and of the baseline.
pub const FINGERPRINT: &str = "havenmark/v1";
/// What a name keeps in a URI: RFC 3986's unreserved characters, and the slash between its parts.
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Writes the file: one run, keys sorted, on one line.
pub fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    write_at_most(checked, RESULTS, out)
}

fn write_at_most(checked: &Checked, most: usize, out: &mut dyn Write) -> io::Result<()> {
    let exceptions = Exceptions::new(checked);
    let mut shown: Vec<(usize, &CheckedVerdict)> =
        checked.verdicts.iter().enumerate().filter(|(_, one)| told(one)).collect();
    let left_out = shown.len().saturating_sub(most);
    if left_out > 0 {
        shown.sort_by_key(|(place, one)| (rank(one), *place));
        shown.truncate(most);
        shown.sort_by_key(|(place, _)| *place);
    }
    let rules: BTreeMap<&str, usize> =
        checked.controls.iter().enumerate().map(|(place, control)| (control.id.as_str(), place)).collect();
    let mut occurrences = Occurrences::default();
    let results = shown
        .iter()
        .map(|(_, one)| {
            let occurrence = occurrences.next(&one.verdict.fingerprint);
            result(one, rules.get(one.verdict.control.as_str()).copied(), occurrence, &exceptions)
        })
        .collect();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            automation_details: Automation { id: "havenmark/check/" },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation {
                // The check did its work; whether what it found is acceptable is another question.
                execution_successful: true,
                tool_execution_notifications: notifications(checked, left_out),
            }],
            results,
            tool: Tool {
                driver: Driver { name: "Havenmark", rules: rules_of(checked), version: checked.version.clone() },
            },
        }],
    };
    canonical::write(&serde_json::to_value(log)?, out)?;
    out.write_all(b"\n")
}

/// What is met is no result, nor what a control does not apply to.
fn told(checked: &CheckedVerdict) -> bool {
    !matches!(checked.verdict.verdict, Outcome::Met | Outcome::NotApplicable)
}

fn rules_of(checked: &Checked) -> Vec<Rule> {
    let mut fixes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in &checked.verdicts {
        fixes.entry(&one.verdict.control).or_default().extend(one.remediation.as_deref());
    }
    let none = BTreeSet::new();
    let rules = checked.controls.iter();
    rules.map(|control| rule(control, fixes.get(control.id.as_str()).unwrap_or(&none))).collect()
}

fn rule(control: &CheckedControl, fixes: &BTreeSet<&str>) -> Rule {
    let rationale = shorten(control.rationale.trim());
    // A template and a plan have different fixes for the same control.
    let mut help: Vec<String> =
        std::iter::once(rationale.clone()).chain(fixes.iter().map(|fix| (*fix).to_owned())).collect();
    help.push(format!("havenmark explain {}", control.id));
    help.retain(|part| !part.is_empty());
    let mut tags = vec!["security".to_owned()];
    tags.extend(control.satre.iter().take(TAGS - 1).map(|id| format!("satre/{id}")));
    let score = match control.severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    };
    Rule {
        id: control.id.clone(),
        name: pascal(&control.title),
        short_description: Text::new(shorten(&control.title)),
        full_description: Text::new(if rationale.is_empty() { sentence(&control.title) } else { rationale }),
        help: Text::new(help.join("\n\n")),
        default_configuration: json!({ "level": level(control.severity) }),
        properties: json!({ "security-severity": score, "tags": tags }),
    }
}

/// A level by severity: what GitHub shows as error, warning and note.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn result(one: &CheckedVerdict, rule: Option<usize>, occurrence: u64, exceptions: &Exceptions) -> Result {
    let outcome = one.verdict.verdict;
    // `kind` is left out, so it is "fail", for what is not assessed as well. SARIF has "open" for that, but then the level has
    // to be "none" (section 3.27.10), GitHub knows no kinds and shows nothing of that level, and a gate that cannot judge
    // would look like one that found nothing. The message's first words and the property say what it is.
    let (level, suppressions) = match outcome {
        Outcome::NotMet => (level(one.severity), Vec::new()),
        Outcome::Excepted => {
            ("note", vec![Suppression { kind: "external", status: "accepted", justification: exceptions.of(one) }])
        }
        _ => ("warning", Vec::new()),
    };
    let hash = one.verdict.fingerprint.get(..16).unwrap_or(&one.verdict.fingerprint);
    Result {
        // Only for what was known: without a baseline nobody can say of the others that they are new.
        baseline_state: one.known.then_some("unchanged"),
        level,
        locations: vec![location(one)],
        // GitHub does not show logical locations, so the address is here too.
        message: text(&format!("{}: {}", one.location.address, message(one, exceptions))),
        partial_fingerprints: BTreeMap::from([
            (FINGERPRINT, one.verdict.fingerprint.clone()),
            // GitHub compares this one. Its own is a hash of the line and a number that counts equal ones, and so is ours,
            // but for the line: a finding stays the same when code moves above it.
            ("primaryLocationLineHash", format!("{hash}:{occurrence}")),
        ]),
        properties: match &one.lapsed {
            Some(lapsed) => json!({ "verdict": outcome.as_str(), "expiredException": lapsed.id }),
            None => json!({ "verdict": outcome.as_str() }),
        },
        related_locations: one.marks.iter().take(RELATED).zip(1..).map(|(mark, id)| related(mark, id)).collect(),
        rule_id: one.verdict.control.clone(),
        rule_index: rule,
        suppressions,
    }
}

/// Where the resource is declared, and what it is called there.
fn location(one: &CheckedVerdict) -> Location {
    let place = &one.location;
    let mut logical = vec![Logical { fully_qualified_name: place.address.clone(), kind: "resource" }];
    logical
        .extend(place.construct.iter().map(|path| Logical { fully_qualified_name: path.clone(), kind: "construct" }));
    Location {
        id: None,
        logical_locations: logical,
        message: None,
        physical: physical(&place.file, place.line, place.column),
    }
}

fn related(mark: &Mark, id: usize) -> Location {
    let mut said = format!("`{}`", mark.property);
    if let Some(expression) = &mark.expression {
        said = format!("{said} is {expression}");
    }
    if let Some(unknown) = &mark.unknown {
        said = format!("{said}: {unknown}");
    }
    let physical = physical(&mark.place.file, mark.place.line, mark.place.column);
    Location { id: Some(id), logical_locations: Vec::new(), message: Some(text(&said)), physical }
}

/// A place in a file; no region where the format has no lines.
fn physical(file: &str, line: usize, column: usize) -> Option<Physical> {
    let region = Region { start_line: line, start_column: (column > 0).then_some(column) };
    (!file.is_empty())
        .then(|| Physical { artifact_location: Artifact { uri: uri(file) }, region: (line > 0).then_some(region) })
}

/// A file as a URI reference from the root of the repository. A file elsewhere keeps its absolute path, with a scheme: it can
/// be shown nowhere, but it is not mistaken for one inside.
fn uri(file: &str) -> String {
    let drive = |file: &str| matches!(file.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    if drive(file) {
        let (letter, rest) = file.split_at(1);
        return format!("file:///{letter}:{}", utf8_percent_encode(&path(rest.trim_start_matches(':')), NAME));
    }
    let path = path(file);
    let scheme = if path.starts_with('/') { "file://" } else { "" };
    format!("{scheme}{}", utf8_percent_encode(&path, NAME))
}

/// What could not be judged, why the result is incomplete, and how much GitHub would not take.
fn notifications(checked: &Checked, left_out: usize) -> Vec<Notification> {
    let mut all: Vec<Notification> = checked
        .incomplete
        .iter()
        .map(|reason| Notification { level: "warning", locations: Vec::new(), message: text(&sentence(reason)) })
        .collect();
    all.extend(checked.unjudgeable.iter().map(|one| {
        let place = physical(&one.place.file, one.place.line, one.place.column);
        let place = place.map(|place| Location { physical: Some(place), ..Location::default() });
        let message = text(&format!("Not judged: {}", sentence(&one.reason)));
        Notification { level: "warning", locations: place.into_iter().collect(), message }
    }));
    all.extend(super::unused(checked).map(|(_, said)| Notification {
        level: "warning",
        locations: Vec::new(),
        message: text(&said),
    }));
    if left_out > 0 {
        let said = format!(
            "{} left out: code scanning takes {} of one run. The worst are here; `--format json` has all.",
            count(left_out as u64, "result"),
            number(RESULTS as u64)
        );
        all.push(Notification { level: "error", locations: Vec::new(), message: Text::new(said) });
    }
    all
}

/// A message in which a name makes no link (SARIF and GitHub read `[text](target)` as one) and hides nothing.
fn text(message: &str) -> Text {
    Text::new(visible(message, MESSAGE, false).replace("](", "] ("))
}

fn shorten(text: &str) -> String {
    visible(text, DESCRIPTION, true)
}

/// "Buckets refuse public access" as a name of one word.
fn pascal(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let (head, tail) = word.split_at(1);
        format!("{}{tail}", head.to_ascii_uppercase())
    };
    words.map(capital).collect::<String>().chars().take(255).collect()
}

#[cfg(test)]
mod tests;
