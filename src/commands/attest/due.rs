//! `havenmark attest due`: what has expired, what ends soon, what is missing.
//!
//! May import: everything below `commands`. Guarantees: what a later attestation replaced is not due; each line names the
//! subject, so that `attest new` can be given it.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use super::missing::{Missing, is_over, missing};
use super::{Book, members};
use crate::cli::{AttestDueArgs, Format, Global};
use crate::commands::{ExitStatus, Failure};
use crate::declaration::register::{Kind, Standings};
use crate::model::assessment::Standing;
use crate::model::plural::{choose, count};
use crate::model::score::Mode;
use crate::model::time::AsOf;
use crate::report::terminal::{paragraph, table};
use crate::ui::{Streams, width};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Due {
    /// `expired`, `missing`, `review`, `expiring`: what presses most first, and then by day.
    #[serde(skip)]
    rank: u8,
    date: Option<String>,
    state: &'static str,
    kind: String,
    subject: String,
    /// The attestation or exception; empty where one is missing.
    id: String,
    /// Of what is missing: where what needs it is declared.
    place: String,
    reason: String,
}

pub(super) fn run(args: &AttestDueArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let book = Book::open(&args.register, args.snapshot.as_deref(), args.as_of, true)?;
    let groups = match (&book.snapshot, &book.declaration) {
        (Some(snapshot), Some(declaration)) => {
            members::groups(snapshot, declaration).map_err(|e| Failure::failed(miette::miette!("{e}")))?
        }
        _ => Vec::new(),
    };
    let known = book.known();
    let standings = book.register.at(book.as_of, &known);
    let mut due = ending(&standings, i64::from(args.within));
    if let Some(declaration) = &book.declaration {
        due.retain(|d| !is_over(declaration, &d.subject, book.as_of));
        // What has expired is missing too, and is said once.
        let said = |m: &Missing| due.iter().any(|d| d.rank == 0 && d.kind == m.kind.as_str() && d.subject == m.subject);
        let missing = missing(declaration, &groups, &standings, book.as_of).into_iter().filter(|m| !said(m));
        let missing: Vec<Due> = missing
            .map(|m| Due {
                rank: 1,
                date: None,
                state: "missing",
                kind: m.kind.as_str().to_owned(),
                subject: m.subject,
                id: String::new(),
                place: m.place,
                reason: m.reason,
            })
            .collect();
        due.extend(missing);
    }
    due.sort();
    let awaiting: Vec<&str> = book
        .catalogue
        .satre
        .statements
        .iter()
        .filter(|s| s.mode == Mode::Attested && standings.statement(&s.id).is_none())
        .map(|s| s.id.as_str())
        .collect();
    match args.register.format {
        Format::Table => write(&due, awaiting.len() as u64, args.within, &mut streams.out)?,
        Format::Json => {
            let json =
                json!({ "as_of": book.as_of, "due": due, "statements_without": awaiting, "within": args.within });
            writeln!(streams.out, "{}", serde_json::to_string_pretty(&json).unwrap_or_default())?;
        }
    }
    if !global.quiet {
        let width = width::of_stdout();
        let mut note = |text: &str| paragraph("    notice  ", text, width, &mut streams.err);
        if book.declaration.is_none() {
            note("No declaration was given, so it is not known which projects, datasets and people need one.")?;
        } else if book.snapshot.is_none() {
            note("No snapshot was given, so the members of the directory's groups are not looked at.")?;
        }
        let invalid = standings.problems().len() as u64;
        if invalid > 0 {
            note(&format!("{} to correct: `havenmark attest check` names each.", count(invalid, "problem")))?;
        }
    }
    Ok(ExitStatus::Met)
}

/// What has expired, or ends within so many days; and exceptions whose review is due.
fn ending(standings: &Standings<'_>, within: i64) -> Vec<Due> {
    let as_of = standings.as_of();
    let soon = |time: AsOf| time.unix() - as_of.unix() <= within * 86_400;
    let line = |standing: Standing, expires: Option<AsOf>, kind: &str, subject: &str, id: &str, reason: &str| {
        let (rank, state) = match standing {
            Standing::Expired => (0, "expired"),
            Standing::Live | Standing::Expiring if expires.is_some_and(soon) => (3, "expiring"),
            _ => return None,
        };
        let date = expires.map(|time| time.date().to_string());
        let (kind, subject, id) = (kind.to_owned(), subject.to_owned(), id.to_owned());
        Some(Due { rank, date, state, kind, subject, id, place: String::new(), reason: reason.to_owned() })
    };
    let mut due = Vec::new();
    for status in standings.statuses() {
        // What was renewed by an attestation that does not name it is not due either.
        let renewed = Kind::of_word(&status.kind).is_some_and(|kind| {
            let others = standings.counting(kind, &status.subject).into_iter();
            others.filter(|a| a.form.id != status.id).any(|a| !soon(a.form.expires.as_of()))
        });
        if !renewed {
            due.extend(line(status.standing, status.expires, &status.kind, &status.subject, &status.id, ""));
        }
    }
    for status in standings.exceptions() {
        let subject = format!("control:{}@{}", status.control, status.resource);
        due.extend(line(status.standing, status.expires, "exception", &subject, &status.id, &status.end_plan));
        if let Some(review) = status.review.filter(|r| status.standing.counts() && soon(*r)) {
            let date = Some(review.date().to_string());
            let (kind, id, reason) = ("exception".to_owned(), status.id, status.end_plan);
            due.push(Due { rank: 2, date, state: "review", kind, subject, id, place: String::new(), reason });
        }
    }
    due
}

fn write(due: &[Due], awaiting: u64, within: u16, out: &mut dyn Write) -> io::Result<()> {
    let width = width::of_stdout();
    if due.is_empty() {
        writeln!(out, "Nothing has expired, ends within {} or is missing.", count(u64::from(within), "day"))?;
    } else {
        let rows: Vec<Vec<String>> = due
            .iter()
            .map(|d| {
                let which = if d.id.is_empty() { &d.place } else { &d.id };
                let what = format!("{} {}", d.kind, d.subject);
                vec![d.state.to_owned(), d.date.clone().unwrap_or_default(), what, which.clone()]
            })
            .collect();
        writeln!(out, "{}", table(&["State", "Day", "Kind and subject", "Which"], &rows, width))?;
    }
    let text = format!(
        "{} of SATRE that only people can attest {} no attestation that counts.",
        count(awaiting, "statement"),
        choose(awaiting, "has", "have")
    );
    paragraph("", &text, width, out)
}
