//! Transfer servers, connectors and web apps: who can reach them, what they log, and with whom they exchange.
//!
//! May import: `model`, `graph`. Guarantees: a range or partner is declared only where `[transfer] partners` names it; groups
//! that were not read are not known to be closed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::graph::Surroundings;
use crate::graph::certain::full_access;
use crate::graph::iam::Found;
use crate::graph::membership::{derived, role};
use crate::graph::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const ENDPOINT: &str = "AWS::EC2::VPCEndpoint";
const GROUP: &str = "AWS::EC2::SecurityGroup";
const USERS: [&str; 2] = ["AWS::Transfer::User", "AWS::Transfer::Access"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "AWS::Transfer::Server" => {
            log_destinations(entity, document);
            open_ranges(entity, document, around);
            users(entity, document, around);
        }
        "AWS::Transfer::Connector" => connector(entity, document, around),
        _ => web_app(entity, document, around),
    }
}

/// The declared partners: ranges and names.
fn partners<'d>(around: &'d Surroundings<'_>) -> Result<BTreeSet<&'d str>, String> {
    let list = around.declared.transfer.as_ref().and_then(|table| table.get("partners"));
    let list = list.ok_or("tre.toml declares no [transfer] partners")?;
    Ok(list.iter().map(|p| p.text.as_str()).collect())
}

/// Where a server writes its log: structured, or by a role.
fn log_destinations(entity: &mut Entity, document: &ResourceDocument) {
    let mut found = Found::default();
    match known(document, "StructuredLogDestinations").map(Value::as_array) {
        Ok(Some(list)) => list.iter().filter_map(Value::as_str).for_each(|arn| found.add(arn)),
        Ok(None) => found.doubt("StructuredLogDestinations is no list"),
        Err(why) => found.doubt(why),
    }
    match text(document, "LoggingRole") {
        Ok("") => {}
        Ok(role) => found.add(role),
        Err(why) => found.doubt(why),
    }
    found.put(entity, "logDestinations", &derived(document, &["StructuredLogDestinations", "LoggingRole"]));
}

/// Ranges beyond the partners' that the groups of an endpoint with public addresses admit.
fn open_ranges(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    match known(document, "EndpointDetails") {
        Err(why) => found.doubt(why),
        Ok(details) => {
            match is_facing(details).and_then(|facing| facing.then(|| groups(details, around)).transpose()) {
                Ok(None) => {}
                Ok(Some(groups)) => {
                    for group in groups {
                        match admits(&group, around) {
                            Ok(ranges) => ranges.into_iter().for_each(|range| found.add(range)),
                            Err(why) => found.doubt(why),
                        }
                    }
                }
                Err(why) => found.doubt(why),
            }
        }
    }
    found.put(entity, "openRanges", &derived(document, &["EndpointDetails"]));
}

/// Whether an endpoint has an address of its own; without one it is reached from inside the VPC alone.
fn is_facing(details: &Value) -> Result<bool, String> {
    let members = details.as_object().ok_or("EndpointDetails is no record")?;
    match members.get("AddressAllocationIds") {
        None => Ok(false),
        Some(Value::Array(list)) => Ok(!list.is_empty()),
        Some(_) => Err("AddressAllocationIds is no list".to_owned()),
    }
}

fn list<'v>(details: &'v Value, name: &str) -> &'v [Value] {
    details.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The groups of an endpoint. Transfer Family takes them and does not tell them again: the endpoint in the VPC does.
/// <https://docs.aws.amazon.com/transfer/latest/APIReference/API_EndpointDetails.html>
fn groups(details: &Value, around: &Surroundings<'_>) -> Result<BTreeSet<String>, String> {
    let texts = |values: &[Value]| values.iter().filter_map(Value::as_str).map(str::to_owned).collect::<BTreeSet<_>>();
    let told = texts(list(details, "SecurityGroupIds"));
    if !told.is_empty() {
        return Ok(told);
    }
    let id = details.get("VpcEndpointId").and_then(Value::as_str).ok_or("it does not say which endpoint it has")?;
    let endpoint = around.documents.get(&(ENDPOINT.to_owned(), id.to_owned()));
    let groups = known(endpoint.ok_or_else(|| format!("the endpoint {id} was not read"))?, "SecurityGroupIds")?;
    let groups = texts(groups.as_array().ok_or("SecurityGroupIds is no list")?);
    if groups.is_empty() { Err(format!("the endpoint {id} shows no group")) } else { Ok(groups) }
}

