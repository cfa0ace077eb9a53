//! Files that are made to break a reader.

use serde_json::json;

use super::*;

fn message(text: &str) -> String {
    read("plan.json", text.as_bytes(), &Options::default()).unwrap_err().message
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let text = format!(
            r#"{{"format_version":"1.0","resource_changes":{}1{}}}"#,
            open.repeat(100_000),
            close.repeat(100_000)
        );
        assert!(message(&text).contains("nested too deeply"), "{open}");
    }
    // As deep as the parser goes, everything behind it goes as well.
    let deep = format!("{}{}", "[".repeat(115), "]".repeat(115));
    let after: Value = serde_json::from_str(&deep).unwrap();
    let key = create("aws_kms_key.k", json!({ "description": after.clone() }), json!({ "description": after }));
    assert_eq!(addresses(&input(&plan(vec![key], vec![]))), ["aws_kms_key.k"]);
}

#[test]
fn a_policy_nested_deeply_in_a_text_is_no_policy() {
    let policy = format!(r#"{{"Statement":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let policy = create("aws_iam_policy.p", json!({ "policy": policy }), json!({}));
    assert!(why(&input(&plan(vec![policy], vec![])), "aws_iam_policy.p", "PolicyDocument").contains("no JSON object"));
}

#[test]
fn what_stands_for_a_reference_cannot_be_brought_in() {
    for c in ['\u{1}', '\u{2}', '\u{3}'] {
        let text = plan(vec![bucket("aws_s3_bucket.b", &format!("x{c}y"))], vec![]).to_string();
        assert!(message(&text).contains("control character"), "{text}");
        assert!(message(&format!("{c}{text}")).contains("control character"));
        let mut odd = json!({ "format_version": "1.0", "resource_changes": [] });
        odd[format!("k{c}")] = json!(1);
        assert!(message(&odd.to_string()).contains("control character"));
    }
}

#[test]
fn a_key_that_is_said_twice_is_noticed() {
    let twice = r#"{"format_version":"1.0","resource_changes":[{"address":"a","address":"b"}]}"#;
    assert!(message(twice).contains("the same key twice"));
}

#[test]
fn large_files_are_read_and_larger_ones_refused() {
    let mut long = plan(vec![bucket("aws_s3_bucket.b", "x")], vec![]);
    long["resource_changes"][0]["change"]["after"]["k".repeat(4096)] = json!("v".repeat(9 << 20));
    assert_eq!(addresses(&input(&long)), ["aws_s3_bucket.b"]);
    let error = read("plan.json", &vec![b' '; (64 << 20) + 1], &Options::default()).unwrap_err();
    assert!(error.message.contains("above 64 MiB"), "{}", error.message);
}

#[test]
fn a_long_key_is_refused_before_it_is_kept() {
    let mut long = plan(vec![bucket("aws_s3_bucket.b", "x")], vec![]);
    long["resource_changes"][0]["change"]["after"]["k".repeat(1 << 20)] = json!(1);
    assert!(message(&long.to_string()).contains("a key of more than 4096 bytes"));
    // One with an escape in it is read another way.
    let escaped = format!(r#"{{"format_version":"1.0","\u0041{}":1}}"#, "k".repeat(4096));
    assert!(message(&escaped).contains("a key of more than 4096 bytes"));
}

#[test]
fn more_values_than_text_are_no_plan() {
    for (piece, count) in [("1", 450_000), ("[]", 450_000), ("{}", 450_000), (r#"{"a":1}"#, 450_000)] {
        let text = format!(r#"{{"format_version":"1.0","resource_changes":[[{}]]}}"#, vec![piece; count].join(","));
        assert!(message(&text).contains("more values than any plan"), "{piece}");
    }
    // As many values with as much text as Terraform writes are a plan.
    let rules: Vec<Value> = (0..30_000)
        .map(|n| json!({ "protocol": "tcp", "from_port": n, "to_port": n, "cidr_blocks": ["10.0.0.0/8"], "description": "", "self": false }))
        .collect();
    let group = create("aws_security_group.g", json!({ "ingress": rules }), json!({}));
    assert_eq!(addresses(&input(&plan(vec![group], vec![]))), ["aws_security_group.g"]);
}

#[test]
fn members_that_are_not_read_are_not_kept_either() {
    let mut text = plan(vec![bucket("aws_s3_bucket.b", "x")], vec![]).to_string();
    text.pop();
    text.push_str(&format!(
        r#","resource_drift":[{}],"relevant_attributes":{{"a":1,"a":2}}}}"#,
        vec!["{}"; 300_000].join(",")
    ));
    let found = read("plan.json", text.as_bytes(), &Options::default()).unwrap();
    assert_eq!(addresses(&found), ["aws_s3_bucket.b"]);
}

#[test]
fn more_changes_and_deeper_modules_than_are_read_are_refused() {
    let many = json!({ "format_version": "1.0", "resource_changes": vec![json!({ "address": "aws_x.y" }); 50_001] });
    assert!(message(&many.to_string()).contains("more than 50000 changes"));
    let key = |modules: usize| create(&format!("{}aws_kms_key.k", "module.m.".repeat(modules)), json!({}), json!({}));
    assert!(message(&plan(vec![key(65)], vec![]).to_string()).contains("64 modules at most"));
    assert_eq!(addresses(&input(&plan(vec![key(64)], vec![]))).len(), 1);
    let long = format!("module.m[\"{}\"].aws_kms_key.k", "x".repeat(40 << 20));
    let long = json!({ "format_version": "1.0", "resource_changes": [{ "address": long, "type": "aws_kms_key" }] });
    assert!(message(&long.to_string()).contains("The addresses in this plan"));
}

#[test]
fn of_too_many_references_none_is_taken_for_the_only_one() {
    let policy = create("aws_s3_bucket_policy.p", json!({}), json!({ "bucket": true }));
    // The same reference many times, and another one behind it that nobody gets to.
    let mut all = vec!["aws_s3_bucket.b.id"; 300];
    all.push("aws_s3_bucket.c.id");
    let changes = vec![bucket("aws_s3_bucket.b", "b"), bucket("aws_s3_bucket.c", "c"), policy];
    let input = input(&plan(changes, vec![block("aws_s3_bucket_policy.p", json!({ "bucket": all }))]));
    assert!(reasons(&input).iter().any(|reason| reason.contains("cannot be told")), "{:?}", reasons(&input));
}

#[test]
fn all_searches_of_a_plan_together_are_bounded() {
    // Each module hands on two inputs that each need both of the module above: followed to its root, that is 2^30 steps.
    let mut module = json!({ "resources": [block("aws_s3_bucket_policy.p", json!({ "bucket": ["var.x"] }))] });
    for n in 0..30 {
        let both = json!({ "references": ["var.x", "var.y"] });
        module = json!({ "module_calls": { format!("m{n}"): { "expressions": { "x": both, "y": both }, "module": module } } });
    }
    let modules = (0..30).rev().map(|n| format!("module.m{n}.")).collect::<Vec<_>>().concat();
    let policy =
        |n: usize| create(&format!("{modules}aws_s3_bucket_policy.p[{n}]"), json!({}), json!({ "bucket": true }));
    let mut plan = plan((0..300).map(policy).collect(), vec![]);
    plan["configuration"]["root_module"] = module;
    let found = reasons(&input(&plan)).len();
    assert!(found >= 300, "each is said: {found}");
}

#[test]
fn many_companions_of_one_parent_and_of_none_are_all_folded() {
    const MANY: usize = 4000;
    let group = create("aws_security_group.g", json!({ "id": "sg-1", "name": "g" }), json!({ "ingress": true }));
    let mut changes = vec![group];
    for n in 0..MANY {
        let rule =
            json!({ "type": "ingress", "protocol": "tcp", "from_port": n, "to_port": n, "security_group_id": "sg-1" });
        changes.push(create(&format!("aws_security_group_rule.r[{n}]"), rule, json!({})));
        changes.push(bucket(&format!("aws_s3_bucket.b[{n}]"), &format!("b{n}")));
        changes.push(create(&format!("aws_s3_bucket_policy.p[{n}]"), json!({}), json!({ "bucket": true })));
    }
    let blocks = vec![block("aws_s3_bucket_policy.p", json!({ "bucket": ["aws_s3_bucket.b"] }))];
    let input = input(&plan(changes, blocks));
    assert_eq!(addresses(&input).len(), MANY + 1);
}

#[test]
fn members_of_another_shape_than_documented_are_said_or_passed_over() {
    for text in [
        r#"{"format_version":"1.0","resource_changes":7}"#,
        r#"{"format_version":"1.0","resource_changes":[7]}"#,
        r#"{"format_version":"1.0","resource_changes":[],"configuration":7}"#,
    ] {
        assert!(message(text).contains("another shape"), "{text}");
    }
    for odd in [json!(null), json!(true), json!(7), json!("x"), json!([]), json!({}), json!([[1]])] {
        let change = create("aws_s3_bucket.b", odd.clone(), odd.clone());
        let mut plan = plan(vec![change], vec![block("aws_s3_bucket.b", json!({ "bucket": ["var.x"] }))]);
        plan["configuration"]["root_module"]["resources"][0]["expressions"] = odd.clone();
        plan["resource_changes"][0]["index"] = odd.clone();
        plan["resource_changes"][0]["change"]["after_sensitive"] = odd;
        let _ = input(&plan);
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let _ = read("plan.json", &bytes, &Options::default());
    }

    #[test]
    fn no_cut_breaks_the_reader(part in 0.0..1.0_f64) {
        let text = plan(vec![bucket("aws_s3_bucket.b", "tre-ü")], vec![block("aws_s3_bucket.b", json!({}))]).to_string();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place within the text")]
        let end = (text.len() as f64 * part) as usize;
        let _ = read("plan.json", text.as_bytes().get(..end).unwrap(), &Options::default());
    }
}
