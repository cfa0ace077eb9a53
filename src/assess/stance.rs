//! Whether evidence supports a claimed line, contradicts it, or is silent.
//!
//! May import: `model`, `catalogue`. Guarantees: a pure function, written down in `docs/scoring.md`; what is unknown, waits
//! for a person or is met in part is never *supports*; nothing speaks for a claim that something was not achieved.

use crate::catalogue::framework::LineMode;
use crate::model::obligation::Stance;
use crate::model::plural::number;
use crate::model::score::{Score, State};
use crate::model::verdict::{Counts, Outcome};

/// Ids that a reason names of one kind.
const NAMED: usize = 8;

/// What is claimed of a line, as far as evidence can be held against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// No claim: the evidence is held against the line itself.
    None,
    /// `achieved`, `yes`.
    Affirmed,
    /// `partially-achieved`.
    Partial,
    /// `not-achieved`, `no`.
    Denied,
    /// A text, date or number, which only a person can hold against evidence.
    Open,
}

impl Claim {
    /// What a claim of `tre.toml` says.
    #[must_use]
    pub fn of(claim: Option<&str>) -> Self {
        let Some(claim) = claim else { return Self::None };
        match claim.trim().to_lowercase().as_str() {
            "achieved" | "yes" | "true" => Self::Affirmed,
            "partially-achieved" => Self::Partial,
            "not-achieved" | "no" | "false" => Self::Denied,
            _ => Self::Open,
        }
    }
}

/// What stands behind a line: ids by how they fared. What does not apply or is out of scope is in none of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Behind {
    /// Statements that score 0, and controls that are not met.
    pub against: Vec<String>,
    /// Not assessed.
    pub unknown: Vec<String>,
    /// Statements that wait for a person.
    pub waiting: Vec<String>,
    /// Statements that score 1, and controls that only an exception keeps from failing.
    pub lesser: Vec<String>,
    /// Statements that score 2, and controls that are met.
    pub met: Vec<String>,
}

impl Behind {
    /// Adds a SATRE statement that the line is mapped to.
    pub fn statement(&mut self, id: &str, state: State, score: Option<Score>) {
        let list = match (state, score) {
            (State::OutOfScope | State::NotApplicable, _) | (_, Some(Score::NotApplicable)) => return,
            (_, Some(Score::NotMet)) | (State::NotMet, _) => &mut self.against,
            (State::AwaitsAttestation, None) => &mut self.waiting,
            (_, None) => &mut self.unknown,
            (_, Some(Score::Sufficient)) => &mut self.lesser,
            (_, Some(Score::Satisfied)) => &mut self.met,
        };
        list.push(format!("SATRE {id}"));
    }

    /// Adds a control that bears on one of the statements. None: designed, and in no pack yet.
    pub fn control(&mut self, id: &str, counts: Option<Counts>) {
        let list = match counts.map(Counts::overall) {
            Some(Outcome::NotMet) => &mut self.against,
            Some(Outcome::NotAssessed) | None => &mut self.unknown,
            Some(Outcome::Excepted) => &mut self.lesser,
            Some(Outcome::Met) => &mut self.met,
            Some(Outcome::NotApplicable) => return,
        };
        list.push(id.to_owned());
    }

    fn is_empty(&self) -> bool {
        [&self.against, &self.unknown, &self.waiting, &self.lesser, &self.met].iter().all(|list| list.is_empty())
    }
}

