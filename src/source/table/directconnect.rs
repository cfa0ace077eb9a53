//! Direct Connect: virtual interfaces.
//!
//! May import: `source::table`. Guarantees: plain data; no key of a BGP session is kept. Facts about calls:
//! <https://docs.aws.amazon.com/directconnect/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Facet, Kind, Protocol, Service, Shape, Tags, ask};

static DIRECT_CONNECT: Service =
    Service::new("directconnect", Protocol::Json { version: "1.1", target: "OvertureService" });

/// A virtual interface of whatever kind. The name is ours; `CloudFormation` has a type for each kind.
pub(super) static VIRTUAL_INTERFACE: Kind = Kind {
    arn: Arn::Regional("directconnect", "dxvif/"),
    tags: Tags::Listed("tags", "key", "value"),
    facets: &[
        Facet::property("ConnectionId", "connectionId", Shape::Text),
        Facet::property("DirectConnectGatewayId", "directConnectGatewayId", Shape::Text).or_empty(),
        Facet::property("VirtualGatewayId", "virtualGatewayId", Shape::Text).or_empty(),
        Facet::property("VirtualInterfaceName", "virtualInterfaceName", Shape::Text),
        Facet::observed("AmazonAddress", "amazonAddress", Shape::Text).or_empty(),
        Facet::observed("CustomerAddress", "customerAddress", Shape::Text).or_empty(),
        Facet::observed("Location", "location", Shape::Text),
        Facet::observed("OwnerAccount", "ownerAccount", Shape::Text),
        Facet::observed("Region", "region", Shape::Text),
        Facet::observed("SiteLinkEnabled", "siteLinkEnabled", Shape::Flag),
        Facet::observed("VirtualInterfaceState", "virtualInterfaceState", Shape::Text),
        Facet::observed("VirtualInterfaceType", "virtualInterfaceType", Shape::Text),
    ],
    ..Kind::new(
        "AWS::DirectConnect::VirtualInterface",
        &DIRECT_CONNECT,
        // The answer holds the keys of BGP sessions.
        ask!("directconnect" "DescribeVirtualInterfaces", Body::Json(&["virtualInterfaces"]))
            .list("virtualInterfaces")
            .paged("nextToken", "nextToken")
            .secret(),
        "virtualInterfaceId",
    )
};
