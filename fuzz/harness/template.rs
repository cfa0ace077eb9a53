//! A template in YAML or JSON, and the same bytes as a file of parameters.
//!
//! May import: the library alone. Guarantees: what it asserts of every input is what the program promises of every template.

use havenmark::model::planned::{Input, InputError, Planned};
use havenmark::source::cloudformation::{self, Options, collected, parameter_file};
use havenmark::source::planned::{Site, documents};

/// Reads one input in both ways; panics where a promise is broken.
pub(crate) fn run(data: &[u8]) {
    let (read, again) =
        (|| cloudformation::read("t.yaml", data, &Options::default()), || parameter_file("p.json", data));
    match read() {
        Ok(input) => hold(input),
        Err(error) => sentence(&error),
    }
    if let Err(error) = again() {
        sentence(&error);
    }
}

fn sentence(error: &InputError) {
    assert!(!error.message.is_empty() && error.message.len() < 12_000, "{} bytes", error.message.len());
    assert!(error.place.line == 0 || error.place.column > 0, "a line without a column");
}

/// There is a world, every unknown says why, and what was read can be made documents.
fn hold(input: Input) {
    assert!(!input.worlds.is_empty());
    for world in input.worlds {
        let (world, unjudgeable) = collected(world);
        assert!(unjudgeable.iter().all(|part| !part.reason.is_empty()));
        for (name, property) in world.resources.iter().flat_map(|resource| &resource.properties) {
            if let Planned::Unknown(reason) = &property.value {
                assert!(!reason.is_empty(), "{name} is unknown for no reason");
            }
        }
        let _ = documents(&world, &Site::default());
    }
}
