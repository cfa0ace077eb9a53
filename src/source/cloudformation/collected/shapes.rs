//! Values of a template in the shapes of live documents.
//!
//! May import: `model`, `source::json`. Guarantees: a value that has another shape than its row says is an error with the
//! reason, never guessed; texts that say true, false or a number are understood; only members that a row names are kept.

use serde_json::{Map, Value};

use super::around::Around;
use super::language::{Absent, Member, Shape};
use crate::model::planned::{Planned, reference, references};
use crate::source::json;

/// Why a value that only deployment decides cannot be told.
pub(super) fn later(text: &str) -> String {
    let named = references(text).next().map(|(address, attribute)| format!("{attribute} of {address}"));
    format!("depends on {}, which shows once it is deployed", named.unwrap_or_else(|| "another resource".to_owned()))
}

pub(super) fn refers(text: &str) -> bool {
    text.contains('\u{1}')
}

/// The one reference that a text consists of.
pub(super) fn sole(text: &str) -> Option<(&str, &str)> {
    references(text).next().filter(|(address, attribute)| reference(address, attribute) == text)
}

/// What stands at a path of member names; nothing where a part of it is not there.
pub(super) fn walk<'v>(value: &'v Value, path: &[String]) -> Result<Option<&'v Value>, String> {
    let mut value = value;
    for name in path {
        value = match value {
            Value::Null => return Ok(None),
            Value::Object(members) => match members.get(name) {
                Some(inner) => inner,
                None => return Ok(None),
            },
            Value::String(text) if refers(text) => return Err(later(text)),
            _ => return Err(format!("holds no record with {name}")),
        };
    }
    Ok(Some(value).filter(|value| !value.is_null()))
}

/// A value in a shape. None: the template does not say it.
pub(super) fn read(shape: &Shape, value: &Value, around: &Around<'_>) -> Result<Option<Value>, String> {
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some(match shape {
        Shape::Any => value.clone(),
        Shape::Text => Value::String(text(value)?),
        Shape::Flag => Value::Bool(flag(value)?),
        Shape::Number => Value::from(number(value)?),
        Shape::Document => document(value)?,
        Shape::Tags => tags(value)?,
        Shape::Key => Value::String(key(&text(value)?, around)?),
        Shape::Profile => Value::String(profile(&text(value)?, around)?),
        Shape::List(inner) => {
            let items = items(value)?;
            let read = items.iter().filter_map(|item| read(inner, item, around).transpose());
            Value::Array(read.collect::<Result<_, _>>()?)
        }
        Shape::Map(inner) => {
            let mut made = Map::new();
            for (name, item) in members(value)? {
                if let Some(item) = read(inner, item, around)? {
                    made.insert(name.clone(), item);
                }
            }
            Value::Object(made)
        }
        Shape::Record(shape) => record(shape, value, around)?,
    }))
}

fn record(shape: &[Member], value: &Value, around: &Around<'_>) -> Result<Value, String> {
    let is_whole = shape.iter().any(|member| member.from.is_empty());
    if !is_whole && !value.is_object() {
        members(value)?;
    }
    let mut made = Map::new();
    for member in shape {
        let there = if member.is_constant() { None } else { walk(value, &member.from)? };
        let found = match there {
            Some(found) => read(&member.shape, found, around).map_err(|why| within(&member.name, &why))?,
            None => None,
        };
        match (found, &member.absent) {
            (Some(found), _) => {
                made.insert(member.name.clone(), found);
            }
            (None, Absent::Value(default) | Absent::Recent(default)) => {
                made.insert(member.name.clone(), default.clone());
            }
            (None, Absent::Unknown) => return Err(format!("does not say {}, which AWS decides", member.name)),
            (None, Absent::Unsaid) => {}
        }
    }
    Ok(Value::Object(made))
}

/// A reason that names the member it is about, once.
fn within(name: &str, why: &str) -> String {
    if why.starts_with("depends on") || why.starts_with("in its ") {
        why.to_owned()
    } else {
        format!("in its {name} {why}")
    }
}

