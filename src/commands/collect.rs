//! `havenmark collect`: live AWS to a snapshot.
//!
//! May import: everything below `commands`. Guarantees: nothing is written before the caller's identity is known; a
//! snapshot that is there is never touched; every gap is named at the end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{ExitStatus, Failure, inputs};
use crate::cli::{AwsArgs, CollectArgs, Global};
use crate::declaration::Declaration;
use crate::snapshot::{Reader, SnapshotError};
use crate::source::collectors;
use crate::ui::Streams;

pub(super) fn run(args: &CollectArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let res = declared(args.declaration.as_deref())?;
    if args.print_iam_policy {
        let policies = serde_json::Value::from(collectors::iam_policies(args.aws.role.as_deref(), &res));
        writeln!(streams.out, "{}", serde_json::to_string_pretty(&policies).unwrap_or_default())?;
        return Ok(ExitStatus::Met);
    }
    let snapshot = into(&args.output, &args.aws, &args.config_files, res, global, streams)?;
    writeln!(streams.out, "{}", args.output.display())?;
    if !global.quiet {
        tell(&snapshot, &args.output, streams)?;
    }
    Ok(ExitStatus::Met)
}

/// The environments of Research and Engineering Studio that a declaration names, each once.
pub(super) fn environments(declaration: Option<&Declaration>) -> Vec<String> {
    let named = declaration.and_then(|d| d.form().tre.as_ref()).and_then(|tre| tre.res.as_ref());
    named.into_iter().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Those of the file that an option names. A name that cannot be is an error here: nobody asked for anything else.
fn declared(path: Option<&Path>) -> Result<Vec<String>, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let declaration = inputs::declaration(path)?;
    if declaration.is_set_aside("tre.res") {
        return Err(Failure::sentence(format!(
            "{}: a name in tre.res is no name of an environment; each has up to 32 letters, digits, - and _, such as res-prod",
            declaration.place("tre.res")
        )));
    }
    Ok(environments(Some(&declaration)))
}

/// What came of it: every gap, and what to do next.
pub(super) fn tell(snapshot: &Reader, folder: &Path, streams: &mut Streams) -> Result<(), Failure> {
    let manifest = snapshot.manifest();
    for gap in &manifest.coverage.gaps {
        let times = if gap.count == 1 { String::new() } else { format!(" ({} calls)", gap.count) };
        let reason = crate::report::text::show(&gap.reason);
        writeln!(streams.err, "{:>10} {reason}, {} {}{times}", "Gap", gap.account, gap.region)?;
    }
    if let Some(inventory) = &manifest.inventory {
        let known = crate::model::plural::count(inventory.lines, "resource");
        writeln!(streams.err, "{:>10} {known} known to AWS Config", "Inventory")?;
    }
    writeln!(
        streams.err,
        "{:>10} {} of {} calls answered, snapshot sha256:{}",
        "Finished",
        manifest.coverage.answered,
        manifest.coverage.calls,
        snapshot.sha256()
    )?;
    writeln!(streams.err, "      next  havenmark audit {}", folder.display())?;
    Ok(())
}

/// A snapshot that cannot be begun or written.
pub(super) fn snapshot_failure(error: &SnapshotError) -> Failure {
    let text = miette::miette!("{error}");
    match error {
        SnapshotError::AlreadyThere(_) | SnapshotError::NotEmpty(_) => Failure::usage(text),
        _ => Failure::failed(text),
    }
}

#[cfg(not(feature = "live"))]
pub(super) fn into(
    _: &Path,
    _: &AwsArgs,
    _: &[PathBuf],
    _: Vec<String>,
    _: &Global,
    _: &mut Streams,
) -> Result<Reader, Failure> {
    Err(Failure::sentence(
        "this havenmark was built without network code (feature `live`), so it cannot read AWS; collect with one that has it and audit the snapshot here",
    ))
}

