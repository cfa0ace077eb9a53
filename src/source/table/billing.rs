//! What is spent: budgets with their actions and notifications, cost allocation tags, and exports of costs.
//!
//! May import: `source::table`. Guarantees: plain data; of who is notified the kind alone is kept, no address; no cost of a
//! resource is read. Facts about calls: <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Detail, Facet, Kind, Protocol, Sent, Service, Shape, ask};

static BUDGETS: Service = Service::new("budgets", Protocol::Json { version: "1.1", target: "AWSBudgetServiceGateway" })
    .at("budgets.{dns}")
    .only_in("us-east-1");
static COSTS: Service =
    Service::new("ce", Protocol::Json { version: "1.1", target: "AWSInsightsIndexService" }).only_in("us-east-1");
static REPORTS: Service =
    Service::new("cur", Protocol::Json { version: "1.1", target: "AWSOrigamiServiceGatewayService" })
        .only_in("us-east-1");
static EXPORTS: Service = Service::new(
    "bcm-data-exports",
    Protocol::Json { version: "1.1", target: "AWSBillingAndCostManagementDataExports" },
)
.at("bcm-data-exports.us-east-1.api.aws")
.only_in("us-east-1");

const SPEND: Shape = Shape::Record(&[("Amount", "Amount", Shape::Text), ("Unit", "Unit", Shape::Text)]);
const VALUES: Shape = Shape::Record(&[
    ("Key", "Key", Shape::Text),
    ("Values", "Values", Shape::List(&Shape::Text)),
    ("MatchOptions", "MatchOptions", Shape::List(&Shape::Text)),
]);
const TERM: Shape = Shape::Record(&[("Dimensions", "Dimensions", VALUES), ("Tags", "Tags", VALUES)]);
const THIS_BUDGET: &[(&str, Sent)] = &[("AccountId", Sent::Account), ("BudgetName", Sent::Of("^BudgetName"))];

