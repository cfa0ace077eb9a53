//! Facets that several settings of one resource make.
//!
//! May import: `model`. Guarantees: a setting that another one decides is not known where the template does not set it.

use serde_json::{Map, Value, json};

use super::made::{Answer, Given, Inputs};
use super::shapes::{flag, items, later, refers, sole, text};
use crate::model::planned::{reference, references};

/// A flag in a property, with the property's name in what is refused.
pub(super) fn flag_of(inputs: &Inputs<'_>, name: &str) -> Result<Option<bool>, String> {
    inputs.get(name).map(flag).transpose().map_err(|why| complete(name, &why))
}

pub(super) fn complete(name: &str, why: &str) -> String {
    if why.starts_with("depends on") { why.to_owned() } else { format!("its {name} {why}") }
}

/// An attribute of the resource itself.
pub(super) fn own(inputs: Inputs<'_>) -> Given {
    let attribute = inputs.names.first().map_or("Ref", String::as_str);
    Given::Value(reference(&inputs.resource.address, attribute).into())
}

pub(super) fn account(inputs: Inputs<'_>) -> Answer {
    let account = inputs.resource.account.as_deref();
    account.map(Given::word).ok_or_else(|| "nobody said which account it is for; give --account".to_owned())
}

pub(super) fn or_account(inputs: Inputs<'_>) -> Answer {
    match inputs.first() {
        Some(value) => Ok(Given::Value(value.clone())),
        None => account(inputs),
    }
}

pub(super) fn region(inputs: Inputs<'_>) -> Answer {
    let region = inputs.resource.region.as_deref();
    region.map(Given::word).ok_or_else(|| "nobody said which Region it is for; give --region".to_owned())
}

/// A list with the one thing that the template names.
pub(super) fn one(inputs: Inputs<'_>) -> Given {
    inputs.first().map_or(Given::Nothing, |value| Given::Value(json!([value])))
}

/// A property, or the member of another one that has the same name or is called `Name`.
pub(super) fn first(inputs: Inputs<'_>) -> Given {
    Given::of(inputs.first().or_else(|| inputs.rest().find_map(|record| record.get("Name"))))
}

pub(super) fn is_set(inputs: Inputs<'_>) -> Given {
    Given::Value(inputs.first().is_some().into())
}

/// `ENABLED` or `DISABLED`.
pub(super) fn on(inputs: Inputs<'_>) -> Answer {
    let name = inputs.names.first().map_or("", String::as_str);
    Ok(flag_of(&inputs, name)?.map_or(Given::Nothing, |on| Given::word(if on { "ENABLED" } else { "DISABLED" })))
}

/// What a launch template decides where the instance does not say it.
pub(super) fn of_template(inputs: Inputs<'_>) -> Answer {
    match (inputs.first(), inputs.rest().next()) {
        (None, Some(_)) => Err("its launch template decides it".to_owned()),
        (first, _) => Ok(Given::of(first)),
    }
}

/// What only application balancers have without being told.
pub(super) fn of_type(inputs: Inputs<'_>) -> Given {
    match (inputs.first(), inputs.word("Type")) {
        (None, Some("network" | "gateway")) => Given::Empty,
        (first, _) => Given::of(first),
    }
}

/// The bucket keeps its own logs where no other one is named.
pub(super) fn logging(inputs: Inputs<'_>) -> Given {
    let Some(Value::Object(said)) = inputs.first() else { return Given::of(inputs.first()) };
    let mut said = said.clone();
    let itself = || Value::from(reference(&inputs.resource.address, "Ref"));
    said.entry("DestinationBucketName").or_insert_with(itself);
    Given::Value(Value::Object(said))
}

pub(super) fn object_lock(inputs: Inputs<'_>) -> Answer {
    match (inputs.first(), flag_of(&inputs, "ObjectLockEnabled")?) {
        (None, Some(true)) => Ok(Given::Value(json!({ "ObjectLockEnabled": "Enabled" }))),
        (first, _) => Ok(Given::of(first)),
    }
}

/// A configuration that exists never looks like one that does not.
pub(super) fn metadata(inputs: Inputs<'_>) -> Given {
    match (inputs.first(), inputs.rest().next()) {
        (Some(Value::Object(said)), _) if said.is_empty() => Given::Value(json!({ "Configured": true })),
        (Some(said), _) => Given::Value(said.clone()),
        (None, Some(_)) => Given::Value(json!({ "Configured": true })),
        (None, None) => Given::Nothing,
    }
}

