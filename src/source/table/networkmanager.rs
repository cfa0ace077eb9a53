//! Network Manager: what is attached to a Cloud WAN.
//!
//! May import: `source::table`. Guarantees: plain data. A global service, which answers in Oregon. Facts about calls:
//! <https://docs.aws.amazon.com/networkmanager/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Facet, Kind, Protocol, Service, Shape, Tags, ask};

static NETWORK_MANAGER: Service = Service::new("networkmanager", Protocol::Rest).only_in("us-west-2");

/// An attachment of whatever kind to a core network. The name is ours; `CloudFormation` has a type for each kind.
pub(super) static ATTACHMENT: Kind = Kind {
    arn: Arn::Regional("networkmanager", "attachment/"),
    tags: Tags::Listed("Tags", "Key", "Value"),
    facets: &[
        Facet::property("CoreNetworkId", "CoreNetworkId", Shape::Text),
        Facet::observed("AttachmentType", "AttachmentType", Shape::Text),
        Facet::observed("CoreNetworkArn", "CoreNetworkArn", Shape::Text),
        Facet::observed("CreatedAt", "CreatedAt", Shape::Time),
        Facet::observed("EdgeLocation", "EdgeLocation", Shape::Text).or_empty(),
        Facet::observed("OwnerAccountId", "OwnerAccountId", Shape::Text),
        Facet::observed("ResourceArn", "ResourceArn", Shape::Text).or_empty(),
        // One that is not accepted yet is in no segment.
        Facet::observed("SegmentName", "SegmentName", Shape::Text).or_empty(),
        Facet::observed("State", "State", Shape::Text),
    ],
    ..Kind::new(
        "AWS::NetworkManager::Attachment",
        &NETWORK_MANAGER,
        ask!("networkmanager" "ListAttachments", Body::Json(&["Attachments"]))
            .route("GET", "/attachments")
            .list("Attachments")
            .paged("nextToken", "NextToken")
            .global(),
        "AttachmentId",
    )
};
