//! Doors to buckets besides the bucket itself: access grants, multi-Region access points, Object Lambda access points.
//!
//! May import: `model`, `graph`. Guarantees: a door leads to no store only where the bucket behind it was seen; a grantee
//! is of a project only where its own document or a persona says so.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::declared::Declared;
use super::iam::Found;
use super::organizations::text;
use super::project_tags;
use super::purpose::project_tag;
use super::reading::{list, origin, place_of, put, record, word};
use super::{Surroundings, stores};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const ROLE: &str = "AWS::IAM::Role";
const POINT: &str = "AWS::S3::AccessPoint";
const FUNCTION: &str = "AWS::Lambda::Function";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "AWS::S3::AccessGrant" => grant(entity, document, around),
        "AWS::S3::MultiRegionAccessPoint" => multi_region(entity, document, around),
        _ => object_lambda(entity, document, around),
    }
}

fn grant(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let facets = ["GrantScope", "Grantee"];
    let bucket = text(document, "GrantScope").map(|scope| {
        // `s3://*` is every bucket, `s3://bucket/prefix*` a part of one.
        stores::bucket_of(scope).filter(|name| !name.contains('*'))
    });
    let is_store = bucket.clone().and_then(|bucket| match bucket {
        Some(name) => stores::is_store_bucket(name, around),
        None => Ok(true),
    });
    put(entity, "leadsToStore", is_store.map(|is| json!(is)), origin(document, &facets));
    let mut found = Found::default();
    match (bucket, record(document, "Grantee")) {
        (Ok(bucket), Ok(grantee)) => grantees(bucket, grantee, document, around, &mut found),
        (Err(why), _) | (_, Err(why)) => found.doubt(why),
    }
    found.put(entity, "foreignGrantees", &origin(document, &facets));
}

fn grantees(
    bucket: Option<&str>,
    grantee: &Value,
    document: &ResourceDocument,
    around: &Surroundings<'_>,
    found: &mut Found,
) {
    let (Some(kind), Some(id)) = (word(grantee, "GranteeType"), word(grantee, "GranteeIdentifier")) else {
        return found.doubt("Grantee is in no form that is understood");
    };
    let Some(bucket) = bucket else { return found.add(format!("{id}: every bucket")) };
    if kind != "IAM" {
        return found.doubt(format!("of which project {kind} {id} is, stands in the identity store"));
    }
    match place_of(id) {
        Some((account, _)) if account != document.account => {
            match stores::is_declared_account(account, around.declared) {
                Ok(false) => found.add(id),
                Ok(true) => found.doubt(format!("of which project {id} of another account is, was not read here")),
                Err(why) => found.doubt(why),
            }
        }
        Some(_) => {
            let role = around.of_type(ROLE).find(|role| role.arn.as_deref() == Some(id) || role.id == id);
            let role = role.ok_or_else(|| format!("{id} was not seen"));
            let theirs = role.and_then(|role| projects_of(role, around.declared));
            match (theirs, stores::projects_of_bucket(bucket, around)) {
                (Ok(theirs), Ok(data)) if theirs.is_disjoint(&data) => found.add(id),
                (Ok(_), Ok(_)) => {}
                (Err(why), _) | (_, Err(why)) => found.doubt(why),
            }
        }
        None => found.doubt(format!("the grantee {id} is in no form that is understood")),
    }
}

/// The projects of a role: of its tag, else of the personas that name it.
fn projects_of(role: &ResourceDocument, declared: &Declared) -> Result<BTreeSet<String>, String> {
    match project_tag(role, declared)? {
        Some(project) => Ok(BTreeSet::from([project.to_owned()])),
        None => project_tags::of_personas(role, declared),
    }
}

fn multi_region(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    match list(document, "Regions") {
        Ok([]) => found.doubt("Regions names no bucket"),
        Ok(regions) => {
            for bucket in regions {
                match word(bucket, "Bucket").map(|name| (name, stores::is_store_bucket(name, around))) {
                    Some((name, Ok(true))) => found.add(name),
                    Some((_, Ok(false))) => {}
                    Some((_, Err(why))) => found.doubt(why),
                    None => found.doubt("Regions names no bucket"),
                }
            }
        }
        Err(why) => found.doubt(why),
    }
    found.put(entity, "storeBuckets", &origin(document, &["Regions"]));
}

fn object_lambda(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    const FACET: &str = "ObjectLambdaConfiguration";
    let bucket = record(document, FACET).and_then(|configuration| {
        let arn = word(configuration, "SupportingAccessPoint").ok_or("it names no access point that it stands on")?;
        let point = around.documents.get(&(POINT.to_owned(), arn.to_owned()));
        text(point.ok_or_else(|| format!("the access point {arn} was not seen"))?, "Bucket")
    });
    match &bucket {
        Ok(name) => stores::put_leads(entity, "leadsToStore", name, around, origin(document, &[FACET])),
        Err(why) => entity.withhold("leadsToStore", why.clone()),
    }
    let mut found = Found::default();
    let data = bucket.and_then(|name| stores::projects_of_bucket(name, around));
    match record(document, FACET).map(|configuration| configuration.get("TransformationConfigurations")) {
        Ok(None) => found.doubt(format!("{FACET} names no functions")),
        Ok(transformations) => {
            for one in transformations.and_then(Value::as_array).into_iter().flatten() {
                match word(one, "FunctionArn") {
                    Some(arn) => function(arn, &data, document, around, &mut found),
                    None => found.doubt("a transformation names no function"),
                }
            }
        }
        Err(why) => found.doubt(why),
    }
    found.put(entity, "foreignFunctions", &origin(document, &[FACET]));
}

/// A function is declared for a store where it carries the tag of a project of the store's.
fn function(
    arn: &str,
    data: &Result<BTreeSet<String>, String>,
    document: &ResourceDocument,
    around: &Surroundings<'_>,
    found: &mut Found,
) {
    let Some((account, _)) = place_of(arn) else { return found.doubt(format!("{arn} is no ARN")) };
    if account != document.account {
        return match stores::is_declared_account(account, around.declared) {
            Ok(false) => found.add(arn),
            Ok(true) => found.doubt(format!("the tags of {arn} of another account were not read here")),
            Err(why) => found.doubt(why),
        };
    }
    // A version or an alias stands behind the name.
    let plain: String = arn.split(':').take(7).collect::<Vec<_>>().join(":");
    let Some(function) = around.of_type(FUNCTION).find(|f| f.name() == plain) else {
        return found.doubt(format!("{arn} was not seen"));
    };
    match (project_tag(function, around.declared), data) {
        (Ok(Some(project)), Ok(data)) if data.contains(project) => {}
        (Ok(_), Ok(_)) | (Ok(None), _) => found.add(arn),
        (Err(why), _) => found.doubt(why),
        (_, Err(why)) => found.doubt(why),
    }
}
