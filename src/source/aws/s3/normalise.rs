//! S3's answers in `CloudFormation`'s words.
//!
//! May import: `model`, `source`. Guarantees: pure; a member that S3 left out is left out here too.

use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput;
use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
use aws_sdk_s3::types::{
    AnalyticsConfiguration, AnalyticsFilter, Destination, Event, Grant, InventoryConfiguration, LifecycleRule,
    LoggingEnabled, MetadataConfigurationResult, NotificationConfigurationFilter, ObjectLockConfiguration, Owner,
    OwnershipControls, PublicAccessBlockConfiguration, ReplicationConfiguration, ReplicationRule,
    ServerSideEncryptionConfiguration, Tag, TargetObjectKeyFormat,
};
use serde_json::{Value, json};

use crate::source::aws::draft::{is_empty_object, object, some, sorted_texts, texts, time};

pub(super) fn public_access_block(block: &PublicAccessBlockConfiguration) -> Value {
    object([
        ("BlockPublicAcls", some(block.block_public_acls())),
        ("BlockPublicPolicy", some(block.block_public_policy())),
        ("IgnorePublicAcls", some(block.ignore_public_acls())),
        ("RestrictPublicBuckets", some(block.restrict_public_buckets())),
    ])
}

pub(super) fn encryption(configuration: &ServerSideEncryptionConfiguration) -> Value {
    let rules = configuration.rules().iter().map(|rule| {
        let default = rule.apply_server_side_encryption_by_default().map(|default| {
            object([
                ("SSEAlgorithm", Some(default.sse_algorithm().as_str().into())),
                ("KMSMasterKeyID", some(default.kms_master_key_id())),
            ])
        });
        let blocked = rule.blocked_encryption_types().map(|blocked| {
            object([("EncryptionType", Some(sorted_texts(blocked.encryption_type().iter().map(|x| x.as_str()))))])
        });
        object([
            ("ServerSideEncryptionByDefault", default),
            ("BucketKeyEnabled", some(rule.bucket_key_enabled())),
            ("BlockedEncryptionTypes", blocked),
        ])
    });
    json!({ "ServerSideEncryptionConfiguration": rules.collect::<Value>() })
}

/// A bucket that never had versioning answers without a status.
pub(super) fn versioning(output: &GetBucketVersioningOutput) -> Value {
    object([
        ("Status", some(output.status().map(|x| x.as_str()))),
        ("MfaDelete", some(output.mfa_delete().map(|x| x.as_str()))),
    ])
}

pub(super) fn ownership(controls: &OwnershipControls) -> Value {
    let rules = controls.rules().iter().map(|rule| json!({ "ObjectOwnership": rule.object_ownership().as_str() }));
    json!({ "Rules": rules.collect::<Value>() })
}

pub(super) fn logging(enabled: &LoggingEnabled) -> Value {
    object([
        ("DestinationBucketName", Some(enabled.target_bucket().into())),
        ("LogFilePrefix", Some(enabled.target_prefix().into())),
        ("TargetObjectKeyFormat", enabled.target_object_key_format().map(key_format)),
    ])
}

fn key_format(format: &TargetObjectKeyFormat) -> Value {
    object([
        ("SimplePrefix", format.simple_prefix().map(|_| object([]))),
        (
            "PartitionedPrefix",
            format.partitioned_prefix().map(|prefix| {
                object([("PartitionDateSource", some(prefix.partition_date_source().map(|x| x.as_str())))])
            }),
        ),
    ])
}

fn tag(tag: &Tag) -> Value {
    json!({ "Key": tag.key(), "Value": tag.value() })
}

pub(super) fn lifecycle(rules: &[LifecycleRule]) -> Value {
    json!({ "Rules": rules.iter().map(lifecycle_rule).collect::<Value>() })
}

