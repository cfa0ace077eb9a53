//! The operations that live collection asks through the SDK's typed clients: one row an operation.
//!
//! May import: nothing of this crate. Guarantees: plain data, without the feature `live` too. No row reads the content of an object, a secret or a parameter.

/// Where an operation is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Once for the account.
    Global,
    /// In each Region of the audit (operations on one bucket: in the bucket's Region).
    Region,
    /// The same, and of nothing that the declaration does not name.
    Declared,
}

impl Scope {
    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Region => "region",
            Self::Declared => "declared",
        }
    }
}

/// What the body of a success has to be. An SDK reads many wrong bodies as "nothing is configured", so it is checked
/// again on the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// XML with this root.
    Xml(&'static str),
    /// The same, where nothing in it means a list that is empty: the service may leave out what it has none of.
    XmlOrEmpty(&'static str),
    /// Query protocol: root `<OperationResponse>`, and in it `<OperationResult>`.
    Query,
    /// A JSON object that has these members.
    Json(&'static [&'static str]),
    /// A JSON object that has these members, or none at all: the service leaves out a list that is empty.
    JsonOrEmpty(&'static [&'static str]),
    /// A JSON object that has one of these members at least, or none at all.
    JsonAnyOf(&'static [&'static str]),
    /// A JSON object whose members the service chooses (a bucket policy).
    Document,
    /// Items of a `DynamoDB` table: a JSON object that has `Items`, whose values name their own types.
    Items,
}

/// One operation.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    /// The service's IAM prefix.
    pub service: &'static str,
    /// AWS's name.
    pub operation: &'static str,
    /// What IAM calls it: often not the operation's name.
    pub iam_actions: &'static [&'static str],
    pub scope: Scope,
    /// Resource types whose complete listing needs this operation; empty where it describes what another one listed.
    pub types: &'static [&'static str],
    /// Type and facet that it answers.
    pub facets: &'static [(&'static str, &'static str)],
    /// Error codes that mean "not configured".
    pub absent_codes: &'static [&'static str],
    /// Error codes that mean beyond doubt that the service is off there.
    pub not_enabled_codes: &'static [&'static str],
    pub body: Body,
    /// The body may carry a secret: neither it nor its hash is kept.
    pub secret_body: bool,
}

impl Operation {
    /// `service:Operation`, as reasons name a call.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }
}

const ACCOUNT: &str = "AWS::Account";
const USER: &str = "AWS::IAM::User";
const ROLE: &str = "AWS::IAM::Role";
const GROUP: &str = "AWS::IAM::Group";
const MANAGED_POLICY: &str = "AWS::IAM::ManagedPolicy";
const SAML: &str = "AWS::IAM::SAMLProvider";
const OIDC: &str = "AWS::IAM::OIDCProvider";
const BUCKET: &str = "AWS::S3::Bucket";
const ACCESS_POINT: &str = "AWS::S3::AccessPoint";
const TRAIL: &str = "AWS::CloudTrail::Trail";
const RECORDER: &str = "AWS::Config::ConfigurationRecorder";
const CHANNEL: &str = "AWS::Config::DeliveryChannel";
const RULE: &str = "AWS::Config::ConfigRule";
const AGGREGATOR: &str = "AWS::Config::ConfigurationAggregator";
const ORGANIZATION: &str = "AWS::Organizations::Organization";
const UNIT: &str = "AWS::Organizations::OrganizationalUnit";
const MEMBER: &str = "AWS::Organizations::Account";
const ORG_POLICY: &str = "AWS::Organizations::Policy";

/// Every type that collection lists in each Region.
pub const REGIONAL_TYPES: &[&str] = &[ACCESS_POINT, TRAIL, RECORDER, CHANNEL, RULE, AGGREGATOR];

/// Facets of an account of an organisation, and the type of the policy that each shows as it takes effect.
pub const EFFECTIVE_POLICIES: [(&str, &str); 3] = [
    ("EffectiveAiServicesOptOutPolicy", "AISERVICES_OPT_OUT_POLICY"),
    ("EffectiveBackupPolicy", "BACKUP_POLICY"),
    ("EffectiveTagPolicy", "TAG_POLICY"),
];

