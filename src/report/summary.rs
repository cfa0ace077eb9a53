//! What an assessment says in a few words: the verdict's sentences, the tallies, the decisions, the order of the faults.
//!
//! May import: `model`. Guarantees: every sentence follows from the data, so that page, terminal and files cannot
//! disagree; the tallies of the binding statements sum to their number.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::model::assessment::{Assessment, ControlResult, Standing, StatementResult};
use crate::model::id::{Safe, Severity};
use crate::model::plural::{choose, count, list, number};
use crate::model::score::{Importance, Mode, RollUp, Score, State};

/// The sentence that every report carries.
pub const DISCLAIMER: &str = "Proposed scores for a SATRE self-assessment; not an accreditation";

/// The three assumptions on which a score decided by AWS state alone rests (`docs/`: honest reach).
pub const ASSUMPTIONS: [&str; 3] = [
    "the declaration is complete",
    "all components of the TRE run in the declared accounts",
    "front ends are of kinds whose settings the AWS interface exposes",
];

/// How many statements stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub satisfied: u64,
    pub sufficient: u64,
    pub not_met: u64,
    pub not_assessed: u64,
    pub awaits: u64,
    pub not_applicable: u64,
    pub out_of_scope: u64,
}

impl Tally {
    /// Counts one more statement.
    pub fn add(&mut self, statement: &StatementResult) {
        let place = match (statement.state, statement.score) {
            (State::OutOfScope, _) => &mut self.out_of_scope,
            (_, Some(Score::Satisfied)) => &mut self.satisfied,
            (_, Some(Score::Sufficient)) => &mut self.sufficient,
            (_, Some(Score::NotMet)) => &mut self.not_met,
            (_, Some(Score::NotApplicable)) | (State::NotApplicable, None) => &mut self.not_applicable,
            (State::AwaitsAttestation, None) => &mut self.awaits,
            (_, None) => &mut self.not_assessed,
        };
        *place += 1;
    }

    /// The tally of some statements.
    #[must_use]
    pub fn of<'a>(statements: impl IntoIterator<Item = &'a StatementResult>) -> Self {
        let mut tally = Self::default();
        for statement in statements {
            tally.add(statement);
        }
        tally
    }

    /// Scored 1 or 2.
    #[must_use]
    pub fn met(self) -> u64 {
        self.satisfied + self.sufficient
    }

    /// In scope and without a score.
    #[must_use]
    pub fn unscored(self) -> u64 {
        self.not_assessed + self.awaits
    }

    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.met() + self.not_met + self.unscored() + self.not_applicable + self.out_of_scope
    }

    /// The counts in words, for a picture's text: `16 satisfied, 2 sufficient, …`.
    #[must_use]
    pub fn words(self) -> String {
        let mut words = format!(
            "{} satisfied, {} sufficient, {} not met, {} not assessed or awaiting attestation, {} not applicable",
            self.satisfied,
            self.sufficient,
            self.not_met,
            self.unscored(),
            self.not_applicable
        );
        if self.out_of_scope > 0 {
            words = format!("{words}, {} out of scope", self.out_of_scope);
        }
        words
    }
}

/// How many statements of one mode are in scope, and how many of them have a score.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Live {
    pub scored: u64,
    pub in_scope: u64,
}

/// One of the Five Safes.
#[derive(Debug, Clone)]
pub struct SafeSummary<'a> {
    pub safe: Safe,
    pub state: RollUp,
    pub statements: Vec<&'a StatementResult>,
    pub tally: Tally,
    /// Binding statements that are not met.
    pub binding_not_met: u64,
    /// Binding statements that have no score.
    pub binding_unscored: u64,
    /// Score 1, and 0 where nothing binds.
    pub improvements: u64,
    /// Of its statements: by mode.
    pub modes: [u64; 3],
    /// Worst failing control that stands in this Safe.
    pub worst: Option<&'a ControlResult>,
}

/// Something that a person has to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// In the imperative.
    pub action: String,
    pub because: String,
    /// A role.
    pub owner: String,
    pub date: String,
    /// Without the `#`.
    pub target: String,
    pub link: String,
}

