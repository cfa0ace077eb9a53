//! `DynamoDB` tables: whether they can be restored or deleted, and who is let in. Items only of the tables in `res`.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, posted, regional};

pub(super) static DYNAMODB: Service =
    Service::new("dynamodb", Protocol::Json { version: "1.0", target: "DynamoDB_20120810" });

const THIS_TABLE: &[(&str, Sent)] = &[("TableName", Sent::Of(""))];
const THIS_ARN: &[(&str, Sent)] = &[("ResourceArn", Sent::Arn)];

static TAGS: super::Ask = posted(
    regional("dynamodb", "ListTagsOfResource", &["dynamodb:ListTagsOfResource"], Body::Json(&["Tags"])),
    THIS_ARN,
    "Tags",
    Some(Paging { sent: "NextToken", read: "NextToken" }),
);

pub(super) static TABLE: Kind = Kind {
    kind: "AWS::DynamoDB::Table",
    service: &DYNAMODB,
    list: posted(
        regional("dynamodb", "ListTables", &["dynamodb:ListTables"], Body::Json(&["TableNames"])),
        &[],
        "TableNames",
        Some(Paging { sent: "ExclusiveStartTableName", read: "LastEvaluatedTableName" }),
    ),
    under: None,
    id: "",
    arn: Arn::Regional("dynamodb", "table/"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[],
    details: &[
        Detail {
            ask: posted(
                regional("dynamodb", "DescribeTable", &["dynamodb:DescribeTable"], Body::Json(&["Table"])),
                THIS_TABLE,
                "",
                None,
            ),
            facets: &[
                Facet::property("DeletionProtectionEnabled", "Table.DeletionProtectionEnabled", Shape::Flag),
                Facet::observed("CreationDateTime", "Table.CreationDateTime", Shape::Time),
                Facet::observed("TableStatus", "Table.TableStatus", Shape::Text),
            ],
        },
        Detail {
            ask: posted(
                regional(
                    "dynamodb",
                    "DescribeContinuousBackups",
                    &["dynamodb:DescribeContinuousBackups"],
                    Body::Json(&["ContinuousBackupsDescription"]),
                ),
                THIS_TABLE,
                "",
                None,
            ),
            facets: &[Facet::observed(
                "PointInTimeRecoveryStatus",
                "ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus",
                Shape::Text,
            )],
        },
        Detail {
            ask: posted(
                Operation {
                    // A table that is gone has another code: ResourceNotFoundException.
                    absent_codes: &["PolicyNotFoundException"],
                    ..regional(
                        "dynamodb",
                        "GetResourcePolicy",
                        &["dynamodb:GetResourcePolicy"],
                        Body::Json(&["Policy"]),
                    )
                },
                THIS_ARN,
                "",
                None,
            ),
            facets: &[Facet::property("ResourcePolicy", "Policy", Shape::Document)],
        },
    ],
};
