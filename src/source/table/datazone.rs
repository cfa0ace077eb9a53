//! `DataZone` and Unified Studio: domains, their blueprints, projects with members, people, subscriptions and listings.
//!
//! May import: `source::table`. Guarantees: plain data; of a person the user name and state alone are kept, and of an
//! asset no form. Facts about calls: <https://docs.aws.amazon.com/datazone/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static DATAZONE: Service = Service::new("datazone", Protocol::Rest).at("datazone.{region}.api.aws");

const GET_DOMAIN: Ask = ask!("datazone" "GetDomain", Body::Json(&["id"]))
    .route("GET", "/v2/domains/{identifier}")
    .sending(&[("identifier", Sent::Of("id"))]);

const PRINCIPAL: Shape = Shape::Record(&[
    ("ProjectId", "project.id", Shape::Text),
    ("UserId", "user.id", Shape::Text),
    ("GroupId", "group.id", Shape::Text),
    ("PrincipalArn", "iam.principalArn", Shape::Text),
]);

const LISTING: Shape = Shape::Record(&[
    ("Id", "id", Shape::Text),
    ("Name", "name", Shape::Text),
    ("OwnerProjectId", "ownerProjectId", Shape::Text),
]);

pub(super) static DOMAIN: Kind = Kind {
    arn: Arn::Member("arn"),
    tags: Tags::Object(&GET_DOMAIN, "tags"),
    facets: &[
        Facet::property("Name", "name", Shape::Text),
        Facet::observed("ManagedAccountId", "managedAccountId", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("DomainVersion", "domainVersion", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
    ],
    details: &[
        Detail {
            ask: GET_DOMAIN,
            facets: &[
                Facet::property("DomainExecutionRole", "domainExecutionRole", Shape::Text),
                Facet::property("ServiceRole", "serviceRole", Shape::Text).or_empty(),
                // A domain under a key of AWS's has none.
                Facet::property("KmsKeyIdentifier", "kmsKeyIdentifier", Shape::Text).or_empty(),
                Facet::property(
                    "SingleSignOn",
                    "singleSignOn",
                    Shape::Record(&[
                        ("Type", "type", Shape::Text),
                        ("UserAssignment", "userAssignment", Shape::Text),
                        ("IdcInstanceArn", "idcInstanceArn", Shape::Text),
                    ]),
                ),
                Facet::observed("RootDomainUnitId", "rootDomainUnitId", Shape::Text),
            ],
        },
        Detail {
            // Without a text everything that was published.
            ask: ask!("datazone" "SearchListings", Body::Json(&["items"]))
                .route("POST", "/v2/domains/{domainIdentifier}/listings/search")
                .sending(&[("domainIdentifier", Sent::Of("id"))])
                .list("items")
                .paged("nextToken", "nextToken"),
            facets: &[Facet::observed(
                "Listings",
                "",
                Shape::List(&Shape::Record(&[
                    (
                        "Asset",
                        "assetListing",
                        Shape::Record(&[
                            ("ListingId", "listingId", Shape::Text),
                            ("Name", "name", Shape::Text),
                            ("EntityId", "entityId", Shape::Text),
                            ("EntityType", "entityType", Shape::Text),
                            ("OwningProjectId", "owningProjectId", Shape::Text),
                        ]),
                    ),
                    (
                        "DataProduct",
                        "dataProductListing",
                        Shape::Record(&[
                            ("ListingId", "listingId", Shape::Text),
                            ("Name", "name", Shape::Text),
                            ("EntityId", "entityId", Shape::Text),
                            ("OwningProjectId", "owningProjectId", Shape::Text),
                        ]),
                    ),
                ])),
            )],
        },
    ],
    ..Kind::new(
        "AWS::DataZone::Domain",
        &DATAZONE,
        ask!("datazone" "ListDomains", Body::Json(&["items"]))
            .route("GET", "/v2/domains")
            .list("items")
            .paged("nextToken", "nextToken"),
        "id",
    )
};

pub(super) static BLUEPRINT: Kind = Kind {
    under: Some(&DOMAIN),
    facets: &[
        Facet::property("DomainIdentifier", "domainId", Shape::Text),
        Facet::property("EnvironmentBlueprintIdentifier", "environmentBlueprintId", Shape::Text),
        Facet::property("EnabledRegions", "enabledRegions", Shape::List(&Shape::Text)).or_empty(),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("datazone" "GetEnvironmentBlueprintConfiguration", Body::Json(&["environmentBlueprintId"]))
            .route(
                "GET",
                "/v2/domains/{domainIdentifier}/environment-blueprint-configurations/{environmentBlueprintIdentifier}",
            )
            .sending(&[
                ("domainIdentifier", Sent::Of("domainId")),
                ("environmentBlueprintIdentifier", Sent::Of("environmentBlueprintId")),
            ]),
        facets: &[
            Facet::property("ManageAccessRoleArn", "manageAccessRoleArn", Shape::Text).or_empty(),
            Facet::property("ProvisioningRoleArn", "provisioningRoleArn", Shape::Text).or_empty(),
            Facet::property("EnvironmentRolePermissionBoundary", "environmentRolePermissionBoundary", Shape::Text)
                .or_empty(),
            Facet::observed("RegionalParameters", "regionalParameters", Shape::Map(&Shape::Map(&Shape::Text)))
                .or_empty(),
            Facet::property(
                "ProvisioningConfigurations",
                "provisioningConfigurations",
                Shape::List(&Shape::Record(&[(
                    "LakeFormationConfiguration",
                    "lakeFormationConfiguration",
                    Shape::Record(&[
                        ("LocationRegistrationRole", "locationRegistrationRole", Shape::Text),
                        (
                            "LocationRegistrationExcludeS3Locations",
                            "locationRegistrationExcludeS3Locations",
                            Shape::List(&Shape::Text),
                        ),
                    ]),
                )])),
            )
            .or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::DataZone::EnvironmentBlueprintConfiguration",
        &DATAZONE,
        ask!("datazone" "ListEnvironmentBlueprintConfigurations", Body::Json(&["items"]))
            .route("GET", "/v2/domains/{domainIdentifier}/environment-blueprint-configurations")
            .sending(&[("domainIdentifier", Sent::Of("^id"))])
            .list("items")
            .paged("nextToken", "nextToken"),
        "domainId|environmentBlueprintId",
    )
};

/// A group of Identity Center that a domain lets in.
pub(super) static GROUP_PROFILE: Kind = Kind {
    under: Some(&DOMAIN),
    facets: &[
        Facet::observed("Id", "id", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("GroupName", "groupName", Shape::Text),
        Facet::observed("RolePrincipalArn", "rolePrincipalArn", Shape::Text).or_empty(),
    ],
    ..Kind::new(
        "AWS::DataZone::GroupProfile",
        &DATAZONE,
        ask!("datazone" "SearchGroupProfiles", Body::Json(&["items"]))
            .route("POST", "/v2/domains/{domainIdentifier}/search-group-profiles")
            .sending(&[("domainIdentifier", Sent::Of("^id")), ("groupType", Sent::Text("DATAZONE_SSO_GROUP"))])
            .list("items")
            .paged("nextToken", "nextToken"),
        "^id|id",
    )
};

pub(super) static PROJECT: Kind = Kind {
    under: Some(&DOMAIN),
    facets: &[
        Facet::property("DomainIdentifier", "domainId", Shape::Text),
        Facet::observed("Id", "id", Shape::Text),
        Facet::property("Name", "name", Shape::Text),
        Facet::observed("ProjectStatus", "projectStatus", Shape::Text),
        Facet::property("DomainUnitId", "domainUnitId", Shape::Text),
        Facet::observed("CreatedBy", "createdBy", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
    ],
    details: &[
        Detail {
            ask: ask!("datazone" "ListProjectMemberships", Body::Json(&["members"]))
                .route("GET", "/v2/domains/{domainIdentifier}/projects/{projectIdentifier}/memberships")
                .sending(&[("domainIdentifier", Sent::Of("domainId")), ("projectIdentifier", Sent::Of("id"))])
                .list("members")
                .paged("nextToken", "nextToken"),
            facets: &[Facet::observed(
                "Members",
                "",
                Shape::List(&Shape::Record(&[
                    ("UserId", "memberDetails.user.userId", Shape::Text),
                    ("GroupId", "memberDetails.group.groupId", Shape::Text),
                    ("Designation", "designation", Shape::Text),
                ])),
            )],
        },
        Detail {
            // Those of the unit of the domain in which the project lies.
            ask: ask!("datazone" "ListEntityOwners", Body::Json(&["owners"]))
                .route("GET", "/v2/domains/{domainIdentifier}/entities/{entityType}/{entityIdentifier}/owners")
                .sending(&[
                    ("domainIdentifier", Sent::Of("domainId")),
                    ("entityType", Sent::Text("DOMAIN_UNIT")),
                    ("entityIdentifier", Sent::Of("domainUnitId")),
                ])
                .list("owners")
                .paged("nextToken", "nextToken"),
            facets: &[Facet::observed(
                "DomainUnitOwners",
                "",
                Shape::List(&Shape::Record(&[
                    ("UserId", "user.userId", Shape::Text),
                    ("GroupId", "group.groupId", Shape::Text),
                ])),
            )],
        },
    ],
    ..Kind::new(
        "AWS::DataZone::Project",
        &DATAZONE,
        ask!("datazone" "ListProjects", Body::Json(&["items"]))
            .route("GET", "/v2/domains/{domainIdentifier}/projects")
            .sending(&[("domainIdentifier", Sent::Of("^id"))])
            .list("items")
            .paged("nextToken", "nextToken"),
        "domainId|id",
    )
};

/// A subscription that was approved. The name is ours.
pub(super) static SUBSCRIPTION: Kind = Kind {
    under: Some(&DOMAIN),
    facets: &[
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("CreatedBy", "createdBy", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
        Facet::observed("SubscribedPrincipal", "subscribedPrincipal", PRINCIPAL),
        Facet::observed("SubscribedListing", "subscribedListing", LISTING),
        Facet::observed("SubscriptionRequestId", "subscriptionRequestId", Shape::Text).or_empty(),
    ],
    details: &[Detail {
        ask: ask!("datazone" "GetSubscriptionRequestDetails", Body::Json(&["id"]))
            .route("GET", "/v2/domains/{domainIdentifier}/subscription-requests/{identifier}")
            .sending(&[("domainIdentifier", Sent::Of("domainId")), ("identifier", Sent::Of("subscriptionRequestId"))])
            .secret(),
        facets: &[
            Facet::observed("RequestStatus", "status", Shape::Text),
            Facet::observed("RequestedBy", "createdBy", Shape::Text),
            // What nobody reviewed has no reviewer.
            Facet::observed("ReviewerId", "reviewerId", Shape::Text).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::DataZone::Subscription",
        &DATAZONE,
        // Without a status the approved ones; the answer may hold names of people.
        ask!("datazone" "ListSubscriptions", Body::Json(&["items"]))
            .route("GET", "/v2/domains/{domainIdentifier}/subscriptions")
            .sending(&[("domainIdentifier", Sent::Of("^id"))])
            .list("items")
            .paged("nextToken", "nextToken")
            .secret(),
        "domainId|id",
    )
};

/// A request that waits for an answer. The name is ours.
pub(super) static SUBSCRIPTION_REQUEST: Kind = Kind {
    under: Some(&DOMAIN),
    facets: &[
        Facet::observed("Status", "status", Shape::Text),
        Facet::observed("CreatedBy", "createdBy", Shape::Text),
        Facet::observed("CreatedAt", "createdAt", Shape::Time),
        Facet::observed("SubscribedPrincipals", "subscribedPrincipals", Shape::List(&PRINCIPAL)),
        Facet::observed("SubscribedListings", "subscribedListings", Shape::List(&LISTING)),
    ],
    ..Kind::new(
        "AWS::DataZone::SubscriptionRequest",
        &DATAZONE,
        ask!("datazone" "ListSubscriptionRequests", Body::Json(&["items"]))
            .route("GET", "/v2/domains/{domainIdentifier}/subscription-requests")
            .sending(&[("domainIdentifier", Sent::Of("^id")), ("status", Sent::Text("PENDING"))])
            .list("items")
            .paged("nextToken", "nextToken")
            .secret(),
        "domainId|id",
    )
};

pub(super) static USER_PROFILE: Kind = Kind {
    under: Some(&DOMAIN),
    facets: &[
        Facet::observed("Id", "id", Shape::Text),
        Facet::observed("Type", "type", Shape::Text),
        Facet::observed("Status", "status", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("datazone" "GetUserProfile", Body::Json(&["id"]))
            .route("GET", "/v2/domains/{domainIdentifier}/user-profiles/{userIdentifier}")
            .sending(&[("domainIdentifier", Sent::Of("^id")), ("userIdentifier", Sent::Of("id"))])
            .secret(),
        facets: &[
            // Each has one of the two.
            Facet::observed("IamArn", "details.iam.arn", Shape::Text).or_empty(),
            Facet::observed("UserName", "details.sso.username", Shape::Text).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::DataZone::UserProfile",
        &DATAZONE,
        ask!("datazone" "SearchUserProfiles", Body::Json(&["items"]))
            .route("POST", "/v2/domains/{domainIdentifier}/search-user-profiles")
            .sending(&[("domainIdentifier", Sent::Of("^id")), ("userType", Sent::Text("DATAZONE_USER"))])
            .list("items")
            .paged("nextToken", "nextToken")
            .secret(),
        "^id|id",
    )
};
