//! Texts to paste beside a line of the DSPT or of UK GDPR: what was judged, when, and with what result.
//!
//! May import: `model`. Guarantees: every sentence is made of facts of the audit, holds no opinion and no level, and says
//! how many more there are where it does not name all.

use crate::model::assessment::{AttestationStatus, ExceptionStatus, Run, StatementResult};
use crate::model::plural::{choose, count, list, number};
use crate::model::score::Score;
use crate::model::time::AsOf;
use crate::model::verdict::Counts;

/// Things of one kind that a text names.
const NAMED: usize = 6;
/// Accounts and Regions up to which they are named.
const PLACES: usize = 4;

/// What a line's text is made of.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    /// The sentence of [`scope`], which is the same for every line.
    pub(super) scope: &'a str,
    /// SATRE statements that the line is mapped to and that are in scope.
    pub(super) statements: &'a [&'a StatementResult],
    /// Controls that bear on them, with their titles; none: designed, and in no pack yet.
    pub(super) controls: &'a [(&'a str, &'a str, Option<Counts>)],
    /// The register's attestations that score one of the statements.
    pub(super) attestations: &'a [&'a AttestationStatus],
    /// Exceptions for one of the controls that turned a verdict.
    pub(super) exceptions: &'a [&'a ExceptionStatus],
    pub(super) covered_by: &'a [String],
}

/// What was read, when and where.
pub(super) fn scope(run: &Run) -> String {
    let some = |all: &[String], noun: &str| match all.len() {
        0 => format!("no {noun}"),
        n if n <= PLACES => format!("{} ({})", count(n as u64, noun), all.join(", ")),
        n => count(n as u64, noun),
    };
    let (from, to) = (run.collected_from.british_date(), run.collected_to.british_date());
    let read = if from == to { format!("on {to}") } else { format!("from {from} to {to}") };
    format!(
        "The state of AWS in {} and {} was read {read} and judged as of {}.",
        some(&run.accounts, "account"),
        some(&run.regions, "Region"),
        run.as_of.british_date()
    )
}

/// The text of a line.
pub(super) fn text(facts: &Facts<'_>) -> String {
    let mut sentences = Vec::new();
    if facts.statements.is_empty() {
        sentences.push("Nothing that this audit judges bears on this line; a person shows it.".to_owned());
    } else {
        sentences.push(facts.scope.to_owned());
        sentences.push(judged(facts));
        sentences.extend(by_outcome(facts));
    }
    sentences.extend(attested(facts));
    sentences.extend(excepted(facts.exceptions));
    if !facts.covered_by.is_empty() {
        sentences.push(format!(
            "The organisation says that it holds {}, whose holders need not answer the item: confirm with the toolkit.",
            list(facts.covered_by)
        ));
    }
    sentences.join(" ")
}

/// How many controls there are, how many ran, and on how much.
fn judged(facts: &Facts<'_>) -> String {
    let mut all = Counts::default();
    let ran = facts.controls.iter().filter_map(|(_, _, counts)| *counts);
    for counts in ran.clone() {
        all.merge(counts);
    }
    let ran = ran.count() as u64;
    let missing = facts.controls.len() as u64 - ran;
    let ids: Vec<String> = facts.statements.iter().map(|s| s.id.clone()).collect();
    let through = format!("Mapped through SATRE {}", some(&ids));
    let designed = match missing {
        0 => String::new(),
        n => format!("; {} of the design {} not in this release", count(n, "control"), choose(n, "is", "are")),
    };
    if ran == 0 {
        return format!("{through}: no automated control was run on it{designed}.");
    }
    format!(
        "{through}: {} gave {}, of which {} met, {} not met, {} not assessed, {} not applicable and {} under an \
         exception{designed}.",
        count(ran, "automated control"),
        count(all.total(), "verdict"),
        number(all.met),
        number(all.not_met),
        number(all.not_assessed),
        number(all.not_applicable),
        number(all.excepted)
    )
}

/// The controls by how they fared.
fn by_outcome(facts: &Facts<'_>) -> Vec<String> {
    use crate::model::verdict::Outcome::{Excepted, Met, NotAssessed, NotMet};
    let mut sentences = Vec::new();
    for (outcome, word) in [(NotMet, "Not met"), (NotAssessed, "Not assessed"), (Excepted, "Excepted"), (Met, "Met")] {
        let of: Vec<String> = facts
            .controls
            .iter()
            .filter_map(|(id, title, counts)| {
                let counts = (*counts)?;
                let n = match outcome {
                    NotMet => counts.not_met,
                    NotAssessed => counts.not_assessed,
                    Excepted => counts.excepted,
                    _ => counts.met,
                };
                (counts.overall() == outcome).then(|| match outcome {
                    Met => format!("{id} on {}", number(n)),
                    _ => format!("{id} ({title}) on {}", number(n)),
                })
            })
            .collect();
        if !of.is_empty() {
            sentences.push(format!("{word}: {}.", some(&of)));
        }
    }
    sentences
}

fn attested(facts: &Facts<'_>) -> Option<String> {
    let all: Vec<String> = facts
        .attestations
        .iter()
        .map(|a| {
            let id = a.subject.trim_start_matches("satre:");
            let score = facts.statements.iter().find(|s| s.id == id).and_then(|s| s.score);
            let score = match score {
                Some(Score::NotMet) => "proposed score 0",
                Some(Score::Sufficient) => "proposed score 1",
                Some(Score::Satisfied) => "proposed score 2",
                Some(Score::NotApplicable) | None => "no score yet",
            };
            format!(
                "SATRE {id} ({score}) in {} by {} as {}, approved by {}, {}",
                a.id,
                a.by,
                a.role,
                a.approved_by,
                end(a.expires)
            )
        })
        .collect();
    (!all.is_empty()).then(|| format!("Stated by people, not tested: {}.", some(&all)))
}

