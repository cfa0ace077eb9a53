//! Names of a VPC: what its DNS firewall lets through, to which resolvers it forwards, and whether queries are recorded.
//!
//! May import: `model`, `graph`. Guarantees: rules are weighed in the order in which they hold; where that order, a group or a
//! list was not read, nothing is said to be blocked.

use std::collections::BTreeSet;

use serde_json::Value;

use super::firewalls::put_destinations;
use super::groups::dns_egress;
use super::ranges::Range;
use super::vpcs::shown_by_owner;
use super::{calls, declared_list, is_named, items, listed, word};
use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const ASSOCIATION: &str = "AWS::Route53Resolver::FirewallRuleGroupAssociation";
const RULE_GROUP: &str = "AWS::Route53Resolver::FirewallRuleGroup";
const LIST: &str = "AWS::Route53Resolver::FirewallDomainList";
const CONFIG: &str = "AWS::Route53Resolver::FirewallConfig";
const QUERY_LOG: &str = "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation";
const RULE: &str = "AWS::Route53Resolver::ResolverRule";
const OWN_PROFILE: &str = "AWS::Route53Profiles::Profile";
const PROFILE: &str = "AWS::Route53Profiles::ProfileAssociation";
const PROFILE_RESOURCE: &str = "AWS::Route53Profiles::ProfileResourceAssociation";

/// Addresses at which Amazon's own resolver answers in every VPC
/// (<https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>).
const AMAZON: [&str; 3] = ["AmazonProvidedDNS", "169.254.169.253", "fd00:ec2::253"];

pub(super) fn derive(entity: &mut Entity, vpc: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = calls(&[(vpc, "EnableDnsSupport"), (vpc, "DhcpOptionsId")]);
    match fails_open(vpc, around) {
        Ok(mode) => entity.set("dnsFailOpen", Value::from(mode), origin.clone()),
        Err(why) => entity.withhold("dnsFailOpen", why),
    }
    openings(vpc, around).put(entity, "dnsOpenings", &origin);
    query_logs(vpc, around).put(entity, "queryLogs", &origin);
    undeclared_resolvers(vpc, around).put(entity, "undeclaredResolvers", &origin);
    dns_egress(vpc, around).put(entity, "dnsEgress", &origin);
}

/// The documents of a type that were seen in the Region of a VPC.
fn near<'a>(
    kind: &'static str,
    vpc: &ResourceDocument,
    around: &Surroundings<'a>,
) -> impl Iterator<Item = &'a ResourceDocument> + use<'a> {
    let region = vpc.region.clone();
    around.of_type(kind).filter(move |document| document.region == region)
}

/// The profiles that a VPC has.
fn profiles<'a>(vpc: &ResourceDocument, around: &Surroundings<'a>) -> Result<BTreeSet<&'a str>, String> {
    listed(around, vpc, PROFILE)?;
    let mut all = BTreeSet::new();
    for association in near(PROFILE, vpc, around) {
        if text(association, "ResourceId")? == vpc.id && stands(text(association, "Status")?) {
            all.insert(text(association, "ProfileId")?);
        }
    }
    Ok(all)
}

fn stands(status: &str) -> bool {
    ["COMPLETE", "UPDATING"].contains(&status)
}

/// Whether queries pass where the DNS firewall does not answer: `ENABLED` or `DISABLED`.
fn fails_open(vpc: &ResourceDocument, around: &Surroundings<'_>) -> Result<String, String> {
    let profiles = profiles(vpc, around)?;
    let mut mode = "DISABLED";
    for config in near(CONFIG, vpc, around) {
        let of = text(config, "ResourceId")?;
        if of != vpc.id && !profiles.contains(of) {
            continue;
        }
        match text(config, "FirewallFailOpen")? {
            "DISABLED" => {}
            "ENABLED" => mode = "ENABLED",
            other => return Err(format!("FirewallFailOpen of {of} is {other}: what it stands for was not read")),
        }
    }
    if mode == "DISABLED" {
        listed(around, vpc, CONFIG)?;
        for id in &profiles {
            let profile = near(OWN_PROFILE, vpc, around).find(|profile| text(profile, "Id") == Ok(*id));
            let profile = profile.ok_or_else(|| format!("the profile {id} was not read"))?;
            if text(profile, "ShareStatus")? == "SHARED_WITH_ME" {
                return Err(format!("how the profile {id} fails shows in the account that shares it"));
            }
        }
    }
    Ok(mode.to_owned())
}