/// Where the evidence stands, and why. The first row that fits decides:
///
/// | what is there | stance |
/// |---|---|
/// | a line of which AWS shows nothing by its nature | silent |
/// | a claim of *not achieved* or *no*, or a claim in words | silent |
/// | something not met, and a claim of *partially achieved* | silent |
/// | something not met | contradicts |
/// | nothing is mapped, or all of it is out of scope | silent |
/// | something not assessed | silent |
/// | something that waits for a person, or a line that only people can answer | silent |
/// | something met in part or under an exception, unless *partially achieved* is claimed | silent |
/// | everything met | supports |
#[must_use]
pub fn decide(claim: Claim, mode: LineMode, behind: &Behind) -> (Stance, String) {
    let against = format!("not met: {}", names(&behind.against));
    let beside = if behind.against.is_empty() { String::new() } else { format!("; {against}") };
    let silent = |why: String| (Stance::Silent, why);
    match (mode, claim) {
        (LineMode::None, _) => return silent("the state of AWS shows nothing of it".to_owned()),
        (_, Claim::Denied) => return silent(format!("it is claimed as not achieved{beside}")),
        (_, Claim::Open) => return silent(format!("the answer is in words, which a person compares{beside}")),
        (_, Claim::Partial) if !behind.against.is_empty() => {
            return silent(format!("{against}; whether that leaves the partial level, a person judges"));
        }
        _ if !behind.against.is_empty() => return (Stance::Contradicts, against),
        _ => {}
    }
    if behind.is_empty() {
        return silent("nothing that this program judges in this environment is mapped to it".to_owned());
    }
    if !behind.unknown.is_empty() {
        return silent(format!("not assessed: {}", names(&behind.unknown)));
    }
    if !behind.waiting.is_empty() {
        return silent(format!("awaits attestation: {}", names(&behind.waiting)));
    }
    if mode == LineMode::Attested {
        return silent("only a person can complete it; nothing that was seen speaks against it".to_owned());
    }
    if !behind.lesser.is_empty() && claim != Claim::Partial {
        return silent(format!("met in part, or under an exception: {}", names(&behind.lesser)));
    }
    let all: Vec<String> = behind.met.iter().chain(&behind.lesser).cloned().collect();
    (Stance::Supports, format!("met: {}", names(&all)))
}

