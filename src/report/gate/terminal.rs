//! `check --format table`: what a person reads at the end of a check, with frames that point into their code.
//!
//! May import: `model`, `report`. Guarantees: styles are always written and the stream drops them where they are not wanted;
//! no colour carries meaning alone; no name in an input can change how the text around it looks; nothing is left out without
//! saying how much.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Exceptions, counts, path, position, sentence};
use crate::model::checked::{Checked, CheckedVerdict};
use crate::model::id::Severity;
use crate::model::planned::Place;
use crate::model::plural::{count, list, number};
use crate::model::score::RollUp;
use crate::model::verdict::Outcome;
use crate::report::terminal::paragraph;
use crate::report::text::{show, show_block, wrap};

mod frame;

use frame::{Finding, Sources};

const BOLD: Style = Style::new().bold();
const BOLD_GREEN: Style = AnsiColor::Green.on_default().bold();
const BOLD_YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const BOLD_RED: Style = AnsiColor::Red.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default();
/// Resources of one control, file and reason that are shown unless all were asked for.
const ALIKE: usize = 3;
/// Parts that could not be judged, and exceptions in force, that are listed unless all were asked for.
const LISTED: usize = 20;

/// Controls that are named under one cause.
const CONTROLS: usize = 8;

/// The note that may hold code.
const FIX: &str = "fix";

/// How the result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Columns.
    pub width: u16,
    /// Shows every finding, and a frame for what is not assessed, excepted or known as well.
    pub verbose: bool,
    /// What was known before does not fail the check: it is counted, and shown only with `verbose`.
    pub new_only: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 100, verbose: false, new_only: false }
    }
}

/// Findings of one control in one file for one reason: a reader mends them together.
type Alike<'a> = Vec<&'a CheckedVerdict>;

/// Writes the whole result.
pub fn write(checked: &Checked, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let sources = Sources::new(checked);
    let exceptions = Exceptions::new(checked);
    for alike in groups(checked) {
        let Some(first) = alike.first() else { continue };
        let open = first.verdict.verdict == Outcome::NotAssessed;
        if !options.verbose && (open || (first.known && options.new_only)) {
            continue;
        }
        let failing = first.verdict.verdict == Outcome::NotMet && !first.known;
        let shown = if options.verbose { alike.len() } else { alike.len().min(ALIKE) };
        let notes = notes(first, &exceptions);
        let framed = (failing || options.verbose)
            && alike.iter().take(shown).all(|one| sources.have(&one.location.file, one.location.line));
        if framed {
            for (place, one) in alike.iter().take(shown).enumerate() {
                // The fix is the same for all of them, and once is enough.
                let keep = if place == 0 { notes.len() } else { 1 };
                let notes = notes.get(..keep).unwrap_or(&notes);
                let finding = Finding { heading: &heading(one), outcome: one.verdict.verdict, checked: one, notes };
                writeln!(out, "{}\n", sources.frame(&finding, options.width))?;
            }
            if let Some(more) = more(&alike, shown) {
                writeln!(out, "  {more}\n")?;
            }
        } else {
            brief(&alike, shown, &notes, options.width, out)?;
        }
    }
    if !options.verbose {
        write_open(checked, options, out)?;
    }
    write_unjudgeable(checked, options, out)?;
    write_exceptions(checked, options, out)?;
    write_result(checked, options, out)
}

