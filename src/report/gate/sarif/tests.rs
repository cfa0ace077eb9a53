//! SARIF is checked against the schema of OASIS and against what GitHub says that it takes.

use std::sync::LazyLock;

use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use serde_json::Value;

use super::{pascal, uri, write, write_at_most};
use crate::model::checked::Checked;
use crate::model::id::Severity;
use crate::model::verdict::Outcome;
use crate::model::visible::hidden;
use crate::report::gate::sample::{PLAN, example, hostile, hostile_texts, place, verdict, with_controls};

/// The official schema, from the package `serde-sarif` 0.8.0 (MIT).
static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/sarif-2.1.0.schema.json"));
    // One of its patterns has a bracket that only some dialects of regular expressions take as it stands.
    let schema: Value = serde_json::from_str(&text.replace("{2}]?$", r"{2}\\]?$")).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
});

fn written(checked: &Checked) -> Value {
    let mut bytes = Vec::new();
    write(checked, &mut bytes).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn errors(log: &Value) -> Vec<String> {
    SCHEMA.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The result of an address.
fn result(log: &Value, address: &str) -> Value {
    let results = log["runs"][0]["results"].as_array().unwrap();
    let named = |one: &&Value| one["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == address;
    results.iter().find(named).unwrap().clone()
}

#[test]
fn it_is_valid_by_the_official_schema_and_a_broken_one_is_not() {
    let mut log = written(&example());
    assert_eq!(errors(&log), [""; 0]);
    log["runs"][0]["results"][0]["level"] = "critical".into();
    assert!(!errors(&log).is_empty());
}

#[test]
fn a_result_in_full() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&result(&written(&example()), "RawBucket")).unwrap());
}

#[test]
fn levels_follow_severity_and_what_is_unknown_is_a_warning() {
    let log = written(&example());
    let level = |address: &str| result(&log, address)["level"].as_str().unwrap().to_owned();
    assert_eq!([level("RawBucket"), level("aws_instance.gate"), level("Key")], ["error", "error", "warning"]);
    // "open" would force the level "none", and GitHub would show nothing.
    assert_eq!(result(&log, "Key").get("kind"), None);
    assert_eq!(result(&log, "Key")["properties"]["verdict"], "not_assessed");
    let mut checked = example();
    checked.verdicts[0].severity = Severity::Low;
    assert_eq!(result(&written(&checked), "RawBucket")["level"], "note");
}

#[test]
fn an_exception_is_a_note_that_is_suppressed() {
    let one = result(&written(&example()), "module.desks.aws_instance.desk[\"old\"]");
    assert_eq!(one["level"], "note");
    assert_eq!(one["suppressions"][0]["justification"], "EXC-004, in force until 2027-01-31");
}

#[test]
fn what_is_met_is_no_result() {
    assert_eq!(written(&example())["runs"][0]["results"].as_array().unwrap().len(), 4);
}

#[test]
fn a_rule_says_how_bad_why_and_how_to_mend_it() {
    let log = written(&example());
    let rule =
        log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap().iter().find(|rule| rule["id"] == "DAT-STO-01");
    insta::assert_snapshot!(serde_json::to_string_pretty(rule.unwrap()).unwrap());
    let index = result(&log, "RawBucket")["ruleIndex"].as_u64().unwrap();
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][usize::try_from(index).unwrap()]["id"], "DAT-STO-01");
}

#[test]
fn a_rule_has_at_most_ten_tags() {
    let mut checked = example();
    checked.controls[0].satre = (0..40).map(|n| format!("1.1.{n:02}")).collect();
    let rules = &written(&checked)["runs"][0]["tool"]["driver"]["rules"];
    assert_eq!(rules[0]["properties"]["tags"].as_array().unwrap().len(), 10);
}

#[test]
fn a_plan_has_no_lines_and_no_region() {
    let one = result(&written(&example()), "aws_instance.gate");
    assert_eq!(one["locations"][0]["physicalLocation"], serde_json::json!({"artifactLocation": {"uri": "plan.json"}}));
}

