//! Parallel Computing Service: clusters and their groups of nodes.
//!
//! May import: `source::table`. Guarantees: plain data; nothing of a cluster's keys is kept. Facts about calls:
//! <https://docs.aws.amazon.com/pcs/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static PCS: Service = Service::new("pcs", Protocol::Json { version: "1.0", target: "AWSParallelComputingService" });

static TAGS: Ask =
    ask!("pcs" "ListTagsForResource", Body::Json(&["tags"])).sending(&[("resourceArn", Sent::Of("arn"))]);

pub(super) static CLUSTER: Kind = Kind {
    arn: Arn::Member("arn"),
    tags: Tags::Object(&TAGS, "tags"),
    facets: &[
        Facet::property("Name", "name", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("pcs" "GetCluster", Body::Json(&["cluster"])).sending(&[("clusterIdentifier", Sent::Of("id"))]),
        facets: &[
            Facet::property(
                "Scheduler",
                "cluster.scheduler",
                Shape::Record(&[("Type", "type", Shape::Text), ("Version", "version", Shape::Text)]),
            ),
            Facet::property(
                "Networking",
                "cluster.networking",
                Shape::Record(&[
                    ("SubnetIds", "subnetIds", Shape::List(&Shape::Text)),
                    ("SecurityGroupIds", "securityGroupIds", Shape::List(&Shape::Text)),
                    ("NetworkType", "networkType", Shape::Text),
                ]),
            ),
            Facet::property(
                "SlurmConfiguration",
                "cluster.slurmConfiguration",
                Shape::Record(&[
                    ("Accounting", "accounting", Shape::Record(&[("Mode", "mode", Shape::Text)])),
                    ("SlurmRest", "slurmRest", Shape::Record(&[("Mode", "mode", Shape::Text)])),
                    (
                        "SlurmCustomSettings",
                        "slurmCustomSettings",
                        Shape::List(&Shape::Record(&[
                            ("ParameterName", "parameterName", Shape::Text),
                            ("ParameterValue", "parameterValue", Shape::Text),
                        ])),
                    ),
                ]),
            ),
            Facet::observed(
                "Endpoints",
                "cluster.endpoints",
                Shape::List(&Shape::Record(&[
                    ("Type", "type", Shape::Text),
                    ("PrivateIpAddress", "privateIpAddress", Shape::Text),
                    ("PublicIpAddress", "publicIpAddress", Shape::Text),
                    ("Port", "port", Shape::Text),
                ])),
            )
            .or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::PCS::Cluster",
        &PCS,
        ask!("pcs" "ListClusters", Body::Json(&["clusters"])).list("clusters").paged("nextToken", "nextToken"),
        "id",
    )
};

pub(super) static NODE_GROUP: Kind = Kind {
    under: Some(&CLUSTER),
    arn: Arn::Member("arn"),
    tags: Tags::Object(&TAGS, "tags"),
    facets: &[
        Facet::property("Name", "name", Shape::Text),
        Facet::property("ClusterId", "clusterId", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("pcs" "GetComputeNodeGroup", Body::Json(&["computeNodeGroup"]))
            .sending(&[("clusterIdentifier", Sent::Of("clusterId")), ("computeNodeGroupIdentifier", Sent::Of("id"))]),
        facets: &[
            Facet::property("SubnetIds", "computeNodeGroup.subnetIds", Shape::List(&Shape::Text)),
            Facet::property("IamInstanceProfileArn", "computeNodeGroup.iamInstanceProfileArn", Shape::Text),
            Facet::property(
                "CustomLaunchTemplate",
                "computeNodeGroup.customLaunchTemplate",
                Shape::Record(&[("TemplateId", "id", Shape::Text), ("Version", "version", Shape::Text)]),
            )
            .or_empty(),
            Facet::property("AmiId", "computeNodeGroup.amiId", Shape::Text).or_empty(),
            Facet::observed("SecurityGroupIds", "computeNodeGroup.securityGroupIds", Shape::List(&Shape::Text))
                .or_empty(),
            Facet::observed("SshKeyName", "computeNodeGroup.sshKeyName", Shape::Text).or_empty(),
            Facet::observed("LaunchTemplateMode", "computeNodeGroup.launchTemplateMode", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::PCS::ComputeNodeGroup",
        &PCS,
        ask!("pcs" "ListComputeNodeGroups", Body::Json(&["computeNodeGroups"]))
            .sending(&[("clusterIdentifier", Sent::Of("^id"))])
            .list("computeNodeGroups")
            .paged("nextToken", "nextToken"),
        "clusterId|id",
    )
};
