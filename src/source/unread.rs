//! Operations that controls of the catalogue name and that live collection does not call, each with the reason.
//!
//! May import: nothing of this crate. Guarantees: plain data; what stands here is no operation of the collectors.

/// One operation that is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread {
    /// The service's IAM prefix.
    pub service: &'static str,
    /// AWS's name.
    pub operation: &'static str,
    pub reason: &'static str,
}

const fn of(service: &'static str, operation: &'static str, reason: &'static str) -> Unread {
    Unread { service, operation, reason }
}

const DATA: &str = "it reads data, which an auditor's role must not be able to";
const OUTBOUND: &str = "it reads tags of single objects: it would be asked only of declared outbound buckets, which collection does not know";
const STARTS: &str = "it starts a query, which is charged for and is no read";

/// Sorted by service and operation.
pub static UNREAD: &[Unread] = &[
    of("cloudformation", "DescribeStackResources", "answered by cloudformation:ListStackResources, which has pages"),
    of("cloudtrail", "StartQuery", STARTS),
    of("cloudwatch", "GetMetricData", "it reads measured values of a time, which are no state"),
    of(
        "config",
        "GetResourceConfigHistory",
        "delivered configuration history files are read instead (collect --config-files)",
    ),
    of("dynamodb", "Query", DATA),
    of("iam", "GetAccessKeyLastUsed", "answered by iam:GetCredentialReport"),
    of("iam", "GetInstanceProfile", "answered by iam:GetAccountAuthorizationDetails"),
    of("iam", "GetRole", "answered by iam:GetAccountAuthorizationDetails"),
    of("iam", "ListAccessKeys", "answered by iam:GetCredentialReport"),
    of("iam", "ListUsers", "answered by iam:GetAccountAuthorizationDetails"),
    of("identitystore", "DescribeUser", "answered by identitystore:ListUsers"),
    of(
        "identitystore",
        "ListGroupMembershipsForMember",
        "answered by identitystore:ListGroupMemberships of every group",
    ),
    of("logs", "StartQuery", STARTS),
    of("organizations", "ListAccounts", "answered by organizations:ListAccountsForParent of every unit"),
    of("organizations", "ListParents", "answered by the listings of every unit and account"),
    of("organizations", "ListPoliciesForTarget", "answered by organizations:ListTargetsForPolicy of every policy"),
    of("resource-explorer-2", "Search", "a search by words that shows a thousand resources at most: no listing"),
    of("s3", "GetObjectTagging", OUTBOUND),
    of("s3", "ListObjectsV2", "it reads the names of objects, which may name people"),
    of("sns", "ListSubscriptions", "answered by sns:ListSubscriptionsByTopic of every topic"),
    of("sso", "ListAccountAssignmentsForPrincipal", "answered by sso:ListAccountAssignments of every permission set"),
    of(
        "sso",
        "ListPermissionSetsProvisionedToAccount",
        "answered by sso:ListAccountsForProvisionedPermissionSet of every permission set",
    ),
    of("states", "GetExecutionHistory", DATA),
];
