//! S3: facts of buckets and access points.
//!
//! May import: `model`, `graph`. Guarantees: a fact that says what a bucket is for is true where a declaration or a tag
//! says so, false only where both were read, else withheld.

mod copies;
mod guards;
mod keys;
mod lifecycle;
mod stages;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::declared::{Dataset, Placed};
use super::perimeter::Guards;
use super::purpose::{STAGES, STORE_ROLES, is_role};
use super::statement::{Answer, Form, covers};
use super::{Declared, Surroundings, derive_from};
use crate::model::call::CallId;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    if document.kind == "AWS::S3::AccessPoint" {
        access_point(entity, document, around);
    } else {
        bucket(entity, document, around);
    }
}

fn bucket(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    derive_from(entity, document, "objectOwnership", &["OwnershipControls"], |facets| {
        let rules = facets.first().and_then(|v| v.get("Rules")).and_then(Value::as_array);
        match rules.map(Vec::as_slice) {
            // No ownership controls: access control lists still decide, as before April 2023.
            None | Some([]) => Ok(json!("ObjectWriter")),
            Some([rule]) => match rule.get("ObjectOwnership").and_then(Value::as_str) {
                Some(ownership) => Ok(json!(ownership)),
                None => Err("OwnershipControls is in no form that is understood".to_owned()),
            },
            Some(_) => Err("OwnershipControls has more than one rule".to_owned()),
        }
    });
    let region = if document.region.is_empty() || document.region == "unknown" {
        Err("its Region was not read".to_owned())
    } else {
        Ok(())
    };
    put(entity, "region", region.map(|()| json!(document.region)), Origin::Document);
    let place = Place::new(&document.id, Some(document), around);
    place.put(entity, "isStore", &STORE_ROLES);
    place.put(entity, "isArchive", &["archive"]);
    place.put(entity, "isAirlock", &STAGES);
    place.put(entity, "isOutbound", &["outbound"]);
    place.put(entity, "isReview", &["review"]);
    place.put(entity, "isIngress", &["ingress"]);
    place.put(entity, "isRequest", &["request"]);
    // Stages in which researchers have nothing to read.
    place.put(entity, "isClosedStage", &["ingress", "review", "rejected"]);
    place.put(entity, "isLog", &["log"]);
    place.put(entity, "holdsData", &holding_roles());
    if let Some(tags) = &document.tags {
        let mut roles: BTreeSet<&str> = place.declared.keys().map(String::as_str).collect();
        roles.extend(tags.get(&around.declared.tag_role).map(String::as_str));
        put(entity, "roles", Ok(json!(roles)), derived(document, &["tags"]));
    } else {
        entity.withhold("roles", missing(document, "tags"));
    }
    let class = super::purpose::class_tag(document, around.declared);
    let class = class.map(|class| class.map_or_else(|| json!({}), |class| json!({ "value": class })));
    put(entity, "classTag", class, derived(document, &["tags"]));
    public_access(entity, document, around);
    register(entity, document, around);
    let policies = guards::derive(entity, document, around);
    keys::derive(entity, document, around, &policies);
    lifecycle::derive(entity, document, around);
    copies::derive(entity, document, around);
    stages::derive(entity, document, around);
    super::classification::derive_bucket(entity, document, around);
    super::macie::derive_bucket(entity, document, around);
}

fn access_point(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.facet("Bucket").and_then(Value::as_str) {
        Some(name) => {
            let bucket = around.documents.get(&("AWS::S3::Bucket".to_owned(), name.to_owned()));
            let place = Place::new(name, bucket, around);
            place.put(entity, "holdsData", &holding_roles());
        }
        None => entity.withhold("holdsData", missing(document, "Bucket")),
    }
    let mut calls = BTreeSet::new();
    calls.extend(document.calls.get("Policy").cloned());
    let mut policy = Guards::default();
    policy.add(document, "Policy", "the access point's policy", Form::Resource);
    put(
        entity,
        "outsideGrants",
        super::grants::outside_grants(&policy, document, around),
        Origin::Derived(calls.into_iter().collect()),
    );
}

/// The key of the customer's that a bucket encrypts with by default, as an ARN or the ARN of an alias.
pub(super) fn default_key(document: &ResourceDocument) -> Result<Option<String>, String> {
    keys::default_encryption(document).map(|default| default.key)
}

