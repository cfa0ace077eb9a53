//! Which networks are those of workspaces, and which accounts, buckets and addresses are declared.
//!
//! May import: `model`, `graph`. Guarantees: a subnet is a workspace's where the declaration or its tag says so, and is none
//! only where both were read; whatever was not seen is a reason, never a no.

use std::collections::BTreeSet;

use super::Surroundings;
use super::iam::Found;
use super::perimeter::is_inside;
use super::purpose::{STORE_ROLES, is_role, role_tag};
use crate::model::call::CallId;
use crate::model::document::ResourceDocument;
use crate::model::entity::Origin;

const SUBNET: &str = "AWS::EC2::Subnet";
const BUCKET: &str = "AWS::S3::Bucket";
const ORGANISATION: &str = "AWS::Organizations::Organization";

/// Whether a subnet is declared, or tagged, as one of workspaces.
pub(super) fn is_workspace_subnet(around: &Surroundings<'_>, id: &str) -> Result<bool, String> {
    let list = around.declared.network.as_ref().and_then(|network| network.get("workspace"));
    if list.is_some_and(|list| list.iter().any(|subnet| subnet.text == id)) {
        return Ok(true);
    }
    let Some(subnet) = around.documents.get(&(SUBNET.to_owned(), id.to_owned())) else {
        around.estate.listings().listed(SUBNET, around.account)?;
        return list.map(|_| false).ok_or_else(|| "tre.toml declares no [network] workspace".to_owned());
    };
    match role_tag(subnet, around.declared)? {
        Some(role) if role.eq_ignore_ascii_case("workspace") => Ok(true),
        Some(role) if is_role(role) => Ok(false),
        _ => list.map(|_| false).ok_or_else(|| "tre.toml declares no [network] workspace".to_owned()),
    }
}

/// The subnets among these that are none of workspaces.
pub(super) fn foreign_subnets<'v>(around: &Surroundings<'_>, ids: impl IntoIterator<Item = &'v str>) -> Found {
    let mut found = Found::default();
    for id in ids {
        match is_workspace_subnet(around, id) {
            Ok(true) => {}
            Ok(false) => found.add(id),
            Err(why) => found.doubt(format!("subnet {id}: {why}")),
        }
    }
    found
}

/// The VPCs of the account in which workspaces stand.
pub(super) fn workspace_vpcs<'a>(around: &Surroundings<'a>) -> Result<BTreeSet<&'a str>, String> {
    around.estate.listings().listed(SUBNET, around.account)?;
    let mut found = BTreeSet::new();
    for subnet in around.of_type(SUBNET) {
        if is_workspace_subnet(around, &subnet.id)? {
            found.insert(super::organizations::text(subnet, "VpcId")?);
        }
    }
    Ok(found)
}

/// Whether an account is of the organisation, or declared as an outside one that may be shared with.
pub(super) fn is_account_inside(around: &Surroundings<'_>, account: &str) -> Result<bool, String> {
    let declared = around.declared;
    let shared = declared.perimeter.as_ref().and_then(|table| table.get("accounts")).into_iter().flatten();
    let ours = declared.accounts.iter().flat_map(|accounts| accounts.values().flatten());
    if shared.chain(ours).any(|known| known.text == account) {
        return Ok(true);
    }
    is_inside(around.estate, around.account, account)
}

/// Whether an account is declared: as one of the environment, or as an outside one that may be shared with.
pub(super) fn is_account_declared(around: &Surroundings<'_>, account: &str) -> Result<bool, String> {
    let declared = around.declared;
    let accounts = declared.accounts.as_ref().ok_or("tre.toml declares no [tre] accounts")?;
    let shared = declared.perimeter.as_ref().and_then(|table| table.get("accounts")).into_iter().flatten();
    Ok(accounts.values().flatten().chain(shared).any(|known| known.text == account))
}

/// The account itself, and the one that manages (and pays for) it where it is in an organisation.
pub(super) fn own_and_managing<'a>(around: &Surroundings<'a>) -> Result<Vec<&'a str>, String> {
    around.estate.listed_somewhere(ORGANISATION)?;
    let mut found = vec![around.account];
    for organisation in around.estate.documents(ORGANISATION) {
        let manager = super::organizations::text(organisation, "ManagementAccountId")?;
        if manager != around.account && is_inside(around.estate, around.account, manager)? {
            found.push(manager);
        }
    }
    Ok(found)
}

