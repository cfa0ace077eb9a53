//! Where the value of an expression comes from: through the inputs and outputs of modules, and the keys of instances.
//!
//! May import: nothing. Guarantees: an instance is named only where no other one could be meant; the search ends after a
//! bounded number of steps.

use std::cell::Cell;
use std::sync::Arc;

use serde_json::Value;

use super::address::{self, Step};
use super::context::Context;
use super::plan;
use super::written;

/// From where an expression is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) modules: &'a [Step],
    /// The key of the instance (or of the call of a module) in which it stands.
    pub(super) key: Option<&'a str>,
    pub(super) for_each: &'a Value,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// An attribute of an instance; empty where the plan does not say which one.
    Attribute { instance: usize, attribute: String },
    /// One of several instances.
    AnyOf(Arc<[usize]>),
    /// A local value whose expression is not at hand.
    Local(String),
    /// A data source, by module, type, name and key.
    Data { modules: Vec<Step>, kind: String, name: String, key: Option<String>, written: String },
    /// Something that is no resource of the plan, as it is written.
    Other(String),
}

/// What one search may cost: a circle has no end.
#[derive(Debug)]
struct Budget<'c> {
    steps: Cell<usize>,
    all: &'c Cell<usize>,
    depth: Cell<usize>,
}

impl Budget<'_> {
    const STEPS: usize = 4096;
    /// What all searches of a plan may cost together. A resource takes a few steps for each attribute that is not known.
    const ALL: usize = 1_000_000;
    const DEPTH: usize = 64;

    /// Takes a step. False: it is one too many.
    fn step(&self) -> bool {
        self.steps.set(self.steps.get() + 1);
        self.all.set(self.all.get() + 1);
        self.steps.get() <= Self::STEPS && self.all.get() <= Self::ALL
    }
}

