//! `check --format github`: annotations in the log of a GitHub Actions job, and its step summary in Markdown.
//!
//! May import: `model`, `report`. Guarantees: no name in an input can begin a workflow command, mention a person, make a link
//! or leave its cell of a table; at most ten errors and ten warnings, because GitHub drops the rest without a word, and a
//! summary of less than 1 MiB, because it refuses a larger one whole.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Exceptions, counts, message, path, position, rank, safe, sentence};
use crate::model::checked::{Checked, CheckedVerdict};
use crate::model::id::Safe;
use crate::model::plural::{count, number};
use crate::model::score::RollUp;
use crate::model::verdict::{Counts, Outcome};
use crate::model::visible::visible;

/// Annotations of a kind that GitHub shows of one step.
pub const ANNOTATIONS: usize = 10;
/// Bytes of the summary: 1 MiB, with room for its end.
pub const SUMMARY: usize = 1_048_576 - 65_536;
/// Characters of one text.
const LONGEST: usize = 600;
const FAILING: &str = "### Not met\n\n| Severity | Control | Where | Resource | Why |\n|---|---|---|---|---|\n";
const UNKNOWN: &str = "### Not assessed\n\n| Severity | Control | Where | Resource | Why |\n|---|---|---|---|---|\n";
const UNJUDGED: &str = "### Not judged\n\n| Where | Why |\n|---|---|\n";
const EXCEPTIONS: &str =
    "### Exceptions\n\n| Exception | Control | Place | Standing | Used |\n|---|---|---|---|---:|\n";

/// Writes annotations for the job's log. With `new_only` what was known before is left out, as the exit code leaves it out.
///
/// What is not met is an error whatever its severity: it is what the gate refuses. The worst come first.
pub fn write(checked: &Checked, new_only: bool, out: &mut dyn Write) -> io::Result<()> {
    let exceptions = Exceptions::new(checked);
    let mut unseen = Vec::new();
    for (outcome, command, words) in
        [(Outcome::NotMet, "error", "not met"), (Outcome::NotAssessed, "warning", "not assessed")]
    {
        let mut told: Vec<&CheckedVerdict> = checked.of(outcome).filter(|one| !(one.known && new_only)).collect();
        // Stable: equals stay in the result's order.
        told.sort_by_key(|one| rank(one));
        for one in told.iter().take(ANNOTATIONS) {
            annotate(command, one, &message(one, &exceptions), out)?;
        }
        if told.len() > ANNOTATIONS {
            unseen.push(format!("{} more {words}", number((told.len() - ANNOTATIONS) as u64)));
        }
    }
    if !checked.unjudgeable.is_empty() {
        unseen.push(format!("{} not judged", count(checked.unjudgeable.len() as u64, "part")));
    }
    // They take the place of no finding, and GitHub shows ten warnings.
    let room =
        ANNOTATIONS.saturating_sub(checked.of(Outcome::NotAssessed).filter(|one| !(one.known && new_only)).count());
    let unused: Vec<String> = super::unused(checked).map(|(_, said)| said).collect();
    for said in unused.iter().take(room) {
        writeln!(out, "::warning title=unused exception::{}", data(said))?;
    }
    if unused.len() > room {
        unseen.push(format!("{} unused", count((unused.len() - room) as u64, "exception")));
    }
    if !unseen.is_empty() {
        let said =
            format!("Without an annotation: {}. The step summary and the other formats name each.", unseen.join(", "));
        writeln!(out, "::notice title=havenmark check::{}", data(&said))?;
    }
    Ok(())
}

fn annotate(command: &str, one: &CheckedVerdict, said: &str, out: &mut dyn Write) -> io::Result<()> {
    let place = &one.location;
    let mut properties = vec![("file", path(&place.file))];
    // A column is one of a line, and a plan has neither.
    let numbers = [("line", place.line), ("col", place.column)];
    properties.extend(numbers.iter().take_while(|(_, n)| *n > 0).map(|(name, n)| (*name, n.to_string())));
    properties.push(("title", format!("{} {} ({})", one.verdict.control, one.title, one.severity)));
    properties.retain(|(_, value)| !value.is_empty());
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    writeln!(out, "::{command} {}::{}", properties.join(","), data(&format!("{}: {said}", place.address)))
}

