//! `GuardDuty` detectors: whether they run, and what they watch.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls: <https://docs.aws.amazon.com/guardduty/latest/APIReference/>.

use super::super::operations::{Body, Operation};
use super::{Arn, Ask, Detail, Facet, Kind, Paging, Protocol, Sent, Service, Shape, Tags, regional};

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
        paging: None,
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
        paging: Some(Paging { sent: "nextToken", read: "nextToken" }),
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
