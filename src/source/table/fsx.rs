//! `FSx`: file systems, what links them with buckets, and access points of S3.
//!
//! May import: `source::table`. Guarantees: plain data; no password and no account of a directory is kept. Facts about
//! calls: <https://docs.aws.amazon.com/fsx/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Facet, Kind, Protocol, Service, Shape, Tags, ask};

static FSX: Service = Service::new("fsx", Protocol::Json { version: "1.1", target: "AWSSimbaAPIService_v20180301" });

const TAGS: Tags = Tags::Listed("Tags", "Key", "Value");
const TEXTS: Shape = Shape::List(&Shape::Text);
const EVENTS: Shape = Shape::Record(&[("Events", "Events", TEXTS)]);

pub(super) static FILE_SYSTEM: Kind = Kind {
    arn: Arn::Member("ResourceARN"),
    tags: TAGS,
    // A file system has the configuration of its own type alone.
    facets: &[
        Facet::property("FileSystemType", "FileSystemType", Shape::Text),
        Facet::property("KmsKeyId", "KmsKeyId", Shape::Text),
        Facet::property(
            "LustreConfiguration",
            "LustreConfiguration",
            Shape::Record(&[
                ("AutomaticBackupRetentionDays", "AutomaticBackupRetentionDays", Shape::Number),
                ("DeploymentType", "DeploymentType", Shape::Text),
                ("ImportPath", "DataRepositoryConfiguration.ImportPath", Shape::Text),
                ("ExportPath", "DataRepositoryConfiguration.ExportPath", Shape::Text),
                (
                    "LogConfiguration",
                    "LogConfiguration",
                    Shape::Record(&[("Level", "Level", Shape::Text), ("Destination", "Destination", Shape::Text)]),
                ),
                ("RootSquash", "RootSquashConfiguration.RootSquash", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::property(
            "OntapConfiguration",
            "OntapConfiguration",
            Shape::Record(&[
                ("AutomaticBackupRetentionDays", "AutomaticBackupRetentionDays", Shape::Number),
                ("DeploymentType", "DeploymentType", Shape::Text),
                ("EndpointIpAddressRange", "EndpointIpAddressRange", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::property(
            "OpenZFSConfiguration",
            "OpenZFSConfiguration",
            Shape::Record(&[
                ("AutomaticBackupRetentionDays", "AutomaticBackupRetentionDays", Shape::Number),
                ("DeploymentType", "DeploymentType", Shape::Text),
                ("RootVolumeId", "RootVolumeId", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::property("SubnetIds", "SubnetIds", TEXTS),
        Facet::property(
            "WindowsConfiguration",
            "WindowsConfiguration",
            Shape::Record(&[
                ("ActiveDirectoryId", "ActiveDirectoryId", Shape::Text),
                (
                    "AuditLogConfiguration",
                    "AuditLogConfiguration",
                    Shape::Record(&[
                        ("FileAccessAuditLogLevel", "FileAccessAuditLogLevel", Shape::Text),
                        ("FileShareAccessAuditLogLevel", "FileShareAccessAuditLogLevel", Shape::Text),
                        ("AuditLogDestination", "AuditLogDestination", Shape::Text),
                    ]),
                ),
                ("AutomaticBackupRetentionDays", "AutomaticBackupRetentionDays", Shape::Number),
                ("DeploymentType", "DeploymentType", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
        Facet::observed("FileSystemId", "FileSystemId", Shape::Text),
        Facet::observed("Lifecycle", "Lifecycle", Shape::Text),
        Facet::observed("NetworkInterfaceIds", "NetworkInterfaceIds", TEXTS),
        Facet::observed("OwnerId", "OwnerId", Shape::Text),
        Facet::observed("VpcId", "VpcId", Shape::Text),
    ],
    ..Kind::new(
        "AWS::FSx::FileSystem",
        &FSX,
        // The answer has members for passwords and accounts of directories.
        ask!("fsx" "DescribeFileSystems", Body::Json(&["FileSystems"]))
            .list("FileSystems")
            .paged("NextToken", "NextToken")
            .secret(),
        "FileSystemId",
    )
};

pub(super) static ASSOCIATION: Kind = Kind {
    arn: Arn::Member("ResourceARN"),
    tags: TAGS,
    facets: &[
        Facet::property("DataRepositoryPath", "DataRepositoryPath", Shape::Text),
        // One of a file cache has no file system.
        Facet::property("FileSystemId", "FileSystemId", Shape::Text).or_empty(),
        Facet::property("FileSystemPath", "FileSystemPath", Shape::Text).or_empty(),
        Facet::property(
            "S3",
            "S3",
            Shape::Record(&[
                ("AutoImportPolicy", "AutoImportPolicy", EVENTS),
                ("AutoExportPolicy", "AutoExportPolicy", EVENTS),
            ]),
        )
        .or_empty(),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
        Facet::observed("FileCacheId", "FileCacheId", Shape::Text).or_empty(),
        Facet::observed("Lifecycle", "Lifecycle", Shape::Text),
    ],
    ..Kind::new(
        "AWS::FSx::DataRepositoryAssociation",
        &FSX,
        ask!("fsx" "DescribeDataRepositoryAssociations", Body::Json(&["Associations"]))
            .list("Associations")
            .paged("NextToken", "NextToken"),
        "AssociationId",
    )
};

/// An export to a bucket, an import from it or a release. The name is ours; `CloudFormation` has no such type.
pub(super) static TASK: Kind = Kind {
    arn: Arn::Member("ResourceARN"),
    tags: TAGS,
    facets: &[
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
        Facet::observed("FileCacheId", "FileCacheId", Shape::Text).or_empty(),
        Facet::observed("FileSystemId", "FileSystemId", Shape::Text).or_empty(),
        Facet::observed("Lifecycle", "Lifecycle", Shape::Text),
        // Without a path it is all of the file system.
        Facet::observed("Paths", "Paths", TEXTS).or_empty(),
        Facet::observed(
            "Report",
            "Report",
            Shape::Record(&[("Enabled", "Enabled", Shape::Flag), ("Path", "Path", Shape::Text)]),
        )
        .or_empty(),
        Facet::observed("Type", "Type", Shape::Text),
    ],
    ..Kind::new(
        "AWS::FSx::DataRepositoryTask",
        &FSX,
        ask!("fsx" "DescribeDataRepositoryTasks", Body::Json(&["DataRepositoryTasks"]))
            .list("DataRepositoryTasks")
            .paged("NextToken", "NextToken"),
        "TaskId",
    )
};

pub(super) static ACCESS_POINT: Kind = Kind {
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::property("Type", "Type", Shape::Text),
        Facet::observed("AccessPointArn", "S3AccessPoint.ResourceARN", Shape::Text),
        // Without one it is open to the internet.
        Facet::observed("AccessPointVpcId", "S3AccessPoint.VpcConfiguration.VpcId", Shape::Text).or_empty(),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
        Facet::observed("Lifecycle", "Lifecycle", Shape::Text),
        Facet::observed("OntapVolumeId", "OntapConfiguration.VolumeId", Shape::Text).or_empty(),
        Facet::observed("OpenZFSVolumeId", "OpenZFSConfiguration.VolumeId", Shape::Text).or_empty(),
    ],
    ..Kind::new(
        "AWS::FSx::S3AccessPointAttachment",
        &FSX,
        ask!("fsx" "DescribeS3AccessPointAttachments", Body::Json(&["S3AccessPointAttachments"]))
            .list("S3AccessPointAttachments")
            .paged("NextToken", "NextToken"),
        "Name",
    )
};
