//! `CloudTrail` Lake: event data stores, and which events each keeps; and the history of events, which is read where that is
//! asked for. Trails are read elsewhere.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, ask};

/// `CloudTrail` itself.
pub static CLOUDTRAIL: Service = Service::new(
    "cloudtrail",
    Protocol::Json { version: "1.1", target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101" },
);

/// The history of management events of 90 days; the time that is asked for is sent besides.
pub static EVENTS: Ask = ask!("cloudtrail" "LookupEvents", Body::Json(&["Events"]))
    .sending(&[("MaxResults", Sent::Number(50))])
    .list("Events")
    .paged("NextToken", "NextToken");

const TEXTS: Shape = Shape::List(&Shape::Text);
const SELECTOR: Shape = Shape::Record(&[
    ("Name", "Name", Shape::Text),
    (
        "FieldSelectors",
        "FieldSelectors",
        Shape::List(&Shape::Record(&[
            ("Field", "Field", Shape::Text),
            ("Equals", "Equals", TEXTS),
            ("StartsWith", "StartsWith", TEXTS),
            ("EndsWith", "EndsWith", TEXTS),
            ("NotEquals", "NotEquals", TEXTS),
            ("NotStartsWith", "NotStartsWith", TEXTS),
            ("NotEndsWith", "NotEndsWith", TEXTS),
        ])),
    ),
]);

pub(super) static STORE: Kind = Kind {
    arn: Arn::Member("EventDataStoreArn"),
    details: &[Detail {
        ask: ask!("cloudtrail" "GetEventDataStore", Body::Json(&["EventDataStoreArn", "Status"]))
            .sending(&[("EventDataStore", Sent::Of("EventDataStoreArn"))]),
        facets: &[
            Facet::property("AdvancedEventSelectors", "AdvancedEventSelectors", Shape::List(&SELECTOR)),
            // Without one the service's own key encrypts the store.
            Facet::property("KmsKeyId", "KmsKeyId", Shape::Text).or_empty(),
            Facet::property("MultiRegionEnabled", "MultiRegionEnabled", Shape::Flag),
            Facet::property("Name", "Name", Shape::Text),
            Facet::property("OrganizationEnabled", "OrganizationEnabled", Shape::Flag),
            Facet::property("RetentionPeriod", "RetentionPeriod", Shape::Number),
            Facet::property("TerminationProtectionEnabled", "TerminationProtectionEnabled", Shape::Flag),
            Facet::observed("CreatedTimestamp", "CreatedTimestamp", Shape::Time),
            Facet::observed("Status", "Status", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::CloudTrail::EventDataStore",
        &CLOUDTRAIL,
        ask!("cloudtrail" "ListEventDataStores", Body::Json(&["EventDataStores"]))
            .list("EventDataStores")
            .paged("NextToken", "NextToken"),
        "EventDataStoreArn",
    )
};
