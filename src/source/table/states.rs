//! Step Functions: state machines with their role, log and encryption.
//!
//! May import: `source::table`. Guarantees: plain data; neither a definition nor an execution is kept. Facts about
//! calls: <https://docs.aws.amazon.com/step-functions/latest/apireference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static STATES: Service = Service::new("states", Protocol::Json { version: "1.0", target: "AWSStepFunctions" });

static TAGS: Ask = ask!("states" "ListTagsForResource", Body::Json(&["tags"]))
    .sending(&[("resourceArn", Sent::Of("stateMachineArn"))])
    .list("tags");

pub(super) static STATE_MACHINE: Kind = Kind {
    arn: Arn::Member("stateMachineArn"),
    tags: Tags::Asked(&TAGS, "key", "value"),
    facets: &[
        Facet::property("StateMachineName", "name", Shape::Text),
        Facet::property("StateMachineType", "type", Shape::Text),
        Facet::observed("CreationDate", "creationDate", Shape::Time),
    ],
    details: &[Detail {
        // The answer holds the definition.
        ask: ask!("states" "DescribeStateMachine", Body::Json(&["stateMachineArn"]))
            .sending(&[("stateMachineArn", Sent::Of("stateMachineArn")), ("includedData", Sent::Text("METADATA_ONLY"))])
            .secret(),
        facets: &[
            Facet::property("RoleArn", "roleArn", Shape::Text),
            Facet::observed("Status", "status", Shape::Text),
            Facet::property(
                "LoggingConfiguration",
                "loggingConfiguration",
                Shape::Record(&[
                    ("Level", "level", Shape::Text),
                    ("IncludeExecutionData", "includeExecutionData", Shape::Flag),
                    (
                        "Destinations",
                        "destinations",
                        Shape::List(&Shape::Record(&[(
                            "LogGroupArn",
                            "cloudWatchLogsLogGroup.logGroupArn",
                            Shape::Text,
                        )])),
                    ),
                ]),
            ),
            Facet::property(
                "TracingConfiguration",
                "tracingConfiguration",
                Shape::Record(&[("Enabled", "enabled", Shape::Flag)]),
            ),
            Facet::property(
                "EncryptionConfiguration",
                "encryptionConfiguration",
                Shape::Record(&[("Type", "type", Shape::Text), ("KmsKeyId", "kmsKeyId", Shape::Text)]),
            ),
        ],
    }],
    ..Kind::new(
        "AWS::StepFunctions::StateMachine",
        &STATES,
        ask!("states" "ListStateMachines", Body::Json(&["stateMachines"]))
            .list("stateMachines")
            .paged("nextToken", "nextToken"),
        "name",
    )
};
