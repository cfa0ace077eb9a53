//! Reads a finished snapshot.
//!
//! May import: `model`. Guarantees: size and hash of a stored file are checked before it is decompressed; nothing that was
//! read stands unless the hash of its lines holds too; no link is followed; nothing decompresses beyond what the manifest
//! says; ledger and listings, which may be too large for memory, pass through it line by line.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Deserialize;

use super::SnapshotError;
use super::inventory::{INVENTORY, InventoryLines};
use super::journal::JOURNAL;
use super::manifest::{Chunk, FORMAT, Manifest, StoredFile};
use crate::model::call::CallRecord;
use crate::model::digest::{Hasher, sha256_hex};
use crate::model::document::ResourceDocument;
use crate::model::listing::Listing;

/// The most that one chunk may decompress to: 2 GiB.
const MOST_BYTES: u64 = 2 << 30;
/// The longest line of a file that passes through line by line: 64 MiB.
const MOST_LINE: u64 = 64 << 20;
/// zstd's window, as an exponent: 128 MiB.
const WINDOW_LOG: u32 = 27;
/// The largest manifest: 256 MiB, about a million chunks.
const MOST_MANIFEST: u64 = 256 << 20;

/// What a manifest of any version says.
#[derive(Debug, Deserialize)]
struct Head {
    format: Option<String>,
}

/// A snapshot that is open for reading.
#[derive(Debug, Clone)]
pub struct Reader {
    folder: PathBuf,
    manifest: Manifest,
    sha256: String,
}

impl Reader {
    /// Opens a snapshot and checks its manifest.
    ///
    /// # Errors
    /// Nothing is there, it is unfinished, of another format, or its manifest does not hold together.
    pub fn open(folder: &Path) -> Result<Self, SnapshotError> {
        let path = folder.join("manifest.json");
        if !path.exists() {
            return Err(if folder.join(JOURNAL).exists() {
                SnapshotError::Unfinished(folder.to_owned())
            } else if folder.is_file() {
                SnapshotError::NoFolder(folder.to_owned())
            } else {
                SnapshotError::NotThere(folder.to_owned())
            });
        }
        let bytes = read_plain(&path, MOST_MANIFEST)?;
        let fail = |detail: String| SnapshotError::Manifest { file: path.clone(), detail };
        // The format first: a manifest of another has other members.
        let head: Head = serde_json::from_slice(&bytes).map_err(|e| fail(e.to_string()))?;
        match head.format.as_deref() {
            Some(FORMAT) => {}
            Some(other) => return Err(SnapshotError::Format { file: path, found: other.to_owned() }),
            None => return Err(fail("it says no format".to_owned())),
        }
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|e| fail(e.to_string()))?;
        let accounts: BTreeSet<&str> = manifest.accounts.iter().map(String::as_str).collect();
        if !manifest.chunks.is_sorted_by(|a, b| a.account <= b.account) {
            return Err(fail("its chunks are not in the order of their accounts".to_owned()));
        }
        for chunk in &manifest.chunks {
            let name = &chunk.file.sha256;
            if name.len() != 64 || !name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
                return Err(fail(format!("\"{name}\" is no SHA-256, so it names no chunk")));
            }
            if !accounts.contains(chunk.account.as_str()) {
                return Err(fail(format!("a chunk belongs to account {}, which is not in scope", chunk.account)));
            }
        }
        Ok(Self { folder: folder.to_owned(), manifest, sha256: sha256_hex(&bytes) })
    }

    /// What the snapshot says of itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The hash of `manifest.json`: the identity of the snapshot.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The chunks of an account.
    #[must_use]
    pub fn chunks_of(&self, account: &str) -> &[Chunk] {
        let chunks = &self.manifest.chunks;
        let begin = chunks.partition_point(|chunk| chunk.account.as_str() < account);
        let end = chunks.partition_point(|chunk| chunk.account.as_str() <= account);
        chunks.get(begin..end).unwrap_or_default()
    }

    /// The documents of a chunk, in the order of their ids.
    ///
    /// # Errors
    /// The file is not there, its hash does not match, or a line is no resource document of that chunk.
    pub fn documents(&self, chunk: &Chunk) -> Result<Vec<ResourceDocument>, SnapshotError> {
        let path = self.folder.join("chunks").join(format!("{}.jsonl.zst", chunk.file.sha256));
        let text = read_stored(&path, &chunk.file)?;
        let fail = |detail: String| SnapshotError::Damaged { file: path.clone(), detail };
        let read = |(number, line): (usize, &str)| {
            let document: ResourceDocument =
                serde_json::from_str(line).map_err(|e| fail(format!("line {}: {e}", number + 1)))?;
            if document.kind != chunk.kind || document.account != chunk.account || document.region != chunk.region {
                return Err(fail(format!("line {} is of another type, account or Region than its chunk", number + 1)));
            }
            Ok(document)
        };
        let lines: Vec<&str> = text.lines().collect();
        let documents = lines.into_par_iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        if documents.len() as u64 != chunk.file.lines {
            return Err(fail(format!("{} lines, where the manifest says {}", documents.len(), chunk.file.lines)));
        }
        Ok(documents)
    }

    /// How far each type was listed, by account.
    ///
    /// # Errors
    /// As [`Self::for_each_listing`].
    pub fn listings(&self) -> Result<Vec<Listing>, SnapshotError> {
        let mut listings = Vec::new();
        self.for_each_listing(|listing| listings.push(listing))?;
        Ok(listings)
    }

    /// How far each type was listed, by account, one at a time.
    ///
    /// # Errors
    /// The file is not there, its hash does not match, or a line is no listing.
    pub fn for_each_listing(&self, mut visit: impl FnMut(Listing)) -> Result<(), SnapshotError> {
        let accounts: BTreeSet<&str> = self.manifest.accounts.iter().map(String::as_str).collect();
        let path = self.folder.join("listings.jsonl.zst");
        for_each_line(&path, &self.manifest.listings, |line| {
            let listing: Listing = serde_json::from_str(line).map_err(|e| e.to_string())?;
            if !accounts.contains(listing.account.as_str()) {
                return Err(format!("account {} is not in scope", listing.account));
            }
            visit(listing);
            Ok(())
        })
    }

    /// What AWS Config knows, by account; none where it was not asked.
    ///
    /// # Errors
    /// The file is not there, its hash does not match, or its first line is no row.
    pub fn inventory(&self) -> Result<Option<InventoryLines>, SnapshotError> {
        let Some(stored) = &self.manifest.inventory else { return Ok(None) };
        let path = self.folder.join(INVENTORY);
        let compressed = read_compressed(&path, stored)?;
        InventoryLines::new(path, compressed, stored).map(Some)
    }

    /// Every entry of the ledger, by account and id, one at a time.
    ///
    /// # Errors
    /// The file is not there, its hash does not match, or a line is no ledger entry.
    pub fn for_each_call(&self, mut visit: impl FnMut(CallRecord)) -> Result<(), SnapshotError> {
        let path = self.folder.join("calls.jsonl.zst");
        for_each_line(&path, &self.manifest.calls, |line| {
            visit(serde_json::from_str(line).map_err(|e| e.to_string())?);
            Ok(())
        })
    }
}

