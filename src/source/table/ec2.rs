//! EC2: networks and what stands in them.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>; members stand
//! in the answers' XML under the names that the page of each type gives.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, WHOLE, ask, regional};

pub(super) static EC2: Service = Service::new("ec2", Protocol::Ec2 { version: "2016-11-15" });

/// The Regions that an account has enabled: what says where everything else is asked.
pub(super) static REGIONS: Ask = Ask {
    items: "regionInfo",
    ..Ask::of(regional("ec2", "DescribeRegions", &["ec2:DescribeRegions"], Body::Xml("DescribeRegionsResponse")))
};

const PAGES: Option<Paging> = Some(Paging { sent: "NextToken", read: "nextToken" });
/// Without a size of pages EC2 answers all at once or not at all; these are the largest that each call takes.
const LARGE: &[(&str, Sent)] = &[("MaxResults", Sent::Number(1000))];
const SMALL: &[(&str, Sent)] = &[("MaxResults", Sent::Number(100))];

/// A type that one `Describe…` call lists with all that is kept of it.
macro_rules! described {
    ($name:ident: $kind:literal, $operation:literal, $items:literal, $id:literal, $arn:literal, $sent:expr, $facets:expr) => {
        described!($name: $kind, $operation, $items, $id, $arn, $sent, $facets, &[]);
    };
    ($name:ident: $kind:literal, $operation:literal, $items:literal, $id:literal, $arn:literal, $sent:expr, $facets:expr,
     $details:expr) => {
        pub(super) static $name: Kind = Kind {
            kind: $kind,
            service: &EC2,
            list: Ask {
                operation: regional(
                    "ec2",
                    $operation,
                    &[concat!("ec2:", $operation)],
                    Body::Xml(concat!($operation, "Response")),
                ),
                route: ("POST", "/"),
                sent: $sent,
                items: $items,
                within: "", elsewhere: None,
                paging: PAGES,
                only: None,
            },
            under: None,
            id: $id,
            arn: Arn::Regional("ec2", $arn),
            tags: Tags::Listed("tagSet", "key", "value"),
            facets: $facets,
            details: $details,
        };
    };
}

const RANGES: Shape =
    Shape::List(&Shape::Record(&[("CidrIp", "cidrIp", Shape::Text), ("Description", "description", Shape::Text)]));
const RANGES_6: Shape =
    Shape::List(&Shape::Record(&[("CidrIpv6", "cidrIpv6", Shape::Text), ("Description", "description", Shape::Text)]));
const PERMISSIONS: Shape = Shape::List(&Shape::Record(&[
    ("IpProtocol", "ipProtocol", Shape::Text),
    ("FromPort", "fromPort", Shape::Number),
    ("ToPort", "toPort", Shape::Number),
    ("IpRanges", "ipRanges", RANGES),
    ("Ipv6Ranges", "ipv6Ranges", RANGES_6),
    ("PrefixListIds", "prefixListIds", Shape::List(&Shape::Record(&[("PrefixListId", "prefixListId", Shape::Text)]))),
    (
        "Groups",
        "groups",
        Shape::List(&Shape::Record(&[("GroupId", "groupId", Shape::Text), ("UserId", "userId", Shape::Text)])),
    ),
]));
const ROUTES: Shape = Shape::List(&Shape::Record(&[
    ("DestinationCidrBlock", "destinationCidrBlock", Shape::Text),
    ("DestinationIpv6CidrBlock", "destinationIpv6CidrBlock", Shape::Text),
    ("DestinationPrefixListId", "destinationPrefixListId", Shape::Text),
    ("GatewayId", "gatewayId", Shape::Text),
    ("NatGatewayId", "natGatewayId", Shape::Text),
    ("EgressOnlyInternetGatewayId", "egressOnlyInternetGatewayId", Shape::Text),
    ("TransitGatewayId", "transitGatewayId", Shape::Text),
    ("VpcPeeringConnectionId", "vpcPeeringConnectionId", Shape::Text),
    ("NetworkInterfaceId", "networkInterfaceId", Shape::Text),
    ("InstanceId", "instanceId", Shape::Text),
    ("LocalGatewayId", "localGatewayId", Shape::Text),
    ("CarrierGatewayId", "carrierGatewayId", Shape::Text),
    ("CoreNetworkArn", "coreNetworkArn", Shape::Text),
    ("State", "state", Shape::Text),
]));
const ENTRIES: Shape = Shape::List(&Shape::Record(&[
    ("RuleNumber", "ruleNumber", Shape::Number),
    ("Protocol", "protocol", Shape::Text),
    ("RuleAction", "ruleAction", Shape::Text),
    ("Egress", "egress", Shape::Flag),
    ("CidrBlock", "cidrBlock", Shape::Text),
    ("Ipv6CidrBlock", "ipv6CidrBlock", Shape::Text),
    ("PortRange", "portRange", Shape::Record(&[("From", "from", Shape::Number), ("To", "to", Shape::Number)])),
]));
const SIDE: Shape = Shape::Record(&[
    ("VpcId", "vpcId", Shape::Text),
    ("OwnerId", "ownerId", Shape::Text),
    ("Region", "region", Shape::Text),
]);