fn lifecycle_rule(rule: &LifecycleRule) -> Value {
    let expiration = rule.expiration();
    let filter = rule.filter();
    let and = filter.and_then(|filter| filter.and());
    #[expect(deprecated, reason = "rules made before filters existed have their prefix here")]
    let prefix = rule.prefix().or(filter.and_then(|filter| filter.prefix())).or(and.and_then(|and| and.prefix()));
    let mut tags: Vec<Value> = and.map(|and| and.tags().iter().map(tag).collect()).unwrap_or_default();
    tags.extend(filter.and_then(|filter| filter.tag()).map(tag));
    let greater = filter
        .and_then(|filter| filter.object_size_greater_than())
        .or(and.and_then(|and| and.object_size_greater_than()));
    let less =
        filter.and_then(|filter| filter.object_size_less_than()).or(and.and_then(|and| and.object_size_less_than()));
    let transitions = rule.transitions().iter().map(|item| {
        object([
            ("StorageClass", some(item.storage_class().map(|x| x.as_str()))),
            ("TransitionDate", time(item.date())),
            ("TransitionInDays", some(item.days())),
        ])
    });
    let noncurrent_transitions = rule.noncurrent_version_transitions().iter().map(|item| {
        object([
            ("StorageClass", some(item.storage_class().map(|x| x.as_str()))),
            ("TransitionInDays", some(item.noncurrent_days())),
            ("NewerNoncurrentVersions", some(item.newer_noncurrent_versions())),
        ])
    });
    let noncurrent = rule.noncurrent_version_expiration().map(|item| {
        object([
            ("NoncurrentDays", some(item.noncurrent_days())),
            ("NewerNoncurrentVersions", some(item.newer_noncurrent_versions())),
        ])
    });
    let abort = rule
        .abort_incomplete_multipart_upload()
        .map(|item| object([("DaysAfterInitiation", some(item.days_after_initiation()))]));
    object([
        ("Id", some(rule.id())),
        ("Status", Some(rule.status().as_str().into())),
        ("Prefix", some(prefix)),
        ("TagFilters", (!tags.is_empty()).then_some(Value::Array(tags))),
        ("ObjectSizeGreaterThan", some(greater)),
        ("ObjectSizeLessThan", some(less)),
        ("ExpirationDate", time(expiration.and_then(|item| item.date()))),
        ("ExpirationInDays", some(expiration.and_then(|item| item.days()))),
        ("ExpiredObjectDeleteMarker", some(expiration.and_then(|item| item.expired_object_delete_marker()))),
        ("Transitions", (!rule.transitions().is_empty()).then(|| transitions.collect())),
        (
            "NoncurrentVersionTransitions",
            (!rule.noncurrent_version_transitions().is_empty()).then(|| noncurrent_transitions.collect()),
        ),
        ("NoncurrentVersionExpiration", noncurrent),
        ("AbortIncompleteMultipartUpload", abort),
    ])
}

pub(super) fn replication(configuration: &ReplicationConfiguration) -> Value {
    json!({
        "Role": configuration.role(),
        "Rules": configuration.rules().iter().map(replication_rule).collect::<Value>(),
    })
}

fn replication_rule(rule: &ReplicationRule) -> Value {
    let filter = rule.filter().map(|filter| {
        let and = filter.and().map(|and| {
            object([("Prefix", some(and.prefix())), ("TagFilters", Some(and.tags().iter().map(tag).collect()))])
        });
        object([("Prefix", some(filter.prefix())), ("TagFilter", filter.tag().map(tag)), ("And", and)])
    });
    let criteria = rule.source_selection_criteria().map(|item| {
        let status = |status: &str| json!({ "Status": status });
        object([
            ("SseKmsEncryptedObjects", item.sse_kms_encrypted_objects().map(|x| status(x.status().as_str()))),
            ("ReplicaModifications", item.replica_modifications().map(|x| status(x.status().as_str()))),
        ])
    });
    #[expect(deprecated, reason = "rules made before filters existed have their prefix here")]
    let prefix = rule.prefix();
    object([
        ("Id", some(rule.id())),
        ("Priority", some(rule.priority())),
        ("Status", Some(rule.status().as_str().into())),
        ("Prefix", some(prefix)),
        ("Filter", filter),
        ("SourceSelectionCriteria", criteria),
        ("Destination", rule.destination().map(destination)),
        (
            "DeleteMarkerReplication",
            rule.delete_marker_replication().map(|item| object([("Status", some(item.status().map(|x| x.as_str())))])),
        ),
    ])
}

