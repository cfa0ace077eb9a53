//! Gathers worlds, joins those that are alike, and says in words what each assumes.
//!
//! May import: `model`. Guarantees: worlds with the same resources are one; what it assumes is what its cases have in
//! common, and nothing where they cover all; no value of a `NoEcho` parameter is written.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Ground;
use super::variable::{Choice, Variable};
use crate::model::planned::{PlannedResource, Unjudgeable, World};

/// Cases under which a world comes about: each variable with the choices that it may take. One without is free.
type Case = BTreeMap<Variable, BTreeSet<Choice>>;

/// A variable for people.
#[derive(Debug, Default)]
struct Known {
    label: String,
    choices: BTreeSet<Choice>,
    hidden: bool,
}

/// What was gathered over all parameter sets.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    variables: BTreeMap<Variable, Known>,
    worlds: Vec<(Vec<Case>, Vec<PlannedResource>)>,
    unjudgeable: BTreeSet<Unjudgeable>,
}

impl Gathered {
    /// For parameter sets of these names.
    pub(super) fn new(sets: &[&str]) -> Self {
        let choices = sets.iter().map(|set| Choice::Is((*set).to_owned())).collect();
        let known = Known { label: "parameter set".to_owned(), choices, hidden: false };
        Self { variables: BTreeMap::from([(Variable::Set, known)]), ..Self::default() }
    }

    /// Takes note of a variable that is split.
    pub(super) fn know(&mut self, variable: Variable, label: String, choices: &[Choice], ground: &Ground<'_>) {
        let hidden = matches!(&variable, Variable::Parameter(name)
            if ground.parameters.get(name).is_some_and(|parameter| parameter.no_echo));
        let known = self.variables.entry(variable).or_insert(Known { label, choices: BTreeSet::new(), hidden });
        known.choices.extend(choices.iter().cloned());
    }

    pub(super) fn add(
        &mut self,
        assumed: BTreeMap<Variable, Choice>,
        resources: Vec<PlannedResource>,
        unjudgeable: Vec<Unjudgeable>,
    ) {
        self.unjudgeable.extend(unjudgeable);
        let case: Case = assumed.into_iter().map(|(variable, choice)| (variable, BTreeSet::from([choice]))).collect();
        match self.worlds.iter_mut().find(|(_, known)| *known == resources) {
            Some((cases, _)) => cases.push(case),
            None => self.worlds.push((vec![case], resources)),
        }
    }

    pub(super) fn reject(&mut self, unjudgeable: impl IntoIterator<Item = Unjudgeable>) {
        self.unjudgeable.extend(unjudgeable);
    }

    pub(super) fn finish(self) -> (Vec<World>, Vec<Unjudgeable>) {
        let Self { variables, worlds, unjudgeable } = self;
        let worlds =
            worlds.into_iter().map(|(cases, resources)| World { assumed: words(cases, &variables), resources });
        (worlds.collect(), unjudgeable.into_iter().collect())
    }
}

/// Joins cases that differ in one variable, until none do.
fn join(mut cases: Vec<Case>, variables: &BTreeMap<Variable, Known>) -> Vec<Case> {
    for case in &mut cases {
        case.retain(|variable, choices| !covered(variable, choices, variables));
    }
    while let Some((one, other, joined)) = pair(&cases, variables) {
        cases.remove(other);
        if let Some(place) = cases.get_mut(one) {
            *place = joined;
        }
    }
    cases
}

/// Two cases that are one, with what they are.
fn pair(cases: &[Case], variables: &BTreeMap<Variable, Known>) -> Option<(usize, usize, Case)> {
    for (index, one) in cases.iter().enumerate() {
        for (other_index, other) in cases.iter().enumerate().skip(index + 1) {
            let all: BTreeSet<&Variable> = one.keys().chain(other.keys()).collect();
            let mut differing = all.into_iter().filter(|variable| one.get(*variable) != other.get(*variable));
            let first = differing.next();
            if differing.next().is_some() {
                continue;
            }
            let mut joined = one.clone();
            if let Some(variable) = first {
                // Where one of them leaves the variable free, so do both together.
                joined.remove(variable);
                if let (Some(one), Some(other)) = (one.get(variable), other.get(variable)) {
                    let choices: BTreeSet<Choice> = one.union(other).cloned().collect();
                    if !covered(variable, &choices, variables) {
                        joined.insert(variable.clone(), choices);
                    }
                }
            }
            return Some((index, other_index, joined));
        }
    }
    None
}

/// Whether choices are all that a variable has.
fn covered(variable: &Variable, choices: &BTreeSet<Choice>, variables: &BTreeMap<Variable, Known>) -> bool {
    variables.get(variable).is_some_and(|known| known.choices.is_subset(choices))
}

fn words(cases: Vec<Case>, variables: &BTreeMap<Variable, Known>) -> Vec<String> {
    let sentence = |(variable, choices): (&Variable, &BTreeSet<Choice>)| {
        variables.get(variable).map(|known| phrase(variable, choices, known)).unwrap_or_default()
    };
    let cases: Vec<Vec<String>> =
        join(cases, variables).iter().map(|case| case.iter().map(sentence).collect()).collect();
    let Some((first, rest)) = cases.split_first() else { return Vec::new() };
    let mut common: Vec<String> =
        first.iter().filter(|phrase| rest.iter().all(|case| case.contains(phrase))).cloned().collect();
    if !rest.is_empty() {
        let own = |case: &Vec<String>| {
            case.iter().filter(|phrase| !common.contains(phrase)).cloned().collect::<Vec<_>>().join(" and ")
        };
        let either = cases.iter().map(own).collect::<Vec<_>>().join(", or ");
        common.push(format!("either {either}"));
    }
    common
}

fn phrase(variable: &Variable, choices: &BTreeSet<Choice>, known: &Known) -> String {
    let named = |choices: &BTreeSet<Choice>| choices.iter().filter_map(shown).collect::<Vec<_>>();
    let label = &known.label;
    let other = choices.contains(&Choice::Other);
    if known.hidden {
        let which = if other { "another value than" } else { "one of the values" };
        return format!("{label} is {which} the template compares it with");
    }
    if *variable == Variable::Set {
        return format!("{label} {}", list(&named(choices), "or"));
    }
    if !other {
        return format!("{label} = {}", list(&named(choices), "or"));
    }
    let excluded: BTreeSet<Choice> = known.choices.difference(choices).cloned().collect();
    match named(&excluded).as_slice() {
        [one] => format!("{label} is not {one}"),
        [one, another] => format!("{label} is neither {one} nor {another}"),
        more => format!("{label} is none of {}", list(more, "and")),
    }
}

fn shown(choice: &Choice) -> Option<String> {
    match choice {
        Choice::Is(text) if text.is_empty() || text.trim() != text => Some(format!("{text:?}")),
        Choice::Is(text) => Some(text.clone()),
        Choice::Holds(holds) => Some(holds.to_string()),
        Choice::Other => None,
    }
}

fn list(texts: &[String], word: &str) -> String {
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}
