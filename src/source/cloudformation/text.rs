//! Turns the bytes of a file into text.
//!
//! May import: `model`. Guarantees: what comes out is valid text without a byte order mark, no larger than the limit, and
//! without the three characters that mark references.

use crate::model::planned::{InputError, Place};

/// The largest file that is read. CloudFormation takes templates of 1 MB.
pub(super) const LARGEST: usize = 8 * 1024 * 1024;

/// The text of a file. UTF-16 is read where a byte order mark says so, because PowerShell's `>` writes it.
pub(super) fn decode(name: &str, bytes: &[u8]) -> Result<String, InputError> {
    let refuse = |line: usize, message: String| InputError {
        place: Place { file: name.to_owned(), line, column: usize::from(line > 0) },
        message,
    };
    if bytes.len() > LARGEST {
        return Err(refuse(
            0,
            format!("{name} has more than {} MiB: give a template as CloudFormation takes it (1 MB)", LARGEST >> 20),
        ));
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => std::str::from_utf8(rest).ok().map(str::to_owned),
        rest => std::str::from_utf8(rest).ok().map(str::to_owned),
    };
    let Some(text) = text else {
        return Err(refuse(0, format!("{name} is neither UTF-8 nor UTF-16 text: save it as UTF-8")));
    };
    if text.trim().is_empty() {
        return Err(refuse(0, format!("{name} is empty: give a file with content")));
    }
    if let Some(at) = text.find(marks_a_reference) {
        let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        return Err(refuse(line, forbidden(name)));
    }
    Ok(text)
}

/// Whether a character is one of those that mark references in known values.
pub(super) fn marks_a_reference(character: char) -> bool {
    matches!(character, '\u{1}'..='\u{3}')
}

pub(super) fn forbidden(name: &str) -> String {
    format!("{name} holds a control character (U+0001 to U+0003), which no template needs: remove it")
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>().ok()
}
