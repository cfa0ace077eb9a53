//! `EventBridge`: buses with their policy, and their rules with where each sends its events.
//!
//! May import: `source::table`. Guarantees: plain data; what a rule hands to its target (input, headers, statements) is not
//! kept. Facts about calls: <https://docs.aws.amazon.com/eventbridge/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Detail, Facet, Kind, Protocol, Sent, Service, Shape, ask};

static EVENTS: Service = Service::new("events", Protocol::Json { version: "1.1", target: "AWSEvents" });

pub(super) static BUS: Kind = Kind {
    arn: Arn::Member("Arn"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        // A bus that nobody shares has none.
        Facet::property("Policy", "Policy", Shape::Document).or_empty(),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Events::EventBus",
        &EVENTS,
        ask!("events" "ListEventBuses", Body::Json(&["EventBuses"])).list("EventBuses").paged("NextToken", "NextToken"),
        "Name",
    )
};

pub(super) static RULE: Kind = Kind {
    under: Some(&BUS),
    arn: Arn::Member("Arn"),
    facets: &[
        Facet::property("EventBusName", "EventBusName", Shape::Text),
        // A rule has a pattern, a schedule, or both.
        Facet::property("EventPattern", "EventPattern", Shape::Document).or_empty(),
        Facet::property("Name", "Name", Shape::Text),
        Facet::property("RoleArn", "RoleArn", Shape::Text).or_empty(),
        Facet::property("ScheduleExpression", "ScheduleExpression", Shape::Text).or_empty(),
        Facet::property("State", "State", Shape::Text),
        // Only where a service of AWS made the rule.
        Facet::observed("ManagedBy", "ManagedBy", Shape::Text).or_empty(),
    ],
    details: &[Detail {
        ask: ask!("events" "ListTargetsByRule", Body::Json(&["Targets"]))
            .sending(&[("Rule", Sent::Of("Name")), ("EventBusName", Sent::Of("^Name"))])
            .list("Targets")
            .paged("NextToken", "NextToken")
            .secret(),
        facets: &[Facet::property(
            "Targets",
            "",
            Shape::List(&Shape::Record(&[
                ("Id", "Id", Shape::Text),
                ("Arn", "Arn", Shape::Text),
                ("RoleArn", "RoleArn", Shape::Text),
                ("DeadLetterConfig", "DeadLetterConfig", Shape::Record(&[("Arn", "Arn", Shape::Text)])),
            ])),
        )],
    }],
    ..Kind::new(
        "AWS::Events::Rule",
        &EVENTS,
        ask!("events" "ListRules", Body::Json(&["Rules"]))
            .sending(&[("EventBusName", Sent::Of("^Name"))])
            .list("Rules")
            .paged("NextToken", "NextToken"),
        "Arn",
    )
};
