//! Systems Manager: managed instances with the state of their patches, the names of parameters, and the one value among them
//! that says which release of Landing Zone Accelerator is installed.
//!
//! May import: `source::table`. Guarantees: plain data; the value of no other parameter is asked for, and none is ever
//! decrypted. Facts about calls:
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Only, Protocol, Sent, Service, Shape, Tags, ask};

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
    // Without `WithDecryption`. An encrypted parameter is not asked about at all.
    details: &[Detail {
        ask: ask!("ssm" "GetParameter", Body::Json(&["Parameter"])).sending(&[("Name", Sent::Of("Name"))]).only(Only {
            members: &[("Name", "/accelerator/", "/version"), ("Type", "String", "")],
            resource: "arn:aws:ssm:*:*:parameter/accelerator/*/version",
            otherwise: "values of parameters are not collected, but that of /accelerator/*/version where it is no secret",
        }),
        facets: &[Facet::property("Value", "Parameter.Value", Shape::Text)],
    }],
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_read_and_no_secret() {
        let only = PARAMETER.details[0].ask.only.unwrap();
        let asked = |name: &str, kind: &str| {
            only.is_asked(|path| match path {
                "Name" => Some(name),
                "Type" => Some(kind),
                _ => None,
            })
        };
        let version = "/accelerator/AWSAccelerator-PipelineStack-111111111111-eu-west-2/version";
        assert!(asked(version, "String"));
        assert!(!asked(version, "SecureString"));
        for other in [
            "/accelerator/version",
            "/accelerator/x/version/token",
            "/accelerator/x/versions",
            "/accelerator/x/conversion",
            "/x/accelerator/x/version",
            "accelerator/x/version",
            "/Accelerator/x/version",
            "",
        ] {
            assert!(!asked(other, "String"), "{other}");
        }
        assert!(!only.is_asked(|_| None), "a listing that says no name says nothing to ask about");
        assert!(PARAMETER.details[0].ask.sent.iter().all(|(name, _)| *name == "Name"), "nothing asks for decryption");
    }
}
