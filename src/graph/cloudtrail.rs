//! Trails: which of them record all management events of an account.
//!
//! May import: `model`, `graph`. Guarantees: a trail is complete only when every part of it was read; "there is none" is
//! said only when the account's trails, those of the organisation among them, were listed in every Region.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::organizations::{known, text};
use super::{Estate, Surroundings};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const TRAIL: &str = "AWS::CloudTrail::Trail";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match complete(around.estate, &document.account) {
        Ok(trails) => {
            let calls = around.estate.documents(TRAIL).iter().filter(|t| trails.contains(t.name()));
            let calls: BTreeSet<_> = calls.flat_map(|t| t.calls.values().cloned()).collect();
            entity.set("completeTrails", json!(trails), Origin::Derived(calls.into_iter().collect()));
        }
        Err(reason) => entity.withhold("completeTrails", reason),
    }
}

/// The trails that record every management event of the account in every Region, live and with a key of one's own.
fn complete(estate: &Estate, account: &str) -> Result<BTreeSet<String>, String> {
    // One trail may be seen from several accounts, as a shadow with less rights: the best view of it counts.
    let mut views: BTreeMap<&str, Vec<Result<bool, String>>> = BTreeMap::new();
    for trail in estate.documents(TRAIL) {
        match covers(trail, account, estate) {
            Ok(false) => {}
            Ok(true) => views.entry(trail.name()).or_default().push(is_complete(trail)),
            Err(reason) => views.entry(trail.name()).or_default().push(Err(reason)),
        }
    }
    let found: BTreeSet<String> =
        views.iter().filter(|(_, seen)| seen.contains(&Ok(true))).map(|(name, _)| (*name).to_owned()).collect();
    if found.is_empty() {
        estate.listings().listed(TRAIL, account)?;
        for (name, seen) in views {
            // Seen in full from somewhere and not complete: that settles it.
            if !seen.contains(&Ok(false)) {
                let reason = seen.into_iter().find_map(Result::err).unwrap_or_default();
                return Err(format!("{name}: {reason}"));
            }
        }
    }
    Ok(found)
}

/// Whether a trail is about this account: its own, or the organisation's. `DescribeTrails` shows a member account the
/// trails of its organisation as well (shadow trails).
pub(super) fn covers(trail: &ResourceDocument, account: &str, estate: &Estate) -> Result<bool, String> {
    if trail.account == account {
        return Ok(true);
    }
    if known(trail, "IsOrganizationTrail")?.as_bool() != Some(true) {
        return Ok(false);
    }
    // Of this organisation, and not of some other one whose trail was collected too.
    super::perimeter::is_inside(estate, &trail.account, account)
}

/// Every part is asked, so that one part that is certainly wrong settles it whatever else was not read.
fn is_complete(trail: &ResourceDocument) -> Result<bool, String> {
    let flag = |facet: &str| {
        known(trail, facet)?.as_bool().ok_or_else(|| format!("{facet} of {} is neither true nor false", trail.id))
    };
    let mut unknown = None;
    for part in [
        flag("IsMultiRegionTrail"),
        flag("EnableLogFileValidation"),
        // CloudTrail takes customer keys only; without one, the files are encrypted with a key of S3.
        // <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html>
        text(trail, "KMSKeyId").map(|key| !key.is_empty()),
        delivers(trail),
        all_management_events(trail),
    ] {
        match part {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(reason) => unknown = Some(reason),
        }
    }
    unknown.map_or(Ok(true), Err)
}

/// Whether a trail is at work and its files arrive.
pub(super) fn delivers(trail: &ResourceDocument) -> Result<bool, String> {
    let status = known(trail, "Status")?;
    let logging = status.get("IsLogging").and_then(Value::as_bool).ok_or("Status does not say whether it logs")?;
    let error = status.get("LatestDeliveryError").and_then(Value::as_str).unwrap_or_default();
    Ok(logging && error.is_empty())
}

/// Whether one selector takes reads and writes of management events and leaves no source out.
pub(super) fn all_management_events(trail: &ResourceDocument) -> Result<bool, String> {
    let list =
        |facet: &str| known(trail, facet)?.as_array().ok_or_else(|| format!("{facet} of {} is no list", trail.id));
    let basic = list("EventSelectors")?.iter().any(|selector| {
        let excluded = selector.get("ExcludeManagementEventSources").and_then(Value::as_array);
        selector.get("ReadWriteType").and_then(Value::as_str) == Some("All")
            && selector.get("IncludeManagementEvents").and_then(Value::as_bool) == Some(true)
            && excluded.is_none_or(Vec::is_empty)
    });
    // An advanced selector takes both reads and writes when it has no field but the category: each further field, such as
    // readOnly or eventSource, only narrows it.
    let advanced = list("AdvancedEventSelectors")?.iter().any(|selector| {
        let fields = selector.get("FieldSelectors").and_then(Value::as_array);
        fields.is_some_and(|fields| {
            fields.len() == 1
                && fields.iter().all(|field| {
                    field.get("Field").and_then(Value::as_str) == Some("eventCategory")
                        && field
                            .get("Equals")
                            .and_then(Value::as_array)
                            .is_some_and(|v| v.contains(&json!("Management")))
                })
        })
    });
    Ok(basic || advanced)
}
