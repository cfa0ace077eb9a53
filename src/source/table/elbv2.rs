//! Elastic Load Balancing: load balancers of the second version with their listeners and attributes.
//!
//! May import: `source::table`. Guarantees: plain data; the client secret of a listener that signs people in is not kept.
//! Facts about calls: <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, regional};

static ELB: Service = Service::new("elasticloadbalancing", Protocol::Query { version: "2015-12-01" });

const PAGES: Option<Paging> = Some(Paging { sent: "Marker", read: "NextMarker" });
const THIS_BALANCER: &[(&str, Sent)] = &[("LoadBalancerArn", Sent::Of("LoadBalancerArn"))];

const fn ask(operation: Operation, sent: &'static [(&'static str, Sent)], items: &'static str) -> Ask {
    Ask { operation, route: ("POST", "/"), sent, items, within: "", elsewhere: None, paging: PAGES, only: None }
}

/// One ARN is sent, so there is one description.
static TAGS: Ask = Ask {
    paging: None,
    ..ask(
        regional("elasticloadbalancing", "DescribeTags", &["elasticloadbalancing:DescribeTags"], Body::Query),
        &[("ResourceArns.member.1", Sent::Of("LoadBalancerArn"))],
        "TagDescriptions.member.Tags",
    )
};

const ZONE: Shape = Shape::Record(&[("ZoneName", "ZoneName", Shape::Text), ("SubnetId", "SubnetId", Shape::Text)]);
const ACTION: Shape = Shape::Record(&[
    ("Type", "Type", Shape::Text),
    ("TargetGroupArn", "TargetGroupArn", Shape::Text),
    (
        "RedirectConfig",
        "RedirectConfig",
        Shape::Record(&[
            ("Protocol", "Protocol", Shape::Text),
            ("Port", "Port", Shape::Text),
            ("Host", "Host", Shape::Text),
            ("StatusCode", "StatusCode", Shape::Text),
        ]),
    ),
]);
const LISTENER: Shape = Shape::Record(&[
    ("ListenerArn", "ListenerArn", Shape::Text),
    ("Port", "Port", Shape::Number),
    ("Protocol", "Protocol", Shape::Text),
    ("SslPolicy", "SslPolicy", Shape::Text),
    ("Certificates", "Certificates", Shape::List(&Shape::Record(&[("CertificateArn", "CertificateArn", Shape::Text)]))),
    ("DefaultActions", "DefaultActions", Shape::List(&ACTION)),
]);

pub(super) static LOAD_BALANCER: Kind = Kind {
    kind: "AWS::ElasticLoadBalancingV2::LoadBalancer",
    service: &ELB,
    list: ask(
        regional(
            "elasticloadbalancing",
            "DescribeLoadBalancers",
            &["elasticloadbalancing:DescribeLoadBalancers"],
            Body::Query,
        ),
        &[("PageSize", Sent::Number(400))],
        "LoadBalancers",
    ),
    under: None,
    id: "LoadBalancerArn",
    arn: Arn::Member("LoadBalancerArn"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[
        Facet::property("Name", "LoadBalancerName", Shape::Text),
        Facet::property("Scheme", "Scheme", Shape::Text),
        // A network load balancer need not have one.
        Facet::property("SecurityGroups", "SecurityGroups", Shape::List(&Shape::Text)).or_empty(),
        Facet::property("Type", "Type", Shape::Text),
        Facet::observed("AvailabilityZones", "AvailabilityZones", Shape::List(&ZONE)),
        Facet::observed("CreatedTime", "CreatedTime", Shape::Time),
        Facet::observed("State", "State.Code", Shape::Text),
        Facet::observed("VpcId", "VpcId", Shape::Text),
    ],
    details: &[
        Detail {
            ask: ask(
                // The answer may hold a client secret.
                Operation {
                    secret_body: true,
                    ..regional(
                        "elasticloadbalancing",
                        "DescribeListeners",
                        &["elasticloadbalancing:DescribeListeners"],
                        Body::Query,
                    )
                },
                THIS_BALANCER,
                "Listeners",
            ),
            facets: &[Facet::observed("Listeners", "", Shape::List(&LISTENER))],
        },
        Detail {
            ask: Ask {
                paging: None,
                ..ask(
                    regional(
                        "elasticloadbalancing",
                        "DescribeLoadBalancerAttributes",
                        &["elasticloadbalancing:DescribeLoadBalancerAttributes"],
                        Body::Query,
                    ),
                    THIS_BALANCER,
                    "",
                )
            },
            facets: &[Facet::property(
                "LoadBalancerAttributes",
                "Attributes",
                Shape::List(&Shape::Record(&[("Key", "Key", Shape::Text), ("Value", "Value", Shape::Text)])),
            )],
        },
    ],
};
