//! What files are plans, and what is said of those that are none.

use std::fmt::Write;

use serde_json::json;

use super::*;
use crate::model::planned::InputError;

fn refused(bytes: &[u8]) -> InputError {
    read("plan.json", bytes, &Options::default()).unwrap_err()
}

fn small() -> String {
    plan(vec![bucket("aws_s3_bucket.data", "tre-data")], vec![]).to_string()
}

fn read_bytes(bytes: &[u8]) -> Input {
    read("plan.json", bytes, &Options::default()).unwrap()
}

#[test]
fn a_plan_is_read_in_every_encoding_that_shells_write() {
    let text = small();
    let wide = |unit: fn(u16) -> [u8; 2], mark: &[u8]| -> Vec<u8> {
        mark.iter().copied().chain(text.encode_utf16().flat_map(unit)).collect()
    };
    let plain = read_bytes(text.as_bytes());
    assert_eq!(addresses(&plain), ["aws_s3_bucket.data"]);
    for bytes in [
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        wide(u16::to_le_bytes, b"\xFF\xFE"),
        wide(u16::to_be_bytes, b"\xFE\xFF"),
        wide(u16::to_le_bytes, b""),
        wide(u16::to_be_bytes, b""),
    ] {
        assert_eq!(read_bytes(&bytes), plain);
    }
}

#[test]
fn what_a_wrapper_prints_around_the_json_is_passed_over() {
    let text = format!("[command]/usr/bin/terraform show -json plan.bin\n{}\n::debug::exit 0\n", small());
    assert_eq!(addresses(&read_bytes(text.as_bytes())), ["aws_s3_bucket.data"]);
}

#[test]
fn half_a_character_of_utf_16_is_said() {
    let error = refused(b"\xFF\xFE{\0\"");
    assert!(error.message.contains("half a character"), "{}", error.message);
}

