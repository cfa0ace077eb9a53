//! The tagging API: every resource that has or had tags, whatever its type.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls:
//! <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static TAGGING: Service =
    Service::new("tagging", Protocol::Json { version: "1.1", target: "ResourceGroupsTaggingAPI_20170126" });

/// A resource of any type with its tags. The name is ours.
pub(super) static RESOURCE: Kind = Kind {
    arn: Arn::Member("ResourceARN"),
    tags: Tags::Listed("Tags", "Key", "Value"),
    facets: &[Facet::observed("ResourceARN", "ResourceARN", Shape::Text)],
    ..Kind::new(
        "AWS::ResourceGroups::TaggedResource",
        &TAGGING,
        ask!("tag" "GetResources", Body::Json(&["ResourceTagMappingList"]))
            .sending(&[("ResourcesPerPage", Sent::Number(100))])
            .list("ResourceTagMappingList")
            .paged("PaginationToken", "PaginationToken"),
        "ResourceARN",
    )
};
