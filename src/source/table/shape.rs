//! What a facet looks like, and how an answer becomes one.
//!
//! May import: `source::json`. Guarantees: a value that has another shape than its row says is refused with the
//! reason, never guessed; a member that AWS left out is *not said* unless the row knows what that means.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// The shape of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Text,
    Flag,
    /// `true` or `false` as a text, in JSON too.
    FlagText,
    /// A whole number.
    Number,
    /// A whole number as a text, in JSON too.
    NumberText,
    /// Seconds since 1970 or RFC 3339 in; RFC 3339 out.
    Time,
    /// A text that holds a JSON object: a policy document. Empty where there is none.
    Document,
    List(&'static Shape),
    /// An object whose names the user chose (JSON only).
    Map(&'static Shape),
    /// Members: our name, the path in the answer, the shape. One that is not said is left out.
    Record(&'static [(&'static str, &'static str, Shape)]),
}

/// In which part of a document a facet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Properties,
    Observed,
}

/// A facet of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facet {
    pub name: &'static str,
    pub part: Part,
    /// Where it stands in the answer, by dots.
    pub path: &'static str,
    pub shape: Shape,
    /// AWS leaves it out where it is empty or off.
    pub may_be_empty: bool,
}

impl Facet {
    /// A property of `CloudFormation`.
    #[must_use]
    pub const fn property(name: &'static str, path: &'static str, shape: Shape) -> Self {
        Self { name, part: Part::Properties, path, shape, may_be_empty: false }
    }

    /// A state that `CloudFormation` cannot express.
    #[must_use]
    pub const fn observed(name: &'static str, path: &'static str, shape: Shape) -> Self {
        Self { name, part: Part::Observed, path, shape, may_be_empty: false }
    }

    /// AWS leaves it out where there is nothing to say.
    #[must_use]
    pub const fn or_empty(mut self) -> Self {
        self.may_be_empty = true;
        self
    }

    /// The facet's value in an answer. None: AWS did not say.
    ///
    /// # Errors
    /// The value has another shape.
    pub fn read(&self, answer: &Value, xml: bool) -> Result<Option<Value>, String> {
        let found = at(answer, self.path).filter(|value| !value.is_null());
        match found {
            // Where AWS documents that an empty policy may be returned, it is a text without a character.
            Some(Value::String(text)) if self.may_be_empty && self.shape == Shape::Document && text.is_empty() => {
                Ok(Some(self.shape.empty()))
            }
            Some(value) => self.shape.read(value, xml).map(Some).map_err(|why| format!("{} is {why}", self.path)),
            None if self.may_be_empty && was_said(answer, self.path) => Ok(Some(self.shape.empty())),
            None => Ok(None),
        }
    }
}

/// The value at a path of member names; the empty path is the value itself. A number is a place in a list, and `Name[key]`
/// the value of that key in a list of keys and values.
#[must_use]
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let mut value = value;
    let mut rest = path;
    while !rest.is_empty() {
        let (part, after) = rest.split_once(['.', '[']).unwrap_or((rest, ""));
        let selects = rest.as_bytes().get(part.len()) == Some(&b'[');
        value = match value {
            Value::Array(items) => part.parse().ok().and_then(|place: usize| items.get(place)),
            other => other.get(part),
        }?;
        rest = after;
        if selects {
            let (key, after) = rest.split_once(']')?;
            value = of_key(value, key)?;
            rest = after.strip_prefix('.').unwrap_or(after);
        }
    }
    Some(value)
}

/// Whether an answer speaks of what a path leads into: where the item of a list (`projects.0.tags`) or the list of keys
/// (`Attributes[Policy]`) is not there, nothing was said of its members, and none of them is empty.
#[must_use]
pub fn was_said(answer: &Value, path: &str) -> bool {
    let mut end = path.find('[');
    let mut start = 0;
    for part in path.split('.') {
        let after = start + part.len();
        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            end = Some(after);
        }
        start = after + 1;
    }
    end.and_then(|end| path.get(..end)).is_none_or(|container| at(answer, container).is_some())
}

/// The value of a key in a list of keys and values, as the query protocol writes a map.
fn of_key<'v>(list: &'v Value, key: &str) -> Option<&'v Value> {
    let item = items(list, true).ok()?.into_iter().find(|item| {
        ["key", "Key", "name", "Name"].iter().any(|name| item.get(*name).and_then(Value::as_str) == Some(key))
    })?;
    item.get("value").or_else(|| item.get("Value"))
}

