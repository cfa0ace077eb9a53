//! The governance part of the page: Safes, pillars, capabilities and statements.
//!
//! May import: `model`, `report`. Guarantees: every statement of the assessment stands on the page.

use std::collections::BTreeMap;

use super::marks::{self, Mark, Mosaic};
use super::{Link, controls};
use crate::model::assessment::{RollUpEntry, StatementResult};
use crate::model::plural::{choose, count};
use crate::model::score::{Importance, Mode, RollUp};
use crate::report::summary::{SafeSummary, Summary, satre, statement_anchor};
use crate::report::text::{self, Shown, show};

/// Controls of a statement up to which they are named in one line; above it they are grouped by area.
const IN_ONE_LINE: usize = 12;

/// A column of the skyline.
pub(super) struct SafeView {
    pub(super) anchor: String,
    /// The first part of the ids of its controls.
    pub(super) code: &'static str,
    pub(super) heading: &'static str,
    pub(super) mark: Mark,
    /// The worst failing control, and on how many resources.
    pub(super) worst: Option<(Link, Shown, String)>,
    pub(super) calm: String,
    pub(super) skyline: Mosaic,
    pub(super) reach: String,
    pub(super) question: &'static str,
    pub(super) numbers: [u64; 7],
    pub(super) modes: [u64; 3],
}

/// Controls that bear on a statement, of one area where there are many.
pub(super) struct ControlGroup {
    pub(super) label: Shown,
    pub(super) links: Vec<Link>,
}

/// A SATRE statement.
pub(super) struct StatementView {
    pub(super) anchor: String,
    pub(super) id: Shown,
    pub(super) title: Shown,
    pub(super) importance: &'static str,
    pub(super) decides: &'static str,
    pub(super) reason: Shown,
    pub(super) mark: Mark,
    pub(super) groups: Vec<ControlGroup>,
    pub(super) attestation: Option<Link>,
}

/// A SATRE capability.
pub(super) struct Capability {
    pub(super) anchor: String,
    pub(super) id: Shown,
    pub(super) title: Shown,
    pub(super) score: Mark,
    pub(super) mosaic: Mosaic,
    pub(super) machine: u64,
    pub(super) person: u64,
    pub(super) heading: String,
    pub(super) statements: Vec<StatementView>,
}

/// A SATRE pillar.
pub(super) struct Pillar {
    pub(super) title: Shown,
    pub(super) mark: Mark,
    pub(super) capabilities: Vec<Capability>,
}

/// A link to a SATRE statement.
pub(super) fn link(summary: &Summary, id: &str) -> Link {
    let found = satre(summary.assessment).find(|statement| statement.id == id);
    match found {
        Some(statement) => {
            let mark = statement.importance.map_or("", Importance::mark);
            Link { anchor: statement_anchor(statement), text: show(&format!("{id} {mark}")), strong: false }
        }
        None => Link { anchor: String::new(), text: show(id), strong: false },
    }
}

pub(super) fn safes(summary: &Summary) -> Vec<SafeView> {
    summary.safes.iter().map(|safe| safe_view(summary, safe)).collect()
}

fn safe_view(summary: &Summary, safe: &SafeSummary) -> SafeView {
    use crate::model::id::Safe;
    let mut mark = marks::rollup(safe.state);
    match safe.state {
        RollUp::NotMet => mark.words = format!("{} not met", safe.binding_not_met),
        RollUp::Incomplete => mark.words = format!("{} not known", safe.binding_unscored),
        _ => {}
    }
    let not_judged = summary.unknown.iter().filter(|c| c.safe == safe.safe).count() as u64;
    let [automated, hybrid, attested] = safe.modes;
    let tally = safe.tally;
    SafeView {
        anchor: format!("safe-{}", safe.safe),
        code: match safe.safe {
            Safe::People => "PEO",
            Safe::Projects => "PRJ",
            Safe::Settings => "SET",
            Safe::Data => "DAT",
            Safe::Outputs => "OUT",
        },
        heading: safe.safe.heading(),
        mark,
        worst: safe.worst.map(|control| {
            (
                controls::link(summary, &control.id),
                show(&control.title),
                format!("not met on {}", count(control.counts.not_met, "resource")),
            )
        }),
        calm: if not_judged == 0 {
            "No control of it fails.".to_owned()
        } else {
            format!(
                "No control of it fails; {} {} not wholly assessed.",
                count(not_judged, "control"),
                choose(not_judged, "was", "were")
            )
        },
        skyline: marks::skyline(safe.safe.heading(), &safe.statements),
        reach: format!(
            "{}: {automated} decided by AWS, {hybrid} with a person, {attested} by a person alone",
            count(safe.statements.len() as u64, "statement")
        ),
        question: match safe.safe {
            Safe::People => "Can those who use it be trusted to use it rightly?",
            Safe::Projects => "Is this use of the data fit and proper?",
            Safe::Settings => "Does the place limit misuse?",
            Safe::Data => "How much could the data itself disclose?",
            Safe::Outputs => "Is what leaves free of disclosure?",
        },
        numbers: [
            tally.total(),
            tally.satisfied,
            tally.sufficient,
            tally.not_met,
            tally.not_assessed,
            tally.awaits,
            tally.not_applicable + tally.out_of_scope,
        ],
        modes: safe.modes,
    }
}

