//! The program: parse, run, return an exit status.
//!
//! May import: `cli`, `commands`, `ui`. Guarantees: under 40 lines; no logic.

use clap::Parser as _;
use havenmark::cli::Cli;
use havenmark::commands::{self, ExitStatus};
use havenmark::ui::Streams;

fn main() -> ExitStatus {
    let cli = Cli::parse();
    let mut streams = Streams::new(cli.global.color);
    commands::run(&cli, &mut streams)
}
