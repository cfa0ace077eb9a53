//! Facts in plain JSON to Cedar values, guided by the schema.
//!
//! May import: `model`. Guarantees: a value that does not fit its type is refused with a reason (and then is *not
//! assessed*); members that the schema does not name are left out; names from outside are never spliced into Cedar text.

use cedar_policy::RestrictedExpression;
use serde_json::Value;

use super::schema::{Schemas, Ty};
use crate::model::entity::EntityRef;

/// Why a fact does not fit the schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unparseable: {path} should be {expected}, found {found}")]
pub struct ConvertError {
    path: String,
    expected: String,
    found: String,
}

/// Where a value stands in a fact; made to a text only for a reason.
#[derive(Clone, Copy)]
enum Place<'a> {
    Fact(&'a str),
    Member(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fact(name) => f.write_str(name),
            Self::Member(of, name) => write!(f, "{of}.{name}"),
            Self::Item(of, index) => write!(f, "{of}[{index}]"),
        }
    }
}

/// A fact as a Cedar value of type `ty`. Its name is for the reason only.
pub(super) fn value(
    schemas: &Schemas,
    value: &Value,
    ty: &Ty,
    name: &str,
) -> Result<RestrictedExpression, ConvertError> {
    at(schemas, value, ty, Place::Fact(name))
}

fn at(schemas: &Schemas, value: &Value, ty: &Ty, place: Place<'_>) -> Result<RestrictedExpression, ConvertError> {
    let refuse =
        |expected: &str| ConvertError { path: place.to_string(), expected: expected.to_owned(), found: short(value) };
    match ty {
        Ty::Bool => value.as_bool().map(RestrictedExpression::new_bool).ok_or_else(|| refuse("true or false")),
        Ty::Long => value.as_i64().map(RestrictedExpression::new_long).ok_or_else(|| refuse("an integer")),
        Ty::String => {
            value.as_str().map(|s| RestrictedExpression::new_string(s.to_owned())).ok_or_else(|| refuse("a text"))
        }
        Ty::Extension(name) => {
            let text = value.as_str().ok_or_else(|| refuse(name))?;
            match name.as_str() {
                "datetime" => {
                    // Cedar knows only some forms of RFC 3339; AsOf writes one that it knows.
                    let time: crate::model::time::AsOf = text.parse().map_err(|_| refuse("a time in RFC 3339"))?;
                    Ok(RestrictedExpression::new_datetime(time.to_string()))
                }
                "duration" => Ok(RestrictedExpression::new_duration(text)),
                "ipaddr" => Ok(RestrictedExpression::new_ip(text)),
                _ => Ok(RestrictedExpression::new_decimal(text)),
            }
        }
        Ty::Entity(name) => {
            let reference = entity_ref(value).filter(|r| r.kind == *name).ok_or_else(|| refuse(name))?;
            schemas
                .uid(&reference)
                .map(RestrictedExpression::new_entity_uid)
                .ok_or_else(|| refuse("a legal entity type name"))
        }
        Ty::Set(element) if value.is_object() && is_pair(element) => {
            let pairs = value.as_object().into_iter().flatten();
            let pairs = pairs.map(|(key, value)| {
                at(schemas, &serde_json::json!({ "key": key, "value": value }), element, Place::Member(&place, key))
            });
            Ok(RestrictedExpression::new_set(pairs.collect::<Result<Vec<_>, _>>()?))
        }
        Ty::Set(element) => {
            let items = value.as_array().ok_or_else(|| refuse("a list"))?;
            let items = items
                .iter()
                .enumerate()
                .map(|(i, item)| at(schemas, item, element, Place::Item(&place, i)))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(RestrictedExpression::new_set(items))
        }
        Ty::Record(members) => {
            let object = value.as_object().ok_or_else(|| refuse("a record"))?;
            let mut fields = Vec::with_capacity(members.len());
            for (name, (inner, required)) in members {
                match object.get(name) {
                    Some(Value::Null) | None if *required => {
                        return Err(ConvertError {
                            path: Place::Member(&place, name).to_string(),
                            expected: "there".to_owned(),
                            found: "nothing".to_owned(),
                        });
                    }
                    Some(Value::Null) | None => {}
                    Some(member) => {
                        fields.push((name.clone(), at(schemas, member, inner, Place::Member(&place, name))?));
                    }
                }
            }
            RestrictedExpression::new_record(fields).map_err(|_| refuse("a record with distinct members"))
        }
    }
}

/// Whether these are the members of an object whose names a user chose: Cedar has no such records, so each is a pair.
fn is_pair(ty: &Ty) -> bool {
    matches!(ty, Ty::Record(members) if members.keys().eq(["key", "value"]))
}

/// The reference that a JSON value stands for.
pub(super) fn entity_ref(value: &Value) -> Option<EntityRef> {
    let inner = value.get("__entity")?;
    Some(EntityRef::new(inner.get("type")?.as_str()?, inner.get("id")?.as_str()?))
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}
