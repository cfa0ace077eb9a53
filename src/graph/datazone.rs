//! `DataZone`: whether whoever approved a subscription is one of those who asked for it.
//!
//! May import: `model`, `graph`. Guarantees: nobody is said to stand apart whose membership, by name or through a group,
//! was not read.

use super::Surroundings;
use super::iam::Found;
use super::organizations::text;
use super::reading::{beside, list, listed_beside, origin, record, word};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const PROJECT: &str = "AWS::DataZone::Project";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    if let Err(why) = own(document, around, &mut found) {
        found.doubt(why);
    }
    found.put(entity, "selfReviews", &origin(document, &["RequestedBy", "ReviewerId", "SubscribedPrincipal"]));
}

fn own(document: &ResourceDocument, around: &Surroundings<'_>, found: &mut Found) -> Result<(), String> {
    let reviewer = text(document, "ReviewerId")?;
    if reviewer.is_empty() {
        return Err("nobody reviewed it".to_owned());
    }
    // Whoever asked may have left the project since.
    if text(document, "RequestedBy")? == reviewer {
        found.add(reviewer);
        return Ok(());
    }
    let subscriber = record(document, "SubscribedPrincipal")?;
    if let Some(user) = word(subscriber, "UserId") {
        if user == reviewer {
            found.add(user);
        }
        return Ok(());
    }
    let Some(id) = word(subscriber, "ProjectId") else {
        return Err("who subscribes is neither a project nor a user".to_owned());
    };
    let Some(project) = beside(document, PROJECT, around).find(|project| text(project, "Id") == Ok(id)) else {
        listed_beside(document, PROJECT, around)?;
        return Err(format!("the project {id} was not seen"));
    };
    let members = list(project, "Members")?;
    if members.iter().any(|member| word(member, "UserId") == Some(reviewer)) {
        found.add(id);
        return Ok(());
    }
    match members.iter().find_map(|member| word(member, "GroupId")) {
        Some(group) => Err(format!("whether the reviewer is in the group {group}, stands in the identity store")),
        None => Ok(()),
    }
}
