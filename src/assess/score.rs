//! The proposed score of one SATRE statement.
//!
//! May import: `model`. Guarantees: the table of `docs/scoring.md`, row by row; where two rows fit the lower score holds,
//! and unscored loses only to 0. The mapping of severities to scores is the project's own; no SATRE maintainer has
//! confirmed it, and the report says so.

use crate::model::id::Severity;
use crate::model::score::{Importance, Mode, Score, State};
use crate::model::verdict::{Counts, Outcome};

/// A linked control, as far as a score depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub control: String,
    pub severity: Severity,
    /// None: designed, but no pack holds it yet. That is an unknown, never a pass.
    pub counts: Option<Counts>,
    /// A team's own: it can lower a score and never raise one.
    pub own: bool,
    /// A profile switched it off: an unknown too.
    pub off: bool,
}

impl Evidence {
    fn overall(&self) -> Outcome {
        if self.off { Outcome::NotAssessed } else { self.counts.map_or(Outcome::NotAssessed, Counts::overall) }
    }

    fn unknown(&self) -> bool {
        self.off || self.counts.is_none_or(|c| c.not_assessed > 0)
    }

    fn grave(&self) -> bool {
        self.severity >= Severity::High
    }
}

/// A live attestation of the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attestation {
    pub score: Score,
}

/// What is known of a statement.
#[derive(Debug, Clone)]
pub struct Basis<'a> {
    pub importance: Importance,
    pub mode: Mode,
    pub aws_can_fail: bool,
    pub controls: &'a [Evidence],
    pub attestation: Option<Attestation>,
    /// Pillar 5 of a TRE that does not federate.
    pub out_of_scope: bool,
}

/// A statement's score with its state and the reason in one sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub score: Option<Score>,
    pub state: State,
    pub reason: String,
    /// The score rests on a person rather than on AWS state.
    pub by_person: bool,
}

impl Proposal {
    /// The order of the table: 0, unscored, 1, 2 and N/A; of two unscored ones what was not assessed comes first.
    fn rank(&self) -> u8 {
        match (self.score, self.state) {
            (Some(Score::NotMet), _) => 0,
            (None, State::NotAssessed) => 1,
            (None, _) => 2,
            (Some(Score::Sufficient), _) => 3,
            (Some(Score::Satisfied | Score::NotApplicable), _) => 4,
        }
    }
}

/// Applies the table, without the controls of a team's own and with them: the lower proposal holds.
#[must_use]
pub fn propose(basis: &Basis<'_>) -> Proposal {
    let all = by_table(basis);
    let built_in: Vec<Evidence> = basis.controls.iter().filter(|c| !c.own).cloned().collect();
    if built_in.len() == basis.controls.len() {
        return all;
    }
    let without = by_table(&Basis { controls: &built_in, ..basis.clone() });
    if all.rank() <= without.rank() { all } else { without }
}

fn by_table(basis: &Basis<'_>) -> Proposal {
    if basis.out_of_scope {
        return unscored(State::OutOfScope, "tre.toml declares that this environment does not federate".to_owned());
    }
    // N/A on a Mandatory statement is refused by the register; here it does not count either.
    let attestation =
        basis.attestation.filter(|a| a.score != Score::NotApplicable || basis.importance != Importance::Mandatory);
    match basis.mode {
        Mode::Attested => match attestation {
            Some(a) => by_person(a.score, "a live attestation gives the score".to_owned()),
            None => unscored(State::AwaitsAttestation, "only a person with evidence can decide it".to_owned()),
        },
        Mode::Automated => machine(basis.controls),
        Mode::Hybrid if basis.aws_can_fail => hybrid(basis.controls, attestation),
        Mode::Hybrid => supported(basis.controls, attestation),
    }
}

