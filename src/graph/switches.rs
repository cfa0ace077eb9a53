//! What an identity of an account could switch off or open: guard rails of the account, side doors out of a workspace, and
//! links that open a notebook anywhere.
//!
//! May import: `model`, `graph`. Guarantees: an empty set means that guard rails deny it to all, or that no policy of the
//! role allows any of it; a member is an action that documents alone show to be allowed; all else needs path analysis.

use super::Surroundings;
use super::allowed::{Allowed, Permissions, ROLE};
use super::iam::{Found, is_research_role};
use super::organizations::text;
use super::persona::SERVICE_LINKED_PATH;
use super::statement::{Answer, Given, Scenario, denies};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// The fact of an account.
pub(super) const FACTS: [&str; 1] = ["guardrailSwitchers"];

/// Calls that stop, remove or narrow what watches an account or keeps it closed.
const GUARDRAILS: [&str; 21] = [
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "config:PutConfigurationRecorder",
    "config:StopConfigurationRecorder",
    "ec2:CreateVpcBlockPublicAccessExclusion",
    "ec2:DeleteFlowLogs",
    "ec2:ModifyVpcBlockPublicAccessExclusion",
    "ec2:ModifyVpcBlockPublicAccessOptions",
    "guardduty:DeleteDetector",
    "guardduty:DisassociateFromAdministratorAccount",
    "guardduty:DisassociateFromMasterAccount",
    "guardduty:StopMonitoringMembers",
    "guardduty:UpdateDetector",
    "organizations:LeaveOrganization",
    "route53resolver:DisassociateFirewallRuleGroup",
    "route53resolver:UpdateFirewallConfig",
    "route53resolver:UpdateFirewallRuleGroupAssociation",
];

/// Calls that lead out of a workspace, or into one past its broker.
const SIDE_DOORS: [&str; 14] = [
    "cloudshell:*",
    "codeconnections:UseConnection",
    "codestar-connections:UseConnection",
    "ebs:GetSnapshotBlock",
    "ec2-instance-connect:OpenTunnel",
    "ec2-instance-connect:SendSerialConsoleSSHPublicKey",
    "ec2:ModifyImageAttribute",
    "ec2:ModifySnapshotAttribute",
    "sagemaker:StartSession",
    "ses:SendBulkEmail",
    "ses:SendEmail",
    "ses:SendRawEmail",
    "sns:Subscribe",
    "ssm:StartSession",
];

/// Calls that make a link to a notebook.
const LINKS: [&str; 2] = ["sagemaker:CreatePresignedDomainUrl", "sagemaker:CreatePresignedNotebookInstanceUrl"];

/// The account's fact.
pub(super) fn of_account(entity: &mut Entity, around: &Surroundings<'_>) {
    let service = around.service_control();
    let exempt =
        |arn: &str| if is_landing_zone(around, arn) { Answer::Yes } else { Answer::no(format!("it exempts {arn}")) };
    let scenario = Scenario::any().with("aws:principalarn", Given::PresentOutside(&exempt));
    let asked: Vec<(&str, &str)> = GUARDRAILS.iter().map(|action| (*action, "*")).collect();
    let mut found = Found::default();
    let denied = denies(&service.guards, &asked, &scenario) == Answer::Yes;
    if !denied {
        found.doubt("needs path analysis: which principals can stop, remove or narrow what guards the account");
        for role in around.of_type(ROLE) {
            let service_linked = text(role, "Path").is_ok_and(|path| path.starts_with(SERVICE_LINKED_PATH));
            if service_linked || is_landing_zone(around, role.name()) {
                continue;
            }
            let permissions = Permissions::of(role, around);
            if let Some(action) = GUARDRAILS.iter().find(|action| permissions.allows(action) == Allowed::Yes) {
                found.add(format!("{}: {action}", role.id));
            }
        }
    }
    found.put(entity, "guardrailSwitchers", &Origin::Derived(service.calls.iter().cloned().collect()));
}

/// Whether an ARN, or a pattern of ARNs that a policy exempts, is that of a role that the declaration lets guard rails exempt.
/// A pattern counts only as it is declared.
fn is_landing_zone(around: &Surroundings<'_>, arn: &str) -> bool {
    let role = arn.split_once(":role/").map_or(arn, |(_, role)| role);
    let name = role.rsplit('/').next().unwrap_or(role);
    let declared = around.declared.list("operations", "landing_zone_roles").unwrap_or_default();
    declared.iter().chain(&around.declared.deploy_roles).any(|known| [arn, role, name].contains(&known.text.as_str()))
}

/// The facts of a role.
pub(super) fn of_role(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let permissions = Permissions::of(document, around);
    if is_research_role(document, around.declared) == Ok(false) {
        entity.withhold("sideDoors", "only asked of research and workspace roles");
    } else {
        let what = "which of these calls it can make, other than on resources of [network] broker";
        let found = permissions.among(&SIDE_DOORS, what);
        found.put(entity, "sideDoors", &Origin::Derived(permissions.calls().collect()));
    }
    let mut found = Found::default();
    for action in LINKS {
        match permissions.allows(action) {
            Allowed::No => {}
            _ if is_bound_to_network(&permissions, document, action, around) => {}
            Allowed::Yes => found.add(action),
            Allowed::NotKnown => found.doubt("needs path analysis: from where it can open a notebook"),
        }
    }
    found.put(entity, "openLinks", &Origin::Derived(permissions.calls().collect()));
}

