//! The layers together: whether a request is allowed.
//!
//! May import: `graph`. Guarantees: denied is said only where it is so whatever the unread layers, the unknown keys and
//! the undocumented corners turn out to be, and allowed likewise.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html>

use super::caller::Caller;
use super::gather::{BOUNDARY, Cap, Gathered, IDENTITY, RESOURCE, SESSION, gather};
use super::glob::Fuel;
use super::layer::{Found, Layer};
use super::layers::Layers;
use super::request::Request;
use super::services::{needs_resource_policy, service_of};
use super::truth::Truth;
use super::verdict::{Outcome, Verdict};
use crate::graph::statement::{Effect, Principals};

/// Whether the request is allowed, with a fresh tank of fuel.
#[must_use]
pub fn evaluate(request: &Request, layers: &Layers<'_>) -> Verdict {
    evaluate_within(request, layers, &Fuel::default())
}

/// Whether the request is allowed, in at most so many steps of matching: beyond them the answer is unknown.
#[must_use]
pub fn evaluate_within(request: &Request, layers: &Layers<'_>, fuel: &Fuel) -> Verdict {
    if request.caller.is_an_identity() && request.caller.account().is_none() {
        return Verdict::unknown(format!("the caller {:?} has no account that is understood", request.caller));
    }
    let said = gather(request, layers, fuel);
    let same = same_account(request);
    let ways = match same {
        Truth::Yes => vec![Ways::within_account(request, &said)],
        Truth::No => vec![Ways::across_accounts(request, &said)],
        Truth::Unknown => vec![Ways::within_account(request, &said), Ways::across_accounts(request, &said)],
    };
    let mut granted = ways.iter().map(Ways::granted).reduce(Truth::either).unwrap_or(Truth::Unknown);
    let outsider = same != Truth::Yes && !matches!(request.caller, Caller::Service { .. });
    let turned_away = outsider && may_turn_away(request.action(), layers.restricts_public, layers.resource.as_ref());
    if turned_away {
        granted = granted.and(Truth::Unknown);
    }
    let capped = said.caps.iter().map(|c| c.truth).fold(Truth::Yes, Truth::and);
    let truth = granted.and(capped).and(said.denied.truth.negated());
    let outcome = match truth {
        Truth::No => Outcome::Denied,
        Truth::Unknown => Outcome::Unknown,
        Truth::Yes => Outcome::Allowed,
    };
    let mut capped_by = reasons(outcome, granted, &said, same, request.caller.is_an_identity());
    if turned_away {
        capped_by.push("outsiders may be turned away because the policy is public".to_owned());
    }
    if fuel.is_spent() {
        capped_by.push("the policies take too many steps to match: simplify their wildcards".to_owned());
    }
    let only = if outcome == Outcome::Allowed { Truth::Yes } else { Truth::Unknown };
    Verdict {
        outcome,
        allowed_by: ways.iter().flat_map(|w| w.causes(only)).collect(),
        denied_by: said.denied.causes.into_iter().collect(),
        capped_by: capped_by.into_iter().collect(),
    }
}

fn same_account(request: &Request) -> Truth {
    match (request.caller.account(), request.resource.account.as_deref()) {
        (Some(caller), Some(resource)) => Truth::of(caller == resource),
        (Some(_), None) => Truth::Unknown,
        // Who has no account has no policies there either.
        (None, _) => Truth::No,
    }
}

