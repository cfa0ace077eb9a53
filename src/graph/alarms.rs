//! Whether somebody is told of changes to the boundary: rules on events and alarms on logs, to topics that people read.
//!
//! May import: `model`, `graph`. Guarantees: a change counts as alarmed only where a rule or filter that is understood takes
//! every such change and ends at a confirmed subscriber; where the alarm may stand in another account nothing is said.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Surroundings;
use super::cloudtrail::{all_management_events, covers, delivers};
use super::iam::Found;
use super::organizations::{known, text};
use super::workplaces::{account_of, from_all, listed};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// The facts that are derived.
pub(super) const FACTS: [&str; 1] = ["unalarmedChanges"];

const RULE: &str = "AWS::Events::Rule";
const TOPIC: &str = "AWS::SNS::Topic";
const ALARM: &str = "AWS::CloudWatch::Alarm";
const GROUP: &str = "AWS::Logs::LogGroup";
const TRAIL: &str = "AWS::CloudTrail::Trail";

/// Where events of services without a Region come out.
const GLOBAL_EVENTS: &str = "us-east-1";

/// A kind of change with the calls that make it.
struct Change {
    name: &'static str,
    service: &'static str,
    events: &'static [&'static str],
    is_global: bool,
}

const fn change(name: &'static str, service: &'static str, events: &'static [&'static str]) -> Change {
    Change { name, service, events, is_global: false }
}

/// Changes to what keeps an account of the environment apart.
const CHANGES: [Change; 7] = [
    change("routes", "ec2", &["CreateRoute", "DeleteRoute", "ReplaceRoute", "ReplaceRouteTableAssociation"]),
    change("gateways", "ec2", &["AttachInternetGateway", "CreateInternetGateway"]),
    change("security groups", "ec2", &["AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"]),
    change("endpoint policies", "ec2", &["ModifyVpcEndpoint"]),
    change("bucket policies", "s3", &["DeleteBucketPolicy", "PutBucketPolicy"]),
    change("keys", "kms", &["DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion"]),
    Change {
        name: "roles",
        service: "iam",
        events: &["AttachRolePolicy", "PutRolePolicy", "UpdateAssumeRolePolicy"],
        is_global: true,
    },
];

/// Changes that only the account which manages the organisation sees.
const OF_ORGANISATION: [Change; 1] = [Change {
    name: "organisation policies",
    service: "organizations",
    events: &["AttachPolicy", "DetachPolicy", "UpdatePolicy"],
    is_global: true,
}];

pub(super) fn derive(entity: &mut Entity, _: &ResourceDocument, around: &Surroundings<'_>) {
    const FACT: &str = "unalarmedChanges";
    let Some(approved) = &around.declared.regions else {
        return entity.withhold(FACT, "tre.toml declares no [tre] regions");
    };
    let manages = match entity.facts.get("managementAccount").map(|fact| &fact.value) {
        Some(manages) => manages.as_bool() == Some(true),
        None => return entity.withhold(FACT, "whether it manages the organisation is not known"),
    };
    // An account of the environment may manage the organisation as well: then it has both to watch.
    let ours = match super::tre::is_tre_account(around.declared, around.account) {
        Ok(ours) => ours,
        Err(why) => return entity.withhold(FACT, why),
    };
    let of_organisation = OF_ORGANISATION.iter().filter(|_| manages);
    let changes = CHANGES.iter().filter(|_| ours || !manages).chain(of_organisation);
    let signals = Signals::of(around);
    let mut found = Found::default();
    for change in changes {
        let approved = approved.iter().map(|region| region.text.as_str());
        let regions: Vec<&str> = if change.is_global { vec![GLOBAL_EVENTS] } else { approved.collect() };
        for region in regions {
            match signals.raise(change, region, around) {
                Ok(true) => {}
                Ok(false) => found.add(format!("{} in {region}", change.name)),
                Err(why) => found.doubt(why),
            }
        }
    }
    let behind = [RULE, ALARM].into_iter().flat_map(|kind| around.of_type(kind));
    found.put(entity, FACT, &from_all(behind));
}

