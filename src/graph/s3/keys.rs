//! Which key a bucket encrypts with, and whether a write may choose another.
//!
//! May import: `model`, `graph`. Guarantees: two names of a key are called different only when they certainly are.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::Surroundings;
use super::super::perimeter::Guards;
use super::super::statement::{Answer, Given, Permitted, Scenario, denies};
use super::{bucket_arn, derived, partition, put, put_answer, read};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const FACET: &str = "BucketEncryption";

/// Default encryption of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Default {
    /// `AES256`, `aws:kms`, `aws:kms:dsse`, or `none`.
    pub(super) algorithm: String,
    /// The ARN (or alias ARN) of a key of the customer's; none for a key that AWS manages for the whole service.
    pub(super) key: Option<String>,
    blocked: BTreeSet<String>,
}

/// Reads the facet.
///
/// # Errors
/// It was not read, or is in no form that is understood.
pub(super) fn default_encryption(document: &ResourceDocument) -> Result<Default, String> {
    let facet = read(document, FACET)?;
    if !facet.is_object() {
        return Err("BucketEncryption is in no form that is understood".to_owned());
    }
    let rules = facet.get("ServerSideEncryptionConfiguration").and_then(Value::as_array).map(Vec::as_slice);
    let rule = match rules {
        None | Some([]) => return Ok(Default { algorithm: "none".to_owned(), key: None, blocked: BTreeSet::new() }),
        Some([rule]) => rule,
        Some(_) => return Err("BucketEncryption has more than one rule".to_owned()),
    };
    let by_default = rule.get("ServerSideEncryptionByDefault");
    let algorithm = by_default.and_then(|d| d.get("SSEAlgorithm")).and_then(Value::as_str).unwrap_or("none");
    let key = by_default.and_then(|d| d.get("KMSMasterKeyID")).and_then(Value::as_str).filter(|k| !k.is_empty());
    let blocked = rule.pointer("/BlockedEncryptionTypes/EncryptionType").and_then(Value::as_array);
    Ok(Default {
        algorithm: algorithm.to_owned(),
        key: key.filter(|_| algorithm.starts_with("aws:kms")).and_then(|k| customer_key(k, document)),
        blocked: blocked.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}

/// The ARN that a key id, alias or ARN stands for in the bucket's account and Region; none for `alias/aws/s3`.
fn customer_key(name: &str, document: &ResourceDocument) -> Option<String> {
    if name == "alias/aws/s3" || name.ends_with(":alias/aws/s3") {
        return None;
    }
    if name.starts_with("arn:") {
        return Some(name.to_owned());
    }
    let resource = if name.starts_with("alias/") { name.to_owned() } else { format!("key/{name}") };
    Some(format!("arn:{}:kms:{}:{}:{resource}", partition(document), document.region, document.account))
}

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>, all: &Guards) {
    let default = match default_encryption(document) {
        Ok(default) => default,
        Err(why) => {
            for fact in ["defaultEncryption", "blockedEncryption", "otherKeyWrites", "keyProjects"] {
                entity.withhold(fact, why.clone());
            }
            // What a customer's own key is denied by does not depend on the default.
            return customer_provided(entity, document, all);
        }
    };
    let mut value = json!({ "algorithm": default.algorithm });
    if let (Some(key), Some(members)) = (&default.key, value.as_object_mut()) {
        members.insert("customerKey".to_owned(), json!(key));
    }
    entity.set("defaultEncryption", value, derived(document, &[FACET]));
    entity.set("blockedEncryption", json!(default.blocked), derived(document, &[FACET]));
    key_projects(entity, document, around, &default);
    customer_provided(entity, document, all);
    other_keys(entity, document, all, &default);
}

const ALGORITHM: &str = "s3:x-amz-server-side-encryption";
const KEY: &str = "s3:x-amz-server-side-encryption-aws-kms-key-id";
const CUSTOMER: &str = "s3:x-amz-server-side-encryption-customer-algorithm";

/// Writes under a key that the client brings (SSE-C).
fn customer_provided(entity: &mut Entity, document: &ResourceDocument, all: &Guards) {
    let objects = format!("{}/*", bucket_arn(document));
    let scenario =
        Scenario::any().with(CUSTOMER, Given::Is("AES256")).with(ALGORITHM, Given::Absent).with(KEY, Given::Absent);
    let answer = all.settle(denies(&all.guards, &[("s3:PutObject", &objects)], &scenario));
    put_answer(entity, "customerKeyWrites", answer, &all.calls);
}

/// Writes that name another algorithm, another key, or KMS without a key: S3 then takes the key that AWS manages and not
/// the bucket's default (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>,
/// x-amz-server-side-encryption-aws-kms-key-id).
fn other_keys(entity: &mut Entity, document: &ResourceDocument, all: &Guards, default: &Default) {
    let objects = format!("{}/*", bucket_arn(document));
    let asked = [("s3:PutObject", objects.as_str())];
    let own = |value: &str| match &default.key {
        Some(key) if key == value => Answer::Yes,
        Some(key) if key.contains(":alias/") => {
            Answer::Unknown("the default key is named by an alias, the policy names a key".to_owned())
        }
        Some(key) if key.rsplit('/').next() == Some(value) => Answer::Yes,
        _ => Answer::no(format!("a write under {value} is let out")),
    };
    let mut answer = Answer::Yes;
    for (what, scenario) in [
        ("AES256", unnamed("AES256")),
        ("aws:kms without a key", unnamed("aws:kms")),
        ("aws:kms:dsse without a key", unnamed("aws:kms:dsse")),
        ("another key", named("aws:kms", &own)),
        ("another key (DSSE)", named("aws:kms:dsse", &own)),
    ] {
        answer = answer.and(match denies(&all.guards, &asked, &scenario) {
            Answer::No(ways) => Answer::No(ways.into_iter().map(|way| format!("{what}: {way}")).collect()),
            other => other,
        });
    }
    put_answer(entity, "otherKeyWrites", all.settle(answer), &all.calls);
}

fn unnamed(algorithm: &str) -> Scenario<'_> {
    Scenario::any().with(ALGORITHM, Given::Is(algorithm)).with(KEY, Given::Absent)
}