/// What AWS state alone gives: 0, unscored, 1 or 2.
fn machine(controls: &[Evidence]) -> Proposal {
    let failing = |grave: bool| names(controls.iter().filter(|c| c.overall() == Outcome::NotMet && c.grave() == grave));
    let grave = failing(true);
    if !grave.is_empty() {
        return scored(Score::NotMet, State::NotMet, format!("not met: {grave}"));
    }
    let unknown = unknown(controls);
    if !unknown.is_empty() {
        return unscored(State::NotAssessed, unknown);
    }
    let lesser = failing(false);
    if !lesser.is_empty() {
        return scored(Score::Sufficient, State::PartlyMet, format!("not met, of medium or low severity: {lesser}"));
    }
    let excepted = names(controls.iter().filter(|c| c.overall() == Outcome::Excepted));
    if !excepted.is_empty() {
        return scored(Score::Sufficient, State::Excepted, format!("under a dated exception: {excepted}"));
    }
    let met = names(controls.iter().filter(|c| c.overall() == Outcome::Met));
    if met.is_empty() {
        return unscored(State::NotAssessed, "no linked control applies to anything that was seen".to_owned());
    }
    scored(Score::Satisfied, State::Met, format!("met: {met}"))
}

fn hybrid(controls: &[Evidence], attestation: Option<Attestation>) -> Proposal {
    let aws = machine(controls);
    match (aws.score, attestation) {
        (Some(Score::NotMet), _) => aws,
        (None, _) => aws,
        (Some(_), None) => {
            unscored(State::AwaitsAttestation, format!("what AWS shows is {}; a person has to complete it", aws.reason))
        }
        (Some(machine_score), Some(a)) => match a.score {
            // What fails shows that the statement applies: nobody's N/A hides it.
            Score::NotApplicable if machine_score < Score::Satisfied => {
                Proposal { reason: format!("attested as not applicable, but {}", aws.reason), ..aws }
            }
            Score::NotApplicable => {
                by_person(Score::NotApplicable, "a live attestation says not applicable".to_owned())
            }
            person if person < machine_score => {
                by_person(person, format!("the attestation is the lower; {}", aws.reason))
            }
            _ => Proposal { reason: format!("attested; {}", aws.reason), ..aws },
        },
    }
}

/// Hybrid where AWS can only support: the person's score, capped at 1 by a contradiction.
fn supported(controls: &[Evidence], attestation: Option<Attestation>) -> Proposal {
    let contradicting = names(controls.iter().filter(|c| c.overall() == Outcome::NotMet));
    let unknown = unknown(controls);
    let beside = if contradicting.is_empty() { String::new() } else { format!("; against it: {contradicting}") };
    let Some(a) = attestation else {
        // Only where nothing but the person is missing does it await one.
        return if unknown.is_empty() {
            unscored(State::AwaitsAttestation, format!("a person has to decide it{beside}"))
        } else {
            unscored(State::NotAssessed, format!("{unknown}; and a person has to decide it{beside}"))
        };
    };
    if a.score == Score::NotMet {
        return by_person(Score::NotMet, "a live attestation scores it 0".to_owned());
    }
    if !unknown.is_empty() {
        return unscored(State::NotAssessed, format!("attested, but {unknown}"));
    }
    let claim = if a.score == Score::NotApplicable { "attested as not applicable" } else { "attested" };
    if !contradicting.is_empty() {
        return by_person(Score::Sufficient, format!("{claim}, and capped because not met: {contradicting}"));
    }
    let excepted = names(controls.iter().filter(|c| c.overall() == Outcome::Excepted));
    if !excepted.is_empty() {
        return Proposal {
            state: State::Excepted,
            ..by_person(Score::Sufficient, format!("{claim}, and capped by a dated exception: {excepted}"))
        };
    }
    if a.score == Score::NotApplicable {
        return by_person(Score::NotApplicable, "a live attestation says not applicable".to_owned());
    }
    by_person(a.score, "a live attestation gives the score".to_owned())
}

/// The controls of which something is not known, by why; empty where all is known.
fn unknown(controls: &[Evidence]) -> String {
    let off = names(controls.iter().filter(|c| c.off));
    let absent = names(controls.iter().filter(|c| c.counts.is_none() && !c.off));
    let unseen = names(controls.iter().filter(|c| c.counts.is_some() && !c.off && c.unknown()));
    let parts = [("not assessed", unseen), ("switched off by a profile", off), ("not in this control pack", absent)];
    let said = parts.into_iter().filter(|(_, ids)| !ids.is_empty()).map(|(why, ids)| format!("{why}: {ids}"));
    said.collect::<Vec<_>>().join("; ")
}

