//! IAM Identity Center: instances, their permission sets, the accounts in which each is provisioned, and who is assigned.
//!
//! May import: `source::table`. Guarantees: plain data. An instance of the organisation shows in its management account (and
//! that of its delegated administrator) alone. Facts about calls:
//! <https://docs.aws.amazon.com/singlesignon/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static SSO: Service = Service::new("sso", Protocol::Json { version: "1.1", target: "SWBExternalService" });

const THIS_SET: &[(&str, Sent)] = &[("InstanceArn", Sent::Of("^InstanceArn")), ("PermissionSetArn", Sent::Of(""))];

static TAGS_OF_INSTANCE: Ask = ask!("sso" "ListTagsForResource", Body::Json(&["Tags"]))
    .sending(&[("InstanceArn", Sent::Of("InstanceArn")), ("ResourceArn", Sent::Of("InstanceArn"))])
    .list("Tags")
    .paged("NextToken", "NextToken");
static TAGS_OF_SET: Ask = ask!("sso" "ListTagsForResource", Body::Json(&["Tags"]))
    .sending(&[("InstanceArn", Sent::Of("^InstanceArn")), ("ResourceArn", Sent::Of(""))])
    .list("Tags")
    .paged("NextToken", "NextToken");

pub(super) static INSTANCE: Kind = Kind {
    arn: Arn::Member("InstanceArn"),
    tags: Tags::Asked(&TAGS_OF_INSTANCE, "Key", "Value"),
    facets: &[
        Facet::observed("IdentityStoreId", "IdentityStoreId", Shape::Text),
        Facet::observed("OwnerAccountId", "OwnerAccountId", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("sso" "DescribeInstance", Body::Json(&["InstanceArn"]))
            .sending(&[("InstanceArn", Sent::Of("InstanceArn"))]),
        facets: &[
            Facet::property("Name", "Name", Shape::Text).or_empty(),
            Facet::observed(
                "EncryptionConfigurationDetails",
                "EncryptionConfigurationDetails",
                Shape::Record(&[
                    ("KeyType", "KeyType", Shape::Text),
                    ("KmsKeyArn", "KmsKeyArn", Shape::Text),
                    ("EncryptionStatus", "EncryptionStatus", Shape::Text),
                ]),
            ),
            // From where people may reach it; an answer without it does not say.
            Facet::observed(
                "NetworkConfigurationDetails",
                "NetworkConfigurationDetails",
                Shape::Record(&[
                    ("VpceAccessRequired", "VpceAccessRequired", Shape::Flag),
                    ("RestrictSourceVpcs", "RestrictSourceVpcs", Shape::List(&Shape::Text)),
                    ("AllowSourceIps", "AllowSourceIps", Shape::List(&Shape::Text)),
                    ("ExcludeApplicationArns", "ExcludeApplicationArns", Shape::List(&Shape::Text)),
                ]),
            ),
        ],
    }],
    ..Kind::new(
        "AWS::SSO::Instance",
        &SSO,
        ask!("sso" "ListInstances", Body::Json(&["Instances"])).list("Instances").paged("NextToken", "NextToken"),
        "InstanceArn",
    )
};

