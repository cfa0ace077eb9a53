//! Security groups: where workspaces may send, and who may reach workspaces and databases.
//!
//! May import: `model`, `graph`. Guarantees: a rule that is not understood, a list or group that was not read, or an interface
//! that may be missing is a doubt, never nobody.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::ranges::Range;
use super::{
    GROUP, INSTANCE, INTERFACE, SUBNET, Use, calls, declared_list, is_named, items, listed, project_of, routes,
    subnet_id_is, table_of, word,
};
use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::organizations::{known, text};
use crate::graph::purpose;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// A rule of more ports than this is no list of ports.
const MOST_PORTS: i64 = 1000;

/// Interfaces that answer or pass on and never begin a connection of their own.
const ANSWERING: [&str; 7] = [
    "gateway_load_balancer",
    "gateway_load_balancer_endpoint",
    "nat_gateway",
    "natGateway",
    "network_load_balancer",
    "transit_gateway",
    "vpc_endpoint",
];

/// Whom a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Peer<'a> {
    Range(&'a str),
    List(&'a str),
    Group { id: &'a str, account: &'a str },
}

/// One rule with one peer.
#[derive(Debug, Clone, Copy)]
struct Rule<'a> {
    protocol: &'a str,
    /// First and last port; None is all of them.
    ports: Option<(i64, i64)>,
    peer: Peer<'a>,
}

impl Rule<'_> {
    fn label(&self) -> String {
        let ports = match self.ports {
            None => "all ports".to_owned(),
            Some((first, last)) if first == last => format!("port {first}"),
            Some((first, last)) => format!("ports {first} to {last}"),
        };
        let protocol = if self.protocol == "-1" { "any protocol" } else { self.protocol };
        match self.peer {
            Peer::Range(name) | Peer::List(name) | Peer::Group { id: name, .. } => {
                format!("{name}, {protocol}, {ports}")
            }
        }
    }

    /// Whether it is about TCP or UDP and a port among these.
    fn has_port(&self, wanted: &[i64]) -> bool {
        let carries = matches!(self.protocol, "-1" | "tcp" | "udp" | "6" | "17");
        carries && self.ports.is_none_or(|(first, last)| wanted.iter().any(|port| first <= *port && *port <= last))
    }

    /// The ports of TCP or UDP, where they are few enough to be a list.
    fn ports(&self) -> Option<Vec<i64>> {
        let (first, last) = self.ports.filter(|_| matches!(self.protocol, "tcp" | "udp" | "6" | "17"))?;
        (last.checked_sub(first)? < MOST_PORTS).then(|| (first..=last).collect())
    }
}

/// The rules of a group in one direction.
fn rules<'a>(group: &'a ResourceDocument, facet: &str) -> Result<Vec<Rule<'a>>, String> {
    let mut all = Vec::new();
    for permission in items(group, facet)? {
        let protocol = word(permission, "IpProtocol");
        if protocol.is_empty() {
            return Err(format!("a rule of {} has no protocol", group.id));
        }
        let port = |name: &str| permission.get(name).and_then(Value::as_i64);
        // Both are left out, or -1, where all are meant.
        let ports = match (port("FromPort"), port("ToPort")) {
            (Some(first), Some(last)) if first >= 0 => Some((first, last)),
            _ => None,
        };
        let list = |name: &str| permission.get(name).and_then(Value::as_array).into_iter().flatten();
        let ranges = list("IpRanges").map(|range| word(range, "CidrIp"));
        let ranges = ranges.chain(list("Ipv6Ranges").map(|range| word(range, "CidrIpv6")));
        let peers = ranges.map(Peer::Range).chain(list("PrefixListIds").map(|l| Peer::List(word(l, "PrefixListId"))));
        let groups = list("Groups").map(|g| Peer::Group { id: word(g, "GroupId"), account: word(g, "UserId") });
        all.extend(peers.chain(groups).map(|peer| Rule { protocol, ports, peer }));
    }
    Ok(all)
}

