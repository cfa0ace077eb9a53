//! Writes a snapshot.
//!
//! May import: `model`. Guarantees: every file is written under a temporary name, synced and renamed; the manifest comes
//! last; the same documents give the same chunk names, whatever the order in which they came.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::manifest::{Chunk, Coverage, FORMAT, Manifest, SnapshotGap, StoredFile};
use super::{Reader, SnapshotError};
use crate::model::call::{CallOutcome, CallRecord};
use crate::model::digest::sha256_hex;
use crate::model::document::ResourceDocument;
use crate::model::listing::Listing;
use crate::model::time::AsOf;

/// The marker of an unfinished snapshot.
pub(super) const JOURNAL: &str = "journal.jsonl";
/// Fast, and small enough: `docs/performance.md`.
const ZSTD_LEVEL: i32 = 3;

/// Account, Region, service, operation, outcome.
type GapKey = (String, String, String, String, CallOutcome);

/// Whose state was collected, and when.
#[derive(Debug, Clone)]
pub struct Scope {
    pub accounts: Vec<String>,
    pub regions: Vec<String>,
    pub caller: Option<String>,
    pub collected_from: AsOf,
    pub collected_to: AsOf,
}

/// A snapshot being written.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    /// (account, Region, type) to the lines by id.
    pending: BTreeMap<(String, String, String), BTreeMap<String, String>>,
    calls: BTreeMap<String, CallRecord>,
    listings: Vec<Listing>,
    chunks: Vec<Chunk>,
    gaps: BTreeMap<GapKey, (u64, String)>,
}

impl Writer {
    /// Whether a snapshot can be begun in a folder, without touching it.
    ///
    /// # Errors
    /// A finished snapshot or other files are there.
    pub fn check(folder: &Path) -> Result<(), SnapshotError> {
        if folder.join("manifest.json").exists() {
            return Err(SnapshotError::AlreadyThere(folder.to_owned()));
        }
        if folder.exists() && !folder.join(JOURNAL).exists() {
            let mut entries = fs::read_dir(folder).map_err(SnapshotError::io(folder))?;
            if entries.next().is_some() {
                return Err(SnapshotError::NotEmpty(folder.to_owned()));
            }
        }
        Ok(())
    }

    /// Begins a snapshot in a folder that is new, empty, or holds an unfinished snapshot (which is begun anew).
    ///
    /// # Errors
    /// A finished snapshot or other files are there, or the folder cannot be written.
    pub fn create(folder: &Path) -> Result<Self, SnapshotError> {
        Self::check(folder)?;
        let unfinished = folder.join(JOURNAL);
        let chunks = folder.join("chunks");
        if unfinished.exists() && chunks.exists() {
            fs::remove_dir_all(&chunks).map_err(SnapshotError::io(&chunks))?;
        }
        fs::create_dir_all(&chunks).map_err(SnapshotError::io(&chunks))?;
        let line = format!("{{\"format\":\"{FORMAT}\",\"tool_version\":\"{}\"}}\n", env!("CARGO_PKG_VERSION"));
        write_whole(&unfinished, line.as_bytes())?;
        Ok(Self {
            folder: folder.to_owned(),
            pending: BTreeMap::new(),
            calls: BTreeMap::new(),
            listings: Vec::new(),
            chunks: Vec::new(),
            gaps: BTreeMap::new(),
        })
    }

    /// Adds a ledger entry. A later one with the same id takes its place.
    pub fn record(&mut self, call: CallRecord) {
        self.calls.insert(call.id.clone(), call);
    }

    /// Adds a resource document.
    ///
    /// # Errors
    /// It cannot be written as JSON (a map key that is no text), which no source produces.
    pub fn document(&mut self, document: &ResourceDocument) -> Result<(), SnapshotError> {
        let mut value = serde_json::to_value(document).map_err(|e| SnapshotError::io(&self.folder)(e.into()))?;
        value.sort_all_objects();
        let key = (document.account.clone(), document.region.clone(), document.kind.clone());
        self.pending.entry(key).or_default().insert(document.id.clone(), value.to_string());
        Ok(())
    }

    /// Says how far a type was listed.
    pub fn listing(&mut self, listing: Listing) {
        self.listings.push(listing);
    }

