//! Between which stages a copy task moves data.
//!
//! May import: `model`, `graph`. Guarantees: a way is declared only where both ends are known stages or stores and the pair
//! stands in `[airlock] paths`; a place that nothing declares is never on one.

use std::collections::BTreeSet;

use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::membership::{bucket_of, derived};
use crate::graph::organizations::text;
use crate::graph::purpose::{STAGES, STORE_ROLES, declared_stores, role_tag};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const LOCATION: &str = "AWS::DataSync::Location";
/// Types of file systems that a location names by id.
const FILES: [&str; 2] = ["AWS::EFS::FileSystem", "AWS::FSx::FileSystem"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    match way(document, around) {
        Ok(None) => {}
        Ok(Some(gap)) => found.add(gap),
        Err(why) => found.doubt(why),
    }
    found.put(entity, "pathGaps", &derived(document, &["SourceLocationArn", "DestinationLocationArn"]));
}

/// The way of a task, where it is not declared.
fn way(task: &ResourceDocument, around: &Surroundings<'_>) -> Result<Option<String>, String> {
    let paths = around.declared.paths.as_ref().ok_or("tre.toml declares no [airlock] paths")?;
    let from = place(text(task, "SourceLocationArn")?, around)?;
    let to = place(text(task, "DestinationLocationArn")?, around)?;
    let (source, destination) = (stages(from, around)?, stages(to, around)?);
    // What has two roles has to be on a declared way in each of them.
    let declared = |a: &str, b: &str| paths.iter().any(|(x, y)| x == a && y == b);
    let all = !source.is_empty()
        && !destination.is_empty()
        && source.iter().all(|a| destination.iter().all(|b| declared(a, b)));
    Ok((!all).then(|| format!("{from} to {to}")))
}

fn place<'a>(location: &str, around: &'a Surroundings<'_>) -> Result<&'a str, String> {
    let found = around.documents.get(&(LOCATION.to_owned(), location.to_owned()));
    text(found.ok_or_else(|| format!("the location {location} was not read"))?, "LocationUri")
}

/// The stages of a place; none where nothing declares it.
fn stages(uri: &str, around: &Surroundings<'_>) -> Result<BTreeSet<String>, String> {
    let declared = around.declared;
    let same = |role: &str| {
        let is = |known: &&&str| known.eq_ignore_ascii_case(role);
        if STORE_ROLES.iter().any(|known| is(&known)) {
            Some("store".to_owned())
        } else {
            STAGES.iter().find(is).map(|stage| (*stage).to_owned())
        }
    };
    for table in ["airlock", "dataset"] {
        if let Some(why) = declared.set_aside.get(table) {
            return Err(why.clone());
        }
    }
    if let Some(name) = bucket_of(uri) {
        let mut found: BTreeSet<String> =
            declared.roles_of_bucket(name).iter().filter_map(|(role, _)| same(role)).collect();
        match around.documents.get(&("AWS::S3::Bucket".to_owned(), name.to_owned())) {
            Some(bucket) => found.extend(role_tag(bucket, declared)?.and_then(same)),
            None if found.is_empty() => return Err(format!("bucket {name} was not seen in this account")),
            None => {}
        }
        return Ok(found);
    }
    // `efs://REGION.fs-0123/`, `fsxl://REGION.fs-0123/`.
    let id =
        uri.split_once("://").and_then(|(_, rest)| rest.split('/').next()).and_then(|host| host.split_once(".fs-"));
    let Some((_, id)) = id else {
        let files = uri.starts_with("efs") || uri.starts_with("fsx");
        return if files { Err(format!("{uri} does not say which file system it is")) } else { Ok(BTreeSet::new()) };
    };
    let ends = format!("/fs-{id}");
    let system = FILES.iter().flat_map(|kind| around.of_type(kind)).find(|f| f.id.ends_with(&ends));
    let Some(system) = system else { return Err(format!("the file system fs-{id} was not read")) };
    let mut found: BTreeSet<String> = role_tag(system, declared)?.and_then(same).into_iter().collect();
    if !declared_stores(system, declared)?.is_empty() {
        found.insert("store".to_owned());
    }
    Ok(found)
}