/// The first ids, and how many more.
pub(super) fn names(ids: &[String]) -> String {
    match ids.split_at_checked(NAMED) {
        Some((first, rest)) if !rest.is_empty() => {
            format!("{} and {} more", first.join(", "), number(rest.len() as u64))
        }
        _ => ids.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Behind, Claim, decide};
    use crate::catalogue::framework::LineMode;
    use crate::model::obligation::Stance::{self, Contradicts, Silent, Supports};
    use crate::model::score::{Score, State};
    use crate::model::verdict::{Counts, Outcome};

    /// Letters: `a`gainst, `u`nknown, `w`aiting, `l`esser, `m`et.
    fn behind(of: &str) -> Behind {
        let list = |letter: char| of.matches(letter).map(|_| format!("SATRE {letter}")).collect();
        Behind { against: list('a'), unknown: list('u'), waiting: list('w'), lesser: list('l'), met: list('m') }
    }

    #[test]
    fn the_table_row_by_row() {
        use LineMode::{Attested, Automated, Hybrid};
        let rows: [(&str, &str, LineMode, &str, Stance, &str); 28] = [
            ("AWS shows nothing of it", "yes", LineMode::None, "am", Silent, "shows nothing"),
            ("claimed as not achieved, and met", "not-achieved", Hybrid, "m", Silent, "claimed as not achieved"),
            ("claimed as not achieved, and not met", "not-achieved", Hybrid, "a", Silent, "not met: SATRE a"),
            ("answered no", "no", Automated, "a", Silent, "claimed as not achieved"),
            ("answered in words", "Reviewed 3 May 2026", Hybrid, "m", Silent, "in words"),
            ("answered in words, and not met", "Reviewed 3 May 2026", Hybrid, "a", Silent, "not met: SATRE a"),
            ("partial, and something is not met", "partially-achieved", Hybrid, "am", Silent, "a person judges"),
            ("achieved, and something is not met", "achieved", Hybrid, "amm", Contradicts, "not met: SATRE a"),
            ("achieved, not met and unknown", "achieved", Automated, "au", Contradicts, "not met"),
            ("achieved, not met and waiting", "achieved", Automated, "aw", Contradicts, "not met"),
            ("yes, of what only people answer, not met", "yes", Attested, "a", Contradicts, "not met"),
            ("nothing claimed, not met", "", Hybrid, "a", Contradicts, "not met"),
            ("achieved, and nothing is mapped", "achieved", Automated, "", Silent, "is mapped to it"),
            ("nothing claimed, nothing mapped", "", Hybrid, "", Silent, "is mapped to it"),
            ("achieved, and one is unknown", "achieved", Automated, "mmmu", Silent, "not assessed: SATRE u"),
            ("partial, and one is unknown", "partially-achieved", Automated, "mu", Silent, "not assessed"),
            ("nothing claimed, one is unknown", "", Automated, "mu", Silent, "not assessed"),
            ("achieved, and one waits", "achieved", Hybrid, "mw", Silent, "awaits attestation: SATRE w"),
            ("unknown comes before waiting", "achieved", Hybrid, "wu", Silent, "not assessed"),
            ("achieved, only people answer, met", "achieved", Attested, "m", Silent, "only a person"),
            ("achieved, and one is met in part", "achieved", Hybrid, "ml", Silent, "in part"),
            ("nothing claimed, one is met in part", "", Hybrid, "ml", Silent, "in part"),
            ("partial, and one is met in part", "partially-achieved", Hybrid, "ml", Supports, "met: SATRE m, SATRE l"),
            ("partial, all met in part", "partially-achieved", Hybrid, "l", Supports, "met"),
            ("achieved, and all is met", "achieved", Automated, "mm", Supports, "met: SATRE m, SATRE m"),
            ("yes, and all is met", "Yes ", Hybrid, "m", Supports, "met"),
            ("nothing claimed, all is met", "", Hybrid, "m", Supports, "met"),
            ("more than are named", "yes", Hybrid, "mmmmmmmmmm", Supports, "and 2 more"),
        ];
        for (what, claim, mode, of, stance, reason) in rows {
            let claim = Claim::of((!claim.is_empty()).then_some(claim));
            let (got, why) = decide(claim, mode, &behind(of));
            assert_eq!(got, stance, "{what}: {why}");
            assert!(why.contains(reason), "{what}: {why}");
        }
    }

    #[test]
    fn what_stands_behind_is_sorted_by_how_it_fared() {
        let mut got = Behind::default();
        for (id, state, score) in [
            ("1", State::Met, Some(Score::Satisfied)),
            ("2", State::PartlyMet, Some(Score::Sufficient)),
            ("3", State::Excepted, Some(Score::Sufficient)),
            ("4", State::NotMet, Some(Score::NotMet)),
            ("5", State::NotAssessed, None),
            ("6", State::AwaitsAttestation, None),
            ("7", State::NotApplicable, Some(Score::NotApplicable)),
            ("8", State::OutOfScope, None),
        ] {
            got.statement(id, state, score);
        }
        let of = |outcomes: &[Outcome]| {
            let mut counts = Counts::default();
            for outcome in outcomes {
                counts.add(*outcome);
            }
            Some(counts)
        };
        got.control("A", of(&[Outcome::Met, Outcome::NotApplicable]));
        got.control("B", of(&[Outcome::Met, Outcome::NotAssessed]));
        got.control("C", of(&[Outcome::NotAssessed, Outcome::NotMet]));
        got.control("D", of(&[Outcome::Met, Outcome::Excepted]));
        got.control("E", of(&[Outcome::NotApplicable]));
        got.control("F", None);
        let list = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert_eq!(got.met, list(&["SATRE 1", "A"]));
        assert_eq!(got.lesser, list(&["SATRE 2", "SATRE 3", "D"]));
        assert_eq!(got.against, list(&["SATRE 4", "C"]));
        assert_eq!(got.unknown, list(&["SATRE 5", "B", "F"]));
        assert_eq!(got.waiting, list(&["SATRE 6"]));
    }

    fn claims() -> impl Strategy<Value = Claim> {
        prop::sample::select(vec![Claim::None, Claim::Affirmed, Claim::Partial, Claim::Denied, Claim::Open])
    }

    fn modes() -> impl Strategy<Value = LineMode> {
        prop::sample::select(vec![LineMode::Automated, LineMode::Hybrid, LineMode::Attested, LineMode::None])
    }

    proptest! {
        /// Whatever stands beside it, one thing that is unknown, waits or is not met keeps evidence from supporting.
        #[test]
        fn nothing_unseen_ever_supports(claim in claims(), mode in modes(), of in "[auwlm]{0,6}", bad in "[auw]") {
            prop_assert_ne!(decide(claim, mode, &behind(&format!("{of}{bad}"))).0, Supports);
            prop_assert!(decide(claim, mode, &behind("")).0 == Silent);
        }

        /// More evidence of failure never turns a contradiction into anything else.
        #[test]
        fn a_contradiction_stays_one(mode in modes(), of in "[auwlm]{0,6}", more in "[auwlm]") {
            for claim in [Claim::None, Claim::Affirmed] {
                if decide(claim, mode, &behind(&of)).0 == Contradicts {
                    prop_assert_eq!(decide(claim, mode, &behind(&format!("{of}{more}"))).0, Contradicts);
                }
            }
        }
    }
}
