//! Stores of data as places: which bucket is one and whose, and which stores an account holds.
//!
//! May import: `model`, `graph`. Guarantees: a bucket is no store only where the declaration and its tags were read; of a
//! bucket that no account in view holds, only the declaration speaks.

use std::collections::BTreeSet;

use serde_json::json;

use super::declared::Declared;
use super::iam::Found;
use super::purpose::{self, REFERENCES};
use super::{Surroundings, s3};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

pub(super) const BUCKET: &str = "AWS::S3::Bucket";

/// The facts of an account.
pub(super) const FACTS: [&str; 3] = ["deletedDatasets", "stores", "survivingStores"];

/// Whether a resource of any type is a store.
///
/// # Errors
/// What would say so was not read or not declared.
pub(super) fn is_store(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    if document.kind == BUCKET {
        s3::is_store(&document.id, Some(document), around)
    } else {
        purpose::is_store(document, around.declared)
    }
}

/// The document of a bucket of this account.
pub(super) fn bucket<'a>(name: &str, around: &'a Surroundings<'_>) -> Option<&'a ResourceDocument> {
    around.documents.get(&(BUCKET.to_owned(), name.to_owned()))
}

/// Whether a bucket is a store by what can be seen from here.
///
/// # Errors
/// What would say so was not read or not declared; of a bucket of another account its tags are not seen.
pub(super) fn is_store_bucket(name: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    s3::is_store(name, bucket(name, around), around)
}

/// Whether a bucket is a declared store: one that is not the account's own counts only where a dataset names it.
///
/// # Errors
/// What would say so was not read or not declared.
pub(super) fn is_declared_store(name: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    match is_store_bucket(name, around) {
        Err(why) if bucket(name, around).is_none() => {
            s3::datasets(name, around.declared)?;
            // With the account's own buckets all seen, it is someone else's.
            around.estate.listings().listed(BUCKET, around.account).map(|()| false).map_err(|_| why)
        }
        answer => answer,
    }
}

/// The projects whose data a bucket holds: that of its tag, and those that may use a dataset which lies in it.
///
/// # Errors
/// What would say so was not read or not declared.
pub(super) fn projects_of_bucket(name: &str, around: &Surroundings<'_>) -> Result<BTreeSet<String>, String> {
    let declared = around.declared;
    let ids: BTreeSet<&str> = s3::datasets(name, declared)?.into_iter().map(|d| d.id.as_str()).collect();
    let mut found: BTreeSet<String> =
        projects(declared)?.filter(|(_, uses)| uses.iter().any(|d| ids.contains(d.as_str()))).map(|(p, _)| p).collect();
    match bucket(name, around) {
        Some(document) => found.extend(purpose::project_tag(document, declared)?.map(str::to_owned)),
        // The tags of another account's bucket are not seen from here; where a dataset names it they add nothing.
        None if ids.is_empty() => {
            around.estate.listings().listed(BUCKET, around.account)?;
        }
        None => {}
    }
    Ok(found)
}

/// The declared projects with the datasets that they may use.
fn projects(declared: &Declared) -> Result<impl Iterator<Item = (String, &Vec<String>)>, String> {
    let all = declared.projects.as_ref().ok_or("tre.toml declares no [[project]]")?;
    if let Some(why) = declared.set_aside.get("project") {
        return Err(why.clone());
    }
    Ok(all.iter().map(|project| (project.id.clone(), &project.datasets)))
}

/// Whether a bucket is a declared store of one of these projects.
///
/// # Errors
/// What would say so was not read or not declared.
pub(super) fn is_store_of(name: &str, wanted: &BTreeSet<String>, around: &Surroundings<'_>) -> Result<bool, String> {
    if !is_declared_store(name, around)? {
        return Ok(false);
    }
    projects_of_bucket(name, around).map(|found| !found.is_disjoint(wanted))
}

/// The bucket of `s3://bucket/prefix`, of its ARN, or of its bare name.
pub(super) fn bucket_of(location: &str) -> Option<&str> {
    let rest = ["s3://", "s3a://", "s3n://"].iter().find_map(|scheme| location.strip_prefix(scheme));
    let rest = rest.or_else(|| location.starts_with("arn:").then(|| location.split_once(":::"))?.map(|(_, name)| name));
    let name = rest.unwrap_or(location).split('/').next().unwrap_or_default();
    (!name.is_empty() && !name.contains(':')).then_some(name)
}

