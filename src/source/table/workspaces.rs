//! `WorkSpaces`: directories, desktops and the groups of addresses from which they are reached.
//!
//! May import: `source::table`. Guarantees: plain data; the code with which a client registers is not kept. Facts
//! about calls: <https://docs.aws.amazon.com/workspaces/latest/api/>.

use super::super::operations::Body;
use super::{Ask, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static WORKSPACES: Service = Service::new("workspaces", Protocol::Json { version: "1.1", target: "WorkspacesService" });

static TAGS_OF_DIRECTORY: Ask = ask!("workspaces" "DescribeTags", Body::Json(&["TagList"]))
    .sending(&[("ResourceId", Sent::Of("DirectoryId"))])
    .list("TagList");
static TAGS_OF_GROUP: Ask = ask!("workspaces" "DescribeTags", Body::Json(&["TagList"]))
    .sending(&[("ResourceId", Sent::Of("groupId"))])
    .list("TagList");
static TAGS_OF_WORKSPACE: Ask = ask!("workspaces" "DescribeTags", Body::Json(&["TagList"]))
    .sending(&[("ResourceId", Sent::Of("WorkspaceId"))])
    .list("TagList");

/// A directory that is registered with `WorkSpaces`. The name is ours.
pub(super) static DIRECTORY: Kind = Kind {
    tags: Tags::Asked(&TAGS_OF_DIRECTORY, "Key", "Value"),
    facets: &[
        Facet::observed("DirectoryId", "DirectoryId", Shape::Text),
        Facet::observed("DirectoryName", "DirectoryName", Shape::Text),
        Facet::observed("DirectoryType", "DirectoryType", Shape::Text),
        Facet::observed("State", "State", Shape::Text),
        Facet::observed("WorkspaceType", "WorkspaceType", Shape::Text),
        Facet::observed("UserIdentityType", "UserIdentityType", Shape::Text),
        Facet::observed("Tenancy", "Tenancy", Shape::Text),
        Facet::observed("SubnetIds", "SubnetIds", Shape::List(&Shape::Text)),
        Facet::observed("WorkspaceSecurityGroupId", "WorkspaceSecurityGroupId", Shape::Text),
        Facet::observed("IamRoleId", "IamRoleId", Shape::Text).or_empty(),
        Facet::observed("IpGroupIds", "ipGroupIds", Shape::List(&Shape::Text)).or_empty(),
        Facet::observed(
            "WorkspaceCreationProperties",
            "WorkspaceCreationProperties",
            Shape::Record(&[
                ("EnableInternetAccess", "EnableInternetAccess", Shape::Flag),
                ("CustomSecurityGroupId", "CustomSecurityGroupId", Shape::Text),
                ("UserEnabledAsLocalAdministrator", "UserEnabledAsLocalAdministrator", Shape::Flag),
                ("EnableMaintenanceMode", "EnableMaintenanceMode", Shape::Flag),
                ("InstanceIamRoleArn", "InstanceIamRoleArn", Shape::Text),
            ]),
        ),
        Facet::observed(
            "WorkspaceAccessProperties",
            "WorkspaceAccessProperties",
            Shape::Record(&[
                ("DeviceTypeWindows", "DeviceTypeWindows", Shape::Text),
                ("DeviceTypeOsx", "DeviceTypeOsx", Shape::Text),
                ("DeviceTypeWeb", "DeviceTypeWeb", Shape::Text),
                ("DeviceTypeIos", "DeviceTypeIos", Shape::Text),
                ("DeviceTypeAndroid", "DeviceTypeAndroid", Shape::Text),
                ("DeviceTypeChromeOs", "DeviceTypeChromeOs", Shape::Text),
                ("DeviceTypeZeroClient", "DeviceTypeZeroClient", Shape::Text),
                ("DeviceTypeLinux", "DeviceTypeLinux", Shape::Text),
                ("DeviceTypeWorkSpacesThinClient", "DeviceTypeWorkSpacesThinClient", Shape::Text),
                (
                    "AccessEndpoints",
                    "AccessEndpointConfig.AccessEndpoints",
                    Shape::List(&Shape::Record(&[
                        ("AccessEndpointType", "AccessEndpointType", Shape::Text),
                        ("VpcEndpointId", "VpcEndpointId", Shape::Text),
                    ])),
                ),
                (
                    "InternetFallbackProtocols",
                    "AccessEndpointConfig.InternetFallbackProtocols",
                    Shape::List(&Shape::Text),
                ),
            ]),
        ),
        Facet::observed(
            "SamlProperties",
            "SamlProperties",
            Shape::Record(&[
                ("Status", "Status", Shape::Text),
                ("UserAccessUrl", "UserAccessUrl", Shape::Text),
                ("RelayStateParameterName", "RelayStateParameterName", Shape::Text),
            ]),
        ),
        Facet::observed(
            "CertificateBasedAuthProperties",
            "CertificateBasedAuthProperties",
            Shape::Record(&[
                ("Status", "Status", Shape::Text),
                ("CertificateAuthorityArn", "CertificateAuthorityArn", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed(
            "StreamingProperties",
            "StreamingProperties",
            Shape::Record(&[
                (
                    "UserSettings",
                    "UserSettings",
                    Shape::List(&Shape::Record(&[
                        ("Action", "Action", Shape::Text),
                        ("Permission", "Permission", Shape::Text),
                    ])),
                ),
                (
                    "StorageConnectors",
                    "StorageConnectors",
                    Shape::List(&Shape::Record(&[
                        ("ConnectorType", "ConnectorType", Shape::Text),
                        ("Status", "Status", Shape::Text),
                    ])),
                ),
            ]),
        ),
        Facet::observed("EndpointEncryptionMode", "EndpointEncryptionMode", Shape::Text),
        Facet::observed(
            "IDCConfig",
            "IDCConfig",
            Shape::Record(&[
                ("InstanceArn", "InstanceArn", Shape::Text),
                ("ApplicationArn", "ApplicationArn", Shape::Text),
            ]),
        )
        .or_empty(),
    ],
    ..Kind::new(
        "AWS::WorkSpaces::Directory",
        &WORKSPACES,
        // The answer holds the codes with which clients register.
        ask!("workspaces" "DescribeWorkspaceDirectories", Body::Json(&["Directories"]))
            .list("Directories")
            .paged("NextToken", "NextToken")
            .secret(),
        "DirectoryId",
    )
};

/// The name is ours.
pub(super) static IP_GROUP: Kind = Kind {
    tags: Tags::Asked(&TAGS_OF_GROUP, "Key", "Value"),
    facets: &[
        Facet::observed("GroupName", "groupName", Shape::Text),
        Facet::observed("Rules", "userRules", Shape::List(&Shape::Record(&[("IpRule", "ipRule", Shape::Text)])))
            .or_empty(),
    ],
    ..Kind::new(
        "AWS::WorkSpaces::IpGroup",
        &WORKSPACES,
        ask!("workspaces" "DescribeIpGroups", Body::Json(&["Result"])).list("Result").paged("NextToken", "NextToken"),
        "groupId",
    )
};

pub(super) static WORKSPACE: Kind = Kind {
    tags: Tags::Asked(&TAGS_OF_WORKSPACE, "Key", "Value"),
    facets: &[
        Facet::property("DirectoryId", "DirectoryId", Shape::Text),
        Facet::property("BundleId", "BundleId", Shape::Text),
        Facet::property("UserName", "UserName", Shape::Text).or_empty(),
        Facet::observed("State", "State", Shape::Text),
        Facet::observed("SubnetId", "SubnetId", Shape::Text),
        Facet::observed("IpAddress", "IpAddress", Shape::Text).or_empty(),
        // Left out where the volume is not encrypted.
        Facet::property("RootVolumeEncryptionEnabled", "RootVolumeEncryptionEnabled", Shape::Flag).or_empty(),
        Facet::property("UserVolumeEncryptionEnabled", "UserVolumeEncryptionEnabled", Shape::Flag).or_empty(),
        Facet::property("VolumeEncryptionKey", "VolumeEncryptionKey", Shape::Text).or_empty(),
        Facet::property(
            "WorkspaceProperties",
            "WorkspaceProperties",
            Shape::Record(&[
                ("RunningMode", "RunningMode", Shape::Text),
                ("RunningModeAutoStopTimeoutInMinutes", "RunningModeAutoStopTimeoutInMinutes", Shape::Number),
                ("Protocols", "Protocols", Shape::List(&Shape::Text)),
                ("OperatingSystemName", "OperatingSystemName", Shape::Text),
            ]),
        ),
    ],
    ..Kind::new(
        "AWS::WorkSpaces::Workspace",
        &WORKSPACES,
        ask!("workspaces" "DescribeWorkspaces", Body::Json(&["Workspaces"]))
            .list("Workspaces")
            .paged("NextToken", "NextToken"),
        "WorkspaceId",
    )
};
