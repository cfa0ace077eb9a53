//! `havenmark audit`: judges a snapshot and writes the reports.
//!
//! May import: everything below `commands`. Guarantees: the exit code follows the verdict and `--fail-on` alone; neither
//! they nor the output format change a byte of the reports.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::inputs::{self, Files};
use super::{ExitStatus, Failure};
use crate::assess::{self, PreviousRun};
use crate::cli::{AuditArgs, FailOn, Format, Global, PackName};
use crate::model::assessment::Assessment;
use crate::model::id::Severity;
use crate::model::score::RollUp;
use crate::model::time::AsOf;
use crate::report;
use crate::report::packs::Pack;
use crate::report::terminal::{self, Options, Places};
use crate::snapshot::Reader;
use crate::ui::{Streams, width};

pub(super) fn run(args: &AuditArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let files = Files::read(&args.judge)?;
    let previous = match &args.since {
        Some(file) => Some(PreviousRun::load(file).map_err(|e| Failure::usage(miette::miette!("{e}")))?),
        None => None,
    };
    let snapshot = if let Some(folder) = &args.snapshot {
        inputs::open(folder)?
    } else {
        let tables = super::collect::tables(files.declaration.as_ref());
        let more = super::collect::More { tables, ..Default::default() };
        super::collect::into(&args.output.join("snapshot"), &args.aws, &[], more, global, streams)?
    };
    let (assessment, written) =
        judge(&snapshot, &files, args.judge.as_of, previous, &args.output, &packs(&args.packs))?;
    show(&assessment, &written, args.format, global, streams)?;
    Ok(status(&assessment, args.fail_on, args.exit_zero))
}

/// Judges a snapshot and writes the reports into a folder.
pub(super) fn judge(
    snapshot: &Reader,
    files: &Files,
    as_of: Option<AsOf>,
    previous: Option<PreviousRun>,
    output: &Path,
    packs: &BTreeSet<Pack>,
) -> Result<(Assessment, report::Written), Failure> {
    inputs::with_inputs(snapshot, files, as_of, previous, |inputs| {
        if output.exists() && !output.is_dir() {
            let shown = output.display();
            return Err(Failure::sentence(format!("{shown} is no folder; give -o one for the reports, new or there")));
        }
        std::fs::create_dir_all(output).map_err(|e| at(output, &e))?;
        // Unnamed: it is gone with the process, however that ends.
        let mut spool = tempfile::tempfile_in(output).map_err(|e| at(output, &e))?;
        let mut lines = BufWriter::with_capacity(1 << 20, &mut spool);
        let assessment = assess::run(inputs, &mut lines).map_err(|e| Failure::failed(miette::miette!("{e}")))?;
        lines.flush().map_err(|e| at(output, &e))?;
        drop(lines);
        spool.seek(SeekFrom::Start(0)).map_err(|e| at(output, &e))?;
        let lines = BufReader::with_capacity(1 << 20, spool).split(b'\n');
        let written =
            report::write(output, &assessment, lines, packs).map_err(|e| Failure::failed(miette::miette!("{e}")))?;
        Ok((assessment, written))
    })
}

/// The packs of a command line.
pub(super) fn packs(names: &[PackName]) -> BTreeSet<Pack> {
    let of = |name: &PackName| match name {
        PackName::All => Pack::ALL.to_vec(),
        PackName::Satre => vec![Pack::Satre],
        PackName::Dspt => vec![Pack::Dspt],
        PackName::Gdpr => vec![Pack::Gdpr],
    };
    names.iter().flat_map(of).collect()
}

fn at(path: &Path, error: &std::io::Error) -> Failure {
    Failure::failed(miette::miette!("cannot write to {}: {error}", path.display()))
}

/// The summary for people, or the evidence for programs.
pub(super) fn show(
    assessment: &Assessment,
    written: &report::Written,
    format: Format,
    global: &Global,
    streams: &mut Streams,
) -> Result<(), Failure> {
    let options = Options { width: width::of_stdout(), verbose: global.verbose, quiet: global.quiet };
    terminal::write_story(assessment, options, &mut streams.err)?;
    match format {
        Format::Table => {
            let places = Places {
                report: written.report_path.display().to_string(),
                evidence: written.evidence_path.display().to_string(),
                evidence_sha256: written.evidence_sha256.clone(),
                packs: written.pack_paths.iter().map(|path| path.display().to_string()).collect(),
            };
            terminal::write_summary(assessment, &places, options, &mut streams.out)?;
        }
        Format::Json => {
            let path = &written.evidence_path;
            let mut evidence = std::fs::File::open(path)?;
            std::io::copy(&mut evidence, &mut streams.out)?;
        }
    }
    streams.out.flush()?;
    Ok(())
}

/// The exit status of an audit.
pub(super) fn status(assessment: &Assessment, fail_on: Option<FailOn>, exit_zero: bool) -> ExitStatus {
    let by_verdict = match assessment.verdict {
        RollUp::Met | RollUp::OutOfScope => ExitStatus::Met,
        RollUp::NotMet => ExitStatus::NotMet,
        RollUp::Incomplete => ExitStatus::Incomplete,
    };
    let worst = assessment.controls.iter().filter(|c| c.counts.not_met > 0).map(|c| c.severity).max();
    let threshold = |fail_on: FailOn| match fail_on {
        FailOn::Critical => Severity::Critical,
        FailOn::High => Severity::High,
        FailOn::Medium => Severity::Medium,
        FailOn::Low | FailOn::Any | FailOn::Never => Severity::Low,
    };
    let status = match fail_on {
        Some(FailOn::Never) if by_verdict == ExitStatus::NotMet => ExitStatus::Met,
        Some(FailOn::Never) | None => by_verdict,
        Some(severity) if worst.is_some_and(|w| w >= threshold(severity)) => ExitStatus::NotMet,
        Some(_) => by_verdict,
    };
    match status {
        ExitStatus::NotMet | ExitStatus::Incomplete if exit_zero => ExitStatus::Met,
        other => other,
    }
}