fn destination(destination: &Destination) -> Value {
    object([
        ("Bucket", Some(destination.bucket().into())),
        ("Account", some(destination.account())),
        ("StorageClass", some(destination.storage_class().map(|x| x.as_str()))),
        (
            "AccessControlTranslation",
            destination.access_control_translation().map(|item| json!({ "Owner": item.owner().as_str() })),
        ),
        (
            "EncryptionConfiguration",
            destination
                .encryption_configuration()
                .map(|item| object([("ReplicaKmsKeyID", some(item.replica_kms_key_id()))])),
        ),
    ])
}

pub(super) fn object_lock(configuration: &ObjectLockConfiguration) -> Value {
    let retention = configuration.rule().and_then(|rule| rule.default_retention()).map(|item| {
        object([
            ("Mode", some(item.mode().map(|x| x.as_str()))),
            ("Days", some(item.days())),
            ("Years", some(item.years())),
        ])
    });
    object([
        ("ObjectLockEnabled", some(configuration.object_lock_enabled().map(|x| x.as_str()))),
        ("Rule", retention.map(|retention| json!({ "DefaultRetention": retention }))),
    ])
}

/// `CloudFormation` has one entry for each event, S3 one for several.
pub(super) fn notification(output: &GetBucketNotificationConfigurationOutput) -> Value {
    fn entries(
        target: &str,
        arn: &str,
        events: &[Event],
        filter: Option<&NotificationConfigurationFilter>,
    ) -> Vec<Value> {
        events
            .iter()
            .map(|event| {
                object([
                    (target, Some(arn.into())),
                    ("Event", Some(event.as_str().into())),
                    ("Filter", filter.map(key_filter)),
                ])
            })
            .collect()
    }
    let list = |items: Vec<Value>| (!items.is_empty()).then_some(Value::Array(items));
    object([
        (
            "TopicConfigurations",
            list(
                output
                    .topic_configurations()
                    .iter()
                    .flat_map(|item| entries("Topic", item.topic_arn(), item.events(), item.filter()))
                    .collect(),
            ),
        ),
        (
            "QueueConfigurations",
            list(
                output
                    .queue_configurations()
                    .iter()
                    .flat_map(|item| entries("Queue", item.queue_arn(), item.events(), item.filter()))
                    .collect(),
            ),
        ),
        (
            "LambdaConfigurations",
            list(
                output
                    .lambda_function_configurations()
                    .iter()
                    .flat_map(|item| entries("Function", item.lambda_function_arn(), item.events(), item.filter()))
                    .collect(),
            ),
        ),
        (
            "EventBridgeConfiguration",
            output.event_bridge_configuration().map(|_| json!({ "EventBridgeEnabled": true })),
        ),
    ])
}

fn key_filter(filter: &NotificationConfigurationFilter) -> Value {
    let rules = filter.key().map(|key| key.filter_rules()).unwrap_or_default();
    let rules = rules
        .iter()
        .map(|rule| object([("Name", some(rule.name().map(|x| x.as_str()))), ("Value", some(rule.value()))]))
        .collect::<Value>();
    json!({ "S3Key": { "Rules": rules } })
}

pub(super) fn inventories<'i>(items: impl Iterator<Item = &'i InventoryConfiguration>) -> Value {
    let mut items: Vec<_> = items.collect();
    items.sort_by(|a, b| a.id().cmp(b.id()));
    items.into_iter().map(inventory).collect()
}

