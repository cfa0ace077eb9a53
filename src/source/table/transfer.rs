//! Transfer Family: servers with their users, connectors, web apps and the policies of their ciphers.
//!
//! May import: `source::table`. Guarantees: plain data; no key is kept. Facts about calls: <https://docs.aws.amazon.com/transfer/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, ask, posted, regional};

static TRANSFER: Service = Service::new("transfer", Protocol::Json { version: "1.1", target: "TransferService" });

const fn describe() -> Ask {
    posted(
        regional("transfer", "DescribeServer", &["transfer:DescribeServer"], Body::Json(&["Server"])),
        &[("ServerId", Sent::Of("ServerId"))],
        "",
        None,
    )
}

static DESCRIBED: Ask = describe();

pub(super) static SERVER: Kind = Kind {
    kind: "AWS::Transfer::Server",
    service: &TRANSFER,
    list: posted(
        regional("transfer", "ListServers", &["transfer:ListServers"], Body::Json(&["Servers"])),
        &[],
        "Servers",
        Some(Paging { sent: "NextToken", read: "NextToken" }),
    ),
    under: None,
    id: "ServerId",
    arn: Arn::Member("Arn"),
    tags: Tags::Within(&DESCRIBED, "Server.Tags", "Key", "Value"),
    facets: &[],
    details: &[Detail {
        ask: describe(),
        facets: &[
            Facet::property("Domain", "Server.Domain", Shape::Text),
            Facet::property(
                "EndpointDetails",
                "Server.EndpointDetails",
                Shape::Record(&[
                    ("AddressAllocationIds", "AddressAllocationIds", Shape::List(&Shape::Text)),
                    ("SecurityGroupIds", "SecurityGroupIds", Shape::List(&Shape::Text)),
                    ("SubnetIds", "SubnetIds", Shape::List(&Shape::Text)),
                    ("VpcEndpointId", "VpcEndpointId", Shape::Text),
                    ("VpcId", "VpcId", Shape::Text),
                ]),
            ),
            Facet::property("EndpointType", "Server.EndpointType", Shape::Text),
            Facet::property(
                "IdentityProviderDetails",
                "Server.IdentityProviderDetails",
                Shape::Record(&[
                    ("DirectoryId", "DirectoryId", Shape::Text),
                    ("Function", "Function", Shape::Text),
                    ("InvocationRole", "InvocationRole", Shape::Text),
                    ("Url", "Url", Shape::Text),
                ]),
            ),
            Facet::property("IdentityProviderType", "Server.IdentityProviderType", Shape::Text),
            Facet::property("LoggingRole", "Server.LoggingRole", Shape::Text),
            Facet::property("Protocols", "Server.Protocols", Shape::List(&Shape::Text)),
            Facet::property("SecurityPolicyName", "Server.SecurityPolicyName", Shape::Text),
            Facet::property("StructuredLogDestinations", "Server.StructuredLogDestinations", Shape::List(&Shape::Text)),
            Facet::observed("State", "Server.State", Shape::Text),
        ],
    }],
};

const MAPPINGS: Shape = Shape::List(&Shape::Record(&[
    ("Entry", "Entry", Shape::Text),
    ("Target", "Target", Shape::Text),
    ("Type", "Type", Shape::Text),
]));

const POSIX: Shape = Shape::Record(&[
    ("Uid", "Uid", Shape::Number),
    ("Gid", "Gid", Shape::Number),
    ("SecondaryGids", "SecondaryGids", Shape::List(&Shape::Number)),
]);

const DESCRIBE_CONNECTOR: Ask = ask!("transfer" "DescribeConnector", Body::Json(&["Connector"]))
    .sending(&[("ConnectorId", Sent::Of("ConnectorId"))]);

const DESCRIBE_USER: Ask = ask!("transfer" "DescribeUser", Body::Json(&["User"]))
    .sending(&[("ServerId", Sent::Of("^ServerId")), ("UserName", Sent::Of("UserName"))]);

const DESCRIBE_WEB_APP: Ask =
    ask!("transfer" "DescribeWebApp", Body::Json(&["WebApp"])).sending(&[("WebAppId", Sent::Of("WebAppId"))]);

