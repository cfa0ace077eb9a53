//! One assessment in, bytes out: the page, the evidence, the terminal's summary.
//!
//! May import: `model`. Guarantees: nothing here reads a clock, a path of the machine or an environment variable; the
//! same assessment gives the same bytes; a report is renamed into place when it is whole, or not at all.

pub mod gate;
pub mod html;
pub mod json;
pub mod packs;
#[cfg(test)]
pub(crate) mod sample;
pub mod summary;
pub mod terminal;
pub mod text;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use crate::model::assessment::{Assessment, EXPLORER_LIMIT};
use crate::model::digest::hex;
use crate::model::verdict::Outcome;
use packs::Pack;

/// Names of the files in the output folder.
pub const EVIDENCE: &str = "evidence.json";
pub const FINDINGS: &str = "findings.jsonl";
pub const REPORT: &str = "report.html";

/// What was written, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub report_path: PathBuf,
    pub report_sha256: String,
    pub evidence_path: PathBuf,
    pub evidence_sha256: String,
    /// Only where the findings are too many for the page.
    pub findings_path: Option<PathBuf>,
    pub findings_sha256: Option<String>,
    /// Files of the packs that were asked for, by name.
    pub pack_paths: Vec<PathBuf>,
}

/// Why the reports could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    #[error("create the folder {path}: {source}")]
    Folder { path: PathBuf, source: io::Error },
    #[error("write {path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("write {path}: {source}")]
    Page { path: PathBuf, source: html::HtmlError },
}

/// Writes `evidence.json`, `report.html`, where needed `findings.jsonl`, and the files of packs into a folder, which is created.
///
/// `verdict_lines` are read once, so they may come from a spool; see [`json::write_evidence`] for their form. Every file
/// is written beside its place, flushed to the disk, and only renamed when all of them are whole.
pub fn write<L: AsRef<[u8]>>(
    dir: &Path,
    assessment: &Assessment,
    verdict_lines: impl Iterator<Item = io::Result<L>>,
    packs: &BTreeSet<Pack>,
) -> Result<Written, WriteError> {
    fs::create_dir_all(dir).map_err(|source| WriteError::Folder { path: dir.to_owned(), source })?;
    let mut evidence = Output::create(dir, EVIDENCE)?;
    let too_many = assessment.findings.total > EXPLORER_LIMIT as u64;
    let mut findings = if too_many { Some(Output::create(dir, FINDINGS)?) } else { None };
    let copied = verdict_lines.map(|line| {
        let line = line?;
        if let Some(findings) = &mut findings {
            findings.write_failing(line.as_ref())?;
        }
        Ok(line)
    });
    let result = json::write_evidence(assessment, copied, &mut evidence);
    result.map_err(|source| evidence.failed(source))?;
    let evidence = evidence.finish()?;
    let findings = findings.map(Output::finish).transpose()?;
    let beside = html::Beside {
        evidence_sha256: evidence.sha256.clone(),
        findings_sha256: findings.as_ref().map(|file| file.sha256.clone()),
    };
    let mut report = Output::create(dir, REPORT)?;
    html::write_html(assessment, &beside, &mut report)
        .map_err(|source| WriteError::Page { path: report.path.clone(), source })?;
    let report = report.finish()?.flushed()?;
    let mut sheets = Vec::new();
    for file in packs.iter().flat_map(|pack| pack.files()) {
        let mut sheet = Output::create(dir, file.name)?;
        (file.write)(assessment, &mut sheet).map_err(|source| sheet.failed(source))?;
        sheets.push(sheet.finish()?.flushed()?);
    }
    let evidence = evidence.flushed()?;
    let findings = findings.map(Finished::flushed).transpose()?;

    let findings = findings.map(Whole::place).transpose()?;
    let (evidence_path, evidence_sha256) = evidence.place()?;
    let (report_path, report_sha256) = report.place()?;
    let mut pack_paths = Vec::new();
    for sheet in sheets {
        pack_paths.push(sheet.place()?.0);
    }
    if findings.is_none() {
        // What an earlier, larger run left there would belong to no page.
        match fs::remove_file(dir.join(FINDINGS)) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(WriteError::File { path: dir.join(FINDINGS), source });
            }
            _ => {}
        }
    }
    sync_folder(dir)?;
    let (findings_path, findings_sha256) = findings.unzip();
    Ok(Written {
        report_path,
        report_sha256,
        evidence_path,
        evidence_sha256,
        findings_path,
        findings_sha256,
        pack_paths,
    })
}

