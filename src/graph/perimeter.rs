//! Which policies of an organisation bind an account, and who belongs to the organisation.
//!
//! May import: `model`, `graph`. Guarantees: a policy that is given binds; where there may be more, `gaps` says why, so
//! that only what needs no more of them can be decided.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Estate;
use super::statement::{Answer, Document, Form, Guard};
use crate::model::call::CallId;
use crate::model::document::ResourceDocument;

/// Limits what identities of member accounts may do.
pub const SERVICE_CONTROL: &str = "SERVICE_CONTROL_POLICY";
/// Limits what may be done to resources of member accounts.
pub const RESOURCE_CONTROL: &str = "RESOURCE_CONTROL_POLICY";

/// A policy with the root, unit or account that it is attached to.
#[derive(Debug, Clone)]
pub struct Bound<'a> {
    pub policy: &'a ResourceDocument,
    pub target: &'a str,
}

/// The policies of one type that bind an account.
#[derive(Debug, Clone, Default)]
pub struct Binding<'a> {
    /// Every one of these binds, whatever `gaps` says. The account's own first, the root's last.
    pub policies: Vec<Bound<'a>>,
    /// Why there may be others. Empty: these are all.
    pub gaps: Vec<String>,
    /// The account and its units up to the root, as far as they were seen.
    pub levels: Vec<&'a str>,
}

fn text<'a>(document: &'a ResourceDocument, facet: &str) -> Option<&'a str> {
    document.facet(facet).and_then(Value::as_str)
}

fn reason(document: &ResourceDocument, facet: &str) -> String {
    document.missing.get(facet).cloned().unwrap_or_else(|| format!("no source gave {facet} of {}", document.id))
}

/// The policies of a type that bind an account: attached to it, to a unit above it, or to the root.
///
/// Neither service nor resource control policies bind the management account
/// (<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>). An account that stands
/// alone, where AWS answered that there is no organisation, has none.
#[must_use]
pub fn binding<'a>(estate: &'a Estate, account: &str, policy_type: &str) -> Binding<'a> {
    let mut binding = Binding::default();
    for kind in [
        "AWS::Organizations::Organization",
        "AWS::Organizations::OrganizationalUnit",
        "AWS::Organizations::Account",
        "AWS::Organizations::Policy",
    ] {
        if let Err(why) = estate.listed_somewhere(kind) {
            binding.gaps.push(why);
        }
    }
    let organisations = estate.documents("AWS::Organizations::Organization");
    // Until it is known which account is the management account, no policy certainly binds.
    let mut certain = !organisations.is_empty();
    for organisation in organisations {
        match text(organisation, "ManagementAccountId") {
            Some(management) if management == account => return Binding::default(),
            Some(_) => {}
            None => {
                certain = false;
                binding.gaps.push(reason(organisation, "ManagementAccountId"));
            }
        }
    }
    let accounts = estate.documents("AWS::Organizations::Account");
    let Some(member) = accounts.iter().find(|a| a.id == account) else {
        if !organisations.is_empty() || !accounts.is_empty() {
            binding.gaps.push(format!("account {account} is not in the organisation that was listed"));
        }
        return binding;
    };
    binding.levels.push(member.id.as_str());
    let units = estate.documents("AWS::Organizations::OrganizationalUnit");
    let mut at = member;
    loop {
        let parent = match text(at, "ParentId") {
            Some("") => break,
            Some(parent) => parent,
            None => {
                binding.gaps.push(reason(at, "ParentId"));
                break;
            }
        };
        let Some(unit) = units.iter().find(|u| u.id == parent) else {
            // The unit is known by its id, what is above it is not.
            binding.levels.push(parent);
            binding.gaps.push(format!("the unit {parent} was not read"));
            break;
        };
        if binding.levels.contains(&unit.id.as_str()) {
            binding.gaps.push(format!("the unit {parent} stands above itself"));
            break;
        }
        binding.levels.push(unit.id.as_str());
        at = unit;
    }
    let policies = estate.documents("AWS::Organizations::Policy");
    for policy in policies {
        match (text(policy, "Type"), policy.facet("TargetIds").and_then(Value::as_array)) {
            (Some(of), _) if of != policy_type => {}
            (Some(_), Some(_)) => {}
            (None, _) => binding.gaps.push(reason(policy, "Type")),
            (_, None) => binding.gaps.push(reason(policy, "TargetIds")),
        }
    }
    if !certain {
        if organisations.is_empty() {
            binding.gaps.push("the organisation was not read, so its management account is not known".to_owned());
        }
        return binding;
    }
    for level in &binding.levels {
        for policy in policies.iter().filter(|p| text(p, "Type") == Some(policy_type)) {
            let targets = policy.facet("TargetIds").and_then(Value::as_array);
            if targets.into_iter().flatten().any(|t| t.as_str() == Some(level)) {
                binding.policies.push(Bound { policy, target: level });
            }
        }
    }
    binding
}

