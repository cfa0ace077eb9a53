//! `AppStream` (`WorkSpaces` Applications): fleets, stacks and image builders.
//!
//! May import: `source::table`. Guarantees: plain data; no URL of a session is asked. Facts about calls:
//! <https://docs.aws.amazon.com/appstream2/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static APPSTREAM: Service =
    Service::new("appstream", Protocol::Json { version: "1.1", target: "PhotonAdminProxyService" })
        .at("appstream2.{region}.{dns}");

static TAGS: Ask =
    ask!("appstream" "ListTagsForResource", Body::Json(&["Tags"])).sending(&[("ResourceArn", Sent::Of("Arn"))]);

const NETWORK: Shape = Shape::Record(&[
    ("SubnetIds", "SubnetIds", Shape::List(&Shape::Text)),
    ("SecurityGroupIds", "SecurityGroupIds", Shape::List(&Shape::Text)),
]);

const DOMAIN: Shape = Shape::Record(&[
    ("DirectoryName", "DirectoryName", Shape::Text),
    ("OrganizationalUnitDistinguishedName", "OrganizationalUnitDistinguishedName", Shape::Text),
]);

const ENDPOINTS: Shape =
    Shape::List(&Shape::Record(&[("EndpointType", "EndpointType", Shape::Text), ("VpceId", "VpceId", Shape::Text)]));

pub(super) static FLEET: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Object(&TAGS, "Tags"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::property("FleetType", "FleetType", Shape::Text),
        Facet::property("EnableDefaultInternetAccess", "EnableDefaultInternetAccess", Shape::Flag),
        Facet::property("VpcConfig", "VpcConfig", NETWORK).or_empty(),
        Facet::property("DomainJoinInfo", "DomainJoinInfo", DOMAIN).or_empty(),
        Facet::property("IamRoleArn", "IamRoleArn", Shape::Text).or_empty(),
        Facet::property("MaxUserDurationInSeconds", "MaxUserDurationInSeconds", Shape::Number),
        Facet::property("DisconnectTimeoutInSeconds", "DisconnectTimeoutInSeconds", Shape::Number),
        Facet::property("IdleDisconnectTimeoutInSeconds", "IdleDisconnectTimeoutInSeconds", Shape::Number),
        Facet::property("ImageArn", "ImageArn", Shape::Text).or_empty(),
        Facet::property("UsbDeviceFilterStrings", "UsbDeviceFilterStrings", Shape::List(&Shape::Text)).or_empty(),
        Facet::property("StreamView", "StreamView", Shape::Text),
        Facet::observed("State", "State", Shape::Text),
        Facet::observed("DisableIMDSV1", "DisableIMDSV1", Shape::Flag),
        Facet::observed("CreatedTime", "CreatedTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::AppStream::Fleet",
        &APPSTREAM,
        ask!("appstream" "DescribeFleets", Body::Json(&["Fleets"])).list("Fleets").paged("NextToken", "NextToken"),
        "Name",
    )
};

pub(super) static IMAGE_BUILDER: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Object(&TAGS, "Tags"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::property("EnableDefaultInternetAccess", "EnableDefaultInternetAccess", Shape::Flag),
        Facet::property("VpcConfig", "VpcConfig", NETWORK).or_empty(),
        Facet::property("AccessEndpoints", "AccessEndpoints", ENDPOINTS).or_empty(),
        Facet::property("DomainJoinInfo", "DomainJoinInfo", DOMAIN).or_empty(),
        Facet::property("IamRoleArn", "IamRoleArn", Shape::Text).or_empty(),
        Facet::property("ImageArn", "ImageArn", Shape::Text).or_empty(),
        Facet::observed("State", "State", Shape::Text),
        Facet::observed("DisableIMDSV1", "DisableIMDSV1", Shape::Flag),
        Facet::observed("CreatedTime", "CreatedTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::AppStream::ImageBuilder",
        &APPSTREAM,
        ask!("appstream" "DescribeImageBuilders", Body::Json(&["ImageBuilders"]))
            .list("ImageBuilders")
            .paged("NextToken", "NextToken"),
        "Name",
    )
};

pub(super) static STACK: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Object(&TAGS, "Tags"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::property(
            "UserSettings",
            "UserSettings",
            Shape::List(&Shape::Record(&[
                ("Action", "Action", Shape::Text),
                ("Permission", "Permission", Shape::Text),
                ("MaximumLength", "MaximumLength", Shape::Number),
            ])),
        ),
        Facet::property(
            "StorageConnectors",
            "StorageConnectors",
            Shape::List(&Shape::Record(&[
                ("ConnectorType", "ConnectorType", Shape::Text),
                ("ResourceIdentifier", "ResourceIdentifier", Shape::Text),
                ("Domains", "Domains", Shape::List(&Shape::Text)),
            ])),
        )
        .or_empty(),
        Facet::property("AccessEndpoints", "AccessEndpoints", ENDPOINTS).or_empty(),
        Facet::property("EmbedHostDomains", "EmbedHostDomains", Shape::List(&Shape::Text)).or_empty(),
        Facet::property(
            "ApplicationSettings",
            "ApplicationSettings",
            Shape::Record(&[("Enabled", "Enabled", Shape::Flag), ("S3BucketName", "S3BucketName", Shape::Text)]),
        )
        .or_empty(),
        Facet::observed(
            "ContentRedirection",
            "ContentRedirection",
            Shape::Record(&[(
                "HostToClient",
                "HostToClient",
                Shape::Record(&[
                    ("Enabled", "Enabled", Shape::Flag),
                    ("AllowedUrls", "AllowedUrls", Shape::List(&Shape::Text)),
                    ("DeniedUrls", "DeniedUrls", Shape::List(&Shape::Text)),
                ]),
            )]),
        )
        .or_empty(),
        Facet::observed("CreatedTime", "CreatedTime", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("appstream" "ListAssociatedFleets", Body::Json(&["Names"]))
            .sending(&[("StackName", Sent::Of("Name"))])
            .list("Names")
            .paged("NextToken", "NextToken"),
        facets: &[Facet::observed("AssociatedFleets", "", Shape::List(&Shape::Text))],
    }],
    ..Kind::new(
        "AWS::AppStream::Stack",
        &APPSTREAM,
        ask!("appstream" "DescribeStacks", Body::Json(&["Stacks"])).list("Stacks").paged("NextToken", "NextToken"),
        "Name",
    )
};
