//! Where the routes of a subnet lead: to the internet, past the inspection, or to where only path analysis can follow.
//!
//! May import: `model`, `graph`. Guarantees: a route counts while it is active and something of its range is left by more
//! specific ones; a way that is not followed to its end is never taken for one that has none.

use serde_json::{Value, json};

use super::ranges::Range;
use super::{SUBNET, Use, calls, is_named, items, listed, subnet_is, table_of, word};
use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::organizations::text;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// Where a route leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target<'a> {
    /// Within the VPC, or nowhere: a black hole drops what it gets.
    Here,
    /// An internet, egress-only or carrier gateway.
    Internet(&'a str),
    /// A NAT gateway.
    Nat(&'a str),
    /// A virtual private gateway.
    Vpn(&'a str),
    /// An endpoint or an interface: a firewall, or a service.
    Within(&'a str),
    /// Another network.
    Onward(&'a str),
}

/// One route to one range, or to a prefix list that was not read.
#[derive(Debug)]
struct Route<'a> {
    destination: &'a str,
    range: Option<Range>,
    /// The destination is a prefix list.
    is_list: bool,
    target: Target<'a>,
}

impl Route<'_> {
    fn label(&self) -> String {
        let to = match self.target {
            Target::Here => "local",
            Target::Internet(id) | Target::Nat(id) | Target::Vpn(id) | Target::Within(id) | Target::Onward(id) => id,
        };
        format!("{} to {to}", self.destination)
    }
}

fn target(route: &Value) -> Target<'_> {
    if word(route, "State") == "blackhole" {
        return Target::Here;
    }
    let gateway = word(route, "GatewayId");
    match gateway.split('-').next().unwrap_or_default() {
        "" => {}
        "local" => return Target::Here,
        "igw" | "eigw" => return Target::Internet(gateway),
        "vgw" => return Target::Vpn(gateway),
        "vpce" => return Target::Within(gateway),
        _ => return Target::Onward(gateway),
    }
    for (name, to) in [
        ("EgressOnlyInternetGatewayId", Target::Internet as fn(_) -> _),
        ("CarrierGatewayId", Target::Internet),
        ("NatGatewayId", Target::Nat),
        ("NetworkInterfaceId", Target::Within),
        ("TransitGatewayId", Target::Onward),
        ("VpcPeeringConnectionId", Target::Onward),
        ("CoreNetworkArn", Target::Onward),
        ("LocalGatewayId", Target::Onward),
        ("InstanceId", Target::Onward),
    ] {
        let id = word(route, name);
        if !id.is_empty() {
            return to(id);
        }
    }
    Target::Onward("a target that is not modelled")
}

/// The routes of a table, a prefix list that was read as its entries.
fn routes<'a>(table: &'a ResourceDocument, around: &Surroundings<'a>) -> Result<Vec<Route<'a>>, String> {
    let mut all = Vec::new();
    for route in items(table, "Routes")? {
        let target = target(route);
        let list = word(route, "DestinationPrefixListId");
        if list.is_empty() {
            let four = word(route, "DestinationCidrBlock");
            let destination = if four.is_empty() { word(route, "DestinationIpv6CidrBlock") } else { four };
            all.push(Route { destination, range: Range::parse(destination), is_list: false, target });
            continue;
        }
        let entries = prefixes(list, around);
        let read = entries.iter().flatten().map(|(cidr, range)| (*cidr, Some(*range)));
        let read: Vec<(&str, Option<Range>)> = if entries.is_ok() { read.collect() } else { vec![(list, None)] };
        all.extend(read.into_iter().map(|(destination, range)| Route { destination, range, is_list: true, target }));
    }
    Ok(all)
}

/// The entries of a customer's prefix list, as they stand and as ranges.
///
/// # Errors
/// It is one of AWS's, or was not read.
pub(super) fn prefixes<'a>(id: &str, around: &Surroundings<'a>) -> Result<Vec<(&'a str, Range)>, String> {
    let list = around
        .documents
        .get(&("AWS::EC2::PrefixList".to_owned(), id.to_owned()))
        .ok_or_else(|| format!("the prefix list {id} was not read"))?;
    if text(list, "OwnerId")? == "AWS" {
        return Err(format!("the prefix list {id} is AWS's"));
    }
    items(list, "Entries")?
        .iter()
        .map(|entry| {
            let cidr = word(entry, "Cidr");
            Range::parse(cidr).map(|range| (cidr, range)).ok_or_else(|| format!("{cidr} of {id} is no range"))
        })
        .collect()
}

