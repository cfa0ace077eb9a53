//! Plans of Terraform and `OpenTofu`, read from the JSON that `terraform show -json` writes.
//!
//! May import: `model`. Guarantees: no network, no file and no clock; never panics, whatever the file holds; what the plan
//! marks as sensitive is not in what is given back; a value is known only where the plan, the code beside it or a documented
//! default of AWS says it.

mod address;
mod around;
mod awscc;
mod context;
mod convert;
mod decode;
mod defaults;
mod derived;
mod fold;
mod hcl;
mod json;
mod lines;
mod link;
mod mapping;
mod plan;
mod policy;
mod reasons;
mod references;
mod resources;
mod secrets;
mod shapes;
mod strangers;
mod tree;
mod unknown;
mod written;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::model::planned::{self, Input, InputError, Place, Planned, PlannedResource, Property, Unjudgeable, World};
use context::Context;
use lines::Code;
use plan::Plan;
use resources::Draft;
use tree::Tree;
use unknown::Reader;

/// What is known beside the plan.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The texts of the `*.tf` files by their paths below the directory of the plan's own module.
    pub tf_files: Vec<(String, String)>,
    /// The account and the Region of resources of which the plan says none.
    pub account: Option<String>,
    pub region: Option<String>,
}

/// Reads a plan. `name` is what places call it.
///
/// # Errors
/// The file is no plan that can be read; the message says what to do.
pub fn read(name: &str, bytes: &[u8], options: &Options) -> Result<Input, InputError> {
    let decoded = decode::decode(name, bytes)?;
    let mut plan = json::parse(name, &decoded)?;
    drop(decoded);
    let secrets = secrets::Secrets::take(&mut plan);
    let files: Vec<(String, String)> =
        options.tf_files.iter().map(|(file, text)| (file.clone(), secrets.mask_text(text))).collect();
    let plan = typed(name, plan)?;
    bounded(name, &plan)?;
    let mapping = mapping::table().map_err(|why| refuse(name, format!("The table of types is broken: {why}.")))?;
    let code = Code::read(&files);
    let context = Context::new(&plan, &code);
    let reader = Reader { context: &context, mapping };

    let mut unjudgeable = around(&plan);
    let (drafts, changing) = resources::drafts(reader, &mut unjudgeable);
    let doubtful = strangers::named(reader, &drafts, &changing);
    if drafts.is_empty() {
        let reason = "There is no AWS resource in this plan that could be judged.".to_owned();
        unjudgeable.push(Unjudgeable { place: Place::default(), reason, whole: false });
    }
    let mut folded = fold::fold(reader, drafts, &mut unjudgeable);
    derived::derive(&mut folded.drafts, reader, options);
    let joined = fold::join(folded.drafts, reader);
    let moved = Moved([folded.moved, joined.moved]);
    let mut resources: Vec<PlannedResource> =
        joined.drafts.into_iter().map(|draft| finish(name, reader, &moved, options, draft)).collect();
    for (address, why) in &doubtful {
        let address = moved.now(address);
        for resource in resources.iter_mut().filter(|resource| resource.address == address) {
            resource.doubtful.get_or_insert_with(|| why.clone());
        }
    }

    resources.sort_by(|a, b| a.address.cmp(&b.address));
    for found in &mut unjudgeable {
        if found.place.file.is_empty() {
            name.clone_into(&mut found.place.file);
        }
    }
    unjudgeable.sort();
    unjudgeable.dedup();
    let mut input = Input { worlds: vec![World { assumed: Vec::new(), resources }], unjudgeable, ..Input::default() };
    input.sources = shown(&input, files);
    Ok(input)
}

/// A refusal of the file as a whole.
fn refuse(name: &str, message: String) -> InputError {
    InputError { place: Place { file: name.to_owned(), line: 0, column: 0 }, message }
}

fn typed(name: &str, plan: Map<String, Value>) -> Result<Plan, InputError> {
    serde_json::from_value(Value::Object(plan)).map_err(|_| {
        // What the parser says may repeat a value.
        let what = "A member of this plan has another shape than Terraform and OpenTofu document";
        refuse(name, format!("{what}: {}.", decode::HINT))
    })
}

/// The most instances that a plan may change. One of 64 MiB has about twenty thousand.
const INSTANCES: usize = 50_000;
/// How deep modules may nest, and how much the addresses of all modules on the way to all instances may hold, in bytes.
const MODULES: usize = 64;
const ADDRESSES: usize = 64 << 20;
/// How long one address may be, in bytes: every verdict of the resource names it.
const ADDRESS: usize = 16 << 10;

/// Refuses what would take long to go through, before anybody does.
fn bounded(name: &str, plan: &Plan) -> Result<(), InputError> {
    if plan.resource_changes.len() > INSTANCES {
        let changes = plan.resource_changes.len();
        return Err(refuse(
            name,
            format!("This plan has {changes} changes, and at most {INSTANCES} are read: split it."),
        ));
    }
    let mut weight = 0_usize;
    for change in &plan.resource_changes {
        let long = change.address.len() + change.module_address.as_ref().map_or(0, String::len);
        let of = change.module_address.as_ref().unwrap_or(&change.address);
        let depth = of.matches("module.").count();
        weight = weight.saturating_add(long.saturating_mul(depth + 1));
        if depth > MODULES || weight > ADDRESSES || change.address.len() > ADDRESS {
            let what =
                "The addresses in this plan are longer, or name more modules within each other, than any that is read";
            return Err(refuse(name, format!("{what} ({MODULES} modules at most): {}.", decode::HINT)));
        }
    }
    Ok(())
}