/// The message of a workflow command. What cannot be seen is spelt out first, so no line feed is left to end it.
fn data(text: &str) -> String {
    visible(text, LONGEST, false).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Writes the step summary: what `$GITHUB_STEP_SUMMARY` names a file for.
pub fn write_summary(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    write_summary_within(checked, SUMMARY, out)
}

fn write_summary_within(checked: &Checked, bytes: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { text: String::new(), bytes };
    let word = match checked.verdict {
        RollUp::Met => "met",
        RollUp::NotMet => "not met",
        RollUp::Incomplete | RollUp::OutOfScope => "incomplete",
    };
    let resources = count(checked.resources as u64, "resource");
    let controls = count(checked.controls.len() as u64, "control");
    page.text.push_str(&format!("## Havenmark check: {word}\n\n{resources}, {controls}.\n\n"));
    for reason in checked.incomplete.iter().take(20) {
        page.text.push_str(&format!("- {}\n", cell(&sentence(reason))));
    }
    page.text.push_str("\n| Safe | Met | Not met | Not assessed | Excepted |\n|---|---:|---:|---:|---:|\n");
    page.text.push_str(&safes(checked));
    let rows = |outcome| {
        let mut rows: Vec<&CheckedVerdict> = checked.of(outcome).collect();
        rows.sort_by_key(|one| rank(one));
        rows
    };
    let exceptions = Exceptions::new(checked);
    page.table(FAILING, &rows(Outcome::NotMet), |one| verdict_row(one, &exceptions));
    page.table(UNKNOWN, &rows(Outcome::NotAssessed), |one| verdict_row(one, &exceptions));
    page.table(UNJUDGED, &checked.unjudgeable, |one| {
        let (file, line) = (path(&one.place.file), one.place.line);
        let place = if line > 0 { format!("{file}:{line}") } else { file };
        row(&[name(&place), cell(&sentence(&one.reason))])
    });
    let mut accepted: Vec<_> = checked.exceptions.iter().collect();
    accepted.sort_by_key(|exception| !exception.expired);
    page.table(EXCEPTIONS, &accepted, |one| {
        row(&[name(&one.id), name(&one.control), name(&one.place), cell(&one.standing), number(one.used)])
    });
    out.write_all(page.text.as_bytes())
}

/// A table of the five Safes, those that have a control.
fn safes(checked: &Checked) -> String {
    let mut sums: BTreeMap<Safe, Counts> = BTreeMap::new();
    for control in &checked.controls {
        sums.entry(safe(&control.id)).or_default().merge(control.counts);
    }
    let row_of = |(safe, n): (&Safe, &Counts)| {
        let numbers = [n.met, n.not_met, n.not_assessed, n.excepted].map(number);
        format!("| {} | {} |\n", safe.heading(), numbers.join(" | "))
    };
    let all = counts(checked);
    let numbers = [all.met, all.not_met, all.not_assessed, all.excepted].map(number);
    format!("{}| **All** | {} |\n", sums.iter().map(row_of).collect::<String>(), numbers.join(" | "))
}

fn verdict_row(one: &CheckedVerdict, exceptions: &Exceptions) -> String {
    let known = if one.known { ", known" } else { "" };
    let control = format!("{} {}", name(&one.verdict.control), cell(&one.title));
    let mut place = one.location.clone();
    place.file = path(&place.file);
    let severity = format!("{}{known}", one.severity);
    row(&[severity, control, name(&position(&place)), name(&place.address), cell(&message(one, exceptions))])
}

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// A page that may not grow above a size.
struct Page {
    text: String,
    bytes: usize,
}

impl Page {
    /// A table with its heading, as many rows as there is room for, and how many there were beyond that.
    fn table<T>(&mut self, heading: &str, items: &[T], row: impl Fn(&T) -> String) {
        if items.is_empty() {
            return;
        }
        self.text.push('\n');
        self.text.push_str(heading);
        for (place, item) in items.iter().enumerate() {
            let row = row(item);
            if self.text.len() + row.len() > self.bytes {
                let rows = count((items.len() - place) as u64, "row");
                let more = format!("\n{rows} more: a step summary takes no more text. The other formats have all.\n");
                self.text.push_str(&more);
                break;
            }
            self.text.push_str(&row);
        }
    }
}

/// A name or an address, in code: there GitHub looks for no mention.
fn name(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", entities(text)) }
}

/// A sentence. A lone at sign in an element of its own is no mention of anyone, whatever follows it.
fn cell(text: &str) -> String {
    entities(text).replace("&#64;", "<span>&#64;</span>")
}

/// Every sign that Markdown or HTML could read as theirs, as a reference to its character.
fn entities(text: &str) -> String {
    let mut safe = String::new();
    for c in visible(text, LONGEST, false).chars() {
        if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | '/' | '-' | ':' | ';' | '=' | '(' | ')' | '\'' | '"') {
            safe.push_str(&format!("&#{};", u32::from(c)));
        } else {
            safe.push(c);
        }
    }
    // GitHub makes links of bare addresses, but for that it has to see these signs.
    safe.replace("://", "&#58;//").replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests;
