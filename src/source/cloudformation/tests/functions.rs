//! The functions of CloudFormation.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::Options;
use super::{known, property_with, unknown};
use crate::model::planned::{Planned, reference, references};

#[test]
fn a_reference_to_a_resource_is_kept_as_one() {
    assert_eq!(known("!Ref Key"), json!(reference("Key", "Ref")));
    assert_eq!(known("!GetAtt Key.Arn"), json!(reference("Key", "Arn")));
    assert_eq!(known("!GetAtt [Key, Arn]"), json!(reference("Key", "Arn")));
    assert_eq!(known("!GetAtt Key.Outputs.Arn"), json!(reference("Key", "Outputs.Arn")));
    assert_eq!(known("!GetAtt [Key, !Ref Given]"), json!(reference("Key", "given")));
}

#[test]
fn a_reference_stands_within_the_text_that_is_made_of_it() {
    for text in ["!Sub '${Key.Arn}/*'", "!Join ['', [!GetAtt Key.Arn, '/*']]", "!Sub ['${K}/*', {K: !GetAtt Key.Arn}]"]
    {
        let value = known(text);
        let value = value.as_str().unwrap();
        assert_eq!(value, format!("{}/*", reference("Key", "Arn")));
        assert_eq!(references(value).collect::<Vec<_>>(), [("Key", "Arn")]);
    }
}

#[test]
fn a_name_that_nothing_has_is_unknown() {
    assert_eq!(unknown("!Ref Nobody"), "refers to Nobody, which the template does not have");
    assert_eq!(unknown("!Sub '${Nobody.Arn}'"), "refers to Nobody, which the template does not have");
    assert_eq!(unknown("!GetAtt Gone.Arn"), "refers to Gone, which does not exist under these conditions");
    assert!(unknown("!Ref AWS::Planet").contains("no pseudo parameter"));
}

#[test]
fn sub_keeps_a_literal_and_takes_its_own_names_first() {
    assert_eq!(known("!Sub '${!Given} ${Given} ${ Given }'"), json!("${Given} given given"));
    assert_eq!(known("!Sub ['${Given}-${Own}', {Given: own, Own: !Ref Number}]"), json!("own-7"));
    assert_eq!(known("!Sub 'a ${open'"), json!("a ${open"));
    assert!(unknown("!Sub '${Names}'").contains("no text"));
}

#[test]
fn lists_are_joined_split_and_selected() {
    assert_eq!(known("!Join [',', !Ref Names]"), json!("red,green"));
    assert_eq!(known("!Join ['-', [a, !Ref AWS::NoValue, 1, yes]]"), json!("a-1-true"));
    assert_eq!(known("!Split [':', 'a:b:']"), json!(["a", "b", ""]));
    assert_eq!(known("!Select [1, !Ref Names]"), json!("green"));
    assert_eq!(known("!Select ['1', !Split ['/', 'x/y']]"), json!("y"));
    assert_eq!(known("!Select [1, [!Ref Open, b]]"), json!("b"), "the other entries do not matter");
    assert!(unknown("!Select [2, !Ref Names]").contains("shorter"));
}

#[test]
fn a_part_of_a_reference_is_not_guessed() {
    assert_eq!(
        unknown("!Select [0, !Split [':', !GetAtt Key.Arn]]"),
        "takes Fn::Split of Key.Arn, which is known after the deployment"
    );
    assert!(unknown("!Base64 {'Fn::Sub': '${Key}'}").contains("Fn::Base64 of Key.Ref"));
}

#[test]
fn maps_are_looked_up() {
    assert_eq!(known("!FindInMap [Sizes, prod, Size]"), json!(100));
    assert_eq!(known("!FindInMap [Sizes, prod, Zones]"), json!(["a", "b"]));
    assert_eq!(known("!FindInMap [Sizes, dev, Size, {DefaultValue: 1}]"), json!(1));
    assert_eq!(unknown("!FindInMap [Sizes, dev, Size]"), "looks up Sizes, dev, Size, which Mappings does not have");
    assert!(unknown("!FindInMap [Sizes, !Ref Open, Size, {DefaultValue: 1}]").contains("parameter Open"));
}

#[test]
fn of_a_choice_only_the_branch_taken_is_read() {
    assert_eq!(known("!If [Yes, a, !Ref Open]"), json!("a"));
    assert_eq!(known("!If [No, !Ref Open, [b]]"), json!(["b"]));
    assert!(unknown("!If [Nobody, a, b]").contains("the condition Nobody, which the template does not have"));
}