/// The ways to be granted it, each with what it comes to; one is enough.
struct Ways<'a> {
    /// By policies of the identity, and of the resource where both have to.
    together: (Truth, Vec<&'a Found>),
    others: Vec<(Truth, &'a Found)>,
}

impl<'a> Ways<'a> {
    fn within_account(request: &Request, said: &'a Gathered) -> Self {
        let boundary = said.boundary.unwrap_or(Truth::Yes);
        let session = said.session.unwrap_or(Truth::Yes);
        let identity = said.identity.truth.and(boundary).and(session);
        let resource = &said.resource;
        let through_account = identity.and(resource.account.truth);
        let together = match needs_resource_policy(request.action(), &request.resource) {
            Truth::No => (identity, vec![&said.identity]),
            Truth::Yes => (through_account, vec![&said.identity, &resource.account]),
            Truth::Unknown => (identity.either(through_account), vec![&said.identity, &resource.account]),
        };
        // AWS says that neither boundary nor session limits what is granted to the session itself or to everyone; others
        // found that the session's policy does. Nobody is said to be denied for it.
        let direct = resource.direct.truth.and(session.or(Truth::Unknown));
        let role = resource.role.truth.and(boundary).and(session);
        // Not documented of grants.
        let grants = said.grants.truth.and(boundary.and(session).or(Truth::Unknown));
        let others = vec![(direct, &resource.direct), (role, &resource.role), (grants, &said.grants)];
        Self { together, others }
    }

    fn across_accounts(request: &Request, said: &'a Gathered) -> Self {
        let resource = &said.resource;
        if !request.caller.is_an_identity() {
            let others = vec![(resource.direct.truth, &resource.direct), (said.grants.truth, &said.grants)];
            return Self { together: (Truth::No, Vec::new()), others };
        }
        let identity =
            said.identity.truth.and(said.boundary.unwrap_or(Truth::Yes)).and(said.session.unwrap_or(Truth::Yes));
        let let_in = resource.direct.truth.or(resource.role.truth).or(resource.account.truth);
        let causes = vec![&said.identity, &resource.direct, &resource.role, &resource.account];
        // A grant across accounts needs the identity's own policies too.
        let grants = said.grants.truth.and(identity.or(Truth::Unknown));
        Self { together: (identity.and(let_in), causes), others: vec![(grants, &said.grants)] }
    }

    fn granted(&self) -> Truth {
        self.others.iter().map(|(truth, _)| *truth).fold(self.together.0, Truth::or)
    }

    /// Statements of the ways that come to at least this much.
    fn causes(&self, least: Truth) -> Vec<super::verdict::Cause> {
        let together = self.together.1.iter().filter(|_| self.together.0 >= least);
        let others = self.others.iter().filter(|(truth, _)| *truth >= least).map(|(_, found)| found);
        let decided = |cause: &&super::verdict::Cause| least != Truth::Yes || cause.open.is_none();
        together.chain(others).flat_map(|found| &found.causes).filter(decided).cloned().collect()
    }
}

/// Whether the resource's account may turn outsiders away because a policy that names everyone may be public
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>).
pub(super) fn may_turn_away(action: &str, restricts_public: bool, policy: Option<&Layer<'_>>) -> bool {
    let mut statements = policy.into_iter().flat_map(|layer| &layer.policies).flat_map(|p| &p.statements);
    restricts_public
        && service_of(action) == "s3"
        && statements.any(|s| s.effect == Effect::Allow && !matches!(s.principals, Principals::List(_)))
}

