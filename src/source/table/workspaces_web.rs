//! `WorkSpaces` Secure Browser: portals and the settings that stand behind them.
//!
//! May import: `source::table`. Guarantees: plain data; no sign-in detail of an identity provider is asked. Facts
//! about calls: <https://docs.aws.amazon.com/workspaces-web/latest/APIReference/>.

use super::super::operations::Body;
use super::{Arn, Ask, Detail, Facet, Kind, Protocol, Sent, Service, Shape, Tags, ask};

static WORKSPACES_WEB: Service = Service::new("workspaces-web", Protocol::Rest);

static TAGS: Ask = ask!("workspaces-web" "ListTagsForResource", Body::Json(&["tags"]))
    .route("GET", "/tags/{resourceArn+}")
    .sending(&[("resourceArn", Sent::Of("portalArn"))])
    .list("tags");

pub(super) static DATA_PROTECTION: Kind = Kind {
    arn: Arn::Member("dataProtectionSettingsArn"),
    facets: &[
        Facet::property("DisplayName", "displayName", Shape::Text).or_empty(),
        Facet::property("CreationDate", "creationDate", Shape::Time),
    ],
    ..Kind::new(
        "AWS::WorkSpacesWeb::DataProtectionSettings",
        &WORKSPACES_WEB,
        ask!("workspaces-web" "ListDataProtectionSettings", Body::Json(&["dataProtectionSettings"]))
            .route("GET", "/dataProtectionSettings")
            .list("dataProtectionSettings")
            .paged("nextToken", "nextToken"),
        "dataProtectionSettingsArn",
    )
};

