//! Files that a service of AWS delivered, whichever: found, and read within limits.
//!
//! May import: `model`, `snapshot`. Guarantees: no link is followed; no more of a file goes through memory than its reader
//! takes, and no text is longer and no bracket deeper than allowed; the hash is that of the whole file, whatever could be read
//! of it.

mod bounded;
mod walk;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};

use flate2::read::MultiGzDecoder;

use crate::model::call::{CallOutcome, CallRecord};
use crate::model::digest::Hasher;
use crate::model::time::AsOf;
use bounded::Bounded;
pub use walk::{FilesError, Found, Of, find};

/// How much of a file is read at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Decompressed.
    pub bytes: u64,
    /// Of one text of the JSON, also of one that is not kept.
    pub text: u64,
    /// Brackets within brackets.
    pub depth: u32,
}

/// What the ledger calls the reading of a file.
pub const OPERATION: &str = "ReadDeliveredFile";

impl Found {
    /// The id of the ledger entry that the reading of the file becomes.
    #[must_use]
    pub fn call(&self, service: &str) -> String {
        CallRecord::derive_id(crate::snapshot::FILES, "global", service, OPERATION, &self.parameters(), 1)
    }

    fn parameters(&self) -> BTreeMap<String, String> {
        BTreeMap::from([("File".to_owned(), self.name.clone())])
    }

    /// Lets `parse` read the file; gives its hash, and what is wrong with it.
    pub fn read(
        &self,
        limits: Limits,
        parse: impl FnOnce(&mut dyn Read) -> Result<(), String>,
    ) -> (Option<String>, Result<(), String>) {
        if let Some(problem) = &self.problem {
            return (None, Err(problem.clone()));
        }
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) => return (None, Err(format!("it cannot be opened: {}", error.kind()))),
        };
        let mut hashed = Hashed::new(file);
        let result = if self.name.ends_with(".gz") {
            within(MultiGzDecoder::new(BufReader::new(&mut hashed)), limits, parse)
        } else {
            within(BufReader::new(&mut hashed), limits, parse)
        };
        match io::copy(&mut hashed, &mut io::sink()) {
            Ok(_) => (Some(hashed.finish()), result),
            Err(error) => (None, result.and(Err(format!("it cannot be read: {}", error.kind())))),
        }
    }

    /// The ledger entry of the reading.
    #[must_use]
    pub fn record(
        &self,
        service: &str,
        (sha256, result): (Option<String>, Result<(), String>),
        time: AsOf,
    ) -> CallRecord {
        let (outcome, reason) = match result {
            Ok(()) => (CallOutcome::Present, String::new()),
            Err(why) => (CallOutcome::Unparseable, format!("{service}:{OPERATION} unparseable: {}: {why}", self.name)),
        };
        CallRecord {
            account: crate::snapshot::FILES.to_owned(),
            attempts: 1,
            body_sha256: sha256,
            id: self.call(service),
            operation: OPERATION.to_owned(),
            outcome,
            page: 1,
            parameters: self.parameters(),
            reason,
            region: "global".to_owned(),
            request_id: None,
            service: service.to_owned(),
            time,
        }
    }
}

fn within(
    text: impl Read,
    limits: Limits,
    parse: impl FnOnce(&mut dyn Read) -> Result<(), String>,
) -> Result<(), String> {
    let mut bounded = Bounded::new(text, limits);
    let result = parse(&mut BufReader::with_capacity(1 << 16, &mut bounded));
    // What stopped the reading says more than that the JSON ended early.
    bounded.stopped().map_or(result, Err)
}

/// Hashes what is read.
pub struct Hashed<R> {
    inner: R,
    hasher: Hasher,
}

impl<R: Read> Hashed<R> {
    /// Nothing is read yet.
    pub fn new(inner: R) -> Self {
        Self { inner, hasher: Hasher::default() }
    }

    /// The hash of what was read.
    #[must_use]
    pub fn finish(self) -> String {
        self.hasher.finish().1
    }
}

impl<R> std::fmt::Debug for Hashed<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hashed").finish_non_exhaustive()
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(bytes)?;
        self.hasher.add(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }
}
