//! What was asked of AWS and what came back: the ledger's entries.
//!
//! May import: `model`. Guarantees: a call's id depends on what was asked, never on when or in which order.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::digest::sha256_hex;
use super::time::AsOf;

/// The id of a ledger entry: the first 16 hexadecimal digits of the hash of account, region, service, operation,
/// parameters and page.
pub type CallId = String;

/// How a call ended. Only `Present` and `Absent` make facts; `NotEnabled` makes one, that the service is off there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// Answered with a body that parsed.
    Present,
    /// AWS said with a code of its own that this is not configured (`NoSuchBucketPolicy`).
    Absent,
    /// The service said beyond doubt that it is not enabled in this place.
    NotEnabled,
    Denied,
    RegionDisabled,
    Throttled,
    /// The operation does not exist there, or this endpoint does not know it.
    Unsupported,
    /// A success status whose body could not be read as what was asked for.
    Unparseable,
    /// No answer: connection, DNS, time-out, or a 5xx to the end of the retries.
    Unreachable,
}

impl CallOutcome {
    /// Whether AWS answered the question.
    #[must_use]
    pub fn answered(self) -> bool {
        matches!(self, Self::Present | Self::Absent | Self::NotEnabled)
    }

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Absent => "absent",
            Self::NotEnabled => "not_enabled",
            Self::Denied => "denied",
            Self::RegionDisabled => "region_disabled",
            Self::Throttled => "throttled",
            Self::Unsupported => "unsupported",
            Self::Unparseable => "unparseable",
            Self::Unreachable => "unreachable",
        }
    }
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallRecord {
    /// 12 digits, or `unknown` before the caller's identity was read.
    pub account: String,
    /// How often it was sent.
    pub attempts: u32,
    /// SHA-256 of the answer's body; none where there was no body or it may carry a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_sha256: Option<String>,
    pub id: CallId,
    /// AWS's name, for example `GetBucketPolicy`.
    pub operation: String,
    pub outcome: CallOutcome,
    /// 1 for the first page.
    pub page: u32,
    /// What was asked about, for example `{"Bucket": "tre-data"}`; never a secret.
    pub parameters: BTreeMap<String, String>,
    /// Why it ended so: AWS's error code and HTTP status, in one sentence; empty for `present`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// `global` for services without a Region of their own.
    pub region: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The service's IAM prefix, for example `s3`.
    pub service: String,
    /// When the answer came.
    pub time: AsOf,
}

impl CallRecord {
    /// The id of a call, from what identifies it.
    #[must_use]
    pub fn derive_id(
        account: &str,
        region: &str,
        service: &str,
        operation: &str,
        parameters: &BTreeMap<String, String>,
        page: u32,
    ) -> CallId {
        // Length-prefixed, so that no two different calls can write the same text.
        let mut text = String::new();
        for part in [account, region, service, operation] {
            text.push_str(&format!("{}:{part};", part.len()));
        }
        for (key, value) in parameters {
            text.push_str(&format!("{}:{key}={}:{value};", key.len(), value.len()));
        }
        text.push_str(&page.to_string());
        let mut id = sha256_hex(text.as_bytes());
        id.truncate(16);
        id
    }

    /// `service:Operation`, as IAM writes actions and as reasons name a call.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }
}

#[cfg(test)]
mod tests {
    use super::CallRecord;
    use std::collections::BTreeMap;

    #[test]
    fn ids_differ_when_any_part_differs() {
        let parameters: BTreeMap<String, String> = [("Bucket".to_owned(), "a".to_owned())].into();
        let id = |account: &str, page| {
            CallRecord::derive_id(account, "eu-west-2", "s3", "GetBucketPolicy", &parameters, page)
        };
        assert_eq!(id("1", 1), id("1", 1));
        assert_ne!(id("1", 1), id("2", 1));
        assert_ne!(id("1", 1), id("1", 2));
    }
}