pub(super) fn network_origin(inputs: Inputs<'_>) -> Given {
    let is_inside = inputs.first().and_then(|vpc| vpc.get("VpcId")).is_some_and(|id| !id.is_null());
    Given::word(if is_inside { "VPC" } else { "Internet" })
}

pub(super) fn web_endpoint(inputs: Inputs<'_>) -> Given {
    Given::word(if inputs.first().is_some() { "VPC" } else { "PUBLIC" })
}

/// What a grant is about: the scope of its location and the prefix below it.
pub(super) fn grant_scope(inputs: Inputs<'_>) -> Answer {
    let location = inputs.word("AccessGrantsLocationId").and_then(sole);
    let scope = location.map(|(address, _)| inputs.around.said(address, "LocationScope")).transpose()?.flatten();
    let scope = scope.and_then(Value::as_str);
    let Some(scope) = scope else { return Err("the location of its grant is not in the template".to_owned()) };
    let below = inputs.get("AccessGrantsLocationConfiguration").and_then(|below| below.get("S3SubPrefix"));
    let below = below.map(text).transpose().map_err(|why| complete("S3SubPrefix", &why))?.unwrap_or_default();
    Ok(Given::Value(format!("{}{below}", scope.trim_end_matches('*')).into()))
}

pub(super) fn key_state(inputs: Inputs<'_>) -> Answer {
    if inputs.word("Origin") == Some("EXTERNAL") {
        return Ok(Given::word("PendingImport"));
    }
    Ok(flag_of(&inputs, "Enabled")?.map_or(Given::Nothing, |on| Given::word(if on { "Enabled" } else { "Disabled" })))
}

/// Only file systems of one zone are backed up without being told.
pub(super) fn backup_policy(inputs: Inputs<'_>) -> Given {
    match (inputs.first(), inputs.rest().next()) {
        (None, Some(_)) => Given::Value(json!({ "Status": "ENABLED" })),
        (first, _) => Given::of(first),
    }
}

/// A queue has one kind of encryption: SQS's own unless a key is named.
pub(super) fn queue_sse(inputs: Inputs<'_>) -> Given {
    match (inputs.first(), inputs.rest().next()) {
        (None, Some(key)) if key.as_str() != Some("") => Given::Value(false.into()),
        (first, _) => Given::of(first),
    }
}

/// A trail has event selectors or advanced ones.
pub(super) fn selectors(inputs: Inputs<'_>) -> Given {
    match (inputs.first(), inputs.rest().next()) {
        (None, Some(_)) => Given::Empty,
        (first, _) => Given::of(first),
    }
}

pub(super) fn logs(inputs: Inputs<'_>) -> Answer {
    Ok(flag_of(&inputs, "IsLogging")?.map_or(Given::Nothing, |on| Given::Value(json!({ "IsLogging": on }))))
}

/// A new recorder that runs is judged as one that has delivered.
pub(super) fn recording(inputs: Inputs<'_>) -> Answer {
    let on = flag_of(&inputs, "StartedOnCreate")?;
    let status = |on| Given::Value(json!({ "Recording": on, "LastStatus": "SUCCESS" }));
    Ok(on.map_or(Given::Nothing, status))
}

pub(super) fn store_status(inputs: Inputs<'_>) -> Answer {
    let on = flag_of(&inputs, "IngestionEnabled")?;
    Ok(on.map_or(Given::Nothing, |on| Given::word(if on { "ENABLED" } else { "STOPPED_INGESTION" })))
}

/// Settings of a Region that are replaced, and not added to those that it has.
pub(super) fn settled(inputs: Inputs<'_>) -> Answer {
    match (inputs.first(), inputs.word("MutationType")) {
        (Some(_), Some(way)) if way != "REPLACE" => {
            Err("it is added to what the Region has already, which the template does not say".to_owned())
        }
        (first, _) => Ok(Given::of(first)),
    }
}

pub(super) fn domains(inputs: Inputs<'_>) -> Answer {
    match (inputs.first(), inputs.get("DomainFileUrl")) {
        (None, Some(_)) => Err("its domains stand in a file outside the template".to_owned()),
        (first, _) => Ok(Given::of(first)),
    }
}

