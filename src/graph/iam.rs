//! IAM: facts of users and roles.
//!
//! May import: `model`, `graph`. Guarantees: a role's policies are complete or there is a gap that says what is not known
//! of them; whom a role trusts is read from its own document and never guessed.

mod network;
mod trust;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::declared::Declared;
use super::organizations::{known, text};
use super::perimeter::Guards;
use super::statement::Form;
use super::{Surroundings, derive_from, persona};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// Personas that work on a project's data inside a workspace.
const RESEARCH: [&str; 2] = ["lead_researcher", "researcher"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "AWS::IAM::User" => user(entity, document),
        "AWS::IAM::Role" => {
            role(entity, document, around);
            trust::derive(entity, document, around);
            network::derive(entity, document, around);
        }
        _ => {}
    }
}

fn user(entity: &mut Entity, document: &ResourceDocument) {
    derive_from(entity, document, "activeAccessKeys", &["Credentials"], |facets| {
        let keys = facets.first().and_then(|c| c.get("AccessKeys")).and_then(Value::as_array);
        let keys = keys.ok_or("the credential report does not tell of access keys")?;
        let mut active = 0;
        for key in keys {
            match key.get("Active").and_then(Value::as_bool) {
                Some(true) => active += 1,
                Some(false) => {}
                None => return Err("the credential report does not say whether a key is active".to_owned()),
            }
        }
        Ok(json!(active))
    });
    // A password that was never used counts from the day it was set, and that from the user's creation at the latest. A
    // later change by an administrator is no use of it.
    derive_from(entity, document, "passwordIdleSince", &["Credentials", "CreateDate"], |facets| {
        let credentials = facets.first().copied().unwrap_or(&Value::Null);
        let time = |name: &str| credentials.get(name).and_then(Value::as_str);
        let since = time("PasswordLastUsed").or_else(|| time("PasswordLastChanged"));
        since
            .or_else(|| facets.get(1).and_then(|c| c.as_str()))
            .map(|t| json!(t))
            .ok_or_else(|| "CreateDate is no time".to_owned())
    });
}

fn role(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let matches = matches(document, around.declared);
    let serves =
        matches.as_ref().map_err(Clone::clone).and_then(|m| match (m.unknown.values().next(), m.certain.is_empty()) {
            (_, false) => Ok(true),
            (None, true) => Ok(false),
            (Some(reason), true) => Err(reason.clone()),
        });
    let place = matches
        .ok()
        .and_then(|m| m.certain.into_iter().next())
        .map_or_else(|| Origin::Derived(Vec::new()), |m| Origin::Declared(m.place));
    put(entity, "servesPersona", serves.map(Value::from), &place);
    put(entity, "researchRole", is_research_role(document, around.declared).map(Value::from), &place);

    duties(entity, document, around.declared);
    let identity_center = text(document, "Path").map(|p| p.starts_with(persona::IDENTITY_CENTER_PATH));
    match identity_center {
        // Its MaxSessionDuration is the longest that any session may have; the permission set says how long they are.
        Ok(true) => entity.withhold(
            "sessionSeconds",
            "the permission set decides how long sessions are: needs sso-admin:DescribePermissionSet",
        ),
        Ok(false) => {
            derive_from(entity, document, "sessionSeconds", &["MaxSessionDuration"], |facets| {
                facets.first().copied().cloned().ok_or_else(|| "no MaxSessionDuration".to_owned())
            });
        }
        Err(reason) => entity.withhold("sessionSeconds", reason),
    }
}

/// Facts about duties that have to be apart: who runs the platform, and who asks for outputs and also lets them go.
fn duties(entity: &mut Entity, document: &ResourceDocument, declared: &Declared) {
    let matches = matches(document, declared);
    let origin = Origin::Derived(document.calls.get("ManagedPolicyArns").cloned().into_iter().collect());
    let operator = matches.as_ref().map_err(Clone::clone).and_then(|m| m.any_of(&["operator"]));
    put(entity, "operatorRole", operator.map(Value::from), &Origin::Derived(Vec::new()));
    derive_from(entity, document, "administratorRole", &["ManagedPolicyArns"], |facets| {
        let arns = facets.first().and_then(|v| v.as_array()).ok_or("ManagedPolicyArns is no list")?;
        let administers =
            |arn: &Value| arn.as_str().is_some_and(|arn| arn.ends_with(":aws:policy/AdministratorAccess"));
        Ok(json!(arns.iter().any(administers)))
    });
    let mut both = Found::default();
    match &matches {
        Err(why) => both.doubt(why.clone()),
        Ok(matches) => {
            let of = |personas: [&'static str; 2]| {
                let held = matches.certain.iter().filter(move |m| personas.contains(&m.persona.as_str()));
                held.map(|m| m.project.as_deref()).collect::<BTreeSet<Option<&str>>>()
            };
            let (asks, approves) = (of(RESEARCH), of(["output_checker", "release"]));
            for (asked, approved) in asks.iter().flat_map(|a| approves.iter().map(move |b| (a, b))) {
                // A pattern without a project means all of them.
                match (asked, approved) {
                    (Some(a), Some(b)) if a != b => {}
                    (Some(id), _) | (_, Some(id)) => both.add(*id),
                    (None, None) => both.add("every project"),
                }
            }
            for why in matches.unknown.values() {
                both.doubt(why.clone());
            }
        }
    }
    both.put(entity, "askerWhoApproves", &origin);
}

