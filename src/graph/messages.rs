//! Topics, queues, buses, streams and flows of an account: whom their policies let in, and where they deliver to.
//!
//! May import: `model`, `graph`. Guarantees: a place that is certainly outside is named; one whose account is not said is a
//! doubt, so that "none" is said only where every end of every channel was seen.

use serde_json::Value;

use super::Surroundings;
use super::grants::outside_grants_of;
use super::iam::Found;
use super::organizations::{known, text};
use super::workplaces::{account_of, bucket_in, from_all, is_account_inside, is_bucket_inside, listed};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// The facts that are derived.
pub(super) const FACTS: [&str; 2] = ["channelGrants", "outsideDeliveries"];

/// Channels with a policy of their own.
const SHARED: [&str; 4] = ["AWS::Events::EventBus", "AWS::Kinesis::Stream", "AWS::SNS::Topic", "AWS::SQS::Queue"];

/// Looks at the far ends of one channel.
type Look = fn(&ResourceDocument, &Surroundings<'_>, &mut Found) -> Result<(), String>;

/// Channels that deliver somewhere.
const DELIVERING: [(&str, Look); 5] = [
    ("AWS::AppFlow::Flow", flow),
    ("AWS::DMS::Endpoint", migration),
    ("AWS::Events::Rule", targets),
    ("AWS::KinesisFirehose::DeliveryStream", destinations),
    ("AWS::SNS::Topic", subscriptions),
];

/// Connectors of `AppFlow` whose other end is a service of the account's own.
const OWN_CONNECTORS: [&str; 5] = ["CustomerProfiles", "EventBridge", "LookoutMetrics", "Redshift", "S3"];

pub(super) fn derive(entity: &mut Entity, _: &ResourceDocument, around: &Surroundings<'_>) {
    let mut grants = Found::default();
    for kind in SHARED {
        each(around, kind, &mut grants, |channel, found| {
            for grant in outside_grants_of(channel, around)? {
                found.add(format!("{}: {grant}", channel.name()));
            }
            Ok(())
        });
    }
    let shared = SHARED.into_iter().flat_map(|kind| around.of_type(kind));
    grants.put(entity, "channelGrants", &from_all(shared));

    let mut found = Found::default();
    for (kind, look) in DELIVERING {
        each(around, kind, &mut found, |channel, found| look(channel, around, found));
    }
    let delivering = DELIVERING.into_iter().flat_map(|(kind, _)| around.of_type(kind));
    found.put(entity, "outsideDeliveries", &from_all(delivering));
}

/// Looks at every resource of a type; what cannot be read of one is a doubt.
fn each<'a>(
    around: &Surroundings<'a>,
    kind: &'a str,
    found: &mut Found,
    mut look: impl FnMut(&'a ResourceDocument, &mut Found) -> Result<(), String>,
) {
    let (documents, gap) = listed(around, kind);
    for document in documents {
        if let Err(why) = look(document, found) {
            found.doubt(why);
        }
    }
    if let Some(why) = gap {
        found.doubt(why);
    }
}

/// Whether the declaration lets a place be an end of a channel: by its ARN, its name or its kind.
fn is_allowed(around: &Surroundings<'_>, place: &str) -> bool {
    let allowed = around.declared.network.as_ref().and_then(|network| network.get("allowed"));
    !place.is_empty() && allowed.into_iter().flatten().any(|known| known.text == place)
}

/// An end that is named by its ARN.
fn arn(around: &Surroundings<'_>, from: &str, end: &str, found: &mut Found) {
    if end.is_empty() || is_allowed(around, end) {
        return;
    }
    if let Some(bucket) = bucket_in(end) {
        match is_bucket_inside(around, bucket) {
            Ok(true) => {}
            Ok(false) => found.add(format!("{from}: {end}")),
            Err(why) => found.doubt(format!("{from}: {why}")),
        }
        return;
    }
    match account_of(end).map(|account| is_account_inside(around, account)) {
        Some(Ok(true)) => {}
        Some(Ok(false)) => found.add(format!("{from}: {end}")),
        Some(Err(why)) => found.doubt(format!("{from}: {why}")),
        None => found.doubt(format!("{from}: {end} does not say in which account it lies")),
    }
}

fn subscriptions(topic: &ResourceDocument, around: &Surroundings<'_>, found: &mut Found) -> Result<(), String> {
    if is_allowed(around, topic.name()) {
        return Ok(());
    }
    for subscription in list(topic, "Subscriptions")? {
        let protocol = word(subscription, "Protocol");
        match protocol {
            "email" | "email-json" | "http" | "https" | "sms" | "application" => {
                found.add(format!("{}: {protocol}", topic.name()));
            }
            _ => {
                match is_account_inside(around, word(subscription, "Owner")) {
                    Ok(false) => found.add(format!("{}: {protocol} of {}", topic.name(), word(subscription, "Owner"))),
                    // Whoever subscribes it, the end may be another account's.
                    Ok(true) => found
                        .doubt(format!("{}: the end of a subscription ({protocol}) is not collected", topic.name())),
                    Err(why) => found.doubt(why),
                }
            }
        }
    }
    Ok(())
}

fn targets(rule: &ResourceDocument, around: &Surroundings<'_>, found: &mut Found) -> Result<(), String> {
    for target in list(rule, "Targets")? {
        let end = word(target, "Arn");
        // An API destination is a web address.
        if end.split(':').nth(5).is_some_and(|rest| rest.starts_with("api-destination/")) && !is_allowed(around, end) {
            found.add(format!("{}: {end}", rule.name()));
        }
        arn(around, rule.name(), end, found);
        let dead = target.pointer("/DeadLetterConfig/Arn").and_then(Value::as_str).unwrap_or_default();
        arn(around, rule.name(), dead, found);
    }
    Ok(())
}

fn destinations(stream: &ResourceDocument, around: &Surroundings<'_>, found: &mut Found) -> Result<(), String> {
    let from = stream.name();
    for destination in list(stream, "Destinations")? {
        // One of which nothing is kept, such as a web address without a name.
        if destination.as_object().is_none_or(serde_json::Map::is_empty) {
            found.doubt(format!("{from} does not say where it delivers"));
        }
        for web in ["HttpEndpointName", "SplunkEndpoint", "SnowflakeAccountUrl"] {
            let end = word(destination, web);
            if !end.is_empty() && !is_allowed(around, end) {
                found.add(format!("{from}: {end}"));
            }
        }
        for named in ["ElasticsearchDomainARN", "OpenSearchDomainARN", "IcebergCatalogARN"] {
            arn(around, from, word(destination, named), found);
        }
        for bucket in ["ExtendedS3", "S3", "S3Backup", "RedshiftS3", "IcebergS3"] {
            arn(around, from, destination.get(bucket).map_or("", |s3| word(s3, "BucketARN")), found);
        }
        for address in
            ["RedshiftClusterJDBCURL", "ElasticsearchEndpoint", "OpenSearchEndpoint", "OpenSearchServerlessEndpoint"]
        {
            let end = word(destination, address);
            if !end.is_empty() && !is_allowed(around, end) {
                found.doubt(format!("{from}: {end} does not say in which account it lies"));
            }
        }
    }
    Ok(())
}

fn migration(endpoint: &ResourceDocument, around: &Surroundings<'_>, found: &mut Found) -> Result<(), String> {
    if text(endpoint, "EndpointType")?.eq_ignore_ascii_case("source") {
        return Ok(());
    }
    let from = endpoint.name();
    let mut any = false;
    for server in ["ServerName", "ElasticsearchEndpoint", "RedisServerName"] {
        let name = text(endpoint, server)?;
        if !name.is_empty() {
            any = true;
            if !is_allowed(around, name) {
                found.doubt(format!("{from}: {name} does not say in which account it lies"));
            }
        }
    }
    let in_settings = |facet: &str, member: &str| known(endpoint, facet).map(|value| word(value, member));
    for bucket in
        [in_settings("S3Settings", "BucketName")?, text(endpoint, "NeptuneBucket")?, text(endpoint, "RedshiftBucket")?]
    {
        if !bucket.is_empty() {
            any = true;
            arn(around, from, &format!("s3://{bucket}"), found);
        }
    }
    let stream = in_settings("KinesisSettings", "StreamArn")?;
    let broker = in_settings("KafkaSettings", "Broker")?;
    arn(around, from, stream, found);
    if !broker.is_empty() && !is_allowed(around, broker) {
        found.doubt(format!("{from}: {broker} does not say in which account it lies"));
    }
    if !any && stream.is_empty() && broker.is_empty() {
        found.doubt(format!("{from} does not say where it writes to"));
    }
    Ok(())
}

fn flow(flow: &ResourceDocument, around: &Surroundings<'_>, found: &mut Found) -> Result<(), String> {
    let kind = text(flow, "DestinationConnectorType")?;
    let label = text(flow, "DestinationConnectorLabel").unwrap_or_default();
    if is_allowed(around, kind) || is_allowed(around, label) || is_allowed(around, flow.name()) {
        return Ok(());
    }
    if OWN_CONNECTORS.contains(&kind) {
        found.doubt(format!("{}: the place in {kind} to which it writes is not collected", flow.name()));
    } else {
        found.add(format!("{}: {kind}", flow.name()));
    }
    Ok(())
}

fn list<'a>(document: &'a ResourceDocument, facet: &str) -> Result<&'a [Value], String> {
    let list = known(document, facet)?.as_array();
    list.map(Vec::as_slice).ok_or_else(|| format!("{facet} of {} is no list", document.id))
}

fn word<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
