//! Three kinds of unknown, told apart: set from something that is not there yet, not set at all, and a policy built of both.

use serde_json::json;

use super::*;

fn volume(expressions: Value) -> Value {
    let key = create("aws_kms_key.k", json!({}), json!({ "id": true, "arn": true }));
    let volume =
        create("aws_ebs_volume.v", json!({ "encrypted": true, "size": 10 }), json!({ "kms_key_id": true, "id": true }));
    plan(vec![key, volume], vec![block("aws_kms_key.k", json!({})), block("aws_ebs_volume.v", expressions)])
}

#[test]
fn an_argument_set_from_a_new_resource_is_known_as_the_reference() {
    let input = input(&volume(json!({ "kms_key_id": refers("aws_kms_key.k.arn") })));
    assert_eq!(property(&input, "aws_ebs_volume.v", "KmsKeyId"), &to("aws_kms_key.k", "Arn"));
    let found = &resource(&input, "aws_ebs_volume.v").properties["KmsKeyId"];
    assert_eq!(found.expression.as_deref(), Some("aws_kms_key.k.arn"));
    assert_eq!(resource(&input, "aws_ebs_volume.v").properties["Encrypted"].expression, None);
}

#[test]
fn an_argument_that_nobody_set_is_what_aws_decides() {
    let input = input(&volume(json!({ "encrypted": true })));
    assert_eq!(
        why(&input, "aws_ebs_volume.v", "KmsKeyId"),
        "not set in the configuration; AWS or the provider decides"
    );
}

#[test]
fn an_argument_of_a_plan_without_configuration_is_neither() {
    let mut plan = volume(json!({ "kms_key_id": refers("aws_kms_key.k.arn") }));
    plan.as_object_mut().unwrap().remove("configuration");
    assert!(why(&input(&plan), "aws_ebs_volume.v", "KmsKeyId").contains("does not hold the configuration"));
}

#[test]
fn the_attribute_of_a_reference_is_in_the_words_of_cloudformation() {
    for (attribute, word) in [("arn", "Arn"), ("id", "Ref"), ("key_id", "Ref"), ("rotation_state", "RotationState")] {
        let plan = volume(json!({ "kms_key_id": refers(&format!("aws_kms_key.k.{attribute}")) }));
        assert_eq!(property(&input(&plan), "aws_ebs_volume.v", "KmsKeyId"), &to("aws_kms_key.k", word));
    }
}

#[test]
fn what_is_not_read_cannot_be_referred_to() {
    for kind in ["random_id", "aws_quantum_ledger"] {
        let mut plan = volume(json!({ "kms_key_id": refers(&format!("{kind}.x.id")) }));
        let other = create(&format!("{kind}.x"), json!({}), json!({ "id": true }));
        plan["resource_changes"].as_array_mut().unwrap().push(other);
        assert_eq!(why(&input(&plan), "aws_ebs_volume.v", "KmsKeyId"), format!("known after apply ({kind}.x.id)"));
    }
}

#[test]
fn of_two_resources_nobody_chooses_one() {
    let mut plan = volume(json!({ "kms_key_id": ["aws_kms_key.k.arn", "aws_kms_key.k", "aws_kms_key.l.arn"] }));
    let other = create("aws_kms_key.l", json!({}), json!({ "arn": true }));
    plan["resource_changes"].as_array_mut().unwrap().push(other);
    assert_eq!(
        why(&input(&plan), "aws_ebs_volume.v", "KmsKeyId"),
        "known after apply: may be any of aws_kms_key.k, aws_kms_key.l"
    );
}

#[test]
fn a_known_variable_beside_a_reference_does_not_make_it_two() {
    let input = input(&volume(json!({ "kms_key_id": ["var.encrypt", "aws_kms_key.k.arn", "aws_kms_key.k"] })));
    assert_eq!(property(&input, "aws_ebs_volume.v", "KmsKeyId"), &to("aws_kms_key.k", "Arn"));
}

#[test]
fn a_local_value_asks_for_the_code() {
    let plan = volume(json!({ "kms_key_id": ["local.key"] }));
    let reason = why(&input(&plan), "aws_ebs_volume.v", "KmsKeyId").to_owned();
    assert_eq!(reason, "known after apply; refers to local.key, whose expression a plan does not hold: give --tf-dir");
    let code = "locals {\n  key = aws_kms_key.k.arn\n}\n";
    assert_eq!(
        property(&with(&plan, &[("main.tf", code)]), "aws_ebs_volume.v", "KmsKeyId"),
        &to("aws_kms_key.k", "Arn")
    );
}

