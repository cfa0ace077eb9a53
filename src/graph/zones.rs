//! Which services stand or fall with one Availability Zone.
//!
//! May import: `model`, `graph`. Guarantees: nothing is in several zones unless AWS said so.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::derive_from;
use super::network::is_broker;
use super::{Surroundings, organizations::text};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// The fact: what of a service lies in a single zone.
const FACT: &str = "singleZone";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let facets: &[&str] = match document.kind.as_str() {
        "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => &["MultiAZ"],
        "AWS::EFS::FileSystem" => &["AvailabilityZoneName"],
        "AWS::FSx::FileSystem" => &[
            "FileSystemType",
            "LustreConfiguration",
            "OntapConfiguration",
            "OpenZFSConfiguration",
            "WindowsConfiguration",
        ],
        "AWS::DirectoryService::Directory" => &["VpcSettings", "ConnectSettings", "OwnerDirectoryDescription"],
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => &["AvailabilityZones"],
        _ => return,
    };
    derive_from(entity, document, FACT, facets, |values| single_zone(&document.kind, values).map(|found| json!(found)));
    match serves_platform(document, around) {
        Ok(serves) => entity.set("servesPlatform", json!(serves), Origin::Document),
        Err(why) => entity.withhold("servesPlatform", why),
    }
}

/// Whether it is judged by itself: an instance of a cluster stands in one zone by nature, and of load balancers the broker's count.
fn serves_platform(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    match document.kind.as_str() {
        "AWS::RDS::DBInstance" => Ok(text(document, "DBClusterIdentifier")?.is_empty()),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => is_broker(document, around),
        _ => Ok(true),
    }
}

fn single_zone(kind: &str, values: &[&Value]) -> Result<Vec<String>, String> {
    let value = |index: usize| values.get(index).copied().unwrap_or(&Value::Null);
    match kind {
        "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => match value(0).as_bool() {
            Some(true) => Ok(Vec::new()),
            Some(false) => Ok(vec!["MultiAZ is false".to_owned()]),
            None => Err("MultiAZ is neither true nor false".to_owned()),
        },
        "AWS::EFS::FileSystem" => {
            let zone = value(0).as_str().ok_or("AvailabilityZoneName is no text")?;
            Ok(if zone.is_empty() { Vec::new() } else { vec![format!("it is One Zone in {zone}")] })
        }
        "AWS::FSx::FileSystem" => {
            let types = values.iter().filter_map(|value| value.get("DeploymentType").and_then(Value::as_str));
            let found: Vec<&str> = types.collect();
            match found.as_slice() {
                [] => Err("no DeploymentType was read".to_owned()),
                // Lustre has none that begins so: it stands in one zone whatever its type.
                all => Ok(all.iter().filter(|t| !t.starts_with("MULTI_AZ")).map(|t| format!("it is {t}")).collect()),
            }
        }
        "AWS::DirectoryService::Directory" => {
            let nested = value(2).get("VpcSettings").unwrap_or(&Value::Null);
            let settings = [value(0), value(1), nested];
            let zones = settings.iter().filter_map(|s| s.get("AvailabilityZones").and_then(Value::as_array));
            one_of(zones.flatten().filter_map(Value::as_str))
        }
        _ => {
            let zones = value(0).as_array().ok_or("AvailabilityZones is no list")?;
            one_of(zones.iter().filter_map(|zone| zone.get("ZoneName").and_then(Value::as_str)))
        }
    }
}

/// The one zone, where there are not two.
fn one_of<'v>(zones: impl Iterator<Item = &'v str>) -> Result<Vec<String>, String> {
    let zones: BTreeSet<&str> = zones.collect();
    match zones.first() {
        None => Err("no Availability Zone was read".to_owned()),
        Some(zone) if zones.len() == 1 => Ok(vec![format!("it stands in {zone} alone")]),
        Some(_) => Ok(Vec::new()),
    }
}
