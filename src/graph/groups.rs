//! Groups of people, wherever they are kept: Identity Center, a managed directory, a Cognito user pool.
//!
//! May import: `model`, `graph`. Guarantees: a member is a user name that was read; a group whose members are not all known
//! says why, and so does an estate in which some group may not have been listed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Estate;
use super::organizations::{known, text};
use crate::model::call::CallId;
use crate::model::document::ResourceDocument;

/// Types that are groups of people.
pub(super) const GROUPS: [&str; 3] =
    ["AWS::Cognito::UserPoolGroup", "AWS::DirectoryService::Group", "AWS::IdentityStore::Group"];
const MEMBERSHIP: &str = "AWS::IdentityStore::GroupMembership";
const USER: &str = "AWS::IdentityStore::User";

/// Whether a user may sign in. Of a managed directory's members nothing is said: there they count as able to.
pub(super) type Active = Result<bool, String>;

/// The members of a group.
#[derive(Debug, Clone, Default)]
pub(super) struct Members {
    /// By user name: whether the user may sign in, or why that is not known.
    pub certain: BTreeMap<String, Active>,
    /// Why there may be others.
    pub unknown: Option<String>,
    /// The ledger entries that name them.
    pub calls: Vec<CallId>,
}

impl Members {
    fn doubt(&mut self, reason: impl Into<String>) {
        self.unknown.get_or_insert_with(|| reason.into());
    }
}

/// What personas call a group: the word before the colon, and its name.
///
/// # Errors
/// Its name was not read.
pub(super) fn names(group: &ResourceDocument, estate: &Estate) -> Result<Vec<(&'static str, String)>, String> {
    let not_empty = |facet: &str| match text(group, facet)? {
        "" => Err(format!("{facet} of {} is empty", group.id)),
        name => Ok(name.to_owned()),
    };
    match group.kind.as_str() {
        "AWS::IdentityStore::Group" => Ok(vec![("group", not_empty("DisplayName")?)]),
        "AWS::DirectoryService::Group" => Ok(vec![("group", not_empty("SAMAccountName")?)]),
        "AWS::Cognito::UserPoolGroup" => {
            let (pool, name) = (not_empty("UserPoolId")?, not_empty("GroupName")?);
            let is_pool = |d: &&ResourceDocument| d.account == group.account && d.id.ends_with(&format!("/{pool}"));
            let found = estate.documents("AWS::Cognito::UserPool").iter().find(is_pool);
            let by_id = ("cognito", format!("{pool}/{name}"));
            match found.map(|pool| text(pool, "UserPoolName")) {
                Some(Ok(called)) => Ok(vec![("cognito", format!("{called}/{name}")), by_id]),
                Some(Err(why)) => Err(why),
                None => Err(format!("the user pool {pool} was not read")),
            }
        }
        other => Err(format!("{other} is no group")),
    }
}

/// The user names in a group.
pub(super) fn members(group: &ResourceDocument, estate: &Estate) -> Members {
    match group.kind.as_str() {
        "AWS::IdentityStore::Group" => of_identity_store(group, estate),
        "AWS::DirectoryService::Group" => of_list(group, "Members", "SAMAccountName"),
        _ => of_list(group, "Users", "Username"),
    }
}

fn of_identity_store(group: &ResourceDocument, estate: &Estate) -> Members {
    let mut found = Members::default();
    let (store, id) = match (text(group, "IdentityStoreId"), text(group, "GroupId")) {
        (Ok(store), Ok(id)) => (store, id),
        (Err(why), _) | (_, Err(why)) => {
            found.doubt(why);
            return found;
        }
    };
    for kind in [MEMBERSHIP, USER] {
        if let Err(why) = estate.listings().listed(kind, &group.account) {
            found.doubt(why);
        }
    }
    let of_store = format!("{store}|");
    for membership in estate.documents(MEMBERSHIP) {
        // A collected id begins with its Region: `eu-west-2:d-1234567890|…`.
        let bare = membership.id.split_once(':').map_or(membership.id.as_str(), |(_, rest)| rest);
        if membership.account != group.account || !bare.starts_with(&of_store) {
            continue;
        }
        match text(membership, "GroupId") {
            Ok(group) if group != id => continue,
            Ok(_) => {}
            Err(why) => {
                found.doubt(why);
                continue;
            }
        }
        found.calls.extend(membership.calls.get("MemberId").cloned());
        match user_of(membership, store, estate) {
            Ok((name, active)) => {
                found.certain.insert(name, active);
            }
            Err(why) => found.doubt(why),
        }
    }
    found.calls.sort();
    found.calls.dedup();
    found
}

fn user_of(membership: &ResourceDocument, store: &str, estate: &Estate) -> Result<(String, Active), String> {
    let id = known(membership, "MemberId")?.get("UserId").and_then(Value::as_str);
    let id = id.ok_or_else(|| format!("{} does not say whose it is", membership.id))?;
    user(estate, &membership.account, store, id)
}

/// The name of a user of an identity store, and whether it is enabled.
///
/// # Errors
/// The user was not read, or has no name.
pub(super) fn user(estate: &Estate, account: &str, store: &str, id: &str) -> Result<(String, Active), String> {
    let regions = estate.regions.iter().map(|region| format!("{region}:"));
    let mut ids = std::iter::once(String::new()).chain(regions).map(|region| format!("{region}{store}|{id}"));
    let user = ids.find_map(|id| estate.document(USER, account, &id));
    let user = user.ok_or_else(|| format!("the user {id} of {store} was not read"))?;
    let name = text(user, "UserName")?;
    if name.is_empty() {
        return Err(format!("the user {id} has no name"));
    }
    Ok((name.to_owned(), text(user, "UserStatus").map(|status| status == "ENABLED")))
}

fn of_list(group: &ResourceDocument, facet: &str, member: &str) -> Members {
    let mut found = Members { calls: group.calls.get(facet).cloned().into_iter().collect(), ..Members::default() };
    let list = match known(group, facet).map(Value::as_array) {
        Ok(Some(list)) => list,
        Ok(None) => {
            found.doubt(format!("{facet} of {} is no list", group.id));
            return found;
        }
        Err(why) => {
            found.doubt(why);
            return found;
        }
    };
    for item in list {
        // Only a directory nests groups; what a group in it holds is not followed.
        let kind = item.get("MemberType").and_then(Value::as_str).unwrap_or("USER");
        match item.get(member).and_then(Value::as_str).filter(|name| !name.is_empty()) {
            Some(name) if kind == "USER" => {
                let active = match (item.get("Enabled").and_then(Value::as_bool), facet) {
                    (Some(enabled), _) => Ok(enabled),
                    (None, "Members") => Ok(true),
                    (None, _) => Err(format!("whether {name} is enabled was not said")),
                };
                found.certain.insert(name.to_owned(), active);
            }
            Some(_) if kind == "COMPUTER" => {}
            Some(name) => found.doubt(format!("{name} in {} is a group, whose members were not followed", group.id)),
            None => found.doubt(format!("a member of {} has no name", group.id)),
        }
    }
    found
}

/// Why there may be groups that were not seen.
pub(super) fn unlisted(estate: &Estate) -> Option<String> {
    GROUPS.iter().find_map(|kind| estate.listed_somewhere(kind).err())
}
