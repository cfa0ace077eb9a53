//! The tables themselves: that they can be read, and that they say what they should.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::{awscc, defaults, mapping};
use super::*;

#[test]
fn the_table_is_read_and_names_types_of_cloudformation() {
    let table = mapping::table().unwrap();
    assert!(table.rows().len() > 180, "{}", table.rows().len());
    for (name, row) in table.rows() {
        assert!(name.starts_with("aws_"), "{name}");
        assert!(row.kind.starts_with("AWS::"), "{name}: {}", row.kind);
        for rule in row.made.values() {
            assert!(super::super::derived::is_rule(rule), "{name}: {rule}");
        }
        for (path, spec) in &row.specs {
            let parents = path.match_indices('/').map(|(at, _)| &path[..at]);
            for parent in parents {
                // A block below a word that takes it whole would never be looked at.
                let above = row.specs.get(parent);
                assert!(!above.is_some_and(|above| above.words.iter().any(|word| word == "map")), "{name}: {path}");
            }
            for word in &spec.words {
                let known = [
                    "one", "document", "flag", "number", "text", "upper", "invert", "list", "items", "map", "unset",
                    "filled",
                ];
                let is_known = known.contains(&word.as_str())
                    || ["each:", "say:", "shape:"].iter().any(|start| word.starts_with(start));
                assert!(is_known, "{name}: {path}: {word}");
            }
        }
    }
}

#[test]
fn a_companion_fills_what_it_makes() {
    for (name, row) in mapping::table().unwrap().rows().iter().filter(|(_, row)| row.is_companion()) {
        assert!(!row.fills.is_empty(), "{name}");
        let filled: BTreeSet<&str> = row.fills.iter().map(|fill| fill.property.as_str()).collect();
        for (path, spec) in row.specs.iter().filter(|(path, spec)| !path.contains('/') && !spec.lifted) {
            let Some(target) = spec.target.first() else { continue };
            assert!(filled.contains(target.as_str()), "{name}: {path} makes {target}");
        }
    }
}

#[test]
fn each_default_has_its_day_and_the_page_of_aws_that_says_so() {
    assert!(defaults::table().len() > 10);
    for default in defaults::table() {
        assert!(default.page.starts_with("https://docs.aws.amazon.com/"), "{}", default.page);
        let parts: Vec<usize> = default.since.split('-').map(str::len).collect();
        assert_eq!(parts, [4, 2, 2], "{}", default.since);
    }
}

#[test]
fn types_of_the_cloud_control_provider_are_cloudformations_own() {
    for (kind, name) in [
        ("awscc_s3_bucket", "AWS::S3::Bucket"),
        ("awscc_ec2_vpc_endpoint", "AWS::EC2::VPCEndpoint"),
        ("awscc_rds_db_instance", "AWS::RDS::DBInstance"),
        ("awscc_sagemaker_user_profile", "AWS::SageMaker::UserProfile"),
        ("awscc_efs_file_system", "AWS::EFS::FileSystem"),
    ] {
        assert_eq!(awscc::kind(kind).as_deref(), Some(name));
    }
    assert_eq!(awscc::kind("awscc_quantum_ledger"), None);
    assert_eq!(awscc::kind("aws_s3_bucket"), None);
}

#[test]
fn attributes_of_the_cloud_control_provider_keep_their_shape() {
    let after = json!({
        "bucket_name": "tre-a", "tags": [{ "key": "a", "value": "b" }],
        "bucket_encryption": { "server_side_encryption_configuration": [
            { "server_side_encryption_by_default": { "sse_algorithm": "aws:kms", "kms_master_key_id": "k" } }] },
        "public_access_block_configuration": { "block_public_acls": true, "ignore_public_acls": null },
        "website_configuration": null,
    });
    let role = create("awscc_iam_role.r", json!({ "assume_role_policy_document": r#"{"Statement":[]}"# }), json!({}));
    let input = input(&plan(vec![create("awscc_s3_bucket.b", after, json!({})), role], vec![]));
    let found = resource(&input, "awscc_s3_bucket.b");
    assert_eq!(found.properties["Tags"].value, known(json!({ "a": "b" })));
    assert_eq!(
        found.properties["BucketEncryption"].value,
        known(json!({ "ServerSideEncryptionConfiguration": [
            { "ServerSideEncryptionByDefault": { "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k" } }] }))
    );
    assert_eq!(found.properties["PublicAccessBlockConfiguration"].value, known(json!({ "BlockPublicAcls": true })));
    assert_eq!(property(&input, "awscc_iam_role.r", "AssumeRolePolicyDocument"), &known(json!({ "Statement": [] })));
}

#[test]
fn an_attribute_that_is_not_set_is_empty_only_where_the_table_says_that_there_is_none() {
    let group = create(
        "aws_cloudwatch_log_group.g",
        json!({ "name": "g", "kms_key_id": null, "retention_in_days": null }),
        json!({}),
    );
    let input = input(&plan(vec![group], vec![]));
    assert_eq!(property(&input, "aws_cloudwatch_log_group.g", "KmsKeyId"), &known(json!("")));
    assert!(why(&input, "aws_cloudwatch_log_group.g", "RetentionInDays").starts_with("not set"));
}

#[test]
fn of_several_attributes_that_name_the_same_the_one_that_is_set_counts() {
    for name in ["eni_id", "subnet_id", "vpc_id", "transit_gateway_id"] {
        let mut after = json!({ "traffic_type": "ALL", "eni_id": null, "subnet_id": null, "vpc_id": null, "transit_gateway_id": null });
        after[name] = json!("x-1");
        let input = input(&plan(vec![create("aws_flow_log.f", after, json!({}))], vec![]));
        assert_eq!(property(&input, "aws_flow_log.f", "ResourceId"), &known(json!("x-1")), "{name}");
    }
}

#[test]
fn a_plan_of_a_whole_environment_reads_as_its_snapshot() {
    let plan: Value = serde_json::from_str(include_str!("lake.json")).unwrap();
    let input = input(&plan);
    let mut text = String::new();
    for resource in &input.worlds[0].resources {
        text.push_str(&format!("{} {} {:?}\n", resource.address, resource.kind, resource.action));
        for (name, property) in &resource.properties {
            let value = match &property.value {
                Planned::Known(value) => {
                    value.to_string().replace("\\u0001", "<").replace("\\u0002", " ").replace("\\u0003", ">")
                }
                Planned::Unknown(reason) => format!("? {reason}"),
            };
            text.push_str(&format!("  {name} = {value}\n"));
        }
    }
    for found in &input.unjudgeable {
        text.push_str(&format!("! {}\n", found.reason));
    }
    insta::assert_snapshot!(text);
}