/// What is told, in the result's order of its first member: by file and line.
fn groups(checked: &Checked) -> Vec<Alike<'_>> {
    let mut groups: Vec<Alike<'_>> = Vec::new();
    let mut places = BTreeMap::new();
    for one in &checked.verdicts {
        let verdict = &one.verdict;
        if matches!(verdict.verdict, Outcome::Met | Outcome::NotApplicable) {
            continue;
        }
        let key = (
            &verdict.control,
            &one.location.file,
            &verdict.reason,
            &one.when,
            verdict.verdict,
            one.known,
            (&verdict.exception, &one.lapsed),
        );
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// "Buckets refuse public access (critical)", and what the word before it does not say.
fn heading(one: &CheckedVerdict) -> String {
    let title = show(&one.title);
    let outcome = match one.verdict.verdict {
        Outcome::NotMet if one.known => ": not met, known before",
        Outcome::NotMet => "",
        Outcome::Excepted => ": excepted",
        _ => ": not assessed",
    };
    format!("{title} ({}){outcome}", one.severity)
}

/// Name and text of the notes below a finding: the reason, the assumption, the exception, the fix, and where to read more.
fn notes(one: &CheckedVerdict, exceptions: &Exceptions) -> Vec<(&'static str, String)> {
    let failing = one.verdict.verdict == Outcome::NotMet && !one.known;
    let mut why = sentence(&one.verdict.reason);
    if let Some(when) = &one.when {
        why = format!("{why} This is so {}", sentence(when));
    }
    let mut notes = vec![("why", why)];
    if one.verdict.verdict == Outcome::Excepted {
        notes.push(("by", exceptions.of(one)));
    }
    if let Some(lapsed) = &one.lapsed {
        notes.push(("lapsed", sentence(&lapsed.sentence())));
    }
    if let (true, Some(fix)) = (failing, &one.remediation) {
        notes.push((FIX, fix.trim_end().to_owned()));
    }
    if failing {
        notes.push(("more", format!("havenmark explain {}", one.verdict.control)));
    }
    notes
}

/// A note in lines: a paragraph is wrapped, and the code of a fix keeps its lines. Only a control writes that one; a line
/// feed in any other came out of an input, and is spelt out.
fn note_lines(name: &str, text: &str, width: usize) -> Vec<String> {
    if name == FIX && text.contains('\n') {
        show_block(text).as_str().replace('\t', "    ").lines().map(str::to_owned).collect()
    } else {
        wrap(&show(text), width.max(20))
    }
}

/// How many of a group are not shown.
fn more(alike: &Alike<'_>, shown: usize) -> Option<String> {
    let rest = alike.len().saturating_sub(shown) as u64;
    (rest > 0).then(|| format!("... and {} more in this file for the same reason; -v shows all", number(rest)))
}

/// A group without frames: the heading, the places, the notes.
fn brief(alike: &Alike<'_>, shown: usize, notes: &[(&str, String)], width: u16, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = alike.first() else { return Ok(()) };
    let (style, word) = word(first.verdict.verdict);
    let id = show(&first.verdict.control);
    writeln!(out, "{style}{word}[{id}]{style:#}{BOLD}: {}{BOLD:#}", heading(first))?;
    for one in alike.iter().take(shown) {
        let mut location = one.location.clone();
        location.file = path(&location.file);
        writeln!(out, "  {CYAN}-->{CYAN:#} {} {}", show(&position(&location)), show(&location.address))?;
    }
    if let Some(more) = more(alike, shown) {
        writeln!(out, "  {more}")?;
    }
    for (name, text) in notes {
        let mut head = format!("   {CYAN}={CYAN:#} {BOLD}{name}{BOLD:#}: ");
        let indent = name.chars().count() + 7;
        for line in note_lines(name, text, usize::from(width).saturating_sub(indent)) {
            writeln!(out, "{}", format!("{head}{line}").trim_end())?;
            head = " ".repeat(indent);
        }
    }
    writeln!(out)
}

/// rustc's words, because readers know them.
fn word(outcome: Outcome) -> (Style, &'static str) {
    match outcome {
        Outcome::NotMet => (BOLD_RED, "error"),
        Outcome::Excepted => (BOLD_GREEN, "note"),
        _ => (BOLD_YELLOW, "warning"),
    }
}

/// What was not assessed, by what stands in the way: a reader mends a cause, and many verdicts follow.
fn write_open(checked: &Checked, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut causes: BTreeMap<&str, (Severity, u64, BTreeSet<&str>)> = BTreeMap::new();
    for one in checked.of(Outcome::NotAssessed).filter(|one| !(one.known && options.new_only)) {
        let cause = causes.entry(cause(&one.verdict.reason)).or_insert((one.severity, 0, BTreeSet::new()));
        cause.0 = cause.0.max(one.severity);
        cause.1 += 1;
        cause.2.insert(&one.verdict.control);
    }
    if causes.is_empty() {
        return Ok(());
    }
    let all: u64 = causes.values().map(|(_, count, _)| count).sum();
    writeln!(out, "{BOLD_YELLOW}Not assessed: {}{BOLD_YELLOW:#}", number(all))?;
    let mut sorted: Vec<_> = causes.into_iter().collect();
    sorted.sort_by_key(|(cause, (severity, count, _))| (Reverse(*severity), Reverse(*count), *cause));
    for (cause, (severity, _, controls)) in sorted.iter().take(LISTED) {
        paragraph("  ", &sentence(cause), options.width, out)?;
        let shown: Vec<&str> = controls.iter().take(CONTROLS).copied().collect();
        let more = match controls.len().saturating_sub(CONTROLS) as u64 {
            0 => String::new(),
            rest => format!(" and {} more", number(rest)),
        };
        paragraph("      ", &format!("{severity}: {}{more}", shown.join(", ")), options.width, out)?;
    }
    if sorted.len() <= LISTED {
        writeln!(out, "  -v shows each with its place")?;
    }
    rest(sorted.len(), LISTED, out)?;
    writeln!(out)
}

/// A reason without the name of the fact that it stands in the way of.
fn cause(reason: &str) -> &str {
    match reason.split_once(": ") {
        Some((fact, why)) if !fact.is_empty() && !fact.contains(' ') => why,
        _ => reason,
    }
}

fn write_unjudgeable(checked: &Checked, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let all = &checked.unjudgeable;
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "{BOLD}Not judged: {}{BOLD:#}", count(all.len() as u64, "part"))?;
    let shown = if options.verbose { all.len() } else { LISTED };
    for one in all.iter().take(shown) {
        writeln!(out, "  {}", show(&place(&one.place)))?;
        paragraph("      ", &sentence(&one.reason), options.width, out)?;
        if one.whole {
            paragraph("      ", "So nothing in this file can be met.", options.width, out)?;
        }
    }
    rest(all.len(), shown, out)?;
    writeln!(out)
}