fn admits(group: &str, around: &Surroundings<'_>) -> Result<BTreeSet<String>, String> {
    let partners = partners(around)?;
    let read = around.documents.get(&(GROUP.to_owned(), group.to_owned()));
    let rules = known(read.ok_or_else(|| format!("the group {group} was not read"))?, "SecurityGroupIngress")?;
    let rules = rules.as_array().ok_or("SecurityGroupIngress is no list")?;
    let mut found = BTreeSet::new();
    for rule in rules {
        let Value::Object(members) = rule else { return Err("a rule of a group is no record".to_owned()) };
        for (member, value) in members {
            gather(member, value, &partners, &mut found)?;
        }
    }
    Ok(found)
}

/// Ranges stand as texts or in lists of records; lists of prefixes and other groups are not ranges that can be read here.
fn gather(member: &str, value: &Value, partners: &BTreeSet<&str>, found: &mut BTreeSet<String>) -> Result<(), String> {
    let mut add = |range: &str| {
        if !range.is_empty() && !partners.contains(range) {
            found.insert(range.to_owned());
        }
    };
    match (member, value) {
        ("CidrIp" | "CidrIpv6", Value::String(range)) => add(range),
        ("IpRanges" | "Ipv6Ranges", Value::Array(ranges)) => {
            for range in ranges {
                let cidr = ["CidrIp", "CidrIpv6"].iter().find_map(|name| range.get(*name)).and_then(Value::as_str);
                add(cidr.ok_or("a range of a group has no address")?);
            }
        }
        ("PrefixListIds" | "SourcePrefixListId" | "PrefixListId", value) if !is_empty(value) => {
            return Err("a group admits a list of prefixes, which is not read here".to_owned());
        }
        _ => {}
    }
    Ok(())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Users whose role may do everything and who are held to nothing: no policy of the session, no mapping of folders.
fn users(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let server = document.id.rsplit('/').next().unwrap_or(&document.id);
    let mut found = BTreeSet::new();
    for user in USERS.iter().flat_map(|kind| around.of_type(kind)) {
        let of = user.id.contains(&format!("/{server}/")) || user.id.contains(&format!(":{server}|"));
        let free = || {
            let open = known(user, "Policy").is_ok_and(|p| p.as_object().is_some_and(serde_json::Map::is_empty))
                && known(user, "HomeDirectoryType").is_ok_and(|kind| kind != "LOGICAL");
            let role = text(user, "Role").and_then(|arn| role(arn, around)).ok()?;
            (open && !full_access(role, around).is_empty()).then(|| role.name().to_owned())
        };
        if of && let Some(role) = free() {
            found.insert(format!("{}: {role}", user.name()));
        }
    }
    if !found.is_empty() {
        entity.set("usersBeyondStaging", json!(found), derived(document, &[]));
    }
}

fn connector(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    let named = text(document, "Url").and_then(|url| {
        if !url.is_empty() {
            return Ok(host(url).to_owned());
        }
        let lattice = known(document, "EgressConfig")?.pointer("/VpcLattice/ResourceConfigurationArn");
        lattice.and_then(Value::as_str).map(str::to_owned).ok_or_else(|| "it names no partner".to_owned())
    });
    match named.and_then(|name| Ok((partners(around)?.contains(name.as_str()), name))) {
        Ok((true, _)) => {}
        Ok((false, name)) => found.add(name),
        Err(why) => found.doubt(why),
    }
    found.put(entity, "undeclaredPartners", &derived(document, &["Url", "EgressConfig"]));
}

fn web_app(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    match text(document, "EndpointType") {
        Ok("VPC") => {}
        Ok(_) => found.add("anyone who reaches its public endpoint"),
        Err(why) => found.doubt(why),
    }
    match text(document, "AccessEndpoint") {
        Ok("") => {}
        Ok(url) => match partners(around) {
            Ok(partners) if partners.contains(host(url)) => {}
            Ok(_) => found.add(host(url)),
            Err(why) => found.doubt(why),
        },
        Err(why) => found.doubt(why),
    }
    found.put(entity, "undeclaredPartners", &derived(document, &["EndpointType", "AccessEndpoint"]));
}

/// `partner.example` of `sftp://partner.example:22/path`.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let rest = rest.rsplit('@').next().unwrap_or(rest);
    rest.split(':').next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_partner_is_known_by_its_host() {
        for url in
            ["sftp://partner.example:22", "https://partner.example/as2", "partner.example", "sftp://u@partner.example"]
        {
            assert_eq!(host(url), "partner.example", "{url}");
        }
        // What stands before an @ is a user's name and no host.
        assert_eq!(host("https://partner.example@evil.example/"), "evil.example");
        assert_eq!(host("https://evil.example/?@partner.example"), "evil.example");
    }
}
