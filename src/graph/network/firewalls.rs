//! Network Firewall: what a policy lets through, what its lists allow, and what a firewall records.
//!
//! May import: `model`, `graph`. Guarantees: a rule group that was not read, or a rule that is not understood, is a doubt.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::suricata::{Pass, is_bounded, names_somebody, passes};
use super::{calls, word, words};
use crate::graph::iam::Found;
use crate::graph::organizations::{known, text};
use crate::graph::{Surroundings, derive_from};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const GROUP: &str = "AWS::NetworkFirewall::RuleGroup";

pub(super) fn derive_firewall(entity: &mut Entity, firewall: &ResourceDocument) {
    derive_from(entity, firewall, "logTypes", &["LogDestinationConfigs"], |facets| {
        // Without any logs the facet is empty, be it of whatever kind.
        let configs = facets.first().and_then(|value| value.as_array()).into_iter().flatten();
        Ok(json!(
            configs.map(|config| word(config, "LogType")).filter(|kind| !kind.is_empty()).collect::<BTreeSet<_>>()
        ))
    });
}

pub(super) fn derive_policy(entity: &mut Entity, policy: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = calls(&[(policy, "FirewallPolicy")]);
    let (mut stateless, mut unbounded) = (Found::default(), Found::default());
    let body = known(policy, "FirewallPolicy");
    match body.and_then(|body| if body.is_object() { Ok(body) } else { Err("FirewallPolicy is no record".to_owned()) })
    {
        Ok(body) => {
            for (_, group) in groups(body, "StatelessRuleGroupReferences", around, &mut stateless) {
                stateless.extend(stateless_passes(group));
            }
            for (arn, group) in groups(body, "StatefulRuleGroupReferences", around, &mut unbounded) {
                unbounded.extend(unbounded_passes(arn, group, body));
            }
        }
        Err(why) => {
            stateless.doubt(why.clone());
            unbounded.doubt(why);
        }
    }
    stateless.put(entity, "passingStatelessRules", &origin);
    unbounded.put(entity, "unboundedPassRules", &origin);
}

/// The rule groups that a policy refers to.
fn groups<'a>(
    body: &'a Value,
    member: &str,
    around: &Surroundings<'a>,
    found: &mut Found,
) -> Vec<(&'a str, &'a ResourceDocument)> {
    let mut all = Vec::new();
    for reference in body.get(member).and_then(Value::as_array).into_iter().flatten() {
        let arn = word(reference, "ResourceArn");
        // What AWS manages blocks or alerts, and lets nothing through
        // (https://docs.aws.amazon.com/network-firewall/latest/developerguide/nwfw-managed-rule-groups.html).
        if arn.split(':').nth(4) == Some("aws-managed") {
            continue;
        }
        match around.documents.get(&(GROUP.to_owned(), arn.to_owned())) {
            Some(group) => all.push((arn, group)),
            None => found.doubt(format!("the rule group {arn} was not read")),
        }
    }
    all
}

/// What a group says its rules are.
fn body(group: &ResourceDocument) -> Result<&Value, String> {
    let body = known(group, "RuleGroup")?;
    if body.is_object() { Ok(body) } else { Err(format!("RuleGroup of {} is no record", group.id)) }
}

/// The stateless rules of a group that pass packets: none of them sees a connection.
fn stateless_passes(group: &ResourceDocument) -> Found {
    let mut found = Found::default();
    match body(group) {
        Ok(body) => {
            for rule in body.get("StatelessRules").and_then(Value::as_array).into_iter().flatten() {
                if words(rule, "Actions").any(|action| action == "aws:pass") {
                    let priority = rule.get("Priority").and_then(Value::as_i64).unwrap_or_default();
                    found.add(format!("{} rule {priority}", group.id));
                }
            }
        }
        Err(why) => found.doubt(why),
    }
    found
}

/// The pass rules of a stateful group, in whatever form they are written. A list of allowed domains stands apart.
fn pass_rules(body: &Value) -> Result<Vec<Pass>, String> {
    let mut all = match body.get("RulesString").and_then(Value::as_str) {
        Some(text) => passes(text)?,
        None => Vec::new(),
    };
    for (index, rule) in body.get("StatefulRules").and_then(Value::as_array).into_iter().flatten().enumerate() {
        if word(rule, "Action") != "PASS" {
            continue;
        }
        let header = rule.get("Header").unwrap_or(&Value::Null);
        let options = rule.get("RuleOptions").and_then(Value::as_array).into_iter().flatten();
        let options = options.map(|option| {
            let value = words(option, "Settings").collect::<Vec<_>>().join(",");
            (word(option, "Keyword").to_ascii_lowercase(), value)
        });
        all.push(Pass {
            label: format!("rule {}", index.saturating_add(1)),
            protocol: word(header, "Protocol").to_owned(),
            source: word(header, "Source").to_owned(),
            destination: word(header, "Destination").to_owned(),
            both_ways: word(header, "Direction") == "ANY",
            options: options.collect(),
        });
    }
    Ok(all)
}

/// The definition of a set of addresses, in a group or in a policy.
fn set(body: &Value, member: &str, name: &str) -> Option<Vec<String>> {
    let set = body.get(member)?.get(name)?;
    Some(words(set, "Definition").map(str::to_owned).collect())
}

