//! The form of one file of the register.
//!
//! May import: `model`, and the small values of `declaration`. Guarantees: one form for every kind, so that a reader has to
//! know only one; which members belong to which kind is checked afterwards and said in words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kind::Kind;
use crate::declaration::value::Day;
use crate::model::score::Score;

/// An attestation or exception: one file each, append-only (a change is a new file that `supersedes` the old one).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttestationForm {
    /// Unique in the register, for example `att-2026-0031`.
    pub id: String,
    /// What it is.
    pub kind: Kind,
    /// What it is about: `satre:3.3.04`, `project:cardio-2026`, `person:u123`, `dataset:…`, `group:…`, `destination:…`,
    /// `control:SET-NET-02@arn…`; see the kind.
    pub subject: String,
    /// Statements only: 0, 1, 2 or "N/A".
    #[serde(default)]
    pub score: Option<Score>,
    /// Why a statement is not applicable.
    #[serde(default)]
    pub na_reason: Option<String>,
    /// What is claimed, in one or two sentences.
    #[serde(default)]
    pub claim: Option<String>,
    /// A SATRE role that is listed for the statement.
    #[serde(default)]
    pub role: Option<String>,
    /// Directory user name of who attests.
    pub by: String,
    /// Directory user name of who approved it: a different person.
    pub approved_by: String,
    /// The day on which it was made.
    pub made: Day,
    /// The day on which it no longer counts.
    pub expires: Day,
    /// Documents that stand behind it.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The id of the attestation that this one replaces.
    #[serde(default)]
    pub supersedes: Option<String>,

    /// Training: the course.
    #[serde(default)]
    pub course: Option<String>,
    /// Training: the persona that the course is for.
    #[serde(default)]
    pub persona: Option<String>,
    /// Access review: SHA-256 of the group's members, user names sorted and one a line.
    #[serde(default)]
    pub members_sha256: Option<String>,
    /// Emergency change, deletion: ids of `CloudTrail` events that it cites.
    #[serde(default)]
    pub events: Vec<String>,
    /// Deletion: SHA-256 of the event, where the trail no longer holds it.
    #[serde(default)]
    pub event_sha256: Option<String>,
    /// Delegation: directory user name of the delegate.
    #[serde(default)]
    pub delegate: Option<String>,
    /// Egress destination: what the destination could learn, and who owns the entry.
    #[serde(default)]
    pub telemetry: Option<String>,
    /// Egress destination: directory user name of the owner.
    #[serde(default)]
    pub owner: Option<String>,
    /// Supplier: the last day of the contract.
    #[serde(default)]
    pub contract_end: Option<Day>,

    /// Exception: why the failure is accepted.
    #[serde(default)]
    pub reason: Option<String>,
    /// Exception, egress destination: the risk that remains.
    #[serde(default)]
    pub risk: Option<String>,
    /// Exception: by what authority the approver decides.
    #[serde(default)]
    pub authority: Option<String>,
    /// Exception: when it is looked at again.
    #[serde(default)]
    pub review: Option<Day>,
    /// Exception: how it ends.
    #[serde(default)]
    pub end_plan: Option<String>,
}

/// A document that stands behind an attestation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Where it is.
    pub uri: String,
    /// Its SHA-256, 64 lower-case hexadecimal digits.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Who holds it, where it cannot leave the environment.
    #[serde(default)]
    pub held_by: Option<String>,
}
