//! Files for other people's forms, on request: sheets that are pasted or sent rather than read on the page.
//!
//! May import: `model`, `report`. Guarantees: a file's name contains its pack's; the same assessment gives the same bytes;
//! every row says as of when it holds, for a sheet is often parted from its run.

mod dspt;
mod gdpr;
mod satre;
mod sheet;

use std::io::{self, Write};

use crate::model::assessment::Assessment;

/// A group of files that is asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pack {
    Dspt,
    Gdpr,
    Satre,
}

/// One file of a pack.
#[derive(Debug, Clone, Copy)]
pub struct PackFile {
    pub name: &'static str,
    pub write: fn(&Assessment, &mut dyn Write) -> io::Result<()>,
}

impl Pack {
    /// All of them, by name.
    pub const ALL: [Self; 3] = [Self::Dspt, Self::Gdpr, Self::Satre];

    /// The name by which it is asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dspt => "dspt",
            Self::Gdpr => "gdpr",
            Self::Satre => "satre",
        }
    }

    /// What it consists of.
    #[must_use]
    pub fn files(self) -> &'static [PackFile] {
        match self {
            Self::Dspt => &[PackFile { name: "dspt.csv", write: dspt::write }],
            Self::Gdpr => &[
                PackFile { name: "gdpr-article-30.csv", write: gdpr::article_30 },
                PackFile { name: "gdpr-locations.csv", write: gdpr::locations },
            ],
            Self::Satre => &[PackFile { name: "satre.csv", write: satre::write }],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pack;
    use crate::report::sample;

    fn rows(bytes: &[u8]) -> Vec<csv::StringRecord> {
        csv::ReaderBuilder::new().has_headers(false).from_reader(bytes).records().map(Result::unwrap).collect()
    }

    #[test]
    fn every_file_is_named_after_its_pack_and_read_back_whole() {
        for (name, (assessment, _)) in sample::all() {
            for file in Pack::ALL.into_iter().flat_map(|pack| {
                assert!(pack.files().iter().all(|f| f.name.contains(pack.name())));
                pack.files()
            }) {
                let bytes = || {
                    let mut bytes = Vec::new();
                    (file.write)(&assessment, &mut bytes).unwrap();
                    bytes
                };
                let first = bytes();
                assert_eq!(first, bytes(), "{name} {}", file.name);
                // The reader refuses rows of different lengths.
                let rows = rows(&first);
                assert!(!rows.is_empty(), "{name} {} has no heading", file.name);
                for cell in rows.iter().flatten() {
                    let bad = cell.trim_start().starts_with(['=', '+', '-', '@']);
                    assert!(!bad && !cell.contains(['\t', '\r', '\n', '\u{202e}']), "{name} {}: {cell:?}", file.name);
                }
            }
        }
    }
}