/// A group of a directory that a server lets in. The name is ours.
pub(super) static ACCESS: Kind = Kind {
    under: Some(&SERVER),
    facets: &[Facet::observed("ExternalId", "ExternalId", Shape::Text)],
    details: &[Detail {
        ask: ask!("transfer" "DescribeAccess", Body::Json(&["Access"]))
            .sending(&[("ServerId", Sent::Of("^ServerId")), ("ExternalId", Sent::Of("ExternalId"))]),
        facets: &[
            Facet::observed("HomeDirectory", "Access.HomeDirectory", Shape::Text).or_empty(),
            Facet::observed("HomeDirectoryType", "Access.HomeDirectoryType", Shape::Text).or_empty(),
            Facet::observed("HomeDirectoryMappings", "Access.HomeDirectoryMappings", MAPPINGS).or_empty(),
            Facet::observed("Role", "Access.Role", Shape::Text),
            // Only on a server before EFS.
            Facet::observed("PosixProfile", "Access.PosixProfile", POSIX).or_empty(),
            // Without a policy of the session the role decides alone.
            Facet::observed("Policy", "Access.Policy", Shape::Document).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::Transfer::Access",
        &TRANSFER,
        ask!("transfer" "ListAccesses", Body::Json(&["Accesses"]))
            .sending(&[("ServerId", Sent::Of("^ServerId"))])
            .list("Accesses")
            .paged("NextToken", "NextToken"),
        "^ServerId|ExternalId",
    )
};

pub(super) static CONNECTOR: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Within(&DESCRIBE_CONNECTOR, "Connector.Tags", "Key", "Value"),
    details: &[Detail {
        ask: DESCRIBE_CONNECTOR,
        facets: &[
            // One through VPC Lattice has no URL.
            Facet::property("Url", "Connector.Url", Shape::Text).or_empty(),
            Facet::property("AccessRole", "Connector.AccessRole", Shape::Text),
            Facet::property("LoggingRole", "Connector.LoggingRole", Shape::Text).or_empty(),
            Facet::property("SecurityPolicyName", "Connector.SecurityPolicyName", Shape::Text).or_empty(),
            Facet::property(
                "As2Config",
                "Connector.As2Config",
                Shape::Record(&[
                    ("LocalProfileId", "LocalProfileId", Shape::Text),
                    ("PartnerProfileId", "PartnerProfileId", Shape::Text),
                    ("EncryptionAlgorithm", "EncryptionAlgorithm", Shape::Text),
                    ("SigningAlgorithm", "SigningAlgorithm", Shape::Text),
                    ("MdnSigningAlgorithm", "MdnSigningAlgorithm", Shape::Text),
                    ("MdnResponse", "MdnResponse", Shape::Text),
                ]),
            )
            .or_empty(),
            Facet::property(
                "SftpConfig",
                "Connector.SftpConfig",
                Shape::Record(&[("TrustedHostKeys", "TrustedHostKeys", Shape::List(&Shape::Text))]),
            )
            .or_empty(),
            Facet::property("EgressType", "Connector.EgressType", Shape::Text),
            Facet::property(
                "EgressConfig",
                "Connector.EgressConfig",
                Shape::Record(&[(
                    "VpcLattice",
                    "VpcLattice",
                    Shape::Record(&[
                        ("ResourceConfigurationArn", "ResourceConfigurationArn", Shape::Text),
                        ("PortNumber", "PortNumber", Shape::Number),
                    ]),
                )]),
            )
            .or_empty(),
            Facet::observed("Status", "Connector.Status", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::Transfer::Connector",
        &TRANSFER,
        ask!("transfer" "ListConnectors", Body::Json(&["Connectors"]))
            .list("Connectors")
            .paged("NextToken", "NextToken"),
        "ConnectorId",
    )
};

/// Ciphers that AWS puts together. The name is ours.
pub(super) static SECURITY_POLICY: Kind = Kind {
    details: &[Detail {
        ask: ask!("transfer" "DescribeSecurityPolicy", Body::Json(&["SecurityPolicy"]))
            .sending(&[("SecurityPolicyName", Sent::Of(""))]),
        facets: &[
            Facet::observed("SecurityPolicyName", "SecurityPolicy.SecurityPolicyName", Shape::Text),
            Facet::observed("Fips", "SecurityPolicy.Fips", Shape::Flag),
            Facet::observed("Type", "SecurityPolicy.Type", Shape::Text),
            Facet::observed("Protocols", "SecurityPolicy.Protocols", Shape::List(&Shape::Text)).or_empty(),
            // One of connectors has no ciphers of TLS.
            Facet::observed("SshCiphers", "SecurityPolicy.SshCiphers", Shape::List(&Shape::Text)).or_empty(),
            Facet::observed("SshKexs", "SecurityPolicy.SshKexs", Shape::List(&Shape::Text)).or_empty(),
            Facet::observed("SshMacs", "SecurityPolicy.SshMacs", Shape::List(&Shape::Text)).or_empty(),
            Facet::observed("SshHostKeyAlgorithms", "SecurityPolicy.SshHostKeyAlgorithms", Shape::List(&Shape::Text))
                .or_empty(),
            Facet::observed("TlsCiphers", "SecurityPolicy.TlsCiphers", Shape::List(&Shape::Text)).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::Transfer::SecurityPolicy",
        &TRANSFER,
        ask!("transfer" "ListSecurityPolicies", Body::Json(&["SecurityPolicyNames"]))
            .list("SecurityPolicyNames")
            .paged("NextToken", "NextToken"),
        "",
    )
};

pub(super) static USER: Kind = Kind {
    under: Some(&SERVER),
    arn: Arn::Member("Arn"),
    tags: Tags::Within(&DESCRIBE_USER, "User.Tags", "Key", "Value"),
    facets: &[
        Facet::property("UserName", "UserName", Shape::Text),
        Facet::observed("SshPublicKeyCount", "SshPublicKeyCount", Shape::Number),
    ],
    details: &[Detail {
        ask: DESCRIBE_USER,
        facets: &[
            Facet::property("HomeDirectory", "User.HomeDirectory", Shape::Text).or_empty(),
            Facet::property("HomeDirectoryType", "User.HomeDirectoryType", Shape::Text).or_empty(),
            Facet::property("HomeDirectoryMappings", "User.HomeDirectoryMappings", MAPPINGS).or_empty(),
            Facet::property("Role", "User.Role", Shape::Text),
            // Only on a server before EFS.
            Facet::property("PosixProfile", "User.PosixProfile", POSIX).or_empty(),
            // Without a policy of the session the role decides alone.
            Facet::property("Policy", "User.Policy", Shape::Document).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::Transfer::User",
        &TRANSFER,
        ask!("transfer" "ListUsers", Body::Json(&["Users"]))
            .sending(&[("ServerId", Sent::Of("^ServerId"))])
            .list("Users")
            .paged("NextToken", "NextToken"),
        "^ServerId|UserName",
    )
};

pub(super) static WEB_APP: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Within(&DESCRIBE_WEB_APP, "WebApp.Tags", "Key", "Value"),
    details: &[Detail {
        ask: DESCRIBE_WEB_APP,
        facets: &[
            Facet::property("AccessEndpoint", "WebApp.AccessEndpoint", Shape::Text).or_empty(),
            Facet::observed("WebAppEndpoint", "WebApp.WebAppEndpoint", Shape::Text),
            Facet::property("WebAppEndpointPolicy", "WebApp.WebAppEndpointPolicy", Shape::Text).or_empty(),
            Facet::observed("EndpointType", "WebApp.EndpointType", Shape::Text),
            Facet::observed(
                "EndpointDetails",
                "WebApp.DescribedEndpointDetails",
                Shape::Record(&[(
                    "Vpc",
                    "Vpc",
                    Shape::Record(&[
                        ("SubnetIds", "SubnetIds", Shape::List(&Shape::Text)),
                        ("VpcId", "VpcId", Shape::Text),
                        ("VpcEndpointId", "VpcEndpointId", Shape::Text),
                    ]),
                )]),
            )
            .or_empty(),
            Facet::property(
                "IdentityProviderDetails",
                "WebApp.DescribedIdentityProviderDetails.IdentityCenterConfig",
                Shape::Record(&[
                    ("ApplicationArn", "ApplicationArn", Shape::Text),
                    ("InstanceArn", "InstanceArn", Shape::Text),
                    ("Role", "Role", Shape::Text),
                ]),
            ),
        ],
    }],
    ..Kind::new(
        "AWS::Transfer::WebApp",
        &TRANSFER,
        ask!("transfer" "ListWebApps", Body::Json(&["WebApps"])).list("WebApps").paged("NextToken", "NextToken"),
        "WebAppId",
    )
};
