//! AWS Config: the Regions in which all of an account is recorded, and those that an aggregator gathers.
//!
//! May import: `model`, `graph`. Guarantees: a Region counts as recorded only when recorder and status were read; a
//! Region that is not named is certainly not recorded, or the fact is withheld.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Surroundings;
use super::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const RECORDER: &str = "AWS::Config::ConfigurationRecorder";
const AGGREGATOR: &str = "AWS::Config::ConfigurationAggregator";

/// Types without a Region. One home Region is to record them; the others may leave them out.
/// <https://docs.aws.amazon.com/config/latest/developerguide/select-resources-all.html>
const GLOBAL_TYPES: [&str; 4] = ["AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let account = document.account.as_str();
    let recorders: Vec<&ResourceDocument> =
        around.estate.documents(RECORDER).iter().filter(|r| r.account == account).collect();
    let approved: Vec<&str> = around.declared.regions.iter().flatten().map(|r| r.text.as_str()).collect();
    for (fact, global) in [("recordedRegions", false), ("identityRecordedRegions", true)] {
        let mut regions = BTreeSet::new();
        // A Region that is not approved matters only for the types without a Region, which any one may record.
        let asked = |region: &str| global || approved.contains(&region);
        let mut unknown = unlisted(around, account, if global { None } else { Some(&approved) });
        for recorder in &recorders {
            match records(recorder, global) {
                Ok(true) => {
                    regions.insert(recorder.region.as_str());
                }
                Err(reason) if asked(&recorder.region) => {
                    unknown = Some(format!("{} in {}: {reason}", recorder.id, recorder.region));
                }
                Ok(false) | Err(_) => {}
            }
        }
        // What was not seen could only add Regions: it does not matter when nothing can be added.
        let enough = if global { !regions.is_empty() } else { all_in(&approved, &regions) };
        match unknown.filter(|_| !enough) {
            Some(reason) => entity.withhold(fact, reason),
            None => entity.set(fact, json!(regions), Origin::Derived(calls(&recorders))),
        }
    }
    aggregators(entity, account, &approved, around);
}

/// Why recorders of these Regions (of all Regions in scope, with none) may not have been seen.
fn unlisted(around: &Surroundings<'_>, account: &str, regions: Option<&[&str]>) -> Option<String> {
    let listings = around.estate.listings();
    match regions {
        None => listings.listed(RECORDER, account).err(),
        Some(regions) => regions.iter().find_map(|region| listings.listed_in(RECORDER, account, region).err()),
    }
}

fn all_in(approved: &[&str], regions: &BTreeSet<&str>) -> bool {
    !approved.is_empty() && approved.iter().all(|r| regions.contains(r))
}

fn calls(documents: &[&ResourceDocument]) -> Vec<String> {
    let calls: BTreeSet<String> = documents.iter().flat_map(|d| d.calls.values().cloned()).collect();
    calls.into_iter().collect()
}

/// Whether a recorder of the account's own (`PAID`; `INTERNAL` ones are those of services) records every type, or, with
/// `global`, the types without a Region.
fn records(recorder: &ResourceDocument, global: bool) -> Result<bool, String> {
    let mut unknown = None;
    for part in [text(recorder, "RecordingScope").map(|s| s == "PAID"), is_running(recorder), group(recorder, global)] {
        match part {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(reason) => unknown = Some(reason),
        }
    }
    unknown.map_or(Ok(true), Err)
}

fn is_running(recorder: &ResourceDocument) -> Result<bool, String> {
    let status = known(recorder, "Status")?;
    let recording = status.get("Recording").and_then(Value::as_bool).ok_or("Status does not say whether it records")?;
    let last = status.get("LastStatus").and_then(Value::as_str).unwrap_or_default();
    Ok(recording && last.eq_ignore_ascii_case("SUCCESS"))
}

