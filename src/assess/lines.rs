//! DSPT outcomes and items, and UK GDPR articles: where the evidence supports, contradicts or is silent.
//!
//! May import: `model`, `catalogue`. Guarantees: a line is *met* only where every SATRE statement behind it is scored and
//! none is 0; a level, an answer and a legal conclusion stay with people.

use std::collections::BTreeMap;

use crate::catalogue::framework::LineMode;
use crate::catalogue::{Catalogue, Line};
use crate::model::assessment::StatementResult;
use crate::model::score::{Score, State};

/// The lines of every framework but SATRE, in the frameworks' order.
///
/// `claims` are the levels and answers that the user claims, by (edition, id).
pub(super) fn results(
    catalogue: &Catalogue,
    satre: &[StatementResult],
    claims: &BTreeMap<(String, String), String>,
) -> Vec<StatementResult> {
    let mut results = Vec::new();
    for framework in &catalogue.lines {
        for edition in framework.editions.iter().map(|e| &e.id) {
            for line in framework.lines.iter().filter(|l| l.editions.contains(edition)) {
                let behind: Vec<&StatementResult> = satre.iter().filter(|s| line.satre.contains(&s.id)).collect();
                let (state, reason) = state(line, &behind);
                let mut controls: Vec<String> = behind.iter().flat_map(|s| s.controls.iter().cloned()).collect();
                controls.sort();
                controls.dedup();
                results.push(StatementResult {
                    attestation: None,
                    controls,
                    edition: edition.clone(),
                    framework: framework.framework.clone(),
                    id: line.id.clone(),
                    importance: None,
                    mode: line.mode.mode(),
                    reason,
                    score: None,
                    state,
                    title: line.title.clone(),
                    group: line.group.clone(),
                    safe: None,
                    roles: Vec::new(),
                    claim: claims.get(&(edition.clone(), line.id.clone())).cloned(),
                    by_person: !behind.is_empty() && behind.iter().all(|s| s.by_person),
                });
            }
        }
    }
    results
}

fn state(line: &Line, behind: &[&StatementResult]) -> (State, String) {
    if line.mode == LineMode::None {
        return (State::NotApplicable, line.aws_evidence.clone());
    }
    let behind: Vec<&&StatementResult> = behind.iter().filter(|s| s.state != State::OutOfScope).collect();
    if behind.is_empty() {
        return (State::AwaitsAttestation, "no statement that this program can show bears on it".to_owned());
    }
    let with = |wanted: &dyn Fn(&StatementResult) -> bool| {
        let ids: Vec<&str> = behind.iter().filter(|s| wanted(s)).map(|s| s.id.as_str()).collect();
        ids.join(", ")
    };
    let against = with(&|s| s.score == Some(Score::NotMet));
    if !against.is_empty() {
        return (State::NotMet, format!("the evidence contradicts it: SATRE {against}"));
    }
    let unseen = with(&|s| s.state == State::NotAssessed);
    if !unseen.is_empty() {
        return (State::NotAssessed, format!("the evidence is silent: SATRE {unseen} not assessed"));
    }
    let waiting = with(&|s| s.score.is_none());
    if !waiting.is_empty() || line.mode == LineMode::Attested {
        let what = if waiting.is_empty() { with(&|_| true) } else { waiting };
        return (State::AwaitsAttestation, format!("a person has to complete it: SATRE {what}"));
    }
    let partly = with(&|s| s.score == Some(Score::Sufficient));
    if !partly.is_empty() {
        return (State::PartlyMet, format!("the evidence supports it in part: SATRE {partly} scores 1"));
    }
    (State::Met, format!("the evidence supports it: SATRE {}", with(&|_| true)))
}
