//! How software is built: `CodeBuild` projects, `CodeCommit` repositories, connections to other hosts, and pipelines.
//!
//! May import: `source::table`. Guarantees: plain data; no environment value, build specification, address of a source or
//! configuration of an action is kept. Facts about calls: <https://docs.aws.amazon.com/codebuild/latest/APIReference/>,
//! <https://docs.aws.amazon.com/codepipeline/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static CODEBUILD: Service = Service::new("codebuild", Protocol::Json { version: "1.1", target: "CodeBuild_20161006" });
static CODECOMMIT: Service =
    Service::new("codecommit", Protocol::Json { version: "1.1", target: "CodeCommit_20150413" });
static CODECONNECTIONS: Service = Service::new(
    "codeconnections",
    Protocol::Json { version: "1.0", target: "com.amazonaws.codeconnections.CodeConnections_20231201" },
);
static CODEPIPELINE: Service =
    Service::new("codepipeline", Protocol::Json { version: "1.1", target: "CodePipeline_20150709" });

/// The answer holds the values of the environment.
const DESCRIBE_PROJECT: Ask =
    ask!("codebuild" "BatchGetProjects", Body::Json(&["projects"])).sending(&[("names", Sent::One(""))]).secret();

pub(super) static PROJECT: Kind = Kind {
    arn: Arn::Regional("codebuild", "project/"),
    tags: Tags::Within(&DESCRIBE_PROJECT, "projects.0.tags", "key", "value"),
    details: &[Detail {
        ask: DESCRIBE_PROJECT,
        facets: &[
            Facet::property(
                "Artifacts",
                "projects.0.artifacts",
                Shape::Record(&[
                    ("Type", "type", Shape::Text),
                    ("Location", "location", Shape::Text),
                    ("EncryptionDisabled", "encryptionDisabled", Shape::Flag),
                ]),
            ),
            Facet::property("EncryptionKey", "projects.0.encryptionKey", Shape::Text),
            Facet::property(
                "Environment",
                "projects.0.environment",
                Shape::Record(&[
                    ("Type", "type", Shape::Text),
                    ("Image", "image", Shape::Text),
                    ("PrivilegedMode", "privilegedMode", Shape::Flag),
                ]),
            ),
            Facet::property("ServiceRole", "projects.0.serviceRole", Shape::Text),
            Facet::property("Source", "projects.0.source", Shape::Record(&[("Type", "type", Shape::Text)])),
            Facet::property("Visibility", "projects.0.projectVisibility", Shape::Text),
            // Left out where builds run in no network of the account.
            Facet::property(
                "VpcConfig",
                "projects.0.vpcConfig",
                Shape::Record(&[
                    ("VpcId", "vpcId", Shape::Text),
                    ("Subnets", "subnets", Shape::List(&Shape::Text)),
                    ("SecurityGroupIds", "securityGroupIds", Shape::List(&Shape::Text)),
                ]),
            )
            .or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::CodeBuild::Project",
        &CODEBUILD,
        ask!("codebuild" "ListProjects", Body::Json(&["projects"])).list("projects").paged("nextToken", "nextToken"),
        "",
    )
};

pub(super) static REPOSITORY: Kind = Kind {
    arn: Arn::Regional("codecommit", ""),
    facets: &[Facet::property("RepositoryName", "repositoryName", Shape::Text)],
    details: &[Detail {
        ask: ask!("codecommit" "GetRepository", Body::Json(&["repositoryMetadata"]))
            .sending(&[("repositoryName", Sent::Of("repositoryName"))]),
        facets: &[
            Facet::property("KmsKeyId", "repositoryMetadata.kmsKeyId", Shape::Text),
            Facet::observed("AccountId", "repositoryMetadata.accountId", Shape::Text),
            Facet::observed("CreationDate", "repositoryMetadata.creationDate", Shape::Time),
            Facet::observed("LastModifiedDate", "repositoryMetadata.lastModifiedDate", Shape::Time),
        ],
    }],
    ..Kind::new(
        "AWS::CodeCommit::Repository",
        &CODECOMMIT,
        ask!("codecommit" "ListRepositories", Body::Json(&["repositories"]))
            .list("repositories")
            .paged("nextToken", "nextToken"),
        "repositoryName",
    )
};

pub(super) static CONNECTION: Kind = Kind {
    arn: Arn::Member("ConnectionArn"),
    facets: &[
        Facet::property("ConnectionName", "ConnectionName", Shape::Text),
        // Only where the provider is installed by the customer.
        Facet::property("HostArn", "HostArn", Shape::Text).or_empty(),
        Facet::property("ProviderType", "ProviderType", Shape::Text),
        Facet::observed("ConnectionStatus", "ConnectionStatus", Shape::Text),
        Facet::observed("OwnerAccountId", "OwnerAccountId", Shape::Text),
    ],
    ..Kind::new(
        "AWS::CodeConnections::Connection",
        &CODECONNECTIONS,
        ask!("codeconnections" "ListConnections", Body::Json(&["Connections"]))
            .list("Connections")
            .paged("NextToken", "NextToken"),
        "ConnectionArn",
    )
};

const STORE: Shape = Shape::Record(&[
    ("Type", "type", Shape::Text),
    ("Location", "location", Shape::Text),
    ("EncryptionKey", "encryptionKey", Shape::Record(&[("Id", "id", Shape::Text), ("Type", "type", Shape::Text)])),
]);

const STAGE: Shape = Shape::Record(&[
    ("Name", "name", Shape::Text),
    (
        "Actions",
        "actions",
        Shape::List(&Shape::Record(&[
            ("Name", "name", Shape::Text),
            (
                "ActionTypeId",
                "actionTypeId",
                Shape::Record(&[
                    ("Category", "category", Shape::Text),
                    ("Owner", "owner", Shape::Text),
                    ("Provider", "provider", Shape::Text),
                    ("Version", "version", Shape::Text),
                ]),
            ),
            ("RunOrder", "runOrder", Shape::Number),
            ("RoleArn", "roleArn", Shape::Text),
            ("Region", "region", Shape::Text),
        ])),
    ),
]);

pub(super) static PIPELINE: Kind = Kind {
    arn: Arn::Regional("codepipeline", ""),
    facets: &[
        Facet::property("Name", "name", Shape::Text),
        Facet::property("PipelineType", "pipelineType", Shape::Text),
        Facet::observed("Updated", "updated", Shape::Time),
    ],
    details: &[
        Detail {
            // The answer holds the configuration of actions, and that tokens.
            ask: ask!("codepipeline" "GetPipeline", Body::Json(&["pipeline"]))
                .sending(&[("name", Sent::Of("name"))])
                .secret(),
            facets: &[
                // One, or one for each Region.
                Facet::property("ArtifactStore", "pipeline.artifactStore", STORE).or_empty(),
                Facet::observed("ArtifactStoresByRegion", "pipeline.artifactStores", Shape::Map(&STORE)).or_empty(),
                Facet::property("RoleArn", "pipeline.roleArn", Shape::Text),
                Facet::property("Stages", "pipeline.stages", Shape::List(&STAGE)),
            ],
        },
        Detail {
            // The answer holds messages of commits.
            ask: ask!("codepipeline" "ListPipelineExecutions", Body::Json(&["pipelineExecutionSummaries"]))
                .sending(&[("pipelineName", Sent::Of("name"))])
                .list("pipelineExecutionSummaries")
                .paged("nextToken", "nextToken")
                .secret(),
            facets: &[Facet::observed(
                "Executions",
                "",
                Shape::List(&Shape::Record(&[
                    ("PipelineExecutionId", "pipelineExecutionId", Shape::Text),
                    ("Status", "status", Shape::Text),
                    ("StartTime", "startTime", Shape::Time),
                    ("LastUpdateTime", "lastUpdateTime", Shape::Time),
                ])),
            )],
        },
    ],
    ..Kind::new(
        "AWS::CodePipeline::Pipeline",
        &CODEPIPELINE,
        ask!("codepipeline" "ListPipelines", Body::Json(&["pipelines"]))
            .list("pipelines")
            .paged("nextToken", "nextToken"),
        "name",
    )
};
