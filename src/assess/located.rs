//! What a resource document says of where data lies: itself, its copies, and where it sends logs.
//!
//! May import: `model`. Guarantees: a place that a document does not say is one that is not known, with the reason; types
//! that hold no data, copies or logs say nothing.

use serde_json::Value;

use crate::model::document::ResourceDocument;
use crate::model::location::Located;

/// Types that are stores, copies or logs themselves.
pub(super) const KINDS: [(&str, Located); 30] = [
    ("AWS::Backup::BackupVault", Located::Backup),
    ("AWS::Backup::ProtectedResource", Located::Backup),
    ("AWS::CloudTrail::EventDataStore", Located::Log),
    ("AWS::CodeCommit::Repository", Located::Store),
    ("AWS::DynamoDB::Table", Located::Store),
    ("AWS::EC2::Image", Located::Snapshot),
    ("AWS::EC2::Snapshot", Located::Snapshot),
    ("AWS::EC2::Volume", Located::Store),
    ("AWS::ECR::Repository", Located::Store),
    ("AWS::EFS::FileSystem", Located::Store),
    ("AWS::FSx::FileSystem", Located::Store),
    ("AWS::Glue::Database", Located::Store),
    ("AWS::Kinesis::Stream", Located::Store),
    ("AWS::KinesisFirehose::DeliveryStream", Located::Log),
    ("AWS::Logs::LogGroup", Located::Log),
    ("AWS::Omics::ReferenceStore", Located::Store),
    ("AWS::Omics::SequenceStore", Located::Store),
    ("AWS::Omics::VariantStore", Located::Store),
    ("AWS::RDS::DBCluster", Located::Store),
    ("AWS::RDS::DBClusterSnapshot", Located::Snapshot),
    ("AWS::RDS::DBInstance", Located::Store),
    ("AWS::RDS::DBSnapshot", Located::Snapshot),
    ("AWS::Redshift::Cluster", Located::Store),
    ("AWS::S3::Bucket", Located::Store),
    ("AWS::S3Express::DirectoryBucket", Located::Store),
    ("AWS::S3Tables::TableBucket", Located::Store),
    ("AWS::SQS::Queue", Located::Store),
    ("AWS::SageMaker::NotebookInstance", Located::Store),
    ("AWS::SecretsManager::Secret", Located::Store),
    ("AWS::WorkSpaces::Workspace", Located::Store),
];

/// Types that only name where copies or logs go.
pub(super) const NAMING: [&str; 6] = [
    "AWS::CloudTrail::Trail",
    "AWS::Config::DeliveryChannel",
    "AWS::EC2::FlowLog",
    "AWS::ECR::Registry",
    "AWS::Route53Resolver::ResolverQueryLoggingConfig",
    "AWS::S3::MultiRegionAccessPoint",
];

/// Where something lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum At {
    Region(String),
    /// In a bucket of this name, wherever that lies.
    Bucket(String),
    Unknown,
}

/// One thing and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) what: Located,
    /// The type, and the facet where that names the place.
    pub(super) kind: String,
    pub(super) at: At,
    pub(super) name: String,
}

/// Things and their places; or (type and facet, reason) where a place was not read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) seen: Vec<Seen>,
    pub(super) unread: Vec<(String, String)>,
}

