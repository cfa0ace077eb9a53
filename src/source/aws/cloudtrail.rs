//! `CloudTrail`: trails, whether they log, and what they log.
//!
//! May import: `model`, `source`. Guarantees: a trail that several Regions show is written once. Shadow trails are asked
//! for, because a member account sees the organisation's trail as a shadow only; without them it would look as if
//! nothing were logged.

use std::collections::BTreeMap;

use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
use aws_sdk_cloudtrail::types::{AdvancedEventSelector, EventSelector, Trail};
use serde_json::Value;

use crate::model::call::CallId;
use crate::source::operations as table;

use super::draft::{Answer, Place, object, some, texts, time};
use super::session::{Question, Session};

const KIND: &str = "AWS::CloudTrail::Trail";

/// A trail, the Region that showed it, and the call.
#[derive(Debug)]
struct Seen {
    trail: Trail,
    region: String,
    call: CallId,
}

/// Collects the trails of all Regions.
pub(super) async fn collect(session: &Session<'_>, regions: &[String]) {
    let answers = futures_util::future::join_all(regions.iter().map(|region| describe(session, region))).await;
    let mut trails: BTreeMap<String, Seen> = BTreeMap::new();
    for (region, answer) in regions.iter().zip(answers) {
        let calls = vec![answer.call().clone()];
        match answer {
            Answer::Present { value, call } => {
                session.listing(KIND, region, calls, None);
                for trail in value {
                    let arn = trail.trail_arn().unwrap_or_default().to_owned();
                    let seen = Seen { trail, region: region.clone(), call: call.clone() };
                    keep_nearest(&mut trails, arn, seen);
                }
            }
            Answer::Absent { .. } => session.listing(KIND, region, calls, None),
            Answer::Missing { reason, .. } => session.listing(KIND, region, calls, Some(reason)),
        }
    }
    futures_util::future::join_all(trails.values().map(|seen| document(session, seen))).await;
}

/// Keeps the trail as its home Region shows it, else as the first Region in alphabetical order does.
fn keep_nearest(trails: &mut BTreeMap<String, Seen>, arn: String, seen: Seen) {
    let at_home = |seen: &Seen| seen.trail.home_region() == Some(seen.region.as_str());
    let better = trails.get(&arn).is_none_or(|kept| at_home(&seen) && !at_home(kept));
    if better {
        trails.insert(arn, seen);
    }
}

async fn describe(session: &Session<'_>, region: &str) -> Answer<Vec<Trail>> {
    let client = session.clients.cloudtrail(region);
    session
        .ask(
            Question::new(&table::CLOUDTRAIL_DESCRIBE_TRAILS, region, &[("includeShadowTrails", "true")]),
            |recorder| client.describe_trails().include_shadow_trails(true).customize().interceptor(recorder).send(),
            |output| {
                if output.trail_list().iter().any(|trail| trail.trail_arn().is_none()) {
                    return Err("a trail has no ARN".to_owned());
                }
                Ok(output.trail_list().to_vec())
            },
        )
        .await
}

async fn document(session: &Session<'_>, seen: &Seen) {
    let Seen { trail, region, call } = seen;
    let arn = trail.trail_arn().unwrap_or_default();
    let client = session.clients.cloudtrail(region);
    let (status, selectors) = tokio::join!(
        session.ask(
            Question::new(&table::CLOUDTRAIL_GET_TRAIL_STATUS, region, &[("Name", arn)]),
            |recorder| client.get_trail_status().name(arn).customize().interceptor(recorder).send(),
            |output| Ok(status(&output)),
        ),
        session.ask(
            Question::new(&table::CLOUDTRAIL_GET_EVENT_SELECTORS, region, &[("TrailName", arn)]),
            |recorder| client.get_event_selectors().trail_name(arn).customize().interceptor(recorder).send(),
            selectors,
        ),
    );
    let mut draft = session.draft(KIND, arn, Some(arn), trail.home_region().unwrap_or(region));
    let by = "cloudtrail:DescribeTrails";
    for (name, value) in [
        ("TrailName", some(trail.name())),
        ("S3BucketName", some(trail.s3_bucket_name())),
        ("IsMultiRegionTrail", some(trail.is_multi_region_trail())),
        ("IsOrganizationTrail", some(trail.is_organization_trail())),
        ("EnableLogFileValidation", some(trail.log_file_validation_enabled())),
        ("IncludeGlobalServiceEvents", some(trail.include_global_service_events())),
        ("KMSKeyId", Some(trail.kms_key_id().unwrap_or_default().into())),
        ("CloudWatchLogsLogGroupArn", Some(trail.cloud_watch_logs_log_group_arn().unwrap_or_default().into())),
    ] {
        draft.listed(Place::Property, name, value, call, by);
    }
    draft.listed(Place::Observed, "HomeRegion", some(trail.home_region()), call, by);
    draft.fill(Place::Observed, "Status", object([]), status);
    let empty = || Value::Array(Vec::new());
    let (basic, advanced) = match selectors {
        Answer::Present { value: (basic, advanced), call } => {
            (Answer::Present { value: basic, call: call.clone() }, Answer::Present { value: advanced, call })
        }
        Answer::Absent { call } => (Answer::Absent { call: call.clone() }, Answer::Absent { call }),
        Answer::Missing { call, reason } => {
            (Answer::Missing { call: call.clone(), reason: reason.clone() }, Answer::Missing { call, reason })
        }
    };
    draft.fill(Place::Property, "EventSelectors", empty(), basic);
    draft.fill(Place::Property, "AdvancedEventSelectors", empty(), advanced);
    draft.tags_not_collected();
    session.document(draft);
}