#[test]
fn a_fingerprint_outlives_lines_that_move_and_differs_for_equal_names() {
    let mut checked = example();
    let before = result(&written(&checked), "RawBucket")["partialFingerprints"].clone();
    checked.verdicts[0].location.line += 40;
    checked.verdicts[0].location.column += 2;
    assert_eq!(result(&written(&checked), "RawBucket")["partialFingerprints"], before);
    let mut twin = checked.verdicts[0].clone();
    twin.location.file = "templates/other.yaml".into();
    checked.verdicts.insert(1, twin);
    let log = written(&checked);
    let hash = |place: usize| {
        log["runs"][0]["results"][place]["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap().to_owned()
    };
    assert!(hash(0).ends_with(":1") && hash(1).ends_with(":2") && hash(0)[..16] == hash(1)[..16]);
}

#[test]
fn what_was_known_before_is_unchanged() {
    let mut checked = example();
    checked.verdicts[0].known = true;
    let log = written(&checked);
    assert_eq!(result(&log, "RawBucket")["baselineState"], "unchanged");
    assert_eq!(result(&log, "aws_instance.gate").get("baselineState"), None);
    assert_eq!(errors(&log), [""; 0]);
}

#[test]
fn above_the_limit_the_worst_stay_in_their_order_and_the_rest_is_counted() {
    let mut checked = example();
    let mut bytes = Vec::new();
    write_at_most(&checked, 2, &mut bytes).unwrap();
    let log: Value = serde_json::from_slice(&bytes).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let kept: Vec<_> = results.iter().map(|one| one["properties"]["verdict"].as_str().unwrap()).collect();
    assert_eq!(kept, ["not_met", "not_met"]);
    let last = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap().last().unwrap();
    assert!(last["message"]["text"].as_str().unwrap().starts_with("2 results left out"));
    checked.verdicts = (0..25_010)
        .map(|n| verdict("DAT-STO-01", Outcome::NotMet, place(PLAN, 0, 0), &format!("b{n}"), "public"))
        .collect();
    with_controls(&mut checked);
    let mut bytes = Vec::new();
    write(&checked, &mut bytes).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap().matches("\"ruleId\":").count(), 25_000);
}

#[test]
fn what_could_not_be_judged_is_a_notification_with_its_place() {
    let notes = written(&example())["runs"][0]["invocations"][0]["toolExecutionNotifications"].clone();
    assert!(notes[0]["message"]["text"].as_str().unwrap().starts_with("DAT-KEY-02 maps to a mandatory"));
    assert!(notes[1]["message"]["text"].as_str().unwrap().starts_with("Not judged: The macro Audit"));
    assert_eq!(notes[1]["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
}

#[test]
fn a_file_is_a_uri_from_the_root_of_the_repository() {
    for (file, expected) in [
        ("./stacks/räume & co.yaml", "stacks/r%C3%A4ume%20%26%20co.yaml"),
        ("a:b/%41.json", "a%3Ab/%2541.json"),
        ("stacks/../plan.json", "plan.json"),
        ("../plan.json", "../plan.json"),
        ("/srv/plan?.json", "file:///srv/plan%3F.json"),
        ("C:/build/plan.json", "file:///C:/build/plan.json"),
    ] {
        assert_eq!(uri(file), expected, "{file}");
    }
}

#[test]
fn a_name_is_one_word() {
    assert_eq!(pascal("Buckets refuse \u{202e}public-access"), "BucketsRefusePublicAccess");
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn no_name_breaks_the_file_or_makes_a_link(text in hostile_texts()) {
        let checked = hostile(&text);
        let log = written(&checked);
        prop_assert_eq!(errors(&log), Vec::<String>::new());
        for one in log["runs"][0]["results"].as_array().unwrap() {
            let said = one["message"]["text"].as_str().unwrap();
            prop_assert!(!said.contains("](") && !said.chars().any(hidden), "{}", said);
            let uri = one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            prop_assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%:".contains(&b)), "{}", uri);
        }
    }
}
