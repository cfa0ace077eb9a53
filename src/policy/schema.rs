//! The Cedar schema: as written for policies, relaxed for data, and as a tree of types for converting facts.
//!
//! May import: `model`, `catalogue`. Guarantees: the three come from one text and cannot disagree.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

use cedar_policy::{EntityId, EntityTypeName, EntityUid, Schema, SchemaFragment};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::load::PolicyError;
use crate::catalogue::Catalogue;
use crate::model::entity::EntityRef;

/// The type of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Ty {
    Bool,
    Long,
    String,
    /// `datetime`, `duration`, `ipaddr`, `decimal`.
    Extension(String),
    /// A reference to an entity of this type.
    Entity(String),
    Set(Box<Ty>),
    /// Members, each with whether it is required.
    Record(BTreeMap<String, (Ty, bool)>),
}

/// The schema as a tree of types.
#[derive(Debug)]
pub(super) struct Schemas {
    /// Attributes by entity type.
    pub(super) entities: BTreeMap<String, BTreeMap<String, Ty>>,
    /// Members of the context.
    pub(super) context: BTreeMap<String, Ty>,
    /// Names of entity types, each parsed once: a uid is made for every resource and reference, and Cedar's parser is not
    /// cheap.
    names: BTreeMap<String, OnceLock<Option<EntityTypeName>>>,
}

/// The schema in Cedar's own forms.
#[derive(Debug)]
pub(super) struct Whole {
    /// Every attribute required: for policies.
    pub(super) strict: Schema,
    /// Every top-level attribute optional: for data.
    pub(super) relaxed: Schema,
    /// The whole text with every action, as the stock Cedar CLI reads it.
    pub(super) text: String,
}

/// The text of the schema with one action for each control (and each `.applies` policy).
pub(super) fn full_text(catalogue: &Catalogue, with_applies: &[String]) -> String {
    let mut text = catalogue.schema.clone();
    text.push_str("\n// One action a control, generated from controls/.\nnamespace Audit {\n");
    for control in &catalogue.controls {
        let mut ids = vec![control.id.to_string()];
        if with_applies.contains(&control.id.to_string()) {
            ids.push(format!("{}.applies", control.id));
        }
        for id in ids {
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "  action \"{id}\" appliesTo {{ principal: [Auditor], resource: [{}], context: Context }};",
                control.applies_to.join(", ")
            );
        }
    }
    text.push_str("}\n");
    merge_audit_namespaces(&text)
}

/// Cedar refuses a namespace that is opened twice: the generated actions move into the first `Audit`.
fn merge_audit_namespaces(text: &str) -> String {
    const OPEN: &str = "namespace Audit {";
    let (Some(first), Some(last)) = (text.find(OPEN), text.rfind(OPEN)) else { return text.to_owned() };
    if first == last {
        return text.to_owned();
    }
    let (before, generated) = text.split_at(last);
    let actions = generated.trim_start_matches(OPEN).trim_end().trim_end_matches('}');
    let at = first + OPEN.len();
    let (head, tail) = before.split_at(at.min(before.len()));
    format!("{head}{actions}{tail}")
}

impl Schemas {
    /// The Cedar uid; none where the type's name is not legal.
    pub(super) fn uid(&self, reference: &EntityRef) -> Option<EntityUid> {
        let parsed = || reference.kind.parse().ok();
        let name = match self.names.get(&reference.kind) {
            Some(name) => name.get_or_init(parsed).clone(),
            None => parsed(),
        }?;
        Some(EntityUid::from_type_name_and_id(name, EntityId::new(&reference.id)))
    }

    /// Of types that were read before.
    pub(super) fn of_types(entities: BTreeMap<String, BTreeMap<String, Ty>>, context: BTreeMap<String, Ty>) -> Self {
        let names = entities.keys().map(|name| (name.clone(), OnceLock::new())).collect();
        Self { entities, context, names }
    }

    pub(super) fn load(catalogue: &Catalogue, with_applies: &[String]) -> Result<(Self, Whole), PolicyError> {
        let fail = |detail: String| PolicyError::Schema { detail };
        let mut json = parse(&full_text(catalogue, with_applies))?;
        for (file, text) in &catalogue.types {
            add(&mut json, &parse(text)?).map_err(|problem| fail(format!("{file}: {problem}")))?;
        }
        let fragment = SchemaFragment::from_json_value(json.clone()).map_err(|e| fail(describe(&e)))?;
        let text = fragment.to_cedarschema().map_err(|e| fail(describe(&e)))?;
        let strict = Schema::from_json_value(json.clone()).map_err(|e| fail(describe(&e)))?;
        let relaxed = Schema::from_json_value(relax(json.clone())).map_err(|e| fail(describe(&e)))?;
        let common = common_types(&json);
        let mut entities = BTreeMap::new();
        let mut context = BTreeMap::new();
        for (namespace, body) in json.as_object().into_iter().flatten() {
            for (name, entity) in body.get("entityTypes").and_then(Value::as_object).into_iter().flatten() {
                let full = if namespace.is_empty() { name.clone() } else { format!("{namespace}::{name}") };
                let attributes = match entity.get("shape").map(|s| ty(s, namespace, &common)) {
                    Some(Ty::Record(members)) => members.into_iter().map(|(k, (t, _))| (k, t)).collect(),
                    _ => BTreeMap::new(),
                };
                entities.insert(full, attributes);
            }
        }
        if let Some(shape) = common.get("Audit::Context")
            && let Ty::Record(members) = ty(shape, "Audit", &common)
        {
            context = members.into_iter().map(|(k, (t, _))| (k, t)).collect();
        }
        Ok((Self::of_types(entities, context), Whole { strict, relaxed, text }))
    }
}

