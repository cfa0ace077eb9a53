//! The same template in another form is the same input, apart from its places.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::super::{Options, read};
use super::{GROUND, plain};
use crate::model::planned::{Input, Place};

/// An input without its places and sources.
fn bare(mut input: Input) -> Input {
    input.sources.clear();
    for resource in input.worlds.iter_mut().flat_map(|world| &mut world.resources) {
        resource.place = Place::default();
        resource.properties.values_mut().for_each(|property| property.place = Place::default());
    }
    input.unjudgeable.iter_mut().for_each(|one| one.place = Place::default());
    input.unjudgeable.sort();
    input
}

const SHORT: &str = r"
Parameters: {Env: {Type: String}}
Conditions:
  Prod: !And [!Equals [!Ref Env, prod], !Not [!Condition Dev]]
  Dev: !Equals [!Ref Env, dev]
Resources:
  Key: {Type: 'AWS::KMS::Key', Properties: {EnableKeyRotation: true, PendingWindowInDays: 7}}
  Bucket:
    Type: AWS::S3::Bucket
    Condition: Prod
    DeletionPolicy: Retain
    Properties:
      BucketName: !Sub 'b-${Env}'
      KeyArn: !GetAtt Key.Arn
      Tags: [{Key: a, Value: !If [Dev, !Ref Env, 'x y']}]
      Joined: !Join ['', [!Ref Key, !Select [0, !Split [',', 'a,b']]]]
  Custom: {Type: 'Custom::X'}
";

const LONG: &str = r#"{
	"Resources": {
		"Custom": {"Type": "Custom::X"},
		"Bucket": {
			"Properties": {
				"Joined": {"Fn::Join": ["", [{"Ref": "Key"}, {"Fn::Select": [0, {"Fn::Split": [",", "a,b"]}]}]]},
				"Tags": [{"Value": {"Fn::If": ["Dev", {"Ref": "Env"}, "x y"]}, "Key": "a"}],
				"KeyArn": {"Fn::GetAtt": ["Key", "Arn"]},
				"BucketName": {"Fn::Sub": "b-${Env}"}
			},
			"DeletionPolicy": "Retain", "Condition": "Prod", "Type": "AWS::S3::Bucket"
		},
		"Key": {"Type": "AWS::KMS::Key", "Properties": {"PendingWindowInDays": 7, "EnableKeyRotation": true}}
	},
	"Conditions": {
		"Dev": {"Fn::Equals": [{"Ref": "Env"}, "dev"]},
		"Prod": {"Fn::And": [{"Fn::Equals": [{"Ref": "Env"}, "prod"]}, {"Fn::Not": [{"Condition": "Dev"}]}]}
	},
	"Parameters": {"Env": {"Type": "String"}}
}"#;

#[test]
fn yaml_in_short_form_and_json_in_long_form_are_one() {
    let (short, long) = (bare(plain(SHORT)), bare(plain(LONG)));
    assert_eq!(short, long);
    assert_eq!(short.worlds.len(), 2);
}

#[test]
fn utf_16_and_byte_order_marks_change_nothing() {
    let plain = read("t.yaml", SHORT.as_bytes(), &Options::default()).unwrap();
    let wide = |mark: u16, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(mark).chain(SHORT.encode_utf16()).flat_map(bytes).collect()
    };
    let marked = [b"\xEF\xBB\xBF", SHORT.as_bytes()].concat();
    for bytes in [wide(0xFEFF, u16::to_le_bytes), wide(0xFEFF, u16::to_be_bytes), marked] {
        assert_eq!(read("t.yaml", &bytes, &Options::default()).unwrap(), plain);
    }
}

#[test]
fn carriage_returns_change_nothing() {
    assert_eq!(bare(plain(&SHORT.replace('\n', "\r\n"))), bare(plain(SHORT)));
}