/// Writes each row once as a named constant and once in `OPERATIONS`.
macro_rules! operations {
    ($($name:ident: $service:literal $operation:literal, $actions:expr, $scope:ident, $body:expr
       $(, types $types:expr)? $(, facets $facets:expr)? $(, absent $absent:expr)? $(, secret $secret:literal)?;)*) => {
        $(
            #[doc = concat!($service, ":", $operation, ".")]
            pub static $name: Operation = {
                #[allow(unused_mut, unused_assignments, reason = "rows leave most members at their default")]
                const fn row() -> Operation {
                    let mut row = Operation {
                        service: $service,
                        operation: $operation,
                        iam_actions: $actions,
                        scope: Scope::$scope,
                        types: &[],
                        facets: &[],
                        absent_codes: &[],
                        not_enabled_codes: &[],
                        body: $body,
                        secret_body: false,
                    };
                    $(row.types = $types;)?
                    $(row.facets = $facets;)?
                    $(row.absent_codes = $absent;)?
                    $(row.secret_body = $secret;)?
                    row
                }
                row()
            };
        )*

        /// Every operation that live collection may call.
        pub static OPERATIONS: &[&Operation] = &[$(&$name),*];
    };
}

/// Asked only where another account is read: what it may assume is one role, so it is no part of the policy for all.
pub static STS_ASSUME_ROLE: Operation = Operation {
    service: "sts",
    operation: "AssumeRole",
    iam_actions: &["sts:AssumeRole"],
    scope: Scope::Global,
    types: &[],
    facets: &[],
    absent_codes: &[],
    not_enabled_codes: &[],
    body: Body::Query,
    secret_body: true,
};

