//! One file per subcommand.
//!
//! May import: everything. Guarantees: stdout is the result, stderr the story; no command exits the process itself.

pub mod test;
