//! Lake Formation: its settings, who is granted what, registered locations and filters of cells.
//!
//! May import: `source::table`. Guarantees: plain data. Facts about calls:
//! <https://docs.aws.amazon.com/lake-formation/latest/APIReference/>.

use super::super::operations::Body;
use super::{Detail, Facet, Kind, Protocol, Service, Shape, WHOLE, ask};

pub(super) static LAKE_FORMATION: Service = Service::new("lakeformation", Protocol::Rest);

/// Tags by which permissions are granted.
pub(super) const LF_TAGS: Shape = Shape::List(&Shape::Record(&[
    ("CatalogId", "CatalogId", Shape::Text),
    ("TagKey", "TagKey", Shape::Text),
    ("TagValues", "TagValues", Shape::List(&Shape::Text)),
]));

const PRINCIPAL: Shape = Shape::Record(&[("DataLakePrincipalIdentifier", "DataLakePrincipalIdentifier", Shape::Text)]);

const DEFAULTS: Shape = Shape::List(&Shape::Record(&[
    ("Principal", "Principal.DataLakePrincipalIdentifier", Shape::Text),
    ("Permissions", "Permissions", Shape::List(&Shape::Text)),
]));

const RESOURCE_OF: Shape = Shape::Record(&[
    ("Catalog", "Catalog", Shape::Record(&[("Id", "Id", Shape::Text)])),
    ("Database", "Database", Shape::Record(&[("CatalogId", "CatalogId", Shape::Text), ("Name", "Name", Shape::Text)])),
    (
        "Table",
        "Table",
        Shape::Record(&[
            ("CatalogId", "CatalogId", Shape::Text),
            ("DatabaseName", "DatabaseName", Shape::Text),
            ("Name", "Name", Shape::Text),
            ("AllTables", "TableWildcard", Shape::Record(&[])),
        ]),
    ),
    (
        "TableWithColumns",
        "TableWithColumns",
        Shape::Record(&[
            ("CatalogId", "CatalogId", Shape::Text),
            ("DatabaseName", "DatabaseName", Shape::Text),
            ("Name", "Name", Shape::Text),
            ("ColumnNames", "ColumnNames", Shape::List(&Shape::Text)),
            ("ExcludedColumnNames", "ColumnWildcard.ExcludedColumnNames", Shape::List(&Shape::Text)),
        ]),
    ),
    (
        "DataLocation",
        "DataLocation",
        Shape::Record(&[("CatalogId", "CatalogId", Shape::Text), ("ResourceArn", "ResourceArn", Shape::Text)]),
    ),
    (
        "DataCellsFilter",
        "DataCellsFilter",
        Shape::Record(&[
            ("TableCatalogId", "TableCatalogId", Shape::Text),
            ("DatabaseName", "DatabaseName", Shape::Text),
            ("TableName", "TableName", Shape::Text),
            ("Name", "Name", Shape::Text),
        ]),
    ),
    (
        "LFTag",
        "LFTag",
        Shape::Record(&[
            ("CatalogId", "CatalogId", Shape::Text),
            ("TagKey", "TagKey", Shape::Text),
            ("TagValues", "TagValues", Shape::List(&Shape::Text)),
        ]),
    ),
    (
        "LFTagPolicy",
        "LFTagPolicy",
        Shape::Record(&[
            ("CatalogId", "CatalogId", Shape::Text),
            ("ResourceType", "ResourceType", Shape::Text),
            (
                "Expression",
                "Expression",
                Shape::List(&Shape::Record(&[
                    ("TagKey", "TagKey", Shape::Text),
                    ("TagValues", "TagValues", Shape::List(&Shape::Text)),
                ])),
            ),
            ("ExpressionName", "ExpressionName", Shape::Text),
        ]),
    ),
]);

pub(super) static DATA_CELLS_FILTER: Kind = Kind {
    facets: &[
        Facet::property("TableCatalogId", "TableCatalogId", Shape::Text),
        Facet::property("DatabaseName", "DatabaseName", Shape::Text),
        Facet::property("TableName", "TableName", Shape::Text),
        Facet::property("Name", "Name", Shape::Text),
        Facet::property(
            "RowFilter",
            "RowFilter",
            Shape::Record(&[
                ("FilterExpression", "FilterExpression", Shape::Text),
                ("AllRowsWildcard", "AllRowsWildcard", Shape::Record(&[])),
            ]),
        ),
        Facet::property("ColumnNames", "ColumnNames", Shape::List(&Shape::Text)).or_empty(),
        Facet::property(
            "ColumnWildcard",
            "ColumnWildcard",
            Shape::Record(&[("ExcludedColumnNames", "ExcludedColumnNames", Shape::List(&Shape::Text))]),
        )
        .or_empty(),
    ],
    ..Kind::new(
        "AWS::LakeFormation::DataCellsFilter",
        &LAKE_FORMATION,
        ask!("lakeformation" "ListDataCellsFilter", Body::Json(&["DataCellsFilters"]))
            .route("POST", "/ListDataCellsFilter")
            .list("DataCellsFilters")
            .paged("NextToken", "NextToken"),
        "TableCatalogId|DatabaseName|TableName|Name",
    )
};