/// The assessment in brief.
#[derive(Debug, Clone)]
pub struct Summary<'a> {
    pub assessment: &'a Assessment,
    /// Of the Mandatory and Mandatory* statements of SATRE.
    pub binding: Tally,
    pub whole: Tally,
    pub improvements: u64,
    /// Automated, hybrid, attested.
    pub live: [Live; 3],
    pub safes: Vec<SafeSummary<'a>>,
    /// Controls with a failure, worst first; behind them those that only an exception keeps from failing.
    pub failing: Vec<&'a ControlResult>,
    /// Controls with a resource that is not assessed, worst first.
    pub unknown: Vec<&'a ControlResult>,
    /// Controls by id.
    pub by_id: BTreeMap<&'a str, &'a ControlResult>,
}

/// The SATRE statements, in the framework's order.
pub fn satre(assessment: &Assessment) -> impl Iterator<Item = &StatementResult> {
    assessment.statements.iter().filter(|statement| statement.framework == "satre")
}

fn binds(statement: &StatementResult) -> bool {
    statement.importance.is_some_and(Importance::binding)
}

fn improvable(statement: &StatementResult) -> bool {
    match statement.score {
        Some(Score::Sufficient) => true,
        Some(Score::NotMet) => !binds(statement),
        _ => false,
    }
}

fn mode_place(mode: Mode) -> usize {
    match mode {
        Mode::Automated => 0,
        Mode::Hybrid => 1,
        Mode::Attested => 2,
    }
}

fn tally_len(n: usize) -> u64 {
    n as u64
}

impl<'a> Summary<'a> {
    /// Reads an assessment.
    #[must_use]
    pub fn new(assessment: &'a Assessment) -> Self {
        let statements: Vec<&StatementResult> = satre(assessment).collect();
        let mut live = [Live::default(); 3];
        for statement in statements.iter().filter(|s| s.state != State::OutOfScope) {
            if let Some(place) = live.get_mut(mode_place(statement.mode)) {
                place.in_scope += 1;
                place.scored += u64::from(statement.score.is_some());
            }
        }
        let mut failing: Vec<&ControlResult> = assessment
            .controls
            .iter()
            .filter(|control| control.counts.not_met > 0 || control.counts.excepted > 0)
            .collect();
        failing.sort_by_key(|c| {
            (c.counts.not_met == 0, Reverse(c.severity), Reverse(c.counts.not_met), Reverse(c.counts.excepted), &c.id)
        });
        let mut unknown: Vec<&ControlResult> =
            assessment.controls.iter().filter(|control| control.counts.not_assessed > 0).collect();
        unknown.sort_by_key(|c| (Reverse(c.severity), Reverse(c.counts.not_assessed), &c.id));
        let safes = Safe::ALL.into_iter().map(|safe| safe_summary(assessment, safe, &statements, &failing)).collect();
        Self {
            assessment,
            binding: Tally::of(statements.iter().copied().filter(|s| binds(s))),
            whole: Tally::of(statements.iter().copied()),
            improvements: tally_len(statements.iter().filter(|s| improvable(s)).count()),
            live,
            safes,
            failing,
            unknown,
            by_id: assessment.controls.iter().map(|control| (control.id.as_str(), control)).collect(),
        }
    }

    /// The verdict as a heading.
    #[must_use]
    pub fn headline(&self) -> String {
        match self.assessment.verdict {
            _ if self.binding.total() == 0 => "No SATRE statement was in scope".to_owned(),
            RollUp::NotMet => {
                let n = self.binding.not_met;
                format!("Below the SATRE baseline on {}", count(n, "mandatory statement"))
            }
            RollUp::Incomplete => {
                format!("Not enough evidence on {}", count(self.binding.unscored(), "mandatory statement"))
            }
            RollUp::Met => {
                format!("Meets the SATRE baseline, {} open", count(self.improvements, "improvement"))
            }
            RollUp::OutOfScope => "No SATRE statement was in scope".to_owned(),
        }
    }

