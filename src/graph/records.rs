//! What records the reads and writes of data: trails and event data stores for what has data events, audit logs for the rest.
//!
//! May import: `model`, `graph`. Guarantees: a trail is named only when it logs now, covers the resource's account and
//! Region, and selects every such event without a filter; no trail is said only when all were read. Selectors:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html>.

mod logs;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::perimeter::is_inside;
use super::reading::put;
use super::s3::{bucket_arn, read};
use super::{Surroundings, partition, stores};
use crate::model::call::CallId;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// The facts that are derived: what records the reads, and what the writes. A trail, an event data store, the audit log of a
/// database or file system, or an attestation that the guest audits.
pub(super) const FACTS: [&str; 2] = ["readTrails", "writeTrails"];

/// What event data stores are called.
const STORE: &str = "AWS::CloudTrail::EventDataStore";
const TRAIL: &str = "AWS::CloudTrail::Trail";

/// What data events are about: a resource, by the type and the ARN that selectors name.
#[derive(Debug)]
struct Target<'a> {
    document: &'a ResourceDocument,
    kind: &'static str,
    /// The ARN as selectors have it: of a bucket with a slash behind it. None: selectors by ARN are a filter.
    whole: Option<String>,
    /// Values of a basic selector that mean every resource of the kind.
    everything: Vec<String>,
}

impl<'a> Target<'a> {
    /// The data events of a type; none where `CloudTrail` has none.
    fn new(document: &'a ResourceDocument) -> Option<Self> {
        let partition = partition(&document.region);
        Some(match document.kind.as_str() {
            stores::BUCKET => Self {
                document,
                kind: "AWS::S3::Object",
                whole: Some(format!("{}/", bucket_arn(document))),
                everything: vec![format!("arn:{partition}:s3"), format!("arn:{partition}:s3:::")],
            },
            "AWS::DynamoDB::Table" => Self {
                document,
                kind: "AWS::DynamoDB::Table",
                whole: Some(document.name().to_owned()),
                everything: vec![format!("arn:{partition}:dynamodb")],
            },
            "AWS::EC2::Snapshot" => Self { document, kind: "AWS::EC2::Snapshot", whole: None, everything: Vec::new() },
            _ => return None,
        })
    }
}

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let Some(target) = Target::new(document) else { return logs::derive(entity, document, around) };
    for (fact, write) in FACTS.into_iter().zip([false, true]) {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut calls: BTreeSet<CallId> = BTreeSet::new();
        let mut unknown = None;
        for kind in [TRAIL, STORE] {
            unknown = around.estate.listings().listed(kind, &document.account).err().or(unknown);
            for trail in around.estate.documents(kind) {
                match covers(trail, &target, around, write) {
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
        }
        // One is enough; only that there is none needs all of them.
        let value = match unknown {
            Some(why) if found.is_empty() => Err(why),
            _ => Ok(json!(found)),
        };
        put(entity, fact, value, Origin::Derived(calls.into_iter().collect()));
    }
}

/// Whether a trail records every write to a resource.
pub(super) fn records_writes(
    trail: &ResourceDocument,
    document: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<bool, String> {
    Target::new(document).map_or(Ok(false), |target| covers(trail, &target, around, true))
}

/// Whether a trail records all reads (or writes) of the target. A definite no beats what was not read.
fn covers(
    trail: &ResourceDocument,
    target: &Target<'_>,
    around: &Surroundings<'_>,
    write: bool,
) -> Result<bool, String> {
    let resource = target.document;
    let parts =
        [account(trail, resource, around), region(trail, resource), logging(trail), selects(trail, target, write)];
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
    let of_organisation = if trail.kind == STORE { "OrganizationEnabled" } else { "IsOrganizationTrail" };
    if !truth(trail, of_organisation)? {
        return Ok(false);
    }
    let members = around.estate.documents("AWS::Organizations::Account");
    if !members.iter().any(|m| m.id == trail.account) {
        return Err(format!("the organisation of {} was not read", trail.name()));
    }
    is_inside(around.estate, &trail.account, &bucket.account)
}

fn region(trail: &ResourceDocument, bucket: &ResourceDocument) -> Result<bool, String> {
    if trail.kind == STORE {
        return if trail.region == bucket.region { Ok(true) } else { truth(trail, "MultiRegionEnabled") };
    }
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
    if trail.kind == STORE {
        return Ok(status == "ENABLED");
    }
    let logging = status.get("IsLogging").and_then(Value::as_bool);
    // A trail that cannot write to its bucket records nothing.
    let error = status.get("LatestDeliveryError").and_then(Value::as_str).unwrap_or_default();
    logging.map(|logging| logging && error.is_empty()).ok_or_else(|| format!("Status of {} is not known", trail.name()))
}

fn selects(trail: &ResourceDocument, target: &Target<'_>, write: bool) -> Result<bool, String> {
    let list = |facet: &str| match read(trail, facet)?.as_array() {
        Some(list) => Ok(list.as_slice()),
        None => Err(format!("{facet} of {} is in no form that is understood", trail.name())),
    };
    // A trail has selectors of one of the two kinds.
    let advanced = list("AdvancedEventSelectors").map(|l| l.iter().any(|s| advanced(s, target, write)));
    if trail.kind == STORE {
        return advanced;
    }
    let basic = list("EventSelectors").map(|l| l.iter().any(|s| basic(s, target, write)));
    match (basic, advanced) {
        (Ok(true), _) | (_, Ok(true)) => Ok(true),
        (Ok(false), Ok(false)) => Ok(false),
        (Err(why), _) | (_, Err(why)) => Err(why),
    }
}

fn words(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn basic(selector: &Value, target: &Target<'_>, write: bool) -> bool {
    let kind = selector.get("ReadWriteType").and_then(Value::as_str).unwrap_or("All");
    if kind != "All" && kind != if write { "WriteOnly" } else { "ReadOnly" } {
        return false;
    }
    let is_whole =
        |value: &str| target.everything.iter().any(|all| all == value) || target.whole.as_deref() == Some(value);
    let resources = selector.get("DataResources").and_then(Value::as_array);
    resources.into_iter().flatten().any(|resource| {
        resource.get("Type").and_then(Value::as_str) == Some(target.kind)
            // A value with a prefix behind the slash of a bucket records only that part.
            && words(resource.get("Values")).any(is_whole)
    })
}

fn advanced(selector: &Value, target: &Target<'_>, write: bool) -> bool {
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
                objects = equals(target.kind);
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
                let Some(whole) = &target.whole else { return false };
                match *operator {
                    // An object has more behind the ARN of its bucket; a table has not.
                    "Equals" => target.kind != "AWS::S3::Object" && values.any(|v| v == whole),
                    "StartsWith" => values.any(|v| whole.starts_with(v)),
                    // Leaving out others is no filter on this bucket.
                    "NotStartsWith" => values.all(|v| !v.starts_with(whole.as_str()) && !whole.starts_with(v)),
                    "NotEquals" => values.all(|v| !v.starts_with(whole.as_str())),
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