fn names<'a>(controls: impl Iterator<Item = &'a Evidence>) -> String {
    let all: Vec<&str> = controls.map(|c| c.control.as_str()).collect();
    match all.split_at_checked(6) {
        Some((first, rest)) if !rest.is_empty() => format!("{} and {} more", first.join(", "), rest.len()),
        _ => all.join(", "),
    }
}

fn scored(score: Score, state: State, reason: String) -> Proposal {
    Proposal { score: Some(score), state, reason, by_person: false }
}

fn by_person(score: Score, reason: String) -> Proposal {
    let state = match score {
        Score::Satisfied => State::Met,
        Score::Sufficient => State::PartlyMet,
        Score::NotMet => State::NotMet,
        Score::NotApplicable => State::NotApplicable,
    };
    Proposal { score: Some(score), state, reason, by_person: true }
}

fn unscored(state: State, reason: String) -> Proposal {
    Proposal { score: None, state, reason, by_person: false }
}

#[cfg(test)]
mod tests {
    use super::{Attestation, Basis, Evidence, propose};
    use crate::model::id::Severity::{self, Critical, High, Low, Medium};
    use crate::model::score::Importance::{Mandatory, MandatoryStar, Recommended};
    use crate::model::score::Mode::{Attested, Automated, Hybrid};
    use crate::model::score::{Importance, Mode, Score, State};
    use crate::model::verdict::{Counts, Outcome};

    fn one(severity: Severity, outcome: Outcome) -> Evidence {
        let mut counts = Counts::default();
        counts.add(outcome);
        Evidence { control: "SET-NET-01".to_owned(), severity, counts: Some(counts), own: false, off: false }
    }

    fn absent() -> Evidence {
        Evidence { control: "SET-NET-99".to_owned(), severity: High, counts: None, own: false, off: false }
    }

    struct Row {
        what: &'static str,
        importance: Importance,
        mode: Mode,
        aws_can_fail: bool,
        controls: Vec<Evidence>,
        attestation: Option<Score>,
        expect: (Option<Score>, State),
    }

