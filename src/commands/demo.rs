//! `havenmark demo`: audits the embedded example environment.
//!
//! May import: everything below `commands`. Guarantees: the same path as `audit`, from a snapshot on; exit 0 when it did
//! its work, and the code that `audit` would have returned is printed.

use include_dir::{Dir, include_dir};

use super::inputs::{self, Files};
use super::{ExitStatus, Failure, audit};
use crate::cli::{DemoArgs, Format, Global};
use crate::declaration::register::{FOLDER, Register};
use crate::declaration::{Declaration, FILE_NAME};
use crate::snapshot::Reader;
use crate::source::estate::EstateFiles;
use crate::ui::Streams;

static ESTATE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/estates/demo");

pub(super) fn run(args: &DemoArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    let folder = tempfile::tempdir()?;
    let snapshot = snapshot(&folder)?;
    let profiles = inputs::profiles(&args.profiles)?;
    let files = Files { controls: args.pack.controls.clone(), profiles, ..files()? };
    let (assessment, written) =
        audit::judge(&snapshot, &files, args.as_of, None, &args.output, &audit::packs(&args.packs))?;
    audit::show(&assessment, &written, Format::Table, global, streams)?;
    if !global.quiet {
        let code = audit::status(&assessment, None, false) as u8;
        writeln!(streams.err, "      exit  audit would have returned {code} for this environment")?;
    }
    Ok(ExitStatus::Met)
}

/// The example as a snapshot.
pub(super) fn snapshot(folder: &tempfile::TempDir) -> Result<Reader, Failure> {
    let mut files = Vec::new();
    estate_files(&ESTATE, &mut files);
    let broken = |e: crate::source::estate::EstateError| Failure::failed(miette::miette!("{e}"));
    let estate = EstateFiles::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).map_err(broken)?;
    estate.write(&folder.path().join("snapshot")).map_err(broken)
}

/// (path below the estate's folder, text) of every file.
fn estate_files(dir: &Dir<'_>, files: &mut Vec<(String, String)>) {
    for file in dir.files() {
        if let Some(text) = file.contents_utf8() {
            files.push((file.path().to_string_lossy().replace('\\', "/"), text.to_owned()));
        }
    }
    dir.dirs().for_each(|inner| estate_files(inner, files));
}

/// The example's declaration and register.
pub(super) fn files() -> Result<Files, Failure> {
    let declaration = match declaration_text() {
        Some(text) => Some(Declaration::parse(FILE_NAME, &text).map_err(Failure::failed)?),
        None => None,
    };
    let register = Some(Register::from_sources(register_texts()));
    Ok(Files { declaration, register, ..Files::default() })
}

/// The example's declaration.
pub(super) fn declaration_text() -> Option<String> {
    Some(ESTATE.get_file(FILE_NAME)?.contents_utf8()?.to_owned())
}

/// (file name, text) of the example's register.
pub(super) fn register_texts() -> Vec<(String, String)> {
    texts(&ESTATE, FOLDER)
}

/// (file name, text) of the files in a folder.
fn texts(dir: &Dir<'_>, folder: &str) -> Vec<(String, String)> {
    let files = dir.get_dir(folder).into_iter().flat_map(Dir::files);
    files
        .filter_map(|file| {
            let name = file.path().file_name()?.to_string_lossy().into_owned();
            Some((name, file.contents_utf8()?.to_owned()))
        })
        .collect()
}
