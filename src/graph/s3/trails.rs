//! Which trails record what is done to the objects of a bucket.
//!
//! May import: `model`, `graph`. Guarantees: a trail is named only when it logs now, covers the bucket's account and
//! Region, and selects every such event without a filter; no trail is said only when all were read.
//!
//! Event data stores are not collected: a bucket that only one of them covers is said to have no trail, which errs towards
//! failing. Selectors: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html>.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::Surroundings;
use super::super::perimeter::is_inside;
use super::{bucket_arn, partition, put, read};
use crate::model::call::CallId;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    for (fact, write) in [("readTrails", false), ("writeTrails", true)] {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut calls: BTreeSet<CallId> = BTreeSet::new();
        let mut unknown = around.estate.listings().listed("AWS::CloudTrail::Trail", &document.account).err();
        for trail in around.estate.documents("AWS::CloudTrail::Trail") {
            match covers(trail, document, around, write) {
                Ok(true) => {
                    found.insert(trail.name());
                    for facet in ["Status", "EventSelectors", "AdvancedEventSelectors"] {
                        calls.extend(trail.calls.get(facet).cloned());
                    }
                }
                Ok(false) => {}
                Err(why) => unknown = Some(why),
            }
        }
        // One trail is enough; only that there is none needs all of them.
        let value = match unknown {
            Some(why) if found.is_empty() => Err(why),
            _ => Ok(json!(found)),
        };
        put(entity, fact, value, Origin::Derived(calls.into_iter().collect()));
    }
}

/// Whether a trail records all reads (or writes) of the bucket's objects. A definite no beats what was not read.
fn covers(
    trail: &ResourceDocument,
    bucket: &ResourceDocument,
    around: &Surroundings<'_>,
    write: bool,
) -> Result<bool, String> {
    let parts = [account(trail, bucket, around), region(trail, bucket), logging(trail), selects(trail, bucket, write)];
    if parts.contains(&Ok(false)) {
        return Ok(false);
    }
    parts.into_iter().collect::<Result<Vec<_>, _>>().map(|_| true)
}

fn truth(trail: &ResourceDocument, facet: &str) -> Result<bool, String> {
    let unclear = || format!("{facet} of {} is in no form that is understood", trail.name());
    read(trail, facet)?.as_bool().ok_or_else(unclear)
}

/// A trail of the same account, or of the organisation that the account is in.
fn account(trail: &ResourceDocument, bucket: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    if trail.account == bucket.account {
        return Ok(true);
    }
    if !truth(trail, "IsOrganizationTrail")? {
        return Ok(false);
    }
    let members = around.estate.documents("AWS::Organizations::Account");
    if !members.iter().any(|m| m.id == trail.account) {
        return Err(format!("the organisation of {} was not read", trail.name()));
    }
    is_inside(around.estate, &trail.account, &bucket.account)
}

fn region(trail: &ResourceDocument, bucket: &ResourceDocument) -> Result<bool, String> {
    match read(trail, "HomeRegion").map(Value::as_str) {
        Ok(Some(home)) if home == bucket.region => Ok(true),
        home => {
            let everywhere = truth(trail, "IsMultiRegionTrail")?;
            // In another Region and not everywhere; or it could not be told where it is.
            if everywhere { Ok(true) } else { home.map(|_| false) }
        }
    }
}

fn logging(trail: &ResourceDocument) -> Result<bool, String> {
    let status = read(trail, "Status")?;
    let logging = status.get("IsLogging").and_then(Value::as_bool);
    // A trail that cannot write to its bucket records nothing.
    let error = status.get("LatestDeliveryError").and_then(Value::as_str).unwrap_or_default();
    logging.map(|logging| logging && error.is_empty()).ok_or_else(|| format!("Status of {} is not known", trail.name()))
}

fn selects(trail: &ResourceDocument, bucket: &ResourceDocument, write: bool) -> Result<bool, String> {
    let list = |facet: &str| match read(trail, facet)?.as_array() {
        Some(list) => Ok(list.as_slice()),
        None => Err(format!("{facet} of {} is in no form that is understood", trail.name())),
    };
    // A trail has selectors of one of the two kinds.
    let basic = list("EventSelectors").map(|l| l.iter().any(|s| basic(s, bucket, write)));
    let advanced = list("AdvancedEventSelectors").map(|l| l.iter().any(|s| advanced(s, bucket, write)));
    match (basic, advanced) {
        (Ok(true), _) | (_, Ok(true)) => Ok(true),
        (Ok(false), Ok(false)) => Ok(false),
        (Err(why), _) | (_, Err(why)) => Err(why),
    }
}

fn words(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn basic(selector: &Value, bucket: &ResourceDocument, write: bool) -> bool {
    let kind = selector.get("ReadWriteType").and_then(Value::as_str).unwrap_or("All");
    if kind != "All" && kind != if write { "WriteOnly" } else { "ReadOnly" } {
        return false;
    }
    let everything = format!("arn:{}:s3", partition(bucket));
    let all_buckets = format!("{everything}:::");
    let whole = format!("{}/", bucket_arn(bucket));
    let resources = selector.get("DataResources").and_then(Value::as_array);
    resources.into_iter().flatten().any(|resource| {
        resource.get("Type").and_then(Value::as_str) == Some("AWS::S3::Object")
            // A value with a prefix behind the slash records only that part.
            && words(resource.get("Values")).any(|v| v == everything || v == all_buckets || v == whole)
    })
}

fn advanced(selector: &Value, bucket: &ResourceDocument, write: bool) -> bool {
    let whole = format!("{}/", bucket_arn(bucket));
    let (mut data, mut objects) = (false, false);
    for field in selector.get("FieldSelectors").and_then(Value::as_array).into_iter().flatten() {
        let members = field.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let operators: Vec<&str> = members.filter(|name| *name != "Field").collect();
        let equals = |wanted: &str| operators == ["Equals"] && words(field.get("Equals")).any(|v| v == wanted);
        let holds = match field.get("Field").and_then(Value::as_str) {
            Some("eventCategory") => {
                data = equals("Data");
                data
            }
            Some("resources.type") => {
                objects = equals("AWS::S3::Object");
                objects
            }
            Some("readOnly") => equals(if write { "false" } else { "true" }),
            Some("resources.ARN") if !operators.is_empty() => operators.iter().all(|operator| {
                // A value that is no text may be a filter.
                let list = field.get(*operator).and_then(Value::as_array);
                if list.is_none_or(|list| list.iter().any(|v| !v.is_string())) {
                    return false;
                }
                let mut values = words(field.get(*operator));
                match *operator {
                    "StartsWith" => values.any(|v| whole.starts_with(v)),
                    // Leaving out others is no filter on this bucket.
                    "NotStartsWith" => values.all(|v| !v.starts_with(&whole) && !whole.starts_with(v)),
                    "NotEquals" => values.all(|v| !v.starts_with(&whole)),
                    _ => false,
                }
            }),
            // By event name, user or source: a filter.
            _ => false,
        };
        if !holds {
            return false;
        }
    }
    data && objects
}