    fn row(
        what: &'static str,
        mode: (Mode, bool),
        controls: Vec<Evidence>,
        attestation: Option<Score>,
        expect: (Option<Score>, State),
    ) -> Row {
        Row { what, importance: Mandatory, mode: mode.0, aws_can_fail: mode.1, controls, attestation, expect }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table with a line for each row")]
    fn the_published_table_row_by_row() {
        use Outcome::{Excepted, Met, NotApplicable, NotAssessed, NotMet};
        const AUTO: (Mode, bool) = (Automated, true);
        const HARD: (Mode, bool) = (Hybrid, true);
        const SOFT: (Mode, bool) = (Hybrid, false);
        const PERSON: (Mode, bool) = (Attested, false);
        let zero = (Some(Score::NotMet), State::NotMet);
        let partly = (Some(Score::Sufficient), State::PartlyMet);
        let full = (Some(Score::Satisfied), State::Met);
        let unknown = (None, State::NotAssessed);
        let awaits = (None, State::AwaitsAttestation);
        let excused = (Some(Score::Sufficient), State::Excepted);
        let rows = vec![
            row("automated, critical fails", AUTO, vec![one(Critical, NotMet), one(High, Met)], None, zero),
            row(
                "automated, high fails and another is unknown",
                AUTO,
                vec![one(High, NotMet), one(High, NotAssessed)],
                None,
                zero,
            ),
            row("automated, only medium fails", AUTO, vec![one(Medium, NotMet), one(High, Met)], None, partly),
            row("automated, only low fails", AUTO, vec![one(Low, NotMet)], None, partly),
            row(
                "automated, medium fails and another is unknown",
                AUTO,
                vec![one(Medium, NotMet), one(High, NotAssessed)],
                None,
                unknown,
            ),
            row("automated, under an exception", AUTO, vec![one(Critical, Excepted), one(High, Met)], None, excused),
            row("automated, all pass", AUTO, vec![one(High, Met), one(Low, Met), one(High, NotApplicable)], None, full),
            row("automated, a control is unknown", AUTO, vec![one(High, Met), one(Low, NotAssessed)], None, unknown),
            row("automated, a control is not in the pack", AUTO, vec![one(High, Met), absent()], None, unknown),
            row("automated, nothing applies", AUTO, vec![one(High, NotApplicable)], None, unknown),
            row("automated, no control at all", AUTO, vec![], Some(Score::Satisfied), unknown),
            row(
                "hybrid, critical fails whatever the attestation says",
                HARD,
                vec![one(Critical, NotMet)],
                Some(Score::Satisfied),
                zero,
            ),
            row("hybrid, passes without attestation", HARD, vec![one(High, Met)], None, awaits),
            row("hybrid, passes with attestation 2", HARD, vec![one(High, Met)], Some(Score::Satisfied), full),
            row(
                "hybrid, passes with attestation 1: the lower",
                HARD,
                vec![one(High, Met)],
                Some(Score::Sufficient),
                partly,
            ),
            row(
                "hybrid, medium fails with attestation 2: the lower",
                HARD,
                vec![one(Medium, NotMet)],
                Some(Score::Satisfied),
                partly,
            ),
            row(
                "hybrid, exception with attestation 2",
                HARD,
                vec![one(Critical, Excepted)],
                Some(Score::Satisfied),
                excused,
            ),
            row(
                "hybrid, unknown with attestation 2",
                HARD,
                vec![one(High, NotAssessed)],
                Some(Score::Satisfied),
                unknown,
            ),
            row("supported, attestation alone", SOFT, vec![one(High, Met)], Some(Score::Satisfied), full),
            row(
                "supported, contradiction caps at 1",
                SOFT,
                vec![one(Critical, NotMet)],
                Some(Score::Satisfied),
                partly,
            ),
            row("supported, attested 0", SOFT, vec![one(High, Met)], Some(Score::NotMet), zero),
            row("supported, without attestation", SOFT, vec![one(Critical, NotMet)], None, awaits),
            row("supported, unknown", SOFT, vec![one(High, NotAssessed)], Some(Score::Satisfied), unknown),
            row("supported, unknown and not attested", SOFT, vec![one(High, NotAssessed)], None, unknown),
            row("supported, one is not in the pack", SOFT, vec![absent()], Some(Score::Satisfied), unknown),
            row("supported, no control, attested", SOFT, vec![], Some(Score::Satisfied), full),
            row("supported, exception caps at 1", SOFT, vec![one(High, Excepted)], Some(Score::Satisfied), excused),
            row("supported, attested 0 and unknown", SOFT, vec![one(High, NotAssessed)], Some(Score::NotMet), zero),
            row("hybrid, attested 0 and the controls pass", HARD, vec![one(High, Met)], Some(Score::NotMet), zero),
            row("hybrid, N/A on a Mandatory one", HARD, vec![one(High, Met)], Some(Score::NotApplicable), awaits),
            row("supported, N/A on a Mandatory one", SOFT, vec![], Some(Score::NotApplicable), awaits),
            row("attested", PERSON, vec![], Some(Score::Sufficient), partly),
            row("attested, expired or missing", PERSON, vec![], None, awaits),
            row("N/A claimed on a Mandatory statement", PERSON, vec![], Some(Score::NotApplicable), awaits),
        ];
        for r in rows {
            let got = propose(&Basis {
                importance: r.importance,
                mode: r.mode,
                aws_can_fail: r.aws_can_fail,
                controls: &r.controls,
                attestation: r.attestation.map(|score| Attestation { score }),
                out_of_scope: false,
            });
            assert_eq!((got.score, got.state), r.expect, "{}: {}", r.what, got.reason);
        }
    }

    /// What a row of the published table proposes.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    enum Proposed {
        Zero,
        Unscored,
        One,
        NotApplicable,
        Two,
    }

    fn of_score(score: Score) -> Proposed {
        match score {
            Score::NotMet => Proposed::Zero,
            Score::Sufficient => Proposed::One,
            Score::Satisfied => Proposed::Two,
            Score::NotApplicable => Proposed::NotApplicable,
        }
    }

