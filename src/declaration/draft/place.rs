//! `[tre]`: the name, the Regions, the organisational unit and the tag keys.
//!
//! May import: nothing of this crate but this module's own parts. Guarantees: only the Region in
//! which most of the environment stands is written, the others wait for a person; the unit is the nearest one above every marked account, and
//! none where a root would be it.

use std::collections::{BTreeMap, BTreeSet};

use super::conventions::{Convention, What};
use super::registers::Found;
use super::survey::Survey;
use super::thing::Tally;
use super::{Member, Table, shown};
use crate::declaration::words;
use crate::model::plural::list;

/// The organisational unit that holds the accounts of the environment, or why it is not known.
pub(super) type Holder = Result<Unit, String>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) id: String,
    pub(super) name: String,
    source: String,
}

/// Accounts in which something of the environment stands.
pub(super) fn marked(survey: &Survey) -> BTreeMap<String, Tally> {
    let mut found: BTreeMap<String, Tally> = BTreeMap::new();
    for thing in survey.things().filter(|t| t.of_research()) {
        found.entry(thing.account.clone()).or_default().add(thing.name.shown());
    }
    found
}

/// The units above an account, the nearest first. A cycle ends it.
pub(super) fn above(survey: &Survey, account: &str) -> Vec<String> {
    let mut path: Vec<String> = Vec::new();
    let mut next = survey.accounts.get(account).map(|a| a.parent.clone());
    while let Some(unit) = next.filter(|u| !u.is_empty() && !path.contains(u) && path.len() < 16) {
        next = survey.units.get(&unit).map(|u| u.parent.clone());
        path.push(unit);
    }
    path
}

/// The nearest unit above all of them.
pub(super) fn unit(survey: &Survey) -> Holder {
    let marked: Vec<String> = marked(survey).into_keys().collect();
    let Some(first) = marked.first() else { return Err("no resource carries tags of the environment".to_owned()) };
    if survey.accounts.is_empty() {
        return Err("the snapshot holds no account of AWS Organizations".to_owned());
    }
    if let Some(unknown) = marked.iter().find(|id| !survey.accounts.contains_key(*id)) {
        return Err(format!("AWS Organizations was not seen to know account {}", shown(unknown)));
    }
    let others: Vec<BTreeSet<String>> = marked.iter().map(|id| above(survey, id).into_iter().collect()).collect();
    let shared = above(survey, first).into_iter().find(|unit| others.iter().all(|path| path.contains(unit)));
    match shared {
        Some(id) if id.starts_with("ou-") => {
            let name = survey.units.get(&id).map(|u| u.name.clone()).unwrap_or_default();
            let accounts = if marked.len() > 8 { format!("{} accounts", marked.len()) } else { list(&marked) };
            let source = format!(
                "AWS Organizations: \"{}\", the nearest unit above what carries tags of the environment ({accounts})",
                shown(&name)
            );
            Ok(Unit { id, name, source })
        }
        Some(_) => Err("the accounts with tags of the environment have nothing but the root in common".to_owned()),
        None => Err("the accounts with tags of the environment have no unit in common".to_owned()),
    }
}

/// `[tre]` and `[tre.tags]`.
pub(super) fn tables(survey: &Survey, holder: &Holder, registers: &Found) -> Vec<Table> {
    let mut name = Member::one("name", words::prose, "\"example-tre\"  # a short name for the head of the report");
    for (value, words) in environments(survey) {
        name.guess(&value, &words);
    }
    let mut ou =
        Member::one("ou", words::unit, "\"ou-abcd-11111111\"  # the organisational unit that holds the accounts");
    match holder {
        Ok(unit) => {
            name.guess(&unit.name, &format!("AWS Organizations: name of the unit {}", shown(&unit.id)));
            ou.guess(&unit.id, &unit.source);
        }
        Err(reason) => ou.note(format!("Not found: {reason}.")),
    }
    let federation = Member::asked("federation", "{ member = false }  # whether the environment federates with others");
    let res =
        Member::asked("res", "[\"res-prod\"]  # environments of Research and Engineering Studio whose tables are read");
    let tre = Table { path: "tre", about: Vec::new(), members: vec![name, regions(survey), ou, federation, res] };
    vec![tre, keys(survey, registers)]
}

/// Names that products gave the environment, by their order.
fn environments(survey: &Survey) -> Vec<(String, String)> {
    let mut found: BTreeMap<(Convention, String, String), Tally> = BTreeMap::new();
    for thing in survey.things() {
        // Elsewhere the word is a stage of development, and no name.
        for sign in thing.says(What::Environment).filter(|s| s.convention == Convention::Res) {
            let key = (sign.convention, sign.value.clone(), sign.words());
            found.entry(key).or_default().add(thing.name.shown());
        }
    }
    found.into_iter().map(|((_, value, words), tally)| (value, format!("{words} of {}", tally.words()))).collect()
}

fn regions(survey: &Survey) -> Member {
    let mut member = Member::many("regions", words::region, "[\"eu-west-2\"]  # approved Regions");
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for thing in survey.things().filter(|t| t.of_research() && words::region(&t.region.1).is_ok()) {
        tallies.entry(&thing.region.1).or_default().add(thing.name.shown());
    }
    let most = tallies.values().map(|t| t.count).max().unwrap_or_default();
    for (region, tally) in &tallies {
        let stands = format!("tags of the environment on {}", tally.words());
        if !survey.scope.regions.iter().any(|r| r == region) {
            member.offer(region, &format!("{stands}, though the snapshot did not read this Region"));
        } else if tally.count == most {
            member.guess(region, &stands);
        } else {
            // A copy in a Region that nobody approved is what the audit has to find.
            member.offer(region, &format!("{stands}: is this Region approved?"));
        }
    }
    match survey.scope.regions.as_slice() {
        [one] if tallies.is_empty() => member.guess(one, "the one Region that the snapshot read"),
        several => {
            for region in several {
                member.offer(region, "was read, and nothing with tags of the environment stands there");
            }
        }
    }
    member
}

/// The tag keys, where a product's are used and the environment's own are not.
fn keys(survey: &Survey, registers: &Found) -> Table {
    let mut project =
        Member::one("project", words::prose, "\"tre:project\"  # key of the tag that holds a project's id");
    if let Some(sign) = registers.project_key().filter(|s| s.convention != Convention::Own) {
        project.guess(sign.key, &format!("{}: no resource carries tre:project", sign.convention.name()));
    }
    let mut class = Member::one("class", words::prose, "\"tre:class\"  # key of the tag that holds the class of data");
    let best = survey.things().flat_map(|t| t.says(What::Class)).min_by_key(|s| s.convention);
    if let Some(sign) = best.filter(|s| s.convention != Convention::Own) {
        class.guess(sign.key, &format!("{}: no resource carries tre:class", sign.convention.name()));
    }
    let role = Member::asked("role", "\"tre:role\"  # key of the tag that says what a resource is for");
    Table {
        path: "tre.tags",
        about: vec!["Tag keys, where they are not tre:project, tre:role and tre:class.".to_owned()],
        members: vec![project, role, class],
    }
}
