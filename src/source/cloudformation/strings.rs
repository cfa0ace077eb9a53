//! The functions that make texts: `Sub`, `Join`, `Split`, `Base64`, `ToJsonString`.
//!
//! May import: `model`. Guarantees: a reference to a resource stands within the text that is made of it, and a text that
//! would hide or cut one is unknown instead.

use serde_json::Value;

use super::function::{arguments, evaluate, read, text};
use super::outcome::{Causes, Outcome, gather};
use super::scalar::coerce;
use super::scope::Scope;
use super::tree::{Entry, Node};
use crate::model::canonical;

/// A text of its own, paid for.
fn made(text: String, like: &Node, scope: &Scope<'_>) -> Outcome {
    if scope.ground.budget.pay(text.len()) { Ok(Some(Node::quoted(like.at, text))) } else { Err(Causes::spent()) }
}

/// A part of a `Fn::Sub` text.
pub(super) enum Part<'a> {
    Text(&'a str),
    /// `${Name}`.
    Name(&'a str),
    /// `${!Name}`, which stays `${Name}`.
    Literal(&'a str),
}

/// The parts of a `Fn::Sub` text.
pub(super) fn parts(mut text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while let Some((before, after)) = text.split_once("${") {
        let Some((name, rest)) = after.split_once('}') else { break };
        parts.push(Part::Text(before));
        parts.push(name.strip_prefix('!').map_or(Part::Name(name.trim()), Part::Literal));
        text = rest;
    }
    parts.push(Part::Text(text));
    parts
}

pub(super) fn substitute(argument: &Node, scope: &Scope<'_>) -> Outcome {
    let (template, own) = match argument.items() {
        Some([template, own]) => (template.text(), own.entries().unwrap_or_default()),
        Some(_) => (None, &[][..]),
        None => (argument.text(), &[][..]),
    };
    let template = template.ok_or_else(|| Causes::one("gives Fn::Sub something else than a text and a map"))?;
    let mut whole = String::new();
    let mut causes: Option<Causes> = None;
    for part in parts(template) {
        match part {
            Part::Text(text) => whole.push_str(text),
            Part::Literal(name) => whole.extend(["${", name, "}"]),
            Part::Name(name) => match substituted(name, own, argument, scope) {
                // Paid for as it grows, because a short text can name a long one many times.
                Ok(value) if scope.ground.budget.pay(value.len() + own.len()) => whole.push_str(&value),
                _ if scope.ground.budget.is_spent() => return Err(Causes::spent()),
                Ok(_) => {}
                Err(cause) => causes.get_or_insert_default().join(cause),
            },
        }
    }
    causes.map_or_else(|| made(whole, argument, scope), Err)
}

fn substituted(name: &str, own: &[Entry], argument: &Node, scope: &Scope<'_>) -> Result<String, Causes> {
    if let Some(entry) = own.iter().find(|entry| entry.key == name) {
        return text(&entry.value, scope, "Fn::Sub");
    }
    let value = match name.split_once('.') {
        Some((resource, attribute)) => scope.resource(resource, attribute, argument.at)?,
        None => scope.refer(name, argument.at)?,
    };
    let value = value.as_ref().and_then(Node::scalar).map(|scalar| scalar.text().to_owned());
    value.ok_or_else(|| Causes::one(format!("puts {name}, which is no text, into a Fn::Sub")))
}

pub(super) fn join(argument: &Node, scope: &Scope<'_>) -> Outcome {
    let [delimiter, list] = arguments(argument, "Fn::Join")?;
    let delimiter = text(delimiter, scope, "Fn::Join")?;
    let list = evaluate(list, scope)?;
    let items = list.as_ref().and_then(Node::items).ok_or_else(|| Causes::one("gives Fn::Join no list"))?;
    let texts = items.iter().map(|item| item.scalar().map(|scalar| scalar.text().to_owned()));
    let texts: Option<Vec<_>> = texts.collect();
    let texts = texts.ok_or_else(|| Causes::one("gives Fn::Join a list of something else than texts"))?;
    if !scope.ground.budget.pay(delimiter.len().saturating_mul(texts.len())) {
        return Err(Causes::spent());
    }
    made(texts.join(&delimiter), argument, scope)
}

pub(super) fn split(argument: &Node, scope: &Scope<'_>) -> Outcome {
    let [delimiter, source] = arguments(argument, "Fn::Split")?;
    let delimiter = read(delimiter, scope, "Fn::Split")?;
    let source = read(source, scope, "Fn::Split")?;
    if delimiter.is_empty() {
        return Err(Causes::one("gives Fn::Split an empty delimiter"));
    }
    gather(source.split(&delimiter).map(|part| made(part.to_owned(), argument, scope)))
        .map(|items| Some(Node::list(argument.at, items)))
}

pub(super) fn base64(argument: &Node, scope: &Scope<'_>) -> Outcome {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let source = read(argument, scope, "Fn::Base64")?;
    let mut encoded = String::with_capacity(source.len().div_ceil(3) * 4);
    for group in source.as_bytes().chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (digit, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let digit = (digit <= group.len()).then(|| DIGITS.get(usize::try_from(bits >> shift & 63).ok()?)).flatten();
            encoded.push(digit.map_or('=', |digit| char::from(*digit)));
        }
    }
    made(encoded, argument, scope)
}

/// JSON text. A reference has to stand in it as it is, so that it is found again.
pub(super) fn to_json(argument: &Node, scope: &Scope<'_>) -> Outcome {
    let value = evaluate(argument, scope)?;
    let value = value.as_ref().map_or(Value::Null, coerce);
    if value.is_null() {
        return Err(Causes::one("gives Fn::ToJsonString nothing"));
    }
    let mut text = String::new();
    let written = canonical::to_vec(&value).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    // Paid for twice, here and as what is made of it: each time that it nests, it has more to escape.
    if !scope.ground.budget.pay(written.len()) {
        return Err(Causes::spent());
    }
    let mut rest = written.as_str();
    while let Some((before, escape)) = rest.split_once('\\') {
        text.push_str(before);
        let mark = [("u0001", '\u{1}'), ("u0002", '\u{2}'), ("u0003", '\u{3}')];
        if let Some((mark, after)) = mark.into_iter().find_map(|(code, mark)| Some((mark, escape.strip_prefix(code)?)))
        {
            text.push(mark);
            rest = after;
        } else {
            let next = escape.chars().next().map_or(0, char::len_utf8);
            let (escaped, after) = escape.split_at(next);
            text.extend(["\\", escaped]);
            rest = after;
        }
    }
    text.push_str(rest);
    made(text, argument, scope)
}
