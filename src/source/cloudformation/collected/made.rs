//! Facets that are made of properties in more ways than by another name.
//!
//! May import: `model`. Guarantees: what a function is given is known; it answers only what follows from the template.

use serde_json::Value;

use super::around::Around;
use super::{databases, network, policies, settings};
use crate::model::planned::PlannedResource;

/// What a function makes of the properties.
#[derive(Debug, PartialEq)]
pub(super) enum Given {
    Value(Value),
    /// The template does not say it.
    Nothing,
    /// It says that there is nothing.
    Empty,
}

impl Given {
    pub(super) fn of(value: Option<&Value>) -> Self {
        value.map_or(Self::Nothing, |value| Self::Value(value.clone()))
    }

    pub(super) fn word(word: &str) -> Self {
        Self::Value(Value::from(word))
    }
}

pub(super) type Answer = Result<Given, String>;

/// The properties that a function reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inputs<'r> {
    pub(super) names: &'r [String],
    pub(super) resource: &'r PlannedResource,
    pub(super) around: &'r Around<'r>,
}

impl<'r> Inputs<'r> {
    pub(super) fn get(&self, name: &str) -> Option<&'r Value> {
        super::shapes::known(self.resource.properties.get(name))
    }

    /// The one that comes first in the row.
    pub(super) fn first(&self) -> Option<&'r Value> {
        self.get(self.names.first()?)
    }

    /// The others.
    pub(super) fn rest(&self) -> impl Iterator<Item = &'r Value> {
        self.names.iter().skip(1).filter_map(|name| self.get(name))
    }

    pub(super) fn word(&self, name: &str) -> Option<&'r str> {
        self.get(name).and_then(Value::as_str)
    }
}

/// A function that a row names.
#[derive(Clone, Copy)]
enum Function {
    Sure(fn(Inputs<'_>) -> Given),
    /// It may find that nobody can tell.
    Unsure(fn(Inputs<'_>) -> Answer),
}

fn function(name: &str) -> Option<Function> {
    use Function::{Sure, Unsure};
    Some(match name {
        "accepter" => Sure(network::accepter),
        "account" => Unsure(settings::account),
        "acl" => Unsure(policies::acl),
        "aws_key" => Unsure(databases::aws_key),
        "backup_policy" => Sure(settings::backup_policy),
        "bucket_uri" => Unsure(settings::bucket_uri),
        "bus_statement" => Unsure(policies::bus_statement),
        "by_region" => Unsure(databases::by_region),
        "dhcp" => Unsure(network::dhcp),
        "domains" => Unsure(settings::domains),
        "excluded" => Unsure(network::excluded),
        "first" => Sure(settings::first),
        "function_network" => Unsure(network::function_network),
        "grant_scope" => Unsure(settings::grant_scope),
        "identity_center" => Sure(settings::identity_center),
        "instance_groups" => Unsure(network::instance_groups),
        "instance_subnet" => Sure(network::instance_subnet),
        "is_set" => Sure(settings::is_set),
        "key_policy" => Unsure(policies::key_policy),
        "key_state" => Unsure(settings::key_state),
        "local_route" => Sure(network::local_route),
        "logging" => Sure(settings::logging),
        "logs" => Unsure(settings::logs),
        "managed" => Unsure(policies::managed),
        "member" => Sure(databases::member),
        "metadata" => Sure(settings::metadata),
        "network_origin" => Sure(settings::network_origin),
        "object_lock" => Unsure(settings::object_lock),
        "of_interface" => Sure(network::of_interface),
        "of_template" => Unsure(settings::of_template),
        "of_type" => Sure(settings::of_type),
        "on" => Unsure(settings::on),
        "one" => Sure(settings::one),
        "or_account" => Unsure(settings::or_account),
        "own" => Sure(settings::own),
        "package" => Sure(settings::package),
        "parameters" => Unsure(settings::parameters),
        "permission" => Unsure(network::permission),
        "permission_of_function" => Unsure(policies::permission_of_function),
        "permissions" => Unsure(network::permissions),
        "public_address" => Unsure(network::public_address),
        "queue_sse" => Sure(settings::queue_sse),
        "recording" => Unsure(settings::recording),
        "recovery" => Unsure(databases::recovery),
        "region" => Unsure(settings::region),
        "regional" => Unsure(databases::regional),
        "replica_policy" => Unsure(databases::replica_policy),
        "replica_protection" => Unsure(databases::replica_protection),
        "replica_recovery" => Unsure(databases::replica_recovery),
        "replica_tags" => Unsure(databases::replica_tags),
        "requester" => Sure(network::requester),
        "restrictions" => Unsure(settings::restrictions),
        "route" => Unsure(network::route),
        "selectors" => Sure(settings::selectors),
        "settled" => Unsure(settings::settled),
        "store_status" => Unsure(settings::store_status),
        "subnet_group" => Unsure(network::subnet_group),
        "subscriptions" => Unsure(settings::subscriptions),
        "unless" => Unsure(databases::unless),
        "version_of" => Sure(settings::version_of),
        "vpc_of" => Unsure(network::vpc_of),
        "web_endpoint" => Sure(settings::web_endpoint),
        "zones" => Unsure(network::zones),
        _ => return None,
    })
}

#[cfg(test)]
pub(super) fn is_function(name: &str) -> bool {
    function(name).is_some()
}

/// Has a function read its properties. What it refuses it says as a whole part of a sentence.
pub(super) fn make(name: &str, names: &[String], resource: &PlannedResource, around: &Around<'_>) -> Answer {
    let function = function(name).ok_or_else(|| format!("nothing makes it: there is no {name}"))?;
    let inputs = Inputs { names, resource, around };
    match function {
        Function::Sure(function) => Ok(function(inputs)),
        Function::Unsure(function) => function(inputs),
    }
}
