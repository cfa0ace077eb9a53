//! Directory Service: directories with their trusts, shares and logs, and who is in which group of them.
//!
//! May import: `source::table`. Guarantees: plain data; no RADIUS secret and no name of a service account is kept, and of a
//! member of a group the account name alone. Facts about calls: <https://docs.aws.amazon.com/directoryservice/latest/devguide/>.

use super::super::operations::Body;
use super::{Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static DIRECTORIES: Service =
    Service::new("ds", Protocol::Json { version: "1.1", target: "DirectoryService_20150416" });
static DATA: Service = Service::new("ds-data", Protocol::Rest);

const THIS_DIRECTORY: &[(&str, Sent)] = &[("DirectoryId", Sent::Of("DirectoryId"))];

static TAGS: Ask = ask!("ds" "ListTagsForResource", Body::Json(&["Tags"]))
    .sending(&[("ResourceId", Sent::Of("DirectoryId"))])
    .list("Tags")
    .paged("NextToken", "NextToken");

const NETWORK: Shape = Shape::Record(&[
    ("VpcId", "VpcId", Shape::Text),
    ("SubnetIds", "SubnetIds", Shape::List(&Shape::Text)),
    ("AvailabilityZones", "AvailabilityZones", Shape::List(&Shape::Text)),
]);

/// A directory of any kind: what `CloudFormation` spreads over several types. The name is ours.
pub(super) static DIRECTORY: Kind = Kind {
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[
        // One that connects to a directory elsewhere has these, others the settings of a network.
        Facet::observed("ConnectSettings", "ConnectSettings", NETWORK).or_empty(),
        Facet::observed("DirectoryId", "DirectoryId", Shape::Text),
        Facet::observed("Name", "Name", Shape::Text),
        // Only of a directory that another account shares.
        Facet::observed(
            "OwnerDirectoryDescription",
            "OwnerDirectoryDescription",
            Shape::Record(&[
                ("AccountId", "AccountId", Shape::Text),
                ("DirectoryId", "DirectoryId", Shape::Text),
                ("RadiusStatus", "RadiusStatus", Shape::Text),
                ("VpcSettings", "VpcSettings", NETWORK),
            ]),
        )
        .or_empty(),
        // Left out where no second factor was ever set up.
        Facet::observed("RadiusStatus", "RadiusStatus", Shape::Text).or_empty(),
        Facet::observed("ShareStatus", "ShareStatus", Shape::Text).or_empty(),
        Facet::observed("SsoEnabled", "SsoEnabled", Shape::Flag),
        Facet::observed("Stage", "Stage", Shape::Text),
        Facet::observed("Type", "Type", Shape::Text),
        Facet::observed("VpcSettings", "VpcSettings", NETWORK).or_empty(),
    ],
    details: &[
        Detail {
            ask: ask!("ds" "DescribeLDAPSSettings", Body::Json(&["LDAPSSettingsInfo"]))
                .sending(THIS_DIRECTORY)
                .list("LDAPSSettingsInfo")
                .paged("NextToken", "NextToken"),
            facets: &[Facet::observed(
                "LDAPSSettings",
                "",
                Shape::List(&Shape::Record(&[("LDAPSStatus", "LDAPSStatus", Shape::Text)])),
            )],
        },
        Detail {
            // A directory of a kind that nobody can share answers that it is unsupported: a gap, since that is no "none".
            ask: ask!("ds" "DescribeSharedDirectories", Body::Json(&["SharedDirectories"]))
                .sending(&[("OwnerDirectoryId", Sent::Of("DirectoryId"))])
                .list("SharedDirectories")
                .paged("NextToken", "NextToken"),
            facets: &[Facet::observed(
                "SharedDirectories",
                "",
                Shape::List(&Shape::Record(&[
                    ("SharedAccountId", "SharedAccountId", Shape::Text),
                    ("SharedDirectoryId", "SharedDirectoryId", Shape::Text),
                    ("ShareMethod", "ShareMethod", Shape::Text),
                    ("ShareStatus", "ShareStatus", Shape::Text),
                ])),
            )],
        },
        Detail {
            ask: ask!("ds" "DescribeTrusts", Body::Json(&["Trusts"]))
                .sending(THIS_DIRECTORY)
                .list("Trusts")
                .paged("NextToken", "NextToken"),
            facets: &[Facet::observed(
                "Trusts",
                "",
                Shape::List(&Shape::Record(&[
                    ("TrustId", "TrustId", Shape::Text),
                    ("RemoteDomainName", "RemoteDomainName", Shape::Text),
                    ("SelectiveAuth", "SelectiveAuth", Shape::Text),
                    ("TrustDirection", "TrustDirection", Shape::Text),
                    ("TrustState", "TrustState", Shape::Text),
                    ("TrustType", "TrustType", Shape::Text),
                ])),
            )],
        },
        Detail {
            ask: ask!("ds" "ListLogSubscriptions", Body::Json(&["LogSubscriptions"]))
                .sending(THIS_DIRECTORY)
                .list("LogSubscriptions")
                .paged("NextToken", "NextToken"),
            facets: &[Facet::observed(
                "LogSubscriptions",
                "",
                Shape::List(&Shape::Record(&[("LogGroupName", "LogGroupName", Shape::Text)])),
            )],
        },
    ],
    ..Kind::new(
        "AWS::DirectoryService::Directory",
        &DIRECTORIES,
        // The answer may hold a RADIUS secret.
        ask!("ds" "DescribeDirectories", Body::Json(&["DirectoryDescriptions"]))
            .list("DirectoryDescriptions")
            .paged("NextToken", "NextToken")
            .secret(),
        "DirectoryId",
    )
};

/// Only of a managed Microsoft directory whose data may be read. The name is ours.
pub(super) static GROUP: Kind = Kind {
    under: Some(&DIRECTORY),
    facets: &[
        Facet::observed("GroupScope", "GroupScope", Shape::Text),
        Facet::observed("GroupType", "GroupType", Shape::Text),
        Facet::observed("SAMAccountName", "SAMAccountName", Shape::Text),
        Facet::observed("SID", "SID", Shape::Text),
    ],
    details: &[Detail {
        // The answer names people.
        ask: ask!("ds-data" "ListGroupMembers" as &["ds-data:ListGroupMembers", "ds:AccessDSData"], Body::Json(&["Members"]))
            .route("POST", "/GroupMemberships/ListGroupMembers?DirectoryId")
            .sending(&[("DirectoryId", Sent::Of("^DirectoryId")), ("SAMAccountName", Sent::Of("SAMAccountName"))])
            .list("Members")
            .paged("NextToken", "NextToken")
            .secret(),
        facets: &[Facet::observed(
            "Members",
            "",
            Shape::List(&Shape::Record(&[
                ("MemberType", "MemberType", Shape::Text),
                ("SAMAccountName", "SAMAccountName", Shape::Text),
            ])),
        )],
    }],
    ..Kind::new(
        "AWS::DirectoryService::Group",
        &DATA,
        ask!("ds-data" "ListGroups" as &["ds-data:ListGroups", "ds:AccessDSData"], Body::Json(&["Groups"]))
            .route("POST", "/Groups/ListGroups?DirectoryId")
            .sending(&[("DirectoryId", Sent::Of("^DirectoryId"))])
            .list("Groups")
            .paged("NextToken", "NextToken"),
        "^DirectoryId|SID",
    )
};
