//! Instances: the image that each started from, and whether Systems Manager keeps it patched.
//!
//! May import: `model`, `graph`. Guarantees: an image that no account in scope owns is said to be nobody's only where the
//! images of all of them were listed; counts of patches are given only where AWS said each.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Surroundings;
use super::declared::Declared;
use super::iam::Found;
use super::organizations::{known, text};
use super::perimeter::organisation;
use super::purpose::role_tag;
use super::workplaces::{is_account_inside, is_workspace_subnet};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const INSTANCE: &str = "AWS::EC2::Instance";
const IMAGE: &str = "AWS::EC2::Image";
const MANAGED: &str = "AWS::SSM::ManagedInstance";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    if document.kind != INSTANCE {
        return;
    }
    let subnet = text(document, "SubnetId").and_then(|id| is_workspace_subnet(around, id));
    put(entity, "inWorkspaceSubnet", subnet.map(Value::from), document, "SubnetId");
    let image = image(document, around);
    let origin = image.as_ref().map(|image| origin_of(*image, around.declared)).map_err(Clone::clone);
    put(entity, "imageOrigin", origin.and_then(|origin| origin), document, "ImageId");
    let unseen = || "no account in scope owns the image".to_owned();
    let image = image.and_then(|image| image.ok_or_else(unseen));
    put(
        entity,
        "imageCreated",
        image.clone().and_then(|image| known(image, "CreationDate").cloned()),
        document,
        "ImageId",
    );
    match image {
        Ok(image) => outsiders(image, around).put(
            entity,
            "imageOutsiders",
            &Origin::Derived(image.calls.get("LaunchPermissions").cloned().into_iter().collect()),
        ),
        Err(why) => entity.withhold("imageOutsiders", why),
    }
    put(entity, "patching", patching(document, around), document, "ImageId");
}

fn put(entity: &mut Entity, fact: &str, value: Result<Value, String>, document: &ResourceDocument, facet: &str) {
    match value {
        Ok(value) => {
            let calls = document.calls.get(facet).cloned().into_iter().collect();
            entity.set(fact, value, Origin::Derived(calls));
        }
        Err(why) => entity.withhold(fact, why),
    }
}

/// The image, by whichever account owns it; none where no account in scope does.
fn image<'a>(document: &ResourceDocument, around: &Surroundings<'a>) -> Result<Option<&'a ResourceDocument>, String> {
    let id = text(document, "ImageId")?;
    if let Some(image) = around.estate.documents(IMAGE).iter().find(|image| image.id == id) {
        return Ok(Some(image));
    }
    around.estate.listed_somewhere(IMAGE)?;
    let accounts = around.declared.accounts.as_ref().ok_or("tre.toml declares no [tre] accounts")?;
    for account in accounts.get("image").into_iter().flatten() {
        around.estate.listings().listed(IMAGE, &account.text)?;
    }
    Ok(None)
}

/// What the owner's account is for, and what the image's own tag says.
fn origin_of(image: Option<&ResourceDocument>, declared: &Declared) -> Result<Value, String> {
    let Some(image) = image else { return Ok(json!({ "accountRoles": [] })) };
    let owner = text(image, "OwnerId")?;
    let accounts = declared.accounts.as_ref().ok_or("tre.toml declares no [tre] accounts")?;
    let owned = accounts.iter().filter(|(_, ids)| ids.iter().any(|id| id.text == owner));
    let roles: BTreeSet<&String> = owned.map(|(role, _)| role).collect();
    let tag = role_tag(image, declared);
    // The account decides where it can; only for the others must the tag be known.
    let approved = roles.iter().any(|role| *role == "image");
    Ok(match tag {
        Ok(Some(tag)) => json!({ "accountRoles": roles, "roleTag": tag }),
        Ok(None) => json!({ "accountRoles": roles }),
        Err(_) if approved => json!({ "accountRoles": roles }),
        Err(why) => return Err(why),
    })
}

/// Who else may launch an image: everybody, and accounts and organisations that are not ours.
fn outsiders(image: &ResourceDocument, around: &Surroundings<'_>) -> Found {
    let mut found = Found::default();
    match known(image, "Public").map(Value::as_bool) {
        Ok(Some(true)) => found.add("everybody"),
        Ok(Some(false)) => {}
        Ok(None) => found.doubt("Public is neither true nor false"),
        Err(why) => found.doubt(why),
    }
    let permissions = match known(image, "LaunchPermissions").map(Value::as_array) {
        Ok(Some(permissions)) => permissions.as_slice(),
        Ok(None) => return doubting(found, "LaunchPermissions is no list".to_owned()),
        Err(why) => return doubting(found, why),
    };
    for permission in permissions {
        let member = |name: &str| permission.get(name).and_then(Value::as_str);
        if member("Group").is_some() {
            found.add("everybody");
        } else if let Some(account) = member("UserId") {
            match is_account_inside(around, account) {
                Ok(true) => {}
                Ok(false) => found.add(account),
                Err(why) => found.doubt(why),
            }
        } else if let Some(arn) = member("OrganizationArn").or_else(|| member("OrganizationalUnitArn")) {
            match organisation(around.estate) {
                Ok(own) if arn.split('/').any(|part| part == own) => {}
                Ok(_) => found.add(arn),
                Err(why) => found.doubt(why),
            }
        } else {
            found.doubt("a launch permission names nobody");
        }
    }
    found
}

fn doubting(mut found: Found, why: String) -> Found {
    found.doubt(why);
    found
}

/// How Systems Manager sees the instance: nothing where it does not manage it; without a number where patches were never
/// looked for.
fn patching(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<Value, String> {
    let id = format!("{}:{}", document.region, document.id);
    let Some(managed) = around.documents.get(&(MANAGED.to_owned(), id)) else {
        around.estate.listings().listed(MANAGED, around.account)?;
        return Ok(json!({}));
    };
    let ping = text(managed, "PingStatus")?;
    let states = known(managed, "PatchStates")?.as_array().ok_or("PatchStates is no list")?;
    let Some(state) = states.first() else { return Ok(json!({ "ping": ping })) };
    let mut lacking = 0_i64;
    for count in ["MissingCount", "FailedCount", "InstalledRejectedCount", "InstalledPendingRebootCount"] {
        let number =
            state.get(count).and_then(Value::as_i64).ok_or_else(|| format!("PatchStates does not say {count}"))?;
        lacking = lacking.saturating_add(number.max(0));
    }
    Ok(json!({ "ping": ping, "lacking": lacking }))
}