/// A map of parameters as a list of those that the user set.
pub(super) fn parameters(inputs: Inputs<'_>) -> Answer {
    let said = match inputs.first() {
        None => return Ok(Given::Nothing),
        Some(Value::Object(said)) => said,
        Some(Value::String(text)) if refers(text) => return Err(later(text)),
        Some(_) => return Err("its Parameters hold no record".to_owned()),
    };
    let mut made = Vec::new();
    for (name, value) in said {
        let value = text(value).map_err(|why| complete(name, &why))?;
        made.push(json!({ "Name": name, "Value": value, "Source": "user" }));
    }
    Ok(Given::Value(made.into()))
}

/// Which versions of packages a group takes from where, in the words of the API.
pub(super) fn restrictions(inputs: Inputs<'_>) -> Answer {
    const KINDS: [(&str, &str); 3] =
        [("ExternalUpstream", "EXTERNAL_UPSTREAM"), ("InternalUpstream", "INTERNAL_UPSTREAM"), ("Publish", "PUBLISH")];
    let Some(said) = inputs.first().and_then(|said| said.get("Restrictions")) else { return Ok(Given::Nothing) };
    let mut made = Map::new();
    for (ours, theirs) in KINDS {
        let Some(mode) = said.get(ours).and_then(|kind| kind.get("RestrictionMode")) else { continue };
        let mode = text(mode).map_err(|why| complete("RestrictionMode", &why))?;
        // What is inherited shows once it is deployed.
        let takes_effect =
            if mode == "INHERIT" { json!({ "Mode": mode }) } else { json!({ "Mode": mode, "EffectiveMode": mode }) };
        made.insert(theirs.to_owned(), takes_effect);
    }
    Ok(Given::Value(made.into()))
}

pub(super) fn package(inputs: Inputs<'_>) -> Given {
    let is_image = inputs.get("Code").and_then(|code| code.get("ImageUri")).is_some();
    inputs
        .first()
        .map_or_else(|| Given::word(if is_image { "Image" } else { "Zip" }), |said| Given::Value(said.clone()))
}

/// The version of a launch template of the same template is its newest or its default one.
pub(super) fn version_of(inputs: Inputs<'_>) -> Given {
    let Some(Value::Object(said)) = inputs.first() else { return Given::of(inputs.first()) };
    let mut said = said.clone();
    let asked = said.get("Version").and_then(Value::as_str).and_then(|version| references(version).next());
    let version = match asked {
        Some((_, "LatestVersionNumber")) => Some("$Latest"),
        Some((_, "DefaultVersionNumber")) => Some("$Default"),
        _ => None,
    };
    if let Some(version) = version {
        said.insert("Version".to_owned(), version.into());
    }
    Given::Value(said.into())
}

pub(super) fn subscriptions(inputs: Inputs<'_>) -> Answer {
    let Some(said) = inputs.first() else { return Ok(Given::Nothing) };
    let protocols = items(said).map_err(|why| complete("Subscription", &why))?.iter().map(|item| item.get("Protocol"));
    Ok(Given::Value(protocols.map(|protocol| json!({ "Protocol": protocol })).collect()))
}

/// Where a location of `DataSync` lies. The bucket of an access point is not in its name.
pub(super) fn bucket_uri(inputs: Inputs<'_>) -> Answer {
    let arn = inputs.word("S3BucketArn").unwrap_or_default();
    let bucket = match sole(arn) {
        Some((address, "Arn")) if inputs.around.is(address, "AWS::S3::Bucket") => reference(address, "Ref"),
        Some(_) => return Err(later(arn)),
        None => match arn.split_once(":s3:::") {
            Some((_, bucket)) => bucket.to_owned(),
            None => return Err("its bucket is not named by an ARN that says it".to_owned()),
        },
    };
    let below = inputs.get("Subdirectory").map(text).transpose().map_err(|why| complete("Subdirectory", &why))?;
    let below = below.unwrap_or_default();
    let below = below.trim_matches('/');
    Ok(Given::Value(
        if below.is_empty() { format!("s3://{bucket}/") } else { format!("s3://{bucket}/{below}/") }.into(),
    ))
}

pub(super) fn identity_center(inputs: Inputs<'_>) -> Given {
    Given::Value(inputs.first().map_or_else(|| json!({}), |arn| json!({ "InstanceArn": arn })))
}