fn inventory(item: &InventoryConfiguration) -> Value {
    let destination = item.destination().and_then(|destination| destination.s3_bucket_destination()).map(|bucket| {
        object([
            ("BucketArn", Some(bucket.bucket().into())),
            ("BucketAccountId", some(bucket.account_id())),
            ("Format", Some(bucket.format().as_str().into())),
            ("Prefix", some(bucket.prefix())),
        ])
    });
    let fields = item.optional_fields();
    object([
        ("Id", Some(item.id().into())),
        ("Enabled", Some(item.is_enabled().into())),
        ("IncludedObjectVersions", Some(item.included_object_versions().as_str().into())),
        ("ScheduleFrequency", some(item.schedule().map(|schedule| schedule.frequency().as_str()))),
        ("OptionalFields", (!fields.is_empty()).then(|| texts(fields.iter().map(|x| x.as_str())))),
        ("Prefix", some(item.filter().map(|filter| filter.prefix()))),
        ("Destination", destination),
    ])
}

pub(super) fn analytics<'i>(items: impl Iterator<Item = &'i AnalyticsConfiguration>) -> Value {
    let mut items: Vec<_> = items.collect();
    items.sort_by(|a, b| a.id().cmp(b.id()));
    items.into_iter().map(analysis).collect()
}

fn analysis(item: &AnalyticsConfiguration) -> Value {
    let (prefix, tags) = match item.filter() {
        Some(AnalyticsFilter::Prefix(prefix)) => (Some(prefix.as_str()), Vec::new()),
        Some(AnalyticsFilter::Tag(one)) => (None, vec![tag(one)]),
        Some(AnalyticsFilter::And(and)) => (and.prefix(), and.tags().iter().map(tag).collect()),
        _ => (None, Vec::new()),
    };
    let export = item.storage_class_analysis().and_then(|analysis| analysis.data_export()).map(|export| {
        let destination =
            export.destination().and_then(|destination| destination.s3_bucket_destination()).map(|bucket| {
                object([
                    ("BucketArn", Some(bucket.bucket().into())),
                    ("BucketAccountId", some(bucket.bucket_account_id())),
                    ("Format", Some(bucket.format().as_str().into())),
                    ("Prefix", some(bucket.prefix())),
                ])
            });
        object([
            ("OutputSchemaVersion", Some(export.output_schema_version().as_str().into())),
            ("Destination", destination),
        ])
    });
    object([
        ("Id", Some(item.id().into())),
        ("Prefix", some(prefix)),
        ("TagFilters", (!tags.is_empty()).then_some(Value::Array(tags))),
        ("StorageClassAnalysis", Some(object([("DataExport", export)]))),
    ])
}

