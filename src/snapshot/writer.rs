//! Writes a snapshot.
//!
//! May import: `model`. Guarantees: every file is written under a temporary name, synced and renamed; the manifest comes
//! last; the same documents give the same chunk names, whatever the order in which they came.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::manifest::{Chunk, Coverage, FORMAT, Manifest, SnapshotGap, StoredFile};
use super::{Reader, SnapshotError};
use crate::model::call::{CallOutcome, CallRecord};
use crate::model::digest::{Hasher, sha256_hex};
use crate::model::document::ResourceDocument;
use crate::model::listing::Listing;
use crate::model::time::AsOf;

/// The marker of an unfinished snapshot.
pub(super) const JOURNAL: &str = "journal.jsonl";
/// Fast, and small enough: `docs/performance.md`.
const ZSTD_LEVEL: i32 = 3;

/// How long after its beginning a collection may go on, in seconds: what was read a day ago is no state of today.
const LONGEST: i64 = 86_400;
/// What ended accounts left, until they are joined.
const PARTS: &str = "parts";

/// Region, service, operation, outcome.
type GapKey = (String, String, String, CallOutcome);

/// Whose state was collected, and when.
#[derive(Debug, Clone)]
pub struct Scope {
    pub accounts: Vec<String>,
    pub regions: Vec<String>,
    pub caller: Option<String>,
    pub collected_from: AsOf,
    pub collected_to: AsOf,
}

/// What a collection is of, as texts: an interrupted one goes on only where this is the same.
pub type Plan = BTreeMap<String, String>;

/// The first line of the journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    tool_version: String,
    plan: Plan,
    begun: AsOf,
}

/// Any other line of the journal: an account of which everything is on the disk.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    account: String,
    answered: u64,
    calls: StoredFile,
    chunks: Vec<Chunk>,
    gaps: Vec<SnapshotGap>,
    listings: StoredFile,
    /// What the collector needs to know of the account when it goes on.
    note: Vec<String>,
}

/// What came of an account and is not on the disk yet.
#[derive(Debug, Default)]
struct Pending {
    /// Chunks that were written before the account ended.
    chunks: Vec<Chunk>,
    /// (Region, type) to the lines by id.
    documents: BTreeMap<(String, String), BTreeMap<String, String>>,
    calls: BTreeMap<String, CallRecord>,
    listings: Vec<Listing>,
}

