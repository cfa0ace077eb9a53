//! What stands beside a resource is folded into it, and what is not there is not guessed.

use serde_json::json;

use super::*;
use crate::model::planned::Action;

const BLOCK: [&str; 4] = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];

fn access_block(address: &str, bucket: Value) -> Value {
    let mut after: Value = BLOCK.iter().map(|name| ((*name).to_owned(), json!(true))).collect::<Map<_, _>>().into();
    let mut marks = json!({ "id": true });
    if bucket.is_null() {
        marks["bucket"] = json!(true);
    } else {
        after["bucket"] = bucket;
    }
    create(address, after, marks)
}

fn all_blocked() -> Planned {
    known(
        json!({ "BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true }),
    )
}

#[test]
fn a_companion_is_found_by_the_name_that_both_have() {
    let changes = vec![
        bucket("aws_s3_bucket.a", "tre-a"),
        bucket("aws_s3_bucket.b", "tre-b"),
        create("aws_s3_bucket_policy.p", json!({ "bucket": "tre-b", "policy": r#"{"Statement":[]}"# }), json!({})),
    ];
    let input = input(&plan(changes, vec![]));
    assert_eq!(property(&input, "aws_s3_bucket.b", "BucketPolicy"), &known(json!({ "Statement": [] })));
    assert_eq!(property(&input, "aws_s3_bucket.a", "BucketPolicy"), &known(json!({})));
    assert_eq!(addresses(&input), ["aws_s3_bucket.a", "aws_s3_bucket.b"]);
}

#[test]
fn a_new_bucket_without_companions_has_the_defaults_of_aws() {
    let input = input(&plan(vec![bucket("aws_s3_bucket.a", "tre-a")], vec![]));
    let encryption = json!({ "ServerSideEncryptionConfiguration": [{
        "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" },
        "BlockedEncryptionTypes": { "EncryptionType": ["SSE-C"] },
    }] });
    for (name, value) in [
        ("PublicAccessBlockConfiguration", all_blocked()),
        ("BucketEncryption", known(encryption)),
        ("OwnershipControls", known(json!({ "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] }))),
        ("BucketPolicy", known(json!({}))),
        ("VersioningConfiguration", known(json!({}))),
        ("LoggingConfiguration", known(json!({}))),
        ("LifecycleConfiguration", known(json!({}))),
        ("ReplicationConfiguration", known(json!({}))),
        ("ObjectLockConfiguration", known(json!({}))),
        ("NotificationConfiguration", known(json!({}))),
        ("Acl", known(json!({ "Grants": [] }))),
    ] {
        assert_eq!(property(&input, "aws_s3_bucket.a", name), &value, "{name}");
    }
}

#[test]
fn a_bucket_that_exists_may_have_what_the_plan_does_not_say() {
    for action in ["no-op", "update"] {
        let after = json!({ "id": "tre-a", "bucket": "tre-a", "arn": "arn:aws:s3:::tre-a", "policy": "" });
        let input = input(&plan(vec![change("aws_s3_bucket.a", action, after, json!({}))], vec![]));
        for name in ["PublicAccessBlockConfiguration", "BucketEncryption", "BucketPolicy", "LifecycleConfiguration"] {
            assert_eq!(why(&input, "aws_s3_bucket.a", name), "may be set elsewhere; give --live SNAPSHOT", "{name}");
        }
        assert_eq!(resource(&input, "aws_s3_bucket.a").arn.as_deref(), Some("arn:aws:s3:::tre-a"));
    }
}

#[test]
fn what_the_provider_read_of_a_bucket_that_exists_is_known() {
    let after = json!({
        "id": "tre-a", "bucket": "tre-a", "policy": r#"{"Statement":[]}"#,
        "versioning": [{ "enabled": true, "mfa_delete": false }],
        "server_side_encryption_configuration": [{ "rule": [{ "bucket_key_enabled": false,
            "apply_server_side_encryption_by_default": [{ "sse_algorithm": "aws:kms", "kms_master_key_id": "k" }] }] }],
    });
    let input = input(&plan(vec![change("aws_s3_bucket.a", "no-op", after, json!({}))], vec![]));
    assert_eq!(property(&input, "aws_s3_bucket.a", "BucketPolicy"), &known(json!({ "Statement": [] })));
    assert_eq!(property(&input, "aws_s3_bucket.a", "VersioningConfiguration"), &known(json!({ "Status": "Enabled" })));
    let rule = json!({ "BucketKeyEnabled": false,
        "ServerSideEncryptionByDefault": { "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k" } });
    assert_eq!(
        property(&input, "aws_s3_bucket.a", "BucketEncryption"),
        &known(json!({ "ServerSideEncryptionConfiguration": [rule] }))
    );
}

#[test]
fn a_companion_that_goes_takes_its_property_with_it() {
    let after = json!({ "id": "tre-a", "bucket": "tre-a", "policy": r#"{"Statement":[]}"# });
    let gone = |address: &str| change(address, "delete", json!({ "bucket": "tre-a", "policy": "{}" }), json!({}));
    let changes = vec![
        change("aws_s3_bucket.a", "no-op", after, json!({})),
        gone("aws_s3_bucket_policy.p"),
        gone("aws_s3_bucket_server_side_encryption_configuration.e"),
    ];
    let input = input(&plan(changes, vec![]));
    assert_eq!(property(&input, "aws_s3_bucket.a", "BucketPolicy"), &known(json!({})));
    assert!(why(&input, "aws_s3_bucket.a", "BucketEncryption").contains("its companion is removed"));
}

#[test]
fn a_companion_of_an_unclear_parent_may_belong_to_every_one() {
    let changes = vec![
        bucket("aws_s3_bucket.a", "tre-a"),
        bucket("aws_s3_bucket.b", "tre-b"),
        access_block("aws_s3_bucket_public_access_block.a", json!("tre-a")),
        access_block("aws_s3_bucket_public_access_block.x", Value::Null),
        create("aws_kms_key.k", json!({}), json!({})),
    ];
    let blocks = vec![block("aws_s3_bucket_public_access_block.x", json!({ "bucket": ["local.name"] }))];
    let input = input(&plan(changes, blocks));
    // The one that has its own too: of two that set one thing, nobody can say which comes last.
    for bucket in ["aws_s3_bucket.a", "aws_s3_bucket.b"] {
        assert_eq!(
            why(&input, bucket, "PublicAccessBlockConfiguration"),
            "aws_s3_bucket_public_access_block.x may belong to it"
        );
    }
    // Only that property is in doubt.
    assert_eq!(property(&input, "aws_s3_bucket.b", "BucketPolicy"), &known(json!({})));
    assert!(reasons(&input)[0].contains("aws_s3_bucket_public_access_block.x: which AWS::S3::Bucket"));
    assert!(!input.unjudgeable[0].whole);
}

#[test]
fn a_parent_that_is_not_in_the_plan_is_one_that_exists() {
    let changes = vec![access_block("aws_s3_bucket_public_access_block.x", json!("tre-elsewhere"))];
    let input = input(&plan(changes, vec![]));
    let found = resource(&input, "AWS::S3::Bucket(tre-elsewhere)");
    assert_eq!((found.action, found.kind.as_str()), (Action::Update, "AWS::S3::Bucket"));
    assert_eq!(found.id.as_deref(), Some("tre-elsewhere"));
    assert_eq!(property(&input, &found.address, "PublicAccessBlockConfiguration"), &all_blocked());
    for name in ["BucketPolicy", "BucketName", "Tags", "BucketEncryption"] {
        assert_eq!(why(&input, &found.address, name), "exists already; give --live SNAPSHOT", "{name}");
    }
}

#[test]
fn two_resources_with_one_name_are_told_apart_by_the_configuration_or_not_at_all() {
    let changes = vec![
        bucket("aws_s3_bucket.a", "same"),
        bucket("aws_s3_bucket.b", "same"),
        access_block("aws_s3_bucket_public_access_block.x", json!("same")),
    ];
    let unclear = input(&plan(changes.clone(), vec![]));
    assert!(why(&unclear, "aws_s3_bucket.a", "PublicAccessBlockConfiguration").contains("may belong"));
    let blocks =
        vec![block("aws_s3_bucket_public_access_block.x", json!({ "bucket": refers("aws_s3_bucket.b.bucket") }))];
    assert!(input(&plan(changes, blocks)).unjudgeable.is_empty());
}

#[test]
fn two_companions_of_one_kind_contradict_each_other() {
    let changes = vec![
        bucket("aws_s3_bucket.a", "tre-a"),
        access_block("aws_s3_bucket_public_access_block.x", json!("tre-a")),
        access_block("aws_s3_bucket_public_access_block.y", json!("tre-a")),
    ];
    let input = input(&plan(changes, vec![]));
    let reason = why(&input, "aws_s3_bucket.a", "PublicAccessBlockConfiguration");
    assert!(reason.starts_with("several resources set it"), "{reason}");
}

#[test]
fn a_companion_that_does_not_say_its_part_is_not_taken_for_the_default() {
    for (after, marks) in [
        (json!({ "bucket": "tre-a" }), json!({})),
        (json!({ "bucket": "tre-a", "rule": null }), json!({})),
        (json!({ "bucket": "tre-a" }), json!({ "rule": true })),
    ] {
        let encryption = create("aws_s3_bucket_server_side_encryption_configuration.e", after, marks);
        let input = input(&plan(vec![bucket("aws_s3_bucket.a", "tre-a"), encryption], vec![]));
        assert!(matches!(property(&input, "aws_s3_bucket.a", "BucketEncryption"), Planned::Unknown(_)));
    }
}

#[test]
fn policies_and_attachments_are_those_of_their_role() {
    let new = create(
        "aws_iam_role.r",
        json!({ "name": "r", "path": "/", "assume_role_policy": "{}", "permissions_boundary": null }),
        json!({ "managed_policy_arns": true, "inline_policy": true }),
    );
    let changes = vec![
        new,
        create(
            "aws_iam_role_policy.p",
            json!({ "role": "r", "name": "p", "policy": r#"{"Statement":[]}"# }),
            json!({}),
        ),
        create("aws_iam_role_policy_attachment.a", json!({ "role": "r" }), json!({ "policy_arn": true })),
        create(
            "aws_iam_policy_attachment.b",
            json!({ "roles": ["r"], "users": ["u"], "policy_arn": "arn:b" }),
            json!({}),
        ),
        create("aws_iam_policy.own", json!({}), json!({ "arn": true })),
    ];
    let blocks =
        vec![block("aws_iam_role_policy_attachment.a", json!({ "policy_arn": refers("aws_iam_policy.own.arn") }))];
    let input = input(&plan(changes, blocks));
    assert_eq!(
        property(&input, "aws_iam_role.r", "Policies"),
        &known(json!([{ "PolicyName": "p", "PolicyDocument": { "Statement": [] } }]))
    );
    assert_eq!(
        property(&input, "aws_iam_role.r", "ManagedPolicyArns"),
        &known(json!(["arn:b", reference("aws_iam_policy.own", "Arn")]))
    );
    assert_eq!(property(&input, "aws_iam_role.r", "PermissionsBoundary"), &known(json!("")));
    // The user is not in the plan: what else is attached to it is not known, and a live list would lack what is new.
    let reason = why(&input, "AWS::IAM::User(u)", "ManagedPolicyArns");
    assert!(reason.starts_with("aws_iam_policy_attachment.b changes what it has already"), "{reason}");
}

#[test]
fn settings_of_one_region_are_one_resource() {
    let changes = vec![
        create("aws_ebs_encryption_by_default.e", json!({ "enabled": true }), json!({})),
        create("aws_ebs_snapshot_block_public_access.s", json!({ "state": "block-all-sharing" }), json!({})),
        create("aws_ec2_serial_console_access.c", json!({ "enabled": false, "region": "us-east-1" }), json!({})),
    ];
    let input = input(&plan(changes, vec![]));
    assert_eq!(addresses(&input), ["aws_ebs_encryption_by_default.e", "aws_ec2_serial_console_access.c"]);
    let found = resource(&input, "aws_ebs_encryption_by_default.e");
    assert_eq!(found.kind, "AWS::EC2::RegionSettings");
    assert_eq!(found.properties["SnapshotBlockPublicAccess"].value, known(json!("block-all-sharing")));
    assert_eq!(found.properties["EbsEncryptionByDefault"].value, known(json!(true)));
}

#[test]
fn permissions_of_a_function_are_one_policy() {
    let permission = |name: &str, principal: &str| {
        create(
            &format!("aws_lambda_permission.{name}"),
            json!({ "function_name": "f", "action": "lambda:InvokeFunction", "principal": principal, "statement_id": name,
                    "source_account": "111111111111" }),
            json!({}),
        )
    };
    let function =
        create("aws_lambda_function.f", json!({ "function_name": "f", "role": "r" }), json!({ "arn": true }));
    let changes = vec![permission("b", "s3.amazonaws.com"), permission("a", "222222222222"), function];
    let input = input(&plan(changes, vec![]));
    let statement = |sid: &str, principal: Value| {
        json!({ "Sid": sid, "Effect": "Allow", "Action": "lambda:InvokeFunction", "Principal": principal,
                "Resource": reference("aws_lambda_function.f", "Arn"),
                "Condition": { "StringEquals": { "AWS:SourceAccount": "111111111111" } } })
    };
    let statements = json!([
        statement("a", json!({ "AWS": "222222222222" })),
        statement("b", json!({ "Service": "s3.amazonaws.com" }))
    ]);
    assert_eq!(
        property(&input, "aws_lambda_function.f", "Policy"),
        &known(json!({ "Version": "2012-10-17", "Statement": statements }))
    );
}

#[test]
fn automatic_backups_of_a_file_system_in_one_zone_are_on_and_of_others_off() {
    let of = |after: Value, marks: Value| input(&plan(vec![create("aws_efs_file_system.f", after, marks)], vec![]));
    let zone = |zone: Value| of(json!({ "availability_zone_name": zone }), json!({}));
    assert_eq!(property(&zone(Value::Null), "aws_efs_file_system.f", "BackupPolicy"), &known(json!({})));
    let on = known(json!({ "Status": "ENABLED" }));
    assert_eq!(property(&zone(json!("eu-west-2a")), "aws_efs_file_system.f", "BackupPolicy"), &on);
    // Whether it will be in one zone, nobody can say yet.
    let later = of(json!({}), json!({ "availability_zone_name": true }));
    let blocks = vec![block("aws_efs_file_system.f", json!({ "availability_zone_name": ["local.zone"] }))];
    let meant = input(&plan(
        vec![create("aws_efs_file_system.f", json!({}), json!({ "availability_zone_name": true }))],
        blocks,
    ));
    assert_eq!(property(&later, "aws_efs_file_system.f", "BackupPolicy"), &known(json!({})));
    assert!(why(&meant, "aws_efs_file_system.f", "BackupPolicy").contains("not set"));
    // A policy that is there and does not say what it is, is no policy that is not there.
    let system = create("aws_efs_file_system.f", json!({ "availability_zone_name": null }), json!({ "id": true }));
    let policy = create("aws_efs_backup_policy.p", json!({}), json!({ "file_system_id": true, "backup_policy": true }));
    let expressions = json!({ "file_system_id": refers("aws_efs_file_system.f.id") });
    let input = input(&plan(vec![system, policy], vec![block("aws_efs_backup_policy.p", expressions)]));
    assert!(why(&input, "aws_efs_file_system.f", "BackupPolicy").contains("not set"));
}