/// What a group lets its members send to public addresses.
#[derive(Debug, Default)]
pub(in crate::graph) struct Egress {
    /// Rules that admit public addresses.
    pub(in crate::graph) public: Found,
    /// Those of them that name no ports.
    pub(in crate::graph) unbounded: Found,
    /// The ports of the others, where all rules are known.
    pub(in crate::graph) ports: BTreeSet<i64>,
}

/// Reads the egress of a group that is used in these subnets; `gap` says why it may be used in others.
pub(in crate::graph) fn egress_of(
    group: &ResourceDocument,
    subnets: &[&ResourceDocument],
    gap: Option<&str>,
    around: &Surroundings<'_>,
) -> Egress {
    let mut found = Egress::default();
    let all = match rules(group, "SecurityGroupEgress") {
        Ok(all) => all,
        Err(why) => {
            found.public.doubt(why.clone());
            found.unbounded.doubt(why);
            return found;
        }
    };
    let own = own_ranges(group, around);
    for rule in all {
        let public = match rule.peer {
            Peer::Group { .. } => Ok(false),
            Peer::Range(text) => Range::parse(text)
                .map(|range| range.has_public_beside(&own))
                .ok_or_else(|| format!("{text} of {} is no range", group.id)),
            Peer::List(list) => match (list_is_public(list, subnets, &own, around), gap) {
                (Ok(public), None) => Ok(public),
                (Ok(true), _) => Ok(true),
                (Ok(false), Some(gap)) => Err(gap.to_owned()),
                (Err(why), _) => Err(why),
            },
        };
        match public {
            Ok(false) => {}
            Ok(true) => {
                found.public.add(rule.label());
                match rule.ports() {
                    Some(ports) => found.ports.extend(ports),
                    None => found.unbounded.add(rule.label()),
                }
            }
            Err(why) => {
                found.public.doubt(why.clone());
                found.unbounded.doubt(why);
            }
        }
    }
    found
}

/// The ranges of a group's own VPC: public ones too are its own there.
fn own_ranges(group: &ResourceDocument, around: &Surroundings<'_>) -> Vec<Range> {
    let Ok(vpc) = text(group, "VpcId") else { return Vec::new() };
    let document = around.documents.get(&("AWS::EC2::VPC".to_owned(), vpc.to_owned()));
    let subnets = around.networks().by_vpc.get(vpc).into_iter().flatten().copied();
    subnets.chain(document).filter_map(|d| Range::parse(text(d, "CidrBlock").ok()?)).collect()
}

/// Whether a prefix list has public addresses that no endpoint takes.
fn list_is_public(
    id: &str,
    subnets: &[&ResourceDocument],
    own: &[Range],
    around: &Surroundings<'_>,
) -> Result<bool, String> {
    let list = around.documents.get(&("AWS::EC2::PrefixList".to_owned(), id.to_owned()));
    let list = list.ok_or_else(|| format!("the prefix list {id} was not read"))?;
    if text(list, "OwnerId")? != "AWS" {
        return Ok(routes::prefixes(id, around)?.iter().any(|(_, range)| range.has_public_beside(own)));
    }
    // What AWS lists is a service's: it stays inside where each subnet leads it to an endpoint.
    for subnet in subnets {
        if !routes::leads_to_endpoint(id, table_of(subnet, around)?)? {
            return Ok(true);
        }
    }
    Ok(subnets.is_empty())
}

/// The workspace subnets in which a group is used by something that begins connections.
fn workspace_subnets<'a>(group: &ResourceDocument, around: &Surroundings<'a>) -> (Vec<&'a ResourceDocument>, Found) {
    let networks = around.networks();
    let mut found = Found::default();
    for gap in listed(around, group, INTERFACE).err().iter().chain(&networks.interface_gap) {
        found.doubt(gap.clone());
    }
    let mut subnets = BTreeMap::new();
    for interface in networks.by_group.get(group.id.as_str()).into_iter().flatten() {
        if text(interface, "InterfaceType").is_ok_and(|kind| ANSWERING.contains(&kind)) {
            continue;
        }
        match text(interface, "SubnetId").and_then(|id| Ok((id, subnet_id_is(id, Use::Workspace, around)?))) {
            Ok((id, true)) => {
                found.add(interface.id.as_str());
                match around.documents.get(&(SUBNET.to_owned(), id.to_owned())) {
                    Some(subnet) => {
                        subnets.insert(id, subnet);
                    }
                    None => found.doubt(format!("the subnet {id} was not read")),
                }
            }
            Ok((_, false)) => {}
            Err(why) => found.doubt(why),
        }
    }
    (subnets.into_values().collect(), found)
}

