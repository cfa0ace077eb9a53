//! What a resource is for: by the role tag and by the declaration's references (`efs:fs-0123`).
//!
//! May import: `model`, `graph`. Guarantees: a fact is true where a declaration or a tag says so, false only where both were
//! read, else withheld. Buckets know more, and derive it in a file of their own.

use std::collections::BTreeSet;

use serde_json::json;

use super::Surroundings;
use super::declared::{Declared, Placed};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// Roles under which something holds project or source data: `store` in the declaration, these as a tag.
pub(super) const STORE_ROLES: [&str; 3] = ["store", "source", "archive"];
/// The stages of an airlock.
pub(super) const STAGES: [&str; 5] = ["ingress", "request", "review", "outbound", "rejected"];
/// What else a tag may say that a resource is for.
const OTHER_ROLES: [&str; 11] =
    ["log", "workspace", "endpoint", "image", "network", "security", "backup", "shared", "release", "data", "transfer"];

/// The facts that are derived of every type of the table.
pub(super) const FACTS: [&str; 7] =
    ["classTag", "datasets", "isArchive", "isStore", "isWorkspace", "projects", "roleTag"];

/// The word before the colon with which `[[dataset]] stores` names resources of a type.
pub(super) const REFERENCES: [(&str, &str); 16] = [
    ("AWS::DynamoDB::Table", "dynamodb"),
    ("AWS::EC2::Volume", "ebs"),
    ("AWS::EFS::FileSystem", "efs"),
    ("AWS::FSx::FileSystem", "fsx"),
    ("AWS::FSx::Volume", "fsx"),
    ("AWS::Glue::Database", "glue"),
    ("AWS::HealthLake::FHIRDatastore", "healthlake"),
    ("AWS::Omics::AnnotationStore", "omics"),
    ("AWS::Omics::ReferenceStore", "omics"),
    ("AWS::Omics::SequenceStore", "omics"),
    ("AWS::Omics::VariantStore", "omics"),
    ("AWS::OpenSearchService::Domain", "opensearch"),
    ("AWS::RDS::DBCluster", "rds"),
    ("AWS::RDS::DBInstance", "rds"),
    ("AWS::Redshift::Cluster", "redshift"),
    ("AWS::S3Tables::TableBucket", "s3tables"),
];

/// Whether a word that may stand in the role tag is one that is known.
pub(super) fn is_role(role: &str) -> bool {
    STORE_ROLES.iter().chain(&STAGES).chain(&OTHER_ROLES).any(|known| known.eq_ignore_ascii_case(role))
}

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let tag = role_tag(document, around.declared);
    let origin = Origin::Derived(document.calls.get("tags").cloned().into_iter().collect());
    match &tag {
        Err(why) => entity.withhold("roleTag", why.clone()),
        Ok(None) => entity.set("roleTag", json!({}), origin.clone()),
        Ok(Some(role)) => entity.set("roleTag", json!({ "value": role }), origin.clone()),
    }
    match class_tag(document, around.declared) {
        Err(why) => entity.withhold("classTag", why),
        Ok(None) => entity.set("classTag", json!({}), origin.clone()),
        Ok(Some(class)) => entity.set("classTag", json!({ "value": class }), origin.clone()),
    }
    let stores = declared_stores(document, around.declared);
    let place = stores.as_ref().ok().and_then(|found| found.first()).map(|(_, store)| store.place.clone());
    let put = |entity: &mut Entity, name: &str, value: Result<bool, String>, place: Option<&String>| match value {
        Ok(value) => {
            let origin = place.map_or_else(|| origin.clone(), |place| Origin::Declared(place.clone()));
            entity.set(name, json!(value), origin);
        }
        Err(why) => entity.withhold(name, why),
    };
    let tagged = |roles: &[&str]| match &tag {
        Ok(Some(role)) => Ok(roles.iter().any(|wanted| wanted.eq_ignore_ascii_case(role))),
        Ok(None) => Ok(false),
        Err(why) => Err(why.clone()),
    };
    put(entity, "isArchive", tagged(&["archive"]), None);
    put(entity, "isWorkspace", tagged(&["workspace"]), None);
    put(entity, "isStore", store(&stores, &tag, around.declared), place.as_ref());
    let datasets = stores.map(|found| found.into_iter().map(|(id, _)| id).collect::<BTreeSet<&str>>());
    derive_projects(entity, document, around.declared, &datasets);
    match datasets {
        Ok(ids) => entity.set("datasets", json!(ids), place.map_or(Origin::Document, Origin::Declared)),
        Err(why) => entity.withhold("datasets", why),
    }
}