/// What in a plan stands in the way of judging it.
fn around(plan: &Plan) -> Vec<Unjudgeable> {
    let mut found = Vec::new();
    let mut say = |reason: String, whole: bool| {
        found.push(Unjudgeable { place: Place::default(), reason, whole });
    };
    if plan.errored == Some(true) {
        say(
            "Planning ended with an error, so the plan does not hold all changes: correct it and plan again."
                .to_owned(),
            true,
        );
    }
    if plan.complete == Some(false) || !plan.deferred_changes.is_empty() {
        let what = "The plan is not complete: more changes follow when it is applied";
        say(format!("{what}. Plan without -target, or plan again after applying."), true);
    }
    if plan.resource_changes.is_empty() && !plan.planned_values.root_module.resources.is_empty() {
        say(format!("The plan holds values but no `resource_changes`: {}.", decode::HINT), true);
    }
    for change in plan.resource_changes.iter().filter(|change| change.deposed.is_some()) {
        let what = "an earlier object of it is deposed and lives on until it is destroyed";
        say(format!("{}: {what}, so it was not judged.", change.address), false);
    }
    found
}

/// Where the addresses of companions and of settings that were joined are found now.
struct Moved([BTreeMap<String, String>; 2]);

impl Moved {
    fn now<'m>(&'m self, address: &'m str) -> &'m str {
        self.0.iter().fold(address, |address, moved| moved.get(address).map_or(address, String::as_str))
    }

    /// A text with the references in it led to where they are found now.
    fn rewrite(&self, own: &str, text: &str) -> String {
        let mut rewritten = String::with_capacity(text.len());
        for part in text.split_inclusive('\u{3}') {
            let found = planned::references(part).next();
            match (part.split_once('\u{1}'), found) {
                (Some((before, _)), Some((address, attribute))) => {
                    let address = if address.is_empty() { own } else { self.now(address) };
                    rewritten.push_str(before);
                    rewritten.push_str(&planned::reference(address, attribute));
                }
                _ => rewritten.push_str(part),
            }
        }
        rewritten
    }
}

/// A draft as what the program judges.
fn finish(name: &str, reader: Reader<'_>, moved: &Moved, options: &Options, draft: Draft) -> PlannedResource {
    let (account, region) = resources::located(reader, &draft);
    let at = |instance: Option<usize>, attribute: Option<&str>| {
        let instance = instance.or(draft.instance).and_then(|at| reader.context.instances.get(at));
        let mut place = instance.map(|instance| resources::place(reader, instance, attribute)).unwrap_or_default();
        if place.file.is_empty() {
            name.clone_into(&mut place.file);
        }
        place
    };
    let identity = |attribute: &str| {
        let known = draft.attributes.get(attribute).and_then(Tree::as_text);
        known.filter(|text| !text.is_empty() && !text.contains('\u{1}')).map(str::to_owned)
    };
    let (id, arn) = (identity("id"), identity("arn"));
    let is_shaped = !draft.row.is_cloud_control();
    let place = at(None, None);
    let (mut properties, mut beside) = (BTreeMap::new(), BTreeMap::new());
    for (property, set) in draft.properties {
        let attribute = set.made.attributes.first().map(String::as_str);
        let instance = set.instance.and_then(|at| reader.context.instances.get(at));
        let expression = instance.and_then(|instance| reader.expression(instance, attribute?));
        let tree = set.made.tree.map_texts(&|text| moved.rewrite(&draft.address, &text));
        let value = match tree.finish() {
            Ok(Value::Null) => Planned::Unknown(reasons::NOT_SET.to_owned()),
            Ok(value) => Planned::Known(value),
            Err(reason) => Planned::Unknown(reason),
        };
        let place = at(set.instance, attribute);
        let of_others = !is_shaped && draft.beside.contains(&property);
        let into = if of_others { &mut beside } else { &mut properties };
        into.insert(property, Property { value, place, expression });
    }
    PlannedResource {
        address: draft.address,
        construct: None,
        kind: draft.kind,
        action: draft.action,
        place,
        properties,
        shaped: is_shaped,
        beside,
        assumed: BTreeMap::new(),
        account: account.or_else(|| options.account.clone()),
        region: region.or_else(|| options.region.clone()),
        doubtful: None,
        id,
        arn,
    }
}

/// The texts of the files that places name.
fn shown(input: &Input, files: Vec<(String, String)>) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = files.into_iter().collect();
    let mut named: BTreeSet<&str> = input.unjudgeable.iter().map(|u| u.place.file.as_str()).collect();
    for resource in input.worlds.iter().flat_map(|world| &world.resources) {
        named.insert(&resource.place.file);
        named.extend(resource.properties.values().map(|property| property.place.file.as_str()));
    }
    files.retain(|file, _| named.contains(file.as_str()));
    files
}
