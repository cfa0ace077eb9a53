//! Which projects encrypt with a key, and whom its policy and grants let use it.
//!
//! May import: `model`, `graph`. Guarantees: a key is one project's only where every resource that may be encrypted with it
//! was listed, its key read and its tags too; a principal is a stranger only where its projects were read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::graph::iam::Found;
use crate::graph::membership::{Projects, derived, of_resource, of_role, role, role_name, withhold_all};
use crate::graph::perimeter::Guards;
use crate::graph::statement::{Effect, Form, Principal, Principals, Statement};
use crate::graph::{Surroundings, keys, persona, purpose, tre};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

/// Types that hold a project's data under a key.
const USERS: [&str; 10] = [
    "AWS::EC2::Snapshot",
    "AWS::EC2::Volume",
    "AWS::EFS::FileSystem",
    "AWS::FSx::FileSystem",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBClusterSnapshot",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBSnapshot",
    "AWS::Redshift::Cluster",
    "AWS::S3::Bucket",
];

const DIRECTORY_BUCKET: &str = "AWS::S3Express::DirectoryBucket";

/// Types that have no key of their own: a volume that of its file system, a database that of its catalogue.
const UNKEYED: [&str; 2] = ["AWS::FSx::Volume", "AWS::Glue::Database"];

/// Operations that open or make ciphertext, as actions and as a grant names them.
const USES: [&str; 7] = [
    "Decrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
];

/// Personas that work for all projects.
const ALL_PROJECTS: [&str; 3] = ["backup", "data_manager", "release"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    users(entity, document, around);
    admitted(entity, document, around);
}

/// A resource by its name, with its projects or why they are not known.
type User = (String, Result<Projects, String>);

/// What of an account is encrypted, by the key: read once, for every key asks it.
#[derive(Debug, Default)]
pub(in crate::graph) struct KeyUsers {
    /// Under the name of [`one_name`]: each user with its projects.
    by_key: BTreeMap<String, Vec<User>>,
    /// Why there may be more.
    unread: Option<String>,
}

impl KeyUsers {
    pub(in crate::graph) fn of(around: &Surroundings<'_>) -> Self {
        let mut found = Self::default();
        for kind in USERS {
            if let Err(why) = around.estate.listings().listed(kind, around.account) {
                found.unread = Some(why);
            }
            for user in around.of_type(kind) {
                match keys::of(user) {
                    Ok(None) => {}
                    Ok(Some(key)) => {
                        let projects = of_resource(user, around.declared);
                        found.by_key.entry(one_name(&key)).or_default().push((user.name().to_owned(), projects));
                    }
                    Err(why) => found.unread = Some(format!("{}: {why}", user.name())),
                }
            }
        }
        // Others may be encrypted with it too, and of those their key is not read. A type that no collection asks for says
        // nothing here: what of it is declared, the account's own facts tell.
        let others = purpose::REFERENCES.iter().map(|(kind, _)| *kind).chain([DIRECTORY_BUCKET]);
        for kind in others.filter(|kind| !USERS.contains(kind) && !UNKEYED.contains(kind)) {
            let listings = around.estate.listings();
            if let Some(one) = around.of_type(kind).next() {
                found.unread = Some(format!("which key {} has is not read", one.name()));
            } else if listings.is_asked(kind, around.account)
                && let Err(why) = listings.listed(kind, around.account)
            {
                found.unread = Some(why);
            }
        }
        found
    }
}

/// One name for a key: replicas of a multi-Region key have one id and one key material.
fn one_name(arn: &str) -> String {
    let id = arn.rsplit_once(":key/").map(|(_, id)| id).filter(|id| id.starts_with("mrk-"));
    id.unwrap_or(arn).to_owned()
}

