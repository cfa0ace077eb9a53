//! Whom the policy of a resource itself lets in from outside of the organisation.
//!
//! May import: `model`, `graph`. Guarantees: no grant is named only where every statement was read and lets in none but
//! identities of the organisation or of the declared accounts; a grant that was found stands, whatever was not read besides.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::perimeter::{Guards, is_inside, organisation};
use super::statement::{Answer, Effect, Form, Patterns, Principal, Principals, Quantifier, Statement};
use super::{Declared, Surroundings};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// The fact that is derived.
pub(super) const FACT: &str = "outsideGrants";

/// Types with a policy of their own, the facet that holds it, and its form. A repository's policy names no resources
/// (<https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html>). Buckets and access points derive
/// more, in files of their own.
const POLICIES: [(&str, &str, Form); 16] = [
    ("AWS::Backup::BackupVault", "AccessPolicy", Form::Resource),
    ("AWS::CodeArtifact::Domain", "PermissionsPolicyDocument", Form::Resource),
    ("AWS::CodeArtifact::Repository", "PermissionsPolicyDocument", Form::Resource),
    ("AWS::DynamoDB::Table", "ResourcePolicy", Form::Resource),
    ("AWS::ECR::Registry", "RegistryPolicy", Form::Resource),
    ("AWS::ECR::Repository", "RepositoryPolicyText", Form::Trust),
    ("AWS::Events::EventBus", "Policy", Form::Resource),
    ("AWS::KMS::Key", "KeyPolicy", Form::Resource),
    ("AWS::Kinesis::Stream", "ResourcePolicy", Form::Resource),
    ("AWS::Lambda::Function", "Policy", Form::Resource),
    ("AWS::Logs::ResourcePolicy", "PolicyDocument", Form::Resource),
    ("AWS::S3::AccessGrantsInstance", "ResourcePolicy", Form::Resource),
    ("AWS::S3Tables::TableBucket", "ResourcePolicy", Form::Resource),
    ("AWS::SNS::Topic", "TopicPolicy", Form::Resource),
    ("AWS::SQS::Queue", "QueuePolicy", Form::Resource),
    ("AWS::SecretsManager::Secret", "ResourcePolicy", Form::Resource),
];

/// Derives the fact for a type with a policy of its own; of any other nothing is known.
pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let Some((_, facet, form)) = POLICIES.iter().find(|(kind, ..)| *kind == document.kind) else { return };
    let mut own = Guards::default();
    own.add(document, facet, "its policy", *form);
    match outside_grants(&own, document, around) {
        Ok(grants) => entity.set(FACT, grants, Origin::Derived(own.calls.iter().cloned().collect())),
        Err(reason) => entity.withhold(FACT, reason),
    }
}

