//! Worlds: the ways in which an input may turn out.

use serde_json::json;

use super::super::Options;
use super::{given, in_world, outline, plain, resource, set, with};
use crate::model::planned::Planned;

const TWO: &str = "
Parameters: {Env: {Type: String}}
Conditions: {Prod: !Equals [!Ref Env, prod], Dev: !Equals [dev, !Sub '${Env}']}
Resources:
  P: {Type: AWS::X::Y, Condition: Prod}
  D: {Type: AWS::X::Y, Condition: Dev}
  K: {Type: AWS::X::Y}
";

#[test]
fn a_parameter_has_one_value_at_a_time() {
    assert_eq!(outline(&plain(TWO)), ["Env = dev: D K", "Env = prod: K P", "Env is neither dev nor prod: K"]);
}

#[test]
fn allowed_values_leave_no_other() {
    let text = TWO.replace("Type: String}", "Type: String, AllowedValues: [prod, dev, uat]}");
    assert_eq!(outline(&plain(&text)), ["Env = dev: D K", "Env = prod: K P", "Env = uat: K"]);
    let text = TWO.replace("Type: String}", "Type: String, AllowedValues: [prod, uat, test]}");
    assert_eq!(outline(&plain(&text)), ["Env = prod: K P", "Env = test or uat: K"], "nobody can give dev");
    let text = TWO.replace("Type: String}", "Type: String, AllowedValues: [prod, a, b, c, d]}");
    assert_eq!(outline(&plain(&text)), ["Env = prod: K P", "Env is not prod: K"], "many are not tried one by one");
}

#[test]
fn what_is_allowed_of_a_stored_parameter_is_its_name() {
    let text = TWO.replace("Type: String}", "Type: 'AWS::SSM::Parameter::Value<String>', AllowedValues: [/a, /b]}");
    assert_eq!(outline(&plain(&text)), ["Env = dev: D K", "Env = prod: K P", "Env is neither dev nor prod: K"]);
}

#[test]
fn what_a_world_assumes_is_known_in_it() {
    let text = "Parameters: {Env: {Type: String}}\nConditions: {Prod: !Equals [!Ref Env, prod]}\nResources: {R: {Type: \
                AWS::X::Y, Properties: {A: !If [Prod, 1, 2], B: !Ref Env}}}";
    let input = plain(text);
    let value = |world: usize, name: &str| in_world(&input.worlds[world], "R").unwrap().properties[name].value.clone();
    assert_eq!([value(0, "A"), value(0, "B")], [Planned::Known(json!(1)), Planned::Known(json!("prod"))]);
    assert_eq!(value(1, "A"), Planned::Known(json!(2)));
    assert_eq!(value(1, "B"), Planned::Unknown("depends on the parameter Env, which has no value".into()));
}

#[test]
fn a_type_that_takes_no_empty_text_has_no_world_with_one() {
    let text = "Parameters: {V: {Type: 'AWS::EC2::VPC::Id'}}\nConditions: {None: !Equals [!Ref V, '']}\nResources: {R: \
                {Type: AWS::X::Y, Condition: None}, K: {Type: AWS::X::Y}}";
    assert_eq!(outline(&plain(text)), [": K"]);
    let text = text.replace("'AWS::EC2::VPC::Id'", "String");
    assert_eq!(outline(&plain(&text)), ["V = \"\": K R", "V is not \"\": K"]);
}

#[test]
fn worlds_that_are_alike_are_one() {
    let text = "Parameters: {A: {Type: String}}\nConditions: {C: !Equals [!Ref A, x]}\nResources: {R: {Type: AWS::X::Y, \
                Properties: {P: !If [C, same, same]}}}";
    assert_eq!(outline(&plain(text)), [": R"]);
    let both = "Parameters: {A: {Type: String}, B: {Type: String}}\nConditions: {A: !Equals [!Ref A, x], B: !Equals [!Ref \
                B, x], Either: !Or [!Condition A, !Condition B]}\nResources: {R: {Type: AWS::X::Y, Condition: Either}, K: \
                {Type: AWS::X::Y}}";
    assert_eq!(outline(&plain(both)), ["either A = x, or A is not x and B = x: K R", "A is not x, B is not x: K"]);
}

#[test]
fn a_region_that_nobody_said_is_a_question_too() {
    let text = "Conditions: {Dublin: !Equals [!Ref 'AWS::Region', eu-west-1]}\nResources: {R: {Type: AWS::X::Y, Condition: \
                Dublin}, K: {Type: AWS::X::Y}}";
    let input = plain(text);
    assert_eq!(outline(&input), ["AWS::Region = eu-west-1: K R", "AWS::Region is not eu-west-1: K"]);
    assert_eq!(resource(&input, "R").region.as_deref(), Some("eu-west-1"));
    let options = Options { region: Some("eu-west-2".into()), ..Options::default() };
    assert_eq!(outline(&with(&options, text)), [": K"]);
}

#[test]
fn each_parameter_set_is_a_world_and_equal_ones_are_joined() {
    let sets =
        vec![set("prod.json", &[("Env", "prod")]), set("a.json", &[("Env", "a")]), set("b.json", &[("Env", "b")])];
    assert_eq!(
        outline(&with(&given(sets), TWO)),
        ["parameter set prod.json: K P", "parameter set a.json or b.json: K",]
    );
    let sets = vec![set("a.json", &[("Env", "a")]), set("none.json", &[])];
    assert_eq!(
        outline(&with(&given(sets), TWO)),
        [
            "either parameter set a.json, or parameter set none.json and Env is neither dev nor prod: K",
            "parameter set none.json, Env = dev: D K",
            "parameter set none.json, Env = prod: K P",
        ]
    );
}

/// A template with so many independent conditions.
fn many(conditions: usize) -> String {
    let mut text = String::from("Conditions:\n");
    for index in 0..conditions {
        text.push_str(&format!("  C{index}: !Equals [!ImportValue v{index}, x]\n"));
    }
    text.push_str("Resources:\n");
    for index in 0..conditions {
        text.push_str(&format!(
            "  R{index}: {{Type: AWS::X::Y, Condition: C{index}, Properties: {{P: !If [C{index}, 1, 2]}}}}\n"
        ));
    }
    text
}

#[test]
fn six_open_conditions_are_tried_and_the_seventh_is_doubtful() {
    let doubtful = |input: &crate::model::planned::Input| {
        input.worlds.iter().flat_map(|world| &world.resources).filter(|one| one.doubtful.is_some()).count()
    };
    let six = plain(&many(6));
    assert_eq!((six.worlds.len(), doubtful(&six)), (64, 0));
    let seven = plain(&many(7));
    assert_eq!((seven.worlds.len(), doubtful(&seven)), (64, 64));
    let region = "Conditions: {C: !Equals [!Ref 'AWS::Region', a], D: !Equals [!ImportValue x, y]}\nResources: {R: {Type: \
                  AWS::X::Y, Properties: {P: !If [C, a, b]}}}";
    let many: Vec<_> = (0..64).map(|index| set(&index.to_string(), &[])).collect();
    let sets = with(&given(many), region);
    assert_eq!(
        resource(&sets, "R").properties["P"].value,
        Planned::Unknown("depends on the condition C, which depends on AWS::Region (say which with --region)".into()),
        "each of so many parameter sets has one world"
    );
    let last = in_world(&seven.worlds[0], "R6").unwrap();
    assert!(last.doubtful.as_deref().unwrap().contains("the condition C6, which imports v6"), "{last:?}");
    assert!(matches!(last.properties["P"].value, Planned::Unknown(_)));
}