    /// Writes the chunks of the documents so far and forgets them. A type of an account and Region must be whole by then.
    ///
    /// # Errors
    /// The disk.
    pub fn flush(&mut self) -> Result<(), SnapshotError> {
        for ((account, region, kind), lines) in std::mem::take(&mut self.pending) {
            let mut text = String::new();
            for line in lines.values() {
                text.push_str(line);
                text.push('\n');
            }
            let sha256 = sha256_hex(text.as_bytes());
            let path = self.folder.join("chunks").join(format!("{sha256}.jsonl.zst"));
            let file = store(&path, &text, lines.len() as u64, sha256)?;
            self.chunks.push(Chunk { account, file, region, kind });
        }
        Ok(())
    }

    /// Finishes the snapshot: ledger, then manifest.
    ///
    /// # Errors
    /// The disk. Then the folder still counts as unfinished.
    pub fn finish(mut self, scope: Scope) -> Result<Reader, SnapshotError> {
        self.flush()?;
        let mut text = String::new();
        let mut answered = 0;
        let calls = self.calls.len() as u64;
        for call in self.calls.values() {
            text.push_str(&serde_json::to_string(call).map_err(|e| SnapshotError::io(&self.folder)(e.into()))?);
            text.push('\n');
            if call.outcome.answered() {
                answered += 1;
            } else {
                let key = (
                    call.account.clone(),
                    call.region.clone(),
                    call.service.clone(),
                    call.operation.clone(),
                    call.outcome,
                );
                self.gaps.entry(key).or_insert_with(|| (0, call.reason.clone())).0 += 1;
            }
        }
        let sha256 = sha256_hex(text.as_bytes());
        let ledger = store(&self.folder.join("calls.jsonl.zst"), &text, calls, sha256)?;
        self.listings.sort();
        self.listings.dedup();
        self.chunks.sort_by(|a, b| (&a.account, &a.region, &a.kind).cmp(&(&b.account, &b.region, &b.kind)));
        let sorted = |mut list: Vec<String>| {
            list.sort();
            list.dedup();
            list
        };
        let manifest = Manifest {
            accounts: sorted(scope.accounts),
            caller: scope.caller,
            calls: ledger,
            chunks: self.chunks,
            collected_from: scope.collected_from,
            collected_to: scope.collected_to,
            coverage: Coverage {
                answered,
                calls,
                gaps: self
                    .gaps
                    .into_iter()
                    .map(|((account, region, service, operation, outcome), (count, reason))| SnapshotGap {
                        account,
                        count,
                        operation,
                        outcome,
                        reason,
                        region,
                        service,
                    })
                    .collect(),
            },
            format: FORMAT.to_owned(),
            listings: self.listings,
            regions: sorted(scope.regions),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let mut bytes = serde_json::to_vec_pretty(&manifest).map_err(|e| SnapshotError::io(&self.folder)(e.into()))?;
        bytes.push(b'\n');
        write_whole(&self.folder.join("manifest.json"), &bytes)?;
        let journal = self.folder.join(JOURNAL);
        fs::remove_file(&journal).map_err(SnapshotError::io(&journal))?;
        Reader::open(&self.folder)
    }
}

fn store(path: &Path, text: &str, lines: u64, sha256: String) -> Result<StoredFile, SnapshotError> {
    let compressed = zstd::encode_all(text.as_bytes(), ZSTD_LEVEL).map_err(SnapshotError::io(path))?;
    write_whole(path, &compressed)?;
    Ok(StoredFile {
        bytes: text.len() as u64,
        lines,
        sha256,
        stored_bytes: compressed.len() as u64,
        stored_sha256: sha256_hex(&compressed),
    })
}

/// Temporary file, sync, rename, sync of the folder: after a crash the file is whole or not there.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), SnapshotError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(SnapshotError::io(path))?;
    file.write_all(bytes).map_err(SnapshotError::io(path))?;
    file.as_file().sync_all().map_err(SnapshotError::io(path))?;
    file.persist(path).map_err(|e| SnapshotError::io(path)(e.error))?;
    File::open(folder).and_then(|f| f.sync_all()).map_err(SnapshotError::io(folder))
}
