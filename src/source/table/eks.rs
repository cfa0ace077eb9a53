//! EKS: clusters with the network of their end, logs and encryption.
//!
//! May import: `source::table`. Guarantees: plain data; no certificate or code of a connector is kept. Facts about
//! calls: <https://docs.aws.amazon.com/eks/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static EKS: Service = Service::new("eks", Protocol::Rest);

// The answer may hold the code that registers a connected cluster.
const DESCRIBE: Ask = ask!("eks" "DescribeCluster", Body::Json(&["cluster"]))
    .route("GET", "/clusters/{name}")
    .sending(&[("name", Sent::Of(""))])
    .secret();

pub(super) static CLUSTER: Kind = Kind {
    arn: Arn::Regional("eks", "cluster/"),
    tags: Tags::Object(&DESCRIBE, "cluster.tags"),
    details: &[Detail {
        ask: DESCRIBE,
        facets: &[
            Facet::property("Name", "cluster.name", Shape::Text),
            Facet::property("RoleArn", "cluster.roleArn", Shape::Text),
            Facet::property("Version", "cluster.version", Shape::Text),
            Facet::property(
                "ResourcesVpcConfig",
                "cluster.resourcesVpcConfig",
                Shape::Record(&[
                    ("VpcId", "vpcId", Shape::Text),
                    ("SubnetIds", "subnetIds", Shape::List(&Shape::Text)),
                    ("SecurityGroupIds", "securityGroupIds", Shape::List(&Shape::Text)),
                    ("ClusterSecurityGroupId", "clusterSecurityGroupId", Shape::Text),
                    ("EndpointPublicAccess", "endpointPublicAccess", Shape::Flag),
                    ("EndpointPrivateAccess", "endpointPrivateAccess", Shape::Flag),
                    ("PublicAccessCidrs", "publicAccessCidrs", Shape::List(&Shape::Text)),
                ]),
            ),
            Facet::property(
                "Logging",
                "cluster.logging",
                Shape::Record(&[(
                    "ClusterLogging",
                    "clusterLogging",
                    Shape::List(&Shape::Record(&[
                        ("Types", "types", Shape::List(&Shape::Text)),
                        ("Enabled", "enabled", Shape::Flag),
                    ])),
                )]),
            ),
            // A cluster whose secrets have no key of their own has none.
            Facet::property(
                "EncryptionConfig",
                "cluster.encryptionConfig",
                Shape::List(&Shape::Record(&[
                    ("Resources", "resources", Shape::List(&Shape::Text)),
                    ("Provider", "provider", Shape::Record(&[("KeyArn", "keyArn", Shape::Text)])),
                ])),
            )
            .or_empty(),
            Facet::property(
                "AccessConfig",
                "cluster.accessConfig",
                Shape::Record(&[
                    ("AuthenticationMode", "authenticationMode", Shape::Text),
                    ("BootstrapClusterCreatorAdminPermissions", "bootstrapClusterCreatorAdminPermissions", Shape::Flag),
                ]),
            ),
            Facet::property("DeletionProtection", "cluster.deletionProtection", Shape::Flag),
            Facet::observed("OidcIssuer", "cluster.identity.oidc.issuer", Shape::Text).or_empty(),
            Facet::observed("Status", "cluster.status", Shape::Text),
            Facet::observed("CreatedAt", "cluster.createdAt", Shape::Time),
        ],
    }],
    ..Kind::new(
        "AWS::EKS::Cluster",
        &EKS,
        ask!("eks" "ListClusters", Body::Json(&["clusters"]))
            .route("GET", "/clusters")
            .list("clusters")
            .paged("nextToken", "nextToken"),
        "",
    )
};
