//! What is certainly allowed, as far as that can be told without the analysis of effective access.
//!
//! May import: `model`, `graph`. Guarantees: what is named is allowed, because nothing that was read stands against it; an
//! empty set says nothing at all, so that a control may fail by these facts and never be met by them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::iam::{add_own_policies, is_research_role};
use super::organizations::text;
use super::perimeter::{Guards, SERVICE_CONTROL, binding};
use super::statement::{Condition, Document, Effect, Form, Patterns, Principals, Statement, covers};
use super::{Surroundings, membership};
use crate::model::document::ResourceDocument;

/// Conditions of a Deny that a caller of the own organisation meets by asking over TLS, as every SDK does.
const HARMLESS: [&str; 6] = [
    "aws:securetransport",
    "s3:tlsversion",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
];

/// Policies by which an identity may do everything, where it has no boundary and no policy denies anything.
pub(super) fn full_access(identity: &ResourceDocument, around: &Surroundings<'_>) -> BTreeSet<String> {
    let attached = identity.facet("ManagedPolicyArns").and_then(Value::as_array).into_iter().flatten();
    let administrator = attached
        .filter_map(Value::as_str)
        .find(|arn| arn.ends_with(":iam::aws:policy/AdministratorAccess"))
        .map(|arn| format!("the attached policy {arn}"));
    let mut own = Guards::default();
    add_own_policies(&mut own, identity, around);
    let everything = |s: &Statement| {
        s.effect == Effect::Allow
            && s.conditions.is_empty()
            && matches!(&s.actions, Patterns::In(list) if list.iter().any(|a| a == "*"))
            && matches!(&s.resources, Patterns::In(list) if list.iter().any(|r| r == "*"))
    };
    let found: BTreeSet<String> =
        own.guards.iter().filter(|g| everything(&g.statement)).map(|g| g.from.clone()).chain(administrator).collect();
    let denied = !own.gaps.is_empty() || own.guards.iter().any(|g| g.statement.effect == Effect::Deny);
    // The guard rails last: few identities come so far, and they are dear to read.
    if found.is_empty() || denied || !is_unhindered(identity, around) { BTreeSet::new() } else { found }
}

/// Whether neither a boundary nor a service control policy takes anything from an identity.
fn is_unhindered(identity: &ResourceDocument, around: &Surroundings<'_>) -> bool {
    if text(identity, "PermissionsBoundary") != Ok("") {
        return false;
    }
    let binding = binding(around.estate, &identity.account, SERVICE_CONTROL);
    let allows_all = |policy: &ResourceDocument| {
        let content = policy.facet("Content").map(|content| Document::parse(content, Form::Identity));
        matches!(content, Some(Ok(document)) if document.statements.iter().all(|s| {
            s.effect == Effect::Allow && matches!(&s.actions, Patterns::In(list) if list.iter().any(|a| a == "*"))
        }))
    };
    binding.gaps.is_empty() && binding.policies.iter().all(|bound| allows_all(bound.policy))
}

/// The research roles of the same account whom a resource's own policy lets do one of these actions on part of
/// `resource`, without a condition and without anything that denies it.
pub(super) fn researchers_let_in(
    document: &ResourceDocument,
    facet: &str,
    asked: &[(&str, &str)],
    around: &Surroundings<'_>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut own = Guards::default();
    own.add(document, facet, "its policy", Form::Resource);
    if !own.gaps.is_empty() {
        return found;
    }
    let hinders = |s: &Statement, (action, resource): &(&str, &str)| {
        s.effect == Effect::Deny && s.may_be_about(action, resource) && !is_harmless(&s.conditions)
    };
    let all = || own.guards.iter().chain(&around.resource_control().guards);
    for guard in own.guards.iter().filter(|g| g.statement.effect == Effect::Allow && g.statement.conditions.is_empty())
    {
        let statement = &guard.statement;
        let allowed =
            asked.iter().any(|pair| is_about_part(statement, pair) && !all().any(|g| hinders(&g.statement, pair)));
        if !allowed {
            continue;
        }
        for role in around.of_type("AWS::IAM::Role").filter(|role| is_named(&statement.principals, role, around)) {
            if is_research_role(role, around.declared) == Ok(true) && is_unhindered(role, around) {
                found.insert(format!("{}: {}", statement.label, role.name()));
            }
        }
    }
    found
}

fn is_harmless(conditions: &[Condition]) -> bool {
    conditions.iter().any(|c| HARMLESS.contains(&c.key.as_str()))
}

/// Whether a statement is about the action on some of what the resource stands for.
fn is_about_part(statement: &Statement, (action, resource): &(&str, &str)) -> bool {
    let part = match &statement.resources {
        Patterns::In(list) => list.iter().any(|p| !p.contains("${") && (covers(p, resource) || covers(resource, p))),
        _ => false,
    };
    let folded = action.to_ascii_lowercase();
    part && matches!(&statement.actions, Patterns::In(list) if list.iter().any(|p| covers(&p.to_ascii_lowercase(), &folded)))
}

fn is_named(principals: &Principals, role: &ResourceDocument, around: &Surroundings<'_>) -> bool {
    match principals {
        Principals::Any => true,
        Principals::List(list) => list.iter().filter(|p| p.kind == "AWS").any(|p| {
            p.value == role.id
                || (p.value.contains(":assumed-role/")
                    && membership::role(&p.value, around).is_ok_and(|found| found.id == role.id))
        }),
        _ => false,
    }
}
