//! `CloudWatch`: alarms, and what they do.
//!
//! May import: `source::table`. Guarantees: plain data; no measured value is read. Facts about calls:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Facet, Kind, Protocol, Sent, Service, Shape, ask};

static CLOUDWATCH: Service = Service::new("monitoring", Protocol::Query { version: "2010-08-01" });

const fn alarms(sent: &'static [(&'static str, Sent)], items: &'static str) -> Ask {
    ask!("cloudwatch" "DescribeAlarms", Body::Query).sending(sent).list(items).paged("NextToken", "NextToken")
}

pub(super) static ALARM: Kind = Kind {
    arn: Arn::Member("AlarmArn"),
    facets: &[
        Facet::property("ActionsEnabled", "ActionsEnabled", Shape::Flag),
        Facet::property("AlarmActions", "AlarmActions", Shape::List(&Shape::Text)).or_empty(),
        Facet::property("AlarmName", "AlarmName", Shape::Text),
        // An alarm on an expression names its metrics there.
        Facet::property("MetricName", "MetricName", Shape::Text).or_empty(),
        Facet::property(
            "Metrics",
            "Metrics",
            Shape::List(&Shape::Record(&[
                ("Id", "Id", Shape::Text),
                ("MetricName", "MetricStat.Metric.MetricName", Shape::Text),
                ("Namespace", "MetricStat.Metric.Namespace", Shape::Text),
                ("Expression", "Expression", Shape::Text),
                ("AccountId", "AccountId", Shape::Text),
            ])),
        )
        .or_empty(),
        Facet::property("Namespace", "Namespace", Shape::Text).or_empty(),
        Facet::observed("StateUpdatedTimestamp", "StateUpdatedTimestamp", Shape::Time),
        Facet::observed("StateValue", "StateValue", Shape::Text),
    ],
    ..Kind::new(
        "AWS::CloudWatch::Alarm",
        &CLOUDWATCH,
        alarms(&[("AlarmTypes.member.1", Sent::Text("MetricAlarm"))], "MetricAlarms"),
        "AlarmName",
    )
};

pub(super) static COMPOSITE: Kind = Kind {
    arn: Arn::Member("AlarmArn"),
    facets: &[
        Facet::property("ActionsEnabled", "ActionsEnabled", Shape::Flag),
        // The alarm whose state silences this one; mostly none.
        Facet::property("ActionsSuppressor", "ActionsSuppressor", Shape::Text).or_empty(),
        Facet::property("AlarmActions", "AlarmActions", Shape::List(&Shape::Text)).or_empty(),
        Facet::property("AlarmName", "AlarmName", Shape::Text),
        Facet::property("AlarmRule", "AlarmRule", Shape::Text),
        Facet::observed("StateUpdatedTimestamp", "StateUpdatedTimestamp", Shape::Time),
        Facet::observed("StateValue", "StateValue", Shape::Text),
    ],
    ..Kind::new(
        "AWS::CloudWatch::CompositeAlarm",
        &CLOUDWATCH,
        alarms(&[("AlarmTypes.member.1", Sent::Text("CompositeAlarm"))], "CompositeAlarms"),
        "AlarmName",
    )
};
