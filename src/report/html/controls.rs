//! The engineers' part of the page: controls that fail, controls that could not be judged, all controls.
//!
//! May import: `model`, `report`. Guarantees: what is not shown is counted.

use std::collections::BTreeMap;

use super::marks::{self, Mark};
use super::{Anchors, Link};
use crate::model::assessment::ControlResult;
use crate::model::plural::{count, list, number};
use crate::model::verdict::{FactRead, Outcome, Verdict};
use crate::report::summary::{Summary, capital};
use crate::report::text::{self, Shown, breakable, show, show_block, show_value};

/// A fact that the judge read.
pub(super) struct FactView {
    pub(super) path: Vec<Shown>,
    pub(super) value: Vec<Shown>,
    pub(super) missing: bool,
    pub(super) evidence: Shown,
}

/// A resource under a control.
pub(super) struct ResourceView {
    pub(super) resource: Vec<Shown>,
    pub(super) place: Shown,
    pub(super) reason: Shown,
    pub(super) excepted: Option<Link>,
    pub(super) facts: Vec<FactView>,
    /// Table rows that it spans.
    pub(super) rows: usize,
}

/// A control that fails, or would but for an exception.
pub(super) struct ControlView {
    pub(super) anchor: String,
    pub(super) id: Shown,
    pub(super) own: bool,
    pub(super) title: Shown,
    pub(super) severity: Mark,
    pub(super) sentence: String,
    pub(super) rationale: Shown,
    pub(super) safe: &'static str,
    pub(super) satre: Vec<Link>,
    pub(super) dspt: Shown,
    pub(super) uk_gdpr: Shown,
    pub(super) applies_to: Shown,
    pub(super) resources: Vec<ResourceView>,
    pub(super) shown: String,
    pub(super) fixes: Vec<(Shown, Shown)>,
    pub(super) policy: Shown,
}

/// A control with resources that could not be judged.
pub(super) struct UnknownView {
    /// None where the control has an article of its own.
    pub(super) anchor: Option<String>,
    pub(super) link: Link,
    pub(super) own: bool,
    pub(super) title: Shown,
    pub(super) severity: String,
    pub(super) count: String,
    pub(super) reasons: Vec<(String, Shown)>,
    pub(super) resources: Vec<(Shown, Shown)>,
    pub(super) shown: String,
}

/// A control with its five counts.
pub(super) struct AllControl {
    /// None where the control stands above.
    pub(super) anchor: Option<String>,
    pub(super) link: Link,
    pub(super) own: bool,
    pub(super) title: Shown,
    pub(super) severity: String,
    pub(super) counts: [String; 5],
}

/// A link to a control, plain text where the pack has none of this id.
pub(super) fn link(summary: &Summary, id: &str) -> Link {
    match summary.by_id.get(id) {
        Some(control) => Link { anchor: text::anchor(id), text: show(id), strong: control.counts.not_met > 0 },
        None => Link { anchor: String::new(), text: show(id), strong: false },
    }
}

pub(super) fn failing(summary: &Summary, anchors: &mut Anchors) -> Vec<ControlView> {
    summary.failing.iter().map(|control| control_view(summary, control, anchors.take(&control.id))).collect()
}

fn control_view(summary: &Summary, control: &ControlResult, anchor: String) -> ControlView {
    let counts = control.counts;
    let bad = counts.not_met + counts.excepted;
    let mut parts = vec![format!("not met on {}", number(counts.not_met))];
    for (n, words) in [
        (counts.excepted, "excepted on"),
        (counts.not_assessed, "not assessed on"),
        (counts.met, "met on"),
        (counts.not_applicable, "not applicable to"),
    ] {
        if n > 0 {
            parts.push(format!("{words} {}", number(n)));
        }
    }
    let resources: Vec<ResourceView> = control.failing.iter().map(|verdict| resource(summary, verdict)).collect();
    ControlView {
        anchor,
        id: show(&control.id),
        own: control.own,
        title: show(&control.title),
        severity: marks::severity(control.severity, counts.not_met == 0),
        sentence: format!("Of {}: {}.", count(counts.total(), "resource"), list(&parts)),
        rationale: show(&control.rationale),
        safe: control.safe.heading(),
        satre: control.satre.iter().map(|id| super::statements::link(summary, id)).collect(),
        dspt: show(&dspt(&control.dspt)),
        uk_gdpr: show(&control.uk_gdpr.join(", ")),
        applies_to: show(&control.applies_to.join(", ")),
        shown: if (resources.len() as u64) < bad {
            format!("{} of {} shown. All of them are in evidence.json.", resources.len(), number(bad))
        } else {
            String::new()
        },
        resources,
        fixes: control.remediation.iter().map(|(kind, fix)| (show(kind), show_block(fix))).collect(),
        policy: show_block(&control.policy),
    }
}

