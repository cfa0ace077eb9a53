//! `CloudFormation` stacks: their state, role and drift.
//!
//! May import: `source::table`. Guarantees: plain data; parameters and outputs, which may hold secrets, are not kept. Facts
//! about calls: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Facet, Kind, Paging, Protocol, Service, Shape, Tags, regional};

static CLOUDFORMATION: Service = Service::new("cloudformation", Protocol::Query { version: "2010-05-15" });

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
        paging: Some(Paging { sent: "NextToken", read: "NextToken" }),
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
    details: &[],
};