/// Statements that bind, with the ledger entries behind them and the reasons why there may be more.
#[derive(Debug, Clone, Default)]
pub struct Guards {
    pub guards: Vec<Guard>,
    pub gaps: Vec<String>,
    pub calls: BTreeSet<CallId>,
}

impl Guards {
    /// The statements of the resource control policies that bind an account.
    #[must_use]
    pub fn of_resource_control(estate: &Estate, account: &str) -> Self {
        let binding = binding(estate, account, RESOURCE_CONTROL);
        let mut guards = Self { gaps: binding.gaps, ..Self::default() };
        for bound in binding.policies {
            guards.add(bound.policy, "Content", &format!("policy {}", bound.policy.id), Form::Resource);
        }
        guards
    }

    /// Adds the statements of others.
    pub fn extend(&mut self, others: &Self) {
        self.guards.extend(others.guards.iter().cloned());
        self.gaps.extend(others.gaps.iter().cloned());
        self.calls.extend(others.calls.iter().cloned());
    }

    /// Adds the statements of a facet that holds a policy document.
    pub fn add(&mut self, document: &ResourceDocument, facet: &str, from: &str, form: Form) {
        self.calls.extend(document.calls.get(facet).cloned());
        let Some(value) = document.facet(facet).filter(|_| !document.missing.contains_key(facet)) else {
            self.gaps.push(reason(document, facet));
            return;
        };
        match Document::parse(value, form) {
            Ok(parsed) => self
                .guards
                .extend(parsed.statements.into_iter().map(|statement| Guard { from: from.to_owned(), statement })),
            Err(error) => self.gaps.push(format!("{from}: {error}")),
        }
    }

    /// What a question that more statements could only turn to yes comes to: a yes stands, a no only where all were seen.
    #[must_use]
    pub fn settle(&self, answer: Answer) -> Answer {
        match (answer, self.gaps.first()) {
            (Answer::No(_), Some(gap)) => Answer::Unknown(gap.clone()),
            (answer, _) => answer,
        }
    }
}

/// The id of the organisation that was listed (`o-…`), or why there is none to name.
///
/// # Errors
/// It was not listed, or the account stands alone.
pub fn organisation(estate: &Estate) -> Result<&str, String> {
    match estate.documents("AWS::Organizations::Organization") {
        [] => {
            estate.listed_somewhere("AWS::Organizations::Organization")?;
            Err("there is no organisation".to_owned())
        }
        [first, rest @ ..] if rest.iter().all(|other| other.id == first.id) => Ok(first.id.as_str()),
        _ => Err("more than one organisation was listed".to_owned()),
    }
}