pub(super) fn derive_group(entity: &mut Entity, group: &ResourceDocument, around: &Surroundings<'_>) {
    let (subnets, uses) = workspace_subnets(group, around);
    let origin = calls(&[(group, "SecurityGroupEgress")]);
    let tagged = purpose::role_tag(group, around.declared)
        .map(|role| role.is_some_and(|role| role.eq_ignore_ascii_case("workspace")));
    match (uses.has_certain(), tagged, uses.doubted()) {
        (true, ..) | (_, Ok(true), _) => entity.set("ofWorkspaces", json!(true), origin.clone()),
        (_, Err(why), _) => entity.withhold("ofWorkspaces", why),
        (_, _, Some(why)) => entity.withhold("ofWorkspaces", why.to_owned()),
        (false, Ok(false), None) => entity.set("ofWorkspaces", json!(false), origin.clone()),
    }
    let egress = egress_of(group, &subnets, uses.doubted(), around);
    match egress.public.doubted() {
        Some(why) => entity.withhold("publicEgressPorts", why.to_owned()),
        None => entity.set("publicEgressPorts", json!(egress.ports), origin.clone()),
    }
    egress.public.put(entity, "publicEgress", &origin);
    egress.unbounded.put(entity, "unboundedEgress", &origin);
    let (mut past, followed) = routes::uninspected(subnets.iter().copied(), around);
    if let Some(why) = uses.doubted() {
        past.doubt(why);
    }
    routes::put_paths(entity, followed && uses.doubted().is_none(), &origin);
    past.put(entity, "uninspectedSubnets", &origin);
}

/// The interfaces of an instance, and why there may be others.
fn interfaces_of<'a>(
    instance: &ResourceDocument,
    around: &Surroundings<'a>,
) -> (Vec<&'a ResourceDocument>, Option<String>) {
    let networks = around.networks();
    let gap = listed(around, instance, INTERFACE).err().or_else(|| networks.interface_gap.clone());
    (networks.by_instance.get(instance.id.as_str()).cloned().unwrap_or_default(), gap)
}

pub(super) fn derive_instance(entity: &mut Entity, instance: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = calls(&[(instance, "SubnetId")]);
    let tagged = purpose::role_tag(instance, around.declared)
        .map(|role| role.is_some_and(|role| role.eq_ignore_ascii_case("workspace")));
    let stands = text(instance, "SubnetId").and_then(|id| subnet_id_is(id, Use::Workspace, around));
    match (tagged, stands) {
        (Ok(true), _) | (_, Ok(true)) => entity.set("ofWorkspaces", json!(true), origin.clone()),
        (Ok(false), Ok(false)) => entity.set("ofWorkspaces", json!(false), origin.clone()),
        (Err(why), _) | (_, Err(why)) => entity.withhold("ofWorkspaces", why),
    }
    public_addresses(instance, around).put(entity, "publicAddresses", &origin);
    stranger_ingress(instance, around).put(entity, "strangerIngress", &origin);
}

