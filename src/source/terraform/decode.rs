//! What a file of a plan is written in, and where its JSON begins.
//!
//! May import: `model`. Guarantees: bytes that are no text, too long or no JSON at all are refused with a sentence that says
//! what to do; a character that the program keeps for references is never let in.

use std::borrow::Cow;

use super::refuse;
use crate::model::planned::InputError;

/// The longest plan that is read.
pub(super) const LIMIT: usize = 64 << 20;

/// What tells how a plan is written so that it can be read.
pub(super) const HINT: &str = "write it with `terraform show -json PLANFILE > plan.json` (or `tofu show -json`)";

/// The JSON within a file, with the line at which it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded<'b> {
    /// Borrowed from the file where that is in UTF-8, so that a large one is not held twice.
    pub(super) text: Cow<'b, str>,
    /// Lines that stood before it: what a wrapper printed.
    pub(super) skipped: usize,
}

/// The text of a file from where its JSON begins.
pub(super) fn decode<'b>(name: &str, bytes: &'b [u8]) -> Result<Decoded<'b>, InputError> {
    if bytes.len() > LIMIT {
        let size = bytes.len() >> 20;
        return Err(refuse(
            name,
            format!("This file has {size} MiB, and no plan above 64 MiB is read: split the plan."),
        ));
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(refuse(name, format!("This file is empty: {HINT}.")));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(refuse(
            name,
            format!("This is the binary plan that `terraform plan -out` saves, not JSON: {HINT}."),
        ));
    }
    let text = text_of(bytes).map_err(|why| refuse(name, format!("This file is no text ({why}): {HINT}.")))?;
    if let Some(found) = text.chars().find(|c| ('\u{1}'..='\u{3}').contains(c)) {
        let code = u32::from(found);
        return Err(refuse(
            name,
            format!("This file holds the control character U+{code:04X}, which no plan has: {HINT}."),
        ));
    }
    begin(name, text)
}

fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, &'static str> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // Without a mark, the first character of JSON still tells.
        [b'{', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'{', ..] => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, &'static str> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| "it is not UTF-8")
}

/// What `>` of `PowerShell` writes.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, &'static str> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err("it is UTF-16 with half a character at its end");
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<String, _>>()
        .map(Cow::Owned)
        .map_err(|_| "it is UTF-16 with a broken character")
}

/// A wrapper prints the command that it runs first; the JSON begins with the first line that opens an object.
fn begin<'b>(name: &str, text: Cow<'b, str>) -> Result<Decoded<'b>, InputError> {
    let mut at = 0;
    let mut found = None;
    for (skipped, line) in text.split_inclusive('\n').enumerate() {
        if line.trim_start().starts_with('{') {
            found = Some(skipped);
            break;
        }
        at += line.len();
    }
    let Some(skipped) = found else {
        return Err(refuse(name, format!("There is no JSON object in this file: {HINT}.")));
    };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(at..).unwrap_or_default()),
        Cow::Owned(mut text) => {
            text.drain(..at);
            Cow::Owned(text)
        }
    };
    Ok(Decoded { text, skipped })
}