/// The rule groups of a VPC, its own and those of its profiles, in the order in which they hold.
fn rule_groups<'a>(vpc: &ResourceDocument, around: &Surroundings<'a>) -> Result<Vec<&'a ResourceDocument>, String> {
    for kind in [ASSOCIATION, RULE_GROUP, PROFILE_RESOURCE] {
        listed(around, vpc, kind)?;
    }
    let mut all: Vec<(i64, &'a ResourceDocument)> = Vec::new();
    for association in near(ASSOCIATION, vpc, around) {
        if text(association, "VpcId")? != vpc.id || !stands(text(association, "Status")?) {
            continue;
        }
        let priority = known(association, "Priority")?.as_i64().ok_or("the Priority of an association is no number")?;
        all.push((priority, rule_group("Id", text(association, "FirewallRuleGroupId")?, vpc, around)?));
    }
    let profiles = profiles(vpc, around)?;
    for resource in near(PROFILE_RESOURCE, vpc, around) {
        let arn = text(resource, "ResourceArn")?;
        let is_group = arn.contains(":firewall-rule-group/");
        if !is_group || !profiles.contains(text(resource, "ProfileId")?) || !stands(text(resource, "Status")?) {
            continue;
        }
        let properties: Value = serde_json::from_str(text(resource, "ResourceProperties")?).unwrap_or_default();
        let priority = properties.get("priority").and_then(Value::as_i64);
        let priority = priority.ok_or_else(|| format!("the priority of {arn} was not read"))?;
        let id = arn.rsplit('/').next().unwrap_or_default();
        all.push((priority, rule_group("Id", id, vpc, around)?));
    }
    all.sort_by_key(|(priority, _)| *priority);
    if all.windows(2).any(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        return Err("two rule groups have one priority".to_owned());
    }
    Ok(all.into_iter().map(|(_, group)| group).collect())
}

fn rule_group<'a>(
    facet: &str,
    id: &str,
    vpc: &ResourceDocument,
    around: &Surroundings<'a>,
) -> Result<&'a ResourceDocument, String> {
    let found = near(RULE_GROUP, vpc, around).find(|group| text(group, facet) == Ok(id));
    found.ok_or_else(|| format!("the rule group {id} was not read"))
}

/// What the DNS firewall of a VPC lets through before it blocks everything, and that it never does.
fn openings(vpc: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    if let Err(why) = shown_by_owner(vpc) {
        found.doubt(why);
        return found;
    }
    let groups = match rule_groups(vpc, around) {
        Ok(groups) => groups,
        Err(why) => {
            found.doubt(why);
            return found;
        }
    };
    for group in groups {
        let mut rules: Vec<&Value> = match items(group, "FirewallRules") {
            Ok(rules) => rules.iter().collect(),
            Err(why) => {
                found.doubt(why);
                return found;
            }
        };
        rules.sort_by_key(|rule| rule.get("Priority").and_then(Value::as_i64));
        for rule in rules {
            match weigh(rule, vpc, around) {
                Ok(Weight::Everything) => return found,
                Ok(Weight::Nothing) => {}
                Ok(Weight::Opening(what)) => found.add(what),
                Err(why) => found.doubt(why),
            }
        }
    }
    if found.doubted().is_none() {
        found.add("no rule blocks every name for every type of query");
    }
    found
}

/// What one rule does to queries that got so far.
enum Weight {
    /// Nothing gets further.
    Everything,
    /// It lets nothing through but what is declared.
    Nothing,
    Opening(String),
}

