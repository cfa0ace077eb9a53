//! The stages of the airlock beside one another: buckets and keys that they share.
//!
//! May import: `model`, `graph`. Guarantees: keys are called apart only when every other stage's encryption was read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::super::Surroundings;
use super::keys::{default_encryption, same_key};
use super::{Place, STAGES, STORE_ROLES, derived, missing, put};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = || derived(document, &["BucketEncryption", "tags"]);
    let place = Place::new(&document.id, Some(document), around);
    if around.declared.airlock.is_none() {
        for fact in ["sharedBucketStages", "serviceKeyStages", "sharedKeyStages"] {
            entity.withhold(fact, "tre.toml declares no [airlock]");
        }
        return;
    }
    // Without datasets the data stores are not known: what is shared with the stages alone can still be found.
    let no_stores = match &around.declared.datasets {
        Some(_) => around.declared.set_aside.get("dataset").cloned(),
        None => Some("tre.toml declares no [[dataset]], so the data stores are not known".to_owned()),
    };
    let mut own: BTreeSet<&str> = place.declared.keys().filter_map(|role| stage(role)).collect();
    if let Ok(Some(tag)) = &place.tagged {
        own.extend(stage(tag));
    }
    let shared = match &place.tagged {
        _ if own.len() > 1 => Ok(json!(own)),
        _ if no_stores.is_some() => Err(no_stores.clone().unwrap_or_default()),
        _ if around.declared.set_aside.contains_key("airlock") => {
            Err(around.declared.set_aside.get("airlock").cloned().unwrap_or_default())
        }
        // A tag might give it a second role.
        Err(why) => Err(why.clone()),
        Ok(_) => Ok(json!([])),
    };
    put(entity, "sharedBucketStages", shared, origin());

    let mine = default_encryption(document);
    let mut service: BTreeSet<String> = BTreeSet::new();
    let mut same: BTreeSet<String> = BTreeSet::new();
    let mut unknown = no_stores.or_else(|| around.declared.set_aside.get("airlock").cloned());
    // Stages that only a tag names are looked for in the bucket's own account.
    if let Err(why) = around.estate.listings().listed("AWS::S3::Bucket", &document.account) {
        unknown = Some(why);
    }
    let (others, unread) = others(document, around);
    unknown = unread.or(unknown);
    for (name, roles) in others {
        let Some(other) = around.documents.get(&("AWS::S3::Bucket".to_owned(), name.clone())) else {
            unknown = Some(format!("bucket {name} ({roles}) was not seen in this account"));
            continue;
        };
        match (&mine, default_encryption(other)) {
            (Ok(mine), Ok(theirs)) => match (&mine.key, &theirs.key) {
                // A key that AWS manages for all of S3 serves whoever may read the bucket: nothing is apart.
                (None, None) => {
                    service.insert(format!("{roles}: {name}"));
                }
                (Some(a), Some(b)) => match same_key(a, b) {
                    Ok(true) => {
                        same.insert(format!("{roles}: {name}"));
                    }
                    Ok(false) => {}
                    Err(why) => unknown = Some(why),
                },
                _ => {}
            },
            (Err(why), _) => unknown = Some(why.clone()),
            (_, Err(why)) => unknown = Some(why),
        }
    }
    let settle = |found: &BTreeSet<String>| match &unknown {
        Some(why) if found.is_empty() => Err(why.clone()),
        _ => Ok(json!(found)),
    };
    put(entity, "serviceKeyStages", settle(&service), origin());
    // Sharing a customer's key is a fault only where a research persona may use it.
    let same = if same.is_empty() {
        settle(&same)
    } else {
        let list = same.into_iter().collect::<Vec<_>>().join(", ");
        Err(format!("it shares its key with {list}; whether a research persona may use it needs path analysis"))
    };
    put(entity, "sharedKeyStages", same, origin());
}

/// A role as one of those that are kept apart.
fn stage(role: &str) -> Option<&str> {
    let same = |known: &&&str| known.eq_ignore_ascii_case(role);
    if STORE_ROLES.iter().any(|known| same(&known)) { Some("store") } else { STAGES.iter().find(same).copied() }
}

/// The other buckets of the airlock and the data stores, with their roles; and why there may be more.
fn others(document: &ResourceDocument, around: &Surroundings<'_>) -> (BTreeMap<String, String>, Option<String>) {
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let declared = around.declared;
    for (stage, stores) in declared.airlock.iter().flatten() {
        for store in stores.iter().filter_map(|s| s.text.strip_prefix("s3:")) {
            found.entry(store.to_owned()).or_default().insert(stage);
        }
    }
    for dataset in declared.datasets.iter().flatten() {
        for store in dataset.stores.iter().filter_map(|s| s.text.strip_prefix("s3:")) {
            found.entry(store.to_owned()).or_default().insert("store");
        }
    }
    let mut unread = None;
    for bucket in around.of_type("AWS::S3::Bucket") {
        match bucket.tags.as_ref().map(|tags| tags.get(&declared.tag_role)) {
            Some(tag) => {
                if let Some(role) = tag.and_then(|role| stage(role)) {
                    found.entry(bucket.id.clone()).or_default().insert(role);
                }
            }
            None if found.contains_key(&bucket.id) || bucket.id == document.id => {}
            None => unread = Some(format!("{}: {}", bucket.id, missing(bucket, "tags"))),
        }
    }
    found.remove(&document.id);
    let found =
        found.into_iter().map(|(name, roles)| (name, roles.into_iter().collect::<Vec<_>>().join(" and "))).collect();
    (found, unread)
}
