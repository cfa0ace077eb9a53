//! Glue: the Data Catalog with its databases and tables, connections, crawlers and jobs.
//!
//! May import: `source::table`. Guarantees: plain data; no password, property of a connection or argument of a job is
//! kept. Facts about calls: <https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api.html>.

use super::super::operations::Body;
use super::lakeformation::{LAKE_FORMATION, LF_TAGS};
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, WHOLE, ask};

static GLUE: Service = Service::new("glue", Protocol::Json { version: "1.1", target: "AWSGlue" });

static TAGS: Ask = ask!("glue" "GetTags", Body::Json(&["Tags"])).sending(&[("ResourceArn", Sent::Arn)]);

/// Whose answer holds a list for each kind of thing that has tags, and none where there are no tags.
const TAGS_OF_LAKE: Ask = ask!(
    "lakeformation" "GetResourceLFTags",
    Body::JsonAnyOf(&["LFTagOnDatabase", "LFTagsOnTable", "LFTagsOnColumns"])
)
.route("POST", "/GetResourceLFTags")
.of_service(&LAKE_FORMATION);

const GRANTS: Shape = Shape::List(&Shape::Record(&[
    ("Principal", "Principal.DataLakePrincipalIdentifier", Shape::Text),
    ("Permissions", "Permissions", Shape::List(&Shape::Text)),
]));