#[test]
fn json_is_read_as_json() {
    let key = "k".repeat(1500);
    let text = format!(
        "{{\n\t\"Resources\":\t{{\"R\":{{\"Type\":\"AWS::X::Y\",\"Properties\":{{\"a\"\n:\n\"x\\/y\", \
         \"b\":\"\\uD83D\\uDE00 # - : \\u00e4\",\"{key}\":1,\"c\":[true,null],\"http://x\":-1,\"d\":\"\",\"e\":{{}}}}}}}}}}"
    );
    let input = plain(&text);
    let value = |name: &str| input.worlds[0].resources[0].properties[name].value.clone();
    use crate::model::planned::Planned::{Known, Unknown};
    assert_eq!(value("a"), Known(json!("x/y")));
    assert_eq!(value("b"), Known(json!("\u{1F600} # - : ä")));
    assert_eq!(value(&key), Known(json!(1)));
    assert!(matches!(value("c"), Unknown(_)));
    assert_eq!(value("http://x"), Known(json!(-1)));
    assert_eq!([value("d"), value("e")], [Known(json!("")), Known(json!({}))]);
    assert_eq!(input.worlds[0].resources[0].properties["a"].place.line, 2);
}

#[test]
fn aliases_and_merge_keys_are_what_they_stand_for() {
    let text = "Resources:\n  A: {Type: AWS::X::Y, Properties: &p {P: 1, Q: [!Ref A]}}\n  B: {Type: AWS::X::Y, Properties: \
                *p}\n  C: {Type: AWS::X::Y, Properties: {<<: *p, P: 2}}\n  D: {Type: AWS::X::Y, Properties: {<<: [{P: 3}, \
                *p]}}\n";
    let written = "Resources:\n  A: {Type: AWS::X::Y, Properties: {P: 1, Q: [!Ref A]}}\n  B: {Type: AWS::X::Y, Properties: \
                   {P: 1, Q: [!Ref A]}}\n  C: {Type: AWS::X::Y, Properties: {P: 2, Q: [!Ref A]}}\n  D: {Type: AWS::X::Y, \
                   Properties: {P: 3, Q: [!Ref A]}}\n";
    assert_eq!(bare(plain(text)), bare(plain(written)));
}

/// Expressions of any shape, in long form.
fn expression() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!("text")),
        Just(json!(7)),
        Just(json!(true)),
        Just(json!({"Ref": "Open"})),
        Just(json!({"Ref": "Names"})),
        Just(json!({"Ref": "Secret"})),
        Just(json!({"Ref": "AWS::NoValue"})),
        Just(json!({"Fn::GetAtt": ["Key", "Arn"]})),
        Just(json!({"Fn::Sub": "${Given}-${Key}"})),
        "[ -~]{0,8}".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map("[a-c]", inner.clone(), 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect::<Map<_, _>>())),
            (prop::sample::select(vec!["Yes", "No", "Maybe"]), inner.clone(), inner.clone())
                .prop_map(|(name, yes, no)| json!({"Fn::If": [name, yes, no]})),
            inner.clone().prop_map(|list| json!({"Fn::Join": ["-", list]})),
            inner.clone().prop_map(|list| json!({"Fn::Select": ["0", list]})),
            inner.prop_map(|value| json!({"Fn::ToJsonString": value})),
        ]
    })
}

/// YAML in short form, and in the reverse order of keys.
fn short(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(short).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => match map.iter().next() {
            Some((key, argument)) if map.len() == 1 && key.starts_with("Fn::") => {
                // YAML takes one tag for one value, so that a function right within another keeps its long form.
                let name = key.trim_start_matches("Fn::");
                let within =
                    argument.as_object().is_some_and(|map| map.keys().any(|key| super::super::tree::is_function(key)));
                if within { format!("!{name} {argument}") } else { format!("!{name} {}", short(argument)) }
            }
            Some((key, argument)) if map.len() == 1 && key == "Ref" => format!("!Ref {}", short(argument)),
            _ => {
                let entry = |(key, value): (&String, &Value)| format!("{key}: {}", short(value));
                format!("{{{}}}", map.iter().rev().map(entry).collect::<Vec<_>>().join(", "))
            }
        },
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        other => other.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_expression_is_the_same_in_both_forms_and_orders(value in expression()) {
        let long = plain(&format!("{GROUND}      P: {value}\n"));
        let short = plain(&format!("{GROUND}      P: {}\n", short(&value)));
        prop_assert_eq!(bare(long), bare(short));
    }

    #[test]
    fn no_text_makes_it_panic(text in "(Resources|R|Type|AWS::X::Y|Properties|Fn::Sub|!Ref|&a|\\*a|<<|[ \n:{}\\[\\],'\"|>-]|\\PC){0,60}") {
        drop(read("t.yaml", text.as_bytes(), &Options::default()));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(read("t.yaml", &bytes, &Options::default()));
    }
}
