//! What an audit depends on, read from the files that the options name.
//!
//! May import: everything below `commands`. Guarantees: an option that names a file which is not there is an error; a
//! default that is not there is left out, and the story says so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Failure;
use super::known::{self, Known};
use crate::assess::{Inputs, PreviousRun};
use crate::catalogue::{Catalogue, Pack};
use crate::cli::JudgeArgs;
use crate::declaration::Declaration;
use crate::declaration::lines::member;
use crate::declaration::profile::{self, Profile};
use crate::declaration::register::{FOLDER, Register, Standings};
use crate::graph::declared::{self, Declared};
use crate::model::assessment::Notice;
use crate::model::time::AsOf;
use crate::policy::Judge;
use crate::snapshot::{Reader, SnapshotError};

/// Room for the deepest policy that is let in, many times over.
const STACK: usize = 64 << 20;

/// The files, read.
#[derive(Debug, Default)]
pub struct Files {
    pub declaration: Option<Declaration>,
    /// None: no register was given.
    pub register: Option<Register>,
    /// Folder of a team's own controls.
    pub controls: Option<PathBuf>,
    pub profiles: Vec<Profile>,
}

impl Files {
    /// Reads declaration and register.
    ///
    /// # Errors
    /// A file that an option names is not there, or is no declaration or register.
    pub fn read(args: &JudgeArgs) -> Result<Self, Failure> {
        let path = args.declaration.clone().or_else(|| there("tre.toml"));
        let declaration = path.as_deref().map(declaration).transpose()?;
        let beside = || {
            let folder = path.as_ref()?.parent()?.join(FOLDER);
            folder.is_dir().then_some(folder)
        };
        let register = match args.attestations.clone().or_else(beside) {
            Some(folder) if !folder.is_dir() => return Err(no_file(&folder, "attestation register (a folder)")),
            Some(folder) => Some(Register::load(&folder).map_err(Failure::usage)?),
            None => None,
        };
        let profiles = profiles(&args.profiles)?;
        Ok(Self { declaration, register, controls: args.pack.controls.clone(), profiles })
    }
}

/// The declaration, and where its register is or would be.
///
/// # Errors
/// The declaration that is named is not there, or is none.
pub fn register_of(path: Option<&Path>, register: Option<&Path>) -> Result<(Option<Declaration>, PathBuf), Failure> {
    let path = path.map(Path::to_owned).or_else(|| there("tre.toml"));
    let declaration = path.as_deref().map(declaration).transpose()?;
    let beside = || path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).join(FOLDER);
    Ok((declaration, register.map_or_else(beside, Path::to_owned)))
}

/// Reads a declaration.
///
/// # Errors
/// It is not there, or it is none.
pub fn declaration(path: &Path) -> Result<Declaration, Failure> {
    if !path.is_file() {
        return Err(no_file(path, "declaration"));
    }
    Declaration::load(path).map_err(Failure::usage)
}

/// Reads profiles.
///
/// # Errors
/// One is not there, or is none.
pub fn profiles(paths: &[PathBuf]) -> Result<Vec<Profile>, Failure> {
    let read = |path: &PathBuf| {
        if path.is_file() { Profile::load(path).map_err(Failure::usage) } else { Err(no_file(path, "profile")) }
    };
    paths.iter().map(read).collect()
}

fn there(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(name);
    path.is_file().then_some(path)
}

fn no_file(path: &Path, what: &str) -> Failure {
    Failure::sentence(format!("there is no {what} at {}; correct the option, or leave it out", path.display()))
}

/// Opens a snapshot.
///
/// # Errors
/// It is not there, unfinished or damaged.
pub fn open(folder: &Path) -> Result<Reader, Failure> {
    Reader::open(folder).map_err(|error| {
        let text = miette::miette!("{error}");
        match error {
            SnapshotError::NotThere(_) | SnapshotError::NoFolder(_) | SnapshotError::Unfinished(_) => {
                Failure::usage(text)
            }
            _ => Failure::failed(text),
        }
    })
}

/// The program's controls, and those of a team's folder.
///
/// # Errors
/// A team's file that does not hold, by its name. Never for a released program alone: a test loads the same pack.
pub fn catalogue(controls: Option<&Path>) -> Result<Catalogue, Failure> {
    let Some(folder) = controls else {
        return Catalogue::built_in().map_err(|e| Failure::failed(miette::miette!("{e}")));
    };
    let pack = Pack::built_in().with_folder(folder).map_err(Failure::sentence)?;
    Catalogue::load(&pack).map_err(Failure::sentence)
}

