//! Resources of a plan in the words of templates: of those that are there already AWS's defaults say nothing, and what already has the
//! words of live documents stays as it is.

use serde_json::json;

use super::{collected, known, property, reason, world};
use crate::model::planned::{Action, Assumed, Planned, PlannedResource, World};

fn with(mut world: World, change: impl Fn(&mut PlannedResource)) -> Vec<PlannedResource> {
    world.resources.iter_mut().for_each(change);
    collected(world).0.resources
}

#[test]
fn of_a_resource_that_is_there_already_nothing_is_taken_for_a_default() {
    let template = r#"{ "Key": { "Type": "AWS::KMS::Key", "Properties": { "Description": "d" } } }"#;
    let new = with(world(template), |_| {});
    assert_eq!(known(&new[0], "EnableKeyRotation"), &json!(false));
    assert_eq!(new[0].assumed["EnableKeyRotation"], Assumed::Setting);
    assert_eq!(new[0].assumed["Grants"], Assumed::State);
    assert!(!new[0].assumed.contains_key("Description"));
    let there = with(world(template), |resource| resource.action = Action::Update);
    for facet in ["EnableKeyRotation", "KeyState", "Grants", "KeyPolicy"] {
        assert!(reason(&there[0], facet).contains("--live"), "{facet}");
    }
    assert_eq!(known(&there[0], "Description"), &json!("d"));
}

#[test]
fn what_has_the_words_of_live_documents_keeps_them_and_gets_what_others_say() {
    let template = r#"{ "aws_s3_bucket.b": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "b", "BucketPolicy": {} } },
      "awscc_s3_bucket_policy.p": { "Type": "AWS::S3::BucketPolicy", "Properties": { "Bucket": "b", "PolicyDocument": { "Statement": [{ "Effect": "Deny" }] } } } }"#;
    let made = with(world(template), |resource| resource.shaped = resource.address.starts_with("aws_"));
    assert_eq!(made.len(), 1);
    assert_eq!(known(&made[0], "BucketPolicy")["Statement"], json!([{ "Effect": "Deny" }]));
    assert!(!made[0].properties.contains_key("VersioningConfiguration"));
}

#[test]
fn what_a_companion_that_goes_away_has_set_is_not_what_is_there() {
    let template = r#"{ "awscc_s3_bucket.b": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "b" } },
      "awscc_s3_bucket_policy.p": { "Type": "AWS::S3::BucketPolicy", "Properties": { "Bucket": "b", "PolicyDocument": { "Statement": [] } } } }"#;
    let made = with(world(template), |resource| {
        resource.action = if resource.address.ends_with(".p") { Action::Delete } else { Action::Keep };
    });
    let why = reason(&made[0], "BucketPolicy");
    assert!(why.contains("goes away") && !why.contains("--live"), "{why}");
    assert_eq!(made[0].action, Action::Update);
}

/// A misspelt property would pass for one that nobody sets.
#[test]
fn names_without_capitals_are_the_names_of_the_tables() {
    let template = r#"{ "awscc_s3tables_table_bucket.t": { "Type": "AWS::S3Tables::TableBucket", "Properties": { "TableBucketName": "t",
      "EncryptionConfiguration": { "SseAlgorithm": "aws:kms", "KmsKeyArn": "arn:aws:kms:eu-west-2:111111111111:key/1" } } } }"#;
    let made = with(world(template), |_| {});
    let expected = json!({ "SSEAlgorithm": "aws:kms", "KMSKeyArn": "arn:aws:kms:eu-west-2:111111111111:key/1" });
    assert_eq!(known(&made[0], "EncryptionConfiguration"), &expected);
}

#[test]
fn what_stands_beside_a_resource_goes_before_its_own_row() {
    let template = r#"{ "awscc_s3_bucket.b": { "Type": "AWS::S3::Bucket", "Properties": { "BucketName": "b" } } }"#;
    let made = with(world(template), |resource| {
        let policy = Planned::Known(json!({ "Statement": [] }));
        resource.beside.insert("BucketPolicy".to_owned(), property(policy, 7));
    });
    assert_eq!(known(&made[0], "BucketPolicy"), &json!({ "Statement": [] }));
    assert!(!made[0].assumed.contains_key("BucketPolicy"));
}
