//! `havenmark collect`: live AWS to a snapshot.
//!
//! May import: everything below `commands`. Guarantees: nothing is written before the caller's identity is known; a
//! snapshot that is there is never touched; every gap is named at the end.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{ExitStatus, Failure, inputs};
use crate::cli::{AwsArgs, CollectArgs, Global};
use crate::declaration::Declaration;
use crate::model::time::AsOf;
use crate::snapshot::{Reader, SnapshotError};
use crate::source::collectors;
use crate::source::table::declared::Tables;
use crate::source::trail::Wanted;
use crate::ui::Streams;

pub(super) fn run(args: &CollectArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let declared = declared(args.declaration.as_deref())?;
    let more = More {
        tables: tables(declared.as_ref()),
        wanted: wanted(declared.as_ref()),
        events: args.events,
        events_from: args.events_from,
        trail_files: &args.trail_files,
    };
    if args.print_iam_policy {
        let role = args.aws.role.as_deref();
        let policies = serde_json::Value::from(collectors::iam_policies(role, &more.tables, args.events));
        writeln!(streams.out, "{}", serde_json::to_string_pretty(&policies).unwrap_or_default())?;
        return Ok(ExitStatus::Met);
    }
    let snapshot = into(&args.output, &args.aws, &args.config_files, more, global, streams)?;
    writeln!(streams.out, "{}", args.output.display())?;
    if !global.quiet {
        tell(&snapshot, &args.output, streams)?;
    }
    Ok(ExitStatus::Met)
}

/// What is read besides the state of AWS.
#[derive(Debug, Default)]
#[cfg_attr(not(feature = "live"), expect(dead_code, reason = "without the network nothing is read"))]
pub(super) struct More<'a> {
    pub(super) tables: Tables,
    /// Whose events, and which buckets'.
    pub(super) wanted: Wanted,
    /// Whether the history of events is read.
    pub(super) events: bool,
    /// From when; none for as far back as it reaches.
    pub(super) events_from: Option<AsOf>,
    /// Files that trails delivered.
    pub(super) trail_files: &'a [PathBuf],
}

/// The tables that a declaration names, each once.
pub(super) fn tables(declaration: Option<&Declaration>) -> Tables {
    let form = declaration.map(Declaration::form);
    let named = form.and_then(|form| form.tre.as_ref()).and_then(|tre| tre.res.as_ref());
    let records = form.and_then(|form| form.airlock.as_ref()).and_then(|airlock| airlock.records.as_ref());
    Tables {
        environments: named.into_iter().flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect(),
        records: records.and_then(|table| table.strip_prefix("dynamodb:")).map(str::to_owned),
    }
}

/// The events that a declaration makes worth keeping.
fn wanted(declaration: Option<&Declaration>) -> Wanted {
    let form = declaration.map(Declaration::form);
    let outbound = form.and_then(|form| form.airlock.as_ref()).and_then(|airlock| airlock.outbound.as_ref());
    let people = form.and_then(|form| form.identity.as_ref()).and_then(|identity| identity.break_glass.as_ref());
    Wanted {
        buckets: outbound.into_iter().flatten().filter_map(|s| s.strip_prefix("s3:")).map(str::to_owned).collect(),
        people: people.into_iter().flatten().cloned().collect(),
    }
}

/// The file that an option names. A name that cannot be is an error here: nobody asked for anything else.
fn declared(path: Option<&Path>) -> Result<Option<Declaration>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let declaration = inputs::declaration(path)?;
    let place = |path| declaration.place(path);
    if declaration.is_set_aside("tre.res") {
        return Err(Failure::sentence(format!(
            "{}: a name in tre.res is no name of an environment; each has up to 32 letters, digits, - and _, such as res-prod",
            place("tre.res")
        )));
    }
    for (path, says) in [
        ("airlock.records", "airlock.records names no table; it is written dynamodb:NAME"),
        ("airlock.outbound", "a name in airlock.outbound is no bucket; each is written s3:NAME"),
        ("identity.break_glass", "a name in identity.break_glass is no name of a user"),
    ] {
        if declaration.is_set_aside(path) {
            return Err(Failure::sentence(format!("{}: {says}", place(path))));
        }
    }
    Ok(Some(declaration))
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
    _: More<'_>,
    _: &Global,
    _: &mut Streams,
) -> Result<Reader, Failure> {
    Err(Failure::sentence(
        "this havenmark was built without network code (feature `live`), so it cannot read AWS; collect with one that has it and audit the snapshot here",
    ))
}

/// Collects into a folder, with what is asked for besides, and with what AWS Config delivered into files beside it.
#[cfg(feature = "live")]
pub(super) fn into(
    folder: &Path,
    aws: &AwsArgs,
    config_files: &[PathBuf],
    more: More<'_>,
    global: &Global,
    streams: &mut Streams,
) -> Result<Reader, Failure> {
    use super::keeper::Keeper;
    use crate::snapshot::{Scope, Writer};
    use crate::source::aws::{self, CollectError, Events, Options, Role};
    use crate::source::trail_files;
    use crate::ui::clock;
    use crate::ui::progress::Progress;

    Writer::check(folder).map_err(|e| snapshot_failure(&e))?;
    // Before AWS is asked: a path that is wrong costs nobody an hour.
    let files = super::import::files(config_files)?;
    let trails = trail_files::Files::find(more.trail_files)
        .map_err(|error| Failure::sentence(format!("--trail-files: {error}")))?;
    // Each account is handed its own as it ends.
    let trails = trails.read(&more.wanted, &clock::now);
    let options = Options {
        profile: aws.aws_profile.clone(),
        regions: aws.regions.clone(),
        endpoint_url: aws.endpoint_url.clone(),
        max_attempts: attempts()?,
        role: aws.role.clone().map(|name| Role { name, external_id: aws.external_id.clone() }),
        accounts: aws.accounts.clone(),
        tables: more.tables,
        events: more.events.then_some(Events { from: more.events_from, wanted: more.wanted }),
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
    let mut plan = plan(&options);
    plan.insert("trail files".to_owned(), trails.sha256());
    let mut keeper = Keeper { folder, plan, writer: None, kept: 0, beside: trails.documents, tell: &tell };
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
        for account in keeper.beside.keys().filter(|account| !summary.accounts.contains(account)) {
            writeln!(streams.err, "{:>10} events of account {account}, which was not read", "Left out")?;
        }
    }
    let mut writer = keeper.writer.ok_or_else(|| Failure::failed(miette::miette!("nothing was collected")))?;
    super::import::keep(files.read(&clock::now), &mut writer);
    for call in trails.calls {
        writer.record(call);
    }
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
    say("res", options.tables.environments.join(","));
    say("records", options.tables.records.clone().unwrap_or_default());
    say("events", options.events.as_ref().map(|events| format!("{events:?}")).unwrap_or_default());
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
