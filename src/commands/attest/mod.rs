//! `havenmark attest`: the register of attestations and exceptions.
//!
//! May import: everything below `commands`. Guarantees: what counts is decided by the same code as in an audit; nothing that
//! is there is changed.

mod check;
mod due;
mod members;
mod missing;
mod new;

use std::path::{Path, PathBuf};

use super::known::{self, Known};
use super::{ExitStatus, Failure, inputs};
use crate::catalogue::Catalogue;
use crate::cli::{AttestArgs, AttestCommand, Global, RegisterArgs};
use crate::declaration::Declaration;
use crate::declaration::register::{FOLDER, Register};
use crate::graph::directory::Directory;
use crate::model::time::AsOf;
use crate::snapshot::Reader;
use crate::ui::{Streams, clock};

pub(super) fn run(args: &AttestArgs, global: &Global, streams: &mut Streams) -> Result<ExitStatus, Failure> {
    match &args.command {
        AttestCommand::New(args) => new::run(args, global, streams),
        AttestCommand::Check(args) => check::run(args, global, streams),
        AttestCommand::Due(args) => due::run(args, global, streams),
    }
}

/// A register with what it speaks of.
struct Book {
    catalogue: Catalogue,
    declaration: Option<Declaration>,
    folder: PathBuf,
    register: Register,
    snapshot: Option<Reader>,
    directory: Directory,
    as_of: AsOf,
}

impl Book {
    /// Reads it. A folder that is not there is an empty register, where a first file may be written into it.
    fn open(args: &RegisterArgs, snapshot: Option<&Path>, as_of: Option<AsOf>, first: bool) -> Result<Self, Failure> {
        let (declaration, folder) = inputs::register_of(args.declaration.as_deref(), args.attestations.as_deref())?;
        let register = if folder.is_dir() {
            Register::load(&folder).map_err(Failure::usage)?
        } else if folder.symlink_metadata().is_ok() {
            return Err(Failure::sentence(format!("{} is no folder; give --attestations one", folder.display())));
        } else if first {
            Register::default()
        } else {
            return Err(Failure::sentence(format!(
                "there is no attestation register (a folder) at {}: give --attestations, or begin one with `havenmark attest \
                 new`",
                folder.display()
            )));
        };
        let snapshot = snapshot.map(inputs::open).transpose()?;
        let directory = match &snapshot {
            Some(snapshot) => known::directory(snapshot).map_err(|e| Failure::failed(miette::miette!("{e}")))?,
            None => Directory::default(),
        };
        let catalogue = inputs::catalogue(args.pack.controls.as_deref())?;
        let as_of = as_of.unwrap_or_else(clock::now);
        Ok(Self { catalogue, declaration, folder, register, snapshot, directory, as_of })
    }

    fn known(&self) -> Known<'_> {
        Known {
            catalogue: &self.catalogue,
            declaration: self.declaration.as_ref(),
            directory: &self.directory,
            as_of: self.as_of,
        }
    }

    /// A file of the register, as it is shown: below the folder that was given.
    fn shown(&self, file: &str) -> String {
        let name = file.strip_prefix(FOLDER).map_or(file, |rest| rest.trim_start_matches('/'));
        self.folder.join(name).display().to_string()
    }
}
