//! Writes a snapshot.
//!
//! May import: `model`. Guarantees: every file is written under a temporary name, synced and renamed; the manifest comes
//! last; the same documents give the same chunk names, whatever the order in which they came.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::inventory::INVENTORY;
use super::journal::{Ended, JOURNAL, Journal, Plan};
use super::manifest::{Chunk, FORMAT, SnapshotGap, StoredFile};
use super::whole::write_whole;
use super::written::{Each, Written, WrittenCoverage};
use super::{Reader, SnapshotError};
use crate::model::call::{CallOutcome, CallRecord};
use crate::model::digest::{Hasher, sha256_hex};
use crate::model::document::ResourceDocument;
use crate::model::inventory::{Inventoried, Item, Newest};
use crate::model::listing::Listing;
use crate::model::time::AsOf;

/// In place of an account: files that were read beside AWS, and what they gave; and what was said of accounts at the end.
pub const FILES: &str = "unknown";
/// Gaps of files that are named one by one; what is more is counted.
const NAMED_FILES: usize = 200;

/// Fast, and small enough: `docs/performance.md`.
const ZSTD_LEVEL: i32 = 3;
/// What ended accounts left, until they are joined.
const PARTS: &str = "parts";

/// Region, service, operation, outcome, and the file where one was read.
type GapKey = (String, String, String, CallOutcome, String);

/// Whose state was collected, and when.
#[derive(Debug, Clone)]
pub struct Scope {
    pub accounts: Vec<String>,
    pub regions: Vec<String>,
    pub caller: Option<String>,
    pub collected_from: AsOf,
    pub collected_to: AsOf,
}

/// What came of an account and is not on the disk yet.
#[derive(Debug, Default)]
struct Pending {
    /// Chunks that were written before the account ended.
    chunks: Vec<Chunk>,
    /// (Region, type) to the lines by id.
    documents: BTreeMap<(String, String), BTreeMap<String, String>>,
    calls: BTreeMap<String, CallRecord>,
    inventory: Newest,
    listings: Vec<Listing>,
}

