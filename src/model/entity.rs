//! Entities: what the judge sees of a resource, each fact with its origin.
//!
//! May import: `model`. Guarantees: a fact is either in `facts` with an origin, or in `missing` with a reason; a reader
//! that finds it in neither knows that nothing was ever asked.

use std::collections::BTreeMap;

use serde_json::Value;

use super::call::CallId;

/// Where a fact came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// One ledger entry.
    Call(CallId),
    /// Computed from facts of these ledger entries.
    Derived(Vec<CallId>),
    /// A person wrote it: `tre.toml:12`.
    Declared(String),
    /// It is part of the document itself (id, account, Region) and needs no call of its own.
    Document,
}

/// A fact with its origin. Values use plain JSON; a reference to another entity is `{"__entity": {"type", "id"}}`, a
/// time is RFC 3339 text: the schema says which is which.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub value: Value,
    pub origin: Origin,
}

/// A type name and an id, as Cedar's entity uid.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityRef {
    pub kind: String,
    pub id: String,
}

impl EntityRef {
    /// A reference to `kind::"id"`.
    #[must_use]
    pub fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self { kind: kind.into(), id: id.into() }
    }

    /// The JSON that stands for this reference inside a fact.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::json!({ "__entity": { "id": self.id, "type": self.kind } })
    }
}

/// One resource with everything that is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    pub uid: EntityRef,
    /// The name used in verdicts and fingerprints: the ARN, else the id.
    pub name: String,
    pub account: String,
    pub region: String,
    pub parents: Vec<EntityRef>,
    /// None: not read.
    pub tags: Option<BTreeMap<String, String>>,
    pub facts: BTreeMap<String, Fact>,
    /// Facets that are not known, each with its reason.
    pub missing: BTreeMap<String, String>,
}

impl Entity {
    /// Adds a fact, unless it is already known to be missing.
    pub fn set(&mut self, name: &str, value: Value, origin: Origin) {
        if !self.missing.contains_key(name) {
            self.facts.insert(name.to_owned(), Fact { value, origin });
        }
    }

    /// Says that a fact is not known, and why. A fact of that name is withdrawn: not knowing wins.
    pub fn withhold(&mut self, name: &str, reason: impl Into<String>) {
        self.facts.remove(name);
        self.missing.entry(name.to_owned()).or_insert_with(|| reason.into());
    }
}
