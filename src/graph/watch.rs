//! What watches over an account, Region by Region: analysers of outside access, threat detection, standards and scanners.
//!
//! May import: `model`, `graph`. Guarantees: a Region is named only where the service was seen at work there; a Region that
//! is not named certainly lacks it, or the fact is withheld.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Surroundings;
use super::iam::Found;
use super::organizations::{known, text};
use super::perimeter::is_inside;
use super::workplaces::{from_all, listed};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// The facts that are derived.
pub(super) const FACTS: [&str; 5] =
    ["analysedRegions", "guardedRegions", "securityContacts", "standardRegions", "unscannedResources"];

const ANALYZER: &str = "AWS::AccessAnalyzer::Analyzer";
const DETECTOR: &str = "AWS::GuardDuty::Detector";
const HUB: &str = "AWS::SecurityHub::Hub";
const INSPECTOR: &str = "AWS::InspectorV2::AccountStatus";
const CONTACT: &str = "AWS::Account::SecurityContact";
const MEMBER: &str = "AWS::Organizations::Account";

pub(super) fn derive(entity: &mut Entity, _: &ResourceDocument, around: &Surroundings<'_>) {
    let analysers = from_all(around.estate.documents(ANALYZER));
    regions(entity, "analysedRegions", around, analysers, |region| analysed(around, region));
    let of = |kind| from_all(around.of_type(kind));
    regions(entity, "guardedRegions", around, of(DETECTOR), |region| at_work(around, DETECTOR, region, guards));
    regions(entity, "standardRegions", around, of(HUB), |region| at_work(around, HUB, region, has_standard));
    unscanned(around).put(entity, "unscannedResources", &of(INSPECTOR));
    let (contacts, gap) = listed(around, CONTACT);
    let mut found = BTreeSet::new();
    contacts.for_each(|contact| {
        found.insert(contact.name());
    });
    match gap {
        Some(why) if found.is_empty() => entity.withhold("securityContacts", why),
        _ => entity.set("securityContacts", json!(found), of(CONTACT)),
    }
}

/// The approved Regions of which `is_so` holds. One of which it certainly does not hold settles the matter; what is not known
/// of others is then of no account.
fn regions(
    entity: &mut Entity,
    fact: &str,
    around: &Surroundings<'_>,
    origin: Origin,
    is_so: impl Fn(&str) -> Result<bool, String>,
) {
    let Some(approved) = &around.declared.regions else {
        return entity.withhold(fact, "tre.toml declares no [tre] regions");
    };
    let mut found = BTreeSet::new();
    let (mut lacking, mut unknown) = (false, None);
    for region in approved {
        match is_so(&region.text) {
            Ok(true) => {
                found.insert(region.text.as_str());
            }
            Ok(false) => lacking = true,
            Err(why) => unknown = Some(why),
        }
    }
    match unknown {
        Some(why) if !lacking => entity.withhold(fact, why),
        _ => entity.set(fact, json!(found), origin),
    }
}

/// Whether one resource of a type in a Region is as it should be.
fn at_work<'a>(
    around: &Surroundings<'a>,
    kind: &'a str,
    region: &str,
    is_so: impl Fn(&ResourceDocument) -> Result<bool, String>,
) -> Result<bool, String> {
    let mut unknown = None;
    for document in around.of_type(kind).filter(|document| document.region == region) {
        match is_so(document) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => unknown = Some(why),
        }
    }
    around.estate.listings().listed_in(kind, around.account, region)?;
    unknown.map_or(Ok(false), Err)
}

/// Whether an analyser whose zone of trust is the organisation works in the Region: it stands in the account that manages the
/// organisation, or one that stands in for it.
fn analysed(around: &Surroundings<'_>, region: &str) -> Result<bool, String> {
    let mut unknown = None;
    for analyser in around.estate.documents(ANALYZER).iter().filter(|analyser| analyser.region == region) {
        let works = || {
            Ok::<bool, String>(
                text(analyser, "Type")? == "ORGANIZATION"
                    && text(analyser, "Status")? == "ACTIVE"
                    && is_inside(around.estate, around.account, &analyser.account)?,
            )
        };
        match works() {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => unknown = Some(why),
        }
    }
    if let Some(why) = unknown {
        return Err(why);
    }
    // Any account of the organisation may hold it.
    around.estate.listed_somewhere(MEMBER)?;
    let members = around.estate.documents(MEMBER).iter().map(|member| member.id.as_str());
    for account in members.chain([around.account]) {
        let listed = around.estate.listings().listed_in(ANALYZER, account, region);
        listed.map_err(|why| format!("{why} in account {account}"))?;
    }
    Ok(false)
}

/// A detector that runs and watches over buckets.
fn guards(detector: &ResourceDocument) -> Result<bool, String> {
    let runs = text(detector, "Status").map(|status| status == "ENABLED");
    if runs == Ok(false) {
        return Ok(false);
    }
    let features = known(detector, "Features")?.as_array().ok_or("Features is no list")?;
    let is = |feature: &Value, name: &str, value: &str| feature.get(name).and_then(Value::as_str) == Some(value);
    let buckets = features.iter().any(|f| is(f, "Name", "S3_DATA_EVENTS") && is(f, "Status", "ENABLED"));
    if buckets { runs } else { Ok(false) }
}

/// A standard that is checked, all or most of it.
fn has_standard(hub: &ResourceDocument) -> Result<bool, String> {
    let standards = known(hub, "EnabledStandards")?.as_array().ok_or("EnabledStandards is no list")?;
    let status = |standard: &Value| standard.get("StandardsStatus").and_then(Value::as_str).map(str::to_owned);
    Ok(standards.iter().filter_map(status).any(|status| ["READY", "INCOMPLETE"].contains(&status.as_str())))
}

/// Kinds of resource that stand in a Region in which Inspector does not scan them.
fn unscanned(around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    for (kind, member) in
        [("AWS::EC2::Instance", "Ec2"), ("AWS::ECR::Repository", "Ecr"), ("AWS::Lambda::Function", "Lambda")]
    {
        let (documents, gap) = listed(around, kind);
        let used: BTreeSet<&str> = documents.map(|document| document.region.as_str()).collect();
        for region in used {
            let scans = at_work(around, INSPECTOR, region, |status| {
                let state = known(status, "ResourceState")?.get(member).and_then(Value::as_str);
                state.map(|state| state == "ENABLED").ok_or_else(|| format!("ResourceState does not say {member}"))
            });
            match scans {
                Ok(true) => {}
                Ok(false) if is_asked(around, region) => found.add(format!("{kind} in {region}")),
                Ok(false) => found.doubt(format!("Inspector did not say what it scans in {region}")),
                Err(why) => found.doubt(why),
            }
        }
        if let Some(why) = gap {
            found.doubt(why);
        }
    }
    found
}

/// Whether Inspector answered for a Region.
fn is_asked(around: &Surroundings<'_>, region: &str) -> bool {
    around.of_type(INSPECTOR).any(|status| status.region == region)
}