described!(VPC: "AWS::EC2::VPC", "DescribeVpcs", "vpcSet", "vpcId", "vpc/", LARGE, &[
    Facet::property("CidrBlock", "cidrBlock", Shape::Text),
    Facet::observed("DhcpOptionsId", "dhcpOptionsId", Shape::Text),
    Facet::observed("IsDefault", "isDefault", Shape::Flag),
    Facet::observed("OwnerId", "ownerId", Shape::Text),
    Facet::observed("State", "state", Shape::Text),
], &[
    // Each call reads one attribute.
    Detail {
        ask: ask!("ec2" "DescribeVpcAttribute", Body::Xml("DescribeVpcAttributeResponse"))
            .sending(&[("VpcId", Sent::Of("vpcId")), ("Attribute", Sent::Text("enableDnsSupport"))]),
        facets: &[Facet::property("EnableDnsSupport", "enableDnsSupport.value", Shape::Flag)],
    },
    Detail {
        ask: ask!("ec2" "DescribeVpcAttribute", Body::Xml("DescribeVpcAttributeResponse"))
            .sending(&[("VpcId", Sent::Of("vpcId")), ("Attribute", Sent::Text("enableDnsHostnames"))]),
        facets: &[Facet::property("EnableDnsHostnames", "enableDnsHostnames.value", Shape::Flag)],
    },
]);

described!(SUBNET: "AWS::EC2::Subnet", "DescribeSubnets", "subnetSet", "subnetId", "subnet/", LARGE, &[
    Facet::property("AvailabilityZone", "availabilityZone", Shape::Text),
    Facet::property("CidrBlock", "cidrBlock", Shape::Text).or_empty(),
    Facet::property("MapPublicIpOnLaunch", "mapPublicIpOnLaunch", Shape::Flag),
    Facet::property("VpcId", "vpcId", Shape::Text),
    Facet::observed("OwnerId", "ownerId", Shape::Text),
]);

described!(SECURITY_GROUP: "AWS::EC2::SecurityGroup", "DescribeSecurityGroups", "securityGroupInfo", "groupId",
    "security-group/", LARGE, &[
    Facet::property("GroupDescription", "groupDescription", Shape::Text),
    Facet::property("GroupName", "groupName", Shape::Text),
    Facet::property("SecurityGroupEgress", "ipPermissionsEgress", PERMISSIONS),
    Facet::property("SecurityGroupIngress", "ipPermissions", PERMISSIONS),
    Facet::property("VpcId", "vpcId", Shape::Text),
]);

