//! The summary that a person reads at the end of an audit: the story on one writer, the result on the other.
//!
//! May import: `model`, `report`. Guarantees: a function of the assessment and the options; styles are always written
//! and the stream drops them where they are not wanted; at most 25 lines unless more was asked for; no colour carries
//! meaning alone.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::summary::{Summary, capital};
use super::text::{show, wrap};
use crate::model::assessment::{Assessment, InventoryGap};
use crate::model::call::CallOutcome;
use crate::model::id::Safe;
use crate::model::inventory::LISTING;
use crate::model::plural::{count, list, number};
use crate::model::score::{RollUp, State};

const BOLD_GREEN: Style = AnsiColor::Green.on_default().bold();
const BOLD_YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const BOLD_RED: Style = AnsiColor::Red.on_default().bold();
const BOLD: Style = Style::new().bold();
/// Kinds of gap that have a line of their own.
const GAPS: usize = 4;
/// Columns of the table of the Safes that are taken before the last one begins, but for the words of the baseline.
const OTHER_COLUMNS: usize = 46;
/// New failures that are named on request.
const NEW: usize = 20;

/// How the summary is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Columns.
    pub width: u16,
    /// Lists the failing controls.
    pub verbose: bool,
    /// Leaves the story out, but for the gaps.
    pub quiet: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 100, verbose: false, quiet: false }
    }
}

/// Where the reports of this run are, as a person would type it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    pub report: String,
    pub evidence: String,
    pub evidence_sha256: String,
    pub packs: Vec<String>,
}

/// A plain table of texts, without trailing blanks.
#[must_use]
pub fn table(headings: &[&str], rows: &[Vec<String>], width: u16) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .force_no_tty();
    table.set_header(headings.iter().copied());
    for row in rows {
        table.add_row(row.iter().map(|cell| show(cell).to_string()));
    }
    let text = table.trim_fmt();
    // The preset pads every cell by one column; the left edge is ours.
    text.lines().map(|row| row.strip_prefix(' ').unwrap_or(row)).collect::<Vec<_>>().join("\n")
}

/// A paragraph: an indented first line, and the others under the text of it.
pub fn paragraph(head: &str, text: &str, width: u16, out: &mut dyn Write) -> io::Result<()> {
    let indent = head.chars().count();
    let mut head = head.to_owned();
    for line in wrap(&show(text), usize::from(width).saturating_sub(indent).max(20)) {
        writeln!(out, "{head}{line}")?;
        head = " ".repeat(indent);
    }
    Ok(())
}

/// A line of the story: a verb, right-aligned, and the rest.
pub fn line(style: Style, verb: &str, rest: &str, err: &mut dyn Write) -> io::Result<()> {
    writeln!(err, "{style}{verb:>10}{style:#} {rest}")
}

/// The story: what was loaded and judged, and every kind of gap.
pub fn write_story(assessment: &Assessment, options: Options, err: &mut dyn Write) -> io::Result<()> {
    let run = &assessment.run;
    let summary = Summary::new(assessment);
    if !options.quiet {
        let loaded = format!(
            "{} from {} in {}",
            count(run.resources, "resource"),
            count(run.accounts.len() as u64, "account"),
            count(run.regions.len() as u64, "Region")
        );
        line(BOLD_GREEN, "Loaded", &loaded, err)?;
        let frameworks: Vec<String> = summary.framework_names().into_iter().map(str::to_owned).collect();
        let own = assessment.controls.iter().filter(|control| control.own).count();
        let own = if own == 0 { String::new() } else { format!(" ({} own)", number(own as u64)) };
        let controls = count(assessment.controls.len() as u64, "control");
        let evaluated = format!("{controls}{own} against {}", frameworks.join(", "));
        line(BOLD_GREEN, "Evaluated", &evaluated, err)?;
    }
    let gaps = gaps(assessment);
    for (call, outcome, n) in gaps.iter().take(GAPS) {
        let call = show(call);
        let words = outcome.as_str().replace('_', " ");
        line(BOLD_YELLOW, "Gap", &format!("{call} {words}, {}", count(*n, "call")), err)?;
    }
    if gaps.len() > GAPS {
        let rest: u64 = gaps.iter().skip(GAPS).map(|(_, _, n)| n).sum();
        let others = count((gaps.len() - GAPS) as u64, "other kind");
        line(BOLD_YELLOW, "Gap", &format!("{others} of gap, {}; the report names each", count(rest, "call")), err)?;
    }
    write_inventory(assessment, err)?;
    let off = run.profiles.iter().flat_map(|profile| &profile.off).filter(|entry| entry.in_force);
    let off: BTreeSet<&str> = off.map(|entry| entry.control.as_str()).collect();
    if !off.is_empty() {
        let text =
            format!("{} switched off; the report names each with its reason", count(off.len() as u64, "control"));
        line(BOLD_YELLOW, "Profile", &text, err)?;
    }
    if !assessment.notices.is_empty() {
        let n = assessment.notices.len() as u64;
        let rest = format!("{} about declaration and register; the report says what counts", count(n, "notice"));
        line(BOLD_YELLOW, "Notice", &rest, err)?;
    }
    Ok(())
}

