//! Configuration snapshots and histories that AWS Config delivered, read from files.
//!
//! May import: `model`, `source::delivered`. Guarantees: no network and no link is followed; the files are read in the order of their names;
//! a file that cannot be read to its end, or an item of it that says too little, is named with the reason in the ledger,
//! and what stood before it counts; memory grows with the number of resources, never with the size of a file or its texts.

mod document;

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::delivered::{self, Found, Of};
pub use super::delivered::{FilesError, OPERATION};
use crate::model::call::CallRecord;
use crate::model::inventory::{Inventoried, Newest};
use crate::model::time::AsOf;

const SERVICE: &str = "config";

/// Names of files that lie beside the delivered ones: a test of the right to write, changes that are in the history too, and
/// the logs of `CloudTrail`, which share the bucket.
const PASSED_OVER: [&str; 3] = ["ConfigWritabilityCheckFile", "_ChangeNotification_", "_CloudTrail"];

/// How much is read at most.
#[derive(Debug, Clone, Copy)]
struct Limits {
    file: delivered::Limits,
    /// The most resources that are held.
    resources: usize,
}

const LIMITS: Limits =
    Limits { file: delivered::Limits { bytes: 4 << 30, text: 16 << 20, depth: 200 }, resources: 2_000_000 };

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
    found: Vec<Found>,
}

impl Files {
    /// Finds the files: each path is one, or a folder with some.
    ///
    /// # Errors
    /// A path is not there, is no file or folder, or holds no file that AWS Config delivers.
    pub fn find(paths: &[PathBuf]) -> Result<Self, FilesError> {
        let of = Of {
            who: "AWS Config",
            is_one: |name| {
                (name.ends_with(".json.gz") || name.ends_with(".json"))
                    && !PASSED_OVER.iter().any(|part| name.contains(part))
            },
        };
        delivered::find(paths, of).map(|found| Self { found })
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
            let call = found.call(SERVICE);
            let result = found.read(limits.file, |text| {
                let (name, most) = (&found.name, limits.resources);
                document::read(text, &mut document::Into { delivered: &mut delivered, name, call: &call, most })
            });
            delivered.calls.push(found.record(SERVICE, result, clock()));
        }
        delivered
    }
}

#[cfg(test)]
mod tests;