/// Whether a bucket is a store, by the declaration or by its tag.
///
/// # Errors
/// What would say so was not read or not declared.
pub(super) fn is_store(
    name: &str,
    document: Option<&ResourceDocument>,
    around: &Surroundings<'_>,
) -> Result<bool, String> {
    Place::new(name, document, around).is(&STORE_ROLES)
}

/// The roles of stores and stages.
fn holding_roles() -> Vec<&'static str> {
    STORE_ROLES.iter().chain(&STAGES).copied().collect()
}

/// Sets a fact, or withholds it for the reason given.
fn put(entity: &mut Entity, name: &str, value: Result<Value, String>, origin: Origin) {
    match value {
        Ok(value) => entity.set(name, value, origin),
        Err(reason) => entity.withhold(name, reason),
    }
}

/// Sets the ways out that an answer names; yes is the empty set.
fn put_answer(entity: &mut Entity, name: &str, answer: Answer, calls: &BTreeSet<CallId>) {
    let origin = Origin::Derived(calls.iter().cloned().collect());
    let value = match answer {
        Answer::Yes => Ok(json!([])),
        Answer::No(ways) => Ok(json!(ways)),
        Answer::Unknown(why) => Err(why),
    };
    put(entity, name, value, origin);
}

/// Derived from the calls behind these facets.
fn derived(document: &ResourceDocument, facets: &[&str]) -> Origin {
    Origin::Derived(facets.iter().filter_map(|f| document.calls.get(*f).cloned()).collect())
}

/// Why a facet is not known.
fn missing(document: &ResourceDocument, facet: &str) -> String {
    document.missing.get(facet).cloned().unwrap_or_else(|| format!("no source gave {facet}"))
}

/// A facet that was read.
pub(super) fn read<'d>(document: &'d ResourceDocument, facet: &str) -> Result<&'d Value, String> {
    match document.facet(facet) {
        Some(value) if !document.missing.contains_key(facet) => Ok(value),
        _ => Err(missing(document, facet)),
    }
}

/// `arn:aws:s3:::name`, in the bucket's own partition.
pub(super) fn bucket_arn(document: &ResourceDocument) -> String {
    document.arn.clone().unwrap_or_else(|| format!("arn:{}:s3:::{}", partition(document), document.id))
}

fn partition(document: &ResourceDocument) -> &'static str {
    super::partition(&document.region)
}

/// What a bucket is for: by declaration (role to its place) and by tag.
#[derive(Debug)]
struct Place<'a> {
    declared: BTreeMap<String, String>,
    /// `Err`: tags were not read. `Ok(None)`: no such tag.
    tagged: Result<Option<&'a str>, String>,
    /// Why a role that neither names is not simply absent: the table that would say so is not there.
    undeclared: BTreeMap<&'static str, String>,
    origin: Origin,
}

impl<'a> Place<'a> {
    fn new(name: &str, document: Option<&'a ResourceDocument>, around: &Surroundings<'_>) -> Self {
        let mut declared: BTreeMap<String, String> = around.declared.roles_of_bucket(name).into_iter().collect();
        let trails = around.estate.documents("AWS::CloudTrail::Trail");
        if trails.iter().any(|t| t.facet("S3BucketName").and_then(Value::as_str) == Some(name)) {
            // A trail that writes there makes it a log bucket, whatever is declared.
            declared.entry("log".to_owned()).or_default();
        }
        let tagged = match document {
            // No tag can be read whose key is not known.
            Some(_) if around.declared.given && around.declared.tag_role.is_empty() => {
                Err("the tag key of [tre.tags] role was set aside".to_owned())
            }
            Some(document) => match &document.tags {
                Some(tags) if !document.missing.contains_key("tags") => {
                    Ok(tags.get(&around.declared.tag_role).map(String::as_str))
                }
                _ => Err(missing(document, "tags")),
            },
            None => Err(format!("bucket {name} was not seen in this account")),
        };
        let mut undeclared = BTreeMap::new();
        // A tag of some other role settles what a bucket is where no file speaks, if it is one that is known; an airlock has
        // to be declared, since its stages are only known together.
        let settled = matches!(tagged, Ok(Some(role)) if is_role(role));
        if around.declared.datasets.is_none() && !settled {
            undeclared.insert("store", "tre.toml declares no [[dataset]]".to_owned());
        }
        if around.declared.airlock.is_none() {
            undeclared.insert("airlock", "tre.toml declares no [airlock]".to_owned());
        }
        if around.declared.log_buckets.is_empty() && !settled {
            undeclared.insert("log", "tre.toml declares no [logging] buckets".to_owned());
        } else if let Err(why) = around.estate.listed_somewhere("AWS::CloudTrail::Trail") {
            undeclared.insert("log", why);
        } else if let Some(unread) = trails.iter().find(|t| read(t, "S3BucketName").is_err()) {
            undeclared.insert("log", missing(unread, "S3BucketName"));
        }
        // What was set aside may name this bucket, whatever its tag says.
        for (role, table) in [("store", "dataset"), ("airlock", "airlock"), ("log", "logging")] {
            if let Some(why) = around.declared.set_aside.get(table) {
                undeclared.insert(role, why.clone());
            }
        }
        let origin = document.map_or(Origin::Derived(Vec::new()), |d| derived(d, &["tags"]));
        Self { declared, tagged, undeclared, origin }
    }

