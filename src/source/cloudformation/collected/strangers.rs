//! Resources of types that are not known here, as far as they name others: what they do to those nobody can say.
//!
//! May import: `model`, `source::table`. Guarantees: every resource of a world is built, a companion of one that is, or a stranger; a
//! resource that a stranger refers to, or calls by its name, is found.

use std::collections::BTreeMap;

use serde_json::Value;

use super::rows::Table;
use crate::model::planned::{Action, Planned, PlannedResource, Unjudgeable, World, references};
use crate::source::table;

/// Types that say nothing of any other resource and nothing that a control asks, or that rows of others read. A nested stack of an
/// assembly is an input of its own.
const QUIET: [&str; 8] = [
    "AWS::CDK::Metadata",
    "AWS::CloudFormation::Stack",
    "AWS::CloudFormation::WaitCondition",
    "AWS::CloudFormation::WaitConditionHandle",
    "AWS::CloudWatch::Dashboard",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Version",
    "AWS::S3::AccessGrantsLocation",
];

/// Whether a resource is none that is known.
pub(super) fn is_one(resource: &PlannedResource, table: &Table) -> bool {
    let kind = resource.kind.as_str();
    let known = table.types.contains_key(kind) || table.companions.contains_key(kind) || table::kind(kind).is_some();
    !resource.shaped && !known && !QUIET.contains(&kind)
}

/// Whether the reader of templates has said of its type that it cannot be judged.
fn is_said(kind: &str) -> bool {
    !kind.starts_with("AWS::")
        || kind.starts_with("AWS::Serverless::")
        || ["AWS::CloudFormation::CustomResource", "AWS::CloudFormation::StackSet"].contains(&kind)
        || kind == "AWS::ServiceCatalog::CloudFormationProvisionedProduct"
        || kind.ends_with("::MODULE")
}

/// What is to be said of them, and the addresses that they name, each with what makes it doubtful.
pub(super) fn named(table: &Table, world: &World) -> (Vec<Unjudgeable>, BTreeMap<String, String>) {
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for resource in &world.resources {
        let name = table.names.get(&resource.kind).and_then(|property| resource.properties.get(property));
        if let Some(Planned::Known(Value::String(name))) = name.map(|property| &property.value) {
            by_name.entry(name).or_default().push(&resource.address);
        }
    }
    let (mut said, mut found) = (Vec::new(), BTreeMap::new());
    for stranger in world.resources.iter().filter(|resource| is_one(resource, table)) {
        let (address, kind) = (&stranger.address, &stranger.kind);
        if !is_said(kind) {
            let reason = format!(
                "the resource {address} is of the type {kind}, which is not known here: nothing was judged of it"
            );
            said.push(Unjudgeable { place: stranger.place.clone(), reason, whole: false });
        }
        if stranger.action == Action::Keep {
            continue;
        }
        let mut note = |other: &str| {
            let what = "and what a resource of its type does is not known here";
            found.entry(other.to_owned()).or_insert_with(|| format!("{address} ({kind}) names it, {what}"));
        };
        for property in stranger.properties.values() {
            if let Planned::Known(value) = &property.value {
                texts(value, &mut |text| {
                    references(text).for_each(|(other, _)| note(other));
                    by_name.get(text).into_iter().flatten().for_each(|other| note(other));
                });
            }
        }
    }
    (said, found)
}

fn texts(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, each)),
        Value::Object(members) => members.values().for_each(|member| texts(member, each)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
