//! Whether all resources of a type were listed in one place.
//!
//! May import: `model`. Guarantees: "there is none" can only be said where `complete` holds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::CallId;

/// The listing of one resource type in one account and Region. A type without a `Listing` was never asked for there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    pub account: String,
    /// `global` for types without a Region.
    pub region: String,
    /// `CloudFormation`'s name, for example `AWS::S3::Bucket`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Every page of every call that lists the type was answered.
    pub complete: bool,
    /// Why not; empty when complete.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    pub calls: Vec<CallId>,
}
