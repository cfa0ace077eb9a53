//! `manifest.json`: scope, times, caller, coverage, and the hash and count of every file.
//!
//! May import: `model`. Guarantees: fields are written in the order of their names, so the same content has the same hash.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::call::CallOutcome;
use crate::model::time::AsOf;

/// The format this program writes, and the only major that it reads.
pub const FORMAT: &str = "havenmark-snapshot/1";

/// The manifest of a finished snapshot. `snapshot_sha256` everywhere else is the hash of this file's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Accounts in scope, 12 digits each, sorted.
    pub accounts: Vec<String>,
    /// ARN that collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The ledger, `calls.jsonl.zst`.
    pub calls: StoredFile,
    /// By account, Region, type.
    pub chunks: Vec<Chunk>,
    pub collected_from: AsOf,
    pub collected_to: AsOf,
    pub coverage: Coverage,
    pub format: String,
    /// Resources that AWS Config knows, `inventory.jsonl.zst`: by account. None: it was not asked, or knew none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inventory: Option<StoredFile>,
    /// How far each type was listed, `listings.jsonl.zst`: by account, type and Region.
    pub listings: StoredFile,
    /// Regions in scope, sorted.
    pub regions: Vec<String>,
    pub tool_version: String,
}

/// A compressed file and what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StoredFile {
    /// Size of the uncompressed lines.
    pub bytes: u64,
    /// Number of lines.
    pub lines: u64,
    /// SHA-256 of the uncompressed lines.
    pub sha256: String,
    pub stored_bytes: u64,
    /// SHA-256 of the file as stored.
    pub stored_sha256: String,
}

/// The resource documents of one type in one account and Region: `chunks/<sha256>.jsonl.zst`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Chunk {
    pub account: String,
    pub file: StoredFile,
    pub region: String,
    #[serde(rename = "type")]
    pub kind: String,
}

/// How much of what was asked was answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    pub answered: u64,
    pub calls: u64,
    /// Grouped by account, Region, service, operation, outcome; sorted.
    pub gaps: Vec<SnapshotGap>,
}

/// Calls of one operation in one place that were not answered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SnapshotGap {
    pub account: String,
    pub count: u64,
    pub operation: String,
    pub outcome: CallOutcome,
    /// Of the first such call.
    pub reason: String,
    pub region: String,
    pub service: String,
}

/// The JSON Schema of the manifest.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Manifest).to_value()
}
