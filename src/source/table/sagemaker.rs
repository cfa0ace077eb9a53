//! `SageMaker`: Studio domains with their profiles and spaces, notebook instances, models and jobs.
//!
//! May import: `source::table`. Guarantees: plain data; neither environment variables nor hyperparameters nor
//! arguments are kept. Facts about calls: <https://docs.aws.amazon.com/sagemaker/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static SAGEMAKER: Service = Service::new("sagemaker", Protocol::Json { version: "1.1", target: "SageMaker" })
    .at("api.sagemaker.{region}.{dns}");

static TAGS_OF_DOMAIN: Ask = ask!("sagemaker" "ListTags", Body::Json(&["Tags"]))
    .sending(&[("ResourceArn", Sent::Of("DomainArn"))])
    .list("Tags")
    .paged("NextToken", "NextToken");
static TAGS_OF_MODEL: Ask = ask!("sagemaker" "ListTags", Body::Json(&["Tags"]))
    .sending(&[("ResourceArn", Sent::Of("ModelArn"))])
    .list("Tags")
    .paged("NextToken", "NextToken");
static TAGS_OF_NOTEBOOK: Ask = ask!("sagemaker" "ListTags", Body::Json(&["Tags"]))
    .sending(&[("ResourceArn", Sent::Of("NotebookInstanceArn"))])
    .list("Tags")
    .paged("NextToken", "NextToken");
static TAGS_OF_PROCESSING: Ask = ask!("sagemaker" "ListTags", Body::Json(&["Tags"]))
    .sending(&[("ResourceArn", Sent::Of("ProcessingJobArn"))])
    .list("Tags")
    .paged("NextToken", "NextToken");
static TAGS_OF_TRAINING: Ask = ask!("sagemaker" "ListTags", Body::Json(&["Tags"]))
    .sending(&[("ResourceArn", Sent::Of("TrainingJobArn"))])
    .list("Tags")
    .paged("NextToken", "NextToken");

const NETWORK: Shape = Shape::Record(&[
    ("SecurityGroupIds", "SecurityGroupIds", Shape::List(&Shape::Text)),
    ("Subnets", "Subnets", Shape::List(&Shape::Text)),
]);

const CONTAINER: Shape = Shape::Record(&[
    ("Image", "Image", Shape::Text),
    ("ModelDataUrl", "ModelDataUrl", Shape::Text),
    ("ModelDataS3Uri", "ModelDataSource.S3DataSource.S3Uri", Shape::Text),
    ("ModelPackageName", "ModelPackageName", Shape::Text),
    ("RepositoryAccessMode", "ImageConfig.RepositoryAccessMode", Shape::Text),
]);

const IDLE: Shape = Shape::Record(&[
    ("LifecycleManagement", "AppLifecycleManagement.IdleSettings.LifecycleManagement", Shape::Text),
    ("IdleTimeoutInMinutes", "AppLifecycleManagement.IdleSettings.IdleTimeoutInMinutes", Shape::Number),
]);

const SETTINGS: Shape = Shape::Record(&[
    ("ExecutionRole", "ExecutionRole", Shape::Text),
    ("SecurityGroups", "SecurityGroups", Shape::List(&Shape::Text)),
    (
        "SharingSettings",
        "SharingSettings",
        Shape::Record(&[
            ("NotebookOutputOption", "NotebookOutputOption", Shape::Text),
            ("S3OutputPath", "S3OutputPath", Shape::Text),
            ("S3KmsKeyId", "S3KmsKeyId", Shape::Text),
        ]),
    ),
    ("StudioWebPortal", "StudioWebPortal", Shape::Text),
    ("AutoMountHomeEFS", "AutoMountHomeEFS", Shape::Text),
    ("JupyterLabAppSettings", "JupyterLabAppSettings", IDLE),
    ("CodeEditorAppSettings", "CodeEditorAppSettings", IDLE),
    ("ExecutionRoleSessionNameMode", "StudioWebPortalSettings.ExecutionRoleSessionNameMode", Shape::Text),
    (
        "CustomFileSystemConfigs",
        "CustomFileSystemConfigs",
        Shape::List(&Shape::Record(&[
            ("EFSFileSystemId", "EFSFileSystemConfig.FileSystemId", Shape::Text),
            ("FSxLustreFileSystemId", "FSxLustreFileSystemConfig.FileSystemId", Shape::Text),
            ("S3Uri", "S3FileSystemConfig.S3Uri", Shape::Text),
        ])),
    ),
]);

