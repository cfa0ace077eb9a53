//! EFS: file systems with their policy, mount targets with their security groups, and access points.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/efs/latest/ug/api-reference.html>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, ask, regional};

static EFS: Service = Service::new("elasticfilesystem", Protocol::Rest);

const PAGES: Option<Paging> = Some(Paging { sent: "Marker", read: "NextMarker" });
const THIS_FILE_SYSTEM: &[(&str, Sent)] = &[("FileSystemId", Sent::Of("FileSystemId"))];
const TAGS: Tags = Tags::Listed("Tags", "Key", "Value");

const USER: Shape = Shape::Record(&[
    ("Uid", "Uid", Shape::Number),
    ("Gid", "Gid", Shape::Number),
    ("SecondaryGids", "SecondaryGids", Shape::List(&Shape::Number)),
]);

/// What describes one file system, by a path of its own.
const fn describing(operation: Operation, path: &'static str) -> Ask {
    Ask {
        operation,
        route: ("GET", path),
        sent: THIS_FILE_SYSTEM,
        items: "",
        within: "",
        elsewhere: None,
        paging: None,
        only: None,
    }
}

pub(super) static FILE_SYSTEM: Kind = Kind {
    kind: "AWS::EFS::FileSystem",
    service: &EFS,
    list: Ask {
        operation: regional(
            "elasticfilesystem",
            "DescribeFileSystems",
            &["elasticfilesystem:DescribeFileSystems"],
            Body::Json(&["FileSystems"]),
        ),
        route: ("GET", "/2015-02-01/file-systems"),
        sent: &[],
        items: "FileSystems",
        within: "",
        elsewhere: None,
        paging: PAGES,
        only: None,
    },
    under: None,
    id: "FileSystemId",
    arn: Arn::Regional("elasticfilesystem", "file-system/"),
    tags: TAGS,
    facets: &[
        // Only a file system in one zone has it.
        Facet::property("AvailabilityZoneName", "AvailabilityZoneName", Shape::Text).or_empty(),
        Facet::property("Encrypted", "Encrypted", Shape::Flag),
        Facet::property("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
        Facet::observed("LifeCycleState", "LifeCycleState", Shape::Text),
        Facet::observed("NumberOfMountTargets", "NumberOfMountTargets", Shape::Number),
    ],
    details: &[
        Detail {
            ask: describing(
                Operation {
                    absent_codes: &["PolicyNotFound"],
                    ..regional(
                        "elasticfilesystem",
                        "DescribeFileSystemPolicy",
                        &["elasticfilesystem:DescribeFileSystemPolicy"],
                        Body::Json(&["Policy"]),
                    )
                },
                "/2015-02-01/file-systems/{FileSystemId}/policy",
            ),
            facets: &[Facet::property("FileSystemPolicy", "Policy", Shape::Document)],
        },
        Detail {
            ask: describing(
                Operation {
                    absent_codes: &["PolicyNotFound"],
                    ..regional(
                        "elasticfilesystem",
                        "DescribeBackupPolicy",
                        &["elasticfilesystem:DescribeBackupPolicy"],
                        Body::Json(&["BackupPolicy"]),
                    )
                },
                "/2015-02-01/file-systems/{FileSystemId}/backup-policy",
            ),
            facets: &[Facet::property(
                "BackupPolicy",
                "BackupPolicy",
                Shape::Record(&[("Status", "Status", Shape::Text)]),
            )],
        },
    ],
};

pub(super) static MOUNT_TARGET: Kind = Kind {
    under: Some(&FILE_SYSTEM),
    facets: &[
        Facet::property("FileSystemId", "FileSystemId", Shape::Text),
        Facet::property("SubnetId", "SubnetId", Shape::Text),
        Facet::observed("AvailabilityZoneName", "AvailabilityZoneName", Shape::Text),
        Facet::observed("LifeCycleState", "LifeCycleState", Shape::Text),
        Facet::observed("NetworkInterfaceId", "NetworkInterfaceId", Shape::Text),
        Facet::observed("OwnerId", "OwnerId", Shape::Text),
        Facet::observed("VpcId", "VpcId", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!(
            "elasticfilesystem" "DescribeMountTargetSecurityGroups",
            Body::Json(&["SecurityGroups"])
        )
        .route("GET", "/2015-02-01/mount-targets/{MountTargetId}/security-groups")
        .sending(&[("MountTargetId", Sent::Of("MountTargetId"))]),
        facets: &[Facet::property("SecurityGroups", "SecurityGroups", Shape::List(&Shape::Text))],
    }],
    ..Kind::new(
        "AWS::EFS::MountTarget",
        &EFS,
        ask!("elasticfilesystem" "DescribeMountTargets", Body::Json(&["MountTargets"]))
            .route("GET", "/2015-02-01/mount-targets")
            .sending(&[("FileSystemId", Sent::Of("^FileSystemId"))])
            .list("MountTargets")
            .paged("Marker", "NextMarker"),
        "MountTargetId",
    )
};

pub(super) static ACCESS_POINT: Kind = Kind {
    kind: "AWS::EFS::AccessPoint",
    service: &EFS,
    list: Ask {
        operation: regional(
            "elasticfilesystem",
            "DescribeAccessPoints",
            &["elasticfilesystem:DescribeAccessPoints"],
            Body::Json(&["AccessPoints"]),
        ),
        route: ("GET", "/2015-02-01/access-points"),
        sent: &[],
        items: "AccessPoints",
        within: "",
        elsewhere: None,
        paging: Some(Paging { sent: "NextToken", read: "NextToken" }),
        only: None,
    },
    under: None,
    id: "AccessPointId",
    arn: Arn::Regional("elasticfilesystem", "access-point/"),
    tags: TAGS,
    facets: &[
        Facet::property("FileSystemId", "FileSystemId", Shape::Text),
        // Without one the identity of the client counts.
        Facet::property("PosixUser", "PosixUser", USER).or_empty(),
        Facet::property("RootDirectory", "RootDirectory", Shape::Record(&[("Path", "Path", Shape::Text)])),
        Facet::observed("LifeCycleState", "LifeCycleState", Shape::Text),
    ],
    details: &[],
};