/// A list of types that are included counts as not all: the types that the environment uses are not known here, which
/// errs towards failing.
fn group(recorder: &ResourceDocument, global: bool) -> Result<bool, String> {
    let group = known(recorder, "RecordingGroup")?;
    let all = group.get("AllSupported").and_then(Value::as_bool) == Some(true);
    // A recorder from before strategies existed has none.
    let strategy = group
        .pointer("/RecordingStrategy/UseOnly")
        .or_else(|| group.get("RecordingStrategy"))
        .and_then(Value::as_str)
        .unwrap_or(if all { "ALL_SUPPORTED_RESOURCE_TYPES" } else { "INCLUSION_BY_RESOURCE_TYPES" });
    match strategy {
        "ALL_SUPPORTED_RESOURCE_TYPES" => {
            Ok(!global || group.get("IncludeGlobalResourceTypes").and_then(Value::as_bool) == Some(true))
        }
        "EXCLUSION_BY_RESOURCE_TYPES" => {
            let list = group.get("ExclusionByResourceTypes");
            let excluded = list
                .and_then(|e| e.get("ResourceTypes"))
                .or(list)
                .and_then(Value::as_array)
                .ok_or("RecordingGroup does not say which types it leaves out")?;
            let is_global = |t: &Value| t.as_str().is_some_and(|t| GLOBAL_TYPES.contains(&t));
            Ok(if global { !excluded.iter().any(is_global) } else { excluded.iter().all(is_global) })
        }
        "INCLUSION_BY_RESOURCE_TYPES" => {
            let types = group.get("ResourceTypes").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            Ok(global && GLOBAL_TYPES.iter().all(|t| types.contains(&json!(t))))
        }
        other => Err(format!("the recording strategy {other} is not modelled")),
    }
}

/// Whether a recorder records every type that AWS Config knows, those without a Region by some recorder of the account.
///
/// # Errors
/// Why not.
pub(super) fn recording_gap(recorder: &ResourceDocument, of_account: &[&ResourceDocument]) -> Result<(), String> {
    let (scope, running, all) = (text(recorder, "RecordingScope"), is_running(recorder), group(recorder, false));
    // What is certain comes before what is not known.
    if scope.as_ref().is_ok_and(|scope| *scope != "PAID") {
        return Err("the recorder is one of a service".to_owned());
    }
    if running == Ok(false) {
        let recording = known(recorder, "Status")?.get("Recording").and_then(Value::as_bool) == Some(true);
        let word = if recording { "the recorder failed the last time" } else { "the recorder is off" };
        return Err(word.to_owned());
    }
    if all == Ok(false) {
        let group = known(recorder, "RecordingGroup")?;
        let excluded = group.get("ExclusionByResourceTypes").map(|e| e.get("ResourceTypes").unwrap_or(e));
        let (verb, types) = match types(excluded) {
            excluded if excluded.is_empty() => ("records only", types(group.get("ResourceTypes"))),
            excluded => ("leaves out", excluded),
        };
        return Err(format!("the recorder {verb} {types}"));
    }
    scope?;
    running?;
    all?;
    if of_account.iter().any(|other| records(other, true) == Ok(true)) {
        return Ok(());
    }
    Err("no recorder of the account records the types of IAM".to_owned())
}

/// The first names of a list of types.
fn types(list: Option<&Value>) -> String {
    let all: Vec<&str> = list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    match all.get(..5).filter(|_| all.len() > 5) {
        Some(first) => format!("{} and {} more", first.join(", "), all.len() - 5),
        None => all.join(", "),
    }
}

/// The Regions of this account that some aggregator gathers with success.
fn aggregators(entity: &mut Entity, account: &str, approved: &[&str], around: &Surroundings<'_>) {
    let all = around.estate.documents(AGGREGATOR);
    let mut regions = BTreeSet::new();
    let mut unknown = around.estate.listed_somewhere(AGGREGATOR).err();
    for aggregator in all {
        match known(aggregator, "SourcesStatus").map(Value::as_array) {
            Ok(Some(sources)) => {
                let member = |source: &Value, name: &str| {
                    source.get(name).and_then(Value::as_str).map(str::to_owned).unwrap_or_default()
                };
                for source in sources {
                    if member(source, "SourceId") == account && member(source, "LastUpdateStatus") == "SUCCEEDED" {
                        regions.insert(member(source, "AwsRegion"));
                    }
                }
            }
            Ok(None) => unknown = Some(format!("SourcesStatus of {} is no list", aggregator.id)),
            Err(reason) => unknown = Some(reason),
        }
    }
    let enough = all_in(approved, &regions.iter().map(String::as_str).collect());
    if let Some(reason) = unknown.filter(|_| !enough) {
        entity.withhold("aggregatedRegions", reason);
    } else {
        let all: Vec<&ResourceDocument> = all.iter().collect();
        entity.set("aggregatedRegions", json!(regions), Origin::Derived(calls(&all)));
    }
}
