//! The attributes of an instance after it is applied, and why one of them is not known before.
//!
//! May import: `model`. Guarantees: what the plan marks as unknown becomes a reference only where exactly one attribute of
//! one instance can be meant, else a reason; without the plan's configuration nothing unknown becomes known.

use std::collections::BTreeMap;

use serde_json::Value;

use super::context::{Context, Instance};
use super::hcl::Body;
use super::mapping::Mapping;
use super::plan;
use super::policy;
use super::reasons::{self, is_free, is_one, is_plural, listed};
use super::references::{At, Origin};
use super::tree::Tree;
use super::written::{self, Part, Written};
use crate::model::planned::reference;

/// Reads the attributes of instances.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) mapping: &'a Mapping,
}

/// What a value is looked up in.
#[derive(Clone, Copy)]
struct Where<'a> {
    at: At<'a>,
    kind: &'a str,
    /// The attribute, or the innermost one of a block.
    name: &'a str,
    has_configuration: bool,
    /// Within a block of which the configuration knows nothing.
    is_dynamic: bool,
    /// Within a value that the code writes out, without a reference: what is unknown of it the code does not set.
    is_constant: bool,
}

impl Reader<'_> {
    /// The attributes of an instance as they will be; of one that goes, as they are.
    pub(super) fn attributes(self, instance: &Instance<'_>) -> BTreeMap<String, Tree> {
        let change = instance.change;
        let goes = change.difference.actions.iter().all(|action| matches!(action.as_str(), "delete" | "forget"));
        let planned = self.context.planned_values(&change.address);
        let (after, unknown) = match (&change.difference.after, planned) {
            _ if goes => (&change.difference.before, &Value::Null),
            (Value::Null, Some(planned)) => (planned, &Value::Null),
            (after, _) => (after, &change.difference.after_unknown),
        };
        let declared = self.context.declared(&instance.modules, &change.mode, &change.kind, &change.name);
        let written = self.context.written(&instance.modules, &change.mode, &change.kind, &change.name);
        let expressions = declared.map_or(&Value::Null, |declared| &declared.expressions);
        let at = At {
            modules: &instance.modules,
            key: instance.key.as_deref(),
            for_each: declared.map_or(&Value::Null, |declared| &declared.for_each_expression),
        };
        let place = Where {
            at,
            kind: &change.kind,
            name: "",
            has_configuration: declared.is_some(),
            is_dynamic: false,
            is_constant: false,
        };
        let tree = self.tree(after, unknown, Some(expressions), written.map(super::lines::Found::body), place);
        let Tree::Object(mut members) = tree else { return BTreeMap::new() };
        // Older plans leave out what is unknown; the configuration still says that it is set.
        if let (Value::Object(expressions), true) = (expressions, !goes) {
            for (name, expression) in expressions {
                if !members.contains_key(name) && !plan::references(expression).is_empty() {
                    let body = written.map(super::lines::Found::body);
                    let value = self.leaf(Some(expression), body, Where { name, ..place });
                    members.insert(name.clone(), value);
                }
            }
        }
        members
    }

    fn tree<'v>(
        self,
        after: &'v Value,
        unknown: &'v Value,
        expression: Option<&Value>,
        body: Option<&Body>,
        place: Where<'_>,
    ) -> Tree {
        let constant = expression.and_then(|expression| expression.get("constant_value"));
        let is_constant = place.is_constant || constant.is_some_and(|value| value.is_object() || value.is_array());
        let place = Where { is_constant, ..place };
        match (after, unknown) {
            (_, Value::Bool(true)) => self.leaf(expression, body, place),
            (Value::Object(members), unknown) => {
                let mut tree = BTreeMap::new();
                let empty = serde_json::Map::new();
                let marks = unknown.as_object().unwrap_or(&empty);
                let names = members.keys().chain(marks.keys().filter(|name| !members.contains_key(*name)));
                for name in names {
                    let value = members.get(name).unwrap_or(&Value::Null);
                    let mark = marks.get(name).unwrap_or(&Value::Null);
                    let expression = expression.and_then(|expression| expression.get(name));
                    let inner = Where { name, ..place };
                    tree.insert(name.clone(), self.tree(value, mark, expression, body, inner));
                }
                Tree::Object(tree)
            }
            (Value::Array(items), Value::Array(marks)) => self.list(items, marks, expression, body, place),
            // Of a value that is left out the marks are all that is there.
            (Value::Null, Value::Array(marks)) if !marks.is_empty() => self.list(&[], marks, expression, body, place),
            (Value::Null, Value::Object(marks)) if !marks.is_empty() => {
                let none = Value::Object(serde_json::Map::new());
                self.tree(&none, unknown, expression, body, place)
            }
            (after, _) => Tree::known(after),
        }
    }

    /// A list or a set. A plan leaves unknown members of a set out of the values, but not out of the marks.
    fn list(
        self,
        items: &[Value],
        marks: &[Value],
        expression: Option<&Value>,
        body: Option<&Body>,
        place: Where<'_>,
    ) -> Tree {
        let whole = marks.iter().filter(|mark| mark.as_bool() == Some(true)).count();
        let one_by_one = self.one_by_one(whole, items.len().max(marks.len()), expression, body, place);
        let mut one_by_one = one_by_one.into_iter();
        let is_dynamic = place.is_dynamic || (place.has_configuration && expression.is_none());
        let mut values = items.iter();
        let mut list = Vec::new();
        for (n, mark) in marks.iter().enumerate() {
            let is_whole = mark.as_bool() == Some(true);
            let value = if is_whole && items.len() < marks.len() { None } else { values.next() };
            if is_whole {
                let next = one_by_one.next();
                list.push(next.unwrap_or_else(|| self.leaf(expression, None, Where { is_dynamic, ..place })));
                continue;
            }
            let expression = match expression {
                Some(Value::Array(blocks)) => blocks.get(n),
                other => other,
            };
            let block = body.and_then(|body| body.blocks.iter().filter(|b| b.kind == place.name).nth(n));
            let inner = Where { is_dynamic, ..place };
            let value = value.unwrap_or(&Value::Null);
            list.push(self.tree(value, mark, expression, block.map(|block| &block.body), inner));
        }
        list.extend(values.map(Tree::known));
        Tree::List(list)
    }

    /// The unknown members of a list, where there are as many attributes that they can come from or the code lists them.
    fn one_by_one(
        self,
        unknown: usize,
        length: usize,
        expression: Option<&Value>,
        body: Option<&Body>,
        place: Where<'_>,
    ) -> Vec<Tree> {
        let argument = body.and_then(|body| body.arguments.get(place.name));
        if let Some(Written::List(items)) = argument.map(|argument| written::parse(&argument.text))
            && items.len() == length
        {
            let is_unknown = |item: &&Written| match item {
                Written::Text(parts) => parts.iter().any(|part| matches!(part, Part::Reference(_))),
                Written::Reference(_) | Written::List(_) | Written::Other => true,
            };
            let trees: Vec<Tree> =
                items.iter().filter(is_unknown).filter_map(|item| self.said(item, place).ok()).collect();
            if trees.len() == unknown {
                return trees;
            }
        }
        let origins = self.context.origins(&expression.map(plan::references).unwrap_or_default(), place.at);
        if origins.len() != unknown || is_free(place.kind, place.name) {
            return Vec::new();
        }
        let trees = origins.iter().map(|origin| match origin {
            Origin::Attribute { instance, attribute } => {
                self.reference(*instance, attribute, place.name).map(Tree::text)
            }
            _ => None,
        });
        trees.collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    /// A value that is wholly unknown.
    fn leaf(self, expression: Option<&Value>, body: Option<&Body>, place: Where<'_>) -> Tree {
        let argument = body.and_then(|body| body.arguments.get(place.name));
        if let Some(argument) = argument
            && let Ok(tree) = self.said(&written::parse(&argument.text), place)
        {
            return tree;
        }
        let Some(expression) = expression else {
            let reason = if !place.has_configuration {
                reasons::NO_CONFIGURATION
            } else if place.is_constant {
                reasons::NOT_SET
            } else if place.is_dynamic {
                reasons::DYNAMIC
            } else {
                reasons::NOT_SET
            };
            return Tree::Unknown(reason.to_owned());
        };
        let references = plan::references(expression);
        let origins = self.settled(self.context.origins(&references, place.at));
        if let [Origin::Data { modules, kind, name, key, .. }] = origins.as_slice()
            && kind == policy::KIND
            && let Some(document) = self.policy(modules, name, key.as_deref())
        {
            return document;
        }
        if let ([Origin::Attribute { instance, attribute }], true) = (origins.as_slice(), is_one(expression))
            && !is_free(place.kind, place.name)
            && let Some(found) = self.reference(*instance, attribute, place.name)
        {
            let one = Tree::text(found);
            return if is_plural(place.name) { Tree::List(vec![one]) } else { one };
        }
        Tree::Unknown(reasons::reason(self.context, &references, &origins))
    }

    /// What the code itself says, with references for what it names.
    fn said(self, written: &Written, place: Where<'_>) -> Result<Tree, ()> {
        match written {
            Written::Reference(text) => self.exactly(text, place).map(Tree::text),
            Written::Text(parts) => {
                let mut text = String::new();
                for part in parts {
                    match part {
                        Part::Literal(literal) => text.push_str(literal),
                        Part::Reference(reference) => text.push_str(&self.exactly(reference, place)?),
                    }
                }
                Ok(Tree::Scalar(Value::String(text)))
            }
            Written::List(items) => {
                items.iter().map(|item| self.said(item, place)).collect::<Result<_, _>>().map(Tree::List)
            }
            Written::Other => Err(()),
        }
    }

    fn exactly(self, text: &str, place: Where<'_>) -> Result<String, ()> {
        match self.settled(self.context.origins(&[text.to_owned()], place.at)).as_slice() {
            [Origin::Attribute { instance, attribute }] => {
                // Through a variable or a local value it may be a text around the attribute.
                let first = text.split(['.', '[']).next().unwrap_or_default();
                if matches!(first, "var" | "local" | "module" | "each") && is_free(place.kind, place.name) {
                    return Err(());
                }
                self.reference(*instance, attribute, place.name).ok_or(())
            }
            _ => Err(()),
        }
    }

    /// The text for an attribute of an instance, in `CloudFormation`'s words.
    fn reference(self, instance: usize, attribute: &str, name: &str) -> Option<String> {
        let change = self.context.instances.get(instance)?.change;
        // What is not read (a random number, a type that is not known) cannot be referred to.
        self.mapping.row(&change.kind)?;
        let attribute = match attribute {
            "" if name.ends_with("arn") || name.ends_with("arns") => "arn",
            "" => "id",
            said => said,
        };
        Some(reference(&change.address, &self.mapping.attribute(&change.kind, attribute)))
    }

    /// Of several origins those that are the same thing made one: a companion of a bucket has the bucket's name for its id.
    fn settled(self, origins: Vec<Origin>) -> Vec<Origin> {
        if origins.len() < 2 {
            return origins;
        }
        let mut settled = Vec::new();
        for origin in origins {
            let parent = self.parent(&origin).unwrap_or(origin);
            if !settled.contains(&parent) {
                settled.push(parent);
            }
        }
        settled
    }

    /// The name of the bucket that an origin is, where it is the id of a companion or of the bucket itself.
    fn parent(self, origin: &Origin) -> Option<Origin> {
        let Origin::Attribute { instance: at, attribute } = origin else { return None };
        let instance = self.context.instances.get(*at)?;
        let kind = instance.change.kind.as_str();
        let named = Origin::Attribute { instance: *at, attribute: "id".to_owned() };
        match (kind, attribute.as_str()) {
            ("aws_s3_bucket", "id" | "bucket") => Some(named),
            (kind, "id" | "bucket") if kind.starts_with("aws_s3_bucket_") => {
                match self.origins_of(instance, "bucket").as_slice() {
                    [Origin::Attribute { instance, .. }] => {
                        Some(Origin::Attribute { instance: *instance, attribute: "id".to_owned() })
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Where an attribute comes from that names another resource.
    pub(super) fn link(self, instance: &Instance<'_>, attribute: &str) -> Vec<Origin> {
        self.settled(self.origins_of(instance, attribute))
    }

    fn origins_of(self, instance: &Instance<'_>, attribute: &str) -> Vec<Origin> {
        let change = instance.change;
        let declared = self.context.declared(&instance.modules, &change.mode, &change.kind, &change.name);
        let Some(expression) = declared.and_then(|declared| declared.expressions.get(attribute)) else {
            return Vec::new();
        };
        let for_each = declared.map_or(&Value::Null, |declared| &declared.for_each_expression);
        let at = At { modules: &instance.modules, key: instance.key.as_deref(), for_each };
        self.context.origins(&plan::references(expression), at)
    }

    /// A value that the configuration alone says.
    pub(super) fn configured(self, expressions: &Value, modules: &[super::address::Step], key: Option<&str>) -> Tree {
        let at = At { modules, key, for_each: &Value::Null };
        let place =
            Where { at, kind: policy::KIND, name: "", has_configuration: true, is_dynamic: false, is_constant: false };
        let (after, unknown) = policy::values(expressions);
        self.tree(&after, &unknown, Some(expressions), None, place)
    }

    /// The expression of an attribute as the code or else the plan says it, shortened. None: it is a literal.
    pub(super) fn expression(self, instance: &Instance<'_>, attribute: &str) -> Option<String> {
        let change = instance.change;
        let declared = self.context.declared(&instance.modules, &change.mode, &change.kind, &change.name)?;
        let references = plan::references(declared.expressions.get(attribute)?);
        (!references.is_empty()).then(|| listed(&references))
    }
}
