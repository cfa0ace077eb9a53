//! The parameters that a template declares, and the values that they are given.
//!
//! May import: `model`. Guarantees: a parameter without a value has none (no guess from its name or type); no value of a
//! `NoEcho` parameter stands in an error.

use std::collections::{BTreeMap, BTreeSet};

use super::budget::VALUE;
use super::tree::{At, Node};
use super::{text, yaml};
use crate::model::planned::{InputError, Place};

/// Values for a template's parameters, under the name by which they are reported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ParameterSet {
    pub name: String,
    pub values: BTreeMap<String, String>,
}

/// A declared parameter.
#[derive(Debug)]
pub(super) struct Parameter {
    kind: String,
    default: Option<Node>,
    pub(super) allowed: BTreeSet<String>,
    shortest: usize,
    pub(super) no_echo: bool,
    at: At,
}

impl Parameter {
    pub(super) fn declared(at: At, body: &Node) -> Self {
        let text = |key: &str| body.get(key).and_then(Node::text);
        let allowed = body.get("AllowedValues").and_then(Node::items).unwrap_or_default();
        Self {
            kind: text("Type").unwrap_or("String").to_owned(),
            default: body.get("Default").filter(|default| default.text().is_some()).cloned(),
            allowed: allowed.iter().filter_map(Node::value).map(str::to_owned).collect(),
            shortest: text("MinLength").and_then(|text| text.parse().ok()).unwrap_or(0),
            no_echo: body.get("NoEcho").and_then(Node::value).is_some_and(|text| text.eq_ignore_ascii_case("true")),
            at,
        }
    }

    /// The value: the one given, or the default. One that AWS reads from the Parameter Store is known to nobody here: what
    /// is given or declared is its name.
    pub(super) fn value(&self, given: Option<&str>) -> Option<Node> {
        if self.is_stored() {
            return None;
        }
        match given {
            Some(text) => Some(self.holding(&Node::quoted(self.at, text))),
            None => self.default.as_ref().map(|default| self.holding(default)),
        }
    }

    /// What `value` costs, in bytes of the budget.
    pub(super) fn weight(&self, given: Option<&str>) -> usize {
        let default = || self.default.as_ref()?.scalar().map(|scalar| scalar.text.as_str());
        let text = given.or_else(default).unwrap_or_default();
        let items = if self.is_list() { text.matches(',').count() + 1 } else { 0 };
        text.len().saturating_add(items.saturating_mul(VALUE))
    }

    /// What `Ref` gives where the parameter's value is this scalar.
    pub(super) fn holding(&self, scalar: &Node) -> Node {
        let text = scalar.scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
        if self.is_list() {
            let numbers = self.kind == "List<Number>";
            let item = |text: &str| if numbers { Node::plain(self.at, text) } else { Node::quoted(self.at, text) };
            return Node::list(self.at, text.split(',').map(str::trim).map(item).collect());
        }
        if self.kind == "Number" {
            return Node::plain(self.at, text);
        }
        // An unquoted `yes` stays what YAML makes of it; everything else is a string, because the parameter is one.
        if scalar.value() == Some(text) { Node::quoted(self.at, text) } else { scalar.clone() }
    }

    fn is_list(&self) -> bool {
        self.kind == "CommaDelimitedList" || self.kind.starts_with("List<")
    }

    /// Whether the value stands in the Parameter Store.
    pub(super) fn is_stored(&self) -> bool {
        self.kind.starts_with("AWS::SSM::Parameter::Value<")
    }

    /// Whether AWS would take this value, as far as the declaration says.
    pub(super) fn admits(&self, value: &str) -> bool {
        // What is allowed of a stored parameter is its name, and not its value.
        if self.is_stored() {
            return true;
        }
        if !self.allowed.is_empty() {
            return self.allowed.contains(value);
        }
        match self.kind.as_str() {
            "String" | "CommaDelimitedList" => value.chars().count() >= self.shortest,
            "Number" => value.parse::<f64>().is_ok(),
            kind if kind.starts_with("List<") => true,
            // The types that name something of AWS's take no empty text.
            _ => !value.is_empty(),
        }
    }

