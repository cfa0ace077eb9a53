//! Route 53 Resolver: DNS firewalls, query logs, rules and endpoints.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls:
//! <https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static RESOLVER: Service =
    Service::new("route53resolver", Protocol::Json { version: "1.1", target: "Route53Resolver" });

static TAGS: Ask = ask!("route53resolver" "ListTagsForResource", Body::Json(&["Tags"]))
    .sending(&[("ResourceArn", Sent::Of("Arn"))])
    .list("Tags")
    .paged("NextToken", "NextToken");

/// Whether queries pass where the DNS firewall of a VPC does not answer. A VPC for which nobody ever said is not listed,
/// and fails closed. The name is ours; `CloudFormation` has no such type.
pub(super) static FIREWALL_CONFIG: Kind = Kind {
    facets: &[
        Facet::observed("OwnerId", "OwnerId", Shape::Text),
        Facet::observed("ResourceId", "ResourceId", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("route53resolver" "GetFirewallConfig", Body::Json(&["FirewallConfig"]))
            .sending(&[("ResourceId", Sent::Of("ResourceId"))]),
        facets: &[Facet::observed("FirewallFailOpen", "FirewallConfig.FirewallFailOpen", Shape::Text)],
    }],
    ..Kind::new(
        "AWS::Route53Resolver::FirewallConfig",
        &RESOLVER,
        ask!("route53resolver" "ListFirewallConfigs", Body::Json(&["FirewallConfigs"]))
            .list("FirewallConfigs")
            .paged("NextToken", "NextToken"),
        "Id",
    )
};

pub(super) static DOMAIN_LIST: Kind = Kind {
    arn: Arn::Member("Arn"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::observed("Id", "Id", Shape::Text),
        // Lists of AWS have one; what stands in them it does not say.
        Facet::observed("ManagedOwnerName", "ManagedOwnerName", Shape::Text).or_empty(),
    ],
    details: &[Detail {
        ask: ask!("route53resolver" "ListFirewallDomains", Body::Json(&["Domains"]))
            .sending(&[("FirewallDomainListId", Sent::Of("Id"))])
            .list("Domains")
            .paged("NextToken", "NextToken"),
        facets: &[Facet::property("Domains", "", Shape::List(&Shape::Text))],
    }],
    ..Kind::new(
        "AWS::Route53Resolver::FirewallDomainList",
        &RESOLVER,
        ask!("route53resolver" "ListFirewallDomainLists", Body::Json(&["FirewallDomainLists"]))
            .list("FirewallDomainLists")
            .paged("NextToken", "NextToken"),
        "Id",
    )
};

const RULE: Shape = Shape::Record(&[
    ("Name", "Name", Shape::Text),
    ("Priority", "Priority", Shape::Number),
    ("Action", "Action", Shape::Text),
    ("BlockResponse", "BlockResponse", Shape::Text),
    ("BlockOverrideDomain", "BlockOverrideDomain", Shape::Text),
    ("FirewallDomainListId", "FirewallDomainListId", Shape::Text),
    ("FirewallThreatProtectionId", "FirewallThreatProtectionId", Shape::Text),
    ("FirewallDomainRedirectionAction", "FirewallDomainRedirectionAction", Shape::Text),
    ("DnsThreatProtection", "DnsThreatProtection", Shape::Text),
    ("ConfidenceThreshold", "ConfidenceThreshold", Shape::Text),
    ("Qtype", "Qtype", Shape::Text),
]);

pub(super) static RULE_GROUP: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::observed("Id", "Id", Shape::Text),
        Facet::observed("OwnerId", "OwnerId", Shape::Text),
        Facet::observed("ShareStatus", "ShareStatus", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("route53resolver" "ListFirewallRules", Body::Json(&["FirewallRules"]))
            .sending(&[("FirewallRuleGroupId", Sent::Of("Id"))])
            .list("FirewallRules")
            .paged("NextToken", "NextToken"),
        facets: &[Facet::property("FirewallRules", "", Shape::List(&RULE))],
    }],
    ..Kind::new(
        "AWS::Route53Resolver::FirewallRuleGroup",
        &RESOLVER,
        ask!("route53resolver" "ListFirewallRuleGroups", Body::Json(&["FirewallRuleGroups"]))
            .list("FirewallRuleGroups")
            .paged("NextToken", "NextToken"),
        "Id",
    )
};

