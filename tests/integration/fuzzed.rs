//! The seeds of the fuzz targets, through the very functions that `scripts/fuzz` runs: whatever was found once stays mended.

use std::error::Error;
use std::path::Path;

#[path = "../../fuzz/harness/intrinsic.rs"]
mod intrinsic;
#[path = "../../fuzz/harness/plan.rs"]
mod plan;
#[path = "../../fuzz/harness/template.rs"]
mod template;

/// The targets by name, each with what it does with an input.
type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 3] = [("intrinsic", intrinsic::run), ("plan", plan::run), ("template", template::run)];

/// The largest seed in bytes: libFuzzer makes larger ones out of them by itself.
const LARGEST: usize = 32 * 1024;

fn fuzz() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz"))
}

/// A seed that breaks a promise panics, and its name is what the test printed last.
#[test]
fn every_seed_keeps_what_the_targets_promise() -> Result<(), Box<dyn Error>> {
    for (name, run) in TARGETS {
        let mut seeds: Vec<_> = std::fs::read_dir(fuzz().join("seeds").join(name))?
            .map(|seed| seed.map(|seed| seed.path()))
            .collect::<Result<_, _>>()?;
        seeds.sort();
        assert!(seeds.len() >= 10, "{name} has {} seeds", seeds.len());
        for seed in seeds {
            let data = std::fs::read(&seed)?;
            assert!(data.len() <= LARGEST, "{} has {} bytes", seed.display(), data.len());
            #[expect(clippy::disallowed_macros, reason = "as above")]
            {
                eprintln!("{}", seed.display());
            }
            run(&data);
        }
    }
    Ok(())
}

#[test]
fn the_script_and_the_workspace_know_every_target() -> Result<(), Box<dyn Error>> {
    let manifest: toml::Table = std::fs::read_to_string(fuzz().join("Cargo.toml"))?.parse()?;
    let bins = manifest.get("bin").and_then(toml::Value::as_array).ok_or("no targets")?;
    let mut named: Vec<&str> = bins.iter().filter_map(|bin| bin.get("name")?.as_str()).collect();
    named.sort_unstable();
    assert_eq!(named, TARGETS.map(|(name, _)| name));
    let script = std::fs::read_to_string(fuzz().with_file_name("scripts").join("fuzz"))?;
    for name in named {
        assert!(script.contains(name), "scripts/fuzz does not run {name}");
        let target = std::fs::read_to_string(fuzz().join(format!("fuzz_targets/{name}.rs")))?;
        assert!(target.contains(&format!("../harness/{name}.rs")), "{name} runs something else than the test");
    }
    Ok(())
}
