//! RDS: databases, clusters, their parameters and subnets, snapshots with whom they are shared, and exports.
//!
//! May import: `source::table`. Guarantees: plain data; no password, not even a pending one, is kept. Facts about calls:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, ask, regional};

static RDS: Service = Service::new("rds", Protocol::Query { version: "2014-10-31" });

const PAGES: Option<Paging> = Some(Paging { sent: "Marker", read: "Marker" });
const LARGE: &[(&str, Sent)] = &[("MaxRecords", Sent::Number(100))];

const TAGS: Tags = Tags::Listed("TagList", "Key", "Value");

const fn listing(operation: Operation, items: &'static str) -> Ask {
    Ask { operation, route: ("POST", "/"), sent: LARGE, items, within: "", elsewhere: None, paging: PAGES, only: None }
}

const fn describing(operation: Operation, sent: &'static [(&'static str, Sent)]) -> Ask {
    Ask { operation, route: ("POST", "/"), sent, items: "", within: "", elsewhere: None, paging: None, only: None }
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
    ("ParameterGroupStatus", "DBClusterParameterGroupStatus", Shape::Text),
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
            Shape::List(&Shape::Record(&[
                ("DBParameterGroupName", "DBParameterGroupName", Shape::Text),
                ("ParameterApplyStatus", "ParameterApplyStatus", Shape::Text),
            ])),
        ),
        // Without automated backups there is no such time.
        Facet::observed(
            "Restorable",
            "",
            Shape::Record(&[("LatestRestorableTime", "LatestRestorableTime", Shape::Time)]),
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
        // Without automated backups there is no such time.
        Facet::observed(
            "Restorable",
            "",
            Shape::Record(&[("LatestRestorableTime", "LatestRestorableTime", Shape::Time)]),
        ),
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

/// What was set by somebody; `system` and `engine-default` are left to the engine.
const PARAMETERS: Shape = Shape::List(&Shape::Record(&[
    ("Name", "ParameterName", Shape::Text),
    ("Value", "ParameterValue", Shape::Text),
    ("Source", "Source", Shape::Text),
    ("ApplyMethod", "ApplyMethod", Shape::Text),
]));

static TAGS_OF_SUBNET_GROUP: Ask = ask!("rds" "ListTagsForResource", Body::Query)
    .sending(&[("ResourceName", Sent::Of("DBSubnetGroupArn"))])
    .list("TagList");
static TAGS_OF_PARAMETER_GROUP: Ask = ask!("rds" "ListTagsForResource", Body::Query)
    .sending(&[("ResourceName", Sent::Of("DBParameterGroupArn"))])
    .list("TagList");
static TAGS_OF_CLUSTER_PARAMETER_GROUP: Ask = ask!("rds" "ListTagsForResource", Body::Query)
    .sending(&[("ResourceName", Sent::Of("DBClusterParameterGroupArn"))])
    .list("TagList");

pub(super) static SUBNET_GROUP: Kind = Kind {
    arn: Arn::Member("DBSubnetGroupArn"),
    tags: Tags::Asked(&TAGS_OF_SUBNET_GROUP, "Key", "Value"),
    facets: &[
        Facet::property("DBSubnetGroupDescription", "DBSubnetGroupDescription", Shape::Text),
        Facet::property("DBSubnetGroupName", "DBSubnetGroupName", Shape::Text),
        Facet::observed("Status", "SubnetGroupStatus", Shape::Text),
        Facet::observed(
            "Subnets",
            "Subnets",
            Shape::List(&Shape::Record(&[
                ("SubnetId", "SubnetIdentifier", Shape::Text),
                ("AvailabilityZone", "SubnetAvailabilityZone.Name", Shape::Text),
                ("Status", "SubnetStatus", Shape::Text),
            ])),
        ),
        Facet::observed("VpcId", "VpcId", Shape::Text),
    ],
    ..Kind::new(
        "AWS::RDS::DBSubnetGroup",
        &RDS,
        listing(
            regional("rds", "DescribeDBSubnetGroups", &["rds:DescribeDBSubnetGroups"], Body::Query),
            "DBSubnetGroups",
        ),
        "DBSubnetGroupName",
    )
};

pub(super) static PARAMETER_GROUP: Kind = Kind {
    arn: Arn::Member("DBParameterGroupArn"),
    tags: Tags::Asked(&TAGS_OF_PARAMETER_GROUP, "Key", "Value"),
    facets: &[
        Facet::property("DBParameterGroupName", "DBParameterGroupName", Shape::Text),
        Facet::property("Description", "Description", Shape::Text),
        Facet::property("Family", "DBParameterGroupFamily", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("rds" "DescribeDBParameters", Body::Query)
            .sending(&[
                ("DBParameterGroupName", Sent::Of("DBParameterGroupName")),
                ("Source", Sent::Text("user")),
                ("MaxRecords", Sent::Number(100)),
            ])
            .list("Parameters")
            .paged("Marker", "Marker"),
        facets: &[Facet::observed("UserParameters", "", PARAMETERS)],
    }],
    ..Kind::new(
        "AWS::RDS::DBParameterGroup",
        &RDS,
        listing(
            regional("rds", "DescribeDBParameterGroups", &["rds:DescribeDBParameterGroups"], Body::Query),
            "DBParameterGroups",
        ),
        "DBParameterGroupName",
    )
};

pub(super) static CLUSTER_PARAMETER_GROUP: Kind = Kind {
    arn: Arn::Member("DBClusterParameterGroupArn"),
    tags: Tags::Asked(&TAGS_OF_CLUSTER_PARAMETER_GROUP, "Key", "Value"),
    facets: &[
        Facet::property("DBClusterParameterGroupName", "DBClusterParameterGroupName", Shape::Text),
        Facet::property("Description", "Description", Shape::Text),
        Facet::property("Family", "DBParameterGroupFamily", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("rds" "DescribeDBClusterParameters", Body::Query)
            .sending(&[
                ("DBClusterParameterGroupName", Sent::Of("DBClusterParameterGroupName")),
                ("Source", Sent::Text("user")),
                ("MaxRecords", Sent::Number(100)),
            ])
            .list("Parameters")
            .paged("Marker", "Marker"),
        facets: &[Facet::observed("UserParameters", "", PARAMETERS)],
    }],
    ..Kind::new(
        "AWS::RDS::DBClusterParameterGroup",
        &RDS,
        listing(
            regional("rds", "DescribeDBClusterParameterGroups", &["rds:DescribeDBClusterParameterGroups"], Body::Query),
            "DBClusterParameterGroups",
        ),
        "DBClusterParameterGroupName",
    )
};

/// An export of a snapshot or cluster to a bucket. The name is ours; `CloudFormation` has no such type.
pub(super) static EXPORT_TASK: Kind = Kind {
    facets: &[
        // Without a list all of it is exported.
        Facet::observed("ExportOnly", "ExportOnly", Shape::List(&Shape::Text)).or_empty(),
        Facet::observed("IamRoleArn", "IamRoleArn", Shape::Text),
        Facet::observed("KmsKeyId", "KmsKeyId", Shape::Text),
        Facet::observed("S3Bucket", "S3Bucket", Shape::Text),
        Facet::observed("S3Prefix", "S3Prefix", Shape::Text).or_empty(),
        Facet::observed("SourceArn", "SourceArn", Shape::Text),
        Facet::observed("SourceType", "SourceType", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
        // A task that did not begin or end yet has no such time.
        Facet::observed(
            "Timeline",
            "",
            Shape::Record(&[
                ("TaskStartTime", "TaskStartTime", Shape::Time),
                ("TaskEndTime", "TaskEndTime", Shape::Time),
            ]),
        ),
    ],
    ..Kind::new(
        "AWS::RDS::ExportTask",
        &RDS,
        listing(regional("rds", "DescribeExportTasks", &["rds:DescribeExportTasks"], Body::Query), "ExportTasks"),
        "ExportTaskIdentifier",
    )
};
