//! One scenario, three sources: what is deployed, a template and a plan give the same entity, wherever they know it.
//!
//! The scenarios (`tests/fixtures/three-sources/`) are written three times: as documents of the example estate, which have the shape of the
//! collectors, as a CloudFormation template, and as a plan. Plans have the form of `terraform show -json`, with every attribute
//! that the provider's schema has: what is left out and the provider computes is unknown, as in a real plan. Where the Cloud Control
//! provider has the type, a fourth form is the plan of that provider.
//! A source may know less than the live state for a reason that `unknown.toml` names; it never knows better and never something else.

mod scenario;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use havenmark::catalogue::Catalogue;
use havenmark::model::document::ResourceDocument;
use havenmark::model::entity::Entity;
use havenmark::model::planned::{Planned, Property};
use havenmark::policy::Judge;
use scenario::{Scenario, Source, Unknown};
use serde_json::{Value, json};
use world::Worlds;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// By type, the facts that a control reads which can judge before anything is deployed.
fn read_before_deployment(catalogue: &Catalogue, judge: &Judge) -> BTreeMap<String, BTreeSet<String>> {
    let mut read: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for control in catalogue.controls.iter().filter(|control| control.pre_deploy) {
        for (kind, facets) in judge.facets_of(control.id.as_str()) {
            read.entry(kind).or_default().extend(facets);
        }
    }
    read
}

/// Whether two values say the same. Cedar's sets have no order.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            let mut left: Vec<&Value> = other.iter().collect();
            one.len() == other.len()
                && one.iter().all(|item| {
                    let found = left.iter().position(|candidate| same(item, candidate));
                    found.map(|at| left.swap_remove(at)).is_some()
                })
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}

/// How the entity of a source differs from the live one, as (facet, what).
fn differences(live: &Entity, code: &Entity, facets: &BTreeSet<String>) -> Vec<(String, Difference)> {
    let mut found = Vec::new();
    for facet in facets {
        let difference = match (live.facts.get(facet), code.facts.get(facet)) {
            (Some(live), Some(code)) if same(&live.value, &code.value) => continue,
            (None, None) => continue,
            (Some(live), Some(code)) => Difference::Value(format!("live {}, here {}", live.value, code.value)),
            (None, Some(code)) => {
                let why = live.missing.get(facet).map_or("", String::as_str);
                Difference::Value(format!("live nothing ({why}), here {}", code.value))
            }
            (Some(live), None) => match code.missing.get(facet).filter(|reason| !reason.is_empty()) {
                Some(reason) => Difference::Missing(format!("live {}: {reason}", live.value)),
                None => Difference::Value(format!("live {}, here nothing and no reason", live.value)),
            },
        };
        found.push((facet.clone(), difference));
    }
    if let (Some(live), Some(code)) = (&live.tags, &code.tags)
        && live != code
    {
        found.push(("tags".to_owned(), Difference::Value(format!("live {live:?}, here {code:?}"))));
    }
    found
}

enum Difference {
    /// Another value, or one where live has none.
    Value(String),
    /// Not known, for this reason.
    Missing(String),
}

