//! The assessment: the one thing that every report is written from.
//!
//! May import: `model`. Guarantees: it holds no clock, path or thread of the machine; its size does not grow with the
//! estate beyond the failing rows that a page may show (the full list of verdicts is streamed, see `report`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::CallOutcome;
use super::id::{Safe, Severity};
use super::obligation::{DsptView, GdprView};
use super::score::{Importance, Mode, RollUp, Score, State};
use super::time::AsOf;
use super::verdict::{Counts, Verdict};

/// Failing rows kept for the page's explorer; above it the page names `findings.jsonl`.
pub const EXPLORER_LIMIT: usize = 250_000;
/// Resources of a control that the page shows as rows.
pub const SAMPLE_LIMIT: usize = 50;

/// Everything that a report says.
#[derive(Debug, Clone)]
pub struct Assessment {
    pub run: Run,
    pub tool: Tool,
    pub verdict: RollUp,
    /// Every control of the pack, by id.
    pub controls: Vec<ControlResult>,
    /// Every statement, outcome, item and article of every framework, in the framework's order.
    pub statements: Vec<StatementResult>,
    pub rollup: RollUps,
    pub attestations: Vec<AttestationStatus>,
    pub exceptions: Vec<ExceptionStatus>,
    pub findings: FindingTable,
    /// Problems of the declaration and the register that were set aside, as sentences with file and line.
    pub notices: Vec<Notice>,
    /// What changed since the evidence file given with `--since`.
    pub since: Option<Since>,
    /// The frameworks and editions that `statements` come from, in the order in which a page shows them.
    pub frameworks: Vec<FrameworkEdition>,
    pub dspt: DsptView,
    pub uk_gdpr: GdprView,
}

/// One edition of one framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FrameworkEdition {
    /// `v9`, as in the statements.
    pub edition: String,
    /// `dspt_caf`, as in the statements.
    pub framework: String,
    /// What a reader has to know of it: where it was taken from, what is to be confirmed; empty when nothing.
    pub note: String,
    /// The list of its lines is known to be incomplete.
    pub partial: bool,
    /// `DSPT, CAF-aligned, 2026-27 (v9)`.
    pub title: String,
}

/// A problem of an input file which did not stop the audit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// `attestations/att-2026-0031.toml:4`.
    pub place: String,
    pub text: String,
}

/// Which program judged by which rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// SHA-256 over every file of the control pack and the frameworks.
    pub control_pack_sha256: String,
    pub version: String,
}

/// What was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    pub accounts: Vec<String>,
    pub as_of: AsOf,
    /// ARN that collected; none where the caller's identity could not be read.
    pub caller: Option<String>,
    pub collected_from: AsOf,
    pub collected_to: AsOf,
    pub coverage: Coverage,
    /// None: no declaration was given.
    pub declaration_sha256: Option<String>,
    /// `[tre] name`, for the head of the page.
    pub name: Option<String>,
    /// What profiles switched off; left out where none was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ProfileStatus>,
    pub projects: u64,
    pub regions: Vec<String>,
    pub register_sha256: Option<String>,
    pub resources: u64,
    pub snapshot_sha256: String,
}

/// A profile (`--profile`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileStatus {
    /// The file's name, without its folder.
    pub name: String,
    pub off: Vec<SwitchedOff>,
    pub sha256: String,
}

/// A control that a profile switches off: it judges nothing, and what needs it is not assessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SwitchedOff {
    pub by: String,
    pub control: String,
    /// Its end has not come at the as-of time.
    pub in_force: bool,
    /// `strict.toml:4`.
    pub place: String,
    pub reason: String,
    pub until: Option<AsOf>,
}

/// How much of what was asked was answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    pub answered: u64,
    pub calls: u64,
    pub gaps: Vec<Gap>,
    /// What AWS Config knows and nobody read, and where it does not know all; left out where there is nothing of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inventory: Vec<InventoryGap>,
}

/// Resources that AWS Config knows and that were not read (the type is theirs); an account of which it knows and that was not
/// read (`AWS::Account`); or Regions of whose resources it may not know all (`AWS::Config::ResourceInventory`, no count).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct InventoryGap {
    pub account: String,
    /// Controls that judge resources of the type.
    pub controls: Vec<String>,
    /// How many resources.
    pub count: u64,
    #[serde(rename = "type")]
    pub kind: String,
    pub reason: String,
    pub regions: Vec<String>,
}

/// A call that was not answered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    pub account: String,
    /// Controls with at least one resource that is not assessed for want of this operation's answer.
    pub controls: Vec<String>,
    /// How many calls of this operation ended so here.
    pub count: u64,
    pub operation: String,
    pub outcome: CallOutcome,
    pub reason: String,
    pub region: String,
    pub service: String,
}

