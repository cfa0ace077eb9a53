//! The baseline: what was not met when it was written, so that a check can tell what is new.
//!
//! May import: `model`. Guarantees: a file that is not understood is refused with a sentence, never taken as an empty one;
//! a baseline covers as many verdicts of a fingerprint as it has, not more.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Deserialize;

use crate::model::checked::Checked;
use crate::model::verdict::{Outcome, fingerprint};
use crate::model::visible::visible;

/// Characters of a comment, or of a bad line in a message.
const SHOWN: usize = 200;
/// Digits of a fingerprint.
const DIGITS: usize = 64;
/// Formats of JSON that serve as a baseline.
const FORMATS: [&str; 2] = [super::json::FORMAT, "havenmark-evidence/1"];

/// Fingerprints of what was not met, and how often each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<String, u64>);

/// Why a file is no baseline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    #[error("it is no text in UTF-8 or UTF-16; write one with `havenmark check`, or give evidence.json")]
    Encoding,
    #[error(
        "line {line} begins with \"{text}\", which is no fingerprint of {DIGITS} lower-case hexadecimal digits; write the \
         baseline anew with `havenmark check`"
    )]
    Line { line: usize, text: String },
    #[error("it is JSON, but not whole or not in the form of evidence.json: {0}")]
    Json(String),
    #[error(
        "its format is \"{0}\"; a baseline is evidence.json, the output of `havenmark check --format json`, or a list of \
         fingerprints, of a format that this version knows"
    )]
    Format(String),
}

/// Only what a baseline needs of either file of JSON; the rest of it may be large.
#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    format: String,
    #[serde(default)]
    verdicts: Option<Vec<Line>>,
}

#[derive(Deserialize)]
struct Line {
    fingerprint: String,
    verdict: Outcome,
}

impl Baseline {
    /// Reads a list of fingerprints, `evidence.json`, or the output of `check --format json`.
    pub fn read(bytes: &[u8]) -> Result<Self, BaselineError> {
        let text = decode(bytes).ok_or(BaselineError::Encoding)?;
        match text.trim_start().chars().next() {
            Some('{') => Self::from_json(&text),
            Some('[') => Err(BaselineError::Json("it is an array".to_owned())),
            _ => Self::from_lines(&text),
        }
    }

    fn from_json(text: &str) -> Result<Self, BaselineError> {
        let read: Document = serde_json::from_str(text)
            .map_err(|error| BaselineError::Json(visible(&error.to_string(), SHOWN, false)))?;
        if !FORMATS.contains(&read.format.as_str()) {
            return Err(BaselineError::Format(visible(&read.format, SHOWN, false)));
        }
        let Some(verdicts) = read.verdicts else {
            return Err(BaselineError::Json("it has no member `verdicts`".to_owned()));
        };
        let failed = verdicts.into_iter().filter(|one| one.verdict == Outcome::NotMet);
        Ok(failed.map(|one| one.fingerprint).collect())
    }

    fn from_lines(text: &str) -> Result<Self, BaselineError> {
        let lines = text.lines().zip(1..).map(|(line, n)| (line.split('#').next().unwrap_or_default().trim(), n));
        lines
            .filter(|(line, _)| !line.is_empty())
            .map(|(line, n)| {
                let well_formed = line.len() == DIGITS && line.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
                let bad = || BaselineError::Line { line: n, text: visible(line, DIGITS, false) };
                well_formed.then(|| line.to_owned()).ok_or_else(bad)
            })
            .collect()
    }

    /// Verdicts that it covers.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.values().sum()
    }

    /// Whether nothing failed when it was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<String> for Baseline {
    fn from_iter<I: IntoIterator<Item = String>>(fingerprints: I) -> Self {
        let mut counts = BTreeMap::new();
        for fingerprint in fingerprints {
            *counts.entry(fingerprint).or_default() += 1;
        }
        Self(counts)
    }
}

/// Marks what fails and stood in the baseline as known: by its own fingerprint, or by that which an audit of the same resource gives.
/// Where more verdicts have a fingerprint than the baseline has of it (a file that was given twice), the later ones are new.
///
/// Gives how many entries would cover a verdict by its control and address alone. Before files had a part in fingerprints they
/// were made so; they cover nothing, because nobody can say which file they meant.
pub fn apply(checked: &mut Checked, baseline: &Baseline) -> u64 {
    let mut left = baseline.0.clone();
    let mut take = |fingerprint: &String| match left.get_mut(fingerprint).filter(|n| **n > 0) {
        Some(n) => {
            *n -= 1;
            true
        }
        None => false,
    };
    let mut older = 0;
    for one in checked.verdicts.iter_mut().filter(|one| one.verdict.verdict == Outcome::NotMet) {
        if std::iter::once(&one.verdict.fingerprint).chain(&one.also).any(&mut take) {
            one.known = true;
        } else if take(&fingerprint(&one.verdict.control, &one.location.address)) {
            older += 1;
        }
    }
    older
}

