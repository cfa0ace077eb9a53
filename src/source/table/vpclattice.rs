//! VPC Lattice: service networks and the VPCs in them.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls:
//! <https://docs.aws.amazon.com/vpc-lattice/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static LATTICE: Service = Service::new("vpc-lattice", Protocol::Rest);

/// Without tags the object is left out.
static TAGS: Ask = ask!("vpc-lattice" "ListTagsForResource", Body::JsonOrEmpty(&["tags"]))
    .route("GET", "/tags/{resourceArn}")
    .sending(&[("resourceArn", Sent::Of("arn"))]);

pub(super) static SERVICE_NETWORK: Kind = Kind {
    arn: Arn::Member("arn"),
    tags: Tags::Object(&TAGS, "tags"),
    facets: &[
        Facet::property("Name", "name", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
        Facet::observed("Id", "id", Shape::Text),
        Facet::observed("NumberOfAssociatedServices", "numberOfAssociatedServices", Shape::Number),
        Facet::observed("NumberOfAssociatedVPCs", "numberOfAssociatedVPCs", Shape::Number),
    ],
    ..Kind::new(
        "AWS::VpcLattice::ServiceNetwork",
        &LATTICE,
        ask!("vpc-lattice" "ListServiceNetworks", Body::Json(&["items"]))
            .route("GET", "/servicenetworks")
            .list("items")
            .paged("nextToken", "nextToken"),
        "id",
    )
};

pub(super) static VPC_ASSOCIATION: Kind = Kind {
    under: Some(&SERVICE_NETWORK),
    arn: Arn::Member("arn"),
    facets: &[
        Facet::property("ServiceNetworkIdentifier", "serviceNetworkArn", Shape::Text),
        Facet::property("VpcIdentifier", "vpcId", Shape::Text),
        Facet::observed("CreatedBy", "createdBy", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::VpcLattice::ServiceNetworkVpcAssociation",
        &LATTICE,
        ask!("vpc-lattice" "ListServiceNetworkVpcAssociations", Body::Json(&["items"]))
            .route("GET", "/servicenetworkvpcassociations")
            .sending(&[("serviceNetworkIdentifier", Sent::Of("^id"))])
            .list("items")
            .paged("nextToken", "nextToken"),
        "id",
    )
};
