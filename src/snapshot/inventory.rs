//! Reads the inventory of a snapshot: what AWS Config knows, account by account.
//!
//! May import: `model`. Guarantees: every hash is checked before the first row is parsed; rows come by account in the
//! order of the accounts; no more than the rows of one account are in memory.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;

use super::SnapshotError;
use super::manifest::StoredFile;
use super::reader::decoder;
use crate::model::digest::Hasher;
use crate::model::inventory::Inventoried;

/// The name of the file.
pub(super) const INVENTORY: &str = "inventory.jsonl.zst";
/// The longest line that is read: eight texts of the longest kind, each byte of them escaped.
const MOST_LINE: u64 = 128 << 10;

type Decoder = zstd::Decoder<'static, BufReader<std::io::Cursor<Vec<u8>>>>;

/// The rows of an inventory, by account.
pub struct InventoryLines {
    path: PathBuf,
    lines: BufReader<std::io::Take<Decoder>>,
    number: u64,
    /// The first row of the account that comes next.
    ahead: Option<Inventoried>,
    /// The account that came last.
    last: String,
}

impl std::fmt::Debug for InventoryLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InventoryLines").field("path", &self.path).field("number", &self.number).finish_non_exhaustive()
    }
}

impl InventoryLines {
    /// Checks the whole of a file that was read and whose stored hash holds.
    pub(super) fn new(path: PathBuf, compressed: Vec<u8>, stored: &StoredFile) -> Result<Self, SnapshotError> {
        let fail = |detail: &str| SnapshotError::Damaged { file: path.clone(), detail: detail.to_owned() };
        let open = |bytes: Vec<u8>| decoder(&path, std::io::Cursor::new(bytes), stored);
        let mut checked = open(compressed.clone())?;
        let mut plain = Hasher::default();
        let mut piece = vec![0_u8; 1 << 16];
        loop {
            match checked.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => plain.add(piece.get(..count).unwrap_or_default()),
                Err(e) => return Err(fail(&format!("it does not decompress: {e}"))),
            }
        }
        if plain.finish() != (stored.bytes, stored.sha256.clone()) {
            return Err(fail("size or SHA-256 of its lines is not the one in the manifest"));
        }
        let lines = BufReader::new(open(compressed)?);
        let mut reader = Self { path, lines, number: 0, ahead: None, last: String::new() };
        reader.ahead = reader.row()?;
        Ok(reader)
    }

    /// The account of which rows come next.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.ahead.as_ref().map(|row| row.account.as_str())
    }

    /// The rows of the account that comes next; none at the end.
    ///
    /// # Errors
    /// A line is no row, or stands behind a later account.
    pub fn rows(&mut self) -> Result<Vec<Inventoried>, SnapshotError> {
        let Some(first) = self.ahead.take() else { return Ok(Vec::new()) };
        self.last.clone_from(&first.account);
        let mut rows = vec![first];
        while let Some(row) = self.row()? {
            if row.account == self.last {
                rows.push(row);
            } else {
                self.ahead = Some(row);
                break;
            }
        }
        Ok(rows)
    }

    fn row(&mut self) -> Result<Option<Inventoried>, SnapshotError> {
        let mut line = Vec::new();
        let read = self.lines.by_ref().take(MOST_LINE).read_until(b'\n', &mut line);
        let count = read.map_err(SnapshotError::io(&self.path))?;
        if count == 0 {
            return Ok(None);
        }
        self.number += 1;
        let fail = |detail: String| SnapshotError::Damaged {
            file: self.path.clone(),
            detail: format!("line {}: {detail}", self.number),
        };
        let row: Inventoried = serde_json::from_slice(&line).map_err(|e| fail(e.to_string()))?;
        if row.account < self.last {
            return Err(fail(format!("account {} stands behind {}", row.account, self.last)));
        }
        Ok(Some(row))
    }
}
