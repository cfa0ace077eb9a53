//! S3: facts of buckets and access points.
//!
//! May import: `model`, `graph`.

use serde_json::{Value, json};

use super::{Surroundings, derive_from};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    derive_from(entity, document, "objectOwnership", &["OwnershipControls"], |facets| {
        let rules = facets.first().and_then(|v| v.get("Rules")).and_then(Value::as_array);
        // No ownership controls: access control lists still decide, as before April 2023.
        Ok(json!(
            rules
                .and_then(|r| r.first())
                .and_then(|r| r.get("ObjectOwnership"))
                .and_then(Value::as_str)
                .unwrap_or("ObjectWriter")
        ))
    });
    let mut roles: Vec<String> =
        around.declared.roles_of_bucket(&document.id).into_iter().map(|(role, _)| role).collect();
    if let Some(tags) = &document.tags {
        roles.extend(tags.get(&around.declared.tag_role).cloned());
        roles.sort();
        roles.dedup();
        entity.set("roles", json!(roles), Origin::Derived(document.calls.get("tags").cloned().into_iter().collect()));
    }
}