/// What raises an alarm in the account.
struct Signals<'a> {
    /// Regions of which a trail at work takes every management event; empty text is all of them. Rules see calls only there.
    /// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>
    recorded: BTreeSet<&'a str>,
    rules: Vec<&'a ResourceDocument>,
    /// Patterns of filters on the log of a trail that records every Region, where an alarm on them reaches somebody.
    filters: Vec<&'a str>,
    /// Why there may be more.
    gaps: Vec<String>,
}

impl<'a> Signals<'a> {
    fn of(around: &Surroundings<'a>) -> Self {
        let mut signals = Self { recorded: BTreeSet::new(), rules: Vec::new(), filters: Vec::new(), gaps: Vec::new() };
        let (rules, gap) = listed(around, RULE);
        signals.rules.extend(rules);
        signals.gaps.extend(gap);
        for kind in [TRAIL, GROUP, ALARM] {
            signals.gaps.extend(around.estate.listings().listed(kind, around.account).err());
        }
        let mut logs: BTreeSet<&str> = BTreeSet::new();
        for trail in around.estate.documents(TRAIL) {
            match recorded(trail, around) {
                Ok(region) => signals.recorded.extend(region),
                Err(why) => signals.gaps.push(why),
            }
            match log_of(trail, around) {
                Ok(Some(log)) if account_of(log) == Some(around.account) => {
                    logs.insert(log.trim_end_matches(":*"));
                }
                Ok(Some(log)) => signals.gaps.push(format!("alarms may stand where {log} lies")),
                Ok(None) => {}
                Err(why) => signals.gaps.push(why),
            }
        }
        for group in around.of_type(GROUP).filter(|group| logs.contains(group.name().trim_end_matches(":*"))) {
            if let Err(why) = signals.add_filters(group, around) {
                signals.gaps.push(why);
            }
        }
        signals
    }

    fn add_filters(&mut self, group: &'a ResourceDocument, around: &Surroundings<'a>) -> Result<(), String> {
        for filter in known(group, "MetricFilters")?.as_array().ok_or("MetricFilters is no list")? {
            let pattern = filter.get("FilterPattern").and_then(Value::as_str).unwrap_or_default();
            let metrics = filter.get("MetricTransformations").and_then(Value::as_array);
            for metric in metrics.into_iter().flatten() {
                let member = |name: &str| metric.get(name).and_then(Value::as_str).unwrap_or_default();
                match is_alarmed(member("MetricNamespace"), member("MetricName"), &group.region, around) {
                    Ok(true) => self.filters.push(pattern),
                    Ok(false) => {}
                    Err(why) => self.gaps.push(why),
                }
            }
        }
        Ok(())
    }

    /// Whether each call that makes the change raises an alarm.
    fn raise(&self, change: &Change, region: &str, around: &Surroundings<'_>) -> Result<bool, String> {
        let mut unknown = None;
        for event in change.events {
            let by_filter = self.filters.iter().any(|pattern| filters(pattern, change.service, event));
            let mut by_rule = false;
            let is_recorded = self.recorded.contains("") || self.recorded.contains(region);
            for rule in self.rules.iter().filter(|rule| rule.region == region && is_recorded) {
                match raises(rule, change.service, event, around) {
                    Ok(raised) => by_rule |= raised,
                    Err(why) => unknown = Some(why),
                }
            }
            if by_filter || by_rule {
                continue;
            }
            around.estate.listings().listed_in(RULE, around.account, region)?;
            return match unknown.or_else(|| self.gaps.first().cloned()) {
                Some(why) => Err(why),
                None => Ok(false),
            };
        }
        Ok(true)
    }
}