described!(ROUTE_TABLE: "AWS::EC2::RouteTable", "DescribeRouteTables", "routeTableSet", "routeTableId", "route-table/",
    SMALL, &[
    Facet::property("VpcId", "vpcId", Shape::Text),
    Facet::observed("Associations", "associationSet", Shape::List(&Shape::Record(&[
        ("Main", "main", Shape::Flag),
        ("SubnetId", "subnetId", Shape::Text),
        ("GatewayId", "gatewayId", Shape::Text),
    ]))),
    Facet::observed("Routes", "routeSet", ROUTES),
]);

described!(NETWORK_ACL: "AWS::EC2::NetworkAcl", "DescribeNetworkAcls", "networkAclSet", "networkAclId", "network-acl/",
    LARGE, &[
    Facet::property("VpcId", "vpcId", Shape::Text),
    Facet::observed("Associations", "associationSet", Shape::List(&Shape::Record(&[("SubnetId", "subnetId", Shape::Text)]))),
    Facet::observed("Entries", "entrySet", ENTRIES),
    Facet::observed("IsDefault", "default", Shape::Flag),
]);

described!(INTERNET_GATEWAY: "AWS::EC2::InternetGateway", "DescribeInternetGateways", "internetGatewaySet",
    "internetGatewayId", "internet-gateway/", LARGE, &[
    Facet::observed("Attachments", "attachmentSet", Shape::List(&Shape::Record(&[
        ("State", "state", Shape::Text),
        ("VpcId", "vpcId", Shape::Text),
    ]))),
]);

described!(NAT_GATEWAY: "AWS::EC2::NatGateway", "DescribeNatGateways", "natGatewaySet", "natGatewayId", "natgateway/",
    LARGE, &[
    Facet::property("ConnectivityType", "connectivityType", Shape::Text),
    Facet::property("SubnetId", "subnetId", Shape::Text).or_empty(),
    Facet::property("VpcId", "vpcId", Shape::Text),
    Facet::observed("State", "state", Shape::Text),
]);

described!(PEERING: "AWS::EC2::VPCPeeringConnection", "DescribeVpcPeeringConnections", "vpcPeeringConnectionSet",
    "vpcPeeringConnectionId", "vpc-peering-connection/", LARGE, &[
    Facet::observed("Accepter", "accepterVpcInfo", SIDE),
    Facet::observed("Requester", "requesterVpcInfo", SIDE),
    Facet::observed("Status", "status.code", Shape::Text),
]);

described!(VPC_ENDPOINT: "AWS::EC2::VPCEndpoint", "DescribeVpcEndpoints", "vpcEndpointSet", "vpcEndpointId",
    "vpc-endpoint/", LARGE, &[
    Facet::property("PolicyDocument", "policyDocument", Shape::Document).or_empty(),
    Facet::property("PrivateDnsEnabled", "privateDnsEnabled", Shape::Flag).or_empty(),
    Facet::property("RouteTableIds", "routeTableIdSet", Shape::List(&Shape::Text)).or_empty(),
    Facet::property("SecurityGroupIds", "groupSet", Shape::List(&Shape::Record(&[("GroupId", "groupId", Shape::Text)])))
        .or_empty(),
    Facet::property("ServiceName", "serviceName", Shape::Text),
    Facet::property("SubnetIds", "subnetIdSet", Shape::List(&Shape::Text)).or_empty(),
    Facet::property("VpcEndpointType", "vpcEndpointType", Shape::Text),
    Facet::property("VpcId", "vpcId", Shape::Text),
    Facet::observed("State", "state", Shape::Text),
]);

