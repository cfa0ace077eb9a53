//! `GuardDuty` detectors: whether they run, what they watch, and how much they found; and what scans buckets for malware.
//!
//! May import: `source::table`. Guarantees: plain data; of a finding the id alone is read. Facts about calls:
//! <https://docs.aws.amazon.com/guardduty/latest/APIReference/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, ask, regional};

static GUARDDUTY: Service = Service::new("guardduty", Protocol::Rest);

const FEATURE: Shape = Shape::Record(&[("Name", "name", Shape::Text), ("Status", "status", Shape::Text)]);

const GET: Operation =
    regional("guardduty", "GetDetector", &["guardduty:GetDetector"], Body::Json(&["status", "serviceRole"]));

const fn describe() -> Ask {
    Ask {
        operation: GET,
        route: ("GET", "/detector/{DetectorId}"),
        sent: &[("DetectorId", Sent::Of(""))],
        items: "",
        within: "",
        elsewhere: None,
        paging: None,
        only: None,
    }
}

static DESCRIBED: Ask = describe();

pub(super) static DETECTOR: Kind = Kind {
    kind: "AWS::GuardDuty::Detector",
    service: &GUARDDUTY,
    list: Ask {
        operation: regional("guardduty", "ListDetectors", &["guardduty:ListDetectors"], Body::Json(&["detectorIds"])),
        route: ("GET", "/detector"),
        sent: &[],
        items: "detectorIds",
        within: "",
        elsewhere: None,
        paging: Some(Paging { sent: "nextToken", read: "nextToken" }),
        only: None,
    },
    under: None,
    id: "",
    arn: Arn::Regional("guardduty", "detector/"),
    tags: Tags::Object(&DESCRIBED, "tags"),
    facets: &[],
    details: &[Detail {
        ask: describe(),
        facets: &[
            Facet::property("Features", "features", Shape::List(&FEATURE)).or_empty(),
            Facet::property("FindingPublishingFrequency", "findingPublishingFrequency", Shape::Text),
            Facet::observed("Status", "status", Shape::Text),
        ],
    }],
};

/// The name is ours.
pub(super) static FINDING: Kind = Kind {
    under: Some(&DETECTOR),
    arn: Arn::Made("guardduty", "detector/{^}/finding/{}"),
    facets: &[Facet::observed("Id", "", Shape::Text)],
    ..Kind::new(
        "AWS::GuardDuty::Finding",
        &GUARDDUTY,
        ask!("guardduty" "ListFindings", Body::Json(&["findingIds"]))
            .route("POST", "/detector/{DetectorId}/findings")
            .sending(&[("DetectorId", Sent::Of("^"))])
            .list("findingIds")
            .paged("nextToken", "nextToken"),
        "^|",
    )
};

const DESCRIBE_PLAN: Ask = ask!("guardduty" "GetMalwareProtectionPlan", Body::Json(&["arn", "status"]))
    .route("GET", "/malware-protection-plan/{MalwareProtectionPlanId}")
    .sending(&[("MalwareProtectionPlanId", Sent::Of("malwareProtectionPlanId"))]);

pub(super) static PLAN: Kind = Kind {
    arn: Arn::Regional("guardduty", "malware-protection-plan/"),
    tags: Tags::Object(&DESCRIBE_PLAN, "tags"),
    details: &[Detail {
        ask: DESCRIBE_PLAN,
        facets: &[
            Facet::property(
                "Actions",
                "actions",
                Shape::Record(&[("Tagging", "tagging", Shape::Record(&[("Status", "status", Shape::Text)]))]),
            ),
            Facet::property(
                "ProtectedResource",
                "protectedResource",
                Shape::Record(&[(
                    "S3Bucket",
                    "s3Bucket",
                    Shape::Record(&[
                        ("BucketName", "bucketName", Shape::Text),
                        ("ObjectPrefixes", "objectPrefixes", Shape::List(&Shape::Text)),
                    ]),
                )]),
            ),
            Facet::property("Role", "role", Shape::Text),
            Facet::observed("CreatedAt", "createdAt", Shape::Time),
            Facet::observed("Status", "status", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::GuardDuty::MalwareProtectionPlan",
        &GUARDDUTY,
        ask!("guardduty" "ListMalwareProtectionPlans", Body::Json(&["malwareProtectionPlans"]))
            .route("GET", "/malware-protection-plan")
            .list("malwareProtectionPlans")
            .paged("nextToken", "nextToken"),
        "malwareProtectionPlanId",
    )
};