/// Collects into a folder, with the tables of the environments of Research and Engineering Studio that are given, and with what AWS Config delivered into files beside it.
#[cfg(feature = "live")]
pub(super) fn into(
    folder: &Path,
    aws: &AwsArgs,
    config_files: &[PathBuf],
    res: Vec<String>,
    global: &Global,
    streams: &mut Streams,
) -> Result<Reader, Failure> {
    use super::keeper::Keeper;
    use crate::snapshot::{Scope, Writer};
    use crate::source::aws::{self, CollectError, Options, Role};
    use crate::ui::clock;
    use crate::ui::progress::Progress;

    Writer::check(folder).map_err(|e| snapshot_failure(&e))?;
    // Before AWS is asked: a path that is wrong costs nobody an hour.
    let files = super::import::files(config_files)?;
    let options = Options {
        profile: aws.aws_profile.clone(),
        regions: aws.regions.clone(),
        endpoint_url: aws.endpoint_url.clone(),
        max_attempts: attempts()?,
        role: aws.role.clone().map(|name| Role { name, external_id: aws.external_id.clone() }),
        accounts: aws.accounts.clone(),
        res,
        ..Options::default()
    };
    let progress = Progress::new(global.no_progress || global.quiet, global.color, Box::new(std::io::stderr()));
    let bar = progress.calls("reading AWS");
    // A line for each account where there are several; of one the story says it all.
    let lines = aws.role.is_some() && !global.quiet;
    let tell = |line: &str| {
        if lines {
            progress.line(line);
        }
    };
    let mut keeper = Keeper { folder, plan: plan(&options), writer: None, kept: 0, tell: &tell };
    let collected = aws::collect(
        &options,
        &mut keeper,
        &|step| bar.advance(&format!("{step}, {} documents, {} gaps", step.documents, step.gaps)),
        &clock::now,
    );
    bar.clear();
    let summary = collected.map_err(|error| {
        let text = match error {
            CollectError::Interrupted => {
                miette::miette!(
                    "{error}. Go on with the same `havenmark collect -o {}`: accounts that were read whole are kept",
                    folder.display()
                )
            }
            _ => miette::miette!("{error}"),
        };
        match error {
            CollectError::NoRegion
            | CollectError::BadRegion(_)
            | CollectError::BadRole(_)
            | CollectError::BadAccount(_)
            | CollectError::NoCredentials => Failure::usage(text),
            _ => Failure::failed(text),
        }
    })?;
    if !global.quiet {
        writeln!(
            streams.err,
            "{:>10} {} of {} in {}",
            "Collected",
            crate::model::plural::count(summary.documents, "resource"),
            whose(&summary),
            summary.regions.join(", ")
        )?;
        if keeper.kept > 0 {
            let kept = crate::model::plural::count(keeper.kept as u64, "account");
            writeln!(streams.err, "{:>10} {kept} of an interrupted run", "Kept")?;
        }
    }
    let mut writer = keeper.writer.ok_or_else(|| Failure::failed(miette::miette!("nothing was collected")))?;
    super::import::keep(files.read(&clock::now), &mut writer);
    writer
        .finish(Scope {
            accounts: summary.accounts,
            regions: summary.regions,
            caller: Some(summary.caller_arn),
            collected_from: summary.collected_from,
            collected_to: summary.collected_to,
        })
        .map_err(|e| snapshot_failure(&e))
}

/// What makes two collections the same one, besides the account of the caller.
#[cfg(feature = "live")]
fn plan(options: &crate::source::aws::Options) -> crate::snapshot::Plan {
    let mut plan = crate::snapshot::Plan::new();
    let mut say = |name: &str, value: String| drop(plan.insert(name.to_owned(), value));
    say("regions", options.regions.join(","));
    say("accounts", options.accounts.join(","));
    say("res", options.res.join(","));
    say("endpoint", options.endpoint_url.clone().unwrap_or_default());
    say("role", options.role.as_ref().map(|role| role.name.clone()).unwrap_or_default());
    plan
}

#[cfg(feature = "live")]
fn whose(summary: &crate::source::aws::Summary) -> String {
    match summary.accounts.as_slice() {
        [account] => format!("account {account}"),
        accounts => format!("{} accounts, {} of them not reached", accounts.len(), summary.unreached.len()),
    }
}

/// How often a call is sent at most: `AWS_MAX_ATTEMPTS`, as every AWS tool reads it.
#[cfg(feature = "live")]
fn attempts() -> Result<u32, Failure> {
    match std::env::var("AWS_MAX_ATTEMPTS") {
        Err(_) => Ok(crate::source::aws::Options::default().max_attempts),
        Ok(text) => text.parse().ok().filter(|n| (1..=20).contains(n)).ok_or_else(|| {
            let shown = crate::report::text::show(&text);
            Failure::sentence(format!("AWS_MAX_ATTEMPTS is \"{shown}\"; set it to a number from 1 to 20, or unset it"))
        }),
    }
}
