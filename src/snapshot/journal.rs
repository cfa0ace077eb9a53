//! The journal of an unfinished snapshot: which accounts are on the disk, whole.
//!
//! May import: `model`. Guarantees: a line is there only when everything that it names is; what it says of an account is
//! read again when it is needed, so that memory does not grow with the number of accounts.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::SnapshotError;
use super::manifest::{Chunk, FORMAT, SnapshotGap, StoredFile};
use super::whole::write_whole;
use crate::model::time::AsOf;

/// Its name: the marker of an unfinished snapshot.
pub(super) const JOURNAL: &str = "journal.jsonl";

/// How long after its beginning a collection may go on, in seconds: what was read a day ago is no state of today.
pub(super) const LONGEST: i64 = 86_400;

/// What a collection is of, as texts: an interrupted one goes on only where this is the same.
pub type Plan = BTreeMap<String, String>;

/// The first line.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    tool_version: String,
    plan: Plan,
    begun: AsOf,
}

/// Any other line: an account of which everything is on the disk.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ended {
    pub(super) account: String,
    pub(super) answered: u64,
    pub(super) calls: StoredFile,
    pub(super) chunks: Vec<Chunk>,
    pub(super) gaps: Vec<SnapshotGap>,
    /// What AWS Config told this account of resources, its own and others'.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) inventory: Option<StoredFile>,
    pub(super) listings: StoredFile,
    /// What the collector needs to know of the account when it goes on.
    pub(super) note: Vec<String>,
}

/// Where the line of an account stands.
#[derive(Debug)]
struct Mark {
    at: u64,
    length: u64,
    note: Vec<String>,
}

/// An open journal.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    end: u64,
    /// When the collection was first begun.
    pub(super) begun: AsOf,
    ended: BTreeMap<String, Mark>,
}

impl Journal {
    /// Begins one in place of whatever is there.
    pub(super) fn begin(folder: &Path, plan: Plan, begun: AsOf) -> Result<Self, SnapshotError> {
        let header =
            Header { format: FORMAT.to_owned(), tool_version: env!("CARGO_PKG_VERSION").to_owned(), plan, begun };
        Self::write(folder, &header, std::iter::empty())
    }

    /// Goes on with one of the same plan and program that was begun within a day, with the accounts that `is_there` finds
    /// whole; none where there is no such journal.
    pub(super) fn resume(
        folder: &Path,
        plan: &Plan,
        now: AsOf,
        is_there: impl Fn(&Ended) -> bool,
    ) -> Result<Option<Self>, SnapshotError> {
        let Ok(file) = File::open(folder.join(JOURNAL)) else { return Ok(None) };
        let mut lines = BufReader::new(file).split(b'\n').map_while(Result::ok).peekable();
        let header = lines.next().and_then(|line| serde_json::from_slice::<Header>(&line).ok());
        let Some(header) = header.filter(|header| {
            header.format == FORMAT
                && header.tool_version == env!("CARGO_PKG_VERSION")
                && header.plan == *plan
                && (0..=LONGEST).contains(&now.unix().saturating_sub(header.begun.unix()))
        }) else {
            return Ok(None);
        };
        // A line that was cut off is one whose account had not ended. One that lacks only its end reads all the same, and
        // says what is true: its account is looked for on the disk too.
        let accounts = lines.map_while(|line| serde_json::from_slice::<Ended>(&line).ok()).filter(is_there);
        Self::write(folder, &header, accounts).map(Some)
    }

    /// Written anew, so that what comes next does not stand behind half a line.
    fn write(folder: &Path, header: &Header, accounts: impl Iterator<Item = Ended>) -> Result<Self, SnapshotError> {
        let path = folder.join(JOURNAL);
        let (mut end, mut ended) = (0, BTreeMap::new());
        write_whole(&path, |file| {
            let first = line(header)?;
            end += first.len() as u64;
            file.write_all(&first)?;
            for account in accounts {
                let text = line(&account)?;
                ended.insert(account.account, Mark { at: end, length: text.len() as u64, note: account.note });
                end += text.len() as u64;
                file.write_all(&text)?;
            }
            Ok(())
        })?;
        let file = OpenOptions::new().read(true).append(true).open(&path).map_err(SnapshotError::io(&path))?;
        Ok(Self { path, file, end, begun: header.begun, ended })
    }

    /// Notes that an account is on the disk, whole.
    pub(super) fn end(&mut self, account: &Ended) -> Result<(), SnapshotError> {
        let mut append = || -> std::io::Result<u64> {
            let text = line(account)?;
            self.file.write_all(&text)?;
            self.file.sync_data()?;
            Ok(text.len() as u64)
        };
        let length = append().map_err(SnapshotError::io(&self.path))?;
        self.ended.insert(account.account.clone(), Mark { at: self.end, length, note: account.note.clone() });
        self.end += length;
        Ok(())
    }

    /// The note of an account that has ended.
    pub(super) fn note(&self, account: &str) -> Option<&[String]> {
        self.ended.get(account).map(|mark| mark.note.as_slice())
    }

    /// Forgets the accounts that are not in scope.
    pub(super) fn retain(&mut self, scope: &[String]) {
        self.ended.retain(|account, _| scope.contains(account));
    }

    /// What was noted of each account, in their order, one at a time.
    pub(super) fn accounts(&self) -> impl Iterator<Item = Result<Ended, SnapshotError>> + '_ {
        self.ended.values().map(|mark| self.read(mark).map_err(SnapshotError::io(&self.path)))
    }

    fn read(&self, mark: &Mark) -> std::io::Result<Ended> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(mark.at))?;
        let mut text = Vec::new();
        file.take(mark.length).read_to_end(&mut text)?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// The snapshot is finished.
    pub(super) fn remove(self) -> Result<(), SnapshotError> {
        fs::remove_file(&self.path).map_err(SnapshotError::io(&self.path))
    }
}

fn line<T: Serialize>(value: &T) -> std::io::Result<Vec<u8>> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    Ok(text)
}
