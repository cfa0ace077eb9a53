//! Where people sign in: Identity Center, directories, user pools; and what their permission sets give.
//!
//! May import: `model`, `graph`. Guarantees: a second factor that AWS cannot see counts only where the register holds a live
//! attestation of it; a service on which personas rest was seen there and is in use.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::iam::Found;
use super::organizations::{known, text};
use super::{Surroundings, persona};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// The facts of an account.
pub(super) const OF_ACCOUNTS: [&str; 2] = ["personaUsers", "signInServices"];

/// Policies of AWS that administer: by name, whatever the partition.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
const ADMINISTRATION: [&str; 6] = [
    "AWSOrganizationsFullAccess",
    "AdministratorAccess",
    "AdministratorAccess-Amplify",
    "IAMFullAccess",
    "PowerUserAccess",
    "SystemAdministrator",
];

const RESEARCH: [&str; 2] = ["lead_researcher", "researcher"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "AWS::SSO::PermissionSet" => permission_set(entity, document, around),
        "AWS::Cognito::UserPool" => user_pool(entity, document, around),
        _ => directory(entity, document, around),
    }
}

/// Whether the register holds a live attestation of a second factor at an issuer; none without a register.
fn attested(issuer: &str, around: &Surroundings<'_>) -> Option<bool> {
    around.declared.register_given.then(|| {
        let all = around.declared.attested("idp-mfa", &format!("issuer:{issuer}"));
        all.iter().any(|a| a.made <= around.as_of && a.expires.is_some_and(|end| around.as_of < end))
    })
}

/// Facts of an account: users that personas name, and the central services on which personas rest.
pub(super) fn account(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    persona_users(entity, document, around);
    let declared = around.declared;
    let mut found = Found::default();
    if let Err(why) = around.estate.listed_somewhere("AWS::SSO::Instance") {
        found.doubt(why);
    }
    for instance in around.estate.documents("AWS::SSO::Instance") {
        match is_of_organisation(instance, around) {
            Ok(true) => found.add(instance.id.clone()),
            Ok(false) => {}
            Err(why) => found.doubt(why),
        }
    }
    match &declared.identity {
        None => found.doubt("tre.toml declares no [identity]"),
        Some(identity) => {
            if let Some(why) = declared.set_aside.get("identity") {
                found.doubt(why.clone());
            }
            for (list, kind) in
                [("directories", "AWS::DirectoryService::Directory"), ("user_pools", "AWS::Cognito::UserPool")]
            {
                for name in identity.get(list).into_iter().flatten() {
                    let all = around.estate.documents(kind);
                    if all.iter().any(|d| d.id.rsplit(['/', ':']).next() == Some(name.text.as_str())) {
                        found.add(format!("{kind} {}", name.text));
                    } else if let Err(why) = around.estate.listed_somewhere(kind) {
                        found.doubt(why);
                    }
                }
            }
            for issuer in identity.get("issuers").into_iter().flatten() {
                let here = ("AWS::IAM::SAMLProvider".to_owned(), issuer.text.clone());
                if around.documents.contains_key(&here) {
                    found.add(issuer.text.clone());
                } else if let Err(why) = around.estate.listings().listed("AWS::IAM::SAMLProvider", &document.account) {
                    found.doubt(why);
                }
            }
        }
    }
    found.put(entity, "signInServices", &Origin::Derived(Vec::new()));
}

/// Whether an instance of Identity Center is in use, and is the organisation's.
fn is_of_organisation(instance: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    if text(instance, "Status")? != "ACTIVE" {
        return Ok(false);
    }
    let owner = text(instance, "OwnerAccountId")?;
    let organisations = around.estate.documents("AWS::Organizations::Organization");
    let managing = organisations.iter().map(|o| text(o, "ManagementAccountId")).collect::<Result<Vec<_>, _>>()?;
    if managing.is_empty() {
        around.estate.listed_somewhere("AWS::Organizations::Organization")?;
    }
    Ok(managing.contains(&owner))
}

/// IAM users of the account that a persona names.
fn persona_users(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    if let Err(why) = around.estate.listings().listed("AWS::IAM::User", &document.account) {
        found.doubt(why);
    }
    for user in around.of_type("AWS::IAM::User") {
        let name = match text(user, "UserName") {
            Ok(name) => name,
            Err(why) => {
                found.doubt(why);
                continue;
            }
        };
        let matches = persona::of_names(around.declared, &[("user", name)]);
        if let Some(first) = matches.certain.iter().next() {
            found.add(format!("{name} ({})", first.persona));
        } else if let Some(why) = matches.unknown.into_values().next() {
            found.doubt(why);
        }
    }
    if around.declared.personas.is_none() {
        found.doubt(around.declared.no_personas());
    }
    found.put(entity, "personaUsers", &Origin::Derived(Vec::new()));
}

