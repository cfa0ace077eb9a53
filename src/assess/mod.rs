//! Verdicts, attestations and exceptions to statement scores, and on to capability, pillar and Safe.
//!
//! May import: `model`, `catalogue`, `snapshot`, `declaration`, `graph`, `policy`. Guarantees: a pure function of its
//! inputs; nothing is dropped, totals sum; memory follows the largest account, not the estate.

mod changes;
pub mod gate;
mod known;
mod lines;
mod located;
mod locations;
mod obligations;
mod processing;
mod rollup;
pub mod run;
pub mod score;
pub mod stance;
mod supporting;
mod tally;

pub use changes::{EvidenceError, PreviousRun};
pub use run::{Inputs, RunError, run};
