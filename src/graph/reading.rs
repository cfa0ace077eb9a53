//! Facets and their members as plain values, each with the reason where it cannot be told.
//!
//! May import: `model`, `graph`. Guarantees: a facet that is missing or has another form is an error, never empty.

use serde_json::Value;

use super::Surroundings;
use super::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};
use crate::model::time::AsOf;

/// A facet that is a list.
pub(super) fn list<'a>(document: &'a ResourceDocument, facet: &str) -> Result<&'a [Value], String> {
    let found = known(document, facet)?.as_array();
    found.map(Vec::as_slice).ok_or_else(|| format!("{facet} of {} is no list", document.id))
}

/// A facet that is a record.
pub(super) fn record<'a>(document: &'a ResourceDocument, facet: &str) -> Result<&'a Value, String> {
    let found = known(document, facet)?;
    if found.is_object() { Ok(found) } else { Err(format!("{facet} of {} is no record", document.id)) }
}

/// A facet that is true or false.
pub(super) fn flag(document: &ResourceDocument, facet: &str) -> Result<bool, String> {
    known(document, facet)?.as_bool().ok_or_else(|| format!("{facet} of {} is neither true nor false", document.id))
}

/// A facet that is a time.
pub(super) fn time(document: &ResourceDocument, facet: &str) -> Result<AsOf, String> {
    text(document, facet)?.parse().map_err(|_| format!("{facet} of {} is no time", document.id))
}

/// A member that is a text; an empty one says nothing.
pub(super) fn word<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// The texts of a member that is a list.
pub(super) fn words<'v>(value: &'v Value, member: &str) -> impl Iterator<Item = &'v str> + use<'v> {
    value.get(member).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// A member that is a time.
pub(super) fn time_of(value: &Value, member: &str) -> Option<AsOf> {
    word(value, member)?.parse().ok()
}

/// Derived from the calls behind these facets.
pub(super) fn origin(document: &ResourceDocument, facets: &[&str]) -> Origin {
    Origin::Derived(facets.iter().filter_map(|facet| document.calls.get(*facet).cloned()).collect())
}

/// Sets a fact, or withholds it for the reason given.
pub(super) fn put(entity: &mut Entity, fact: &str, value: Result<Value, String>, origin: Origin) {
    match value {
        Ok(value) => entity.set(fact, value, origin),
        Err(reason) => entity.withhold(fact, reason),
    }
}

/// The documents of a type in the Region of another document.
pub(super) fn beside<'a>(
    document: &'a ResourceDocument,
    kind: &'static str,
    around: &'a Surroundings<'_>,
) -> impl Iterator<Item = &'a ResourceDocument> {
    around.of_type(kind).filter(|other| other.region == document.region)
}

/// Whether a type was listed completely in the account and Region of a document.
pub(super) fn listed_beside(document: &ResourceDocument, kind: &str, around: &Surroundings<'_>) -> Result<(), String> {
    around.estate.listings().listed_in(kind, &document.account, &document.region)
}

/// The account and the Region of an ARN.
pub(super) fn place_of(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(6, ':');
    if parts.next() != Some("arn") {
        return None;
    }
    let region = parts.nth(2)?;
    let account = parts.next()?;
    parts.next().map(|_| (account, region))
}
