//! EC2: interfaces and addresses, rules and prefix lists, and what leads out of a network.
//!
//! May import: `source::table`. Guarantees: plain data; no key of a VPN is kept. Facts about calls:
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>.

use super::super::operations::Body;
use super::ec2::EC2;
use super::{Arn, Ask, Detail, Facet, Kind, Sent, Shape, Tags, ask};

const TAGS: Tags = Tags::Listed("tagSet", "key", "value");
const LARGE: &[(&str, Sent)] = &[("MaxResults", Sent::Number(1000))];

/// A call that lists, without pages, whose answer is named after it.
macro_rules! whole {
    ($operation:literal, $items:literal) => {
        ask!("ec2" $operation, Body::Xml(concat!($operation, "Response"))).list($items)
    };
}

/// The same, by pages.
macro_rules! listing {
    ($operation:literal, $items:literal, $sent:expr) => {
        whole!($operation, $items).sending($sent).paged("NextToken", "nextToken")
    };
}

const GROUPS: Shape = Shape::List(&Shape::Record(&[("GroupId", "groupId", Shape::Text)]));

pub(super) static ADDRESS: Kind = Kind {
    arn: Arn::Regional("ec2", "elastic-ip/"),
    tags: TAGS,
    facets: &[
        Facet::property("Domain", "domain", Shape::Text),
        Facet::property("InstanceId", "instanceId", Shape::Text).or_empty(),
        Facet::property("PublicIp", "publicIp", Shape::Text).or_empty(),
        Facet::observed("AssociationId", "associationId", Shape::Text).or_empty(),
        Facet::observed("CarrierIp", "carrierIp", Shape::Text).or_empty(),
        Facet::observed("NetworkInterfaceId", "networkInterfaceId", Shape::Text).or_empty(),
        Facet::observed("NetworkInterfaceOwnerId", "networkInterfaceOwnerId", Shape::Text).or_empty(),
        Facet::observed("PrivateIpAddress", "privateIpAddress", Shape::Text).or_empty(),
    ],
    ..Kind::new("AWS::EC2::EIP", &EC2, whole!("DescribeAddresses", "addressesSet"), "allocationId")
};

