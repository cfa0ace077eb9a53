//! Accounts: their place in the organisation, the guard rails that bind them, and what records them.
//!
//! May import: `model`, `graph`. Guarantees: a unit is named only when the way up to the root was seen; an account counts
//! as outside the organisation only when all of its accounts were listed.

pub(super) mod rails;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::declared::{Declared, Placed};
use super::{Estate, Surroundings, cloudtrail, config};
use crate::model::call::CallId;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, EntityRef, Origin};
use crate::model::time::AsOf;

const ORGANISATION: &str = "AWS::Organizations::Organization";
const UNIT: &str = "AWS::Organizations::OrganizationalUnit";
const MEMBER: &str = "AWS::Organizations::Account";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    hierarchy(entity, document, around);
    environments(entity, document, around);
    rails::derive(entity, document, around);
    cloudtrail::derive(entity, document, around);
    config::derive(entity, document, around);
}

fn hierarchy(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let estate = around.estate;
    match units(estate, &document.account) {
        Ok(units) => {
            // All of them directly: the unit's own entity may stand in another account's shard.
            entity.parents.extend(units.iter().map(|id| EntityRef::new(UNIT, *id)));
            let above = estate.documents(UNIT).iter().filter(|u| units.contains(&u.id.as_str()));
            let own = estate.documents(MEMBER).iter().filter(|m| m.id == document.account);
            let origin = Origin::Derived(calls("ParentId", own.chain(above)));
            entity.set("placed", json!(true), origin.clone());
            entity.set("units", json!(units), origin);
        }
        Err(reason) => {
            entity.withhold("placed", reason.clone());
            entity.withhold("units", reason);
        }
    }
    match manages(estate, &document.account) {
        Ok(manages) => entity.set(
            "managementAccount",
            json!(manages),
            Origin::Derived(calls("ManagementAccountId", estate.documents(ORGANISATION))),
        ),
        Err(reason) => entity.withhold("managementAccount", reason),
    }
    match strangers(estate, around.declared) {
        Ok(found) => {
            let all = estate.documents(MEMBER).iter().chain(estate.documents(UNIT));
            entity.set("undeclaredInUnit", json!(found), Origin::Derived(calls("ParentId", all)));
        }
        Err(reason) => entity.withhold("undeclaredInUnit", reason),
    }
}

/// The ledger entries behind one facet of several documents.
fn calls<'a>(facet: &str, documents: impl IntoIterator<Item = &'a ResourceDocument>) -> Vec<CallId> {
    let calls: BTreeSet<CallId> = documents.into_iter().filter_map(|d| d.calls.get(facet).cloned()).collect();
    calls.into_iter().collect()
}

/// The units above an account, its own first and the root last; none for an account that is in no organisation.
fn units<'a>(estate: &'a Estate, account: &str) -> Result<Vec<&'a str>, String> {
    let Some(member) = estate.documents(MEMBER).iter().find(|m| m.id == account) else {
        estate.listed_somewhere(MEMBER)?;
        return Ok(Vec::new());
    };
    let all = estate.documents(UNIT);
    let mut found: Vec<&str> = Vec::new();
    let mut at = member;
    loop {
        let parent = text(at, "ParentId")?;
        if parent.is_empty() {
            return Ok(found);
        }
        let unit = all.iter().find(|u| u.id == parent).ok_or_else(|| format!("the unit {parent} was not read"))?;
        if found.contains(&unit.id.as_str()) {
            return Err(format!("the unit {parent} stands above itself"));
        }
        found.push(&unit.id);
        at = unit;
    }
}

/// Whether an account manages an organisation that was seen; none does where AWS answered that there is none.
fn manages(estate: &Estate, account: &str) -> Result<bool, String> {
    let all = estate.documents(ORGANISATION);
    if all.is_empty() {
        return estate.listed_somewhere(ORGANISATION).map(|()| false);
    }
    let managing = all.iter().map(|o| text(o, "ManagementAccountId")).collect::<Result<Vec<_>, _>>()?;
    Ok(managing.contains(&account))
}

