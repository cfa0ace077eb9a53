//! What changed since an earlier run, from its `evidence.json`.
//!
//! May import: `model`. Guarantees: a failure that is not judged now is *no longer seen*, never *fixed*.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::model::assessment::Since;
use crate::model::time::AsOf;
use crate::model::verdict::{Outcome, Verdict};

/// How many of the new ones are named.
const SAMPLE: usize = 20;

/// Why an evidence file of an earlier run cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    #[error("{}: {source}", .file.display())]
    Io { file: PathBuf, source: std::io::Error },
    #[error("{} is no evidence.json of this program: {detail}. Give the evidence.json that an earlier audit wrote", .file.display())]
    Form { file: PathBuf, detail: String },
}

/// The failures of an earlier run.
#[derive(Debug, Clone, Default)]
pub struct PreviousRun {
    as_of: Option<AsOf>,
    /// Fingerprint to (control, resource).
    failing: BTreeMap<String, (String, String)>,
    seen: BTreeSet<String>,
    new: Vec<(String, String)>,
    new_count: u64,
    fixed: u64,
    unchanged: u64,
}

#[derive(Deserialize)]
struct FormatPart {
    format: String,
}

#[derive(Deserialize)]
struct EvidenceFile {
    run: RunPart,
    verdicts: Vec<VerdictPart>,
}

#[derive(Deserialize)]
struct RunPart {
    as_of: AsOf,
}

#[derive(Deserialize)]
struct VerdictPart {
    control: String,
    fingerprint: String,
    resource: String,
    verdict: Outcome,
}

impl PreviousRun {
    /// Reads an `evidence.json`.
    ///
    /// # Errors
    /// It cannot be read, or is something else.
    pub fn load(file: &Path) -> Result<Self, EvidenceError> {
        if file.is_dir() {
            let detail = "it is a folder".to_owned();
            return Err(EvidenceError::Form { file: file.to_owned(), detail });
        }
        let text = std::fs::read(file).map_err(|source| EvidenceError::Io { file: file.to_owned(), source })?;
        let fail = |detail: String| EvidenceError::Form { file: file.to_owned(), detail };
        // The format first: another one may lack members that this one has.
        let FormatPart { format } = serde_json::from_slice(&text).map_err(|e| fail(e.to_string()))?;
        if format != "havenmark-evidence/1" {
            return Err(fail(format!("its format is {format:?}, and this program reads havenmark-evidence/1")));
        }
        let evidence: EvidenceFile = serde_json::from_slice(&text).map_err(|e| fail(e.to_string()))?;
        let failing = evidence
            .verdicts
            .into_iter()
            .filter(|v| v.verdict == Outcome::NotMet)
            .map(|v| (v.fingerprint, (v.control, v.resource)))
            .collect();
        Ok(Self { as_of: Some(evidence.run.as_of), failing, ..Self::default() })
    }

    /// Compares one verdict of this run.
    pub(super) fn compare(&mut self, verdict: &Verdict) {
        let failed_then = self.failing.contains_key(&verdict.fingerprint);
        match verdict.verdict {
            Outcome::NotMet if failed_then => {
                self.seen.insert(verdict.fingerprint.clone());
                self.unchanged += 1;
            }
            Outcome::NotMet => {
                self.new_count += 1;
                if self.new.len() < SAMPLE {
                    self.new.push((verdict.control.clone(), verdict.resource.clone()));
                }
            }
            // An accepted deviation is still there, but no longer counts as failing.
            Outcome::Met | Outcome::Excepted | Outcome::NotApplicable if failed_then => {
                self.seen.insert(verdict.fingerprint.clone());
                self.fixed += 1;
            }
            _ => {}
        }
    }

    /// The comparison, once every verdict was seen.
    pub(super) fn finish(self) -> Option<Since> {
        let gone: Vec<(String, String)> = self
            .failing
            .iter()
            .filter(|(fingerprint, _)| !self.seen.contains(*fingerprint))
            .map(|(_, named)| named.clone())
            .collect();
        Some(Since {
            as_of: self.as_of?,
            new: self.new_count,
            fixed: self.fixed,
            unchanged: self.unchanged,
            no_longer_seen: gone.len() as u64,
            new_sample: self.new,
            no_longer_seen_sample: gone.into_iter().take(SAMPLE).collect(),
        })
    }
}