/// The items of a list. In XML a list is an element whose children, whatever they are called, are its items.
///
/// # Errors
/// It is no list.
pub fn items(value: &Value, xml: bool) -> Result<Vec<&Value>, String> {
    match value {
        Value::Array(items) => Ok(items.iter().collect()),
        Value::String(text) if xml && text.trim().is_empty() => Ok(Vec::new()),
        Value::Object(members) if xml => {
            let mut children = members.values();
            match (children.next(), children.next()) {
                (Some(Value::Array(items)), None) => Ok(items.iter().collect()),
                (Some(item), None) => Ok(vec![item]),
                _ => Err("no list".to_owned()),
            }
        }
        _ => Err("no list".to_owned()),
    }
}

impl Shape {
    /// What "there is none" looks like.
    #[must_use]
    pub fn empty(&self) -> Value {
        match self {
            Self::Text | Self::Time => Value::String(String::new()),
            Self::Flag | Self::FlagText => Value::Bool(false),
            Self::Number | Self::NumberText => Value::from(0),
            Self::List(_) => Value::Array(Vec::new()),
            Self::Document | Self::Map(_) | Self::Record(_) => Value::Object(Map::new()),
        }
    }

    fn read(&self, value: &Value, xml: bool) -> Result<Value, String> {
        let text = || value.as_str().ok_or_else(|| "no text".to_owned());
        match self {
            Self::Text => text().map(Value::from),
            Self::Flag => match value {
                Value::Bool(_) => Ok(value.clone()),
                Value::String(text) if xml && text == "true" => Ok(Value::Bool(true)),
                Value::String(text) if xml && text == "false" => Ok(Value::Bool(false)),
                _ => Err("neither true nor false".to_owned()),
            },
            Self::FlagText => Self::Flag.read(value, true),
            Self::NumberText => Self::Number.read(value, true),
            Self::Number => {
                let number = if xml { text()?.parse().ok() } else { value.as_i64() };
                number.map(Value::from).ok_or_else(|| "no whole number".to_owned())
            }
            Self::Time => time(value).map(Value::from).ok_or_else(|| "no time".to_owned()),
            Self::Document => crate::source::json::policy(text()?).map_err(|why| format!("no policy document: {why}")),
            Self::List(item) => {
                let items = items(value, xml)?.into_iter().map(|value| item.read(value, xml));
                items.collect::<Result<Vec<_>, _>>().map(Value::Array)
            }
            Self::Map(item) => {
                let members = value.as_object().ok_or_else(|| "no object".to_owned())?;
                let read = members.iter().map(|(name, value)| Ok((name.clone(), item.read(value, xml)?)));
                read.collect::<Result<Map<_, _>, String>>().map(Value::Object)
            }
            Self::Record(members) => {
                // In XML an element without children is a record without members.
                let is_record = value.is_object() || (xml && value.as_str().is_some_and(|text| text.trim().is_empty()));
                if !is_record {
                    return Err("no record".to_owned());
                }
                let mut record = Map::new();
                for (name, path, shape) in *members {
                    if let Some(member) = at(value, path).filter(|member| !member.is_null()) {
                        let read = shape.read(member, xml).map_err(|why| format!("wrong: its {path} is {why}"))?;
                        record.insert((*name).to_owned(), read);
                    }
                }
                Ok(Value::Object(record))
            }
        }
    }
}