/// Accounts below the declared unit that are not declared. A closed account is named too: it can be reopened.
fn strangers(estate: &Estate, declared: &Declared) -> Result<BTreeSet<String>, String> {
    let ou = declared.ou.as_ref().ok_or("tre.toml declares no [tre] ou")?;
    let accounts = declared.accounts.as_ref().ok_or("tre.toml declares no [tre] accounts")?;
    estate.listed_somewhere(MEMBER)?;
    let mut found = BTreeSet::new();
    for member in estate.documents(MEMBER) {
        if accounts.values().flatten().any(|known| known.text == member.id) {
            continue;
        }
        if units(estate, &member.id)?.contains(&ou.text.as_str()) {
            let status = text(member, "Status").unwrap_or("ACTIVE");
            let suffix = if status == "ACTIVE" { String::new() } else { format!(" ({status})") };
            found.insert(format!("{}{suffix}", member.id));
        }
    }
    Ok(found)
}

/// When Organizations created the account, with the ledger entry; an account that was invited is older than the day it
/// joined.
pub(super) fn account_created(estate: &Estate, account: &str) -> Result<(AsOf, Vec<CallId>), String> {
    let member = estate
        .documents(MEMBER)
        .iter()
        .find(|m| m.id == account)
        .ok_or_else(|| format!("organizations:ListAccounts did not show account {account}"))?;
    if text(member, "JoinedMethod")? != "CREATED" {
        return Err(format!("account {account} was not created by the organisation"));
    }
    let time = text(member, "JoinedTimestamp")?.parse().map_err(|_| "JoinedTimestamp is no time".to_owned())?;
    Ok((time, calls("JoinedTimestamp", [member])))
}

/// The declared accounts of a purpose.
pub(super) fn accounts_for<'a>(declared: &'a Declared, purposes: &[&str]) -> Result<Vec<&'a Placed>, String> {
    let accounts = declared.accounts.as_ref().ok_or("tre.toml declares no [tre] accounts")?;
    Ok(accounts.iter().filter(|(name, _)| purposes.contains(&name.as_str())).flat_map(|(_, ids)| ids).collect())
}

/// The accounts in which the environment is developed and tested, and whether they are kept out of all others.
fn environments(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let declared = match accounts_for(around.declared, &["dev", "test"]) {
        Ok(declared) => declared,
        Err(reason) => {
            entity.withhold("developmentAccounts", reason.clone());
            entity.withhold("developmentReach", reason);
            return;
        }
    };
    let ids: BTreeSet<&str> = declared.iter().map(|a| a.text.as_str()).collect();
    let place = declared.first().map_or_else(|| "tre.toml".to_owned(), |a| a.place.clone());
    entity.set("developmentAccounts", json!(ids), Origin::Declared(place));
    // An account of both kinds is not separate, whatever its policies say.
    let is_both = |id: &str| {
        let purposes = around.declared.accounts.iter().flatten();
        let others = purposes.filter(|(purpose, _)| !["dev", "test"].contains(&purpose.as_str()));
        others.flat_map(|(_, all)| all).any(|other| other.text == id)
    };
    let both: BTreeSet<&str> = ids.iter().copied().filter(|id| is_both(id)).collect();
    if let Some(first) = both.first() {
        let place = declared.iter().find(|a| a.text == *first).map_or("tre.toml", |a| a.place.as_str());
        return entity.set("developmentReach", json!(both), Origin::Declared(place.to_owned()));
    }
    // An account is not kept out of itself; what counts is what the others may reach.
    let others: Vec<&str> = ids.iter().copied().filter(|id| *id != document.account).collect();
    let mut calls = BTreeSet::new();
    let confined = others.iter().try_for_each(|id| {
        calls.extend(rails::confined(around.estate, id, &ids)?);
        Ok::<(), String>(())
    });
    match confined {
        Ok(()) => entity.set("developmentReach", json!([]), Origin::Derived(calls.into_iter().collect())),
        Err(reason) => entity.withhold("developmentReach", format!("needs path analysis: {reason}")),
    }
}

/// A facet that is a text.
pub(super) fn text<'a>(document: &'a ResourceDocument, facet: &str) -> Result<&'a str, String> {
    known(document, facet)?.as_str().ok_or_else(|| format!("{facet} of {} is no text", document.id))
}

/// A facet, or why it is not known.
pub(super) fn known<'a>(document: &'a ResourceDocument, facet: &str) -> Result<&'a Value, String> {
    if let Some(reason) = document.missing.get(facet) {
        return Err(reason.clone());
    }
    document.facet(facet).ok_or_else(|| format!("no source gave {facet} of {}", document.id))
}