pub(super) static PERMISSION_SET: Kind = Kind {
    under: Some(&INSTANCE),
    arn: Arn::Member(""),
    tags: Tags::Asked(&TAGS_OF_SET, "Key", "Value"),
    details: &[
        Detail {
            ask: ask!("sso" "DescribePermissionSet", Body::Json(&["PermissionSet"])).sending(THIS_SET),
            facets: &[
                Facet::property("Name", "PermissionSet.Name", Shape::Text),
                Facet::property("SessionDuration", "PermissionSet.SessionDuration", Shape::Text),
                Facet::property("RelayStateType", "PermissionSet.RelayState", Shape::Text).or_empty(),
                Facet::observed("CreatedDate", "PermissionSet.CreatedDate", Shape::Time),
            ],
        },
        Detail {
            ask: ask!("sso" "ListManagedPoliciesInPermissionSet", Body::Json(&["AttachedManagedPolicies"]))
                .sending(THIS_SET)
                .list("AttachedManagedPolicies")
                .paged("NextToken", "NextToken"),
            facets: &[Facet::observed(
                "AttachedManagedPolicies",
                "",
                Shape::List(&Shape::Record(&[("Name", "Name", Shape::Text), ("Arn", "Arn", Shape::Text)])),
            )],
        },
        Detail {
            ask: ask!(
                "sso" "ListCustomerManagedPolicyReferencesInPermissionSet",
                Body::Json(&["CustomerManagedPolicyReferences"])
            )
            .sending(THIS_SET)
            .list("CustomerManagedPolicyReferences")
            .paged("NextToken", "NextToken"),
            facets: &[Facet::property("CustomerManagedPolicyReferences", "", Shape::List(&REFERENCE))],
        },
        Detail {
            ask: ask!("sso" "GetInlinePolicyForPermissionSet", Body::Json(&["InlinePolicy"])).sending(THIS_SET),
            // "It is possible for an empty inline policy to be returned"; an answer without the member is none at all.
            facets: &[Facet::property("InlinePolicy", "InlinePolicy", Shape::Document).or_empty()],
        },
        Detail {
            // A set without a boundary is "not found".
            ask: ask!("sso" "GetPermissionsBoundaryForPermissionSet", Body::Json(&["PermissionsBoundary"]))
                .sending(THIS_SET)
                .absent(&["ResourceNotFoundException"]),
            facets: &[Facet::property(
                "PermissionsBoundary",
                "PermissionsBoundary",
                Shape::Record(&[
                    ("ManagedPolicyArn", "ManagedPolicyArn", Shape::Text),
                    ("CustomerManagedPolicyReference", "CustomerManagedPolicyReference", REFERENCE),
                ]),
            )],
        },
    ],
    ..Kind::new(
        "AWS::SSO::PermissionSet",
        &SSO,
        ask!("sso" "ListPermissionSets", Body::Json(&["PermissionSets"]))
            .sending(&[("InstanceArn", Sent::Of("^InstanceArn"))])
            .list("PermissionSets")
            .paged("NextToken", "NextToken"),
        "",
    )
};

const REFERENCE: Shape = Shape::Record(&[("Name", "Name", Shape::Text), ("Path", "Path", Shape::Text)]);

/// An account in which a permission set is provisioned: what stands between a set and its assignments. The name is ours;
/// `CloudFormation` has no such type.
pub(super) static PROVISIONED: Kind = Kind {
    under: Some(&PERMISSION_SET),
    facets: &[Facet::observed("AccountId", "", Shape::Text)],
    ..Kind::new(
        "AWS::SSO::ProvisionedAccount",
        &SSO,
        ask!("sso" "ListAccountsForProvisionedPermissionSet", Body::Json(&["AccountIds"]))
            .sending(&[("InstanceArn", Sent::Of("^^InstanceArn")), ("PermissionSetArn", Sent::Of("^"))])
            .list("AccountIds")
            .paged("NextToken", "NextToken"),
        "^|",
    )
};

pub(super) static ASSIGNMENT: Kind = Kind {
    under: Some(&PROVISIONED),
    facets: &[
        Facet::property("PermissionSetArn", "PermissionSetArn", Shape::Text),
        Facet::property("PrincipalId", "PrincipalId", Shape::Text),
        Facet::property("PrincipalType", "PrincipalType", Shape::Text),
        Facet::property("TargetId", "AccountId", Shape::Text),
    ],
    ..Kind::new(
        "AWS::SSO::Assignment",
        &SSO,
        ask!("sso" "ListAccountAssignments", Body::Json(&["AccountAssignments"]))
            .sending(&[
                ("InstanceArn", Sent::Of("^^^InstanceArn")),
                ("PermissionSetArn", Sent::Of("^^")),
                ("AccountId", Sent::Of("^")),
            ])
            .list("AccountAssignments")
            .paged("NextToken", "NextToken"),
        "PermissionSetArn|AccountId|PrincipalType|PrincipalId",
    )
};