fn put(entity: &mut Entity, fact: &str, value: Result<Value, String>, origin: &Origin) {
    match value {
        Ok(value) => entity.set(fact, value, origin.clone()),
        Err(reason) => entity.withhold(fact, reason),
    }
}

/// The personas of a role.
fn matches(role: &ResourceDocument, declared: &Declared) -> Result<persona::Matches, String> {
    Ok(persona::of_role(declared, text(role, "RoleName")?, text(role, "Path")?))
}

/// Whether a role is one of the researchers' or of a workspace: by a persona, or by the role tag.
pub(super) fn is_research_role(role: &ResourceDocument, declared: &Declared) -> Result<bool, String> {
    let mut by_persona = matches(role, declared)?.any_of(&RESEARCH);
    if by_persona == Ok(true) {
        return Ok(true);
    }
    let service_linked = text(role, "Path").is_ok_and(|path| path.starts_with(persona::SERVICE_LINKED_PATH));
    let named = declared.personas.iter().any(|p| RESEARCH.iter().any(|persona| p.contains_key(*persona)));
    if by_persona.is_ok() && !named && !service_linked {
        by_persona = Err("tre.toml declares no researcher in [personas]".to_owned());
    }
    if declared.given && declared.tag_role.is_empty() {
        return by_persona.and(Err("the tag key of [tre.tags] role was set aside".to_owned()));
    }
    let tags = role.tags.as_ref().filter(|_| !role.missing.contains_key("tags"));
    match tags.map(|tags| tags.get(&declared.tag_role).is_some_and(|role| role == "workspace")) {
        Some(true) => Ok(true),
        Some(false) => by_persona,
        None => {
            by_persona.and(Err(role.missing.get("tags").cloned().unwrap_or_else(|| "tags were not read".to_owned())))
        }
    }
}

/// The permissions boundary of a role; nothing where AWS answered that there is none.
pub(super) fn boundary(role: &ResourceDocument, around: &Surroundings<'_>) -> Result<Guards, String> {
    let mut guards = Guards::default();
    let arn = text(role, "PermissionsBoundary")?;
    if !arn.is_empty() {
        attach(&mut guards, arn, "the boundary", around);
    }
    Ok(guards)
}

/// Adds the inline and attached policies of a role to `guards`.
pub(super) fn add_own_policies(guards: &mut Guards, role: &ResourceDocument, around: &Surroundings<'_>) {
    match known(role, "Policies").map(Value::as_array) {
        Ok(Some(policies)) => {
            guards.calls.extend(role.calls.get("Policies").cloned());
            for policy in policies {
                let name = policy.get("PolicyName").and_then(Value::as_str).unwrap_or("without a name");
                let inline = ResourceDocument {
                    id: name.to_owned(),
                    properties: policy
                        .get("PolicyDocument")
                        .map(|d| ("PolicyDocument".to_owned(), d.clone()))
                        .into_iter()
                        .collect(),
                    ..ResourceDocument::default()
                };
                guards.add(&inline, "PolicyDocument", &format!("the inline policy {name}"), Form::Identity);
            }
        }
        Ok(None) => guards.gaps.push("Policies is no list".to_owned()),
        Err(reason) => guards.gaps.push(reason),
    }
    match known(role, "ManagedPolicyArns").map(Value::as_array) {
        Ok(Some(arns)) => {
            for arn in arns.iter().filter_map(Value::as_str) {
                attach(guards, arn, "the attached policy", around);
            }
        }
        Ok(None) => guards.gaps.push("ManagedPolicyArns is no list".to_owned()),
        Err(reason) => guards.gaps.push(reason),
    }
}

fn attach(guards: &mut Guards, arn: &str, from: &str, around: &Surroundings<'_>) {
    let key = ("AWS::IAM::ManagedPolicy".to_owned(), arn.to_owned());
    match around.documents.get(&key) {
        Some(policy) => guards.add(policy, "PolicyDocument", &format!("{from} {arn}"), Form::Identity),
        // A policy of AWS that was not read names no network or organisation of ours, so that it could add no guard rail.
        None if arn.contains(":iam::aws:policy/") => {}
        None => guards.gaps.push(format!("{from} {arn} was not read")),
    }
}

/// What is known of a set whose members are found one by one: with a member that is certain the rest cannot change a
/// verdict that asks whether it is empty, so that it is given; an empty one needs that all was seen.
#[derive(Debug, Default)]
pub(super) struct Found {
    certain: BTreeSet<String>,
    unknown: Option<String>,
}

impl Found {
    pub(super) fn add(&mut self, member: impl Into<String>) {
        self.certain.insert(member.into());
    }

    pub(super) fn doubt(&mut self, reason: impl Into<String>) {
        self.unknown.get_or_insert_with(|| reason.into());
    }

    /// Whether there is a member at all.
    pub(super) fn has_certain(&self) -> bool {
        !self.certain.is_empty()
    }

    /// Why there may be more members.
    pub(super) fn doubted(&self) -> Option<&str> {
        self.unknown.as_deref()
    }

    /// Takes in what another one found.
    pub(super) fn extend(&mut self, other: Self) {
        self.certain.extend(other.certain);
        if let Some(why) = other.unknown {
            self.doubt(why);
        }
    }

    pub(super) fn put(self, entity: &mut Entity, fact: &str, origin: &Origin) {
        match self.unknown {
            Some(reason) if self.certain.is_empty() => entity.withhold(fact, reason),
            _ => entity.set(fact, json!(self.certain), origin.clone()),
        }
    }
}
