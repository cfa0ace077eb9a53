//! `DataSync`: tasks with the locations between which they copy.
//!
//! May import: `source::table`. Guarantees: plain data; no credential of a location is asked. Facts about calls:
//! <https://docs.aws.amazon.com/datasync/latest/userguide/API_Reference.html>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static DATASYNC: Service = Service::new("datasync", Protocol::Json { version: "1.1", target: "FmrsService" });

static TAGS_OF_LOCATION: Ask = ask!("datasync" "ListTagsForResource", Body::Json(&["Tags"]))
    .sending(&[("ResourceArn", Sent::Of("LocationArn"))])
    .list("Tags")
    .paged("NextToken", "NextToken");

static TAGS_OF_TASK: Ask = ask!("datasync" "ListTagsForResource", Body::Json(&["Tags"]))
    .sending(&[("ResourceArn", Sent::Of("TaskArn"))])
    .list("Tags")
    .paged("NextToken", "NextToken");

/// A location of any kind, for each of which `CloudFormation` has a type. The name is ours.
pub(super) static LOCATION: Kind = Kind {
    arn: Arn::Member("LocationArn"),
    tags: Tags::Asked(&TAGS_OF_LOCATION, "Key", "Value"),
    facets: &[Facet::observed("LocationUri", "LocationUri", Shape::Text)],
    ..Kind::new(
        "AWS::DataSync::Location",
        &DATASYNC,
        ask!("datasync" "ListLocations", Body::Json(&["Locations"])).list("Locations").paged("NextToken", "NextToken"),
        "LocationArn",
    )
};

pub(super) static TASK: Kind = Kind {
    arn: Arn::Member("TaskArn"),
    tags: Tags::Asked(&TAGS_OF_TASK, "Key", "Value"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text).or_empty(),
        Facet::observed("Status", "Status", Shape::Text),
        Facet::property("TaskMode", "TaskMode", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("datasync" "DescribeTask", Body::Json(&["TaskArn"])).sending(&[("TaskArn", Sent::Of("TaskArn"))]),
        facets: &[
            Facet::property("SourceLocationArn", "SourceLocationArn", Shape::Text),
            Facet::property("DestinationLocationArn", "DestinationLocationArn", Shape::Text),
            // A task that does not log has none.
            Facet::property("CloudWatchLogGroupArn", "CloudWatchLogGroupArn", Shape::Text).or_empty(),
            Facet::property(
                "Options",
                "Options",
                Shape::Record(&[
                    ("VerifyMode", "VerifyMode", Shape::Text),
                    ("OverwriteMode", "OverwriteMode", Shape::Text),
                    ("PreserveDeletedFiles", "PreserveDeletedFiles", Shape::Text),
                    ("LogLevel", "LogLevel", Shape::Text),
                    ("TransferMode", "TransferMode", Shape::Text),
                    ("ObjectTags", "ObjectTags", Shape::Text),
                    ("PosixPermissions", "PosixPermissions", Shape::Text),
                    ("SecurityDescriptorCopyFlags", "SecurityDescriptorCopyFlags", Shape::Text),
                ]),
            ),
            Facet::property(
                "Schedule",
                "Schedule",
                Shape::Record(&[
                    ("ScheduleExpression", "ScheduleExpression", Shape::Text),
                    ("Status", "Status", Shape::Text),
                ]),
            )
            .or_empty(),
            Facet::property(
                "TaskReportConfig",
                "TaskReportConfig",
                Shape::Record(&[
                    (
                        "Destination",
                        "Destination",
                        Shape::Record(&[(
                            "S3",
                            "S3",
                            Shape::Record(&[
                                ("S3BucketArn", "S3BucketArn", Shape::Text),
                                ("Subdirectory", "Subdirectory", Shape::Text),
                                ("BucketAccessRoleArn", "BucketAccessRoleArn", Shape::Text),
                            ]),
                        )]),
                    ),
                    ("OutputType", "OutputType", Shape::Text),
                    ("ReportLevel", "ReportLevel", Shape::Text),
                ]),
            )
            .or_empty(),
            Facet::observed("CreationTime", "CreationTime", Shape::Time),
        ],
    }],
    ..Kind::new(
        "AWS::DataSync::Task",
        &DATASYNC,
        ask!("datasync" "ListTasks", Body::Json(&["Tasks"])).list("Tasks").paged("NextToken", "NextToken"),
        "TaskArn",
    )
};
