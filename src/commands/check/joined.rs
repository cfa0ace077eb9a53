//! The result of a check: verdicts with their places in the code, why it is incomplete, and the exceptions.
//!
//! May import: everything below `commands`. Guarantees: verdicts stand by file, line, address and control; a part of an input that
//! could not be judged and may change anything leaves nothing decided.

use std::collections::BTreeMap;

use super::code::Code;
use super::origins::{Resources, by_address, marks};
use super::{mandatory, roll_up};
use crate::assess::gate::{Combined, Judged};
use crate::catalogue::Catalogue;
use crate::declaration::register::Standings;
use crate::model::assessment::Standing;
use crate::model::checked::{Checked, CheckedControl, CheckedException, CheckedVerdict, Lapsed, Location};
use crate::model::plural;
use crate::model::verdict::{Counts, Outcome, Verdict, fingerprint, fingerprint_in};

/// Collects the verdicts of every input.
#[derive(Debug)]
pub(super) struct Joined<'a> {
    catalogue: &'a Catalogue,
    standings: &'a Standings<'a>,
    checked: Checked,
    addresses: usize,
}

impl<'a> Joined<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, standings: &'a Standings<'a>) -> Self {
        let checked = Checked {
            verdict: roll_up(false, true),
            incomplete: Vec::new(),
            verdicts: Vec::new(),
            controls: Vec::new(),
            unjudgeable: Vec::new(),
            exceptions: Vec::new(),
            sources: BTreeMap::new(),
            resources: 0,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        Self { catalogue, standings, checked, addresses: 0 }
    }

    /// Adds the verdicts of one input.
    pub(super) fn add(&mut self, code: &Code, verdicts: Vec<Combined>) {
        let whole = code.input.unjudgeable.iter().find(|found| found.whole).map(|found| found.reason.clone());
        let mut addresses: Vec<&str> = verdicts.iter().map(|one| one.judged.address.as_str()).collect();
        addresses.dedup();
        self.addresses += addresses.len();
        if addresses.is_empty() {
            let name = &code.name;
            self.checked.incomplete.push(format!("{name}: no control judges anything in it before it is deployed."));
        }
        let worlds: Vec<Resources<'_>> = code.input.worlds.iter().map(|world| by_address(&world.resources)).collect();
        let none = Resources::new();
        for one in verdicts {
            let resources = worlds.get(one.world).unwrap_or(&none);
            self.checked.verdicts.extend(verdict(self.catalogue, self.standings, code, resources, one));
        }
        if whole.is_none() && !code.input.unjudgeable.is_empty() {
            let count = plural::count(code.input.unjudgeable.len() as u64, "part");
            self.checked.incomplete.push(format!("{}: {count} of it could not be judged.", code.name));
        }
        if let Some(reason) = whole {
            self.checked.incomplete.push(format!("{}: {reason}", code.name));
        }
        self.checked.unjudgeable.extend(code.input.unjudgeable.iter().cloned());
        self.checked.sources.extend(code.input.sources.clone());
    }

    /// Everything joined, with counts, exceptions and why it is incomplete.
    pub(super) fn finish(mut self) -> Checked {
        let mandatory = mandatory(self.catalogue);
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        for found in &self.checked.verdicts {
            counts.entry(found.verdict.control.clone()).or_default().add(found.verdict.verdict);
        }
        let decided = self
            .checked
            .verdicts
            .iter()
            .any(|found| matches!(found.verdict.verdict, Outcome::Met | Outcome::NotMet | Outcome::Excepted));
        if !decided {
            self.checked.incomplete.push("Nothing in the input could be judged.".to_owned());
        }
        let open: Vec<&str> = counts
            .iter()
            .filter(|(control, counts)| counts.not_assessed > 0 && mandatory.contains(*control))
            .map(|(control, _)| control.as_str())
            .collect();
        if !open.is_empty() {
            let shown = open.iter().take(6).copied().collect::<Vec<_>>().join(", ");
            let more = if open.len() > 6 { format!(" and {} more", open.len() - 6) } else { String::new() };
            self.checked
                .incomplete
                .push(format!("Not assessed, although a Mandatory statement rests on it: {shown}{more}."));
        }
        let pre_deploy = self.catalogue.controls.iter().filter(|control| control.pre_deploy);
        self.checked.controls = pre_deploy
            .map(|control| CheckedControl {
                id: control.id.to_string(),
                title: control.title.clone(),
                severity: control.severity,
                rationale: control.rationale.trim().to_owned(),
                applies_to: control.applies_to.clone(),
                satre: control.satre.clone(),
                counts: counts.get(control.id.as_str()).copied().unwrap_or_default(),
            })
            .collect();
        self.checked.exceptions = self.exceptions();
        self.checked.resources = self.addresses;
        self.checked.verdicts.sort_by(|a, b| order(a).cmp(&order(b)));
        self.checked.unjudgeable.sort();
        let not_met = self.checked.of(Outcome::NotMet).next().is_some();
        self.checked.verdict = roll_up(not_met, !self.checked.incomplete.is_empty());
        self.checked
    }

    /// Exceptions of controls that judged something: others are the audit's.
    fn exceptions(&self) -> Vec<CheckedException> {
        let judged = |control: &str| self.checked.verdicts.iter().any(|found| found.verdict.control == control);
        let used = |id: &str| {
            self.checked.verdicts.iter().filter(|found| found.verdict.exception.as_deref() == Some(id)).count() as u64
        };
        let all = self.standings.exceptions().into_iter().filter(|exception| judged(&exception.control));
        all.map(|exception| {
            let used = used(&exception.id);
            let standing = if exception.standing.counts() && used == 0 {
                format!("{} It covers nothing in this code.", exception.standing_reason)
            } else {
                exception.standing_reason.clone()
            };
            CheckedException {
                place: format!("attestations/{}.toml", exception.id),
                id: exception.id,
                control: exception.control,
                standing: standing.trim_start().to_owned(),
                expired: exception.standing == Standing::Expired,
                unused: exception.standing.counts() && used == 0,
                used,
            }
        })
        .collect()
    }
}

