//! What Cedar's validator lets through and an auditor must not: silent passes.
//!
//! May import: `catalogue`. Guarantees: no policy can tell "not seen" from "not so". `has`, `hasTag` and `in` never
//! error on missing data, so they are allowed only where the data is known to have been read.

use serde_json::Value;

use super::load::Compiled;
use super::schema::{Schemas, Ty};
use crate::catalogue::Control;

/// Holds one policy against the rules of the house.
pub(super) fn check(id: &str, compiled: &Compiled, control: &Control, schemas: &Schemas) -> Result<(), String> {
    let Some(policy) = compiled.policy() else { return Err("its text does not parse".to_owned()) };
    let json = policy.to_json().map_err(|e| e.to_string())?;
    if json.pointer("/principal/op").and_then(Value::as_str) != Some("All") {
        return Err("its scope names a principal; write `principal`".to_owned());
    }
    let action = json.pointer("/action/entity").cloned().unwrap_or_default();
    if action.get("type").and_then(Value::as_str) != Some("Audit::Action")
        || action.get("id").and_then(Value::as_str) != Some(id)
    {
        return Err(format!("its scope must say action == Audit::Action::\"{id}\""));
    }
    match json.pointer("/resource/op").and_then(Value::as_str) {
        Some("All") => {}
        Some("is") => {
            let kind = json.pointer("/resource/entity_type").and_then(Value::as_str).unwrap_or_default();
            if control.applies_to.len() != 1 || control.applies_to.first().is_none_or(|t| t != kind) {
                return Err(format!(
                    "its scope says resource is {kind}, its control applies to {}; make them the same",
                    control.applies_to.join(", ")
                ));
            }
        }
        _ => return Err("its scope may say `resource` or `resource is TYPE`, nothing else".to_owned()),
    }
    if let Some(extra) = policy.annotations().map(|(key, _)| key).find(|key| *key != "id") {
        return Err(format!("it has @{extra}; titles, severities and mappings stand in controls/ alone"));
    }
    let Some(body) = json.pointer("/conditions/0/body") else {
        return Err("it has no when-clause".to_owned());
    };
    let mut conjuncts = Vec::new();
    flatten(body, &mut conjuncts);
    let mut read = Markers::default();
    for conjunct in conjuncts {
        if is_marker(conjunct, "tagsRead") {
            read.tags = true;
        } else if is_marker(conjunct, "placed") {
            read.placed = true;
        }
        for kind in &control.applies_to {
            walk(conjunct, kind, schemas, read)?;
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, Default)]
struct Markers {
    tags: bool,
    placed: bool,
}

fn flatten<'a>(node: &'a Value, into: &mut Vec<&'a Value>) {
    match node.get("&&") {
        Some(and) => {
            for side in ["left", "right"] {
                if let Some(inner) = and.get(side) {
                    flatten(inner, into);
                }
            }
        }
        None => into.push(node),
    }
}

fn is_marker(node: &Value, name: &str) -> bool {
    node.pointer("/./attr").and_then(Value::as_str) == Some(name)
        && node.pointer("/./left/Var").and_then(Value::as_str) == Some("resource")
}

/// The branch that alone counts for a type, where the condition asks for the type of the resource.
fn branch_for<'a>(node: &'a Value, kind: &str) -> Option<&'a Value> {
    let choice = node.get("if-then-else")?;
    let asked = choice.pointer("/if/is")?;
    if asked.pointer("/left/Var").and_then(Value::as_str) != Some("resource") || asked.get("in").is_some() {
        return None;
    }
    choice.get(if asked.get("entity_type").and_then(Value::as_str) == Some(kind) { "then" } else { "else" })
}

fn walk(node: &Value, kind: &str, schemas: &Schemas, read: Markers) -> Result<(), String> {
    if let Some(branch) = branch_for(node, kind) {
        return walk(branch, kind, schemas, read);
    }
    match node {
        Value::Object(members) => {
            for (operator, body) in members {
                match operator.as_str() {
                    "Value" => continue,
                    "Var" if matches!(body.as_str(), Some("principal" | "action")) => {
                        return Err("it reads the principal or the action; facts are on the resource and the context"
                            .to_owned());
                    }
                    "has" => {
                        let left = body.get("left").unwrap_or(&Value::Null);
                        let attribute = body.get("attr").map(Value::to_string).unwrap_or_default();
                        if on_context(left) {
                            return Err(format!(
                                "it asks `has {attribute}` of the context: an undeclared bound must be not assessed; read it plainly"
                            ));
                        }
                        if matches!(type_of(left, kind, schemas), None | Some(Ty::Entity(_))) {
                            return Err(format!(
                                "it asks `has {attribute}` of an entity: a facet that was not read would pass or fail in silence; read the facet, and use `has` only inside it"
                            ));
                        }
                    }
                    "hasTag" | "getTag" if !read.tags => {
                        return Err(format!(
                            "it uses {operator} before `resource.tagsRead &&`; unread tags would look like none"
                        ));
                    }
                    "in" if !read.placed => {
                        return Err(
                            "it uses `in` before `resource.placed &&`; an unread hierarchy would look like none"
                                .to_owned(),
                        );
                    }
                    _ => {}
                }
                walk(body, kind, schemas, read)?;
            }
            Ok(())
        }
        Value::Array(items) => items.iter().try_for_each(|item| walk(item, kind, schemas, read)),
        _ => Ok(()),
    }
}

fn on_context(node: &Value) -> bool {
    node.get("Var").and_then(Value::as_str) == Some("context") || node.pointer("/./left").is_some_and(on_context)
}

/// The type of `resource` with attributes after it; none for anything else, which the caller takes as unsafe.
fn type_of(node: &Value, kind: &str, schemas: &Schemas) -> Option<Ty> {
    if node.get("Var").and_then(Value::as_str) == Some("resource") {
        return Some(Ty::Entity(kind.to_owned()));
    }
    let access = node.get(".")?;
    let attribute = access.get("attr")?.as_str()?;
    match type_of(access.get("left")?, kind, schemas)? {
        Ty::Entity(name) => schemas.entities.get(&name)?.get(attribute).cloned(),
        Ty::Record(members) => members.get(attribute).map(|(ty, _)| ty.clone()),
        _ => None,
    }
}
