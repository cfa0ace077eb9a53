//! Names of types and properties in their own spelling, where the code writes them with other capitals.
//!
//! May import: `model`. Guarantees: a name changes only to the one name of the tables that differs from it in capitals alone; a
//! misspelt property would pass for one that nobody sets.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::language::{Facet, Shape, Source};
use super::rows::Table;
use crate::model::planned::{Planned, PlannedResource, World};

/// The resources of a world under the names that the tables have. Terraform writes names without capitals, and a plan gives them back
/// as well as it can; a template has them as they are.
pub(super) fn spelt(table: &Table, mut world: World) -> World {
    for resource in world.resources.iter_mut().filter(|resource| !resource.shaped && resource.address.contains('.')) {
        let of_table = || table.types.keys().chain(table.companions.keys());
        if !of_table().any(|kind| *kind == resource.kind)
            && let Some(kind) = of_table().find(|kind| kind.eq_ignore_ascii_case(&resource.kind))
        {
            resource.kind.clone_from(kind);
        }
        let names = names(table, resource);
        if names.is_empty() {
            continue;
        }
        let properties = std::mem::take(&mut resource.properties);
        resource.properties = properties
            .into_iter()
            .map(|(name, mut property)| {
                if let Planned::Known(value) = &mut property.value {
                    *value = rewritten(std::mem::take(value), &names);
                }
                (own(&name, &names), property)
            })
            .collect();
    }
    world
}

/// The names that the rows of a type have, by their letters in lower case. None: two of them differ in capitals alone.
fn names(table: &Table, resource: &PlannedResource) -> BTreeMap<String, Option<String>> {
    let mut all: BTreeSet<String> = BTreeSet::new();
    let row = table.types.get(&resource.kind).into_iter().flat_map(|row| &row.facets);
    let companion = table.companions.get(&resource.kind);
    for facet in row.chain(companion.into_iter().flat_map(|row| &row.facets)) {
        of_facet(facet, &mut all);
    }
    all.extend(companion.into_iter().flat_map(|row| row.of.values().cloned()));
    let mut names: BTreeMap<String, Option<String>> = BTreeMap::new();
    for name in all {
        let folded = name.to_ascii_lowercase();
        let is_twice = names.contains_key(&folded);
        names.insert(folded, Some(name).filter(|_| !is_twice));
    }
    names
}

fn of_facet(facet: &Facet, all: &mut BTreeSet<String>) {
    match &facet.source {
        Source::Path(path) => all.extend(path.iter().cloned()),
        Source::Made(_, inputs) => all.extend(inputs.iter().cloned()),
        Source::Whole | Source::None => {}
    }
    of_shape(&facet.shape, all);
}

fn of_shape(shape: &Shape, all: &mut BTreeSet<String>) {
    match shape {
        Shape::List(inner) | Shape::Map(inner) => of_shape(inner, all),
        Shape::Record(members) => {
            for member in members.iter().filter(|member| !member.is_constant()) {
                all.extend(member.from.iter().cloned());
                of_shape(&member.shape, all);
            }
        }
        Shape::Text
        | Shape::Flag
        | Shape::Number
        | Shape::Document
        | Shape::Tags
        | Shape::Key
        | Shape::Profile
        | Shape::Any => {}
    }
}

fn own(name: &str, names: &BTreeMap<String, Option<String>>) -> String {
    names.get(&name.to_ascii_lowercase()).cloned().flatten().unwrap_or_else(|| name.to_owned())
}

fn rewritten(value: Value, names: &BTreeMap<String, Option<String>>) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| rewritten(item, names)).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| (own(&name, names), rewritten(value, names)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        other => other,
    }
}
