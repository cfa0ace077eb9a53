//! Networks of one account: what subnets and VPCs are for, which route table holds for a subnet, and who stands where.
//!
//! May import: `model`, `graph`. Guarantees: a subnet is one of the environment's where the declaration or its tag says so, is
//! none where both were read, else it is not known; a main route table counts only where every table was listed.

mod balancers;
mod dns;
mod endpoints;
mod firewalls;
mod groups;
mod joins;
pub(super) mod ranges;
mod routes;
mod suricata;
mod vpcs;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::declared::{Declared, Placed};
use super::iam::Found;
use super::organizations::{known, text};
use super::{Surroundings, of_type, purpose};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

pub(super) use balancers::is_broker;
pub(super) use groups::egress_of;

const SUBNET: &str = "AWS::EC2::Subnet";
const TABLE: &str = "AWS::EC2::RouteTable";
const INTERFACE: &str = "AWS::EC2::NetworkInterface";
const INSTANCE: &str = "AWS::EC2::Instance";
const GROUP: &str = "AWS::EC2::SecurityGroup";

/// What a subnet may be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Workspaces stand in it.
    Workspace,
    /// Workspaces or data stores.
    Research,
}

impl Use {
    /// The lists of `[network]` that name such subnets; they are the values of the role tag as well.
    fn lists(self) -> &'static [&'static str] {
        match self {
            Self::Workspace => &["workspace"],
            Self::Research => &["workspace", "data"],
        }
    }
}

/// What the documents of an account say together, put in order once.
#[derive(Debug, Default)]
pub(super) struct Networks<'a> {
    /// Subnets by VPC.
    by_vpc: BTreeMap<&'a str, Vec<&'a ResourceDocument>>,
    /// Why a VPC may have a subnet that is not named above.
    subnet_gap: Option<String>,
    /// Route tables by the subnets that they are associated with.
    by_subnet: BTreeMap<&'a str, &'a ResourceDocument>,
    /// Main route tables by VPC.
    main: BTreeMap<&'a str, &'a ResourceDocument>,
    /// Why a subnet may be associated with a table that is not named above.
    association_gap: Option<String>,
    /// Interfaces by security group.
    by_group: BTreeMap<&'a str, Vec<&'a ResourceDocument>>,
    /// Interfaces by the instance that they are attached to.
    by_instance: BTreeMap<&'a str, Vec<&'a ResourceDocument>>,
    /// Why an interface may be in a group, or at an instance, that is not named above.
    interface_gap: Option<String>,
    /// Roles, and instances that have them, by instance profile.
    roles: BTreeMap<&'a str, &'a ResourceDocument>,
    instances: BTreeMap<&'a str, Vec<&'a ResourceDocument>>,
    /// Why an instance may have a profile that is not named above.
    profile_gap: Option<String>,
}

impl<'a> Networks<'a> {
    pub(super) fn of(documents: &'a BTreeMap<(String, String), ResourceDocument>) -> Self {
        let mut all = Self::default();
        for subnet in of_type(documents, SUBNET) {
            match text(subnet, "VpcId") {
                Ok(vpc) => all.by_vpc.entry(vpc).or_default().push(subnet),
                Err(why) => {
                    all.subnet_gap.get_or_insert(why);
                }
            }
        }
        for table in of_type(documents, TABLE) {
            all.add_table(table);
        }
        for interface in of_type(documents, INTERFACE) {
            all.add_interface(interface);
        }
        for role in of_type(documents, "AWS::IAM::Role") {
            let profiles = role.facet("InstanceProfiles").and_then(Value::as_array).into_iter().flatten();
            all.roles.extend(profiles.filter_map(Value::as_str).map(|profile| (profile, role)));
        }
        for instance in of_type(documents, INSTANCE) {
            match text(instance, "IamInstanceProfile") {
                Ok(profile) => all.instances.entry(profile).or_default().push(instance),
                Err(why) => {
                    all.profile_gap.get_or_insert(why);
                }
            }
        }
        all
    }

