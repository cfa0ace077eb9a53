//! Databases that have what their cluster, their source or their replica in a Region has, and the keys of stores.
//!
//! May import: `model`. Guarantees: what a copy inherits is known only from a resource of the same template that says it.

use serde_json::{Map, Value, json};

use super::made::{Answer, Given, Inputs};
use super::settings::{complete, flag_of};
use super::shapes::{flag, items, refers, sole};
use crate::model::planned::reference;

/// The cluster that the database is in, where it is in the template.
fn cluster<'r>(inputs: &Inputs<'r>) -> Option<&'r str> {
    let named = inputs.word("DBClusterIdentifier").and_then(sole);
    named.map(|(address, _)| address).filter(|address| inputs.around.get(address).is_some())
}

/// The first property, unless another one that is set decides it: a cluster of the template does by what it says itself.
pub(super) fn unless(inputs: Inputs<'_>) -> Answer {
    let name = inputs.names.first().map_or("it", String::as_str);
    match (inputs.first(), inputs.names.iter().skip(1).find(|name| inputs.get(name).is_some())) {
        (None, Some(other)) => {
            let decided = cluster(&inputs).map(|cluster| inputs.around.said(cluster, name)).transpose()?.flatten();
            let why = || format!("the template does not set {name}, which {other} decides then");
            decided.map(|decided| Given::Value(decided.clone())).ok_or_else(why)
        }
        (first, _) => Ok(Given::of(first)),
    }
}

/// A key, or AWS's own one where the flag beside it says that there is encryption.
pub(super) fn aws_key(inputs: Inputs<'_>) -> Answer {
    let Some(switch) = inputs.names.get(1) else { return Ok(Given::of(inputs.first())) };
    let mut key = inputs.first();
    let mut is_on = flag_of(&inputs, switch)?;
    if let (None, None, Some(cluster)) = (key, is_on, cluster(&inputs)) {
        key = inputs.around.said(cluster, "KmsKeyId")?;
        let said = inputs.around.said(cluster, switch)?.map(flag).transpose();
        is_on = said.map_err(|why| complete(switch, &why))?;
    }
    match (key, is_on) {
        (Some(key), _) => Ok(Given::Value(key.clone())),
        (None, Some(true)) => Ok(Given::Nothing),
        (None, Some(false)) => Ok(Given::word("")),
        (None, None) => Err(format!("the template sets neither it nor {switch}")),
    }
}

/// An instance as a member of its cluster, which a new one joins with the cluster's parameters applied.
pub(super) fn member(inputs: Inputs<'_>) -> Given {
    let name = reference(&inputs.resource.address, "Ref");
    Given::Value(json!({ "DBInstanceIdentifier": name, "ParameterGroupStatus": "in-sync" }))
}

/// Point in time recovery.
pub(super) fn recovery(inputs: Inputs<'_>) -> Answer {
    recovers(inputs.first())
}

fn recovers(said: Option<&Value>) -> Answer {
    let said = said.and_then(|said| said.get("PointInTimeRecoveryEnabled")).filter(|said| !said.is_null());
    let said = said.map(flag).transpose().map_err(|why| complete("PointInTimeRecoveryEnabled", &why))?;
    Ok(said.map_or(Given::Nothing, |on| Given::word(if on { "ENABLED" } else { "DISABLED" })))
}

/// A list of records with a Region as a map by Region, of the one member beside it.
fn by(inputs: &Inputs<'_>, member: &str) -> Answer {
    let Some(said) = inputs.first() else { return Ok(Given::Nothing) };
    let mut made = Map::new();
    for item in items(said)? {
        let region = item.get("Region").and_then(Value::as_str).filter(|region| !refers(region));
        let region = region.ok_or("a Region in it is no text that the template says")?;
        made.insert(region.to_owned(), item.get(member).cloned().unwrap_or_else(|| json!({})));
    }
    Ok(Given::Value(made.into()))
}

pub(super) fn by_region(inputs: Inputs<'_>) -> Answer {
    by(&inputs, "ArtifactStore")
}

pub(super) fn regional(inputs: Inputs<'_>) -> Answer {
    by(&inputs, "Parameters")
}

/// The replica of a table in the Region that the template is for.
fn replica<'r>(inputs: &Inputs<'r>) -> Result<&'r Value, String> {
    let region = inputs.resource.region.as_deref().ok_or("nobody said which Region it is for; give --region")?;
    let replicas = inputs.get("Replicas").map(items).transpose().map_err(|why| complete("Replicas", &why))?;
    let own = replicas
        .unwrap_or_default()
        .iter()
        .find(|replica| replica.get("Region").and_then(Value::as_str) == Some(region));
    own.ok_or_else(|| format!("no replica of it is in {region} for certain"))
}

fn of_replica(inputs: &Inputs<'_>, member: &str) -> Answer {
    Ok(Given::of(replica(inputs)?.get(member)))
}

pub(super) fn replica_protection(inputs: Inputs<'_>) -> Answer {
    of_replica(&inputs, "DeletionProtectionEnabled")
}

pub(super) fn replica_recovery(inputs: Inputs<'_>) -> Answer {
    recovers(replica(&inputs)?.get("PointInTimeRecoverySpecification"))
}

pub(super) fn replica_policy(inputs: Inputs<'_>) -> Answer {
    Ok(Given::of(replica(&inputs)?.pointer("/ResourcePolicy/PolicyDocument")))
}

pub(super) fn replica_tags(inputs: Inputs<'_>) -> Answer {
    of_replica(&inputs, "Tags")
}
