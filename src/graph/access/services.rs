//! What differs from service to service in how layers count.
//!
//! May import: `graph`. Guarantees: a service of which nothing is known here is never taken to be exempt from a Deny.

use super::request::Request;
use super::truth::Truth;

/// Services whose resources resource control policies bind, as of November 2024
/// (<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>). AWS adds others, so that
/// of one that is not here it is unknown.
const UNDER_RESOURCE_CONTROL: [&str; 5] = ["s3", "sts", "kms", "sqs", "secretsmanager"];

/// Whether resource control policies bind the request.
pub(super) fn under_resource_control(request: &Request) -> Truth {
    // Their effect on this one is nil whatever they say
    // (<https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html>).
    if request.action() == "kms:retiregrant" {
        return Truth::No;
    }
    if UNDER_RESOURCE_CONTROL.contains(&request.service()) { Truth::Yes } else { Truth::Unknown }
}

/// Services all of whose requests say whose the resource is; some actions of others do not
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount>).
const SAY_RESOURCE_ACCOUNT: [&str; 9] =
    ["dynamodb", "ecr", "kms", "lambda", "s3", "secretsmanager", "sns", "sqs", "sts"];

/// Whether a request for the action certainly says whose the resource is.
pub(super) fn says_resource_account(action: &str) -> bool {
    action.split(':').next().is_some_and(|service| SAY_RESOURCE_ACCOUNT.contains(&service))
}

/// Whether the policy on the resource has to let the caller or its account in even within one account: keys, and roles
/// that are to be assumed
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>).
pub(super) fn needs_resource_policy(request: &Request) -> Truth {
    let kinds: &[&str] = match request.service() {
        "kms" => &["key/", "alias/"],
        "sts" => &["role/"],
        _ => return Truth::No,
    };
    let arn = request.resource.arn();
    let named = arn.splitn(6, ':').nth(5).unwrap_or_default();
    if kinds.iter().any(|kind| named.starts_with(kind)) {
        Truth::Yes
    } else if request.resource.is_one() {
        Truth::No
    } else {
        // A pattern may stand for some and for others.
        Truth::Unknown
    }
}