/// Facts of a permission set: whether researchers have it, and which policies of AWS make it one of administrators.
fn permission_set(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let matches = text(document, "Name").map(|name| persona::of_names(around.declared, &[("sso", name)]));
    let by_name = matches.and_then(|matches| matches.any_of(&RESEARCH));
    let research = match by_name {
        Ok(true) => Ok(true),
        by_name => match assigned_to_research(document, around) {
            Ok(true) => Ok(true),
            by_group => by_name.and(by_group),
        },
    };
    match research {
        Ok(is) => entity.set("researchSet", json!(is), Origin::Derived(Vec::new())),
        Err(why) => entity.withhold("researchSet", why),
    }
    match known(document, "AttachedManagedPolicies").map(Value::as_array) {
        Ok(Some(policies)) => {
            let names = policies.iter().map(|policy| policy.get("Name").and_then(Value::as_str));
            let found: BTreeSet<&str> = names.flatten().filter(|name| ADMINISTRATION.contains(name)).collect();
            let calls = document.calls.get("AttachedManagedPolicies").cloned().into_iter().collect();
            entity.set("administrativePolicies", json!(found), Origin::Derived(calls));
        }
        Ok(None) => entity.withhold("administrativePolicies", "AttachedManagedPolicies is no list"),
        Err(why) => entity.withhold("administrativePolicies", why),
    }
}

/// Whether a group of a research persona is assigned the set.
fn assigned_to_research(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let mut doubt = None;
    for kind in ["AWS::SSO::Assignment", "AWS::IdentityStore::Group"] {
        if let Err(why) = around.estate.listings().listed(kind, &document.account) {
            doubt = Some(why);
        }
    }
    let assignments = around.of_type("AWS::SSO::Assignment");
    for assignment in assignments {
        let members = ["PermissionSetArn", "PrincipalType", "PrincipalId"].map(|facet| text(assignment, facet));
        let id = match members {
            [Ok(set), Ok("GROUP"), Ok(id)] if set == document.id => id,
            [Ok(_), Ok(_), Ok(_)] => continue,
            [set, kind, id] => {
                doubt = set.and(kind).and(id).err();
                continue;
            }
        };
        let group = around.of_type("AWS::IdentityStore::Group").find(|g| text(g, "GroupId") == Ok(id));
        let Some(group) = group else {
            doubt.get_or_insert_with(|| format!("the group {id} was not read"));
            continue;
        };
        let named = text(group, "DisplayName")
            .and_then(|name| if name.is_empty() { Err(format!("the group {id} has no name")) } else { Ok(name) });
        let named = named.map(|name| persona::of_names(around.declared, &[("group", name)]));
        match named.and_then(|matches| matches.any_of(&RESEARCH)) {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            Err(why) => doubt = Some(why),
        }
    }
    doubt.map_or(Ok(false), Err)
}

/// Facts of a user pool: whether people sign in with its own passwords, and whether every other provider asks for a second
/// factor, which Cognito does not do for them.
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html>
fn user_pool(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let pool = document.id.rsplit('/').next().unwrap_or(&document.id);
    let mut local = Found::default();
    if let Err(why) = around.estate.listings().listed("AWS::Cognito::UserPoolClient", &document.account) {
        local.doubt(why);
    }
    for client in around.of_type("AWS::Cognito::UserPoolClient") {
        match text(client, "UserPoolId") {
            Ok(id) if id != pool => continue,
            Ok(_) => {}
            Err(why) => {
                local.doubt(why);
                continue;
            }
        }
        match is_local(client) {
            Ok(true) => local.add(text(client, "ClientId").unwrap_or(&client.id)),
            Ok(false) => {}
            Err(why) => local.doubt(why),
        }
    }
    local.put(entity, "localClients", &Origin::Derived(Vec::new()));
    let providers = known(document, "IdentityProviders").map(Value::as_array);
    let name = text(document, "UserPoolName");
    let attested = match (providers, name) {
        (Ok(Some(providers)), Ok(name)) => providers.iter().try_for_each(|provider| {
            let provider = provider.get("ProviderName").and_then(Value::as_str).unwrap_or_default();
            let issuer = format!("{name}/{provider}");
            match attested(&issuer, around) {
                Some(true) => Ok(()),
                Some(false) => Err(format!("no live idp-mfa attestation for issuer:{issuer}")),
                None => Err("no register of attestations was given".to_owned()),
            }
        }),
        (Ok(None), _) => Err("IdentityProviders is no list".to_owned()),
        (Err(why), _) | (_, Err(why)) => Err(why),
    };
    match attested {
        // A marker: what nobody attested is not known, whatever it is.
        Ok(()) => entity.set("providersAttested", json!(true), Origin::Derived(Vec::new())),
        Err(why) => entity.withhold("providersAttested", why),
    }
}

/// Whether a client lets in users of the pool itself. `SupportedIdentityProviders` speaks of the managed pages alone: the API
/// takes passwords wherever a flow for them is on, and some are on where none is named.
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html>
fn is_local(client: &ResourceDocument) -> Result<bool, String> {
    let words = |facet: &str| -> Result<Vec<&str>, String> {
        let list = known(client, facet)?.as_array().ok_or_else(|| format!("{facet} is no list"))?;
        Ok(list.iter().filter_map(Value::as_str).collect())
    };
    let (providers, flows) = (words("SupportedIdentityProviders")?, words("ExplicitAuthFlows")?);
    let only_refresh = !flows.is_empty() && flows.iter().all(|flow| *flow == "ALLOW_REFRESH_TOKEN_AUTH");
    Ok(providers.is_empty() || providers.contains(&"COGNITO") || !only_refresh)
}

