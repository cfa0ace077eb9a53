//! Configuration snapshots and histories that AWS Config delivered, read from files.
//!
//! May import: `model`, `snapshot`. Guarantees: no network and no link is followed; the files are read in the order of their names;
//! a file that cannot be read to its end, or an item of it that says too little, is named with the reason in the ledger,
//! and what stood before it counts; memory grows with the number of resources, never with the size of a file or its texts.

mod bounded;
mod document;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::model::call::{CallOutcome, CallRecord};
use crate::model::digest::Hasher;
use crate::model::inventory::{Inventoried, Newest};
use crate::model::time::AsOf;
use bounded::Bounded;
pub use walk::FilesError;

/// What the ledger calls the reading of a file.
pub const OPERATION: &str = "ReadDeliveredFile";
/// The most resources that are held.
const MOST_RESOURCES: usize = 2_000_000;

/// How much of a file is read at most.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Decompressed.
    bytes: u64,
    /// Of one text of the JSON, also of one that is not kept.
    text: u64,
    /// Brackets within brackets.
    depth: u32,
    resources: usize,
}

const LIMITS: Limits = Limits { bytes: 4 << 30, text: 16 << 20, depth: 200, resources: MOST_RESOURCES };

/// What the files gave.
#[derive(Debug)]
pub struct Delivered {
    /// One entry for each file, in order; the account is [`crate::snapshot::FILES`].
    pub calls: Vec<CallRecord>,
    newest: Newest,
    /// Accounts of the items.
    pub accounts: BTreeSet<String>,
    /// Regions of the items.
    pub regions: BTreeSet<String>,
}

impl Delivered {
    /// The resources whose newest item says that they are there.
    pub fn into_rows(self) -> impl Iterator<Item = Inventoried> {
        self.newest.into_rows()
    }
}

/// The files of paths, found but not read: what is wrong with a path itself is said before anything is done.
#[derive(Debug)]
pub struct Files {
    found: Vec<walk::Found>,
}

impl Files {
    /// Finds the files: each path is one, or a folder with some.
    ///
    /// # Errors
    /// A path is not there, is no file or folder, or holds no file that AWS Config delivers.
    pub fn find(paths: &[PathBuf]) -> Result<Self, FilesError> {
        walk::find(paths).map(|found| Self { found })
    }

    /// Reads them.
    #[must_use]
    pub fn read(&self, clock: &dyn Fn() -> AsOf) -> Delivered {
        self.read_within(LIMITS, clock)
    }

    fn read_within(&self, limits: Limits, clock: &dyn Fn() -> AsOf) -> Delivered {
        let mut delivered = Delivered {
            calls: Vec::new(),
            newest: Newest::default(),
            accounts: BTreeSet::new(),
            regions: BTreeSet::new(),
        };
        for found in &self.found {
            let parameters = BTreeMap::from([("File".to_owned(), found.name.clone())]);
            let id = CallRecord::derive_id(crate::snapshot::FILES, "global", "config", OPERATION, &parameters, 1);
            let (sha256, result) = match &found.problem {
                Some(problem) => (None, Err(problem.clone())),
                None => read(&found.path, &found.name, &id, limits, &mut delivered),
            };
            let (outcome, reason) = match result {
                Ok(()) => (CallOutcome::Present, String::new()),
                Err(why) => {
                    let reason = format!("config:{OPERATION} unparseable: {}: {why}", found.name);
                    (CallOutcome::Unparseable, reason)
                }
            };
            delivered.calls.push(CallRecord {
                account: crate::snapshot::FILES.to_owned(),
                attempts: 1,
                body_sha256: sha256,
                id,
                operation: OPERATION.to_owned(),
                outcome,
                page: 1,
                parameters,
                reason,
                region: "global".to_owned(),
                request_id: None,
                service: "config".to_owned(),
                time: clock(),
            });
        }
        delivered
    }
}

/// Reads a file into what was delivered; gives its hash, and what is wrong with it.
fn read(
    path: &Path,
    name: &str,
    call: &str,
    limits: Limits,
    delivered: &mut Delivered,
) -> (Option<String>, Result<(), String>) {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return (None, Err(format!("it cannot be opened: {}", error.kind()))),
    };
    let mut hashed = Hashed { inner: file, hasher: Hasher::default() };
    let mut into = document::Into { delivered, name, call, most: limits.resources };
    let result = if name.ends_with(".gz") {
        parse(MultiGzDecoder::new(BufReader::new(&mut hashed)), limits, &mut into)
    } else {
        parse(BufReader::new(&mut hashed), limits, &mut into)
    };
    // The hash is that of the whole file, whatever could be read of it.
    match io::copy(&mut hashed, &mut io::sink()) {
        Ok(_) => (Some(hashed.hasher.finish().1), result),
        Err(error) => (None, result.and(Err(format!("it cannot be read: {}", error.kind())))),
    }
}

fn parse(text: impl Read, limits: Limits, into: &mut document::Into<'_>) -> Result<(), String> {
    let mut bounded = Bounded::new(text, limits);
    let result = document::read(BufReader::with_capacity(1 << 16, &mut bounded), into);
    // What stopped the reading says more than that the JSON ended early.
    bounded.stopped().map_or(result, Err)
}

/// Hashes what is read.
struct Hashed<R> {
    inner: R,
    hasher: Hasher,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(bytes)?;
        self.hasher.add(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