/// What AWS Config knows and nobody read: how much of it, and how many places it may not know whole.
fn write_inventory(assessment: &Assessment, err: &mut dyn Write) -> io::Result<()> {
    let gaps = &assessment.run.coverage.inventory;
    let whole = |gap: &&InventoryGap| gap.kind == LISTING;
    let (accounts, types): (Vec<&InventoryGap>, Vec<&InventoryGap>) =
        gaps.iter().filter(|gap| !whole(gap)).partition(|gap| gap.kind == "AWS::Account");
    let sum = |gaps: &[&InventoryGap]| count(gaps.iter().map(|gap| gap.count).sum(), "resource");
    if !types.is_empty() {
        let kinds: BTreeSet<&str> = types.iter().map(|gap| gap.kind.as_str()).collect();
        let kinds = count(kinds.len() as u64, "type");
        let text = format!("{} of {kinds} known to AWS Config and not read; the report names each", sum(&types));
        line(BOLD_YELLOW, "Gap", &text, err)?;
    }
    if !accounts.is_empty() {
        let of = count(accounts.len() as u64, "account");
        let text = format!("{} of {of} that AWS Config knows and nobody read", sum(&accounts));
        line(BOLD_YELLOW, "Gap", &text, err)?;
    }
    let regions: usize = gaps.iter().filter(whole).map(|gap| gap.regions.len()).sum();
    if regions > 0 {
        let places = count(regions as u64, "place");
        line(BOLD_YELLOW, "Gap", &format!("AWS Config may not know all of {places}; the report says why"), err)?;
    }
    Ok(())
}

/// Gaps by operation and outcome, those of most calls first.
fn gaps(assessment: &Assessment) -> Vec<(String, CallOutcome, u64)> {
    let mut sums: BTreeMap<(String, CallOutcome), u64> = BTreeMap::new();
    for gap in &assessment.run.coverage.gaps {
        *sums.entry((format!("{}:{}", gap.service, gap.operation), gap.outcome)).or_default() += gap.count;
    }
    let mut gaps: Vec<_> = sums.into_iter().map(|((call, outcome), n)| (call, outcome, n)).collect();
    gaps.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| (&a.0, a.1).cmp(&(&b.0, b.1))));
    gaps
}

/// The result: the table of the Safes, the verdict, where the evidence is, and one next command.
pub fn write_summary(
    assessment: &Assessment,
    places: &Places,
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let summary = Summary::new(assessment);
    writeln!(out)?;
    write_table(&summary, options, out)?;
    writeln!(out)?;
    if options.verbose {
        write_failing(&summary, out)?;
    }
    let (style, word) = match assessment.verdict {
        RollUp::Met => (BOLD_GREEN, "PASS"),
        RollUp::NotMet => (BOLD_RED, "FAIL"),
        RollUp::Incomplete | RollUp::OutOfScope => (BOLD_YELLOW, "INCOMPLETE"),
    };
    writeln!(out, "{style}{word}{style:#}  {}", summary.verdict_line())?;
    let place = |name: &str, text: &str, out: &mut dyn Write| writeln!(out, "{name:>10}  {text}");
    if let Some(since) = &assessment.since {
        let [new, fixed, unchanged, gone] = [since.new, since.fixed, since.unchanged, since.no_longer_seen].map(number);
        place("since", &format!("{new} new, {fixed} fixed, {unchanged} unchanged, {gone} no longer seen"), out)?;
        for (control, resource) in since.new_sample.iter().take(if options.verbose { NEW } else { 0 }) {
            place("new", &format!("{} {}", show(control), show(resource)), out)?;
        }
    }
    if !places.report.is_empty() {
        place("report", show(&places.report).as_str(), out)?;
    }
    if !places.evidence.is_empty() {
        let hash = super::text::short_hash(&places.evidence_sha256).as_str().replace('…', "...");
        place("json", &format!("{}  sha256:{hash}", show(&places.evidence)), out)?;
    }
    for pack in &places.packs {
        place("pack", show(pack).as_str(), out)?;
    }
    place("next", &next(&summary), out)
}

/// One command that takes the reader further.
fn next(summary: &Summary) -> String {
    if let Some(control) = summary.failing.iter().find(|control| control.counts.not_met > 0) {
        return format!("havenmark explain {}", show(&control.id));
    }
    let awaits = summary.binding_unscored().find(|statement| statement.state == State::AwaitsAttestation);
    match (awaits, summary.unknown.first()) {
        (Some(statement), _) => format!("havenmark explain {}", show(&statement.id)),
        (None, Some(control)) => format!("havenmark explain {}", show(&control.id)),
        (None, None) => "havenmark list controls".to_owned(),
    }
}

