//! `havenmark check`: judges infrastructure code before it is deployed.
//!
//! May import: everything below `commands`. Guarantees: an input in which nothing could be judged is never a success; the exit
//! code follows the verdicts, `--fail-on` and `--new-only` alone and not the output format; files are written whole or not
//! at all.

mod code;
mod joined;
mod output;

use std::collections::BTreeSet;

use super::inputs::{self, Files};
use super::known::{self, Known};
use super::{ExitStatus, Failure};
use crate::assess::gate::{Change, Gate, GateError, combine};
use crate::catalogue::Catalogue;
use crate::cli::{CheckArgs, FailOn, Global};
use crate::declaration::Declaration;
use crate::declaration::profile;
use crate::declaration::register::{Register, Standings};
use crate::graph::declared::{self, Declared};
use crate::graph::directory::Directory;
use crate::model::assessment::Notice;
use crate::model::checked::Checked;
use crate::model::id::Severity;
use crate::model::planned::World;
use crate::model::score::{Importance, RollUp};
use crate::model::verdict::Outcome;
use crate::report::gate::baseline::{self, Baseline};
use crate::report::terminal::paragraph;
use crate::snapshot::Reader;
use crate::source::planned::{self, Site};
use crate::source::table;
use crate::ui::{Streams, clock, width};
use code::Code;

pub(super) fn run(args: &CheckArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let outputs = output::plan(args)?;
    let baseline = args.baseline.as_deref().map(read_baseline).transpose()?;
    let code = code::read(args)?;
    let (mut checked, notices) = checked(args, &code)?;
    if !global.quiet {
        for notice in &notices {
            let text = format!("{} {}", notice.place, notice.text);
            paragraph("    notice  ", text.trim(), width::of_stdout(), &mut streams.err)?;
        }
    }
    if let Some(baseline) = &baseline {
        baseline::apply(&mut checked, baseline);
    }
    output::write(&outputs, &checked, global, args.new_only, streams)?;
    Ok(status(&checked, args))
}

fn read_baseline(path: &std::path::Path) -> Result<Baseline, Failure> {
    let text = std::fs::read(path).map_err(|error| {
        Failure::sentence(format!("cannot read the baseline {}: {error}; correct --baseline", path.display()))
    })?;
    Baseline::read(&text).map_err(|error| Failure::sentence(format!("{}: {error}", path.display())))
}

/// Judges the code that was read; with what is wrong with the declaration and the register.
fn checked(args: &CheckArgs, code: &[Code]) -> Result<(Checked, Vec<Notice>), Failure> {
    let files = Files::read(&args.judge)?;
    let live = args.live.as_deref().map(inputs::open).transpose()?;
    let (catalogue, judge) = inputs::pack(files.controls.as_deref())?;
    let as_of =
        args.judge.as_of.unwrap_or_else(|| live.as_ref().map_or_else(clock::now, |l| l.manifest().collected_to));
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
    Ok((judged(args, code, &gate, live.as_ref())?, notices))
}

fn judged(args: &CheckArgs, code: &[Code], gate: &Gate<'_>, live: Option<&Reader>) -> Result<Checked, Failure> {
    let region = args.region.clone().or_else(|| live.and_then(only_region));
    let account = args.account.clone().or_else(|| live.and_then(only_account));
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
    let all = worlds.iter().flatten().flat_map(|case| &case.changes);
    let accounts: BTreeSet<String> = all.map(|change| change.document.account.clone()).collect();
    let broken = |error: GateError| Failure::failed(miette::miette!("{error}"));
    let before = gate.before(&accounts).map_err(broken)?;
    let mut joined = joined::Joined::new(gate.catalogue, gate.standings);
    for (one, worlds) in code.iter().zip(worlds) {
        let mut judged = Vec::new();
        let origins: Vec<usize> = worlds.iter().map(|case| case.world).collect();
        for case in worlds {
            judged.push((case.assumed, gate.judge(&case.changes, before.as_ref()).map_err(broken)?));
        }
        let mut verdicts = combine(judged);
        for verdict in &mut verdicts {
            verdict.world = origins.get(verdict.world).copied().unwrap_or_default();
        }
        joined.add(one, verdicts);
    }
    Ok(joined.finish())
}

/// A world in one account.
struct Case {
    /// Its place among the worlds of the input.
    world: usize,
    assumed: Vec<String>,
    changes: Vec<Change>,
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
        let (address, action) = (resource.address.clone(), resource.action);
        Some(Change { address, action, document: made.document, assumed: made.assumed, unnamed: made.unnamed })
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

/// Controls that map to a statement of importance Mandatory.
fn mandatory(catalogue: &Catalogue) -> BTreeSet<String> {
    let statements = catalogue.satre.statements.iter().filter(|s| s.importance == Importance::Mandatory);
    statements.flat_map(|statement| catalogue.controls_of(statement).0).map(|control| control.id.to_string()).collect()
}

/// The exit status of a check.
fn status(checked: &Checked, args: &CheckArgs) -> ExitStatus {
    let worst =
        checked.of(Outcome::NotMet).filter(|found| !(args.new_only && found.known)).map(|found| found.severity).max();
    let fails = match args.fail_on.unwrap_or(FailOn::Any) {
        FailOn::Never => false,
        FailOn::Critical => worst >= Some(Severity::Critical),
        FailOn::High => worst >= Some(Severity::High),
        FailOn::Medium => worst >= Some(Severity::Medium),
        FailOn::Low | FailOn::Any => worst.is_some(),
    };
    let status = if fails {
        ExitStatus::NotMet
    } else if !checked.incomplete.is_empty() {
        ExitStatus::Incomplete
    } else {
        ExitStatus::Met
    };
    if args.exit_zero { ExitStatus::Met } else { status }
}

/// The roll-up of a check.
fn roll_up(not_met: bool, incomplete: bool) -> RollUp {
    match (not_met, incomplete) {
        (true, _) => RollUp::NotMet,
        (false, true) => RollUp::Incomplete,
        (false, false) => RollUp::Met,
    }
}