/// The domains of a list that allows.
fn allowed_domains(body: &Value) -> impl Iterator<Item = &str> {
    let list = body.get("RulesSourceList").filter(|list| word(list, "GeneratedRulesType") == "ALLOWLIST");
    list.into_iter().flat_map(|list| words(list, "Targets"))
}

fn unbounded_passes(arn: &str, group: &ResourceDocument, policy: &Value) -> Found {
    let mut found = Found::default();
    let rules = body(group).and_then(|body| Ok((body, pass_rules(body)?)));
    let (body, rules) = match rules {
        Ok(rules) => rules,
        Err(why) => {
            found.doubt(format!("{arn}: {why}"));
            return found;
        }
    };
    for domain in allowed_domains(body).filter(|domain| !names_somebody(domain)) {
        found.add(format!("{arn} allows every host of {domain}"));
    }
    let sets = |name: &str| set(body, "IPSets", name).or_else(|| set(policy, "PolicyVariables", name));
    for rule in rules.iter().filter(|rule| !rule.only_begins()) {
        let named = rule.hosts().map(|hosts| !hosts.is_empty());
        match (rule.is_bounded(&sets), named) {
            (Ok(true), _) | (_, Ok(true)) => {}
            (Ok(false), Ok(false)) => found.add(format!("{arn} {}", rule.label)),
            (Err(why), _) | (_, Err(why)) => found.doubt(format!("{arn} {}: {why}", rule.label)),
        }
    }
    found
}

/// Where a rule group lets through: domains and addresses, each as it stands.
fn destinations(body: &Value) -> Result<BTreeSet<String>, String> {
    let mut all = BTreeSet::new();
    all.extend(allowed_domains(body).map(str::to_owned));
    let sets = |name: &str| set(body, "IPSets", name);
    for rule in pass_rules(body)?.iter().filter(|rule| !rule.only_begins()) {
        let hosts = rule.hosts()?;
        let own = [rule.destination.as_str()].into_iter().chain(rule.both_ways.then_some(rule.source.as_str()));
        if hosts.is_empty() {
            for expression in own {
                addresses(expression, &sets, &mut all)?;
            }
        }
        all.extend(hosts);
    }
    for rule in body.get("StatelessRules").and_then(Value::as_array).into_iter().flatten() {
        if words(rule, "Actions").any(|action| action == "aws:pass") {
            let given = rule.get("Destinations").and_then(Value::as_array).into_iter().flatten();
            let given: Vec<String> = given.map(|address| word(address, "AddressDefinition").to_owned()).collect();
            all.extend(if given.is_empty() { vec!["any".to_owned()] } else { given });
        }
    }
    Ok(all)
}

/// The single addresses of an expression; what is not bounded is `any`.
fn addresses(
    expression: &str,
    sets: &dyn Fn(&str) -> Option<Vec<String>>,
    into: &mut BTreeSet<String>,
) -> Result<(), String> {
    if !is_bounded(expression, sets, 0)? {
        into.insert("any".to_owned());
        return Ok(());
    }
    for part in expression.trim_matches(['[', ']']).split(',').map(str::trim) {
        match part.strip_prefix('$') {
            // What stays in the VPC of the firewall leads nowhere.
            Some("HOME_NET") if sets("HOME_NET").is_none() => {}
            Some(name) => into.extend(sets(name).unwrap_or_else(|| vec![part.to_owned()])),
            None if part.starts_with('!') => {}
            None => {
                into.insert(part.trim_matches(['[', ']']).to_owned());
            }
        }
    }
    Ok(())
}

/// Those of the destinations for which no attestation stands.
pub(super) fn unattested<'d>(destinations: impl Iterator<Item = &'d str>, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    let live = around.declared.attestations.iter().filter(|attestation| {
        let lasts = attestation.expires.is_some_and(|end| around.as_of < end);
        attestation.kind == "egress-destination" && attestation.made <= around.as_of && lasts
    });
    let known: BTreeSet<&str> = live.filter_map(|a| a.subject.strip_prefix("destination:")).collect();
    for destination in destinations.filter(|destination| !known.contains(destination)) {
        if around.declared.register_given {
            found.add(destination);
        } else {
            found.doubt("no register of attestations was given");
        }
    }
    found
}

pub(super) fn derive_rule_group(entity: &mut Entity, group: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = calls(&[(group, "RuleGroup")]);
    let found = body(group).and_then(|body| {
        // The kind of rules is said by the group, and what it does not hold is not there.
        text(group, "Type")?;
        destinations(body)
    });
    put_destinations(entity, found.as_ref().map_err(Clone::clone), &origin, around);
}

/// The facts of a list that lets through.
pub(super) fn put_destinations(
    entity: &mut Entity,
    found: Result<&BTreeSet<String>, String>,
    origin: &Origin,
    around: &Surroundings<'_>,
) {
    match found {
        Ok(all) => {
            entity.set("allowsDestinations", json!(!all.is_empty()), origin.clone());
            unattested(all.iter().map(String::as_str), around).put(entity, "unattestedDestinations", origin);
        }
        Err(why) => {
            entity.withhold("allowsDestinations", why.clone());
            entity.withhold("unattestedDestinations", why);
        }
    }
}