operations! {
    STS_GET_CALLER_IDENTITY: "sts" "GetCallerIdentity", &["sts:GetCallerIdentity"], Global, Body::Query, secret true;

    IAM_GET_ACCOUNT_AUTHORIZATION_DETAILS: "iam" "GetAccountAuthorizationDetails",
        &["iam:GetAccountAuthorizationDetails"], Global, Body::Query, types &[USER, ROLE, GROUP, MANAGED_POLICY];
    IAM_LIST_ROLES: "iam" "ListRoles", &["iam:ListRoles"], Global, Body::Query,
        facets &[(ROLE, "MaxSessionDuration")];
    IAM_GENERATE_CREDENTIAL_REPORT: "iam" "GenerateCredentialReport", &["iam:GenerateCredentialReport"], Global,
        Body::Query, facets &[(ACCOUNT, "RootCredentials"), (USER, "Credentials")];
    IAM_GET_CREDENTIAL_REPORT: "iam" "GetCredentialReport", &["iam:GetCredentialReport"], Global, Body::Query,
        facets &[(ACCOUNT, "RootCredentials"), (USER, "Credentials")];
    IAM_GET_ACCOUNT_SUMMARY: "iam" "GetAccountSummary", &["iam:GetAccountSummary"], Global, Body::Query,
        facets &[(ACCOUNT, "AccountSummary")];
    IAM_GET_ACCOUNT_PASSWORD_POLICY: "iam" "GetAccountPasswordPolicy", &["iam:GetAccountPasswordPolicy"], Global,
        Body::Query, facets &[(ACCOUNT, "PasswordPolicy")], absent &["NoSuchEntity", "NoSuchEntityException"];
    IAM_LIST_VIRTUAL_MFA_DEVICES: "iam" "ListVirtualMFADevices", &["iam:ListVirtualMFADevices"], Global, Body::Query,
        facets &[(ACCOUNT, "VirtualMFADevices")], secret true;
    IAM_LIST_SAML_PROVIDERS: "iam" "ListSAMLProviders", &["iam:ListSAMLProviders"], Global, Body::Query,
        types &[SAML];
    IAM_LIST_OPEN_ID_CONNECT_PROVIDERS: "iam" "ListOpenIDConnectProviders", &["iam:ListOpenIDConnectProviders"],
        Global, Body::Query, types &[OIDC];
    IAM_GET_OPEN_ID_CONNECT_PROVIDER: "iam" "GetOpenIDConnectProvider", &["iam:GetOpenIDConnectProvider"], Global,
        Body::Query, facets &[(OIDC, "Url"), (OIDC, "ClientIdList"), (OIDC, "CreateDate"), (OIDC, "tags")];

    IAM_LIST_ORGANIZATIONS_FEATURES: "iam" "ListOrganizationsFeatures", &["iam:ListOrganizationsFeatures"], Global,
        Body::Query, facets &[(ORGANIZATION, "OrganizationsFeatures")],
        absent &["ServiceAccessNotEnabledException", "OrganizationNotInAllFeaturesModeException"];

    S3_LIST_BUCKETS: "s3" "ListBuckets", &["s3:ListAllMyBuckets"], Global, Body::Xml("ListAllMyBucketsResult"),
        types &[BUCKET];
    S3_GET_BUCKET_LOCATION: "s3" "GetBucketLocation", &["s3:GetBucketLocation"], Region,
        Body::Xml("LocationConstraint"), facets &[(BUCKET, "region")];
    S3_GET_PUBLIC_ACCESS_BLOCK: "s3" "GetPublicAccessBlock", &["s3:GetBucketPublicAccessBlock"], Region,
        Body::Xml("PublicAccessBlockConfiguration"), facets &[(BUCKET, "PublicAccessBlockConfiguration")],
        absent &["NoSuchPublicAccessBlockConfiguration"];
    S3_GET_BUCKET_ENCRYPTION: "s3" "GetBucketEncryption", &["s3:GetEncryptionConfiguration"], Region,
        Body::Xml("ServerSideEncryptionConfiguration"), facets &[(BUCKET, "BucketEncryption")],
        absent &["ServerSideEncryptionConfigurationNotFoundError"];
    S3_GET_BUCKET_POLICY: "s3" "GetBucketPolicy", &["s3:GetBucketPolicy"], Region, Body::Document,
        facets &[(BUCKET, "BucketPolicy")], absent &["NoSuchBucketPolicy"];
    S3_GET_BUCKET_POLICY_STATUS: "s3" "GetBucketPolicyStatus", &["s3:GetBucketPolicyStatus"], Region,
        Body::Xml("PolicyStatus"), facets &[(BUCKET, "PolicyStatus")], absent &["NoSuchBucketPolicy"];
    S3_GET_BUCKET_VERSIONING: "s3" "GetBucketVersioning", &["s3:GetBucketVersioning"], Region,
        Body::Xml("VersioningConfiguration"), facets &[(BUCKET, "VersioningConfiguration")];
    S3_GET_BUCKET_OWNERSHIP_CONTROLS: "s3" "GetBucketOwnershipControls", &["s3:GetBucketOwnershipControls"], Region,
        Body::Xml("OwnershipControls"), facets &[(BUCKET, "OwnershipControls")],
        absent &["OwnershipControlsNotFoundError"];
    S3_GET_BUCKET_LOGGING: "s3" "GetBucketLogging", &["s3:GetBucketLogging"], Region,
        Body::Xml("BucketLoggingStatus"), facets &[(BUCKET, "LoggingConfiguration")];
    S3_GET_BUCKET_LIFECYCLE_CONFIGURATION: "s3" "GetBucketLifecycleConfiguration", &["s3:GetLifecycleConfiguration"],
        Region, Body::Xml("LifecycleConfiguration"), facets &[(BUCKET, "LifecycleConfiguration")],
        absent &["NoSuchLifecycleConfiguration"];
    S3_GET_BUCKET_REPLICATION: "s3" "GetBucketReplication", &["s3:GetReplicationConfiguration"], Region,
        Body::Xml("ReplicationConfiguration"), facets &[(BUCKET, "ReplicationConfiguration")],
        absent &["ReplicationConfigurationNotFoundError"];
    S3_GET_OBJECT_LOCK_CONFIGURATION: "s3" "GetObjectLockConfiguration", &["s3:GetBucketObjectLockConfiguration"],
        Region, Body::Xml("ObjectLockConfiguration"), facets &[(BUCKET, "ObjectLockConfiguration")],
        absent &["ObjectLockConfigurationNotFoundError"];
    S3_GET_BUCKET_NOTIFICATION_CONFIGURATION: "s3" "GetBucketNotificationConfiguration",
        &["s3:GetBucketNotification"], Region, Body::Xml("NotificationConfiguration"),
        facets &[(BUCKET, "NotificationConfiguration")];
    S3_LIST_BUCKET_INVENTORY_CONFIGURATIONS: "s3" "ListBucketInventoryConfigurations",
        &["s3:GetInventoryConfiguration"], Region, Body::Xml("ListInventoryConfigurationsResult"),
        facets &[(BUCKET, "InventoryConfigurations")];
    S3_LIST_BUCKET_ANALYTICS_CONFIGURATIONS: "s3" "ListBucketAnalyticsConfigurations",
        &["s3:GetAnalyticsConfiguration"], Region, Body::Xml("ListBucketAnalyticsConfigurationResult"),
        facets &[(BUCKET, "AnalyticsConfigurations")];
    S3_GET_BUCKET_ACL: "s3" "GetBucketAcl", &["s3:GetBucketAcl"], Region, Body::Xml("AccessControlPolicy"),
        facets &[(BUCKET, "Acl")];
    S3_GET_BUCKET_TAGGING: "s3" "GetBucketTagging", &["s3:GetBucketTagging"], Region, Body::Xml("Tagging"),
        facets &[(BUCKET, "tags")], absent &["NoSuchTagSet"];
    S3_GET_BUCKET_METADATA_CONFIGURATION: "s3" "GetBucketMetadataConfiguration",
        &["s3:GetBucketMetadataTableConfiguration"], Region, Body::Xml("GetBucketMetadataConfigurationResult"),
        facets &[(BUCKET, "MetadataConfiguration")], absent &["MetadataConfigurationNotFound"];
    S3CONTROL_GET_PUBLIC_ACCESS_BLOCK: "s3" "GetPublicAccessBlock", &["s3:GetAccountPublicAccessBlock"], Global,
        Body::Xml("PublicAccessBlockConfiguration"), facets &[(ACCOUNT, "PublicAccessBlockConfiguration")],
        absent &["NoSuchPublicAccessBlockConfiguration"];
    S3CONTROL_LIST_ACCESS_POINTS: "s3" "ListAccessPoints", &["s3:ListAccessPoints"], Region,
        Body::Xml("ListAccessPointsResult"), types &[ACCESS_POINT];
    S3CONTROL_GET_ACCESS_POINT: "s3" "GetAccessPoint", &["s3:GetAccessPoint"], Region,
        Body::Xml("GetAccessPointResult"),
        facets &[(ACCESS_POINT, "PublicAccessBlockConfiguration"), (ACCESS_POINT, "CreationDate")];
    S3CONTROL_GET_ACCESS_POINT_POLICY: "s3" "GetAccessPointPolicy", &["s3:GetAccessPointPolicy"], Region,
        Body::Xml("GetAccessPointPolicyResult"), facets &[(ACCESS_POINT, "Policy")],
        absent &["NoSuchAccessPointPolicy"];

    CLOUDTRAIL_DESCRIBE_TRAILS: "cloudtrail" "DescribeTrails", &["cloudtrail:DescribeTrails"], Region,
        Body::Json(&["trailList"]), types &[TRAIL];
    CLOUDTRAIL_GET_TRAIL_STATUS: "cloudtrail" "GetTrailStatus", &["cloudtrail:GetTrailStatus"], Region,
        Body::Json(&["IsLogging"]), facets &[(TRAIL, "Status")];
    CLOUDTRAIL_GET_EVENT_SELECTORS: "cloudtrail" "GetEventSelectors", &["cloudtrail:GetEventSelectors"], Region,
        Body::Json(&["TrailARN"]), facets &[(TRAIL, "EventSelectors"), (TRAIL, "AdvancedEventSelectors")];

    CONFIG_DESCRIBE_CONFIGURATION_RECORDERS: "config" "DescribeConfigurationRecorders",
        &["config:DescribeConfigurationRecorders"], Region, Body::Json(&["ConfigurationRecorders"]),
        types &[RECORDER];
    CONFIG_DESCRIBE_CONFIGURATION_RECORDER_STATUS: "config" "DescribeConfigurationRecorderStatus",
        &["config:DescribeConfigurationRecorderStatus"], Region, Body::Json(&["ConfigurationRecordersStatus"]),
        facets &[(RECORDER, "Status")];
    CONFIG_DESCRIBE_DELIVERY_CHANNELS: "config" "DescribeDeliveryChannels", &["config:DescribeDeliveryChannels"],
        Region, Body::Json(&["DeliveryChannels"]), types &[CHANNEL];
    CONFIG_DESCRIBE_CONFIG_RULES: "config" "DescribeConfigRules", &["config:DescribeConfigRules"], Region,
        Body::Json(&["ConfigRules"]), types &[RULE];
    CONFIG_DESCRIBE_CONFIGURATION_AGGREGATORS: "config" "DescribeConfigurationAggregators",
        &["config:DescribeConfigurationAggregators"], Region, Body::Json(&["ConfigurationAggregators"]),
        types &[AGGREGATOR];
    CONFIG_DESCRIBE_CONFIGURATION_AGGREGATOR_SOURCES_STATUS: "config" "DescribeConfigurationAggregatorSourcesStatus",
        &["config:DescribeConfigurationAggregatorSourcesStatus"], Region,
        Body::Json(&["AggregatedSourceStatusList"]), facets &[(AGGREGATOR, "SourcesStatus")];
    // It answers rows of the inventory and no facet: what AWS Config knows of a resource is never taken for its state.
    CONFIG_SELECT_AGGREGATE_RESOURCE_CONFIG: "config" "SelectAggregateResourceConfig",
        &["config:SelectAggregateResourceConfig"], Region, Body::Json(&["Results"]);

    ORGANIZATIONS_DESCRIBE_ORGANIZATION: "organizations" "DescribeOrganization",
        &["organizations:DescribeOrganization"], Global, Body::Json(&["Organization"]), types &[ORGANIZATION],
        absent &["AWSOrganizationsNotInUseException"];
    ORGANIZATIONS_LIST_ROOTS: "organizations" "ListRoots", &["organizations:ListRoots"], Global,
        Body::Json(&["Roots"]), types &[UNIT, MEMBER];
    ORGANIZATIONS_LIST_ORGANIZATIONAL_UNITS_FOR_PARENT: "organizations" "ListOrganizationalUnitsForParent",
        &["organizations:ListOrganizationalUnitsForParent"], Global, Body::Json(&["OrganizationalUnits"]),
        types &[UNIT, MEMBER];
    ORGANIZATIONS_LIST_ACCOUNTS_FOR_PARENT: "organizations" "ListAccountsForParent",
        &["organizations:ListAccountsForParent"], Global, Body::Json(&["Accounts"]), types &[MEMBER];
    ORGANIZATIONS_DESCRIBE_EFFECTIVE_POLICY: "organizations" "DescribeEffectivePolicy",
        &["organizations:DescribeEffectivePolicy"], Global, Body::Json(&["EffectivePolicy"]),
        facets &[
            (MEMBER, "EffectiveAiServicesOptOutPolicy"),
            (MEMBER, "EffectiveBackupPolicy"),
            (MEMBER, "EffectiveTagPolicy"),
        ],
        absent &["EffectivePolicyNotFoundException"];
    ORGANIZATIONS_LIST_POLICIES: "organizations" "ListPolicies", &["organizations:ListPolicies"], Global,
        Body::Json(&["Policies"]), types &[ORG_POLICY];
    ORGANIZATIONS_DESCRIBE_POLICY: "organizations" "DescribePolicy", &["organizations:DescribePolicy"], Global,
        Body::Json(&["Policy"]), facets &[(ORG_POLICY, "Content")];
    ORGANIZATIONS_LIST_TARGETS_FOR_POLICY: "organizations" "ListTargetsForPolicy",
        &["organizations:ListTargetsForPolicy"], Global, Body::Json(&["Targets"]),
        facets &[(ORG_POLICY, "TargetIds")];
}

#[cfg(test)]
mod tests {
    use super::OPERATIONS;
    use std::collections::BTreeSet;

    #[test]
    fn every_operation_answers_something_and_stands_once() {
        let mut seen = BTreeSet::new();
        for operation in OPERATIONS {
            assert!(seen.insert((operation.name(), operation.iam_actions)), "{} stands twice", operation.name());
            assert!(
                !operation.types.is_empty()
                    || !operation.facets.is_empty()
                    || operation.service == "sts"
                    || operation.operation == "SelectAggregateResourceConfig",
                "{}",
                operation.name()
            );
            assert!(!operation.iam_actions.is_empty(), "{}", operation.name());
        }
    }
}
