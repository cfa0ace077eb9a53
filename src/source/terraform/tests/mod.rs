//! What the reader promises, on plans in the format that Terraform documents.
//!
//! The plans here are written by hand: a change says what a plan would, with marks of what is unknown and the expressions of the code.

#![expect(clippy::needless_pass_by_value, reason = "a plan reads best where its JSON is written in place")]

mod changes;
mod companions;
mod derived;
mod files;
mod hostile;
mod links;
mod places;
mod rules;
mod sameness;
mod secrets;
mod shapes;
mod table;
mod unknowns;

use serde_json::{Map, Value, json};

use super::{Options, read};
use crate::model::planned::{Input, Planned, PlannedResource, reference};

/// A change of a resource; type, name, key and module come from the address.
fn change(address: &str, action: &str, after: Value, unknown: Value) -> Value {
    let modules = super::address::module_address(&super::address::modules(address));
    let own = address.strip_prefix(&modules).unwrap().trim_start_matches('.');
    let (mode, own) = own.strip_prefix("data.").map_or(("managed", own), |own| ("data", own));
    let steps = super::address::steps(own);
    let actions: Vec<&str> = action.split(',').collect();
    let (before, after) = if action == "delete" { (after, Value::Null) } else { (Value::Null, after) };
    let mut made = json!({
        "address": address,
        "mode": mode,
        "type": steps[0].name,
        "name": steps[1].name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": actions, "before": before, "after": after, "after_unknown": unknown,
            "before_sensitive": {}, "after_sensitive": {},
        },
    });
    if !modules.is_empty() {
        made["module_address"] = json!(modules);
    }
    if let Some(key) = &steps[1].key {
        made["index"] = serde_json::from_str(key).unwrap();
    }
    made
}

fn create(address: &str, after: Value, unknown: Value) -> Value {
    change(address, "create", after, unknown)
}

/// A block of the configuration. An expression that is a list of texts is one of references, any other one a constant.
fn block(name: &str, expressions: Value) -> Value {
    let (mode, own) = name.strip_prefix("data.").map_or(("managed", name), |own| ("data", own));
    let (kind, label) = own.split_once('.').unwrap();
    let expressions: Map<String, Value> =
        expressions.as_object().unwrap().iter().map(|(key, value)| (key.clone(), expression(value))).collect();
    json!({
        "address": name, "mode": mode, "type": kind, "name": label, "provider_config_key": "aws",
        "expressions": expressions, "schema_version": 0,
    })
}

fn expression(value: &Value) -> Value {
    let blocks = || value[0].is_object();
    match value {
        Value::Array(items) if items.iter().all(Value::is_string) => json!({ "references": items }),
        Value::Array(items) if blocks() => items
            .iter()
            .map(|item| {
                item.as_object().unwrap().iter().map(|(key, value)| (key.clone(), expression(value))).collect::<Value>()
            })
            .collect(),
        constant => json!({ "constant_value": constant }),
    }
}

/// References as a plan says them, from the longest to the resource: `aws_x.y.arn` brings `aws_x.y`.
fn refers(attribute: &str) -> Value {
    let (resource, _) = attribute.rsplit_once('.').unwrap();
    json!([attribute, resource])
}

/// A plan of these changes. A resource of the root module without a block here has one that sets nothing.
fn plan(changes: Vec<Value>, mut blocks: Vec<Value>) -> Value {
    for change in &changes {
        let (kind, name) = (&change["type"], &change["name"]);
        let is_its = |block: &Value| &block["type"] == kind && &block["name"] == name;
        if change["mode"] == "managed" && change.get("module_address").is_none() && !blocks.iter().any(is_its) {
            let name = format!("{}.{}", kind.as_str().unwrap(), name.as_str().unwrap());
            blocks.push(block(&name, json!({})));
        }
    }
    json!({
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "resource_changes": changes,
        "configuration": {
            "provider_config": {
                "aws": { "name": "aws", "full_name": "registry.terraform.io/hashicorp/aws",
                         "expressions": { "region": { "constant_value": "eu-west-2" } } },
            },
            "root_module": { "resources": blocks },
        },
    })
}

fn input(plan: &Value) -> Input {
    with(plan, &[])
}

fn with(plan: &Value, files: &[(&str, &str)]) -> Input {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let options = Options { tf_files: files, ..Options::default() };
    read("plan.json", plan.to_string().as_bytes(), &options).unwrap()
}

fn resource<'i>(input: &'i Input, address: &str) -> &'i PlannedResource {
    let found = input.worlds[0].resources.iter().find(|resource| resource.address == address);
    found.unwrap_or_else(|| panic!("{address} is not among {:?}", addresses(input)))
}

fn addresses(input: &Input) -> Vec<&str> {
    input.worlds[0].resources.iter().map(|resource| resource.address.as_str()).collect()
}

fn property<'i>(input: &'i Input, address: &str, name: &str) -> &'i Planned {
    let resource = resource(input, address);
    let found = resource.properties.get(name);
    &found.unwrap_or_else(|| panic!("no {name} among {:?}", resource.properties.keys())).value
}

fn known(value: Value) -> Planned {
    Planned::Known(value)
}

fn to(address: &str, attribute: &str) -> Planned {
    known(json!(reference(address, attribute)))
}

/// The reason why a property is unknown.
fn why<'i>(input: &'i Input, address: &str, name: &str) -> &'i str {
    match property(input, address, name) {
        Planned::Unknown(reason) => reason,
        Planned::Known(value) => panic!("{address} {name} is known: {value}"),
    }
}

fn reasons(input: &Input) -> Vec<&str> {
    input.unjudgeable.iter().map(|found| found.reason.as_str()).collect()
}

/// A new bucket of which only the name is set, as provider and plan write it.
fn bucket(address: &str, name: &str) -> Value {
    create(
        address,
        json!({ "bucket": name, "force_destroy": false, "tags": null }),
        json!({ "id": true, "arn": true, "acl": true, "policy": true, "versioning": true, "logging": [],
                "server_side_encryption_configuration": true, "tags_all": true }),
    )
}
