//! RAM: what the account shares, and with whom.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/ram/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static RAM: Service = Service::new("ram", Protocol::Rest);

const THIS_SHARE: &[(&str, Sent)] =
    &[("resourceOwner", Sent::Text("SELF")), ("resourceShareArns", Sent::One("resourceShareArn"))];

pub(super) static SHARE: Kind = Kind {
    arn: Arn::Member("resourceShareArn"),
    tags: Tags::Listed("tags", "key", "value"),
    facets: &[
        Facet::property("AllowExternalPrincipals", "allowExternalPrincipals", Shape::Flag),
        Facet::property("Name", "name", Shape::Text),
        Facet::observed("CreationTime", "creationTime", Shape::Time),
        Facet::observed("FeatureSet", "featureSet", Shape::Text),
        Facet::observed("OwningAccountId", "owningAccountId", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
    ],
    details: &[
        Detail {
            ask: ask!("ram" "ListPrincipals", Body::Json(&["principals"]))
                .route("POST", "/listprincipals")
                .sending(THIS_SHARE)
                .list("principals")
                .paged("nextToken", "nextToken"),
            facets: &[Facet::observed(
                "SharePrincipals",
                "",
                Shape::List(&Shape::Record(&[("Id", "id", Shape::Text), ("External", "external", Shape::Flag)])),
            )],
        },
        Detail {
            ask: ask!("ram" "ListResources", Body::Json(&["resources"]))
                .route("POST", "/listresources")
                .sending(THIS_SHARE)
                .list("resources")
                .paged("nextToken", "nextToken"),
            facets: &[Facet::observed(
                "SharedResources",
                "",
                Shape::List(&Shape::Record(&[
                    ("Arn", "arn", Shape::Text),
                    ("Type", "type", Shape::Text),
                    ("Status", "status", Shape::Text),
                ])),
            )],
        },
    ],
    ..Kind::new(
        "AWS::RAM::ResourceShare",
        &RAM,
        ask!("ram" "GetResourceShares", Body::Json(&["resourceShares"]))
            .route("POST", "/getresourceshares")
            .sending(&[("resourceOwner", Sent::Text("SELF"))])
            .list("resourceShares")
            .paged("nextToken", "nextToken"),
        "resourceShareArn",
    )
};
