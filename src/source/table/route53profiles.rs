//! Route 53 Profiles: DNS settings that several VPCs share.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls:
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Route_53_Profiles.html>.

use super::super::operations::Body;
use super::{Arn, Ask, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static PROFILES: Service = Service::new("route53profiles", Protocol::Rest);

static TAGS: Ask = ask!("route53profiles" "ListTagsForResource", Body::Json(&["Tags"]))
    .route("GET", "/tags/{ResourceArn}")
    .sending(&[("ResourceArn", Sent::Of("Arn"))]);

pub(super) static PROFILE: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Object(&TAGS, "Tags"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::observed("Id", "Id", Shape::Text),
        Facet::observed("ShareStatus", "ShareStatus", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Route53Profiles::Profile",
        &PROFILES,
        ask!("route53profiles" "ListProfiles", Body::Json(&["ProfileSummaries"]))
            .route("GET", "/profiles")
            .list("ProfileSummaries")
            .paged("nextToken", "NextToken"),
        "Id",
    )
};

pub(super) static ASSOCIATION: Kind = Kind {
    facets: &[
        Facet::property("Name", "Name", Shape::Text).or_empty(),
        Facet::property("ProfileId", "ProfileId", Shape::Text),
        Facet::property("ResourceId", "ResourceId", Shape::Text),
        Facet::observed("OwnerId", "OwnerId", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Route53Profiles::ProfileAssociation",
        &PROFILES,
        ask!("route53profiles" "ListProfileAssociations", Body::Json(&["ProfileAssociations"]))
            .route("GET", "/profileassociations")
            .list("ProfileAssociations")
            .paged("nextToken", "NextToken"),
        "Id",
    )
};

pub(super) static RESOURCE_ASSOCIATION: Kind = Kind {
    under: Some(&PROFILE),
    facets: &[
        Facet::property("ProfileId", "ProfileId", Shape::Text),
        Facet::property("ResourceArn", "ResourceArn", Shape::Text),
        // JSON as text: the priority of a firewall's rule group.
        Facet::property("ResourceProperties", "ResourceProperties", Shape::Text).or_empty(),
        Facet::observed("OwnerId", "OwnerId", Shape::Text),
        Facet::observed("ResourceType", "ResourceType", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Route53Profiles::ProfileResourceAssociation",
        &PROFILES,
        ask!(
            "route53profiles" "ListProfileResourceAssociations",
            Body::Json(&["ProfileResourceAssociations"])
        )
        .route("GET", "/profileresourceassociations/profileid/{ProfileId}")
        .sending(&[("ProfileId", Sent::Of("^Id"))])
        .list("ProfileResourceAssociations")
        .paged("nextToken", "NextToken"),
        "Id",
    )
};