/// What leads out of a table to public addresses.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// Out of the network without inspection.
    pub(super) uninspected: Found,
    /// What has to be followed further, or whose destination is not known.
    pub(super) onward: Vec<String>,
}

/// Follows each route of a table one step.
pub(super) fn ways(table: &ResourceDocument, around: &Surroundings<'_>) -> Ways {
    let mut found = Ways::default();
    let all = match routes(table, around) {
        Ok(all) => all,
        Err(why) => {
            found.uninspected.doubt(why.clone());
            found.onward.push(why);
            return found;
        }
    };
    for route in &all {
        let public = route.range.map(|range| {
            let inner = all.iter().filter_map(|other| other.range.filter(|r| range != *r && range.contains(*r)));
            range.has_public_beside(&inner.collect::<Vec<_>>())
        });
        match (route.target, public) {
            (Target::Here, _) | (_, Some(false)) => {}
            (Target::Internet(_) | Target::Vpn(_), Some(true)) => found.uninspected.add(route.label()),
            (Target::Nat(id), Some(true)) if is_public_nat(id, around) => found.uninspected.add(route.label()),
            (Target::Internet(_) | Target::Vpn(_), None) => {
                found.uninspected.doubt(format!("{}: the list was not read", route.label()));
                found.onward.push(route.label());
            }
            (Target::Within(id), _) if is_inspection(id, around) || is_gateway_endpoint(id, route, around) => {}
            (Target::Nat(_) | Target::Within(_) | Target::Onward(_), _) => found.onward.push(route.label()),
        }
    }
    found
}

/// Whether a NAT gateway that was read leads to the internet.
fn is_public_nat(id: &str, around: &Surroundings<'_>) -> bool {
    let gateway = around.documents.get(&("AWS::EC2::NatGateway".to_owned(), id.to_owned()));
    gateway.is_some_and(|gateway| text(gateway, "ConnectivityType") == Ok("public"))
}

/// Whether an endpoint or interface is one of the declared inspection: by its own name, or as the endpoint of a firewall that is.
fn is_inspection(id: &str, around: &Surroundings<'_>) -> bool {
    if is_named(around.declared, "inspection", &[id]) {
        return true;
    }
    around.of_type("AWS::NetworkFirewall::Firewall").any(|firewall| {
        let endpoints = firewall.facet("Endpoints").and_then(Value::as_object).into_iter().flatten();
        let mut ids = endpoints.map(|(_, endpoint)| word(endpoint, "EndpointId"));
        is_named(around.declared, "inspection", &[&firewall.id]) && ids.any(|endpoint| endpoint == id)
    })
}

/// A gateway endpoint takes what is for a service of AWS, which it names by a list, and nothing else.
fn is_gateway_endpoint(id: &str, route: &Route<'_>, around: &Surroundings<'_>) -> bool {
    let endpoint = around.documents.get(&("AWS::EC2::VPCEndpoint".to_owned(), id.to_owned()));
    route.is_list && endpoint.is_some_and(|endpoint| text(endpoint, "VpcEndpointType") == Ok("Gateway"))
}

/// Whether the table of a subnet leads this prefix list to an endpoint.
pub(super) fn leads_to_endpoint(list: &str, table: &ResourceDocument) -> Result<bool, String> {
    Ok(items(table, "Routes")?.iter().any(|route| {
        word(route, "DestinationPrefixListId") == list
            && matches!(target(route), Target::Within(id) if id.starts_with("vpce-"))
    }))
}