/// The lines of a file that may be too large for memory. What is stored was checked before the first is visited; that the
/// lines are those of the manifest, when the last was.
fn for_each_line(
    path: &Path,
    stored: &StoredFile,
    mut visit: impl FnMut(&str) -> Result<(), String>,
) -> Result<(), SnapshotError> {
    let fail = |detail: String| SnapshotError::Damaged { file: path.to_owned(), detail };
    let compressed = read_compressed(path, stored)?;
    let mut lines = BufReader::with_capacity(1 << 16, decoder(path, compressed.as_slice(), stored)?);
    let mut hasher = Hasher::default();
    let (mut line, mut number) = (Vec::new(), 0_u64);
    loop {
        line.clear();
        let read = (&mut lines).take(MOST_LINE).read_until(b'\n', &mut line);
        if read.map_err(|e| fail(format!("it does not decompress: {e}")))? == 0 {
            break;
        }
        hasher.add(&line);
        number += 1;
        let at = |why: String| fail(format!("line {number}: {why}"));
        let Some(line) = line.strip_suffix(b"\n") else { return Err(at("it has no end".to_owned())) };
        let line = std::str::from_utf8(line).map_err(|_| at("it is not UTF-8".to_owned()))?;
        visit(line).map_err(at)?;
    }
    if number != stored.lines {
        return Err(fail(format!("{number} lines, where the manifest says {}", stored.lines)));
    }
    let (bytes, sha256) = hasher.finish();
    if bytes != stored.bytes {
        return Err(fail(format!("it decompresses to another size than the {} bytes of the manifest", stored.bytes)));
    }
    if sha256 != stored.sha256 {
        return Err(fail("the SHA-256 of its lines is not the one in the manifest".to_owned()));
    }
    Ok(())
}