/// The same of a resource that another's facts are about.
///
/// # Errors
/// It has no policy of its own, or that was not read or not understood.
pub(super) fn outside_grants_of(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<Vec<String>, String> {
    let found = POLICIES.iter().find(|(kind, ..)| *kind == document.kind);
    let (_, facet, form) = found.ok_or_else(|| format!("{} has no policy that is read", document.kind))?;
    let mut own = Guards::default();
    own.add(document, facet, "its policy", *form);
    let grants = outside_grants(&own, document, around)?;
    Ok(grants.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// Derives of a vault whom its policy lets in besides the declared accounts, of the organisation or not.
pub(super) fn derive_undeclared(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    const UNDECLARED: &str = "undeclaredGrants";
    let Some((_, facet, form)) = POLICIES.iter().find(|(kind, ..)| *kind == document.kind) else { return };
    let mut own = Guards::default();
    own.add(document, facet, "its policy", *form);
    match grants_beyond(Circle::Declared, &own, document, around) {
        Ok(grants) => entity.set(UNDECLARED, grants, Origin::Derived(own.calls.iter().cloned().collect())),
        Err(reason) => entity.withhold(UNDECLARED, reason),
    }
}

/// Who may be let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Circle {
    /// Identities of the organisation, and of accounts that may be shared with.
    Organisation,
    /// Identities of the declared accounts alone.
    Declared,
}

/// Statements of a resource's own policy that let someone in who is not of the organisation, or a service on anyone's
/// behalf.
pub(super) fn outside_grants(
    own: &Guards,
    document: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<Value, String> {
    grants_beyond(Circle::Organisation, own, document, around)
}

fn grants_beyond(
    circle: Circle,
    own: &Guards,
    document: &ResourceDocument,
    around: &Surroundings<'_>,
) -> Result<Value, String> {
    if let Some(gap) = own.gaps.first() {
        return Err(gap.clone());
    }
    let mut grants: BTreeSet<String> = BTreeSet::new();
    let mut unknown = None;
    for guard in own.guards.iter().filter(|g| g.statement.effect == Effect::Allow) {
        match (Grant { circle, document, around, statement: &guard.statement }).outside() {
            Answer::Yes => {}
            Answer::No(found) => grants.extend(found),
            Answer::Unknown(why) => unknown = Some(why),
        }
    }
    // A grant that was found is one, whatever else there is.
    match unknown {
        Some(why) if grants.is_empty() => Err(why),
        _ => Ok(json!(grants)),
    }
}

/// An Allow of a policy on a resource.
pub(super) struct Grant<'a> {
    pub(super) document: &'a ResourceDocument,
    pub(super) around: &'a Surroundings<'a>,
    pub(super) statement: &'a Statement,
    pub(super) circle: Circle,
}

impl Grant<'_> {
    /// Yes: only to identities of the organisation, and to services on its behalf.
    pub(super) fn outside(&self) -> Answer {
        let label = &self.statement.label;
        if matches!(self.statement.actions, Patterns::Implied) {
            return Answer::Unknown(format!("{label} has no actions"));
        }
        // A condition that limits the identity to the organisation settles it, whoever is named.
        let limited = self.limited(false);
        if limited == Answer::Yes {
            return Answer::Yes;
        }
        let unless_limited = |reached: String| match &limited {
            Answer::Unknown(why) => Answer::Unknown(why.clone()),
            _ => Answer::no(reached),
        };
        match &self.statement.principals {
            Principals::Any => unless_limited(format!("{label}: anyone")),
            Principals::Not(_) => unless_limited(format!("{label}: everyone but those it names")),
            Principals::Implied => Answer::Unknown(format!("{label} names no principal")),
            Principals::List(list) => list
                .iter()
                .map(|principal| match (self.inside(principal), &limited) {
                    (Answer::No(_), Answer::Unknown(why)) => Answer::Unknown(why.clone()),
                    (answer, _) => answer,
                })
                .fold(Answer::Yes, Answer::and),
        }
    }

    fn inside(&self, principal: &Principal) -> Answer {
        let label = &self.statement.label;
        let value = principal.value.as_str();
        match principal.kind.as_str() {
            "AWS" => match account_of(value) {
                Some(account) => self.account(account),
                // The id of a deleted user or role: AWS shows it so, and nobody can be it again
                // (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
                None if value.starts_with("AROA") || value.starts_with("AIDA") => Answer::Yes,
                None => Answer::Unknown(format!("{label}: the principal {value} has no account")),
            },
            "Service" => match self.limited(true) {
                Answer::No(_) => {
                    Answer::no(format!("{label}: {value} without aws:SourceAccount, aws:SourceArn or aws:SourceOrgID"))
                }
                answer => answer,
            },
            kind => Answer::Unknown(format!("{label}: a principal of the kind {kind} is not modelled")),
        }
    }

    pub(super) fn account(&self, account: &str) -> Answer {
        let declared: &Declared = self.around.declared;
        if declared
            .perimeter
            .as_ref()
            .and_then(|table| table.get("accounts"))
            .is_some_and(|a| a.iter().any(|p| p.text == account))
        {
            return Answer::Yes;
        }
        if self.circle == Circle::Declared && account != self.document.account {
            return match super::stores::is_declared_account(account, declared) {
                Ok(true) => Answer::Yes,
                Ok(false) => Answer::no(format!("{}: account {account} is not declared", self.statement.label)),
                Err(why) => Answer::Unknown(why),
            };
        }
        match is_inside(self.around.estate, &self.document.account, account) {
            Ok(true) => Answer::Yes,
            Ok(false) => Answer::no(format!("{}: account {account} is not of the organisation", self.statement.label)),
            Err(why) => Answer::Unknown(why),
        }
    }

    /// Whether a condition limits the statement to identities (or, for services, sources) of the organisation.
    fn limited(&self, service: bool) -> Answer {
        let mut best = Answer::no("nothing limits it");
        for condition in &self.statement.conditions {
            let keys: &[&str] = if service {
                &["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"]
            } else {
                &[
                    "aws:principalorgid",
                    "aws:principalorgpaths",
                    "aws:principalaccount",
                    "aws:principalarn",
                    // The caller's account, in the words of two services
                    // (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account,
                    // https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html).
                    "aws:sourceowner",
                    "kms:calleraccount",
                ]
            };
            if !keys.contains(&condition.key.as_str()) || condition.values.is_empty() {
                continue;
            }
            let positive = matches!(
                condition.operator.as_str(),
                "StringEquals" | "StringEqualsIgnoreCase" | "StringLike" | "ArnEquals" | "ArnLike"
            );
            // IfExists and ForAllValues hold where the key is not there: no limit at all.
            if !positive || condition.if_exists || condition.quantifier == Some(Quantifier::All) {
                continue;
            }
            match condition.values.iter().map(|v| self.value_inside(&condition.key, v)).fold(Answer::Yes, Answer::and) {
                Answer::Yes => return Answer::Yes,
                Answer::Unknown(why) => best = Answer::Unknown(why),
                Answer::No(_) => {}
            }
        }
        best
    }

    pub(super) fn value_inside(&self, key: &str, value: &str) -> Answer {
        let own = organisation(self.around.estate);
        match key {
            "aws:principalorgid" | "aws:principalorgpaths" | "aws:sourceorgid" | "aws:sourceorgpaths"
                if self.circle == Circle::Declared =>
            {
                Answer::no("accounts of the organisation that are not declared")
            }
            "aws:principalorgid" | "aws:resourceorgid" | "aws:sourceorgid" => match own {
                Ok(id) if id == value => Answer::Yes,
                Ok(_) => Answer::no("another organisation"),
                Err(why) => Answer::Unknown(why),
            },
            "aws:principalorgpaths" | "aws:resourceorgpaths" | "aws:sourceorgpaths" => match own {
                Ok(id) if value.starts_with(&format!("{id}/")) => Answer::Yes,
                Ok(_) => Answer::no("another organisation"),
                Err(why) => Answer::Unknown(why),
            },
            "aws:principalaccount"
            | "aws:resourceaccount"
            | "aws:sourceaccount"
            | "aws:sourceowner"
            | "kms:calleraccount" => {
                if value.contains(['*', '?']) {
                    Answer::no("any account")
                } else {
                    self.account(value)
                }
            }
            // ARNs of buckets have no account; their names are unique, so one that is written out is one source.
            "aws:sourcearn"
                if value.split(':').nth(2) == Some("s3") && value.contains(":s3:::") && !value.contains(['*', '?']) =>
            {
                Answer::Yes
            }
            _ => match account_of(value) {
                Some(account) => self.account(account),
                None => Answer::no("an ARN of any account"),
            },
        }
    }
}

/// The 12 digits of an account id or an ARN. None where a wildcard stands before them: as text it may reach over colons,
/// and the digits may then be part of a path that anyone can choose.
pub(super) fn account_of(value: &str) -> Option<&str> {
    let account = if value.starts_with("arn:") {
        let mut parts = value.split(':');
        let wild = parts.by_ref().take(4).any(|part| part.contains(['*', '?']));
        parts.next().filter(|_| !wild)?
    } else {
        value
    };
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Estate, build};
    use crate::model::time::AsOf;

    const OWN: &str = "111111111111";

    /// What the policy of a key lets in, in an estate of one account that was read whole.
    fn of_key(statement: &Value) -> Result<Value, String> {
        let key = ResourceDocument {
            kind: "AWS::KMS::Key".to_owned(),
            id: "k".to_owned(),
            account: OWN.to_owned(),
            properties: [("KeyPolicy".to_owned(), json!({ "Version": "2012-10-17", "Statement": [statement] }))].into(),
            ..ResourceDocument::default()
        };
        let complete = |kind: &str| crate::model::listing::Listing {
            account: OWN.to_owned(),
            region: "global".to_owned(),
            kind: kind.to_owned(),
            complete: true,
            reason: String::new(),
            calls: Vec::new(),
        };
        let listings = ["AWS::Organizations::Account", "AWS::Organizations::Organization"].map(complete);
        let estate = Estate::new([], listings.to_vec(), vec![OWN.to_owned()], Vec::new());
        let known = |_: &str| BTreeSet::from([FACT.to_owned()]);
        let shard = build(OWN, vec![key], &estate, &Declared::default(), AsOf::from_unix(0), &known);
        let entity = shard.entities.into_values().next().unwrap();
        entity.facts.get(FACT).map(|fact| fact.value.clone()).ok_or_else(|| entity.missing[FACT].clone())
    }

    fn allow(principal: &Value, condition: &Value) -> Value {
        json!({ "Sid": "s", "Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*", "Condition": condition })
    }

    #[test]
    fn a_policy_of_ones_own_lets_nobody_in() {
        let own = json!({ "AWS": format!("arn:aws:iam::{OWN}:root") });
        assert_eq!(of_key(&allow(&own, &json!({}))), Ok(json!([])));
        // As the policies of keys that AWS manages are written.
        for key in ["kms:CallerAccount", "aws:PrincipalAccount"] {
            let condition = json!({ "StringEquals": { key: OWN, "kms:ViaService": "ec2.eu-west-2.amazonaws.com" } });
            assert_eq!(of_key(&allow(&json!({ "AWS": "*" }), &condition)), Ok(json!([])), "{key}");
        }
    }

    #[test]
    fn others_are_named() {
        let stranger = json!({ "AWS": "arn:aws:iam::999999999999:root" });
        assert_eq!(
            of_key(&allow(&stranger, &json!({}))),
            Ok(json!(["s: account 999999999999 is not of the organisation"]))
        );
        for condition in [
            json!({}),
            json!({ "StringEquals": { "kms:CallerAccount": "999999999999" } }),
            json!({ "StringEquals": { "kms:ViaService": "ec2.eu-west-2.amazonaws.com" } }),
            json!({ "StringEqualsIfExists": { "aws:SourceOwner": OWN } }),
            json!({ "StringLike": { "kms:CallerAccount": "*" } }),
        ] {
            assert_eq!(of_key(&allow(&json!({ "AWS": "*" }), &condition)), Ok(json!(["s: anyone"])), "{condition}");
        }
    }

    #[test]
    fn what_is_not_understood_is_not_empty() {
        assert!(of_key(&json!({ "Effect": "Allow" })).is_err());
        assert!(of_key(&allow(&json!({ "Federated": "cognito-identity.amazonaws.com" }), &json!({}))).is_err());
    }
}
