//! Resource documents of an environment that nobody has, for measurements.
//!
//! Guarantees: the same number gives the same document on every machine; policies, tags and facets have the sizes and
//! shapes of real ones; about one resource in twenty has something wrong with it, and one bucket in a hundred a read that
//! was denied.

use std::collections::BTreeMap;

use havenmark::model::document::ResourceDocument;
use serde_json::{Value, json};

/// The approved Region.
pub(crate) const REGION: &str = "eu-west-2";
/// The organisation.
const ORGANISATION: &str = "o-synthetic00";
/// How many resources share a project.
const PROJECT_SIZE: u64 = 500;

/// A number that is spread evenly and always the same: one round of `SplitMix64`.
#[must_use]
fn spread(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// True in one case of `n`, always the same ones; `salt` keeps questions apart.
fn one_in(n: u64, index: u64, salt: u64) -> bool {
    spread(index ^ spread(salt)).is_multiple_of(n)
}

/// A ledger id of the right size.
fn call_id(index: u64, operation: &str) -> String {
    let salt = operation.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    format!("{:016x}", spread(index ^ salt))
}

/// The account with this number, 12 digits.
#[must_use]
pub(crate) fn account(number: u64) -> String {
    format!("{:012}", 100_000_000_000 + number)
}

/// The resource with this number in an account: of ten, four roles, three buckets, one user, one managed policy, one
/// access point.
#[must_use]
pub(crate) fn resource(account: &str, index: u64) -> ResourceDocument {
    match index % 10 {
        0..=3 => role(account, index),
        4..=6 => bucket(account, index),
        7 => user(account, index),
        8 => managed_policy(account, index),
        _ => access_point(account, index),
    }
}

/// The account itself.
#[must_use]
pub(crate) fn the_account(account: &str) -> ResourceDocument {
    let mut document = document("AWS::Account", account, &format!("arn:aws:iam::{account}:root"), account, "global");
    document.tags = Some(BTreeMap::new());
    observed(
        &mut document,
        0,
        &[
            (
                "AccountSummary",
                "GetAccountSummary",
                json!({"AccountAccessKeysPresent": 0, "AccountMFAEnabled": 1, "AccountPasswordPresent": 0}),
            ),
            ("PasswordPolicy", "GetAccountPasswordPolicy", json!({})),
            ("PublicAccessBlockConfiguration", "GetPublicAccessBlock", blocked(true)),
            ("RootCredentials", "GenerateCredentialReport", credentials(false, false)),
            ("VirtualMFADevices", "ListVirtualMFADevices", json!([])),
        ],
    );
    document
}

fn document(kind: &str, id: &str, arn: &str, account: &str, region: &str) -> ResourceDocument {
    ResourceDocument {
        kind: kind.to_owned(),
        id: id.to_owned(),
        arn: Some(arn.to_owned()),
        account: account.to_owned(),
        region: region.to_owned(),
        ..ResourceDocument::default()
    }
}

fn properties(document: &mut ResourceDocument, index: u64, facets: &[(&str, &str, Value)]) {
    for (facet, operation, value) in facets {
        document.properties.insert((*facet).to_owned(), value.clone());
        document.calls.insert((*facet).to_owned(), call_id(index, operation));
    }
}

fn observed(document: &mut ResourceDocument, index: u64, facets: &[(&str, &str, Value)]) {
    for (facet, operation, value) in facets {
        document.observed.insert((*facet).to_owned(), value.clone());
        document.calls.insert((*facet).to_owned(), call_id(index, operation));
    }
}

fn project(index: u64) -> String {
    format!("study-{:04}", index / PROJECT_SIZE)
}

fn tags(document: &mut ResourceDocument, index: u64, role: &str) {
    let mut tags = BTreeMap::from([
        ("Environment".to_owned(), "production".to_owned()),
        ("tre:class".to_owned(), "tier3".to_owned()),
        ("tre:role".to_owned(), role.to_owned()),
    ]);
    if !one_in(20, index, 1) {
        tags.insert("tre:project".to_owned(), project(index));
    }
    document.tags = Some(tags);
    document.calls.insert("tags".to_owned(), call_id(index, "tags"));
}

fn blocked(all: bool) -> Value {
    json!({
        "BlockPublicAcls": true,
        "BlockPublicPolicy": all,
        "IgnorePublicAcls": true,
        "RestrictPublicBuckets": all,
    })
}

fn bucket_policy(name: &str, tls: bool) -> Value {
    let both = json!([format!("arn:aws:s3:::{name}"), format!("arn:aws:s3:::{name}/*")]);
    let mut statements = vec![
        json!({
            "Sid": "OnlyThisOrganisation", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": both,
            "Condition": {
                "StringNotEqualsIfExists": { "aws:PrincipalOrgID": ORGANISATION },
                "BoolIfExists": { "aws:PrincipalIsAWSService": "false" },
            },
        }),
        json!({
            "Sid": "OnlyThroughTheEndpoint", "Effect": "Deny", "Principal": "*",
            "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"], "Resource": both,
            "Condition": { "StringNotEquals": { "aws:SourceVpce": ["vpce-0123456789abcdef0", "vpce-0fedcba9876543210"] } },
        }),
    ];
    if tls {
        statements.push(json!({
            "Sid": "OnlyEncrypted", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": both,
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn bucket(account: &str, index: u64) -> ResourceDocument {
    let name = format!("tre-{account}-{index:07}");
    let region = if one_in(200, index, 2) { "eu-west-1" } else { REGION };
    let mut document = document("AWS::S3::Bucket", &name, &format!("arn:aws:s3:::{name}"), account, region);
    let role = ["store", "store", "source", "archive", "log", "review"];
    tags(&mut document, index, role.iter().cycle().nth((spread(index) % 6) as usize).copied().unwrap_or("store"));
    let key = format!("arn:aws:kms:{region}:{account}:key/{:08x}-0000-4000-8000-000000000000", index / PROJECT_SIZE);
    properties(
        &mut document,
        index,
        &[
            ("AnalyticsConfigurations", "ListBucketAnalyticsConfigurations", json!([])),
            (
                "BucketEncryption",
                "GetBucketEncryption",
                json!({ "ServerSideEncryptionConfiguration": [{
                    "BucketKeyEnabled": true,
                    "ServerSideEncryptionByDefault": { "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key },
                }] }),
            ),
            ("BucketName", "ListBuckets", json!(name)),
            ("InventoryConfigurations", "ListBucketInventoryConfigurations", json!([])),
            (
                "LifecycleConfiguration",
                "GetBucketLifecycleConfiguration",
                json!({ "Rules": [{
                    "Id": "expire", "Status": "Enabled", "ExpirationInDays": 30,
                    "NoncurrentVersionExpiration": { "NoncurrentDays": 30 },
                    "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 },
                }] }),
            ),
            (
                "LoggingConfiguration",
                "GetBucketLogging",
                json!({ "DestinationBucketName": format!("tre-{account}-logs"), "LogFilePrefix": name }),
            ),
            ("MetadataConfiguration", "GetBucketMetadataConfiguration", json!({})),
            ("NotificationConfiguration", "GetBucketNotificationConfiguration", json!({})),
            ("ObjectLockConfiguration", "GetObjectLockConfiguration", json!({})),
            (
                "OwnershipControls",
                "GetBucketOwnershipControls",
                json!({ "Rules": [{
                    "ObjectOwnership": if one_in(20, index, 3) { "BucketOwnerPreferred" } else { "BucketOwnerEnforced" },
                }] }),
            ),
            ("PublicAccessBlockConfiguration", "GetPublicAccessBlock", blocked(!one_in(50, index, 4))),
            ("ReplicationConfiguration", "GetBucketReplication", json!({})),
            (
                "VersioningConfiguration",
                "GetBucketVersioning",
                json!({ "Status": if one_in(20, index, 5) { "Suspended" } else { "Enabled" } }),
            ),
        ],
    );
    observed(
        &mut document,
        index,
        &[
            (
                "Acl",
                "GetBucketAcl",
                json!({ "Owner": { "ID": "0".repeat(64) }, "Grants": [{
                    "Grantee": { "ID": "0".repeat(64), "Type": "CanonicalUser" }, "Permission": "FULL_CONTROL",
                }] }),
            ),
            ("CreationDate", "ListBuckets", json!("2026-02-01T09:00:00Z")),
            ("PolicyStatus", "GetBucketPolicyStatus", json!({ "IsPublic": false })),
        ],
    );
    if one_in(100, index, 6) {
        document.missing.insert("BucketPolicy".to_owned(), DENIED.to_owned());
        document.calls.insert("BucketPolicy".to_owned(), call_id(index, "GetBucketPolicy"));
    } else {
        let policy = bucket_policy(&name, !one_in(20, index, 7));
        observed(&mut document, index, &[("BucketPolicy", "GetBucketPolicy", policy)]);
    }
    document
}

/// The reason of the reads that were denied.
pub(crate) const DENIED: &str = "s3:GetBucketPolicy denied: AccessDenied (403)";

fn access_point(account: &str, index: u64) -> ResourceDocument {
    let name = format!("ap-{index:07}");
    let arn = format!("arn:aws:s3:{REGION}:{account}:accesspoint/{name}");
    let mut document = document("AWS::S3::AccessPoint", &arn, &arn, account, REGION);
    tags(&mut document, index, "store");
    let internet = one_in(20, index, 8);
    let network = if internet { json!({}) } else { json!({ "VpcId": "vpc-0123456789abcdef0" }) };
    properties(
        &mut document,
        index,
        &[
            ("Bucket", "GetAccessPoint", json!(format!("tre-{account}-{:07}", index - index % 10 + 4))),
            ("BucketAccountId", "GetAccessPoint", json!(account)),
            ("Name", "GetAccessPoint", json!(name)),
            ("Policy", "GetAccessPointPolicy", json!({})),
            ("PublicAccessBlockConfiguration", "GetAccessPoint", blocked(true)),
            ("VpcConfiguration", "GetAccessPoint", network),
        ],
    );
    observed(
        &mut document,
        index,
        &[
            ("CreationDate", "GetAccessPoint", json!("2026-03-01T09:00:00Z")),
            ("NetworkOrigin", "GetAccessPoint", json!(if internet { "Internet" } else { "VPC" })),
        ],
    );
    document
}

fn statement_on_project(account: &str, index: u64) -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"],
                "Resource": [format!("arn:aws:s3:::tre-{account}-*"), format!("arn:aws:s3:::tre-{account}-*/*")],
                "Condition": { "StringEquals": { "aws:PrincipalTag/tre:project": project(index) } },
            },
            {
                "Sid": "Keys", "Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*",
                "Condition": { "StringEquals": { "kms:ViaService": format!("s3.{REGION}.amazonaws.com") } },
            },
        ],
    })
}

fn role(account: &str, index: u64) -> ResourceDocument {
    let name = format!("{}-workspace-{index:07}", project(index));
    let arn = format!("arn:aws:iam::{account}:role/{name}");
    let mut document = document("AWS::IAM::Role", &arn, &arn, account, "global");
    tags(&mut document, index, "workspace");
    let principal = if one_in(50, index, 9) {
        json!({ "AWS": "arn:aws:iam::999999999999:root" })
    } else {
        json!({ "Service": "ec2.amazonaws.com" })
    };
    properties(
        &mut document,
        index,
        &[
            (
                "AssumeRolePolicyDocument",
                DETAILS,
                json!({ "Version": "2012-10-17", "Statement": [
                    { "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" },
                ] }),
            ),
            (
                "ManagedPolicyArns",
                DETAILS,
                json!([
                    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
                    format!("arn:aws:iam::{account}:policy/tre-{:07}", index - index % 10 + 8),
                ]),
            ),
            ("MaxSessionDuration", "ListRoles", json!(if one_in(20, index, 10) { 86_400 } else { 3_600 })),
            ("Path", DETAILS, json!("/")),
            ("PermissionsBoundary", DETAILS, json!(format!("arn:aws:iam::{account}:policy/tre-boundary"))),
            (
                "Policies",
                DETAILS,
                json!([{ "PolicyName": "project", "PolicyDocument": statement_on_project(account, index) }]),
            ),
            ("RoleName", DETAILS, json!(name)),
        ],
    );
    observed(
        &mut document,
        index,
        &[
            ("CreateDate", DETAILS, json!("2026-02-01T09:00:00Z")),
            ("InstanceProfiles", DETAILS, json!([format!("arn:aws:iam::{account}:instance-profile/{name}")])),
            ("RoleLastUsed", DETAILS, json!({ "LastUsedDate": "2026-11-20T10:00:00Z", "Region": REGION })),
        ],
    );
    document
}

const DETAILS: &str = "GetAccountAuthorizationDetails";

fn credentials(password: bool, key: bool) -> Value {
    json!({
        "PasswordEnabled": password,
        "MfaActive": true,
        "AccessKeys": [
            { "Active": key, "LastRotated": "2025-01-01T00:00:00Z", "LastUsed": "2026-11-01T00:00:00Z" },
            { "Active": false },
        ],
    })
}

fn user(account: &str, index: u64) -> ResourceDocument {
    let name = format!("user-{index:07}");
    let arn = format!("arn:aws:iam::{account}:user/{name}");
    let mut document = document("AWS::IAM::User", &arn, &arn, account, "global");
    tags(&mut document, index, "workspace");
    properties(
        &mut document,
        index,
        &[
            ("Groups", DETAILS, json!(["researchers"])),
            ("ManagedPolicyArns", DETAILS, json!([])),
            ("Path", DETAILS, json!("/")),
            ("PermissionsBoundary", DETAILS, json!("")),
            ("Policies", DETAILS, json!([])),
            ("UserName", DETAILS, json!(name)),
        ],
    );
    let found = credentials(one_in(10, index, 11), one_in(20, index, 12));
    observed(
        &mut document,
        index,
        &[("CreateDate", DETAILS, json!("2025-01-01T00:00:00Z")), ("Credentials", "GetCredentialReport", found)],
    );
    document
}

fn managed_policy(account: &str, index: u64) -> ResourceDocument {
    let name = format!("tre-{index:07}");
    let arn = format!("arn:aws:iam::{account}:policy/{name}");
    let mut document = document("AWS::IAM::ManagedPolicy", &arn, &arn, account, "global");
    tags(&mut document, index, "workspace");
    properties(
        &mut document,
        index,
        &[
            ("ManagedPolicyName", DETAILS, json!(name)),
            ("Path", DETAILS, json!("/")),
            ("PolicyDocument", DETAILS, statement_on_project(account, index)),
        ],
    );
    observed(
        &mut document,
        index,
        &[
            ("AttachmentCount", DETAILS, json!(1)),
            ("CreateDate", DETAILS, json!("2025-01-01T00:00:00Z")),
            ("PermissionsBoundaryUsageCount", DETAILS, json!(0)),
        ],
    );
    document
}
