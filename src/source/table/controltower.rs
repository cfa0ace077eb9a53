//! Control Tower: landing zones, and the controls and baselines that are enabled on units.
//!
//! May import: `source::table`. Guarantees: plain data. A landing zone shows in its management account and home Region alone.
//! Facts about calls: <https://docs.aws.amazon.com/controltower/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Detail, Facet, Kind, Protocol, Sent, Service, Shape, ask};

static CONTROL_TOWER: Service = Service::new("controltower", Protocol::Rest);

pub(super) static LANDING_ZONE: Kind = Kind {
    arn: Arn::Member("arn"),
    details: &[Detail {
        ask: ask!("controltower" "GetLandingZone", Body::Json(&["landingZone"]))
            .route("POST", "/get-landingzone")
            .sending(&[("landingZoneIdentifier", Sent::Of("arn"))]),
        facets: &[
            Facet::property("Version", "landingZone.version", Shape::Text),
            Facet::observed("DriftStatus", "landingZone.driftStatus.status", Shape::Text),
            Facet::observed("LatestAvailableVersion", "landingZone.latestAvailableVersion", Shape::Text),
            Facet::observed("Status", "landingZone.status", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::ControlTower::LandingZone",
        &CONTROL_TOWER,
        ask!("controltower" "ListLandingZones", Body::Json(&["landingZones"]))
            .route("POST", "/list-landingzones")
            .list("landingZones")
            .paged("nextToken", "nextToken"),
        "arn",
    )
};

pub(super) static CONTROL: Kind = Kind {
    under: Some(&LANDING_ZONE),
    arn: Arn::Member("arn"),
    facets: &[
        Facet::property("ControlIdentifier", "controlIdentifier", Shape::Text),
        Facet::property("TargetIdentifier", "targetIdentifier", Shape::Text),
        Facet::observed("DriftStatus", "driftStatusSummary.driftStatus", Shape::Text),
        Facet::observed("Status", "statusSummary.status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::ControlTower::EnabledControl",
        &CONTROL_TOWER,
        // Without a target: those of every unit.
        ask!("controltower" "ListEnabledControls", Body::Json(&["enabledControls"]))
            .route("POST", "/list-enabled-controls")
            .list("enabledControls")
            .paged("nextToken", "nextToken"),
        "arn",
    )
};

pub(super) static BASELINE: Kind = Kind {
    under: Some(&LANDING_ZONE),
    arn: Arn::Member("arn"),
    facets: &[
        Facet::property("BaselineIdentifier", "baselineIdentifier", Shape::Text),
        Facet::property("BaselineVersion", "baselineVersion", Shape::Text),
        Facet::property("TargetIdentifier", "targetIdentifier", Shape::Text),
        Facet::observed("InheritanceDriftStatus", "driftStatusSummary.types.inheritance.status", Shape::Text),
        Facet::observed("ParentIdentifier", "parentIdentifier", Shape::Text).or_empty(),
        Facet::observed("Status", "statusSummary.status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::ControlTower::EnabledBaseline",
        &CONTROL_TOWER,
        // Those of accounts, too, which are the children of those of units.
        ask!("controltower" "ListEnabledBaselines", Body::Json(&["enabledBaselines"]))
            .route("POST", "/list-enabled-baselines")
            .sending(&[("includeChildren", Sent::Flag(true))])
            .list("enabledBaselines")
            .paged("nextToken", "nextToken"),
        "arn",
    )
};