fn write_table(summary: &Summary, options: Options, out: &mut dyn Write) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(options.width);
    table.force_no_tty();
    table.set_header(["Safe", "Baseline", "Not met", "Improve", "Not assessed", "Worst control"]);
    let baseline = summary.safes.iter().map(|safe| safe.state.words().len()).max().unwrap_or_default();
    let room = usize::from(options.width).saturating_sub(OTHER_COLUMNS + baseline.max("Baseline".len()));
    for safe in &summary.safes {
        // A narrow table has room for the id alone; a title is cut at two lines of its column.
        let worst = safe.worst.map_or_else(String::new, |control| {
            if options.width < 80 {
                return show(&control.id).as_str().to_owned();
            }
            let mut lines = wrap(&show(&format!("{} {}", control.id, control.title)), room);
            if lines.len() > 2 {
                lines.truncate(2);
                if let Some(last) = lines.last_mut() {
                    // Whole words only, with room for the mark.
                    while last.chars().count() >= room {
                        last.truncate(last.rfind(' ').unwrap_or_default());
                    }
                    last.push('…');
                }
            }
            lines.join("\n")
        });
        table.add_row([
            name(safe.safe),
            safe.state.words(),
            number(safe.binding_not_met),
            number(safe.improvements),
            number(safe.tally.unscored()),
            worst,
        ]);
    }
    for place in 2..5 {
        if let Some(column) = table.column_mut(place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let text = table.trim_fmt();
    for (place, row) in text.lines().enumerate() {
        // The preset pads every cell by one column; the left edge is ours.
        let row = row.strip_prefix(' ').unwrap_or(row);
        let safe = summary.safes.iter().find(|safe| row.starts_with(&name(safe.safe)));
        match safe {
            _ if place == 0 => writeln!(out, "{BOLD}{row}{BOLD:#}")?,
            Some(safe) => {
                let style = match safe.state {
                    RollUp::Met => BOLD_GREEN,
                    RollUp::NotMet => BOLD_RED,
                    RollUp::Incomplete | RollUp::OutOfScope => BOLD_YELLOW,
                };
                let word = safe.state.words();
                let (head, tail) = row.split_at_checked(name(safe.safe).len()).unwrap_or((row, ""));
                writeln!(out, "{head}{}", tail.replacen(&word, &format!("{style}{word}{style:#}"), 1))?;
            }
            None => writeln!(out, "{row}")?,
        }
    }
    Ok(())
}

fn write_failing(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    for control in summary.failing.iter().filter(|control| control.counts.not_met > 0) {
        let severity = control.severity.as_str();
        let (id, title) = (show(&control.id), show(&control.title));
        let n = control.counts.not_met;
        writeln!(out, "{severity:<8}  {id:<10}  {:>6}  {title}", number(n))?;
    }
    writeln!(out)
}

fn name(safe: Safe) -> String {
    capital(safe.as_str())
}

/// The frameworks in one phrase, for other parts of the terminal.
#[must_use]
pub fn frameworks(assessment: &Assessment) -> String {
    let names: Vec<String> = Summary::new(assessment).framework_names().into_iter().map(str::to_owned).collect();
    list(&names)
}

#[cfg(test)]
mod tests {
    use super::{Options, Places, write_story, write_summary};
    use crate::report::sample;

    fn plain(options: Options) -> String {
        let (assessment, _) = sample::example();
        let places = Places {
            report: "havenmark-report/report.html".into(),
            evidence: "havenmark-report/evidence.json".into(),
            evidence_sha256: "9f2c".repeat(16),
            packs: Vec::new(),
        };
        let mut stream = anstream::StripStream::new(Vec::new());
        write_story(&assessment, options, &mut stream).unwrap();
        write_summary(&assessment, &places, options, &mut stream).unwrap();
        String::from_utf8(stream.into_inner()).unwrap()
    }

    #[test]
    fn the_summary_of_the_example() {
        insta::assert_snapshot!(plain(Options::default()));
    }

    #[test]
    fn it_fits_on_a_screen_at_every_width() {
        for width in [60, 80, 100, 120] {
            let text = plain(Options { width, ..Options::default() });
            assert!(text.lines().count() <= 25, "{width}: {} lines\n{text}", text.lines().count());
            for line in
                text.lines().skip_while(|line| !line.starts_with("Safe ")).filter(|line| !line.contains("sha256:"))
            {
                assert!(line.chars().count() <= usize::from(width), "{width}: {line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }

    #[test]
    fn more_is_said_on_request() {
        assert!(plain(Options { verbose: true, ..Options::default() }).lines().count() > 30);
    }

    #[test]
    fn styles_are_six_colours_of_the_terminal_and_no_more() {
        let (assessment, _) = sample::hostile();
        let mut bytes = Vec::new();
        write_story(&assessment, Options::default(), &mut bytes).unwrap();
        write_summary(&assessment, &Places::default(), Options { verbose: true, ..Options::default() }, &mut bytes)
            .unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for escape in text.split('\u{1b}').skip(1) {
            let code = escape.split('m').next().unwrap_or_default();
            assert!(["[0", "[1", "[31", "[32", "[33"].contains(&code), "{code}");
        }
    }
}
