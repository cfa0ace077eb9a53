//! AWS Config: recorders, delivery channels, rules, aggregators, and which resources the aggregators know.
//!
//! May import: `model`, `source`. Guarantees: a recorder whose status was not given has no status, so that it never looks
//! as if it were recording or had stopped; of what an aggregator knows, page after page is handed on and forgotten.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use aws_sdk_config::types::{
    AccountAggregationSource, AggregatedSourceStatus, ConfigRule, ConfigurationAggregator, ConfigurationRecorder,
    ConfigurationRecorderStatus, DeliveryChannel, OrganizationAggregationSource, RecordingGroup, RecordingMode, Source,
};
use serde_json::Value;

use crate::model::call::CallId;
use crate::model::inventory::{Found, Item};
use crate::source::operations as table;

use super::draft::{Answer, Draft, Place, object, some, sorted_texts, time};
use super::session::{Question, Session};

const RECORDER: &str = "AWS::Config::ConfigurationRecorder";
const CHANNEL: &str = "AWS::Config::DeliveryChannel";
const RULE: &str = "AWS::Config::ConfigRule";
const AGGREGATOR: &str = "AWS::Config::ConfigurationAggregator";
const INVENTORY: &str = crate::model::inventory::LISTING;

/// Which resources there are, and nothing of how they are configured.
const EXPRESSION: &str = "SELECT resourceId, resourceName, resourceType, arn, accountId, awsRegion, \
                          configurationItemCaptureTime, configurationItemStatus";

/// Collects AWS Config in one Region.
pub(super) async fn collect(session: &Session<'_>, region: &str) {
    let client = session.clients.config(region);
    tokio::join!(
        recorders(session, &client, region),
        delivery_channels(session, &client, region),
        rules(session, &client, region),
        aggregators(session, &client, region),
    );
}

fn gap<T>(answer: &Answer<T>) -> Option<String> {
    match answer {
        Answer::Missing { reason, .. } => Some(reason.clone()),
        _ => None,
    }
}

async fn recorders(session: &Session<'_>, client: &aws_sdk_config::Client, region: &str) {
    let (recorders, statuses) = tokio::join!(
        session.ask(
            Question::new(&table::CONFIG_DESCRIBE_CONFIGURATION_RECORDERS, region, &[]),
            |recorder| client.describe_configuration_recorders().customize().interceptor(recorder).send(),
            |output| {
                let recorders = output.configuration_recorders().to_vec();
                if recorders.iter().any(|recorder| recorder.name().is_none()) {
                    return Err("a recorder has no name".to_owned());
                }
                Ok(recorders)
            },
        ),
        session.ask(
            Question::new(&table::CONFIG_DESCRIBE_CONFIGURATION_RECORDER_STATUS, region, &[]),
            |recorder| client.describe_configuration_recorder_status().customize().interceptor(recorder).send(),
            |output| {
                let statuses = output.configuration_recorders_status().iter();
                Ok(statuses
                    .filter_map(|item| Some((item.name()?.to_owned(), status(item))))
                    .collect::<BTreeMap<_, _>>())
            },
        ),
    );
    if let Answer::Present { value, call } = &recorders {
        for recorder in value {
            session.document(recorder_document(session, recorder, region, call, &statuses));
        }
    }
    session.listing(RECORDER, region, vec![recorders.call().clone()], gap(&recorders));
}

fn recorder_document(
    session: &Session<'_>,
    recorder: &ConfigurationRecorder,
    region: &str,
    call: &CallId,
    statuses: &Answer<BTreeMap<String, Value>>,
) -> Draft {
    let by = "config:DescribeConfigurationRecorders";
    let name = recorder.name().unwrap_or_default();
    let mut draft = session.draft(RECORDER, name, recorder.arn(), region);
    draft.property("Name", name, call);
    draft.listed(Place::Property, "RoleARN", some(recorder.role_arn()), call, by);
    draft.listed(Place::Property, "RecordingGroup", recorder.recording_group().map(recording_group), call, by);
    draft.listed(Place::Property, "RecordingMode", recorder.recording_mode().map(recording_mode), call, by);
    let scope = recorder.recording_scope().map(|scope| scope.as_str());
    draft.listed(Place::Observed, "RecordingScope", some(scope), call, by);
    let answer = match statuses {
        Answer::Present { value, call } => match value.get(name) {
            Some(status) => Answer::Present { value: status.clone(), call: call.clone() },
            None => Answer::Missing {
                call: call.clone(),
                reason: "config:DescribeConfigurationRecorderStatus does not name this recorder".to_owned(),
            },
        },
        Answer::Absent { call } => Answer::Missing {
            call: call.clone(),
            reason: "config:DescribeConfigurationRecorderStatus gave no status".to_owned(),
        },
        Answer::Missing { call, reason } => Answer::Missing { call: call.clone(), reason: reason.clone() },
    };
    draft.fill(Place::Observed, "Status", object([]), answer);
    draft.tags_not_collected();
    draft
}