    pub(super) fn role_of_profile(&self, profile: &str) -> Option<&'a ResourceDocument> {
        self.roles.get(profile).copied()
    }

    pub(super) fn instances_of_profile(&self, profile: &str) -> impl Iterator<Item = &'a ResourceDocument> {
        self.instances.get(profile).into_iter().flatten().copied()
    }

    pub(super) fn profile_gap(&self) -> Option<&str> {
        self.profile_gap.as_deref()
    }

    fn add_table(&mut self, table: &'a ResourceDocument) {
        let associations = match items(table, "Associations") {
            Ok(associations) => associations,
            Err(why) => {
                self.association_gap.get_or_insert(why);
                return;
            }
        };
        for association in associations {
            let subnet = word(association, "SubnetId");
            if !subnet.is_empty() {
                self.by_subnet.insert(subnet, table);
            }
            if association.get("Main").and_then(Value::as_bool) == Some(true)
                && let Ok(vpc) = text(table, "VpcId")
            {
                self.main.insert(vpc, table);
            }
        }
    }

    fn add_interface(&mut self, interface: &'a ResourceDocument) {
        match items(interface, "GroupSet") {
            Ok(groups) => {
                for group in groups {
                    self.by_group.entry(word(group, "GroupId")).or_default().push(interface);
                }
            }
            Err(why) => {
                self.interface_gap.get_or_insert(why);
            }
        }
        match known(interface, "Attachment") {
            Ok(attachment) => {
                let instance = word(attachment, "InstanceId");
                if !instance.is_empty() {
                    self.by_instance.entry(instance).or_default().push(interface);
                }
            }
            Err(why) => {
                self.interface_gap.get_or_insert(why);
            }
        }
    }
}

/// A list facet.
pub(super) fn items<'a>(document: &'a ResourceDocument, facet: &str) -> Result<&'a [Value], String> {
    let list = known(document, facet)?.as_array();
    list.map(Vec::as_slice).ok_or_else(|| format!("{facet} of {} is no list", document.id))
}

/// A member that is a text; empty where it is not there.
pub(super) fn word<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A list of texts within a record; none where it is not there.
pub(super) fn words<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v str> + use<'v> {
    value.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Whether a type was listed completely where a document stands.
pub(super) fn listed(around: &Surroundings<'_>, document: &ResourceDocument, kind: &str) -> Result<(), String> {
    around.estate.listings().listed_in(kind, &document.account, &document.region)
}

/// A list of `[network]`.
///
/// # Errors
/// It is not declared.
pub(super) fn declared_list<'d>(declared: &'d Declared, name: &str) -> Result<&'d [Placed], String> {
    let list = declared.network.as_ref().and_then(|network| network.get(name));
    list.map(Vec::as_slice).ok_or_else(|| format!("tre.toml declares no [network] {name}"))
}

/// Whether a list of `[network]` has one of these names; it has none where it is not declared.
pub(super) fn is_named(declared: &Declared, list: &str, names: &[&str]) -> bool {
    declared_list(declared, list).is_ok_and(|list| list.iter().any(|placed| names.contains(&placed.text.as_str())))
}

/// The project that a resource's tag names.
///
/// # Errors
/// Tags were not read, or the key of the tag is not known.
pub(super) fn project_of<'d>(document: &'d ResourceDocument, declared: &Declared) -> Result<Option<&'d str>, String> {
    if declared.given && declared.tag_project.is_empty() {
        return Err("the tag key of [tre.tags] project was set aside".to_owned());
    }
    match &document.tags {
        Some(tags) if !document.missing.contains_key("tags") => Ok(tags.get(&declared.tag_project).map(String::as_str)),
        _ => Err(document.missing.get("tags").cloned().unwrap_or_else(|| "tags were not read".to_owned())),
    }
}

/// Where documents of facets come from.
pub(super) fn calls(documents: &[(&ResourceDocument, &str)]) -> Origin {
    let all: BTreeSet<_> =
        documents.iter().filter_map(|(document, facet)| document.calls.get(*facet).cloned()).collect();
    Origin::Derived(all.into_iter().collect())
}

