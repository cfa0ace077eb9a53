//! Live collection against a real moto server, directly and through a proxy that injects faults.
//!
//! `scripts/test` sets `HAVENMARK_MOTO` (the `moto_server` executable), `HAVENMARK_MOTO_PYTHON` (a Python that has boto3)
//! and credentials that are none.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use havenmark::model::call::{CallOutcome, CallRecord};
use havenmark::model::document::ResourceDocument;
use havenmark::model::inventory::LISTING as INVENTORY;
use havenmark::model::time::AsOf;
use havenmark::source::aws::{CollectError, Memory, Options, Summary, collect};
use havenmark::source::collectors::operations;
use havenmark::source::table;

use crate::proxy::{Fault, Proxy, TOKEN};

type Outcome = Result<(), Box<dyn Error>>;

/// A moto server with a seeded account; stopped when dropped.
pub(crate) struct Moto {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Drop for Moto {
    fn drop(&mut self) {
        // Nothing can be done where it has gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn variable(name: &str) -> Result<String, Box<dyn Error>> {
    std::env::var(name)
        .map_err(|_| format!("{name} is not set: run ./scripts/test, which installs and names moto").into())
}

impl Moto {
    /// A server that knows nothing yet.
    pub(crate) fn start_empty() -> Result<Self, Box<dyn Error>> {
        Self::start_with(&[])
    }

