//! The JSON Schemas of `tre.toml` and of the register's files.
//!
//! May import: nothing of this crate. Guarantees: made from the Rust types alone; TOML has no null, so neither has the
//! schema, and a member that is not required may simply be left out.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::form::Form;
use super::register::AttestationForm;

/// The schema of `tre.toml`, committed as `docs/schema/tre.schema.json`.
#[must_use]
pub fn schema() -> Value {
    of::<Form>("tre.toml")
}

/// The schema of a file of the register, committed as `docs/schema/attestation.schema.json`.
#[must_use]
pub fn attestation_schema() -> Value {
    of::<AttestationForm>("attestations/*.toml")
}

fn of<T: schemars::JsonSchema>(title: &str) -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value();
    strip(&mut schema);
    if let Some(members) = schema.as_object_mut() {
        members.insert("title".to_owned(), Value::from(title));
    }
    schema
}

fn is_null_type(schema: &Value) -> bool {
    schema.get("type").is_some_and(|t| t == "null")
}

/// Takes null out of types, alternatives and defaults.
fn strip(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(strip),
        Value::Object(members) => {
            if members.get("default").is_some_and(Value::is_null) {
                members.remove("default");
            }
            if let Some(Value::Array(types)) = members.get_mut("type") {
                types.retain(|t| t != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    members.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(alternatives)) = members.get_mut("anyOf") {
                alternatives.retain(|a| !is_null_type(a));
                if let [Value::Object(only)] = alternatives.as_slice() {
                    let only = only.clone();
                    members.remove("anyOf");
                    members.extend(only);
                }
            }
            members.values_mut().for_each(strip);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{attestation_schema, schema};
    use serde_json::Value;
    use std::path::Path;

    /// The committed file is what the types say. `UPDATE_SCHEMAS=1 cargo test schema` writes it anew.
    fn committed(file: &str, schema: &Value) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema").join(file);
        let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(found, text, "docs/schema/{file} is out of date: run UPDATE_SCHEMAS=1 cargo test --lib schema");
    }

    fn accepts(schema: &Value, text: &str) -> bool {
        let table: toml::Table = toml::from_str(text).unwrap();
        // A TOML date is a text in JSON.
        fn plain(value: &toml::Value) -> Value {
            match value {
                toml::Value::Datetime(day) => Value::from(day.to_string()),
                toml::Value::Array(list) => list.iter().map(plain).collect(),
                toml::Value::Table(table) => table.iter().map(|(k, v)| (k.clone(), plain(v))).collect(),
                other => serde_json::to_value(other).unwrap(),
            }
        }
        jsonschema::validator_for(schema).unwrap().is_valid(&plain(&toml::Value::Table(table)))
    }

    #[test]
    fn the_committed_schema_of_tre_toml_is_current() {
        committed("tre.schema.json", &schema());
    }

    #[test]
    fn the_committed_schema_of_attestations_is_current() {
        committed("attestation.schema.json", &attestation_schema());
    }

    #[test]
    fn the_schema_of_tre_toml_accepts_the_documented_forms_and_refuses_others() {
        let schema = schema();
        assert!(accepts(&schema, crate::declaration::tests::EXAMPLE));
        assert!(accepts(&schema, crate::declaration::tests::FURTHER_TABLES));
        assert!(!accepts(&schema, "[limits]\nstale_dais = 45\n"));
        assert!(!accepts(&schema, "[limits]\nstale_days = \"45\"\n"));
        assert!(!accepts(&schema, "[personas]\nwizard = []\n"));
        assert!(!accepts(&schema, "[[project]]\ntitle = \"no id\"\n"));
    }

    #[test]
    fn the_schema_of_attestations_accepts_the_documented_forms_and_refuses_others() {
        let schema = attestation_schema();
        assert!(accepts(&schema, crate::declaration::register::tests::STATEMENT));
        assert!(accepts(&schema, crate::declaration::register::tests::EXCEPTION));
        let wrong = crate::declaration::register::tests::STATEMENT.replace("score = 1", "score = 3");
        assert!(!accepts(&schema, &wrong));
    }
}
