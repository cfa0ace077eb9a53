//! Cognito: user pools with their clients and groups, and identity pools with the roles that they give.
//!
//! May import: `source::table`. Guarantees: plain data; no client secret is kept, and of a person the user name and state
//! alone. Facts about calls: <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static USER_POOLS: Service =
    Service::new("cognito-idp", Protocol::Json { version: "1.1", target: "AWSCognitoIdentityProviderService" });
static IDENTITY_POOLS: Service =
    Service::new("cognito-identity", Protocol::Json { version: "1.1", target: "AWSCognitoIdentityService" });

/// The answer holds addresses and the texts of messages.
const DESCRIBE_POOL: Ask = ask!("cognito-idp" "DescribeUserPool", Body::Json(&["UserPool"]))
    .sending(&[("UserPoolId", Sent::Of("Id"))])
    .secret();

pub(super) static USER_POOL: Kind = Kind {
    arn: Arn::Regional("cognito-idp", "userpool/"),
    tags: Tags::Object(&DESCRIBE_POOL, "UserPool.UserPoolTags"),
    facets: &[
        Facet::property("UserPoolName", "Name", Shape::Text),
        Facet::observed("CreationDate", "CreationDate", Shape::Time),
    ],
    details: &[
        Detail {
            ask: DESCRIBE_POOL,
            facets: &[
                Facet::property(
                    "AdminCreateUserConfig",
                    "UserPool.AdminCreateUserConfig",
                    Shape::Record(&[("AllowAdminCreateUserOnly", "AllowAdminCreateUserOnly", Shape::Flag)]),
                ),
                Facet::property("DeletionProtection", "UserPool.DeletionProtection", Shape::Text),
                Facet::property("MfaConfiguration", "UserPool.MfaConfiguration", Shape::Text),
                Facet::property(
                    "Policies",
                    "UserPool.Policies",
                    Shape::Record(&[
                        (
                            "PasswordPolicy",
                            "PasswordPolicy",
                            Shape::Record(&[
                                ("MinimumLength", "MinimumLength", Shape::Number),
                                ("PasswordHistorySize", "PasswordHistorySize", Shape::Number),
                                ("TemporaryPasswordValidityDays", "TemporaryPasswordValidityDays", Shape::Number),
                            ]),
                        ),
                        (
                            "SignInPolicy",
                            "SignInPolicy",
                            Shape::Record(&[(
                                "AllowedFirstAuthFactors",
                                "AllowedFirstAuthFactors",
                                Shape::List(&Shape::Text),
                            )]),
                        ),
                    ]),
                ),
                // Left out where threat protection is off.
                Facet::property(
                    "UserPoolAddOns",
                    "UserPool.UserPoolAddOns",
                    Shape::Record(&[("AdvancedSecurityMode", "AdvancedSecurityMode", Shape::Text)]),
                )
                .or_empty(),
                Facet::property("UserPoolTier", "UserPool.UserPoolTier", Shape::Text),
            ],
        },
        Detail {
            ask: ask!("cognito-idp" "ListIdentityProviders", Body::Json(&["Providers"]))
                .sending(&[("UserPoolId", Sent::Of("Id")), ("MaxResults", Sent::Number(60))])
                .list("Providers")
                .paged("NextToken", "NextToken"),
            facets: &[Facet::observed(
                "IdentityProviders",
                "",
                Shape::List(&Shape::Record(&[
                    ("ProviderName", "ProviderName", Shape::Text),
                    ("ProviderType", "ProviderType", Shape::Text),
                ])),
            )],
        },
    ],
    ..Kind::new(
        "AWS::Cognito::UserPool",
        &USER_POOLS,
        ask!("cognito-idp" "ListUserPools", Body::Json(&["UserPools"]))
            .sending(&[("MaxResults", Sent::Number(60))])
            .list("UserPools")
            .paged("NextToken", "NextToken"),
        "Id",
    )
};