fn users(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let mut using: BTreeMap<&String, &String> = BTreeMap::new();
    let all = around.key_users();
    let mut unread = all.unread.clone();
    let mut nobodys = None;
    for (user, projects) in all.by_key.get(&one_name(&document.id)).into_iter().flatten() {
        match projects {
            Ok(projects) if projects.is_empty() => nobodys = Some(format!("{user} uses it and names no project")),
            Ok(projects) => using.extend(projects.iter().map(|project| (project, user))),
            Err(why) => unread = Some(format!("{user}: {why}")),
        }
    }
    if let Err(why) = only_of(document, &document.account) {
        unread = Some(why);
    }
    let origin = derived(document, &["KeyPolicy", "Grants"]);
    let mut projects = Found::default();
    let mut sharing = Found::default();
    for (project, user) in &using {
        projects.add(*project);
        if using.len() > 1 {
            sharing.add(format!("{project}: {user}"));
        }
    }
    if let Some(why) = unread {
        projects.doubt(&why);
        sharing.doubt(why);
    }
    if let Some(why) = nobodys {
        sharing.doubt(why);
    }
    projects.put(entity, "usingProjects", &origin);
    sharing.put(entity, "sharingProjects", &origin);
}

/// Whether nothing outside of its account can be encrypted with a key.
fn only_of(key: &ResourceDocument, account: &str) -> Result<(), String> {
    let elsewhere = |arn: &str| arn.starts_with("arn:") && arn.split(':').nth(4) != Some(account);
    let mut own = Guards::default();
    own.add(key, "KeyPolicy", "its policy", Form::Resource);
    if let Some(gap) = own.gaps.first() {
        return Err(gap.clone());
    }
    for statement in own.guards.iter().map(|g| &g.statement).filter(|s| s.effect == Effect::Allow && is_use(s, key)) {
        let others = match &statement.principals {
            Principals::List(list) => list
                .iter()
                .any(|p| p.kind == "AWS" && p.value != account && (elsewhere(&p.value) || is_account(&p.value))),
            _ => !statement.conditions.iter().any(|c| {
                c.key == "kms:calleraccount" && is_equality(&c.operator) && c.values.iter().all(|v| v == account)
            }),
        };
        if others {
            return Err(format!("{} lets other accounts use it, whose stores are not seen here", statement.label));
        }
    }
    match grants(key)?.iter().find(|(grantee, _)| elsewhere(grantee)) {
        Some((grantee, _)) => Err(format!("a grant lets {grantee} use it, whose stores are not seen here")),
        None => Ok(()),
    }
}

fn is_account(value: &str) -> bool {
    value.len() == 12 && value.bytes().all(|b| b.is_ascii_digit())
}

fn is_equality(operator: &str) -> bool {
    matches!(operator, "StringEquals" | "StringEqualsIgnoreCase" | "StringLike" | "ArnEquals" | "ArnLike")
}

/// Whether a statement may be about the use of the key.
fn is_use(statement: &Statement, key: &ResourceDocument) -> bool {
    let creates = statement.may_be_about("kms:CreateGrant", &key.id)
        && !statement.conditions.iter().any(|c| {
            // With the condition, only services of AWS make grants on the caller's behalf.
            c.key == "kms:grantisforawsresource"
                && c.operator == "Bool"
                && !c.if_exists
                && c.values.iter().all(|v| v.eq_ignore_ascii_case("true"))
        });
    creates || USES.iter().any(|operation| statement.may_be_about(&format!("kms:{operation}"), &key.id))
}

/// Grantees with their operations, where one of these uses the key.
fn grants(key: &ResourceDocument) -> Result<Vec<(&str, &str)>, String> {
    let list = crate::graph::organizations::known(key, "Grants")?.as_array().ok_or("Grants is no list")?;
    let mut found = Vec::new();
    for grant in list {
        let operations = grant.get("Operations").and_then(Value::as_array).ok_or("a grant says no operations")?;
        let used = operations.iter().filter_map(Value::as_str).find(|o| USES.contains(o) || *o == "CreateGrant");
        if let Some(used) = used {
            let grantee = grant.get("GranteePrincipal").and_then(Value::as_str).ok_or("a grant names no grantee")?;
            found.push((grantee, used));
        }
    }
    Ok(found)
}

