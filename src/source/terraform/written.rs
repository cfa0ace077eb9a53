//! What an expression of the code says, where it is simple enough to be sure.
//!
//! May import: nothing. Guarantees: calls, conditions and arithmetic are never understood, only references, texts with
//! references in them, and lists of those.

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// `aws_kms_key.data.arn`
    Reference(String),
    /// `"${aws_s3_bucket.data.arn}/*"`
    Text(Vec<Part>),
    /// `[a, b]`
    List(Vec<Written>),
    /// Anything else.
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Reference(String),
}

/// The most references that are looked at in one expression.
const MOST: usize = 512;

/// Lists within lists deeper than this are not read.
const DEEPEST: usize = 8;

pub(super) fn parse(text: &str) -> Written {
    expression(text, 0)
}

fn expression(text: &str, depth: usize) -> Written {
    let text = text.trim();
    if depth > DEEPEST {
        return Written::Other;
    }
    if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return match items(inner) {
            Some(items) => Written::List(items.iter().map(|item| expression(item, depth + 1)).collect()),
            None => Written::Other,
        };
    }
    if let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        return template(inner).map_or(Written::Other, Written::Text);
    }
    if is_reference(text) { Written::Reference(text.to_owned()) } else { Written::Other }
}

/// A name that goes on by dots and keys.
fn is_reference(text: &str) -> bool {
    let simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']' | '"');
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.contains('.') && text.chars().all(simple)
}

/// The items of a list, without its brackets. None: a comment or a loop is in it.
fn items(inner: &str) -> Option<Vec<String>> {
    let mut items = Vec::new();
    let mut item = String::new();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in inner.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '#' if !quoted => return None,
            '[' | '(' | '{' if !quoted => depth += 1,
            ']' | ')' | '}' if !quoted => depth = depth.checked_sub(1)?,
            ',' if !quoted && depth == 0 => {
                items.push(std::mem::take(&mut item));
                continue;
            }
            _ => {}
        }
        item.push(c);
    }
    if !item.trim().is_empty() {
        items.push(item);
    }
    (!quoted && depth == 0).then_some(items)
}

/// The parts of a quoted text.
fn template(inner: &str) -> Option<Vec<Part>> {
    if inner.contains(['\\', '\n']) || inner.contains("%{") || inner.contains("$${") {
        return None;
    }
    let mut parts = Vec::new();
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once("${") {
        let (reference, after) = after.split_once('}')?;
        if !before.is_empty() {
            parts.push(Part::Literal(before.to_owned()));
        }
        if !is_reference(reference.trim()) {
            return None;
        }
        parts.push(Part::Reference(reference.trim().to_owned()));
        rest = after;
    }
    if rest.contains('"') {
        return None;
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest.to_owned()));
    }
    Some(parts)
}

/// The references anywhere in an expression, however it uses them.
pub(super) fn mentioned(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']' | '"' | '*');
    for part in text.split(|c: char| !simple(c)) {
        // A quote may belong to a text that surrounds the reference and not to a key of it.
        for part in part.split("\"\"") {
            let part = part.trim_matches(|c| matches!(c, '"' | '[' | ']' | '.' | '-'));
            if found.len() < MOST && is_reference(part) && !found.iter().any(|other| other == part) {
                found.push(part.to_owned());
            }
        }
    }
    found
}