#[test]
fn base64_is_that_of_the_standard() {
    for (text, encoded) in [("''", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("fooba", "Zm9vYmE=")] {
        assert_eq!(known(&format!("!Base64 {text}")), json!(encoded));
    }
}

#[test]
fn json_text_keeps_references_and_escapes() {
    let value = known(r#"{"Fn::ToJsonString": {"a": ["\\u0001\"x", {"Ref": "Key"}], "b": 1}}"#);
    let expected = format!(r#"{{"a":["\\u0001\"x","{}"],"b":1}}"#, reference("Key", "Ref"));
    assert_eq!(value, json!(expected));
    assert_eq!(known("{'Fn::Length': !Ref Names}"), json!(2));
    assert_eq!(known("{'Fn::Length': [a, !Ref AWS::NoValue]}"), json!(1));
}

#[test]
fn what_aws_works_out_is_unknown() {
    assert!(unknown("!GetAZs ''").contains("availability zones"));
    assert!(unknown("!Cidr [10.0.0.0/16, 2, 8]").contains("Fn::Cidr"));
    assert!(unknown("!Transform {Name: M}").contains("macro"));
    assert!(unknown("!Frobnicate x").contains("no known function"));
    assert!(unknown("{'Fn::Sub': a, b: c}").contains("beside other keys"));
    assert!(unknown("!Equals [a, a]").contains("only in Conditions"));
}

#[test]
fn functions_say_what_they_were_given() {
    for (text, part) in [
        ("!Join [a]", "its 2 arguments"),
        ("!Join [',', a]", "no list"),
        ("!Select [x, [a]]", "no number"),
        ("!Split ['', a]", "empty delimiter"),
        ("!Sub {a: b}", "a text and a map"),
        ("!Ref [a]", "names nothing"),
        ("!GetAtt Key", "no resource and attribute"),
        ("{'Fn::Length': a}", "no list"),
        ("!FindInMap [a, b]", "two keys"),
    ] {
        let reason = unknown(text);
        assert!(reason.contains(part), "{text}: {reason}");
    }
}

#[test]
fn an_import_is_known_where_it_was_given() {
    assert_eq!(unknown("!ImportValue net-vpc"), "imports net-vpc from another stack (give its value with --imports)");
    let options = Options { imports: BTreeMap::from([("net-vpc".into(), "vpc-1".into())]), ..Options::default() };
    assert_eq!(property_with(&options, "!ImportValue {'Fn::Sub': 'net-vpc'}"), Some(Planned::Known(json!("vpc-1"))));
}

#[test]
fn account_and_region_are_never_made_up() {
    assert_eq!(unknown("!Ref AWS::AccountId"), "depends on AWS::AccountId (say which with --account)");
    assert_eq!(unknown("!Sub 'x-${AWS::Region}'"), "depends on AWS::Region (say which with --region)");
    assert!(unknown("!Ref AWS::StackName").contains("AWS::StackName"));
    assert!(unknown("!Ref AWS::StackId").contains("after the deployment"));
    assert_eq!(known("!Ref AWS::Partition"), json!("aws"));
    let options = Options {
        account: Some("012345678901".into()),
        region: Some("cn-north-1".into()),
        stack_name: Some("tre".into()),
        ..Options::default()
    };
    let text = "!Sub '${AWS::AccountId} ${AWS::Region} ${AWS::Partition} ${AWS::URLSuffix} ${AWS::StackName}'";
    assert_eq!(
        property_with(&options, text),
        Some(Planned::Known(json!("012345678901 cn-north-1 aws-cn amazonaws.com.cn tre")))
    );
}

#[test]
fn a_value_that_is_not_echoed_is_never_shown() {
    assert_eq!(known("!Ref Secret"), json!("<sensitive>"));
    assert_eq!(known("!Sub 'p=${Secret}'"), json!("p=<sensitive>"));
    for text in ["!Base64 {Ref: Secret}", "!Split [u, !Ref Secret]", "!FindInMap [Sizes, !Ref Secret, Size]"] {
        let reason = unknown(text);
        assert!(reason.contains("not shown (NoEcho)") && !reason.contains("hunter2"), "{reason}");
    }
}