fn weigh(rule: &Value, vpc: &ResourceDocument, around: &Surroundings<'_>) -> Result<Weight, String> {
    let (name, id) = (word(rule, "Name"), word(rule, "FirewallDomainListId"));
    let list = near(LIST, vpc, around).find(|list| text(list, "Id") == Ok(id));
    let domains = || list.ok_or_else(|| format!("the domain list {id} was not read")).and_then(|l| items(l, "Domains"));
    let everything = |domains: &[Value]| domains.iter().any(|d| matches!(d.as_str(), Some("*" | "*.")));
    match word(rule, "Action") {
        "BLOCK" => {
            // What AWS blocks in lists of its own it does not say, and everything it is not.
            let of_aws = list.is_some_and(|list| text(list, "ManagedOwnerName").is_ok_and(|owner| !owner.is_empty()));
            if id.is_empty() || of_aws || !word(rule, "Qtype").is_empty() {
                return Ok(Weight::Nothing);
            }
            Ok(if everything(domains()?) { Weight::Everything } else { Weight::Nothing })
        }
        "ALLOW" | "ALERT" if id.is_empty() => Ok(Weight::Opening(format!("{name} lets through"))),
        "ALLOW" | "ALERT" => {
            let called = list.and_then(|list| text(list, "Name").ok()).unwrap_or(id);
            if !is_named(around.declared, "dns_allow", &[id, called]) {
                declared_list(around.declared, "dns_allow")?;
                return Ok(Weight::Opening(format!("{name} lets {called} through, which is not declared")));
            }
            Ok(if everything(domains()?) {
                Weight::Opening(format!("{name} lets everything through"))
            } else {
                Weight::Nothing
            })
        }
        other => Err(format!("the action {other} of {name} is not known")),
    }
}

/// The associations that record the queries of a VPC.
fn query_logs(vpc: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    for kind in [QUERY_LOG, PROFILE_RESOURCE] {
        if let Err(why) = listed(around, vpc, kind) {
            found.doubt(why);
        }
    }
    if let Err(why) = shown_by_owner(vpc) {
        found.doubt(why);
    }
    for association in near(QUERY_LOG, vpc, around) {
        match text(association, "ResourceId") {
            Ok(id) if id == vpc.id => match text(association, "Status") {
                Ok("ACTIVE") => found.add(text(association, "ResolverQueryLogConfigId").unwrap_or(&association.id)),
                Ok(_) => {}
                Err(why) => found.doubt(why),
            },
            Ok(_) => {}
            Err(why) => found.doubt(why),
        }
    }
    match profiles(vpc, around) {
        Ok(profiles) => {
            for resource in near(PROFILE_RESOURCE, vpc, around) {
                let arn = text(resource, "ResourceArn").unwrap_or_default();
                let its_own = text(resource, "ProfileId").is_ok_and(|id| profiles.contains(id));
                if its_own && arn.contains(":resolver-query-log-config/") && text(resource, "Status").is_ok_and(stands)
                {
                    found.add(arn);
                }
            }
        }
        Err(why) => found.doubt(why),
    }
    found
}

