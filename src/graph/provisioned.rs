//! How much of what has a role in the environment comes from a stack.
//!
//! May import: `model`, `graph`. Guarantees: counts are given only where every type was listed, and every stack's resources and every
//! tag were read.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Surroundings;
use super::organizations::known;
use super::purpose::{is_role, role_tag};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// The facts that are derived.
pub(super) const FACTS: [&str; 2] = ["provisionedResources", "roleResources"];

const STACK: &str = "AWS::CloudFormation::Stack";
const BUCKET: &str = "AWS::S3::Bucket";

pub(super) fn derive(entity: &mut Entity, _: &ResourceDocument, around: &Surroundings<'_>) {
    match count(around) {
        Ok((owned, all)) => {
            entity.set("provisionedResources", json!(owned), Origin::Derived(Vec::new()));
            entity.set("roleResources", json!(all), Origin::Derived(Vec::new()));
        }
        Err(why) => {
            entity.withhold("provisionedResources", why.clone());
            entity.withhold("roleResources", why);
        }
    }
}

fn count(around: &Surroundings<'_>) -> Result<(usize, usize), String> {
    around.estate.listings().listed(STACK, around.account)?;
    // What was not listed may have a role, whatever its type.
    if let Some(why) = around.estate.listings().gap_in(around.account) {
        return Err(why.to_owned());
    }
    let mut owned_ids: BTreeSet<(&str, &str)> = BTreeSet::new();
    for stack in around.of_type(STACK) {
        let resources = known(stack, "Resources")?.as_array().ok_or("Resources is no list")?;
        for resource in resources {
            let member = |name: &str| resource.get(name).and_then(Value::as_str);
            if let (Some(kind), Some(id)) = (member("ResourceType"), member("PhysicalResourceId")) {
                owned_ids.insert((kind, id));
            }
        }
    }
    let (mut owned, mut all) = (0, 0);
    for document in around.documents.values() {
        if has_role(document, around)? {
            all += 1;
            let mut names = names(document);
            owned += usize::from(names.any(|name| owned_ids.contains(&(document.kind.as_str(), name))));
        }
    }
    Ok((owned, all))
}

/// Whether its tag, or for buckets the declaration, gives a resource a role. What cannot be tagged has none.
fn has_role(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    if document.kind == BUCKET && !around.declared.roles_of_bucket(&document.id).is_empty() {
        return Ok(true);
    }
    if document.tags.is_none() && !document.missing.contains_key("tags") {
        return Ok(false);
    }
    Ok(role_tag(document, around.declared)?.is_some_and(is_role))
}

/// What a stack may call a resource: its id, its ARN, or the last part of either.
fn names(document: &ResourceDocument) -> impl Iterator<Item = &str> {
    let whole = [Some(document.id.as_str()), document.arn.as_deref()].into_iter().flatten();
    whole.flat_map(|name| [name, name.rsplit([':', '/']).next().unwrap_or(name)])
}