/// The Region of which a trail at work takes every management event of this account, or the empty text for all of them.
fn recorded<'t>(trail: &'t ResourceDocument, around: &Surroundings<'_>) -> Result<Option<&'t str>, String> {
    if !covers(trail, around.account, around.estate)? || !delivers(trail)? || !all_management_events(trail)? {
        return Ok(None);
    }
    let everywhere = known(trail, "IsMultiRegionTrail")?.as_bool() == Some(true);
    Ok(Some(if everywhere { "" } else { trail.region.as_str() }))
}

/// The log group of a trail at work that records this account in every Region; none where it has none.
fn log_of<'t>(trail: &'t ResourceDocument, around: &Surroundings<'_>) -> Result<Option<&'t str>, String> {
    if !covers(trail, around.account, around.estate)? {
        return Ok(None);
    }
    let group = text(trail, "CloudWatchLogsLogGroupArn")?;
    if group.is_empty() || recorded(trail, around)? != Some("") {
        return Ok(None);
    }
    let status = known(trail, "Status")?;
    let error = status.get("LatestCloudWatchLogsDeliveryError").and_then(Value::as_str).unwrap_or_default();
    Ok(Some(group).filter(|_| error.is_empty()))
}

/// Whether an alarm on a metric tells somebody.
fn is_alarmed(namespace: &str, metric: &str, region: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let mut unknown = None;
    for alarm in around.of_type(ALARM).filter(|alarm| alarm.region == region) {
        let on_metric = text(alarm, "Namespace")? == namespace && text(alarm, "MetricName")? == metric;
        if !on_metric || known(alarm, "ActionsEnabled")?.as_bool() != Some(true) {
            continue;
        }
        let actions = known(alarm, "AlarmActions")?.as_array().ok_or("AlarmActions is no list")?;
        for action in actions.iter().filter_map(Value::as_str) {
            match is_read(action, around) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(why) => unknown = Some(why),
            }
        }
    }
    unknown.map_or(Ok(false), Err)
}

/// Whether somebody has confirmed that they read a topic.
fn is_read(arn: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let topic = around.documents.get(&(TOPIC.to_owned(), arn.to_owned()));
    let topic = topic.ok_or_else(|| format!("whom {arn} tells is not known"))?;
    let subscriptions = known(topic, "Subscriptions")?.as_array().ok_or("Subscriptions is no list")?;
    // Before it is confirmed a subscription has a word in the place of its ARN.
    let confirmed =
        |s: &Value| s.get("SubscriptionArn").and_then(Value::as_str).is_some_and(|arn| arn.starts_with("arn:"));
    Ok(subscriptions.iter().any(confirmed))
}

/// Whether a rule takes every such call and tells somebody.
fn raises(rule: &ResourceDocument, service: &str, event: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    if !text(rule, "State")?.starts_with("ENABLED") || text(rule, "EventBusName")? != "default" {
        return Ok(false);
    }
    if !matches_pattern(known(rule, "EventPattern")?, service, event) {
        return Ok(false);
    }
    let mut unknown = None;
    for target in known(rule, "Targets")?.as_array().ok_or("Targets is no list")? {
        let arn = target.get("Arn").and_then(Value::as_str).unwrap_or_default();
        match is_read(arn, around) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => unknown = Some(why),
        }
    }
    unknown.map_or(Ok(false), Err)
}

/// Whether a pattern takes every call of that name. A member that it has besides narrows it, and only whole words are
/// understood.
fn matches_pattern(pattern: &Value, service: &str, event: &str) -> bool {
    let Some(pattern) = pattern.as_object().filter(|pattern| !pattern.is_empty()) else { return false };
    let has =
        |value: &Value, word: &str| value.as_array().is_some_and(|list| list.iter().any(|v| v.as_str() == Some(word)));
    pattern.iter().all(|(name, value)| match name.as_str() {
        "source" => has(value, &format!("aws.{service}")),
        "detail-type" => has(value, "AWS API Call via CloudTrail"),
        "detail" => value.as_object().is_some_and(|detail| {
            detail.iter().all(|(name, value)| match name.as_str() {
                "eventSource" => has(value, &format!("{service}.amazonaws.com")),
                "eventName" => has(value, event),
                _ => false,
            })
        }),
        _ => false,
    })
}

