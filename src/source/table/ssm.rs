//! Systems Manager: managed instances with the state of their patches, and the names of parameters.
//!
//! May import: `source::table`. Guarantees: plain data; the value of a parameter is never asked for. Facts about calls:
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static SSM: Service = Service::new("ssm", Protocol::Json { version: "1.1", target: "AmazonSSM" });

static PARAMETER_TAGS: Ask = ask!("ssm" "ListTagsForResource", Body::Json(&["TagList"]))
    .sending(&[("ResourceType", Sent::Text("Parameter")), ("ResourceId", Sent::Of("Name"))])
    .list("TagList");

/// The name is ours.
pub(super) static INSTANCE: Kind = Kind {
    facets: &[
        Facet::observed("AgentVersion", "AgentVersion", Shape::Text),
        Facet::observed("InstanceId", "InstanceId", Shape::Text),
        Facet::observed("LastPingDateTime", "LastPingDateTime", Shape::Time),
        Facet::observed("PingStatus", "PingStatus", Shape::Text),
        Facet::observed("PlatformName", "PlatformName", Shape::Text),
        Facet::observed("PlatformType", "PlatformType", Shape::Text),
        Facet::observed("ResourceType", "ResourceType", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("ssm" "DescribeInstancePatchStates", Body::Json(&["InstancePatchStates"]))
            .sending(&[("InstanceIds", Sent::One("InstanceId"))])
            .list("InstancePatchStates")
            .paged("NextToken", "NextToken"),
        // One, or none where the instance was never scanned.
        facets: &[Facet::observed(
            "PatchStates",
            "",
            Shape::List(&Shape::Record(&[
                ("BaselineId", "BaselineId", Shape::Text),
                ("CriticalNonCompliantCount", "CriticalNonCompliantCount", Shape::Number),
                ("SecurityNonCompliantCount", "SecurityNonCompliantCount", Shape::Number),
                ("OtherNonCompliantCount", "OtherNonCompliantCount", Shape::Number),
                ("FailedCount", "FailedCount", Shape::Number),
                ("InstalledPendingRebootCount", "InstalledPendingRebootCount", Shape::Number),
                ("InstalledRejectedCount", "InstalledRejectedCount", Shape::Number),
                ("MissingCount", "MissingCount", Shape::Number),
                ("Operation", "Operation", Shape::Text),
                ("OperationEndTime", "OperationEndTime", Shape::Time),
            ])),
        )],
    }],
    ..Kind::new(
        "AWS::SSM::ManagedInstance",
        &SSM,
        ask!("ssm" "DescribeInstanceInformation", Body::Json(&["InstanceInformationList"]))
            .sending(&[("MaxResults", Sent::Number(50))])
            .list("InstanceInformationList")
            .paged("NextToken", "NextToken"),
        "InstanceId",
    )
};

pub(super) static PARAMETER: Kind = Kind {
    arn: Arn::Member("ARN"),
    tags: Tags::Asked(&PARAMETER_TAGS, "Key", "Value"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::property("Tier", "Tier", Shape::Text),
        Facet::property("Type", "Type", Shape::Text),
        // Only a parameter that is encrypted has a key.
        Facet::observed("KeyId", "KeyId", Shape::Text).or_empty(),
        Facet::observed("LastModifiedDate", "LastModifiedDate", Shape::Time),
    ],
    ..Kind::new(
        "AWS::SSM::Parameter",
        &SSM,
        ask!("ssm" "DescribeParameters", Body::Json(&["Parameters"]))
            .sending(&[("MaxResults", Sent::Number(50))])
            .list("Parameters")
            .paged("NextToken", "NextToken"),
        "Name",
    )
};