/// Whether an account is one of the environment's, or one that may be shared with.
///
/// # Errors
/// No accounts are declared.
pub(super) fn is_declared_account(account: &str, declared: &Declared) -> Result<bool, String> {
    let shared = declared.perimeter.as_ref().and_then(|table| table.get("accounts"));
    if shared.is_some_and(|list| list.iter().any(|known| known.text == account)) {
        return Ok(true);
    }
    let accounts = declared.accounts.as_ref().ok_or("tre.toml declares no [tre] accounts")?;
    Ok(accounts.values().flatten().any(|known| known.text == account))
}

/// Types that a reference may name and that no source lists.
const UNLISTED: [&str; 4] = [
    "AWS::FSx::Volume",
    "AWS::HealthLake::FHIRDatastore",
    "AWS::Omics::AnnotationStore",
    "AWS::OpenSearchService::Domain",
];

/// The types that may be stores and that are listed.
pub(super) fn kinds() -> impl Iterator<Item = &'static str> {
    let others = REFERENCES.iter().map(|(kind, _)| *kind).filter(|kind| !UNLISTED.contains(kind));
    std::iter::once(BUCKET).chain(others)
}

/// The words of references to things of which some are not listed: an account may hold one that nobody saw.
const UNSEEN: [&str; 4] = ["fsx", "healthlake", "omics", "opensearch"];

/// Why an account may hold a declared store that was not seen: it is of a kind of which not all are listed, and nothing that
/// was listed here bears its name.
pub(super) fn unseen(around: &Surroundings<'_>) -> Option<String> {
    let declared = around.declared.datasets.iter().flatten().filter(|d| !d.fields.contains_key("deleted"));
    let mut stores = declared.flat_map(|dataset| &dataset.stores).filter_map(|store| store.text.split_once(':'));
    let (word, name) = stores.find(|(word, name)| {
        let mut listed = REFERENCES.iter().filter(|(_, of)| of == word).flat_map(|(kind, _)| around.of_type(kind));
        UNSEEN.contains(word) && !listed.any(|document| purpose::names(document).contains(name))
    })?;
    Some(format!("things like {word}:{name} are not all collected, so that it may be here"))
}

/// What an account holds.
pub(super) fn derive_account(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut held = of_kinds(kinds(), document, around);
    if let Some(why) = unseen(around) {
        held.doubt(why);
    }
    held.put(entity, "stores", &Origin::Derived(Vec::new()));
    deleted(entity, document, around);
}