described!(FLOW_LOG: "AWS::EC2::FlowLog", "DescribeFlowLogs", "flowLogSet", "flowLogId", "vpc-flow-log/", LARGE, &[
    Facet::property("LogDestination", "logDestination", Shape::Text).or_empty(),
    Facet::property("LogDestinationType", "logDestinationType", Shape::Text),
    Facet::property("LogGroupName", "logGroupName", Shape::Text).or_empty(),
    Facet::property("ResourceId", "resourceId", Shape::Text),
    Facet::property("TrafficType", "trafficType", Shape::Text),
    Facet::observed("DeliverLogsStatus", "deliverLogsStatus", Shape::Text).or_empty(),
    Facet::observed("FlowLogStatus", "flowLogStatus", Shape::Text),
]);

described!(VOLUME: "AWS::EC2::Volume", "DescribeVolumes", "volumeSet", "volumeId", "volume/", LARGE, &[
    Facet::property("Encrypted", "encrypted", Shape::Flag),
    Facet::property("KmsKeyId", "kmsKeyId", Shape::Text).or_empty(),
    Facet::property("SnapshotId", "snapshotId", Shape::Text).or_empty(),
    Facet::observed("CreateTime", "createTime", Shape::Time),
    Facet::observed("State", "status", Shape::Text),
]);

/// What is asked about one thing or of the Region itself.
const fn asking(operation: Operation, sent: &'static [(&'static str, Sent)], items: &'static str) -> Ask {
    Ask { operation, route: ("POST", "/"), sent, items, within: "", elsewhere: None, paging: None, only: None }
}

pub(super) static SNAPSHOT: Kind = Kind {
    kind: "AWS::EC2::Snapshot",
    service: &EC2,
    list: Ask {
        paging: PAGES,
        ..asking(
            regional("ec2", "DescribeSnapshots", &["ec2:DescribeSnapshots"], Body::Xml("DescribeSnapshotsResponse")),
            // Everybody's public snapshots would be listed too.
            &[("Owner.1", Sent::Text("self")), ("MaxResults", Sent::Number(1000))],
            "snapshotSet",
        )
    },
    under: None,
    id: "snapshotId",
    arn: Arn::Regional("ec2", "snapshot/"),
    tags: Tags::Listed("tagSet", "key", "value"),
    facets: &[
        Facet::observed("Encrypted", "encrypted", Shape::Flag),
        Facet::observed("KmsKeyId", "kmsKeyId", Shape::Text).or_empty(),
        Facet::observed("OwnerId", "ownerId", Shape::Text),
        Facet::observed("StartTime", "startTime", Shape::Time),
        Facet::observed("VolumeId", "volumeId", Shape::Text),
    ],
    details: &[Detail {
        ask: asking(
            regional(
                "ec2",
                "DescribeSnapshotAttribute",
                &["ec2:DescribeSnapshotAttribute"],
                Body::Xml("DescribeSnapshotAttributeResponse"),
            ),
            &[("SnapshotId", Sent::Of("snapshotId")), ("Attribute", Sent::Text("createVolumePermission"))],
            "",
        ),
        // The group `all` is everybody.
        facets: &[Facet::observed(
            "CreateVolumePermissions",
            "createVolumePermission",
            Shape::List(&Shape::Record(&[("UserId", "userId", Shape::Text), ("Group", "group", Shape::Text)])),
        )],
    }],
};

/// A setting of the Region that one call reads.
macro_rules! setting {
    ($operation:literal, $facet:expr) => {
        Detail {
            ask: asking(
                regional("ec2", $operation, &[concat!("ec2:", $operation)], Body::Xml(concat!($operation, "Response"))),
                &[],
                "",
            ),
            facets: &[$facet],
        }
    };
}

