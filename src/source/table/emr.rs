//! EMR: clusters with their state.
//!
//! May import: `source::table`. Guarantees: plain data; no step or argument is read. Facts about calls:
//! <https://docs.aws.amazon.com/emr/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Facet, Kind, Protocol, Service, Shape, ask};

static EMR: Service = Service::new("elasticmapreduce", Protocol::Json { version: "1.1", target: "ElasticMapReduce" });

pub(super) static CLUSTER: Kind = Kind {
    arn: Arn::Member("ClusterArn"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::observed("State", "Status.State", Shape::Text),
        Facet::observed("CreationDateTime", "Status.Timeline.CreationDateTime", Shape::Time),
        // A cluster that runs has no end.
        Facet::observed("Timeline", "Status.Timeline", Shape::Record(&[("EndDateTime", "EndDateTime", Shape::Time)])),
    ],
    ..Kind::new(
        "AWS::EMR::Cluster",
        &EMR,
        ask!("elasticmapreduce" "ListClusters", Body::Json(&["Clusters"])).list("Clusters").paged("Marker", "Marker"),
        "Id",
    )
};
