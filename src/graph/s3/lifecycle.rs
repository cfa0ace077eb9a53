//! When objects and their versions go, and what holds them.
//!
//! May import: `model`, `graph`. Guarantees: an expiry is one of the whole bucket only when its rule has no filter at
//! all; a rule with a member that is not known makes every fact of the configuration unknown.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::Surroundings;
use super::{datasets, derived, put, read};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;
use crate::model::time::AsOf;

const DAY: i64 = 86_400;

#[derive(Debug, Default)]
struct Rule {
    id: String,
    whole: bool,
    days: Option<i64>,
    date: Option<AsOf>,
    noncurrent: Option<i64>,
}

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let origin = || derived(document, &["LifecycleConfiguration"]);
    let rules = read(document, "LifecycleConfiguration").and_then(rules);
    let bound = |days: Option<i64>| days.map_or_else(|| json!({}), |days| json!({ "days": days }));
    let fact = |of: &dyn Fn(&[Rule]) -> Option<i64>| rules.as_ref().map(|r| bound(of(r))).map_err(Clone::clone);
    let whole = fact(&|r| r.iter().filter(|r| r.whole).filter_map(|r| r.days).min());
    let versions = fact(&|r| r.iter().filter(|r| r.whole).filter_map(|r| r.noncurrent).min());
    // Of any part of the bucket; a fixed date takes whatever is there on that day, the newest included.
    let earliest = fact(&|r| r.iter().filter_map(|r| r.days.or(r.date.map(|_| 0))).min());
    put(entity, "currentExpiry", whole, origin());
    put(entity, "noncurrentExpiry", versions, origin());
    put(entity, "earliestExpiry", earliest, origin());

    let lock = read(document, "ObjectLockConfiguration").and_then(default_retention);
    let value = lock.as_ref().map(|lock| match lock {
        Some((mode, days)) => json!({ "mode": mode, "days": days }),
        None => json!({}),
    });
    put(entity, "defaultRetention", value.map_err(Clone::clone), derived(document, &["ObjectLockConfiguration"]));
    let conflicts = conflicts(document, around, &rules, &lock).map(|found| json!(found));
    put(
        entity,
        "retentionConflicts",
        conflicts,
        derived(document, &["LifecycleConfiguration", "ObjectLockConfiguration"]),
    );
}

/// Dated expiries and default retention that last beyond the day on which a dataset of the bucket has to be gone.
fn conflicts(
    document: &ResourceDocument,
    around: &Surroundings<'_>,
    rules: &Result<Vec<Rule>, String>,
    lock: &Result<Option<(String, i64)>, String>,
) -> Result<BTreeSet<String>, String> {
    let rules = rules.as_ref().map_err(Clone::clone)?;
    let lock = lock.as_ref().map_err(Clone::clone)?;
    let dated: Vec<&Rule> = rules.iter().filter(|r| r.date.is_some()).collect();
    let mut found = BTreeSet::new();
    if dated.is_empty() && lock.is_none() {
        return Ok(found);
    }
    let datasets = datasets(&document.id, around.declared)?;
    if datasets.is_empty() {
        return Err("no [[dataset]] of tre.toml names it, so nothing says when its data has to be gone".to_owned());
    }
    for dataset in datasets {
        let Some(delete_by) = dataset.delete_by else {
            return Err(format!("tre.toml gives {} no delete_by", dataset.id));
        };
        for rule in &dated {
            if rule.date.is_some_and(|date| date > delete_by) {
                found.insert(format!("rule {} expires after {} has to be gone", rule.id, dataset.id));
            }
        }
        if let Some((mode, days)) = lock {
            // What is written now is held for so long.
            let until = around.as_of.unix().saturating_add(days.saturating_mul(DAY));
            if until > delete_by.unix() {
                found.insert(format!("{mode} retention of {days} days outlasts {}", dataset.id));
            }
        }
    }
    Ok(found)
}

/// Mode and days of a default retention.
fn default_retention(facet: &Value) -> Result<Option<(String, i64)>, String> {
    let unclear = || "ObjectLockConfiguration is in no form that is understood".to_owned();
    if !facet.is_object() {
        return Err(unclear());
    }
    let Some(retention) = facet.pointer("/Rule/DefaultRetention") else { return Ok(None) };
    let enabled = facet.get("ObjectLockEnabled").and_then(Value::as_str) == Some("Enabled");
    let mode = retention.get("Mode").and_then(Value::as_str).ok_or_else(unclear)?;
    let days = number(retention.get("Days"))?;
    let years = number(retention.get("Years"))?;
    // A leap day more or less decides nothing here.
    let days = days.or(years.map(|y| y.saturating_mul(365))).ok_or_else(unclear)?;
    if enabled { Ok(Some((mode.to_owned(), days))) } else { Err(unclear()) }
}

/// The enabled rules.
fn rules(facet: &Value) -> Result<Vec<Rule>, String> {
    const UNCLEAR: &str = "LifecycleConfiguration is in no form that is understood";
    let members = facet.as_object().ok_or(UNCLEAR)?;
    let Some(list) = members.get("Rules") else { return Ok(Vec::new()) };
    let list = list.as_array().ok_or(UNCLEAR)?;
    let mut found = Vec::new();
    for (index, item) in list.iter().enumerate() {
        let Some(members) = item.as_object() else { return Err("a lifecycle rule is no object".to_owned()) };
        let mut rule = Rule { id: format!("{}", index.saturating_add(1)), whole: true, ..Rule::default() };
        let mut enabled = false;
        for (name, value) in members {
            match name.as_str() {
                "Id" => value.as_str().unwrap_or_default().clone_into(&mut rule.id),
                "Status" => {
                    enabled = match value.as_str() {
                        Some("Enabled") => true,
                        Some("Disabled") => false,
                        _ => return Err("the Status of a lifecycle rule is not known".to_owned()),
                    }
                }
                "Prefix" => rule.whole &= value.as_str() == Some(""),
                "TagFilters" => rule.whole &= value.as_array().is_some_and(Vec::is_empty),
                "ObjectSizeGreaterThan" | "ObjectSizeLessThan" => rule.whole = false,
                "ExpirationInDays" => rule.days = number(Some(value))?,
                "ExpirationDate" => {
                    let date = value.as_str().and_then(|d| d.parse().ok());
                    rule.date = Some(date.ok_or("the ExpirationDate of a lifecycle rule is no date")?);
                }
                "NoncurrentVersionExpirationInDays" => rule.noncurrent = number(Some(value))?,
                "NoncurrentVersionExpiration" => {
                    // A rule that keeps some newer versions keeps them for ever: it does not expire them all.
                    let kept = number(value.get("NewerNoncurrentVersions"))?.unwrap_or(0);
                    rule.noncurrent = number(value.get("NoncurrentDays"))?.filter(|_| kept == 0);
                }
                "ExpiredObjectDeleteMarker"
                | "AbortIncompleteMultipartUpload"
                | "Transition"
                | "Transitions"
                | "NoncurrentVersionTransition"
                | "NoncurrentVersionTransitions" => {}
                other => return Err(format!("a lifecycle rule has the member {other}, which is not known")),
            }
        }
        if enabled {
            found.push(rule);
        }
    }
    Ok(found)
}

/// An integer, as number or text.
fn number(value: Option<&Value>) -> Result<Option<i64>, String> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_i64()
            .or_else(|| value.as_str().and_then(|t| t.parse().ok()))
            .filter(|n| *n >= 0)
            .map(Some)
            .ok_or_else(|| "a number of days is no number".to_owned()),
    }
}
