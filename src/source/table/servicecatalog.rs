//! Service Catalog: portfolios.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls:
//! <https://docs.aws.amazon.com/servicecatalog/latest/dg/API_Reference.html>.

use super::super::operations::Body;
use super::{Arn, Facet, Kind, Protocol, Service, Shape, ask};

static SERVICE_CATALOG: Service =
    Service::new("servicecatalog", Protocol::Json { version: "1.1", target: "AWS242ServiceCatalogService" });

pub(super) static PORTFOLIO: Kind = Kind {
    arn: Arn::Member("ARN"),
    facets: &[
        Facet::property("DisplayName", "DisplayName", Shape::Text),
        Facet::property("Description", "Description", Shape::Text).or_empty(),
        Facet::property("ProviderName", "ProviderName", Shape::Text),
        Facet::observed("CreatedTime", "CreatedTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::ServiceCatalog::Portfolio",
        &SERVICE_CATALOG,
        ask!("servicecatalog" "ListPortfolios", Body::Json(&["PortfolioDetails"]))
            .list("PortfolioDetails")
            .paged("PageToken", "NextPageToken"),
        "Id",
    )
};