pub(super) static INTERFACE: Kind = Kind {
    arn: Arn::Regional("ec2", "network-interface/"),
    tags: TAGS,
    facets: &[
        Facet::property("Description", "description", Shape::Text).or_empty(),
        Facet::property("GroupSet", "groupSet", GROUPS).or_empty(),
        Facet::property("InterfaceType", "interfaceType", Shape::Text),
        Facet::property("PrivateIpAddress", "privateIpAddress", Shape::Text).or_empty(),
        Facet::property("SourceDestCheck", "sourceDestCheck", Shape::Flag),
        Facet::property("SubnetId", "subnetId", Shape::Text),
        Facet::observed("VpcId", "vpcId", Shape::Text),
        Facet::observed(
            "Association",
            "association",
            Shape::Record(&[
                ("AllocationId", "allocationId", Shape::Text),
                ("IpOwnerId", "ipOwnerId", Shape::Text),
                ("PublicIp", "publicIp", Shape::Text),
                ("CarrierIp", "carrierIp", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed(
            "Attachment",
            "attachment",
            Shape::Record(&[
                ("InstanceId", "instanceId", Shape::Text),
                ("InstanceOwnerId", "instanceOwnerId", Shape::Text),
                ("Status", "status", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed(
            "Ipv6Addresses",
            "ipv6AddressesSet",
            Shape::List(&Shape::Record(&[("Ipv6Address", "ipv6Address", Shape::Text)])),
        )
        .or_empty(),
        Facet::observed("OwnerId", "ownerId", Shape::Text),
        Facet::observed(
            "PrivateIpAddresses",
            "privateIpAddressesSet",
            Shape::List(&Shape::Record(&[
                ("PrivateIpAddress", "privateIpAddress", Shape::Text),
                ("PublicIp", "association.publicIp", Shape::Text),
            ])),
        )
        .or_empty(),
        // Who made it, where a service did.
        Facet::observed("RequesterId", "requesterId", Shape::Text).or_empty(),
        Facet::observed("RequesterManaged", "requesterManaged", Shape::Flag),
        Facet::observed("Status", "status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::EC2::NetworkInterface",
        &EC2,
        listing!("DescribeNetworkInterfaces", "networkInterfaceSet", LARGE),
        "networkInterfaceId",
    )
};

/// One rule of a security group, either way. The name is ours; `CloudFormation` has a type for each way.
pub(super) static GROUP_RULE: Kind = Kind {
    arn: Arn::Regional("ec2", "security-group-rule/"),
    tags: TAGS,
    // A rule names one of range, prefix list and group.
    facets: &[
        Facet::property("CidrIp", "cidrIpv4", Shape::Text).or_empty(),
        Facet::property("CidrIpv6", "cidrIpv6", Shape::Text).or_empty(),
        Facet::property("Description", "description", Shape::Text).or_empty(),
        Facet::property("FromPort", "fromPort", Shape::Number),
        Facet::property("GroupId", "groupId", Shape::Text),
        Facet::property("IpProtocol", "ipProtocol", Shape::Text),
        Facet::property("ToPort", "toPort", Shape::Number),
        Facet::observed("GroupOwnerId", "groupOwnerId", Shape::Text),
        Facet::observed("IsEgress", "isEgress", Shape::Flag),
        Facet::observed("PrefixListId", "prefixListId", Shape::Text).or_empty(),
        Facet::observed(
            "ReferencedGroupInfo",
            "referencedGroupInfo",
            Shape::Record(&[
                ("GroupId", "groupId", Shape::Text),
                ("UserId", "userId", Shape::Text),
                ("VpcId", "vpcId", Shape::Text),
                ("VpcPeeringConnectionId", "vpcPeeringConnectionId", Shape::Text),
                ("PeeringStatus", "peeringStatus", Shape::Text),
            ]),
        )
        .or_empty(),
    ],
    ..Kind::new(
        "AWS::EC2::SecurityGroupRule",
        &EC2,
        listing!("DescribeSecurityGroupRules", "securityGroupRuleSet", LARGE),
        "securityGroupRuleId",
    )
};

pub(super) static PREFIX_LIST: Kind = Kind {
    arn: Arn::Regional("ec2", "prefix-list/"),
    tags: TAGS,
    facets: &[
        Facet::property("AddressFamily", "addressFamily", Shape::Text),
        Facet::property("PrefixListName", "prefixListName", Shape::Text),
        // AWS is the owner of its own lists: their true ARN is this.
        Facet::observed("Arn", "prefixListArn", Shape::Text),
        Facet::observed("OwnerId", "ownerId", Shape::Text),
        Facet::observed("State", "state", Shape::Text),
    ],
    details: &[Detail {
        ask: listing!(
            "GetManagedPrefixListEntries",
            "entrySet",
            &[("PrefixListId", Sent::Of("prefixListId")), ("MaxResults", Sent::Number(100)),]
        ),
        facets: &[Facet::property(
            "Entries",
            "",
            Shape::List(&Shape::Record(&[("Cidr", "cidr", Shape::Text), ("Description", "description", Shape::Text)])),
        )],
    }],
    ..Kind::new(
        "AWS::EC2::PrefixList",
        &EC2,
        listing!("DescribeManagedPrefixLists", "prefixListSet", &[("MaxResults", Sent::Number(100))]),
        "prefixListId",
    )
};

pub(super) static DHCP_OPTIONS: Kind = Kind {
    arn: Arn::Regional("ec2", "dhcp-options/"),
    tags: TAGS,
    facets: &[
        Facet::observed(
            "DhcpConfigurations",
            "dhcpConfigurationSet",
            Shape::List(&Shape::Record(&[
                ("Key", "key", Shape::Text),
                ("Values", "valueSet", Shape::List(&Shape::Record(&[("Value", "value", Shape::Text)]))),
            ])),
        ),
        Facet::observed("OwnerId", "ownerId", Shape::Text),
    ],
    ..Kind::new(
        "AWS::EC2::DHCPOptions",
        &EC2,
        listing!("DescribeDhcpOptions", "dhcpOptionsSet", LARGE),
        "dhcpOptionsId",
    )
};

pub(super) static EXCLUSION: Kind = Kind {
    arn: Arn::Regional("ec2", "vpc-block-public-access-exclusion/"),
    tags: TAGS,
    facets: &[
        Facet::property("InternetGatewayExclusionMode", "internetGatewayExclusionMode", Shape::Text),
        Facet::observed("CreationTimestamp", "creationTimestamp", Shape::Time),
        Facet::observed("ResourceArn", "resourceArn", Shape::Text),
        // One that was deleted is listed for a while.
        Facet::observed("State", "state", Shape::Text),
    ],
    ..Kind::new(
        "AWS::EC2::VPCBlockPublicAccessExclusion",
        &EC2,
        listing!("DescribeVpcBlockPublicAccessExclusions", "vpcBlockPublicAccessExclusionSet", LARGE),
        "exclusionId",
    )
};

pub(super) static CONNECT_ENDPOINT: Kind = Kind {
    arn: Arn::Regional("ec2", "instance-connect-endpoint/"),
    tags: TAGS,
    facets: &[
        Facet::property("PreserveClientIp", "preserveClientIp", Shape::Flag),
        Facet::property("SecurityGroupIds", "securityGroupIdSet", Shape::List(&Shape::Text)),
        Facet::property("SubnetId", "subnetId", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
        Facet::observed("OwnerId", "ownerId", Shape::Text),
        Facet::observed("State", "state", Shape::Text),
        Facet::observed("VpcId", "vpcId", Shape::Text),
    ],
    ..Kind::new(
        "AWS::EC2::InstanceConnectEndpoint",
        &EC2,
        listing!("DescribeInstanceConnectEndpoints", "instanceConnectEndpointSet", &[("MaxResults", Sent::Number(50))]),
        "instanceConnectEndpointId",
    )
};

pub(super) static CLIENT_VPN: Kind = Kind {
    arn: Arn::Regional("ec2", "client-vpn-endpoint/"),
    tags: TAGS,
    facets: &[
        Facet::property(
            "AuthenticationOptions",
            "authenticationOptions",
            Shape::List(&Shape::Record(&[
                ("Type", "type", Shape::Text),
                ("DirectoryId", "activeDirectory.directoryId", Shape::Text),
                ("SamlProviderArn", "federatedAuthentication.samlProviderArn", Shape::Text),
            ])),
        ),
        // An endpoint for IPv6 alone has none.
        Facet::property("ClientCidrBlock", "clientCidrBlock", Shape::Text).or_empty(),
        Facet::property(
            "ConnectionLogOptions",
            "connectionLogOptions",
            Shape::Record(&[
                ("Enabled", "Enabled", Shape::Flag),
                ("CloudwatchLogGroup", "CloudwatchLogGroup", Shape::Text),
            ]),
        ),
        Facet::property("DnsServers", "dnsServer", Shape::List(&Shape::Text)).or_empty(),
        Facet::property("SecurityGroupIds", "securityGroupIdSet", Shape::List(&Shape::Text)).or_empty(),
        Facet::property("SplitTunnel", "splitTunnel", Shape::Flag),
        Facet::property("VpcId", "vpcId", Shape::Text).or_empty(),
        Facet::observed("Status", "status.code", Shape::Text),
        Facet::observed("TransitGatewayId", "transitGatewayConfiguration.transitGatewayId", Shape::Text).or_empty(),
    ],
    ..Kind::new(
        "AWS::EC2::ClientVpnEndpoint",
        &EC2,
        listing!("DescribeClientVpnEndpoints", "clientVpnEndpoint", LARGE),
        "clientVpnEndpointId",
    )
};

pub(super) static VPN_CONNECTION: Kind = Kind {
    arn: Arn::Regional("ec2", "vpn-connection/"),
    tags: TAGS,
    facets: &[
        Facet::property("CustomerGatewayId", "customerGatewayId", Shape::Text).or_empty(),
        Facet::property("StaticRoutesOnly", "options.staticRoutesOnly", Shape::Flag),
        Facet::property("TransitGatewayId", "transitGatewayId", Shape::Text).or_empty(),
        Facet::property("Type", "type", Shape::Text),
        Facet::property("VpnGatewayId", "vpnGatewayId", Shape::Text).or_empty(),
        Facet::observed("CoreNetworkArn", "coreNetworkArn", Shape::Text).or_empty(),
        Facet::observed("LocalIpv4NetworkCidr", "options.localIpv4NetworkCidr", Shape::Text).or_empty(),
        Facet::observed("RemoteIpv4NetworkCidr", "options.remoteIpv4NetworkCidr", Shape::Text).or_empty(),
        Facet::observed(
            "Routes",
            "routes",
            Shape::List(&Shape::Record(&[
                ("DestinationCidrBlock", "destinationCidrBlock", Shape::Text),
                ("State", "state", Shape::Text),
            ])),
        )
        .or_empty(),
        Facet::observed("State", "state", Shape::Text),
    ],
    ..Kind::new(
        "AWS::EC2::VPNConnection",
        &EC2,
        // The answer holds the keys that both ends share.
        whole!("DescribeVpnConnections", "vpnConnectionSet").secret(),
        "vpnConnectionId",
    )
};

pub(super) static TRANSIT_GATEWAY: Kind = Kind {
    arn: Arn::Regional("ec2", "transit-gateway/"),
    tags: TAGS,
    facets: &[
        Facet::property("AutoAcceptSharedAttachments", "options.autoAcceptSharedAttachments", Shape::Text),
        Facet::property("DefaultRouteTableAssociation", "options.defaultRouteTableAssociation", Shape::Text),
        Facet::property("DefaultRouteTablePropagation", "options.defaultRouteTablePropagation", Shape::Text),
        // What is shared is listed too: its true ARN is this.
        Facet::observed("Arn", "transitGatewayArn", Shape::Text),
        Facet::observed("AssociationDefaultRouteTableId", "options.associationDefaultRouteTableId", Shape::Text)
            .or_empty(),
        Facet::observed("OwnerId", "ownerId", Shape::Text),
        Facet::observed("PropagationDefaultRouteTableId", "options.propagationDefaultRouteTableId", Shape::Text)
            .or_empty(),
        Facet::observed("State", "state", Shape::Text),
    ],
    ..Kind::new(
        "AWS::EC2::TransitGateway",
        &EC2,
        listing!("DescribeTransitGateways", "transitGatewaySet", LARGE),
        "transitGatewayId",
    )
};

pub(super) static TRANSIT_GATEWAY_ATTACHMENT: Kind = Kind {
    arn: Arn::Regional("ec2", "transit-gateway-attachment/"),
    tags: TAGS,
    facets: &[
        Facet::property("TransitGatewayId", "transitGatewayId", Shape::Text),
        Facet::observed(
            "Association",
            "association",
            Shape::Record(&[
                ("TransitGatewayRouteTableId", "transitGatewayRouteTableId", Shape::Text),
                ("State", "state", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed("ResourceId", "resourceId", Shape::Text),
        Facet::observed("ResourceOwnerId", "resourceOwnerId", Shape::Text),
        Facet::observed("ResourceType", "resourceType", Shape::Text),
        Facet::observed("State", "state", Shape::Text),
        Facet::observed("TransitGatewayOwnerId", "transitGatewayOwnerId", Shape::Text),
    ],
    ..Kind::new(
        "AWS::EC2::TransitGatewayAttachment",
        &EC2,
        listing!("DescribeTransitGatewayAttachments", "transitGatewayAttachments", LARGE),
        "transitGatewayAttachmentId",
    )
};

/// The search wants a filter: these are the states of a route that stands.
const ALL_ROUTES: Ask = listing!(
    "SearchTransitGatewayRoutes",
    "routeSet",
    &[
        ("TransitGatewayRouteTableId", Sent::Of("transitGatewayRouteTableId")),
        ("Filter.1.Name", Sent::Text("state")),
        ("Filter.1.Value.1", Sent::Text("active")),
        ("Filter.1.Value.2", Sent::Text("blackhole")),
        ("MaxResults", Sent::Number(1000)),
    ]
)
// Without a token it may still say that it left routes out.
.paged("NextToken", "nextToken!additionalRoutesAvailable");

pub(super) static TRANSIT_GATEWAY_ROUTE_TABLE: Kind = Kind {
    arn: Arn::Regional("ec2", "transit-gateway-route-table/"),
    tags: TAGS,
    facets: &[
        Facet::property("TransitGatewayId", "transitGatewayId", Shape::Text),
        Facet::observed("DefaultAssociationRouteTable", "defaultAssociationRouteTable", Shape::Flag),
        Facet::observed("DefaultPropagationRouteTable", "defaultPropagationRouteTable", Shape::Flag),
        Facet::observed("State", "state", Shape::Text),
    ],
    details: &[Detail {
        ask: ALL_ROUTES,
        facets: &[Facet::observed(
            "Routes",
            "",
            Shape::List(&Shape::Record(&[
                ("DestinationCidrBlock", "destinationCidrBlock", Shape::Text),
                ("PrefixListId", "prefixListId", Shape::Text),
                (
                    "Attachments",
                    "transitGatewayAttachments",
                    Shape::List(&Shape::Record(&[
                        ("ResourceId", "resourceId", Shape::Text),
                        ("ResourceType", "resourceType", Shape::Text),
                        ("TransitGatewayAttachmentId", "transitGatewayAttachmentId", Shape::Text),
                    ])),
                ),
                ("State", "state", Shape::Text),
                ("Type", "type", Shape::Text),
            ])),
        )],
    }],
    ..Kind::new(
        "AWS::EC2::TransitGatewayRouteTable",
        &EC2,
        listing!("DescribeTransitGatewayRouteTables", "transitGatewayRouteTables", LARGE),
        "transitGatewayRouteTableId",
    )
};

const SERVICE_TYPES: Shape = Shape::List(&Shape::Record(&[("ServiceType", "serviceType", Shape::Text)]));

pub(super) static ENDPOINT_SERVICE: Kind = Kind {
    arn: Arn::Regional("ec2", "vpc-endpoint-service/"),
    tags: TAGS,
    facets: &[
        Facet::property("AcceptanceRequired", "acceptanceRequired", Shape::Flag),
        Facet::property("GatewayLoadBalancerArns", "gatewayLoadBalancerArnSet", Shape::List(&Shape::Text)).or_empty(),
        Facet::property("NetworkLoadBalancerArns", "networkLoadBalancerArnSet", Shape::List(&Shape::Text)).or_empty(),
        Facet::observed("ServiceName", "serviceName", Shape::Text),
        Facet::observed("ServiceState", "serviceState", Shape::Text),
        Facet::observed("ServiceType", "serviceType", SERVICE_TYPES),
        Facet::observed(
            "SupportedRegions",
            "supportedRegionSet",
            Shape::List(&Shape::Record(&[("Region", "region", Shape::Text)])),
        )
        .or_empty(),
    ],
    details: &[Detail {
        ask: listing!(
            "DescribeVpcEndpointServicePermissions",
            "allowedPrincipals",
            &[("ServiceId", Sent::Of("serviceId")), ("MaxResults", Sent::Number(1000)),]
        ),
        facets: &[Facet::observed(
            "AllowedPrincipals",
            "",
            Shape::List(&Shape::Record(&[
                ("Principal", "principal", Shape::Text),
                ("PrincipalType", "principalType", Shape::Text),
                ("PermissionType", "permissionType", Shape::Text),
            ])),
        )],
    }],
    ..Kind::new(
        "AWS::EC2::VPCEndpointService",
        &EC2,
        listing!("DescribeVpcEndpointServiceConfigurations", "serviceConfigurationSet", LARGE),
        "serviceId",
    )
};

/// A service, mostly of AWS, to which the account may make an endpoint. The name is ours; `CloudFormation` has no such type.
pub(super) static AVAILABLE_SERVICE: Kind = Kind {
    tags: TAGS,
    facets: &[
        Facet::observed("AcceptanceRequired", "acceptanceRequired", Shape::Flag),
        Facet::observed("Owner", "owner", Shape::Text),
        Facet::observed("ServiceId", "serviceId", Shape::Text),
        // Gateway and interface of one service have one name.
        Facet::observed("ServiceName", "serviceName", Shape::Text),
        Facet::observed("ServiceType", "serviceType", SERVICE_TYPES),
        Facet::observed("VpcEndpointPolicySupported", "vpcEndpointPolicySupported", Shape::Flag),
    ],
    ..Kind::new(
        "AWS::EC2::AvailableVPCEndpointService",
        &EC2,
        listing!("DescribeVpcEndpointServices", "serviceDetailSet", LARGE),
        "serviceId",
    )
};