    /// The same with settings of moto's own.
    pub(crate) fn start_with(settings: &[(&str, &str)]) -> Result<Self, Box<dyn Error>> {
        let program = variable("HAVENMARK_MOTO")?;
        if variable("AWS_ACCESS_KEY_ID")? != "testing" {
            return Err(
                "AWS_ACCESS_KEY_ID is not \"testing\": run ./scripts/test, so that no real credentials are used".into(),
            );
        }
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let moto = Self { child, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if begun.elapsed() > Duration::from_mins(2) {
                return Err("moto did not start within two minutes".into());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(moto)
    }

    /// A server with the seeded account.
    pub(crate) fn start(buckets: usize) -> Result<Self, Box<dyn Error>> {
        let moto = Self::start_empty()?;
        let python = variable("HAVENMARK_MOTO_PYTHON")?;
        let seeded = Command::new(python)
            .args(["tests/seed/seed.py", &moto.url(), &buckets.to_string()])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()?;
        if !seeded.status.success() {
            return Err(format!("seeding failed: {}", String::from_utf8_lossy(&seeded.stderr)).into());
        }
        Ok(moto)
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

pub(crate) fn options(url: String) -> Options {
    Options {
        regions: vec!["eu-west-2".to_owned(), "us-east-1".to_owned()],
        endpoint_url: Some(url),
        max_attempts: 1,
        report_wait: Duration::from_millis(10),
        ..Options::default()
    }
}

pub(crate) fn run(url: String) -> Result<(Summary, Memory), Box<dyn Error>> {
    run_in(url, &["eu-west-2", "us-east-1"])
}

pub(crate) fn run_in(url: String, regions: &[&str]) -> Result<(Summary, Memory), Box<dyn Error>> {
    collected(&Options { regions: regions.iter().map(|r| (*r).to_owned()).collect(), ..options(url) })
}

pub(crate) fn collected(options: &Options) -> Result<(Summary, Memory), Box<dyn Error>> {
    let mut memory = Memory::default();
    let summary = collect(options, &mut memory, &|_| {}, &|| AsOf::from_unix(1_795_000_000))?;
    memory.calls.sort_by(|a, b| a.id.cmp(&b.id));
    memory.documents.sort_by(|a, b| (&a.kind, &a.region, &a.id).cmp(&(&b.kind, &b.region, &b.id)));
    memory.listings.sort();
    Ok((summary, memory))
}

/// Every facet that the contract promises, by type.
const FACETS: &[(&str, &[&str])] = &[
    (
        "AWS::Account",
        &["AccountSummary", "PasswordPolicy", "VirtualMFADevices", "PublicAccessBlockConfiguration", "RootCredentials"],
    ),
    ("AWS::CloudTrail::Event", &["ErrorCode", "EventName", "EventSource", "EventTime"]),
    ("Events::Window", &["Buckets", "From", "People", "RecordingChanges", "Source", "To", "Trail"]),
    (
        "AWS::IAM::User",
        &[
            "UserName",
            "Path",
            "Groups",
            "ManagedPolicyArns",
            "Policies",
            "PermissionsBoundary",
            "CreateDate",
            "Credentials",
        ],
    ),
    (
        "AWS::IAM::Role",
        &[
            "RoleName",
            "Path",
            "AssumeRolePolicyDocument",
            "ManagedPolicyArns",
            "Policies",
            "PermissionsBoundary",
            "MaxSessionDuration",
            "CreateDate",
            "RoleLastUsed",
            "InstanceProfiles",
        ],
    ),
    ("AWS::IAM::Group", &["GroupName", "Path", "ManagedPolicyArns", "Policies", "CreateDate"]),
    (
        "AWS::IAM::ManagedPolicy",
        &[
            "ManagedPolicyName",
            "Path",
            "PolicyDocument",
            "AttachmentCount",
            "PermissionsBoundaryUsageCount",
            "CreateDate",
        ],
    ),
    ("AWS::IAM::SAMLProvider", &["CreateDate"]),
    ("AWS::IAM::OIDCProvider", &["Url", "ClientIdList", "CreateDate"]),
    (
        "AWS::S3::Bucket",
        &[
            "BucketName",
            "PublicAccessBlockConfiguration",
            "BucketEncryption",
            "VersioningConfiguration",
            "OwnershipControls",
            "LoggingConfiguration",
            "LifecycleConfiguration",
            "ReplicationConfiguration",
            "ObjectLockConfiguration",
            "NotificationConfiguration",
            "InventoryConfigurations",
            "AnalyticsConfigurations",
            "MetadataConfiguration",
            "BucketPolicy",
            "PolicyStatus",
            "Acl",
            "CreationDate",
        ],
    ),
    (
        "AWS::S3::AccessPoint",
        &[
            "Name",
            "Bucket",
            "BucketAccountId",
            "VpcConfiguration",
            "PublicAccessBlockConfiguration",
            "Policy",
            "NetworkOrigin",
            "CreationDate",
        ],
    ),
    (
        "AWS::CloudTrail::Trail",
        &[
            "TrailName",
            "S3BucketName",
            "IsMultiRegionTrail",
            "IsOrganizationTrail",
            "EnableLogFileValidation",
            "IncludeGlobalServiceEvents",
            "KMSKeyId",
            "CloudWatchLogsLogGroupArn",
            "EventSelectors",
            "AdvancedEventSelectors",
            "HomeRegion",
            "Status",
        ],
    ),
    (
        "AWS::Config::ConfigurationRecorder",
        &["Name", "RoleARN", "RecordingGroup", "RecordingMode", "RecordingScope", "Status"],
    ),
    ("AWS::Config::DeliveryChannel", &["Name", "S3BucketName", "S3KeyPrefix", "SnsTopicARN", "S3KmsKeyArn"]),
    ("AWS::Config::ConfigRule", &["ConfigRuleName", "Source", "ConfigRuleState"]),
    (
        "AWS::Config::ConfigurationAggregator",
        &["ConfigurationAggregatorName", "AccountAggregationSources", "OrganizationAggregationSource", "SourcesStatus"],
    ),
    (
        "AWS::Organizations::Organization",
        &["ManagementAccountId", "FeatureSet", "AvailablePolicyTypes", "OrganizationsFeatures"],
    ),
    ("AWS::Organizations::OrganizationalUnit", &["Name", "ParentId"]),
    (
        "AWS::Organizations::Account",
        &[
            "AccountName",
            "ParentId",
            "Status",
            "JoinedMethod",
            "JoinedTimestamp",
            "EffectiveAiServicesOptOutPolicy",
            "EffectiveBackupPolicy",
            "EffectiveTagPolicy",
        ],
    ),
    ("AWS::Organizations::Policy", &["Name", "Type", "Content", "TargetIds", "AwsManaged"]),
];

/// Operations of the typed clients whose denial hides resources.
const LISTING: &[&str] = &[
    "s3:ListBuckets",
    "iam:GetAccountAuthorizationDetails",
    "iam:ListSAMLProviders",
    "iam:ListOpenIDConnectProviders",
    "cloudtrail:DescribeTrails",
    "config:DescribeConfigurationRecorders",
    "config:DescribeDeliveryChannels",
    "config:DescribeConfigRules",
    "config:DescribeConfigurationAggregators",
    "organizations:DescribeOrganization",
    "organizations:ListRoots",
    "organizations:ListPolicies",
    "organizations:ListOrganizationalUnitsForParent",
    "organizations:ListAccountsForParent",
    "s3control:ListAccessPoints",
];

/// Every operation whose denial hides resources.
pub(crate) fn listing() -> BTreeSet<String> {
    let of_table = table::KINDS.iter().map(|kind| kind.list.operation.name());
    LISTING.iter().map(|name| (*name).to_owned()).chain(of_table).collect()
}

pub(crate) fn keys(documents: &[ResourceDocument]) -> BTreeSet<(String, String)> {
    documents.iter().map(|document| (document.kind.clone(), document.id.clone())).collect()
}

fn of<'d>(documents: &'d [ResourceDocument], kind: &str, id: &str) -> Result<&'d ResourceDocument, Box<dyn Error>> {
    // An ARN, too, is found by the name at its end.
    let is = |known: &str| known == id || known.ends_with(&format!(":{id}")) || known.ends_with(&format!("/{id}"));
    documents
        .iter()
        .find(|document| document.kind == kind && is(&document.id))
        .ok_or_else(|| format!("{kind} {id} has no document").into())
}

/// What holds of every collection: a facet is either there or missing with a reason, and every call id is in the ledger.
pub(crate) fn sound(memory: &Memory) -> Outcome {
    let ledger: BTreeMap<&str, &CallRecord> = memory.calls.iter().map(|call| (call.id.as_str(), call)).collect();
    if ledger.len() != memory.calls.len() {
        let mut ids = BTreeSet::new();
        let twice =
            memory.calls.iter().find(|call| !ids.insert(&call.id)).map(|c| format!("{} {:?}", c.name(), c.parameters));
        return Err(format!("two calls have the same id: {}", twice.unwrap_or_default()).into());
    }
    let mut facets: BTreeMap<&str, Vec<&str>> = FACETS.iter().map(|(kind, names)| (*kind, names.to_vec())).collect();
    for kind in table::every_kind() {
        facets.insert(kind.kind, kind.facets().map(|(facet, _)| facet.name).collect());
    }
    let mut ids = BTreeSet::new();
    for document in &memory.documents {
        let name = format!("{} {}", document.kind, document.id);
        // The first two are `default` in every Region, which the graph knows; of two others of one id it would lose one.
        // moto says of a bucket's tags in every Region what AWS says in its own.
        let everywhere = [
            "AWS::Config::ConfigurationRecorder",
            "AWS::Config::DeliveryChannel",
            "AWS::ResourceGroups::TaggedResource",
        ];
        if !ids.insert((&document.kind, &document.id)) && !everywhere.contains(&document.kind.as_str()) {
            return Err(format!("two documents are {name}").into());
        }
        for facet in facets.get(document.kind.as_str()).ok_or_else(|| format!("{name} is of no known type"))? {
            let seen = document.facet(facet).is_some();
            let missing = document.missing.contains_key(*facet);
            if seen == missing {
                return Err(
                    format!("{name}: {facet} is {}", if seen { "both there and missing" } else { "lost" }).into()
                );
            }
            let call = document.calls.get(*facet).ok_or_else(|| format!("{name}: {facet} has no call"))?;
            let record = ledger.get(call.as_str()).ok_or_else(|| format!("{name}: {facet} names an unknown call"))?;
            if seen && !record.outcome.answered() {
                return Err(format!("{name}: {facet} has a value from {}", record.reason).into());
            }
        }
        if document.tags.is_some() == document.missing.contains_key("tags") {
            return Err(format!("{name}: tags are lost").into());
        }
    }
    for listing in &memory.listings {
        if listing.complete == listing.reason.is_empty()
            && listing.calls.iter().all(|call| ledger.contains_key(call.as_str()))
        {
            continue;
        }
        return Err(format!("{} in {}: {:?}", listing.kind, listing.region, listing).into());
    }
    let declared = table::declared::DECLARED.iter().map(|declared| declared.kind.list.operation.name());
    let events = std::iter::once(table::cloudtrail::EVENTS.operation.name());
    let known: BTreeSet<String> =
        operations().iter().map(|operation| operation.name()).chain(declared).chain(events).collect();
    for call in &memory.calls {
        if !known.contains(&call.name()) {
            return Err(format!("{} is not in the table", call.name()).into());
        }
        if call.service == "sts" && call.body_sha256.is_some() {
            return Err("a body of STS was kept".into());
        }
    }
    Ok(())
}

#[test]
fn seeded_data_services_are_read() -> Outcome {
    let moto = Moto::start(1)?;
    let (_, memory) = run(moto.url())?;
    let documents = &memory.documents;
    let count = |kind: &str| documents.iter().filter(|document| document.kind == kind).count();
    let function = of(documents, "AWS::Lambda::Function", "release")?;
    assert_eq!(function.observed["Policy"]["Statement"][0]["Action"], "lambda:InvokeFunction");
    assert_eq!(function.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    assert!(!format!("{documents:?}").contains("not-to-be-kept"), "a secret was kept");
    let database = of(documents, "AWS::RDS::DBInstance", "cohort")?;
    assert_eq!(database.properties["StorageEncrypted"], true);
    assert_eq!(database.properties["EnableCloudwatchLogsExports"], serde_json::json!(["postgresql"]));
    let attributes = &of(documents, "AWS::RDS::DBSnapshot", "cohort-1")?.observed["Attributes"];
    assert_eq!(attributes, &serde_json::json!([{ "AttributeName": "restore", "AttributeValues": ["210987654321"] }]));
    let topic = of(documents, "AWS::SNS::Topic", "arn:aws:sns:eu-west-2:123456789012:alarms")?;
    assert_eq!(topic.observed["Subscriptions"][0]["Protocol"], "email");
    assert_eq!(topic.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    let share = documents.iter().find(|d| d.kind == "AWS::EFS::FileSystem").ok_or("no file system")?;
    assert_eq!(share.properties["FileSystemPolicy"]["Statement"][0]["Action"], "elasticfilesystem:ClientMount");
    assert_eq!(documents.iter().filter(|d| d.kind == "AWS::EFS::MountTarget").count(), 1);
    let vault = of(documents, "AWS::Backup::BackupVault", "safe")?;
    assert_eq!(vault.observed["Locked"], true);
    assert_eq!(vault.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    let plan = documents.iter().find(|d| d.kind == "AWS::Backup::BackupPlan").ok_or("no plan")?;
    assert_eq!(plan.properties["BackupPlan"]["BackupPlanRule"][0]["TargetBackupVault"], "safe");
    let door = documents.iter().find(|d| d.kind == "AWS::ElasticLoadBalancingV2::LoadBalancer");
    let door = door.ok_or("no load balancer")?;
    assert_eq!(door.observed["Listeners"][0]["DefaultActions"][0]["RedirectConfig"]["Protocol"], "HTTPS");
    assert_eq!(door.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    assert_eq!(count("AWS::CloudFormation::Stack"), 1);
    assert_eq!(of(documents, "AWS::EC2::RegionSettings", "us-east-1")?.observed["EbsEncryptionByDefault"], false);
    assert_eq!(count("AWS::EC2::RegionSettings"), 2);
    Ok(())
}

#[test]
fn a_seeded_account_is_collected_completely_and_twice_the_same() -> Outcome {
    let moto = Moto::start(6)?;
    let (summary, memory) = run(moto.url())?;
    sound(&memory)?;
    assert_eq!(summary.account, "123456789012");
    assert_eq!(summary.regions, ["eu-west-2", "us-east-1"]);
    assert_eq!(memory.documents.len() as u64, summary.documents);

    let documents = &memory.documents;
    let count = |kind: &str| documents.iter().filter(|document| document.kind == kind).count();
    assert_eq!(count("AWS::S3::Bucket"), 9);
    assert_eq!(count("AWS::IAM::User"), 2);
    assert_eq!(count("AWS::IAM::Role"), 2);
    assert_eq!(count("AWS::CloudTrail::Trail"), 1, "a multi-Region trail is one trail");
    assert_eq!(count("AWS::Organizations::Account"), 2);
    for listing in memory.listings.iter().filter(|listing| !listing.complete) {
        let of_table = table::kind(&listing.kind).is_some() || listing.kind == INVENTORY;
        if of_table && listing.reason.contains("without a readable error code") {
            // moto has no such operation.
            continue;
        }
        // moto answers with a root that AWS does not write, so nobody knows whether it listed anything; and it answers the
        // question for directory buckets with the others, which are none.
        let wrong = [
            ("AWS::S3::AccessPoint", "s3:ListAccessPoints"),
            ("AWS::S3::MultiRegionAccessPoint", "s3:ListMultiRegionAccessPoints"),
            ("AWS::S3Express::DirectoryBucket", "s3express:ListDirectoryBuckets"),
        ];
        let (_, operation) = wrong.iter().find(|(kind, _)| *kind == listing.kind).ok_or(format!("{listing:?}"))?;
        assert!(listing.reason.starts_with(&format!("{operation} unparseable: ")), "{}", listing.reason);
    }

    let bucket = of(documents, "AWS::S3::Bucket", "tre-000")?;
    assert_eq!(bucket.region, "eu-west-2");
    assert_eq!(of(documents, "AWS::S3::Bucket", "tre-elsewhere")?.region, "us-east-1");
    assert_eq!(bucket.properties["PublicAccessBlockConfiguration"]["BlockPublicAcls"], true);
    assert_eq!(bucket.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    assert_eq!(
        of(documents, "AWS::S3::Bucket", "tre-001")?.properties["PublicAccessBlockConfiguration"],
        serde_json::json!({})
    );
    assert_eq!(of(documents, "AWS::S3::Bucket", "tre-001")?.observed["PolicyStatus"]["IsPublic"], true);
    assert_eq!(bucket.observed["BucketPolicy"], serde_json::json!({}), "no policy is an empty one");
    // The same, and reading it as "never versioned" would be the false absence that must not be.
    assert!(!bucket.properties.contains_key("VersioningConfiguration"));
    assert!(bucket.missing["VersioningConfiguration"].starts_with("s3:GetBucketVersioning unparseable: "));
    let lock = &of(documents, "AWS::S3::Bucket", "tre-locked")?.properties["ObjectLockConfiguration"];
    assert_eq!(lock["Rule"]["DefaultRetention"]["Mode"], "COMPLIANCE");

    let key = documents.iter().find(|d| d.kind == "AWS::KMS::Key" && d.properties["Description"] == "store");
    let key = key.ok_or("the key has no document")?;
    assert_eq!(key.arn.as_deref(), Some(key.id.as_str()), "a name is one of its Region, an ARN of all");
    assert!(key.id.starts_with("arn:aws:kms:eu-west-2:123456789012:key/"), "{}", key.id);
    assert_eq!((&key.observed["KeyState"], &key.properties["EnableKeyRotation"]), (&"Enabled".into(), &true.into()));
    assert_eq!(key.properties["KeyPolicy"]["Statement"][0]["Effect"], "Allow");
    assert_eq!(key.observed["Grants"][0]["Operations"], serde_json::json!(["Decrypt"]));
    assert_eq!(key.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    let group = documents.iter().find(|d| d.kind == "AWS::EC2::SecurityGroup" && d.properties["GroupName"] == "tre-ws");
    let group = group.ok_or("the security group has no document")?;
    assert_eq!(
        group.properties["SecurityGroupIngress"][0],
        serde_json::json!({ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "Groups": [], "Ipv6Ranges": [],
            "PrefixListIds": [], "IpRanges": [{ "CidrIp": "10.0.0.0/8" }] })
    );
    assert_eq!(group.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    let endpoint =
        documents.iter().find(|d| d.kind == "AWS::EC2::VPCEndpoint").ok_or("the endpoint has no document")?;
    assert_eq!(endpoint.properties["PolicyDocument"]["Statement"][0]["Action"], "s3:GetObject");
    let routes =
        documents.iter().filter(|d| d.kind == "AWS::EC2::RouteTable").map(|d| d.observed["Routes"].to_string());
    assert!(routes.into_iter().any(|routes| routes.contains("\"GatewayId\":\"igw-")), "no route leads outside");
    let detector = documents.iter().find(|d| d.kind == "AWS::GuardDuty::Detector").ok_or("no detector")?;
    assert_eq!(detector.observed["Status"], "ENABLED");
    assert_eq!(detector.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    assert_eq!(count("AWS::EC2::Instance"), 1);

    let role = of(documents, "AWS::IAM::Role", "arn:aws:iam::123456789012:role/researcher")?;
    assert_eq!(role.properties["MaxSessionDuration"], 7200);
    assert_eq!(role.properties["AssumeRolePolicyDocument"]["Statement"][0]["Action"], "sts:AssumeRole");
    let user = of(documents, "AWS::IAM::User", "arn:aws:iam::123456789012:user/ada")?;
    assert_eq!(user.observed["Credentials"]["AccessKeys"][0]["Active"], true);
    let account = of(documents, "AWS::Account", "123456789012")?;
    assert_eq!(account.observed["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"], true);
    assert!(!memory.documents.iter().any(|document| format!("{document:?}").contains("@example.org")));

    let (_, again) = run(moto.url())?;
    for (first, second) in memory.documents.iter().zip(&again.documents) {
        if first.kind == "AWS::CloudTrail::Trail" {
            // moto says of every trail that it delivered just now.
            continue;
        }
        // And of every database that it may be restored to this second.
        let steady = |document: &ResourceDocument| {
            let mut document = document.clone();
            document.observed.remove("Restorable");
            serde_json::to_string(&document)
        };
        assert_eq!(steady(first)?, steady(second)?);
    }
    assert_eq!(memory.documents.len(), again.documents.len());
    assert_eq!(memory.listings, again.listings);
    // How often one has to ask for the credential report is AWS's business.
    let ids = |memory: &Memory| {
        let calls = memory.calls.iter().filter(|call| call.operation != "GenerateCredentialReport");
        calls.map(|call| (call.id.clone(), call.outcome, call.reason.clone())).collect::<Vec<_>>()
    };
    assert_eq!(ids(&memory), ids(&again));
    Ok(())
}

#[test]
fn what_the_rows_ask_for_is_in_the_documents_and_no_secret_is() -> Outcome {
    let moto = Moto::start(0)?;
    let (_, memory) = run(moto.url())?;
    let documents = &memory.documents;
    let group = of(documents, "AWS::Athena::WorkGroup", "cardio-2026")?;
    let configuration = &group.properties["WorkGroupConfiguration"];
    assert_eq!(configuration["EnforceWorkGroupConfiguration"], true);
    assert_eq!(configuration["ResultConfiguration"]["OutputLocation"], "s3://tre-000/results/");
    let server = documents.iter().find(|d| d.kind == "AWS::Transfer::Server").ok_or("the server has no document")?;
    assert_eq!(server.properties["Protocols"], serde_json::json!(["SFTP"]));
    assert_eq!(server.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));

    let requests = of(documents, "AWS::DynamoDB::Table", "requests")?;
    assert_eq!(requests.properties["DeletionProtectionEnabled"], true);
    assert_eq!(requests.observed["PointInTimeRecoveryStatus"], "ENABLED");
    assert_eq!(requests.properties["ResourcePolicy"]["Statement"][0]["Action"], "dynamodb:GetItem");
    assert_eq!(requests.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    let plain = of(documents, "AWS::DynamoDB::Table", "plain")?;
    assert_eq!(plain.properties["ResourcePolicy"], serde_json::json!({}), "no policy is an empty one");
    assert_eq!(plain.observed["PointInTimeRecoveryStatus"], "DISABLED");

    let group = of(documents, "AWS::Logs::LogGroup", "/tre/audit")?;
    assert_eq!(group.properties["RetentionInDays"], 365);
    assert_eq!(group.observed["SubscriptionFilters"][0]["FilterName"], "all");
    assert_eq!(group.observed["MetricFilters"][0]["MetricTransformations"][0]["MetricName"], "routes");
    assert_eq!(group.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    assert_eq!(of(documents, "AWS::Logs::LogGroup", "/tre/for-ever")?.properties["RetentionInDays"], 0);
    let policy = of(documents, "AWS::Logs::ResourcePolicy", "dns")?;
    assert_eq!(policy.properties["PolicyDocument"]["Statement"][0]["Action"], "logs:PutLogEvents");

    let secret =
        |name: &str| documents.iter().find(|d| d.kind == "AWS::SecretsManager::Secret" && d.properties["Name"] == name);
    let with = secret("tre/db").ok_or("the secret has no document")?;
    assert_eq!(with.properties["ResourcePolicy"]["Statement"][0]["Action"], "secretsmanager:GetSecretValue");
    assert_eq!(with.tags.as_ref().map(|tags| tags["project"].as_str()), Some("cardio-2026"));
    let without = secret("tre/plain").ok_or("the secret has no document")?;
    // Nothing that AWS documents says that a policy which is not named is one that is not there.
    assert!(without.missing["ResourcePolicy"].contains("does not say"), "{:?}", without.missing);
    assert!(!format!("{documents:?}").contains("never-collected"));
    Ok(())
}

/// Over HTTP and signed as each service wants it: what is asked with members of its own, of another service than that of
/// the type, and in XML by paths.
#[test]
fn tags_of_the_lake_findings_and_doors_to_many_regions_are_read() -> Outcome {
    let moto = Moto::start(0)?;
    let proxy = Proxy::start(moto.address)?;
    let (_, memory) = run(proxy.url())?;
    sound(&memory)?;
    let documents = &memory.documents;
    let tag = |value: &str| serde_json::json!([{ "CatalogId": "123456789012", "TagKey": "sensitivity", "TagValues": [value] }]);
    assert_eq!(of(documents, "AWS::Glue::Database", "cohort")?.observed["LFTags"], tag("low"));
    assert_eq!(of(documents, "AWS::Glue::Table", "visits")?.observed["LFTags"], tag("high"));
    let asked = memory.calls.iter().filter(|call| call.operation == "GetResourceLFTags");
    let asked: Vec<&str> = asked.filter_map(|call| call.parameters.get("Resource")).map(String::as_str).collect();
    assert!(
        asked.contains(&r#"{"Table":{"CatalogId":"123456789012","DatabaseName":"cohort","Name":"visits"}}"#),
        "{asked:?}"
    );

    let finding = documents.iter().find(|d| d.kind == "AWS::SecurityHub::Finding").ok_or("no finding")?;
    assert_eq!(finding.observed["SeverityLabel"], "HIGH");
    assert_eq!(
        finding.observed["Resources"],
        serde_json::json!([{ "Id": "arn:aws:s3:::tre-000", "Region": "eu-west-2", "Type": "AwsS3Bucket" }])
    );
    let asked = memory.calls.iter().find(|call| call.operation == "GetFindings").ok_or("never asked")?;
    let filters: serde_json::Value = serde_json::from_str(&asked.parameters["Filters"])?;
    assert_eq!(filters["RecordState"], serde_json::json!([{ "Comparison": "EQUALS", "Value": "ACTIVE" }]));
    assert!(asked.body_sha256.is_none(), "the answer holds free text");
    assert!(!format!("{documents:?}").contains("never-collected"));

    let door = documents.iter().find(|d| d.kind == "AWS::S3::MultiRegionAccessPoint").ok_or("no access point")?;
    assert_eq!((door.region.as_str(), &door.properties["Name"]), ("global", &"everywhere".into()));
    assert_eq!(door.properties["PublicAccessBlockConfiguration"]["BlockPublicPolicy"], true);
    assert_eq!(door.properties["Regions"][0]["Bucket"], "tre-elsewhere");
    let asked = memory.calls.iter().filter(|call| call.operation == "ListMultiRegionAccessPoints").count();
    assert_eq!(asked, 1, "once for the account, not once a Region");
    Ok(())
}

/// Each account shows the policies that take effect in it, and the organisation what IAM manages centrally: as answered, as
/// empty where AWS says that there is none, and as missing where the answer is about something else or another account is
/// asked than the management account.
#[test]
fn what_takes_effect_in_an_organisation_is_read_and_none_is_not_unknown() -> Outcome {
    let moto = Moto::start(0)?;
    let said = |policy: &str, features: &str| -> Result<Memory, Box<dyn Error>> {
        let answers = [("organizations:DescribeEffectivePolicy", policy), ("iam:ListOrganizationsFeatures", features)];
        let answers = answers.map(|(name, body)| (name.to_owned(), body.to_owned()));
        let (_, memory) = run_in(Proxy::with_answers(moto.address, BTreeMap::from(answers))?.url(), &["eu-west-2"])?;
        sound(&memory)?;
        Ok(memory)
    };
    let organisation = |memory: &Memory| -> Result<ResourceDocument, Box<dyn Error>> {
        let found = memory.documents.iter().find(|d| d.kind == "AWS::Organizations::Organization");
        Ok(found.ok_or("no organisation")?.clone())
    };
    const FACET: &str = "EffectiveAiServicesOptOutPolicy";
    let accounts = |memory: &Memory| -> Vec<ResourceDocument> {
        memory.documents.iter().filter(|d| d.kind == "AWS::Organizations::Account").cloned().collect()
    };

    let memory = said(
        r#"{"EffectivePolicy":{"PolicyContent":"{\"services\":{\"default\":{\"opt_out_policy\":\"optOut\"}}}"}}"#,
        "<ListOrganizationsFeaturesResponse><ListOrganizationsFeaturesResult><OrganizationId>o-1</OrganizationId>\
         <EnabledFeatures><member>RootSessions</member><member>RootCredentialsManagement</member></EnabledFeatures>\
         </ListOrganizationsFeaturesResult></ListOrganizationsFeaturesResponse>",
    )?;
    assert_eq!(accounts(&memory).len(), 2);
    for account in accounts(&memory) {
        assert_eq!(account.observed[FACET]["services"]["default"]["opt_out_policy"], "optOut");
        let asked = memory.calls.iter().find(|call| call.id == account.calls[FACET]).ok_or("no call")?;
        assert_eq!(asked.parameters["PolicyType"], "AISERVICES_OPT_OUT_POLICY");
        assert_eq!(asked.parameters["TargetId"], account.id);
    }
    let features = serde_json::json!(["RootCredentialsManagement", "RootSessions"]);
    assert_eq!(organisation(&memory)?.observed["OrganizationsFeatures"], features);

    let memory = said(
        r#"400 {"__type":"EffectivePolicyNotFoundException"}"#,
        "400 <ErrorResponse><Error><Code>ServiceAccessNotEnabledException</Code></Error></ErrorResponse>",
    )?;
    for account in accounts(&memory) {
        assert_eq!(account.observed[FACET], serde_json::json!({}));
    }
    assert_eq!(organisation(&memory)?.observed["OrganizationsFeatures"], serde_json::json!([]));

    let memory = said(
        r#"{"EffectivePolicy":{"PolicyContent":"{}","TargetId":"000000000000","PolicyType":"TAG_POLICY"}}"#,
        "400 <ErrorResponse><Error><Code>AccountNotManagementOrDelegatedAdministratorException</Code></Error>\
         </ErrorResponse>",
    )?;
    for account in accounts(&memory) {
        assert!(account.missing[FACET].contains("of another account or type"), "{:?}", account.missing);
    }
    let reason = &organisation(&memory)?.missing["OrganizationsFeatures"];
    assert!(reason.contains("AccountNotManagementOrDelegatedAdministratorException"), "{reason}");
    Ok(())
}

/// The proxy's name of an operation of the table.
pub(crate) fn proxied(operation: &havenmark::source::operations::Operation) -> String {
    const CONTROL: [&str; 4] =
        ["s3:GetAccountPublicAccessBlock", "s3:ListAccessPoints", "s3:GetAccessPoint", "s3:GetAccessPointPolicy"];
    let control = operation.iam_actions.iter().any(|action| CONTROL.contains(action));
    if control { format!("s3control:{}", operation.operation) } else { operation.name() }
}

#[test]
fn a_fault_never_becomes_a_fact() -> Outcome {
    let moto = Moto::start(3)?;
    // What moto does not have, or what nobody seeded there, is answered as AWS documents it.
    let proxy = Proxy::with_answers(moto.address, crate::documented::answers()?)?;
    let here = &["eu-west-2"];
    let (_, direct) = run_in(proxy.url(), here)?;
    sound(&direct)?;
    let seen = proxy.take_seen();
    for operation in operations().into_iter().filter(|operation| operation.operation != "DescribeRegions") {
        assert!(seen.contains_key(&proxied(operation)), "{} was never asked: {seen:?}", proxied(operation));
    }

    // The proxy gives moto's answers AWS's roots.
    let bucket = of(&direct.documents, "AWS::S3::Bucket", "tre-000")?;
    assert_eq!(bucket.properties["VersioningConfiguration"], serde_json::json!({ "Status": "Enabled" }));
    assert_eq!(bucket.properties["InventoryConfigurations"], serde_json::json!([]));
    let point = direct.documents.iter().find(|document| document.kind == "AWS::S3::AccessPoint");
    let point = point.ok_or("the access point has no document")?;
    assert_eq!(point.properties["PublicAccessBlockConfiguration"]["BlockPublicAcls"], true);
    assert_eq!(point.properties["Policy"], serde_json::json!({}));

    // Everything that describes is at fault: every resource keeps its document, and each gap names its operation.
    let describing: Vec<String> = operations()
        .into_iter()
        .map(proxied)
        .filter(|name| !listing().contains(name) && !name.starts_with("sts:"))
        .collect();
    for fault in Fault::ALL {
        proxy.set(describing.iter().map(|name| (name.clone(), fault)));
        let (_, memory) = run_in(proxy.url(), here)?;
        sound(&memory)?;
        assert_eq!(keys(&memory.documents), keys(&direct.documents), "{fault:?} lost a document");
        assert_eq!(
            memory.listings.iter().filter(|listing| !listing.complete && listing.kind != INVENTORY).count(),
            0,
            "{fault:?} made a listing incomplete"
        );
        for call in &memory.calls {
            let name = if ["ListAccessPoints", "GetAccessPoint", "GetAccessPointPolicy"]
                .contains(&call.operation.as_str())
                || call.parameters.contains_key("AccountId")
            {
                format!("s3control:{}", call.operation)
            } else {
                call.name()
            };
            // "There is none" and "it has gone" are one code for some: both mean that there is none.
            let means_none = fault == Fault::Vanished && call.outcome == CallOutcome::Absent;
            if describing.contains(&name) && !means_none {
                assert!(!call.outcome.answered(), "{fault:?}: {name} counts as answered");
                assert!(call.reason.starts_with(&call.name()), "{fault:?}: {}", call.reason);
                let expected = match fault {
                    Fault::Denied | Fault::Expired | Fault::Skewed => CallOutcome::Denied,
                    Fault::Throttled => CallOutcome::Throttled,
                    Fault::CutOff | Fault::WrongRoot | Fault::Empty => CallOutcome::Unparseable,
                    Fault::PlainNotFound | Fault::Vanished => CallOutcome::Unsupported,
                    Fault::HungUp | Fault::ServerError => CallOutcome::Unreachable,
                    Fault::Disabled if call.region == "global" => CallOutcome::Denied,
                    Fault::Disabled => CallOutcome::RegionDisabled,
                    Fault::Slow | Fault::Repeats | Fault::ExpiresNext => return Err("not one of all".into()),
                };
                assert_eq!(call.outcome, expected, "{fault:?}: {}", call.reason);
                assert_eq!(fault == Fault::Expired, call.reason.contains("credentials expired"), "{}", call.reason);
            }
        }
        let bucket = of(&memory.documents, "AWS::S3::Bucket", "tre-000")?;
        assert_eq!(bucket.properties.keys().collect::<Vec<_>>(), ["BucketName"], "{fault:?}");
        assert!(bucket.missing["BucketPolicy"].starts_with("s3:GetBucketPolicy "), "{fault:?}");
        let account = of(&memory.documents, "AWS::Account", "123456789012")?;
        assert!(account.observed.is_empty(), "{fault:?}: {:?}", account.observed);
    }

    // Everything that lists is at fault: nothing may look empty.
    for fault in Fault::ALL {
        proxy.set(listing().into_iter().map(|name| (name, fault)));
        let (_, memory) = run_in(proxy.url(), here)?;
        sound(&memory)?;
        for listing in memory.listings.iter().filter(|listing| listing.kind != "AWS::Account") {
            // "It has gone" is for some the code of "there is none".
            let codes = table::kind(&listing.kind).map_or(&[][..], |kind| kind.list.operation.absent_codes);
            if fault == Fault::Vanished && codes.contains(&"ResourceNotFoundException") {
                continue;
            }
            assert!(!listing.complete, "{fault:?}: {} in {} looks complete", listing.kind, listing.region);
            assert!(listing.reason.contains(':'), "{}", listing.reason);
        }
        assert_eq!(keys(&memory.documents).len(), 1, "{fault:?}: {:?}", keys(&memory.documents));
    }
    Ok(())
}

/// In every protocol: a listing whose token leads back to itself ends, and is not complete.
#[test]
fn a_token_that_repeats_ends_every_listing_and_completes_none() -> Outcome {
    let moto = Moto::start_empty()?;
    let proxy = Proxy::with_answers(moto.address, crate::documented::answers()?)?;
    let paged = |kind: &&&table::Kind| kind.list.paging.is_some_and(|paging| !paging.sent.is_empty());
    proxy.set(table::KINDS.iter().filter(paged).map(|kind| (kind.list.operation.name(), Fault::Repeats)));
    let (_, memory) = run_in(proxy.url(), &["eu-west-2"])?;
    let mut held = 0;
    for kind in table::KINDS.iter().filter(paged) {
        let listing = memory.listings.iter().find(|listing| listing.kind == kind.kind).ok_or("a listing is lost")?;
        assert!(!listing.complete, "{} looks complete", kind.kind);
        assert!(listing.reason.contains("its continuation token repeats"), "{}: {}", kind.kind, listing.reason);
        held += 1;
    }
    assert!(held > 100, "{held} listings have pages");
    Ok(())
}

/// In every protocol: where the credentials expire after the first page, no listing is complete, each says so, and what the
/// first page showed is kept.
#[test]
fn credentials_that_expire_within_a_listing_complete_none() -> Outcome {
    let moto = Moto::start_empty()?;
    let mut answers = crate::documented::answers()?;
    answers.insert(
        "s3:ListBuckets".to_owned(),
        format!(
            "<ListAllMyBucketsResult><Buckets><Bucket><Name>first</Name></Bucket></Buckets>\
             <ContinuationToken>{TOKEN}</ContinuationToken></ListAllMyBucketsResult>"
        ),
    );
    let proxy = Proxy::with_answers(moto.address, answers)?;
    let paged = |kind: &&&table::Kind| kind.list.paging.is_some_and(|paging| !paging.sent.is_empty());
    let rows: Vec<&table::Kind> = table::KINDS.iter().filter(paged).copied().collect();
    let names = rows.iter().map(|kind| kind.list.operation.name()).chain(["s3:ListBuckets".to_owned()]);
    // Without it, the listing of buckets never ends.
    proxy.set([("s3:ListBuckets".to_owned(), Fault::ExpiresNext)]);
    let (_, direct) = run_in(proxy.url(), &["eu-west-2"])?;
    proxy.set(names.map(|name| (name, Fault::ExpiresNext)));
    let (_, memory) = run_in(proxy.url(), &["eu-west-2"])?;
    sound(&memory)?;
    assert_eq!(keys(&memory.documents), keys(&direct.documents), "what the first page showed is kept");
    assert!(keys(&memory.documents).contains(&("AWS::S3::Bucket".to_owned(), "first".to_owned())));
    let mut protocols = BTreeSet::new();
    for name in rows.iter().map(|kind| kind.kind).chain(["AWS::S3::Bucket"]) {
        let listing = memory.listings.iter().find(|listing| listing.kind == name).ok_or("a listing is lost")?;
        assert!(!listing.complete, "{name} looks complete");
        assert!(listing.reason.contains("denied: credentials expired"), "{name}: {}", listing.reason);
        assert!(listing.reason.ends_with("(page 2)"), "{name}: {}", listing.reason);
    }
    for kind in &rows {
        protocols.insert(match kind.service.protocol {
            table::Protocol::Json { .. } => "json",
            table::Protocol::Rest => "rest",
            table::Protocol::RestXml => "rest xml",
            table::Protocol::Query { .. } => "query",
            table::Protocol::Ec2 { .. } => "ec2",
        });
    }
    assert_eq!(protocols.len(), 5, "{protocols:?}");
    Ok(())
}

/// The same where a list is one facet: half of it is none.
#[test]
fn credentials_that_expire_within_a_list_leave_the_facet_out() -> Outcome {
    let moto = Moto::start_empty()?;
    let proxy = Proxy::with_answers(moto.address, crate::documented::answers()?)?;
    let paged = |detail: &&table::Detail| detail.ask.paging.is_some_and(|paging| !paging.sent.is_empty());
    let listed = listing();
    let details: Vec<(&str, &table::Detail)> = table::KINDS
        .iter()
        .flat_map(|kind| kind.details.iter().filter(paged).map(|detail| (kind.kind, detail)))
        // An operation that also lists a type would hide the resources.
        .filter(|(_, detail)| !listed.contains(&detail.ask.operation.name()))
        .collect();
    proxy.set(details.iter().map(|(_, detail)| (detail.ask.operation.name(), Fault::ExpiresNext)));
    let (_, memory) = run_in(proxy.url(), &["eu-west-2"])?;
    sound(&memory)?;
    assert!(details.len() > 10, "{} lists are facets", details.len());
    for (kind, detail) in details {
        let document = memory.documents.iter().find(|d| d.kind == kind).ok_or_else(|| format!("{kind} is lost"))?;
        for facet in detail.facets {
            let reason = document.missing.get(facet.name).ok_or_else(|| format!("{kind}: {} is there", facet.name))?;
            assert!(reason.contains("denied: credentials expired"), "{kind} {}: {reason}", facet.name);
        }
    }
    Ok(())
}

/// One listing of each protocol that does not answer in time is given up; the others are read.
#[test]
fn a_slow_answer_is_given_up() -> Outcome {
    let moto = Moto::start_empty()?;
    let proxy = Proxy::with_answers(moto.address, crate::documented::answers()?)?;
    let slow = ["AWS::KMS::Key", "AWS::GuardDuty::Detector", "AWS::SNS::Topic", "AWS::EC2::Volume"];
    let rows = slow.iter().map(|name| table::kind(name).ok_or("no such type")).collect::<Result<Vec<_>, _>>()?;
    proxy.set(
        rows.iter()
            .map(|kind| kind.list.operation.name())
            .chain(["s3:ListBuckets".to_owned()])
            .map(|n| (n, Fault::Slow)),
    );
    let limit = Duration::from_secs(1);
    assert!(limit < crate::proxy::SLOW);
    let options = Options { regions: vec!["eu-west-2".to_owned()], attempt_timeout: limit, ..options(proxy.url()) };
    let (_, memory) = collected(&options)?;
    for name in slow.iter().chain(&["AWS::S3::Bucket"]) {
        let listing = memory.listings.iter().find(|l| l.kind == *name).ok_or("a listing is lost")?;
        assert!(!listing.complete && listing.reason.contains("no answer in time"), "{listing:?}");
    }
    let other = memory.listings.iter().find(|l| l.kind == "AWS::EC2::VPC").ok_or("a listing is lost")?;
    assert!(other.complete, "{other:?}");
    Ok(())
}

#[test]
fn refused_credentials_write_nothing() -> Outcome {
    let moto = Moto::start(0)?;
    let proxy = Proxy::start(moto.address)?;
    for fault in Fault::ALL {
        proxy.set([("sts:GetCallerIdentity".to_owned(), fault)]);
        let mut memory = Memory::default();
        let error = collect(&options(proxy.url()), &mut memory, &|_| {}, &|| AsOf::from_unix(0))
            .err()
            .ok_or_else(|| format!("{fault:?} was not noticed"))?;
        assert!(memory.calls.is_empty() && memory.documents.is_empty() && memory.listings.is_empty());
        assert_eq!(fault == Fault::Expired, matches!(error, CollectError::ExpiredCredentials), "{fault:?}: {error}");
    }
    Ok(())
}

/// The same as a person meets it.
#[test]
fn expired_credentials_are_said_and_nothing_is_written() -> Outcome {
    let moto = Moto::start_empty()?;
    let proxy = Proxy::start(moto.address)?;
    proxy.set([("sts:GetCallerIdentity".to_owned(), Fault::Expired)]);
    let folder = tempfile::tempdir()?;
    let mut command = crate::program::havenmark(folder.path());
    command.args(["collect", "-o", "s", "--region", "eu-west-2", "--endpoint-url", &proxy.url()]);
    let (code, said, story) = crate::program::run(&mut command)?;
    assert_eq!((code, said.as_str()), (1, ""), "{story}");
    assert!(story.contains("expired") && story.contains("sign in again"), "{story}");
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 0, "something was left behind");
    Ok(())
}

#[test]
fn an_account_in_no_organisation_has_complete_and_empty_listings() -> Outcome {
    // Not seeded: moto knows no organisation then.
    let moto = Moto::start_empty()?;
    let (_, memory) = run(moto.url())?;
    sound(&memory)?;
    let listings: Vec<_> =
        memory.listings.iter().filter(|listing| listing.kind.starts_with("AWS::Organizations::")).collect();
    assert_eq!(listings.len(), 4);
    assert!(listings.iter().all(|listing| listing.complete), "{listings:?}");
    assert!(!memory.documents.iter().any(|document| document.kind.starts_with("AWS::Organizations::")));
    Ok(())
}