    /// The table of `docs/scoring.md`, each row by itself; where several fit, the lowest holds (the order of [`Proposed`]).
    fn by_the_table(basis: &Basis<'_>) -> Proposed {
        use Proposed::{One, Two, Unscored, Zero};
        let all = basis.controls;
        let fails = |grave: bool| all.iter().any(|c| c.overall() == Outcome::NotMet && c.grave() == grave);
        let unknown = all.iter().any(Evidence::unknown);
        let excepted = all.iter().any(|c| c.overall() == Outcome::Excepted);
        let met = all.iter().any(|c| c.overall() == Outcome::Met);
        let live = basis
            .attestation
            .map(|a| a.score)
            .filter(|s| *s != Score::NotApplicable || basis.importance != Mandatory)
            .map(of_score);
        let hard = basis.mode == Hybrid && basis.aws_can_fail;
        let soft = basis.mode == Hybrid && !basis.aws_can_fail;
        let machine = if fails(false) || excepted { One } else { Two };
        let passes = (met || excepted || fails(false)) && !unknown && !fails(true);
        let rows = [
            ("automated or refutable: a grave one is not met", (basis.mode == Automated || hard) && fails(true), Zero),
            ("automated: only lesser ones are not met, or an exception", basis.mode == Automated && passes, machine),
            ("nothing applies to what was seen", (basis.mode == Automated || hard) && !passes, Unscored),
            ("refutable, passes, no attestation", hard && passes && live.is_none(), Unscored),
            ("refutable, passes, attested: the lower", hard && passes, live.unwrap_or(Unscored).min(machine)),
            ("supported: the attestation's", soft, live.unwrap_or(Unscored)),
            (
                "supported: capped at 1 beside a failure or an exception",
                soft && live.is_some() && (fails(true) || fails(false) || excepted),
                One,
            ),
            ("attested: the attestation's, else unscored", basis.mode == Attested, live.unwrap_or(Unscored)),
            ("a needed control is unknown", basis.mode != Attested && unknown, Unscored),
        ];
        rows.iter().filter(|(_, fits, _)| *fits).map(|(_, _, proposed)| *proposed).min().unwrap_or(Unscored)
    }

    /// Every combination of mode, importance, attestation and up to two controls of each severity and outcome.
    #[test]
    fn every_combination_is_as_the_table_says() {
        let mut single: Vec<Evidence> = vec![absent()];
        for severity in [Critical, High, Medium, Low] {
            single.extend(Outcome::ALL.iter().map(|outcome| one(severity, *outcome)));
        }
        let mut sets: Vec<Vec<Evidence>> = vec![vec![]];
        for (place, first) in single.iter().enumerate() {
            sets.push(vec![first.clone()]);
            sets.extend(single[place..].iter().map(|second| vec![first.clone(), second.clone()]));
        }
        let scores = [Score::NotMet, Score::Sufficient, Score::Satisfied, Score::NotApplicable];
        let attestations: Vec<Option<Score>> = std::iter::once(None).chain(scores.map(Some)).collect();
        let mut seen = 0;
        for controls in &sets {
            for (mode, aws_can_fail) in [(Automated, true), (Hybrid, true), (Hybrid, false), (Attested, false)] {
                for importance in [Mandatory, MandatoryStar, Recommended, Importance::Optional] {
                    for attestation in &attestations {
                        let basis = Basis {
                            importance,
                            mode,
                            aws_can_fail,
                            controls,
                            attestation: attestation.map(|score| Attestation { score }),
                            out_of_scope: false,
                        };
                        let got = propose(&basis);
                        let proposed = got.score.map_or(Proposed::Unscored, of_score);
                        assert_eq!(proposed, by_the_table(&basis), "{basis:?}: {}", got.reason);
                        let state = match got.score {
                            Some(Score::Satisfied) => got.state == State::Met,
                            Some(Score::Sufficient) => matches!(got.state, State::PartlyMet | State::Excepted),
                            Some(Score::NotMet) => got.state == State::NotMet,
                            Some(Score::NotApplicable) => got.state == State::NotApplicable && importance != Mandatory,
                            // It awaits a person only where nothing else is missing.
                            None => {
                                let unknown = mode != Attested && controls.iter().any(Evidence::unknown);
                                got.state == State::NotAssessed || (got.state == State::AwaitsAttestation && !unknown)
                            }
                        };
                        assert!(state, "{basis:?}: {:?}", got.state);
                        seen += 1;
                    }
                }
            }
        }
        assert_eq!(seen, sets.len() * 4 * 4 * 5);
    }

