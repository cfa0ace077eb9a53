//! Tags of TREEHOOSE on stacks and buckets.
//!
//! May import: nothing of this crate. Guarantees: words that any organisation uses (`Environment`, `Owner`, `ProjectName`
//! alone) make no TREEHOOSE; `Owner` and `IGLead` name people and are not read.

use std::collections::BTreeMap;

use super::What;

const KEYS: &[(&str, What)] = &[
    ("ProjectCode", What::Project),
    ("ProjectName", What::Title),
    ("InformationClassification", What::Class),
    ("DataSource", What::Supplier),
    ("Environment", What::Environment),
];

/// Without a code the name is all that tells projects apart.
const KEYS_WITHOUT_CODE: &[(&str, What)] = &[
    ("ProjectName", What::Project),
    ("InformationClassification", What::Class),
    ("DataSource", What::Supplier),
    ("Environment", What::Environment),
];

/// Its keys, where the tags are those that only TREEHOOSE sets together.
pub(super) fn keys(tags: &BTreeMap<String, String>) -> Option<&'static [(&'static str, What)]> {
    let has = |key: &str| tags.contains_key(key);
    let its = has("InformationClassification") || has("IGLead") || (has("ProjectCode") && has("ProjectName"));
    its.then_some(if has("ProjectCode") { KEYS } else { KEYS_WITHOUT_CODE })
}
