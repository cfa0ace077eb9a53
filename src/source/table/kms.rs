//! KMS keys: their state, policy, rotation, grants and tags.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/kms/latest/APIReference/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, regional};

static KMS: Service = Service::new("kms", Protocol::Json { version: "1.1", target: "TrentService" });

const PAGES: Option<Paging> = Some(Paging { sent: "Marker", read: "NextMarker" });
const THIS_KEY: &[(&str, Sent)] = &[("KeyId", Sent::Of("KeyId"))];

const fn ask(operation: Operation, sent: &'static [(&'static str, Sent)], items: &'static str) -> Ask {
    let paging = if items.is_empty() { None } else { PAGES };
    Ask { operation, route: ("POST", "/"), sent, items, within: "", elsewhere: None, paging, only: None }
}

static TAGS: Ask =
    ask(regional("kms", "ListResourceTags", &["kms:ListResourceTags"], Body::Json(&["Tags"])), THIS_KEY, "Tags");

const GRANT: Shape = Shape::Record(&[
    ("GrantId", "GrantId", Shape::Text),
    ("Name", "Name", Shape::Text),
    ("GranteePrincipal", "GranteePrincipal", Shape::Text),
    ("RetiringPrincipal", "RetiringPrincipal", Shape::Text),
    ("IssuingAccount", "IssuingAccount", Shape::Text),
    ("Operations", "Operations", Shape::List(&Shape::Text)),
    ("CreationDate", "CreationDate", Shape::Time),
]);

pub(super) static KEY: Kind = Kind {
    kind: "AWS::KMS::Key",
    service: &KMS,
    list: ask(
        regional("kms", "ListKeys", &["kms:ListKeys"], Body::Json(&["Keys"])),
        &[("Limit", Sent::Number(1000))],
        "Keys",
    ),
    under: None,
    id: "KeyId",
    arn: Arn::Member("KeyArn"),
    tags: Tags::Asked(&TAGS, "TagKey", "TagValue"),
    facets: &[],
    details: &[
        Detail {
            ask: ask(regional("kms", "DescribeKey", &["kms:DescribeKey"], Body::Json(&["KeyMetadata"])), THIS_KEY, ""),
            facets: &[
                Facet::property("Description", "KeyMetadata.Description", Shape::Text).or_empty(),
                Facet::property("KeySpec", "KeyMetadata.KeySpec", Shape::Text),
                Facet::property("KeyUsage", "KeyMetadata.KeyUsage", Shape::Text),
                Facet::property("MultiRegion", "KeyMetadata.MultiRegion", Shape::Flag),
                Facet::property("Origin", "KeyMetadata.Origin", Shape::Text),
                Facet::observed("CreationDate", "KeyMetadata.CreationDate", Shape::Time),
                Facet::observed("KeyManager", "KeyMetadata.KeyManager", Shape::Text),
                Facet::observed("KeyState", "KeyMetadata.KeyState", Shape::Text),
            ],
        },
        Detail {
            ask: ask(
                regional("kms", "GetKeyPolicy", &["kms:GetKeyPolicy"], Body::Json(&["Policy"])),
                // A key has one policy, and this is its name.
                &[("KeyId", Sent::Of("KeyId")), ("PolicyName", Sent::Text("default"))],
                "",
            ),
            facets: &[Facet::property("KeyPolicy", "Policy", Shape::Document)],
        },
        Detail {
            ask: ask(
                regional(
                    "kms",
                    "GetKeyRotationStatus",
                    &["kms:GetKeyRotationStatus"],
                    Body::Json(&["KeyRotationEnabled"]),
                ),
                THIS_KEY,
                "",
            ),
            facets: &[Facet::property("EnableKeyRotation", "KeyRotationEnabled", Shape::Flag)],
        },
        Detail {
            ask: ask(regional("kms", "ListGrants", &["kms:ListGrants"], Body::Json(&["Grants"])), THIS_KEY, "Grants"),
            facets: &[Facet::observed("Grants", "", Shape::List(&GRANT))],
        },
    ],
};