/// Whether a resource is a store of data, by the declaration or by its tag.
///
/// # Errors
/// What would say so was not read or not declared.
pub(super) fn is_store(document: &ResourceDocument, declared: &Declared) -> Result<bool, String> {
    store(&declared_stores(document, declared), &role_tag(document, declared), declared)
}

fn store(
    stores: &Result<Vec<(&str, &Placed)>, String>,
    tag: &Result<Option<&str>, String>,
    declared: &Declared,
) -> Result<bool, String> {
    let settled = matches!(tag, Ok(Some(role)) if is_role(role));
    let tagged = match tag {
        Ok(role) => Ok(role.is_some_and(|role| STORE_ROLES.iter().any(|wanted| wanted.eq_ignore_ascii_case(role)))),
        Err(why) => Err(why.clone()),
    };
    match (stores, tagged) {
        (Ok(found), _) if !found.is_empty() => Ok(true),
        (_, Ok(true)) => Ok(true),
        // A tag of some other role settles what it is where the file does not speak of it at all.
        (Err(_), Ok(false)) if settled && declared.datasets.is_none() => Ok(false),
        (Err(why), _) => Err(why.clone()),
        (Ok(_), tagged) => tagged,
    }
}

/// The value of the role tag.
///
/// # Errors
/// Tags were not read, or the key of the tag is not known.
pub(super) fn role_tag<'d>(document: &'d ResourceDocument, declared: &Declared) -> Result<Option<&'d str>, String> {
    tag(document, declared, "role", &declared.tag_role)
}

/// The value of the tag of classification.
///
/// # Errors
/// Tags were not read, or the key of the tag is not known.
pub(super) fn class_tag<'d>(document: &'d ResourceDocument, declared: &Declared) -> Result<Option<&'d str>, String> {
    tag(document, declared, "class", &declared.tag_class)
}

/// The value of the project tag.
///
/// # Errors
/// Tags were not read, or the key of the tag is not known.
pub(super) fn project_tag<'d>(document: &'d ResourceDocument, declared: &Declared) -> Result<Option<&'d str>, String> {
    tag(document, declared, "project", &declared.tag_project)
}

fn tag<'d>(
    document: &'d ResourceDocument,
    declared: &Declared,
    name: &str,
    key: &str,
) -> Result<Option<&'d str>, String> {
    if declared.given && key.is_empty() {
        return Err(format!("the tag key of [tre.tags] {name} was set aside"));
    }
    match &document.tags {
        Some(tags) if !document.missing.contains_key("tags") => Ok(tags.get(key).map(String::as_str)),
        _ => Err(document.missing.get("tags").cloned().unwrap_or_else(|| "tags were not read".to_owned())),
    }
}

/// The datasets that name the resource as a store, each with the reference that does.
///
/// # Errors
/// The register of datasets is not declared, or part of it was set aside.
pub(super) fn declared_stores<'d>(
    document: &ResourceDocument,
    declared: &'d Declared,
) -> Result<Vec<(&'d str, &'d Placed)>, String> {
    let datasets = declared.datasets.as_ref().ok_or("tre.toml declares no [[dataset]]")?;
    let prefix = REFERENCES.iter().find(|(kind, _)| *kind == document.kind).map(|(_, prefix)| *prefix);
    let names = names(document);
    let is_named = |reference: &str| match (reference.split_once(':'), prefix) {
        // RDS lists the clusters of DocumentDB and of Neptune with its own.
        (Some((kind, name)), Some(prefix)) => {
            let of_rds = document.kind == "AWS::RDS::DBCluster" || document.kind == "AWS::RDS::DBInstance";
            (kind == prefix || (of_rds && ["docdb", "neptune"].contains(&kind))) && names.contains(name)
        }
        _ => false,
    };
    let stores = datasets.iter().flat_map(|d| d.stores.iter().map(move |store| (d.id.as_str(), store)));
    let found: Vec<(&str, &Placed)> = stores.filter(|(_, store)| is_named(&store.text)).collect();
    match declared.set_aside.get("dataset") {
        // What was set aside may name it.
        Some(why) if found.is_empty() && prefix.is_some() => Err(why.clone()),
        _ => Ok(found),
    }
}

/// What a reference may call a resource: its id, its ARN, or the last part of either.
pub(super) fn names(document: &ResourceDocument) -> BTreeSet<&str> {
    let whole = std::iter::once(document.id.as_str()).chain(document.arn.as_deref());
    whole.flat_map(|name| [name, name.rsplit([':', '/']).next().unwrap_or(name)]).filter(|n| !n.is_empty()).collect()
}

