//! Snapshot format 1: what was seen, on disk.
//!
//! May import: `model`. Guarantees: a snapshot is there whole or not at all (`manifest.json` is renamed into place last);
//! nothing is used whose hash does not match; names and sizes from the manifest are checked before a byte is decompressed.

mod error;
mod inventory;
mod journal;
mod manifest;
mod reader;
mod whole;
mod writer;
mod written;

pub use error::SnapshotError;
pub use inventory::InventoryLines;
pub use journal::Plan;
pub use manifest::{Chunk, Coverage, FORMAT, Manifest, SnapshotGap, StoredFile, schema};
pub use reader::Reader;
pub use writer::{FILES, Scope, Writer};