pub(super) static BUDGET: Kind = Kind {
    arn: Arn::Made("budgets", "budget/{BudgetName}"),
    facets: &[
        Facet::property(
            "Budget",
            "",
            Shape::Record(&[
                ("BudgetName", "BudgetName", Shape::Text),
                ("BudgetType", "BudgetType", Shape::Text),
                ("BudgetLimit", "BudgetLimit", SPEND),
                ("TimeUnit", "TimeUnit", Shape::Text),
                ("CostFilters", "CostFilters", Shape::Map(&Shape::List(&Shape::Text))),
                (
                    "FilterExpression",
                    "FilterExpression",
                    Shape::Record(&[
                        ("And", "And", Shape::List(&TERM)),
                        ("Or", "Or", Shape::List(&TERM)),
                        ("Not", "Not", TERM),
                        ("Dimensions", "Dimensions", VALUES),
                        ("Tags", "Tags", VALUES),
                    ]),
                ),
            ]),
        ),
        Facet::observed(
            "CalculatedSpend",
            "CalculatedSpend",
            Shape::Record(&[("ActualSpend", "ActualSpend", SPEND), ("ForecastedSpend", "ForecastedSpend", SPEND)]),
        ),
        Facet::observed("LastUpdatedTime", "LastUpdatedTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Budgets::Budget",
        &BUDGETS,
        ask!("budgets" "DescribeBudgets" as &["budgets:ViewBudget"], Body::JsonOrEmpty(&["Budgets"]))
            .sending(&[("AccountId", Sent::Account), ("ShowFilterExpression", Sent::Flag(true))])
            .list("Budgets")
            .paged("NextToken", "NextToken")
            .global(),
        "BudgetName",
    )
};

/// The answers hold addresses.
const SUBSCRIBERS: Shape = Shape::List(&Shape::Record(&[("Type", "SubscriptionType", Shape::Text)]));

pub(super) static ACTION: Kind = Kind {
    under: Some(&BUDGET),
    arn: Arn::Made("budgets", "budget/{BudgetName}/action/{ActionId}"),
    facets: &[
        Facet::property("ActionType", "ActionType", Shape::Text),
        Facet::property("ApprovalModel", "ApprovalModel", Shape::Text),
        Facet::property("BudgetName", "BudgetName", Shape::Text),
        Facet::property(
            "Definition",
            "Definition",
            Shape::Record(&[
                (
                    "IamActionDefinition",
                    "IamActionDefinition",
                    Shape::Record(&[
                        ("PolicyArn", "PolicyArn", Shape::Text),
                        ("Roles", "Roles", Shape::List(&Shape::Text)),
                        ("Groups", "Groups", Shape::List(&Shape::Text)),
                        ("Users", "Users", Shape::List(&Shape::Text)),
                    ]),
                ),
                (
                    "ScpActionDefinition",
                    "ScpActionDefinition",
                    Shape::Record(&[
                        ("PolicyId", "PolicyId", Shape::Text),
                        ("TargetIds", "TargetIds", Shape::List(&Shape::Text)),
                    ]),
                ),
                (
                    "SsmActionDefinition",
                    "SsmActionDefinition",
                    Shape::Record(&[
                        ("Subtype", "ActionSubType", Shape::Text),
                        ("Region", "Region", Shape::Text),
                        ("InstanceIds", "InstanceIds", Shape::List(&Shape::Text)),
                    ]),
                ),
            ]),
        ),
        Facet::property("ExecutionRoleArn", "ExecutionRoleArn", Shape::Text),
        Facet::property("NotificationType", "NotificationType", Shape::Text),
        Facet::property("Subscribers", "Subscribers", SUBSCRIBERS),
        Facet::observed("Status", "Status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Budgets::BudgetsAction",
        &BUDGETS,
        ask!("budgets" "DescribeBudgetActionsForBudget", Body::Json(&["Actions"]))
            .sending(THIS_BUDGET)
            .list("Actions")
            .paged("NextToken", "NextToken")
            .global()
            .secret(),
        "BudgetName|ActionId",
    )
};

/// A threshold of a budget, which stands in the id. The name is ours.
pub(super) static NOTIFICATION: Kind = Kind {
    under: Some(&BUDGET),
    facets: &[
        Facet::observed("ComparisonOperator", "ComparisonOperator", Shape::Text),
        Facet::observed("NotificationState", "NotificationState", Shape::Text),
        Facet::observed("NotificationType", "NotificationType", Shape::Text),
        Facet::observed("ThresholdType", "ThresholdType", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!(
            "budgets" "DescribeSubscribersForNotification" as &["budgets:ViewBudget"],
            Body::JsonOrEmpty(&["Subscribers"])
        )
        .sending(&[
            ("AccountId", Sent::Account),
            ("BudgetName", Sent::Of("^BudgetName")),
            ("Notification", Sent::Of("")),
        ])
        .list("Subscribers")
        .paged("NextToken", "NextToken")
        .global()
        .secret(),
        facets: &[Facet::observed("Subscribers", "", SUBSCRIBERS)],
    }],
    ..Kind::new(
        "AWS::Budgets::Notification",
        &BUDGETS,
        ask!(
            "budgets" "DescribeNotificationsForBudget" as &["budgets:ViewBudget"],
            Body::JsonOrEmpty(&["Notifications"])
        )
        .sending(THIS_BUDGET)
        .list("Notifications")
        .paged("NextToken", "NextToken")
        .global(),
        "^BudgetName|NotificationType|ComparisonOperator|Threshold|ThresholdType",
    )
};

/// Payer accounts alone may ask. The name is ours.
pub(super) static ALLOCATION_TAG: Kind = Kind {
    facets: &[
        Facet::observed("Status", "Status", Shape::Text),
        Facet::observed("TagKey", "TagKey", Shape::Text),
        Facet::observed("Type", "Type", Shape::Text),
    ],
    ..Kind::new(
        "AWS::CE::CostAllocationTag",
        &COSTS,
        ask!("ce" "ListCostAllocationTags", Body::Json(&["CostAllocationTags"]))
            .list("CostAllocationTags")
            .paged("NextToken", "NextToken")
            .global(),
        "TagKey|Type",
    )
};

pub(super) static REPORT: Kind = Kind {
    arn: Arn::Made("cur", "definition/{ReportName}"),
    facets: &[
        Facet::property("AdditionalSchemaElements", "AdditionalSchemaElements", Shape::List(&Shape::Text)),
        Facet::property("ReportName", "ReportName", Shape::Text),
        Facet::property("ReportVersioning", "ReportVersioning", Shape::Text),
        Facet::property("S3Bucket", "S3Bucket", Shape::Text),
        Facet::property("S3Prefix", "S3Prefix", Shape::Text),
        Facet::property("S3Region", "S3Region", Shape::Text),
        Facet::property("TimeUnit", "TimeUnit", Shape::Text),
        Facet::observed("LastStatus", "ReportStatus.lastStatus", Shape::Text),
    ],
    ..Kind::new(
        "AWS::CUR::ReportDefinition",
        &REPORTS,
        ask!("cur" "DescribeReportDefinitions", Body::Json(&["ReportDefinitions"]))
            .list("ReportDefinitions")
            .paged("NextToken", "NextToken")
            .global(),
        "ReportName",
    )
};

pub(super) static EXPORT: Kind = Kind {
    arn: Arn::Member("ExportArn"),
    facets: &[Facet::observed(
        "ExportStatus",
        "ExportStatus",
        Shape::Record(&[
            ("StatusCode", "StatusCode", Shape::Text),
            ("StatusReason", "StatusReason", Shape::Text),
            ("LastRefreshedAt", "LastRefreshedAt", Shape::Time),
        ]),
    )],
    details: &[Detail {
        ask: ask!("bcm-data-exports" "GetExport", Body::Json(&["Export"]))
            .sending(&[("ExportArn", Sent::Of("ExportArn"))])
            .global(),
        facets: &[Facet::property(
            "Export",
            "Export",
            Shape::Record(&[
                ("Name", "Name", Shape::Text),
                (
                    "DataQuery",
                    "DataQuery",
                    Shape::Record(&[(
                        "TableConfigurations",
                        "TableConfigurations",
                        Shape::Map(&Shape::Map(&Shape::Text)),
                    )]),
                ),
                (
                    "DestinationConfigurations",
                    "DestinationConfigurations",
                    Shape::Record(&[(
                        "S3Destination",
                        "S3Destination",
                        Shape::Record(&[
                            ("S3Bucket", "S3Bucket", Shape::Text),
                            ("S3BucketOwner", "S3BucketOwner", Shape::Text),
                            ("S3Prefix", "S3Prefix", Shape::Text),
                            ("S3Region", "S3Region", Shape::Text),
                        ]),
                    )]),
                ),
            ]),
        )],
    }],
    ..Kind::new(
        "AWS::BCMDataExports::Export",
        &EXPORTS,
        ask!("bcm-data-exports" "ListExports", Body::Json(&["Exports"]))
            .list("Exports")
            .paged("NextToken", "NextToken")
            .global(),
        "ExportArn",
    )
};
