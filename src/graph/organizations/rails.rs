//! Guard rails: what the policies of the organisation deny in an account, and the ways around them.
//!
//! May import: `model`, `graph`. Guarantees: an empty set of ways means that one statement denies every request that the
//! rule is about, apart from what the declaration lets out. A way that is named is one that a statement leaves open as it
//! is written, whether or not an identity could take it, which errs towards failing.

use std::collections::BTreeSet;

use serde_json::json;

use crate::graph::declared::Declared;
use crate::graph::iam::Found;
use crate::graph::perimeter::{Guards, SERVICE_CONTROL, binding, organisation};
use crate::graph::statement::{
    Answer, Condition, Effect, Form, Given, Guard, Patterns, Scenario, Statement, covers, denies,
};
use crate::graph::{Estate, Surroundings, iam};
use crate::model::call::CallId;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// Actions that a guard rail on Regions has to let pass; the file says where they come from.
const GLOBAL_ACTIONS: &str = include_str!("global_actions.txt");

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let account = document.account.as_str();
    let service = service_control(around.estate, account);
    settle(entity, "waysAroundRegions", &service, regions(&service.guards, around.declared));

    let mut resource = Guards::default();
    resource.extend(around.resource_control());
    let identities = organisation(around.estate).map(|own| outsiders(&resource.guards, own, around.declared));
    settle(entity, "waysForOutsiders", &resource, identities.unwrap_or_else(Answer::Unknown));

    let own = organisation(around.estate);
    let beyond = own
        .as_ref()
        .map_or_else(|reason| Answer::Unknown(reason.clone()), |own| resources(&service.guards, own, around.declared));
    settle(entity, "waysToOutside", &service, beyond);
    research_roles(entity, own.ok(), around);
}

/// The service control policies that bind an account.
pub(in crate::graph) fn service_control(estate: &Estate, account: &str) -> Guards {
    let mut guards = Guards::default();
    let bound = binding(estate, account, SERVICE_CONTROL);
    guards.gaps.extend(bound.gaps);
    for bound in bound.policies {
        guards.add(bound.policy, "Content", &format!("policy {}", bound.policy.id), Form::Identity);
    }
    guards
}

/// Yes: no way. No: the ways. Not known: withheld.
fn settle(entity: &mut Entity, fact: &str, guards: &Guards, answer: Answer) {
    let origin = Origin::Derived(guards.calls.iter().cloned().collect());
    match guards.settle(answer) {
        Answer::Yes => entity.set(fact, json!([]), origin),
        Answer::No(ways) => entity.set(fact, json!(ways), origin),
        Answer::Unknown(reason) => entity.withhold(fact, reason),
    }
}

/// What a guard rail may let out.
pub(in crate::graph) struct Exempt<'a> {
    pub(in crate::graph) action: &'a dyn Fn(&str) -> bool,
    pub(in crate::graph) resource: &'a dyn Fn(&str) -> bool,
}

impl Exempt<'_> {
    /// Nothing at all.
    pub(in crate::graph) const NOTHING: Exempt<'static> = Exempt { action: &|_| false, resource: &|_| false };
}

/// Whether one statement denies every action on every resource, apart from the exempt ones, whenever the conditions of
/// the rule hold. `keys` are those without which a statement is not about the rule at all.
pub(in crate::graph) fn denies_all(
    guards: &[Guard],
    keys: &[&str],
    exempt: &Exempt<'_>,
    implies: &dyn Fn(&Condition) -> Answer,
) -> Answer {
    let mut best = Answer::no("no statement denies it");
    for guard in guards.iter().filter(|g| g.statement.effect == Effect::Deny && g.statement.is_for_everyone()) {
        let statement = &guard.statement;
        let about = |c: &Condition| keys.contains(&c.key.as_str());
        if !statement.conditions.is_empty() && !statement.conditions.iter().any(about) {
            continue;
        }
        let answer = statement.conditions.iter().map(implies).fold(scope(statement, exempt), Answer::and);
        best = match (best, answer) {
            (_, Answer::Yes) => return Answer::Yes,
            (_, Answer::Unknown(why)) => Answer::Unknown(format!("{}: {why}", guard.from)),
            (Answer::Unknown(why), _) => Answer::Unknown(why),
            (Answer::No(narrowest), Answer::No(ways)) => {
                let ways: BTreeSet<String> =
                    ways.into_iter().map(|way| format!("{} ({}): {way}", guard.from, statement.label)).collect();
                // The statement that leaves the fewest ways is the one that is meant; the first line is a placeholder.
                let placeholder = narrowest.iter().all(|w| w == "no statement denies it");
                Answer::No(if placeholder || ways.len() < narrowest.len() { ways } else { narrowest })
            }
            (Answer::Yes, _) => return Answer::Yes,
        };
    }
    best
}

