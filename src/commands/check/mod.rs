//! `havenmark check`: judges infrastructure code before it is deployed.
//!
//! May import: everything below `commands`. Guarantees: an input in which nothing could be judged is never a success; the exit
//! code follows the verdicts, `--fail-on` and `--new-only` alone and not the output format; files are written whole or not
//! at all.

mod code;
mod joined;
mod judging;
mod origins;
mod output;
pub(super) mod why;

use std::collections::BTreeSet;

use super::{ExitStatus, Failure};
use crate::catalogue::Catalogue;
use crate::cli::{CheckArgs, FailOn, Global};
use crate::model::assessment::Notice;
use crate::model::checked::Checked;
use crate::model::id::Severity;
use crate::model::score::{Importance, RollUp};
use crate::model::verdict::Outcome;
use crate::report::gate::baseline::{self, Baseline};
use crate::report::terminal::paragraph;
use crate::ui::{Streams, width};
use code::Code;
use judging::Found;

pub(super) fn run(args: &CheckArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let outputs = output::plan(args)?;
    let baseline = args.baseline.as_deref().map(read_baseline).transpose()?;
    let code = code::read(&args.files, &args.code)?;
    let judged = |found: Found<'_>| Ok(checked(&code, found));
    let (mut checked, notices) = judging::judge(&args.code, &args.judge, &code, judged)?;
    if !global.quiet {
        for notice in &notices {
            let text = format!("{} {}", notice.place, notice.text);
            paragraph("    notice  ", text.trim(), width::of_stdout(), &mut streams.err)?;
        }
    }
    if let Some(baseline) = &baseline {
        let older = baseline::apply(&mut checked, baseline);
        if older > 0 {
            let entries = if older == 1 {
                "1 entry of the baseline names".to_owned()
            } else {
                format!("{older} entries of the baseline name")
            };
            let text = format!(
                "{entries} a finding without its file, and nothing is known by that: any file may have a resource of one address. Write \
                 the baseline anew with --format json=FILE."
            );
            paragraph("    notice  ", &text, width::of_stdout(), &mut streams.err)?;
        }
    }
    output::write(&outputs, &checked, global, args.new_only, streams)?;
    Ok(status(&checked, args))
}

fn read_baseline(path: &std::path::Path) -> Result<Baseline, Failure> {
    let text = std::fs::read(path).map_err(|error| {
        Failure::sentence(format!("cannot read the baseline {}: {error}; correct --baseline", path.display()))
    })?;
    Baseline::read(&text).map_err(|error| Failure::sentence(format!("{}: {error}", path.display())))
}

/// The result of the code that was judged.
fn checked(code: &[Code], found: Found<'_>) -> (Checked, Vec<Notice>) {
    let mut joined = joined::Joined::new(found.gate.catalogue, found.gate.standings);
    for (one, verdicts) in code.iter().zip(found.verdicts) {
        joined.add(one, verdicts);
    }
    (joined.finish(), found.notices)
}

/// Controls that map to a statement of importance Mandatory.
fn mandatory(catalogue: &Catalogue) -> BTreeSet<String> {
    let statements = catalogue.satre.statements.iter().filter(|s| s.importance == Importance::Mandatory);
    statements.flat_map(|statement| catalogue.controls_of(statement).0).map(|control| control.id.to_string()).collect()
}

/// The exit status of a check.
fn status(checked: &Checked, args: &CheckArgs) -> ExitStatus {
    let worst =
        checked.of(Outcome::NotMet).filter(|found| !(args.new_only && found.known)).map(|found| found.severity).max();
    let fails = match args.fail_on.unwrap_or(FailOn::Any) {
        FailOn::Never => false,
        FailOn::Critical => worst >= Some(Severity::Critical),
        FailOn::High => worst >= Some(Severity::High),
        FailOn::Medium => worst >= Some(Severity::Medium),
        FailOn::Low | FailOn::Any => worst.is_some(),
    };
    let status = if fails {
        ExitStatus::NotMet
    } else if !checked.incomplete.is_empty() {
        ExitStatus::Incomplete
    } else {
        ExitStatus::Met
    };
    if args.exit_zero { ExitStatus::Met } else { status }
}

/// The roll-up of a check.
fn roll_up(not_met: bool, incomplete: bool) -> RollUp {
    match (not_met, incomplete) {
        (true, _) => RollUp::NotMet,
        (false, true) => RollUp::Incomplete,
        (false, false) => RollUp::Met,
    }
}
