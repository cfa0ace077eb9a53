//! Three-valued roll-up: statement, capability, pillar, whole; and the Five Safes.
//!
//! May import: `model`, `catalogue`. Guarantees: one 0 among what is binding makes *not met*; else anything unscored makes
//! *incomplete*; *met* that is met only because nothing is mandatory says so; a pillar out of scope is never *met*.

use crate::catalogue::{Catalogue, LineFramework};
use crate::model::assessment::{RollUpEntry, RollUps, SatreRollUp, StatementResult};
use crate::model::id::Safe;
use crate::model::score::{Importance, RollUp, Score, State};

/// Rolls up one group of statements.
fn group<'a>(statements: impl Iterator<Item = &'a StatementResult> + Clone) -> (RollUp, bool) {
    let mut in_scope = statements.clone().filter(|s| s.state != State::OutOfScope);
    if in_scope.next().is_none() {
        return (RollUp::OutOfScope, false);
    }
    let binding = statements.filter(|s| {
        s.state != State::OutOfScope
            && match s.importance {
                Some(Importance::Mandatory) => true,
                // M* binds unless it is N/A with a reason.
                Some(Importance::MandatoryStar) => s.score != Some(Score::NotApplicable),
                _ => false,
            }
    });
    // "Nothing mandatory" speaks of plain Mandatory statements: the official method's first hole.
    let mandatory = binding.clone().any(|s| s.importance == Some(Importance::Mandatory));
    let mut state = RollUp::Met;
    for statement in binding {
        match statement.score {
            Some(Score::NotMet) => return (RollUp::NotMet, false),
            None => state = RollUp::Incomplete,
            Some(_) => {}
        }
    }
    (state, !mandatory && state == RollUp::Met)
}

/// Combines roll-ups of parts; parts out of scope are left out.
fn combine(parts: impl Iterator<Item = RollUp>) -> RollUp {
    let mut result = RollUp::OutOfScope;
    for part in parts {
        result = match (result, part) {
            (_, RollUp::NotMet) => return RollUp::NotMet,
            (RollUp::Incomplete, _) | (_, RollUp::Incomplete) => RollUp::Incomplete,
            (before, RollUp::OutOfScope) => before,
            (_, RollUp::Met) => RollUp::Met,
        };
    }
    result
}

/// All roll-ups of an assessment.
pub(super) fn roll_up(catalogue: &Catalogue, statements: &[StatementResult]) -> RollUps {
    let satre: Vec<&StatementResult> = statements.iter().filter(|s| s.framework == "satre").collect();
    let of = |prefix: String| satre.iter().copied().filter(move |s| s.id.starts_with(&prefix));
    let entry = |id: &str, title: &str, (state, nothing_mandatory): (RollUp, bool)| RollUpEntry {
        id: id.to_owned(),
        nothing_mandatory,
        state,
        title: title.to_owned(),
    };
    let capabilities: Vec<RollUpEntry> =
        catalogue.satre.capabilities.iter().map(|c| entry(&c.id, &c.title, group(of(format!("{}.", c.id))))).collect();
    let pillars: Vec<RollUpEntry> = catalogue
        .satre
        .pillars
        .iter()
        .map(|p| {
            let inside = capabilities.iter().filter(|c| c.id.starts_with(&format!("{}.", p.id)));
            entry(&p.id, &p.title, (combine(inside.map(|c| c.state)), false))
        })
        .collect();
    let whole = combine(pillars.iter().map(|p| p.state));
    let five_safes = Safe::ALL
        .iter()
        .map(|safe| {
            let inside = satre.iter().copied().filter(|s| s.safe == Some(*safe));
            entry(safe.as_str(), safe.heading(), group(inside))
        })
        .collect();
    let mut dspt = Vec::new();
    let mut uk_gdpr = Vec::new();
    for framework in &catalogue.lines {
        if framework.framework == "uk_gdpr" {
            uk_gdpr.extend(groups_of(framework, statements));
        } else {
            dspt.extend(groups_of(framework, statements));
        }
    }
    RollUps { dspt, five_safes, satre: SatreRollUp { capabilities, pillars, whole: Some(whole) }, uk_gdpr }
}