fn public_addresses(instance: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    let mut add = |address: &str| {
        if !address.is_empty() {
            found.add(address);
        }
    };
    let own = text(instance, "PublicIpAddress").map(&mut add).err();
    let (interfaces, mut gap) = interfaces_of(instance, around);
    for interface in &interfaces {
        match known(interface, "Association") {
            Ok(association) => ["PublicIp", "CarrierIp"].into_iter().for_each(|name| add(word(association, name))),
            Err(why) => gap = Some(why),
        }
        match items(interface, "PrivateIpAddresses") {
            Ok(all) => all.iter().for_each(|address| add(word(address, "PublicIp"))),
            Err(why) => gap = Some(why),
        }
    }
    for address in around.of_type("AWS::EC2::EIP") {
        let (of, at) = match (text(address, "InstanceId"), text(address, "NetworkInterfaceId")) {
            (Ok(of), Ok(at)) => (of, at),
            (Err(why), _) | (_, Err(why)) => {
                gap = Some(why);
                continue;
            }
        };
        if of == instance.id || interfaces.iter().any(|interface| at == interface.id) {
            add(text(address, "PublicIp").unwrap_or(&address.id));
        }
    }
    for why in own.into_iter().chain(gap).chain(listed(around, instance, "AWS::EC2::EIP").err()) {
        found.doubt(why);
    }
    found
}

/// The groups of an instance, on whichever interface.
fn groups_of<'a>(instance: &'a ResourceDocument, around: &Surroundings<'a>) -> (BTreeSet<&'a str>, Option<String>) {
    let (interfaces, mut gap) = interfaces_of(instance, around);
    let mut groups = BTreeSet::new();
    for (document, facet) in
        std::iter::once((instance, "SecurityGroupIds")).chain(interfaces.into_iter().map(|i| (i, "GroupSet")))
    {
        match items(document, facet) {
            Ok(all) => groups.extend(all.iter().map(|group| word(group, "GroupId")).filter(|id| !id.is_empty())),
            Err(why) => gap = Some(why),
        }
    }
    (groups, gap)
}

fn group<'a>(id: &str, around: &Surroundings<'a>) -> Result<&'a ResourceDocument, String> {
    let found = around.documents.get(&(GROUP.to_owned(), id.to_owned()));
    found.ok_or_else(|| format!("the security group {id} was not read"))
}

/// What the groups of a workspace let in that is neither its project's nor declared.
fn stranger_ingress(instance: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    let (groups, gap) = groups_of(instance, around);
    if let Some(why) = gap {
        found.doubt(why);
    }
    if groups.is_empty() {
        found.doubt("no security group of it is known");
    }
    let own = Own { project: project_of(instance, around.declared), vpc: text(instance, "VpcId").unwrap_or_default() };
    for id in groups {
        let all = match group(id, around).and_then(|group| rules(group, "SecurityGroupIngress")) {
            Ok(all) => all,
            Err(why) => {
                found.doubt(why);
                continue;
            }
        };
        for rule in all {
            match is_expected(rule.peer, &own, around) {
                Ok(true) => {}
                Ok(false) => found.add(format!("{} ({id})", rule.label())),
                Err(why) => found.doubt(why),
            }
        }
    }
    found
}

/// What an instance may take for its own: its project, in its own VPC where only addresses tell.
struct Own<'a> {
    project: Result<Option<&'a str>, String>,
    vpc: &'a str,
}

/// Whether a peer is the declared broker, the management, or of the project itself.
fn is_expected(peer: Peer<'_>, instance: &Own<'_>, around: &Surroundings<'_>) -> Result<bool, String> {
    let own = match peer {
        Peer::Range(name) => {
            let range = Range::parse(name).ok_or_else(|| format!("{name} is no range"))?;
            return range_is_expected(name, range, instance, around);
        }
        Peer::List(id) => {
            if is_door(&[id], around) {
                return Ok(true);
            }
            if let Ok(entries) = routes::prefixes(id, around) {
                return entries.iter().try_fold(true, |all, (name, range)| {
                    Ok(range_is_expected(name, *range, instance, around)? && all)
                });
            }
            Ok(false)
        }
        Peer::Group { id, account } => {
            if is_door(&[id, &format!("{account}/{id}")], around) {
                return Ok(true);
            }
            match &instance.project {
                Ok(Some(project)) => group_projects(id, around).map(|projects| projects == BTreeSet::from([*project])),
                Ok(None) => Ok(false),
                Err(why) => Err(why.clone()),
            }
        }
    };
    if own? {
        return Ok(true);
    }
    doors_declared(around)?;
    Ok(false)
}