/// A regular file, never through a link, of at most `most` bytes.
fn read_plain(path: &Path, most: u64) -> Result<Vec<u8>, SnapshotError> {
    let metadata = fs::symlink_metadata(path).map_err(SnapshotError::io(path))?;
    let fail = |detail: String| SnapshotError::Damaged { file: path.to_owned(), detail };
    if !metadata.is_file() {
        return Err(fail("it is no regular file".to_owned()));
    }
    if metadata.len() > most {
        return Err(fail(format!("it has {} bytes, more than the {most} that are read", metadata.len())));
    }
    fs::read(path).map_err(SnapshotError::io(path))
}

/// What a file holds as it is stored, its size and hash checked.
fn read_compressed(path: &Path, stored: &StoredFile) -> Result<Vec<u8>, SnapshotError> {
    let fail = |detail: String| SnapshotError::Damaged { file: path.to_owned(), detail };
    if !path.exists() {
        return Err(fail("the file is not there".to_owned()));
    }
    let compressed = read_plain(path, stored.stored_bytes.max(1))?;
    if compressed.len() as u64 != stored.stored_bytes {
        return Err(fail(format!(
            "it has {} bytes, where the manifest says {}",
            compressed.len(),
            stored.stored_bytes
        )));
    }
    if sha256_hex(&compressed) != stored.stored_sha256 {
        return Err(fail("its SHA-256 is not the one in the manifest".to_owned()));
    }
    Ok(compressed)
}

/// Decompresses one byte more than the manifest promises: enough to see that the promise does not hold.
pub(super) fn decoder<R: Read>(
    path: &Path,
    compressed: R,
    stored: &StoredFile,
) -> Result<std::io::Take<zstd::Decoder<'static, BufReader<R>>>, SnapshotError> {
    let fail = |detail: String| SnapshotError::Damaged { file: path.to_owned(), detail };
    let mut decoder = zstd::Decoder::new(compressed).map_err(|e| fail(format!("it is no zstd file: {e}")))?;
    decoder.window_log_max(WINDOW_LOG).map_err(|e| fail(e.to_string()))?;
    Ok(decoder.take(stored.bytes.saturating_add(1)))
}

