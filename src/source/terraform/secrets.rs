//! What a plan marks as sensitive is taken out of it before anything else sees it.
//!
//! May import: nothing. Guarantees: a value under a mark of the plan, a constant that the code gives to such an attribute
//! and the value of a sensitive variable are replaced, in the plan and in the texts of the code.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::tree::SENSITIVE;

/// With more secrets than this no code is shown at all: to look for each would take too long.
const MOST: usize = 500;

/// The texts that were taken out, to be masked in the code as well. Never printed.
#[derive(Default)]
pub(super) struct Secrets {
    texts: BTreeSet<String>,
}

impl Secrets {
    /// Takes the sensitive values out of a plan.
    pub(super) fn take(plan: &mut Map<String, Value>) -> Self {
        let mut secrets = Self::default();
        let mut attributes: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for change in plan.get_mut("resource_changes").and_then(Value::as_array_mut).into_iter().flatten() {
            let named = (word(change, "type"), word(change, "name"));
            let Some(Value::Object(change)) = change.get_mut("change") else { continue };
            for (value, marks) in [("before", "before_sensitive"), ("after", "after_sensitive")] {
                let Some(marks) = change.get(marks).cloned() else { continue };
                if let Value::Object(marks) = &marks {
                    let marked = marks.iter().filter(|(_, mark)| is_marked(mark)).map(|(name, _)| name.clone());
                    attributes.entry(named.clone()).or_default().extend(marked);
                }
                if let Some(value) = change.get_mut(value) {
                    secrets.mask(value, &marks);
                }
            }
        }
        for path in [&["planned_values"][..], &["prior_state", "values"]] {
            let found = path.iter().try_fold(&mut *plan, |at, name| at.get_mut(*name)?.as_object_mut());
            if let Some(root) = found.and_then(|values| values.get_mut("root_module")) {
                secrets.values(root);
            }
        }
        let root = plan.get_mut("configuration").and_then(|found| found.get_mut("root_module"));
        let mut sensitive = BTreeSet::new();
        if let Some(root) = root {
            sensitive = secrets.variables(root);
            secrets.module(root, &attributes);
        }
        for name in sensitive {
            let at = plan.get_mut("variables").and_then(|found| found.get_mut(&name)?.get_mut("value"));
            if let Some(value) = at {
                secrets.replace(value);
            }
        }
        secrets
    }

    /// The text with the same number of characters in which no secret is left.
    pub(super) fn mask_text(&self, text: &str) -> String {
        if self.texts.len() > MOST {
            return String::new();
        }
        let mut masked = text.to_owned();
        for secret in &self.texts {
            let stars = "*".repeat(secret.chars().count());
            // A short one could be a part of anything; as a whole literal it is meant.
            if secret.len() >= 6 {
                masked = masked.replace(secret.as_str(), &stars);
            } else {
                masked = masked.replace(&format!("\"{secret}\""), &format!("\"{stars}\""));
            }
        }
        masked
    }

    fn mask(&mut self, value: &mut Value, marks: &Value) {
        match (value, marks) {
            (value, Value::Bool(true)) => self.replace(value),
            (Value::Object(members), Value::Object(marks)) => {
                for (key, marks) in marks {
                    if let Some(value) = members.get_mut(key) {
                        self.mask(value, marks);
                    }
                }
            }
            (Value::Array(items), Value::Array(marks)) if items.len() == marks.len() => {
                for (value, marks) in items.iter_mut().zip(marks) {
                    self.mask(value, marks);
                }
            }
            // Marks of another shape cannot be told apart: all of it counts as marked.
            (value, marks) if is_marked(marks) => self.replace(value),
            _ => {}
        }
    }

    fn replace(&mut self, value: &mut Value) {
        self.keep(value);
        if !value.is_null() {
            *value = Value::String(SENSITIVE.to_owned());
        }
    }

    fn keep(&mut self, value: &Value) {
        match value {
            Value::String(text) if text != SENSITIVE => {
                // The code writes a long one over several lines, each with spaces before it.
                self.texts.extend(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
            }
            Value::Number(number) => {
                self.texts.insert(number.to_string());
            }
            Value::Array(items) => items.iter().for_each(|item| self.keep(item)),
            Value::Object(members) => members.values().for_each(|value| self.keep(value)),
            _ => {}
        }
    }

    /// The values of a module, with the marks beside them.
    fn values(&mut self, module: &mut Value) {
        for resource in list(module, "resources") {
            let Some(marks) = resource.get("sensitive_values").cloned() else { continue };
            if let Some(values) = resource.get_mut("values") {
                self.mask(values, &marks);
            }
        }
        for child in list(module, "child_modules") {
            self.values(child);
        }
    }

    /// Takes the defaults of a module's sensitive variables out; their names.
    fn variables(&mut self, module: &mut Value) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for (name, variable) in object(module, "variables") {
            if variable.get("sensitive").and_then(Value::as_bool) == Some(true) {
                names.insert(name.clone());
                if let Some(default) = variable.get_mut("default") {
                    self.replace(default);
                }
            }
        }
        names
    }

    fn module(&mut self, module: &mut Value, attributes: &BTreeMap<(String, String), BTreeSet<String>>) {
        for resource in list(module, "resources") {
            let Some(marked) = attributes.get(&(word(resource, "type"), word(resource, "name"))) else { continue };
            for (name, expression) in object(resource, "expressions") {
                if marked.contains(name) {
                    self.constants(expression);
                }
            }
        }
        for (_, output) in object(module, "outputs") {
            if output.get("sensitive").and_then(Value::as_bool) == Some(true)
                && let Some(expression) = output.get_mut("expression")
            {
                self.constants(expression);
            }
        }
        for (_, call) in object(module, "module_calls") {
            let mut sensitive = BTreeSet::new();
            if let Some(child) = call.get_mut("module") {
                sensitive = self.variables(child);
                self.module(child, attributes);
            }
            for (name, expression) in object(call, "expressions") {
                if sensitive.contains(name) {
                    self.constants(expression);
                }
            }
        }
    }

    fn constants(&mut self, expression: &mut Value) {
        match expression {
            Value::Object(members) => {
                for (key, value) in members {
                    if key == "constant_value" { self.replace(value) } else { self.constants(value) }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.constants(item)),
            _ => {}
        }
    }
}

fn is_marked(marks: &Value) -> bool {
    match marks {
        Value::Bool(marked) => *marked,
        Value::Object(members) => members.values().any(is_marked),
        Value::Array(items) => items.iter().any(is_marked),
        _ => false,
    }
}

fn word(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn list<'v>(value: &'v mut Value, key: &str) -> impl Iterator<Item = &'v mut Value> {
    value.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten()
}

fn object<'v>(value: &'v mut Value, key: &str) -> impl Iterator<Item = (&'v String, &'v mut Value)> {
    value.get_mut(key).and_then(Value::as_object_mut).into_iter().flatten()
}