async fn delivery_channels(session: &Session<'_>, client: &aws_sdk_config::Client, region: &str) {
    let answer = session
        .ask(
            Question::new(&table::CONFIG_DESCRIBE_DELIVERY_CHANNELS, region, &[]),
            |recorder| client.describe_delivery_channels().customize().interceptor(recorder).send(),
            |output| {
                let channels = output.delivery_channels().to_vec();
                if channels.iter().any(|channel| channel.name().is_none()) {
                    return Err("a delivery channel has no name".to_owned());
                }
                Ok(channels)
            },
        )
        .await;
    if let Answer::Present { value, call } = &answer {
        for channel in value {
            session.document(channel_document(session, channel, region, call));
        }
    }
    session.listing(CHANNEL, region, vec![answer.call().clone()], gap(&answer));
}

fn channel_document(session: &Session<'_>, channel: &DeliveryChannel, region: &str, call: &CallId) -> Draft {
    let name = channel.name().unwrap_or_default();
    let mut draft = session.draft(CHANNEL, name, None, region);
    draft.property("Name", name, call);
    for (facet, value) in [
        ("S3BucketName", channel.s3_bucket_name()),
        ("S3KeyPrefix", channel.s3_key_prefix()),
        ("SnsTopicARN", channel.sns_topic_arn()),
        ("S3KmsKeyArn", channel.s3_kms_key_arn()),
    ] {
        // Left out by AWS means not configured.
        draft.property(facet, value.unwrap_or_default(), call);
    }
    draft.tags_not_collected();
    draft
}

async fn rules(session: &Session<'_>, client: &aws_sdk_config::Client, region: &str) {
    let pages = session
        .pages(
            Question::new(&table::CONFIG_DESCRIBE_CONFIG_RULES, region, &[]),
            |recorder, token| {
                client.describe_config_rules().set_next_token(token).customize().interceptor(recorder).send()
            },
            |output| {
                if output.config_rules().iter().any(|rule| rule.config_rule_arn().is_none()) {
                    return Err("a rule has no ARN".to_owned());
                }
                Ok(output.next_token().map(str::to_owned))
            },
        )
        .await;
    for (output, call) in &pages.answered {
        for rule in output.config_rules() {
            session.document(rule_document(session, rule, region, call));
        }
    }
    session.listing(RULE, region, pages.calls, pages.gap);
}

fn rule_document(session: &Session<'_>, rule: &ConfigRule, region: &str, call: &CallId) -> Draft {
    let by = "config:DescribeConfigRules";
    let arn = rule.config_rule_arn().unwrap_or_default();
    let mut draft = session.draft(RULE, arn, Some(arn), region);
    draft.listed(Place::Property, "ConfigRuleName", some(rule.config_rule_name()), call, by);
    draft.listed(Place::Property, "Source", rule.source().map(source), call, by);
    let state = rule.config_rule_state().map(|state| state.as_str());
    draft.listed(Place::Observed, "ConfigRuleState", some(state), call, by);
    draft.tags_not_collected();
    draft
}

async fn aggregators(session: &Session<'_>, client: &aws_sdk_config::Client, region: &str) {
    let pages = session
        .pages(
            Question::new(&table::CONFIG_DESCRIBE_CONFIGURATION_AGGREGATORS, region, &[]),
            |recorder, token| {
                client
                    .describe_configuration_aggregators()
                    .set_next_token(token)
                    .customize()
                    .interceptor(recorder)
                    .send()
            },
            |output| {
                let nameless = output.configuration_aggregators().iter().any(|aggregator| {
                    aggregator.configuration_aggregator_arn().is_none()
                        || aggregator.configuration_aggregator_name().is_none()
                });
                if nameless {
                    return Err("an aggregator has no ARN or no name".to_owned());
                }
                Ok(output.next_token().map(str::to_owned))
            },
        )
        .await;
    let all = pages.answered.iter().flat_map(|(output, call)| {
        output.configuration_aggregators().iter().map(move |item| aggregator(session, client, item, region, call))
    });
    let inventories = futures_util::future::join_all(all).await;
    if !inventories.is_empty() {
        let (calls, gaps): (Vec<_>, Vec<_>) = inventories.into_iter().unzip();
        session.listing(INVENTORY, region, calls.concat(), gaps.into_iter().flatten().next());
    }
    session.listing(AGGREGATOR, region, pages.calls, pages.gap);
}

