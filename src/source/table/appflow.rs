//! `AppFlow`: flows with the kinds of their ends.
//!
//! May import: `source::table`. Guarantees: plain data; no connector's profile or credential is asked. Facts about
//! calls: <https://docs.aws.amazon.com/appflow/1.0/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static APPFLOW: Service = Service::new("appflow", Protocol::Rest);

static TAGS: Ask = ask!("appflow" "ListTagsForResource", Body::Json(&["tags"]))
    .route("GET", "/tags/{resourceArn}")
    .sending(&[("resourceArn", Sent::Of("flowArn"))]);

pub(super) static FLOW: Kind = Kind {
    arn: Arn::Member("flowArn"),
    tags: Tags::Object(&TAGS, "tags"),
    facets: &[
        Facet::property("FlowName", "flowName", Shape::Text),
        Facet::property("FlowStatus", "flowStatus", Shape::Text),
        Facet::observed("SourceConnectorType", "sourceConnectorType", Shape::Text),
        Facet::observed("SourceConnectorLabel", "sourceConnectorLabel", Shape::Text).or_empty(),
        Facet::observed("DestinationConnectorType", "destinationConnectorType", Shape::Text),
        Facet::observed("DestinationConnectorLabel", "destinationConnectorLabel", Shape::Text).or_empty(),
        Facet::observed("TriggerType", "triggerType", Shape::Text),
        Facet::observed("CreatedBy", "createdBy", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
    ],
    ..Kind::new(
        "AWS::AppFlow::Flow",
        &APPFLOW,
        ask!("appflow" "ListFlows", Body::Json(&["flows"]))
            .route("POST", "/list-flows")
            .list("flows")
            .paged("nextToken", "nextToken"),
        "flowName",
    )
};
