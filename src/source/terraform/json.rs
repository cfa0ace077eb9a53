//! JSON in which no object says a key twice, and what a document is that is no plan.
//!
//! May import: `model`. Guarantees: never panics; nesting is bounded by the parser's own limit, keys and values by counts that
//! are checked before they are kept; no message repeats a value of the file.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::decode::{Decoded, HINT};
use super::refuse;
use crate::model::planned::{InputError, Place};

/// The object that a text begins with. What a wrapper printed after it is passed over.
pub(super) fn parse(name: &str, decoded: &Decoded<'_>) -> Result<Map<String, Value>, InputError> {
    let mut values = serde_json::Deserializer::from_str(&decoded.text);
    let first = Reader { kept: &Kept::default(), within: Within::Top }.deserialize(&mut values);
    let first = first.map_err(|error| broken(name, decoded, &error))?;
    let ended = values.into_iter::<IgnoredAny>().byte_offset();
    let rest = decoded.text.get(ended..).unwrap_or_default().trim_start();
    if rest.starts_with('{') || first.get("@level").is_some() {
        let what = "These are the messages that `terraform plan -json` writes while it works, one a line, not the plan";
        return Err(refuse(name, format!("{what}: save the plan with `terraform plan -out PLANFILE` and {HINT}.")));
    }
    let Value::Object(plan) = first else {
        return Err(refuse(name, format!("This is JSON, but no plan: {HINT}.")));
    };
    recognise(name, &plan)?;
    Ok(plan)
}

/// Refuses what is no plan, by what it is instead.
fn recognise(name: &str, plan: &Map<String, Value>) -> Result<(), InputError> {
    let has = |key| plan.contains_key(key);
    if has("resource_changes") || has("planned_values") {
        return version(name, plan);
    }
    let what = if has("values") || (has("serial") && has("lineage")) {
        "This is a state, which says what was applied, not a plan"
    } else if has("Resources") {
        "This is a template of CloudFormation, not a plan of Terraform"
    } else if has("format_version") && has("terraform_version") {
        // A plan that changes nothing and holds nothing leaves both members out.
        return version(name, plan);
    } else {
        "This is JSON, but no plan of Terraform or OpenTofu"
    };
    Err(refuse(name, format!("{what}: {HINT}.")))
}

fn version(name: &str, plan: &Map<String, Value>) -> Result<(), InputError> {
    let said = plan.get("format_version").and_then(Value::as_str).unwrap_or_default();
    let major = said.split('.').next().unwrap_or_default();
    if matches!(major, "0" | "1") {
        return Ok(());
    }
    let said: String = said.chars().take(20).collect();
    let what = if said.is_empty() { "no format version".to_owned() } else { format!("the format version `{said}`") };
    Err(refuse(
        name,
        format!(
            "This plan has {what}, and only 0.x and 1.x are understood: use a version of this program that knows it."
        ),
    ))
}

/// A sentence for JSON that cannot be read, with its place and without its words.
fn broken(name: &str, decoded: &Decoded<'_>, error: &serde_json::Error) -> InputError {
    let place = Place { file: name.to_owned(), line: error.line() + decoded.skipped, column: error.column() };
    let said = error.to_string();
    let message = if error.is_eof() {
        format!("The JSON ends in the middle, so it was cut short: {HINT}.")
    } else if said.starts_with(TWICE) {
        format!("An object says the same key twice, so nobody can tell which one holds: {HINT}.")
    } else if said.starts_with(CONTROL) {
        format!("A text holds a control character (U+0001 to U+0003) that no plan has: {HINT}.")
    } else if said.starts_with(LONG_KEY) {
        format!("An object has a key of more than {LONGEST_KEY} bytes, which no plan has: {HINT}.")
    } else if said.starts_with(MANY_CHANGES) {
        format!("This plan has more than {CHANGES} changes, and no more are read: split it.")
    } else if said.starts_with(MANY) {
        let at_most = format!("at most {MOST}, {MEMBERS} in one object, and fewer where there is little text");
        format!("This file holds more values than any plan of its size ({at_most}): split the plan.")
    } else if said.starts_with("recursion limit") {
        "The JSON is nested too deeply to be a plan (more than 128 levels).".to_owned()
    } else {
        format!("This is no JSON: {HINT}.")
    };
    InputError { place, message }
}