/// The projects that a resource belongs to: that of its tag, and those that may use a dataset which lies in it.
fn derive_projects(
    entity: &mut Entity,
    document: &ResourceDocument,
    declared: &Declared,
    datasets: &Result<BTreeSet<&str>, String>,
) {
    let tags = document.tags.as_ref().filter(|_| !document.missing.contains_key("tags"));
    let of_tag = match tags {
        Some(_) if declared.given && declared.tag_project.is_empty() => {
            Err("the tag key of [tre.tags] project was set aside".to_owned())
        }
        Some(tags) => Ok(tags.get(&declared.tag_project).map(String::as_str)),
        None => Err(document.missing.get("tags").cloned().unwrap_or_else(|| "tags were not read".to_owned())),
    };
    let found = of_tag.and_then(|of_tag| {
        let ids = datasets.as_ref().map_err(Clone::clone)?;
        let mut found: BTreeSet<&str> = of_tag.into_iter().collect();
        if !ids.is_empty() {
            let projects = declared.projects.as_ref().ok_or("tre.toml declares no [[project]]")?;
            if let Some(why) = declared.set_aside.get("project") {
                return Err(why.clone());
            }
            let uses = |datasets: &[String]| datasets.iter().any(|d| ids.contains(d.as_str()));
            found.extend(projects.iter().filter(|p| uses(&p.datasets)).map(|p| p.id.as_str()));
        }
        Ok(found)
    });
    match found {
        Ok(found) => {
            let calls = document.calls.get("tags").cloned().into_iter().collect();
            entity.set("projects", json!(found), Origin::Derived(calls));
        }
        Err(why) => entity.withhold("projects", why),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;
    use crate::declaration::Declaration;
    use crate::graph::{Estate, build};
    use crate::model::time::AsOf;

    fn facts(declaration: &str, tags: Option<&[(&str, &str)]>) -> (BTreeMap<String, Value>, BTreeMap<String, String>) {
        let document = ResourceDocument {
            kind: "AWS::RDS::DBInstance".to_owned(),
            id: "arn:aws:rds:eu-west-2:111111111111:db:ehr".to_owned(),
            account: "111111111111".to_owned(),
            region: "eu-west-2".to_owned(),
            tags: tags.map(|tags| tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()),
            ..ResourceDocument::default()
        };
        let declaration = Declaration::parse("tre.toml", declaration).unwrap();
        let declared = Declared::new(Some(&declaration), None);
        let known = |_: &str| FACTS.iter().map(|f| (*f).to_owned()).collect();
        let estate = Estate::default();
        let shard = build("111111111111", vec![document], &estate, &declared, AsOf::from_unix(0), &known);
        let entity = shard.entities.into_values().next().unwrap();
        (entity.facts.into_iter().map(|(name, fact)| (name, fact.value)).collect(), entity.missing)
    }

    const DATASET: &str =
        "[[project]]\nid = \"cardio\"\ndatasets = [\"ehr\"]\n[[dataset]]\nid = \"ehr\"\nstores = [\"rds:ehr\"]\n";

    #[test]
    fn a_reference_makes_a_store_and_leads_to_the_projects_that_may_use_it() {
        let (found, _) = facts(DATASET, Some(&[]));
        assert_eq!(found["isStore"], true);
        assert_eq!(found["datasets"], json!(["ehr"]));
        assert_eq!(found["projects"], json!(["cardio"]));
        let (found, _) = facts(&DATASET.replace("rds:ehr", "efs:ehr"), Some(&[("tre:project", "neuro")]));
        assert_eq!(found["isStore"], false, "a file system of that name is another thing");
        assert_eq!(found["projects"], json!(["neuro"]));
    }

    #[test]
    fn nothing_is_no_store_while_a_tag_or_the_register_could_say_so() {
        let (found, missing) = facts("", Some(&[]));
        assert!(!found.contains_key("isStore") && missing["isStore"].contains("[[dataset]]"));
        let (found, _) = facts("", Some(&[("tre:role", "source")]));
        assert_eq!(found["isStore"], true);
        let (found, _) = facts("", Some(&[("tre:role", "workspace")]));
        assert_eq!((&found["isStore"], &found["isWorkspace"]), (&json!(false), &json!(true)));
        let (found, missing) = facts(&DATASET.replace("rds:ehr", "efs:other"), None);
        assert!(!found.contains_key("isStore") && !found.contains_key("roleTag"));
        assert_eq!(missing["isStore"], "tags were not read");
    }
}