pub(super) static IP_ACCESS: Kind = Kind {
    arn: Arn::Member("ipAccessSettingsArn"),
    facets: &[
        Facet::property("DisplayName", "displayName", Shape::Text).or_empty(),
        Facet::property("CreationDate", "creationDate", Shape::Time),
    ],
    details: &[Detail {
        ask: ask!("workspaces-web" "GetIpAccessSettings", Body::Json(&["ipAccessSettings"]))
            .route("GET", "/ipAccessSettings/{ipAccessSettingsArn+}")
            .sending(&[("ipAccessSettingsArn", Sent::Of("ipAccessSettingsArn"))]),
        facets: &[
            Facet::property(
                "IpRules",
                "ipAccessSettings.ipRules",
                Shape::List(&Shape::Record(&[("IpRange", "ipRange", Shape::Text)])),
            ),
            Facet::property("AssociatedPortalArns", "ipAccessSettings.associatedPortalArns", Shape::List(&Shape::Text))
                .or_empty(),
            Facet::property("CustomerManagedKey", "ipAccessSettings.customerManagedKey", Shape::Text).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::WorkSpacesWeb::IpAccessSettings",
        &WORKSPACES_WEB,
        ask!("workspaces-web" "ListIpAccessSettings", Body::Json(&["ipAccessSettings"]))
            .route("GET", "/ipAccessSettings")
            .list("ipAccessSettings")
            .paged("nextToken", "nextToken"),
        "ipAccessSettingsArn",
    )
};

pub(super) static NETWORK: Kind = Kind {
    arn: Arn::Member("networkSettingsArn"),
    facets: &[Facet::property("VpcId", "vpcId", Shape::Text)],
    details: &[Detail {
        ask: ask!("workspaces-web" "GetNetworkSettings", Body::Json(&["networkSettings"]))
            .route("GET", "/networkSettings/{networkSettingsArn+}")
            .sending(&[("networkSettingsArn", Sent::Of("networkSettingsArn"))]),
        facets: &[
            Facet::property("SubnetIds", "networkSettings.subnetIds", Shape::List(&Shape::Text)),
            Facet::property("SecurityGroupIds", "networkSettings.securityGroupIds", Shape::List(&Shape::Text)),
            Facet::property("AssociatedPortalArns", "networkSettings.associatedPortalArns", Shape::List(&Shape::Text))
                .or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::WorkSpacesWeb::NetworkSettings",
        &WORKSPACES_WEB,
        ask!("workspaces-web" "ListNetworkSettings", Body::Json(&["networkSettings"]))
            .route("GET", "/networkSettings")
            .list("networkSettings")
            .paged("nextToken", "nextToken"),
        "networkSettingsArn",
    )
};

pub(super) static PORTAL: Kind = Kind {
    arn: Arn::Member("portalArn"),
    tags: Tags::Asked(&TAGS, "Key", "Value"),
    facets: &[
        Facet::property("DisplayName", "displayName", Shape::Text).or_empty(),
        Facet::property("AuthenticationType", "authenticationType", Shape::Text),
        Facet::property("PortalStatus", "portalStatus", Shape::Text),
        Facet::property("CreationDate", "creationDate", Shape::Time),
        // Settings that are not associated are left out.
        Facet::property("BrowserSettingsArn", "browserSettingsArn", Shape::Text).or_empty(),
        Facet::property("DataProtectionSettingsArn", "dataProtectionSettingsArn", Shape::Text).or_empty(),
        Facet::property("IpAccessSettingsArn", "ipAccessSettingsArn", Shape::Text).or_empty(),
        Facet::property("NetworkSettingsArn", "networkSettingsArn", Shape::Text).or_empty(),
        Facet::property("TrustStoreArn", "trustStoreArn", Shape::Text).or_empty(),
        Facet::property("UserAccessLoggingSettingsArn", "userAccessLoggingSettingsArn", Shape::Text).or_empty(),
        Facet::property("UserSettingsArn", "userSettingsArn", Shape::Text).or_empty(),
        Facet::property("SessionLoggerArn", "sessionLoggerArn", Shape::Text).or_empty(),
    ],
    details: &[Detail {
        ask: ask!("workspaces-web" "GetPortal", Body::Json(&["portal"]))
            .route("GET", "/portals/{portalArn+}")
            .sending(&[("portalArn", Sent::Of("portalArn"))]),
        facets: &[
            Facet::property("CustomerManagedKey", "portal.customerManagedKey", Shape::Text).or_empty(),
            Facet::property("PortalEndpoint", "portal.portalEndpoint", Shape::Text),
        ],
    }],
    ..Kind::new(
        "AWS::WorkSpacesWeb::Portal",
        &WORKSPACES_WEB,
        ask!("workspaces-web" "ListPortals", Body::Json(&["portals"]))
            .route("GET", "/portals")
            .list("portals")
            .paged("nextToken", "nextToken"),
        "portalArn",
    )
};

pub(super) static USER_SETTINGS: Kind = Kind {
    arn: Arn::Member("userSettingsArn"),
    facets: &[
        Facet::property("CopyAllowed", "copyAllowed", Shape::Text),
        Facet::property("PasteAllowed", "pasteAllowed", Shape::Text),
        Facet::property("DownloadAllowed", "downloadAllowed", Shape::Text),
        Facet::property("UploadAllowed", "uploadAllowed", Shape::Text),
        Facet::property("PrintAllowed", "printAllowed", Shape::Text),
        Facet::property("DeepLinkAllowed", "deepLinkAllowed", Shape::Text),
        Facet::property("DisconnectTimeoutInMinutes", "disconnectTimeoutInMinutes", Shape::Number),
        Facet::property("IdleDisconnectTimeoutInMinutes", "idleDisconnectTimeoutInMinutes", Shape::Number),
    ],
    details: &[Detail {
        ask: ask!("workspaces-web" "GetUserSettings", Body::Json(&["userSettings"]))
            .route("GET", "/userSettings/{userSettingsArn+}")
            .sending(&[("userSettingsArn", Sent::Of("userSettingsArn"))]),
        facets: &[
            Facet::property("AssociatedPortalArns", "userSettings.associatedPortalArns", Shape::List(&Shape::Text))
                .or_empty(),
            Facet::property("CustomerManagedKey", "userSettings.customerManagedKey", Shape::Text).or_empty(),
        ],
    }],
    ..Kind::new(
        "AWS::WorkSpacesWeb::UserSettings",
        &WORKSPACES_WEB,
        ask!("workspaces-web" "ListUserSettings", Body::Json(&["userSettings"]))
            .route("GET", "/userSettings")
            .list("userSettings")
            .paged("nextToken", "nextToken"),
        "userSettingsArn",
    )
};