const TWICE: &str = "a key is said twice";
const CONTROL: &str = "a control character";

const LONG_KEY: &str = "a key is too long";
const MANY: &str = "there are too many values";
const MANY_CHANGES: &str = "there are too many changes";

/// How long a key may be, in bytes.
const LONGEST_KEY: usize = 4096;

/// How many values a plan may have. One of 64 MiB as Terraform writes it has about three and a half million.
const MOST: usize = 4_000_000;

/// How many values a plan may have whatever it says, and how many bytes of keys and texts each further one needs: a plan
/// has about ten a value, and a file of `[1,1,1,…` none.
const FREE: usize = 200_000;
const TEXT_OF_ONE: usize = 6;

/// How many members an object may have.
const MEMBERS: usize = 20_000;

/// How many changes a plan may have. One of 64 MiB has about twenty thousand.
const CHANGES: usize = 50_000;

/// The members of a plan that are read. What the others hold is passed over: drift and outputs can be half of a plan.
const READ: [&str; 11] = [
    "@level",
    "complete",
    "configuration",
    "deferred_changes",
    "errored",
    "format_version",
    "planned_values",
    "prior_state",
    "resource_changes",
    "terraform_version",
    "variables",
];

/// What was kept so far.
#[derive(Default)]
struct Kept {
    values: Cell<usize>,
    text: Cell<usize>,
}

impl Kept {
    /// Counts a value before it is kept.
    fn value<E: de::Error>(&self) -> Result<(), E> {
        let values = self.values.get() + 1;
        self.values.set(values);
        if values > MOST.min(FREE + self.text.get() / TEXT_OF_ONE) { Err(E::custom(MANY)) } else { Ok(()) }
    }

    fn text(&self, text: &str) {
        self.text.set(self.text.get() + text.len());
    }
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// It is the file.
    Top,
    /// It is a member of the file.
    Member,
    Other,
}

/// Reads a value whose objects say each key once.
#[derive(Clone, Copy)]
struct Reader<'k> {
    kept: &'k Kept,
    within: Within,
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.kept.value()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        clean(value)?;
        self.kept.text(value);
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Self { within: Within::Other, ..self })? {
            list.push(item);
            // The only lists that are members of the file are of changes.
            if self.within == Within::Member && list.len() > CHANGES {
                return Err(de::Error::custom(MANY_CHANGES));
            }
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(Key(key)) = members.next_key()? {
            if object.contains_key(key.as_ref()) {
                return Err(de::Error::custom(TWICE));
            }
            clean(&key)?;
            self.kept.text(&key);
            let value = if self.within == Within::Top && !READ.contains(&key.as_ref()) {
                members.next_value::<IgnoredAny>()?;
                self.kept.value()?;
                Value::Null
            } else {
                let within = if self.within == Within::Top { Within::Member } else { Within::Other };
                members.next_value_seed(Self { within, ..self })?
            };
            object.insert(key.into_owned(), value);
            if object.len() > MEMBERS {
                return Err(de::Error::custom(MANY));
            }
        }
        Ok(Value::Object(object))
    }
}

/// A key, looked at before it is kept.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyReader).map(Self)
    }
}

struct KeyReader;

impl<'de> Visitor<'de> for KeyReader {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E: de::Error>(self, key: &'de str) -> Result<Self::Value, E> {
        short(key).map(Cow::Borrowed)
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
        short(key).map(|key| Cow::Owned(key.to_owned()))
    }
}

fn short<E: de::Error>(key: &str) -> Result<&str, E> {
    if key.len() > LONGEST_KEY { Err(E::custom(LONG_KEY)) } else { Ok(key) }
}

/// What stands for a reference must not come in by an escape either.
fn clean<E: de::Error>(value: &str) -> Result<(), E> {
    if value.contains(['\u{1}', '\u{2}', '\u{3}']) {
        return Err(E::custom(CONTROL));
    }
    Ok(())
}

/// The object that a text within a plan holds. None: it is none, or it says a key twice.
pub(super) fn object(text: &str) -> Option<Value> {
    let mut values = serde_json::Deserializer::from_str(text);
    let value = Reader { kept: &Kept::default(), within: Within::Other }.deserialize(&mut values).ok()?;
    values.end().ok()?;
    value.is_object().then_some(value)
}
