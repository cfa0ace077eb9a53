//! Security Hub: whether it is on in a Region, and which standards it checks.
//!
//! May import: `source::table`. Guarantees: plain data; no finding is read. Facts about calls:
//! <https://docs.aws.amazon.com/securityhub/1.0/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Detail, Facet, Kind, Protocol, Service, Shape, WHOLE, ask};

static SECURITY_HUB: Service = Service::new("securityhub", Protocol::Rest);

pub(super) static HUB: Kind = Kind {
    arn: Arn::Member("HubArn"),
    facets: &[
        Facet::property("AutoEnableControls", "AutoEnableControls", Shape::Flag),
        Facet::property("ControlFindingGenerator", "ControlFindingGenerator", Shape::Text),
        Facet::observed("SubscribedAt", "SubscribedAt", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("securityhub" "GetEnabledStandards", Body::Json(&["StandardsSubscriptions"]))
            .route("POST", "/standards/get")
            .list("StandardsSubscriptions")
            .paged("NextToken", "NextToken"),
        facets: &[Facet::observed(
            "EnabledStandards",
            "",
            Shape::List(&Shape::Record(&[
                ("StandardsArn", "StandardsArn", Shape::Text),
                ("StandardsSubscriptionArn", "StandardsSubscriptionArn", Shape::Text),
                ("StandardsStatus", "StandardsStatus", Shape::Text),
            ])),
        )],
    }],
    ..Kind::new(
        "AWS::SecurityHub::Hub",
        &SECURITY_HUB,
        // "Invalid access" is the answer to those that are not allowed, too.
        ask!("securityhub" "DescribeHub", Body::Json(&["HubArn"]))
            .route("GET", "/accounts")
            .list(WHOLE)
            .absent(&["InvalidAccessException: is not subscribed to AWS Security Hub"]),
        "",
    )
};
