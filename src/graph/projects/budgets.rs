//! What a project spends: the budgets that watch it, and whether costs can be told apart by project.
//!
//! May import: `model`, `graph`. Guarantees: a budget is a project's only where it filters on that project's tag and on no
//! other; amounts are compared only in one currency.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::graph::declared::Project;
use crate::graph::iam::Found;
use crate::graph::membership::withhold_all;
use crate::graph::organizations::{known, text};
use crate::graph::{Surroundings, membership};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const BUDGET: &str = "AWS::Budgets::Budget";
const NOTIFICATION: &str = "AWS::Budgets::Notification";
const ACTION: &str = "AWS::Budgets::BudgetsAction";
const TAG: &str = "AWS::CE::CostAllocationTag";

/// States of an action that will not act, or did and failed.
/// <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Action.html>
const BROKEN: [&str; 6] = [
    "EXECUTION_FAILURE",
    "RESET_FAILURE",
    "RESET_IN_PROGRESS",
    "REVERSE_FAILURE",
    "REVERSE_IN_PROGRESS",
    "REVERSE_SUCCESS",
];

/// Facts of a declared project.
pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let id = document.id.strip_prefix("project:").unwrap_or(&document.id);
    let facts = ["alertingBudgets", "overspentBudgets", "costStop", "stoppingBudgets"];
    let Some(project) = around.declared.projects.iter().flatten().find(|p| p.id == id) else {
        return withhold_all(entity, &facts, "tre.toml has no such project");
    };
    if around.declared.given && around.declared.tag_project.is_empty() {
        return withhold_all(entity, &facts, "the tag key of [tre.tags] project was set aside");
    }
    entity.set("costStop", json!(project.cost_stop), Origin::Declared(project.place.clone()));
    let origin = Origin::Declared(project.place.clone());
    let (mut alerting, mut overspent, mut stopping) = (Found::default(), Found::default(), Found::default());
    for (found, kinds) in [
        (&mut alerting, &[BUDGET, NOTIFICATION] as &[&str]),
        (&mut overspent, &[BUDGET]),
        (&mut stopping, &[BUDGET, ACTION]),
    ] {
        for kind in kinds {
            if let Err(why) = around.estate.listed_somewhere(kind) {
                found.doubt(why);
            }
        }
    }
    for budget in around.estate.documents(BUDGET) {
        match watches(budget, project, &around.declared.tag_project) {
            Ok(false) => continue,
            Ok(true) => {}
            Err(why) => {
                for found in [&mut alerting, &mut overspent, &mut stopping] {
                    found.doubt(&why);
                }
                continue;
            }
        }
        let name = budget.facet("Budget").and_then(|b| b.get("BudgetName")).and_then(Value::as_str).unwrap_or("");
        match alerts(budget, name, around) {
            Ok(true) => alerting.add(name),
            Ok(false) => {}
            Err(why) => alerting.doubt(why),
        }
        match exceeds(budget, project) {
            Ok(true) => overspent.add(name),
            Ok(false) => {}
            Err(why) => overspent.doubt(why),
        }
        match stops(budget, name, around) {
            Ok(true) => stopping.add(name),
            Ok(false) => {}
            Err(why) => stopping.doubt(why),
        }
    }
    alerting.put(entity, "alertingBudgets", &origin);
    overspent.put(entity, "overspentBudgets", &origin);
    stopping.put(entity, "stoppingBudgets", &origin);
}

