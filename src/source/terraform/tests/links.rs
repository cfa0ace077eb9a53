//! Where a reference leads: through modules, counts and loops.

use serde_json::json;

use super::*;

fn new_bucket(address: &str) -> Value {
    create(address, json!({ "force_destroy": false }), json!({ "id": true, "bucket": true, "arn": true }))
}

fn versioning(address: &str) -> Value {
    let after = json!({ "versioning_configuration": [{ "status": "Enabled" }] });
    create(address, after, json!({ "bucket": true, "versioning_configuration": [{ "mfa_delete": true }] }))
}

fn is_versioned(input: &Input, address: &str) -> bool {
    property(input, address, "VersioningConfiguration") == &known(json!({ "Status": "Enabled" }))
}

#[test]
fn keys_of_count_and_for_each_are_matched_on_both_sides() {
    for (keys, by) in
        [(["0", "1"], "count.index"), ([r#""a""#, r#""b""#], "each.key"), ([r#""a""#, r#""b""#], "each.value")]
    {
        let mut changes = Vec::new();
        for key in keys {
            changes.push(new_bucket(&format!("aws_s3_bucket.b[{key}]")));
        }
        // Only the second one has a companion.
        changes.push(versioning(&format!("aws_s3_bucket_versioning.v[{}]", keys[1])));
        let blocks = vec![
            block("aws_s3_bucket.b", json!({})),
            block("aws_s3_bucket_versioning.v", json!({ "bucket": ["aws_s3_bucket.b", by] })),
        ];
        let input = input(&plan(changes, blocks));
        assert!(is_versioned(&input, &format!("aws_s3_bucket.b[{}]", keys[1])), "{by}");
        assert_eq!(
            property(&input, &format!("aws_s3_bucket.b[{}]", keys[0]), "VersioningConfiguration"),
            &known(json!({})),
            "{by}"
        );
        assert!(input.unjudgeable.is_empty(), "{:?}", input.unjudgeable);
    }
}

#[test]
fn a_key_that_is_written_out_is_that_instance() {
    let changes = vec![
        new_bucket(r#"aws_s3_bucket.b["a.b"]"#),
        new_bucket(r#"aws_s3_bucket.b["c"]"#),
        versioning("aws_s3_bucket_versioning.v"),
    ];
    let references = json!([r#"aws_s3_bucket.b["a.b"].id"#, r#"aws_s3_bucket.b["a.b"]"#, "aws_s3_bucket.b"]);
    let input = input(&plan(changes, vec![block("aws_s3_bucket_versioning.v", json!({ "bucket": references }))]));
    assert!(is_versioned(&input, r#"aws_s3_bucket.b["a.b"]"#));
    assert!(!is_versioned(&input, r#"aws_s3_bucket.b["c"]"#));
}

#[test]
fn without_a_key_that_fits_it_may_be_any_of_them() {
    let changes = vec![
        new_bucket("aws_s3_bucket.b[0]"),
        new_bucket("aws_s3_bucket.b[1]"),
        versioning("aws_s3_bucket_versioning.v[0]"),
    ];
    let references = json!(["aws_s3_bucket.b", "each.value.number", "each.value"]);
    let input = input(&plan(changes, vec![block("aws_s3_bucket_versioning.v", json!({ "bucket": references }))]));
    for n in 0..2 {
        let address = format!("aws_s3_bucket.b[{n}]");
        assert_eq!(why(&input, &address, "VersioningConfiguration"), "aws_s3_bucket_versioning.v[0] may belong to it");
    }
    assert!(
        reasons(&input)[0]
            .starts_with("aws_s3_bucket_versioning.v[0]: which AWS::S3::Bucket it belongs to cannot be told")
    );
}

#[test]
fn what_goes_over_the_buckets_themselves_takes_the_one_with_its_key() {
    let changes = vec![
        new_bucket(r#"aws_s3_bucket.b["a"]"#),
        new_bucket(r#"aws_s3_bucket.b["b"]"#),
        versioning(r#"aws_s3_bucket_versioning.v["b"]"#),
    ];
    let mut over = block("aws_s3_bucket_versioning.v", json!({ "bucket": ["each.value.id", "each.value"] }));
    over["for_each_expression"] = json!({ "references": ["aws_s3_bucket.b"] });
    let found = input(&plan(changes.clone(), vec![over.clone()]));
    assert!(is_versioned(&found, r#"aws_s3_bucket.b["b"]"#));
    assert!(!is_versioned(&found, r#"aws_s3_bucket.b["a"]"#));
    over["for_each_expression"] = json!({ "references": ["local.buckets"] });
    assert!(reasons(&input(&plan(changes, vec![over])))[0].contains("local.buckets"));
}

/// A bucket in one module, its versioning in another one, tied by the root.
fn modules() -> Value {
    let mut plan = plan(
        vec![
            new_bucket("module.lake.aws_s3_bucket.b"),
            versioning("module.guard.module.deep.aws_s3_bucket_versioning.v"),
        ],
        vec![],
    );
    let deep = json!({ "resources": [block("aws_s3_bucket_versioning.v", json!({ "bucket": ["var.name"] }))] });
    plan["configuration"]["root_module"]["module_calls"] = json!({
        "lake": { "source": "./lake", "module": {
            "resources": [block("aws_s3_bucket.b", json!({}))],
            "outputs": { "bucket": { "expression": { "references": refers("aws_s3_bucket.b.id") } } },
        } },
        "guard": { "source": "./guard", "expressions": { "bucket": { "references": ["module.lake.bucket", "module.lake"] } },
            "module": { "module_calls": { "deep": {
                "source": "./deep", "expressions": { "name": { "references": ["var.bucket"] } }, "module": deep,
            } } } },
    });
    plan
}

#[test]
fn a_reference_is_followed_through_outputs_and_inputs_of_modules() {
    let input = input(&modules());
    assert!(is_versioned(&input, "module.lake.aws_s3_bucket.b"));
    assert_eq!(addresses(&input), ["module.lake.aws_s3_bucket.b"]);
}

#[test]
fn an_output_of_several_instances_of_a_module_is_ambiguous() {
    let mut plan = modules();
    let changes = plan["resource_changes"].as_array_mut().unwrap();
    changes.remove(0);
    changes.push(new_bucket(r#"module.lake["a"].aws_s3_bucket.b"#));
    changes.push(new_bucket(r#"module.lake["b"].aws_s3_bucket.b"#));
    let ambiguous = input(&plan);
    assert!(why(&ambiguous, r#"module.lake["a"].aws_s3_bucket.b"#, "VersioningConfiguration").contains("may belong"));
    let expressions = &mut plan["configuration"]["root_module"]["module_calls"]["guard"]["expressions"];
    *expressions =
        json!({ "bucket": { "references": [r#"module.lake["b"].bucket"#, r#"module.lake["b"]"#, "module.lake"] } });
    let clear = input(&plan);
    assert!(is_versioned(&clear, r#"module.lake["b"].aws_s3_bucket.b"#));
    assert!(!is_versioned(&clear, r#"module.lake["a"].aws_s3_bucket.b"#));
}

#[test]
fn the_same_name_in_another_module_is_another_resource() {
    let mut plan = modules();
    plan["resource_changes"].as_array_mut().unwrap().push(new_bucket("aws_s3_bucket.b"));
    let input = input(&plan);
    assert!(is_versioned(&input, "module.lake.aws_s3_bucket.b"));
    assert_eq!(property(&input, "aws_s3_bucket.b", "VersioningConfiguration"), &known(json!({})));
}

#[test]
fn a_whole_resource_handed_to_a_module_is_the_attribute_that_is_taken_there() {
    let mut plan = modules();
    let calls = &mut plan["configuration"]["root_module"]["module_calls"];
    calls["lake"]["module"]["outputs"]["bucket"]["expression"]["references"] = json!(["aws_s3_bucket.b"]);
    let deep = &mut calls["guard"]["module"]["module_calls"]["deep"]["module"]["resources"][0]["expressions"];
    deep["bucket"]["references"] = json!(["var.name.arn", "var.name"]);
    let linked = input(&plan);
    assert!(is_versioned(&linked, "module.lake.aws_s3_bucket.b"));
}

#[test]
fn a_companion_named_through_another_companion_finds_the_same_parent() {
    let changes = vec![
        new_bucket("aws_s3_bucket.b"),
        versioning("aws_s3_bucket_versioning.v"),
        create("aws_s3_bucket_policy.p", json!({ "policy": "{}" }), json!({ "bucket": true })),
        create("aws_cloudtrail.t", json!({ "name": "t" }), json!({ "s3_bucket_name": true })),
    ];
    let blocks = vec![
        block("aws_s3_bucket_versioning.v", json!({ "bucket": refers("aws_s3_bucket.b.id") })),
        block("aws_s3_bucket_policy.p", json!({ "bucket": refers("aws_s3_bucket_versioning.v.bucket") })),
        block("aws_cloudtrail.t", json!({ "s3_bucket_name": refers("aws_s3_bucket_policy.p.bucket") })),
    ];
    let input = input(&plan(changes, blocks));
    assert_eq!(property(&input, "aws_s3_bucket.b", "BucketPolicy"), &known(json!({})));
    // Who names a companion means its parent, for the companion is no resource any more.
    assert_eq!(property(&input, "aws_cloudtrail.t", "S3BucketName"), &to("aws_s3_bucket.b", "Ref"));
}

#[test]
fn modules_that_call_each_other_in_a_circle_end() {
    let mut plan = modules();
    let calls = &mut plan["configuration"]["root_module"]["module_calls"];
    calls["lake"]["module"]["outputs"]["bucket"]["expression"]["references"] = json!(["var.back"]);
    calls["lake"]["expressions"] = json!({ "back": { "references": ["module.lake.bucket", "module.lake"] } });
    assert!(why(&input(&plan), "module.lake.aws_s3_bucket.b", "VersioningConfiguration").contains("may belong"));
}

/// What a module of the registry gives out: `try(aws_s3_bucket_policy.this[0].id, aws_s3_bucket.this[0].id, "")`.
fn tried(with_policy: bool) -> Value {
    let either = json!([
        "aws_s3_bucket_policy.this[0].id",
        "aws_s3_bucket_policy.this[0]",
        "aws_s3_bucket_policy.this",
        "aws_s3_bucket.this[0].id",
        "aws_s3_bucket.this[0]",
        "aws_s3_bucket.this",
    ]);
    let mut changes = vec![new_bucket("module.m.aws_s3_bucket.this[0]"), versioning("aws_s3_bucket_versioning.v")];
    if with_policy {
        let after = json!({ "policy": "{}" });
        changes.push(create("module.m.aws_s3_bucket_policy.this[0]", after, json!({ "bucket": true })));
    }
    let bucket = json!(["aws_s3_bucket.this[0].id", "aws_s3_bucket.this[0]", "aws_s3_bucket.this"]);
    let mut plan =
        plan(changes, vec![block("aws_s3_bucket_versioning.v", json!({ "bucket": ["module.m.id", "module.m"] }))]);
    plan["configuration"]["root_module"]["module_calls"] = json!({ "m": { "source": "terraform-aws-modules/s3-bucket/aws",
        "module": {
            "outputs": { "id": { "expression": { "references": either } } },
            "resources": [
                block("aws_s3_bucket.this", json!({})),
                block("aws_s3_bucket_policy.this", json!({ "bucket": bucket })),
            ],
        } } });
    plan
}

#[test]
fn a_resource_of_the_code_that_the_plan_has_no_instance_of_is_none_to_choose_from() {
    assert!(is_versioned(&input(&tried(false)), "module.m.aws_s3_bucket.this[0]"));
    // What the code does not have either may be anything.
    let mut plan = tried(false);
    plan["configuration"]["root_module"]["module_calls"]["m"]["module"]["resources"].as_array_mut().unwrap().pop();
    assert!(!is_versioned(&input(&plan), "module.m.aws_s3_bucket.this[0]"));
}

#[test]
fn the_id_of_a_buckets_companion_is_the_buckets_own() {
    let found = input(&tried(true));
    assert!(is_versioned(&found, "module.m.aws_s3_bucket.this[0]"));
    assert_eq!(property(&found, "module.m.aws_s3_bucket.this[0]", "BucketPolicy"), &known(json!({})));
}

#[test]
fn a_companion_that_names_nobody_is_said_and_may_belong_to_any() {
    for bucket_of in [json!({}), json!({ "bucket": null }), json!({ "bucket": "" })] {
        let policy = create("aws_s3_bucket_policy.p", bucket_of.clone(), json!({}));
        let alone = input(&plan(vec![policy.clone()], vec![]));
        assert!(reasons(&alone).iter().any(|reason| reason.contains("aws_s3_bucket_policy.p")), "{bucket_of}");
        let beside = input(&plan(vec![bucket("aws_s3_bucket.b", "b"), policy], vec![]));
        assert!(why(&beside, "aws_s3_bucket.b", "BucketPolicy").contains("may belong to it"), "{bucket_of}");
    }
}