/// Why it is not allowed, apart from a Deny.
fn reasons(outcome: Outcome, granted: Truth, said: &Gathered, same: Truth, has_policies: bool) -> Vec<String> {
    let mut caps: Vec<(String, Truth)> = Vec::new();
    if granted != Truth::Yes {
        if has_policies {
            caps.push((IDENTITY.to_owned(), said.identity.truth));
        }
        caps.extend(said.boundary.map(|truth| (BOUNDARY.to_owned(), truth)));
        caps.extend(said.session.map(|truth| (SESSION.to_owned(), truth)));
        if same != Truth::Yes || said.identity.truth != Truth::No {
            caps.push((RESOURCE.to_owned(), said.resource.allowed().truth));
        }
    }
    caps.extend(said.caps.iter().map(|Cap { name, truth }| (name.clone(), *truth)));
    let doubtful = outcome == Outcome::Unknown;
    caps.into_iter()
        .filter_map(|(name, truth)| match truth {
            Truth::No => Some(format!("not allowed by: {name}")),
            Truth::Unknown if doubtful => Some(format!("perhaps not allowed by: {name}")),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::context::Context;
    use super::super::layers::{Grant, Grants};
    use super::super::policy::{Allowance, Policy};
    use super::super::request::Resource;
    use super::*;
    use crate::graph::statement::Form;

    const OWN: &str = "111111111111";

    fn policy(statement: &Value, form: Form) -> Policy {
        let document = json!({ "Version": "2012-10-17", "Statement": statement });
        Policy::read("the policy", &document, form, &mut Allowance::default()).unwrap()
    }

    fn everything() -> Policy {
        policy(&json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }), Form::Identity)
    }

    fn role(arn: &str) -> Caller {
        Caller::Role { arn: arn.to_owned(), session: None }
    }

    fn ask(caller: Caller, action: &str, resource: Resource, layers: &Layers<'_>) -> Outcome {
        evaluate(&Request::new(caller, action, resource, Context::open()), layers).outcome
    }

    #[test]
    fn a_caller_that_is_not_understood_decides_nothing() {
        let object = || Resource::exactly("arn:aws:s3:::b/x", Some(OWN));
        let policy = everything();
        let layers = Layers { identity: Layer::of([&policy]), ..Layers::default() };
        let known = role("arn:aws:iam::111111111111:role/r");
        assert_eq!(ask(known, "s3:GetObject", object(), &layers), Outcome::Allowed);
        for strange in ["role/r", "arn:aws:iam::1:role/r", "arn:aws:s3:::b"] {
            assert_eq!(ask(role(strange), "s3:GetObject", object(), &layers), Outcome::Unknown, "{strange}");
            assert_eq!(ask(role(strange), "s3:GetObject", object(), &Layers::default()), Outcome::Unknown, "{strange}");
        }
    }

    #[test]
    fn whose_the_resource_is_has_to_be_known() {
        let policy = everything();
        let layers = Layers { identity: Layer::of([&policy]), ..Layers::default() };
        let caller = || role("arn:aws:iam::111111111111:role/r");
        for (account, wanted) in
            [(Some(OWN), Outcome::Allowed), (Some("222222222222"), Outcome::Denied), (None, Outcome::Unknown)]
        {
            assert_eq!(ask(caller(), "s3:GetObject", Resource::exactly("arn:aws:s3:::b/x", account), &layers), wanted);
        }
    }

    #[test]
    fn a_grant_for_some_contexts_is_no_certain_one() {
        let key = || Resource::exactly("arn:aws:kms:eu-west-2:111111111111:key/k", Some(OWN));
        let arn = "arn:aws:iam::111111111111:role/r";
        let with = |constrained| Layers {
            grants: Grants {
                list: vec![Grant {
                    id: "g".to_owned(),
                    grantee: arn.to_owned(),
                    operations: vec!["Decrypt".to_owned()],
                    constrained,
                }],
                gaps: Vec::new(),
            },
            ..Layers::default()
        };
        assert_eq!(ask(role(arn), "kms:Decrypt", key(), &with(false)), Outcome::Allowed);
        assert_eq!(ask(role(arn), "kms:Decrypt", key(), &with(true)), Outcome::Unknown);
        assert_eq!(ask(role(arn), "kms:Encrypt", key(), &with(false)), Outcome::Denied);
        let unlisted = Layers {
            grants: Grants { list: Vec::new(), gaps: vec!["grants were not listed".to_owned()] },
            ..Layers::default()
        };
        assert_eq!(ask(role(arn), "kms:Decrypt", key(), &unlisted), Outcome::Unknown);
    }

    #[test]
    fn a_public_policy_may_be_of_no_use_to_outsiders() {
        let object = || Resource::exactly("arn:aws:s3:::b/x", Some(OWN));
        let public = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" });
        let policy = policy(&public, Form::Resource);
        let with =
            |restricts_public| Layers { resource: Some(Layer::of([&policy])), restricts_public, ..Layers::default() };
        assert_eq!(ask(Caller::Anonymous, "s3:GetObject", object(), &with(false)), Outcome::Allowed);
        assert_eq!(ask(Caller::Anonymous, "s3:GetObject", object(), &with(true)), Outcome::Unknown);
        let insider = role("arn:aws:iam::111111111111:role/r");
        assert_eq!(ask(insider, "s3:GetObject", object(), &with(true)), Outcome::Allowed);
    }
}
