//! Judges the code that was read, with everything that it is judged by.
//!
//! May import: everything below `commands`. Guarantees: `check` and `why` judge the same; every input is judged over the same state
//! before; what holds in each declared account is decided, and nothing else where nobody says the account.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::code::Code;
use crate::assess::gate::{Change, Combined, Gate, GateError, combine};
use crate::cli::{CodeArgs, JudgeArgs};
use crate::commands::Failure;
use crate::commands::inputs::{self, Files};
use crate::commands::known::{self, Known};
use crate::declaration::Declaration;
use crate::declaration::profile;
use crate::declaration::register::{Register, Standings};
use crate::graph::declared::{self, Declared};
use crate::graph::directory::Directory;
use crate::model::assessment::Notice;
use crate::model::planned::World;
use crate::snapshot::Reader;
use crate::source::planned::{self, Site};
use crate::source::table;
use crate::ui::clock;

/// What was judged.
pub(super) struct Found<'a> {
    pub(super) gate: &'a Gate<'a>,
    /// Of each input in its order.
    pub(super) verdicts: Vec<Vec<Combined>>,
    /// What is wrong with the declaration and the register.
    pub(super) notices: Vec<Notice>,
}

/// Judges the code that was read, and hands on what was found.
///
/// # Errors
/// A file that an option names is not there or cannot be read, or what `then` gives.
pub(super) fn judge<T>(
    options: &CodeArgs,
    by: &JudgeArgs,
    code: &[Code],
    then: impl FnOnce(Found<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let files = Files::read(by)?;
    let live = options.live.as_deref().map(inputs::open).transpose()?;
    let (catalogue, judge) = inputs::pack(files.controls.as_deref())?;
    let as_of = by.as_of.unwrap_or_else(|| live.as_ref().map_or_else(clock::now, |l| l.manifest().collected_to));
    for profile in &files.profiles {
        profile.check(|id| catalogue.control(id.as_str()).is_some()).map_err(Failure::usage)?;
    }
    let profiles = profile::statuses(&files.profiles, as_of);
    let declaration = files.declaration.as_ref();
    let empty = Register::default();
    let register = files.register.as_ref().unwrap_or(&empty);
    let directory = match &live {
        Some(live) => known::directory(live).map_err(|e| Failure::failed(miette::miette!("{e}")))?,
        None => Directory::default(),
    };
    let known = Known { catalogue: &catalogue, declaration, directory: &directory, as_of };
    let standings: Standings<'_> = register.at(as_of, &known);
    let declared = Declared::new(declaration, files.register.as_ref().map(|_| &standings));
    let undeclared = Declaration::default();
    let gate = Gate {
        catalogue: &catalogue,
        judge: &judge,
        declared: &declared,
        context: declared::context(declaration.unwrap_or(&undeclared)),
        standings: &standings,
        off: profile::switched_off(&profiles),
        as_of,
        live: live.as_ref(),
        listed: table::every_kind().map(|kind| kind.kind.to_owned()).collect(),
    };
    let mut notices: Vec<Notice> = declaration.map(Declaration::notices).unwrap_or_default();
    notices.extend(standings.notices().iter().cloned());
    notices.extend(profile::notices(&profiles));
    let verdicts = judged(options, code, &gate)?;
    then(Found { gate: &gate, verdicts, notices })
}

/// The verdicts of each input.
fn judged(options: &CodeArgs, code: &[Code], gate: &Gate<'_>) -> Result<Vec<Vec<Combined>>, Failure> {
    let live = gate.live;
    let region = options.region.clone().or_else(|| live.and_then(only_region));
    let account = options.account.clone().or_else(|| live.and_then(only_account));
    let places = places(account, gate.declared);
    let mut worlds: Vec<Vec<Case>> = Vec::new();
    for one in code {
        let mut of_one = Vec::new();
        for (world_index, world) in one.input.worlds.iter().enumerate() {
            // Code that says its account stands in no other.
            let says = world.resources.iter().all(|resource| resource.account.is_some());
            for (assumes, account) in places.iter().take(if says { 1 } else { places.len() }) {
                let site = Site { account: account.clone(), region: region.clone() };
                let assumes = assumes.iter().filter(|_| !says);
                let assumed = world.assumed.iter().chain(assumes).cloned().collect();
                of_one.push(Case { world: world_index, assumed, changes: changes(world, &site) });
            }
        }
        worlds.push(of_one);
    }
    share(&mut worlds);
    let all = worlds.iter().flatten().flat_map(|case| &case.changes);
    let accounts: BTreeSet<String> = all.map(|change| change.document.account.clone()).collect();
    let broken = |error: GateError| Failure::failed(miette::miette!("{error}"));
    let before = gate.before(&accounts).map_err(broken)?;
    let of_one = |worlds: Vec<Case>| -> Result<Vec<Combined>, GateError> {
        let origins: Vec<usize> = worlds.iter().map(|case| case.world).collect();
        let mut judged = Vec::new();
        for case in worlds {
            judged.push((case.assumed, gate.judge(&case.changes, before.as_ref())?));
        }
        let mut verdicts = combine(judged);
        for verdict in &mut verdicts {
            verdict.world = origins.get(verdict.world).copied().unwrap_or_default();
        }
        Ok(verdicts)
    };
    worlds.into_par_iter().map(of_one).collect::<Result<Vec<_>, _>>().map_err(broken)
}

/// A world in one account.
struct Case {
    /// Its place among the worlds of the input.
    world: usize,
    assumed: Vec<String>,
    changes: Vec<Change>,
}

/// Marks what has an address that another input has too.
fn share(inputs: &mut [Vec<Case>]) {
    let mut holders: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, cases) in inputs.iter().enumerate() {
        for change in cases.iter().flat_map(|case| &case.changes).filter(|change| !change.named) {
            holders.entry(change.address.clone()).or_default().insert(index);
        }
    }
    for change in inputs.iter_mut().flatten().flat_map(|case| &mut case.changes) {
        change.shared = holders.get(&change.address).is_some_and(|inputs| inputs.len() > 1);
    }
}

/// The accounts in which code may be deployed, each with what is assumed: where nobody says which one it is, every declared one
/// and one that is not declared, for what holds in all of them holds.
fn places(account: Option<String>, declared: &Declared) -> Vec<(Option<String>, Option<String>)> {
    if account.is_some() {
        return vec![(None, account)];
    }
    let ids = declared.accounts.iter().flatten().flat_map(|(_, ids)| ids).map(|id| id.text.clone());
    let ids: BTreeSet<String> = ids.collect();
    if ids.is_empty() {
        return vec![(None, None)];
    }
    let declared = ids.into_iter().map(|id| (Some(format!("account = {id}")), Some(id)));
    declared.chain([(Some("the account is not declared".to_owned()), None)]).collect()
}

/// What a world changes.
fn changes(world: &World, site: &Site) -> Vec<Change> {
    let all = planned::documents(world, site).into_iter();
    all.filter_map(|made| {
        let resource = world.resources.get(made.index)?;
        Some(Change {
            address: resource.address.clone(),
            action: resource.action,
            document: made.document,
            assumed: made.assumed,
            named: made.named,
            unnamed: made.unnamed,
            shared: false,
        })
    })
    .collect()
}

/// The account of a snapshot that has one.
fn only_account(live: &Reader) -> Option<String> {
    match live.manifest().accounts.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

fn only_region(live: &Reader) -> Option<String> {
    match live.manifest().regions.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}
