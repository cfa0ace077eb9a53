//! What a resource has beside its own attributes: the states of one that is there, and what follows from other resources of the plan.
//!
//! May import: `model`. Guarantees: a state is known of new resources alone; what follows from another resource is known only where a
//! reference or a name of the plan says which one it is; a value that the plan says is never another one.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Options;
use super::around::Around;
use super::reasons::NOT_SET;
use super::resources::{Draft, Set, located};
use super::tree::Tree;
use super::unknown::Reader;

/// A state that a table gives every new resource.
pub(super) type States = BTreeMap<String, Value>;

/// What a rule reads.
struct Inputs<'d, 'a> {
    draft: &'d Draft,
    facet: &'d str,
    /// The words behind the rule's own.
    words: &'d [&'d str],
    around: &'d Around<'d>,
    reader: Reader<'a>,
    options: &'d Options,
}

impl<'d> Inputs<'d, '_> {
    fn property(&self, name: &str) -> Option<&'d Tree> {
        self.draft.properties.get(name).map(|set| &set.made.tree)
    }

    fn own(&self) -> Option<&'d Tree> {
        self.property(self.facet)
    }
}

type Rule = fn(&Inputs<'_, '_>) -> Option<Tree>;

/// The rules: whether it is for new resources alone, whether it adds to what the plan says, and what it makes.
fn rule(word: &str) -> Option<(bool, bool, Rule)> {
    Some(match word {
        "account" => (true, false, account),
        "aws_key" => (true, false, aws_key),
        "copy" => (false, false, copy),
        "in_sync" => (true, true, in_sync),
        "key_policy" => (true, false, key_policy),
        "local_route" => (true, true, local_route),
        "members" => (true, false, |inputs| Some(inputs.around.members(inputs.draft))),
        "no_regions" => (true, false, no_regions),
        "of_ad" => (true, false, of_ad),
        "of_interface" => (true, false, of_interface),
        "own" => (false, false, |inputs| Some(super::shapes::own(inputs.words.first().unwrap_or(&"Ref")))),
        "profile" => (false, true, profile),
        "profiles" => (true, false, |inputs| Some(inputs.around.profiles(inputs.draft))),
        "public_address" => (true, false, |inputs| inputs.around.public_address(inputs.draft)),
        "region" => (true, false, region),
        "subnet_group" => (false, false, |inputs| inputs.around.subnet_group(inputs.draft)),
        "vpc_config" => (false, true, vpc_config),
        "vpc" => (false, false, |inputs| inputs.around.vpc(inputs.draft, inputs.words)),
        _ => return None,
    })
}

/// Whether a rule is one that is understood.
#[cfg(test)]
pub(super) fn is_rule(written: &str) -> bool {
    written.split_whitespace().next().is_some_and(|word| rule(word).is_some())
}

/// Adds to each resource that stays what its row says.
pub(super) fn derive(drafts: &mut [Draft], reader: Reader<'_>, options: &Options) {
    let mut found: Vec<(usize, String, Tree)> = Vec::new();
    let around = Around::of(drafts);
    for (at, draft) in drafts.iter().enumerate().filter(|(_, draft)| draft.stays()) {
        for (facet, written) in &draft.row.made {
            let words: Vec<&str> = written.split_whitespace().collect();
            let Some((word, words)) = words.split_first() else { continue };
            let Some((of_new, adds, rule)) = rule(word) else { continue };
            if (of_new && !draft.is_new()) || (!adds && !is_open(draft, facet)) {
                continue;
            }
            let made = rule(&Inputs { draft, facet, words, around: &around, reader, options });
            found.extend(made.map(|tree| (at, facet.clone(), tree)));
        }
        if draft.is_new() {
            let states = draft.row.new.iter().filter(|(facet, _)| is_open(draft, facet));
            found.extend(states.map(|(facet, value)| (at, facet.clone(), Tree::known(value))));
        }
    }
    for (at, facet, tree) in found {
        let Some(draft) = drafts.get_mut(at) else { continue };
        match draft.properties.get_mut(&facet) {
            // It keeps the place of the attribute that it was made from.
            Some(set) => set.made.tree = tree,
            None => {
                draft.properties.insert(facet, Set::bare(tree));
            }
        }
    }
}

/// Whether the plan leaves a property open: it does not have it, or nothing in the code sets it.
fn is_open(draft: &Draft, facet: &str) -> bool {
    match draft.properties.get(facet).map(|set| &set.made.tree) {
        None => true,
        Some(Tree::Unknown(reason)) => reason == NOT_SET,
        Some(tree) => tree.is_null(),
    }
}