/// A snapshot being written: the accounts that are under way in memory, those that have ended on the disk.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    journal: File,
    begun: AsOf,
    pending: BTreeMap<String, Pending>,
    ended: BTreeMap<String, Ended>,
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
        let path = folder.join(JOURNAL);
        let text = fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let mut lines = text.split_inclusive('\n');
        let header = lines.next().and_then(|line| serde_json::from_str::<Header>(line).ok());
        let Some(header) = header.filter(|header| {
            header.format == FORMAT
                && header.tool_version == env!("CARGO_PKG_VERSION")
                && header.plan == plan
                && (0..=LONGEST).contains(&now.unix().saturating_sub(header.begun.unix()))
        }) else {
            return Self::begin(folder, plan, now);
        };
        let mut ended = BTreeMap::new();
        // A line that was cut off is one whose account had not ended.
        for line in lines.filter(|line| line.ends_with('\n')) {
            let Ok(account) = serde_json::from_str::<Ended>(line) else { break };
            if is_there(folder, &account) {
                ended.insert(account.account.clone(), account);
            }
        }
        // Written anew, so that what comes next does not stand behind half a line.
        let mut kept = line(folder, &header)?;
        for account in ended.values() {
            kept.push_str(&line(folder, account)?);
        }
        write_whole(&path, kept.as_bytes())?;
        let journal = OpenOptions::new().append(true).open(&path).map_err(SnapshotError::io(&path))?;
        Ok(Self { folder: folder.to_owned(), journal, begun: header.begun, pending: BTreeMap::new(), ended })
    }

    fn begin(folder: &Path, plan: Plan, begun: AsOf) -> Result<Self, SnapshotError> {
        Self::check(folder)?;
        let path = folder.join(JOURNAL);
        for name in ["chunks", PARTS] {
            let part = folder.join(name);
            if path.exists() && part.exists() {
                fs::remove_dir_all(&part).map_err(SnapshotError::io(&part))?;
            }
            fs::create_dir_all(&part).map_err(SnapshotError::io(&part))?;
        }
        let header =
            Header { format: FORMAT.to_owned(), tool_version: env!("CARGO_PKG_VERSION").to_owned(), plan, begun };
        write_whole(&path, line(folder, &header)?.as_bytes())?;
        let journal = OpenOptions::new().append(true).open(&path).map_err(SnapshotError::io(&path))?;
        Ok(Self { folder: folder.to_owned(), journal, begun, pending: BTreeMap::new(), ended: BTreeMap::new() })
    }

    /// The note of an account that had ended before the collection was interrupted.
    #[must_use]
    pub fn ended(&self, account: &str) -> Option<&[String]> {
        self.ended.get(account).map(|ended| ended.note.as_slice())
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
    ///
    /// # Errors
    /// The disk.
    pub fn end(&mut self, account: &str, note: Vec<String>) -> Result<(), SnapshotError> {
        self.flush_account(account)?;
        let mut pending = self.pending.remove(account).unwrap_or_default();
        let mut gaps: BTreeMap<GapKey, (u64, String)> = BTreeMap::new();
        let mut answered = 0;
        for call in pending.calls.values() {
            if call.outcome.answered() {
                answered += 1;
            } else {
                let key = (call.region.clone(), call.service.clone(), call.operation.clone(), call.outcome);
                gaps.entry(key).or_insert_with(|| (0, call.reason.clone())).0 += 1;
            }
        }
        pending.listings.sort();
        pending.listings.dedup();
        let calls = self.part(account, "calls", pending.calls.values())?;
        let listings = self.part(account, "listings", pending.listings.iter())?;
        let ended = Ended {
            account: account.to_owned(),
            answered,
            calls,
            chunks: pending.chunks,
            gaps: gaps
                .into_iter()
                .map(|((region, service, operation, outcome), (count, reason))| SnapshotGap {
                    account: account.to_owned(),
                    count,
                    operation,
                    outcome,
                    reason,
                    region,
                    service,
                })
                .collect(),
            listings,
            note,
        };
        let path = self.folder.join(JOURNAL);
        let text = line(&self.folder, &ended)?;
        self.journal.write_all(text.as_bytes()).map_err(SnapshotError::io(&path))?;
        self.journal.sync_data().map_err(SnapshotError::io(&path))?;
        self.ended.insert(account.to_owned(), ended);
        Ok(())
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
        self.ended.retain(|account, _| scope.accounts.contains(account));
        let calls = self.join("calls", |ended| &ended.calls)?;
        let listings = self.join("listings", |ended| &ended.listings)?;
        let sorted = |mut list: Vec<String>| {
            list.sort();
            list.dedup();
            list
        };
        let (mut chunks, mut gaps, mut answered) = (Vec::new(), Vec::new(), 0);
        for ended in std::mem::take(&mut self.ended).into_values() {
            chunks.extend(ended.chunks);
            gaps.extend(ended.gaps);
            answered += ended.answered;
        }
        chunks.sort_by(|a, b| (&a.account, &a.region, &a.kind).cmp(&(&b.account, &b.region, &b.kind)));
        self.sweep(&chunks)?;
        let begun = self.begun;
        let manifest = Manifest {
            accounts: sorted(scope.accounts),
            caller: scope.caller,
            coverage: Coverage { answered, calls: calls.lines, gaps },
            calls,
            chunks,
            // An interrupted collection began when it was first begun.
            collected_from: if begun.unix() > 0 { begun.min(scope.collected_from) } else { scope.collected_from },
            collected_to: scope.collected_to,
            format: FORMAT.to_owned(),
            listings,
            regions: sorted(scope.regions),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let mut bytes = serde_json::to_vec_pretty(&manifest).map_err(|e| SnapshotError::io(&self.folder)(e.into()))?;
        bytes.push(b'\n');
        write_whole(&self.folder.join("manifest.json"), &bytes)?;
        let parts = self.folder.join(PARTS);
        fs::remove_dir_all(&parts).map_err(SnapshotError::io(&parts))?;
        let journal = self.folder.join(JOURNAL);
        fs::remove_file(&journal).map_err(SnapshotError::io(&journal))?;
        Reader::open(&self.folder)
    }

    /// The parts of all accounts as one file, in the order of the accounts. One after the other goes through memory; zstd
    /// frames that stand one behind the other are one stream.
    fn join(&self, name: &str, of: impl Fn(&Ended) -> &StoredFile) -> Result<StoredFile, SnapshotError> {
        let path = self.folder.join(format!("{name}.jsonl.zst"));
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).map_err(SnapshotError::io(&path))?;
        let (mut plain, mut stored) = (Hasher::default(), Hasher::default());
        let mut lines = 0;
        for ended in self.ended.values() {
            let part = part_path(&self.folder, &ended.account, name);
            let compressed = fs::read(&part).map_err(SnapshotError::io(&part))?;
            let text = zstd::decode_all(compressed.as_slice()).map_err(SnapshotError::io(&part))?;
            if sha256_hex(&text) != of(ended).sha256 {
                return Err(SnapshotError::Damaged {
                    file: part,
                    detail: "the SHA-256 of its lines is not the one in the journal".to_owned(),
                });
            }
            plain.add(&text);
            stored.add(&compressed);
            lines += of(ended).lines;
            file.write_all(&compressed).map_err(SnapshotError::io(&path))?;
        }
        file.as_file().sync_all().map_err(SnapshotError::io(&path))?;
        file.persist(&path).map_err(|e| SnapshotError::io(&path)(e.error))?;
        let ((bytes, sha256), (stored_bytes, stored_sha256)) = (plain.finish(), stored.finish());
        Ok(StoredFile { bytes, lines, sha256, stored_bytes, stored_sha256 })
    }

    /// Removes chunks of accounts that were interrupted: what is there is what the manifest names.
    fn sweep(&self, chunks: &[Chunk]) -> Result<(), SnapshotError> {
        let folder = self.folder.join("chunks");
        let named: BTreeSet<String> = chunks.iter().map(|c| format!("{}.jsonl.zst", c.file.sha256)).collect();
        for entry in fs::read_dir(&folder).map_err(SnapshotError::io(&folder))? {
            let entry = entry.map_err(SnapshotError::io(&folder))?;
            if !entry.file_name().to_str().is_some_and(|name| named.contains(name)) {
                fs::remove_file(entry.path()).map_err(SnapshotError::io(entry.path()))?;
            }
        }
        Ok(())
    }
}

fn line<T: Serialize>(folder: &Path, value: &T) -> Result<String, SnapshotError> {
    let text = serde_json::to_string(value).map_err(|e| SnapshotError::io(folder)(e.into()))?;
    Ok(format!("{text}\n"))
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
        && ended.chunks.iter().all(|c| has(folder.join("chunks").join(format!("{}.jsonl.zst", c.file.sha256)), &c.file))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::CallRecord;

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
