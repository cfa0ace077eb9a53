//! Resource documents: what was seen of one resource, in `CloudFormation`'s words.
//!
//! May import: `model`. Guarantees: what a call did not answer stands in `missing` with its reason and nowhere else.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::call::CallId;

/// One resource as a source saw it. A *facet* is a top-level member of `properties` or `observed`: what one question
/// (or several that belong together) answered. Present and empty means that AWS answered "not configured".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceDocument {
    /// `CloudFormation`'s type name; `AWS::Account` for the account itself.
    #[serde(rename = "type")]
    pub kind: String,
    /// Unique within type and account: the physical id (`tre-data`, `arn:aws:iam::…:role/x`).
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// 12 digits.
    pub account: String,
    /// `global` for types without a Region.
    pub region: String,
    /// None: tags were not read (`missing` says why under `tags`). Empty: it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// `CloudFormation`'s property names and shapes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Value>,
    /// State that `CloudFormation` cannot express (last sign-in, recorder status), in AWS's own names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub observed: BTreeMap<String, Value>,
    /// Which ledger entry answered a facet (the last one, where a facet needed several).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calls: BTreeMap<String, CallId>,
    /// Facets that were asked for and not answered, each with a reason that names the call.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<String, String>,
}

impl ResourceDocument {
    /// The value of a facet, from `properties` or `observed`.
    #[must_use]
    pub fn facet(&self, name: &str) -> Option<&Value> {
        self.properties.get(name).or_else(|| self.observed.get(name))
    }

    /// What people and fingerprints call the resource: its ARN, else its id.
    #[must_use]
    pub fn name(&self) -> &str {
        self.arn.as_deref().unwrap_or(&self.id)
    }
}