/// One control over the whole estate.
#[derive(Debug, Clone)]
pub struct ControlResult {
    pub id: String,
    /// A team's own (`--controls`).
    pub own: bool,
    pub title: String,
    pub severity: Severity,
    pub safe: Safe,
    pub scope: String,
    pub pre_deploy: bool,
    pub applies_to: Vec<String>,
    pub rationale: String,
    /// (kind, text): `Terraform`, `CloudFormation`, `AWS CLI`.
    pub remediation: Vec<(String, String)>,
    /// The Cedar text that decided.
    pub policy: String,
    pub satre: Vec<String>,
    /// `v9 B2.a`, `v8/2 1.1.1`.
    pub dspt: Vec<String>,
    pub uk_gdpr: Vec<String>,
    pub counts: Counts,
    /// The first `SAMPLE_LIMIT` verdicts that are not met or excepted, with their facts.
    pub failing: Vec<Verdict>,
    /// The first `SAMPLE_LIMIT` verdicts that are not assessed.
    pub unknown: Vec<Verdict>,
}

/// One line of a framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementResult {
    /// The attestation that counts.
    pub attestation: Option<String>,
    /// Controls that bear on it, those of the pack first and then those that are only designed yet.
    pub controls: Vec<String>,
    pub edition: String,
    /// `satre`, `dspt_caf`, `dspt_ndg`, `uk_gdpr`.
    pub framework: String,
    pub id: String,
    pub importance: Option<Importance>,
    pub mode: Mode,
    /// Why the state is what it is, in one sentence made from data.
    pub reason: String,
    /// None: unscored.
    pub score: Option<Score>,
    pub state: State,
    pub title: String,
    /// SATRE: `2.8 Encryption`; DSPT: objective or standard; UK GDPR: empty.
    pub group: String,
    /// SATRE only: the Safe whose column holds the square.
    pub safe: Option<Safe>,
    /// The score rests on a person's attestation rather than on AWS state.
    pub by_person: bool,
    /// The SATRE roles that may speak for it, the first of them being asked for decisions; empty elsewhere.
    pub roles: Vec<String>,
    /// DSPT only: the level or answer that the user claims (`[dspt] claims`).
    pub claim: Option<String>,
}

/// One line of a roll-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RollUpEntry {
    pub id: String,
    /// Met only because nothing in it is mandatory.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nothing_mandatory: bool,
    pub state: RollUp,
    pub title: String,
}

/// All roll-ups. There is no total over the Safes and no percentage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RollUps {
    pub dspt: Vec<RollUpEntry>,
    pub five_safes: Vec<RollUpEntry>,
    pub satre: SatreRollUp,
    pub uk_gdpr: Vec<RollUpEntry>,
}

/// SATRE's own hierarchy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SatreRollUp {
    pub capabilities: Vec<RollUpEntry>,
    pub pillars: Vec<RollUpEntry>,
    /// None only in an empty assessment.
    pub whole: Option<RollUp>,
}

/// An attestation, counted or set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttestationStatus {
    pub id: String,
    pub kind: String,
    pub subject: String,
    pub role: String,
    pub by: String,
    pub approved_by: String,
    pub made: AsOf,
    pub expires: Option<AsOf>,
    pub standing: Standing,
    /// Why it does not count; empty when it does.
    pub reason: String,
    /// `attestations/att-2026-0031.toml`.
    pub place: String,
}

/// Whether an attestation or exception counts at the as-of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Live,
    /// Live, and ends within 30 days.
    Expiring,
    Expired,
    Superseded,
    Invalid,
}

impl Standing {
    /// Whether it counts.
    #[must_use]
    pub fn counts(self) -> bool {
        matches!(self, Self::Live | Self::Expiring)
    }
}

/// An accepted deviation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExceptionStatus {
    pub id: String,
    pub control: String,
    /// ARN or glob.
    pub resource: String,
    pub reason: String,
    pub risk: String,
    pub by: String,
    pub approved_by: String,
    pub authority: String,
    pub made: AsOf,
    pub review: Option<AsOf>,
    pub expires: Option<AsOf>,
    pub end_plan: String,
    pub standing: Standing,
    pub standing_reason: String,
    /// Verdicts that it turned from not met to excepted.
    pub used: u64,
}

/// Failing rows in columns, for the page's explorer. Row `i` is the i-th element of each column.
#[derive(Debug, Clone, Default)]
pub struct FindingTable {
    /// Control ids, severities, accounts and Regions that the columns index.
    pub controls: Vec<String>,
    pub severities: Vec<Severity>,
    pub accounts: Vec<String>,
    pub regions: Vec<String>,
    pub control: Vec<u16>,
    pub account: Vec<u32>,
    pub region: Vec<u16>,
    pub resource: Vec<String>,
    /// Failing rows in all; more than the columns hold where there are more than `EXPLORER_LIMIT`.
    pub total: u64,
}

/// What changed since an earlier run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Since {
    pub as_of: AsOf,
    pub new: u64,
    pub fixed: u64,
    pub unchanged: u64,
    /// Failed then and not judged now: not fixed.
    pub no_longer_seen: u64,
    /// The first of the new ones, as (control, resource).
    pub new_sample: Vec<(String, String)>,
    pub no_longer_seen_sample: Vec<(String, String)>,
}
