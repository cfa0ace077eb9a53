//! A plan, with the code beside it where the input holds some, read and turned into documents.
//!
//! May import: the library alone. Guarantees: what it asserts of every input is what the program promises of every plan.

use havenmark::model::planned::{Input, Planned};
use havenmark::source::planned::{Site, documents};
use havenmark::source::terraform::{self, Options};

/// Between a plan and the text of `main.tf`.
const CODE: &[u8] = b"\n=== main.tf\n";

/// Reads one input; panics where a promise is broken.
pub(crate) fn run(data: &[u8]) {
    let at = data.windows(CODE.len()).position(|part| part == CODE);
    let (plan, code) = data.split_at(at.unwrap_or(data.len()));
    let code = code.strip_prefix(CODE).map(|code| ("main.tf".to_owned(), String::from_utf8_lossy(code).into_owned()));
    let options = Options { tf_files: code.into_iter().collect(), account: None, region: Some("eu-west-2".to_owned()) };
    match terraform::read("plan.json", plan, &options) {
        Ok(input) => hold(&input),
        Err(error) => {
            assert!(!error.message.is_empty() && error.message.len() < 2_000, "{} bytes", error.message.len());
            assert!(error.message.ends_with('.'), "{}", error.message);
        }
    }
}

/// A plan has one world, every unknown says why, and what was read can be made documents.
fn hold(input: &Input) {
    assert_eq!(input.worlds.len(), 1);
    let Some(world) = input.worlds.first() else { return };
    assert!(world.resources.is_sorted_by(|a, b| a.address <= b.address));
    assert!(!world.resources.is_empty() || !input.unjudgeable.is_empty(), "nothing, and nothing said of it");
    for (name, property) in world.resources.iter().flat_map(|resource| &resource.properties) {
        if let Planned::Unknown(reason) = &property.value {
            assert!(!reason.is_empty(), "{name} is unknown for no reason");
        }
    }
    assert!(input.unjudgeable.iter().all(|part| !part.reason.is_empty()));
    let _ = documents(world, &Site::default());
}
