//! JSON with sorted keys and no white space: the one form in which anything is written or hashed.
//!
//! May import: nothing of this crate. Guarantees: equal values give equal bytes, whether or not `serde_json` keeps the
//! order in which keys were inserted (a cargo feature of another crate decides that).

use std::io::{self, Write};

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// A value that serialises with its keys sorted.
struct Sorted<'a>(&'a Value);

impl Serialize for Sorted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Array(items) => {
                let mut all = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    all.serialize_element(&Sorted(item))?;
                }
                all.end()
            }
            Value::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_unstable_by(|a, b| a.0.cmp(b.0));
                let mut all = serializer.serialize_map(Some(sorted.len()))?;
                for (key, member) in sorted {
                    all.serialize_entry(key, &Sorted(member))?;
                }
                all.end()
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

/// For `serialize_with` of a member of any shape: a struct whose members stand in the order of their names needs no more to be
/// written as it is.
///
/// # Errors
/// What the serialiser gives.
pub fn sorted<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    value.as_ref().map(Sorted).serialize(serializer)
}

/// Writes a value with its keys sorted, on one line.
pub fn write(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    let mut bytes = Vec::new();
    serde_json::to_writer(&mut bytes, &Sorted(value))?;
    out.write_all(&bytes)
}

/// Anything serialisable in this form.
pub fn to_vec<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write(&serde_json::to_value(value)?, &mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::to_vec;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value = serde_json::json!({"b": [{"z": 1, "a": null}], "a": "\u{7}<"});
        assert_eq!(String::from_utf8(to_vec(&value).unwrap()).unwrap(), r#"{"a":"\u0007<","b":[{"a":null,"z":1}]}"#);
    }
}