pub(super) static DOMAIN: Kind = Kind {
    arn: Arn::Member("DomainArn"),
    tags: Tags::Asked(&TAGS_OF_DOMAIN, "Key", "Value"),
    facets: &[
        Facet::property("DomainName", "DomainName", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("sagemaker" "DescribeDomain", Body::Json(&["DomainId"]))
            .sending(&[("DomainId", Sent::Of("DomainId"))]),
        facets: &[
            Facet::property("AuthMode", "AuthMode", Shape::Text),
            Facet::property("AppNetworkAccessType", "AppNetworkAccessType", Shape::Text),
            Facet::property("VpcId", "VpcId", Shape::Text),
            Facet::property("SubnetIds", "SubnetIds", Shape::List(&Shape::Text)),
            Facet::property("AppSecurityGroupManagement", "AppSecurityGroupManagement", Shape::Text).or_empty(),
            // A domain under a key of AWS's has none.
            Facet::property("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
            Facet::observed("HomeEfsFileSystemId", "HomeEfsFileSystemId", Shape::Text).or_empty(),
            Facet::property("DefaultUserSettings", "DefaultUserSettings", SETTINGS),
            Facet::property(
                "DefaultSpaceSettings",
                "DefaultSpaceSettings",
                Shape::Record(&[
                    ("ExecutionRole", "ExecutionRole", Shape::Text),
                    ("SecurityGroups", "SecurityGroups", Shape::List(&Shape::Text)),
                ]),
            )
            .or_empty(),
            Facet::property(
                "DomainSettings",
                "DomainSettings",
                Shape::Record(&[
                    ("SecurityGroupIds", "SecurityGroupIds", Shape::List(&Shape::Text)),
                    ("ExecutionRoleIdentityConfig", "ExecutionRoleIdentityConfig", Shape::Text),
                    (
                        "DockerSettings",
                        "DockerSettings",
                        Shape::Record(&[
                            ("EnableDockerAccess", "EnableDockerAccess", Shape::Text),
                            ("VpcOnlyTrustedAccounts", "VpcOnlyTrustedAccounts", Shape::List(&Shape::Text)),
                            ("RootlessDocker", "RootlessDocker", Shape::Text),
                        ]),
                    ),
                    ("TrustedIdentityPropagation", "TrustedIdentityPropagationSettings.Status", Shape::Text),
                    (
                        "UnifiedStudioSettings",
                        "UnifiedStudioSettings",
                        Shape::Record(&[
                            ("StudioWebPortalAccess", "StudioWebPortalAccess", Shape::Text),
                            ("DomainId", "DomainId", Shape::Text),
                            ("ProjectId", "ProjectId", Shape::Text),
                        ]),
                    ),
                ]),
            )
            .or_empty(),
            Facet::observed("SingleSignOnApplicationArn", "SingleSignOnApplicationArn", Shape::Text).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::SageMaker::Domain",
        &SAGEMAKER,
        ask!("sagemaker" "ListDomains", Body::Json(&["Domains"])).list("Domains").paged("NextToken", "NextToken"),
        "DomainId",
    )
};

pub(super) static MODEL: Kind = Kind {
    arn: Arn::Member("ModelArn"),
    tags: Tags::Asked(&TAGS_OF_MODEL, "Key", "Value"),
    facets: &[
        Facet::property("ModelName", "ModelName", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
    ],
    details: &[Detail {
        // The answer holds environment variables.
        ask: ask!("sagemaker" "DescribeModel", Body::Json(&["ModelName"]))
            .sending(&[("ModelName", Sent::Of("ModelName"))])
            .secret(),
        facets: &[
            Facet::property("ExecutionRoleArn", "ExecutionRoleArn", Shape::Text).or_empty(),
            Facet::property("EnableNetworkIsolation", "EnableNetworkIsolation", Shape::Flag),
            // A model outside a network has none.
            Facet::property("VpcConfig", "VpcConfig", NETWORK).or_empty(),
            Facet::property("PrimaryContainer", "PrimaryContainer", CONTAINER).or_empty(),
            Facet::property("Containers", "Containers", Shape::List(&CONTAINER)).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::SageMaker::Model",
        &SAGEMAKER,
        ask!("sagemaker" "ListModels", Body::Json(&["Models"])).list("Models").paged("NextToken", "NextToken"),
        "ModelName",
    )
};

pub(super) static NOTEBOOK: Kind = Kind {
    arn: Arn::Member("NotebookInstanceArn"),
    tags: Tags::Asked(&TAGS_OF_NOTEBOOK, "Key", "Value"),
    facets: &[
        Facet::property("NotebookInstanceName", "NotebookInstanceName", Shape::Text),
        Facet::observed("NotebookInstanceStatus", "NotebookInstanceStatus", Shape::Text),
        Facet::property("InstanceType", "InstanceType", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("sagemaker" "DescribeNotebookInstance", Body::Json(&["NotebookInstanceName"]))
            .sending(&[("NotebookInstanceName", Sent::Of("NotebookInstanceName"))]),
        facets: &[
            Facet::property("DirectInternetAccess", "DirectInternetAccess", Shape::Text),
            Facet::property("RootAccess", "RootAccess", Shape::Text),
            // A notebook outside a network has none.
            Facet::property("SubnetId", "SubnetId", Shape::Text).or_empty(),
            Facet::property("SecurityGroupIds", "SecurityGroups", Shape::List(&Shape::Text)).or_empty(),
            Facet::property("RoleArn", "RoleArn", Shape::Text),
            Facet::property("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
            Facet::property("LifecycleConfigName", "NotebookInstanceLifecycleConfigName", Shape::Text).or_empty(),
            Facet::property(
                "InstanceMetadataServiceConfiguration",
                "InstanceMetadataServiceConfiguration",
                Shape::Record(&[(
                    "MinimumInstanceMetadataServiceVersion",
                    "MinimumInstanceMetadataServiceVersion",
                    Shape::Text,
                )]),
            ),
            Facet::property("PlatformIdentifier", "PlatformIdentifier", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::SageMaker::NotebookInstance",
        &SAGEMAKER,
        ask!("sagemaker" "ListNotebookInstances", Body::Json(&["NotebookInstances"]))
            .list("NotebookInstances")
            .paged("NextToken", "NextToken"),
        "NotebookInstanceName",
    )
};

pub(super) static PROCESSING_JOB: Kind = Kind {
    arn: Arn::Member("ProcessingJobArn"),
    tags: Tags::Asked(&TAGS_OF_PROCESSING, "Key", "Value"),
    facets: &[
        Facet::property("ProcessingJobName", "ProcessingJobName", Shape::Text),
        Facet::observed("ProcessingJobStatus", "ProcessingJobStatus", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
    ],
    details: &[Detail {
        // The answer holds environment variables.
        ask: ask!("sagemaker" "DescribeProcessingJob", Body::Json(&["ProcessingJobName"]))
            .sending(&[("ProcessingJobName", Sent::Of("ProcessingJobName"))])
            .secret(),
        facets: &[
            Facet::property("RoleArn", "RoleArn", Shape::Text),
            Facet::property(
                "NetworkConfig",
                "NetworkConfig",
                Shape::Record(&[
                    ("EnableNetworkIsolation", "EnableNetworkIsolation", Shape::Flag),
                    ("EnableInterContainerTrafficEncryption", "EnableInterContainerTrafficEncryption", Shape::Flag),
                    ("VpcConfig", "VpcConfig", NETWORK),
                ]),
            )
            .or_empty(),
            Facet::property(
                "ProcessingInputs",
                "ProcessingInputs",
                Shape::List(&Shape::Record(&[
                    ("InputName", "InputName", Shape::Text),
                    ("S3Uri", "S3Input.S3Uri", Shape::Text),
                ])),
            )
            .or_empty(),
            Facet::property(
                "ProcessingOutputConfig",
                "ProcessingOutputConfig",
                Shape::Record(&[
                    ("KmsKeyId", "KmsKeyId", Shape::Text),
                    (
                        "Outputs",
                        "Outputs",
                        Shape::List(&Shape::Record(&[
                            ("OutputName", "OutputName", Shape::Text),
                            ("S3Uri", "S3Output.S3Uri", Shape::Text),
                        ])),
                    ),
                ]),
            )
            .or_empty(),
            Facet::observed("ImageUri", "AppSpecification.ImageUri", Shape::Text),
            Facet::observed("VolumeKmsKeyId", "ProcessingResources.ClusterConfig.VolumeKmsKeyId", Shape::Text)
                .or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::SageMaker::ProcessingJob",
        &SAGEMAKER,
        ask!("sagemaker" "ListProcessingJobs", Body::Json(&["ProcessingJobSummaries"]))
            .list("ProcessingJobSummaries")
            .paged("NextToken", "NextToken"),
        "ProcessingJobName",
    )
};

pub(super) static SPACE: Kind = Kind {
    under: Some(&DOMAIN),
    facets: &[
        Facet::property("DomainId", "DomainId", Shape::Text),
        Facet::property("SpaceName", "SpaceName", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("sagemaker" "DescribeSpace", Body::Json(&["SpaceName"]))
            .sending(&[("DomainId", Sent::Of("DomainId")), ("SpaceName", Sent::Of("SpaceName"))]),
        facets: &[
            Facet::observed("SpaceArn", "SpaceArn", Shape::Text),
            Facet::property(
                "SpaceSharingSettings",
                "SpaceSharingSettings",
                Shape::Record(&[("SharingType", "SharingType", Shape::Text)]),
            ),
            Facet::property(
                "OwnershipSettings",
                "OwnershipSettings",
                Shape::Record(&[("OwnerUserProfileName", "OwnerUserProfileName", Shape::Text)]),
            )
            .or_empty(),
            Facet::property(
                "SpaceSettings",
                "SpaceSettings",
                Shape::Record(&[
                    ("AppType", "AppType", Shape::Text),
                    ("RemoteAccess", "RemoteAccess", Shape::Text),
                    ("SpaceManagedResources", "SpaceManagedResources", Shape::Text),
                    (
                        "CustomFileSystems",
                        "CustomFileSystems",
                        Shape::List(&Shape::Record(&[
                            ("EFSFileSystemId", "EFSFileSystem.FileSystemId", Shape::Text),
                            ("FSxLustreFileSystemId", "FSxLustreFileSystem.FileSystemId", Shape::Text),
                            ("S3Uri", "S3FileSystem.S3Uri", Shape::Text),
                        ])),
                    ),
                ]),
            ),
        ],
    }],
    ..Kind::new(
        "AWS::SageMaker::Space",
        &SAGEMAKER,
        ask!("sagemaker" "ListSpaces", Body::Json(&["Spaces"]))
            .sending(&[("DomainIdEquals", Sent::Of("^DomainId"))])
            .list("Spaces")
            .paged("NextToken", "NextToken"),
        "DomainId|SpaceName",
    )
};

/// The name is ours.
pub(super) static TRAINING_JOB: Kind = Kind {
    arn: Arn::Member("TrainingJobArn"),
    tags: Tags::Asked(&TAGS_OF_TRAINING, "Key", "Value"),
    facets: &[
        Facet::observed("TrainingJobName", "TrainingJobName", Shape::Text),
        Facet::observed("TrainingJobStatus", "TrainingJobStatus", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
    ],
    details: &[Detail {
        // The answer holds environment variables.
        ask: ask!("sagemaker" "DescribeTrainingJob", Body::Json(&["TrainingJobName"]))
            .sending(&[("TrainingJobName", Sent::Of("TrainingJobName"))])
            .secret(),
        facets: &[
            Facet::observed("RoleArn", "RoleArn", Shape::Text),
            Facet::observed("EnableNetworkIsolation", "EnableNetworkIsolation", Shape::Flag),
            Facet::observed(
                "EnableInterContainerTrafficEncryption",
                "EnableInterContainerTrafficEncryption",
                Shape::Flag,
            ),
            // A job outside a network has none.
            Facet::observed("VpcConfig", "VpcConfig", NETWORK).or_empty(),
            // Only a job for which it was asked has the setting.
            Facet::observed(
                "RemoteDebugConfig",
                "RemoteDebugConfig",
                Shape::Record(&[("EnableRemoteDebug", "EnableRemoteDebug", Shape::Flag)]),
            )
            .or_empty(),
            Facet::observed(
                "InputDataConfig",
                "InputDataConfig",
                Shape::List(&Shape::Record(&[
                    ("ChannelName", "ChannelName", Shape::Text),
                    ("S3Uri", "DataSource.S3DataSource.S3Uri", Shape::Text),
                    ("FileSystemId", "DataSource.FileSystemDataSource.FileSystemId", Shape::Text),
                ])),
            )
            .or_empty(),
            Facet::observed(
                "OutputDataConfig",
                "OutputDataConfig",
                Shape::Record(&[("S3OutputPath", "S3OutputPath", Shape::Text), ("KmsKeyId", "KmsKeyId", Shape::Text)]),
            )
            .or_empty(),
            Facet::observed("S3ModelArtifacts", "ModelArtifacts.S3ModelArtifacts", Shape::Text).or_empty(),
            Facet::observed("CheckpointS3Uri", "CheckpointConfig.S3Uri", Shape::Text).or_empty(),
            // What hooks write beside the model: tensors, which may be its weights, and profiles.
            Facet::observed("DebugS3Uri", "DebugHookConfig.S3OutputPath", Shape::Text).or_empty(),
            Facet::observed("ProfilerS3Uri", "ProfilerConfig.S3OutputPath", Shape::Text).or_empty(),
            Facet::observed("TensorBoardS3Uri", "TensorBoardOutputConfig.S3OutputPath", Shape::Text).or_empty(),
            Facet::observed("VolumeKmsKeyId", "ResourceConfig.VolumeKmsKeyId", Shape::Text).or_empty(),
            Facet::observed("TrainingImage", "AlgorithmSpecification.TrainingImage", Shape::Text).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::SageMaker::TrainingJob",
        &SAGEMAKER,
        ask!("sagemaker" "ListTrainingJobs", Body::Json(&["TrainingJobSummaries"]))
            .list("TrainingJobSummaries")
            .paged("NextToken", "NextToken"),
        "TrainingJobName",
    )
};

pub(super) static USER_PROFILE: Kind = Kind {
    under: Some(&DOMAIN),
    facets: &[
        Facet::property("DomainId", "DomainId", Shape::Text),
        Facet::property("UserProfileName", "UserProfileName", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("sagemaker" "DescribeUserProfile", Body::Json(&["UserProfileName"]))
            .sending(&[("DomainId", Sent::Of("DomainId")), ("UserProfileName", Sent::Of("UserProfileName"))]),
        facets: &[
            Facet::observed("UserProfileArn", "UserProfileArn", Shape::Text),
            Facet::property("UserSettings", "UserSettings", SETTINGS).or_empty(),
            Facet::property("SingleSignOnUserIdentifier", "SingleSignOnUserIdentifier", Shape::Text).or_empty(),
            Facet::property("SingleSignOnUserValue", "SingleSignOnUserValue", Shape::Text).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::SageMaker::UserProfile",
        &SAGEMAKER,
        ask!("sagemaker" "ListUserProfiles", Body::Json(&["UserProfiles"]))
            .sending(&[("DomainIdEquals", Sent::Of("^DomainId"))])
            .list("UserProfiles")
            .paged("NextToken", "NextToken"),
        "DomainId|UserProfileName",
    )
};
