//! Verdicts of all worlds joined: what holds in each of them, and which one fails.
//!
//! May import: `model`. Guarantees: a verdict is met only where it is met in every world in which the resource is; sets of
//! parameters that were given are deployments of their own, so one that fails fails.

use std::collections::BTreeMap;

use super::Judged;
use crate::model::verdict::Outcome;

/// A verdict over all worlds.
#[derive(Debug, Clone, PartialEq)]
pub struct Combined {
    pub judged: Judged,
    /// The world whose verdict it is, as an index; the resource may differ between worlds.
    pub world: usize,
    /// "when Prod = false", where the worlds differ.
    pub when: Option<String>,
}

/// Joins the verdicts of worlds, each with what it assumes. A text that begins with `SET` names a set of parameters.
#[must_use]
pub fn combine(worlds: Vec<(Vec<String>, Vec<Judged>)>) -> Vec<Combined> {
    let several = worlds.len() > 1;
    let mut found: BTreeMap<(String, usize), Vec<(usize, Judged)>> = BTreeMap::new();
    let mut assumed = Vec::new();
    for (index, (assumes, judged)) in worlds.into_iter().enumerate() {
        assumed.push(assumes);
        for one in judged {
            found.entry((one.address.clone(), one.judgement.control)).or_default().push((index, one));
        }
    }
    let names = |index: usize| assumed.get(index).map(Vec::as_slice).unwrap_or_default();
    let mut all: Vec<Combined> = found
        .into_values()
        .filter_map(|verdicts| {
            let mut one = join(&verdicts, &names)?;
            if !several {
                one.when = None;
            }
            Some(one)
        })
        .collect();
    all.sort_by(|a, b| {
        (&a.judged.address, a.judged.judgement.control).cmp(&(&b.judged.address, b.judged.judgement.control))
    });
    all
}

/// Set names a set of parameters, as the readers write it.
pub(crate) const SET: &str = "parameter set ";

fn join<'n>(verdicts: &[(usize, Judged)], names: &dyn Fn(usize) -> &'n [String]) -> Option<Combined> {
    let first = verdicts.first()?;
    let when = |index: usize| {
        let assumed = names(index).join(", ");
        (!assumed.is_empty()).then(|| format!("when {assumed}"))
    };
    let of = |(world, judged): &(usize, Judged), when: Option<String>| Combined {
        judged: judged.clone(),
        world: *world,
        when,
    };
    let outcome = |one: &(usize, Judged)| one.1.judgement.outcome;
    if verdicts.iter().all(|one| outcome(one) == outcome(first)) {
        return Some(of(first, None));
    }
    let Some(failing) = verdicts.iter().find(|one| outcome(one) == Outcome::NotMet) else {
        // Nothing fails: what is not known in one world is not known.
        let rank = [Outcome::NotAssessed, Outcome::Excepted, Outcome::Met, Outcome::NotApplicable];
        let lowest = rank.iter().find_map(|wanted| verdicts.iter().find(|one| outcome(one) == *wanted))?;
        let differs = outcome(lowest) == Outcome::NotAssessed || outcome(lowest) == Outcome::Excepted;
        return Some(of(lowest, if differs { when(lowest.0) } else { None }));
    };
    let set = |index: usize| names(index).iter().find(|name| name.starts_with(SET)).map(String::as_str);
    let own = set(failing.0);
    // Within one set of parameters everything that can be fails: that deployment fails.
    let fails = own.is_some()
        && verdicts.iter().filter(|(index, _)| set(*index) == own).all(|one| outcome(one) == Outcome::NotMet);
    if fails {
        return Some(of(failing, own.map(|own| format!("with {own}"))));
    }
    let mut undecided = of(failing, when(failing.0));
    let fails = undecided.when.clone().unwrap_or_else(|| "in one case".to_owned());
    undecided.judged.judgement.outcome = Outcome::NotAssessed;
    undecided.judged.judgement.reason = format!("it fails {fails}: {}", undecided.judged.judgement.reason);
    Some(undecided)
}