/// Resolvers beside Amazon's own that names of a VPC may be sent to and that are not declared.
fn undeclared_resolvers(vpc: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    if let Err(why) = listed(around, vpc, RULE) {
        found.doubt(why);
    }
    if let Err(why) = shown_by_owner(vpc) {
        found.doubt(why);
    }
    match dhcp_servers(vpc, around) {
        Ok(servers) => {
            for server in servers.into_iter().filter(|server| !AMAZON.contains(server)) {
                match is_declared(server, around) {
                    Ok(true) => {}
                    Ok(false) => found.add(format!("{server} (DHCP options)")),
                    Err(why) => found.doubt(why),
                }
            }
        }
        Err(why) => found.doubt(why),
    }
    // A profile brings rules that need not be shared one by one.
    if let Err(why) = listed(around, vpc, PROFILE_RESOURCE) {
        found.doubt(why);
    }
    match profiles(vpc, around) {
        Ok(own) => {
            for resource in near(PROFILE_RESOURCE, vpc, around) {
                match (text(resource, "ProfileId"), text(resource, "ResourceArn")) {
                    (Ok(profile), Ok(arn)) => {
                        let is_rule = own.contains(profile) && arn.contains(":resolver-rule/");
                        if is_rule && !near(RULE, vpc, around).any(|rule| rule.id == arn) {
                            found.doubt(format!("the rule {arn} of the profile {profile} was not read"));
                        }
                    }
                    (Err(why), _) | (_, Err(why)) => found.doubt(why),
                }
            }
        }
        Err(why) => found.doubt(why),
    }
    for rule in near(RULE, vpc, around) {
        match text(rule, "RuleType") {
            Ok("SYSTEM" | "RECURSIVE") => {}
            Ok(_) => match forwards_to_declared(rule, around) {
                Ok(true) => {}
                Ok(false) => found.doubt(format!(
                    "whether the rule {} is associated with it was not read: needs route53resolver:ListResolverRuleAssociations",
                    rule.id
                )),
                Err(why) => found.doubt(why),
            },
            Err(why) => found.doubt(why),
        }
    }
    found
}

/// The name servers of the DHCP options of a VPC.
fn dhcp_servers<'a>(vpc: &ResourceDocument, around: &Surroundings<'a>) -> Result<Vec<&'a str>, String> {
    let id = text(vpc, "DhcpOptionsId")?;
    // So AWS calls it where a VPC has none.
    if id == "default" {
        return Ok(Vec::new());
    }
    let options = around.documents.get(&("AWS::EC2::DHCPOptions".to_owned(), id.to_owned()));
    let options = options.ok_or_else(|| format!("the DHCP options {id} were not read"))?;
    let configurations = items(options, "DhcpConfigurations")?.iter();
    let servers = configurations.filter(|configuration| word(configuration, "Key") == "domain-name-servers");
    let values = servers.filter_map(|servers| servers.get("Values").and_then(Value::as_array)).flatten();
    Ok(values.map(|value| word(value, "Value")).collect())
}

fn forwards_to_declared(rule: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let targets = items(rule, "TargetIps")?;
    let mut all = !targets.is_empty();
    for target in targets {
        let ip = word(target, "Ip");
        all &= is_declared(if ip.is_empty() { word(target, "Ipv6") } else { ip }, around)?;
    }
    Ok(all)
}

fn is_declared(server: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let address = Range::parse(server);
    Ok(declared_list(around.declared, "resolvers")?.iter().any(|known| {
        let range = Range::parse(&known.text);
        known.text == server || range.zip(address).is_some_and(|(range, address)| range.contains(address))
    }))
}

/// Whether a domain list allows, and which of its domains nobody attested.
pub(super) fn derive_list(entity: &mut Entity, list: &ResourceDocument, around: &Surroundings<'_>) {
    let found = allowed(list, around);
    put_destinations(entity, found.as_ref().map_err(Clone::clone), &calls(&[(list, "Domains")]), around);
}

fn allowed(list: &ResourceDocument, around: &Surroundings<'_>) -> Result<BTreeSet<String>, String> {
    let id = text(list, "Id")?;
    let mut doubt = listed(around, list, RULE_GROUP).err();
    let mut allows = false;
    for group in near(RULE_GROUP, list, around) {
        match items(group, "FirewallRules") {
            Ok(rules) => {
                allows |= rules.iter().any(|r| {
                    // A rule that only alerts lets through.
                    word(r, "FirewallDomainListId") == id && ["ALERT", "ALLOW"].contains(&word(r, "Action"))
                });
            }
            Err(why) => doubt = Some(why),
        }
    }
    match (allows, doubt) {
        (true, _) => Ok(items(list, "Domains")?.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        (false, None) => Ok(BTreeSet::new()),
        (false, Some(why)) => Err(why),
    }
}
