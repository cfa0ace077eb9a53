//! Athena workgroups: where results go, and whether that is enforced. Never a query.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/athena/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, posted, regional};

static ATHENA: Service = Service::new("athena", Protocol::Json { version: "1.1", target: "AmazonAthena" });

const PAGES: Option<Paging> = Some(Paging { sent: "NextToken", read: "NextToken" });

static TAGS: Ask = posted(
    regional("athena", "ListTagsForResource", &["athena:ListTagsForResource"], Body::Json(&["Tags"])),
    &[("ResourceARN", Sent::Arn)],
    "Tags",
    PAGES,
);

const CONFIGURATION: Shape = Shape::Record(&[
    ("EnforceWorkGroupConfiguration", "EnforceWorkGroupConfiguration", Shape::Flag),
    ("ExecutionRole", "ExecutionRole", Shape::Text),
    (
        "ResultConfiguration",
        "ResultConfiguration",
        Shape::Record(&[
            ("OutputLocation", "OutputLocation", Shape::Text),
            ("ExpectedBucketOwner", "ExpectedBucketOwner", Shape::Text),
            (
                "EncryptionConfiguration",
                "EncryptionConfiguration",
                Shape::Record(&[
                    ("EncryptionOption", "EncryptionOption", Shape::Text),
                    ("KmsKey", "KmsKey", Shape::Text),
                ]),
            ),
        ]),
    ),
    (
        "ManagedQueryResultsConfiguration",
        "ManagedQueryResultsConfiguration",
        Shape::Record(&[
            ("Enabled", "Enabled", Shape::Flag),
            ("EncryptionConfiguration", "EncryptionConfiguration", Shape::Record(&[("KmsKey", "KmsKey", Shape::Text)])),
        ]),
    ),
]);

pub(super) static WORK_GROUP: Kind = Kind {
    kind: "AWS::Athena::WorkGroup",
    service: &ATHENA,
    list: posted(
        regional("athena", "ListWorkGroups", &["athena:ListWorkGroups"], Body::Json(&["WorkGroups"])),
        &[],
        "WorkGroups",
        PAGES,
    ),
    under: None,
    id: "Name",
    arn: Arn::Regional("athena", "workgroup/"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[],
    details: &[Detail {
        ask: posted(
            regional("athena", "GetWorkGroup", &["athena:GetWorkGroup"], Body::Json(&["WorkGroup"])),
            &[("WorkGroup", Sent::Of("Name"))],
            "",
            None,
        ),
        facets: &[
            Facet::property("State", "WorkGroup.State", Shape::Text),
            Facet::property("WorkGroupConfiguration", "WorkGroup.Configuration", CONFIGURATION),
        ],
    }],
};
