//! Reads JSON that others wrote and refuses what two readers could understand differently.
//!
//! May import: nothing of this crate. Guarantees: an object that repeats a key, at any depth, is an error and never a
//! value: one reader keeps the first, another the last, and a policy must not mean two things.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why a text is no JSON that can be trusted. The sentence never quotes the text, only key names and positions.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(String);

/// Parses `text`, refusing repeated keys.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Unique.deserialize(&mut reader).map_err(|error| JsonError(error.to_string()))?;
    reader.end().map_err(|error| JsonError(error.to_string()))?;
    Ok(value)
}

/// Parses a policy document, which has to be an object.
pub fn policy(text: &str) -> Result<Value, JsonError> {
    let value = parse(text)?;
    if value.is_object() { Ok(value) } else { Err(JsonError("the policy document is no JSON object".to_owned())) }
}

/// Parses a policy document as IAM returns it: URL-encoded (RFC 3986), so that `+` stands for itself. A text that
/// opens with a brace was not encoded and is read as it is, because decoding it could change it.
pub fn encoded_policy(text: &str) -> Result<Value, JsonError> {
    if text.trim_start().starts_with('{') {
        return policy(text);
    }
    let decoded = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| JsonError("the policy document is not UTF-8 after URL decoding".to_owned()))?;
    policy(&decoded)
}

/// Builds a `Value` and stops at the first repeated key.
struct Unique;

impl<'de> DeserializeSeed<'de> for Unique {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(Unique)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {key:?} stands twice in one object")));
            }
            let value = members.next_value_seed(Unique)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::{encoded_policy, parse, policy};
    use serde_json::json;

    #[test]
    fn a_repeated_key_is_refused_at_any_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"s":[{"Effect":"Deny","Effect":"Allow"}]}"#, r#"{"a":{"b":1,"\u0062":2}}"#]
        {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains("stands twice"), "{error}");
        }
    }

    #[test]
    fn a_key_may_stand_once_in_each_of_two_objects() {
        assert_eq!(parse(r#"[{"a":1},{"a":-2}]"#).unwrap(), json!([{"a": 1}, {"a": -2}]));
    }

    #[test]
    fn what_is_no_single_object_is_no_policy() {
        for text in ["", "[]", "\"x\"", "null", "{} {}", "{", "{\"a\":1,}"] {
            assert!(policy(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        assert!(parse(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn url_encoding_is_undone_once_and_only_where_it_was_applied() {
        assert_eq!(encoded_policy("%7B%22a%22%3A%22x%2By%20%252F%22%7D").unwrap(), json!({"a": "x+y %2F"}));
        assert_eq!(encoded_policy("{\"a\":\"%2F\"}").unwrap(), json!({"a": "%2F"}));
        assert!(encoded_policy("%7B%22a%22%3A%22%FF%22%7D").is_err());
    }
}