    /// Whether it has one of these roles, or why that cannot be told.
    fn is(&self, roles: &[&str]) -> Result<bool, String> {
        let wanted = |role: &str| roles.contains(&role);
        if self.declared.keys().any(|role| wanted(role)) {
            return Ok(true);
        }
        if let Ok(Some(role)) = &self.tagged
            && roles.iter().any(|wanted| wanted.eq_ignore_ascii_case(role))
        {
            return Ok(true);
        }
        for role in roles {
            let table = match *role {
                "log" => "log",
                stage if STAGES.contains(&stage) => "airlock",
                // The declaration knows no archive: only a tag does.
                "archive" if roles.len() == 1 => continue,
                _ => "store",
            };
            if let Some(reason) = self.undeclared.get(table) {
                return Err(reason.clone());
            }
        }
        self.tagged.as_ref().map(|_| false).map_err(Clone::clone)
    }

    fn put(&self, entity: &mut Entity, name: &str, roles: &[&str]) {
        let place = self.declared.iter().find(|(role, place)| roles.contains(&role.as_str()) && !place.is_empty());
        let origin = place.map_or_else(|| self.origin.clone(), |(_, place)| Origin::Declared(place.clone()));
        put(entity, name, self.is(roles).map(|is| json!(is)), origin);
    }
}

/// The accounts that the declaration names, or why there are none.
fn tre_accounts(declared: &Declared) -> Result<BTreeSet<&str>, String> {
    let accounts = declared.accounts.as_ref().ok_or("tre.toml declares no [tre] accounts")?;
    Ok(accounts.values().flatten().map(|a| a.text.as_str()).collect())
}

/// Flags of the public access block that are on neither for the bucket nor for its account.
///
/// Where a flag is certainly off, the set may lack others that could not be read: it is not empty all the same, so this
/// cannot turn into met.
fn public_access(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    const FACET: &str = "PublicAccessBlockConfiguration";
    let account = around.documents.get(&("AWS::Account".to_owned(), document.account.clone()));
    let of_bucket = read(document, FACET);
    let of_account = match account {
        Some(account) => read(account, FACET),
        None => Err("the public access block of the account was not read".to_owned()),
    };
    let flag = |side: &Result<&Value, String>, name: &str| match side {
        // Absent inside the facet: AWS answered that it is not set.
        Ok(value) => Ok(value.get(name).and_then(Value::as_bool).unwrap_or(false)),
        Err(why) => Err(why.clone()),
    };
    let mut open = BTreeSet::new();
    let mut unknown = None;
    for name in ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"] {
        match (flag(&of_bucket, name), flag(&of_account, name)) {
            (Ok(true), _) | (_, Ok(true)) => {}
            (Ok(false), Ok(false)) => {
                open.insert(name);
            }
            (Err(why), _) | (_, Err(why)) => unknown = Some(why),
        }
    }
    let mut calls: BTreeSet<CallId> = document.calls.get(FACET).cloned().into_iter().collect();
    calls.extend(account.and_then(|a| a.calls.get(FACET).cloned()));
    let value = match unknown {
        Some(why) if open.is_empty() => Err(why),
        _ => Ok(json!(open)),
    };
    put(entity, "openAccessFlags", value, Origin::Derived(calls.into_iter().collect()));
}

/// The declared datasets of a bucket.
pub(super) fn datasets<'d>(name: &str, declared: &'d Declared) -> Result<Vec<&'d Dataset>, String> {
    let all = declared.datasets.as_ref().ok_or("tre.toml declares no [[dataset]]")?;
    if let Some(why) = declared.set_aside.get("dataset") {
        return Err(why.clone());
    }
    let wanted = format!("s3:{name}");
    Ok(all.iter().filter(|d| d.stores.iter().any(|s| s.text == wanted)).collect())
}