/// A snapshot being written: the accounts that are under way in memory, those that have ended on the disk.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    journal: Journal,
    pending: BTreeMap<String, Pending>,
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
        Self::begin(folder, Plan::new(), AsOf::from_unix(0))
    }

    /// Goes on with an unfinished snapshot of the same plan and program that was begun within a day, else begins one. Accounts that had ended are kept
    /// whole, and those that had not are begun anew: what is said of an account was read in one go.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn resume(folder: &Path, plan: Plan, now: AsOf) -> Result<Self, SnapshotError> {
        Self::check(folder)?;
        match Journal::resume(folder, &plan, now, |account| is_there(folder, account))? {
            Some(journal) => Ok(Self { folder: folder.to_owned(), journal, pending: BTreeMap::new() }),
            None => Self::begin(folder, plan, now),
        }
    }

    fn begin(folder: &Path, plan: Plan, begun: AsOf) -> Result<Self, SnapshotError> {
        Self::check(folder)?;
        for name in ["chunks", PARTS] {
            let part = folder.join(name);
            if folder.join(JOURNAL).exists() && part.exists() {
                fs::remove_dir_all(&part).map_err(SnapshotError::io(&part))?;
            }
            fs::create_dir_all(&part).map_err(SnapshotError::io(&part))?;
        }
        let journal = Journal::begin(folder, plan, begun)?;
        Ok(Self { folder: folder.to_owned(), journal, pending: BTreeMap::new() })
    }

    /// The note of an account that had ended before the collection was interrupted.
    #[must_use]
    pub fn ended(&self, account: &str) -> Option<&[String]> {
        self.journal.note(account)
    }

    /// Adds a ledger entry. A later one with the same id takes its place.
    pub fn record(&mut self, call: CallRecord) {
        self.of(&call.account.clone()).calls.insert(call.id.clone(), call);
    }

    /// Adds a resource document.
    ///
    /// # Errors
    /// It cannot be written as JSON (a map key that is no text), which no source produces.
    pub fn document(&mut self, document: &ResourceDocument) -> Result<(), SnapshotError> {
        let mut value = serde_json::to_value(document).map_err(|e| SnapshotError::io(&self.folder)(e.into()))?;
        value.sort_all_objects();
        let key = (document.region.clone(), document.kind.clone());
        let documents = &mut self.of(&document.account).documents;
        documents.entry(key).or_default().insert(document.id.clone(), value.to_string());
        Ok(())
    }

    /// Says how far a type was listed.
    pub fn listing(&mut self, listing: Listing) {
        self.of(&listing.account.clone()).listings.push(listing);
    }

    /// The same of an account that may have ended: what is on the disk of it stays as it is.
    pub fn late_listing(&mut self, listing: Listing) {
        self.of(FILES).listings.push(listing);
    }

    /// Adds a resource that AWS Config knows. `asker` is the account that was told, or [`FILES`].
    pub fn inventoried(&mut self, asker: &str, row: Inventoried) {
        self.of(asker).inventory.add(Item::There(row));
    }

    fn of(&mut self, account: &str) -> &mut Pending {
        self.pending.entry(account.to_owned()).or_default()
    }

    /// Writes the chunks of the documents so far and forgets them. A type of an account and Region must be whole by then.
    ///
    /// # Errors
    /// The disk.
    pub fn flush(&mut self) -> Result<(), SnapshotError> {
        let accounts: Vec<String> = self.pending.keys().cloned().collect();
        accounts.iter().try_for_each(|account| self.flush_account(account))
    }

    fn flush_account(&mut self, account: &str) -> Result<(), SnapshotError> {
        let documents = std::mem::take(&mut self.of(account).documents);
        for ((region, kind), lines) in documents {
            let (text, count) = joined(lines.into_values());
            let sha256 = sha256_hex(text.as_bytes());
            let path = self.folder.join("chunks").join(format!("{sha256}.jsonl.zst"));
            let file = store(&path, &text, count, sha256)?;
            self.of(account).chunks.push(Chunk { account: account.to_owned(), file, region, kind });
        }
        Ok(())
    }

    /// Nothing more comes of an account: all of it goes to the disk, and an interrupted collection need not read it again.
    /// Gives the number of its documents, and of its calls that were not answered.
    ///
    /// # Errors
    /// The disk.
    pub fn end(&mut self, account: &str, note: Vec<String>) -> Result<(u64, u64), SnapshotError> {
        self.flush_account(account)?;
        let mut pending = self.pending.remove(account).unwrap_or_default();
        let mut gaps: BTreeMap<GapKey, (u64, String)> = BTreeMap::new();
        let mut answered = 0;
        for call in pending.calls.values() {
            if call.outcome.answered() {
                answered += 1;
            } else {
                let file = call.parameters.get("File").filter(|_| account == FILES && gaps.len() < NAMED_FILES);
                let file = file.cloned().unwrap_or_default();
                let key = (call.region.clone(), call.service.clone(), call.operation.clone(), call.outcome, file);
                gaps.entry(key).or_insert_with(|| (0, call.reason.clone())).0 += 1;
            }
        }
        pending.listings.sort();
        pending.listings.dedup();
        let calls = self.part(account, "calls", pending.calls.values())?;
        let listings = self.part(account, "listings", pending.listings.iter())?;
        let inventory = if pending.inventory.is_empty() {
            None
        } else {
            Some(self.part(account, "inventory", pending.inventory.into_rows())?)
        };
        let ended = Ended {
            account: account.to_owned(),
            answered,
            calls,
            chunks: {
                pending.chunks.sort_by(|a, b| (&a.region, &a.kind).cmp(&(&b.region, &b.kind)));
                pending.chunks
            },
            gaps: gaps
                .into_iter()
                .map(|((region, service, operation, outcome, _), (count, reason))| SnapshotGap {
                    account: account.to_owned(),
                    count,
                    operation,
                    outcome,
                    reason,
                    region,
                    service,
                })
                .collect(),
            inventory,
            listings,
            note,
        };
        let documents = ended.chunks.iter().map(|chunk| chunk.file.lines).sum();
        let gaps = ended.gaps.iter().map(|gap| gap.count).sum();
        self.journal.end(&ended)?;
        Ok((documents, gaps))
    }

    fn part<T: Serialize>(
        &self,
        account: &str,
        name: &str,
        items: impl Iterator<Item = T>,
    ) -> Result<StoredFile, SnapshotError> {
        let lines = items.map(|item| serde_json::to_string(&item)).collect::<Result<Vec<_>, _>>();
        let (text, count) = joined(lines.map_err(|e| SnapshotError::io(&self.folder)(e.into()))?.into_iter());
        store(&part_path(&self.folder, account, name), &text, count, sha256_hex(text.as_bytes()))
    }

    /// Finishes the snapshot: ledger, listings, then manifest.
    ///
    /// # Errors
    /// The disk. Then the folder still counts as unfinished.
    pub fn finish(mut self, scope: Scope) -> Result<Reader, SnapshotError> {
        let open: Vec<String> = self.pending.keys().cloned().collect();
        for account in open {
            self.end(&account, Vec::new())?;
        }
        // An account that an interrupted run had read and that is in the scope no longer: it left the organisation.
        let kept: Vec<String> = scope.accounts.iter().cloned().chain([FILES.to_owned()]).collect();
        self.journal.retain(&kept);
        let inventory = self.join_inventory()?;
        let calls = self.join("calls", |ended| &ended.calls)?;
        let listings = self.join("listings", |ended| &ended.listings)?;
        let sorted = |mut list: Vec<String>| {
            list.sort();
            list.dedup();
            list
        };
        let mut answered = 0;
        let mut named = BTreeSet::new();
        for ended in self.journal.accounts() {
            let ended = ended?;
            answered += ended.answered;
            named.extend(ended.chunks.iter().filter_map(|chunk| number(&chunk.file.sha256)));
        }
        self.sweep(&named)?;
        let begun = self.journal.begun;
        let manifest = Written {
            accounts: &sorted(scope.accounts),
            caller: scope.caller.as_deref(),
            calls: &calls,
            chunks: Each { journal: &self.journal, of: |ended| ended.chunks },
            // An interrupted collection began when it was first begun.
            collected_from: if begun.unix() > 0 { begun.min(scope.collected_from) } else { scope.collected_from },
            collected_to: scope.collected_to,
            coverage: WrittenCoverage {
                answered,
                calls: calls.lines,
                gaps: Each { journal: &self.journal, of: |ended| ended.gaps },
            },
            format: FORMAT,
            inventory: inventory.as_ref(),
            listings: &listings,
            regions: &sorted(scope.regions),
            tool_version: env!("CARGO_PKG_VERSION"),
        };
        write_whole(&self.folder.join("manifest.json"), |mut file| {
            serde_json::to_writer_pretty(&mut file, &manifest)?;
            file.write_all(b"\n")
        })?;
        let parts = self.folder.join(PARTS);
        fs::remove_dir_all(&parts).map_err(SnapshotError::io(&parts))?;
        self.journal.remove()?;
        Reader::open(&self.folder)
    }

    /// The parts of all accounts as one file, in the order of the accounts. One after the other goes through memory; zstd
    /// frames that stand one behind the other are one stream.
    fn join(&self, name: &str, of: impl Fn(&Ended) -> &StoredFile) -> Result<StoredFile, SnapshotError> {
        let path = self.folder.join(format!("{name}.jsonl.zst"));
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).map_err(SnapshotError::io(&path))?;
        let (mut plain, mut stored) = (Hasher::default(), Hasher::default());
        let mut lines = 0;
        for ended in self.journal.accounts() {
            let ended = ended?;
            let part = part_path(&self.folder, &ended.account, name);
            let compressed = fs::read(&part).map_err(SnapshotError::io(&part))?;
            let text = zstd::decode_all(compressed.as_slice()).map_err(SnapshotError::io(&part))?;
            if sha256_hex(&text) != of(&ended).sha256 {
                return Err(SnapshotError::Damaged {
                    file: part,
                    detail: "the SHA-256 of its lines is not the one in the journal".to_owned(),
                });
            }
            plain.add(&text);
            stored.add(&compressed);
            lines += of(&ended).lines;
            file.write_all(&compressed).map_err(SnapshotError::io(&path))?;
        }
        file.as_file().sync_all().map_err(SnapshotError::io(&path))?;
        file.persist(&path).map_err(|e| SnapshotError::io(&path)(e.error))?;
        let ((bytes, sha256), (stored_bytes, stored_sha256)) = (plain.finish(), stored.finish());
        Ok(StoredFile { bytes, lines, sha256, stored_bytes, stored_sha256 })
    }

    /// What all were told of resources as one file: each resource once, by account. The rows of all go through memory, for
    /// one account may be told of the resources of another.
    fn join_inventory(&self) -> Result<Option<StoredFile>, SnapshotError> {
        let path = self.folder.join(INVENTORY);
        let mut newest = Newest::default();
        for ended in self.journal.accounts() {
            let ended = ended?;
            let Some(stored) = ended.inventory else { continue };
            let part = part_path(&self.folder, &ended.account, "inventory");
            let compressed = fs::read(&part).map_err(SnapshotError::io(&part))?;
            let damaged = |detail: String| SnapshotError::Damaged { file: part.clone(), detail };
            let text = zstd::decode_all(compressed.as_slice()).map_err(SnapshotError::io(&part))?;
            if sha256_hex(&text) != stored.sha256 {
                return Err(damaged("the SHA-256 of its lines is not the one in the journal".to_owned()));
            }
            for line in text.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
                newest.add(Item::There(serde_json::from_slice(line).map_err(|e| damaged(e.to_string()))?));
            }
        }
        if newest.is_empty() {
            // One of an interrupted run may be there.
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(SnapshotError::io(&path)(error)),
                _ => Ok(None),
            };
        }
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).map_err(SnapshotError::io(&path))?;
        let (mut plain, mut lines) = (Hasher::default(), 0);
        let mut encoder = zstd::Encoder::new(Hashing::new(&mut file), ZSTD_LEVEL).map_err(SnapshotError::io(&path))?;
        for row in newest.into_rows() {
            let mut text = serde_json::to_string(&row).map_err(|e| SnapshotError::io(&path)(e.into()))?;
            text.push('\n');
            plain.add(text.as_bytes());
            lines += 1;
            encoder.write_all(text.as_bytes()).map_err(SnapshotError::io(&path))?;
        }
        let stored = encoder.finish().map_err(SnapshotError::io(&path))?.hasher;
        file.as_file().sync_all().map_err(SnapshotError::io(&path))?;
        file.persist(&path).map_err(|e| SnapshotError::io(&path)(e.error))?;
        let ((bytes, sha256), (stored_bytes, stored_sha256)) = (plain.finish(), stored.finish());
        Ok(Some(StoredFile { bytes, lines, sha256, stored_bytes, stored_sha256 }))
    }

    /// Removes chunks of accounts that were interrupted: what is there is what the manifest names.
    fn sweep(&self, named: &BTreeSet<u128>) -> Result<(), SnapshotError> {
        let folder = self.folder.join("chunks");
        for entry in fs::read_dir(&folder).map_err(SnapshotError::io(&folder))? {
            let entry = entry.map_err(SnapshotError::io(&folder))?;
            if !entry.file_name().to_str().and_then(number).is_some_and(|number| named.contains(&number)) {
                fs::remove_file(entry.path()).map_err(SnapshotError::io(entry.path()))?;
            }
        }
        Ok(())
    }
}

