//! What policies read of the declaration: the members of Cedar's context, and where each was declared.
//!
//! May import: `model`, and this module's own parts. Guarantees: a table or member that was not declared, or was set
//! aside, is left out, so that reading it is an evaluation error and the control is *not assessed*. The names are those
//! of `tre.toml`; `tre.all_accounts`, `project.ids`, `dataset.ids` and `people.users` are made from it besides.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Declaration;
use super::limits::{BOUNDS, Limit};

/// Where a default stands that nobody wrote.
pub const DEFAULT_PLACE: &str = "default";

impl Declaration {
    /// The members of the context, by table. `limits` and `classification` are always there, for they have defaults.
    #[must_use]
    pub fn context(&self) -> BTreeMap<String, Value> {
        let mut context = BTreeMap::new();
        let form = self.form();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                context.insert(name.to_owned(), value);
            }
        };
        put("tre", self.tre_context());
        put("personas", table(form.personas.as_ref()));
        put("airlock", table(form.airlock.as_ref()));
        put("network", table(form.network.as_ref()));
        put("identity", table(form.identity.as_ref()));
        put("classification", self.levels().map(|levels| json!({ "levels": levels })));
        put("perimeter", table(form.perimeter.as_ref()));
        put("controls", table(form.controls.as_ref()));
        put("availability", table(form.availability.as_ref()));
        put("operations", table(form.operations.as_ref()));
        put("dspt", table(form.dspt.as_ref()).filter(|_| !self.is_set_aside("dspt")));
        put("transfer", table(form.transfer.as_ref()));
        put("access", table(form.access.as_ref()));
        put("software", table(form.software.as_ref()));
        put("catalogue", table(form.catalogue.as_ref()));
        put("logging", table(form.logging.as_ref()));
        let ids = |complete: bool, ids: Vec<&str>| if complete { json!({ "ids": ids }) } else { json!({}) };
        put(
            "project",
            form.project
                .as_ref()
                .map(|_| ids(self.projects_complete(), self.projects().map(|(_, p)| p.id.as_str()).collect())),
        );
        put(
            "dataset",
            form.dataset
                .as_ref()
                .map(|_| ids(self.datasets_complete(), self.datasets().map(|(_, d)| d.id.as_str()).collect())),
        );
        put("people", form.people.as_ref().map(|people| json!({ "users": people.keys().collect::<Vec<_>>() })));
        let limits: Map<String, Value> = BOUNDS
            .iter()
            .filter_map(|b| self.limit(b.name).value().map(|value| (b.name.to_owned(), Value::from(value))))
            .collect();
        put("limits", Some(Value::Object(limits)));
        context
    }

    fn tre_context(&self) -> Option<Value> {
        let mut value = table(self.form().tre.as_ref())?;
        let members = value.as_object_mut()?;
        if let Some(accounts) = self.all_accounts() {
            members.insert("all_accounts".to_owned(), json!(accounts));
        }
        let keys = self.tag_keys();
        let mut tags = Map::new();
        for (name, key) in [("class", keys.class), ("project", keys.project), ("role", keys.role)] {
            if let Some(key) = key {
                tags.insert(name.to_owned(), Value::from(key));
            }
        }
        members.insert("tags".to_owned(), Value::Object(tags));
        Some(value)
    }

    /// Where the context's member at `path` (`limits.stale_days`) was declared: `tre.toml:12`, or `default` where the
    /// catalogue gives the value. None: the context does not have it.
    #[must_use]
    pub fn context_place(&self, path: &str) -> Option<String> {
        let path = path.strip_prefix("context.").unwrap_or(path);
        if let Some(name) = path.strip_prefix("limits.") {
            return match self.limit(name) {
                Limit::Declared(_) => Some(self.place(path)),
                Limit::Default(_) => Some(DEFAULT_PLACE.to_owned()),
                Limit::SetAside | Limit::Undeclared => None,
            };
        }
        if let Some(name) = path.strip_prefix("tre.tags.") {
            let keys = self.tag_keys();
            let key = match name {
                "project" => keys.project,
                "role" => keys.role,
                "class" => keys.class,
                _ => None,
            };
            let place = if self.lines.has(path) { self.place(path) } else { DEFAULT_PLACE.to_owned() };
            return key.filter(|_| self.form().tre.is_some()).map(|_| place);
        }
        if path == "classification.levels" && !self.lines.has(path) {
            return self.levels().map(|_| DEFAULT_PLACE.to_owned());
        }
        let (source, complete) = match path {
            "tre.all_accounts" => ("tre.accounts", true),
            "project.ids" => ("project", self.projects_complete()),
            "dataset.ids" => ("dataset", self.datasets_complete()),
            "people.users" => ("people", true),
            _ => (path, true),
        };
        let declared = complete && self.lines.has(source) && !self.is_set_aside(source);
        (declared && !(source == "operations.lza_floor" && self.lza_floor_is_empty())).then(|| self.place(source))
    }

    fn lza_floor_is_empty(&self) -> bool {
        self.form().operations.as_ref().is_none_or(|o| o.lza_floor.is_none())
    }
}