fn range_is_expected(name: &str, range: Range, instance: &Own<'_>, around: &Surroundings<'_>) -> Result<bool, String> {
    // Everybody is nobody's door.
    if range.is_everything() {
        return Ok(false);
    }
    let declared = ["broker", "management"].into_iter().filter_map(|list| declared_list(around.declared, list).ok());
    if declared.flatten().any(|door| door.text == name || Range::parse(&door.text).is_some_and(|d| d.contains(range))) {
        return Ok(true);
    }
    let project = instance.project.as_ref().map_err(Clone::clone)?;
    // Another VPC may use the same addresses for something else.
    let own = around.networks().by_vpc.get(instance.vpc).into_iter().flatten().any(|subnet| {
        let holds = text(subnet, "CidrBlock").ok().and_then(Range::parse).is_some_and(|own| own.contains(range));
        holds && project.is_some() && project_of(subnet, around.declared) == Ok(*project)
    });
    if own {
        return Ok(true);
    }
    doors_declared(around)?;
    Ok(false)
}

/// Whether one of these names is declared as the broker or the management.
fn is_door(names: &[&str], around: &Surroundings<'_>) -> bool {
    ["broker", "management"].into_iter().any(|list| is_named(around.declared, list, names))
}

/// Whether broker and management are both declared: else what is let in may be one of them.
fn doors_declared(around: &Surroundings<'_>) -> Result<(), String> {
    declared_list(around.declared, "broker")?;
    declared_list(around.declared, "management").map(|_| ())
}

/// The projects of a group: that of its tag and those of the instances and interfaces that have it. Without a tag, one that
/// something else has as well is of no project alone, and has the empty name among them.
pub(in crate::graph) fn group_projects<'a>(id: &str, around: &Surroundings<'a>) -> Result<BTreeSet<&'a str>, String> {
    let group = group(id, around)?;
    let tag = project_of(group, around.declared)?;
    let networks = around.networks();
    listed(around, group, INTERFACE)?;
    if let Some(gap) = &networks.interface_gap {
        return Err(gap.clone());
    }
    let mut projects: BTreeSet<&str> = tag.into_iter().collect();
    for interface in networks.by_group.get(id).into_iter().flatten() {
        match project_of_interface(interface, around)? {
            Some(project) => projects.insert(project),
            // The group's own tag speaks for what says nothing itself.
            None => tag.is_none() && projects.insert(""),
        };
    }
    Ok(projects)
}

pub(super) fn derive_database(entity: &mut Entity, database: &ResourceDocument, around: &Surroundings<'_>) {
    let (found, doubt) = ingress_projects(database, around);
    let mut others = Found::default();
    if let Some(why) = doubt {
        others.doubt(why);
    }
    match project_of(database, around.declared) {
        Ok(Some(own)) => found.iter().filter(|project| **project != own).for_each(|project| others.add(*project)),
        // Without a tag one project may be its own; a second one is not.
        Ok(None) if found.len() > 1 => found.iter().for_each(|project| others.add(*project)),
        Ok(None) => {}
        Err(why) => {
            others = Found::default();
            others.doubt(why);
        }
    }
    others.put(entity, "otherProjects", &calls(&[(database, "VpcSecurityGroups"), (database, "tags")]));
}

/// The projects that the groups of a database let in, and why there may be others.
fn ingress_projects<'a>(
    database: &'a ResourceDocument,
    around: &Surroundings<'a>,
) -> (BTreeSet<&'a str>, Option<String>) {
    let (mut projects, mut doubt) = (BTreeSet::new(), None);
    let groups = match items(database, "VpcSecurityGroups") {
        Ok(groups) => groups,
        Err(why) => return (projects, Some(why)),
    };
    for id in groups.iter().map(|group| word(group, "VpcSecurityGroupId")) {
        let Ok(all) = group(id, around).and_then(|group| rules(group, "SecurityGroupIngress")) else {
            doubt = Some(format!("the security group {id} was not read"));
            continue;
        };
        for rule in all {
            match peer_projects(rule.peer, id, database, around) {
                Ok((found, gap)) => {
                    projects.extend(found);
                    doubt = doubt.or(gap);
                }
                Err(why) => doubt = Some(why),
            }
        }
    }
    if projects.remove("") {
        doubt.get_or_insert_with(|| "something of no known project is let in".to_owned());
    }
    (projects, doubt)
}

