//! Tells cargo that the control pack and the embedded estates are part of the program: a new file there rebuilds it.
//!
//! May import: nothing. Guarantees: no code is generated.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    for folder in ["controls", "fixtures/controls", "fixtures/estates", "frameworks", "policies", "reports"] {
        writeln!(out, "cargo:rerun-if-changed={folder}")?;
    }
    Ok(())
}