pub(super) static CONNECTION: Kind = Kind {
    arn: Arn::Regional("glue", "connection/"),
    tags: Tags::Object(&TAGS, "Tags"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::property("ConnectionType", "ConnectionType", Shape::Text),
        // A connection outside a network has none.
        Facet::property(
            "PhysicalConnectionRequirements",
            "PhysicalConnectionRequirements",
            Shape::Record(&[
                ("SubnetId", "SubnetId", Shape::Text),
                ("SecurityGroupIdList", "SecurityGroupIdList", Shape::List(&Shape::Text)),
                ("AvailabilityZone", "AvailabilityZone", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::property(
            "AuthenticationConfiguration",
            "AuthenticationConfiguration",
            Shape::Record(&[
                ("AuthenticationType", "AuthenticationType", Shape::Text),
                ("SecretArn", "SecretArn", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed("Status", "Status", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
        Facet::observed("LastUpdatedBy", "LastUpdatedBy", Shape::Text),
    ],
    ..Kind::new(
        "AWS::Glue::Connection",
        &GLUE,
        // The answer holds the properties of connections.
        ask!("glue" "GetConnections", Body::Json(&["ConnectionList"]))
            .sending(&[("HidePassword", Sent::Flag(true))])
            .list("ConnectionList")
            .paged("NextToken", "NextToken")
            .secret(),
        "Name",
    )
};

pub(super) static CRAWLER: Kind = Kind {
    arn: Arn::Regional("glue", "crawler/"),
    tags: Tags::Object(&TAGS, "Tags"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::property("Role", "Role", Shape::Text),
        Facet::property("DatabaseName", "DatabaseName", Shape::Text),
        Facet::property(
            "Targets",
            "Targets",
            Shape::Record(&[
                (
                    "S3Targets",
                    "S3Targets",
                    Shape::List(&Shape::Record(&[
                        ("Path", "Path", Shape::Text),
                        ("ConnectionName", "ConnectionName", Shape::Text),
                    ])),
                ),
                (
                    "JdbcTargets",
                    "JdbcTargets",
                    Shape::List(&Shape::Record(&[
                        ("Path", "Path", Shape::Text),
                        ("ConnectionName", "ConnectionName", Shape::Text),
                    ])),
                ),
                ("DynamoDBTargets", "DynamoDBTargets", Shape::List(&Shape::Record(&[("Path", "Path", Shape::Text)]))),
                (
                    "MongoDBTargets",
                    "MongoDBTargets",
                    Shape::List(&Shape::Record(&[
                        ("Path", "Path", Shape::Text),
                        ("ConnectionName", "ConnectionName", Shape::Text),
                    ])),
                ),
                (
                    "CatalogTargets",
                    "CatalogTargets",
                    Shape::List(&Shape::Record(&[
                        ("DatabaseName", "DatabaseName", Shape::Text),
                        ("Tables", "Tables", Shape::List(&Shape::Text)),
                        ("ConnectionName", "ConnectionName", Shape::Text),
                    ])),
                ),
                (
                    "DeltaTargets",
                    "DeltaTargets",
                    Shape::List(&Shape::Record(&[
                        ("DeltaTables", "DeltaTables", Shape::List(&Shape::Text)),
                        ("ConnectionName", "ConnectionName", Shape::Text),
                    ])),
                ),
                (
                    "IcebergTargets",
                    "IcebergTargets",
                    Shape::List(&Shape::Record(&[
                        ("Paths", "Paths", Shape::List(&Shape::Text)),
                        ("ConnectionName", "ConnectionName", Shape::Text),
                    ])),
                ),
                (
                    "HudiTargets",
                    "HudiTargets",
                    Shape::List(&Shape::Record(&[
                        ("Paths", "Paths", Shape::List(&Shape::Text)),
                        ("ConnectionName", "ConnectionName", Shape::Text),
                    ])),
                ),
            ]),
        ),
        Facet::property("CrawlerSecurityConfiguration", "CrawlerSecurityConfiguration", Shape::Text).or_empty(),
        Facet::property(
            "LakeFormationConfiguration",
            "LakeFormationConfiguration",
            Shape::Record(&[
                ("UseLakeFormationCredentials", "UseLakeFormationCredentials", Shape::Flag),
                ("AccountId", "AccountId", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed("State", "State", Shape::Text),
        Facet::observed("CreationTime", "CreationTime", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Glue::Crawler",
        &GLUE,
        ask!("glue" "GetCrawlers", Body::Json(&["Crawlers"])).list("Crawlers").paged("NextToken", "NextToken"),
        "Name",
    )
};

/// The Data Catalog of a Region: its encryption, and the policies of it and of its resources.
pub(super) static CATALOGUE: Kind = Kind {
    facets: &[Facet::property(
        "DataCatalogEncryptionSettings",
        "DataCatalogEncryptionSettings",
        Shape::Record(&[
            (
                "EncryptionAtRest",
                "EncryptionAtRest",
                Shape::Record(&[
                    ("CatalogEncryptionMode", "CatalogEncryptionMode", Shape::Text),
                    ("SseAwsKmsKeyId", "SseAwsKmsKeyId", Shape::Text),
                    ("CatalogEncryptionServiceRole", "CatalogEncryptionServiceRole", Shape::Text),
                ]),
            ),
            (
                "ConnectionPasswordEncryption",
                "ConnectionPasswordEncryption",
                Shape::Record(&[
                    ("ReturnConnectionPasswordEncrypted", "ReturnConnectionPasswordEncrypted", Shape::Flag),
                    ("KmsKeyId", "AwsKmsKeyId", Shape::Text),
                ]),
            ),
        ]),
    )],
    details: &[Detail {
        ask: ask!("glue" "GetResourcePolicies", Body::Json(&["GetResourcePoliciesResponseList"]))
            .list("GetResourcePoliciesResponseList")
            .paged("NextToken", "NextToken"),
        facets: &[Facet::observed(
            "ResourcePolicies",
            "",
            Shape::List(&Shape::Record(&[
                ("Policy", "PolicyInJson", Shape::Document),
                ("UpdateTime", "UpdateTime", Shape::Time),
            ])),
        )],
    }],
    ..Kind::new(
        "AWS::Glue::DataCatalogEncryptionSettings",
        &GLUE,
        ask!("glue" "GetDataCatalogEncryptionSettings", Body::Json(&["DataCatalogEncryptionSettings"])).list(WHOLE),
        "",
    )
};

pub(super) static DATABASE: Kind = Kind {
    arn: Arn::Regional("glue", "database/"),
    tags: Tags::Object(&TAGS, "Tags"),
    facets: &[
        Facet::property("DatabaseName", "Name", Shape::Text),
        Facet::property("CatalogId", "CatalogId", Shape::Text),
        Facet::observed("Description", "Description", Shape::Text).or_empty(),
        Facet::observed("LocationUri", "LocationUri", Shape::Text).or_empty(),
        Facet::observed("CreateTableDefaultPermissions", "CreateTableDefaultPermissions", GRANTS).or_empty(),
        // Only a link to another database has one.
        Facet::observed(
            "TargetDatabase",
            "TargetDatabase",
            Shape::Record(&[
                ("CatalogId", "CatalogId", Shape::Text),
                ("DatabaseName", "DatabaseName", Shape::Text),
                ("Region", "Region", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed(
            "FederatedDatabase",
            "FederatedDatabase",
            Shape::Record(&[
                ("Identifier", "Identifier", Shape::Text),
                ("ConnectionName", "ConnectionName", Shape::Text),
                ("ConnectionType", "ConnectionType", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed("CreateTime", "CreateTime", Shape::Time),
    ],
    details: &[Detail {
        ask: TAGS_OF_LAKE.sending(&[(
            "Resource",
            Sent::Record(&[(
                "Database",
                Sent::Record(&[("CatalogId", Sent::Of("CatalogId")), ("Name", Sent::Of("Name"))]),
            )]),
        )]),
        facets: &[Facet::observed("LFTags", "LFTagOnDatabase", LF_TAGS).or_empty()],
    }],
    ..Kind::new(
        "AWS::Glue::Database",
        &GLUE,
        ask!("glue" "GetDatabases", Body::Json(&["DatabaseList"])).list("DatabaseList").paged("NextToken", "NextToken"),
        "Name",
    )
};

pub(super) static JOB: Kind = Kind {
    arn: Arn::Regional("glue", "job/"),
    tags: Tags::Object(&TAGS, "Tags"),
    facets: &[
        Facet::property("Name", "Name", Shape::Text),
        Facet::property("Role", "Role", Shape::Text),
        Facet::property(
            "Command",
            "Command",
            Shape::Record(&[
                ("Name", "Name", Shape::Text),
                ("ScriptLocation", "ScriptLocation", Shape::Text),
                ("PythonVersion", "PythonVersion", Shape::Text),
                ("Runtime", "Runtime", Shape::Text),
            ]),
        ),
        Facet::property(
            "Connections",
            "Connections",
            Shape::Record(&[("Connections", "Connections", Shape::List(&Shape::Text))]),
        )
        .or_empty(),
        Facet::property("SecurityConfiguration", "SecurityConfiguration", Shape::Text).or_empty(),
        Facet::property("GlueVersion", "GlueVersion", Shape::Text),
        Facet::property("LogUri", "LogUri", Shape::Text).or_empty(),
        Facet::observed("CreatedOn", "CreatedOn", Shape::Time),
        Facet::observed("LastModifiedOn", "LastModifiedOn", Shape::Time),
    ],
    ..Kind::new(
        "AWS::Glue::Job",
        &GLUE,
        // The answer holds arguments, and may hold the token of a repository.
        ask!("glue" "GetJobs", Body::Json(&["Jobs"])).list("Jobs").paged("NextToken", "NextToken").secret(),
        "Name",
    )
};

pub(super) static TABLE: Kind = Kind {
    under: Some(&DATABASE),
    arn: Arn::Made("glue", "table/{DatabaseName}/{Name}"),
    facets: &[
        Facet::property("DatabaseName", "DatabaseName", Shape::Text),
        Facet::property("CatalogId", "CatalogId", Shape::Text),
        Facet::observed("Name", "Name", Shape::Text),
        Facet::observed("Description", "Description", Shape::Text).or_empty(),
        Facet::observed("Owner", "Owner", Shape::Text).or_empty(),
        // A view has no location.
        Facet::observed("Location", "StorageDescriptor.Location", Shape::Text).or_empty(),
        Facet::observed("TableType", "TableType", Shape::Text).or_empty(),
        Facet::observed("IsRegisteredWithLakeFormation", "IsRegisteredWithLakeFormation", Shape::Flag),
        Facet::observed(
            "TargetTable",
            "TargetTable",
            Shape::Record(&[
                ("CatalogId", "CatalogId", Shape::Text),
                ("DatabaseName", "DatabaseName", Shape::Text),
                ("Name", "Name", Shape::Text),
                ("Region", "Region", Shape::Text),
            ]),
        )
        .or_empty(),
        Facet::observed("CreatedBy", "CreatedBy", Shape::Text),
        Facet::observed("CreateTime", "CreateTime", Shape::Time),
        Facet::observed("UpdateTime", "UpdateTime", Shape::Time),
    ],
    details: &[Detail {
        ask: TAGS_OF_LAKE.sending(&[(
            "Resource",
            Sent::Record(&[(
                "Table",
                Sent::Record(&[
                    ("CatalogId", Sent::Of("CatalogId")),
                    ("DatabaseName", Sent::Of("DatabaseName")),
                    ("Name", Sent::Of("Name")),
                ]),
            )]),
        )]),
        facets: &[
            Facet::observed("LFTags", "LFTagsOnTable", LF_TAGS).or_empty(),
            Facet::observed(
                "LFTagsOnColumns",
                "LFTagsOnColumns",
                Shape::List(&Shape::Record(&[("Name", "Name", Shape::Text), ("LFTags", "LFTags", LF_TAGS)])),
            )
            .or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::Glue::Table",
        &GLUE,
        ask!("glue" "GetTables", Body::Json(&["TableList"]))
            .sending(&[("DatabaseName", Sent::Of("^Name"))])
            .list("TableList")
            .paged("NextToken", "NextToken"),
        "DatabaseName|Name",
    )
};
