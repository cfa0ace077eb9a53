//! With whom the account shares resources through RAM.
//!
//! May import: `model`, `graph`. Guarantees: a principal is declared only by its account, or by the declared unit or one
//! below it that was seen.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::membership::derived;
use crate::graph::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const UNIT: &str = "AWS::Organizations::OrganizationalUnit";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    match known(document, "SharePrincipals").map(Value::as_array) {
        Ok(Some(principals)) => {
            for principal in principals {
                let Some(id) = principal.get("Id").and_then(Value::as_str) else {
                    found.doubt("a principal of the share has no id");
                    continue;
                };
                match is_declared(id, around) {
                    Ok(true) => {}
                    Ok(false) => found.add(id),
                    Err(why) => found.doubt(why),
                }
            }
        }
        Ok(None) => found.doubt("SharePrincipals is no list"),
        Err(why) => found.doubt(why),
    }
    found.put(entity, "undeclaredPrincipals", &derived(document, &["SharePrincipals"]));
}

/// Whether an account, a unit, a role or user, or a service is declared. The whole organisation never is.
fn is_declared(id: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let perimeter = |list: &str| around.declared.perimeter.as_ref().and_then(|table| table.get(list));
    let listed = |list: &str, word: &str| perimeter(list).is_some_and(|words| words.iter().any(|w| w.text == word));
    let parts: Vec<&str> = id.splitn(6, ':').collect();
    match (parts.get(2), parts.get(4), parts.get(5)) {
        (Some(&"organizations"), _, Some(rest)) => match rest.strip_prefix("ou/") {
            Some(path) => is_below(path.rsplit('/').next().unwrap_or(path), around),
            None => Ok(false),
        },
        (Some(_), Some(account), _) => is_account(account, &listed, around),
        _ if id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) => is_account(id, &listed, around),
        _ => Ok(listed("service_principals", id)),
    }
}

fn is_account(account: &str, listed: &dyn Fn(&str, &str) -> bool, around: &Surroundings<'_>) -> Result<bool, String> {
    if listed("accounts", account) {
        return Ok(true);
    }
    let accounts = around.declared.accounts.as_ref().ok_or("tre.toml declares no [tre] accounts")?;
    Ok(accounts.values().flatten().any(|a| a.text == account))
}

/// Whether a unit is the declared one or stands below it.
fn is_below(unit: &str, around: &Surroundings<'_>) -> Result<bool, String> {
    let declared = around.declared.ou.as_ref().ok_or("tre.toml declares no [tre] ou")?;
    let mut seen = BTreeSet::new();
    let mut at = unit;
    loop {
        if at == declared.text {
            return Ok(true);
        }
        if !seen.insert(at) {
            return Err(format!("the unit {at} stands above itself"));
        }
        let found = around.estate.documents(UNIT).iter().find(|u| u.id == at);
        match found.map(|unit| text(unit, "ParentId")) {
            Some(Ok("")) => return Ok(false),
            Some(Ok(parent)) => at = parent,
            Some(Err(why)) => return Err(why),
            None => {
                // The unit itself is not the declared one; where units were listed it is none of the organisation's.
                around.estate.listed_somewhere(UNIT)?;
                return Ok(false);
            }
        }
    }
}
