//! JSON with sorted keys and no white space: the one form in which anything is written or hashed.
//!
//! May import: nothing of this crate. Guarantees: equal values give equal bytes, whether or not `serde_json` keeps the
//! order in which keys were inserted (a cargo feature of another crate decides that).

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

/// Writes a value with its keys sorted, on one line.
pub fn write(value: &Value, out: &mut dyn Write) -> io::Result<()> {
    match value {
        Value::Array(items) => {
            out.write_all(b"[")?;
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.write_all(b",")?;
                }
                write(item, out)?;
            }
            out.write_all(b"]")
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by(|a, b| a.0.cmp(b.0));
            out.write_all(b"{")?;
            for (place, (key, member)) in sorted.into_iter().enumerate() {
                if place > 0 {
                    out.write_all(b",")?;
                }
                serde_json::to_writer(&mut *out, key)?;
                out.write_all(b":")?;
                write(member, out)?;
            }
            out.write_all(b"}")
        }
        scalar => serde_json::to_writer(out, scalar).map_err(io::Error::from),
    }
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
