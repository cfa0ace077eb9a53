//! IAM Access Analyzer: analysers, and what each found.
//!
//! May import: `source::table`. Guarantees: plain data; of a finding neither its condition nor its principal is read. Facts
//! about calls: <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Facet, Kind, Protocol, Sent, Service, Shape, ask};

static ACCESS_ANALYZER: Service = Service::new("access-analyzer", Protocol::Rest);

pub(super) static ANALYZER: Kind = Kind {
    arn: Arn::Member("arn"),
    facets: &[
        Facet::property("AnalyzerName", "name", Shape::Text),
        Facet::property("Type", "type", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
        Facet::observed("LastResourceAnalyzedAt", "lastResourceAnalyzedAt", Shape::Time),
        Facet::observed("Status", "status", Shape::Text),
    ],
    ..Kind::new(
        "AWS::AccessAnalyzer::Analyzer",
        &ACCESS_ANALYZER,
        ask!("access-analyzer" "ListAnalyzers", Body::Json(&["analyzers"]))
            .route("GET", "/analyzer")
            .list("analyzers")
            .paged("nextToken", "nextToken"),
        "arn",
    )
};

/// The name is ours.
pub(super) static FINDING: Kind = Kind {
    under: Some(&ANALYZER),
    facets: &[
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
        Facet::observed("FindingType", "findingType", Shape::Text),
        Facet::observed("Id", "id", Shape::Text),
        Facet::observed("Resource", "resource", Shape::Text),
        Facet::observed("ResourceOwnerAccount", "resourceOwnerAccount", Shape::Text),
        Facet::observed("ResourceType", "resourceType", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("UpdatedAt", "updatedAt", Shape::Time),
    ],
    ..Kind::new(
        "AWS::AccessAnalyzer::Finding",
        &ACCESS_ANALYZER,
        ask!("access-analyzer" "ListFindingsV2" as &["access-analyzer:ListFindings"], Body::Json(&["findings"]))
            .route("POST", "/findingv2")
            .sending(&[("analyzerArn", Sent::Of("^arn"))])
            .list("findings")
            .paged("nextToken", "nextToken"),
        "^arn|id",
    )
};