/// A verdict with its places; none of a control that the catalogue does not hold.
pub(super) fn verdict(
    catalogue: &Catalogue,
    standings: &Standings<'_>,
    code: &Code,
    resources: &Resources<'_>,
    mut one: Combined,
) -> Option<CheckedVerdict> {
    if let Some(whole) = code.input.unjudgeable.iter().find(|found| found.whole)
        && one.judged.judgement.outcome != Outcome::NotAssessed
    {
        one.judged.judgement.outcome = Outcome::NotAssessed;
        one.judged.judgement.reason = format!("what cannot be read may change it: {}", whole.reason);
    }
    let Judged { address, judgement, name, named, elsewhere, .. } = &one.judged;
    let control = catalogue.controls.get(judgement.control)?;
    let id = control.id.to_string();
    let own = resources.get(address.as_str()).copied();
    let marks = marks(&judgement.facts, own, resources);
    let place = marks.iter().map(|mark| &mark.place).find(|place| place.line > 0).or(own.map(|own| &own.place));
    let place = place.cloned().unwrap_or_default();
    let location = Location {
        address: address.clone(),
        construct: own.and_then(|own| own.construct.clone()),
        file: if place.file.is_empty() { code.name.clone() } else { place.file },
        line: place.line,
        column: place.column,
    };
    // What mends it is the same thing in any words: of another language than the code's, its heading says which.
    let parts = control.remediation.parts();
    let own = parts.iter().find(|part| code.language.is(&part.0)).map(|part| part.1.clone());
    let remediation = own.or_else(|| parts.first().map(|(heading, text)| format!("{heading}:\n{text}")));
    let lapsed = standings.lapsed(&id, address).or_else(|| standings.lapsed(&id, name));
    let lapsed = lapsed.filter(|_| judgement.outcome == Outcome::NotMet);
    Some(CheckedVerdict {
        lapsed: lapsed.map(|found| Lapsed { expired: found.form.expires.to_string(), id: found.form.id.clone() }),
        also: if *named && !*elsewhere { vec![fingerprint(&id, name)] } else { Vec::new() },
        verdict: Verdict {
            account: one.judged.account.clone(),
            exception: one.judged.exception.clone(),
            facts: judgement.facts.clone(),
            fingerprint: if *elsewhere { fingerprint(&id, address) } else { fingerprint_in(&id, &code.key, address) },
            reason: judgement.reason.clone(),
            region: one.judged.region.clone(),
            resource: address.clone(),
            kind: one.judged.kind.clone(),
            verdict: judgement.outcome,
            control: id,
        },
        location,
        title: control.title.clone(),
        severity: control.severity,
        remediation,
        marks,
        when: one.when.clone(),
        known: one.judged.known,
    })
}

fn order(found: &CheckedVerdict) -> (&str, usize, &str, &str) {
    (&found.location.file, found.location.line, &found.location.address, &found.verdict.control)
}
