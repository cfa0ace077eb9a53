//! The views of the DSPT and of UK GDPR, line by line.
//!
//! May import: `model`, `catalogue`, `declaration`. Guarantees: one line for each line of the statements, in their order,
//! chosen track or not; the stance is [`decide`]'s alone.

use std::collections::{BTreeMap, BTreeSet};

use super::stance::{Behind, Claim, decide};
use super::supporting::{self, Facts};
use crate::catalogue::{Catalogue, Line};
use crate::declaration::form::Dspt;
use crate::model::assessment::{AttestationStatus, ExceptionStatus, Run, StatementResult};
use crate::model::obligation::{DsptView, GdprView, ObligationLine};
use crate::model::score::{Score, State};
use crate::model::verdict::Counts;

/// What the views are made of.
#[derive(Debug)]
pub(super) struct Sources<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) run: &'a Run,
    pub(super) statements: &'a [StatementResult],
    /// Counts of each control of the pack.
    pub(super) counts: &'a BTreeMap<&'a str, Counts>,
    pub(super) attestations: &'a [AttestationStatus],
    pub(super) exceptions: &'a [ExceptionStatus],
    pub(super) dspt: &'a Dspt,
}

/// Both views.
pub(super) fn views(sources: &Sources<'_>) -> (DsptView, GdprView) {
    let dspt = sources.dspt;
    let held = dspt.held.clone().unwrap_or_default();
    let scope = supporting::scope(sources.run);
    let satre: BTreeMap<&str, &StatementResult> =
        sources.statements.iter().filter(|s| s.framework == "satre").map(|s| (s.id.as_str(), s)).collect();
    let mut view = DsptView { edition: dspt.edition.clone(), held, lines: Vec::new(), track: dspt.track.clone() };
    let mut uk_gdpr = GdprView::default();
    for result in sources.statements {
        let Some(line) = line_of(sources.catalogue, result) else { continue };
        let shown = obligation(sources, &satre, result, line, &view.held, &scope);
        if result.framework == "uk_gdpr" { &mut uk_gdpr.lines } else { &mut view.lines }.push(shown);
    }
    (view, uk_gdpr)
}

fn line_of<'a>(catalogue: &'a Catalogue, result: &StatementResult) -> Option<&'a Line> {
    let framework = catalogue.lines.iter().find(|f| f.framework == result.framework)?;
    framework.lines.iter().find(|l| l.id == result.id && l.editions.contains(&result.edition))
}

fn obligation(
    sources: &Sources<'_>,
    satre: &BTreeMap<&str, &StatementResult>,
    result: &StatementResult,
    line: &Line,
    held: &[String],
    scope: &str,
) -> ObligationLine {
    let applies = |s: &&StatementResult| s.state != State::OutOfScope && s.score != Some(Score::NotApplicable);
    let statements: Vec<&StatementResult> =
        line.satre.iter().filter_map(|id| satre.get(id.as_str()).copied()).filter(applies).collect();
    let ids: BTreeSet<&str> = statements.iter().flat_map(|s| s.controls.iter().map(String::as_str)).collect();
    let title = |id: &str| sources.catalogue.control(id).map_or("", |c| c.title.as_str());
    let controls: Vec<(&str, &str, Option<Counts>)> =
        ids.iter().map(|id| (*id, title(id), sources.counts.get(id).copied())).collect();
    let mut behind = Behind::default();
    for statement in &statements {
        behind.statement(&statement.id, statement.state, statement.score);
    }
    for (id, _, counts) in &controls {
        behind.control(id, *counts);
    }
    let (stance, reason) = decide(Claim::of(result.claim.as_deref()), line.mode, &behind);
    let attested: BTreeSet<&str> = statements.iter().filter_map(|s| s.attestation.as_deref()).collect();
    let attestations: Vec<&AttestationStatus> =
        sources.attestations.iter().filter(|a| attested.contains(a.id.as_str()) && a.standing.counts()).collect();
    let exceptions: Vec<&ExceptionStatus> =
        sources.exceptions.iter().filter(|e| e.used > 0 && ids.contains(e.control.as_str())).collect();
    let covered_by: Vec<String> = line.covered_by.iter().filter(|c| held.contains(c)).cloned().collect();
    let text = supporting::text(&Facts {
        scope,
        statements: &statements,
        controls: &controls,
        attestations: &attestations,
        exceptions: &exceptions,
        covered_by: &covered_by,
    });
    ObligationLine {
        claim: result.claim.clone(),
        covered_by,
        edition: result.edition.clone(),
        framework: result.framework.clone(),
        id: result.id.clone(),
        reason,
        stance,
        text,
    }
}