/// The account in an ARN; none where it has none.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    let account = arn.strip_prefix("arn:")?.split(':').nth(3)?;
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then_some(account)
}

/// Whether a bucket is one of the environment's: declared, or in this account.
///
/// # Errors
/// It may lie in another account, which its name does not say.
pub(super) fn is_bucket_inside(around: &Surroundings<'_>, name: &str) -> Result<bool, String> {
    let here = around.documents.contains_key(&(BUCKET.to_owned(), name.to_owned()));
    if here || !around.declared.roles_of_bucket(name).is_empty() {
        return Ok(true);
    }
    Err(format!("bucket {name} is neither declared nor in this account, and a name does not say whose it is"))
}

/// Whether a bucket is declared, or lies in this account.
pub(super) fn is_bucket_declared(around: &Surroundings<'_>, name: &str) -> Result<bool, String> {
    if is_bucket_inside(around, name).is_ok() {
        return Ok(true);
    }
    around.estate.listings().listed(BUCKET, around.account)?;
    match around.declared.set_aside.get("dataset").or_else(|| around.declared.set_aside.get("logging")) {
        Some(why) => Err(why.clone()),
        None if around.declared.log_buckets.is_empty() => Err("tre.toml declares no [logging] buckets".to_owned()),
        None => Ok(false),
    }
}

/// Whether a bucket holds project or source data, by the declaration or its tag.
pub(super) fn is_store_bucket(around: &Surroundings<'_>, name: &str) -> Result<bool, String> {
    if around.declared.roles_of_bucket(name).iter().any(|(role, _)| role == "store") {
        return Ok(true);
    }
    if let Some(bucket) = around.documents.get(&(BUCKET.to_owned(), name.to_owned()))
        && role_tag(bucket, around.declared)?.is_some_and(|tag| STORE_ROLES.iter().any(|r| r.eq_ignore_ascii_case(tag)))
    {
        return Ok(true);
    }
    if around.declared.datasets.is_none() {
        return Err("tre.toml declares no [[dataset]]".to_owned());
    }
    match around.declared.set_aside.get("dataset") {
        Some(why) => Err(why.clone()),
        None => Ok(false),
    }
}

/// The bucket of `s3://bucket/prefix`, or of a bucket's ARN.
pub(super) fn bucket_in(place: &str) -> Option<&str> {
    let rest = place.strip_prefix("s3://").or_else(|| place.split_once(":s3:::").map(|(_, rest)| rest))?;
    rest.split('/').next().filter(|name| !name.is_empty())
}

/// That a fact comes from these documents: each call behind them once.
pub(super) fn from_all<'d>(documents: impl IntoIterator<Item = &'d ResourceDocument>) -> Origin {
    let calls: BTreeSet<CallId> = documents.into_iter().flat_map(|document| document.calls.values().cloned()).collect();
    Origin::Derived(calls.into_iter().collect())
}

/// The documents of a type in this account with the reason why there may be more.
pub(super) fn listed<'a>(
    around: &Surroundings<'a>,
    kind: &'a str,
) -> (impl Iterator<Item = &'a ResourceDocument> + use<'a>, Option<String>) {
    (around.of_type(kind), around.estate.listings().listed(kind, around.account).err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_they_are_written() {
        assert_eq!(bucket_in("s3://tre-data/a/b"), Some("tre-data"));
        assert_eq!(bucket_in("arn:aws:s3:::tre-data/a"), Some("tre-data"));
        for other in ["", "s3://", "s3:///x", "tre-data", "https://tre-data"] {
            assert_eq!(bucket_in(other), None, "{other}");
        }
        assert_eq!(account_of("arn:aws:sns:eu-west-2:111111111111:topic"), Some("111111111111"));
        for other in ["arn:aws:s3:::bucket", "111111111111", "arn:aws:sns:eu-west-2:11111111111x:t", "arn"] {
            assert_eq!(account_of(other), None, "{other}");
        }
    }
}
