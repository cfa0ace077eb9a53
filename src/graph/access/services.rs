//! What differs from service to service in how layers count.
//!
//! May import: `graph`. Guarantees: a service of which nothing is known here is never taken to be exempt from a Deny.

use super::request::Resource;
use super::truth::Truth;

/// Services whose resources resource control policies bind, as of November 2024
/// (<https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html>). AWS adds others, so that
/// of one that is not here it is unknown.
const UNDER_RESOURCE_CONTROL: [&str; 5] = ["s3", "sts", "kms", "sqs", "secretsmanager"];

/// `s3` of `s3:getobject`.
pub(super) fn service_of(action: &str) -> &str {
    action.split(':').next().unwrap_or_default()
}

/// Whether resource control policies bind requests for an action (in lower case).
pub(super) fn under_resource_control(action: &str) -> Truth {
    // Their effect on this one is nil whatever they say
    // (<https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html>).
    if action == "kms:retiregrant" {
        return Truth::No;
    }
    if UNDER_RESOURCE_CONTROL.contains(&service_of(action)) { Truth::Yes } else { Truth::Unknown }
}

/// Services all of whose requests say whose the resource is; some actions of others do not
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount>).
const SAY_RESOURCE_ACCOUNT: [&str; 9] =
    ["dynamodb", "ecr", "kms", "lambda", "s3", "secretsmanager", "sns", "sqs", "sts"];

/// Whether a request for the action certainly says whose the resource is.
pub(super) fn says_resource_account(action: &str) -> bool {
    SAY_RESOURCE_ACCOUNT.contains(&service_of(action).to_ascii_lowercase().as_str())
}

/// Whether the policy on the resource has to let the caller or its account in even within one account: keys, and roles
/// that are to be assumed
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>).
pub(super) fn needs_resource_policy(action: &str, resource: &Resource) -> Truth {
    let kinds: &[&str] = match service_of(action) {
        "kms" => &["key/", "alias/"],
        "sts" => &["role/"],
        _ => return Truth::No,
    };
    let named = resource.arn().splitn(6, ':').nth(5).unwrap_or_default();
    if kinds.iter().any(|kind| named.starts_with(kind)) {
        Truth::Yes
    } else if resource.is_one() {
        Truth::No
    } else {
        // A pattern may stand for some and for others.
        Truth::Unknown
    }
}