/// Whether the statement is about everything but exempt actions and resources.
fn scope(statement: &Statement, exempt: &Exempt<'_>) -> Answer {
    let of = |patterns: &Patterns, what: &str, may: &dyn Fn(&str) -> bool| match patterns {
        Patterns::Implied => Answer::Yes,
        Patterns::In(list) if list.iter().any(|p| covers(p, "*")) => Answer::Yes,
        Patterns::In(list) => {
            let some = list.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
            Answer::no(format!("it is about the {what}s {some} only"))
        }
        Patterns::Not(list) => list
            .iter()
            .filter(|p| !may(p))
            .map(|p| Answer::no(format!("it lets out the {what} {p}")))
            .fold(Answer::Yes, Answer::and),
    };
    of(&statement.actions, "action", exempt.action).and(of(&statement.resources, "resource", exempt.resource))
}

/// Whether an exemption lies within one of these patterns; actions do not depend on case.
pub(in crate::graph) fn within(patterns: &[impl AsRef<str>], exemption: &str) -> bool {
    let exemption = exemption.to_ascii_lowercase();
    patterns.iter().any(|p| covers(&p.as_ref().to_ascii_lowercase(), &exemption))
}

/// A list of `[perimeter]`; a list that is not declared is empty, the default of the form.
pub(in crate::graph) fn perimeter<'a>(declared: &'a Declared, list: &str) -> Vec<&'a str> {
    let lists = declared.perimeter.as_ref();
    lists.and_then(|p| p.get(list)).into_iter().flatten().map(|p| p.text.as_str()).collect()
}

/// Whether everything outside the declared Regions is denied.
fn regions(guards: &[Guard], declared: &Declared) -> Answer {
    let Some(approved) = &declared.regions else {
        return Answer::Unknown("tre.toml declares no [tre] regions".to_owned());
    };
    let global: Vec<&str> =
        GLOBAL_ACTIONS.lines().filter(|l| !l.starts_with('#')).map(str::trim).filter(|l| !l.is_empty()).collect();
    let region = |value: &str| {
        if approved.iter().any(|r| r.text == value) {
            Answer::Yes
        } else {
            Answer::no(format!("it lets the Region {value} pass"))
        }
    };
    let principal = |value: &str| landing_zone(declared, value);
    let scenario = Scenario::any()
        .with("aws:requestedregion", Given::PresentOutside(&region))
        .with("aws:principalarn", Given::PresentOutside(&principal));
    let action = |pattern: &str| within(&global, pattern);
    let exempt = Exempt { action: &action, resource: &|_| false };
    denies_all(guards, &["aws:requestedregion"], &exempt, &|c| scenario.implies(c))
}

/// Whether a pattern of `aws:PrincipalArn` names a role that deploys the environment or the landing zone. A pattern is
/// allowed only as it is declared: what `*` may stand for is not ours to say.
fn landing_zone(declared: &Declared, pattern: &str) -> Answer {
    let role = pattern.split_once(":role/").map(|(_, role)| role);
    let name = role.map(|r| r.rsplit_once('/').map_or(r, |(_, name)| name));
    let allowed = declared
        .deploy_roles
        .iter()
        .any(|d| d.text == pattern || Some(d.text.as_str()) == role || Some(d.text.as_str()) == name);
    if allowed { Answer::Yes } else { Answer::no(format!("it exempts {pattern}, which [operations] does not name")) }
}

/// Whether identities from outside the organisation are denied the services that resource control policies cover.
fn outsiders(guards: &[Guard], own: &str, declared: &Declared) -> Answer {
    let suppliers = [perimeter(declared, "suppliers"), perimeter(declared, "accounts")].concat();
    let ours = |value: &str| {
        if value == own { Answer::Yes } else { Answer::no(format!("it lets the organisation {value} in")) }
    };
    let supplier = |value: &str| {
        if suppliers.contains(&value) {
            Answer::Yes
        } else {
            Answer::no(format!("it lets {value} in, which [perimeter] does not name"))
        }
    };
    let scenario = Scenario::any()
        .with("aws:principalorgid", Given::Outside(&ours))
        .with("aws:principalaccount", Given::Outside(&supplier))
        .with("aws:principalarn", Given::Outside(&supplier))
        .with("aws:principalisawsservice", Given::FalseOrAbsent);
    [("s3:*", "*"), ("kms:*", "*"), ("sqs:*", "*"), ("secretsmanager:*", "*"), ("sts:AssumeRole", "*")]
        .into_iter()
        .map(|asked| match denies(guards, &[asked], &scenario) {
            Answer::No(ways) => Answer::No(ways.into_iter().map(|way| format!("{}: {way}", asked.0)).collect()),
            other => other,
        })
        .fold(Answer::Yes, Answer::and)
}