/// Whether a subnet that was read is for such a use.
///
/// # Errors
/// Neither the declaration nor a tag says.
pub(super) fn subnet_is(subnet: &ResourceDocument, wanted: Use, declared: &Declared) -> Result<bool, String> {
    if wanted.lists().iter().any(|list| is_named(declared, list, &[&subnet.id])) {
        return Ok(true);
    }
    let tag = purpose::role_tag(subnet, declared)?;
    if tag.is_some_and(|role| wanted.lists().iter().any(|list| list.eq_ignore_ascii_case(role))) {
        return Ok(true);
    }
    // A tag of some other role settles it; without one the lists have to be there.
    if tag.is_some_and(purpose::is_role) {
        return Ok(false);
    }
    for list in wanted.lists() {
        declared_list(declared, list).map_err(|why| format!("{why}, and {} has no role tag", subnet.id))?;
    }
    Ok(false)
}

/// Whether a subnet is for such a use, whether or not it was read.
///
/// # Errors
/// It was not read and is not declared, or nothing says what it is for.
pub(super) fn subnet_id_is(id: &str, wanted: Use, around: &Surroundings<'_>) -> Result<bool, String> {
    match around.documents.get(&(SUBNET.to_owned(), id.to_owned())) {
        Some(subnet) => subnet_is(subnet, wanted, around.declared),
        None if wanted.lists().iter().any(|list| is_named(around.declared, list, &[id])) => Ok(true),
        None => Err(format!("the subnet {id} was not read")),
    }
}

/// The subnets among `ids` that are certainly of no such use; one that is gone is judged by the declaration alone.
pub(super) fn foreign_subnets<'i>(ids: impl Iterator<Item = &'i str>, wanted: Use, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    for id in ids {
        let read = around.documents.contains_key(&(SUBNET.to_owned(), id.to_owned()));
        let lists_stand = wanted.lists().iter().any(|list| declared_list(around.declared, list).is_ok());
        match subnet_id_is(id, wanted, around) {
            Ok(true) => {}
            Ok(false) => found.add(id),
            Err(_) if !read && lists_stand => found.add(format!("{id} (not declared, and no subnet that was read)")),
            Err(why) => found.doubt(why),
        }
    }
    found
}

/// The route table that holds for a subnet.
///
/// # Errors
/// It is associated with none, and the main one of its VPC is not known.
pub(super) fn table_of<'a>(
    subnet: &ResourceDocument,
    around: &Surroundings<'a>,
) -> Result<&'a ResourceDocument, String> {
    let networks = around.networks();
    if let Some(table) = networks.by_subnet.get(subnet.id.as_str()) {
        return Ok(table);
    }
    listed(around, subnet, TABLE)?;
    if let Some(gap) = &networks.association_gap {
        return Err(gap.clone());
    }
    let vpc = text(subnet, "VpcId")?;
    networks.main.get(vpc).copied().ok_or_else(|| format!("no main route table of {vpc} was listed"))
}

/// Whether one of these subnets certainly has a way out past the inspection.
pub(super) fn past_inspection(subnets: &[&ResourceDocument], around: &Surroundings<'_>) -> bool {
    routes::uninspected(subnets.iter().copied(), around).0.has_certain()
}

