//! JSON in which no object says a key twice, and what a document is that is no plan.
//!
//! May import: `model`. Guarantees: never panics; nesting is bounded by the parser's own limit; no message repeats a value
//! of the file.

use std::fmt;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::decode::{Decoded, HINT};
use super::refuse;
use crate::model::planned::{InputError, Place};

/// The object that a text begins with. What a wrapper printed after it is passed over.
pub(super) fn parse(name: &str, decoded: &Decoded) -> Result<Map<String, Value>, InputError> {
    let mut values = serde_json::Deserializer::from_str(&decoded.text).into_iter::<Strict>();
    let first = match values.next() {
        Some(Ok(Strict(value))) => value,
        Some(Err(error)) => return Err(broken(name, decoded, &error)),
        None => return Err(refuse(name, format!("This file is empty: {HINT}."))),
    };
    let rest = decoded.text.get(values.byte_offset()..).unwrap_or_default().trim_start();
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
fn broken(name: &str, decoded: &Decoded, error: &serde_json::Error) -> InputError {
    let place = Place { file: name.to_owned(), line: error.line() + decoded.skipped, column: error.column() };
    let said = error.to_string();
    let message = if error.is_eof() {
        format!("The JSON ends in the middle, so it was cut short: {HINT}.")
    } else if said.starts_with(TWICE) {
        format!("An object says the same key twice, so nobody can tell which one holds: {HINT}.")
    } else if said.starts_with(CONTROL) {
        format!("A text holds a control character (U+0001 to U+0003) that no plan has: {HINT}.")
    } else if said.starts_with("recursion limit") {
        "The JSON is nested too deeply to be a plan (more than 128 levels).".to_owned()
    } else {
        format!("This is no JSON: {HINT}.")
    };
    InputError { place, message }
}

const TWICE: &str = "a key is said twice";
const CONTROL: &str = "a control character";

/// A value whose objects say each key once.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Reader.deserialize(deserializer).map(Self)
    }
}

struct Reader;

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader {
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
        text(value.to_owned())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Value, E> {
        text(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(de::Error::custom(TWICE));
            }
            clean(&key)?;
            let value = members.next_value_seed(Self)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

fn text<E: de::Error>(value: String) -> Result<Value, E> {
    clean(&value)?;
    Ok(Value::String(value))
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
    serde_json::from_str::<Strict>(text).ok().map(|strict| strict.0).filter(Value::is_object)
}
