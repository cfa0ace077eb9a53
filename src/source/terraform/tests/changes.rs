//! What a change does to a resource that exists already, and what nobody can say of it then.

use serde_json::json;

use super::*;
use crate::model::planned::{UNKNOWN, is_answered_live};

/// A change that says what was there before.
fn update(address: &str, action: &str, before: Value, after: Value) -> Value {
    let mut made = change(address, action, after, json!({}));
    made["change"]["before"] = before;
    made
}

fn policy(action: &str) -> String {
    json!({ "Statement": [{ "Sid": "n", "Effect": "Deny", "Action": action, "Resource": "*" }] }).to_string()
}

/// A role that exists, with one policy that the provider read.
fn role() -> Value {
    let after = json!({ "id": "r", "arn": "arn:aws:iam::222222222222:role/r", "name": "r", "assume_role_policy": "{}",
        "managed_policy_arns": [], "inline_policy": [{ "name": "p", "policy": policy("s3:*") }] });
    change("aws_iam_role.r", "no-op", after, json!({}))
}

#[test]
fn what_is_added_to_or_taken_from_a_list_that_exists_no_snapshot_answers() {
    let rule = json!({ "security_group_id": "sg-1", "type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22,
        "cidr_blocks": ["0.0.0.0/0"] });
    let route = json!({ "route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0", "gateway_id": "igw-1" });
    let attachment = json!({ "role": "r", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess" });
    for (companion, after, kind, name) in [
        ("aws_security_group_rule.c", rule, "AWS::EC2::SecurityGroup(sg-1)", "SecurityGroupIngress"),
        ("aws_route.c", route, "AWS::EC2::RouteTable(rtb-1)", "Routes"),
        ("aws_iam_role_policy_attachment.c", attachment, "AWS::IAM::Role(r)", "ManagedPolicyArns"),
    ] {
        for action in ["create", "delete"] {
            let input = input(&plan(vec![change(companion, action, after.clone(), json!({}))], vec![]));
            let reason = why(&input, kind, name);
            assert!(!is_answered_live(reason) && reason.contains(companion), "{action} {companion}: {reason}");
        }
        // What stays as it is, the snapshot has.
        let input = input(&plan(vec![change(companion, "no-op", after, json!({}))], vec![]));
        assert!(is_answered_live(why(&input, kind, name)), "{companion}");
    }
}

#[test]
fn a_companion_that_is_removed_and_made_again_under_another_address_leaves_the_order_open() {
    let of = |address: &str, action: &str| {
        let after = json!({ "role": "r", "name": "p", "policy": policy("s3:*") });
        change(address, action, after, json!({}))
    };
    let changes = vec![role(), of("aws_iam_role_policy.old", "delete"), of("aws_iam_role_policy.new", "create")];
    let inline = input(&plan(changes, vec![]));
    assert!(why(&inline, "aws_iam_role.r", "Policies").contains("comes last"));

    let block = |address: &str, action: &str| {
        change(address, action, json!({ "bucket": "tre-a", "block_public_acls": true }), json!({}))
    };
    let there = json!({ "id": "tre-a", "bucket": "tre-a", "arn": "arn:aws:s3:::tre-a" });
    let changes = vec![
        change("aws_s3_bucket.a", "no-op", there, json!({})),
        block("aws_s3_bucket_public_access_block.old", "delete"),
        block("aws_s3_bucket_public_access_block.new", "create"),
    ];
    let single = input(&plan(changes, vec![]));
    assert!(why(&single, "aws_s3_bucket.a", "PublicAccessBlockConfiguration").contains("comes last"));
}

#[test]
fn a_companion_that_moves_is_taken_from_where_it_was() {
    let there = |name: &str| {
        let after = json!({ "id": name, "bucket": name, "policy": policy("s3:GetObject") });
        change(&format!("aws_s3_bucket.{}", name.trim_start_matches("tre-")), "no-op", after, json!({}))
    };
    let of = |bucket: &str| json!({ "bucket": bucket, "policy": policy("s3:GetObject") });
    let moves = update("aws_s3_bucket_policy.p", "delete,create", of("tre-a"), of("tre-b"));
    let within = input(&plan(vec![there("tre-a"), there("tre-b"), moves.clone()], vec![]));
    assert_eq!(property(&within, "aws_s3_bucket.a", "BucketPolicy"), &known(json!({})));
    assert_eq!(resource(&within, "aws_s3_bucket.a").action, crate::model::planned::Action::Update);
    // Where the bucket that it leaves is not in the plan, it is judged all the same.
    let outside = input(&plan(vec![there("tre-b"), moves], vec![]));
    assert_eq!(property(&outside, "AWS::S3::Bucket(tre-a)", "BucketPolicy"), &known(json!({})));
}

#[test]
fn an_item_that_is_taken_away_in_another_spelling_leaves_the_list_open() {
    let gone = |name: &str, action: &str| {
        let after = json!({ "role": "r", "name": name, "policy": policy(action) });
        input(&plan(vec![role(), change("aws_iam_role_policy.p", "delete", after, json!({}))], vec![]))
    };
    // AWS knows a policy by its name, however it is written.
    assert_eq!(property(&gone("p", "S3:*"), "aws_iam_role.r", "Policies"), &known(json!([])));
    assert!(why(&gone("P", "s3:*"), "aws_iam_role.r", "Policies").contains("not found in it"));
}

#[test]
fn the_account_and_the_region_stay_when_their_setting_goes() {
    let block = json!({ "id": "222222222222", "account_id": "222222222222", "block_public_acls": true });
    for (address, after, name) in [
        ("aws_s3_account_public_access_block.b", block, "PublicAccessBlockConfiguration"),
        ("aws_ebs_encryption_by_default.e", json!({ "enabled": true }), "EbsEncryptionByDefault"),
    ] {
        let input = input(&plan(vec![change(address, "delete", after, json!({}))], vec![]));
        assert_eq!(resource(&input, address).action, crate::model::planned::Action::Update);
        let reason = why(&input, address, name);
        assert!(reason.contains("is removed") && !is_answered_live(reason), "{reason}");
    }
}

#[test]
fn a_second_provider_of_which_nobody_says_the_place_has_none() {
    let of = |key: &str, expressions: Value| {
        let mut made = block("aws_s3_bucket.a", json!({ "bucket": "tre-a" }));
        made["provider_config_key"] = json!(key);
        let mut plan = plan(vec![bucket("aws_s3_bucket.a", "tre-a")], vec![made]);
        plan["configuration"]["provider_config"][key] = json!({ "name": "aws", "expressions": expressions });
        let options = Options {
            account: Some("111111111111".to_owned()),
            region: Some("eu-west-2".to_owned()),
            ..Options::default()
        };
        let input = read("plan.json", plan.to_string().as_bytes(), &options).unwrap();
        let found = resource(&input, "aws_s3_bucket.a");
        (found.account.clone().unwrap_or_default(), found.region.clone().unwrap_or_default())
    };
    let place = |account: &str, region: &str| (account.to_owned(), region.to_owned());
    let computed = json!({ "region": { "references": ["local.elsewhere"] } });
    assert_eq!(of("aws.dr", computed.clone()), place("111111111111", UNKNOWN));
    // The default provider is the one that --region is about.
    assert_eq!(of("aws", computed), place("111111111111", "eu-west-2"));
    let region = json!({ "constant_value": "eu-west-1" });
    let role = |role: Value| json!({ "region": region, "assume_role": [{ "role_arn": role }] });
    let constant = json!({ "constant_value": "arn:aws:iam::888888888888:role/x" });
    assert_eq!(of("aws.dr", role(constant)), place("888888888888", "eu-west-1"));
    assert_eq!(of("aws.dr", role(json!({ "references": ["var.role"] }))), place(UNKNOWN, "eu-west-1"));
    assert_eq!(of("aws.dr", json!({ "region": region, "profile": { "constant_value": "x" } })).0, UNKNOWN);
    assert_eq!(of("aws.dr", json!({ "region": region })), place("111111111111", "eu-west-1"));
}

#[test]
fn what_a_resource_of_an_unknown_type_names_is_doubtful() {
    let named = create("aws_s3_bucket_nobody_knows.i", json!({ "bucket": "tre-a" }), json!({}));
    let referring = create("aws_s3_bucket_nobody_knows.i", json!({}), json!({ "bucket": true }));
    let refers = vec![block("aws_s3_bucket_nobody_knows.i", json!({ "bucket": refers("aws_s3_bucket.a.id") }))];
    for (stranger, blocks) in [(named, vec![]), (referring, refers)] {
        let changes = vec![bucket("aws_s3_bucket.a", "tre-a"), bucket("aws_s3_bucket.b", "tre-b"), stranger];
        let input = input(&plan(changes, blocks));
        let why = resource(&input, "aws_s3_bucket.a").doubtful.clone().unwrap_or_default();
        assert!(why.contains("aws_s3_bucket_nobody_knows.i names it"), "{why}");
        assert_eq!(resource(&input, "aws_s3_bucket.b").doubtful, None);
        assert!(reasons(&input)[0].contains("aws_s3_bucket_nobody_knows"));
    }
}
