//! `havenmark import`: a snapshot of what AWS Config delivered into files, without network.
//!
//! May import: everything below `commands`. Guarantees: a path that is wrong is told before anything is written; the scope
//! is what the files name; nothing that they say becomes a fact.

use std::path::PathBuf;

use super::collect::{snapshot_failure, tell};
use super::{ExitStatus, Failure};
use crate::cli::{Global, ImportArgs};
use crate::model::plural::count;
use crate::snapshot::{FILES, Scope, Writer};
use crate::source::config_files::{Delivered, Files};
use crate::ui::{Streams, clock};

pub(super) fn run(args: &ImportArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    Writer::check(&args.output).map_err(|e| snapshot_failure(&e))?;
    let files = files(&args.config_files)?;
    let collected_from = clock::now();
    let delivered = files.read(&clock::now);
    let accounts: Vec<String> = delivered.accounts.iter().cloned().collect();
    let regions: Vec<String> =
        delivered.regions.iter().filter(|r| !["global", "unknown"].contains(&r.as_str())).cloned().collect();
    if !global.quiet {
        let read = count(delivered.calls.len() as u64, "file");
        let of = count(accounts.len() as u64, "account");
        writeln!(streams.err, "{:>10} {read} of {of} in {}", "Imported", regions.join(", "))?;
    }
    let mut writer = Writer::create(&args.output).map_err(|e| snapshot_failure(&e))?;
    keep(delivered, &mut writer);
    let scope = Scope { accounts, regions, caller: None, collected_from, collected_to: clock::now() };
    let snapshot = writer.finish(scope).map_err(|e| snapshot_failure(&e))?;
    writeln!(streams.out, "{}", args.output.display())?;
    if !global.quiet {
        tell(&snapshot, &args.output, streams)?;
    }
    Ok(ExitStatus::Met)
}

/// The files of the paths that an option names.
pub(super) fn files(paths: &[PathBuf]) -> Result<Files, Failure> {
    Files::find(paths).map_err(|error| Failure::sentence(format!("--config-files: {error}")))
}

/// Writes what files gave.
pub(super) fn keep(mut delivered: Delivered, writer: &mut Writer) {
    for call in std::mem::take(&mut delivered.calls) {
        writer.record(call);
    }
    for row in delivered.into_rows() {
        writer.inventoried(FILES, row);
    }
}