fn excepted(exceptions: &[&ExceptionStatus]) -> Option<String> {
    let all: Vec<String> = exceptions
        .iter()
        .map(|e| {
            format!(
                "{} for {} on {} (asked for by {}, accepted by {} as {}, {})",
                e.id,
                e.control,
                e.resource,
                e.by,
                e.approved_by,
                e.authority,
                end(e.expires)
            )
        })
        .collect();
    (!all.is_empty()).then(|| format!("Exceptions in force: {}.", some(&all)))
}

fn end(expires: Option<AsOf>) -> String {
    expires.map_or_else(|| "without an end".to_owned(), |day| format!("ends {}", day.british_date()))
}

/// The first of them, and how many more.
fn some(all: &[String]) -> String {
    match all.split_at_checked(NAMED) {
        Some((first, rest)) if !rest.is_empty() => {
            format!("{} and {} more", first.join("; "), number(rest.len() as u64))
        }
        _ => all.join("; "),
    }
}

#[cfg(test)]
mod tests {
    use super::{Facts, scope, text};
    use crate::model::assessment::{Coverage, ExceptionStatus, Run, Standing, StatementResult};
    use crate::model::score::{Mode, State};
    use crate::model::time::AsOf;
    use crate::model::verdict::{Counts, Outcome};

    fn day(text: &str) -> AsOf {
        text.parse().unwrap()
    }

    fn statement(id: &str) -> StatementResult {
        StatementResult {
            attestation: None,
            controls: Vec::new(),
            edition: "2.0.0".to_owned(),
            framework: "satre".to_owned(),
            id: id.to_owned(),
            importance: None,
            mode: Mode::Hybrid,
            reason: String::new(),
            score: None,
            state: State::NotAssessed,
            title: String::new(),
            group: String::new(),
            safe: None,
            by_person: false,
            roles: Vec::new(),
            claim: None,
        }
    }

    #[test]
    fn what_was_read_is_said_with_its_dates_and_places() {
        let run = Run {
            accounts: vec!["111111111111".to_owned()],
            as_of: day("2026-11-24"),
            caller: None,
            collected_from: day("2026-11-22"),
            collected_to: day("2026-11-23"),
            coverage: Coverage::default(),
            declaration_sha256: None,
            name: None,
            profiles: Vec::new(),
            projects: 0,
            regions: (0..5).map(|n| format!("eu-west-{n}")).collect(),
            register_sha256: None,
            resources: 1,
            snapshot_sha256: String::new(),
        };
        assert_eq!(
            scope(&run),
            "The state of AWS in 1 account (111111111111) and 5 Regions was read from 22 November 2026 to 23 November \
             2026 and judged as of 24 November 2026."
        );
    }

    #[test]
    fn a_text_sums_its_counts_and_says_how_many_more_there_are() {
        let mut counts = Counts::default();
        for outcome in [Outcome::Met, Outcome::Met, Outcome::NotMet] {
            counts.add(outcome);
        }
        let mut met = Counts::default();
        met.add(Outcome::Met);
        let statements: Vec<StatementResult> = (0..9).map(|n| statement(&format!("1.1.0{n}"))).collect();
        let statements: Vec<&StatementResult> = statements.iter().collect();
        let exception = ExceptionStatus {
            id: "exc-2026-0001".to_owned(),
            control: "SET-LOG-01".to_owned(),
            resource: "arn:aws:s3:::x".to_owned(),
            reason: String::new(),
            risk: String::new(),
            by: "u209".to_owned(),
            approved_by: "u203".to_owned(),
            authority: "SIRO".to_owned(),
            made: day("2026-07-01"),
            review: None,
            expires: Some(day("2026-12-30")),
            end_plan: String::new(),
            standing: Standing::Live,
            standing_reason: String::new(),
            used: 1,
        };
        let got = text(&Facts {
            scope: "SCOPE.",
            statements: &statements,
            controls: &[
                ("SET-LOG-01", "Trails log", Some(counts)),
                ("SET-LOG-02", "x", Some(met)),
                ("SET-X-01", "y", None),
            ],
            attestations: &[],
            exceptions: &[&exception],
            covered_by: &["iso27001".to_owned()],
        });
        assert_eq!(
            got,
            "SCOPE. Mapped through SATRE 1.1.00; 1.1.01; 1.1.02; 1.1.03; 1.1.04; 1.1.05 and 3 more: 2 automated controls \
             gave 4 verdicts, of which 3 met, 1 not met, 0 not assessed, 0 not applicable and 0 under an exception; 1 \
             control of the design is not in this release. Not met: SET-LOG-01 (Trails log) on 1. Met: SET-LOG-02 on 1. \
             Exceptions in force: exc-2026-0001 for SET-LOG-01 on arn:aws:s3:::x (asked for by u209, accepted by u203 as \
             SIRO, ends 30 December 2026). The organisation says that it holds iso27001, whose holders need not answer \
             the item: confirm with the toolkit."
        );
    }

    #[test]
    fn a_line_that_nothing_bears_on_says_so() {
        let nothing =
            Facts { scope: "S.", statements: &[], controls: &[], attestations: &[], exceptions: &[], covered_by: &[] };
        assert_eq!(text(&nothing), "Nothing that this audit judges bears on this line; a person shows it.");
    }
}