/// Datasets that name the bucket, what their entries leave empty, and the projects that may use them.
fn register(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let found = match datasets(&document.id, around.declared) {
        Ok(found) => found,
        Err(why) => {
            for fact in ["datasets", "emptyDatasetFields"] {
                entity.withhold(fact, why.clone());
            }
            Vec::new()
        }
    };
    let origin = found.first().map_or(Origin::Derived(Vec::new()), |d| Origin::Declared(d.place.clone()));
    let names: BTreeSet<&str> = found.iter().map(|d| d.id.as_str()).collect();
    let mut empty = BTreeSet::new();
    for dataset in &found {
        for field in ["owner", "source", "legal_basis", "delete_by"] {
            let filled = dataset.fields.contains_key(field) || (field == "delete_by" && dataset.delete_by.is_some());
            if !filled {
                empty.insert(format!("{}: {field}", dataset.id));
            }
        }
    }
    entity.set("datasets", json!(names), origin.clone());
    entity.set("emptyDatasetFields", json!(empty), origin);
    // A project is that of the tag, or one that declares a dataset of the bucket.
    let mut projects: BTreeSet<&str> = BTreeSet::new();
    for project in around.declared.projects.iter().flatten() {
        if project.datasets.iter().any(|d| names.contains(d.as_str())) {
            projects.insert(&project.id);
        }
    }
    match document.tags.as_ref().map(|tags| tags.get(&around.declared.tag_project)) {
        Some(tag) => projects.extend(tag.map(String::as_str)),
        None => entity.withhold("projects", missing(document, "tags")),
    }
    for (table, declared) in
        [("[[project]]", around.declared.projects.is_some()), ("[[dataset]]", around.declared.datasets.is_some())]
    {
        if projects.is_empty() && !declared {
            entity.withhold("projects", format!("tre.toml declares no {table}"));
        }
    }
    put(entity, "projects", Ok(json!(projects)), derived(document, &["tags"]));
}

/// The texts of a declared list.
fn texts<'d>(table: Option<&'d BTreeMap<String, Vec<Placed>>>, name: &str) -> Option<BTreeSet<&'d str>> {
    table?.get(name).map(|list| list.iter().map(|p| p.text.as_str()).collect())
}

/// Whether an ARN in a policy is one of the principals that the declaration means: the same ARN, or `role:NAME` (with
/// `*` and `{project}`) of an account of the TRE, or `sso:PERMISSION-SET`.
///
/// An ARN with a wildcard is only ever what the declaration says letter for letter, since a wildcard in the account would
/// let in a role of that name of anyone's account.
fn names_principal(value: &str, patterns: &[Placed], declared: &Declared, own_account: &str) -> bool {
    if patterns.iter().any(|p| p.text == value) {
        return true;
    }
    let mut parts = value.splitn(6, ':').skip(4);
    let (Some(account), Some(resource)) = (parts.next(), parts.next()) else { return false };
    let in_tre = account == own_account || tre_accounts(declared).is_ok_and(|a| a.contains(account));
    let Some(path) = resource.strip_prefix("role/") else { return false };
    // A wildcard before the account may reach over colons, into the path of a role of anyone's account.
    let before = value.split(':').take(4).any(|part| part.contains(['*', '?']));
    if !in_tre || before || !value.starts_with("arn:") {
        return false;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    patterns.iter().any(|pattern| {
        if let Some(set) = pattern.text.strip_prefix("sso:") {
            // Only Identity Center can make roles below this path, so a wildcard for the suffix is harmless.
            let reserved = path.starts_with("aws-reserved/sso.amazonaws.com/");
            let suffix = name.strip_prefix("AWSReservedSSO_").and_then(|n| n.strip_prefix(set));
            let hash = suffix.and_then(|s| s.strip_prefix('_'));
            return reserved
                && !path.trim_end_matches('*').contains(['*', '?'])
                && hash.is_some_and(|h| h == "*" || h.chars().all(|c| c.is_ascii_alphanumeric()));
        }
        let Some(role) = pattern.text.strip_prefix("role:") else { return false };
        if path.contains(['*', '?']) || path.contains("${") {
            return false;
        }
        if !role.contains("{project}") {
            return covers(role, name);
        }
        declared.projects.iter().flatten().any(|p| covers(&role.replace("{project}", &p.id), name))
    })
}