pub(super) static CLIENT: Kind = Kind {
    under: Some(&USER_POOL),
    facets: &[
        Facet::property("ClientName", "ClientName", Shape::Text),
        Facet::property("UserPoolId", "UserPoolId", Shape::Text),
        Facet::observed("ClientId", "ClientId", Shape::Text),
    ],
    details: &[Detail {
        ask: ask!("cognito-idp" "DescribeUserPoolClient", Body::Json(&["UserPoolClient"]))
            .sending(&[("UserPoolId", Sent::Of("UserPoolId")), ("ClientId", Sent::Of("ClientId"))])
            .secret(),
        facets: &[
            // Left out where there are none.
            Facet::property("AllowedOAuthFlows", "UserPoolClient.AllowedOAuthFlows", Shape::List(&Shape::Text))
                .or_empty(),
            Facet::property("CallbackURLs", "UserPoolClient.CallbackURLs", Shape::List(&Shape::Text)).or_empty(),
            Facet::property("ExplicitAuthFlows", "UserPoolClient.ExplicitAuthFlows", Shape::List(&Shape::Text))
                .or_empty(),
            Facet::property("EnableTokenRevocation", "UserPoolClient.EnableTokenRevocation", Shape::Flag),
            Facet::property("PreventUserExistenceErrors", "UserPoolClient.PreventUserExistenceErrors", Shape::Text),
            Facet::property(
                "SupportedIdentityProviders",
                "UserPoolClient.SupportedIdentityProviders",
                Shape::List(&Shape::Text),
            )
            .or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::Cognito::UserPoolClient",
        &USER_POOLS,
        ask!("cognito-idp" "ListUserPoolClients", Body::Json(&["UserPoolClients"]))
            .sending(&[("UserPoolId", Sent::Of("^Id")), ("MaxResults", Sent::Number(60))])
            .list("UserPoolClients")
            .paged("NextToken", "NextToken"),
        "UserPoolId|ClientId",
    )
};

pub(super) static GROUP: Kind = Kind {
    under: Some(&USER_POOL),
    facets: &[
        Facet::property("GroupName", "GroupName", Shape::Text),
        // A group need not give a role.
        Facet::property("RoleArn", "RoleArn", Shape::Text).or_empty(),
        Facet::property("UserPoolId", "UserPoolId", Shape::Text),
        Facet::observed("CreationDate", "CreationDate", Shape::Time),
    ],
    details: &[Detail {
        // The answer holds what people gave of themselves.
        ask: ask!("cognito-idp" "ListUsersInGroup", Body::Json(&["Users"]))
            .sending(&[("UserPoolId", Sent::Of("UserPoolId")), ("GroupName", Sent::Of("GroupName"))])
            .list("Users")
            .paged("NextToken", "NextToken")
            .secret(),
        facets: &[Facet::observed(
            "Users",
            "",
            Shape::List(&Shape::Record(&[
                ("Username", "Username", Shape::Text),
                ("Enabled", "Enabled", Shape::Flag),
                ("UserStatus", "UserStatus", Shape::Text),
            ])),
        )],
    }],
    ..Kind::new(
        "AWS::Cognito::UserPoolGroup",
        &USER_POOLS,
        ask!("cognito-idp" "ListGroups", Body::Json(&["Groups"]))
            .sending(&[("UserPoolId", Sent::Of("^Id"))])
            .list("Groups")
            .paged("NextToken", "NextToken"),
        "UserPoolId|GroupName",
    )
};

const THIS_POOL: &[(&str, Sent)] = &[("IdentityPoolId", Sent::Of("IdentityPoolId"))];

const DESCRIBE_IDENTITY_POOL: Ask =
    ask!("cognito-identity" "DescribeIdentityPool", Body::Json(&["IdentityPoolId", "AllowUnauthenticatedIdentities"]))
        .sending(THIS_POOL);

pub(super) static IDENTITY_POOL: Kind = Kind {
    arn: Arn::Regional("cognito-identity", "identitypool/"),
    tags: Tags::Object(&DESCRIBE_IDENTITY_POOL, "IdentityPoolTags"),
    facets: &[Facet::property("IdentityPoolName", "IdentityPoolName", Shape::Text)],
    details: &[
        Detail {
            ask: DESCRIBE_IDENTITY_POOL,
            facets: &[
                Facet::property("AllowClassicFlow", "AllowClassicFlow", Shape::Flag),
                Facet::property("AllowUnauthenticatedIdentities", "AllowUnauthenticatedIdentities", Shape::Flag),
                // Providers of a kind that the pool does not use are left out.
                Facet::property(
                    "CognitoIdentityProviders",
                    "CognitoIdentityProviders",
                    Shape::List(&Shape::Record(&[
                        ("ClientId", "ClientId", Shape::Text),
                        ("ProviderName", "ProviderName", Shape::Text),
                        ("ServerSideTokenCheck", "ServerSideTokenCheck", Shape::Flag),
                    ])),
                )
                .or_empty(),
                Facet::property("DeveloperProviderName", "DeveloperProviderName", Shape::Text).or_empty(),
                Facet::property("OpenIdConnectProviderARNs", "OpenIdConnectProviderARNs", Shape::List(&Shape::Text))
                    .or_empty(),
                Facet::property("SamlProviderARNs", "SamlProviderARNs", Shape::List(&Shape::Text)).or_empty(),
                Facet::property("SupportedLoginProviders", "SupportedLoginProviders", Shape::Map(&Shape::Text))
                    .or_empty(),
            ],
        },
        Detail {
            ask: ask!("cognito-identity" "GetIdentityPoolRoles", Body::Json(&["IdentityPoolId"])).sending(THIS_POOL),
            facets: &[
                // By `authenticated` and `unauthenticated`; left out where no role was set.
                Facet::observed("Roles", "Roles", Shape::Map(&Shape::Text)).or_empty(),
                Facet::observed(
                    "RoleMappings",
                    "RoleMappings",
                    Shape::Map(&Shape::Record(&[
                        ("Type", "Type", Shape::Text),
                        ("AmbiguousRoleResolution", "AmbiguousRoleResolution", Shape::Text),
                        (
                            "Rules",
                            "RulesConfiguration.Rules",
                            Shape::List(&Shape::Record(&[
                                ("Claim", "Claim", Shape::Text),
                                ("MatchType", "MatchType", Shape::Text),
                                ("RoleARN", "RoleARN", Shape::Text),
                            ])),
                        ),
                    ])),
                )
                .or_empty(),
            ],
        },
    ],
    ..Kind::new(
        "AWS::Cognito::IdentityPool",
        &IDENTITY_POOLS,
        ask!("cognito-identity" "ListIdentityPools", Body::Json(&["IdentityPools"]))
            .sending(&[("MaxResults", Sent::Number(60))])
            .list("IdentityPools")
            .paged("NextToken", "NextToken"),
        "IdentityPoolId",
    )
};
