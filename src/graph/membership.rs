//! To which project a resource, a role or a place belongs.
//!
//! May import: `model`, `graph`. Guarantees: an empty set means that everything that could name a project was read and
//! none does; whatever was not read is an error.

use std::collections::BTreeSet;

use super::declared::Declared;
use super::organizations::text;
use super::{Surroundings, persona, purpose};
use crate::model::call::CallId;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// Projects by id.
pub(super) type Projects = BTreeSet<String>;

const BUCKET: &str = "AWS::S3::Bucket";
const ROLE: &str = "AWS::IAM::Role";

/// Types that `[[dataset]] stores` can name.
const STORES: [&str; 7] = [
    "AWS::EC2::Volume",
    "AWS::EFS::FileSystem",
    "AWS::FSx::FileSystem",
    "AWS::Glue::Database",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
];

/// The value of the project tag.
///
/// # Errors
/// Tags were not read, or the key of the tag is not known.
pub(super) fn tag<'d>(document: &'d ResourceDocument, declared: &Declared) -> Result<Option<&'d str>, String> {
    if declared.given && declared.tag_project.is_empty() {
        return Err("the tag key of [tre.tags] project was set aside".to_owned());
    }
    match &document.tags {
        Some(tags) if !document.missing.contains_key("tags") => Ok(tags.get(&declared.tag_project).map(String::as_str)),
        _ => Err(document.missing.get("tags").cloned().unwrap_or_else(|| "tags were not read".to_owned())),
    }
}

/// The projects of a resource: that of its tag, and those that may use a dataset which lies in it.
///
/// # Errors
/// Tags or the register were not read.
pub(super) fn of_resource(document: &ResourceDocument, declared: &Declared) -> Result<Projects, String> {
    let mut found: Projects = tag(document, declared)?.into_iter().map(str::to_owned).collect();
    let datasets = datasets_in(document, declared)?;
    if !datasets.is_empty() {
        let projects = declared.projects.as_ref().ok_or("tre.toml declares no [[project]]")?;
        if let Some(why) = declared.set_aside.get("project") {
            return Err(why.clone());
        }
        let uses = |ids: &[String]| ids.iter().any(|id| datasets.contains(id.as_str()));
        found.extend(projects.iter().filter(|p| uses(&p.datasets)).map(|p| p.id.clone()));
    }
    Ok(found)
}

/// The datasets that name a resource as their store.
///
/// # Errors
/// The register of datasets is not declared, or part of it was set aside.
pub(super) fn datasets_in<'d>(
    document: &ResourceDocument,
    declared: &'d Declared,
) -> Result<BTreeSet<&'d str>, String> {
    if document.kind == BUCKET {
        return in_store(&format!("s3:{}", document.id), declared);
    }
    if !STORES.contains(&document.kind.as_str()) {
        return Ok(BTreeSet::new());
    }
    Ok(purpose::declared_stores(document, declared)?.into_iter().map(|(id, _)| id).collect())
}

/// The datasets of one reference (`s3:name`, `glue:name`).
pub(super) fn in_store<'d>(reference: &str, declared: &'d Declared) -> Result<BTreeSet<&'d str>, String> {
    let all = declared.datasets.as_ref().ok_or("tre.toml declares no [[dataset]]")?;
    if let Some(why) = declared.set_aside.get("dataset") {
        return Err(why.clone());
    }
    let named = all.iter().filter(|d| d.stores.iter().any(|s| s.text == reference));
    Ok(named.map(|d| d.id.as_str()).collect())
}

/// The projects of a bucket by its name.
pub(super) fn of_bucket(name: &str, around: &Surroundings<'_>) -> Result<Projects, String> {
    match around.documents.get(&(BUCKET.to_owned(), name.to_owned())) {
        Some(bucket) => of_resource(bucket, around.declared),
        None => Err(format!("bucket {name} was not seen in this account")),
    }
}