/// A table without the members that were not declared.
fn table<T: Serialize>(table: Option<&T>) -> Option<Value> {
    // Serialising our own forms cannot fail: their keys are text.
    let mut value = serde_json::to_value(table?).ok()?;
    strip(&mut value);
    Some(value)
}

fn strip(value: &mut Value) {
    if let Value::Object(members) = value {
        members.retain(|_, v| !v.is_null());
        members.values_mut().for_each(strip);
    }
}

#[cfg(test)]
mod tests {
    use crate::declaration::Declaration;
    use serde_json::json;

    const TEXT: &str = "[tre]\nregions = [\"eu-west-2\"]\n[tre.accounts]\ndata = \"111111111111\"\ndev = [\"222222222222\", \"111111111111\"]\n[identity]\nbreak_glass = []\n[limits]\nstale_days = 30\n[operations]\nlza_floor = \"\"\n[[project]]\nid = \"cardio-2026\"\n";

    #[test]
    fn what_is_declared_is_there_and_what_is_not_is_left_out() {
        let context = Declaration::parse("tre.toml", TEXT).unwrap().context();
        assert_eq!(
            context["tre"],
            json!({
                "accounts": { "data": ["111111111111"], "dev": ["222222222222", "111111111111"] },
                "all_accounts": ["111111111111", "222222222222"],
                "regions": ["eu-west-2"],
                "tags": { "class": "tre:class", "project": "tre:project", "role": "tre:role" }
            })
        );
        // Declared empty is there; not declared is not.
        assert_eq!(context["identity"], json!({ "break_glass": [] }));
        assert_eq!(context["project"], json!({ "ids": ["cardio-2026"] }));
        assert_eq!(context["operations"], json!({}));
        assert_eq!(
            context.keys().collect::<Vec<_>>(),
            ["classification", "identity", "limits", "operations", "project", "tre"]
        );
    }

    #[test]
    fn a_bound_without_default_is_left_out_until_it_is_declared() {
        let limits = |text: &str| Declaration::parse("tre.toml", text).unwrap().context()["limits"].clone();
        let none = limits("");
        assert_eq!(none["stale_days"], 45);
        assert!(none.get("log_days").is_none());
        assert_eq!(limits("[limits]\nlog_days = 400\n")["log_days"], 400);
    }

    #[test]
    fn each_member_says_where_it_was_declared() {
        let declaration = Declaration::parse("tre.toml", TEXT).unwrap();
        let place = |path: &str| declaration.context_place(path);
        assert_eq!(place("limits.stale_days").as_deref(), Some("tre.toml:9"));
        assert_eq!(place("context.limits.review_days").as_deref(), Some("default"));
        assert_eq!(place("limits.log_days"), None);
        assert_eq!(place("tre.regions").as_deref(), Some("tre.toml:2"));
        assert_eq!(place("tre.all_accounts").as_deref(), Some("tre.toml:3"));
        assert_eq!(place("tre.tags.role").as_deref(), Some("default"));
        assert_eq!(place("project.ids").as_deref(), Some("tre.toml:12"));
        assert_eq!(place("identity.break_glass").as_deref(), Some("tre.toml:7"));
        assert_eq!(place("identity.issuers"), None);
        assert_eq!(place("operations.lza_floor"), None);
    }

    #[test]
    fn what_was_set_aside_is_left_out_and_has_no_place() {
        let text = "[tre]\nregions = [\"eu-west-2\", \"London\"]\n[dspt]\ntrack = \"caf\"\nedition = \"v8/2\"\n[[project]]\nid = \"a\"\n[[project]]\nid = \"a\"\n";
        let declaration = Declaration::parse("tre.toml", text).unwrap();
        let context = declaration.context();
        // Not the good half of the list: it would be judged as the whole.
        assert!(context["tre"].get("regions").is_none());
        assert!(!context.contains_key("dspt"));
        assert_eq!(context["project"], json!({}));
        for path in ["tre.regions", "dspt.edition", "project.ids"] {
            assert_eq!(declaration.context_place(path), None, "{path}");
        }
    }
}
