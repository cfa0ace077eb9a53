//! Observability access: the links over which an account shows its logs and measurements, and the sinks that take them.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/OAM/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Facet, Kind, Protocol, Service, Shape, ask};

static OAM: Service = Service::new("oam", Protocol::Rest);

pub(super) static LINK: Kind = Kind {
    arn: Arn::Member("Arn"),
    facets: &[
        Facet::property("ResourceTypes", "ResourceTypes", Shape::List(&Shape::Text)),
        Facet::property("SinkIdentifier", "SinkArn", Shape::Text),
        Facet::observed("Label", "Label", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Oam::Link",
        &OAM,
        ask!("oam" "ListLinks", Body::Json(&["Items"]))
            .route("POST", "/ListLinks")
            .list("Items")
            .paged("NextToken", "NextToken"),
        "Arn",
    )
};

pub(super) static SINK: Kind = Kind {
    arn: Arn::Member("Arn"),
    facets: &[Facet::property("Name", "Name", Shape::Text)],
    ..Kind::new(
        "AWS::Oam::Sink",
        &OAM,
        ask!("oam" "ListSinks", Body::Json(&["Items"]))
            .route("POST", "/ListSinks")
            .list("Items")
            .paged("NextToken", "NextToken"),
        "Arn",
    )
};
