//! Why a value is not known before apply, in words.
//!
//! May import: `model`. Guarantees: each reason names its cause; an attribute that is often a text around a reference counts
//! as such a text.

use serde_json::Value;

use super::context::Context;
use super::references::Origin;

pub(super) use crate::model::planned::NOT_SET;
pub(super) const DYNAMIC: &str = "known after apply; a dynamic block makes it, whose expressions a plan does not hold";
pub(super) const NO_CONFIGURATION: &str =
    "known after apply; the plan does not hold the configuration that would say from what";

/// Why an expression is not known, by where it leads.
pub(super) fn reason(context: &Context<'_>, references: &[String], origins: &[Origin]) -> String {
    let local = origins.iter().find_map(|origin| match origin {
        Origin::Local(name) => Some(name),
        _ => None,
    });
    if let Some(name) = local {
        return format!("known after apply; refers to {name}, whose expression a plan does not hold: give --tf-dir");
    }
    let mut several: Vec<usize> = Vec::new();
    let mut more = 0;
    for origin in origins {
        match origin {
            Origin::Attribute { instance, .. } => several.push(*instance),
            Origin::AnyOf(instances) => {
                several.extend(instances.iter().take(SHOWN));
                more += instances.len().saturating_sub(SHOWN);
            }
            Origin::Local(_) | Origin::Data { .. } | Origin::Other(_) => {}
        }
    }
    several.sort_unstable();
    several.dedup();
    if several.len() > 1 {
        let first = several.iter().take(SHOWN).filter_map(|n| context.instances.get(*n));
        let names: Vec<&str> = first.map(|instance| instance.change.address.as_str()).collect();
        return format!("known after apply: may be any of {}", counted(&names, several.len() + more));
    }
    if references.is_empty() {
        return "known after apply".to_owned();
    }
    format!("known after apply ({})", listed(references))
}

/// So many names are said, of more only their number.
const SHOWN: usize = 5;

/// Names, the first few of them.
pub(super) fn listed(names: &[impl AsRef<str>]) -> String {
    let shown: Vec<&str> = names.iter().take(SHOWN).map(AsRef::as_ref).collect();
    counted(&shown, names.len())
}

fn counted(shown: &[&str], all: usize) -> String {
    let mut text = shown.join(", ");
    if all > shown.len() {
        text.push_str(&format!(" and {} more", all - shown.len()));
    }
    text
}

/// Whether an expression is one value and not the blocks or members within it.
pub(super) fn is_one(expression: &Value) -> bool {
    expression.get("references").is_some_and(Value::is_array)
}

pub(super) fn is_plural(name: &str) -> bool {
    const LISTS: [&str; 7] = ["security_groups", "subnets", "groups", "users", "roles", "identifiers", "resources"];
    name.ends_with("_ids") || name.ends_with("_arns") || LISTS.contains(&name)
}

/// Attributes whose value is often a text around a reference, which a plan does not tell from the reference itself:
/// `"${aws_s3_bucket.data.arn}/*"`. Only the code can make them known.
pub(super) fn is_free(kind: &str, name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "name",
        "description",
        "value",
        "values",
        "content",
        "path",
        "policy",
        "resources",
        "actions",
        "url",
        "uri",
        "template",
        "definition",
        "prefix",
    ];
    const ENDS: [&str; 13] = [
        "_policy",
        "_document",
        "_prefix",
        "_path",
        "_url",
        "_uri",
        "_location",
        "_data",
        "_text",
        "_pattern",
        "_string",
        "_definitions",
        "_tags",
    ];
    // A bucket's own name, and what a function or a cluster is called, are made up and not looked up.
    let own = matches!(
        (kind, name),
        ("aws_s3_bucket", "bucket")
            | ("aws_lambda_function", "function_name")
            | (_, "identifier" | "domain_name" | "tags" | "tags_all")
    );
    // That of an instance is the one of the cluster that it joins.
    let own = own || (name == "cluster_identifier" && !kind.ends_with("_cluster_instance"));
    own || NAMES.contains(&name) || ENDS.iter().any(|end| name.ends_with(end))
}
