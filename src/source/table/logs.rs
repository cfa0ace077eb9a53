//! `CloudWatch` Logs: log groups with what reads along, the policies that let services in, and exports. Never an event.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, ask, posted, regional};

static LOGS: Service = Service::new("logs", Protocol::Json { version: "1.1", target: "Logs_20140328" });

const PAGES: Option<Paging> = Some(Paging { sent: "nextToken", read: "nextToken" });
const THIS_GROUP: &[(&str, Sent)] = &[("logGroupName", Sent::Of("logGroupName"))];

/// It wants the ARN without the `:*` that a listed group's `arn` ends in.
static TAGS: Ask = posted(
    regional("logs", "ListTagsForResource", &["logs:ListTagsForResource"], Body::Json(&["tags"])),
    &[("resourceArn", Sent::Arn)],
    "",
    None,
);

const SUBSCRIPTION: Shape = Shape::Record(&[
    ("FilterName", "filterName", Shape::Text),
    ("FilterPattern", "filterPattern", Shape::Text),
    ("DestinationArn", "destinationArn", Shape::Text),
    ("RoleArn", "roleArn", Shape::Text),
]);

const METRIC: Shape = Shape::Record(&[
    ("FilterName", "filterName", Shape::Text),
    ("FilterPattern", "filterPattern", Shape::Text),
    (
        "MetricTransformations",
        "metricTransformations",
        Shape::List(&Shape::Record(&[
            ("MetricName", "metricName", Shape::Text),
            ("MetricNamespace", "metricNamespace", Shape::Text),
            ("MetricValue", "metricValue", Shape::Text),
        ])),
    ),
]);

pub(super) static LOG_GROUP: Kind = Kind {
    kind: "AWS::Logs::LogGroup",
    service: &LOGS,
    list: posted(
        regional("logs", "DescribeLogGroups", &["logs:DescribeLogGroups"], Body::Json(&["logGroups"])),
        &[("limit", Sent::Number(50))],
        "logGroups",
        PAGES,
    ),
    under: None,
    id: "logGroupName",
    arn: Arn::Regional("logs", "log-group:"),
    tags: Tags::Object(&TAGS, "tags"),
    facets: &[
        // Left out where only the service's own key encrypts the group.
        Facet::property("KmsKeyId", "kmsKeyId", Shape::Text).or_empty(),
        // Left out where events never expire: 0 stands for ever, as in no answer of AWS a number of days is 0.
        Facet::property("RetentionInDays", "retentionInDays", Shape::Number).or_empty(),
    ],
    details: &[
        Detail {
            ask: posted(
                regional(
                    "logs",
                    "DescribeSubscriptionFilters",
                    &["logs:DescribeSubscriptionFilters"],
                    Body::Json(&["subscriptionFilters"]),
                ),
                THIS_GROUP,
                "subscriptionFilters",
                PAGES,
            ),
            facets: &[Facet::observed("SubscriptionFilters", "", Shape::List(&SUBSCRIPTION))],
        },
        Detail {
            ask: posted(
                regional(
                    "logs",
                    "DescribeMetricFilters",
                    &["logs:DescribeMetricFilters"],
                    Body::Json(&["metricFilters"]),
                ),
                THIS_GROUP,
                "metricFilters",
                PAGES,
            ),
            facets: &[Facet::observed("MetricFilters", "", Shape::List(&METRIC))],
        },
    ],
};

/// Those of the account; a policy on one resource is in no list.
pub(super) static RESOURCE_POLICY: Kind = Kind {
    kind: "AWS::Logs::ResourcePolicy",
    service: &LOGS,
    list: posted(
        regional(
            "logs",
            "DescribeResourcePolicies",
            &["logs:DescribeResourcePolicies"],
            Body::Json(&["resourcePolicies"]),
        ),
        &[],
        "resourcePolicies",
        PAGES,
    ),
    under: None,
    id: "policyName",
    arn: Arn::None,
    tags: Tags::None,
    facets: &[Facet::property("PolicyDocument", "policyDocument", Shape::Document)],
    details: &[],
};

/// Subscriptions of all groups of an account at once, which no group shows.
pub(super) static ACCOUNT_POLICY: Kind = Kind {
    facets: &[
        Facet::property("PolicyDocument", "policyDocument", Shape::Document),
        Facet::property("PolicyName", "policyName", Shape::Text),
        Facet::property("PolicyType", "policyType", Shape::Text),
        Facet::property("SelectionCriteria", "selectionCriteria", Shape::Text).or_empty(),
    ],
    ..Kind::new(
        "AWS::Logs::AccountPolicy",
        &LOGS,
        ask!("logs" "DescribeAccountPolicies", Body::Json(&["accountPolicies"]))
            .sending(&[("policyType", Sent::Text("SUBSCRIPTION_FILTER_POLICY"))])
            .list("accountPolicies")
            .paged("nextToken", "nextToken"),
        "policyType|policyName",
    )
};

/// A copy of a group's events to a bucket. The name is ours.
pub(super) static EXPORT_TASK: Kind = Kind {
    facets: &[
        Facet::observed("Destination", "destination", Shape::Text),
        Facet::observed("DestinationPrefix", "destinationPrefix", Shape::Text),
        Facet::observed("LogGroupName", "logGroupName", Shape::Text),
        Facet::observed("Status", "status.code", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Logs::ExportTask",
        &LOGS,
        ask!("logs" "DescribeExportTasks", Body::Json(&["exportTasks"]))
            .list("exportTasks")
            .paged("nextToken", "nextToken"),
        "taskId",
    )
};
