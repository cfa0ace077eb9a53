//! Transfer Family servers: how they are reached, spoken to and logged.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/transfer/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, posted, regional};

static TRANSFER: Service = Service::new("transfer", Protocol::Json { version: "1.1", target: "TransferService" });

const fn describe() -> Ask {
    posted(
        regional("transfer", "DescribeServer", &["transfer:DescribeServer"], Body::Json(&["Server"])),
        &[("ServerId", Sent::Of("ServerId"))],
        "",
        None,
    )
}

static DESCRIBED: Ask = describe();

pub(super) static SERVER: Kind = Kind {
    kind: "AWS::Transfer::Server",
    service: &TRANSFER,
    list: posted(
        regional("transfer", "ListServers", &["transfer:ListServers"], Body::Json(&["Servers"])),
        &[],
        "Servers",
        Some(Paging { sent: "NextToken", read: "NextToken" }),
    ),
    under: None,
    id: "ServerId",
    arn: Arn::Member("Arn"),
    tags: Tags::Within(&DESCRIBED, "Server.Tags", "Key", "Value"),
    facets: &[],
    details: &[Detail {
        ask: describe(),
        facets: &[
            Facet::property("Domain", "Server.Domain", Shape::Text),
            Facet::property(
                "EndpointDetails",
                "Server.EndpointDetails",
                Shape::Record(&[
                    ("AddressAllocationIds", "AddressAllocationIds", Shape::List(&Shape::Text)),
                    ("SecurityGroupIds", "SecurityGroupIds", Shape::List(&Shape::Text)),
                    ("SubnetIds", "SubnetIds", Shape::List(&Shape::Text)),
                    ("VpcEndpointId", "VpcEndpointId", Shape::Text),
                    ("VpcId", "VpcId", Shape::Text),
                ]),
            ),
            Facet::property("EndpointType", "Server.EndpointType", Shape::Text),
            Facet::property(
                "IdentityProviderDetails",
                "Server.IdentityProviderDetails",
                Shape::Record(&[
                    ("DirectoryId", "DirectoryId", Shape::Text),
                    ("Function", "Function", Shape::Text),
                    ("InvocationRole", "InvocationRole", Shape::Text),
                    ("Url", "Url", Shape::Text),
                ]),
            ),
            Facet::property("IdentityProviderType", "Server.IdentityProviderType", Shape::Text),
            Facet::property("LoggingRole", "Server.LoggingRole", Shape::Text),
            Facet::property("Protocols", "Server.Protocols", Shape::List(&Shape::Text)),
            Facet::property("SecurityPolicyName", "Server.SecurityPolicyName", Shape::Text),
            Facet::property("StructuredLogDestinations", "Server.StructuredLogDestinations", Shape::List(&Shape::Text)),
            Facet::observed("State", "Server.State", Shape::Text),
        ],
    }],
};