#[test]
fn what_is_no_plan_is_named_with_what_to_do() {
    let cases: [(&[u8], &str); 9] = [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"PK\x03\x04plan", "binary plan"),
        (b"\x00\x9f\xff", "no text"),
        (b"Plan: 3 to add, 0 to change", "no JSON object"),
        (br#"{"format_version":"1.0","terraform_version":"1.9.0","values":{"root_module":{}}}"#, "state"),
        (br#"{"version":4,"serial":3,"lineage":"x","resources":[]}"#, "state"),
        (br#"{"Resources":{}}"#, "CloudFormation"),
        (br#"{"hello":"world"}"#, "no plan"),
    ];
    for (bytes, part) in cases {
        let error = refused(bytes);
        assert!(error.message.contains(part), "{part}: {}", error.message);
        assert!(error.message.contains("terraform show -json PLANFILE"), "{}", error.message);
        assert_eq!(error.place.file, "plan.json");
    }
}

#[test]
fn the_messages_of_a_run_are_not_taken_for_the_plan() {
    let mut text = String::new();
    for kind in ["version", "planned_change", "change_summary"] {
        writeln!(text, "{}", json!({ "@level": "info", "type": kind })).unwrap();
    }
    let error = refused(text.as_bytes());
    assert!(error.message.contains("terraform plan -out PLANFILE"), "{}", error.message);
    // One message alone is none either.
    assert!(refused(br#"{"@level":"info","type":"version"}"#).message.contains("messages"));
}

#[test]
fn json_that_was_cut_short_is_said_with_its_place() {
    let text = small();
    let cut = &text[..text.len() / 2];
    let error = refused(cut.as_bytes());
    assert!(error.message.contains("ends in the middle"), "{}", error.message);
    assert_eq!((error.place.line, error.place.column), (1, cut.len()));
    let behind = refused(format!("$ terraform show\n{cut}").as_bytes());
    assert_eq!(behind.place.line, 2);
}

#[test]
fn a_format_that_is_not_known_yet_is_refused() {
    for (version, is_read) in
        [("0.1", true), ("0.2", true), ("1.0", true), ("1.2", true), ("2.0", false), ("10.0", false)]
    {
        let mut plan = plan(vec![], vec![]);
        plan["format_version"] = json!(version);
        let found = read("plan.json", plan.to_string().as_bytes(), &Options::default());
        assert_eq!(found.is_ok(), is_read, "{version}");
        if let Err(error) = found {
            assert!(error.message.contains(&format!("`{version}`")), "{}", error.message);
        }
    }
    assert!(refused(br#"{"resource_changes":[]}"#).message.contains("no format version"));
}

#[test]
fn a_plan_that_does_not_hold_all_changes_meets_nothing() {
    for (member, value) in [("errored", json!(true)), ("complete", json!(false))] {
        let mut plan = plan(vec![bucket("aws_s3_bucket.data", "tre-data")], vec![]);
        plan[member] = value;
        let input = input(&plan);
        assert!(input.unjudgeable.iter().any(|found| found.whole), "{member}");
        plan[member] = json!(member == "complete");
        assert!(!super::input(&plan).unjudgeable.iter().any(|found| found.whole), "{member}");
    }
}

#[test]
fn a_plan_of_other_providers_has_nothing_to_judge() {
    let mut other = create("google_storage_bucket.data", json!({ "name": "x" }), json!({}));
    other["provider_name"] = json!("registry.terraform.io/hashicorp/google");
    let input = input(&plan(vec![other], vec![]));
    assert!(addresses(&input).is_empty());
    assert_eq!(reasons(&input), ["There is no AWS resource in this plan that could be judged."]);
    assert!(!input.unjudgeable[0].whole);
}

#[test]
fn a_type_that_the_table_does_not_have_is_named_once() {
    let of = |n: usize| create(&format!("aws_quantum_ledger.l[{n}]"), json!({}), json!({}));
    let input = input(&plan(vec![of(0), of(1), bucket("aws_s3_bucket.data", "x")], vec![]));
    assert_eq!(addresses(&input), ["aws_s3_bucket.data"]);
    assert_eq!(
        reasons(&input),
        [
            "The plan has 2 resources of the type aws_quantum_ledger, which is not known here, so nothing was judged of it."
        ]
    );
}

#[test]
fn actions_are_what_they_do_to_a_resource() {
    use crate::model::planned::Action;
    for (actions, action) in [
        ("create", Action::Create),
        ("update", Action::Update),
        ("no-op", Action::Keep),
        ("delete", Action::Delete),
        ("forget", Action::Forget),
        ("create,delete", Action::Replace),
        ("delete,create", Action::Replace),
    ] {
        let input =
            input(&plan(vec![change("aws_kms_key.k", actions, json!({ "multi_region": false }), json!({}))], vec![]));
        assert_eq!(resource(&input, "aws_kms_key.k").action, action, "{actions}");
        assert_eq!(input.unjudgeable.len(), usize::from(actions == "forget"), "{actions}");
    }
    let strange = input(&plan(vec![change("aws_kms_key.k", "dream", json!({}), json!({}))], vec![]));
    let said = "aws_kms_key.k: the plan has an action for it that is not known, so it was not judged.";
    assert!(reasons(&strange).contains(&said));
}

#[test]
fn what_goes_is_told_by_what_it_was() {
    let gone = change("aws_s3_bucket.old", "delete", json!({ "id": "tre-old", "bucket": "tre-old" }), json!({}));
    let input = input(&plan(vec![gone], vec![]));
    assert_eq!(resource(&input, "aws_s3_bucket.old").id.as_deref(), Some("tre-old"));
    assert_eq!(property(&input, "aws_s3_bucket.old", "BucketName"), &known(json!("tre-old")));
}

#[test]
fn data_sources_are_no_resources_and_deposed_objects_live_on() {
    let data = change("data.aws_caller_identity.me", "read", json!({}), json!({ "id": true }));
    let mut deposed = change("aws_kms_key.k", "delete", json!({}), json!({}));
    deposed["deposed"] = json!("0badcafe");
    let input = input(&plan(vec![data, deposed, create("aws_kms_key.k", json!({}), json!({}))], vec![]));
    assert_eq!(addresses(&input), ["aws_kms_key.k"]);
    assert!(reasons(&input)[0].contains("aws_kms_key.k: an earlier object of it is deposed"));
}

#[test]
fn account_and_region_are_those_that_the_plan_says_else_those_that_are_given() {
    let arn = "arn:aws:kms:us-east-1:111111111111:key/k";
    let old = change("aws_kms_key.old", "no-op", json!({ "id": "k", "arn": arn }), json!({}));
    let mut plan =
        plan(vec![old, create("aws_kms_key.new", json!({}), json!({}))], vec![block("aws_kms_key.new", json!({}))]);
    let options =
        Options { account: Some("222222222222".into()), region: Some("eu-west-1".into()), ..Options::default() };
    let at = |plan: &Value, address: &str| {
        let input = read("plan.json", plan.to_string().as_bytes(), &options).unwrap();
        let found = resource(&input, address);
        format!("{}/{}", found.account.as_deref().unwrap(), found.region.as_deref().unwrap())
    };
    assert_eq!(at(&plan, "aws_kms_key.old"), "111111111111/us-east-1");
    assert_eq!(at(&plan, "aws_kms_key.new"), "222222222222/eu-west-2");
    plan["configuration"]["provider_config"]["aws"]["expressions"]["region"] = json!({ "references": ["var.region"] });
    assert_eq!(at(&plan, "aws_kms_key.new"), "222222222222/eu-west-1");
    plan["variables"] = json!({ "region": { "value": "eu-central-1" } });
    // A module without a provider of its own takes the root's.
    plan["configuration"]["root_module"]["resources"][0]["provider_config_key"] = json!("module.m:aws");
    plan["configuration"]["provider_config"]["module.m:aws"] = json!({ "name": "aws", "module_address": "module.m" });
    assert_eq!(at(&plan, "aws_kms_key.new"), "222222222222/eu-central-1");
}
