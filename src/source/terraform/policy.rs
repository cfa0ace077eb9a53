//! Policies that a data source builds on apply, rebuilt from the statements that the plan already has.
//!
//! May import: nothing. Guarantees: a document is given only if all of it is known but for references; a document that
//! merges others is not rebuilt.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::address::Step;
use super::convert;
use super::tree::Tree;
use super::unknown::Reader;

/// The data source.
pub(super) const KIND: &str = "aws_iam_policy_document";

impl Reader<'_> {
    /// The document of a data source. None: the plan has nothing of it.
    pub(super) fn policy(self, modules: &[Step], name: &str, key: Option<&str>) -> Option<Tree> {
        let read = self.context.named(modules, "data", KIND, name).and_then(|(all, by_key)| match key {
            Some(key) => by_key.get(key),
            None => all.first(),
        });
        let read = read.and_then(|n| self.context.instances.get(*n));
        let members = if let Some(instance) = read {
            Tree::Object(self.attributes(instance))
        } else {
            let module = super::address::module_address(modules);
            let key = key.map_or_else(String::new, |key| format!("[{key}]"));
            let own = format!("data.{KIND}.{name}{key}");
            let address = if module.is_empty() { own } else { format!("{module}.{own}") };
            if let Some(json) = self.context.prior(&address).and_then(|values| values.get("json")?.as_str()) {
                return Some(convert::document(json));
            }
            let declared = self.context.declared(modules, "data", KIND, name)?;
            self.configured(&declared.expressions, modules, Some(key.as_str()).filter(|key| !key.is_empty()))
        };
        let document = build(&members);
        Some(match document.unknown() {
            Some(reason) if reason.starts_with("known after apply") => Tree::Unknown(format!("the policy is {reason}")),
            Some(reason) => Tree::Unknown(format!("the policy is known after apply: {reason}")),
            None => document,
        })
    }
}

/// Values and marks in the shape of a change, from expressions: what is no constant is unknown.
pub(super) fn values(expression: &Value) -> (Value, Value) {
    match expression {
        Value::Object(members) => {
            if let Some(constant) = members.get("constant_value") {
                return (constant.clone(), Value::Bool(false));
            }
            if members.contains_key("references") {
                return (Value::Null, Value::Bool(true));
            }
            let (mut after, mut unknown) = (Map::new(), Map::new());
            for (name, inner) in members {
                let (value, mark) = values(inner);
                after.insert(name.clone(), value);
                unknown.insert(name.clone(), mark);
            }
            (Value::Object(after), Value::Object(unknown))
        }
        Value::Array(items) => {
            let (after, unknown) = items.iter().map(values).unzip();
            (Value::Array(after), Value::Array(unknown))
        }
        _ => (Value::Null, Value::Bool(true)),
    }
}

/// The document that the provider writes for these arguments.
fn build(members: &Tree) -> Tree {
    const MERGED: [&str; 4] = ["source_policy_documents", "override_policy_documents", "source_json", "override_json"];
    if MERGED.iter().any(|name| members.get(name).is_some_and(|value| !value.is_empty())) {
        return Tree::Unknown("it merges other documents".to_owned());
    }
    if let Some(Tree::Unknown(reason)) = members.get("statement") {
        return Tree::Unknown(reason.clone());
    }
    let statements = members.part("statement").items().iter().map(statement).collect();
    let version = members.part("version");
    let mut document = BTreeMap::from([
        ("Version".to_owned(), if version.is_empty() { Tree::text("2012-10-17") } else { version }),
        ("Statement".to_owned(), Tree::List(statements)),
    ]);
    let id = members.part("policy_id");
    if !id.is_empty() {
        document.insert("Id".to_owned(), id);
    }
    // What AWS writes with a dollar the data source writes with an ampersand.
    Tree::Object(document).map_texts(&|text| text.replace("&{", "${"))
}

fn statement(block: &Tree) -> Tree {
    const LISTS: [(&str, &str); 4] = [
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ];
    let effect = block.part("effect");
    let mut made =
        BTreeMap::from([("Effect".to_owned(), if effect.is_empty() { Tree::text("Allow") } else { effect })]);
    if !block.part("sid").is_empty() {
        made.insert("Sid".to_owned(), block.part("sid"));
    }
    for (name, member) in LISTS {
        if !block.part(name).is_empty() {
            made.insert(member.to_owned(), block.part(name));
        }
    }
    for (name, member) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if !block.part(name).is_empty() {
            made.insert(member.to_owned(), principals(&block.part(name)));
        }
    }
    let mut conditions: BTreeMap<String, Tree> = BTreeMap::new();
    for condition in block.part("condition").items() {
        let (Some(test), Some(variable)) = (text(condition, "test"), text(condition, "variable")) else {
            return Tree::Unknown("a condition of it is known after apply".to_owned());
        };
        if let Tree::Object(keys) = conditions.entry(test).or_insert(Tree::Object(BTreeMap::new())) {
            keys.insert(variable, condition.part("values"));
        }
    }
    if !conditions.is_empty() {
        made.insert("Condition".to_owned(), Tree::Object(conditions));
    }
    Tree::Object(made)
}

fn text(tree: &Tree, name: &str) -> Option<String> {
    tree.get(name).and_then(Tree::as_text).map(str::to_owned)
}

fn principals(blocks: &Tree) -> Tree {
    let mut made: BTreeMap<String, Vec<Tree>> = BTreeMap::new();
    for block in blocks.items() {
        let Some(kind) = text(block, "type") else {
            return Tree::Unknown("a principal of it is known after apply".to_owned());
        };
        match block.part("identifiers") {
            Tree::List(identifiers) => made.entry(kind).or_default().extend(identifiers),
            other => made.entry(kind).or_default().push(other),
        }
    }
    if made.contains_key("*") {
        return Tree::text("*");
    }
    Tree::Object(made.into_iter().map(|(kind, identifiers)| (kind, Tree::List(identifiers))).collect())
}
