//! Identity Store: the users and groups of an Identity Center instance, and who is in which group.
//!
//! May import: `source::table`. Guarantees: plain data; of a person the user name and state alone are kept, no address,
//! telephone number or date of birth. Facts about calls: <https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/>.

use super::super::operations::Body;
use super::{Arn, Facet, Kind, Protocol, Sent, Service, Shape, ask, sso};

static IDENTITY_STORE: Service =
    Service::new("identitystore", Protocol::Json { version: "1.1", target: "AWSIdentityStore" });

const THIS_STORE: &[(&str, Sent)] = &[("IdentityStoreId", Sent::Of("^IdentityStoreId"))];

pub(super) static USER: Kind = Kind {
    under: Some(&sso::INSTANCE),
    facets: &[
        Facet::observed("UserName", "UserName", Shape::Text).or_empty(),
        Facet::observed("UserStatus", "UserStatus", Shape::Text),
        // Only users that another directory provisions have one.
        Facet::observed(
            "ExternalIds",
            "ExternalIds",
            Shape::List(&Shape::Record(&[("Issuer", "Issuer", Shape::Text)])),
        )
        .or_empty(),
        Facet::observed("CreatedAt", "CreatedAt", Shape::Time),
    ],
    ..Kind::new(
        "AWS::IdentityStore::User",
        &IDENTITY_STORE,
        // The answer holds what people gave of themselves.
        ask!("identitystore" "ListUsers", Body::Json(&["Users"]))
            .sending(THIS_STORE)
            .list("Users")
            .paged("NextToken", "NextToken")
            .secret(),
        "IdentityStoreId|UserId",
    )
};

pub(super) static GROUP: Kind = Kind {
    under: Some(&sso::INSTANCE),
    arn: Arn::None,
    facets: &[
        Facet::property("DisplayName", "DisplayName", Shape::Text).or_empty(),
        Facet::property("IdentityStoreId", "IdentityStoreId", Shape::Text),
        Facet::observed("GroupId", "GroupId", Shape::Text),
    ],
    ..Kind::new(
        "AWS::IdentityStore::Group",
        &IDENTITY_STORE,
        ask!("identitystore" "ListGroups", Body::Json(&["Groups"]))
            .sending(THIS_STORE)
            .list("Groups")
            .paged("NextToken", "NextToken"),
        "IdentityStoreId|GroupId",
    )
};

pub(super) static MEMBERSHIP: Kind = Kind {
    under: Some(&GROUP),
    facets: &[
        Facet::property("GroupId", "GroupId", Shape::Text),
        Facet::property("MemberId", "MemberId", Shape::Record(&[("UserId", "UserId", Shape::Text)])),
    ],
    ..Kind::new(
        "AWS::IdentityStore::GroupMembership",
        &IDENTITY_STORE,
        ask!("identitystore" "ListGroupMemberships", Body::Json(&["GroupMemberships"]))
            .sending(&[("IdentityStoreId", Sent::Of("^IdentityStoreId")), ("GroupId", Sent::Of("^GroupId"))])
            .list("GroupMemberships")
            .paged("NextToken", "NextToken"),
        "IdentityStoreId|MembershipId",
    )
};