/// Reads a document.
pub(super) fn located(document: &ResourceDocument) -> Found {
    let mut found = Found::default();
    // What AWS Backup protects stands elsewhere; its recovery points are what is kept.
    if document.kind != "AWS::Backup::ProtectedResource"
        && let Some((_, what)) = KINDS.iter().find(|(kind, _)| *kind == document.kind)
    {
        found.see(*what, document.kind.clone(), own_region(document), document.name());
    }
    match document.kind.as_str() {
        "AWS::S3::Bucket" => bucket(document, &mut found),
        "AWS::S3::MultiRegionAccessPoint" => found
            .each(document, "Regions", Located::Replica, |item| item.get("Region").and_then(Value::as_str).map(region)),
        "AWS::Backup::ProtectedResource" => found.each(document, "RecoveryPoints", Located::Backup, |item| {
            Some(item.get("RecoveryPointArn").and_then(Value::as_str).map_or_else(|| own_region(document), arn))
        }),
        "AWS::ECR::Registry" => found.one(document, "ReplicationConfiguration", Located::Replica, |value| {
            let rules = value.get("Rules").and_then(Value::as_array).into_iter().flatten();
            let destinations = rules.filter_map(|rule| rule.get("Destinations").and_then(Value::as_array)).flatten();
            destinations.map(|to| to.get("Region").and_then(Value::as_str).map_or(At::Unknown, region)).collect()
        }),
        "AWS::CloudTrail::Trail" => {
            found.one(document, "S3BucketName", Located::Log, |value| texts(value, in_bucket));
            found.one(document, "CloudWatchLogsLogGroupArn", Located::Log, |value| texts(value, arn));
        }
        "AWS::Config::DeliveryChannel" => {
            found.one(document, "S3BucketName", Located::Log, |value| texts(value, in_bucket));
        }
        "AWS::EC2::FlowLog" => flow_log(document, &mut found),
        "AWS::Route53Resolver::ResolverQueryLoggingConfig" => {
            found.one(document, "DestinationArn", Located::Log, |value| texts(value, arn));
        }
        _ => {}
    }
    found
}

fn bucket(document: &ResourceDocument, found: &mut Found) {
    found.one(document, "ReplicationConfiguration", Located::Replica, |value| {
        let rules = value.get("Rules").and_then(Value::as_array).into_iter().flatten();
        let enabled = rules.filter(|rule| rule.get("Status").and_then(Value::as_str) != Some("Disabled"));
        enabled
            .map(|rule| rule.pointer("/Destination/Bucket").and_then(Value::as_str).map_or(At::Unknown, in_bucket))
            .collect()
    });
    found.one(document, "LoggingConfiguration", Located::Log, |value| {
        value.get("DestinationBucketName").map(|name| texts(name, in_bucket)).unwrap_or_default()
    });
}

fn flow_log(document: &ResourceDocument, found: &mut Found) {
    found.one(document, "LogDestination", Located::Log, |value| {
        let named = texts(value, arn);
        // By the name of a log group alone it is one of the same account and Region.
        if named.is_empty() { vec![own_region(document)] } else { named }
    });
}

impl Found {
    fn see(&mut self, what: Located, kind: String, at: At, name: &str) {
        self.seen.push(Seen { what, kind, at, name: name.to_owned() });
    }

    /// The places that a facet names.
    fn one(&mut self, document: &ResourceDocument, facet: &str, what: Located, places: impl Fn(&Value) -> Vec<At>) {
        let kind = format!("{} {facet}", document.kind);
        let Some(value) = document.facet(facet) else {
            let reason = document.missing.get(facet).cloned();
            self.unread.push((kind, reason.unwrap_or_else(|| format!("{facet} was not read"))));
            return;
        };
        for at in places(value) {
            self.see(what, kind.clone(), at, document.name());
        }
    }

    /// The places that the items of a facet name; an item in no form that is understood lies nobody knows where.
    fn each(&mut self, document: &ResourceDocument, facet: &str, what: Located, place: impl Fn(&Value) -> Option<At>) {
        self.one(document, facet, what, |value| match value.as_array() {
            Some(items) => items.iter().map(|item| place(item).unwrap_or(At::Unknown)).collect(),
            None => vec![At::Unknown],
        });
    }
}

/// The Region of the resource itself.
fn own_region(document: &ResourceDocument) -> At {
    region(region_of(document).unwrap_or_default())
}

/// The name of the resource's Region, where AWS said it.
pub(super) fn region_of(document: &ResourceDocument) -> Option<&str> {
    (!document.missing.contains_key("region")).then_some(document.region.as_str())
}

/// A text, where there is one that is not empty.
fn texts(value: &Value, place: impl Fn(&str) -> At) -> Vec<At> {
    match value {
        Value::String(text) if text.is_empty() => Vec::new(),
        Value::String(text) => vec![place(text)],
        Value::Null => Vec::new(),
        _ => vec![At::Unknown],
    }
}