/// Hashes what is written on its way.
struct Hashing<W> {
    inner: W,
    hasher: Hasher,
}

impl<W> Hashing<W> {
    fn new(inner: W) -> Self {
        Self { inner, hasher: Hasher::default() }
    }
}

impl<W: std::io::Write> std::io::Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.add(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// The first half of the hash that a chunk is named by: enough to tell it from every other, in a quarter of the memory.
fn number(name: &str) -> Option<u128> {
    u128::from_str_radix(name.get(..32)?, 16).ok()
}

fn joined(lines: impl Iterator<Item = String>) -> (String, u64) {
    let (mut text, mut count) = (String::new(), 0);
    for line in lines {
        text.push_str(&line);
        text.push('\n');
        count += 1;
    }
    (text, count)
}

fn part_path(folder: &Path, account: &str, name: &str) -> PathBuf {
    folder.join(PARTS).join(format!("{account}.{name}.jsonl.zst"))
}

/// Whether every file of an account is there, with the size that it was written with.
fn is_there(folder: &Path, ended: &Ended) -> bool {
    let has = |path: PathBuf, file: &StoredFile| fs::metadata(path).is_ok_and(|m| m.len() == file.stored_bytes);
    ended.account.bytes().all(|b| b.is_ascii_digit())
        && has(part_path(folder, &ended.account, "calls"), &ended.calls)
        && has(part_path(folder, &ended.account, "listings"), &ended.listings)
        && ended.inventory.iter().all(|file| has(part_path(folder, &ended.account, "inventory"), file))
        && ended.chunks.iter().all(|c| has(folder.join("chunks").join(format!("{}.jsonl.zst", c.file.sha256)), &c.file))
}

fn store(path: &Path, text: &str, lines: u64, sha256: String) -> Result<StoredFile, SnapshotError> {
    let compressed = zstd::encode_all(text.as_bytes(), ZSTD_LEVEL).map_err(SnapshotError::io(path))?;
    write_whole(path, |file| file.write_all(&compressed))?;
    Ok(StoredFile {
        bytes: text.len() as u64,
        lines,
        sha256,
        stored_bytes: compressed.len() as u64,
        stored_sha256: sha256_hex(&compressed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::CallRecord;
    use crate::snapshot::journal::LONGEST;

    fn scope(accounts: &[&str]) -> Scope {
        Scope {
            accounts: accounts.iter().map(|a| (*a).to_owned()).collect(),
            regions: vec!["eu-west-2".to_owned()],
            caller: None,
            collected_from: AsOf::from_unix(50),
            collected_to: AsOf::from_unix(60),
        }
    }

    fn plan(role: &str) -> Plan {
        Plan::from([("role".to_owned(), role.to_owned())])
    }

    /// A bucket that AWS Config knows, by the account that was told.
    fn known(owner: &str, id: &str, asker: &str) -> Inventoried {
        Inventoried {
            account: owner.to_owned(),
            arn: String::new(),
            call: asker.to_owned(),
            captured: Some(AsOf::from_unix(1)),
            id: id.to_owned(),
            name: id.to_owned(),
            region: "eu-west-2".to_owned(),
            source: "aggregate all".to_owned(),
            kind: "AWS::S3::Bucket".to_owned(),
        }
    }

    /// (account, id) of all rows, as they come.
    fn inventory(reader: &Reader) -> Vec<(String, String)> {
        let mut lines = reader.inventory().unwrap().unwrap();
        let mut all = Vec::new();
        while let Some(account) = lines.account().map(str::to_owned) {
            let rows = lines.rows().unwrap();
            assert!(rows.iter().all(|row| row.account == account));
            all.extend(rows.into_iter().map(|row| (row.account, row.id)));
        }
        all
    }

    fn fill(writer: &mut Writer, account: &str, ids: &[&str]) {
        for id in ids {
            let document = ResourceDocument {
                kind: "AWS::S3::Bucket".to_owned(),
                id: (*id).to_owned(),
                account: account.to_owned(),
                region: "eu-west-2".to_owned(),
                ..ResourceDocument::default()
            };
            writer.document(&document).unwrap();
        }
        writer.record(CallRecord {
            account: account.to_owned(),
            attempts: 1,
            body_sha256: None,
            id: CallRecord::derive_id(account, "global", "s3", "ListBuckets", &BTreeMap::new(), 1),
            operation: "ListBuckets".to_owned(),
            outcome: CallOutcome::Denied,
            page: 1,
            parameters: BTreeMap::new(),
            reason: "s3:ListBuckets denied".to_owned(),
            region: "global".to_owned(),
            request_id: None,
            service: "s3".to_owned(),
            time: AsOf::from_unix(1),
        });
        // What it is told of another account, every asker is told.
        for owner in [account, "333333333333"] {
            writer.inventoried(account, known(owner, "a", account));
        }
        writer.listing(Listing {
            account: account.to_owned(),
            region: "global".to_owned(),
            kind: "AWS::S3::Bucket".to_owned(),
            complete: true,
            reason: String::new(),
            calls: Vec::new(),
        });
    }

    const ONE: &str = "111111111111";
    const TWO: &str = "222222222222";

    fn begin(folder: &Path) -> Writer {
        Writer::resume(folder, plan("a"), AsOf::from_unix(40)).unwrap()
    }

    /// A snapshot of two accounts that nothing interrupted.
    fn undisturbed(folder: &Path) -> Reader {
        let mut writer = begin(folder);
        for account in [TWO, ONE] {
            fill(&mut writer, account, &["a", "b"]);
            writer.end(account, vec![ONE.to_owned()]).unwrap();
        }
        writer.finish(scope(&[ONE, TWO])).unwrap()
    }

    #[test]
    fn an_interrupted_snapshot_ends_as_one_that_was_not() {
        let (whole, broken) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let wanted = undisturbed(whole.path());
        let mut first = begin(broken.path());
        fill(&mut first, ONE, &["a", "b"]);
        first.end(ONE, vec!["note".to_owned()]).unwrap();
        // Half of the other account is on the disk already, with what is not there the next time.
        fill(&mut first, TWO, &["a", "gone"]);
        first.flush().unwrap();
        drop(first);
        let mut again = begin(broken.path());
        assert_eq!(again.ended(ONE), Some(&["note".to_owned()][..]));
        assert_eq!(again.ended(TWO), None);
        fill(&mut again, TWO, &["a", "b"]);
        again.end(TWO, Vec::new()).unwrap();
        let resumed = again.finish(scope(&[ONE, TWO])).unwrap();
        assert_eq!(resumed.sha256(), wanted.sha256());
        assert_eq!(resumed.listings().unwrap(), wanted.listings().unwrap());
        let rows = [(ONE, "a"), (TWO, "a"), ("333333333333", "a")];
        assert_eq!(inventory(&resumed), rows.map(|(account, id)| (account.to_owned(), id.to_owned())));
        let files = |folder: &Path| {
            let mut names: Vec<_> = ["", "chunks"]
                .iter()
                .flat_map(|part| fs::read_dir(folder.join(part)).unwrap())
                .map(|entry| entry.unwrap().file_name())
                .collect();
            names.sort();
            names
        };
        assert_eq!(files(broken.path()), files(whole.path()), "something was left behind");
    }

    #[test]
    fn a_journal_that_was_cut_anywhere_loses_no_more_than_its_last_account() {
        let whole = tempfile::tempdir().unwrap();
        let wanted = undisturbed(whole.path());
        let seed = tempfile::tempdir().unwrap();
        let mut writer = begin(seed.path());
        for account in [ONE, TWO] {
            fill(&mut writer, account, &["a", "b"]);
            writer.end(account, Vec::new()).unwrap();
        }
        drop(writer);
        let journal = fs::read(seed.path().join(JOURNAL)).unwrap();
        let mut kept = BTreeSet::new();
        for cut in (0..=journal.len()).step_by(7).chain([journal.len()]) {
            let folder = tempfile::tempdir().unwrap();
            for part in ["chunks", PARTS] {
                fs::create_dir(folder.path().join(part)).unwrap();
                for entry in fs::read_dir(seed.path().join(part)).unwrap() {
                    let entry = entry.unwrap();
                    fs::copy(entry.path(), folder.path().join(part).join(entry.file_name())).unwrap();
                }
            }
            fs::write(folder.path().join(JOURNAL), &journal[..cut]).unwrap();
            let mut again = begin(folder.path());
            let mut had = 0;
            for account in [ONE, TWO] {
                if again.ended(account).is_some() {
                    had += 1;
                } else {
                    fill(&mut again, account, &["a", "b"]);
                    again.end(account, Vec::new()).unwrap();
                }
            }
            kept.insert(had);
            assert_eq!(again.finish(scope(&[ONE, TWO])).unwrap().sha256(), wanted.sha256(), "cut at {cut}");
        }
        assert_eq!(kept, BTreeSet::from([0, 1, 2]));
    }

    #[test]
    fn an_account_that_left_the_scope_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = begin(folder.path());
        for account in [ONE, TWO] {
            fill(&mut writer, account, &["a"]);
            writer.end(account, Vec::new()).unwrap();
        }
        let reader = writer.finish(scope(&[ONE])).unwrap();
        assert_eq!(reader.manifest().chunks.len(), 1);
        assert_eq!((reader.manifest().calls.lines, reader.listings().unwrap().len()), (1, 1));
    }

    #[test]
    fn files_stand_beside_the_accounts_and_each_that_fails_has_a_gap() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = begin(folder.path());
        fill(&mut writer, ONE, &["a"]);
        writer.end(ONE, Vec::new()).unwrap();
        for file in ["x.json", "y.json"] {
            let parameters = BTreeMap::from([("File".to_owned(), file.to_owned())]);
            writer.record(CallRecord {
                account: FILES.to_owned(),
                attempts: 1,
                body_sha256: None,
                id: CallRecord::derive_id(FILES, "global", "config", "ReadDeliveredFile", &parameters, 1),
                operation: "ReadDeliveredFile".to_owned(),
                outcome: CallOutcome::Unparseable,
                page: 1,
                parameters,
                reason: format!("{file}: it is truncated"),
                region: "global".to_owned(),
                request_id: None,
                service: "config".to_owned(),
                time: AsOf::from_unix(1),
            });
        }
        writer.inventoried(FILES, known(ONE, "b", FILES));
        let reader = writer.finish(scope(&[ONE])).unwrap();
        let reasons: Vec<&str> = reader.manifest().coverage.gaps.iter().map(|gap| gap.reason.as_str()).collect();
        assert_eq!(reasons, ["s3:ListBuckets denied", "x.json: it is truncated", "y.json: it is truncated"]);
        let rows = [(ONE, "a"), (ONE, "b"), ("333333333333", "a")];
        assert_eq!(inventory(&reader), rows.map(|(account, id)| (account.to_owned(), id.to_owned())));
        assert_eq!(reader.manifest().accounts, [ONE]);
    }

    #[test]
    fn every_flipped_byte_of_an_inventory_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let reader = undisturbed(folder.path());
        let path = folder.path().join(INVENTORY);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&path, &changed).unwrap();
            assert!(matches!(reader.inventory(), Err(SnapshotError::Damaged { .. })), "byte {at}");
        }
        fs::remove_file(&path).unwrap();
        assert!(reader.inventory().is_err());
    }

    #[test]
    fn another_plan_or_a_lost_file_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let ended = |writer: &Writer| writer.ended(ONE).is_some();
        let fresh = || {
            let _ = fs::remove_dir_all(folder.path());
            let mut writer = begin(folder.path());
            fill(&mut writer, ONE, &["a"]);
            writer.end(ONE, Vec::new()).unwrap();
        };
        fresh();
        assert!(ended(&begin(folder.path())));
        assert!(!ended(&Writer::resume(folder.path(), plan("b"), AsOf::from_unix(40)).unwrap()));
        for (now, goes_on) in [(39, false), (40 + LONGEST, true), (41 + LONGEST, false)] {
            fresh();
            assert_eq!(
                ended(&Writer::resume(folder.path(), plan("a"), AsOf::from_unix(now)).unwrap()),
                goes_on,
                "{now}"
            );
        }
        for part in ["chunks", PARTS] {
            fresh();
            let file = fs::read_dir(folder.path().join(part)).unwrap().next().unwrap().unwrap().path();
            fs::write(&file, "x").unwrap();
            assert!(!ended(&begin(folder.path())), "{part}");
        }
        // A part of the right size and another content is noticed when it is joined.
        fresh();
        let path = part_path(folder.path(), ONE, "calls");
        let mut bytes = fs::read(&path).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(&path, bytes).unwrap();
        let writer = begin(folder.path());
        assert!(ended(&writer));
        assert!(writer.finish(scope(&[ONE])).is_err());
    }
}