#[test]
fn every_source_gives_the_entity_that_is_deployed_or_says_why_it_cannot() -> Outcome {
    let (catalogue, scenarios) = (Catalogue::built_in()?, scenario::all()?);
    let judge = Judge::load(&catalogue)?;
    let read = read_before_deployment(&catalogue, &judge);
    let mut unused: BTreeSet<(Source, String, String)> = BTreeSet::new();
    let unknown = Unknown::all()?;
    for entry in &unknown {
        unused.extend(entry.facets().map(|(source, kind, facet)| (source, kind.to_owned(), facet.to_owned())));
    }
    let allowed = unused.clone();
    let worlds = Worlds::of_the_example()?;
    let mut wrong = Vec::new();
    for scenario in &scenarios {
        let live = worlds.with(scenario, &[], &read)?;
        for source in scenario.sources() {
            let code = worlds.with(scenario, &scenario.documents(source, &worlds)?, &read)?;
            for (uid, entity) in &live {
                let Some(here) = code.get(uid) else {
                    // The Cloud Control provider does not have every type.
                    if source == Source::CloudControl {
                        continue;
                    }
                    wrong.push(format!("{} {source:?} {uid:?}: there is no such entity", scenario.name));
                    continue;
                };
                let none = BTreeSet::new();
                for (facet, difference) in differences(entity, here, read.get(&uid.kind).unwrap_or(&none)) {
                    let key = (source, uid.kind.clone(), facet.clone());
                    match difference {
                        Difference::Missing(_) if allowed.contains(&key) => {
                            unused.remove(&key);
                        }
                        Difference::Missing(what) => {
                            wrong.push(format!("{} {source:?} {} {facet}: MISSING {what}", scenario.name, uid.kind));
                        }
                        Difference::Value(what) => {
                            wrong.push(format!("{} {source:?} {} {facet}: DIFFERS {what}", scenario.name, uid.kind));
                        }
                    }
                }
            }
        }
    }
    wrong
        .extend(unused.iter().map(|(source, kind, facet)| format!("unknown.toml: {source:?} {kind} {facet} is known")));
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// A type that a control judges before it is deployed, and that both tables have, has a scenario.
#[test]
fn every_type_that_is_judged_before_deployment_and_in_both_tables_has_a_scenario() -> Outcome {
    let catalogue = Catalogue::built_in()?;
    let judged =
        catalogue.controls.iter().filter(|control| control.pre_deploy).flat_map(|c| c.applies_to.iter().cloned());
    let (template, plan) = scenario::mapped()?;
    let wanted: BTreeSet<String> = judged.filter(|kind| template.contains(kind) && plan.contains(kind)).collect();
    assert!(wanted.len() > 55, "{}", wanted.len());
    let there: BTreeSet<String> = scenario::all()?.iter().flat_map(Scenario::kinds).collect();
    let without: Vec<&String> = wanted.difference(&there).collect();
    assert!(without.is_empty(), "no scenario has {without:?}");
    Ok(())
}

/// What is known of each resource of some code, by address and facet.
fn known(documents: &[(String, ResourceDocument)]) -> BTreeMap<(&str, &str), &Value> {
    documents
        .iter()
        .flat_map(|(address, document)| {
            let all = document.properties.iter().chain(&document.observed);
            all.map(move |(facet, value)| ((address.as_str(), facet.as_str()), value))
        })
        .collect()
}

/// What became known, or known to be something else, although less is known of the code.
fn gained(full: &[(String, ResourceDocument)], blind: &[(String, ResourceDocument)]) -> Vec<String> {
    // Without its name a resource is called by its address; that is no other value.
    let names: BTreeMap<String, String> = blind
        .iter()
        .filter_map(|(address, document)| {
            let (_, before) = full.iter().find(|(other, _)| other == address)?;
            Some(world::names(document, before))
        })
        .flatten()
        .collect();
    let before = known(full);
    let mut found = Vec::new();
    for ((address, facet), value) in known(blind) {
        let value = world::renamed(value, &names);
        match before.get(&(address, facet)) {
            Some(before) if same(before, &value) => {}
            Some(before) => found.push(format!("{facet} of {address} was {before} and is {value}")),
            None => found.push(format!("{facet} of {address} was not known and is {value}")),
        }
    }
    found
}

#[test]
fn a_property_of_a_template_that_is_not_known_makes_nothing_known() -> Outcome {
    let mut wrong = Vec::new();
    for scenario in &scenario::all()? {
        let input = scenario.template()?;
        let full = scenario.made(input.worlds.clone())?;
        for (at, resource) in input.worlds.first().into_iter().flat_map(|world| world.resources.iter().enumerate()) {
            for name in resource.properties.keys() {
                let mut worlds = input.worlds.clone();
                let property = worlds
                    .first_mut()
                    .and_then(|world| world.resources.get_mut(at))
                    .and_then(|r| r.properties.get_mut(name));
                if let Some(Property { value, .. }) = property {
                    *value = Planned::Unknown("depends on the parameter P, which has no value".to_owned());
                }
                let blind = scenario.made(worlds)?;
                let what = format!("{} without {name} of {}", scenario.name, resource.address);
                wrong.extend(gained(&full, &blind).into_iter().map(|gained| format!("{what}: {gained}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} became known:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[test]
fn an_attribute_of_a_plan_that_is_not_known_makes_nothing_known() -> Outcome {
    let mut wrong = Vec::new();
    for scenario in &scenario::all()? {
        for source in scenario.sources().filter(|source| *source != Source::Template) {
            let plan = scenario.plan(source)?;
            let full = scenario.made(scenario.read_plan(&plan)?.worlds)?;
            for (at, name) in attributes(&plan) {
                let mut marked = plan.clone();
                let Some(change) = marked.pointer_mut(&format!("/resource_changes/{at}/change")) else { continue };
                if let Some(after) = change.get_mut("after").and_then(Value::as_object_mut) {
                    after.remove(&name);
                }
                if let Some(marks) = change.get_mut("after_unknown").and_then(Value::as_object_mut) {
                    marks.insert(name.clone(), json!(true));
                }
                // As where a parameter without a value sets it.
                let set = format!("/configuration/root_module/resources/{at}/expressions/{name}");
                if let Some(expression) = marked.pointer_mut(&set) {
                    *expression = json!({ "references": ["random_pet.any.id", "random_pet.any"] });
                }
                let blind = scenario.made(scenario.read_plan(&marked)?.worlds)?;
                let what = format!("{} {source:?} without {name} of change {at}", scenario.name);
                wrong.extend(gained(&full, &blind).into_iter().map(|gained| format!("{what}: {gained}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} became known:\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

/// The attributes with a value of every change, by its place.
fn attributes(plan: &Value) -> Vec<(usize, String)> {
    let changes = plan.get("resource_changes").and_then(Value::as_array).into_iter().flatten().enumerate();
    changes
        .flat_map(|(at, change)| {
            let after = change.pointer("/change/after").and_then(Value::as_object).into_iter().flatten();
            let set = after.filter(|(_, value)| !value.is_null());
            set.map(move |(name, _)| (at, name.clone())).collect::<Vec<_>>()
        })
        .collect()
}

/// The texts within a value.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

/// Puts a text that stands nowhere else in the place of each.
fn hide(value: &mut Value, secrets: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            *text = format!("hidden-text-{}-of-a-plan", secrets.len());
            secrets.push(text.clone());
        }
        Value::Array(items) => {
            for item in items {
                hide(item, secrets);
            }
        }
        Value::Object(members) => {
            for (_, member) in members.iter_mut() {
                hide(member, secrets);
            }
        }
        _ => {}
    }
}

#[test]
fn what_a_plan_marks_as_sensitive_is_in_no_document() -> Outcome {
    let mut tried = 0;
    for scenario in &scenario::all()? {
        for source in scenario.sources().filter(|source| *source != Source::Template) {
            let plan = scenario.plan(source)?;
            for (at, name) in attributes(&plan) {
                let mut marked = plan.clone();
                let Some(change) = marked.pointer_mut(&format!("/resource_changes/{at}/change")) else { continue };
                let mut secrets = Vec::new();
                hide(&mut change["after"][&name], &mut secrets);
                if !change["after_sensitive"].is_object() {
                    change["after_sensitive"] = json!({});
                }
                change["after_sensitive"][&name] = json!(true);
                let made = scenario.made(scenario.read_plan(&marked)?.worlds)?;
                for (_, document) in &made {
                    // Names of members are those of the program, and so are the properties that it cites.
                    let mut said = Vec::new();
                    let document = ResourceDocument { calls: BTreeMap::new(), ..document.clone() };
                    texts(&serde_json::to_value(&document)?, &mut said);
                    let text = said.join("\n");
                    for secret in &secrets {
                        assert!(
                            !text.contains(secret.as_str()),
                            "{} {source:?}: {name} of change {at}: {text}",
                            scenario.name
                        );
                    }
                }
                tried += secrets.len();
            }
            let made = scenario.made(scenario.read_plan(&plan)?.worlds)?;
            for (_, document) in &made {
                assert!(!serde_json::to_string(document)?.contains("not-for-anyone"), "{}", scenario.name);
            }
        }
    }
    assert!(tried > 100, "{tried}");
    Ok(())
}
