//! What the reader promises, by example.

mod assemblies;
mod cases;
mod conditions;
mod functions;
mod hostile;
mod loops;
mod macros;
mod parameters;
mod same;
mod values;
mod worlds;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Options, ParameterSet, read};
use crate::model::planned::{Input, InputError, Planned, PlannedResource, World};

/// What most tests evaluate in: one parameter of each kind, a mapping, two other resources.
const GROUND: &str = r"
Transform: AWS::LanguageExtensions
Parameters:
  Open: {Type: String}
  Given: {Type: String, Default: given}
  Number: {Type: Number, Default: 7}
  Names: {Type: CommaDelimitedList, Default: 'red, green'}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a/name}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
Mappings:
  Sizes:
    prod: {Size: 100, Zones: [a, b]}
Conditions:
  Yes: !Equals [a, a]
  No: !Equals [a, b]
  Maybe: !Equals [!Ref Stored, a]
Resources:
  Key: {Type: 'AWS::KMS::Key'}
  Gone: {Type: 'AWS::KMS::Key', Condition: No}
  R:
    Type: AWS::X::Y
    Properties:
";

fn plain(text: &str) -> Input {
    with(&Options::default(), text)
}

fn with(options: &Options, text: &str) -> Input {
    read("t.yaml", text.as_bytes(), options).unwrap_or_else(|error| panic!("{}: {text}", error.message))
}

fn refused(text: &str) -> InputError {
    read("t.yaml", text.as_bytes(), &Options::default()).unwrap_err()
}

/// A property written in YAML after `P: `, in the first world.
fn property(expression: &str) -> Option<Planned> {
    property_with(&Options::default(), expression)
}

fn property_with(options: &Options, expression: &str) -> Option<Planned> {
    let input = with(options, &format!("{GROUND}      P: {expression}\n"));
    resource(&input, "R").properties.get("P").map(|property| property.value.clone())
}

fn known(expression: &str) -> Value {
    match property(expression) {
        Some(Planned::Known(value)) => value,
        other => panic!("{expression} is {other:?}"),
    }
}

fn unknown(expression: &str) -> String {
    match property(expression) {
        Some(Planned::Unknown(reason)) => reason,
        other => panic!("{expression} is {other:?}"),
    }
}

fn resource<'i>(input: &'i Input, address: &str) -> &'i PlannedResource {
    in_world(input.worlds.first().unwrap(), address).unwrap()
}

fn in_world<'w>(world: &'w World, address: &str) -> Option<&'w PlannedResource> {
    world.resources.iter().find(|resource| resource.address == address)
}

/// What each world assumes, with the addresses of its resources.
fn outline(input: &Input) -> Vec<String> {
    let world = |world: &World| {
        let addresses: Vec<&str> = world.resources.iter().map(|resource| resource.address.as_str()).collect();
        format!("{}: {}", world.assumed.join(", "), addresses.join(" "))
    };
    input.worlds.iter().map(world).collect()
}

fn set(name: &str, values: &[(&str, &str)]) -> ParameterSet {
    let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    ParameterSet { name: name.to_owned(), values: values.collect::<BTreeMap<_, _>>() }
}

fn given(sets: Vec<ParameterSet>) -> Options {
    Options { parameter_sets: sets, ..Options::default() }
}