/// Whether one Deny stops the call from everywhere but the declared VPCs and endpoints.
fn is_bound_to_network(
    permissions: &Permissions<'_>,
    role: &ResourceDocument,
    action: &str,
    around: &Surroundings<'_>,
) -> bool {
    let list = |name: &str, value: &str| {
        let list = around.declared.network.as_ref().and_then(|network| network.get(name)).into_iter().flatten();
        if list.into_iter().any(|known| known.text == value) { Answer::Yes } else { Answer::no(value) }
    };
    let vpc = |value: &str| list("vpcs", value);
    let endpoint = |value: &str| list("endpoints", value);
    let scenario = Scenario::any()
        .with("aws:sourcevpc", Given::Outside(&vpc))
        .with("aws:sourcevpce", Given::Outside(&endpoint))
        .with("aws:viaawsservice", Given::Is("false"))
        .with("aws:principalarn", Given::Is(role.name()));
    permissions.denied_in(action, &scenario)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::{Value, json};

    use super::*;
    use crate::graph::{Declared, Estate, build};
    use crate::model::listing::Listing;
    use crate::model::time::AsOf;

    /// What a role of one account outside of any organisation is found to open, with these statements as its own.
    fn links(statements: &[&Value]) -> Result<usize, String> {
        let role = ResourceDocument {
            kind: ROLE.to_owned(),
            id: "arn:aws:iam::111111111111:role/tre".to_owned(),
            account: "111111111111".to_owned(),
            tags: Some(BTreeMap::new()),
            properties: [
                ("RoleName", json!("tre")),
                ("Path", json!("/")),
                ("PermissionsBoundary", json!("")),
                ("ManagedPolicyArns", json!([])),
                ("Policies", json!([{ "PolicyName": "own", "PolicyDocument": { "Version": "2012-10-17", "Statement": statements } }])),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
            ..ResourceDocument::default()
        };
        let complete = |kind: &str| Listing {
            account: role.account.clone(),
            region: "global".to_owned(),
            kind: kind.to_owned(),
            complete: true,
            reason: String::new(),
            calls: Vec::new(),
        };
        let listings: Vec<Listing> = crate::graph::LISTED_TYPES.map(complete).into();
        let estate = Estate::new([], listings, vec![role.account.clone()], Vec::new());
        let known = |_: &str| BTreeSet::from(["openLinks".to_owned()]);
        let shard = build(&role.account.clone(), vec![role], &estate, &Declared::default(), AsOf::from_unix(0), &known);
        let entity = shard.entities.into_values().next().unwrap();
        let found = entity.facts.get("openLinks").map(|fact| fact.value.as_array().unwrap().len());
        found.ok_or_else(|| entity.missing["openLinks"].clone())
    }

    /// Every mixture of statements against what AWS makes of it, as far as it can be told without the request.
    #[test]
    fn only_what_is_plain_is_said() {
        let allow = json!({ "Effect": "Allow", "Action": "sagemaker:*", "Resource": "*" });
        let sometimes = json!({ "Effect": "Allow", "Action": "sagemaker:Create*", "Resource": "*", "Condition": { "Bool": { "aws:SecureTransport": "true" } } });
        let other = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
        let never = json!({ "Effect": "Deny", "Action": "sagemaker:CreatePresigned*", "Resource": "*" });
        let seldom = json!({ "Effect": "Deny", "NotAction": "s3:*", "Resource": "*", "Condition": { "Bool": { "aws:SecureTransport": "false" } } });
        let all = [&allow, &sometimes, &other, &never, &seldom];
        for mixture in 0..1_usize << all.len() {
            let has = |at: usize| mixture & (1 << at) != 0;
            let statements: Vec<&Value> = all.iter().enumerate().filter(|(at, _)| has(*at)).map(|(_, s)| *s).collect();
            let found = links(&statements);
            match (has(0), has(1), has(3), has(4)) {
                (_, _, true, _) | (false, false, ..) => assert_eq!(found, Ok(0), "{statements:?}"),
                (true, _, false, false) => assert_eq!(found, Ok(2), "{statements:?}"),
                _ => assert!(found.is_err_and(|why| why.starts_with("needs path analysis")), "{statements:?}"),
            }
        }
        assert!(links(&[&json!({ "Effect": "Perhaps" })]).is_err());
    }

    #[test]
    fn the_lists_are_sorted_and_name_actions() {
        for list in [&GUARDRAILS[..], &SIDE_DOORS, &LINKS] {
            assert!(list.is_sorted());
            assert!(list.iter().all(|action| action.split_once(':').is_some_and(|(service, _)| !service.is_empty())));
        }
    }
}