fn named<'a>(algorithm: &'a str, own: Permitted<'a>) -> Scenario<'a> {
    Scenario::any().with(ALGORITHM, Given::Is(algorithm)).with(KEY, Given::PresentOutside(own))
}

/// The projects that the key is tagged for.
fn key_projects(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>, default: &Default) {
    let Some(key) = &default.key else {
        return entity.set("keyProjects", json!([]), derived(document, &[FACET]));
    };
    let mut keys = around.of_type("AWS::KMS::Key");
    // By the ARN where it is known: replicas of a multi-Region key have one id and tags of their own.
    let found = keys.find(|k| match &k.arn {
        Some(arn) => arn == key,
        None => key.ends_with(&format!(":key/{}", k.id)),
    });
    let (value, origin) = match found {
        None => (Err(format!("the tags of {key} were not read")), Origin::Document),
        Some(found) => match &found.tags {
            Some(tags) => (
                Ok(json!(tags.get(&around.declared.tag_project).into_iter().collect::<Vec<_>>())),
                Origin::Derived(found.calls.get("tags").cloned().into_iter().collect()),
            ),
            None => (Err(super::missing(found, "tags")), Origin::Document),
        },
    };
    put(entity, "keyProjects", value, origin);
}

/// Whether two buckets encrypt with the same key.
///
/// # Errors
/// An alias stands against something else: it may be the same key.
pub(super) fn same_key(a: &str, b: &str) -> Result<bool, String> {
    // Replicas of a multi-Region key have one id and one key material.
    let id = |arn: &str| arn.rsplit_once(":key/").map(|(_, id)| id.to_owned()).filter(|id| id.starts_with("mrk-"));
    if a == b || id(a).is_some_and(|a| id(b) == Some(a)) {
        return Ok(true);
    }
    if a.contains(":alias/") || b.contains(":alias/") {
        return Err(format!("{a} and {b} may be the same key: an alias does not say which it is"));
    }
    Ok(false)
}
