//! Runs of workflows whose role or output is another project's.
//!
//! May import: `model`, `graph`. Guarantees: a place is not foreign only where the bucket or role was read.

use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::membership::{Projects, bucket_of, derived, of_bucket, of_role_named, tag};
use crate::graph::organizations::text;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    let role = text(document, "RoleArn").and_then(|arn| Ok((arn, of_role_named(arn, around)?)));
    // A run without a tag is that of the project whose role it has.
    let mine = match tag(document, around.declared) {
        Ok(Some(project)) => Ok(Projects::from([project.to_owned()])),
        Ok(None) => role.clone().map(|(_, projects)| projects),
        Err(why) => Err(why),
    };
    match &mine {
        Err(why) => found.doubt(why),
        Ok(mine) if mine.len() != 1 => found.doubt("neither its tag nor its role says of which one project it is"),
        Ok(mine) => {
            match &role {
                Ok((arn, projects)) if !projects.is_subset(mine) => found.add(*arn),
                Ok(_) => {}
                Err(why) => found.doubt(why),
            }
            match text(document, "OutputUri") {
                Ok(place) => judge(place, mine, around, &mut found),
                Err(why) => found.doubt(why),
            }
        }
    }
    found.put(entity, "foreignPlaces", &derived(document, &["RoleArn", "OutputUri", "tags"]));
}

fn judge(place: &str, mine: &Projects, around: &Surroundings<'_>, found: &mut Found) {
    let Some(bucket) = bucket_of(place) else { return found.doubt(format!("{place} is no place in S3")) };
    match of_bucket(bucket, around) {
        Ok(projects) if projects == *mine => {}
        Ok(_) => found.add(place),
        Err(why) => found.doubt(why),
    }
}
