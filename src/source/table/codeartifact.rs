//! `CodeArtifact`: domains and repositories with their policies, and where packages may come from.
//!
//! May import: `source::table`. Guarantees: plain data; no package is read. Facts about calls:
//! <https://docs.aws.amazon.com/codeartifact/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static CODEARTIFACT: Service = Service::new("codeartifact", Protocol::Rest);

static TAGS: Ask = ask!("codeartifact" "ListTagsForResource", Body::Json(&["tags"]))
    .route("POST", "/v1/tags?resourceArn")
    .sending(&[("resourceArn", Sent::Of("arn"))])
    .list("tags");

pub(super) static DOMAIN: Kind = Kind {
    arn: Arn::Member("arn"),
    tags: Tags::Asked(&TAGS, "key", "value"),
    facets: &[
        Facet::property("DomainName", "name", Shape::Text),
        Facet::property("EncryptionKey", "encryptionKey", Shape::Text),
        Facet::observed("CreatedTime", "createdTime", Shape::Time),
        Facet::observed("Owner", "owner", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("codeartifact" "GetDomainPermissionsPolicy", Body::Json(&["policy"]))
            .route("GET", "/v1/domain/permissions/policy")
            .sending(&[("domain", Sent::Of("name")), ("domain-owner", Sent::Of("owner"))])
            .absent(&["ResourceNotFoundException"]),
        facets: &[Facet::property("PermissionsPolicyDocument", "policy.document", Shape::Document)],
    }],
    ..Kind::new(
        "AWS::CodeArtifact::Domain",
        &CODEARTIFACT,
        ask!("codeartifact" "ListDomains", Body::Json(&["domains"]))
            .route("POST", "/v1/domains")
            .list("domains")
            .paged("nextToken", "nextToken"),
        "arn",
    )
};

const THIS_REPOSITORY: &[(&str, Sent)] =
    &[("domain", Sent::Of("domainName")), ("domain-owner", Sent::Of("domainOwner")), ("repository", Sent::Of("name"))];

pub(super) static REPOSITORY: Kind = Kind {
    arn: Arn::Member("arn"),
    tags: Tags::Asked(&TAGS, "key", "value"),
    facets: &[
        Facet::property("DomainName", "domainName", Shape::Text),
        Facet::property("DomainOwner", "domainOwner", Shape::Text),
        Facet::property("RepositoryName", "name", Shape::Text),
        Facet::observed("AdministratorAccount", "administratorAccount", Shape::Text),
    ],
    details: &[
        Detail {
            ask: ask!("codeartifact" "DescribeRepository", Body::Json(&["repository"]))
                .route("GET", "/v1/repository")
                .sending(THIS_REPOSITORY),
            facets: &[
                Facet::observed(
                    "ExternalConnections",
                    "repository.externalConnections",
                    Shape::List(&Shape::Record(&[
                        ("ExternalConnectionName", "externalConnectionName", Shape::Text),
                        ("PackageFormat", "packageFormat", Shape::Text),
                        ("Status", "status", Shape::Text),
                    ])),
                ),
                Facet::observed(
                    "Upstreams",
                    "repository.upstreams",
                    Shape::List(&Shape::Record(&[("RepositoryName", "repositoryName", Shape::Text)])),
                ),
            ],
        },
        Detail {
            ask: ask!("codeartifact" "GetRepositoryPermissionsPolicy", Body::Json(&["policy"]))
                .route("GET", "/v1/repository/permissions/policy")
                .sending(THIS_REPOSITORY)
                .absent(&["ResourceNotFoundException"]),
            facets: &[Facet::property("PermissionsPolicyDocument", "policy.document", Shape::Document)],
        },
    ],
    ..Kind::new(
        "AWS::CodeArtifact::Repository",
        &CODEARTIFACT,
        ask!("codeartifact" "ListRepositories", Body::Json(&["repositories"]))
            .route("POST", "/v1/repositories?next-token")
            .list("repositories")
            .paged("next-token", "nextToken"),
        "arn",
    )
};

pub(super) static PACKAGE_GROUP: Kind = Kind {
    under: Some(&DOMAIN),
    arn: Arn::Member("arn"),
    facets: &[
        Facet::property("DomainName", "domainName", Shape::Text),
        Facet::property("DomainOwner", "domainOwner", Shape::Text),
        Facet::property("Pattern", "pattern", Shape::Text),
        Facet::observed(
            "Restrictions",
            "originConfiguration.restrictions",
            Shape::Map(&Shape::Record(&[
                ("Mode", "mode", Shape::Text),
                ("EffectiveMode", "effectiveMode", Shape::Text),
                ("RepositoriesCount", "repositoriesCount", Shape::Number),
            ])),
        ),
    ],
    details: &[Detail {
        ask: ask!("codeartifact" "ListAllowedRepositoriesForGroup", Body::Json(&["allowedRepositories"]))
            .route("GET", "/v1/package-group-allowed-repositories")
            .sending(&[
                ("domain", Sent::Of("domainName")),
                ("domain-owner", Sent::Of("domainOwner")),
                ("package-group", Sent::Of("pattern")),
                ("originRestrictionType", Sent::Text("EXTERNAL_UPSTREAM")),
            ])
            .list("allowedRepositories")
            .paged("next-token", "nextToken"),
        facets: &[Facet::observed("ExternalUpstreamRepositories", "", Shape::List(&Shape::Text))],
    }],
    ..Kind::new(
        "AWS::CodeArtifact::PackageGroup",
        &CODEARTIFACT,
        ask!("codeartifact" "ListPackageGroups", Body::Json(&["packageGroups"]))
            .route("POST", "/v1/package-groups?domain&domain-owner&next-token")
            .sending(&[("domain", Sent::Of("^name")), ("domain-owner", Sent::Of("^owner"))])
            .list("packageGroups")
            .paged("next-token", "nextToken"),
        "arn",
    )
};