pub(super) static RULE_GROUP_ASSOCIATION: Kind = Kind {
    arn: Arn::Member("Arn"),
    facets: &[
        Facet::property("FirewallRuleGroupId", "FirewallRuleGroupId", Shape::Text),
        Facet::property("MutationProtection", "MutationProtection", Shape::Text),
        Facet::property("Priority", "Priority", Shape::Number),
        Facet::property("VpcId", "VpcId", Shape::Text),
        Facet::observed("ManagedOwnerName", "ManagedOwnerName", Shape::Text).or_empty(),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Route53Resolver::FirewallRuleGroupAssociation",
        &RESOLVER,
        ask!(
            "route53resolver" "ListFirewallRuleGroupAssociations",
            Body::Json(&["FirewallRuleGroupAssociations"])
        )
        .list("FirewallRuleGroupAssociations")
        .paged("NextToken", "NextToken"),
        "Id",
    )
};

pub(super) static ENDPOINT: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[
        Facet::property("Direction", "Direction", Shape::Text),
        Facet::property("Protocols", "Protocols", Shape::List(&Shape::Text)),
        Facet::property("SecurityGroupIds", "SecurityGroupIds", Shape::List(&Shape::Text)),
        Facet::observed("HostVPCId", "HostVPCId", Shape::Text),
        Facet::observed("Id", "Id", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Route53Resolver::ResolverEndpoint",
        &RESOLVER,
        ask!("route53resolver" "ListResolverEndpoints", Body::Json(&["ResolverEndpoints"]))
            .list("ResolverEndpoints")
            .paged("NextToken", "NextToken"),
        "Id",
    )
};

pub(super) static QUERY_LOG: Kind = Kind {
    arn: Arn::Member("Arn"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[
        Facet::property("DestinationArn", "DestinationArn", Shape::Text),
        Facet::property("Name", "Name", Shape::Text),
        Facet::observed("Id", "Id", Shape::Text),
        Facet::observed("OwnerId", "OwnerId", Shape::Text),
        Facet::observed("ShareStatus", "ShareStatus", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Route53Resolver::ResolverQueryLoggingConfig",
        &RESOLVER,
        ask!("route53resolver" "ListResolverQueryLogConfigs", Body::Json(&["ResolverQueryLogConfigs"]))
            .list("ResolverQueryLogConfigs")
            .paged("NextToken", "NextToken"),
        "Id",
    )
};

pub(super) static QUERY_LOG_ASSOCIATION: Kind = Kind {
    facets: &[
        Facet::property("ResolverQueryLogConfigId", "ResolverQueryLogConfigId", Shape::Text),
        Facet::property("ResourceId", "ResourceId", Shape::Text),
        Facet::observed("Error", "Error", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
        &RESOLVER,
        ask!(
            "route53resolver" "ListResolverQueryLogConfigAssociations",
            Body::Json(&["ResolverQueryLogConfigAssociations"])
        )
        .list("ResolverQueryLogConfigAssociations")
        .paged("NextToken", "NextToken"),
        "Id",
    )
};

/// Those that AWS makes for every VPC are listed too; they have no tags.
pub(super) static RESOLVER_RULE: Kind = Kind {
    arn: Arn::Member("Arn"),
    facets: &[
        Facet::property("DomainName", "DomainName", Shape::Text).or_empty(),
        Facet::property("ResolverEndpointId", "ResolverEndpointId", Shape::Text).or_empty(),
        Facet::property("RuleType", "RuleType", Shape::Text),
        Facet::property(
            "TargetIps",
            "TargetIps",
            Shape::List(&Shape::Record(&[
                ("Ip", "Ip", Shape::Text),
                ("Ipv6", "Ipv6", Shape::Text),
                ("Port", "Port", Shape::Number),
                ("Protocol", "Protocol", Shape::Text),
            ])),
        )
        .or_empty(),
        Facet::observed("OwnerId", "OwnerId", Shape::Text),
        Facet::observed("ShareStatus", "ShareStatus", Shape::Text),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Route53Resolver::ResolverRule",
        &RESOLVER,
        ask!("route53resolver" "ListResolverRules", Body::Json(&["ResolverRules"]))
            .list("ResolverRules")
            .paged("NextToken", "NextToken"),
        "Id",
    )
};