/// The same, with their policies.
///
/// # Errors
/// As [`catalogue`].
pub fn pack(controls: Option<&Path>) -> Result<(Catalogue, Judge), Failure> {
    let catalogue = catalogue(controls)?;
    let load = || Judge::load(&catalogue).map_err(Failure::sentence);
    if controls.is_none() {
        let judge = load()?;
        return Ok((catalogue, judge));
    }
    // Cedar's validator calls itself for each level of a policy, and how deep a team's are is bounded, not small.
    let judge = std::thread::scope(|scope| -> Result<_, Failure> {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, load)?;
        let lost = |_| Failure::failed(miette::miette!("the policies of --controls could not be checked"));
        thread.join().map_err(lost)?
    })?;
    Ok((catalogue, judge))
}

/// Everything that an audit of this snapshot depends on, handed to `audit`.
///
/// # Errors
/// What `audit` gives.
pub fn with_inputs<T>(
    snapshot: &Reader,
    files: &Files,
    as_of: Option<AsOf>,
    previous: Option<PreviousRun>,
    audit: impl FnOnce(Inputs<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let (catalogue, judge) = pack(files.controls.as_deref())?;
    let as_of = as_of.unwrap_or(snapshot.manifest().collected_to);
    for profile in &files.profiles {
        profile.check(|id| catalogue.control(id.as_str()).is_some()).map_err(Failure::usage)?;
    }
    let profiles = profile::statuses(&files.profiles, as_of);
    let declaration = files.declaration.as_ref();
    let empty = Register::default();
    let register = files.register.as_ref().unwrap_or(&empty);
    let directory = known::directory(snapshot).map_err(|e| Failure::failed(miette::miette!("{e}")))?;
    let known = Known { catalogue: &catalogue, declaration, directory: &directory, as_of };
    let standings: Standings<'_> = register.at(as_of, &known);
    let declared = Declared::new(declaration, files.register.as_ref().map(|_| &standings));
    let mut notices: Vec<Notice> = declaration.map(Declaration::notices).unwrap_or_default();
    notices.extend(declaration.map(|d| claims_of_nothing(d, &catalogue)).unwrap_or_default());
    notices.extend(standings.notices().iter().cloned());
    notices.extend(known.notice().filter(|_| !register.is_empty()));
    notices.extend(profile::notices(&profiles));
    let undeclared = Declaration::default();
    audit(Inputs {
        snapshot,
        catalogue: &catalogue,
        judge: &judge,
        declared: &declared,
        context: declared::context(declaration.unwrap_or(&undeclared)),
        name: declaration.and_then(|d| d.form().tre.as_ref()).and_then(|t| t.name.clone()),
        // Undeclared: the statements of pillar 5 stay in scope, for nobody said otherwise.
        federates: declaration.and_then(Declaration::federated).unwrap_or(true),
        dspt: declaration.and_then(|d| d.form().dspt.clone()).unwrap_or_default(),
        declaration_sha256: declaration.map(|d| d.sha256().to_owned()),
        register_sha256: files.register.as_ref().map(|r| r.sha256().to_owned()),
        standings: &standings,
        notices,
        off: profile::switched_off(&profiles),
        profiles,
        previous,
        as_of,
    })
}

/// Claims that belong to nothing: no edition is chosen, or it has no such line.
fn claims_of_nothing(declaration: &Declaration, catalogue: &Catalogue) -> Vec<Notice> {
    let Some(dspt) = &declaration.form().dspt else { return Vec::new() };
    let notice = |path: &str, text: String| Notice { place: declaration.place(path), text };
    let claims = dspt.claims.iter().flatten();
    let Some(edition) = &dspt.edition else {
        let text = "Claims need the edition that they are made in; until [dspt] edition is written they are left out.";
        return claims.take(1).map(|_| notice("dspt.claims", text.to_owned())).collect();
    };
    let known: BTreeSet<&str> = catalogue
        .lines
        .iter()
        .filter(|framework| framework.framework.starts_with("dspt_"))
        .flat_map(|framework| &framework.lines)
        .filter(|line| line.editions.contains(edition))
        .map(|line| line.id.as_str())
        .collect();
    claims
        .filter(|(id, _)| !known.contains(id.as_str()))
        .map(|(id, _)| {
            let text =
                format!("This program knows no \"{id}\" in edition {edition}; the claim is left out. Correct the id.");
            notice(&member("dspt.claims", id), text)
        })
        .collect()
}
