//! Scalars, places and expressions.

use serde_json::json;

use super::super::{boolean, integer, string};
use super::{known, plain, property, resource, unknown};
use crate::model::planned::Place;

#[test]
fn an_account_id_keeps_its_zero_and_stays_text() {
    assert_eq!(known("012345678901"), json!("012345678901"));
    assert_eq!(known("123456789012"), json!("123456789012"));
    assert_eq!(known("12345678901"), json!(12_345_678_901_i64));
}

#[test]
fn unquoted_truth_values_are_those_of_yaml_1_1() {
    for (text, truth) in [("true", true), ("True", true), ("yes", true), ("on", true), ("NO", false), ("off", false)] {
        assert_eq!(known(text), json!(truth), "{text}");
        assert_eq!(known(&format!("'{text}'")), json!(text), "a quoted one is a text");
    }
    assert_eq!(known("tRue"), json!("tRue"));
}

#[test]
fn only_what_a_number_would_be_written_as_is_one() {
    assert_eq!(known("30"), json!(30));
    assert_eq!(known("-1"), json!(-1));
    for text in ["1.10", "+1", "0x10", "1_000", "2012-10-17", "99999999999999999999"] {
        assert_eq!(known(text), json!(text));
    }
    assert_eq!(known("!!str 30"), json!("30"));
    assert_eq!(known("{! 'a': ! 30, !!str b: !!int 7}"), json!({"a": "30", "b": 7}));
}

#[test]
fn a_mapping_that_knows_the_type_asks_again() {
    assert_eq!(
        [json!("True"), json!("false"), json!(true), json!("yes"), json!(1)].map(|value| boolean(&value)),
        [Some(true), Some(false), Some(true), None, None]
    );
    assert_eq!(["7", "7.0", "7.5", "x", "7."].map(|text| integer(&json!(text))), [Some(7), Some(7), None, None, None]);
    assert_eq!(integer(&json!(7)), Some(7));
    assert_eq!(
        [json!(7), json!(false), json!([])].map(|value| string(&value)),
        [Some("7".to_owned()), Some("false".to_owned()), None]
    );
}

#[test]
fn a_null_is_no_value() {
    for text in ["", "~", "null", "{a: [1, null]}"] {
        assert_eq!(unknown(text), "holds null, which CloudFormation does not take", "{text}");
    }
    assert_eq!(known("''"), json!(""));
}

#[test]
fn a_dynamic_reference_is_read_at_the_deployment() {
    assert_eq!(
        unknown("'{{resolve:secretsmanager:db:SecretString:password}}'"),
        "is read from Secrets Manager at the deployment (a dynamic reference)"
    );
    assert_eq!(
        unknown("{a: ['x{{resolve:ssm:/n:1}}']}"),
        "is read from the Parameter Store at the deployment (a dynamic reference)"
    );
    assert!(unknown("!Sub '{{resolve:ssm-secure:${Given}}}'").contains("Parameter Store"));
}

#[test]
fn one_unknown_leaf_makes_the_property_unknown() {
    assert_eq!(unknown("[{Key: a, Value: !Ref Open}]"), "depends on the parameter Open, which has no value");
}

#[test]
fn a_reason_names_two_causes_and_counts_the_rest() {
    let reason = unknown("[!Ref Open, !Ref Stored, !Ref 'AWS::Region', !Ref 'AWS::AccountId']");
    let expected = "depends on AWS::AccountId (say which with --account) and depends on AWS::Region (say which with \
                    --region) and 2 causes more";
    assert_eq!(reason, expected);
}

#[test]
fn a_condition_in_a_policy_is_no_function() {
    assert_eq!(known("{Condition: {Bool: {x: false}}}"), json!({"Condition": {"Bool": {"x": false}}}));
    assert_eq!(known("{Condition: Maybe}"), json!({"Condition": "Maybe"}));
}

#[test]
fn places_are_those_of_the_keys_and_expressions_are_in_short_form() {
    let input = plain(
        "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n    Properties:\n      A: 1\n      \
         BucketName:\n        Fn::GetAtt: [C, Arn]\n  C: {Type: AWS::S3::Bucket}\n",
    );
    let bucket = resource(&input, "B");
    let place = |line, column| Place { file: "t.yaml".to_owned(), line, column };
    assert_eq!(bucket.place, place(2, 3));
    assert_eq!(bucket.properties["BucketName"].place, place(7, 7));
    assert_eq!(bucket.properties["BucketName"].expression.as_deref(), Some("!GetAtt C.Arn"));
    assert_eq!(bucket.properties["A"].expression, None);
    assert_eq!(bucket.properties["@DeletionPolicy"].place, place(4, 5));
    assert_eq!(resource(&input, "C").place, place(9, 3));
    assert!(input.sources["t.yaml"].starts_with("Resources:"));
}

#[test]
fn a_long_expression_is_shortened() {
    let input = plain(&format!(
        "Resources: {{B: {{Type: AWS::S3::Bucket, Properties: {{N: !Sub '{}${{B}}'}}}}}}",
        "ä".repeat(100)
    ));
    let expression = resource(&input, "B").properties["N"].expression.clone().unwrap();
    assert_eq!(expression.chars().count(), 80);
    assert!(expression.ends_with("ä…"), "{expression}");
}

#[test]
fn nothing_is_no_property() {
    assert_eq!(property("!Ref AWS::NoValue"), None);
    assert_eq!(known("[a, !Ref AWS::NoValue, {b: !Ref AWS::NoValue, c: d}]"), json!(["a", {"c": "d"}]));
}