    /// The tally of the binding statements in one sentence; its numbers sum to theirs.
    #[must_use]
    pub fn lead(&self) -> String {
        let tally = self.binding;
        let mut parts = vec![
            format!("{} {} met", number(tally.met()), is_are(tally.met())),
            format!("{} {} not met", number(tally.not_met), is_are(tally.not_met)),
        ];
        if tally.not_assessed > 0 {
            parts.push(format!("{} {} not assessed", number(tally.not_assessed), is_are(tally.not_assessed)));
        }
        if tally.awaits > 0 {
            parts.push(format!("{} {} attestation", number(tally.awaits), choose(tally.awaits, "awaits", "await")));
        }
        if tally.not_applicable > 0 {
            parts.push(format!("{} {} not applicable", number(tally.not_applicable), is_are(tally.not_applicable)));
        }
        if tally.out_of_scope > 0 {
            parts.push(format!(
                "{} {} out of scope by declaration, because this TRE does not federate",
                number(tally.out_of_scope),
                is_are(tally.out_of_scope)
            ));
        }
        format!("Of {}, {}.", count(tally.total(), "mandatory statement"), list(&parts))
    }

    /// `Passed`, in the words of the terminal.
    #[must_use]
    pub fn verdict_line(&self) -> String {
        let of = count(self.binding.total(), "mandatory statement");
        match self.assessment.verdict {
            RollUp::NotMet => format!("SATRE baseline not met: {} of {of}", number(self.binding.not_met)),
            RollUp::Incomplete => {
                format!("SATRE baseline incomplete: {} of {of} without a score", number(self.binding.unscored()))
            }
            RollUp::Met => format!("SATRE baseline met: {} open", count(self.improvements, "improvement")),
            RollUp::OutOfScope => "no SATRE statement was in scope".to_owned(),
        }
    }

    /// Binding statements that are not met.
    pub fn binding_not_met(&self) -> impl Iterator<Item = &'a StatementResult> {
        satre(self.assessment).filter(|s| binds(s) && s.score == Some(Score::NotMet))
    }

    /// Binding statements in scope that have no score.
    pub fn binding_unscored(&self) -> impl Iterator<Item = &'a StatementResult> {
        satre(self.assessment)
            .filter(|s| binds(s) && s.score.is_none() && !matches!(s.state, State::OutOfScope | State::NotApplicable))
    }

    /// What has to be decided, most pressing first.
    #[must_use]
    pub fn decisions(&self) -> Vec<Decision> {
        let mut decisions = self.decisions_on_controls();
        self.decisions_on_exceptions(&mut decisions);
        self.decisions_on_attestations(&mut decisions);
        decisions
    }

    fn decisions_on_controls(&self) -> Vec<Decision> {
        let mut held: BTreeMap<&str, (&ControlResult, Vec<&StatementResult>)> = BTreeMap::new();
        let mut unexplained = Vec::new();
        for statement in self.binding_not_met() {
            let worst = statement
                .controls
                .iter()
                .filter_map(|id| self.by_id.get(id.as_str()).copied())
                .filter(|control| control.counts.not_met > 0 && control.severity >= Severity::High)
                .min_by_key(|control| (Reverse(control.severity), Reverse(control.counts.not_met), &control.id));
            match worst {
                Some(control) => held.entry(&control.id).or_insert_with(|| (control, Vec::new())).1.push(statement),
                None => unexplained.push(statement),
            }
        }
        let mut held: Vec<_> = held.into_values().collect();
        held.sort_by_key(|(control, statements)| {
            (Reverse(control.severity), Reverse(statements.len()), Reverse(control.counts.not_met), &control.id)
        });
        let mut decisions: Vec<Decision> = held
            .into_iter()
            .map(|(control, statements)| {
                let ids: Vec<String> = statements.iter().map(|s| s.id.clone()).collect();
                Decision {
                    action: format!("Put right: {}", control.title),
                    because: format!(
                        "{}, on {}; it holds SATRE {} at 0",
                        capital(control.severity.as_str()),
                        count(control.counts.not_met, "resource"),
                        list(&ids)
                    ),
                    owner: owner(statements.first().copied()),
                    date: "now".to_owned(),
                    target: super::text::anchor(&control.id),
                    link: control.id.clone(),
                }
            })
            .collect();
        decisions.extend(unexplained.into_iter().map(|statement| Decision {
            action: format!("Close the gap: {}", statement.title),
            because: statement.reason.clone(),
            owner: owner(Some(statement)),
            date: "now".to_owned(),
            target: statement_anchor(statement),
            link: format!("SATRE {}", statement.id),
        }));
        decisions
    }

    fn decisions_on_exceptions(&self, decisions: &mut Vec<Decision>) {
        for exception in &self.assessment.exceptions {
            let date = exception.expires.map_or_else(|| "now".to_owned(), crate::model::time::AsOf::british_date);
            let (action, because, date) = match exception.standing {
                Standing::Expired => ("End or renew exception", format!("Expired on {date}"), "now".to_owned()),
                Standing::Expiring => ("Review exception", "Ends within 30 days".to_owned(), date),
                _ => continue,
            };
            decisions.push(Decision {
                action: format!("{action} {}", exception.id),
                because: format!("{because}; it covers {} on {}", exception.control, exception.resource),
                owner: exception.authority.clone(),
                date,
                target: super::text::anchor(&exception.id),
                link: "Exceptions".to_owned(),
            });
        }
    }

    fn decisions_on_attestations(&self, decisions: &mut Vec<Decision>) {
        for wanted in [Standing::Expired, Standing::Expiring] {
            for attestation in self.assessment.attestations.iter().filter(|a| a.standing == wanted) {
                let date = attestation.expires.map_or_else(|| "now".to_owned(), crate::model::time::AsOf::british_date);
                let (because, date) = if wanted == Standing::Expired {
                    (format!("Expired on {date}, so it no longer counts"), "now".to_owned())
                } else {
                    ("Ends within 30 days".to_owned(), date)
                };
                decisions.push(Decision {
                    action: format!("Renew attestation {} for {}", attestation.id, attestation.subject),
                    because,
                    owner: attestation.role.clone(),
                    date,
                    target: super::text::anchor(&attestation.id),
                    link: "Attestations".to_owned(),
                });
            }
        }
    }

    /// Frameworks that the statements come from, by their short names.
    #[must_use]
    pub fn framework_names(&self) -> Vec<&'static str> {
        let present: BTreeSet<&str> = self.assessment.statements.iter().map(|s| s.framework.as_str()).collect();
        let mut names = Vec::new();
        if present.contains("satre") {
            names.push("SATRE 2.0");
        }
        if present.contains("dspt_caf") || present.contains("dspt_ndg") {
            names.push("DSPT");
        }
        if present.contains("uk_gdpr") {
            names.push("UK GDPR");
        }
        names
    }
}

