//! The other resources of a plan, found by a reference or by their names, and what follows from them.
//!
//! May import: `model`. Guarantees: a resource is found only where the plan says that it is the one; where one may be meant of which the plan does
//! not say whether it is, the answer is unknown and says so.

use std::collections::BTreeMap;

use serde_json::Value;

use super::reasons::NOT_SET;
use super::resources::Draft;
use super::tree::Tree;
use crate::model::planned::{reference, references};

const ADDRESSES: [&str; 2] = ["AWS::EC2::EIP", "AWS::EC2::EIPAssociation"];
const INSTANCE: &str = "AWS::RDS::DBInstance";
const PROFILE: &str = "AWS::IAM::InstanceProfile";
const SUBNET: &str = "AWS::EC2::Subnet";
const SUBNET_GROUP: &str = "AWS::RDS::DBSubnetGroup";

/// The resources that stay.
#[derive(Debug)]
pub(super) struct Around<'d> {
    by_address: BTreeMap<&'d str, &'d Draft>,
}

impl<'d> Around<'d> {
    pub(super) fn of(drafts: &'d [Draft]) -> Self {
        let staying = drafts.iter().filter(|draft| draft.stays());
        Self { by_address: staying.map(|draft| (draft.address.as_str(), draft)).collect() }
    }

    fn of_kind(&self, kind: &str) -> impl Iterator<Item = &'d Draft> {
        self.by_address.values().copied().filter(move |draft| draft.kind == kind)
    }

    /// The resource that a text is a reference to, and nothing else.
    fn referred(&self, text: &str, kind: &str) -> Option<&'d Draft> {
        let (address, attribute) = references(text).next()?;
        let draft = self.by_address.get(address).copied().filter(|draft| draft.kind == kind)?;
        (reference(address, attribute) == text).then_some(draft)
    }

    fn named(&self, name: &str, kind: &str, property: &str) -> Option<&'d Draft> {
        let name_of = |draft: &Draft| draft.properties.get(property)?.made.tree.as_text().map(str::to_owned);
        self.of_kind(kind).find(|draft| name_of(draft).as_deref() == Some(name))
    }

    /// The VPC of the first subnet that one of these properties names.
    pub(super) fn vpc(&self, draft: &Draft, names: &[&str]) -> Option<Tree> {
        let named = names.iter().find_map(|name| {
            let first = draft.properties.get(*name)?.made.tree.items().first()?.clone();
            first.as_text().or_else(|| first.get("SubnetId")?.as_text()).map(str::to_owned)
        })?;
        self.vpc_of(&named)
    }

    /// The VPC of a subnet.
    pub(super) fn vpc_of(&self, subnet: &str) -> Option<Tree> {
        let subnet = self.referred(subnet, SUBNET)?;
        let vpc = &subnet.properties.get("VpcId")?.made.tree;
        vpc.as_text().is_some().then(|| vpc.clone())
    }

    /// The subnet group of a database with its subnets.
    pub(super) fn subnet_group(&self, draft: &Draft) -> Option<Tree> {
        let name = draft.properties.get("DBSubnetGroupName")?.made.tree.as_text()?;
        let group =
            self.referred(name, SUBNET_GROUP).or_else(|| self.named(name, SUBNET_GROUP, "DBSubnetGroupName"))?;
        let subnets = group.properties.get("Subnets")?.made.tree.clone();
        let name = Tree::text(reference(&group.address, "Ref"));
        Some(Tree::object([("DBSubnetGroupName", name), ("Subnets", subnets)]))
    }

    /// The instances of a new cluster, which join it with its parameters applied.
    pub(super) fn members(&self, cluster: &Draft) -> Tree {
        let own = cluster.properties.get("DBClusterIdentifier").and_then(|set| set.made.tree.as_text());
        let mut members = Vec::new();
        for instance in self.of_kind(INSTANCE) {
            let named = instance.properties.get("DBClusterIdentifier").map(|set| &set.made.tree);
            match is_of(named, cluster, own) {
                Err(reason) => return Tree::Unknown(format!("{} may be one: {reason}", instance.address)),
                Ok(false) => {}
                Ok(true) => members.push(Tree::object([
                    ("DBInstanceIdentifier", Tree::text(reference(&instance.address, "Ref"))),
                    ("ParameterGroupStatus", Tree::text("in-sync")),
                ])),
            }
        }
        Tree::List(members)
    }

    /// The instance profiles that hold a new role.
    pub(super) fn profiles(&self, role: &Draft) -> Tree {
        let own = role.properties.get("RoleName").and_then(|set| set.made.tree.as_text());
        let mut profiles = Vec::new();
        for profile in self.of_kind(PROFILE) {
            let roles = profile.properties.get("Roles").map(|set| &set.made.tree);
            let held = roles.map_or(&[][..], Tree::items);
            for named in held {
                match is_of(Some(named), role, own) {
                    Err(reason) => return Tree::Unknown(format!("{} may hold it: {reason}", profile.address)),
                    Ok(false) => {}
                    Ok(true) => profiles.push(Tree::text(reference(&profile.address, "Arn"))),
                }
            }
        }
        Tree::List(profiles)
    }

    /// The ARN of the profile of that name.
    pub(super) fn profile(&self, name: &str) -> Option<Tree> {
        if name.is_empty() || name.starts_with("arn:") {
            return None;
        }
        let profile = self.referred(name, PROFILE).or_else(|| self.named(name, PROFILE, "InstanceProfileName"));
        Some(match profile {
            Some(profile) => Tree::text(reference(&profile.address, "Arn")),
            None => Tree::Unknown("the path of its instance profile is not in the plan".to_owned()),
        })
    }

    /// A new instance has no public address where neither it nor its subnet asks for one, and nothing gives it one.
    pub(super) fn public_address(&self, instance: &Draft) -> Option<Tree> {
        for address in ADDRESSES.iter().flat_map(|kind| self.of_kind(kind)) {
            let named = address.properties.get("InstanceId").map(|set| &set.made.tree);
            if is_of(named, instance, None) != Ok(false) {
                return Some(Tree::Unknown(format!("{} may give it a public address", address.address)));
            }
        }
        let none = Tree::NULL;
        let attribute = |name: &str| instance.attributes.get(name).unwrap_or(&none);
        let asked = attribute("associate_public_ip_address");
        let is_unset = |tree: &Tree| tree.is_empty() || matches!(tree, Tree::Unknown(reason) if reason == NOT_SET);
        let is_open =
            is_unset(asked) && is_unset(attribute("launch_template")) && is_unset(attribute("network_interface"));
        if matches!(asked, Tree::Scalar(Value::Bool(false))) {
            return Some(Tree::text(""));
        }
        let subnet = instance.properties.get("SubnetId").and_then(|set| set.made.tree.as_text()).filter(|_| is_open)?;
        let gives = &self.referred(subnet, SUBNET)?.properties.get("MapPublicIpOnLaunch")?.made.tree;
        matches!(gives, Tree::Scalar(Value::Bool(false))).then(|| Tree::text(""))
    }
}

/// Whether a property names a resource.
///
/// # Errors
/// The plan does not say it; the reason.
fn is_of(named: Option<&Tree>, of: &Draft, name: Option<&str>) -> Result<bool, String> {
    match named {
        None => Ok(false),
        Some(Tree::Unknown(reason)) if reason == NOT_SET => Ok(false),
        Some(Tree::Unknown(reason)) => Err(reason.clone()),
        Some(tree) => Ok(tree
            .as_text()
            .is_some_and(|text| Some(text) == name || references(text).any(|(address, _)| address == of.address))),
    }
}