fn read_stored(path: &Path, stored: &StoredFile) -> Result<String, SnapshotError> {
    let fail = |detail: String| SnapshotError::Damaged { file: path.to_owned(), detail };
    if stored.bytes > MOST_BYTES {
        return Err(fail(format!(
            "the manifest says {} bytes, more than the {MOST_BYTES} that are read",
            stored.bytes
        )));
    }
    let compressed = read_compressed(path, stored)?;
    let mut text = Vec::with_capacity(usize::try_from(stored.bytes.min(1 << 26)).unwrap_or_default());
    decoder(path, compressed.as_slice(), stored)?
        .read_to_end(&mut text)
        .map_err(|e| fail(format!("it does not decompress: {e}")))?;
    if text.len() as u64 != stored.bytes {
        return Err(fail(format!("it decompresses to another size than the {} bytes of the manifest", stored.bytes)));
    }
    if sha256_hex(&text) != stored.sha256 {
        return Err(fail("the SHA-256 of its lines is not the one in the manifest".to_owned()));
    }
    String::from_utf8(text).map_err(|_| fail("its lines are not UTF-8".to_owned()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::Reader;
    use crate::model::call::{CallOutcome, CallRecord};
    use crate::model::document::ResourceDocument;
    use crate::model::time::AsOf;
    use crate::snapshot::{Scope, SnapshotError, Writer};

    fn scope() -> Scope {
        Scope {
            accounts: vec!["111111111111".to_owned()],
            regions: vec!["eu-west-2".to_owned()],
            caller: None,
            collected_from: AsOf::from_unix(0),
            collected_to: AsOf::from_unix(60),
        }
    }

    fn bucket(id: &str) -> ResourceDocument {
        ResourceDocument {
            kind: "AWS::S3::Bucket".to_owned(),
            id: id.to_owned(),
            account: "111111111111".to_owned(),
            region: "eu-west-2".to_owned(),
            ..ResourceDocument::default()
        }
    }

    fn call(operation: &str, outcome: CallOutcome) -> CallRecord {
        CallRecord {
            account: "111111111111".to_owned(),
            attempts: 1,
            body_sha256: None,
            id: CallRecord::derive_id("111111111111", "global", "s3", operation, &BTreeMap::new(), 1),
            operation: operation.to_owned(),
            outcome,
            page: 1,
            parameters: BTreeMap::new(),
            reason: "AccessDenied (403)".to_owned(),
            region: "global".to_owned(),
            request_id: None,
            service: "s3".to_owned(),
            time: AsOf::from_unix(1),
        }
    }

    fn write(folder: &Path, ids: &[&str]) -> Reader {
        let mut writer = Writer::create(folder).unwrap();
        for id in ids {
            writer.document(&bucket(id)).unwrap();
        }
        writer.record(call("ListBuckets", CallOutcome::Present));
        writer.record(call("GetBucketPolicy", CallOutcome::Denied));
        writer.finish(scope()).unwrap()
    }

    #[test]
    fn what_was_written_is_read_in_the_order_of_ids() {
        let folder = tempfile::tempdir().unwrap();
        let reader = write(folder.path(), &["b", "a"]);
        let documents = reader.documents(&reader.manifest().chunks[0]).unwrap();
        assert_eq!(documents.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!((reader.manifest().coverage.calls, reader.manifest().coverage.answered), (2, 1));
        assert_eq!(reader.manifest().coverage.gaps[0].operation, "GetBucketPolicy");
        let mut calls = 0;
        reader.for_each_call(|_| calls += 1).unwrap();
        assert_eq!(calls, 2);
    }

    #[test]
    fn the_order_of_arrival_changes_no_byte() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert_eq!(write(one.path(), &["b", "a"]).sha256(), write(two.path(), &["a", "b"]).sha256());
    }

    /// An account whose chunks stood in two places would lose some of them.
    #[test]
    fn chunks_out_of_order_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut manifest = write(folder.path(), &["a"]).manifest().clone();
        let mut other = manifest.chunks[0].clone();
        other.account = "000000000000".to_owned();
        manifest.accounts.insert(0, other.account.clone());
        manifest.chunks.push(other);
        std::fs::write(folder.path().join("manifest.json"), serde_json::to_vec(&manifest).unwrap()).unwrap();
        let error = Reader::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("not in the order of their accounts"), "{error}");
        manifest.chunks.reverse();
        std::fs::write(folder.path().join("manifest.json"), serde_json::to_vec(&manifest).unwrap()).unwrap();
        assert_eq!(Reader::open(folder.path()).unwrap().chunks_of("000000000000").len(), 1);
    }

    #[test]
    fn what_is_written_of_a_manifest_is_a_manifest() {
        let folder = tempfile::tempdir().unwrap();
        let reader = write(folder.path(), &["b", "a"]);
        let written = std::fs::read_to_string(folder.path().join("manifest.json")).unwrap();
        assert_eq!(written, format!("{}\n", serde_json::to_string_pretty(reader.manifest()).unwrap()));
    }

    #[test]
    fn every_flipped_byte_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["a"]);
        let chunk = std::fs::read_dir(folder.path().join("chunks")).unwrap().next().unwrap().unwrap().path();
        for path in [chunk, folder.path().join("calls.jsonl.zst")] {
            let whole = std::fs::read(&path).unwrap();
            for at in 0..whole.len() {
                let mut changed = whole.clone();
                changed[at] ^= 1;
                std::fs::write(&path, &changed).unwrap();
                let reader = Reader::open(folder.path()).unwrap();
                let read = reader.documents(&reader.manifest().chunks[0]).err().or(reader.for_each_call(|_| ()).err());
                assert!(matches!(read, Some(SnapshotError::Damaged { .. })), "byte {at} of {}", path.display());
            }
            std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
            let reader = Reader::open(folder.path()).unwrap();
            assert!(reader.documents(&reader.manifest().chunks[0]).is_err() || reader.for_each_call(|_| ()).is_err());
            std::fs::write(&path, whole).unwrap();
        }
    }

    #[test]
    fn a_newer_format_is_refused_with_help() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["a"]);
        let path = folder.path().join("manifest.json");
        let text = std::fs::read_to_string(&path).unwrap().replace("havenmark-snapshot/1", "havenmark-snapshot/2");
        std::fs::write(&path, text).unwrap();
        let error = Reader::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("havenmark-snapshot/2") && error.contains("collect again"), "{error}");
    }

    #[test]
    fn an_unfinished_snapshot_names_the_command_that_finishes_it() {
        let folder = tempfile::tempdir().unwrap();
        drop(Writer::create(folder.path()).unwrap());
        let error = Reader::open(folder.path()).unwrap_err().to_string();
        assert!(error.contains("havenmark collect -o"), "{error}");
    }

    #[test]
    fn a_finished_snapshot_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &["a"]);
        assert!(matches!(Writer::create(folder.path()), Err(SnapshotError::AlreadyThere(_))));
    }

    #[test]
    fn a_folder_with_other_files_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
        assert!(matches!(Writer::create(folder.path()), Err(SnapshotError::NotEmpty(_))));
    }
}