type Projects<'a> = (BTreeSet<&'a str>, Option<String>);

fn peer_projects<'a>(
    peer: Peer<'_>,
    own_group: &str,
    database: &ResourceDocument,
    around: &Surroundings<'a>,
) -> Result<Projects<'a>, String> {
    let ranges: Vec<Range> = match peer {
        Peer::Group { id, .. } => return Ok((group_projects(id, around)?, None)),
        Peer::Range(name) => vec![Range::parse(name).ok_or_else(|| format!("{name} is no range"))?],
        Peer::List(id) => routes::prefixes(id, around)?.into_iter().map(|(_, range)| range).collect(),
    };
    let mut gap = listed(around, database, SUBNET).err();
    let mut projects = BTreeSet::new();
    for subnet in around.of_type(SUBNET).filter(|subnet| subnet.region == database.region) {
        // One for IPv6 alone has no block.
        let block = match text(subnet, "CidrBlock") {
            Ok("") => continue,
            Ok(block) => Range::parse(block).ok_or_else(|| format!("{block} is no range"))?,
            Err(why) => {
                gap = Some(why);
                continue;
            }
        };
        if ranges.iter().any(|range| range.overlaps(block)) {
            match project_of(subnet, around.declared) {
                Ok(project) => projects.extend(project),
                Err(why) => gap = Some(why),
            }
        }
    }
    interfaces_in(database, &ranges, &mut projects, around)?;
    // Beyond the VPC stand networks of other accounts, whose subnets are not among these.
    let own = own_ranges(group(own_group, around)?, around);
    if !ranges.iter().all(|range| own.iter().any(|block| block.contains(*range))) {
        gap.get_or_insert_with(|| "a range that is let in goes beyond its VPC: needs path analysis".to_owned());
    }
    Ok((projects, gap))
}

/// The projects of what has an address in one of the ranges: instances and other interfaces.
fn interfaces_in<'a>(
    database: &ResourceDocument,
    ranges: &[Range],
    projects: &mut BTreeSet<&'a str>,
    around: &Surroundings<'a>,
) -> Result<(), String> {
    listed(around, database, INSTANCE)?;
    listed(around, database, INTERFACE)?;
    if let Some(gap) = &around.networks().interface_gap {
        return Err(gap.clone());
    }
    for interface in around.of_type(INTERFACE).filter(|interface| interface.region == database.region) {
        match is_within(interface, ranges) {
            Ok(false) => {}
            Ok(true) => projects.extend(project_of_interface(interface, around)?),
            // Where it is of no project, its addresses say nothing.
            Err(why) if project_of_interface(interface, around)?.is_some() => return Err(why),
            Err(_) => {}
        }
    }
    Ok(())
}

/// Whether an address of an interface lies in one of the ranges.
fn is_within(interface: &ResourceDocument, ranges: &[Range]) -> Result<bool, String> {
    let first = text(interface, "PrivateIpAddress");
    let more = items(interface, "PrivateIpAddresses");
    let further = more.iter().flat_map(|all| all.iter()).map(|address| word(address, "PrivateIpAddress"));
    let seen: Vec<Option<Range>> = first.iter().copied().chain(further).map(Range::parse).collect();
    if seen.iter().flatten().any(|address| ranges.iter().any(|range| range.contains(*address))) {
        return Ok(true);
    }
    first?;
    more?;
    if seen.contains(&None) { Err(format!("an address of {} is none", interface.id)) } else { Ok(false) }
}