    /// Whether these values are all that the parameter may have.
    pub(super) fn is_covered(&self, values: &BTreeSet<String>) -> bool {
        !self.is_stored() && !self.allowed.is_empty() && self.allowed.is_subset(values)
    }

    /// Refuses a value that AWS would refuse.
    pub(super) fn check(&self, file: &str, name: &str, value: &str) -> Result<(), InputError> {
        let admitted = |value: &str| self.allowed.is_empty() || self.admits(value);
        let taken = if self.is_list() { value.split(',').map(str::trim).all(admitted) } else { admitted(value) };
        if taken {
            return Ok(());
        }
        let shown = if self.no_echo { "the value given".to_owned() } else { format!("{value:?}") };
        let message = format!("{shown} is not among the AllowedValues of the parameter {name}: give one that is");
        Err(InputError { place: self.at.place(file), message })
    }
}

/// Reads a file of parameter values: what `aws cloudformation create-stack` takes (`[{"ParameterKey": …}]`), what `deploy`
/// takes (`["Key=Value"]`), CodePipeline's `{"Parameters": {…}}`, or simply `{"Key": "Value"}`.
pub fn parameter_file(name: &str, bytes: &[u8]) -> Result<ParameterSet, InputError> {
    let root = yaml::load(name, &text::decode(name, bytes)?)?;
    let mut set = ParameterSet { name: name.to_owned(), values: BTreeMap::new() };
    let refuse = |at: At, message: String| InputError { place: at.place(name), message };
    let mut add = |at: At, key: &str, value: String| match set.values.insert(key.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err(refuse(at, format!("the parameter {key} stands twice in {name}: keep one value"))),
    };
    if let Some(entries) = root.get("Parameters").unwrap_or(&root).entries() {
        for entry in entries {
            let value = value(&entry.value).ok_or_else(|| {
                refuse(entry.at, format!("the parameter {} has no text as its value: give one", entry.key))
            })?;
            add(entry.at, &entry.key, value)?;
        }
        return Ok(set);
    }
    let shape = "give a list of ParameterKey and ParameterValue, of \"Key=Value\" texts, or a map of values";
    for item in root.items().ok_or_else(|| refuse(root.at, format!("{name} holds no parameters: {shape}")))? {
        if let Some((key, value)) = item.text().and_then(|text| text.split_once('=')) {
            add(item.at, key, value.to_owned())?;
            continue;
        }
        let key = item.get("ParameterKey").and_then(Node::text);
        let key = key.ok_or_else(|| refuse(item.at, format!("an entry of {name} has no ParameterKey: {shape}")))?;
        if let Some(value) = item.get("ParameterValue").and_then(value) {
            add(item.at, key, value)?;
        } else if item.get("UsePreviousValue").and_then(Node::value) != Some("true") {
            return Err(refuse(item.at, format!("the parameter {key} has no ParameterValue in {name}: give one")));
        }
    }
    Ok(set)
}

/// A value as the command line would take it; a list is one text with commas.
fn value(node: &Node) -> Option<String> {
    match node.items() {
        None => node.scalar().filter(|scalar| !scalar.is_null()).map(|scalar| scalar.text.clone()),
        Some(items) => items.iter().map(value).collect::<Option<Vec<_>>>().map(|texts| texts.join(",")),
    }
}

/// Refuses a set with a key that the template does not declare, or with a value that it does not allow.
pub(super) fn check_set(
    file: &str,
    declared: &BTreeMap<String, Parameter>,
    set: &ParameterSet,
) -> Result<(), InputError> {
    for (key, value) in &set.values {
        let Some(parameter) = declared.get(key) else { return Err(undeclared(set, key, file)) };
        parameter.check(file, key, value)?;
    }
    Ok(())
}

pub(super) fn undeclared(set: &ParameterSet, key: &str, file: &str) -> InputError {
    InputError {
        place: Place { file: set.name.clone(), line: 0, column: 0 },
        message: format!(
            "the parameter set {} gives {key}, a parameter that {file} does not declare: correct the name or leave it out",
            set.name
        ),
    }
}
