//! Where the results of a project's queries land.
//!
//! May import: `model`, `graph`. Guarantees: a place is the project's own only where the bucket was read and is no other's.

use serde_json::Value;

use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::membership::{bucket_of, derived, of_bucket, tag};
use crate::graph::organizations::known;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    match tag(document, around.declared) {
        Err(why) => found.doubt(why),
        // A workgroup of no project has no place of its own; who may query in it is asked besides.
        Ok(None) => {}
        Ok(Some(project)) => match known(document, "WorkGroupConfiguration") {
            Err(why) => found.doubt(why),
            Ok(configuration) => {
                match configuration.pointer("/ResultConfiguration/OutputLocation").and_then(Value::as_str) {
                    None => found.add("each query says where its result goes"),
                    Some(place) => judge(place, project, around, &mut found),
                }
            }
        },
    }
    found.put(entity, "resultsElsewhere", &derived(document, &["WorkGroupConfiguration", "tags"]));
}

fn judge(place: &str, project: &str, around: &Surroundings<'_>, found: &mut Found) {
    let Some(bucket) = bucket_of(place) else { return found.doubt(format!("{place} is no place in S3")) };
    match of_bucket(bucket, around) {
        Ok(projects) if projects.len() == 1 && projects.contains(project) => {}
        Ok(_) => found.add(place),
        Err(why) => found.doubt(why),
    }
}