fn safe_summary<'a>(
    assessment: &'a Assessment,
    safe: Safe,
    satre: &[&'a StatementResult],
    failing: &[&'a ControlResult],
) -> SafeSummary<'a> {
    let statements: Vec<&StatementResult> = satre.iter().copied().filter(|s| s.safe == Some(safe)).collect();
    let binding = Tally::of(statements.iter().copied().filter(|s| binds(s)));
    let own = match (binding.not_met, binding.unscored()) {
        (1.., _) => RollUp::NotMet,
        (0, 1..) => RollUp::Incomplete,
        (0, 0) => RollUp::Met,
    };
    let state = assessment
        .rollup
        .five_safes
        .iter()
        .find(|entry| entry.id.eq_ignore_ascii_case(safe.as_str()))
        .map_or(own, |entry| entry.state);
    let mut modes = [0; 3];
    for statement in &statements {
        if let Some(place) = modes.get_mut(mode_place(statement.mode)) {
            *place += 1;
        }
    }
    SafeSummary {
        safe,
        state,
        tally: Tally::of(statements.iter().copied()),
        binding_not_met: binding.not_met,
        binding_unscored: binding.unscored(),
        improvements: tally_len(statements.iter().filter(|s| improvable(s)).count()),
        modes,
        worst: failing.iter().copied().find(|c| c.safe == safe && c.counts.not_met > 0),
        statements,
    }
}

fn owner(statement: Option<&StatementResult>) -> String {
    statement.and_then(|s| s.roles.first()).cloned().unwrap_or_else(|| "no role on record".to_owned())
}

fn is_are(n: u64) -> &'static str {
    choose(n, "is", "are")
}

/// With a capital letter: `Critical`.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Where a statement stands on the page.
#[must_use]
pub fn statement_anchor(statement: &StatementResult) -> String {
    if statement.framework == "satre" {
        super::text::anchor(&format!("satre-{}", statement.id))
    } else {
        super::text::anchor(&format!("{}-{}-{}", statement.framework, statement.edition, statement.id))
    }
}
