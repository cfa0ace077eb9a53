//! Tags of Service Workbench: `Env`, `Proj` and `CreatedBy`, which it sets together.
//!
//! May import: nothing of this crate. Guarantees: `CreatedBy` names a person and is not read.

use std::collections::BTreeMap;

use super::What;

const KEYS: &[(&str, What)] = &[("Proj", What::Project), ("Env", What::Environment)];

/// Its keys, where all three are there.
pub(super) fn keys(tags: &BTreeMap<String, String>) -> Option<&'static [(&'static str, What)]> {
    ["Env", "Proj", "CreatedBy"].iter().all(|key| tags.contains_key(*key)).then_some(KEYS)
}