pub(super) fn items(value: &Value) -> Result<&[Value], String> {
    match value {
        Value::Array(items) => Ok(items),
        Value::String(text) if refers(text) => Err(later(text)),
        _ => Err("holds no list".to_owned()),
    }
}

fn members(value: &Value) -> Result<&Map<String, Value>, String> {
    match value {
        Value::Object(members) => Ok(members),
        Value::String(text) if refers(text) => Err(later(text)),
        _ => Err("holds no record".to_owned()),
    }
}

pub(super) fn text(value: &Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err("holds no text".to_owned()),
    }
}

pub(super) fn flag(value: &Value) -> Result<bool, String> {
    match value {
        Value::Bool(flag) => Ok(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Value::String(text) if refers(text) => Err(later(text)),
        _ => Err("is neither true nor false".to_owned()),
    }
}

pub(super) fn number(value: &Value) -> Result<i64, String> {
    let whole = || "holds no whole number".to_owned();
    match value {
        Value::Number(_) => value.as_i64().ok_or_else(whole),
        Value::String(text) if refers(text) => Err(later(text)),
        Value::String(text) => text.trim().parse().map_err(|_| whole()),
        _ => Err(whole()),
    }
}

/// A policy. References stand in texts as characters that JSON does not allow there, so they are written as escapes first.
pub(super) fn document(value: &Value) -> Result<Value, String> {
    match value {
        Value::Object(_) => Ok(value.clone()),
        Value::String(text) if text.trim().is_empty() => Ok(Value::Object(Map::new())),
        Value::String(text) if sole(text).is_some() => Err(later(text)),
        Value::String(text) => {
            let escaped = text.replace('\u{1}', "\\u0001").replace('\u{2}', "\\u0002").replace('\u{3}', "\\u0003");
            json::policy(&escaped).map_err(|why| format!("cannot be read as JSON: {why}"))
        }
        _ => Err("holds no policy".to_owned()),
    }
}

fn tags(value: &Value) -> Result<Value, String> {
    let mut made = Map::new();
    let mut add = |key: &str, value: &Value| {
        if refers(key) {
            return Err(later(key));
        }
        text(value).map(|value| made.insert(key.to_owned(), Value::String(value))).map(|_| ())
    };
    match value {
        Value::Object(members) => members.iter().try_for_each(|(key, value)| add(key, value))?,
        _ => {
            for item in items(value)? {
                let (key, value) = (item.get("Key"), item.get("Value").unwrap_or(&Value::Null));
                let key = text(key.ok_or_else(|| "holds a tag without a key".to_owned())?)?;
                let nothing = Value::String(String::new());
                add(&key, if value.is_null() { &nothing } else { value })?;
            }
        }
    }
    Ok(Value::Object(made))
}

/// AWS names a key by its ARN wherever it lists one; a template may name it by its id or by an alias.
fn key(name: &str, around: &Around<'_>) -> Result<String, String> {
    const ALIAS: &str = "AWS::KMS::Alias";
    let alias = match sole(name) {
        Some((address, "Ref" | "AliasName")) if around.is(address, ALIAS) => Some(address),
        Some(_) => None,
        None => match name.strip_prefix("alias/").or_else(|| name.split_once(":alias/").map(|(_, alias)| alias)) {
            // The name of every key that AWS manages begins so, and no other's.
            Some(alias) if !alias.starts_with("aws/") => {
                let named = around.named(ALIAS, "AliasName", &format!("alias/{alias}"));
                if let (None, Some(reason)) = (named, around.unnamed(ALIAS, "AliasName")) {
                    return Err(format!("names an alias that may be one of the template, whose name {reason}"));
                }
                named
            }
            _ => None,
        },
    };
    let name = match alias.map(|address| around.said(address, "TargetKeyId")).transpose()?.flatten() {
        Some(target) => text(target)?,
        None => name.to_owned(),
    };
    Ok(match sole(&name) {
        Some((address, "Ref" | "KeyId"))
            if around.is(address, "AWS::KMS::Key") || around.is(address, "AWS::KMS::ReplicaKey") =>
        {
            reference(address, "Arn")
        }
        _ => name,
    })
}

/// AWS names the instance profile of an instance by its ARN, of which a template may only know the name.
fn profile(name: &str, around: &Around<'_>) -> Result<String, String> {
    const PROFILE: &str = "AWS::IAM::InstanceProfile";
    match sole(name) {
        Some((address, "Ref")) if around.is(address, PROFILE) => Ok(reference(address, "Arn")),
        Some(_) => Ok(name.to_owned()),
        None if name.is_empty() || name.starts_with("arn:") => Ok(name.to_owned()),
        None => match around.named(PROFILE, "InstanceProfileName", name) {
            Some(address) => Ok(reference(address, "Arn")),
            None => Err(format!("names the instance profile {name}, whose path the template does not say")),
        },
    }
}

/// What a property holds, where it is known.
pub(super) fn known(property: Option<&crate::model::planned::Property>) -> Option<&Value> {
    match property.map(|property| &property.value) {
        Some(Planned::Known(value)) if !value.is_null() => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::planned::World;

    fn read_as(shape: &Shape, value: &Value) -> Result<Option<Value>, String> {
        let world = World::default();
        read(shape, value, &Around::of(&world))
    }

    #[test]
    fn texts_that_say_true_or_a_number_are_understood_and_no_others() {
        for (value, expected) in [
            (json!(true), Some(true)),
            (json!("True"), Some(true)),
            (json!("false"), Some(false)),
            (json!("yes"), None),
            (json!(1), None),
        ] {
            assert_eq!(read_as(&Shape::Flag, &value).ok().flatten(), expected.map(Value::from), "{value}");
        }
        assert_eq!(read_as(&Shape::Number, &json!(" 7 ")), Ok(Some(json!(7))));
        assert!(read_as(&Shape::Number, &json!("7.5")).is_err());
        assert_eq!(read_as(&Shape::Text, &json!(443)), Ok(Some(json!("443"))));
    }

    #[test]
    fn a_reference_is_a_text_and_nothing_else() {
        let name = json!(reference("Key", "Arn"));
        assert_eq!(read_as(&Shape::Text, &name), Ok(Some(name.clone())));
        for shape in [Shape::Flag, Shape::Number, Shape::Document, Shape::List(Box::new(Shape::Text))] {
            let why = read_as(&shape, &name).unwrap_err();
            assert!(why.contains("Arn of Key"), "{why}");
        }
    }

    #[test]
    fn a_policy_that_is_a_text_is_read_with_its_references_and_refused_where_it_repeats_a_key() {
        let role = reference("Role", "Arn");
        let written = format!("{{\"Statement\":[{{\"Principal\":{{\"AWS\":\"{role}\"}}}}]}}");
        let read = read_as(&Shape::Document, &json!(written)).unwrap().unwrap();
        assert_eq!(read["Statement"][0]["Principal"]["AWS"], json!(role));
        assert!(read_as(&Shape::Document, &json!("{\"Statement\":[],\"Statement\":[]}")).is_err());
        assert!(read_as(&Shape::Document, &json!("[]")).is_err());
    }

    #[test]
    fn tags_are_a_map_however_the_type_writes_them() {
        for written in [json!([{ "Key": "a", "Value": "1" }, { "Key": "b" }]), json!({ "a": 1, "b": "" })] {
            assert_eq!(read_as(&Shape::Tags, &written), Ok(Some(json!({ "a": "1", "b": "" }))));
        }
        assert!(read_as(&Shape::Tags, &json!([{ "Value": "1" }])).is_err());
        assert!(read_as(&Shape::Tags, &json!([{ "Key": reference("X", "Ref"), "Value": "1" }])).is_err());
    }
}