/// Makes the renames last.
fn sync_folder(dir: &Path) -> Result<(), WriteError> {
    if cfg!(unix) {
        fs::File::open(dir)
            .and_then(|folder| folder.sync_all())
            .map_err(|source| WriteError::Folder { path: dir.to_owned(), source })?;
    }
    Ok(())
}

/// A file on its way: hashed as it is written.
struct Output {
    path: PathBuf,
    file: BufWriter<Hashed>,
}

/// A file whose bytes another thread hashes: of a large estate's evidence that takes as long as writing it.
struct Hashed {
    file: NamedTempFile,
    blocks: SyncSender<Vec<u8>>,
    hash: JoinHandle<String>,
}

/// What is written and hashed at once, in bytes.
const BLOCK: usize = 1 << 20;

/// A file that is on the disk and has yet to be put in its place.
struct Whole {
    path: PathBuf,
    file: NamedTempFile,
    sha256: String,
}

/// A file of which all is written.
struct Finished {
    path: PathBuf,
    file: NamedTempFile,
    sha256: String,
    /// The disk takes its time with a large file; the next one is made meanwhile.
    flushed: JoinHandle<io::Result<()>>,
}

#[derive(Deserialize)]
struct Judged {
    verdict: Outcome,
}

impl Output {
    fn create(dir: &Path, name: &str) -> Result<Self, WriteError> {
        let path = dir.join(name);
        let mut builder = tempfile::Builder::new();
        builder.prefix(".havenmark-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o644));
        }
        match builder.tempfile_in(dir) {
            Ok(file) => Ok(Self { path, file: BufWriter::with_capacity(BLOCK, Hashed::new(file)) }),
            Err(source) => Err(WriteError::File { path, source }),
        }
    }

    /// Copies a verdict if it is a failure.
    fn write_failing(&mut self, line: &[u8]) -> io::Result<()> {
        let judged: Judged = serde_json::from_slice(line)?;
        if judged.verdict == Outcome::NotMet {
            self.write_all(line.trim_ascii_end())?;
            self.write_all(b"\n")?;
        }
        Ok(())
    }

    fn failed(&self, source: io::Error) -> WriteError {
        WriteError::File { path: self.path.clone(), source }
    }