async fn aggregator(
    session: &Session<'_>,
    client: &aws_sdk_config::Client,
    aggregator: &ConfigurationAggregator,
    region: &str,
    call: &CallId,
) -> (Vec<CallId>, Option<String>) {
    let arn = aggregator.configuration_aggregator_arn().unwrap_or_default();
    let name = aggregator.configuration_aggregator_name().unwrap_or_default();
    let sources = session
        .pages(
            Question::new(
                &table::CONFIG_DESCRIBE_CONFIGURATION_AGGREGATOR_SOURCES_STATUS,
                region,
                &[("ConfigurationAggregatorName", name)],
            ),
            |recorder, token| {
                client
                    .describe_configuration_aggregator_sources_status()
                    .configuration_aggregator_name(name)
                    .set_next_token(token)
                    .customize()
                    .interceptor(recorder)
                    .send()
            },
            |output| Ok(output.next_token().map(str::to_owned)),
        )
        .await
        .into_answer(|pages| sources_status(pages.iter().flat_map(|page| page.aggregated_source_status_list())));
    let mut draft = session.draft(AGGREGATOR, arn, Some(arn), region);
    draft.property("ConfigurationAggregatorName", name, call);
    let accounts = aggregator.account_aggregation_sources().iter().map(account_source).collect::<Value>();
    draft.property("AccountAggregationSources", accounts, call);
    let organization = aggregator.organization_aggregation_source().map_or_else(|| object([]), organization_source);
    draft.property("OrganizationAggregationSource", organization, call);
    draft.fill(Place::Observed, "SourcesStatus", Value::Array(Vec::new()), sources);
    draft.tags_not_collected();
    session.document(draft);
    inventory(session, client, name, region).await
}

/// A page of what an aggregator knows.
struct Page {
    /// JSON texts, taken out as soon as they were handed on.
    results: RefCell<Vec<String>>,
    next: Option<String>,
}

/// Hands on every resource that an aggregator knows; gives the calls, and why they may not be all.
async fn inventory(
    session: &Session<'_>,
    client: &aws_sdk_config::Client,
    name: &str,
    region: &str,
) -> (Vec<CallId>, Option<String>) {
    let question = Question::new(
        &table::CONFIG_SELECT_AGGREGATE_RESOURCE_CONFIG,
        region,
        &[("ConfigurationAggregatorName", name), ("Expression", EXPRESSION)],
    );
    let source = format!("aggregate {name}");
    let page = Cell::new(0);
    let pages = session
        .pages(
            question.clone(),
            |recorder, token| {
                let request = client
                    .select_aggregate_resource_config()
                    .configuration_aggregator_name(name)
                    .expression(EXPRESSION)
                    .limit(100)
                    .set_next_token(token);
                async move {
                    let mut output = request.customize().interceptor(recorder).send().await?;
                    let results = RefCell::new(output.results.take().unwrap_or_default());
                    Ok(Page { results, next: output.next_token })
                }
            },
            |answer: &Page| {
                page.set(page.get() + 1);
                let call = session.call_of(&question.clone().page(page.get()));
                let mut wrong = None;
                for text in answer.results.take() {
                    match row(&text, &source, &call) {
                        Ok(Item::There(row)) => session.inventoried(row),
                        Ok(Item::Gone(_) | Item::Own) => {}
                        Err(why) => wrong = Some(why),
                    }
                }
                wrong.map_or_else(|| Ok(answer.next.clone()), |why| Err(format!("a row cannot be used: {why}")))
            },
        )
        .await;
    (pages.calls, pages.gap)
}

/// What a row of a query says.
fn row(text: &str, source: &str, call: &str) -> Result<Item, String> {
    let value = crate::source::json::parse(text).map_err(|error| error.to_string())?;
    let member = |name: &str| match value.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("its {name} is no text")),
    };
    let found = Found {
        account: member("accountId")?,
        arn: member("arn")?,
        captured: member("configurationItemCaptureTime")?,
        id: member("resourceId")?,
        kind: member("resourceType")?,
        name: member("resourceName")?,
        region: member("awsRegion")?,
        status: member("configurationItemStatus")?,
    };
    found.item(source, call)
}

// Normalisers.

fn recording_group(group: &RecordingGroup) -> Value {
    let exclusion = group
        .exclusion_by_resource_types()
        .map(|item| object([("ResourceTypes", Some(sorted_texts(item.resource_types().iter().map(|x| x.as_str()))))]));
    let strategy =
        group.recording_strategy().map(|item| object([("UseOnly", some(item.use_only().map(|x| x.as_str())))]));
    object([
        ("AllSupported", Some(group.all_supported().into())),
        ("IncludeGlobalResourceTypes", Some(group.include_global_resource_types().into())),
        ("ResourceTypes", Some(sorted_texts(group.resource_types().iter().map(|x| x.as_str())))),
        ("ExclusionByResourceTypes", exclusion),
        ("RecordingStrategy", strategy),
    ])
}

