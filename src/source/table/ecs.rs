//! ECS: clusters, services and task definitions.
//!
//! May import: `source::table`. Guarantees: plain data; neither environment variables nor secrets nor commands of a
//! container are kept. Facts about calls: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static ECS: Service =
    Service::new("ecs", Protocol::Json { version: "1.1", target: "AmazonEC2ContainerServiceV20141113" });

const DESCRIBE_CLUSTER: Ask = ask!("ecs" "DescribeClusters", Body::Json(&["clusters"]))
    .sending(&[("clusters", Sent::One("")), ("include", Sent::Texts(&["CONFIGURATIONS", "SETTINGS", "TAGS"]))]);

const DESCRIBE_SERVICE: Ask = ask!("ecs" "DescribeServices", Body::Json(&["services"])).sending(&[
    ("cluster", Sent::Of("^")),
    ("services", Sent::One("")),
    ("include", Sent::Texts(&["TAGS"])),
]);

// The answer holds environment variables.
const DESCRIBE_DEFINITION: Ask = ask!("ecs" "DescribeTaskDefinition", Body::Json(&["taskDefinition"]))
    .sending(&[("taskDefinition", Sent::Of("")), ("include", Sent::Texts(&["TAGS"]))])
    .secret();

pub(super) static CLUSTER: Kind = Kind {
    arn: Arn::Member(""),
    tags: Tags::Within(&DESCRIBE_CLUSTER, "clusters.0.tags", "key", "value"),
    details: &[Detail {
        ask: DESCRIBE_CLUSTER,
        facets: &[
            Facet::property("ClusterName", "clusters.0.clusterName", Shape::Text),
            Facet::property(
                "ClusterSettings",
                "clusters.0.settings",
                Shape::List(&Shape::Record(&[("Name", "name", Shape::Text), ("Value", "value", Shape::Text)])),
            ),
            Facet::property(
                "Configuration",
                "clusters.0.configuration",
                Shape::Record(&[
                    (
                        "ExecuteCommandConfiguration",
                        "executeCommandConfiguration",
                        Shape::Record(&[
                            ("KmsKeyId", "kmsKeyId", Shape::Text),
                            ("Logging", "logging", Shape::Text),
                            (
                                "LogConfiguration",
                                "logConfiguration",
                                Shape::Record(&[
                                    ("CloudWatchLogGroupName", "cloudWatchLogGroupName", Shape::Text),
                                    ("CloudWatchEncryptionEnabled", "cloudWatchEncryptionEnabled", Shape::Flag),
                                    ("S3BucketName", "s3BucketName", Shape::Text),
                                    ("S3EncryptionEnabled", "s3EncryptionEnabled", Shape::Flag),
                                ]),
                            ),
                        ]),
                    ),
                    (
                        "ManagedStorageConfiguration",
                        "managedStorageConfiguration",
                        Shape::Record(&[
                            ("KmsKeyId", "kmsKeyId", Shape::Text),
                            ("FargateEphemeralStorageKmsKeyId", "fargateEphemeralStorageKmsKeyId", Shape::Text),
                        ]),
                    ),
                ]),
            )
            .or_empty(),
            Facet::property("CapacityProviders", "clusters.0.capacityProviders", Shape::List(&Shape::Text)),
            Facet::observed("Status", "clusters.0.status", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::ECS::Cluster",
        &ECS,
        ask!("ecs" "ListClusters", Body::Json(&["clusterArns"])).list("clusterArns").paged("nextToken", "nextToken"),
        "",
    )
};

pub(super) static SERVICE: Kind = Kind {
    under: Some(&CLUSTER),
    arn: Arn::Member(""),
    tags: Tags::Within(&DESCRIBE_SERVICE, "services.0.tags", "key", "value"),
    details: &[Detail {
        ask: DESCRIBE_SERVICE,
        facets: &[
            Facet::property("ServiceName", "services.0.serviceName", Shape::Text),
            Facet::property("Cluster", "services.0.clusterArn", Shape::Text),
            Facet::property("TaskDefinition", "services.0.taskDefinition", Shape::Text).or_empty(),
            Facet::property("LaunchType", "services.0.launchType", Shape::Text).or_empty(),
            Facet::property("PlatformVersion", "services.0.platformVersion", Shape::Text).or_empty(),
            // Only tasks with an interface of their own have one.
            Facet::property(
                "NetworkConfiguration",
                "services.0.networkConfiguration",
                Shape::Record(&[(
                    "AwsvpcConfiguration",
                    "awsvpcConfiguration",
                    Shape::Record(&[
                        ("Subnets", "subnets", Shape::List(&Shape::Text)),
                        ("SecurityGroups", "securityGroups", Shape::List(&Shape::Text)),
                        ("AssignPublicIp", "assignPublicIp", Shape::Text),
                    ]),
                )]),
            )
            .or_empty(),
            Facet::property("EnableExecuteCommand", "services.0.enableExecuteCommand", Shape::Flag),
            Facet::property("Role", "services.0.roleArn", Shape::Text).or_empty(),
            Facet::property(
                "LoadBalancers",
                "services.0.loadBalancers",
                Shape::List(&Shape::Record(&[
                    ("TargetGroupArn", "targetGroupArn", Shape::Text),
                    ("LoadBalancerName", "loadBalancerName", Shape::Text),
                    ("ContainerName", "containerName", Shape::Text),
                    ("ContainerPort", "containerPort", Shape::Number),
                ])),
            )
            .or_empty(),
            Facet::observed("Status", "services.0.status", Shape::Text),
            Facet::observed("CreatedAt", "services.0.createdAt", Shape::Time),
        ],
    }],
    ..Kind::new(
        "AWS::ECS::Service",
        &ECS,
        ask!("ecs" "ListServices", Body::Json(&["serviceArns"]))
            .sending(&[("cluster", Sent::Of("^"))])
            .list("serviceArns")
            .paged("nextToken", "nextToken"),
        "",
    )
};

pub(super) static TASK_DEFINITION: Kind = Kind {
    arn: Arn::Member(""),
    tags: Tags::Within(&DESCRIBE_DEFINITION, "tags", "key", "value"),
    details: &[Detail {
        ask: DESCRIBE_DEFINITION,
        facets: &[
            Facet::property("Family", "taskDefinition.family", Shape::Text),
            Facet::property("TaskRoleArn", "taskDefinition.taskRoleArn", Shape::Text).or_empty(),
            Facet::property("ExecutionRoleArn", "taskDefinition.executionRoleArn", Shape::Text).or_empty(),
            Facet::property("NetworkMode", "taskDefinition.networkMode", Shape::Text).or_empty(),
            Facet::property("PidMode", "taskDefinition.pidMode", Shape::Text).or_empty(),
            Facet::property("IpcMode", "taskDefinition.ipcMode", Shape::Text).or_empty(),
            Facet::property(
                "RequiresCompatibilities",
                "taskDefinition.requiresCompatibilities",
                Shape::List(&Shape::Text),
            )
            .or_empty(),
            Facet::property(
                "ContainerDefinitions",
                "taskDefinition.containerDefinitions",
                Shape::List(&Shape::Record(&[
                    ("Name", "name", Shape::Text),
                    ("Image", "image", Shape::Text),
                    ("User", "user", Shape::Text),
                    ("Privileged", "privileged", Shape::Flag),
                    ("ReadonlyRootFilesystem", "readonlyRootFilesystem", Shape::Flag),
                    ("LogDriver", "logConfiguration.logDriver", Shape::Text),
                    (
                        "PortMappings",
                        "portMappings",
                        Shape::List(&Shape::Record(&[
                            ("ContainerPort", "containerPort", Shape::Number),
                            ("HostPort", "hostPort", Shape::Number),
                            ("Protocol", "protocol", Shape::Text),
                        ])),
                    ),
                    (
                        "MountPoints",
                        "mountPoints",
                        Shape::List(&Shape::Record(&[
                            ("SourceVolume", "sourceVolume", Shape::Text),
                            ("ContainerPath", "containerPath", Shape::Text),
                            ("ReadOnly", "readOnly", Shape::Flag),
                        ])),
                    ),
                ])),
            ),
            Facet::property(
                "Volumes",
                "taskDefinition.volumes",
                Shape::List(&Shape::Record(&[
                    ("Name", "name", Shape::Text),
                    ("HostSourcePath", "host.sourcePath", Shape::Text),
                    (
                        "EFSVolumeConfiguration",
                        "efsVolumeConfiguration",
                        Shape::Record(&[
                            ("FilesystemId", "fileSystemId", Shape::Text),
                            ("RootDirectory", "rootDirectory", Shape::Text),
                            ("TransitEncryption", "transitEncryption", Shape::Text),
                            (
                                "AuthorizationConfig",
                                "authorizationConfig",
                                Shape::Record(&[
                                    ("AccessPointId", "accessPointId", Shape::Text),
                                    ("IAM", "iam", Shape::Text),
                                ]),
                            ),
                        ]),
                    ),
                    ("FSxWindowsFileSystemId", "fsxWindowsFileServerVolumeConfiguration.fileSystemId", Shape::Text),
                ])),
            )
            .or_empty(),
            Facet::observed("Status", "taskDefinition.status", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::ECS::TaskDefinition",
        &ECS,
        ask!("ecs" "ListTaskDefinitions", Body::Json(&["taskDefinitionArns"]))
            .list("taskDefinitionArns")
            .paged("nextToken", "nextToken"),
        "",
    )
};