/// Facts of a directory: whether workspaces stand behind it, and the sign-in that asks for a second factor.
fn directory(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    const WORKSPACES: &str = "AWS::WorkSpaces::Directory";
    let listed = around.estate.listings().listed(WORKSPACES, &document.account);
    let id = text(document, "DirectoryId").unwrap_or(&document.id);
    let behind: Vec<&ResourceDocument> =
        around.of_type(WORKSPACES).filter(|w| text(w, "DirectoryId") == Ok(id)).collect();
    let unread = around.of_type(WORKSPACES).find_map(|w| text(w, "DirectoryId").err());
    match (behind.is_empty(), listed.and(unread.map_or(Ok(()), Err))) {
        (true, Err(why)) => entity.withhold("frontsWorkspaces", why),
        (empty, _) => entity.set("frontsWorkspaces", json!(!empty), Origin::Derived(Vec::new())),
    }
    undeclared_shares(entity, document, around);
    open_trusts(entity, document);
    super::derive_from(entity, document, "ldapsEnabled", &["LDAPSSettings"], |facets| {
        let settings = facets.first().and_then(|v| v.as_array()).ok_or("LDAPSSettings is no list")?;
        let enabled = |setting: &Value| setting.get("LDAPSStatus").and_then(Value::as_str) == Some("Enabled");
        Ok(json!(!settings.is_empty() && settings.iter().all(enabled)))
    });
    let sign_in = behind.iter().map(|workspaces| asks_for_more(workspaces, around)).collect::<Result<Vec<_>, _>>();
    match sign_in {
        Ok(all) => {
            let is = !all.is_empty() && all.into_iter().all(|asks| asks);
            entity.set("federatedSecondFactor", json!(is), Origin::Derived(Vec::new()));
        }
        Err(why) => entity.withhold("federatedSecondFactor", why),
    }
}

/// Whether people come to workspaces only through an issuer whose second factor is attested.
fn asks_for_more(workspaces: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let member = |facet: &str, name: &str| -> Result<Option<String>, String> {
        Ok(known(workspaces, facet)?.get(name).and_then(Value::as_str).map(str::to_owned))
    };
    let issuer = match member("SamlProperties", "Status")?.as_deref() {
        Some("ENABLED") => member("SamlProperties", "UserAccessUrl")?,
        // With a fallback to the directory a password is enough.
        Some("ENABLED_WITH_DIRECTORY_LOGIN_FALLBACK") => return Ok(false),
        _ => member("IDCConfig", "InstanceArn")?,
    };
    let Some(issuer) = issuer else { return Ok(false) };
    attested(&issuer, around).ok_or_else(|| "no register of attestations was given".to_owned())
}

/// Accounts with which a directory is shared that the declaration does not name.
fn undeclared_shares(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut found = Found::default();
    let declared = around.declared.accounts.as_ref();
    match (known(document, "SharedDirectories").map(Value::as_array), declared) {
        (Ok(Some(shares)), _) if shares.is_empty() => {}
        (_, None) => found.doubt("tre.toml declares no [tre] accounts"),
        (Ok(Some(shares)), Some(accounts)) => {
            for share in shares {
                match share.get("SharedAccountId").and_then(Value::as_str) {
                    Some(id) if accounts.values().flatten().any(|a| a.text == id) => {}
                    Some(id) => found.add(id),
                    None => found.doubt("a share of the directory names no account"),
                }
            }
        }
        (Ok(None), _) => found.doubt("SharedDirectories is no list"),
        (Err(why), _) => found.doubt(why),
    }
    let calls = document.calls.get("SharedDirectories").cloned().into_iter().collect();
    found.put(entity, "undeclaredShares", &Origin::Derived(calls));
}

/// Trusts through which everyone of the other directory can sign in here.
fn open_trusts(entity: &mut Entity, document: &ResourceDocument) {
    super::derive_from(entity, document, "openTrusts", &["Trusts"], |facets| {
        let trusts = facets.first().and_then(|v| v.as_array()).ok_or("Trusts is no list")?;
        let word = |trust: &Value, name: &str| trust.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut found = BTreeSet::new();
        for trust in trusts {
            let name = word(trust, "RemoteDomainName").or_else(|| word(trust, "TrustId"));
            let direction = word(trust, "TrustDirection").ok_or("a trust has no direction")?;
            // Outgoing: this directory trusts the other one.
            let lets_in = match direction.as_str() {
                "Two-Way" | "One-Way: Outgoing" => true,
                "One-Way: Incoming" => false,
                other => return Err(format!("the direction {other} of a trust is not known")),
            };
            if lets_in && word(trust, "SelectiveAuth").as_deref() != Some("Enabled") {
                found.insert(name.ok_or("a trust has no name")?);
            }
        }
        Ok(json!(found))
    });
}
