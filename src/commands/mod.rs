//! One file per subcommand.
//!
//! May import: everything. Guarantees: stdout is the result, stderr the story; no command exits the process itself; every
//! failure is a sentence that says what to do.

mod attest;
mod audit;
mod check;
mod collect;
mod demo;
mod explain;
mod import;
mod init;
pub mod inputs;
#[cfg(feature = "live")]
mod keeper;
mod known;
mod list;
mod place;
pub mod test;
mod why;

use std::process::{ExitCode, Termination};

use clap::CommandFactory as _;

use crate::cli::{Cli, Command};
use crate::ui::{self, Streams};

/// Exit codes; scripts depend on them. They do not depend on the output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Met, or the command did its work.
    Met = 0,
    /// The program failed.
    Failed = 1,
    /// An option, file or declaration has to be corrected.
    Usage = 2,
    NotMet = 3,
    /// Something mandatory could not be assessed.
    Incomplete = 4,
}

impl Termination for ExitStatus {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}

/// Why a command stopped.
#[derive(Debug)]
pub struct Failure {
    /// [`ExitStatus::Failed`] or [`ExitStatus::Usage`].
    pub status: ExitStatus,
    pub report: miette::Report,
}

impl Failure {
    /// Something the caller can correct.
    pub fn usage(error: impl Into<miette::Report>) -> Self {
        Self { status: ExitStatus::Usage, report: error.into() }
    }

    /// Something that went wrong.
    pub fn failed(error: impl Into<miette::Report>) -> Self {
        Self { status: ExitStatus::Failed, report: error.into() }
    }

    /// A usage failure from a sentence.
    pub fn sentence(text: impl std::fmt::Display) -> Self {
        Self::usage(miette::miette!("{text}"))
    }
}

/// A stream or a temporary file did not do what was asked. The cause stays behind it: a closed pipe is told by it.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("reading or writing failed")]
struct Io(#[from] std::io::Error);

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(Io(error))
    }
}

/// Runs a command and says how it ended.
pub fn run(cli: &Cli, streams: &mut Streams) -> ExitStatus {
    let result = match &cli.command {
        Command::Demo(args) => demo::run(args, &cli.global, streams),
        Command::Collect(args) => collect::run(args, &cli.global, streams),
        Command::Init(args) => init::run(args, &cli.global, streams),
        Command::Import(args) => import::run(args, &cli.global, streams),
        Command::Audit(args) => audit::run(args, &cli.global, streams),
        Command::Check(args) => check::run(args, &cli.global, streams),
        Command::Explain(args) => explain::run(args, streams),
        Command::List(args) => list::run(args, streams),
        Command::Why(args) => why::run(args, streams),
        Command::Attest(args) => attest::run(args, &cli.global, streams),
        Command::Test(args) => test::run(args, streams),
        Command::Completions(args) => {
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut Cli::command(), "havenmark", &mut script);
            streams.out.write_all(&script).map(|()| ExitStatus::Met).map_err(Failure::from)
        }
        Command::Man => clap_mangen::Man::new(Cli::command())
            .render(&mut streams.out)
            .map(|()| ExitStatus::Met)
            .map_err(Failure::from),
    };
    let flushed = streams.flush().map_err(Failure::from);
    match result.and_then(|status| flushed.map(|()| status)) {
        Ok(status) => status,
        // The reader of our output went away: it has what it wanted.
        Err(failure) if ui::is_broken_pipe(failure.report.as_ref()) => ExitStatus::Met,
        Err(failure) => {
            // Nothing more can be done where standard error is closed too.
            let _ = writeln!(streams.err, "{:?}", failure.report);
            let _ = streams.err.flush();
            failure.status
        }
    }
}