/// Writes a baseline of what is not met: sorted, a fingerprint a line, and for the reader the control and the address.
pub fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# What `havenmark check` found not met when this was written; see --new-only --baseline.")?;
    let mut lines: Vec<String> = checked
        .of(Outcome::NotMet)
        .map(|one| {
            let comment = visible(&format!("{} {}", one.verdict.control, one.location.address), SHOWN, false);
            format!("{} # {comment}", one.verdict.fingerprint)
        })
        .collect();
    lines.sort_unstable();
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// A text in UTF-8, or in UTF-16 with its mark: PowerShell writes that when output is redirected to a file.
fn decode(bytes: &[u8]) -> Option<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
        rest.is_empty().then(|| String::from_utf16(&units).ok()).flatten()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{Baseline, apply, write};
    use crate::model::checked::Checked;
    use crate::model::verdict::{fingerprint, fingerprint_in};
    use crate::report::gate::sample::{example, hostile, hostile_texts};

    fn written(checked: &Checked) -> String {
        let mut bytes = Vec::new();
        write(checked, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// Addresses that are known.
    fn known(checked: &Checked) -> Vec<&str> {
        checked.verdicts.iter().filter(|one| one.known).map(|one| one.location.address.as_str()).collect()
    }

    fn refusal(bytes: &[u8]) -> String {
        Baseline::read(bytes).unwrap_err().to_string()
    }

    #[test]
    fn a_review_can_read_it() {
        insta::assert_snapshot!(written(&example()), @r"
        # What `havenmark check` found not met when this was written; see --new-only --baseline.
        0bea7975938784be9643783268b46c7d7f7510d26e67c9281b15d0facd3f75a0 # SET-VDI-04 aws_instance.gate
        942702c537b94c8378ebbd8f6ca5ad66153833a90ec769d8927a91cb78b00ea3 # DAT-STO-01 RawBucket
        ");
    }

    #[test]
    fn what_it_names_is_known_and_nothing_else() {
        let mut checked = example();
        let mut before = example();
        before.verdicts.remove(0);
        let baseline = Baseline::read(written(&before).as_bytes()).unwrap();
        apply(&mut checked, &baseline);
        assert_eq!((baseline.len(), known(&checked)), (1, vec!["aws_instance.gate"]));
    }

    #[test]
    fn json_of_a_check_and_evidence_serve_as_well() {
        let mut json = Vec::new();
        crate::report::gate::json::write(&example(), &mut json).unwrap();
        let lines = Baseline::read(written(&example()).as_bytes()).unwrap();
        assert_eq!(Baseline::read(&json).unwrap(), lines);
        let evidence = String::from_utf8(json).unwrap().replace("havenmark-check/1", "havenmark-evidence/1");
        assert_eq!(Baseline::read(evidence.as_bytes()).unwrap(), lines);
    }

    #[test]
    fn what_is_not_assessed_is_never_known() {
        let mut checked = example();
        let all: Baseline = checked.verdicts.iter().map(|one| one.verdict.fingerprint.clone()).collect();
        apply(&mut checked, &all);
        assert_eq!(known(&checked), ["RawBucket", "aws_instance.gate"]);
    }

    #[test]
    fn a_resource_of_the_same_name_in_a_new_file_is_new() {
        let mut checked = example();
        let baseline = Baseline::read(written(&checked).as_bytes()).unwrap();
        checked.verdicts.push(checked.verdicts[0].clone());
        apply(&mut checked, &baseline);
        assert!(checked.verdicts[0].known && !checked.verdicts[6].known);
    }

    #[test]
    fn one_of_an_audit_covers_what_the_code_names_by_its_arn_and_one_without_files_covers_nothing() {
        let mut checked = example();
        checked.verdicts[0].verdict.fingerprint = fingerprint_in("DAT-STO-01", "store.yaml", "RawBucket");
        let mut older = checked.clone();
        let of_audit: Baseline = [fingerprint("DAT-STO-01", "arn:aws:s3:::raw")].into_iter().collect();
        checked.verdicts[0].also = vec![fingerprint("DAT-STO-01", "arn:aws:s3:::raw")];
        assert_eq!((apply(&mut checked, &of_audit), known(&checked)), (0, vec!["RawBucket"]));
        let without: Baseline = [fingerprint("DAT-STO-01", "RawBucket")].into_iter().collect();
        assert_eq!((apply(&mut older, &without), known(&older)), (1, Vec::new()));
    }

    #[test]
    fn what_powershell_makes_of_it_is_read() {
        let text = written(&example()).replace('\n', "\r\n");
        let utf16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(Baseline::read(&utf16).unwrap().len(), 2);
        assert_eq!(Baseline::read(format!("\u{feff}{text}").as_bytes()).unwrap().len(), 2);
    }

    #[test]
    fn an_empty_file_says_that_nothing_failed() {
        assert!(Baseline::read(b"# nothing\n\n").unwrap().is_empty());
    }

    #[test]
    fn a_bad_file_is_refused_with_a_sentence() {
        assert!(
            refusal(b"\n\x1b[31mDAT-STO-01\n").starts_with("line 2 begins with \"\\u{1b}[31mDAT-STO-01\", which is no")
        );
        assert!(refusal("A".repeat(64).as_bytes()).starts_with("line 1 begins with"));
        assert!(refusal(b"{\"format\":\"havenmark-check/2\"}").starts_with("its format is \"havenmark-check/2\""));
        assert!(refusal(b"[]").starts_with("it is JSON, but not whole"));
        assert!(refusal(b"{\"format\":\"havenmark-check/1\"}").ends_with("it has no member `verdicts`"));
        assert!(refusal(b"{\"format\":\"havenmark-check/1\",\"verdicts\":[{").starts_with("it is JSON, but not whole"));
        assert!(refusal(b"\xff\xfe\x00").starts_with("it is no text"));
    }

    proptest! {
        #[test]
        fn no_name_adds_a_line(text in hostile_texts()) {
            let checked = hostile(&text);
            let lines = written(&checked);
            prop_assert_eq!(lines.lines().count(), 3);
            prop_assert_eq!(Baseline::read(lines.as_bytes()).unwrap().len(), 2);
        }

        #[test]
        fn no_bytes_bring_it_down(bytes in any::<Vec<u8>>()) {
            if let Err(error) = Baseline::read(&bytes) {
                let said = error.to_string();
                prop_assert!(!said.contains('\u{1b}'), "{}", said);
            }
        }
    }
}
