//! What a plan marks as sensitive does not come out of it.

use serde_json::json;

use super::*;

const SECRET: &str = "hunter2-correct-horse";

/// A plan with the secret at every place where a plan can have one.
fn planted() -> Value {
    let after = json!({
        "identifier": "db", "username": SECRET, "password": SECRET, "engine": "postgres",
        "parameter_group_name": SECRET, "backup_retention_period": 7,
    });
    let mut database = create("aws_db_instance.db", after.clone(), json!({}));
    database["change"]["before"] = after.clone();
    let marks = json!({ "username": true, "password": true, "parameter_group_name": true });
    database["change"]["after_sensitive"] = marks.clone();
    database["change"]["before_sensitive"] = marks.clone();
    let nested = json!({ "rule": [{ "id": SECRET, "status": "Enabled" }], "bucket": "tre-data" });
    let mut nested = create("aws_s3_bucket_lifecycle_configuration.l", nested, json!({}));
    nested["change"]["after_sensitive"] = json!({ "rule": [{ "id": true }] });
    let constant = json!({ "username": SECRET, "parameter_group_name": SECRET });
    let mut plan = plan(vec![database, nested], vec![block("aws_db_instance.db", constant)]);
    plan["variables"] = json!({ "password": { "value": SECRET } });
    let root = &mut plan["configuration"]["root_module"];
    root["variables"] = json!({ "password": { "default": SECRET, "sensitive": true } });
    root["module_calls"] = json!({ "m": { "source": "./m", "expressions": { "password": { "constant_value": SECRET } },
        "module": { "variables": { "password": { "sensitive": true } } } } });
    plan["planned_values"] = json!({ "root_module": { "resources": [{
        "address": "aws_db_instance.db", "mode": "managed", "values": after, "sensitive_values": marks,
    }] } });
    plan["prior_state"] = json!({ "values": plan["planned_values"].clone() });
    plan["output_changes"] = json!({ "password": { "after": SECRET, "after_sensitive": true } });
    plan["resource_drift"] =
        json!([{ "address": "aws_db_instance.db", "change": { "after": { "password": SECRET } } }]);
    plan
}

#[test]
fn a_planted_secret_is_nowhere_in_what_is_read() {
    let code =
        format!("resource \"aws_db_instance\" \"db\" {{\n  username = \"{SECRET}\"\n  engine = \"postgres\"\n}}\n");
    let input = with(&planted(), &[("main.tf", &code)]);
    let debug = format!("{input:?}");
    assert!(!debug.contains(SECRET), "{debug}");
    assert!(debug.contains("aws_db_instance.db") && debug.contains("postgres"));
}

#[test]
fn the_secret_would_be_seen_if_it_were_not_marked() {
    let mut plan = planted();
    plan["resource_changes"][0]["change"]["after_sensitive"] = json!({});
    assert!(format!("{:?}", input(&plan)).contains(SECRET));
}

#[test]
fn what_goes_keeps_its_secrets_too() {
    let was = json!({ "identifier": "db", "parameter_group_name": SECRET });
    let mut gone = change("aws_db_instance.db", "delete", was, json!({}));
    let read = |gone: &Value| format!("{:?}", input(&plan(vec![gone.clone()], vec![])));
    assert!(read(&gone).contains(SECRET));
    gone["change"]["before_sensitive"] = json!({ "parameter_group_name": true });
    assert!(!read(&gone).contains(SECRET));
}

#[test]
fn the_default_of_a_sensitive_variable_is_masked_in_the_code() {
    let code =
        format!("variable \"password\" {{\n  default = \"{SECRET}\"\n}}\nresource \"aws_kms_key\" \"k\" {{\n}}\n");
    let mut plan = plan(vec![create("aws_kms_key.k", json!({}), json!({}))], vec![]);
    assert!(format!("{:?}", with(&plan, &[("main.tf", &code)])).contains(SECRET));
    plan["configuration"]["root_module"]["variables"] = json!({ "password": { "default": SECRET, "sensitive": true } });
    assert!(!format!("{:?}", with(&plan, &[("main.tf", &code)])).contains(SECRET));
}

#[test]
fn what_is_sensitive_is_unknown_and_never_a_placeholder() {
    let input = input(&planted());
    assert!(why(&input, "aws_db_instance.db", "ParameterGroups").contains("sensitive"));
    assert_eq!(property(&input, "aws_db_instance.db", "Engine"), &known(json!("postgres")));
    let name = &addresses(&input)[0];
    assert!(why(&input, name, "LifecycleConfiguration").contains("sensitive"));
}

#[test]
fn code_keeps_its_columns_where_a_secret_is_masked() {
    let code = format!("resource \"aws_db_instance\" \"db\" {{ username = \"{SECRET}\" }}\n");
    let input = with(&planted(), &[("main.tf", &code)]);
    assert_eq!(input.sources["main.tf"].chars().count(), code.chars().count());
    assert!(input.sources["main.tf"].contains("\"*****"));
}

#[test]
fn marks_of_another_shape_than_the_values_hide_all_of_them() {
    let mut change = create("aws_db_instance.db", json!({ "engine": ["a", SECRET] }), json!({}));
    change["change"]["after_sensitive"] = json!({ "engine": [true] });
    assert!(!format!("{:?}", input(&plan(vec![change], vec![]))).contains(SECRET));
}

#[test]
fn no_message_repeats_a_value_of_the_file() {
    for text in [
        format!(r#"{{"format_version":"1.0","resource_changes":"{SECRET}"}}"#),
        format!(r#"{{"format_version":"1.0","resource_changes":[{{"address":{{"x":"{SECRET}"}}}}]}}"#),
        format!(r#"{{"format_version":"1.0","a":"{SECRET}","a":"{SECRET}"}}"#),
        format!(r#"{{"format_version":"1.0","a":"{SECRET}"#),
    ] {
        let error = read("plan.json", text.as_bytes(), &Options::default()).unwrap_err();
        assert!(!error.message.contains(SECRET), "{}", error.message);
    }
}