/// Whether an account belongs to the organisation of `own`.
///
/// # Errors
/// Why it cannot be told.
pub fn is_inside(estate: &Estate, own: &str, account: &str) -> Result<bool, String> {
    if account == own {
        return Ok(true);
    }
    // Members do not say which organisation they are of; but who lists members lists those of one organisation.
    let members = estate.documents("AWS::Organizations::Account");
    let shown_by = |id: &str| members.iter().filter(|m| m.id == id).map(|m| &m.account).collect::<BTreeSet<_>>();
    if !shown_by(account).is_disjoint(&shown_by(own)) {
        return Ok(true);
    }
    estate.listed_somewhere("AWS::Organizations::Account")?;
    Ok(false)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::graph::LISTED_TYPES;
    use crate::model::listing::Listing;

    fn document(kind: &str, id: &str, facets: Value) -> ResourceDocument {
        ResourceDocument {
            kind: format!("AWS::Organizations::{kind}"),
            id: id.to_owned(),
            account: "999999999999".to_owned(),
            region: "global".to_owned(),
            observed: serde_json::from_value(facets).unwrap(),
            ..ResourceDocument::default()
        }
    }

    fn estate(root_parent: &str, complete: bool) -> Estate {
        let policy = |id: &str, of: &str, target: &str| {
            document("Policy", id, json!({ "Type": of, "Content": {}, "TargetIds": [target] }))
        };
        let documents = vec![
            document("Organization", "o-tre", json!({ "ManagementAccountId": "999999999999" })),
            document("OrganizationalUnit", "r-root", json!({ "ParentId": root_parent })),
            document("OrganizationalUnit", "ou-tre", json!({ "ParentId": "r-root" })),
            document("Account", "111111111111", json!({ "ParentId": "ou-tre" })),
            document("Account", "999999999999", json!({ "ParentId": "r-root" })),
            policy("p-root", RESOURCE_CONTROL, "r-root"),
            policy("p-account", RESOURCE_CONTROL, "111111111111"),
            policy("p-other", RESOURCE_CONTROL, "ou-other"),
            policy("p-service", SERVICE_CONTROL, "ou-tre"),
        ];
        let listing = |kind: &str| Listing {
            account: "999999999999".to_owned(),
            region: "global".to_owned(),
            kind: kind.to_owned(),
            complete,
            reason: if complete { String::new() } else { "denied".to_owned() },
            calls: Vec::new(),
        };
        Estate::new(documents, LISTED_TYPES.map(listing).to_vec(), Vec::new(), Vec::new())
    }

    fn ids(binding: &Binding<'_>) -> Vec<String> {
        binding.policies.iter().map(|b| b.policy.id.clone()).collect()
    }

    #[test]
    fn policies_bind_from_the_account_up_to_the_root() {
        let estate = estate("", true);
        let found = binding(&estate, "111111111111", RESOURCE_CONTROL);
        assert_eq!(ids(&found), ["p-account", "p-root"]);
        assert!(found.gaps.is_empty());
        assert_eq!(found.levels, ["111111111111", "ou-tre", "r-root"]);
        assert_eq!(ids(&binding(&estate, "111111111111", SERVICE_CONTROL)), ["p-service"]);
    }

    #[test]
    fn none_binds_the_management_account() {
        let estate = estate("", true);
        let found = binding(&estate, "999999999999", RESOURCE_CONTROL);
        assert!(found.policies.is_empty() && found.gaps.is_empty());
    }

    #[test]
    fn what_may_be_missing_is_said() {
        let partial = estate("", false);
        let found = binding(&partial, "111111111111", RESOURCE_CONTROL);
        assert_eq!(ids(&found), ["p-account", "p-root"]);
        assert!(!found.gaps.is_empty());
        let stranger = estate("", true);
        assert!(!binding(&stranger, "222222222222", RESOURCE_CONTROL).gaps.is_empty());
        let circle = estate("ou-tre", true);
        assert!(!binding(&circle, "111111111111", RESOURCE_CONTROL).gaps.is_empty());
        assert!(!binding(&Estate::default(), "111111111111", RESOURCE_CONTROL).gaps.is_empty());
    }
}