    #[test]
    fn not_applicable_is_for_the_others() {
        for importance in [MandatoryStar, Recommended] {
            let got = propose(&Basis {
                importance,
                mode: Attested,
                aws_can_fail: false,
                controls: &[],
                attestation: Some(Attestation { score: Score::NotApplicable }),
                out_of_scope: false,
            });
            assert_eq!((got.score, got.state), (Some(Score::NotApplicable), State::NotApplicable));
        }
    }

    #[test]
    fn out_of_scope_is_never_met() {
        let got = propose(&Basis {
            importance: Mandatory,
            mode: Attested,
            aws_can_fail: false,
            controls: &[],
            attestation: Some(Attestation { score: Score::Satisfied }),
            out_of_scope: true,
        });
        assert_eq!((got.score, got.state), (None, State::OutOfScope));
    }

    /// Every kind of statement, of evidence and of attestation there is.
    fn every_basis(mut check: impl FnMut(Basis<'_>)) {
        let kinds = |severity| Outcome::ALL.map(|outcome| one(severity, outcome));
        let mut evidence: Vec<Vec<Evidence>> = vec![vec![], vec![absent()]];
        for first in kinds(High).into_iter().chain(kinds(Medium)) {
            evidence.extend(kinds(High).map(|second| vec![first.clone(), second]));
            evidence.push(vec![first]);
        }
        let scores = [Score::NotMet, Score::Sufficient, Score::Satisfied, Score::NotApplicable];
        let attestations: Vec<Option<Score>> = scores.into_iter().map(Some).chain([None]).collect();
        for controls in &evidence {
            for (mode, aws_can_fail) in [(Automated, true), (Hybrid, true), (Hybrid, false), (Attested, false)] {
                for attestation in attestations.iter().map(|a| a.map(|score| Attestation { score })) {
                    let importance = Recommended;
                    check(Basis { importance, mode, aws_can_fail, controls, attestation, out_of_scope: false });
                }
            }
        }
    }

    #[test]
    fn a_control_of_ones_own_lowers_and_never_raises() {
        let mut lowered = 0;
        every_basis(|basis| {
            let without = propose(&basis);
            for outcome in Outcome::ALL {
                for severity in [Medium, Critical] {
                    let own = Evidence { own: true, ..one(severity, outcome) };
                    let controls = [basis.controls, &[own]].concat();
                    let with = propose(&Basis { controls: &controls, ..basis.clone() });
                    assert!(with.rank() <= without.rank(), "{outcome} raised {without:?} to {with:?} of {basis:?}");
                    lowered += u32::from(with.rank() < without.rank());
                }
            }
        });
        assert!(lowered > 100, "only {lowered} were lowered");
    }

    /// Switching controls off loses what they said: a failure too, and then nothing is claimed in its place.
    #[test]
    fn a_control_that_is_switched_off_never_makes_a_statement_better() {
        // How much is claimed: nothing, where a statement is not met or not scored.
        let claim = |score: Option<Score>| match score {
            None | Some(Score::NotMet) => 0,
            Some(Score::Sufficient) => 1,
            Some(Score::Satisfied | Score::NotApplicable) => 2,
        };
        let mut unscored = 0;
        every_basis(|basis| {
            let before = propose(&basis);
            for off in 0..basis.controls.len() {
                let mut controls = basis.controls.to_vec();
                controls[off].off = true;
                let after = propose(&Basis { controls: &controls, ..basis.clone() });
                assert!(claim(after.score) <= claim(before.score), "{before:?} became {after:?} of {basis:?}");
                if basis.mode == Automated && after.state != State::NotMet {
                    assert_eq!((after.score, after.state), (None, State::NotAssessed));
                    assert!(after.reason.contains("switched off by a profile: SET-NET-"), "{}", after.reason);
                    unscored += 1;
                }
            }
        });
        assert!(unscored > 100, "only {unscored} were left unscored");
    }
}
