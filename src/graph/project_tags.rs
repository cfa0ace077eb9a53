//! What the project tag of a resource says, against the register of projects.
//!
//! May import: `model`, `graph`. Guarantees: a resource without the tag is told from one whose tags were not read; a
//! project that the register does not know has no end and no approval, it is not given one.

use std::collections::BTreeSet;

use serde_json::json;

use super::declared::{Declared, Project};
use super::organizations::text;
use super::{Surroundings, persona};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};
use crate::model::time::AsOf;

/// The facts that are derived.
pub(super) const FACTS: [&str; 7] = [
    "earliestCreation",
    "ofProject",
    "projectApproval",
    "projectEnd",
    "projectRegistered",
    "projectTag",
    "sharedWriters",
];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    // A tag key that was set aside reads no tag: that is not to be without one.
    let no_key = around.declared.given && around.declared.tag_project.is_empty();
    let read = document.tags.as_ref().filter(|_| !document.missing.contains_key("tags") && !no_key);
    let calls = Origin::Derived(document.calls.get("tags").cloned().into_iter().collect());
    let unread = if no_key { Some("the tag key of [tre.tags] project was set aside".to_owned()) } else { None };
    let unread =
        unread.or_else(|| document.missing.get("tags").cloned()).unwrap_or_else(|| "tags were not read".to_owned());

    let tag = read.map(|tags| tags.get(&around.declared.tag_project).cloned());
    match &tag {
        None => entity.withhold("projectTag", unread.clone()),
        Some(None) => entity.set("projectTag", json!({}), calls.clone()),
        Some(Some(value)) => entity.set("projectTag", json!({ "value": value }), calls.clone()),
    }
    let named = tag.as_ref().map(|tag| tag.as_deref()).ok_or(unread.as_str());
    derive_registration(entity, named, around.declared);

    // The tag decides; a role that carries none still belongs to the projects that its personas' patterns name.
    let named = role_projects(document, around.declared);
    let certain = named.as_ref().is_ok_and(|n| !n.projects.is_empty());
    let complete = named.and_then(|n| n.unknown.map_or(Ok(n.projects), Err));
    let projects: Result<BTreeSet<String>, String> = match &tag {
        Some(Some(value)) => Ok(BTreeSet::from([value.clone()])),
        Some(None) => complete,
        None => Err(unread),
    };
    match &projects {
        Ok(projects) => entity.set("ofProject", json!(!projects.is_empty()), calls),
        // It certainly belongs to one, though there may be others.
        Err(_) if certain => entity.set("ofProject", json!(true), calls),
        Err(reason) => entity.withhold("ofProject", reason.clone()),
    }
    let register = projects.and_then(|ids| registered(&ids, around.declared));
    derive_end(entity, &register);
    derive_writers(entity, document, around.declared);
    derive_approval(entity, document, &register, around);
}

/// Whether the project that the tag names is in the register; false where it names none.
fn derive_registration(entity: &mut Entity, tag: Result<Option<&str>, &str>, declared: &Declared) {
    let Some(projects) = &declared.projects else {
        entity.withhold("projectRegistered", "tre.toml declares no [[project]]");
        return;
    };
    let found = match tag {
        Err(unread) => return entity.withhold("projectRegistered", unread),
        Ok(value) => projects.iter().find(|p| Some(p.id.as_str()) == value),
    };
    match (found.or(projects.first()), declared.set_aside.get("project")) {
        // An entry that was set aside may be the one.
        (_, Some(reason)) if found.is_none() => entity.withhold("projectRegistered", reason.clone()),
        (named, _) => {
            let place = named.map_or_else(|| "tre.toml".to_owned(), |p| p.place.clone());
            entity.set("projectRegistered", json!(found.is_some()), Origin::Declared(place));
        }
    }
}

/// The register's entries of these projects.
fn registered<'a>(ids: &BTreeSet<String>, declared: &'a Declared) -> Result<Vec<&'a Project>, String> {
    let all = declared.projects.as_ref().ok_or("tre.toml declares no [[project]]")?;
    ids.iter()
        .map(|id| all.iter().find(|p| p.id == *id).ok_or_else(|| format!("the register has no project {id}")))
        .collect()
}

/// Projects that a role's personas name.
#[derive(Debug, Default)]
struct Named {
    projects: BTreeSet<String>,
    /// Why there may be others.
    unknown: Option<String>,
}