fn in_bucket(name: &str) -> At {
    let name = name.rsplit(":::").next().unwrap_or(name);
    let name = name.split('/').next().unwrap_or(name);
    if name.is_empty() || name.contains(':') { At::Unknown } else { At::Bucket(name.to_owned()) }
}

/// The Region of an ARN; that of a bucket has none.
fn arn(text: &str) -> At {
    let mut parts = text.split(':');
    match (parts.next(), parts.nth(1), parts.next()) {
        (Some("arn"), Some("s3"), Some("")) => in_bucket(text),
        (Some("arn"), Some(_), Some(name)) => region(name),
        _ => At::Unknown,
    }
}

fn region(name: &str) -> At {
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let numbered = name.ends_with(|c: char| c.is_ascii_digit()) && name.contains('-');
    if plain && numbered { At::Region(name.to_owned()) } else { At::Unknown }
}

/// The names by which a declaration may call a store: `s3:tre-data`, `efs:fs-0123`.
pub(super) fn references(document: &ResourceDocument) -> Vec<String> {
    let prefixes: &[&str] = match document.kind.as_str() {
        "AWS::S3::Bucket" => &["s3"],
        "AWS::S3Tables::TableBucket" => &["s3tables"],
        "AWS::EFS::FileSystem" => &["efs"],
        "AWS::FSx::FileSystem" => &["fsx"],
        "AWS::DynamoDB::Table" => &["dynamodb"],
        "AWS::RDS::DBInstance" | "AWS::RDS::DBCluster" => &["rds", "neptune", "docdb"],
        "AWS::Redshift::Cluster" => &["redshift"],
        "AWS::Glue::Database" => &["glue"],
        "AWS::Omics::ReferenceStore" | "AWS::Omics::SequenceStore" | "AWS::Omics::VariantStore" => &["omics"],
        "AWS::EC2::Volume" => &["ebs"],
        _ => return Vec::new(),
    };
    let name = document.id.rsplit(['/', ':']).next().unwrap_or(&document.id);
    prefixes.iter().map(|prefix| format!("{prefix}:{name}")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{At, Located, located, references};
    use crate::model::document::ResourceDocument;

    fn document(kind: &str, facets: &Value) -> ResourceDocument {
        ResourceDocument {
            kind: kind.to_owned(),
            id: "arn:aws:x:eu-west-2:1:thing/name".to_owned(),
            account: "1".to_owned(),
            region: "eu-west-2".to_owned(),
            properties: facets.as_object().unwrap().clone().into_iter().collect(),
            ..ResourceDocument::default()
        }
    }

    /// What a document says, in short: `log eu-west-2`, `replica bucket:name`.
    fn said(kind: &str, facets: &Value) -> Vec<String> {
        let found = located(&document(kind, facets));
        found
            .seen
            .iter()
            .map(|seen| {
                let at = match &seen.at {
                    At::Region(name) => name.clone(),
                    At::Bucket(name) => format!("bucket:{name}"),
                    At::Unknown => "unknown".to_owned(),
                };
                format!("{} {at}", seen.what.as_str())
            })
            .collect()
    }

    #[test]
    fn every_form_that_names_a_place_is_read() {
        let rows: [(&str, Value, &[&str]); 14] = [
            ("AWS::EFS::FileSystem", json!({}), &["store eu-west-2"]),
            ("AWS::EC2::Snapshot", json!({}), &["snapshot eu-west-2"]),
            ("AWS::IAM::Role", json!({}), &[]),
            (
                "AWS::S3::Bucket",
                json!({"ReplicationConfiguration": {"Rules": [
                    {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::copy"}},
                    {"Status": "Disabled", "Destination": {"Bucket": "arn:aws:s3:::off"}},
                    {"Status": "Enabled"},
                ]}, "LoggingConfiguration": {"DestinationBucketName": "logs"}}),
                &["store eu-west-2", "replica bucket:copy", "replica unknown", "log bucket:logs"],
            ),
            (
                "AWS::S3::Bucket",
                json!({"ReplicationConfiguration": {}, "LoggingConfiguration": {}}),
                &["store eu-west-2"],
            ),
            (
                "AWS::S3::MultiRegionAccessPoint",
                json!({"Regions": [{"Bucket": "a", "Region": "eu-west-1"}, {"Bucket": "b"}]}),
                &["replica eu-west-1", "replica unknown"],
            ),
            (
                "AWS::Backup::ProtectedResource",
                json!({"RecoveryPoints": [
                    {"RecoveryPointArn": "arn:aws:ec2:eu-west-1::snapshot/snap-1"},
                    {"RecoveryPointArn": "arn:aws:backup:us-east-1:1:recovery-point:x"},
                    {},
                ]}),
                &["backup eu-west-1", "backup us-east-1", "backup eu-west-2"],
            ),
            (
                "AWS::ECR::Registry",
                json!({"ReplicationConfiguration": {"Rules": [{"Destinations": [{"Region": "eu-north-1"}]}]}}),
                &["replica eu-north-1"],
            ),
            ("AWS::ECR::Registry", json!({"ReplicationConfiguration": {"Rules": []}}), &[]),
            (
                "AWS::CloudTrail::Trail",
                json!({"S3BucketName": "trail", "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:1:log-group:x:*"}),
                &["log bucket:trail", "log eu-west-1"],
            ),
            (
                "AWS::CloudTrail::Trail",
                json!({"S3BucketName": "t", "CloudWatchLogsLogGroupArn": ""}),
                &["log bucket:t"],
            ),
            ("AWS::EC2::FlowLog", json!({"LogDestination": "arn:aws:s3:::flow/prefix/"}), &["log bucket:flow"]),
            ("AWS::EC2::FlowLog", json!({"LogDestination": ""}), &["log eu-west-2"]),
            (
                "AWS::Route53Resolver::ResolverQueryLoggingConfig",
                json!({"DestinationArn": "arn:aws:firehose:us-east-1:1:deliverystream/x"}),
                &["log us-east-1"],
            ),
        ];
        for (kind, facets, expected) in rows {
            assert_eq!(said(kind, &facets), expected, "{kind} {facets}");
        }
    }

    #[test]
    fn what_was_not_read_is_said_and_a_region_that_was_not_read_is_unknown() {
        let mut bucket = document("AWS::S3::Bucket", &json!({"LoggingConfiguration": {}}));
        bucket.missing.insert("ReplicationConfiguration".to_owned(), "s3:GetBucketReplication denied".to_owned());
        bucket.missing.insert("region".to_owned(), "s3:GetBucketLocation denied".to_owned());
        let found = located(&bucket);
        assert_eq!((found.seen.len(), &found.seen[0].at), (1, &At::Unknown));
        let wanted =
            ("AWS::S3::Bucket ReplicationConfiguration".to_owned(), "s3:GetBucketReplication denied".to_owned());
        assert_eq!(found.unread, [wanted]);
        let trail = located(&document("AWS::CloudTrail::Trail", &json!({"S3BucketName": "t"})));
        assert_eq!(trail.unread[0].1, "CloudWatchLogsLogGroupArn was not read");
    }

    #[test]
    fn a_place_of_any_other_form_is_not_known() {
        for text in ["", "eu", "EU-WEST-2", "eu-west-2 ", "global", "arn:aws:logs", "x:y:z", "eu-west-2\u{202e}"] {
            assert_eq!(super::region(text), At::Unknown, "{text:?}");
            assert_eq!(super::arn(text), At::Unknown, "{text:?}");
        }
    }

    #[test]
    fn a_store_is_known_by_what_the_declaration_calls_it() {
        let of = |kind: &str, id: &str| {
            references(&ResourceDocument { kind: kind.to_owned(), id: id.to_owned(), ..ResourceDocument::default() })
        };
        assert_eq!(of("AWS::S3::Bucket", "tre-data"), ["s3:tre-data"]);
        assert_eq!(of("AWS::DynamoDB::Table", "arn:aws:dynamodb:eu-west-2:1:table/t"), ["dynamodb:t"]);
        assert!(of("AWS::RDS::DBCluster", "arn:aws:rds:eu-west-2:1:cluster:c").contains(&"docdb:c".to_owned()));
        assert!(of("AWS::IAM::Role", "r").is_empty());
        assert!(located(&ResourceDocument::default()).seen.is_empty() && Located::Log.as_str() == "log");
    }
}
