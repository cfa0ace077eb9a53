//! Attributes in Terraform's words made properties in `CloudFormation`'s.
//!
//! May import: nothing. Guarantees: an unknown part stays unknown; what is not set is said to be not set, or empty where the
//! table says that this is the same.

use std::collections::BTreeMap;

use serde_json::Value;

use super::awscc;
use super::mapping::{Row, Spec, pascal};
use super::reasons::NOT_SET;
use super::shapes;
use super::tree::Tree;

/// A property with the attributes that it was made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Made {
    pub(super) tree: Tree,
    pub(super) attributes: Vec<String>,
}

/// Attributes that say nothing of what a resource is, or hold what must not be kept.
const LEFT_OUT: [&str; 26] = [
    "id",
    "arn",
    "tags",
    "tags_all",
    "timeouts",
    "region",
    "force_destroy",
    "password",
    "password_wo",
    "master_password",
    "master_password_wo",
    "secret_string",
    "secret_binary",
    "secret_string_wo",
    "user_data",
    "user_data_base64",
    "private_key",
    "auth_token",
    "kerberos_attributes",
    "skip_final_snapshot",
    "final_snapshot_identifier",
    "apply_immediately",
    "skip_destroy",
    "force_delete",
    "name_prefix",
    "token",
];

/// The properties of a resource.
/// `is_new`: what is not configured is as AWS makes it, and not as it was before.
pub(super) fn properties(row: &Row, attributes: &BTreeMap<String, Tree>, is_new: bool) -> BTreeMap<String, Made> {
    let mut properties: BTreeMap<String, Made> = BTreeMap::new();
    if row.shape.as_deref() == Some("awscc") {
        return awscc::properties(&row.kind, attributes);
    }
    for (property, value) in &row.set {
        place(&mut properties, &property.split('.').map(str::to_owned).collect::<Vec<_>>(), Tree::known(value), None);
    }
    for (name, tree) in attributes {
        let spec = match row.specs.get(name) {
            Some(spec) => spec.clone(),
            None if row.rest && !LEFT_OUT.contains(&name.as_str()) => {
                Spec { target: vec![pascal(name)], ..Spec::default() }
            }
            None => continue,
        };
        let (tree, lifted) = convert(row, &spec, name, tree.clone(), is_new);
        for (member, tree) in lifted {
            place(&mut properties, &[member], tree, Some(name));
        }
        if spec.target.is_empty() || (spec.lifted && tree.is_null()) {
            continue;
        }
        // Of several attributes that mean the same property the one that is set says it.
        if tree.is_null() && spec.target.first().is_some_and(|first| properties.contains_key(first)) {
            continue;
        }
        let tree = match tree {
            Tree::Scalar(Value::Null) if spec.or_empty => empty(&spec, name),
            Tree::Scalar(Value::Null) if spec.target.len() > 1 => continue,
            Tree::Scalar(Value::Null) => Tree::Unknown(NOT_SET.to_owned()),
            tree => tree,
        };
        place(&mut properties, &spec.target, tree, Some(name));
    }
    if let Some(tags) = tags(attributes) {
        place(&mut properties, &["Tags".to_owned()], tags, Some("tags"));
    }
    if let Some(shape) = &row.shape {
        shapes::whole(shape, attributes, &mut properties);
    }
    properties
}

/// Puts a value at a path of members.
fn place(properties: &mut BTreeMap<String, Made>, path: &[String], tree: Tree, attribute: Option<&str>) {
    let Some((first, rest)) = path.split_first() else { return };
    let made = properties.entry(first.clone()).or_insert(Made { tree: Tree::NULL, attributes: Vec::new() });
    made.attributes.extend(attribute.map(str::to_owned));
    put(&mut made.tree, rest, tree);
}

fn put(into: &mut Tree, path: &[String], tree: Tree) {
    let Some((first, rest)) = path.split_first() else {
        match (&mut *into, tree) {
            (Tree::Object(members), Tree::Object(more)) => members.extend(more),
            // Something else may say what nothing sets, and nothing else what is not known.
            (Tree::Unknown(reason), Tree::Object(_)) if reason != NOT_SET => {}
            (into, tree) => *into = tree,
        }
        return;
    };
    if into.is_null() {
        *into = Tree::Object(BTreeMap::new());
    }
    // What is unknown as a whole stays so, whatever its members are.
    if let Tree::Object(members) = into {
        put(members.entry(first.clone()).or_insert(Tree::NULL), rest, tree);
    }
}

/// The tags as a map from name to value, with those that the provider adds.
fn tags(attributes: &BTreeMap<String, Tree>) -> Option<Tree> {
    let (own, all) = (attributes.get("tags"), attributes.get("tags_all"));
    if all.is_some_and(|all| all.unknown().is_some()) {
        return Some(Tree::Unknown("the provider may add tags, which are known after apply".to_owned()));
    }
    Some(match all.filter(|all| !all.is_null()).or(own)? {
        Tree::Scalar(Value::Null) => Tree::Object(BTreeMap::new()),
        Tree::List(items) => {
            Tree::Object(items.iter().map(|tag| (tag.word("key").to_owned(), tag.part("value"))).collect())
        }
        other => other.clone(),
    })
}