impl Context<'_> {
    /// Where the references of an expression lead. What is known when planning (variables, counts) leads nowhere.
    pub(super) fn origins(&self, references: &[String], at: At<'_>) -> Vec<Origin> {
        let steps = Budget { steps: Cell::new(0), all: &self.steps, depth: Cell::new(0) };
        let mut origins = Vec::new();
        self.all(references, at, &steps, &mut origins);
        origins
    }

    fn all(&self, references: &[String], at: At<'_>, steps: &Budget<'_>, origins: &mut Vec<Origin>) {
        let by_key = references.iter().any(|r| is_key(r));
        self.by_key(references, by_key, at, steps, origins);
    }

    /// The same; `by_key` says that what names no instance means the one with the key of what surrounds it.
    fn by_key(&self, references: &[String], by_key: bool, at: At<'_>, steps: &Budget<'_>, origins: &mut Vec<Origin>) {
        // `aws_s3_bucket.data[each.value].id` comes as `aws_s3_bucket.data` beside `each.value`: that is the key, no value.
        let selects = by_key && references.iter().any(|r| selects_by_key(r));
        for reference in references.iter().filter(|r| !(selects && is_key(r.as_str()))) {
            if !steps.step() || steps.depth.get() > Budget::DEPTH {
                origins.push(Origin::Other("too many references to follow".to_owned()));
                return;
            }
            steps.depth.set(steps.depth.get() + 1);
            let found = self.one(reference, by_key, at, steps);
            steps.depth.set(steps.depth.get() - 1);
            for origin in found {
                if !origins.contains(&origin) {
                    origins.push(origin);
                }
            }
        }
    }

    fn one(&self, reference: &str, by_key: bool, at: At<'_>, steps: &Budget<'_>) -> Vec<Origin> {
        let path = address::steps(reference);
        let name = |n: usize| path.get(n).map(|step: &Step| step.name.as_str());
        let Some(first) = name(0) else { return Vec::new() };
        let mut origins = Vec::new();
        match (first, name(1)) {
            ("count" | "path" | "terraform" | "self" | "each", None | Some(_)) if first != "each" => {}
            ("each", Some("value")) => origins = self.each(at, steps),
            ("each", _) => {}
            ("var", Some(input)) => {
                let Some((last, above)) = at.modules.split_last() else { return Vec::new() };
                let Some(call) = self.call(at.modules) else { return vec![Origin::Other(reference.to_owned())] };
                let Some(given) = call.expressions.get(input) else { return Vec::new() };
                let at = At { modules: above, key: last.key.as_deref(), for_each: &call.for_each_expression };
                self.all(&plan::references(given), at, steps, &mut origins);
            }
            ("module", Some(called)) => {
                let key = path.get(1).and_then(|step| step.key.as_deref());
                origins = self.output(reference, (called, key, name(2)), by_key, at, steps);
                return below(origins, name(3));
            }
            ("local", Some(local)) => {
                let found = self.directory(at.modules).and_then(|dir| self.code.local(&dir, local));
                let Some(text) = found else { return vec![Origin::Local(format!("local.{local}"))] };
                self.all(&written::mentioned(text), at, steps, &mut origins);
            }
            ("data", Some(kind)) => {
                let Some(step) = path.get(2) else { return Vec::new() };
                let dynamic = step.key.as_deref().map_or(by_key, |key| !address::is_literal(key));
                let key = if dynamic { at.key.map(str::to_owned) } else { step.key.clone() };
                return vec![Origin::Data {
                    modules: at.modules.to_vec(),
                    kind: kind.to_owned(),
                    name: step.name.clone(),
                    key,
                    written: reference.to_owned(),
                }];
            }
            (kind, Some(label)) => {
                let key = path.get(1).and_then(|step| step.key.as_deref());
                let attribute = name(2).unwrap_or_default();
                let found = self.instance(at, (kind, label, key), by_key);
                return vec![match found {
                    Some(Origin::Attribute { instance, .. }) => {
                        Origin::Attribute { instance, attribute: attribute.to_owned() }
                    }
                    Some(other) => other,
                    // `try(aws_x.y[0].id, …)` with a count of none: the code has it and the plan does not.
                    None if self.declared(at.modules, "managed", kind, label).is_some() => return origins,
                    None => Origin::Other(reference.to_owned()),
                }];
            }
            _ => origins.push(Origin::Other(reference.to_owned())),
        }
        below(origins, name(2))
    }

    /// The instance that a name and a key mean, with no attribute yet.
    fn instance(&self, at: At<'_>, (kind, label, key): (&str, &str, Option<&str>), by_key: bool) -> Option<Origin> {
        let (named, by_its_key) = self.named(at.modules, "managed", kind, label)?;
        let of_key =
            |key: &str| by_its_key.get(key).map(|n| Origin::Attribute { instance: *n, attribute: String::new() });
        match (&**named, key) {
            (_, Some(key)) if address::is_literal(key) => of_key(key),
            ([], _) => None,
            ([only], None) => Some(Origin::Attribute { instance: *only, attribute: String::new() }),
            (_, key) => {
                let dynamic = key.map_or(by_key, is_key);
                let own = at.key.filter(|_| dynamic).and_then(of_key);
                own.or_else(|| Some(Origin::AnyOf(Arc::clone(named))))
            }
        }
    }

    /// What an output of a module is made of.
    fn output(
        &self,
        reference: &str,
        (called, key, output): (&str, Option<&str>, Option<&str>),
        by_key: bool,
        at: At<'_>,
        steps: &Budget<'_>,
    ) -> Vec<Origin> {
        let other = || vec![Origin::Other(reference.to_owned())];
        let keys = self.call_keys(at.modules, called);
        let dynamic = key.map_or(by_key, is_key);
        let chosen: Vec<Option<String>> = match key {
            Some(key) if address::is_literal(key) => vec![Some(key.to_owned())],
            _ if dynamic && keys.iter().any(|k| k.as_deref() == at.key) => vec![at.key.map(str::to_owned)],
            _ => keys,
        };
        let Some(output) = output else { return other() };
        let mut origins = Vec::new();
        for key in &chosen {
            if !steps.step() {
                return other();
            }
            let mut modules = at.modules.to_vec();
            modules.push(Step { name: called.to_owned(), key: key.clone() });
            let Some(found) = self.module(&modules).and_then(|module| module.outputs.get(output)) else {
                return other();
            };
            let inside = At { modules: &modules, key: None, for_each: &Value::Null };
            self.all(&plan::references(&found.expression), inside, steps, &mut origins);
        }
        if chosen.is_empty() { other() } else { origins }
    }

    /// What `each.value` may be: of the things that `for_each` goes over the one with the same key, else any.
    fn each(&self, at: At<'_>, steps: &Budget<'_>) -> Vec<Origin> {
        let mut over = Vec::new();
        let outside = At { for_each: &Value::Null, ..at };
        self.by_key(&plan::references(at.for_each), true, outside, steps, &mut over);
        let mut instances = Vec::new();
        for origin in &over {
            match origin {
                Origin::Attribute { instance, .. } => instances.push(*instance),
                Origin::AnyOf(several) => instances.extend(several.iter().take(Budget::DEPTH)),
                Origin::Local(_) | Origin::Data { .. } | Origin::Other(_) => return over,
            }
        }
        let is_own = |origin: &&Origin| match origin {
            Origin::Attribute { instance, .. } => {
                at.key.is_some() && self.instances.get(*instance).is_some_and(|i| i.key.as_deref() == at.key)
            }
            _ => false,
        };
        match over.iter().filter(is_own).collect::<Vec<_>>().as_slice() {
            [own] => vec![(*own).clone()],
            _ if over.is_empty() => over,
            _ => vec![Origin::AnyOf(instances.into())],
        }
    }
}

/// A key that is the one of what surrounds it: `each.value` of a set is its key.
fn is_key(text: &str) -> bool {
    matches!(text, "each.key" | "each.value" | "count.index")
}

/// Whether a reference is to a whole resource or module, as it is where the plan leaves out a key and what follows it.
fn selects_by_key(reference: &str) -> bool {
    let path = address::steps(reference);
    let first = path.first().map_or("", |step| step.name.as_str());
    path.len() == 2 && !matches!(first, "var" | "local" | "each" | "count" | "path" | "terraform" | "self" | "data")
}

/// `var.key.arn`: where a whole resource was handed on, the attribute is said here.
fn below(origins: Vec<Origin>, attribute: Option<&str>) -> Vec<Origin> {
    let Some(said) = attribute else { return origins };
    let name = |origin| match origin {
        Origin::Attribute { instance, attribute } if attribute.is_empty() => {
            Origin::Attribute { instance, attribute: said.to_owned() }
        }
        other => other,
    };
    origins.into_iter().map(name).collect()
}