fn place(place: &Place) -> String {
    let file = path(&place.file);
    match (place.line, place.column) {
        (0, _) => file,
        (line, 0) => format!("{file}:{line}"),
        (line, column) => format!("{file}:{line}:{column}"),
    }
}

/// The register's entries, those first that no longer help.
fn write_exceptions(checked: &Checked, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut all: Vec<_> = checked.exceptions.iter().collect();
    if all.is_empty() {
        return Ok(());
    }
    all.sort_by_key(|exception| (!exception.expired, !exception.unused));
    let expired = all.iter().filter(|exception| exception.expired).count();
    let unused = all.iter().filter(|exception| exception.unused).count();
    let counted = [(expired, "expired"), (unused, "unused")];
    let of = counted.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!(", {} {word}", number(*n as u64)));
    writeln!(out, "{BOLD}Exceptions: {}{}{BOLD:#}", number(all.len() as u64), of.collect::<String>())?;
    // An expired one fails a pipeline that was green yesterday: each is shown.
    let shown = if options.verbose { all.len() } else { LISTED.max(expired) };
    for one in all.iter().take(shown) {
        let (style, word) = match (one.expired, one.unused) {
            (true, _) => (BOLD_RED, "expired  "),
            (_, true) => (BOLD_YELLOW, "warning  "),
            _ => (Style::new(), ""),
        };
        let (id, control, place) = (show(&one.id), show(&one.control), show(&one.place));
        writeln!(out, "  {style}{word}{id}{style:#}  {control}  {place}")?;
        let used = match one.used {
            0 => String::new(),
            n => format!(" It covers {}.", count(n, "verdict")),
        };
        paragraph("      ", &format!("{}{used}", sentence(&one.standing)), options.width, out)?;
    }
    rest(all.len(), shown, out)?;
    writeln!(out)
}