fn admitted(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    const FACTS: [&str; 2] = ["openStatements", "strangers"];
    let mine = match of_resource(document, around.declared) {
        Ok(mine) => mine,
        Err(why) => return withhold_all(entity, &FACTS, &why),
    };
    let mut own = Guards::default();
    own.add(document, "KeyPolicy", "its policy", Form::Resource);
    let (mut open, mut strangers) = (Found::default(), Found::default());
    for gap in &own.gaps {
        open.doubt(gap);
        strangers.doubt(gap);
    }
    let key = Key { mine: &mine, account: &document.account, around };
    for statement in own.guards.iter().map(|g| &g.statement).filter(|s| s.effect == Effect::Allow) {
        match &statement.principals {
            Principals::List(list) if is_use(statement, document) => {
                for principal in list {
                    key.judge(principal, &statement.label, &mut strangers);
                }
            }
            Principals::List(_) | Principals::Implied => {}
            Principals::Any | Principals::Not(_) => {
                let named = statement.conditions.iter().any(|c| {
                    c.key == "kms:calleraccount"
                        && is_equality(&c.operator)
                        && !c.if_exists
                        && c.quantifier.is_none()
                        && c.values.iter().all(|v| is_account(v))
                });
                if !named {
                    open.add(&statement.label);
                }
            }
        }
    }
    match grants(document) {
        Ok(grants) => {
            for (grantee, operation) in grants {
                let kind = if grantee.starts_with("arn:") { "AWS" } else { "Service" };
                let principal = Principal { kind: kind.to_owned(), value: grantee.to_owned() };
                key.judge(&principal, &format!("a grant of {operation}"), &mut strangers);
            }
        }
        Err(why) => strangers.doubt(why),
    }
    open.put(entity, "openStatements", &derived(document, &["KeyPolicy"]));
    strangers.put(entity, "strangers", &derived(document, &["KeyPolicy", "Grants", "tags"]));
}

struct Key<'a> {
    mine: &'a Projects,
    account: &'a str,
    around: &'a Surroundings<'a>,
}

impl Key<'_> {
    /// Adds a principal that is certainly neither of the project nor of a persona that works for all. An account as a whole
    /// leaves it to its own policies, which path analysis weighs.
    fn judge(&self, principal: &Principal, label: &str, strangers: &mut Found) {
        let value = principal.value.as_str();
        if principal.kind == "Service" {
            return;
        }
        let whole = is_account(value) || value.ends_with(":root");
        if whole {
            let account = value.split(':').nth(4).unwrap_or(value);
            if account != self.account {
                match tre::is_tre_account(self.around.declared, account) {
                    Ok(true) => {}
                    Ok(false) => strangers.add(format!("{label}: account {account}")),
                    Err(why) => strangers.doubt(why),
                }
            }
            return;
        }
        match self.is_stranger(value) {
            Ok(true) => strangers.add(format!("{label}: {value}")),
            Ok(false) => {}
            Err(why) => strangers.doubt(format!("{label}: {why}")),
        }
    }

    fn is_stranger(&self, arn: &str) -> Result<bool, String> {
        // The id of a deleted user or role, which nobody can be again.
        if arn.starts_with("AROA") || arn.starts_with("AIDA") {
            return Ok(false);
        }
        let Some((account, name, path)) = role_name(arn) else {
            return Err(format!("of which project {arn} is, is not read"));
        };
        // A role of somebody else's account may have any name.
        if account != self.account && !tre::is_tre_account(self.around.declared, account)? {
            return Ok(true);
        }
        // No role of a customer can have such a name: a service acts under it.
        if name.starts_with("aws:") {
            return Ok(false);
        }
        let found = role(arn, self.around).ok();
        let path = match (&path, found) {
            (Some(path), _) => path.clone(),
            (None, Some(found)) => crate::graph::organizations::text(found, "Path")?.to_owned(),
            (None, None) => return Err(format!("the role of {arn} was not seen in this account")),
        };
        if path.starts_with(persona::SERVICE_LINKED_PATH) {
            return Ok(false);
        }
        let matches = persona::of_role(self.around.declared, name, &path);
        if matches.any_of(&ALL_PROJECTS) == Ok(true) {
            return Ok(false);
        }
        let named: BTreeSet<&String> = matches.certain.iter().filter_map(|m| m.project.as_ref()).collect();
        let of = match found {
            Some(role) => of_role(role, self.around.declared),
            None if named.is_empty() => Err(format!("the role {arn} was not seen in this account")),
            None => Ok(named.into_iter().cloned().collect()),
        }?;
        // A role of several projects is a stranger to each of them.
        if of.is_empty() || !of.is_subset(self.mine) {
            return matches.any_of(&ALL_PROJECTS).map(|_| true);
        }
        Ok(false)
    }
}
