//! `CloudFormation` stacks: their state, role, resources and drift.
//!
//! May import: `source::table`. Guarantees: plain data; parameters, outputs and the properties of resources, which may hold
//! secrets, are not kept. Facts about calls: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, ask, regional};

static CLOUDFORMATION: Service = Service::new("cloudformation", Protocol::Query { version: "2010-05-15" });

const THIS_STACK: &[(&str, Sent)] = &[("StackName", Sent::Of("StackId"))];

pub(super) static STACK: Kind = Kind {
    kind: "AWS::CloudFormation::Stack",
    service: &CLOUDFORMATION,
    list: Ask {
        // The answer holds parameters and outputs.
        operation: Operation {
            secret_body: true,
            ..regional("cloudformation", "DescribeStacks", &["cloudformation:DescribeStacks"], Body::Query)
        },
        route: ("POST", "/"),
        sent: &[],
        items: "Stacks",
        within: "",
        elsewhere: None,
        paging: Some(Paging { sent: "NextToken", read: "NextToken" }),
        only: None,
    },
    under: None,
    id: "StackId",
    arn: Arn::Member("StackId"),
    tags: Tags::Listed("Tags", "Key", "Value"),
    facets: &[
        Facet::property("StackName", "StackName", Shape::Text),
        // Without one a stack acts as whoever changes it.
        Facet::property("RoleARN", "RoleARN", Shape::Text).or_empty(),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
        Facet::observed(
            "DriftInformation",
            "DriftInformation",
            Shape::Record(&[
                ("StackDriftStatus", "StackDriftStatus", Shape::Text),
                ("LastCheckTimestamp", "LastCheckTimestamp", Shape::Time),
            ]),
        ),
        Facet::observed("EnableTerminationProtection", "EnableTerminationProtection", Shape::Flag),
        Facet::observed("StackStatus", "StackStatus", Shape::Text),
    ],
    details: &[
        Detail {
            ask: ask!("cloudformation" "ListStackResources", Body::Query)
                .sending(THIS_STACK)
                .list("StackResourceSummaries")
                .paged("NextToken", "NextToken"),
            facets: &[Facet::observed(
                "Resources",
                "",
                Shape::List(&Shape::Record(&[
                    ("LogicalResourceId", "LogicalResourceId", Shape::Text),
                    ("PhysicalResourceId", "PhysicalResourceId", Shape::Text),
                    ("ResourceType", "ResourceType", Shape::Text),
                    ("ResourceStatus", "ResourceStatus", Shape::Text),
                ])),
            )],
        },
        Detail {
            // The answer holds the properties of resources.
            ask: ask!("cloudformation" "DescribeStackResourceDrifts", Body::Query)
                .sending(THIS_STACK)
                .list("StackResourceDrifts")
                .paged("NextToken", "NextToken")
                .secret(),
            facets: &[Facet::observed(
                "ResourceDrifts",
                "",
                Shape::List(&Shape::Record(&[
                    ("LogicalResourceId", "LogicalResourceId", Shape::Text),
                    ("ResourceType", "ResourceType", Shape::Text),
                    ("StackResourceDriftStatus", "StackResourceDriftStatus", Shape::Text),
                    ("Timestamp", "Timestamp", Shape::Time),
                ])),
            )],
        },
    ],
};