fn recording_mode(mode: &RecordingMode) -> Value {
    let overrides = mode.recording_mode_overrides().iter().map(|item| {
        object([
            ("Description", some(item.description())),
            ("RecordingFrequency", Some(item.recording_frequency().as_str().into())),
            ("ResourceTypes", Some(sorted_texts(item.resource_types().iter().map(|x| x.as_str())))),
        ])
    });
    object([
        ("RecordingFrequency", Some(mode.recording_frequency().as_str().into())),
        ("RecordingModeOverrides", Some(overrides.collect())),
    ])
}

fn status(status: &ConfigurationRecorderStatus) -> Value {
    object([
        ("Recording", Some(status.recording().into())),
        ("LastStatus", some(status.last_status().map(|x| x.as_str()))),
        ("LastStatusChangeTime", time(status.last_status_change_time())),
        ("LastErrorCode", some(status.last_error_code().filter(|code| !code.is_empty()))),
    ])
}

fn source(source: &Source) -> Value {
    let details = source.source_details().iter().map(|item| {
        object([
            ("EventSource", some(item.event_source().map(|x| x.as_str()))),
            ("MessageType", some(item.message_type().map(|x| x.as_str()))),
            ("MaximumExecutionFrequency", some(item.maximum_execution_frequency().map(|x| x.as_str()))),
        ])
    });
    object([
        ("Owner", Some(source.owner().as_str().into())),
        ("SourceIdentifier", some(source.source_identifier())),
        ("SourceDetails", Some(details.collect())),
    ])
}

fn account_source(source: &AccountAggregationSource) -> Value {
    object([
        ("AccountIds", Some(sorted_texts(source.account_ids()))),
        ("AllAwsRegions", Some(source.all_aws_regions().into())),
        ("AwsRegions", Some(sorted_texts(source.aws_regions()))),
    ])
}

fn organization_source(source: &OrganizationAggregationSource) -> Value {
    object([
        ("RoleArn", Some(source.role_arn().into())),
        ("AllAwsRegions", Some(source.all_aws_regions().into())),
        ("AwsRegions", Some(sorted_texts(source.aws_regions()))),
    ])
}

fn sources_status<'s>(statuses: impl Iterator<Item = &'s AggregatedSourceStatus>) -> Value {
    let mut all: Vec<[Option<String>; 4]> = statuses
        .map(|item| {
            [
                item.source_id().map(str::to_owned),
                item.aws_region().map(str::to_owned),
                item.source_type().map(|x| x.as_str().to_owned()),
                item.last_update_status().map(|x| x.as_str().to_owned()),
            ]
        })
        .collect();
    all.sort();
    all.into_iter()
        .map(|[id, region, kind, last]| {
            object([
                ("SourceId", some(id)),
                ("SourceType", some(kind)),
                ("AwsRegion", some(region)),
                ("LastUpdateStatus", some(last)),
            ])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{recording_group, sources_status, status};
    use aws_sdk_config::types::{
        AggregatedSourceStatus, ConfigurationRecorderStatus, ExclusionByResourceTypes, RecorderStatus, RecordingGroup,
        RecordingStrategy, RecordingStrategyType, ResourceType,
    };
    use serde_json::json;

    #[test]
    fn a_recording_group_keeps_what_it_leaves_out() {
        let group = RecordingGroup::builder()
            .all_supported(false)
            .include_global_resource_types(false)
            .exclusion_by_resource_types(
                ExclusionByResourceTypes::builder().resource_types(ResourceType::from("AWS::IAM::User")).build(),
            )
            .recording_strategy(
                RecordingStrategy::builder().use_only(RecordingStrategyType::ExclusionByResourceTypes).build(),
            )
            .build();
        assert_eq!(
            recording_group(&group),
            json!({
                "AllSupported": false,
                "IncludeGlobalResourceTypes": false,
                "ResourceTypes": [],
                "ExclusionByResourceTypes": { "ResourceTypes": ["AWS::IAM::User"] },
                "RecordingStrategy": { "UseOnly": "EXCLUSION_BY_RESOURCE_TYPES" },
            })
        );
    }

    #[test]
    fn a_status_without_an_error_has_no_error() {
        let item = ConfigurationRecorderStatus::builder().recording(true).last_status(RecorderStatus::Success).build();
        assert_eq!(status(&item), json!({ "Recording": true, "LastStatus": "Success" }));
    }

    #[test]
    fn sources_are_sorted() {
        let item = |id: &str| AggregatedSourceStatus::builder().source_id(id).build();
        let items = [item("222222222222"), item("111111111111")];
        assert_eq!(
            sources_status(items.iter()),
            json!([{ "SourceId": "111111111111" }, { "SourceId": "222222222222" }])
        );
    }
}
