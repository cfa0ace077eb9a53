//! `Fn::ForEach`.

use serde_json::json;

use super::{given, outline, plain, refused, resource, set, with};
use crate::model::planned::{Planned, reference};

const LOOP: &str = "
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList}}
Resources:
  Fn::ForEach::Buckets:
    - Name
    - !Ref Names
    - 'Bucket&{Name}':
        Type: AWS::S3::Bucket
        Properties: {BucketName: !Ref Name, Other: !Sub 'x-${Name}', Arn: !GetAtt 'Bucket&{Name}.Arn'}
  K: {Type: AWS::X::Y}
";

#[test]
fn a_loop_writes_a_resource_for_each_value() {
    let input = with(&given(vec![set("s", &[("Names", "a-1,b")])]), LOOP);
    assert_eq!(outline(&input), [": Bucketa1 Bucketb K"]);
    let value = |name: &str| resource(&input, "Bucketa1").properties[name].value.clone();
    assert_eq!(value("BucketName"), Planned::Known(json!("a-1")));
    assert_eq!(value("Other"), Planned::Known(json!("x-a-1")));
    assert_eq!(value("Arn"), Planned::Known(json!(reference("Bucketa1", "Arn"))));
    assert_eq!(resource(&input, "Bucketb").place.line, 8, "all of them stand where the loop stands");
}

#[test]
fn loops_nest_and_stand_in_properties_and_conditions() {
    let text = "
Transform: [AWS::LanguageExtensions]
Conditions:
  'Fn::ForEach::C': [E, [dev, prod], {'Is${E}': !Equals [prod, '${E}']}]
Resources:
  Fn::ForEach::Outer:
    - A
    - [x, y]
    - Fn::ForEach::Inner:
        - B
        - ['1', '2']
        - 'R${A}${B}': {Type: AWS::X::Y, Condition: Isprod}
  P:
    Type: AWS::X::Y
    Condition: Isdev
  Q:
    Type: AWS::X::Y
    Properties:
      Fn::ForEach::Ports: [N, ['80', '443'], {'Port${N}': {Value: !Ref N}}]
";
    let input = plain(text);
    assert_eq!(outline(&input), [": Q Rx1 Rx2 Ry1 Ry2"]);
    assert_eq!(resource(&input, "Q").properties["Port443"].value, Planned::Known(json!({"Value": "443"})));
}

#[test]
fn a_loop_over_something_unknown_is_reported() {
    let input = plain(LOOP);
    assert_eq!(outline(&input), [": K"]);
    let [reason] = input.unjudgeable.as_slice() else { panic!("{:?}", input.unjudgeable) };
    assert!(!reason.whole && reason.place.line == 5, "{reason:?}");
    assert!(reason.reason.contains("depends on the parameter Names, which has no value"), "{}", reason.reason);
}

#[test]
fn a_loop_needs_its_transform() {
    let input = plain(&LOOP.replace("Transform: AWS::LanguageExtensions", "").replace("!Ref Names", "[a]"));
    assert!(input.unjudgeable[0].reason.contains("needs Transform: AWS::LanguageExtensions"));
}

#[test]
fn properties_that_an_unknown_loop_writes_leave_the_resource_in_doubt() {
    let input = plain(
        "Transform: AWS::LanguageExtensions\nParameters: {N: {Type: CommaDelimitedList}}\nResources: {R: {Type: AWS::X::Y, \
         Properties: {A: 1, 'Fn::ForEach::L': [X, !Ref N, {'P${X}': 1}]}}}",
    );
    let found = resource(&input, "R");
    assert!(found.doubtful.as_deref().unwrap().contains("a loop that cannot be unrolled"), "{found:?}");
    assert!(found.properties.contains_key("A"));
    assert_eq!(input.unjudgeable.len(), 1);
}

#[test]
fn a_loop_that_writes_a_key_twice_is_refused() {
    let error = refused(
        "Transform: AWS::LanguageExtensions\nResources: {'Fn::ForEach::L': [X, [a, b], {Same: {Type: AWS::X::Y}}]}",
    );
    assert!(error.message.contains("writes the key \"Same\" twice"), "{}", error.message);
}

#[test]
fn a_loop_with_another_form_is_reported() {
    let input = plain("Transform: AWS::LanguageExtensions\nResources: {'Fn::ForEach::L': [X], K: {Type: AWS::X::Y}}");
    assert!(input.unjudgeable[0].reason.contains("does not have the form"));
}

#[test]
fn several_identifiers_go_through_lists_and_maps() {
    let text = "
Transform: AWS::LanguageExtensions
Parameters: {Own: {Type: String, Default: Zone}}
Resources:
  Fn::ForEach::Lists:
    - [Id, !Ref Own]
    - [[1, a], [2, b]]
    - 'L${Id}': {Type: AWS::X::Y, Properties: {Z: !Ref Zone}}
  Fn::ForEach::Maps:
    - [Name, Port]
    - {Web: 443, Shell: 22}
    - 'M${Name}': {Type: AWS::X::Y, Properties: {P: '${Port}'}}
";
    let input = plain(text);
    assert_eq!(outline(&input), [": L1 L2 MShell MWeb"]);
    assert_eq!(resource(&input, "L2").properties["Z"].value, Planned::Known(json!("b")));
    assert_eq!(resource(&input, "MWeb").properties["P"].value, Planned::Known(json!("443")));
    for broken in ["[2]", "b"] {
        assert_eq!(plain(&text.replace("[2, b]", broken)).unjudgeable.len(), 1, "no round is left out silently");
    }
}

#[test]
fn a_reference_may_be_worked_out() {
    let text = "
Transform: AWS::LanguageExtensions
Parameters: {ParamA: {Type: String}}
Conditions:
  'Fn::ForEach::On': [X, [A], {'Is${X}': !Equals [{Ref: {'Fn::Sub': 'Param${X}'}}, 'on']}]
Resources:
  BucketA: {Type: AWS::S3::Bucket, Condition: IsA}
  K: {Type: AWS::X::Y, Properties: {P: !GetAtt [!Sub 'Bucket${ParamA}', Arn], Q: {Ref: {'Fn::Join': ['', [Bucket, A]]}}}}
";
    let input = plain(text);
    assert_eq!(
        outline(&input),
        ["ParamA = on: BucketA K", "ParamA is not on: K"],
        "the text on is no truth value here"
    );
    assert_eq!(resource(&input, "K").properties["Q"].value, Planned::Known(json!(reference("BucketA", "Ref"))));
}