/// A schema in Cedar's JSON form.
fn parse(text: &str) -> Result<Value, PolicyError> {
    let fail = |detail: String| PolicyError::Schema { detail };
    let (fragment, warnings) = SchemaFragment::from_cedarschema_str(text).map_err(|e| fail(describe(&e)))?;
    match warnings.into_iter().next() {
        Some(warning) => Err(fail(warning.to_string())),
        None => fragment.to_json_value().map_err(|e| fail(e.to_string())),
    }
}

/// Adds the entity types of another schema; where both have a type it gets the attributes of both.
///
/// # Errors
/// Both declare one attribute: a fact has one type, and it is said in one place.
fn add(json: &mut Value, other: &Value) -> Result<(), String> {
    let members = |value: Option<&Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
    for (namespace, body) in members(Some(other)) {
        let Some(there) = json.get_mut(&namespace) else {
            if let Some(namespaces) = json.as_object_mut() {
                namespaces.insert(namespace, body);
            }
            continue;
        };
        for (name, entity) in members(body.get("entityTypes")) {
            let Some(types) = there.get_mut("entityTypes").and_then(Value::as_object_mut) else { continue };
            let Some(known) = types.get_mut(&name) else {
                types.insert(name, entity);
                continue;
            };
            if let (Some(tags), Some(known)) = (entity.get("tags"), known.as_object_mut()) {
                known.insert("tags".to_owned(), tags.clone());
            }
            let Some(attributes) = known.pointer_mut("/shape/attributes").and_then(Value::as_object_mut) else {
                return Err(format!(
                    "{namespace}::{name} stands without attributes in another file; take it out there"
                ));
            };
            for (attribute, ty) in members(entity.pointer("/shape/attributes")) {
                if attributes.insert(attribute.clone(), ty).is_some() {
                    return Err(format!(
                        "{namespace}::{name} has {attribute} twice; a fact is declared once, and what a source says in \
                         collected.cedarschema"
                    ));
                }
            }
        }
    }
    Ok(())
}

/// The message of a Cedar error with its causes and labels, which its `Display` leaves out.
pub(super) fn describe(error: &(dyn miette::Diagnostic + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let _ = write!(text, ": {inner}");
        cause = inner.source();
    }
    if let Some(help) = error.help() {
        let _ = write!(text, " ({help})");
    }
    text
}

/// The data schema: the same with every top-level attribute made optional.
fn relax(mut json: Value) -> Value {
    for namespace in json.as_object_mut().into_iter().flat_map(|m| m.values_mut()) {
        let types = namespace.get_mut("entityTypes").and_then(Value::as_object_mut);
        for entity in types.into_iter().flat_map(|m| m.values_mut()) {
            let attributes = entity.pointer_mut("/shape/attributes").and_then(Value::as_object_mut);
            for attribute in attributes.into_iter().flat_map(|m| m.values_mut()) {
                if let Some(members) = attribute.as_object_mut() {
                    members.insert("required".to_owned(), Value::Bool(false));
                }
            }
        }
    }
    json
}

fn common_types(json: &Value) -> BTreeMap<String, Value> {
    let mut common = BTreeMap::new();
    for (namespace, body) in json.as_object().into_iter().flatten() {
        for (name, shape) in body.get("commonTypes").and_then(Value::as_object).into_iter().flatten() {
            let full = if namespace.is_empty() { name.clone() } else { format!("{namespace}::{name}") };
            common.insert(full, shape.clone());
        }
    }
    common
}

fn ty(shape: &Value, namespace: &str, common: &BTreeMap<String, Value>) -> Ty {
    let kind = shape.get("type").and_then(Value::as_str).unwrap_or_default();
    let name = shape.get("name").and_then(Value::as_str).unwrap_or(kind);
    match kind {
        "Record" => {
            let mut members = BTreeMap::new();
            for (key, member) in shape.get("attributes").and_then(Value::as_object).into_iter().flatten() {
                let required = member.get("required").and_then(Value::as_bool).unwrap_or(true);
                members.insert(key.clone(), (ty(member, namespace, common), required));
            }
            Ty::Record(members)
        }
        "Set" => Ty::Set(Box::new(shape.get("element").map_or(Ty::String, |e| ty(e, namespace, common)))),
        _ => named(name, namespace, common),
    }
}

fn named(name: &str, namespace: &str, common: &BTreeMap<String, Value>) -> Ty {
    match name.trim_start_matches("__cedar::") {
        "Bool" | "Boolean" => return Ty::Bool,
        "Long" => return Ty::Long,
        "String" => return Ty::String,
        extension @ ("datetime" | "duration" | "ipaddr" | "decimal") => return Ty::Extension(extension.to_owned()),
        _ => {}
    }
    let local = format!("{namespace}::{name}");
    for candidate in [local.as_str(), name] {
        if let Some(shape) = common.get(candidate) {
            let home = candidate.rsplit_once("::").map_or("", |(home, _)| home);
            return ty(shape, home, common);
        }
    }
    if name.contains("::") || namespace.is_empty() { Ty::Entity(name.to_owned()) } else { Ty::Entity(local) }
}
