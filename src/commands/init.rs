//! `havenmark init`: drafts `tre.toml` from a snapshot, or writes the example to copy from.
//!
//! May import: everything below `commands`. Guarantees: a file that is there is kept unless `--force` says otherwise; a new
//! one appears whole or not at all.

use std::io;
use std::path::Path;

use super::{ExitStatus, Failure, demo, inputs, place};
use crate::cli::{Global, InitArgs};
use crate::declaration::draft::{Draft, Scope, Survey};
use crate::declaration::register::FOLDER;
use crate::declaration::{Declaration, FILE_NAME};
use crate::model::plural::count;
use crate::snapshot::{Reader, SnapshotError};
use crate::ui::Streams;

pub(super) fn run(args: &InitArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    if let Some(folder) = &args.example {
        return example(folder, global, streams);
    }
    let to_stdout = args.output == Path::new("-");
    // Before the snapshot is read, so that nobody waits for a refusal.
    if !to_stdout && !args.force && args.output.symlink_metadata().is_ok() {
        return Err(there(&args.output));
    }
    let folder = tempfile::tempdir()?;
    let snapshot = if args.demo { demo::snapshot(&folder)? } else { open(&args.snapshot)? };
    let draft = Draft::of(&survey(&snapshot).map_err(|e| Failure::failed(miette::miette!("{e}")))?);
    let text = draft.text();
    // A draft that its own reader would refuse is a fault of this program, and no file.
    Declaration::parse("tre.toml", &text).map_err(Failure::failed)?;
    if to_stdout {
        streams.out.write_all(text.as_bytes())?;
    } else {
        write(&args.output, &text, args.force)?;
    }
    if !global.quiet {
        let values = count(draft.values() as u64, "value");
        let shown = if to_stdout { "standard output".to_owned() } else { args.output.display().to_string() };
        writeln!(
            streams.err,
            "     draft  {shown}: {values}, each with its source; check them before an audit counts"
        )?;
    }
    Ok(ExitStatus::Met)
}

/// Writes the example's declaration and register. The declaration comes last: a half example has none.
fn example(folder: &Path, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let at = |error: &io::Error| Failure::failed(miette::miette!("cannot write to {}: {error}", folder.display()));
    let register = folder.join(FOLDER);
    let declaration = folder.join(FILE_NAME);
    if let Some(there) = [&register, &declaration].into_iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(Failure::sentence(format!(
            "{} is there already and was kept; give --example another folder",
            there.display()
        )));
    }
    std::fs::create_dir_all(&register).map_err(|e| at(&e))?;
    let files = demo::register_texts();
    for (name, text) in &files {
        place::new_file(&register.join(name), text).map_err(|e| at(&e))?;
    }
    let text = demo::declaration_text().unwrap_or_default();
    if !place::new_file(&declaration, &text).map_err(|e| at(&e))? {
        return Err(there(&declaration));
    }
    if !global.quiet {
        let files = count(files.len() as u64, "file");
        writeln!(streams.err, "   example  {}: a declaration, and a register of {files}", folder.display())?;
    }
    Ok(ExitStatus::Met)
}

fn open(folder: &Path) -> Result<Reader, Failure> {
    match Reader::open(folder) {
        Err(SnapshotError::NotThere(_)) => Err(Failure::sentence(format!(
            "there is no snapshot at {}: run `havenmark collect -o {0}` first, or give the folder of one",
            folder.display()
        ))),
        _ => inputs::open(folder),
    }
}

/// Everything that a draft needs, one chunk of documents at a time.
fn survey(snapshot: &Reader) -> Result<Survey, SnapshotError> {
    let manifest = snapshot.manifest();
    let mut survey = Survey::new(Scope {
        accounts: manifest.accounts.clone(),
        regions: manifest.regions.clone(),
        collected: manifest.collected_to.to_string(),
    });
    snapshot.for_each_listing(|listing| survey.listing(&listing))?;
    for chunk in &manifest.chunks {
        snapshot.documents(chunk)?.iter().for_each(|document| survey.document(document));
    }
    Ok(survey)
}

fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let at = |error: &io::Error| Failure::failed(miette::miette!("cannot write to {}: {error}", path.display()));
    if path.is_dir() {
        return Err(Failure::sentence(format!("{} is a folder; give -o a file, such as tre.toml", path.display())));
    }
    if force {
        place::over(path, text.as_bytes()).map_err(|e| at(&e))
    } else if place::new_file(path, text).map_err(|e| at(&e))? {
        Ok(())
    } else {
        Err(there(path))
    }
}

fn there(path: &Path) -> Failure {
    Failure::sentence(format!(
        "{} is there already and was kept; give -o another name, or --force to write over it",
        path.display()
    ))
}