    fn finish(self) -> Result<Finished, WriteError> {
        let Self { path, file } = self;
        let result = file.into_inner().map_err(io::IntoInnerError::into_error).and_then(Hashed::finish);
        match result {
            Ok((file, sha256, flushed)) => Ok(Finished { path, file, sha256, flushed }),
            Err(source) => Err(WriteError::File { path, source }),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Hashed {
    fn new(file: NamedTempFile) -> Self {
        let (blocks, arriving) = sync_channel::<Vec<u8>>(4);
        let hash = std::thread::spawn(move || {
            let mut hash = Sha256::new();
            for block in arriving {
                hash.update(block);
            }
            hex(&hash.finalize())
        });
        Self { file, blocks, hash }
    }

    /// The file's hash; it is on its way to the disk.
    fn finish(self) -> io::Result<(NamedTempFile, String, JoinHandle<io::Result<()>>)> {
        drop(self.blocks);
        let handle = self.file.as_file().try_clone()?;
        let flushed = std::thread::spawn(move || handle.sync_all());
        let sha256 = self.hash.join().map_err(|_| io::Error::other("the hash could not be computed"))?;
        Ok((self.file, sha256, flushed))
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        let block = bytes.get(..written).unwrap_or(bytes).to_vec();
        self.blocks.send(block).map_err(|_| io::Error::other("the hash could not be computed"))?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Finished {
    /// Waits for the disk.
    fn flushed(self) -> Result<Whole, WriteError> {
        let Self { path, file, sha256, flushed } = self;
        let result = flushed.join().unwrap_or_else(|_| Err(io::Error::other("it could not be flushed to the disk")));
        match result {
            Ok(()) => Ok(Whole { path, file, sha256 }),
            Err(source) => Err(WriteError::File { path, source }),
        }
    }
}

impl Whole {
    fn place(self) -> Result<(PathBuf, String), WriteError> {
        match self.file.persist(&self.path) {
            Ok(_) => Ok((self.path, self.sha256)),
            Err(error) => Err(WriteError::File { path: self.path, source: error.error }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::io;

    use super::packs::Pack;
    use super::{json, sample, write};
    use crate::model::digest::sha256_hex;

    #[test]
    fn the_files_are_whole_the_same_each_time_and_alone() {
        let none = BTreeSet::new();
        let (assessment, verdicts) = sample::example();
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("new/folder");
        let first = write(&folder, &assessment, verdicts.iter().map(json::verdict_line), &none).unwrap();
        let again = write(&folder, &assessment, verdicts.iter().map(json::verdict_line), &none).unwrap();
        assert_eq!(first, again);
        assert_eq!(first.report_sha256, sha256_hex(&std::fs::read(&first.report_path).unwrap()));
        assert_eq!(first.evidence_sha256, sha256_hex(&std::fs::read(&first.evidence_path).unwrap()));
        assert_eq!(first.findings_path, None);
        let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["evidence.json", "report.html"]);
    }

    #[test]
    fn packs_stand_beside_the_reports_and_change_none_of_their_bytes() {
        let (assessment, verdicts) = sample::example();
        let (plain, packed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let lines = || verdicts.iter().map(json::verdict_line);
        let without = write(plain.path(), &assessment, lines(), &BTreeSet::new()).unwrap();
        let with = write(packed.path(), &assessment, lines(), &Pack::ALL.into()).unwrap();
        assert_eq!(without.evidence_sha256, with.evidence_sha256);
        assert_eq!(without.report_sha256, with.report_sha256);
        let files: usize = Pack::ALL.iter().map(|pack| pack.files().len()).sum();
        assert_eq!((without.pack_paths.len(), with.pack_paths.len()), (0, files));
        assert!(with.pack_paths.iter().all(|path| path.is_file()));
    }

    #[test]
    fn a_failure_leaves_the_folder_as_it_was() {
        let (assessment, _) = sample::example();
        let dir = tempfile::tempdir().unwrap();
        let broken = std::iter::once(Err::<Vec<u8>, _>(io::Error::other("the spool is gone")));
        assert!(write(dir.path(), &assessment, broken, &Pack::ALL.into()).is_err());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn findings_too_many_for_the_page_go_to_a_file_that_it_names() {
        let none = BTreeSet::new();
        let (mut assessment, verdicts) = sample::example();
        assessment.findings.total = 250_001;
        let dir = tempfile::tempdir().unwrap();
        let written = write(dir.path(), &assessment, verdicts.iter().map(json::verdict_line), &none).unwrap();
        let findings = std::fs::read(written.findings_path.unwrap()).unwrap();
        let page = std::fs::read_to_string(written.report_path).unwrap();
        assert!(!findings.is_empty() && page.contains(&sha256_hex(&findings)) && !page.contains("<template"));
    }

    /// `HAVENMARK_SAMPLE_DIR=DIR cargo test --lib report` writes the pages that `tests/browser` opens.
    #[test]
    fn the_samples_can_be_looked_at() {
        let none = BTreeSet::new();
        let Some(dir) = std::env::var_os("HAVENMARK_SAMPLE_DIR") else { return };
        for (name, (assessment, verdicts)) in sample::all() {
            let folder = std::path::Path::new(&dir).join(name);
            write(&folder, &assessment, verdicts.iter().map(json::verdict_line), &none).unwrap();
        }
    }
}
