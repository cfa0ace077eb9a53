//! What AWS sets on a new resource where nothing is configured, as far as AWS documents it.
//!
//! May import: nothing. Guarantees: only for resources that are made anew, and only where neither the code nor a companion
//! says anything; each default has the date from which it holds and the page that says so (`defaults.toml`).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::reasons::NOT_SET;
use super::resources::{Draft, Set};
use super::tree::Tree;

/// A default of a service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Default {
    pub(super) kind: String,
    pub(super) property: String,
    pub(super) value: Value,
    /// Attributes that must not be set, for they change the default.
    #[serde(default)]
    unless: Vec<String>,
    /// The attribute that must be set.
    #[serde(default)]
    when: Option<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for those who review the table"))]
    pub(super) since: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for those who review the table"))]
    pub(super) page: String,
}

#[derive(Debug, Deserialize)]
struct Table {
    default: Vec<Default>,
}

static TABLE: LazyLock<Vec<Default>> = LazyLock::new(|| {
    // A table that cannot be read is told by a test; without it nothing is taken for known.
    toml::from_str::<Table>(include_str!("defaults.toml")).map(|table| table.default).unwrap_or_default()
});

pub(super) fn table() -> &'static [Default] {
    &TABLE
}

/// Sets the defaults of a new resource, but for what companions set.
pub(super) fn apply(draft: &mut Draft, set_beside: &BTreeSet<&str>) {
    for default in table().iter().filter(|default| default.kind == draft.kind) {
        if set_beside.contains(default.property.as_str()) {
            continue;
        }
        let open = match draft.properties.get(&default.property).map(|set| &set.made.tree) {
            None => true,
            Some(Tree::Unknown(reason)) => reason == NOT_SET,
            Some(Tree::Object(members)) => members.is_empty(),
            Some(_) => false,
        };
        let is_set = |name: &String| {
            draft
                .attributes
                .get(name)
                .is_some_and(|value| !value.is_empty() && *value != Tree::Unknown(NOT_SET.to_owned()))
        };
        let is_known =
            |name: &String| is_set(name) && draft.attributes.get(name).is_some_and(|v| v.unknown().is_none());
        if default.when.as_ref().is_some_and(|name| !is_known(name)) {
            continue;
        }
        if open && default.unless.iter().any(is_set) {
            draft.properties.insert(default.property.clone(), Set::bare(Tree::Unknown(NOT_SET.to_owned())));
        } else if open {
            draft.properties.insert(default.property.clone(), Set::bare(Tree::known(&default.value)));
        }
    }
}
