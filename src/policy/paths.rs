//! Which facts a policy reads, from its syntax tree.
//!
//! May import: nothing of this crate. Guarantees: every attribute that evaluation could touch is named, each once, in the
//! order of the text.

use serde_json::Value;

/// A path such as `["resource", "VersioningConfiguration", "Status"]`, or `["resource", "tags", "tre:project"]`.
pub(super) type Path = Vec<String>;

/// The paths of a policy in the JSON form of Cedar.
pub(super) fn of_policy(policy: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    if let Some(conditions) = policy.get("conditions").and_then(Value::as_array) {
        for condition in conditions {
            if let Some(body) = condition.get("body") {
                walk(body, &mut found);
            }
        }
    }
    found
}

fn walk(node: &Value, found: &mut Vec<Path>) {
    if let Some(path) = chain(node) {
        if path.len() > 1 {
            add(path, found);
        }
        return;
    }
    match node {
        Value::Object(members) => {
            for (operator, body) in members {
                match operator.as_str() {
                    "has" => {
                        // `resource.facet has member` reads the facet.
                        if let Some(left) = body.get("left") {
                            walk(left, found);
                        }
                    }
                    "hasTag" | "getTag" => {
                        if let Some(mut path) = body.get("left").and_then(chain) {
                            path.push("tags".to_owned());
                            if let Some(key) = body.pointer("/right/Value").and_then(Value::as_str) {
                                path.push(key.to_owned());
                            }
                            add(path, found);
                        }
                        if let Some(right) = body.get("right") {
                            walk(right, found);
                        }
                    }
                    "Value" => {}
                    _ => walk(body, found),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                walk(item, found);
            }
        }
        _ => {}
    }
}

/// `Var` followed by attributes, or nothing.
fn chain(node: &Value) -> Option<Path> {
    if let Some(name) = node.get("Var").and_then(Value::as_str) {
        return Some(vec![name.to_owned()]);
    }
    let access = node.get(".")?;
    let mut path = chain(access.get("left")?)?;
    path.push(access.get("attr")?.as_str()?.to_owned());
    Some(path)
}

fn add(path: Path, found: &mut Vec<Path>) {
    if !found.contains(&path) {
        found.push(path);
    }
}
