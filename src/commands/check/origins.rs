//! Where the facts of a verdict stand in the code.
//!
//! May import: everything below `commands`. Guarantees: a place is one that the reader gave to a property; what nobody wrote stands
//! where its resource begins, and says so; a fact of the snapshot or of the declaration has no place here.

use std::collections::BTreeMap;

use crate::model::checked::Mark;
use crate::model::planned::{Planned, PlannedResource};
use crate::model::verdict::FactRead;
use crate::source::planned::cited;

/// A property that a fact was made from, or for which it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// The resource that the property belongs to.
    pub(super) address: String,
    pub(super) mark: Mark,
    /// Whether it stands in the code; what a page of AWS gives as the default does not.
    pub(super) written: bool,
}

/// The resources of a world, by address.
pub(super) type Resources<'w> = BTreeMap<&'w str, &'w PlannedResource>;

/// The resources of a world; where two have one address, the first is meant.
pub(super) fn by_address(resources: &[PlannedResource]) -> Resources<'_> {
    let mut all = Resources::new();
    for resource in resources {
        all.entry(resource.address.as_str()).or_insert(resource);
    }
    all
}

/// The properties that one fact was made from. Where it is not known, those of the resource itself that leave it open.
pub(super) fn origins(fact: &FactRead, own: Option<&PlannedResource>, resources: &Resources<'_>) -> Vec<Origin> {
    let mut found: Vec<Origin> = Vec::new();
    for call in fact.call.iter().chain(&fact.derived_from) {
        let Some((address, property)) = cited(call) else { continue };
        if let Some(resource) = resources.get(address) {
            add(&mut found, resource, property);
        }
    }
    if fact.missing.is_none() {
        return found;
    }
    // A facet that is read as it stands, and is not known.
    let facet = fact.path.strip_prefix("resource.").and_then(|path| path.split('.').next());
    if let (Some(own), Some(facet)) = (own, facet) {
        add(&mut found, own, if facet == "tags" { "Tags" } else { facet });
    }
    if found.is_empty()
        && let Some(own) = own
    {
        found = open_in(fact, own);
    }
    found
}

/// The properties of a resource that leave a fact open which was made from several: its reason is that of one which is not known.
pub(super) fn open_in(fact: &FactRead, resource: &PlannedResource) -> Vec<Origin> {
    let mut found = Vec::new();
    let Some(missing) = &fact.missing else { return found };
    for (property, value) in &resource.properties {
        if matches!(&value.value, Planned::Unknown(reason) if missing.contains(reason.as_str())) {
            add(&mut found, resource, property);
        }
    }
    found
}

fn add(found: &mut Vec<Origin>, resource: &PlannedResource, property: &str) {
    let Some(value) = resource.properties.get(property) else { return };
    let unknown = match &value.value {
        Planned::Unknown(reason) => Some(reason.clone()),
        Planned::Known(_) => None,
    };
    let mark = Mark {
        place: value.place.clone(),
        property: property.to_owned(),
        expression: value.expression.clone(),
        unknown,
    };
    // A plan has no lines: there nothing tells what was written from what was not.
    let written = value.place.line == 0 || value.place != resource.place;
    let one = Origin { address: resource.address.clone(), mark, written };
    if !found.contains(&one) {
        found.push(one);
    }
}

/// The properties that all these facts were made from, those of the resource itself first.
pub(super) fn marks(facts: &[FactRead], own: Option<&PlannedResource>, resources: &Resources<'_>) -> Vec<Mark> {
    let mut all: Vec<(bool, Mark)> = Vec::new();
    for origin in facts.iter().flat_map(|fact| origins(fact, own, resources)) {
        let is_own = own.is_some_and(|own| own.address == origin.address);
        if !all.iter().any(|(_, there)| *there == origin.mark) {
            all.push((is_own, origin.mark));
        }
    }
    // What nobody wrote stands where the resource begins, and tells less than what was written.
    let unwritten = |mark: &Mark| own.is_some_and(|own| own.place == mark.place);
    all.sort_by_key(|(is_own, mark)| (!is_own, mark.unknown.is_none(), unwritten(mark), mark.place.clone()));
    all.into_iter().map(|(_, mark)| mark).collect()
}