/// The projects for which `{project}` stands in the persona patterns that name this role.
fn role_projects(document: &ResourceDocument, declared: &Declared) -> Result<Named, String> {
    if document.kind != "AWS::IAM::Role" {
        return Ok(Named::default());
    }
    let matches = persona::of_role(declared, text(document, "RoleName")?, text(document, "Path")?);
    Ok(Named {
        projects: matches.certain.into_iter().filter_map(|m| m.project).collect(),
        unknown: matches.unknown.into_values().next(),
    })
}

/// The projects for which `{project}` stands in the persona patterns that name a role, where these are all.
///
/// # Errors
/// Why there may be others.
pub(super) fn of_personas(role: &ResourceDocument, declared: &Declared) -> Result<BTreeSet<String>, String> {
    let named = role_projects(role, declared)?;
    named.unknown.map_or(Ok(named.projects), Err)
}

/// The last day of the project; where a role serves several projects, the earliest, which errs towards failing.
fn derive_end(entity: &mut Entity, register: &Result<Vec<&Project>, String>) {
    let end = register.as_ref().map_err(Clone::clone).and_then(|projects| {
        let ends: Vec<(AsOf, &str)> = projects
            .iter()
            .map(|p| p.end.map(|end| (end, p.place.as_str())).ok_or_else(|| format!("project {} has no end", p.id)))
            .collect::<Result<_, _>>()?;
        ends.into_iter().min().ok_or_else(|| "it belongs to no project".to_owned())
    });
    match end {
        Ok((end, place)) => entity.set("projectEnd", json!(end.to_string()), Origin::Declared(place.to_owned())),
        Err(reason) => entity.withhold("projectEnd", reason),
    }
}

/// The projects whose researchers can write to a bucket, where there are two or more: with fewer than two declared
/// projects there can be none.
fn derive_writers(entity: &mut Entity, document: &ResourceDocument, declared: &Declared) {
    if document.kind != "AWS::S3::Bucket" {
        return;
    }
    match &declared.projects {
        None => entity.withhold("sharedWriters", "tre.toml declares no [[project]]"),
        Some(_) if declared.set_aside.contains_key("project") => {
            entity.withhold("sharedWriters", declared.set_aside.get("project").cloned().unwrap_or_default());
        }
        Some(projects) if projects.len() < 2 => {
            let place = projects.first().map_or_else(|| "tre.toml".to_owned(), |p| p.place.clone());
            entity.set("sharedWriters", json!([]), Origin::Declared(place));
        }
        // `paths` says what is needed.
        Some(_) => {}
    }
}

/// The first approval that the register knows, and whether the resource can be proved to be younger.
///
/// `CreationDate` of a bucket is the latest it can be made: S3 moves the date when the bucket is changed, for example when
/// its policy is edited (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_Bucket.html>). So an old date proves that the
/// bucket preceded the approval, and a young one proves nothing. What does prove it is an account that Organizations
/// created after the approval, for nothing in it can be older.
fn derive_approval(
    entity: &mut Entity,
    document: &ResourceDocument,
    register: &Result<Vec<&Project>, String>,
    around: &Surroundings<'_>,
) {
    if document.kind != "AWS::S3::Bucket" {
        return;
    }
    let approval = register.as_ref().map_err(Clone::clone).and_then(|projects| {
        if !around.declared.register_given {
            return Err("no register of attestations was given".to_owned());
        }
        let project = projects.first().ok_or("it belongs to no project")?;
        // The first approval counts, also when it has run out or a renewal has taken its place.
        let subject = format!("project:{}", project.id);
        let live = around.declared.attested("approval", &subject).into_iter();
        Ok(live
            .chain(around.declared.former_approvals.iter().filter(|a| a.subject == subject))
            .filter(|a| a.made <= around.as_of)
            .map(|a| (a.made, a.place.clone()))
            .min())
    });
    let first = match approval {
        Err(reason) => {
            entity.withhold("projectApproval", reason.clone());
            entity.withhold("earliestCreation", reason);
            return;
        }
        Ok(None) => {
            entity.set("projectApproval", json!({}), Origin::Declared("attestations".to_owned()));
            None
        }
        Ok(Some((made, place))) => {
            entity.set("projectApproval", json!({ "first": made.to_string() }), Origin::Declared(place));
            Some(made)
        }
    };
    let created = super::organizations::account_created(around.estate, &document.account);
    match (created, first) {
        (Ok((created, calls)), Some(first)) if created >= first => {
            entity.set("earliestCreation", json!(created.to_string()), Origin::Derived(calls));
        }
        _ => entity.withhold(
            "earliestCreation",
            "the date of s3:ListBuckets moves when a bucket is changed, so it cannot prove that the bucket is younger: \
             needs config:GetResourceConfigHistory",
        ),
    }
}
