//! What becomes of templates: the same documents as of live resources, companions in their places, nothing known that was not.

mod companions;
mod functions;
mod live;
mod planned;
mod resources;
mod strangers;
mod unknown;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::collected;
use crate::model::planned::{Place, Planned, PlannedResource, Property, Unjudgeable, World, reference};

/// A property at a line of its own.
fn property(value: Planned, line: usize) -> Property {
    Property { value, place: Place { file: "t.yaml".to_owned(), line, column: 1 }, expression: None }
}

/// `<Key.Arn>` within texts, as the reader of templates writes references.
fn refer(value: &mut Value) {
    match value {
        Value::String(text) => {
            while let Some((before, rest)) = text.split_once('<') {
                let (named, after) = rest.split_once('>').unwrap();
                let (address, attribute) = named.split_once('.').unwrap();
                *text = format!("{before}{}{after}", reference(address, attribute));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(refer),
        Value::Object(members) => members.values_mut().for_each(refer),
        _ => {}
    }
}

/// The resources of a template, each property at a line of its own.
fn world(template: &str) -> World {
    let resources: Map<String, Value> = serde_json::from_str(template).unwrap();
    let mut line = 0;
    let resources = resources.into_iter().map(|(address, mut resource)| {
        refer(&mut resource);
        let properties = resource["Properties"].as_object().cloned().unwrap_or_default();
        let properties = properties.into_iter().map(|(name, value)| {
            line += 1;
            (name, property(Planned::Known(value), line))
        });
        PlannedResource {
            address,
            kind: resource["Type"].as_str().unwrap().to_owned(),
            place: Place { file: "t.yaml".to_owned(), line: 99, column: 1 },
            properties: properties.collect::<BTreeMap<_, _>>(),
            account: Some("111111111111".to_owned()),
            region: Some("eu-west-2".to_owned()),
            ..PlannedResource::default()
        }
    });
    World { assumed: Vec::new(), resources: resources.collect() }
}

/// What becomes of a template.
fn made(template: &str) -> BTreeMap<String, PlannedResource> {
    let (world, unjudgeable) = collected(world(template));
    assert_eq!(unjudgeable, []);
    world.resources.into_iter().map(|resource| (resource.address.clone(), resource)).collect()
}

/// A template of which one property is not known.
fn made_without(template: &str, address: &str, name: &str) -> (BTreeMap<String, PlannedResource>, Vec<Unjudgeable>) {
    let mut world = world(template);
    let resource = world.resources.iter_mut().find(|resource| resource.address == address).unwrap();
    let place = resource.properties[name].clone();
    let reason = Planned::Unknown("depends on the parameter P, which has no value".to_owned());
    resource.properties.insert(name.to_owned(), Property { value: reason, ..place });
    let (world, unjudgeable) = collected(world);
    (world.resources.into_iter().map(|resource| (resource.address.clone(), resource)).collect(), unjudgeable)
}

/// What is known of a facet.
#[track_caller]
fn known<'r>(resource: &'r PlannedResource, facet: &str) -> &'r Value {
    match &resource.properties.get(facet).unwrap_or_else(|| panic!("{} has no {facet}", resource.address)).value {
        Planned::Known(value) => value,
        Planned::Unknown(reason) => panic!("{facet} of {} is not known: {reason}", resource.address),
    }
}

/// Why a facet is not known.
#[track_caller]
fn reason<'r>(resource: &'r PlannedResource, facet: &str) -> &'r str {
    match &resource.properties.get(facet).unwrap_or_else(|| panic!("{} has no {facet}", resource.address)).value {
        Planned::Known(value) => panic!("{facet} of {} is known: {value}", resource.address),
        Planned::Unknown(reason) => reason,
    }
}
