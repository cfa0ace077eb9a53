//! Trust policies: who may assume a role, and whether the session will name the person.
//!
//! May import: `model`, `graph`. Guarantees: a principal counts as inside only when its account is known to be; Deny
//! statements of a trust policy are not weighed against what it allows, except where the question is the session's name,
//! which errs towards failing.

use serde_json::json;

use super::Found;
use crate::graph::organizations::rails::perimeter;
use crate::graph::organizations::text;
use crate::graph::perimeter::{is_inside, organisation};
use crate::graph::persona::IDENTITY_CENTER_PATH;
use crate::graph::statement::{
    Answer, Condition, Document, Effect, Form, Principal, Principals, Quantifier, Statement,
};
use crate::graph::{Surroundings, persona};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const TRUST: &str = "AssumeRolePolicyDocument";
const BY_PRINCIPAL: &str = "sts:AssumeRole";
const ALL_WAYS: [&str; 3] = [BY_PRINCIPAL, "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];

/// Variables that AWS fills in about the caller and that the caller cannot choose.
const ABOUT_THE_CALLER: [&str; 5] =
    ["${aws:username}", "${aws:userid}", "${aws:principaltag/", "${aws:sourceidentity}", "${saml:sub}"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let parsed = parse(document);
    let origin = Origin::Derived(document.calls.get(TRUST).cloned().into_iter().collect());
    match parsed {
        Ok(trust) => {
            admitted(entity, document, &trust, around, &origin);
            people(entity, document, &trust, around, &origin);
        }
        Err(reason) => {
            for fact in [
                "outsidePrincipals",
                "undeclaredProviders",
                "unboundPrincipals",
                "personPrincipals",
                "unnamedPrincipals",
            ] {
                entity.withhold(fact, reason.clone());
            }
        }
    }
}

fn parse(role: &ResourceDocument) -> Result<Document, String> {
    let value = crate::graph::organizations::known(role, TRUST)?;
    Document::parse(value, Form::Trust).map_err(|e| e.to_string())
}

/// Whether nobody but one service may assume the role.
pub(super) fn only_service(role: &ResourceDocument, service: &str) -> Result<bool, String> {
    let trust = parse(role)?;
    let mut allowed = trust.statements.iter().filter(|s| s.effect == Effect::Allow).peekable();
    Ok(allowed.peek().is_some()
        && allowed.all(|s| match &s.principals {
            Principals::List(list) => list.iter().all(|p| p.kind == "Service" && p.value == service),
            _ => false,
        }))
}

fn admits(statement: &Statement, ways: &[&str]) -> bool {
    statement.effect == Effect::Allow && ways.iter().any(|way| statement.may_be_about(way, "*"))
}

// ---- Who is admitted ---------------------------------------------------------------------------------------------

fn admitted(
    entity: &mut Entity,
    role: &ResourceDocument,
    trust: &Document,
    around: &Surroundings<'_>,
    origin: &Origin,
) {
    let (mut outside, mut undeclared, mut unbound) = (Found::default(), Found::default(), Found::default());
    let listed = [perimeter(around.declared, "suppliers"), perimeter(around.declared, "accounts")].concat();
    for statement in trust.statements.iter().filter(|s| admits(s, &ALL_WAYS)) {
        let fenced = stays_inside(statement, role, around);
        let list: &[Principal] = match &statement.principals {
            Principals::List(list) => list,
            Principals::Any | Principals::Implied => {
                match fenced {
                    Answer::Yes => {}
                    Answer::No(_) => outside.add(format!("anyone ({})", statement.label)),
                    Answer::Unknown(reason) => outside.doubt(reason),
                }
                continue;
            }
            Principals::Not(_) => {
                outside.add(format!("anyone but those named ({})", statement.label));
                continue;
            }
        };
        for principal in list {
            match principal.kind.as_str() {
                "Service" if principal.value.contains('*') => outside.add(format!("any service ({})", statement.label)),
                "Service" => {}
                "Federated" => match by_identity_center(&principal.value, role) {
                    Ok(true) => {}
                    Ok(false) => provider(&principal.value, statement, around, &mut undeclared, &mut unbound),
                    Err(reason) => undeclared.doubt(reason),
                },
                "AWS" => {
                    let Some(account) = account_of(&principal.value) else {
                        // The id of an identity that was deleted: AWS puts it in the place of the name, and it admits nobody.
                        // <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
                        if !is_unique_id(&principal.value) {
                            outside
                                .doubt(format!("the principal {} is in no form that is understood", principal.value));
                        }
                        continue;
                    };
                    match (&fenced, &inside(around, &role.account, account)) {
                        (Answer::Yes, _) | (_, Ok(true)) => {}
                        (Answer::Unknown(reason), _) | (_, Err(reason)) => outside.doubt(reason.clone()),
                        (Answer::No(_), Ok(false)) => {
                            if !listed.contains(&account) && !listed.contains(&principal.value.as_str()) {
                                outside.add(principal.value.clone());
                            } else if !is_narrowed(statement) {
                                unbound.add(format!(
                                    "{} with neither an external id nor a condition on who or where it is",
                                    principal.value
                                ));
                            }
                        }
                    }
                }
                other => outside.doubt(format!("a principal of the kind {other}")),
            }
        }
    }
    outside.put(entity, "outsidePrincipals", origin);
    undeclared.put(entity, "undeclaredProviders", origin);
    unbound.put(entity, "unboundPrincipals", origin);
}

/// The account of a principal: twelve digits, or an ARN of IAM or STS. None where a wildcard stands before the digits: as
/// text it may reach over colons, and the digits may then be part of a path that anyone can choose.
fn account_of(principal: &str) -> Option<&str> {
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    if is_account(principal) {
        return Some(principal);
    }
    let mut parts = principal.split(':');
    let (prefix, partition, service, region) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let plain = prefix == "arn" && !partition.contains(['*', '?']) && region.is_empty();
    parts.next().filter(|account| plain && matches!(service, "iam" | "sts") && is_account(account))
}

/// `AIDA…`, `AROA…`: letters and digits only.
fn is_unique_id(principal: &str) -> bool {
    principal.len() >= 16
        && principal.starts_with('A')
        && principal.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// Whether an account is one of the environment, or of the same organisation.
fn inside(around: &Surroundings<'_>, own: &str, account: &str) -> Result<bool, String> {
    let declared = around.declared.accounts.iter().flat_map(|a| a.values()).flatten();
    if around.estate.accounts.iter().any(|a| a == account) || declared.into_iter().any(|a| a.text == account) {
        return Ok(true);
    }
    is_inside(around.estate, own, account)
}

/// An operator that holds only when the key is there and one of the values fits.
fn demands(condition: &Condition) -> bool {
    !condition.if_exists
        && condition.quantifier != Some(Quantifier::All)
        && !condition.values.is_empty()
        && matches!(
            condition.operator.as_str(),
            "StringEquals" | "StringEqualsIgnoreCase" | "StringLike" | "ArnEquals" | "ArnLike" | "IpAddress"
        )
}

/// Whether a condition keeps the statement to the organisation or to accounts inside.
fn stays_inside(statement: &Statement, role: &ResourceDocument, around: &Surroundings<'_>) -> Answer {
    let mut doubt = None;
    for condition in statement.conditions.iter().filter(|c| demands(c)) {
        let every = |fits: &dyn Fn(&str) -> Result<bool, String>| {
            condition.values.iter().try_fold(true, |all, v| fits(v).map(|fits| all && fits))
        };
        let kept = match condition.key.as_str() {
            "aws:principalorgid" => organisation(around.estate).and_then(|own| every(&|v| Ok(v == own))),
            "aws:principalorgpaths" => organisation(around.estate)
                .and_then(|own| every(&|v| Ok(v.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'))))),
            "aws:principalaccount" => every(&|v| account_of(v).map_or(Ok(false), |a| inside(around, &role.account, a))),
            "aws:principalarn" => every(&|v| account_of(v).map_or(Ok(false), |a| inside(around, &role.account, a))),
            _ => continue,
        };
        match kept {
            Ok(true) => return Answer::Yes,
            Ok(false) => {}
            Err(reason) => doubt = Some(reason),
        }
    }
    doubt.map_or_else(|| Answer::no("no condition keeps it inside"), Answer::Unknown)
}

/// Whether a supplier has to prove more than its account: an external id, or a condition on who or where it is.
fn is_narrowed(statement: &Statement) -> bool {
    statement.conditions.iter().filter(|c| demands(c)).any(|condition| {
        matches!(
            condition.key.as_str(),
            "sts:externalid"
                | "aws:principalarn"
                | "aws:sourceip"
                | "aws:sourcevpc"
                | "aws:sourcevpce"
                | "aws:principalorgid"
        ) && condition.values.iter().all(|v| !is_open(condition, v))
    })
}

/// A pattern that says nothing: it begins with a wildcard, or is no pattern and empty.
fn is_open(condition: &Condition, value: &str) -> bool {
    let pattern = condition.operator.ends_with("Like") || condition.operator == "ArnEquals";
    value.is_empty() || value == "0.0.0.0/0" || value == "::/0" || (pattern && value.starts_with(['*', '?']))
}

// ---- Identity providers ------------------------------------------------------------------------------------------

fn provider(
    value: &str,
    statement: &Statement,
    around: &Surroundings<'_>,
    undeclared: &mut Found,
    unbound: &mut Found,
) {
    let name = value.split_once(":saml-provider/").map(|(_, name)| name);
    let url = match (name, value.split_once(":oidc-provider/")) {
        (Some(_), _) => None,
        (None, Some((_, url))) => Some(url),
        // Cognito, Google and their like stand by their name.
        (None, None) => Some(value),
    };
    let bare = |text: &str| text.trim_start_matches("https://").trim_end_matches('/').to_owned();
    let declared =
        around.declared.issuers.iter().any(|i| i.text == value || url.is_some_and(|url| bare(&i.text) == bare(url)));
    if !declared {
        undeclared.add(value);
    }
    let Some(url) = url else { return };
    let bound = |claim: &str| {
        let key = format!("{}:{claim}", url.to_ascii_lowercase());
        statement
            .conditions
            .iter()
            .any(|c| c.key == key && demands(c) && c.values.iter().all(|v| !is_any_subject(url, c, v)))
    };
    // An identity pool vouches for who is signed in by `amr`; its `sub` is an id that nobody knows before the first sign-in.
    // <https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html>
    let subject = bound("sub") || (url == "cognito-identity.amazonaws.com" && signed_in(statement));
    for (claim, is_bound) in [("aud", bound("aud")), ("sub", subject)] {
        if !is_bound {
            unbound.add(format!("{value} without a condition on {claim}"));
        }
    }
}

/// Whether a role of Identity Center trusts Identity Center. The name of the provider alone is no proof, for anyone may
/// make one of that name; the path of the role is AWS's.
fn by_identity_center(provider: &str, role: &ResourceDocument) -> Result<bool, String> {
    if !provider.split_once(":saml-provider/").is_some_and(|(_, name)| is_identity_center(name)) {
        return Ok(false);
    }
    Ok(text(role, "Path")?.starts_with(IDENTITY_CENTER_PATH))
}

/// `AWSSSO_0123456789abcdef_DO_NOT_DELETE`, the provider that Identity Center makes for itself.
fn is_identity_center(name: &str) -> bool {
    name.strip_prefix("AWSSSO_")
        .and_then(|rest| rest.strip_suffix("_DO_NOT_DELETE"))
        .is_some_and(|id| id.len() == 16 && id.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// A subject that fits everyone of the issuer. GitHub's begin with `repo:`, so that the owner must stand before a wildcard.
fn is_any_subject(url: &str, condition: &Condition, value: &str) -> bool {
    if is_open(condition, value) {
        return true;
    }
    let fixed = value.split(['*', '?']).next().unwrap_or_default();
    condition.operator == "StringLike"
        && fixed.len() < value.len()
        // `project_path:*`: nothing but the label with which every subject of the issuer begins.
        && (fixed.find(':').is_some_and(|at| at.saturating_add(1) == fixed.len()) || (url == "token.actions.githubusercontent.com" && !fixed.contains('/')))
}

fn signed_in(statement: &Statement) -> bool {
    statement.conditions.iter().any(|c| {
        c.key == "cognito-identity.amazonaws.com:amr" && demands(c) && c.values.iter().all(|v| v == "authenticated")
    })
}

// ---- People ------------------------------------------------------------------------------------------------------

/// People who assume the role by `sts:AssumeRole`, and those of them whose sessions need not name them.
fn people(entity: &mut Entity, role: &ResourceDocument, trust: &Document, around: &Surroundings<'_>, origin: &Origin) {
    let (mut people, mut unnamed) = (Found::default(), Found::default());
    match text(role, "Path") {
        Ok(path) if path.starts_with(IDENTITY_CENTER_PATH) => {
            // Identity Center alone can edit such a role, and it names each session after the person.
            entity.set("personPrincipals", json!(["Identity Center"]), origin.clone());
            entity.set("unnamedPrincipals", json!([]), origin.clone());
            return;
        }
        Ok(_) => {}
        Err(reason) => {
            people.doubt(reason.clone());
            unnamed.doubt(reason);
        }
    }
    let everywhere = trust.statements.iter().any(|s| refuses_other_names(s, &trust.version));
    for statement in trust.statements.iter().filter(|s| admits(s, &[BY_PRINCIPAL])) {
        let named = everywhere || statement.conditions.iter().any(|c| names_the_caller(c, &trust.version));
        let Principals::List(list) = &statement.principals else {
            people.add("anyone");
            if !named {
                unnamed.add("anyone");
            }
            continue;
        };
        for principal in list.iter().filter(|p| p.kind == "AWS" && !is_unique_id(&p.value)) {
            match (is_person(&principal.value, role, around), named) {
                (Ok(false), _) => {}
                (Ok(true), _) => {
                    people.add(principal.value.clone());
                    if !named {
                        unnamed.add(principal.value.clone());
                    }
                }
                // Whoever it is, the session names them.
                (Err(_), true) => people.add(format!("{} (perhaps)", principal.value)),
                (Err(reason), false) => {
                    people.doubt(reason.clone());
                    unnamed.doubt(reason);
                }
            }
        }
    }
    people.put(entity, "personPrincipals", origin);
    unnamed.put(entity, "unnamedPrincipals", origin);
}

/// Whether a person can act as this principal: a user, a whole account, a role of Identity Center. Another role of the
/// same account is a machine's when only services may assume it.
fn is_person(principal: &str, role: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let Some((_, resource)) = principal.split_once("::").and_then(|(_, rest)| rest.split_once(':')) else {
        return if account_of(principal).is_some() { Ok(true) } else { Err(format!("{principal} is not understood")) };
    };
    let name = if let Some(path) = resource.strip_prefix("role/") {
        if path.starts_with(IDENTITY_CENTER_PATH.trim_start_matches('/')) {
            return Ok(true);
        }
        path.rsplit('/').next().unwrap_or(path)
    } else if let Some(session) = resource.strip_prefix("assumed-role/") {
        session.split('/').next().unwrap_or(session)
    } else {
        return Ok(true);
    };
    if persona::permission_set(name).is_some() && resource.starts_with("assumed-role/") {
        return Ok(true);
    }
    let found = around
        .of_type("AWS::IAM::Role")
        .filter(|_| account_of(principal) == Some(role.account.as_str()))
        .find(|other| text(other, "RoleName") == Ok(name));
    let other = found.ok_or_else(|| format!("the role {principal} was not read, so who acts as it is not known"))?;
    let trust = parse(other)?;
    let machine = trust
        .statements
        .iter()
        .filter(|s| admits(s, &ALL_WAYS))
        .all(|s| matches!(&s.principals, Principals::List(list) if list.iter().all(|p| p.kind == "Service")));
    if machine { Ok(false) } else { Err(format!("who acts as the role {principal} needs path analysis")) }
}

/// `StringEquals sts:RoleSessionName ${aws:username}`: the name is AWS's own of the caller. Only the newer version of the
/// policy language knows variables.
fn names_the_caller(condition: &Condition, version: &str) -> bool {
    demands(condition) && condition.operator.starts_with("String") && is_about_the_caller(condition, version)
}

fn is_about_the_caller(condition: &Condition, version: &str) -> bool {
    version == "2012-10-17"
        && matches!(condition.key.as_str(), "sts:rolesessionname" | "sts:sourceidentity")
        && condition.values.iter().all(|value| {
            let value = value.to_ascii_lowercase();
            ABOUT_THE_CALLER.iter().any(|variable| value.contains(variable))
        })
}

/// A Deny of every other name, for everyone.
fn refuses_other_names(statement: &Statement, version: &str) -> bool {
    statement.effect == Effect::Deny
        && statement.is_for_everyone()
        && statement.is_about(BY_PRINCIPAL, "*")
        && matches!(statement.conditions.as_slice(), [only]
            if matches!(only.operator.as_str(), "StringNotEquals" | "StringNotEqualsIgnoreCase" | "StringNotLike")
                && only.quantifier.is_none()
                && is_about_the_caller(only, version))
}
