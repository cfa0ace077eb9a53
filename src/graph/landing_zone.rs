//! Control Tower's landing zone: how far behind it is, and what of it does not hold on the environment's unit and accounts.
//!
//! May import: `model`, `graph`. Guarantees: a baseline or control counts as in force only where its state was read; an
//! account for which none was seen is named, and only where all were listed.

use std::collections::BTreeSet;

use serde_json::json;

use super::iam::Found;
use super::organizations::text;
use super::workplaces::{from_all, listed};
use super::{Surroundings, derive_from};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const ZONE: &str = "AWS::ControlTower::LandingZone";
const BASELINE: &str = "AWS::ControlTower::EnabledBaseline";
const CONTROL: &str = "AWS::ControlTower::EnabledControl";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    if document.kind != ZONE {
        return;
    }
    derive_from(entity, document, "majorReleasesBehind", &["Version", "LatestAvailableVersion"], |values| {
        let major = |at: usize| {
            let version = values.get(at).and_then(|v| v.as_str()).unwrap_or_default();
            let number = version.split('.').next().and_then(|n| n.parse::<u32>().ok());
            number.ok_or_else(|| format!("\"{version}\" is no version"))
        };
        Ok(json!(i64::from(major(1)?) - i64::from(major(0)?)))
    });
    match baselines(around) {
        Ok(found) => found.put(entity, "unsettledBaselines", &from_all(around.of_type(BASELINE))),
        Err(why) => entity.withhold("unsettledBaselines", why),
    }
    match controls(around) {
        Ok(found) => found.put(entity, "requiredControlGaps", &from_all(around.of_type(CONTROL))),
        Err(why) => entity.withhold("requiredControlGaps", why),
    }
}

/// Accounts of the environment for which no baseline holds, and baselines of theirs, or of the unit, that are not settled.
fn baselines(around: &Surroundings<'_>) -> Result<Found, String> {
    let accounts = around.declared.accounts.as_ref().ok_or("tre.toml declares no [tre] accounts")?;
    let ours: BTreeSet<&str> = accounts
        .iter()
        .filter(|(purpose, _)| purpose.as_str() != "management")
        .flat_map(|(_, ids)| ids)
        .map(|id| id.text.as_str())
        .collect();
    let unit = Some(around.declared.ou.as_ref().ok_or("tre.toml declares no [tre] ou")?.text.as_str());
    let mut found = Found::default();
    let (documents, gap) = listed(around, BASELINE);
    let mut seen = BTreeSet::new();
    for baseline in documents {
        let target = match text(baseline, "TargetIdentifier") {
            Ok(target) => target.rsplit('/').next().unwrap_or(target),
            Err(why) => {
                found.doubt(why);
                continue;
            }
        };
        if !ours.contains(target) && Some(target) != unit {
            continue;
        }
        seen.insert(target);
        match text(baseline, "Status") {
            Ok("SUCCEEDED") => {}
            Ok(status) => found.add(format!("{target}: {status}")),
            Err(why) => found.doubt(why),
        }
        match text(baseline, "InheritanceDriftStatus") {
            Ok("DRIFTED") => found.add(format!("{target}: DRIFTED")),
            Ok("IN_SYNC") => {}
            Ok(other) => found.doubt(format!("whether {target} has drifted is {other}")),
            // A baseline of the unit inherits from nothing.
            Err(_) if Some(target) == unit => {}
            Err(why) => found.doubt(why),
        }
    }
    match gap {
        Some(why) => found.doubt(why),
        None => ours.difference(&seen).for_each(|id| found.add(format!("{id}: no baseline"))),
    }
    Ok(found)
}

/// Controls that the declaration requires and that are not in force, without drift, on the declared unit.
fn controls(around: &Surroundings<'_>) -> Result<Found, String> {
    let required = around.declared.list("controls", "required")?;
    let unit = around.declared.ou.as_ref().ok_or("tre.toml declares no [tre] ou")?.text.as_str();
    let mut found = Found::default();
    let (documents, gap) = listed(around, CONTROL);
    let mut enabled: Vec<(&str, &ResourceDocument)> = Vec::new();
    for control in documents {
        match (text(control, "ControlIdentifier"), text(control, "TargetIdentifier")) {
            (Ok(id), Ok(target)) if target.rsplit('/').next() == Some(unit) => enabled.push((id, control)),
            (Ok(_), Ok(_)) => {}
            (Err(why), _) | (_, Err(why)) => found.doubt(why),
        }
    }
    for wanted in required {
        let is_wanted = |id: &str| id == wanted.text || id.rsplit('/').next() == Some(wanted.text.as_str());
        let states: Vec<_> = enabled.iter().filter(|(id, _)| is_wanted(id)).map(|(_, c)| in_force(c)).collect();
        if states.contains(&Ok(true)) {
            continue;
        }
        match states.into_iter().find_map(Result::err).or_else(|| gap.clone()) {
            Some(why) => found.doubt(why),
            None => found.add(wanted.text.clone()),
        }
    }
    Ok(found)
}

/// Enabled, and not drifted. Control Tower looks for no drift of some kinds of control and says so (`NOT_CHECKING`).
fn in_force(control: &ResourceDocument) -> Result<bool, String> {
    if text(control, "Status")? != "SUCCEEDED" {
        return Ok(false);
    }
    match text(control, "DriftStatus")? {
        "IN_SYNC" | "NOT_CHECKING" => Ok(true),
        "DRIFTED" => Ok(false),
        other => Err(format!("the drift of {} is {other}", control.id)),
    }
}