/// The settings of a Region, with every grant and opt-in: a grant has no id of its own.
pub(super) static SETTINGS: Kind = Kind {
    facets: &[
        Facet::property("Admins", "DataLakeSettings.DataLakeAdmins", Shape::List(&PRINCIPAL)),
        Facet::observed("ReadOnlyAdmins", "DataLakeSettings.ReadOnlyAdmins", Shape::List(&PRINCIPAL)),
        Facet::property(
            "CreateDatabaseDefaultPermissions",
            "DataLakeSettings.CreateDatabaseDefaultPermissions",
            DEFAULTS,
        ),
        Facet::property("CreateTableDefaultPermissions", "DataLakeSettings.CreateTableDefaultPermissions", DEFAULTS),
        Facet::property("TrustedResourceOwners", "DataLakeSettings.TrustedResourceOwners", Shape::List(&Shape::Text)),
        Facet::property("AllowExternalDataFiltering", "DataLakeSettings.AllowExternalDataFiltering", Shape::Flag),
        Facet::property(
            "AllowFullTableExternalDataAccess",
            "DataLakeSettings.AllowFullTableExternalDataAccess",
            Shape::Flag,
        ),
        Facet::property(
            "ExternalDataFilteringAllowList",
            "DataLakeSettings.ExternalDataFilteringAllowList",
            Shape::List(&PRINCIPAL),
        ),
        Facet::property(
            "AuthorizedSessionTagValueList",
            "DataLakeSettings.AuthorizedSessionTagValueList",
            Shape::List(&Shape::Text),
        ),
        Facet::property("Parameters", "DataLakeSettings.Parameters", Shape::Map(&Shape::Text)),
    ],
    details: &[
        Detail {
            ask: ask!("lakeformation" "ListPermissions", Body::Json(&["PrincipalResourcePermissions"]))
                .route("POST", "/ListPermissions")
                .list("PrincipalResourcePermissions")
                .paged("NextToken", "NextToken"),
            facets: &[Facet::observed(
                "Permissions",
                "",
                Shape::List(&Shape::Record(&[
                    ("Principal", "Principal.DataLakePrincipalIdentifier", Shape::Text),
                    ("Resource", "Resource", RESOURCE_OF),
                    ("Condition", "Condition.Expression", Shape::Text),
                    ("Permissions", "Permissions", Shape::List(&Shape::Text)),
                    ("PermissionsWithGrantOption", "PermissionsWithGrantOption", Shape::List(&Shape::Text)),
                    ("LastUpdated", "LastUpdated", Shape::Time),
                ])),
            )],
        },
        Detail {
            ask: ask!("lakeformation" "ListLakeFormationOptIns", Body::Json(&["LakeFormationOptInsInfoList"]))
                .route("POST", "/ListLakeFormationOptIns")
                .list("LakeFormationOptInsInfoList")
                .paged("NextToken", "NextToken"),
            facets: &[Facet::observed(
                "OptIns",
                "",
                Shape::List(&Shape::Record(&[
                    ("Principal", "Principal.DataLakePrincipalIdentifier", Shape::Text),
                    ("Resource", "Resource", RESOURCE_OF),
                    ("Condition", "Condition.Expression", Shape::Text),
                    ("LastModified", "LastModified", Shape::Time),
                ])),
            )],
        },
    ],
    ..Kind::new(
        "AWS::LakeFormation::DataLakeSettings",
        &LAKE_FORMATION,
        ask!("lakeformation" "GetDataLakeSettings", Body::Json(&["DataLakeSettings"]))
            .route("POST", "/GetDataLakeSettings")
            .list(WHOLE),
        "",
    )
};

pub(super) static RESOURCE: Kind = Kind {
    facets: &[
        Facet::property("ResourceArn", "ResourceArn", Shape::Text),
        Facet::property("RoleArn", "RoleArn", Shape::Text),
        Facet::property("HybridAccessEnabled", "HybridAccessEnabled", Shape::Flag),
        Facet::property("WithFederation", "WithFederation", Shape::Flag),
        Facet::observed("WithPrivilegedAccess", "WithPrivilegedAccess", Shape::Flag),
        Facet::observed("VerificationStatus", "VerificationStatus", Shape::Text),
        Facet::observed("LastModified", "LastModified", Shape::Time),
    ],
    ..Kind::new(
        "AWS::LakeFormation::Resource",
        &LAKE_FORMATION,
        ask!("lakeformation" "ListResources", Body::Json(&["ResourceInfoList"]))
            .route("POST", "/ListResources")
            .list("ResourceInfoList")
            .paged("NextToken", "NextToken"),
        "ResourceArn",
    )
};
