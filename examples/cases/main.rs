//! The cases of the pack as they lie on disk: what a policy, a control or a case is worth, without a build for each change.
//!
//! `cargo run --example cases -- [-v] [ID or beginning …]`, in the folder that holds `controls/` and `policies/`. With `-v`
//! each case's verdict and reason. May import: the library. Guarantees: a case that goes wrong ends it with 1.

use std::collections::BTreeSet;
use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use havenmark::catalogue::{Catalogue, Pack};
use havenmark::commands::test::{Case, CaseFile};
use havenmark::policy::Judge;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let (options, wanted): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with('-'));
    let verbose = options.iter().any(|option| option == "-v");
    let catalogue = Catalogue::load(&Pack::from_root(Path::new("."))?)?;
    let judge = Judge::compile(&catalogue)?;
    let mut out = std::io::stdout().lock();
    let (mut passed, mut failed) = (0, 0);
    let mut with_cases = BTreeSet::new();
    let mut files = Vec::new();
    files_below(Path::new("fixtures/controls"), &mut files)?;
    for path in files {
        let id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !wanted.is_empty() && !wanted.iter().any(|w| id.starts_with(w.as_str())) {
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        let file: CaseFile = toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        for case in &file.cases {
            match case.check(&id, &catalogue, &judge) {
                Ok(()) => passed += 1,
                Err(problem) => {
                    failed += 1;
                    writeln!(out, "{id}: {}: {problem}", case.name)?;
                }
            }
            if verbose {
                writeln!(out, "{id}: {}: {}", case.name, verdict(case, &id, &catalogue, &judge))?;
            }
        }
        with_cases.insert(id);
    }
    for control in &catalogue.controls {
        let id = control.id.to_string();
        if wanted.iter().any(|w| id.starts_with(w.as_str())) && !with_cases.contains(&id) {
            failed += 1;
            writeln!(out, "{id}: it has no case")?;
        }
    }
    writeln!(out, "{passed} passed, {failed} failed")?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What a case gives, with the reason.
fn verdict(case: &Case, id: &str, catalogue: &Catalogue, judge: &Judge) -> String {
    let judgements = match case.judge(judge) {
        Ok(judgements) => judgements,
        Err(problem) => return problem,
    };
    let of = |index: usize| catalogue.controls.get(index).is_some_and(|control| control.id.as_str() == id);
    let found = judgements.iter().find(|judgement| of(judgement.control));
    found.map_or_else(|| "no verdict".to_owned(), |j| format!("{} {}", j.outcome, j.reason))
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_below(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}