#[test]
fn a_name_may_be_a_text_around_a_reference_and_only_the_code_can_tell() {
    let key = create("aws_kms_key.k", json!({}), json!({ "id": true }));
    let role = create("aws_iam_role.r", json!({ "path": "/" }), json!({ "name": true }));
    let plan = plan(
        vec![key, role],
        vec![block("aws_kms_key.k", json!({})), block("aws_iam_role.r", json!({ "name": refers("aws_kms_key.k.id") }))],
    );
    assert_eq!(why(&input(&plan), "aws_iam_role.r", "RoleName"), "known after apply (aws_kms_key.k.id)");
    let code = "resource \"aws_iam_role\" \"r\" {\n  name = \"for-${aws_kms_key.k.id}\"\n}\n";
    let text = format!("for-{}", reference("aws_kms_key.k", "Ref"));
    assert_eq!(property(&with(&plan, &[("main.tf", code)]), "aws_iam_role.r", "RoleName"), &known(json!(text)));
}

#[test]
fn a_part_that_is_unknown_makes_the_property_unknown() {
    let after = json!({ "role": "r", "vpc_config": [{ "subnet_ids": [], "security_group_ids": [] }] });
    let marks = json!({ "vpc_config": [{ "subnet_ids": true, "security_group_ids": true, "vpc_id": true }] });
    let function = |expressions: Value| {
        let mut expressions = expressions;
        expressions["vpc_config"][0]["subnet_ids"] = refers("aws_subnet.s.id");
        let subnet = create("aws_subnet.s", json!({ "vpc_id": "vpc-1" }), json!({ "id": true }));
        let group = create("aws_security_group.g", json!({}), json!({ "id": true }));
        let function = create("aws_lambda_function.f", after.clone(), marks.clone());
        plan(vec![subnet, group, function], vec![block("aws_lambda_function.f", expressions)])
    };
    let linked = function(json!({ "vpc_config": [{ "security_group_ids": refers("aws_security_group.g.id") }] }));
    let expected = json!({ "SubnetIds": [reference("aws_subnet.s", "Ref")],
        "SecurityGroupIds": [reference("aws_security_group.g", "Ref")], "VpcId": "vpc-1" });
    assert_eq!(property(&input(&linked), "aws_lambda_function.f", "VpcConfig"), &known(expected));
    let local = function(json!({ "vpc_config": [{ "security_group_ids": ["local.groups"] }] }));
    assert!(why(&input(&local), "aws_lambda_function.f", "VpcConfig").contains("local.groups"));
}

#[test]
fn a_dynamic_block_is_not_taken_for_one_that_is_not_there() {
    let after = json!({ "role": "r", "vpc_config": [{ "subnet_ids": ["subnet-1"] }] });
    let marks = json!({ "vpc_config": [{ "security_group_ids": true }] });
    let plan =
        plan(vec![create("aws_lambda_function.f", after, marks)], vec![block("aws_lambda_function.f", json!({}))]);
    assert!(why(&input(&plan), "aws_lambda_function.f", "VpcConfig").contains("a dynamic block makes it"));
}

#[test]
fn members_of_a_set_that_are_left_out_are_not_lost() {
    // A plan leaves unknown members out of a set and keeps them in the marks.
    let after = json!({ "subnet_ids": ["subnet-1"], "domain_name": "d" });
    let domain = create("aws_sagemaker_domain.d", after, json!({ "subnet_ids": [true, false] }));
    let subnet = create("aws_subnet.s", json!({}), json!({ "id": true }));
    let of =
        |expressions| plan(vec![subnet.clone(), domain.clone()], vec![block("aws_sagemaker_domain.d", expressions)]);
    let one = of(json!({ "subnet_ids": refers("aws_subnet.s.id") }));
    let expected = json!([reference("aws_subnet.s", "Ref"), "subnet-1"]);
    assert_eq!(property(&input(&one), "aws_sagemaker_domain.d", "SubnetIds"), &known(expected));
    let none = of(json!({ "subnet_ids": ["data.aws_subnets.all.ids", "data.aws_subnets.all"] }));
    assert_eq!(
        why(&input(&none), "aws_sagemaker_domain.d", "SubnetIds"),
        "known after apply (data.aws_subnets.all.ids)"
    );
}

