//! RDS: databases, clusters and their snapshots, with whom the snapshots are shared.
//!
//! May import: `source::table`. Guarantees: plain data; no password, not even a pending one, is kept. Facts about calls:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, regional};

static RDS: Service = Service::new("rds", Protocol::Query { version: "2014-10-31" });

const PAGES: Option<Paging> = Some(Paging { sent: "Marker", read: "Marker" });
const LARGE: &[(&str, Sent)] = &[("MaxRecords", Sent::Number(100))];

const TAGS: Tags = Tags::Listed("TagList", "Key", "Value");

const fn listing(operation: Operation, items: &'static str) -> Ask {
    Ask { operation, route: ("POST", "/"), sent: LARGE, items, within: "", paging: PAGES }
}

const fn describing(operation: Operation, sent: &'static [(&'static str, Sent)]) -> Ask {
    Ask { operation, route: ("POST", "/"), sent, items: "", within: "", paging: None }
}

const GROUPS: Shape = Shape::List(&Shape::Record(&[
    ("VpcSecurityGroupId", "VpcSecurityGroupId", Shape::Text),
    ("Status", "Status", Shape::Text),
]));
const ROLES: Shape = Shape::List(&Shape::Record(&[
    ("RoleArn", "RoleArn", Shape::Text),
    ("FeatureName", "FeatureName", Shape::Text),
    ("Status", "Status", Shape::Text),
]));
const SUBNETS: Shape = Shape::Record(&[
    ("DBSubnetGroupName", "DBSubnetGroupName", Shape::Text),
    ("VpcId", "VpcId", Shape::Text),
    (
        "Subnets",
        "Subnets",
        Shape::List(&Shape::Record(&[
            ("SubnetId", "SubnetIdentifier", Shape::Text),
            ("AvailabilityZone", "SubnetAvailabilityZone.Name", Shape::Text),
        ])),
    ),
]);
const MEMBERS: Shape = Shape::List(&Shape::Record(&[
    ("DBInstanceIdentifier", "DBInstanceIdentifier", Shape::Text),
    ("IsClusterWriter", "IsClusterWriter", Shape::Flag),
]));
/// `restore` names the accounts that may restore it; `all` is everybody.
const SHARED: Shape = Shape::List(&Shape::Record(&[
    ("AttributeName", "AttributeName", Shape::Text),
    ("AttributeValues", "AttributeValues", Shape::List(&Shape::Text)),
]));

