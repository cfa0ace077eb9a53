//! What a scalar means: as text, as a truth value, as a number, as JSON.
//!
//! May import: nothing of this crate. Guarantees: digits that may be an account id stay text with every zero; a quoted
//! scalar is a string until somebody who knows the property's type asks for more.

use serde_json::{Map, Value};

use super::tree::{Data, Node};

/// A scalar as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) quoted: bool,
}

impl Scalar {
    pub(super) fn is_null(&self) -> bool {
        !self.quoted && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }

    /// The text that a function sees: an unquoted `yes` is the truth value, because CloudFormation reads YAML 1.1.
    pub(super) fn text(&self) -> &str {
        match (self.quoted, truth(&self.text)) {
            (false, Some(true)) => "true",
            (false, Some(false)) => "false",
            _ => &self.text,
        }
    }

    /// Whether the text would be a string without quotes too.
    pub(super) fn is_text_without_quotes(&self) -> bool {
        Self { text: self.text.clone(), quoted: false }.json().is_string()
    }

    /// The scalar as JSON, without knowledge of the property that it stands in.
    fn json(&self) -> Value {
        if self.quoted {
            return Value::String(self.text.clone());
        }
        if self.is_null() {
            return Value::Null;
        }
        if let Some(truth) = truth(&self.text) {
            return Value::Bool(truth);
        }
        // Only a text that a number would be written back as: 012 and +1 are not, and twelve digits are an account.
        match self.text.parse::<i64>() {
            Ok(number) if number.to_string() == self.text && self.text.len() != 12 => Value::Number(number.into()),
            _ => Value::String(self.text.clone()),
        }
    }
}

/// YAML 1.1's truth values in the three spellings it allows.
fn truth(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// An evaluated tree as JSON.
pub(super) fn coerce(node: &Node) -> Value {
    match &node.data {
        Data::Scalar(scalar) => scalar.json(),
        Data::List(items) => Value::Array(items.iter().map(coerce).collect()),
        Data::Map(entries) => {
            Value::Object(entries.iter().map(|entry| (entry.key.clone(), coerce(&entry.value))).collect::<Map<_, _>>())
        }
    }
}

/// A value of a property whose type is Boolean: CloudFormation takes `"true"` and `'True'` for true as well.
#[must_use]
pub fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A value of a property whose type is a whole number: CloudFormation takes `"30"` and `30.0` as well.
#[must_use]
pub fn integer(value: &Value) -> Option<i64> {
    let text = match value {
        Value::Number(number) => return number.as_i64(),
        Value::String(text) => text.trim(),
        _ => return None,
    };
    let whole = text.split_once('.').map_or(text, |(whole, rest)| {
        let zeros = !rest.is_empty() && rest.bytes().all(|byte| byte == b'0');
        if zeros { whole } else { text }
    });
    whole.parse().ok()
}

/// A value of a property whose type is a string: a template may leave the quotes away.
#[must_use]
pub fn string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
