//! `havenmark attest check`: every file of the register, as an audit would judge it.
//!
//! May import: everything below `commands`. Guarantees: every file is counted once; exit 3 exactly where something has to be
//! corrected, which an attestation that has expired has not.

use std::io::{self, Write};

use serde_json::json;

use super::Book;
use crate::cli::{AttestCheckArgs, Format, Global};
use crate::commands::{ExitStatus, Failure};
use crate::declaration::register::Standings;
use crate::model::assessment::{Notice, Standing};
use crate::model::plural::{choose, count, number};
use crate::report::terminal::paragraph;
use crate::report::text::show;
use crate::ui::{Streams, width};

pub(super) fn run(args: &AttestCheckArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let book = Book::open(&args.register, args.snapshot.as_deref(), args.as_of, false)?;
    let known = book.known();
    let standings = book.register.at(book.as_of, &known);
    let problems = standings.problems();
    let tally = Tally::of(&standings);
    let unchecked = known.notice().filter(|_| !book.register.is_empty());
    match args.register.format {
        Format::Table => write(&book, &problems, &tally, &mut streams.out)?,
        Format::Json => {
            let json = json!({
                "as_of": book.as_of,
                "counts": { "expired": tally.expired, "expiring": tally.expiring, "invalid": tally.invalid,
                    "live": tally.live, "superseded": tally.superseded },
                "notices": unchecked,
                "problems": problems,
            });
            writeln!(streams.out, "{}", serde_json::to_string_pretty(&json).unwrap_or_default())?;
        }
    }
    if let Some(notice) = unchecked.filter(|_| !global.quiet) {
        paragraph("    notice  ", &notice.text, width::of_stdout(), &mut streams.err)?;
    }
    Ok(if problems.is_empty() { ExitStatus::Met } else { ExitStatus::NotMet })
}

/// Files by what they are worth.
#[derive(Debug, Default)]
struct Tally {
    live: u64,
    expiring: u64,
    expired: u64,
    superseded: u64,
    invalid: u64,
}

impl Tally {
    fn of(standings: &Standings<'_>) -> Self {
        let mut tally = Self::default();
        let attestations = standings.statuses().into_iter().map(|s| s.standing);
        for standing in attestations.chain(standings.exceptions().into_iter().map(|e| e.standing)) {
            *match standing {
                Standing::Live => &mut tally.live,
                Standing::Expiring => &mut tally.expiring,
                Standing::Expired => &mut tally.expired,
                Standing::Superseded => &mut tally.superseded,
                Standing::Invalid => &mut tally.invalid,
            } += 1;
        }
        tally
    }

    fn sentence(&self) -> String {
        let live = self.live + self.expiring;
        let all = live + self.expired + self.superseded + self.invalid;
        let mut parts = vec![format!("{} {}", number(live), choose(live, "counts", "count"))];
        if self.expiring > 0 {
            parts.push(format!(
                "{} of them {} within 30 days",
                number(self.expiring),
                choose(self.expiring, "ends", "end")
            ));
        }
        for (count, words) in
            [(self.expired, "expired"), (self.superseded, "superseded"), (self.invalid, "invalid, so absent")]
        {
            if count > 0 {
                parts.push(format!("{} {words}", number(count)));
            }
        }
        format!("{}: {}", count(all, "file"), parts.join(", "))
    }
}

fn write(book: &Book, problems: &[Notice], tally: &Tally, out: &mut dyn Write) -> io::Result<()> {
    let width = width::of_stdout();
    for problem in problems {
        writeln!(out, "{}", show(&book.shown(&problem.place)))?;
        paragraph("  ", &problem.text, width, out)?;
    }
    paragraph("", &tally.sentence(), width, out)
}
