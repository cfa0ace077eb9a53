//! Log groups and what reads along: where their events go, and which of them are for audit.
//!
//! May import: `model`, `graph`. Guarantees: a destination counts as inside only where its account is declared; who reads is
//! named where documents alone show it, else it needs path analysis.

use serde_json::{Value, json};

use super::iam::Found;
use super::organizations::{known, text};
use super::purpose::{is_role, role_tag};
use super::workplaces::{account_of, bucket_in, is_account_declared, is_bucket_declared, listed};
use super::{Surroundings, allowed};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const EXPORT: &str = "AWS::Logs::ExportTask";
const TRAIL: &str = "AWS::CloudTrail::Trail";

/// Calls that read, write or remove what a group holds.
const ACCESS: [&str; 6] = [
    "logs:DeleteLogGroup",
    "logs:DeleteLogStream",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:PutLogEvents",
    "logs:StartQuery",
];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "AWS::Logs::LogGroup" => {
            let calls = document.calls.get("SubscriptionFilters").cloned().into_iter().collect();
            readers(document, around).put(entity, "foreignReaders", &Origin::Derived(calls));
            let audit = is_audit(document, around);
            // Only asked of logs for audit, and dear: every policy of every research role is read for it.
            let in_log_account = around.declared.accounts.as_ref().and_then(|accounts| accounts.get("log"));
            let in_log_account = in_log_account.into_iter().flatten().any(|id| id.text == document.account);
            if audit != Ok(false) || in_log_account {
                let what = "which research personas can read, write or remove what it holds";
                let found = allowed::research_roles(around, &ACCESS, what);
                found.put(entity, "researchLogAccess", &Origin::Derived(Vec::new()));
            }
            match audit {
                Ok(audit) => entity.set("isAuditLog", json!(audit), Origin::Derived(Vec::new())),
                Err(why) => entity.withhold("isAuditLog", why),
            }
        }
        "AWS::Oam::Link" => {
            let sink = text(document, "SinkIdentifier").and_then(|sink| {
                let account =
                    account_of(sink).ok_or_else(|| format!("{sink} does not say in which account it lies"))?;
                Ok(if is_account_declared(around, account)? { None } else { Some(sink) })
            });
            let calls = document.calls.get("SinkIdentifier").cloned().into_iter().collect();
            match sink {
                Ok(foreign) => {
                    entity.set("foreignSinks", json!(foreign.into_iter().collect::<Vec<_>>()), Origin::Derived(calls));
                }
                Err(why) => entity.withhold("foreignSinks", why),
            }
        }
        _ => {}
    }
}

/// The name of a group, from its ARN.
fn name(group: &ResourceDocument) -> &str {
    let name = group.name();
    name.split_once(":log-group:").map_or(name, |(_, name)| name).trim_end_matches(":*")
}

/// Accounts and buckets that are not declared and to which the group's events go.
fn readers(group: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    match known(group, "SubscriptionFilters").map(Value::as_array) {
        Ok(Some(filters)) => {
            for filter in filters {
                let end = filter.get("DestinationArn").and_then(Value::as_str).unwrap_or_default();
                match account_of(end).map(|account| is_account_declared(around, account)) {
                    Some(Ok(true)) => {}
                    Some(Ok(false)) => found.add(end),
                    Some(Err(why)) => found.doubt(why),
                    None => found.doubt(format!("\"{end}\" does not say in which account it lies")),
                }
            }
        }
        Ok(None) => found.doubt("SubscriptionFilters is no list"),
        Err(why) => found.doubt(why),
    }
    by_account(group, around, &mut found);
    let (tasks, gap) = listed(around, EXPORT);
    for task in tasks.filter(|task| task.region == group.region) {
        let end = || {
            let of_group = text(task, "LogGroupName")? == name(group);
            let runs = !["CANCELLED", "FAILED"].contains(&text(task, "Status")?);
            Ok::<Option<&str>, String>(if of_group && runs { Some(text(task, "Destination")?) } else { None })
        };
        match end() {
            Ok(None) => {}
            Ok(Some(bucket)) => {
                let bucket = bucket_in(bucket).unwrap_or(bucket);
                match is_bucket_declared(around, bucket) {
                    Ok(true) => {}
                    Ok(false) => found.add(bucket),
                    Err(why) => found.doubt(why),
                }
            }
            Err(why) => found.doubt(why),
        }
    }
    if let Some(why) = gap {
        found.doubt(why);
    }
    found
}

/// Policies of the account that send every group's events away; one that a criterion narrows may leave this group out.
fn by_account(group: &ResourceDocument, around: &Surroundings<'_>, found: &mut Found) {
    let (policies, gap) = listed(around, "AWS::Logs::AccountPolicy");
    for policy in policies.filter(|policy| policy.region == group.region) {
        let end = known(policy, "PolicyDocument")
            .map(|document| document.get("DestinationArn").and_then(Value::as_str).unwrap_or_default().to_owned());
        let declared = end.as_ref().map_err(Clone::clone).and_then(|end| {
            let account = account_of(end).ok_or_else(|| format!("\"{end}\" does not say in which account it lies"))?;
            is_account_declared(around, account)
        });
        match (end, declared, text(policy, "SelectionCriteria")) {
            (_, Ok(true), _) => {}
            (Ok(end), Ok(false), Ok("")) => found.add(end),
            (Ok(end), Ok(false), _) => found.doubt(format!("whether its events go to {end} was not told")),
            (_, Err(why), _) | (Err(why), ..) => found.doubt(why),
        }
    }
    if let Some(why) = gap {
        found.doubt(why);
    }
}

/// Whether a group holds logs for audit: by its tag, the declaration, or because a trail writes to it.
fn is_audit(group: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let reference = format!("logs:{}", name(group));
    let flow_logs = around.declared.network.as_ref().and_then(|network| network.get("flow_log_destination"));
    if flow_logs.into_iter().flatten().any(|place| place.text == reference) {
        return Ok(true);
    }
    let mut unknown = None;
    for trail in around.estate.documents(TRAIL) {
        match text(trail, "CloudWatchLogsLogGroupArn") {
            Ok(log) if log.trim_end_matches(":*") == group.name().trim_end_matches(":*") => return Ok(true),
            Ok(_) => {}
            Err(why) => unknown = Some(why),
        }
    }
    match role_tag(group, around.declared)? {
        Some(role) if role.eq_ignore_ascii_case("log") => Ok(true),
        role if flow_logs.is_none() && !role.is_some_and(is_role) => {
            Err("tre.toml declares no [network] flow_log_destination".to_owned())
        }
        _ => unknown.or_else(|| around.estate.listings().listed(TRAIL, around.account).err()).map_or(Ok(false), Err),
    }
}
