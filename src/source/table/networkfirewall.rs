//! Network Firewall: firewalls with what they log, their policies and rule groups.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls:
//! <https://docs.aws.amazon.com/network-firewall/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static FIREWALLS: Service =
    Service::new("network-firewall", Protocol::Json { version: "1.0", target: "NetworkFirewall_20201112" });

const ENCRYPTION: Shape = Shape::Record(&[("Type", "Type", Shape::Text), ("KeyId", "KeyId", Shape::Text)]);
const TEXTS: Shape = Shape::List(&Shape::Text);

const DESCRIBE_FIREWALL: Ask = ask!("network-firewall" "DescribeFirewall", Body::Json(&["Firewall"]))
    .sending(&[("FirewallArn", Sent::Of("FirewallArn"))]);
static TAGS_OF_FIREWALL: Ask = DESCRIBE_FIREWALL;
const DESCRIBE_POLICY: Ask =
    ask!("network-firewall" "DescribeFirewallPolicy", Body::Json(&["FirewallPolicyResponse", "FirewallPolicy"]))
        .sending(&[("FirewallPolicyArn", Sent::Of("Arn"))]);
static TAGS_OF_POLICY: Ask = DESCRIBE_POLICY;
const DESCRIBE_GROUP: Ask = ask!("network-firewall" "DescribeRuleGroup", Body::Json(&["RuleGroupResponse"]))
    .sending(&[("RuleGroupArn", Sent::Of("Arn"))]);
static TAGS_OF_GROUP: Ask = DESCRIBE_GROUP;

pub(super) static FIREWALL: Kind = Kind {
    arn: Arn::Member("FirewallArn"),
    tags: Tags::Within(&TAGS_OF_FIREWALL, "Firewall.Tags", "Key", "Value"),
    facets: &[Facet::property("FirewallName", "FirewallName", Shape::Text)],
    details: &[
        Detail {
            ask: DESCRIBE_FIREWALL,
            facets: &[
                Facet::property("DeleteProtection", "Firewall.DeleteProtection", Shape::Flag),
                Facet::property("FirewallPolicyArn", "Firewall.FirewallPolicyArn", Shape::Text),
                Facet::property(
                    "FirewallPolicyChangeProtection",
                    "Firewall.FirewallPolicyChangeProtection",
                    Shape::Flag,
                ),
                Facet::property("SubnetChangeProtection", "Firewall.SubnetChangeProtection", Shape::Flag),
                // A firewall stands in the subnets of a VPC, or is attached to a transit gateway.
                Facet::property(
                    "SubnetMappings",
                    "Firewall.SubnetMappings",
                    Shape::List(&Shape::Record(&[("SubnetId", "SubnetId", Shape::Text)])),
                )
                .or_empty(),
                Facet::property("TransitGatewayId", "Firewall.TransitGatewayId", Shape::Text).or_empty(),
                Facet::property("VpcId", "Firewall.VpcId", Shape::Text).or_empty(),
                Facet::observed("EncryptionConfiguration", "Firewall.EncryptionConfiguration", ENCRYPTION),
                Facet::observed("Status", "FirewallStatus.Status", Shape::Text),
                Facet::observed("SyncState", "FirewallStatus.ConfigurationSyncStateSummary", Shape::Text),
                // By Availability Zone.
                Facet::observed(
                    "Endpoints",
                    "FirewallStatus.SyncStates",
                    Shape::Map(&Shape::Record(&[
                        ("SubnetId", "Attachment.SubnetId", Shape::Text),
                        ("EndpointId", "Attachment.EndpointId", Shape::Text),
                        ("Status", "Attachment.Status", Shape::Text),
                    ])),
                )
                .or_empty(),
                Facet::observed(
                    "TransitGatewayAttachmentId",
                    "FirewallStatus.TransitGatewayAttachmentSyncState.AttachmentId",
                    Shape::Text,
                )
                .or_empty(),
            ],
        },
        Detail {
            ask: ask!("network-firewall" "DescribeLoggingConfiguration", Body::Json(&["FirewallArn"]))
                .sending(&[("FirewallArn", Sent::Of("FirewallArn"))]),
            // A firewall that logs nothing has no configuration.
            facets: &[Facet::observed(
                "LogDestinationConfigs",
                "LoggingConfiguration.LogDestinationConfigs",
                Shape::List(&Shape::Record(&[
                    ("LogType", "LogType", Shape::Text),
                    ("LogDestinationType", "LogDestinationType", Shape::Text),
                    ("LogDestination", "LogDestination", Shape::Map(&Shape::Text)),
                ])),
            )
            .or_empty()],
        },
    ],
    ..Kind::new(
        "AWS::NetworkFirewall::Firewall",
        &FIREWALLS,
        ask!("network-firewall" "ListFirewalls", Body::Json(&["Firewalls"]))
            .list("Firewalls")
            .paged("NextToken", "NextToken"),
        "FirewallArn",
    )
};

