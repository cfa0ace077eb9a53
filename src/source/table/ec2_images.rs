//! EC2: images with who may launch them, and launch templates.
//!
//! May import: `source::table`. Guarantees: plain data; user data is never kept. Facts about calls:
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>.

use super::super::operations::Body;
use super::ec2::EC2;
use super::{Arn, Detail, Facet, Kind, Sent, Shape, Tags, ask};

const TAGS: Tags = Tags::Listed("tagSet", "key", "value");

/// An image of the account. The name is ours; `CloudFormation` has no such type.
pub(super) static IMAGE: Kind = Kind {
    arn: Arn::Regional("ec2", "image/"),
    tags: TAGS,
    facets: &[
        Facet::observed(
            "BlockDeviceMappings",
            "blockDeviceMapping",
            Shape::List(&Shape::Record(&[
                ("DeviceName", "deviceName", Shape::Text),
                ("Encrypted", "ebs.encrypted", Shape::Flag),
                ("KmsKeyId", "ebs.kmsKeyId", Shape::Text),
                ("SnapshotId", "ebs.snapshotId", Shape::Text),
            ])),
        ),
        Facet::observed("CreationDate", "creationDate", Shape::Time),
        // An image that is not deprecated has no such time.
        Facet::observed("Deprecation", "", Shape::Record(&[("Time", "deprecationTime", Shape::Time)])),
        Facet::observed("ImdsSupport", "imdsSupport", Shape::Text).or_empty(),
        Facet::observed("Name", "name", Shape::Text),
        Facet::observed("OwnerId", "imageOwnerId", Shape::Text),
        Facet::observed("Public", "isPublic", Shape::Flag),
        Facet::observed("SourceImageId", "sourceImageId", Shape::Text).or_empty(),
        Facet::observed("State", "imageState", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("ec2" "DescribeImageAttribute", Body::Xml("DescribeImageAttributeResponse"))
            .sending(&[("ImageId", Sent::Of("imageId")), ("Attribute", Sent::Text("launchPermission"))]),
        // The group `all` is everybody.
        facets: &[Facet::observed(
            "LaunchPermissions",
            "launchPermission",
            Shape::List(&Shape::Record(&[
                ("UserId", "userId", Shape::Text),
                ("Group", "group", Shape::Text),
                ("OrganizationArn", "organizationArn", Shape::Text),
                ("OrganizationalUnitArn", "organizationalUnitArn", Shape::Text),
            ])),
        )],
    }],
    ..Kind::new(
        "AWS::EC2::Image",
        &EC2,
        ask!("ec2" "DescribeImages", Body::Xml("DescribeImagesResponse"))
            // Everybody's public images would be listed too.
            .sending(&[
                ("Owner.1", Sent::Text("self")),
                ("IncludeDisabled", Sent::Flag(true)),
                ("MaxResults", Sent::Number(1000)),
            ])
            .list("imagesSet")
            .paged("NextToken", "nextToken"),
        "imageId",
    )
};

pub(super) static LAUNCH_TEMPLATE: Kind = Kind {
    arn: Arn::Regional("ec2", "launch-template/"),
    tags: TAGS,
    facets: &[
        Facet::property("LaunchTemplateName", "launchTemplateName", Shape::Text),
        Facet::observed("CreateTime", "createTime", Shape::Time),
        Facet::observed("CreatedBy", "createdBy", Shape::Text),
        Facet::observed("DefaultVersionNumber", "defaultVersionNumber", Shape::Number),
        Facet::observed("LatestVersionNumber", "latestVersionNumber", Shape::Number),
    ],
    ..Kind::new(
        "AWS::EC2::LaunchTemplate",
        &EC2,
        ask!("ec2" "DescribeLaunchTemplates", Body::Xml("DescribeLaunchTemplatesResponse"))
            .sending(&[("MaxResults", Sent::Number(200))])
            .list("launchTemplates")
            .paged("NextToken", "nextToken"),
        "launchTemplateId",
    )
};

/// A version of a launch template. The name is ours; `CloudFormation` has no such type.
pub(super) static LAUNCH_TEMPLATE_VERSION: Kind = Kind {
    under: Some(&LAUNCH_TEMPLATE),
    // What a version does not set, whoever launches sets, or EC2.
    facets: &[
        Facet::observed("CreateTime", "createTime", Shape::Time),
        Facet::observed("CreatedBy", "createdBy", Shape::Text),
        Facet::observed("DefaultVersion", "defaultVersion", Shape::Flag),
        Facet::observed("LaunchTemplateId", "launchTemplateId", Shape::Text),
        Facet::observed("VersionNumber", "versionNumber", Shape::Number),
        Facet::observed(
            "BlockDeviceMappings",
            "launchTemplateData.blockDeviceMappingSet",
            Shape::List(&Shape::Record(&[
                ("DeviceName", "deviceName", Shape::Text),
                ("Encrypted", "ebs.encrypted", Shape::Flag),
                ("KmsKeyId", "ebs.kmsKeyId", Shape::Text),
                ("SnapshotId", "ebs.snapshotId", Shape::Text),
            ])),
        )
        .or_empty(),
        Facet::observed(
            "IamInstanceProfile",
            "launchTemplateData.iamInstanceProfile",
            Shape::Record(&[("Arn", "arn", Shape::Text), ("Name", "name", Shape::Text)]),
        )
        .or_empty(),
        Facet::observed("ImageId", "launchTemplateData.imageId", Shape::Text).or_empty(),
        Facet::observed("KeyName", "launchTemplateData.keyName", Shape::Text).or_empty(),
        Facet::observed(
            "MetadataOptions",
            "launchTemplateData.metadataOptions",
            Shape::Record(&[
                ("HttpEndpoint", "httpEndpoint", Shape::Text),
                ("HttpTokens", "httpTokens", Shape::Text),
                ("HttpPutResponseHopLimit", "httpPutResponseHopLimit", Shape::Number),
            ]),
        )
        .or_empty(),
        Facet::observed(
            "NetworkInterfaces",
            "launchTemplateData.networkInterfaceSet",
            Shape::List(&Shape::Record(&[
                ("AssociatePublicIpAddress", "associatePublicIpAddress", Shape::Flag),
                ("Groups", "groupSet", Shape::List(&Shape::Text)),
                ("NetworkInterfaceId", "networkInterfaceId", Shape::Text),
                ("SubnetId", "subnetId", Shape::Text),
            ])),
        )
        .or_empty(),
        Facet::observed("SecurityGroupIds", "launchTemplateData.securityGroupIdSet", Shape::List(&Shape::Text))
            .or_empty(),
        Facet::observed("SecurityGroups", "launchTemplateData.securityGroupSet", Shape::List(&Shape::Text)).or_empty(),
    ],
    ..Kind::new(
        "AWS::EC2::LaunchTemplateVersion",
        &EC2,
        // The answer holds user data.
        ask!("ec2" "DescribeLaunchTemplateVersions", Body::Xml("DescribeLaunchTemplateVersionsResponse"))
            .sending(&[("LaunchTemplateId", Sent::Of("^launchTemplateId")), ("MaxResults", Sent::Number(200))])
            .list("launchTemplateVersionSet")
            .paged("NextToken", "nextToken")
            .secret(),
        "launchTemplateId|versionNumber",
    )
};