/// The project of the instance that an interface is attached to; where it is attached to none, its own.
fn project_of_interface<'a>(
    interface: &'a ResourceDocument,
    around: &Surroundings<'a>,
) -> Result<Option<&'a str>, String> {
    let instance = word(known(interface, "Attachment")?, "InstanceId");
    if instance.is_empty() {
        return project_of(interface, around.declared);
    }
    let read = around.documents.get(&(INSTANCE.to_owned(), instance.to_owned()));
    project_of(read.ok_or_else(|| format!("the instance {instance} was not read"))?, around.declared)
}

/// What the groups of the workspaces of a VPC let out to port 53 or 853, beside declared resolvers and directory controllers.
pub(super) fn dns_egress(vpc: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    for kind in [GROUP, INTERFACE] {
        if let Err(why) = listed(around, vpc, kind) {
            found.doubt(why);
        }
    }
    if let Some(gap) = &around.networks().interface_gap {
        found.doubt(gap);
    }
    // A group may be shared, or associated with VPCs beside its own: what counts is where its interfaces stand. One of which
    // that was not read may stand here.
    let by_group = &around.networks().by_group;
    let stands_here = |interface: &&ResourceDocument| text(interface, "VpcId").map_or(true, |of| of == vpc.id);
    let here = |id: &str| by_group.get(id).into_iter().flatten().any(stands_here);
    for id in by_group.keys().filter(|id| !id.is_empty() && here(id)) {
        if let Err(why) = self::group(id, around) {
            found.doubt(why);
        }
    }
    for group in around.of_type(GROUP) {
        match text(group, "VpcId") {
            Ok(of) if of == vpc.id || here(&group.id) => {}
            Ok(_) => continue,
            Err(why) => found.doubt(why),
        }
        let (_, uses) = workspace_subnets(group, around);
        if !uses.has_certain() {
            if let Some(why) = uses.doubted() {
                found.doubt(why);
            }
            continue;
        }
        match rules(group, "SecurityGroupEgress") {
            Ok(all) => {
                for rule in all.iter().filter(|rule| rule.has_port(&[53, 853])) {
                    match is_resolver(rule.peer, group, around) {
                        Ok(true) => {}
                        Ok(false) => found.add(format!("{}: {}", group.id, rule.label())),
                        Err(why) => found.doubt(why),
                    }
                }
            }
            Err(why) => found.doubt(why),
        }
    }
    found
}

/// Whether a peer is a declared resolver, a directory's controllers, or the group itself, in which no resolver stands.
fn is_resolver(peer: Peer<'_>, own: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let resolvers = declared_list(around.declared, "resolvers");
    let declared = |range: Range| {
        let ranges = resolvers.iter().copied().flatten().filter_map(|placed| Range::parse(&placed.text));
        ranges.into_iter().any(|known| known.contains(range))
    };
    let is = match peer {
        Peer::Range(name) => Range::parse(name).is_some_and(declared),
        Peer::List(id) if is_named(around.declared, "resolvers", &[id]) => true,
        Peer::List(id) => match routes::prefixes(id, around) {
            Ok(entries) => entries.into_iter().all(|(_, range)| declared(range)),
            // What AWS lists are its own services: none of them resolves names.
            Err(why) => return if why.ends_with("is AWS's") { Ok(true) } else { Err(why) },
        },
        Peer::Group { id, .. } if id == own.id || is_named(around.declared, "resolvers", &[id]) => true,
        Peer::Group { id, .. } => is_directory(group(id, around)?, around)?,
    };
    // Everybody is no resolver, whatever else is not declared.
    let everybody = matches!(peer, Peer::Range(name) if Range::parse(name).is_some_and(Range::is_everything));
    if !is && !everybody {
        resolvers?;
    }
    Ok(is)
}

/// Directory Service names the group of a directory's controllers after the directory.
fn is_directory(group: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let name = text(group, "GroupName")?;
    let Some(directory) = name.strip_suffix("_controllers") else { return Ok(false) };
    Ok(around.of_type("AWS::DirectoryService::Directory").any(|d| text(d, "DirectoryId") == Ok(directory)))
}