/// Who owns the bucket and who else was granted something. E-mail addresses of grantees are left out.
pub(super) fn acl(owner: &Owner, grants: &[Grant]) -> Value {
    let grants = grants.iter().map(|grant| {
        let grantee = grant.grantee().map(|grantee| {
            object([
                ("Type", Some(grantee.r#type().as_str().into())),
                ("ID", some(grantee.id())),
                ("URI", some(grantee.uri())),
            ])
        });
        object([("Grantee", grantee), ("Permission", some(grant.permission().map(|x| x.as_str())))])
    });
    json!({ "Owner": object([("ID", some(owner.id()))]), "Grants": grants.collect::<Value>() })
}

pub(super) fn metadata(result: &MetadataConfigurationResult) -> Value {
    let destination = result.destination_result().map(|item| {
        object([
            ("TableBucketType", some(item.table_bucket_type().map(|x| x.as_str()))),
            ("TableBucketArn", some(item.table_bucket_arn())),
            ("TableNamespace", some(item.table_namespace())),
        ])
    });
    let journal = result.journal_table_configuration_result().map(|item| {
        let expiration = item
            .record_expiration()
            .map(|x| object([("Expiration", Some(x.expiration().as_str().into())), ("Days", some(x.days()))]));
        object([
            ("TableName", Some(item.table_name().into())),
            ("TableArn", some(item.table_arn())),
            ("TableStatus", Some(item.table_status().into())),
            ("RecordExpiration", expiration),
        ])
    });
    let inventory = result.inventory_table_configuration_result().map(|item| {
        object([
            ("ConfigurationState", Some(item.configuration_state().as_str().into())),
            ("TableName", some(item.table_name())),
            ("TableArn", some(item.table_arn())),
            ("TableStatus", some(item.table_status())),
        ])
    });
    let all = object([
        ("Destination", destination),
        ("JournalTableConfiguration", journal),
        ("InventoryTableConfiguration", inventory),
    ]);
    // A configuration that exists never looks like one that does not.
    if is_empty_object(&all) { json!({ "Configured": true }) } else { all }
}

#[cfg(test)]
mod tests {
    use super::{acl, lifecycle, notification, object_lock, versioning};
    use aws_sdk_s3::operation::get_bucket_notification_configuration::GetBucketNotificationConfigurationOutput;
    use aws_sdk_s3::operation::get_bucket_versioning::GetBucketVersioningOutput;
    use aws_sdk_s3::types::{
        BucketVersioningStatus, Event, ExpirationStatus, Grant, Grantee, LifecycleExpiration, LifecycleRule,
        LifecycleRuleAndOperator, LifecycleRuleFilter, ObjectLockConfiguration, ObjectLockEnabled, Owner, Permission,
        Tag, TopicConfiguration, Type,
    };
    use serde_json::json;

    #[test]
    fn a_bucket_that_never_had_versioning_has_an_empty_configuration() {
        assert_eq!(versioning(&GetBucketVersioningOutput::builder().build()), json!({}));
        let on = GetBucketVersioningOutput::builder().status(BucketVersioningStatus::Enabled).build();
        assert_eq!(versioning(&on), json!({ "Status": "Enabled" }));
    }

    #[test]
    fn a_lifecycle_rule_is_flattened_as_in_cloudformation() {
        let and = LifecycleRuleAndOperator::builder()
            .prefix("raw/")
            .tags(Tag::builder().key("k").value("v").build().unwrap())
            .build();
        let rule = LifecycleRule::builder()
            .id("old")
            .status(ExpirationStatus::Enabled)
            .filter(LifecycleRuleFilter::builder().and(and).build())
            .expiration(LifecycleExpiration::builder().days(30).build())
            .build()
            .unwrap();
        assert_eq!(
            lifecycle(&[rule]),
            json!({ "Rules": [{
                "Id": "old", "Status": "Enabled", "Prefix": "raw/", "TagFilters": [{ "Key": "k", "Value": "v" }],
                "ExpirationInDays": 30,
            }] })
        );
    }

    #[test]
    fn each_event_of_a_notification_has_its_entry() {
        let topic = TopicConfiguration::builder()
            .topic_arn("arn:aws:sns:eu-west-2:1:t")
            .events(Event::S3ObjectCreated)
            .events(Event::S3ObjectRemoved)
            .build()
            .unwrap();
        let output = GetBucketNotificationConfigurationOutput::builder().topic_configurations(topic).build();
        assert_eq!(
            notification(&output),
            json!({ "TopicConfigurations": [
                { "Topic": "arn:aws:sns:eu-west-2:1:t", "Event": "s3:ObjectCreated:*" },
                { "Topic": "arn:aws:sns:eu-west-2:1:t", "Event": "s3:ObjectRemoved:*" },
            ] })
        );
        assert_eq!(notification(&GetBucketNotificationConfigurationOutput::builder().build()), json!({}));
    }

    #[test]
    fn a_lock_without_a_rule_has_no_retention() {
        let lock = ObjectLockConfiguration::builder().object_lock_enabled(ObjectLockEnabled::Enabled).build();
        assert_eq!(object_lock(&lock), json!({ "ObjectLockEnabled": "Enabled" }));
    }

    #[test]
    fn an_acl_keeps_no_mail_address() {
        let grantee = Grantee::builder()
            .r#type(Type::AmazonCustomerByEmail)
            .email_address("ada@example.org")
            .display_name("ada")
            .id("1")
            .build()
            .unwrap();
        let grant = Grant::builder().grantee(grantee).permission(Permission::Read).build();
        let value = acl(&Owner::builder().id("0").display_name("ada@example.org").build(), &[grant]);
        assert!(!value.to_string().contains("example.org"), "{value}");
        assert_eq!(value["Grants"][0]["Permission"], "READ");
    }
}
