//! Items of a `DynamoDB` table: each value names its own type, `{"S": "text"}`.
//!
//! May import: nothing of this crate. Guarantees: a value that has no such form stays as it came, so that whoever reads it says
//! that it has another shape; nothing is guessed.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html>

use serde_json::{Map, Value};

/// An answer whose items have plain values.
pub(super) fn plain(mut answer: Value) -> Value {
    if let Some(Value::Array(items)) = answer.get_mut("Items") {
        for item in items {
            if let Value::Object(attributes) = item {
                attributes.values_mut().for_each(|value| *value = of_attribute(value));
            }
        }
    }
    answer
}

/// A value without its type. As deep as the parser of the answer let it be.
fn of_attribute(value: &Value) -> Value {
    let Some((name, inner)) = value.as_object().filter(|members| members.len() == 1).and_then(|m| m.iter().next())
    else {
        return value.clone();
    };
    match (name.as_str(), inner) {
        ("S", Value::String(_)) | ("BOOL", Value::Bool(_)) | ("SS", Value::Array(_)) => inner.clone(),
        ("NULL", Value::Bool(true)) => Value::Null,
        ("N", Value::String(text)) => text.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        ("L", Value::Array(items)) => items.iter().map(of_attribute).collect(),
        ("M", Value::Object(members)) => {
            let members = members.iter().map(|(name, value)| (name.clone(), of_attribute(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        _ => value.clone(),
    }
}

/// The key after which the next page begins, as a token; none after the last page.
pub(super) fn token(key: &Map<String, Value>) -> Option<String> {
    (!key.is_empty()).then(|| Value::Object(key.clone()).to_string())
}

/// The key that a token stands for.
pub(super) fn key(token: &str) -> Value {
    // What `token` wrote is JSON; anything else AWS refuses.
    serde_json::from_str(token).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_lose_their_type_and_nothing_else() {
        let answer = json!({
            "Items": [{
                "name": { "S": "cardio" }, "enabled": { "BOOL": true }, "n": { "N": "42" }, "none": { "NULL": true },
                "groups": { "L": [{ "S": "sg-1" }, { "M": { "deep": { "BOOL": false } } }] }, "set": { "SS": ["a"] },
            }],
            "LastEvaluatedKey": { "id": { "S": "x" } },
        });
        let expected = json!({
            "Items": [{
                "name": "cardio", "enabled": true, "n": 42, "none": null,
                "groups": ["sg-1", { "deep": false }], "set": ["a"],
            }],
            "LastEvaluatedKey": { "id": { "S": "x" } },
        });
        assert_eq!(plain(answer), expected);
    }

    #[test]
    fn what_has_no_type_stays_as_it_came() {
        for odd in [
            json!({ "S": 5 }),
            json!({ "BOOL": "true" }),
            json!({ "NULL": false }),
            json!({ "N": "1.5" }),
            json!({ "B": "AA==" }),
            json!({ "S": "a", "BOOL": true }),
            json!({}),
            json!("bare"),
        ] {
            let answer = json!({ "Items": [{ "x": odd.clone() }] });
            assert_eq!(plain(answer.clone()), answer, "{odd}");
        }
        for answer in [json!({ "Items": [1, null] }), json!({ "Items": {} }), json!([])] {
            assert_eq!(plain(answer.clone()), answer);
        }
    }

    #[test]
    fn a_key_goes_back_as_it_came() {
        let last = json!({ "id": { "S": "a\"b" } });
        let sent = last.as_object().and_then(token).map(|token| key(&token));
        assert_eq!(sent, Some(last));
        assert_eq!(token(&Map::new()), None);
    }
}