/// One entry for each edition and group: not met where evidence speaks against a line, met where it supports every line,
/// else incomplete. It is no level of the toolkit: that is a person's claim.
fn groups_of(framework: &LineFramework, statements: &[StatementResult]) -> Vec<RollUpEntry> {
    let mut entries: Vec<(String, String, Vec<State>)> = Vec::new();
    for statement in statements.iter().filter(|s| s.framework == framework.framework) {
        let id = if statement.group.is_empty() {
            statement.edition.clone()
        } else {
            format!("{} {}", statement.edition, statement.group)
        };
        if let Some((_, _, states)) = entries.iter_mut().find(|(known, _, _)| *known == id) {
            states.push(statement.state);
            continue;
        }
        // Articles stand in no group: the edition as a whole is the entry.
        let whole = framework.editions.iter().find(|e| e.id == statement.edition && statement.group.is_empty());
        let title = whole.map_or(&statement.group, |edition| &edition.title);
        entries.push((id, title.clone(), vec![statement.state]));
    }
    entries
        .into_iter()
        .map(|(id, title, states)| {
            let decided = |s: &State| {
                matches!(s, State::Met | State::PartlyMet | State::Excepted | State::NotApplicable | State::OutOfScope)
            };
            let state = if states.contains(&State::NotMet) {
                RollUp::NotMet
            } else if states.iter().all(decided) {
                RollUp::Met
            } else {
                RollUp::Incomplete
            };
            RollUpEntry { id, nothing_mandatory: false, state, title }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{combine, group};
    use crate::model::assessment::StatementResult;
    use crate::model::score::Importance::{Mandatory, MandatoryStar, Optional, Recommended};
    use crate::model::score::RollUp::{Incomplete, Met, NotMet, OutOfScope};
    use crate::model::score::{Importance, Mode, Score, State};

    fn statement(importance: Importance, score: Option<Score>) -> StatementResult {
        StatementResult {
            attestation: None,
            controls: Vec::new(),
            edition: "2.0.0".to_owned(),
            framework: "satre".to_owned(),
            id: "1.7.01".to_owned(),
            importance: Some(importance),
            mode: Mode::Attested,
            reason: String::new(),
            score,
            state: if score.is_some() { State::Met } else { State::NotAssessed },
            title: String::new(),
            group: String::new(),
            safe: None,
            by_person: false,
            roles: Vec::new(),
            claim: None,
        }
    }

    #[test]
    fn one_zero_decides_and_unknown_is_never_met() {
        let two = statement(Mandatory, Some(Score::Satisfied));
        let zero = statement(Mandatory, Some(Score::NotMet));
        let open = statement(Mandatory, None);
        assert_eq!(group([two.clone(), zero.clone(), open.clone()].iter()).0, NotMet);
        assert_eq!(group([two.clone(), open].iter()).0, Incomplete);
        assert_eq!(group([two].iter()), (Met, false));
    }

    #[test]
    fn recommended_and_optional_change_nothing() {
        let all = [statement(Recommended, Some(Score::NotMet)), statement(Optional, None)];
        assert_eq!(group(all.iter()), (Met, true), "met, because nothing is mandatory");
    }

    #[test]
    fn a_starred_statement_binds_unless_not_applicable() {
        assert_eq!(group([statement(MandatoryStar, Some(Score::NotMet))].iter()).0, NotMet);
        assert_eq!(group([statement(MandatoryStar, None)].iter()).0, Incomplete);
        assert_eq!(group([statement(MandatoryStar, Some(Score::NotApplicable))].iter()), (Met, true));
    }

    #[test]
    fn what_is_out_of_scope_is_left_out_and_never_met() {
        let mut outside = statement(Mandatory, None);
        outside.state = State::OutOfScope;
        assert_eq!(group([outside].iter()).0, OutOfScope);
        assert_eq!(combine([Met, OutOfScope].into_iter()), Met);
        assert_eq!(combine([OutOfScope].into_iter()), OutOfScope);
        assert_eq!(combine([Met, Incomplete, NotMet].into_iter()), NotMet);
    }
}