/// What an attribute that is not set means where the table says that there is none.
fn empty(spec: &Spec, name: &str) -> Tree {
    let has = |word| spec.words.iter().any(|w| w == word);
    if has("one") || has("document") || has("map") {
        Tree::Object(BTreeMap::new())
    } else if has("items") || has("list") || spec.word("each:").is_some() || name.ends_with('s') {
        Tree::List(Vec::new())
    } else {
        Tree::text("")
    }
}

/// The value of an attribute, with the members that it gives to what surrounds it.
fn convert(row: &Row, spec: &Spec, path: &str, tree: Tree, is_new: bool) -> (Tree, BTreeMap<String, Tree>) {
    let is_whole = |word: &String| word == "map" || word == "document" || word.starts_with("shape:");
    let mut tree = if spec.words.iter().any(is_whole) { tree } else { rename(row, path, tree, is_new) };
    for word in spec.words.iter().filter(|word| is_new || *word != "unset") {
        tree = apply(word, tree);
    }
    match tree {
        Tree::Object(members) if spec.lifted => (Tree::NULL, members),
        tree => (tree, BTreeMap::new()),
    }
}

fn rename(row: &Row, path: &str, tree: Tree, is_new: bool) -> Tree {
    match tree {
        Tree::List(items) => Tree::List(items.into_iter().map(|item| rename(row, path, item, is_new)).collect()),
        Tree::Object(members) => {
            let mut renamed = Tree::Object(BTreeMap::new());
            for (name, value) in members {
                let path = format!("{path}/{name}");
                let fallback = Spec { target: vec![pascal(&name)], ..Spec::default() };
                let spec = row.specs.get(&path).unwrap_or(&fallback);
                let (value, up) = convert(row, spec, &path, value, is_new);
                for (name, value) in up {
                    put(&mut renamed, &[name], value);
                }
                // What cannot be lifted because it is unknown must not get lost.
                if !value.is_null() && !spec.target.is_empty() {
                    put(&mut renamed, &spec.target, value);
                }
            }
            renamed
        }
        other => other,
    }
}

/// One word of the table.
fn apply(word: &str, tree: Tree) -> Tree {
    if let Tree::Unknown(reason) = &tree {
        // Where the table says so, what is not configured is not there.
        return if word == "unset" && reason == NOT_SET { Tree::NULL } else { tree };
    }
    let (name, argument) = word.split_once(':').unwrap_or((word, ""));
    match (name, tree) {
        ("one", Tree::List(mut items)) if items.len() < 2 => items.pop().unwrap_or(Tree::NULL),
        ("document", Tree::Scalar(Value::String(text))) => document(&text),
        ("flag", Tree::Scalar(Value::String(text))) => match text.to_ascii_lowercase().as_str() {
            "true" | "enabled" | "enable" => Tree::Scalar(Value::Bool(true)),
            "false" | "disabled" | "disable" => Tree::Scalar(Value::Bool(false)),
            _ => Tree::Scalar(Value::String(text)),
        },
        ("number", Tree::Scalar(Value::String(text))) => match text.parse::<i64>() {
            Ok(number) => Tree::Scalar(number.into()),
            Err(_) => Tree::Scalar(Value::String(text)),
        },
        ("text", Tree::Scalar(value @ (Value::Number(_) | Value::Bool(_)))) => Tree::text(value.to_string()),
        ("filled", tree) if tree.is_empty() => Tree::NULL,
        ("upper", Tree::Scalar(Value::String(text))) => Tree::text(text.to_uppercase()),
        ("invert", Tree::Scalar(Value::Bool(flag))) => Tree::Scalar(Value::Bool(!flag)),
        ("list", tree) if !tree.is_null() => Tree::List(tree.items().to_vec()),
        ("each", Tree::List(items)) => {
            Tree::List(items.into_iter().map(|item| Tree::object([(argument, item)])).collect())
        }
        ("say", tree) => say(argument, tree),
        ("shape", tree) => shapes::part(argument, &tree),
        (_, tree) => tree,
    }
}

/// `say:true=ENABLED,false=DISABLED`
fn say(pairs: &str, tree: Tree) -> Tree {
    let said = match &tree {
        Tree::Scalar(Value::String(text)) => text.clone(),
        Tree::Scalar(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
        _ => return tree,
    };
    let meant = pairs.split(',').filter_map(|pair| pair.split_once('=')).find(|(from, _)| *from == said);
    meant.map_or(tree, |(_, to)| Tree::text(to))
}

/// A policy written as a text.
pub(super) fn document(text: &str) -> Tree {
    if text.trim().is_empty() {
        return Tree::NULL;
    }
    match super::json::object(text) {
        Some(value) => Tree::known(&value),
        None => Tree::Unknown("it is no JSON object in which each key is said once".to_owned()),
    }
}
