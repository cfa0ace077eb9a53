//! The declaration's own resources: projects and datasets, as documents and as facts.
//!
//! May import: `model`, `graph`. Guarantees: a document holds what the entry says and nothing else; attestations count
//! only while they live; without a register nothing is said about attestations.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Surroundings;
use super::declared::{Declared, Project};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};
use crate::model::time::AsOf;

/// The account of documents that stand in no account.
pub const DECLARED_ACCOUNT: &str = "declared";

/// Whether a type is declared and never seen in AWS.
#[must_use]
pub fn is_declared_type(kind: &str) -> bool {
    kind.starts_with("TRE::")
}

/// The documents of declared projects and datasets.
#[must_use]
pub fn documents(declared: &Declared) -> Vec<ResourceDocument> {
    let document = |kind: &str, id: String, properties: BTreeMap<String, Value>| ResourceDocument {
        kind: kind.to_owned(),
        id,
        account: DECLARED_ACCOUNT.to_owned(),
        region: "global".to_owned(),
        properties,
        ..ResourceDocument::default()
    };
    let text = |fields: &BTreeMap<String, String>| {
        fields.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<BTreeMap<String, Value>>()
    };
    let mut all = Vec::new();
    for project in declared.projects.iter().flatten() {
        let mut properties = text(&project.fields);
        properties.insert("id".to_owned(), json!(project.id));
        properties.insert("datasets".to_owned(), json!(project.datasets));
        put_time(&mut properties, "start", project.start);
        put_time(&mut properties, "end", project.end);
        all.push(document("TRE::Project", format!("project:{}", project.id), properties));
    }
    for dataset in declared.datasets.iter().flatten() {
        let mut properties = text(&dataset.fields);
        properties.insert("id".to_owned(), json!(dataset.id));
        let stores: Vec<&str> = dataset.stores.iter().map(|s| s.text.as_str()).collect();
        properties.insert("stores".to_owned(), json!(stores));
        for (name, value) in [("identifiability", &dataset.identifiability), ("class", &dataset.class)] {
            if let Some(value) = value {
                properties.insert(name.to_owned(), json!(value));
            }
        }
        put_time(&mut properties, "delete_by", dataset.delete_by);
        all.push(document("TRE::Dataset", format!("dataset:{}", dataset.id), properties));
    }
    all
}

/// A declared bucket that no account showed. Nothing is known of it but what the declaration says.
#[must_use]
pub fn unseen_bucket(name: &str, place: &str) -> ResourceDocument {
    let mut document = ResourceDocument {
        kind: "AWS::S3::Bucket".to_owned(),
        id: name.to_owned(),
        arn: Some(format!("arn:aws:s3:::{name}")),
        account: DECLARED_ACCOUNT.to_owned(),
        region: "unknown".to_owned(),
        ..ResourceDocument::default()
    };
    let reason = format!("declared at {place}, but no account that was read holds it");
    for facet in super::BUCKET_FACETS.into_iter().chain(["tags"]) {
        document.missing.insert(facet.to_owned(), reason.clone());
    }
    document
}

fn put_time(properties: &mut BTreeMap<String, Value>, name: &str, time: Option<AsOf>) {
    if let Some(time) = time {
        properties.insert(name.to_owned(), json!(time.to_string()));
    }
}

/// Facts of a declared project.
pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    if document.kind != "TRE::Project" {
        return;
    }
    let found = document
        .id
        .strip_prefix("project:")
        .and_then(|id| around.declared.projects.iter().flatten().find(|p| p.id == id));
    let Some(project) = found else {
        for fact in ["entry", "approvedDatasets", "unregisteredDatasets", "liveDpias", "liveApprovals"] {
            entity.withhold(fact, "tre.toml has no such project");
        }
        return;
    };
    let declared = Origin::Declared(project.place.clone());
    entity.set("entry", entry(project), declared.clone());
    entity.set("approvedDatasets", json!(project.datasets), declared.clone());
    match &around.declared.datasets {
        None => entity.withhold("unregisteredDatasets", "tre.toml declares no [[dataset]]"),
        Some(datasets) => {
            let unknown: Vec<&String> =
                project.datasets.iter().filter(|id| !datasets.iter().any(|d| d.id == **id)).collect();
            entity.set("unregisteredDatasets", json!(unknown), declared);
        }
    }
    for (fact, kind) in [("liveDpias", "dpia"), ("liveApprovals", "approval")] {
        if around.declared.register_given {
            let live: Vec<_> = around
                .declared
                .attested(kind, &document.id)
                .into_iter()
                .filter(|a| a.made <= around.as_of && a.expires.is_some_and(|end| around.as_of < end))
                .collect();
            let ids: Vec<&str> = live.iter().map(|a| a.id.as_str()).collect();
            let place = live.first().map_or_else(|| "attestations".to_owned(), |a| a.place.clone());
            entity.set(fact, json!(ids), Origin::Declared(place));
        } else {
            entity.withhold(fact, "no register of attestations was given");
        }
    }
}

/// The members of an entry that a complete one has; a member that is empty is left out.
fn entry(project: &Project) -> Value {
    let mut members = serde_json::Map::new();
    for name in ["owner", "lead", "manager", "legal_basis", "tier"] {
        if let Some(value) = project.fields.get(name).filter(|v| !v.trim().is_empty()) {
            members.insert(name.to_owned(), json!(value));
        }
    }
    for (name, time) in [("start", project.start), ("end", project.end)] {
        if let Some(time) = time {
            members.insert(name.to_owned(), json!(time.to_string()));
        }
    }
    Value::Object(members)
}

/// Whether an account belongs to the research environment: it is declared, and not merely as the account that manages
/// the organisation.
///
/// # Errors
/// No accounts are declared.
pub(super) fn is_tre_account(declared: &Declared, account: &str) -> Result<bool, String> {
    let accounts = declared.accounts.as_ref().ok_or("tre.toml declares no [tre] accounts")?;
    Ok(accounts
        .iter()
        .filter(|(purpose, _)| purpose.as_str() != "management")
        .any(|(_, ids)| ids.iter().any(|id| id.text == account)))
}

/// The fact `accountRoles` of anything in an account: what the declaration says that the account is for.
pub(super) fn derive_account_roles(entity: &mut Entity, document: &ResourceDocument, declared: &Declared) {
    if document.account == DECLARED_ACCOUNT {
        return entity.withhold("accountRoles", "no account that was read holds it");
    }
    let Some(accounts) = &declared.accounts else {
        return entity.withhold("accountRoles", "tre.toml declares no [tre] accounts");
    };
    let mine = accounts.iter().filter(|(_, ids)| ids.iter().any(|id| id.text == document.account));
    let place = mine.clone().flat_map(|(_, ids)| ids).map(|id| id.place.clone()).next();
    let roles: BTreeSet<&String> = mine.map(|(role, _)| role).collect();
    entity.set("accountRoles", json!(roles), place.map_or(Origin::Derived(Vec::new()), Origin::Declared));
}

/// The fact `treAccount` of anything in an account.
pub(super) fn derive_tre_account(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    if document.account == DECLARED_ACCOUNT {
        entity.withhold("treAccount", "no account that was read holds it");
        return;
    }
    match is_tre_account(around.declared, &document.account) {
        Ok(is) => {
            let place = around
                .declared
                .accounts
                .iter()
                .flat_map(BTreeMap::values)
                .flatten()
                .find(|id| id.text == document.account)
                .map_or_else(|| "tre.toml".to_owned(), |id| id.place.clone());
            entity.set("treAccount", json!(is), Origin::Declared(place));
        }
        Err(reason) => entity.withhold("treAccount", reason),
    }
}