fn resource(summary: &Summary, verdict: &Verdict) -> ResourceView {
    let facts: Vec<FactView> = verdict.facts.iter().map(fact).collect();
    ResourceView {
        resource: breakable(&show(&verdict.resource)),
        place: show(&format!("{} · {}", verdict.account, verdict.region)),
        reason: show(&verdict.reason),
        excepted: (verdict.verdict == Outcome::Excepted)
            .then(|| super::register_link(summary, verdict.exception.as_deref().unwrap_or("no id"))),
        rows: facts.len() + 1,
        facts,
    }
}

fn fact(fact: &FactRead) -> FactView {
    let (value, missing) = match (&fact.value, &fact.missing) {
        (Some(value), _) => (show_value(value), false),
        (None, Some(reason)) => (show(&format!("not known: {reason}")), true),
        (None, None) => (show("not known"), true),
    };
    let evidence = if let Some(place) = &fact.declared {
        format!("declared {place}")
    } else if let Some(call) = &fact.call {
        format!("call {call}")
    } else if !fact.derived_from.is_empty() {
        let named = fact.derived_from.len().min(4);
        let more = fact.derived_from.len() - named;
        let mut text =
            format!("derived from {}", fact.derived_from.iter().take(4).cloned().collect::<Vec<_>>().join(", "));
        if more > 0 {
            text = format!("{text} and {more} more");
        }
        text
    } else {
        "the document itself".to_owned()
    };
    FactView { path: breakable(&show(&fact.path)), value: breakable(&value), missing, evidence: show(&evidence) }
}

pub(super) fn unknown(summary: &Summary, anchors: &mut Anchors) -> Vec<UnknownView> {
    summary
        .unknown
        .iter()
        .map(|control| {
            let has_article = control.counts.not_met > 0 || control.counts.excepted > 0;
            let mut reasons: BTreeMap<&str, u64> = BTreeMap::new();
            for verdict in &control.unknown {
                *reasons.entry(&verdict.reason).or_default() += 1;
            }
            let mut reasons: Vec<_> = reasons.into_iter().collect();
            reasons.sort_by_key(|(reason, n)| (std::cmp::Reverse(*n), *reason));
            let shown = control.unknown.len() as u64;
            UnknownView {
                anchor: (!has_article).then(|| anchors.take(&control.id)),
                link: link(summary, &control.id),
                own: control.own,
                title: show(&control.title),
                severity: capital(control.severity.as_str()),
                count: number(control.counts.not_assessed),
                reasons: reasons.into_iter().map(|(reason, n)| (number(n), show(reason))).collect(),
                resources: control
                    .unknown
                    .iter()
                    .map(|v| (show(&v.resource), show(&format!("{} · {}", v.account, v.region))))
                    .collect(),
                shown: if shown < control.counts.not_assessed {
                    format!("{} of {} shown", number(shown), number(control.counts.not_assessed))
                } else {
                    count(shown, "resource")
                },
            }
        })
        .collect()
}

pub(super) fn all(summary: &Summary, anchors: &mut Anchors) -> Vec<AllControl> {
    summary
        .assessment
        .controls
        .iter()
        .map(|control| {
            let counts = control.counts;
            let above = counts.not_met + counts.excepted + counts.not_assessed > 0;
            AllControl {
                anchor: (!above).then(|| anchors.take(&control.id)),
                link: link(summary, &control.id),
                own: control.own,
                title: show(&control.title),
                severity: capital(control.severity.as_str()),
                counts: [counts.met, counts.not_met, counts.not_assessed, counts.not_applicable, counts.excepted]
                    .map(number),
            }
        })
        .collect()
}

/// The lines of the toolkit, of which those of v9 were seen nowhere official.
fn dspt(lines: &[String]) -> String {
    let all = lines.join(", ");
    if lines.iter().any(|line| line.starts_with("v9 ")) { format!("{all} (v9: confirm with the toolkit)") } else { all }
}