/// What is in a VPC by its subnets alone is in theirs.
fn vpc_config(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    let Tree::Object(members) = inputs.own()? else { return None };
    let subnet = members.get("SubnetIds").filter(|_| !members.contains_key("VpcId"))?.items().first()?;
    let vpc = subnet.as_text().and_then(|subnet| inputs.around.vpc_of(subnet)).unwrap_or_else(|| {
        Tree::Unknown("its subnet is not in the plan, so nothing says which VPC it is in".to_owned())
    });
    let mut members = members.clone();
    members.insert("VpcId".to_owned(), vpc);
    Some(Tree::Object(members))
}

fn account(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    located(inputs.reader, inputs.draft).0.or_else(|| inputs.options.account.clone()).map(Tree::text)
}

fn region(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    located(inputs.reader, inputs.draft).1.or_else(|| inputs.options.region.clone()).map(Tree::text)
}

/// AWS's own key, where a flag says that there is encryption and nothing names another key.
fn aws_key(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    let [alias, flag] = inputs.words else { return None };
    match inputs.property(flag)? {
        Tree::Scalar(Value::Bool(true)) => Some(Tree::text(*alias)),
        Tree::Scalar(Value::Bool(false)) => Some(Tree::text("")),
        _ => None,
    }
}

/// The same as a member of another property.
fn copy(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    let [property, member] = inputs.words else { return None };
    inputs.property(property)?.get(member).cloned()
}

/// A new database starts with its group applied.
fn in_sync(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    let Tree::List(groups) = inputs.own()? else { return None };
    let with = |group: &Tree| match group {
        Tree::Object(members) => {
            let mut members = members.clone();
            members.insert("ParameterApplyStatus".to_owned(), Tree::text("in-sync"));
            Tree::Object(members)
        }
        other => other.clone(),
    };
    Some(Tree::List(groups.iter().map(with).collect()))
}

/// The policy with which AWS makes keys.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
fn key_policy(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    let Some(Tree::Scalar(Value::String(account))) = account(inputs) else { return None };
    let partition = match region(inputs).as_ref().and_then(Tree::as_text) {
        Some(region) if region.starts_with("cn-") => "aws-cn",
        Some(region) if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let root = format!("arn:{partition}:iam::{account}:root");
    let statement = Tree::object([
        ("Sid", Tree::text("Enable IAM User Permissions")),
        ("Effect", Tree::text("Allow")),
        ("Principal", Tree::object([("AWS", Tree::text(root))])),
        ("Action", Tree::text("kms:*")),
        ("Resource", Tree::text("*")),
    ]);
    Some(Tree::object([
        ("Version", Tree::text("2012-10-17")),
        ("Id", Tree::text("key-default-1")),
        ("Statement", Tree::List(vec![statement])),
    ]))
}

/// Every table has the route within its VPC. To which addresses it leads is for the VPC to say.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html>
fn local_route(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    let Tree::List(routes) = inputs.own()? else { return None };
    let mut all = vec![Tree::object([("GatewayId", Tree::text("local"))])];
    all.extend(routes.iter().cloned());
    let active = |route: Tree| match route {
        Tree::Object(mut members) => {
            members.insert("State".to_owned(), Tree::text("active"));
            Tree::Object(members)
        }
        other => other,
    };
    Some(Tree::List(all.into_iter().map(active).collect()))
}

/// A pipeline with one store has none by Region.
fn no_regions(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    matches!(inputs.property("ArtifactStore")?, Tree::Object(_)).then(|| Tree::Object(BTreeMap::new()))
}

/// A new directory is asked over LDAPS only once somebody turns it on; only Microsoft's can be.
fn of_ad(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    (inputs.property("Type")?.as_text() == Some("MicrosoftAD")).then(|| Tree::List(Vec::new()))
}

/// What only endpoints with interfaces have.
fn of_interface(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    let is_gateway = matches!(inputs.property("VpcEndpointType")?.as_text(), Some("Gateway" | "GatewayLoadBalancer"));
    let none = || if inputs.facet == "PrivateDnsEnabled" { Tree::known(&false.into()) } else { Tree::List(Vec::new()) };
    is_gateway.then(none)
}

/// AWS names the profile of an instance by its ARN, of which the code says the name.
fn profile(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    match inputs.own() {
        // What a launch template does not decide is as it is left out.
        None | Some(Tree::Scalar(Value::Null)) => of_template(inputs),
        Some(Tree::Unknown(reason)) if reason == NOT_SET => of_template(inputs),
        Some(named) => inputs.around.profile(named.as_text()?),
    }
}

fn of_template(inputs: &Inputs<'_, '_>) -> Option<Tree> {
    let template = inputs.draft.attributes.get("launch_template");
    let is_open =
        |template: &Tree| template.is_empty() || matches!(template, Tree::Unknown(reason) if reason == NOT_SET);
    (inputs.draft.is_new() && template.is_none_or(is_open)).then(|| Tree::text(""))
}
