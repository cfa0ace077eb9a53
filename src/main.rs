//! The program: parse, run, return an exit status.
//!
//! May import: `cli`, `commands`, `ui`. Guarantees: under 40 lines; no logic.

use clap::Parser as _;
use havenmark::cli::Cli;
use havenmark::commands::{self, ExitStatus};
use havenmark::ui::Streams;

// An audit makes and drops millions of small facts on every thread; the system allocator took a third of its time
// (`docs/performance.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitStatus {
    let cli = Cli::parse();
    let mut streams = Streams::new(cli.global.color);
    commands::run(&cli, &mut streams)
}
