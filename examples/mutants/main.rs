//! `cargo run --example mutants -- SET-LOG-03`: the mutants of a control's policies that none of its cases notices.
//!
//! In the folder that holds `controls/`, `policies/` and `fixtures/controls/`, which are read as they lie on disk, so that a
//! change to them needs no build. Without an id, every control.

mod mutate;

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use havenmark::catalogue::{Catalogue, Pack};
use havenmark::commands::test::CaseFile;
use havenmark::policy::Judge;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let catalogue = Catalogue::load(&Pack::from_root(Path::new("."))?)?;
    if let Some(id) = wanted.iter().find(|id| catalogue.control(id).is_none()) {
        return Err(format!("no control has the id {id}").into());
    }
    let judge = Judge::compile(&catalogue)?;
    let mut out = std::io::stdout();
    let mut total = (0, 0);
    for control in &catalogue.controls {
        let id = control.id.as_str();
        if !wanted.is_empty() && !wanted.iter().any(|w| w == id) {
            continue;
        }
        let path = format!("fixtures/controls/{}/{}/{id}.toml", control.id.safe(), control.id.area());
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
        let file: CaseFile = toml::from_str(&text).map_err(|e| format!("{path}: {e}"))?;
        let all = mutate::mutants(&judge.policy_text(id))?;
        let alive = mutate::survivors(&catalogue, &judge, control, &file, &all)?;
        total = (total.0 + all.len(), total.1 + alive.len());
        for what in alive {
            writeln!(out, "{what}")?;
        }
    }
    writeln!(out, "{} of {} mutants survived", total.1, total.0)?;
    Ok(if total.1 == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