/// The projects of a role: that of its tag, else those for which `{project}` stands in the patterns that name it.
pub(super) fn of_role(role: &ResourceDocument, declared: &Declared) -> Result<Projects, String> {
    if let Some(tag) = tag(role, declared)? {
        return Ok(BTreeSet::from([tag.to_owned()]));
    }
    let matches = persona::of_role(declared, text(role, "RoleName")?, text(role, "Path")?);
    let found: Projects = matches.certain.into_iter().filter_map(|m| m.project).collect();
    match matches.unknown.into_values().next() {
        Some(why) => Err(why),
        None => Ok(found),
    }
}

/// A role of this account by its ARN, the ARN of a session of it, or its name.
pub(super) fn role<'a>(named: &str, around: &'a Surroundings<'_>) -> Result<&'a ResourceDocument, String> {
    let unread = || format!("the role {named} was not seen in this account");
    if let Some(found) = around.documents.get(&(ROLE.to_owned(), named.to_owned())) {
        return Ok(found);
    }
    let (account, name) = match named.strip_prefix("arn:") {
        None => (around.account, named.rsplit('/').next().unwrap_or(named)),
        Some(_) => role_name(named).map(|(account, name, _)| (account, name)).ok_or_else(unread)?,
    };
    if account != around.account {
        return Err(unread());
    }
    around.of_type(ROLE).find(|r| text(r, "RoleName") == Ok(name)).ok_or_else(unread)
}

/// Account, name and path of a role in an ARN; the path is none in the ARN of a session.
pub(super) fn role_name(arn: &str) -> Option<(&str, &str, Option<String>)> {
    let mut parts = arn.splitn(6, ':');
    let (_, _, service, _, account, rest) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    match (service, rest.split_once('/')?) {
        ("iam", ("role", rest)) => {
            let (path, name) = rest.rsplit_once('/').map_or((String::from("/"), rest), |(p, n)| (format!("/{p}/"), n));
            Some((account, name, Some(path)))
        }
        ("sts", ("assumed-role", rest)) => Some((account, rest.split('/').next()?, None)),
        _ => None,
    }
}

/// The projects of a role by its ARN or name.
pub(super) fn of_role_named(named: &str, around: &Surroundings<'_>) -> Result<Projects, String> {
    of_role(role(named, around)?, around.declared)
}

/// The bucket of `s3://bucket/prefix`, an S3 ARN, or a plain name.
pub(super) fn bucket_of(place: &str) -> Option<&str> {
    let rest = place.strip_prefix("s3://").or_else(|| place.split_once(":s3:::").map(|(_, rest)| rest))?;
    let name = rest.split('/').next().unwrap_or(rest);
    (!name.is_empty() && !name.contains(':')).then_some(name)
}

/// Withholds facts for one reason.
pub(super) fn withhold_all(entity: &mut Entity, facts: &[&str], reason: &str) {
    for fact in facts {
        entity.withhold(fact, reason);
    }
}

/// Derived from the calls behind these facets of a document.
pub(super) fn derived(document: &ResourceDocument, facets: &[&str]) -> Origin {
    let calls: BTreeSet<CallId> = facets.iter().filter_map(|f| document.calls.get(*f).cloned()).collect();
    Origin::Derived(calls.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_found_in_each_form_of_its_arn() {
        let found = |arn| role_name(arn);
        assert_eq!(found("arn:aws:iam::1:role/a"), Some(("1", "a", Some("/".to_owned()))));
        assert_eq!(found("arn:aws:iam::1:role/x/y/a"), Some(("1", "a", Some("/x/y/".to_owned()))));
        assert_eq!(found("arn:aws:sts::1:assumed-role/a/session"), Some(("1", "a", None)));
        for other in ["", "arn:aws:iam::1:root", "arn:aws:iam::1:user/a", "arn:aws:iam::1", "a/b"] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn a_place_in_s3_names_its_bucket() {
        assert_eq!(bucket_of("s3://tre-data/a/b"), Some("tre-data"));
        assert_eq!(bucket_of("arn:aws:s3:::tre-data/a"), Some("tre-data"));
        for other in ["", "s3://", "s3:///a", "nfs://host/a", "s3://arn:aws:s3:eu-west-2:1:accesspoint/a"] {
            assert_eq!(bucket_of(other), None, "{other}");
        }
    }
}