pub(super) static REGION_SETTINGS: Kind = Kind {
    // CloudFormation has no type for all of them together.
    kind: "AWS::EC2::RegionSettings",
    service: &EC2,
    list: asking(
        regional(
            "ec2",
            "GetEbsEncryptionByDefault",
            &["ec2:GetEbsEncryptionByDefault"],
            Body::Xml("GetEbsEncryptionByDefaultResponse"),
        ),
        &[],
        WHOLE,
    ),
    under: None,
    id: "",
    arn: Arn::None,
    tags: Tags::None,
    facets: &[Facet::observed("EbsEncryptionByDefault", "ebsEncryptionByDefault", Shape::Flag)],
    details: &[
        setting!(
            "DescribeVpcBlockPublicAccessOptions",
            Facet::observed(
                "VpcBlockPublicAccess",
                "vpcBlockPublicAccessOptions",
                Shape::Record(&[
                    ("InternetGatewayBlockMode", "internetGatewayBlockMode", Shape::Text),
                    ("ExclusionsAllowed", "exclusionsAllowed", Shape::Text),
                    ("State", "state", Shape::Text),
                ]),
            )
        ),
        setting!("GetAllowedImagesSettings", Facet::observed("AllowedImagesState", "state", Shape::Text)),
        setting!("GetEbsDefaultKmsKeyId", Facet::observed("EbsDefaultKmsKeyId", "kmsKeyId", Shape::Text)),
        setting!(
            "GetImageBlockPublicAccessState",
            Facet::observed("ImageBlockPublicAccess", "imageBlockPublicAccessState", Shape::Text,)
        ),
        // A member that nobody set is left out.
        setting!(
            "GetInstanceMetadataDefaults",
            Facet::observed(
                "InstanceMetadataDefaults",
                "accountLevel",
                Shape::Record(&[
                    ("HttpEndpoint", "httpEndpoint", Shape::Text),
                    ("HttpPutResponseHopLimit", "httpPutResponseHopLimit", Shape::Number),
                    ("HttpTokens", "httpTokens", Shape::Text),
                    ("HttpTokensEnforced", "httpTokensEnforced", Shape::Text),
                ]),
            )
        ),
        setting!(
            "GetSerialConsoleAccessStatus",
            Facet::observed("SerialConsoleAccess", "serialConsoleAccessEnabled", Shape::Flag)
        ),
        setting!(
            "GetSnapshotBlockPublicAccessState",
            Facet::observed("SnapshotBlockPublicAccess", "state", Shape::Text)
        ),
    ],
};

pub(super) static INSTANCE: Kind = Kind {
    kind: "AWS::EC2::Instance",
    service: &EC2,
    list: Ask {
        operation: regional(
            "ec2",
            "DescribeInstances",
            &["ec2:DescribeInstances"],
            Body::Xml("DescribeInstancesResponse"),
        ),
        route: ("POST", "/"),
        sent: LARGE,
        items: "reservationSet",
        within: "instancesSet",
        elsewhere: None,
        paging: PAGES,
        only: None,
    },
    under: None,
    id: "instanceId",
    arn: Arn::Regional("ec2", "instance/"),
    tags: Tags::Listed("tagSet", "key", "value"),
    // User data may hold secrets: no call here reads it.
    facets: &[
        Facet::property("IamInstanceProfile", "iamInstanceProfile.arn", Shape::Text).or_empty(),
        Facet::property("ImageId", "imageId", Shape::Text),
        Facet::property(
            "SecurityGroupIds",
            "groupSet",
            Shape::List(&Shape::Record(&[("GroupId", "groupId", Shape::Text)])),
        )
        .or_empty(),
        Facet::property("SubnetId", "subnetId", Shape::Text).or_empty(),
        Facet::observed(
            "MetadataOptions",
            "metadataOptions",
            Shape::Record(&[
                ("HttpEndpoint", "httpEndpoint", Shape::Text),
                ("HttpTokens", "httpTokens", Shape::Text),
                ("HttpPutResponseHopLimit", "httpPutResponseHopLimit", Shape::Number),
            ]),
        ),
        Facet::observed("LaunchTime", "launchTime", Shape::Time),
        Facet::observed("PublicIpAddress", "ipAddress", Shape::Text).or_empty(),
        Facet::observed("State", "instanceState.name", Shape::Text),
        Facet::observed("VpcId", "vpcId", Shape::Text).or_empty(),
    ],
    details: &[],
};