/// Whether requests on resources of other organisations are denied.
pub(in crate::graph) fn resources(guards: &[Guard], own: &str, declared: &Declared) -> Answer {
    let exceptions = perimeter(declared, "aws_owned");
    let ours = |value: &str| {
        if value == own { Answer::Yes } else { Answer::no(format!("it lets resources of {value} pass")) }
    };
    let scenario = Scenario::any().with("aws:resourceorgid", Given::PresentOutside(&ours));
    let action = |pattern: &str| within(&exceptions, pattern);
    let resource = |pattern: &str| exceptions.iter().any(|e| covers(e, pattern));
    let exempt = Exempt { action: &action, resource: &resource };
    denies_all(guards, &["aws:resourceorgid"], &exempt, &|c| scenario.implies(c))
}

/// Research and workspace roles of the account, and those whose boundary does not hold them inside the organisation. One
/// that is certainly not held settles the matter, whatever is not known of the others.
fn research_roles(entity: &mut Entity, own: Option<&str>, around: &Surroundings<'_>) {
    let (mut all, mut unbound, mut calls) = (Found::default(), Found::default(), BTreeSet::new());
    if let Err(reason) = around.estate.listings().listed("AWS::IAM::Role", &entity.account) {
        all.doubt(reason.clone());
        unbound.doubt(reason);
    }
    for role in around.of_type("AWS::IAM::Role") {
        match iam::is_research_role(role, around.declared) {
            Ok(true) => all.add(role.id.clone()),
            Ok(false) => continue,
            Err(reason) => {
                all.doubt(reason.clone());
                unbound.doubt(reason);
                continue;
            }
        }
        let bound = iam::boundary(role, around).and_then(|boundary| {
            let own = own.ok_or("the organisation is not known")?;
            calls.extend(role.calls.get("PermissionsBoundary").cloned());
            calls.extend(boundary.calls.iter().cloned());
            Ok(boundary.settle(resources(&boundary.guards, own, around.declared)))
        });
        match bound {
            Ok(Answer::Yes) => {}
            Ok(Answer::No(ways)) => {
                unbound.add(format!("{} ({})", role.id, ways.into_iter().collect::<Vec<_>>().join("; ")));
            }
            Ok(Answer::Unknown(reason)) | Err(reason) => unbound.doubt(reason),
        }
    }
    let origin = Origin::Derived(calls.into_iter().collect());
    all.put(entity, "researchRoles", &origin);
    unbound.put(entity, "rolesReachingOutside", &origin);
}

/// Whether the identities of an account are denied everything outside it (and its sister accounts), so that no path can
/// lead from it into another account.
pub(super) fn confined(estate: &Estate, account: &str, sisters: &BTreeSet<&str>) -> Result<BTreeSet<CallId>, String> {
    let guards = service_control(estate, account);
    let own = |value: &str| {
        if value == account || sisters.contains(value) {
            Answer::Yes
        } else {
            Answer::no(format!("it lets account {value} pass"))
        }
    };
    let scenario = Scenario::any().with("aws:resourceaccount", Given::PresentOutside(&own));
    let implies = |condition: &Condition| {
        // Whether or not the document's version replaces the variable, it stands for no other account.
        let mut condition = condition.clone();
        for value in &mut condition.values {
            if value.eq_ignore_ascii_case("${aws:PrincipalAccount}") {
                account.clone_into(value);
            }
        }
        scenario.implies(&condition)
    };
    let answer = denies_all(&guards.guards, &["aws:resourceaccount"], &Exempt::NOTHING, &implies);
    match guards.settle(answer) {
        Answer::Yes => Ok(guards.calls),
        Answer::No(ways) => Err(format!(
            "no service control policy keeps account {account} out of the others ({})",
            ways.into_iter().next().unwrap_or_default()
        )),
        Answer::Unknown(reason) => Err(reason),
    }
}