/// RFC 3339 in UTC, whole seconds.
fn time(value: &Value) -> Option<String> {
    let moment = match value {
        Value::Number(number) => {
            let seconds = number.as_i64().or_else(|| {
                #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second is not kept")]
                number.as_f64().filter(|s| s.abs() < 1e12).map(|s| s.floor() as i64)
            })?;
            Timestamp::from_second(seconds).ok()?
        }
        Value::String(text) => {
            let moment: Timestamp = text.parse().ok()?;
            Timestamp::from_second(moment.as_second()).ok()?
        }
        _ => return None,
    };
    Some(moment.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const RULES: Shape = Shape::List(&Shape::Record(&[("Port", "port", Shape::Number), ("Open", "open", Shape::Flag)]));

    #[test]
    fn the_same_shape_reads_json_and_xml() {
        let of_json = RULES.read(&json!([{ "port": 22, "open": true }, { "port": 443 }]), false);
        let of_xml =
            RULES.read(&json!({ "item": [{ "port": "22", "open": "true" }, { "port": "443", "other": "x" }] }), true);
        assert_eq!(of_json, of_xml);
        assert_eq!(of_json, Ok(json!([{ "Port": 22, "Open": true }, { "Port": 443 }])));
        let one = RULES.read(&json!({ "item": { "port": "22" } }), true);
        assert_eq!(one, Ok(json!([{ "Port": 22 }])));
        assert_eq!(RULES.read(&json!(""), true), Ok(json!([])));
    }

    #[test]
    fn another_shape_is_refused() {
        for (value, xml) in [
            (json!([{ "port": "22" }]), false),
            (json!([{ "port": 22, "open": "true" }]), false),
            (json!({ "item": [{ "port": "many" }] }), true),
            (json!({ "item": [{ "port": "22", "open": "maybe" }] }), true),
            (json!({ "a": [], "b": [] }), true),
            (json!(""), false),
            (json!({ "port": 22 }), false),
            (json!("text"), true),
        ] {
            assert!(RULES.read(&value, xml).is_err(), "{value}");
        }
        assert!(Shape::Document.read(&json!("no json"), false).is_err());
        assert!(Shape::Document.read(&json!("{\"a\":1,\"a\":2}"), false).is_err(), "a repeated key hides a statement");
    }

    #[test]
    fn what_is_not_said_is_not_empty() {
        let facet = Facet::property("Rules", "rules", RULES);
        assert_eq!(facet.read(&json!({}), false), Ok(None));
        assert_eq!(facet.read(&json!({ "rules": null }), false), Ok(None));
        assert_eq!(facet.or_empty().read(&json!({}), false), Ok(Some(json!([]))));
        assert!(facet.or_empty().read(&json!({ "rules": 1 }), false).is_err());
    }

    #[test]
    fn an_empty_text_is_no_policy_only_where_there_may_be_none() {
        let facet = Facet::property("InlinePolicy", "InlinePolicy", Shape::Document);
        let empty = json!({ "InlinePolicy": "" });
        assert!(facet.read(&empty, false).is_err());
        assert_eq!(facet.or_empty().read(&empty, false), Ok(Some(json!({}))));
        for other in [" ", "null", "[]", "{"] {
            assert!(facet.or_empty().read(&json!({ "InlinePolicy": other }), false).is_err(), "{other}");
        }
        let text = Facet::property("Name", "Name", Shape::Text).or_empty();
        assert_eq!(text.read(&json!({ "Name": "" }), false), Ok(Some(json!(""))));
    }

    #[test]
    fn a_path_finds_places_and_keys() {
        let map =
            json!({ "Attributes": { "entry": [{ "key": "Policy", "value": "{}" }, { "key": "A.b", "value": "1" }] } });
        assert_eq!(at(&map, "Attributes[Policy]"), Some(&json!("{}")));
        assert_eq!(at(&map, "Attributes[A.b]"), Some(&json!("1")));
        assert_eq!(at(&map, "Attributes[None]"), None);
        assert_eq!(at(&json!({ "p": [{ "n": { "x": 1 } }] }), "p.0.n.x"), Some(&json!(1)));
        assert_eq!(at(&json!({ "a": [{ "Key": "k", "Value": { "x": 1 } }] }), "a[k].x"), Some(&json!(1)));
        for path in ["p.1", "p.x", "p.0.n.x.y", "Attributes[", "[k]"] {
            assert_eq!(at(&json!({ "p": [{ "n": { "x": 1 } }] }), path), None, "{path}");
        }
        let facet = Facet::property("Key", "Attributes[KmsMasterKeyId]", Shape::Text).or_empty();
        assert_eq!(facet.read(&map, true), Ok(Some(json!(""))));
        assert_eq!(facet.read(&json!({}), true), Ok(None), "no attributes at all say nothing of one");
    }

    #[test]
    fn an_item_that_was_not_described_has_no_empty_members() {
        let role = Facet::property("Role", "services.0.role", Shape::Text).or_empty();
        assert_eq!(role.read(&json!({ "services": [{ "name": "x" }] }), false), Ok(Some(json!(""))));
        for none in [json!({ "services": [], "failures": [{}] }), json!({})] {
            assert_eq!(role.read(&none, false), Ok(None), "{none}");
        }
    }

    #[test]
    fn times_have_one_form() {
        for value in [json!(1_780_000_000), json!(1_780_000_000.5), json!("2026-05-28T20:26:40.900Z")] {
            assert_eq!(Shape::Time.read(&value, false), Ok(json!("2026-05-28T20:26:40Z")), "{value}");
        }
        for value in [json!("yesterday"), json!(true), json!(1e300)] {
            assert!(Shape::Time.read(&value, false).is_err(), "{value}");
        }
    }
}
