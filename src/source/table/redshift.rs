//! Redshift: clusters.
//!
//! May import: `source::table`. Guarantees: plain data; no password, not even a pending one, is kept. Facts about calls:
//! <https://docs.aws.amazon.com/redshift/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static REDSHIFT: Service = Service::new("redshift", Protocol::Query { version: "2012-12-01" });

pub(super) static CLUSTER: Kind = Kind {
    arn: Arn::Regional("redshift", "cluster:"),
    tags: Tags::Listed("Tags", "Key", "Value"),
    facets: &[
        Facet::property("AutomatedSnapshotRetentionPeriod", "AutomatedSnapshotRetentionPeriod", Shape::Number),
        Facet::property("ClusterSubnetGroupName", "ClusterSubnetGroupName", Shape::Text),
        Facet::property("Encrypted", "Encrypted", Shape::Flag),
        Facet::property("EnhancedVpcRouting", "EnhancedVpcRouting", Shape::Flag),
        Facet::property("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
        Facet::property("PubliclyAccessible", "PubliclyAccessible", Shape::Flag),
        Facet::observed("ClusterCreateTime", "ClusterCreateTime", Shape::Time),
        Facet::observed("ClusterStatus", "ClusterStatus", Shape::Text),
        Facet::observed(
            "IamRoles",
            "IamRoles",
            Shape::List(&Shape::Record(&[("IamRoleArn", "IamRoleArn", Shape::Text)])),
        ),
        Facet::observed("MultiAZ", "MultiAZ", Shape::Text),
        Facet::observed(
            "ParameterGroups",
            "ClusterParameterGroups",
            Shape::List(&Shape::Record(&[("ParameterGroupName", "ParameterGroupName", Shape::Text)])),
        ),
        Facet::observed("VpcId", "VpcId", Shape::Text),
        Facet::observed(
            "VpcSecurityGroups",
            "VpcSecurityGroups",
            Shape::List(&Shape::Record(&[
                ("VpcSecurityGroupId", "VpcSecurityGroupId", Shape::Text),
                ("Status", "Status", Shape::Text),
            ])),
        ),
    ],
    ..Kind::new(
        "AWS::Redshift::Cluster",
        &REDSHIFT,
        // The answer has a member for a password that waits.
        ask!("redshift" "DescribeClusters", Body::Query)
            .sending(&[("MaxRecords", Sent::Number(100))])
            .list("Clusters")
            .paged("Marker", "Marker")
            .secret(),
        "ClusterIdentifier",
    )
};
