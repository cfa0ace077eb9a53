//! What a resource has beside its own attributes: states of new ones, and what follows from the others.

use serde_json::json;

use super::*;

#[test]
fn a_new_resource_is_judged_as_one_that_lives_and_of_an_older_one_its_state_is_left_open() {
    let key = |action: &str| {
        input(&plan(vec![change("aws_kms_key.k", action, json!({ "is_enabled": true }), json!({}))], vec![]))
    };
    assert_eq!(property(&key("create"), "aws_kms_key.k", "KeyManager"), &known(json!("CUSTOMER")));
    assert_eq!(property(&key("create"), "aws_kms_key.k", "KeyState"), &known(json!("Enabled")));
    assert_eq!(property(&key("create"), "aws_kms_key.k", "Grants"), &known(json!([])));
    let there = key("update");
    assert!(!resource(&there, "aws_kms_key.k").properties.contains_key("KeyManager"));
    assert!(why(&there, "aws_kms_key.k", "Grants").contains("--live"));
}

#[test]
fn a_grant_beside_a_key_is_one_of_its_grants() {
    let key = create("aws_kms_key.k", json!({}), json!({ "id": true }));
    let grant = create(
        "aws_kms_grant.g",
        json!({ "name": "g", "grantee_principal": "arn:aws:iam::222222222222:role/r", "operations": ["Decrypt"] }),
        json!({ "key_id": true }),
    );
    let blocks = vec![block("aws_kms_grant.g", json!({ "key_id": refers("aws_kms_key.k.key_id") }))];
    let input = input(&plan(vec![key, grant], blocks));
    let expected =
        json!([{ "Name": "g", "GranteePrincipal": "arn:aws:iam::222222222222:role/r", "Operations": ["Decrypt"] }]);
    assert_eq!(property(&input, "aws_kms_key.k", "Grants"), &known(expected));
}

#[test]
fn a_resource_is_in_the_vpc_of_the_subnet_that_it_refers_to_and_of_no_other() {
    let subnet = create("aws_subnet.s", json!({ "vpc_id": "vpc-1" }), json!({ "id": true }));
    let gateway = |name: &str, subnet: Value, mark: bool| {
        create(&format!("aws_nat_gateway.{name}"), json!({ "subnet_id": subnet }), json!({ "subnet_id": mark }))
    };
    let changes = vec![subnet, gateway("here", Value::Null, true), gateway("there", json!("subnet-9"), false)];
    let blocks = vec![block("aws_nat_gateway.here", json!({ "subnet_id": refers("aws_subnet.s.id") }))];
    let input = input(&plan(changes, blocks));
    assert_eq!(property(&input, "aws_nat_gateway.here", "VpcId"), &known(json!("vpc-1")));
    assert!(!resource(&input, "aws_nat_gateway.there").properties.contains_key("VpcId"));
}

#[test]
fn a_cluster_has_the_instances_that_join_it_and_any_that_may() {
    let cluster = create("aws_rds_cluster.c", json!({ "cluster_identifier": "c" }), json!({ "id": true }));
    let member = create(
        "aws_rds_cluster_instance.i",
        json!({ "engine": "aurora-mysql" }),
        json!({ "cluster_identifier": true }),
    );
    let by = |reference: Value| vec![block("aws_rds_cluster_instance.i", json!({ "cluster_identifier": reference }))];
    let sure = input(&plan(vec![cluster.clone(), member.clone()], by(refers("aws_rds_cluster.c.id"))));
    let expected = json!([{ "DBInstanceIdentifier": reference("aws_rds_cluster_instance.i", "Ref"), "ParameterGroupStatus": "in-sync" }]);
    assert_eq!(property(&sure, "aws_rds_cluster.c", "Members"), &known(expected));
    let unsure = input(&plan(vec![cluster, member], by(refers("random_pet.which.id"))));
    assert!(why(&unsure, "aws_rds_cluster.c", "Members").contains("may be one"));
}

#[test]
fn an_instance_has_no_public_address_only_where_nothing_may_give_it_one() {
    let instance = create("aws_instance.i", json!({ "associate_public_ip_address": false }), json!({ "id": true }));
    let alone = input(&plan(vec![instance.clone()], vec![]));
    assert_eq!(property(&alone, "aws_instance.i", "PublicIpAddress"), &known(json!("")));
    let address = create("aws_eip.a", json!({}), json!({ "instance": true }));
    let blocks = vec![block("aws_eip.a", json!({ "instance": refers("aws_instance.i.id") }))];
    let given = input(&plan(vec![instance, address], blocks));
    assert!(why(&given, "aws_instance.i", "PublicIpAddress").contains("aws_eip.a"));
}

#[test]
fn what_is_taken_over_is_not_new() {
    let group =
        create("aws_default_vpc.d", json!({ "enable_dns_support": true }), json!({ "enable_dns_hostnames": true }));
    let input = input(&plan(vec![group], vec![]));
    assert!(why(&input, "aws_default_vpc.d", "EnableDnsHostnames").starts_with("not set"));
}

#[test]
fn of_a_new_resource_of_cloud_control_only_what_is_set_is_said_and_what_stands_beside_it() {
    let bucket = create(
        "awscc_s3_bucket.b",
        json!({ "bucket_name": "b" }),
        json!({ "versioning_configuration": true, "id": true }),
    );
    let policy =
        create("aws_s3_bucket_policy.p", json!({ "policy": r#"{"Statement":[]}"# }), json!({ "bucket": true }));
    let blocks = vec![
        block("awscc_s3_bucket.b", json!({ "bucket_name": "b" })),
        block("aws_s3_bucket_policy.p", json!({ "bucket": refers("awscc_s3_bucket.b.id") })),
    ];
    let input = input(&plan(vec![bucket, policy], blocks));
    let found = resource(&input, "awscc_s3_bucket.b");
    assert!(!found.shaped && found.properties.keys().eq(["BucketName"]), "{:?}", found.properties);
    assert_eq!(found.beside["BucketPolicy"].value, known(json!({ "Statement": [] })));
    assert!(found.beside.len() == 1, "{:?}", found.beside);
}