#[test]
fn of_values_that_are_left_out_the_planned_values_tell() {
    let mut plan = volume(json!({ "kms_key_id": refers("aws_kms_key.k.arn") }));
    plan["resource_changes"][1]["change"] = json!({ "actions": ["create"] });
    plan["planned_values"] = json!({ "root_module": { "resources": [
        { "address": "aws_ebs_volume.v", "mode": "managed", "values": { "encrypted": true } },
    ] } });
    let input = input(&plan);
    assert_eq!(property(&input, "aws_ebs_volume.v", "Encrypted"), &known(json!(true)));
    assert_eq!(property(&input, "aws_ebs_volume.v", "KmsKeyId"), &to("aws_kms_key.k", "Arn"));
}

fn policy(statement: Value, marks: Value, expressions: Value) -> Value {
    let read = change("data.aws_iam_policy_document.d", "read", json!({ "statement": [statement] }), marks);
    let policy = create("aws_iam_policy.p", json!({ "name": "p", "path": "/" }), json!({ "policy": true }));
    let role = create("aws_iam_role.r", json!({}), json!({ "arn": true }));
    plan(
        vec![read, policy, role],
        vec![
            block("data.aws_iam_policy_document.d", json!({ "statement": [expressions] })),
            block("aws_iam_policy.p", json!({ "policy": refers("data.aws_iam_policy_document.d.json") })),
        ],
    )
}

#[test]
fn a_policy_of_a_data_source_is_rebuilt_from_its_statements() {
    let statement = json!({
        "actions": ["s3:GetObject"], "effect": null, "resources": ["arn:aws:s3:::x/*"], "sid": "",
        "principals": [{ "type": "AWS" }],
        "condition": [{ "test": "StringEquals", "variable": "aws:PrincipalTag/project", "values": ["&{aws:username}"] }],
    });
    let marks = json!({ "json": true, "id": true, "statement": [{ "principals": [{ "identifiers": [true] }] }] });
    let expressions = json!({ "principals": [{ "identifiers": refers("aws_iam_role.r.arn") }] });
    let expected = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": ["arn:aws:s3:::x/*"],
        "Principal": { "AWS": [reference("aws_iam_role.r", "Arn")] },
        "Condition": { "StringEquals": { "aws:PrincipalTag/project": ["${aws:username}"] } },
    }] });
    let plan = policy(statement, marks, expressions);
    assert_eq!(property(&input(&plan), "aws_iam_policy.p", "PolicyDocument"), &known(expected));
}

#[test]
fn a_resource_of_a_statement_may_be_a_text_around_an_arn_and_only_the_code_can_tell() {
    let statement = json!({ "actions": ["s3:GetObject"], "resources": [], "effect": "Allow" });
    let marks = json!({ "json": true, "statement": [{ "resources": [true] }] });
    let plan = policy(statement, marks, json!({ "resources": refers("aws_iam_role.r.arn") }));
    assert_eq!(
        why(&input(&plan), "aws_iam_policy.p", "PolicyDocument"),
        "the policy is known after apply (aws_iam_role.r.arn)"
    );
    let code = "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    resources = [\"${aws_iam_role.r.arn}/*\"]\n  }\n}\n";
    let text = format!("{}/*", reference("aws_iam_role.r", "Arn"));
    match property(&with(&plan, &[("main.tf", code)]), "aws_iam_policy.p", "PolicyDocument") {
        Planned::Known(document) => assert_eq!(document["Statement"][0]["Resource"], json!([text])),
        Planned::Unknown(reason) => panic!("{reason}"),
    }
}

#[test]
fn a_policy_that_merges_others_is_not_rebuilt() {
    let mut plan = policy(json!({ "actions": ["s3:*"], "resources": ["*"] }), json!({ "json": true }), json!({}));
    plan["resource_changes"][0]["change"]["after"]["source_policy_documents"] = json!(["{}"]);
    assert!(why(&input(&plan), "aws_iam_policy.p", "PolicyDocument").contains("merges other documents"));
}

#[test]
fn a_policy_written_as_text_is_an_object_and_one_that_repeats_a_key_is_none() {
    let of = |text: &str| {
        let policy = create("aws_iam_policy.p", json!({ "policy": text }), json!({}));
        input(&plan(vec![policy], vec![]))
    };
    let input = of(r#"{"Statement":[]}"#);
    assert_eq!(property(&input, "aws_iam_policy.p", "PolicyDocument"), &known(json!({ "Statement": [] })));
    for text in [r#"{"Statement":[],"Statement":[{}]}"#, "[]", "no"] {
        assert!(why(&of(text), "aws_iam_policy.p", "PolicyDocument").contains("no JSON object"), "{text}");
    }
}
