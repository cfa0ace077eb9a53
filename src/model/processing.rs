//! Draft rows for the record of processing activities of Article 30 of UK GDPR.
//!
//! May import: `model`. Guarantees: what the controller has to say (itself, the purposes, the people) has no member here, so
//! that nothing can fill it in; everything else is declared or was seen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::location::Placement;

/// The drafts, and what goes for all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProcessingDraft {
    /// Why rows may be missing.
    pub gaps: Vec<String>,
    pub rows: Vec<ProcessingRow>,
    /// Controls by area over the whole environment, by how they fared.
    pub security: Vec<String>,
}

/// A draft row of the record of processing: a dataset in a project, a dataset in none, or a project without datasets.
/// Controller, purposes and categories of people are not here: the controller gives them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProcessingRow {
    /// Declared level and identifiability: `tier3, pseudonymised`.
    pub categories: String,
    pub dataset: Option<String>,
    pub dataset_title: String,
    /// Declared: by when it must be gone.
    pub delete_by: String,
    /// As the register of datasets or projects says it; nothing is added.
    pub legal_basis: String,
    /// `tre.toml:12`.
    pub place: String,
    pub project: Option<String>,
    pub project_title: String,
    /// Declared recipients of released outputs.
    pub recipients: Vec<String>,
    pub source: String,
    pub stores: Vec<StorePlace>,
}

/// A declared store, and where it was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct StorePlace {
    pub account: Option<String>,
    pub place: Placement,
    /// Why none, where no Region is known.
    pub reason: String,
    pub region: Option<String>,
    /// `s3:tre-data-ehr`, as declared.
    pub store: String,
}