pub(super) static POLICY: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Within(&TAGS_OF_POLICY, "FirewallPolicyResponse.Tags", "Key", "Value"),
    facets: &[Facet::property("FirewallPolicyName", "Name", Shape::Text)],
    details: &[Detail {
        ask: DESCRIBE_POLICY,
        facets: &[
            Facet::property(
                "FirewallPolicy",
                "FirewallPolicy",
                Shape::Record(&[
                    ("StatelessDefaultActions", "StatelessDefaultActions", TEXTS),
                    ("StatelessFragmentDefaultActions", "StatelessFragmentDefaultActions", TEXTS),
                    (
                        "StatelessRuleGroupReferences",
                        "StatelessRuleGroupReferences",
                        Shape::List(&Shape::Record(&[
                            ("ResourceArn", "ResourceArn", Shape::Text),
                            ("Priority", "Priority", Shape::Number),
                        ])),
                    ),
                    ("StatefulDefaultActions", "StatefulDefaultActions", TEXTS),
                    (
                        "StatefulEngineOptions",
                        "StatefulEngineOptions",
                        Shape::Record(&[
                            ("RuleOrder", "RuleOrder", Shape::Text),
                            ("StreamExceptionPolicy", "StreamExceptionPolicy", Shape::Text),
                        ]),
                    ),
                    (
                        "StatefulRuleGroupReferences",
                        "StatefulRuleGroupReferences",
                        Shape::List(&Shape::Record(&[
                            ("ResourceArn", "ResourceArn", Shape::Text),
                            ("Priority", "Priority", Shape::Number),
                            ("OverrideAction", "Override.Action", Shape::Text),
                        ])),
                    ),
                    ("TLSInspectionConfigurationArn", "TLSInspectionConfigurationArn", Shape::Text),
                    (
                        "PolicyVariables",
                        "PolicyVariables.RuleVariables",
                        Shape::Map(&Shape::Record(&[("Definition", "Definition", TEXTS)])),
                    ),
                ]),
            ),
            Facet::observed("EncryptionConfiguration", "FirewallPolicyResponse.EncryptionConfiguration", ENCRYPTION),
            Facet::observed("Status", "FirewallPolicyResponse.FirewallPolicyStatus", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::NetworkFirewall::FirewallPolicy",
        &FIREWALLS,
        ask!("network-firewall" "ListFirewallPolicies", Body::Json(&["FirewallPolicies"]))
            .list("FirewallPolicies")
            .paged("NextToken", "NextToken"),
        "Arn",
    )
};

const ADDRESSES: Shape = Shape::List(&Shape::Record(&[("AddressDefinition", "AddressDefinition", Shape::Text)]));
const PORTS: Shape =
    Shape::List(&Shape::Record(&[("FromPort", "FromPort", Shape::Number), ("ToPort", "ToPort", Shape::Number)]));
const SETS: Shape = Shape::Map(&Shape::Record(&[("Definition", "Definition", TEXTS)]));
const STATEFUL: Shape = Shape::List(&Shape::Record(&[
    ("Action", "Action", Shape::Text),
    (
        "Header",
        "Header",
        Shape::Record(&[
            ("Protocol", "Protocol", Shape::Text),
            ("Source", "Source", Shape::Text),
            ("SourcePort", "SourcePort", Shape::Text),
            ("Direction", "Direction", Shape::Text),
            ("Destination", "Destination", Shape::Text),
            ("DestinationPort", "DestinationPort", Shape::Text),
        ]),
    ),
    (
        "RuleOptions",
        "RuleOptions",
        Shape::List(&Shape::Record(&[("Keyword", "Keyword", Shape::Text), ("Settings", "Settings", TEXTS)])),
    ),
]));
const STATELESS: Shape = Shape::List(&Shape::Record(&[
    ("Priority", "Priority", Shape::Number),
    ("Actions", "RuleDefinition.Actions", TEXTS),
    ("Sources", "RuleDefinition.MatchAttributes.Sources", ADDRESSES),
    ("Destinations", "RuleDefinition.MatchAttributes.Destinations", ADDRESSES),
    ("SourcePorts", "RuleDefinition.MatchAttributes.SourcePorts", PORTS),
    ("DestinationPorts", "RuleDefinition.MatchAttributes.DestinationPorts", PORTS),
    ("Protocols", "RuleDefinition.MatchAttributes.Protocols", Shape::List(&Shape::Number)),
]));

pub(super) static RULE_GROUP: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Within(&TAGS_OF_GROUP, "RuleGroupResponse.Tags", "Key", "Value"),
    facets: &[Facet::property("RuleGroupName", "Name", Shape::Text)],
    details: &[Detail {
        ask: DESCRIBE_GROUP,
        facets: &[
            Facet::property("Type", "RuleGroupResponse.Type", Shape::Text),
            Facet::property(
                "RuleGroup",
                "RuleGroup",
                Shape::Record(&[
                    ("RuleOrder", "StatefulRuleOptions.RuleOrder", Shape::Text),
                    ("RulesString", "RulesSource.RulesString", Shape::Text),
                    (
                        "RulesSourceList",
                        "RulesSource.RulesSourceList",
                        Shape::Record(&[
                            ("Targets", "Targets", TEXTS),
                            ("TargetTypes", "TargetTypes", TEXTS),
                            ("GeneratedRulesType", "GeneratedRulesType", Shape::Text),
                        ]),
                    ),
                    ("StatefulRules", "RulesSource.StatefulRules", STATEFUL),
                    ("StatelessRules", "RulesSource.StatelessRulesAndCustomActions.StatelessRules", STATELESS),
                    ("IPSets", "RuleVariables.IPSets", SETS),
                    ("PortSets", "RuleVariables.PortSets", SETS),
                    (
                        "IPSetReferences",
                        "ReferenceSets.IPSetReferences",
                        Shape::Map(&Shape::Record(&[("ReferenceArn", "ReferenceArn", Shape::Text)])),
                    ),
                ]),
            ),
            Facet::observed("EncryptionConfiguration", "RuleGroupResponse.EncryptionConfiguration", ENCRYPTION),
            Facet::observed("Status", "RuleGroupResponse.RuleGroupStatus", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::NetworkFirewall::RuleGroup",
        &FIREWALLS,
        ask!("network-firewall" "ListRuleGroups", Body::Json(&["RuleGroups"]))
            .list("RuleGroups")
            .paged("NextToken", "NextToken"),
        "Arn",
    )
};
