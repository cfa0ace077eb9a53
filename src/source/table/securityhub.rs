//! Security Hub: whether it is on in a Region, which standards it checks, and the grave findings that nobody has dealt with.
//!
//! May import: `source::table`. Guarantees: plain data; of a finding neither title nor any other free text is kept. Facts about calls:
//! <https://docs.aws.amazon.com/securityhub/1.0/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Detail, Facet, Kind, Protocol, Sent, Service, Shape, WHOLE, ask};

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

/// A condition of a filter; several on one attribute are alternatives.
macro_rules! equals {
    ($value:literal) => {
        Sent::Record(&[("Comparison", Sent::Text("EQUALS")), ("Value", Sent::Text($value))])
    };
}

/// Of all findings, which may be hundreds of thousands, those that matter: grave, and neither resolved nor suppressed.
const OPEN: Sent = Sent::Record(&[
    ("RecordState", Sent::List(&[equals!("ACTIVE")])),
    ("SeverityLabel", Sent::List(&[equals!("CRITICAL"), equals!("HIGH")])),
    ("WorkflowStatus", Sent::List(&[equals!("NEW"), equals!("NOTIFIED")])),
]);

/// The name is ours. In an administrator's account also the findings of its members, in the home Region of an aggregator
/// also those of the linked ones.
pub(super) static FINDING: Kind = Kind {
    under: Some(&HUB),
    facets: &[
        Facet::observed("AwsAccountId", "AwsAccountId", Shape::Text),
        Facet::observed("CreatedAt", "CreatedAt", Shape::Time),
        Facet::observed("GeneratorId", "GeneratorId", Shape::Text),
        Facet::observed("Id", "Id", Shape::Text),
        Facet::observed("ProductArn", "ProductArn", Shape::Text),
        Facet::observed("ProductName", "ProductName", Shape::Text),
        Facet::observed("RecordState", "RecordState", Shape::Text),
        Facet::observed("Region", "Region", Shape::Text),
        Facet::observed(
            "Resources",
            "Resources",
            Shape::List(&Shape::Record(&[
                ("Id", "Id", Shape::Text),
                ("Region", "Region", Shape::Text),
                ("Type", "Type", Shape::Text),
            ])),
        ),
        Facet::observed("SeverityLabel", "Severity.Label", Shape::Text),
        Facet::observed("UpdatedAt", "UpdatedAt", Shape::Time),
        Facet::observed("WorkflowStatus", "Workflow.Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::SecurityHub::Finding",
        &SECURITY_HUB,
        // The answer names objects and people.
        ask!("securityhub" "GetFindings", Body::Json(&["Findings"]))
            .route("POST", "/findings")
            .sending(&[("Filters", OPEN), ("MaxResults", Sent::Number(100))])
            .list("Findings")
            .paged("NextToken", "NextToken")
            .secret(),
        "ProductArn|Id",
    )
};
