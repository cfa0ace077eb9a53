//! What a check of infrastructure code found: verdicts with their places, for the terminal and for pipelines.
//!
//! May import: `model`. Guarantees: plain data, in a stable order; a verdict that depends on a condition says which.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::id::Severity;
use super::planned::{Place, Unjudgeable};
use super::score::RollUp;
use super::verdict::{Counts, Outcome, Verdict};

/// Where a resource is declared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Location {
    /// The logical id, or Terraform's address.
    pub address: String,
    /// From 1; 0 where the format has no lines.
    pub column: usize,
    /// The construct path of CDK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub construct: Option<String>,
    /// As the file was named, with forward slashes.
    pub file: String,
    /// From 1; 0 where the format has no lines.
    pub line: usize,
}

/// A place in the code that a verdict rests on: a property that a fact of it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub place: Place,
    /// The property: `PublicAccessBlockConfiguration`.
    pub property: String,
    /// The expression as written, where it is no literal.
    pub expression: Option<String>,
    /// Why its value is not known, where it is not.
    pub unknown: Option<String>,
}

/// An exception that covered something until it expired.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Lapsed {
    /// The day on which it expired: `2026-11-01`.
    pub expired: String,
    pub id: String,
}

impl Lapsed {
    /// "exception EXC-002 expired on 2026-11-01"
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("exception {} expired on {}", self.id, self.expired)
    }
}

/// A verdict with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedVerdict {
    pub verdict: Verdict,
    pub location: Location,
    pub title: String,
    pub severity: Severity,
    /// One paragraph: how to mend it in code of the input's kind, where the control says it.
    pub remediation: Option<String>,
    /// Properties that the verdict rests on, the most telling first; empty where nothing but the resource itself is to blame.
    pub marks: Vec<Mark>,
    /// Under which assumptions it is so, where the worlds of an input differ: "when Prod = false".
    pub when: Option<String>,
    /// It was so before the change too (`--live`), or stands in the baseline.
    pub known: bool,
    /// The exception that covered it, where it is not met since that expired.
    pub lapsed: Option<Lapsed>,
    /// Fingerprints under which an audit of the same resource has it: a baseline may be the evidence of one.
    pub also: Vec<String>,
}

/// A control and how the resources of the inputs fared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedControl {
    pub id: String,
    pub title: String,
    pub severity: Severity,
    pub rationale: String,
    pub applies_to: Vec<String>,
    /// SATRE ids.
    pub satre: Vec<String>,
    pub counts: Counts,
}

/// An exception of the register, as far as a check is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedException {
    pub id: String,
    pub control: String,
    pub place: String,
    /// "expired on 2026-11-01", "in force until 2027-01-31", "covers nothing".
    pub standing: String,
    pub expired: bool,
    /// It is in force, and covers nothing in this code.
    pub unused: bool,
    pub used: u64,
}

/// The whole result of `havenmark check`.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    pub verdict: RollUp,
    /// Why it is incomplete, where it is: sentences.
    pub incomplete: Vec<String>,
    /// By file, line, address and control.
    pub verdicts: Vec<CheckedVerdict>,
    /// Every control that can judge before deployment.
    pub controls: Vec<CheckedControl>,
    pub unjudgeable: Vec<Unjudgeable>,
    pub exceptions: Vec<CheckedException>,
    /// Texts of the inputs by file name, for code frames. Values that the input marks as sensitive are not in them.
    pub sources: BTreeMap<String, String>,
    /// Resources that were judged.
    pub resources: usize,
    pub version: String,
}

impl Checked {
    /// Verdicts of an outcome.
    pub fn of(&self, outcome: Outcome) -> impl Iterator<Item = &CheckedVerdict> {
        self.verdicts.iter().filter(move |checked| checked.verdict.verdict == outcome)
    }
}