/// Facts of every type that has to do with networks.
pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        SUBNET => routes::derive_subnet(entity, document, around),
        TABLE => routes::derive_table(entity, document, around),
        GROUP => groups::derive_group(entity, document, around),
        INSTANCE => groups::derive_instance(entity, document, around),
        "AWS::EC2::VPC" => {
            vpcs::derive(entity, document, around);
            joins::derive(entity, document, around);
            dns::derive(entity, document, around);
        }
        "AWS::EC2::VPCEndpoint" => endpoints::derive(entity, document, around),
        "AWS::Account" => vpcs::derive_account(entity, document, around),
        "AWS::RDS::DBInstance" => groups::derive_database(entity, document, around),
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => balancers::derive(entity, document, around),
        "AWS::NetworkFirewall::Firewall" => firewalls::derive_firewall(entity, document),
        "AWS::NetworkFirewall::FirewallPolicy" => firewalls::derive_policy(entity, document, around),
        "AWS::NetworkFirewall::RuleGroup" => firewalls::derive_rule_group(entity, document, around),
        "AWS::Route53Resolver::FirewallDomainList" => dns::derive_list(entity, document, around),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::graph::{Estate, build};
    use crate::model::listing::Listing;
    use crate::model::time::AsOf;

    const ACCOUNT: &str = "111111111111";

    /// Facts that say by being empty that nothing is wrong, each with the type and the facets that it follows from.
    const OFFENDERS: [(&str, &str, &[&str]); 12] = [
        (TABLE, "internetRoutes", &["Routes"]),
        (SUBNET, "uninspectedWays", &["VpcId"]),
        (GROUP, "publicEgress", &["SecurityGroupEgress"]),
        (GROUP, "unboundedEgress", &["SecurityGroupEgress"]),
        (INSTANCE, "publicAddresses", &["PublicIpAddress"]),
        (INSTANCE, "strangerIngress", &["SecurityGroupIds"]),
        ("AWS::EC2::VPC", "undeclaredConnections", &["OwnerId"]),
        ("AWS::EC2::VPC", "dnsOpenings", &["OwnerId"]),
        ("AWS::EC2::VPC", "undeclaredResolvers", &["OwnerId", "DhcpOptionsId"]),
        ("AWS::EC2::VPCEndpoint", "unboundGrants", &["PolicyDocument"]),
        ("AWS::NetworkFirewall::FirewallPolicy", "passingStatelessRules", &["FirewallPolicy"]),
        ("AWS::RDS::DBInstance", "otherProjects", &["VpcSecurityGroups"]),
    ];

    fn fact(kind: &str, name: &str, facets: &[&str], value: Option<&Value>) -> Option<Value> {
        let document = ResourceDocument {
            kind: kind.to_owned(),
            id: "x".to_owned(),
            account: ACCOUNT.to_owned(),
            region: "eu-west-2".to_owned(),
            tags: Some(BTreeMap::new()),
            properties: facets.iter().filter_map(|f| Some(((*f).to_owned(), value?.clone()))).collect(),
            ..ResourceDocument::default()
        };
        let listings = crate::graph::network::joins::KINDS.iter().chain(&[SUBNET, TABLE, INTERFACE, GROUP]);
        let listings: Vec<Listing> = listings
            .map(|kind| Listing {
                account: ACCOUNT.to_owned(),
                region: "global".to_owned(),
                kind: (*kind).to_owned(),
                complete: true,
                reason: String::new(),
                calls: Vec::new(),
            })
            .collect();
        let estate = Estate::new([], listings, vec![ACCOUNT.to_owned()], Vec::new());
        let known = |_: &str| BTreeSet::from([name.to_owned()]);
        let shard = build(ACCOUNT, vec![document], &estate, &Declared::default(), AsOf::from_unix(0), &known);
        shard.entities.into_values().next().unwrap().facts.remove(name).map(|fact| fact.value)
    }

    #[test]
    fn what_is_in_no_form_that_is_understood_is_never_an_empty_set() {
        let deep = (0..100).fold(json!({}), |inner, _| json!([inner]));
        for (kind, name, facets) in OFFENDERS {
            for value in
                [None, Some(json!(null)), Some(json!(7)), Some(json!("x")), Some(json!([7, "x"])), Some(deep.clone())]
            {
                let found = fact(kind, name, facets, value.as_ref());
                // A list of nonsense may hold nothing that is a rule or a route; what it says it does not hold.
                let listed = value.as_ref().is_some_and(Value::is_array);
                assert!(listed || found != Some(json!([])), "{name} of {kind} is empty with {value:?}");
            }
        }
    }
}
