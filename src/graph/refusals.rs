//! Whether calls that an endpoint's policy refuses are recorded.
//!
//! May import: `model`, `graph`. Guarantees: an endpoint counts as recorded only by a trail or store that was seen at work and
//! takes every refusal of its service; one is named only where all that could record it were listed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Surroundings;
use super::cloudtrail::{covers, delivers};
use super::iam::Found;
use super::organizations::{known, text};
use super::workplaces::{from_all, listed, own_and_managing, workspace_vpcs};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// The facts that are derived.
pub(super) const FACTS: [&str; 2] = ["unrecordedRefusals", "workspaceEndpoints"];

/// Services that `CloudTrail` can ask; the file says where they come from.
const SOURCES: &str = include_str!("network_activity.txt");

const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";
const TRAIL: &str = "AWS::CloudTrail::Trail";
const STORE: &str = "AWS::CloudTrail::EventDataStore";

pub(super) fn derive(entity: &mut Entity, _: &ResourceDocument, around: &Surroundings<'_>) {
    let (mut asked, mut unrecorded) = (Found::default(), Found::default());
    match workspace_vpcs(around) {
        Ok(vpcs) => {
            let (endpoints, gap) = listed(around, ENDPOINT);
            for endpoint in endpoints {
                if let Err(why) = look(endpoint, &vpcs, around, &mut asked, &mut unrecorded) {
                    asked.doubt(why.clone());
                    unrecorded.doubt(why);
                }
            }
            if let Some(why) = gap {
                asked.doubt(why.clone());
                unrecorded.doubt(why);
            }
        }
        Err(why) => {
            asked.doubt(why.clone());
            unrecorded.doubt(why);
        }
    }
    let endpoints = from_all(around.of_type(ENDPOINT));
    asked.put(entity, "workspaceEndpoints", &endpoints);
    let records = around.estate.documents(TRAIL).iter().chain(around.estate.documents(STORE));
    unrecorded.put(entity, "unrecordedRefusals", &from_all(around.of_type(ENDPOINT).chain(records)));
}

fn look(
    endpoint: &ResourceDocument,
    vpcs: &BTreeSet<&str>,
    around: &Surroundings<'_>,
    asked: &mut Found,
    unrecorded: &mut Found,
) -> Result<(), String> {
    if !vpcs.contains(text(endpoint, "VpcId")?) {
        return Ok(());
    }
    let Some(source) = source(text(endpoint, "ServiceName")?) else { return Ok(()) };
    asked.add(endpoint.id.clone());
    match is_recorded(source, &endpoint.region, around) {
        Ok(true) => {}
        Ok(false) => unrecorded.add(format!("{} ({source}.amazonaws.com)", endpoint.id)),
        Err(why) => unrecorded.doubt(why),
    }
    Ok(())
}

/// The event source behind an endpoint's service (`com.amazonaws.eu-west-2.kms-fips`), where `CloudTrail` can be asked for it.
fn source(service: &str) -> Option<&'static str> {
    let name = service.strip_prefix("com.amazonaws.")?.split('.').nth(1)?;
    let name = name.strip_suffix("-fips").unwrap_or(name);
    let name = match name {
        "bedrock-agent" | "bedrock-agent-runtime" | "bedrock-mantle" | "bedrock-runtime" => "bedrock",
        "kinesis-firehose" => "firehose",
        other => other,
    };
    SOURCES.lines().find(|line| *line == name)
}

/// Whether a trail or store at work takes every refusal of a service in a Region.
fn is_recorded(source: &str, region: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let mut unknown = None;
    let trails = around.estate.documents(TRAIL).iter().map(|trail| by_trail(trail, source, region, around));
    let stores = around.estate.documents(STORE).iter().map(|store| by_store(store, source, region, around));
    for takes in trails.chain(stores) {
        match takes {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => unknown = Some(why),
        }
    }
    around.estate.listings().listed(TRAIL, around.account)?;
    // Unlike its trails, the stores of an organisation show in the account that holds them alone.
    for account in own_and_managing(around)? {
        around.estate.listings().listed(STORE, account)?;
    }
    unknown.map_or(Ok(false), Err)
}

fn by_trail(trail: &ResourceDocument, source: &str, region: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    if !takes(trail, source)? || !covers(trail, around.account, around.estate)? {
        return Ok(false);
    }
    let here = known(trail, "IsMultiRegionTrail")?.as_bool() == Some(true) || trail.region == region;
    Ok(here && delivers(trail)?)
}

fn by_store(store: &ResourceDocument, source: &str, region: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    if !takes(store, source)? || text(store, "Status")? != "ENABLED" {
        return Ok(false);
    }
    let is = |facet: &str| known(store, facet).map(|flag| flag.as_bool() == Some(true));
    let here = store.region == region || is("MultiRegionEnabled")?;
    let ours = store.account == around.account
        || (is("OrganizationEnabled")? && super::perimeter::is_inside(around.estate, around.account, &store.account)?);
    Ok(here && ours)
}

/// Whether a selector takes the network activity of a service, all of it or all that is refused. Any other field narrows it.
fn takes(document: &ResourceDocument, source: &str) -> Result<bool, String> {
    let selectors = known(document, "AdvancedEventSelectors")?.as_array();
    let selectors = selectors.ok_or_else(|| format!("AdvancedEventSelectors of {} is no list", document.id))?;
    Ok(selectors.iter().any(|selector| {
        let fields = selector.get("FieldSelectors").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let equals = |name: &str, value: &str| {
            fields.iter().any(|field| {
                let values = field.get("Equals").and_then(Value::as_array);
                field.get("Field").and_then(Value::as_str) == Some(name)
                    && values.is_some_and(|values| values.contains(&json!(value)))
            })
        };
        let narrower = fields.iter().any(|field| {
            let name = field.get("Field").and_then(Value::as_str).unwrap_or_default();
            match name {
                "eventCategory" | "eventSource" => false,
                "errorCode" => !equals("errorCode", "VpceAccessDenied"),
                _ => true,
            }
        });
        equals("eventCategory", "NetworkActivity")
            && equals("eventSource", &format!("{source}.amazonaws.com"))
            && !narrower
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_lead_to_event_sources() {
        for (service, expected) in [
            ("com.amazonaws.eu-west-2.s3", Some("s3")),
            ("com.amazonaws.eu-west-2.kms-fips", Some("kms")),
            ("com.amazonaws.eu-west-2.sagemaker.api", Some("sagemaker")),
            ("com.amazonaws.eu-west-2.bedrock-runtime", Some("bedrock")),
            ("com.amazonaws.eu-west-2.kinesis-firehose", Some("firehose")),
            ("com.amazonaws.eu-west-2.ssmmessages", None),
            ("com.amazonaws.vpce.eu-west-2.vpce-svc-1", None),
            ("aws.sagemaker.eu-west-2.studio", None),
            ("", None),
        ] {
            assert_eq!(source(service), expected, "{service}");
        }
    }
}