pub(super) static INSTANCE: Kind = Kind {
    kind: "AWS::RDS::DBInstance",
    service: &RDS,
    list: listing(regional("rds", "DescribeDBInstances", &["rds:DescribeDBInstances"], Body::Query), "DBInstances"),
    under: None,
    id: "DBInstanceIdentifier",
    arn: Arn::Member("DBInstanceArn"),
    tags: TAGS,
    facets: &[
        Facet::property("AutoMinorVersionUpgrade", "AutoMinorVersionUpgrade", Shape::Flag),
        Facet::property("BackupRetentionPeriod", "BackupRetentionPeriod", Shape::Number),
        Facet::property("DBClusterIdentifier", "DBClusterIdentifier", Shape::Text).or_empty(),
        Facet::property("DBInstanceClass", "DBInstanceClass", Shape::Text),
        Facet::property("DeletionProtection", "DeletionProtection", Shape::Flag),
        Facet::property("EnableCloudwatchLogsExports", "EnabledCloudwatchLogsExports", Shape::List(&Shape::Text)),
        Facet::property("EnableIAMDatabaseAuthentication", "IAMDatabaseAuthenticationEnabled", Shape::Flag),
        Facet::property("Engine", "Engine", Shape::Text),
        Facet::property("EngineVersion", "EngineVersion", Shape::Text),
        Facet::property("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
        Facet::property("MultiAZ", "MultiAZ", Shape::Flag),
        Facet::property("PubliclyAccessible", "PubliclyAccessible", Shape::Flag),
        Facet::property("StorageEncrypted", "StorageEncrypted", Shape::Flag),
        Facet::observed("AssociatedRoles", "AssociatedRoles", ROLES),
        Facet::observed("InstanceCreateTime", "InstanceCreateTime", Shape::Time),
        Facet::observed(
            "ParameterGroups",
            "DBParameterGroups",
            Shape::List(&Shape::Record(&[("DBParameterGroupName", "DBParameterGroupName", Shape::Text)])),
        ),
        Facet::observed("Status", "DBInstanceStatus", Shape::Text),
        Facet::observed("SubnetGroup", "DBSubnetGroup", SUBNETS),
        Facet::observed("VpcSecurityGroups", "VpcSecurityGroups", GROUPS),
    ],
    details: &[],
};

pub(super) static CLUSTER: Kind = Kind {
    kind: "AWS::RDS::DBCluster",
    service: &RDS,
    list: listing(regional("rds", "DescribeDBClusters", &["rds:DescribeDBClusters"], Body::Query), "DBClusters"),
    under: None,
    id: "DBClusterIdentifier",
    arn: Arn::Member("DBClusterArn"),
    tags: TAGS,
    facets: &[
        Facet::property("BackupRetentionPeriod", "BackupRetentionPeriod", Shape::Number),
        Facet::property("DBSubnetGroupName", "DBSubnetGroup", Shape::Text),
        Facet::property("DeletionProtection", "DeletionProtection", Shape::Flag),
        Facet::property("EnableCloudwatchLogsExports", "EnabledCloudwatchLogsExports", Shape::List(&Shape::Text)),
        Facet::property("EnableHttpEndpoint", "HttpEndpointEnabled", Shape::Flag),
        Facet::property("EnableIAMDatabaseAuthentication", "IAMDatabaseAuthenticationEnabled", Shape::Flag),
        Facet::property("Engine", "Engine", Shape::Text),
        Facet::property("EngineVersion", "EngineVersion", Shape::Text),
        Facet::property("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
        Facet::property("StorageEncrypted", "StorageEncrypted", Shape::Flag),
        Facet::observed("AssociatedRoles", "AssociatedRoles", ROLES),
        Facet::observed("ClusterCreateTime", "ClusterCreateTime", Shape::Time),
        Facet::observed("Members", "DBClusterMembers", MEMBERS),
        Facet::observed("MultiAZ", "MultiAZ", Shape::Flag),
        Facet::observed("ParameterGroup", "DBClusterParameterGroup", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
        Facet::observed("VpcSecurityGroups", "VpcSecurityGroups", GROUPS),
    ],
    details: &[],
};

pub(super) static SNAPSHOT: Kind = Kind {
    kind: "AWS::RDS::DBSnapshot",
    service: &RDS,
    list: listing(regional("rds", "DescribeDBSnapshots", &["rds:DescribeDBSnapshots"], Body::Query), "DBSnapshots"),
    under: None,
    id: "DBSnapshotIdentifier",
    arn: Arn::Member("DBSnapshotArn"),
    tags: TAGS,
    facets: &[
        Facet::observed("DBInstanceIdentifier", "DBInstanceIdentifier", Shape::Text),
        Facet::observed("Encrypted", "Encrypted", Shape::Flag),
        Facet::observed("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
        Facet::observed("SnapshotCreateTime", "SnapshotCreateTime", Shape::Time),
        Facet::observed("SnapshotType", "SnapshotType", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    details: &[Detail {
        ask: describing(
            regional("rds", "DescribeDBSnapshotAttributes", &["rds:DescribeDBSnapshotAttributes"], Body::Query),
            &[("DBSnapshotIdentifier", Sent::Of("DBSnapshotIdentifier"))],
        ),
        facets: &[Facet::observed("Attributes", "DBSnapshotAttributesResult.DBSnapshotAttributes", SHARED)],
    }],
};

pub(super) static CLUSTER_SNAPSHOT: Kind = Kind {
    kind: "AWS::RDS::DBClusterSnapshot",
    service: &RDS,
    list: listing(
        regional("rds", "DescribeDBClusterSnapshots", &["rds:DescribeDBClusterSnapshots"], Body::Query),
        "DBClusterSnapshots",
    ),
    under: None,
    id: "DBClusterSnapshotIdentifier",
    arn: Arn::Member("DBClusterSnapshotArn"),
    tags: TAGS,
    facets: &[
        Facet::observed("DBClusterIdentifier", "DBClusterIdentifier", Shape::Text),
        Facet::observed("Encrypted", "StorageEncrypted", Shape::Flag),
        Facet::observed("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
        Facet::observed("SnapshotCreateTime", "SnapshotCreateTime", Shape::Time),
        Facet::observed("SnapshotType", "SnapshotType", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    details: &[Detail {
        ask: describing(
            regional(
                "rds",
                "DescribeDBClusterSnapshotAttributes",
                &["rds:DescribeDBClusterSnapshotAttributes"],
                Body::Query,
            ),
            &[("DBClusterSnapshotIdentifier", Sent::Of("DBClusterSnapshotIdentifier"))],
        ),
        facets: &[Facet::observed(
            "Attributes",
            "DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes",
            SHARED,
        )],
    }],
};