pub(super) fn derive_table(entity: &mut Entity, table: &ResourceDocument, around: &Surroundings<'_>) {
    let mut open = Found::default();
    match items(table, "Routes") {
        Ok(all) => {
            for route in all {
                if let Target::Internet(id) = target(route) {
                    let destination = ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"]
                        .into_iter()
                        .map(|name| word(route, name))
                        .find(|name| !name.is_empty());
                    open.add(format!("{} to {id}", destination.unwrap_or_default()));
                }
            }
        }
        Err(why) => open.doubt(why),
    }
    open.put(entity, "internetRoutes", &calls(&[(table, "Routes")]));
    research_subnets(table, around).put(entity, "researchSubnets", &calls(&[(table, "Associations")]));
}

/// The workspace and data subnets that a table holds for.
fn research_subnets(table: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    for gap in listed(around, table, SUBNET).err().iter().chain(&around.networks().subnet_gap) {
        found.doubt(gap.clone());
    }
    let vpc = match text(table, "VpcId") {
        Ok(vpc) => vpc,
        Err(why) => {
            found.doubt(why);
            return found;
        }
    };
    // What it is associated with and nobody read may be one of them.
    let associations = items(table, "Associations").unwrap_or_else(|why| {
        found.doubt(why);
        &[]
    });
    for association in associations {
        let id = word(association, "SubnetId");
        if !id.is_empty() && !around.documents.contains_key(&(SUBNET.to_owned(), id.to_owned())) {
            match super::subnet_id_is(id, Use::Research, around) {
                Ok(true) => found.add(id),
                Ok(false) => {}
                Err(why) => found.doubt(why),
            }
        }
    }
    for subnet in around.networks().by_vpc.get(vpc).into_iter().flatten() {
        match (table_of(subnet, around), subnet_is(subnet, Use::Research, around.declared)) {
            (_, Ok(false)) => {}
            (Ok(other), _) if other.id != table.id => {}
            (Ok(_), Ok(true)) => found.add(subnet.id.as_str()),
            (Err(why), _) | (_, Err(why)) => found.doubt(why),
        }
    }
    found
}

pub(super) fn derive_subnet(entity: &mut Entity, subnet: &ResourceDocument, around: &Surroundings<'_>) {
    match subnet_is(subnet, Use::Research, around.declared) {
        Ok(is) => entity.set("holdsResearch", json!(is), calls(&[(subnet, "tags")])),
        Err(why) => entity.withhold("holdsResearch", why),
    }
    match table_of(subnet, around) {
        Ok(table) => {
            let origin = calls(&[(table, "Routes"), (table, "Associations")]);
            let found = ways(table, around);
            if found.onward.is_empty() {
                entity.set("uninspectedPaths", json!([]), origin.clone());
            }
            found.uninspected.put(entity, "uninspectedWays", &origin);
        }
        Err(why) => entity.withhold("uninspectedWays", why),
    }
}

/// Of subnets: those with a way out past the inspection, and whether any way is left to be followed.
pub(super) fn uninspected<'d>(
    subnets: impl Iterator<Item = &'d ResourceDocument>,
    around: &Surroundings<'_>,
) -> (Found, bool) {
    let (mut found, mut followed) = (Found::default(), true);
    for subnet in subnets {
        match table_of(subnet, around) {
            Ok(table) => {
                let ways = ways(table, around);
                followed &= ways.onward.is_empty();
                if ways.uninspected.has_certain() {
                    found.add(subnet.id.as_str());
                } else if let Some(why) = ways.uninspected.doubted() {
                    found.doubt(why);
                }
            }
            Err(why) => {
                found.doubt(why);
                followed = false;
            }
        }
    }
    (found, followed)
}

/// Sets the fact of path analysis where there is nothing to follow.
pub(super) fn put_paths(entity: &mut Entity, followed: bool, origin: &Origin) {
    if followed {
        entity.set("uninspectedPaths", json!([]), origin.clone());
    }
}