/// Whether a filter on a trail's log takes every call of that name: alternatives on the name, and nothing besides but the
/// source of the event.
fn filters(pattern: &str, service: &str, event: &str) -> bool {
    let inner = pattern.trim().trim_start_matches('{').trim_end_matches('}');
    let (mut named, mut sources) = (false, 0);
    for comparison in inner.split("||").flat_map(|part| part.split("&&")) {
        let comparison = comparison.trim_matches(|c: char| c.is_whitespace() || "()".contains(c));
        let Some((field, value)) = comparison.split_once('=') else { return false };
        let value = value.trim().trim_matches('"');
        match field.trim() {
            "$.eventName" => named |= value == event,
            "$.eventSource" if value == format!("{service}.amazonaws.com") => sources += 1,
            _ => return false,
        }
    }
    // An "and" between anything else than names and their source would narrow it, and so would one inside the alternatives.
    let ands = inner.matches("&&").count();
    let outermost = inner.split_once("&&").is_none_or(|(before, after)| {
        let is_source = |part: &str| part.contains("$.eventSource") && !part.contains("||");
        is_source(before) || is_source(after)
    });
    named && ands <= sources && sources <= 1 && outermost
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pattern_takes_a_call_only_when_nothing_narrows_it() {
        let whole = json!({ "source": ["aws.ec2"], "detail-type": ["AWS API Call via CloudTrail"],
            "detail": { "eventSource": ["ec2.amazonaws.com"], "eventName": ["CreateRoute", "DeleteRoute"] } });
        assert!(matches_pattern(&whole, "ec2", "CreateRoute"));
        assert!(!matches_pattern(&whole, "ec2", "ReplaceRoute") && !matches_pattern(&whole, "s3", "CreateRoute"));
        assert!(matches_pattern(&json!({ "source": ["aws.kms"] }), "kms", "PutKeyPolicy"));
        for (member, value) in [
            ("account", json!(["111111111111"])),
            ("detail", json!({ "userIdentity": { "type": ["Root"] } })),
            ("detail", json!({ "eventName": [{ "prefix": "Create" }] })),
            ("detail", json!("CreateRoute")),
            ("detail-type", json!(["Scheduled Event"])),
        ] {
            let mut narrowed = json!({ "source": ["aws.ec2"] });
            narrowed[member] = value;
            assert!(!matches_pattern(&narrowed, "ec2", "CreateRoute"), "{narrowed}");
        }
        assert!(
            !matches_pattern(&json!({}), "ec2", "CreateRoute") && !matches_pattern(&json!([]), "ec2", "CreateRoute")
        );
    }

    #[test]
    fn a_filter_takes_a_call_only_when_nothing_narrows_it() {
        for (pattern, takes) in [
            ("{ ($.eventName = CreateRoute) || ($.eventName = DeleteRoute) }", true),
            ("{$.eventName=\"CreateRoute\"}", true),
            (
                "{($.eventSource = ec2.amazonaws.com) && (($.eventName = CreateRoute) || ($.eventName = DeleteRoute))}",
                true,
            ),
            ("{($.eventSource = s3.amazonaws.com) && ($.eventName = CreateRoute)}", false),
            ("{ ($.eventName = CreateRoute) && ($.errorCode = AccessDenied) }", false),
            ("{ ($.eventName = CreateRoute) && ($.eventName = DeleteRoute) }", false),
            (
                "{($.eventName = DeleteRoute) && (($.eventSource = ec2.amazonaws.com) || ($.eventName = CreateRoute))}",
                false,
            ),
            ("{ $.eventName != CreateRoute }", false),
            ("{ $.eventName = CreateRouteTable }", false),
            ("CreateRoute", false),
            ("", false),
        ] {
            assert_eq!(filters(pattern, "ec2", "CreateRoute"), takes, "{pattern}");
        }
    }
}
