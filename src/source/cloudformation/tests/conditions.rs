//! Conditions with three values.

use super::{given, outline, plain, set, with};

/// Three conditions over two open parameters, each with a resource.
fn template(condition: &str) -> String {
    format!(
        "Parameters: {{A: {{Type: String}}, S: {{Type: 'AWS::SSM::Parameter::Value<String>'}}}}\nConditions:\n  \
         Yes: !Equals [a, a]\n  No: !Equals [a, b]\n  Open: !Equals [!Ref S, x]\n  C: {condition}\nResources:\n  K: \
         {{Type: AWS::X::Y}}\n  R: {{Type: AWS::X::Y, Condition: C}}\n"
    )
}

fn decided(condition: &str) -> Vec<String> {
    outline(&plain(&template(condition)))
}

#[test]
fn one_part_that_decides_is_enough() {
    for (condition, exists) in [
        ("!And [!Condition No, !Condition Open]", false),
        ("!And [!Condition Open, !Condition No]", false),
        ("!Or [!Condition Open, !Condition Yes]", true),
        ("!Not [!Or [!Condition Yes, !Condition Open]]", false),
        ("!And [Condition: Yes, Condition: Yes]", true),
        ("!Equals [!Ref A, !Ref A]", true),
    ] {
        let expected = if exists { ": K R" } else { ": K" };
        assert_eq!(decided(condition), [expected], "{condition}");
    }
}

#[test]
fn an_open_condition_makes_two_worlds() {
    assert_eq!(decided("!Condition Open"), ["S = x: K R", "S is not x: K"]);
    assert_eq!(decided("!Not [!Condition Open]"), ["S = x: K", "S is not x: K R"]);
    assert_eq!(decided("!And [!Condition Yes, !Condition Open]"), ["S = x: K R", "S is not x: K"]);
}

#[test]
fn a_comparison_that_no_value_would_decide_is_named_by_its_condition() {
    assert_eq!(decided("!Equals [!ImportValue x, a]"), ["C = true: K R", "C = false: K"]);
    assert_eq!(
        decided("!Not [!Equals [!ImportValue x, a]]"),
        ["!Equals [!ImportValue x, a] = true: K", "!Equals [!ImportValue x, a] = false: K R"]
    );
}

#[test]
fn numbers_and_truth_values_are_compared_as_text() {
    for condition in ["!Equals [1, '1']", "!Equals [yes, 'true']", "!Equals ['', '']"] {
        assert_eq!(decided(condition), [": K R"], "{condition}");
    }
    assert_eq!(decided("!Equals [true, 'True']"), [": K"]);
}

#[test]
fn a_circle_and_a_hole_stay_open() {
    for condition in ["!Condition C", "!Not [!Condition Nobody]", "just a text", "!And []"] {
        let input = plain(&template(condition));
        let doubt = input.worlds.iter().flat_map(|world| &world.resources).filter_map(|one| one.doubtful.clone());
        let open = doubt.collect::<Vec<_>>();
        assert!(!open.is_empty() || input.worlds.len() == 2, "{condition}: {input:?}");
    }
    let input = plain(&template("!Condition C"));
    let doubt = super::resource(&input, "R").doubtful.clone().unwrap();
    assert_eq!(doubt, "exists only if a condition holds: depends on the condition C, which refers to itself");
}

#[test]
fn what_could_decide_is_tried_although_something_else_could_not() {
    let input = plain(&template("!And [!Condition Nobody, !Condition Open]"));
    assert_eq!(outline(&input), ["S = x: K R", "S is not x: K"]);
    assert!(super::resource(&input, "R").doubtful.is_some());
}

#[test]
fn a_secret_decides_without_being_shown() {
    let text = "Parameters: {P: {Type: String, NoEcho: true}}\nConditions: {C: !Equals [!Ref P, hunter2]}\nResources: \
                {K: {Type: AWS::X::Y}, R: {Type: AWS::X::Y, Condition: C, Properties: {P: !Ref P}}}";
    let input = with(&given(vec![set("s", &[("P", "hunter2")])]), text);
    assert_eq!(outline(&input), [": K R"]);
    let open = plain(text);
    assert_eq!(
        outline(&open),
        [
            "P is one of the values the template compares it with: K R",
            "P is another value than the template compares it with: K",
        ]
    );
    let compared =
        text.replace("P, hunter2]", "Q, !Ref P]").replace("Parameters: {", "Parameters: {Q: {Type: String}, ");
    let through = with(&given(vec![set("s", &[("P", "hunter2")])]), &compared);
    assert_eq!(outline(&through), ["C = true: K R", "C = false: K"], "nor does it become what is assumed");
    for input in [input, open, through] {
        assert!(!format!("{:?}{:?}", input.worlds, input.unjudgeable).contains("hunter2"));
    }
}