// Normalisers.

fn status(output: &GetTrailStatusOutput) -> Value {
    object([
        ("IsLogging", some(output.is_logging())),
        (
            "LatestCloudWatchLogsDeliveryError",
            some(output.latest_cloud_watch_logs_delivery_error().filter(|text| !text.is_empty())),
        ),
        ("LatestDeliveryError", some(output.latest_delivery_error().filter(|text| !text.is_empty()))),
        ("LatestDeliveryTime", time(output.latest_delivery_time())),
        ("StartLoggingTime", time(output.start_logging_time())),
        ("StopLoggingTime", time(output.stop_logging_time())),
    ])
}

/// Event selectors and advanced ones. A trail always has the one or the other.
#[expect(clippy::needless_pass_by_value, reason = "the shape of a reader of `Session::ask`")]
fn selectors(output: GetEventSelectorsOutput) -> Result<(Value, Value), String> {
    if output.event_selectors().is_empty() && output.advanced_event_selectors().is_empty() {
        return Err("it has neither event selectors nor advanced ones".to_owned());
    }
    Ok((
        output.event_selectors().iter().map(selector).collect(),
        output.advanced_event_selectors().iter().map(advanced_selector).collect(),
    ))
}

fn selector(selector: &EventSelector) -> Value {
    let data = selector
        .data_resources()
        .iter()
        .map(|resource| object([("Type", some(resource.r#type())), ("Values", Some(texts(resource.values())))]));
    object([
        ("ReadWriteType", some(selector.read_write_type().map(|kind| kind.as_str()))),
        ("IncludeManagementEvents", some(selector.include_management_events())),
        ("DataResources", Some(data.collect())),
        ("ExcludeManagementEventSources", Some(texts(selector.exclude_management_event_sources()))),
    ])
}

fn advanced_selector(selector: &AdvancedEventSelector) -> Value {
    let list = |items: &[String]| (!items.is_empty()).then(|| texts(items));
    let fields = selector.field_selectors().iter().map(|field| {
        object([
            ("Field", Some(field.field().into())),
            ("Equals", list(field.equals())),
            ("StartsWith", list(field.starts_with())),
            ("EndsWith", list(field.ends_with())),
            ("NotEquals", list(field.not_equals())),
            ("NotStartsWith", list(field.not_starts_with())),
            ("NotEndsWith", list(field.not_ends_with())),
        ])
    });
    object([("Name", some(selector.name())), ("FieldSelectors", Some(fields.collect()))])
}

#[cfg(test)]
mod tests {
    use super::{Seen, keep_nearest, selectors, status};
    use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
    use aws_sdk_cloudtrail::operation::get_trail_status::GetTrailStatusOutput;
    use aws_sdk_cloudtrail::types::{EventSelector, ReadWriteType, Trail};
    use aws_smithy_types::DateTime;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn a_shadow_gives_way_to_the_trail_at_home() {
        let seen = |region: &str| Seen {
            trail: Trail::builder().trail_arn("arn").home_region("eu-west-2").build(),
            region: region.to_owned(),
            call: String::new(),
        };
        let mut trails = BTreeMap::new();
        for region in ["eu-west-1", "eu-west-2", "us-east-1"] {
            keep_nearest(&mut trails, "arn".to_owned(), seen(region));
        }
        assert_eq!((trails.len(), trails["arn"].region.as_str()), (1, "eu-west-2"));
    }

    #[test]
    fn an_empty_delivery_error_is_none() {
        let output = GetTrailStatusOutput::builder()
            .is_logging(true)
            .latest_delivery_error("")
            .latest_delivery_time(DateTime::from_secs(0))
            .build();
        assert_eq!(status(&output), json!({ "IsLogging": true, "LatestDeliveryTime": "1970-01-01T00:00:00Z" }));
    }

    #[test]
    fn selectors_are_read_and_never_both_empty() {
        assert!(selectors(GetEventSelectorsOutput::builder().trail_arn("arn").build()).is_err());
        let selector = EventSelector::builder().read_write_type(ReadWriteType::All).include_management_events(true);
        let (basic, advanced) =
            selectors(GetEventSelectorsOutput::builder().event_selectors(selector.build()).build()).unwrap();
        assert_eq!(basic[0]["ReadWriteType"], "All");
        assert_eq!(advanced, json!([]));
    }
}
