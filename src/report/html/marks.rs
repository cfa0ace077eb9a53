//! The status marks and the mosaics made of them.
//!
//! May import: `model`, `report`. Guarantees: shape alone carries the score; every picture has its counts in words.

use crate::model::assessment::{RollUpEntry, StatementResult};
use crate::model::id::Severity;
use crate::model::location::Placement;
use crate::model::obligation::Stance;
use crate::model::score::{Importance, RollUp, Score, State};
use crate::report::summary::{Tally, capital};
use crate::report::text::{Shown, show};

/// A mark and its word.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) symbol: &'static str,
    pub(super) class: &'static str,
    pub(super) words: String,
}

fn mark(symbol: &'static str, class: &'static str, words: impl Into<String>) -> Mark {
    Mark { symbol, class, words: words.into() }
}

/// The mark of a SATRE statement.
pub(super) fn statement(statement: &StatementResult) -> Mark {
    let binding = statement.importance.is_some_and(Importance::binding);
    match (statement.state, statement.score) {
        (State::OutOfScope, _) => mark("cn", "none", "Out of scope"),
        (_, Some(Score::Satisfied)) => mark(if statement.by_person { "c2a" } else { "c2" }, "met", "2 Satisfied"),
        (State::Excepted, Some(Score::Sufficient)) => {
            mark(if statement.by_person { "c1a" } else { "c1" }, "part", "1 Excepted")
        }
        (_, Some(Score::Sufficient)) => mark(if statement.by_person { "c1a" } else { "c1" }, "part", "1 Sufficient"),
        (_, Some(Score::NotMet)) => mark(if binding { "c0" } else { "c0r" }, "not", "0 Not met"),
        (_, Some(Score::NotApplicable)) | (State::NotApplicable, None) => mark("cn", "none", "Not applicable"),
        (State::AwaitsAttestation, None) => mark("cd", "due", "Awaits attestation"),
        (_, None) => mark("cu", "none", "Not assessed"),
    }
}

/// Where evidence stands to a DSPT outcome or an article. The level is the user's claim, never ours.
pub(super) fn stance(stance: Stance, person: bool) -> Mark {
    match stance {
        Stance::Supports => mark(if person { "c2a" } else { "c2" }, "met", "Supported"),
        Stance::Contradicts => mark("c0", "not", "Contradicted"),
        Stance::Silent => mark("cu", "none", "Silent"),
    }
}

/// How a place stands to the approved Regions.
pub(super) fn placement(place: Placement) -> Mark {
    match place {
        Placement::Approved => mark("c2", "met", "Approved Region"),
        Placement::Outside => mark("c0", "not", "Outside the approved Regions"),
        Placement::Unknown => mark("cu", "none", "Region not known"),
        Placement::NotDeclared => mark("cu", "none", "No approved Regions are declared"),
    }
}

/// The score of a capability: the lowest of its binding statements.
pub(super) fn capability(entry: &RollUpEntry, statements: &[&StatementResult]) -> Mark {
    match entry.state {
        RollUp::OutOfScope => mark("cn", "none", "Out of scope by declaration"),
        RollUp::NotMet => mark("c0", "not", "0 Not met"),
        RollUp::Incomplete => mark("cu", "none", "Incomplete"),
        RollUp::Met if entry.nothing_mandatory => mark("cn", "none", "Met (nothing mandatory)"),
        RollUp::Met => {
            let lowest = statements
                .iter()
                .filter(|s| s.importance.is_some_and(Importance::binding))
                .filter_map(|s| s.score)
                .filter(|s| *s != Score::NotApplicable)
                .min_by_key(|s| u8::from(*s == Score::Satisfied));
            // Pale where every score in it is a person's word.
            let attested = statements.iter().filter(|s| s.score.is_some()).all(|s| s.by_person);
            match lowest {
                Some(Score::Sufficient) => mark(if attested { "c1a" } else { "c1" }, "part", "1 Sufficient"),
                _ => mark(if attested { "c2a" } else { "c2" }, "met", "2 Satisfied"),
            }
        }
    }
}

/// The state of a pillar or a Safe.
pub(super) fn rollup(state: RollUp) -> Mark {
    match state {
        RollUp::Met => mark("c2", "met", "Baseline met"),
        RollUp::NotMet => mark("c0", "not", "Baseline not met"),
        RollUp::Incomplete => mark("cu", "none", "Incomplete"),
        RollUp::OutOfScope => mark("cn", "none", "Out of scope by declaration"),
    }
}

/// A severity of a control that fails.
pub(super) fn severity(severity: Severity, excepted: bool) -> Mark {
    if excepted {
        return mark("c1", "part", format!("{}, excepted", capital(severity.as_str())));
    }
    match severity {
        Severity::Critical | Severity::High => mark("c0", "not", capital(severity.as_str())),
        Severity::Medium | Severity::Low => mark("c1", "part", capital(severity.as_str())),
    }
}

/// One square.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) symbol: &'static str,
    pub(super) x: usize,
    pub(super) y: usize,
}

/// Squares in rows, and their counts in words.
#[derive(Debug, Clone)]
pub(super) struct Mosaic {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) cells: Vec<Cell>,
    pub(super) words: Shown,
}

const STEP: usize = 16;

/// The order in a column: satisfied at the foot, faults on top where the eye lands.
fn rank(symbol: &str) -> u8 {
    match symbol {
        "c2" => 0,
        "c2a" => 1,
        "cn" => 2,
        "cu" => 3,
        "c1a" => 4,
        "c1" => 5,
        "c0r" => 6,
        _ => 7,
    }
}

fn symbols(statements: &[&StatementResult]) -> Vec<&'static str> {
    let mut symbols: Vec<&'static str> = statements
        .iter()
        .map(|s| match statement(s).symbol {
            // Awaiting a person is drawn with not assessed: nothing is known yet.
            "cd" => "cu",
            other => other,
        })
        .collect();
    symbols.sort_by_key(|symbol| rank(symbol));
    symbols
}

/// A column of the skyline: nine to a row, from the foot upwards.
pub(super) fn skyline(label: &str, statements: &[&StatementResult]) -> Mosaic {
    const PER_ROW: usize = 9;
    let symbols = symbols(statements);
    let rows = symbols.len().div_ceil(PER_ROW).max(1);
    let cells = symbols
        .iter()
        .enumerate()
        .map(|(i, symbol)| Cell { symbol, x: (i % PER_ROW) * STEP, y: (rows - 1 - i / PER_ROW) * STEP })
        .collect();
    Mosaic {
        width: PER_ROW * STEP - 1,
        height: rows * STEP - 1,
        cells,
        words: show(&format!("{label}: {}", Tally::of(statements.iter().copied()).words())),
    }
}

/// The squares of a capability in one line, faults first.
pub(super) fn line(label: &str, statements: &[&StatementResult]) -> Mosaic {
    let cells: Vec<Cell> =
        symbols(statements).iter().rev().enumerate().map(|(i, symbol)| Cell { symbol, x: i * STEP, y: 0 }).collect();
    Mosaic {
        width: cells.len().max(1) * STEP - 1,
        height: STEP - 1,
        cells,
        words: show(&format!("{label}: {}", Tally::of(statements.iter().copied()).words())),
    }
}
