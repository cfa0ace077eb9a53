//! Parameters and the files that give them.

use serde_json::json;

use super::super::{parameter_file, read};
use super::{given, known, plain, refused, resource, set, unknown, with};
use crate::model::planned::Planned;

#[test]
fn a_value_given_goes_before_the_default() {
    let text =
        "Parameters: {A: {Type: String, Default: x}}\nResources: {R: {Type: AWS::X::Y, Properties: {P: !Ref A}}}";
    assert_eq!(resource(&plain(text), "R").properties["P"].value, Planned::Known(json!("x")));
    let input = with(&given(vec![set("dev", &[("A", "true")])]), text);
    assert_eq!(resource(&input, "R").properties["P"].value, Planned::Known(json!("true")), "a string, as declared");
    assert!(input.worlds[0].assumed.is_empty(), "one set is no assumption");
}

#[test]
fn the_type_says_what_a_ref_gives() {
    assert_eq!(known("!Ref Number"), json!(7));
    assert_eq!(known("!Ref Names"), json!(["red", "green"]));
    assert_eq!(known("!Ref Given"), json!("given"));
}

#[test]
fn without_a_value_nothing_is_guessed() {
    assert_eq!(unknown("!Ref Open"), "depends on the parameter Open, which has no value");
    assert_eq!(unknown("!Ref Stored"), "depends on the parameter Stored, whose value stands in the Parameter Store");
}

#[test]
fn a_parameter_that_nobody_declares_is_an_error() {
    let text = "Parameters: {A: {Type: String}}\nResources: {R: {Type: AWS::X::Y}}";
    let error = read("t.yaml", text.as_bytes(), &given(vec![set("dev.json", &[("B", "x")])])).unwrap_err();
    assert_eq!(error.place.file, "dev.json");
    assert!(error.message.contains("gives B, a parameter that t.yaml does not declare"), "{}", error.message);
}

#[test]
fn a_value_that_is_not_allowed_is_an_error_that_keeps_secrets() {
    let text = "Parameters:\n  A: {Type: String, AllowedValues: [x]}\n  S: {Type: String, NoEcho: true, AllowedValues: \
                [x]}\nResources: {R: {Type: AWS::X::Y}}";
    let error = |key| read("t", text.as_bytes(), &given(vec![set("s", &[(key, "hunter2")])])).unwrap_err().message;
    assert!(error("A").contains("\"hunter2\" is not among the AllowedValues"));
    assert!(!error("S").contains("hunter2"));
    let list = "Parameters: {L: {Type: CommaDelimitedList, AllowedValues: [a, b]}}\nResources: {R: {Type: AWS::X::Y}}";
    let taken = |value| read("t", list.as_bytes(), &given(vec![set("s", &[("L", value)])])).is_ok();
    assert!(taken("b, a") && !taken("a,c"), "each entry of a list has to be allowed");
}

#[test]
fn the_four_forms_of_a_parameter_file_are_one() {
    let expected = set("p.json", &[("A", "1"), ("B", "x,y"), ("C", "012345678901")]);
    for text in [
        r#"[{"ParameterKey":"A","ParameterValue":"1"},{"ParameterKey":"B","ParameterValue":"x,y"},
            {"ParameterKey":"C","ParameterValue":"012345678901"},{"ParameterKey":"D","UsePreviousValue":true}]"#,
        r#"["A=1", "B=x,y", "C=012345678901"]"#,
        r#"{"Parameters":{"A":"1","B":["x","y"],"C":"012345678901"},"Tags":{"t":"u"}}"#,
        r#"{"A":1,"B":"x,y","C":"012345678901"}"#,
        "A: 1\nB: [x, y]\nC: 012345678901\n",
    ] {
        assert_eq!(parameter_file("p.json", text.as_bytes()).unwrap(), expected, "{text}");
    }
}

#[test]
fn a_parameter_file_with_another_form_is_refused_at_its_line() {
    for (text, line, part) in [
        ("[\n{\"ParameterValue\":\"1\"}]", 2, "no ParameterKey"),
        ("[{\"ParameterKey\":\"A\"}]", 1, "no ParameterValue"),
        ("[\"A=1\",\n\"A=2\"]", 2, "stands twice"),
        ("{\"A\":\n{\"b\":1}}", 1, "no text as its value"),
        ("text", 1, "holds no parameters"),
        ("", 0, "is empty"),
    ] {
        let error = parameter_file("p.json", text.as_bytes()).unwrap_err();
        assert!(error.message.contains(part), "{text}: {}", error.message);
        assert_eq!(error.place.line, line, "{text}");
    }
}

#[test]
fn a_template_needs_resources() {
    for (text, part) in [
        ("a", "top level is no map"),
        ("[a]", "top level is no map"),
        ("Outputs: {}", "has no Resources"),
        ("Resources: {}", "has no Resources"),
        ("{\"resource_changes\": []}", "Terraform plan"),
        ("{\"artifacts\": {}}", "give its folder"),
        ("{\"TemplateBody\": \"Resources: {}\"}", "--output text"),
    ] {
        let error = refused(text);
        assert!(error.message.contains(part), "{text}: {}", error.message);
    }
    let answer =
        plain("{\"TemplateBody\": {\"Resources\": {\"R\": {\"Type\": \"AWS::X::Y\"}}}, \"StagesAvailable\": []}");
    assert_eq!(resource(&answer, "R").kind, "AWS::X::Y", "the answer of get-template is read");
}
