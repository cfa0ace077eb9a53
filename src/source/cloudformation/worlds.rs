//! The worlds of a template: each consistent way in which its unknown inputs may turn out.
//!
//! May import: `model`. Guarantees: no two worlds contradict each other in what they assume, every case belongs to one,
//! and there are never more than the limit; where that is too few, what stays open is doubtful or unknown.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Surroundings;
use super::assumed::Gathered;
use super::condition::{Truth, compared, decide};
use super::resource::{Fate, condition, counts, exists, macros, plan};
use super::scope::{Ground, Scope};
use super::tree::{Entry, Node};
use super::variable::{Choice, Domains, Variable};
use crate::model::planned::Unjudgeable;

/// How many worlds an input may have.
pub(super) const MOST: usize = 64;

/// Up to how many allowed values of a parameter are tried one by one.
const ENUMERATED: usize = 4;

/// The values that are worth trying for each parameter without one.
pub(super) fn domains(ground: &Ground<'_>) -> Domains {
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, value) in compared(&Scope::new(ground, BTreeMap::new())) {
        if ground.parameters.get(&name).is_none_or(|parameter| parameter.admits(&value)) {
            values.entry(name).or_default().insert(value);
        }
    }
    for (name, parameter) in ground.parameters {
        let open = !ground.given.contains_key(name) && parameter.value(None).is_none();
        if open && !parameter.is_stored() && (1..=ENUMERATED).contains(&parameter.allowed.len()) {
            values.insert(name.clone(), parameter.allowed.clone());
        }
    }
    let domain = |(name, values): (String, BTreeSet<String>)| {
        let complete = ground.parameters.get(&name).is_some_and(|parameter| parameter.is_covered(&values));
        let other = (!complete).then_some(Choice::Other);
        (name, values.into_iter().map(Choice::Is).chain(other).collect())
    };
    values.into_iter().map(domain).collect()
}

/// Works out the worlds over one ground and adds them to what was gathered.
pub(super) fn add(
    ground: &Ground<'_>,
    resources: &[Entry],
    set: Option<&str>,
    most: usize,
    around: &Surroundings<'_>,
    gathered: &mut Gathered,
) {
    let used = used(resources);
    let mut waiting = VecDeque::from([BTreeMap::new()]);
    let mut left = most.max(1) - 1;
    while let Some(assumed) = waiting.pop_front() {
        // An input that grew too much is refused, whatever its other worlds are.
        if ground.budget.is_spent() {
            return;
        }
        let scope = Scope::new(ground, assumed);
        if let Some((variable, label)) = open(&used, &scope) {
            let choices = match &variable {
                Variable::Parameter(name) => ground.domains.get(name).cloned().unwrap_or_default(),
                _ => vec![Choice::Holds(true), Choice::Holds(false)],
            };
            let more = choices.len().saturating_sub(1);
            if !choices.is_empty() && more <= left {
                left -= more;
                gathered.know(variable.clone(), label, &choices, ground);
                for choice in choices {
                    let mut assumed = scope.assumed.clone();
                    assumed.insert(variable.clone(), choice);
                    waiting.push_back(assumed);
                }
                continue;
            }
        }
        world(scope, resources, set, around, gathered);
    }
}

/// The conditions that resources depend on, by name.
fn used(resources: &[Entry]) -> BTreeSet<&str> {
    let mut used = BTreeSet::new();
    for entry in resources.iter().filter(|entry| counts(entry)) {
        used.extend(condition(entry).and_then(Node::text));
        entry.value.walk(&mut |node| {
            if let Some(("Fn::If", argument)) = node.function() {
                used.extend(argument.items().and_then(|items| items.first()).and_then(Node::text));
            }
        });
    }
    used
}

/// The first thing that would help to decide a condition.
fn open(used: &BTreeSet<&str>, scope: &Scope<'_>) -> Option<(Variable, String)> {
    used.iter().find_map(|name| match decide(name, scope) {
        Truth::Open(doubt) => doubt.split.filter(|(variable, _)| !scope.assumed.contains_key(variable)),
        Truth::True | Truth::False => None,
    })
}

fn world(
    mut scope: Scope<'_>,
    resources: &[Entry],
    set: Option<&str>,
    around: &Surroundings<'_>,
    gathered: &mut Gathered,
) {
    let resources: BTreeMap<&str, &Entry> =
        resources.iter().filter(|entry| counts(entry)).map(|entry| (entry.key.as_str(), entry)).collect();
    let mut doubts = BTreeMap::new();
    for (name, entry) in &resources {
        match exists(entry, &scope) {
            Ok(true) => {}
            Ok(false) => drop(scope.absent.insert((*name).to_owned())),
            Err(doubt) => drop(doubts.insert(*name, doubt)),
        }
    }
    let mut planned = Vec::new();
    let mut unjudgeable: Vec<Unjudgeable> = Vec::new();
    for (name, entry) in resources.iter().filter(|(name, _)| !scope.absent.contains(**name)) {
        unjudgeable.extend(macros(entry, around.file));
        match plan(entry, doubts.remove(name), &scope, around) {
            Fate::Planned(resource) => planned.push(*resource),
            Fate::Unjudgeable(reason) => unjudgeable.push(reason),
            Fate::Stranger(reason, resource) => {
                unjudgeable.push(reason);
                planned.push(*resource);
            }
        }
    }
    let mut assumed = scope.assumed;
    assumed.extend(set.map(|set| (Variable::Set, Choice::Is(set.to_owned()))));
    gathered.add(assumed, planned, unjudgeable);
}
