//! Inspector: what it scans in an account, and which resources it covers.
//!
//! May import: `source::table`. Guarantees: plain data; no finding is read. Facts about calls:
//! <https://docs.aws.amazon.com/inspector/v2/APIReference/>.

use super::super::operations::Body;
use super::{Facet, Kind, Protocol, Service, Shape, ask};

static INSPECTOR: Service = Service::new("inspector2", Protocol::Rest);

/// The name is ours.
pub(super) static STATUS: Kind = Kind {
    facets: &[
        Facet::observed("AccountId", "accountId", Shape::Text),
        Facet::observed(
            "ResourceState",
            "resourceState",
            Shape::Record(&[
                ("Ec2", "ec2.status", Shape::Text),
                ("Ecr", "ecr.status", Shape::Text),
                ("Lambda", "lambda.status", Shape::Text),
                ("LambdaCode", "lambdaCode.status", Shape::Text),
                ("CodeRepository", "codeRepository.status", Shape::Text),
            ]),
        ),
        Facet::observed("State", "state.status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::InspectorV2::AccountStatus",
        &INSPECTOR,
        // Where no account is named it answers for the one that asks.
        ask!("inspector2" "BatchGetAccountStatus", Body::Json(&["accounts"]))
            .route("POST", "/status/batch/get")
            .list("accounts"),
        "accountId",
    )
};

/// The name is ours.
pub(super) static COVERAGE: Kind = Kind {
    facets: &[
        Facet::observed("AccountId", "accountId", Shape::Text),
        Facet::observed("LastScannedAt", "lastScannedAt", Shape::Time),
        Facet::observed("ResourceId", "resourceId", Shape::Text),
        Facet::observed("ResourceType", "resourceType", Shape::Text),
        Facet::observed("ScanMode", "scanMode", Shape::Text),
        Facet::observed(
            "ScanStatus",
            "scanStatus",
            Shape::Record(&[("StatusCode", "statusCode", Shape::Text), ("Reason", "reason", Shape::Text)]),
        ),
        Facet::observed("ScanType", "scanType", Shape::Text),
    ],
    ..Kind::new(
        "AWS::InspectorV2::Coverage",
        &INSPECTOR,
        ask!("inspector2" "ListCoverage", Body::Json(&["coveredResources"]))
            .route("POST", "/coverage/list")
            .list("coveredResources")
            .paged("nextToken", "nextToken"),
        "accountId|resourceId|scanType",
    )
};
