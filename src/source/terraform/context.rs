//! The instances of a plan and the code that made them, found by name.
//!
//! May import: nothing. Guarantees: instances stand in the order of their addresses, so the order of the plan decides
//! nothing.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::address::{self, Step};
use super::lines::{self, Code, Found};
use super::plan::{Call, Change, Declared, Module, Plan, ValuesModule};

/// One instance of a resource, or of a data source that is read on apply.
#[derive(Debug)]
pub(super) struct Instance<'p> {
    pub(super) change: &'p Change,
    pub(super) modules: Vec<Step>,
    /// As it is written in the address: `"eu"`, `0`.
    pub(super) key: Option<String>,
}

impl Instance<'_> {
    pub(super) fn is_data(&self) -> bool {
        self.change.mode == "data"
    }
}

/// What the code is looked up in.
#[derive(Debug)]
pub(super) struct Context<'p> {
    pub(super) plan: &'p Plan,
    pub(super) code: &'p Code,
    pub(super) instances: Vec<Instance<'p>>,
    by_name: BTreeMap<Name, Named>,
    calls: BTreeMap<String, BTreeSet<Option<String>>>,
    planned: BTreeMap<&'p str, &'p Value>,
    prior: BTreeMap<&'p str, &'p Value>,
    /// By module and then by mode, type and name: the name of a module may be long and its blocks many.
    declared: BTreeMap<String, BTreeMap<Block<'p>, &'p Declared>>,
    /// What all searches together took.
    pub(super) steps: Cell<usize>,
}

type Block<'p> = (&'static str, &'p str, &'p str);

/// The instances of a name, and each by its key.
type Named = (Arc<[usize]>, BTreeMap<String, usize>);

/// Module, mode, type and name.
type Name = (String, &'static str, String, String);

fn mode(mode: &str) -> &'static str {
    if mode == "data" { "data" } else { "managed" }
}

impl<'p> Context<'p> {
    pub(super) fn new(plan: &'p Plan, code: &'p Code) -> Self {
        let mut instances: Vec<Instance<'p>> = plan
            .resource_changes
            .iter()
            .filter(|change| change.deposed.is_none())
            .map(|change| Instance {
                change,
                modules: address::modules(change.module_address.as_deref().unwrap_or(&change.address)),
                key: match &change.index {
                    None | Some(Value::Null) => address::steps(&change.address).pop().and_then(|step| step.key),
                    Some(index) => Some(index.to_string()),
                },
            })
            .collect();
        instances.sort_by(|a, b| a.change.address.cmp(&b.change.address));
        let mut by_name: BTreeMap<Name, Vec<usize>> = BTreeMap::new();
        let mut calls: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
        for (at, instance) in instances.iter().enumerate() {
            let change = instance.change;
            let module = address::module_address(&instance.modules);
            let name = (module, mode(&change.mode), change.kind.clone(), change.name.clone());
            by_name.entry(name).or_default().push(at);
            for depth in 1..=instance.modules.len() {
                let Some(([above @ .., last], _)) = instance.modules.split_at_checked(depth) else { continue };
                let call = format!("{}/{}", address::module_address(above), last.name);
                calls.entry(call).or_default().insert(last.key.clone());
            }
        }
        let by_name = by_name
            .into_iter()
            .map(|(name, at)| {
                let key = |n: &usize| Some((instances.get(*n)?.key.clone()?, *n));
                let by_key = at.iter().filter_map(key).collect();
                (name, (at.into(), by_key))
            })
            .collect();
        let mut declared = BTreeMap::new();
        index(&plan.configuration.root_module, "", &mut declared);
        let (mut planned, mut prior) = (BTreeMap::new(), BTreeMap::new());
        values(&plan.planned_values.root_module, "managed", &mut planned);
        values(&plan.prior_state.values.root_module, "data", &mut prior);
        Self { plan, code, instances, by_name, calls, planned, prior, declared, steps: Cell::new(0) }
    }

    /// The instances of a name in a module.
    pub(super) fn named(&self, modules: &[Step], of: &str, kind: &str, name: &str) -> Option<&Named> {
        self.by_name.get(&(address::module_address(modules), mode(of), kind.to_owned(), name.to_owned()))
    }

    /// The keys with which a module is called, as far as resources of it show them.
    pub(super) fn call_keys(&self, above: &[Step], name: &str) -> Vec<Option<String>> {
        let call = format!("{}/{name}", address::module_address(above));
        self.calls.get(&call).map(|keys| keys.iter().cloned().collect()).unwrap_or_default()
    }

    pub(super) fn module(&self, modules: &[Step]) -> Option<&'p Module> {
        let root = &self.plan.configuration.root_module;
        modules.iter().try_fold(root, |at, step| at.calls.get(&step.name).map(|call| &call.module))
    }

    /// The block that calls the last of these modules.
    pub(super) fn call(&self, modules: &[Step]) -> Option<&'p Call> {
        let (last, above) = modules.split_last()?;
        self.module(above)?.calls.get(&last.name)
    }

    /// The block of an instance in the plan's configuration.
    pub(super) fn declared(&self, modules: &[Step], of: &str, kind: &str, name: &str) -> Option<&'p Declared> {
        let names: Vec<&str> = modules.iter().map(|step| step.name.as_str()).collect();
        self.declared.get(&names.join("."))?.get(&(mode(of), kind, name)).copied()
    }

    /// The block of an instance in the code, where it is given.
    pub(super) fn written(&self, modules: &[Step], of: &str, kind: &str, name: &str) -> Option<Found<'p>> {
        self.code.block(&self.directory(modules)?, of, kind, name)
    }

    /// The directory of a module, if all calls down to it name a path.
    pub(super) fn directory(&self, modules: &[Step]) -> Option<String> {
        let mut at = self.code.root().to_owned();
        for depth in 1..=modules.len() {
            let source = self.call(modules.get(..depth)?)?.source.as_deref()?;
            if !source.starts_with("./") && !source.starts_with("../") {
                return None;
            }
            at = lines::join(&at, source);
        }
        Some(at)
    }

    /// What the plan's `planned_values` say of an address.
    pub(super) fn planned_values(&self, address: &str) -> Option<&'p Value> {
        self.planned.get(address).copied()
    }

    /// What was read of a data source before the plan was made.
    pub(super) fn prior(&self, address: &str) -> Option<&'p Value> {
        self.prior.get(address).copied()
    }
}

fn index<'p>(module: &'p Module, at: &str, declared: &mut BTreeMap<String, BTreeMap<Block<'p>, &'p Declared>>) {
    for (name, call) in &module.calls {
        let below = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        index(&call.module, &below, declared);
    }
    if module.resources.is_empty() {
        return;
    }
    let blocks = declared.entry(at.to_owned()).or_default();
    for resource in &module.resources {
        blocks.entry((mode(&resource.mode), &resource.kind, &resource.name)).or_insert(resource);
    }
}

fn values<'p>(module: &'p ValuesModule, of: &str, found: &mut BTreeMap<&'p str, &'p Value>) {
    for resource in module.resources.iter().filter(|resource| mode(&resource.mode) == of) {
        found.entry(resource.address.as_str()).or_insert(&resource.values);
    }
    module.child_modules.iter().for_each(|child| values(child, of, found));
}