/// Whether a budget counts the costs of this project and of nothing else.
fn watches(budget: &ResourceDocument, project: &Project, key: &str) -> Result<bool, String> {
    let of = known(budget, "Budget")?;
    if of.get("BudgetType").and_then(Value::as_str) != Some("COST") {
        return Ok(false);
    }
    // The old form: `user:KEY$VALUE` under the filter of tags.
    // <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html>
    let wanted = format!("user:{key}${}", project.id);
    let values = |list: Option<&Value>| -> BTreeSet<String> {
        list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let empty = serde_json::Map::new();
    let filters = of.get("CostFilters").and_then(Value::as_object).unwrap_or(&empty);
    let old = values(filters.get("TagKeyValue"));
    if !filters.is_empty() {
        // Any other filter leaves some of the project's costs out.
        return Ok(filters.len() == 1 && old.len() == 1 && old.contains(&wanted));
    }
    let Some(expression) = of.get("FilterExpression").and_then(Value::as_object) else { return Ok(false) };
    let all = match expression.get("And").and_then(Value::as_array) {
        Some(terms) if expression.len() == 1 => terms.iter().filter_map(Value::as_object).collect(),
        Some(_) => return Ok(false),
        None => vec![expression],
    };
    let is_its_tag = |term: &&serde_json::Map<String, Value>| {
        let Some(tags) = term.get("Tags").filter(|_| term.len() == 1) else { return false };
        let named = tags.get("Key").and_then(Value::as_str);
        let plain = values(tags.get("MatchOptions")).iter().all(|o| o == "EQUALS" || o == "CASE_SENSITIVE");
        (named == Some(key) || named.and_then(|n| n.strip_prefix("user:")) == Some(key))
            && values(tags.get("Values")) == BTreeSet::from([project.id.clone()])
            && plain
    };
    Ok(!all.is_empty() && all.iter().all(is_its_tag))
}

/// Whether a notification of the budget reaches anyone.
fn alerts(budget: &ResourceDocument, name: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let mut unread = None;
    let begins = format!("{name}|");
    for notification in around.estate.documents(NOTIFICATION).iter().filter(|n| n.account == budget.account) {
        // Its budget stands in its id alone, after the Region.
        let id = notification.id.split_once(':').map_or(notification.id.as_str(), |(_, rest)| rest);
        if !id.starts_with(&begins) {
            continue;
        }
        match known(notification, "Subscribers") {
            Ok(list) if list.as_array().is_some_and(|l| !l.is_empty()) => return Ok(true),
            Ok(_) => {}
            Err(why) => unread = Some(why),
        }
    }
    unread.map_or(Ok(false), Err)
}

/// Whether more was spent than was approved: in the register where its pounds are the budget's currency, else in the budget.
fn exceeds(budget: &ResourceDocument, project: &Project) -> Result<bool, String> {
    let actual =
        known(budget, "CalculatedSpend")?.get("ActualSpend").ok_or("the budget does not say what was spent")?;
    let unit = actual.get("Unit").and_then(Value::as_str).unwrap_or("");
    let spent = pence(actual)?;
    match project.budget_gbp {
        Some(pounds) if unit == "GBP" => {
            if spent > i128::from(pounds).saturating_mul(100) {
                return Ok(true);
            }
            // What was spent is that of the period that runs: only a long one holds all that was approved.
            match known(budget, "Budget")?.get("TimeUnit").and_then(Value::as_str) {
                Some("ANNUALLY" | "CUSTOM") => Ok(false),
                _ => Err("the budget counts a month or less at a time, the register approves the whole".to_owned()),
            }
        }
        Some(_) => Err(format!("the register approves pounds, the budget counts {unit}")),
        None => {
            let limit = known(budget, "Budget")?.get("BudgetLimit").ok_or("the budget has no fixed limit")?;
            if limit.get("Unit").and_then(Value::as_str) != Some(unit) {
                return Err("limit and spend of the budget are in different currencies".to_owned());
            }
            Ok(spent > pence(limit)?)
        }
    }
}

/// `12.345` as 1235: a part of a penny counts whole, so that nothing above a limit is taken for less.
fn pence(spend: &Value) -> Result<i128, String> {
    let text = spend.get("Amount").and_then(Value::as_str).ok_or("an amount is missing")?;
    let refuse = || format!("{} is no amount", text.chars().take(40).collect::<String>());
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if text.len() > 40 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return Err(refuse());
    }
    let negative = whole.starts_with('-');
    let whole: i128 = whole.parse().map_err(|_| refuse())?;
    let digit = |at: usize| part.as_bytes().get(at).map_or(0, |b| i128::from(b.saturating_sub(b'0')));
    let more = part.bytes().skip(2).any(|b| b != b'0');
    let cents = digit(0).saturating_mul(10).saturating_add(digit(1)).saturating_add(i128::from(more));
    let sign = if negative { -1 } else { 1 };
    Ok(whole.saturating_mul(100).saturating_add(cents.saturating_mul(sign)))
}

/// Whether an action of the budget acts by itself.
fn stops(budget: &ResourceDocument, name: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let mut unread = None;
    for action in around.estate.documents(ACTION).iter().filter(|a| a.account == budget.account) {
        let is = text(action, "BudgetName").and_then(|of| {
            Ok(of == name
                && text(action, "ApprovalModel")? == "AUTOMATIC"
                && !BROKEN.contains(&text(action, "Status")?))
        });
        match is {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => unread = Some(why),
        }
    }
    unread.map_or(Ok(false), Err)
}

/// The active cost allocation tags of an account that hold the project.
pub(super) fn cost_tags(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    if around.declared.given && around.declared.tag_project.is_empty() {
        found.doubt("the tag key of [tre.tags] project was set aside");
    }
    if let Err(why) = around.estate.listings().listed(TAG, &document.account) {
        found.doubt(why);
    }
    for tag in around.of_type(TAG) {
        let is = text(tag, "TagKey").and_then(|key| {
            Ok(key == around.declared.tag_project
                && text(tag, "Type")? == "UserDefined"
                && text(tag, "Status")? == "Active")
        });
        match is {
            Ok(true) => found.add(around.declared.tag_project.as_str()),
            Ok(false) => {}
            Err(why) => found.doubt(why),
        }
    }
    found.put(entity, "projectCostTags", &membership::derived(document, &[]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_counted_in_pence_and_never_rounded_down() {
        let of = |text: &str| pence(&json!({ "Amount": text }));
        assert_eq!(of("4000"), Ok(400_000));
        assert_eq!(of("4000.0"), Ok(400_000));
        assert_eq!(of("4000.001"), Ok(400_001));
        assert_eq!(of("0.5"), Ok(50));
        assert_eq!(of("-1.25"), Ok(-125));
        for bad in ["", "1e9", "1,000", "1.-5", "x", &"9".repeat(41)] {
            assert!(of(bad).is_err(), "{bad}");
        }
        assert!(of(&"9".repeat(39)).is_err(), "it does not fit");
    }
}
