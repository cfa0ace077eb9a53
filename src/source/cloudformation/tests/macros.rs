//! What nobody can judge from outside.

use super::{outline, plain, resource};
use crate::model::planned::{Planned, Unjudgeable};

fn of(text: &str) -> Vec<Unjudgeable> {
    plain(text).unjudgeable
}

#[test]
fn a_macro_over_the_template_may_change_anything() {
    for transform in ["Mine", "[AWS::LanguageExtensions, Mine]", "{Name: Mine, Parameters: {a: b}}"] {
        let found = of(&format!("Transform: {transform}\nResources: {{R: {{Type: AWS::X::Y}}}}"));
        let [found] = found.as_slice() else { panic!("{found:?}") };
        assert!(found.whole && found.reason.contains("the macro Mine"), "{found:?}");
        assert!(found.reason.contains("--template-stage Processed"), "{found:?}");
    }
    assert!(of("Transform: AWS::LanguageExtensions\nResources: {R: {Type: AWS::X::Y}}").is_empty());
    assert!(of("Resources: {R: {Type: AWS::X::Y}, 'Fn::Transform': {Name: AWS::Include}}")[0].whole);
    assert!(of("Resources: {R: {Type: AWS::X::Y}}\nFn::Transform: {Name: AWS::Include}")[0].whole);
    assert!(!of("Mappings: {M: {'Fn::Transform': {Name: AWS::Include}}}\nResources: {R: {Type: AWS::X::Y}}")[0].whole);
}

#[test]
fn resources_of_other_makers_are_reported_one_by_one() {
    for (kind, part) in [
        ("AWS::Serverless::Function", "--template-stage Processed"),
        ("Mine::Net::Vpc::MODULE", "is a module"),
        ("AWS::CloudFormation::Stack", "is a nested stack"),
        ("AWS::CloudFormation::StackSet", "deploys another template"),
        ("Custom::Thing", "code of its own"),
        ("AWS::CloudFormation::CustomResource", "code of its own"),
        ("Datadog::Monitors::Monitor", "another provider than AWS"),
    ] {
        let input = plain(&format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  K: {{Type: AWS::X::Y}}\n  R: {{Type: '{kind}'}}\n"
        ));
        // It stays for what it names; nobody judges it.
        assert_eq!(outline(&input), [": K R"], "{kind}");
        let [found] = input.unjudgeable.as_slice() else { panic!("{:?}", input.unjudgeable) };
        assert!(found.reason.contains(part) && found.reason.starts_with("the resource R "), "{}", found.reason);
        assert!(!found.whole && found.place.line == 4, "{found:?}");
    }
}

#[test]
fn a_reference_to_an_unjudgeable_resource_is_still_one() {
    let input = plain("Resources: {R: {Type: 'Custom::A'}, K: {Type: AWS::X::Y, Properties: {P: !GetAtt R.Out}}}");
    assert!(matches!(resource(&input, "K").properties["P"].value, Planned::Known(_)));
}

#[test]
fn an_unjudgeable_resource_that_never_exists_is_not_reported() {
    assert!(of("Conditions: {N: !Equals [a, b]}\nResources: {R: {Type: 'Custom::A', Condition: N}}").is_empty());
}

#[test]
fn a_macro_in_a_resource_leaves_it_in_doubt() {
    let input = plain("Resources: {R: {Type: AWS::X::Y, Properties: {A: 1, 'Fn::Transform': {Name: AWS::Include}}}}");
    assert!(resource(&input, "R").doubtful.as_deref().unwrap().contains("a macro"));
    assert!(input.unjudgeable[0].reason.contains("properties of the resource R"));
    let found = of("Resources: {R: {'Fn::Transform': {Name: AWS::Include}}, S: {Properties: {}}}");
    let reasons: Vec<&str> = found.iter().map(|one| one.reason.as_str()).collect();
    assert!(reasons.iter().any(|reason| reason.contains("R is written by a macro")), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("S has no Type")), "{reasons:?}");
}