/// The stores of some types in an account.
pub(super) fn of_kinds(
    kinds: impl Iterator<Item = &'static str>,
    account: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Found {
    let mut found = Found::default();
    for kind in kinds {
        for document in around.of_type(kind) {
            match is_store(document, around) {
                Ok(true) => found.add(document.name()),
                Ok(false) => {}
                Err(why) => found.doubt(why),
            }
        }
        if let Err(why) = around.estate.listings().listed(kind, &account.account) {
            found.doubt(why);
        }
    }
    found
}

/// Datasets that are marked as deleted, and what of their stores is still there.
fn deleted(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let Some(datasets) = &around.declared.datasets else {
        for fact in ["deletedDatasets", "survivingStores"] {
            entity.withhold(fact, "tre.toml declares no [[dataset]]");
        }
        return;
    };
    let gone: Vec<_> = datasets.iter().filter(|d| d.fields.contains_key("deleted")).collect();
    let place = gone.first().map_or_else(|| Origin::Derived(Vec::new()), |d| Origin::Declared(d.place.clone()));
    let mut marked = Found::default();
    let mut surviving = Found::default();
    for dataset in gone {
        marked.add(&dataset.id);
        for store in &dataset.stores {
            if still_there(&store.text, document, around, &mut surviving) {
                surviving.add(format!("{}: {}", dataset.id, store.text));
            }
        }
    }
    if let Some(why) = around.declared.set_aside.get("dataset") {
        marked.doubt(why);
        surviving.doubt(why);
    }
    marked.put(entity, "deletedDatasets", &place);
    surviving.put(entity, "survivingStores", &place);
}

/// Whether something of the account bears a reference.
fn still_there(reference: &str, account: &ResourceDocument, around: &Surroundings<'_>, found: &mut Found) -> bool {
    let Some((prefix, name)) = reference.split_once(':') else { return false };
    let mut kinds: Vec<&'static str> =
        REFERENCES.iter().filter(|(_, word)| *word == prefix).map(|(kind, _)| *kind).collect();
    match prefix {
        // One word may name things of several services; of those that no source lists the listing is not answered.
        "s3" => kinds.extend([BUCKET, "AWS::S3Express::DirectoryBucket"]),
        "docdb" => kinds.extend(["AWS::RDS::DBCluster", "AWS::DocDBElastic::Cluster"]),
        "neptune" => kinds.extend(["AWS::RDS::DBCluster", "AWS::NeptuneGraph::Graph"]),
        "redshift" => kinds.push("AWS::RedshiftServerless::Namespace"),
        "opensearch" => kinds.push("AWS::OpenSearchServerless::Collection"),
        _ => {}
    }
    for kind in &kinds {
        if around.of_type(kind).any(|document| purpose::names(document).contains(name)) {
            return true;
        }
    }
    for kind in &kinds {
        if let Err(why) = around.estate.listings().listed(kind, &account.account) {
            found.doubt(format!("{reference}: {why}"));
        }
    }
    if kinds.is_empty() {
        found.doubt(format!("{reference} is of a kind that is not collected"));
    }
    false
}

/// The evidence of a place in S3 that is not as it must be.
pub(super) fn stray(what: &str, location: &str) -> String {
    let short: String = location.chars().take(200).collect();
    format!("{what}: {short}")
}

/// Holds a place in S3 against the stores of some projects: names it where it is none of theirs.
pub(super) fn check_place(
    what: &str,
    location: &str,
    projects: &Result<BTreeSet<String>, String>,
    around: &Surroundings<'_>,
    found: &mut Found,
) {
    let Some(name) = bucket_of(location) else {
        return found.doubt(format!("{} is in no form that is understood", stray(what, location)));
    };
    let answer = match (is_declared_store(name, around), projects) {
        (Ok(true), Ok(projects)) => is_store_of(name, projects, around),
        (Ok(true), Err(why)) => Err(why.clone()),
        (answer, _) => answer,
    };
    match answer {
        Ok(true) => {}
        Ok(false) => found.add(stray(what, location)),
        Err(why) => found.doubt(why),
    }
}

/// A fact of the entity that was derived before, as a set of texts.
pub(super) fn earlier(entity: &Entity, fact: &str) -> Result<BTreeSet<String>, String> {
    match entity.facts.get(fact).and_then(|fact| fact.value.as_array()) {
        Some(list) => Ok(list.iter().filter_map(|item| item.as_str()).map(str::to_owned).collect()),
        None => Err(entity.missing.get(fact).cloned().unwrap_or_else(|| format!("{fact} is not known"))),
    }
}

/// Derives whether a named bucket is a store, for things that lead to it.
pub(super) fn put_leads(entity: &mut Entity, fact: &str, name: &str, around: &Surroundings<'_>, origin: Origin) {
    match is_store_bucket(name, around) {
        Ok(is) => entity.set(fact, json!(is), origin),
        Err(why) => entity.withhold(fact, why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_read_from_every_form_of_its_name() {
        for (location, bucket) in [
            ("s3://tre-data/in/", Some("tre-data")),
            ("s3://tre-data", Some("tre-data")),
            ("arn:aws:s3:::tre-data/in", Some("tre-data")),
            ("tre-data", Some("tre-data")),
            ("https://s3.eu-west-2.amazonaws.com/tre-data/m", None),
            ("arn:aws:s3:eu-west-2:111111111111:accesspoint/x", None),
            ("s3://", None),
            ("", None),
        ] {
            assert_eq!(bucket_of(location), bucket, "{location}");
        }
    }
}