/// The capability's number: `2.8` of `2.8 Encryption`.
fn number_of(group: &str) -> &str {
    group.split(' ').next().unwrap_or(group)
}

pub(super) fn pillars(summary: &Summary) -> Vec<Pillar> {
    let mut by_capability: BTreeMap<&str, Vec<&StatementResult>> = BTreeMap::new();
    for statement in satre(summary.assessment) {
        by_capability.entry(number_of(&statement.group)).or_default().push(statement);
    }
    let satre = &summary.assessment.rollup.satre;
    satre
        .pillars
        .iter()
        .map(|pillar| Pillar {
            title: show(&format!("{} {}", pillar.id, pillar.title)),
            mark: marks::rollup(pillar.state),
            capabilities: satre
                .capabilities
                .iter()
                .filter(|capability| capability.id.split('.').next() == Some(pillar.id.as_str()))
                .map(|entry| {
                    let statements = by_capability.get(entry.id.as_str()).map_or(&[][..], Vec::as_slice);
                    capability(summary, entry, statements)
                })
                .collect(),
        })
        .collect()
}

fn capability(summary: &Summary, entry: &RollUpEntry, statements: &[&StatementResult]) -> Capability {
    let scored = |person| statements.iter().filter(|s| s.score.is_some() && s.by_person == person).count() as u64;
    Capability {
        anchor: text::anchor(&format!("satre-{}", entry.id)),
        id: show(&entry.id),
        title: show(&entry.title),
        score: marks::capability(entry, statements),
        mosaic: marks::line(&entry.title, statements),
        machine: scored(false),
        person: scored(true),
        heading: format!("{} of {}", count(statements.len() as u64, "statement"), entry.id),
        statements: statements.iter().map(|s| view(summary, s)).collect(),
    }
}

fn view(summary: &Summary, statement: &StatementResult) -> StatementView {
    StatementView {
        anchor: statement_anchor(statement),
        id: show(&statement.id),
        title: show(&statement.title),
        importance: statement.importance.map_or("", Importance::words),
        decides: match statement.mode {
            Mode::Automated => "AWS decides",
            Mode::Hybrid => "AWS and a person",
            Mode::Attested => "a person alone",
        },
        reason: show(&statement.reason),
        mark: marks::statement(statement),
        groups: groups(summary, &statement.controls),
        attestation: statement.attestation.as_ref().map(|id| super::register_link(summary, id)),
    }
}

pub(super) fn groups(summary: &Summary, ids: &[String]) -> Vec<ControlGroup> {
    if ids.is_empty() {
        return Vec::new();
    }
    if ids.len() <= IN_ONE_LINE {
        let links = ids.iter().map(|id| controls::link(summary, id)).collect();
        return vec![ControlGroup { label: Shown::default(), links }];
    }
    let mut by_area: BTreeMap<&str, Vec<Link>> = BTreeMap::new();
    for id in ids {
        let (area, number) = id.rsplit_once('-').unwrap_or((id, id));
        let mut link = controls::link(summary, id);
        link.text = show(number);
        by_area.entry(area).or_default().push(link);
    }
    by_area.into_iter().map(|(area, links)| ControlGroup { label: show(area), links }).collect()
}

/// Capabilities that are met only because nothing in them is mandatory.
pub(super) fn vacuous(summary: &Summary) -> Vec<Link> {
    capability_links(summary, |entry| entry.nothing_mandatory && entry.state == RollUp::Met)
}

/// Capabilities that the declaration puts out of scope.
pub(super) fn out_of_scope(summary: &Summary) -> Vec<Link> {
    capability_links(summary, |entry| entry.state == RollUp::OutOfScope)
}

fn capability_links(summary: &Summary, wanted: impl Fn(&RollUpEntry) -> bool) -> Vec<Link> {
    let capabilities = &summary.assessment.rollup.satre.capabilities;
    capabilities
        .iter()
        .filter(|entry| wanted(entry))
        .map(|entry| Link {
            anchor: text::anchor(&format!("satre-{}", entry.id)),
            text: show(&entry.id),
            strong: false,
        })
        .collect()
}
