//! The manifest on its way to the disk.
//!
//! May import: `model`. Guarantees: the same members in the same order as [`super::Manifest`], without holding more than one
//! account in memory.

use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::journal::{Ended, Journal};
use super::manifest::{Chunk, SnapshotGap, StoredFile};
use crate::model::time::AsOf;

/// [`super::Manifest`], of which a journal holds the long lists.
#[derive(Debug, Serialize)]
pub(super) struct Written<'a> {
    pub(super) accounts: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) caller: Option<&'a str>,
    pub(super) calls: &'a StoredFile,
    pub(super) chunks: Each<'a, Chunk>,
    pub(super) collected_from: AsOf,
    pub(super) collected_to: AsOf,
    pub(super) coverage: WrittenCoverage<'a>,
    pub(super) format: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) inventory: Option<&'a StoredFile>,
    pub(super) listings: &'a StoredFile,
    pub(super) regions: &'a [String],
    pub(super) tool_version: &'a str,
}

/// [`super::Coverage`].
#[derive(Debug, Serialize)]
pub(super) struct WrittenCoverage<'a> {
    pub(super) answered: u64,
    pub(super) calls: u64,
    pub(super) gaps: Each<'a, SnapshotGap>,
}

/// A list of all accounts.
#[derive(Debug)]
pub(super) struct Each<'a, T> {
    pub(super) journal: &'a Journal,
    pub(super) of: fn(Ended) -> Vec<T>,
}

impl<T: Serialize> Serialize for Each<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for account in self.journal.accounts() {
            for item in (self.of)(account.map_err(S::Error::custom)?) {
                list.serialize_element(&item)?;
            }
        }
        list.end()
    }
}