fn rest(all: usize, shown: usize, out: &mut dyn Write) -> io::Result<()> {
    let rest = all.saturating_sub(shown) as u64;
    if rest > 0 { writeln!(out, "  ... and {} more; -v shows all", number(rest)) } else { Ok(()) }
}

/// Counts, the verdict, why it is incomplete, and one next command.
fn write_result(checked: &Checked, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let n = counts(checked);
    let numbers = [n.met, n.not_met, n.not_assessed, n.not_applicable, n.excepted].map(number);
    let words = ["Met", "Not met", "Not assessed", "Not applicable", "Excepted"];
    let mut rows = [String::new(), String::new()];
    for (word, number) in words.iter().zip(numbers) {
        let width = word.len().max(number.len());
        rows = [(*word).to_owned(), number]
            .iter()
            .zip(rows)
            .map(|(cell, row)| format!("{row}{}{cell:>width$}", if row.is_empty() { "" } else { "  " }))
            .collect::<Vec<_>>()
            .try_into()
            .unwrap_or_default();
    }
    let [head, numbers] = rows;
    writeln!(out, "{BOLD}{head}{BOLD:#}\n{numbers}\n")?;
    let (style, word, line) = verdict_line(checked);
    writeln!(out, "{style}{word}{style:#}  {line}")?;
    let judged = format!(
        "{} by {}",
        count(checked.resources as u64, "resource"),
        count(checked.controls.len() as u64, "control")
    );
    writeln!(out, "{:>10}  {judged}", "judged")?;
    for reason in &checked.incomplete {
        paragraph("incomplete  ", &sentence(reason), options.width, out)?;
    }
    match next(checked) {
        Some(control) => writeln!(out, "{:>10}  havenmark explain {}", "next", show(control)),
        None => Ok(()),
    }
}

fn verdict_line(checked: &Checked) -> (Style, &'static str, String) {
    let known = checked.of(Outcome::NotMet).filter(|one| one.known).count() as u64;
    let also = if known == 0 { String::new() } else { format!(", {} known before", number(known)) };
    match checked.verdict {
        RollUp::Met => {
            // A pass is no claim about what nobody could judge.
            let unknown = counts(checked).not_assessed;
            let unknown = if unknown == 0 { String::new() } else { format!("; {} not assessed", number(unknown)) };
            let new = if known == 0 { "" } else { " new" };
            (BOLD_GREEN, "PASS", format!("nothing{new} failed{also}{unknown}"))
        }
        RollUp::NotMet => {
            let of = |severity: Severity| {
                let n = checked.of(Outcome::NotMet).filter(|one| one.severity == severity).count() as u64;
                (n > 0).then(|| format!("{} {severity}", number(n)))
            };
            let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
            let parts: Vec<String> = severities.into_iter().filter_map(of).collect();
            let also = if known == 0 { String::new() } else { format!("; {} of them known before", number(known)) };
            (BOLD_RED, "FAIL", format!("not met: {}{also}", list(&parts)))
        }
        RollUp::Incomplete | RollUp::OutOfScope => {
            (BOLD_YELLOW, "INCOMPLETE", format!("not everything that counts could be judged{also}"))
        }
    }
}

/// The control to read about first: the worst that fails, else the worst that nobody could judge.
fn next(checked: &Checked) -> Option<&str> {
    let told =
        checked.verdicts.iter().filter(|one| matches!(one.verdict.verdict, Outcome::NotMet | Outcome::NotAssessed));
    told.min_by_key(|one| super::rank(one)).map(|one| one.verdict.control.as_str())
}

#[cfg(test)]
mod tests;
