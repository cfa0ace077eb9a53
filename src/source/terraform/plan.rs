//! The members of a plan that are read, as `terraform show -json` documents them.
//!
//! May import: nothing. Guarantees: a member that is not read here never reaches the program: outputs, drift and checks are
//! let go.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A plan.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Plan {
    #[serde(default)]
    pub(super) errored: Option<bool>,
    #[serde(default)]
    pub(super) complete: Option<bool>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) resource_changes: Vec<Change>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) deferred_changes: Vec<Value>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) planned_values: Values,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) prior_state: PriorState,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) configuration: Configuration,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) variables: BTreeMap<String, Variable>,
}

/// What happens to one instance of a resource.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Change {
    #[serde(default)]
    pub(super) address: String,
    #[serde(default)]
    pub(super) module_address: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) mode: String,
    #[serde(default, rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) index: Option<Value>,
    #[serde(default)]
    pub(super) deposed: Option<String>,
    #[serde(default, rename = "change", deserialize_with = "or_default")]
    pub(super) difference: Difference,
}

/// Before and after.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Difference {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) actions: Vec<String>,
    #[serde(default)]
    pub(super) before: Value,
    #[serde(default)]
    pub(super) after: Value,
    #[serde(default)]
    pub(super) after_unknown: Value,
}

/// Values by module: of what is planned, or of what was read.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Values {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) root_module: ValuesModule,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct PriorState {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) values: Values,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ValuesModule {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) resources: Vec<ValuesResource>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) child_modules: Vec<ValuesModule>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ValuesResource {
    #[serde(default)]
    pub(super) address: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) mode: String,
    #[serde(default)]
    pub(super) values: Value,
}

/// The code, as far as a plan holds it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Configuration {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) provider_config: BTreeMap<String, Provider>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) root_module: Module,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Provider {
    #[serde(default)]
    pub(super) expressions: Value,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Module {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) resources: Vec<Declared>,
    #[serde(default, rename = "module_calls", deserialize_with = "or_default")]
    pub(super) calls: BTreeMap<String, Call>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) outputs: BTreeMap<String, Output>,
}

/// A `resource` or `data` block.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Declared {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) mode: String,
    #[serde(default, rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) provider_config_key: Option<String>,
    #[serde(default)]
    pub(super) expressions: Value,
    #[serde(default)]
    pub(super) for_each_expression: Value,
}

/// A `module` block with the module that it calls.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Call {
    #[serde(default)]
    pub(super) source: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) expressions: Map<String, Value>,
    #[serde(default)]
    pub(super) for_each_expression: Value,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) module: Module,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Output {
    #[serde(default)]
    pub(super) expression: Value,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Variable {
    #[serde(default)]
    pub(super) value: Value,
}

/// Null says the same as nothing.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// The references that an expression says anywhere within it, without those that another one only goes on from:
/// `aws_kms_key.data` beside `aws_kms_key.data.arn`.
pub(super) fn references(expression: &Value) -> Vec<String> {
    let mut all = Vec::new();
    let mut left = LOOKED_AT;
    collect(expression, &mut all, &mut left);
    if left == 0 || all.len() > MOST {
        all.truncate(MOST);
        // No name is like this, so that nothing is taken for the only thing that is referred to.
        all.push(TOO_MANY.to_owned());
    }
    let texts: BTreeSet<&str> = all.iter().map(String::as_str).collect();
    let goes_on = |text: &str| {
        [".", "["].iter().any(|sign| {
            let longer = format!("{text}{sign}");
            texts.range(longer.as_str()..).next().is_some_and(|next| next.starts_with(&longer))
        })
    };
    let mut seen = BTreeSet::new();
    all.iter().filter(|text| !goes_on(text) && seen.insert(text.as_str())).cloned().collect()
}

/// The most references that are looked at in one expression, and the most parts of it.
const MOST: usize = 256;
const LOOKED_AT: usize = 4096;
const TOO_MANY: &str = "more references than are followed";

fn collect(expression: &Value, all: &mut Vec<String>, left: &mut usize) {
    *left = left.saturating_sub(1);
    if *left == 0 || all.len() > MOST {
        return;
    }
    match expression {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::Array(items) if key == "references" => {
                        let texts = items.iter().take(MOST + 1).filter_map(Value::as_str);
                        all.extend(texts.map(str::to_owned));
                        *left = left.saturating_sub(items.len());
                    }
                    _ if key == "constant_value" => {}
                    value => collect(value, all, left),
                }
                if *left == 0 {
                    return;
                }
            }
        }
        Value::Array(items) => {
            for item in items.iter().take(*left) {
                collect(item, all, left);
            }
        }
        _ => {}
    }
}
