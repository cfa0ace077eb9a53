//! A value of a plan of which parts may be unknown.
//!
//! May import: nothing. Guarantees: an unknown part is never dropped on the way to a property: [`Tree::finish`] gives its
//! reason instead of a value.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What stands for a value that the plan marks as sensitive.
pub(super) const SENSITIVE: &str = "<sensitive>";

/// How long a text may be, in bytes. The longest that a control reads is a policy, of which AWS takes 20 KB.
const LONGEST: usize = 256 * 1024;

/// A value, or what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    /// Null, a boolean, a number or a text.
    Scalar(Value),
    List(Vec<Tree>),
    Object(BTreeMap<String, Tree>),
    /// Why nobody can say.
    Unknown(String),
}

impl Tree {
    pub(super) const NULL: Self = Self::Scalar(Value::Null);

    pub(super) fn text(value: impl Into<String>) -> Self {
        Self::Scalar(Value::String(value.into()))
    }

    pub(super) fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }

    /// A value of which all is known, but for what is sensitive.
    pub(super) fn known(value: &Value) -> Self {
        match value {
            Value::Array(items) => Self::List(items.iter().map(Self::known).collect()),
            Value::Object(members) => {
                Self::Object(members.iter().map(|(key, value)| (key.clone(), Self::known(value))).collect())
            }
            Value::String(text) if text == SENSITIVE => {
                Self::Unknown("the plan marks it as sensitive, so it was not read".to_owned())
            }
            Value::String(text) if text.len() > LONGEST => {
                Self::Unknown(format!("is a text of more than {} KiB, which is not read", LONGEST >> 10))
            }
            scalar => Self::Scalar(scalar.clone()),
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Scalar(Value::Null))
    }

    /// Null, or a text, list or object without anything in it: what a provider writes for a block that is not there.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(Value::Null) => true,
            Self::Scalar(Value::String(text)) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Scalar(_) | Self::Unknown(_) => false,
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.get(key),
            _ => None,
        }
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// A member's text, `""` where it has none.
    pub(super) fn word(&self, key: &str) -> &str {
        self.get(key).and_then(Self::as_text).unwrap_or_default()
    }

    /// A member, null where it is not there.
    pub(super) fn part(&self, key: &str) -> Self {
        self.get(key).cloned().unwrap_or(Self::NULL)
    }

    /// The items of a list; a single value is a list of it, null is none.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            Self::Scalar(Value::Null) => &[],
            one => std::slice::from_ref(one),
        }
    }

    /// The reason of the first part that is unknown.
    pub(super) fn unknown(&self) -> Option<&str> {
        match self {
            Self::Scalar(_) => None,
            Self::Unknown(reason) => Some(reason),
            Self::List(items) => items.iter().find_map(Self::unknown),
            Self::Object(members) => members.values().find_map(Self::unknown),
        }
    }

    /// The value, if all of it is known.
    ///
    /// # Errors
    /// The reason why a part of it is not.
    pub(super) fn finish(self) -> Result<Value, String> {
        Ok(match self {
            Self::Scalar(value) => value,
            Self::Unknown(reason) => return Err(reason),
            Self::List(items) => Value::Array(items.into_iter().map(Self::finish).collect::<Result<_, _>>()?),
            Self::Object(members) => Value::Object(
                members
                    .into_iter()
                    .map(|(key, value)| Ok((key, value.finish()?)))
                    .collect::<Result<Map<_, _>, String>>()?,
            ),
        })
    }

    /// The tree with each text changed.
    pub(super) fn map_texts(self, change: &dyn Fn(String) -> String) -> Self {
        match self {
            Self::Scalar(Value::String(text)) => Self::Scalar(Value::String(change(text))),
            Self::List(items) => Self::List(items.into_iter().map(|item| item.map_texts(change)).collect()),
            Self::Object(members) => {
                Self::Object(members.into_iter().map(|(key, value)| (key, value.map_texts(change))).collect())
            }
            other => other,
        }
    }
}
