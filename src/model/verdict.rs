//! Verdicts: what one control says of one resource.
//!
//! May import: `model`. Guarantees: five outcomes and no sixth; everything but `met` carries a reason.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::call::CallId;
use super::canonical;
use super::digest::sha256_hex;

/// The five outcomes. Files use the underscore, pages a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Met,
    NotMet,
    NotAssessed,
    NotApplicable,
    Excepted,
}

impl Outcome {
    /// All five, in the order in which counts are printed.
    pub const ALL: [Self; 5] = [Self::Met, Self::NotMet, Self::NotAssessed, Self::NotApplicable, Self::Excepted];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not_met",
            Self::NotAssessed => "not_assessed",
            Self::NotApplicable => "not_applicable",
            Self::Excepted => "excepted",
        }
    }

    /// The word used on pages.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::NotMet => "not met",
            Self::NotAssessed => "not assessed",
            Self::NotApplicable => "not applicable",
            Self::Excepted => "excepted",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What the judge read for a verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactRead {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallId>,
    /// `tre.toml:12` for what a person declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived_from: Vec<CallId>,
    /// Why the fact is not known; then there is no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// The path in the policy, for example `resource.VersioningConfiguration.Status`.
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "canonical::sorted")]
    #[schemars(with = "Option<Value>")]
    pub value: Option<Value>,
}

/// One control on one resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    pub account: String,
    pub control: String,
    /// The exception that turned `not_met` into `excepted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    pub facts: Vec<FactRead>,
    pub fingerprint: String,
    /// Empty only for `met`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub region: String,
    /// ARN, else id; `account:<id>` where the verdict is about a whole listing.
    pub resource: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub verdict: Outcome,
}

/// The fingerprint of a verdict: SHA-256 of control id, line feed, resource. Stable across runs, shared by all formats.
#[must_use]
pub fn fingerprint(control: &str, resource: &str) -> String {
    sha256_hex(format!("{control}\n{resource}").as_bytes())
}

/// The fingerprint of a verdict on code: SHA-256 of control id, line feed, length of the input's name, colon, that name, line feed,
/// address. The input is the file as it was named, or the stack of CDK, for two of them may have a resource of one address; no line is
/// part of it.
#[must_use]
pub fn fingerprint_in(control: &str, input: &str, address: &str) -> String {
    sha256_hex(format!("{control}\n{}:{input}\n{address}", input.len()).as_bytes())
}

/// How many resources of a control had each outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    pub excepted: u64,
    pub met: u64,
    pub not_applicable: u64,
    pub not_assessed: u64,
    pub not_met: u64,
}

impl Counts {
    /// Counts one more verdict.
    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Met => self.met += 1,
            Outcome::NotMet => self.not_met += 1,
            Outcome::NotAssessed => self.not_assessed += 1,
            Outcome::NotApplicable => self.not_applicable += 1,
            Outcome::Excepted => self.excepted += 1,
        }
    }

    /// The sum of two counts.
    pub fn merge(&mut self, other: Self) {
        self.excepted += other.excepted;
        self.met += other.met;
        self.not_applicable += other.not_applicable;
        self.not_assessed += other.not_assessed;
        self.not_met += other.not_met;
    }

    /// All verdicts.
    #[must_use]
    pub fn total(self) -> u64 {
        self.excepted + self.met + self.not_applicable + self.not_assessed + self.not_met
    }

    /// The control as a whole: one failure fails it, else one unknown leaves it unknown, else an exception is all that
    /// stands between it and failure, else it is met where anything met it; no resource at all: not applicable.
    #[must_use]
    pub fn overall(self) -> Outcome {
        if self.not_met > 0 {
            Outcome::NotMet
        } else if self.not_assessed > 0 {
            Outcome::NotAssessed
        } else if self.excepted > 0 {
            Outcome::Excepted
        } else if self.met > 0 {
            Outcome::Met
        } else {
            Outcome::NotApplicable
        }
    }
}
