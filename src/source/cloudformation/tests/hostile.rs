//! Inputs that want to break the reader.

use super::super::{Options, read};
use super::{plain, refused, resource};
use crate::model::planned::Planned;

/// A template whose only property is this text.
fn holding(text: &str) -> String {
    format!("Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      P: {text}\n")
}

#[test]
fn an_alias_bomb_is_refused_before_it_goes_off() {
    let mut text = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (one, next) in ('a'..='k').zip('b'..='l') {
        text.push_str(&format!("{next}: &{next} [{}]\n", vec![format!("*{one}"); 10].join(", ")));
    }
    let error = refused(&text);
    assert!(error.message.contains("once its aliases are written out"), "{}", error.message);
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 100].join(","));
    assert!(refused(&long).message.contains("MiB of text"));
}

#[test]
fn deep_nesting_is_a_sentence_and_no_crash() {
    for text in ["[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000), "!Ref [".repeat(100_000)] {
        let message = refused(&text).message;
        assert!(message.contains("deeper than 128"), "{message}");
    }
    let most = holding(&format!("{}x{}", "[".repeat(124), "]".repeat(124)));
    assert!(matches!(resource(&plain(&most), "R").properties["P"].value, Planned::Known(_)));
    let alias = format!("a: &a {}x{}\nb: {}*a{}\n", "[".repeat(70), "]".repeat(70), "[".repeat(70), "]".repeat(70));
    assert!(refused(&alias).message.contains("deeper than 128"));
}

#[test]
fn functions_nest_as_deep_as_a_template_may() {
    let nested = holding(&format!("{}x{}", "!Select [0, [".repeat(40), "]]".repeat(40)));
    assert_eq!(resource(&plain(&nested), "R").properties["P"].value, Planned::Known("x".into()));
}

#[test]
fn a_chain_of_conditions_is_followed_so_far() {
    let mut text = String::from("Conditions:\n  C0: !Equals [a, a]\n");
    for index in 1..5_000 {
        text.push_str(&format!("  C{index}: !And [!Condition C{}, !Condition C{}]\n", index - 1, index - 1));
    }
    text.push_str("Resources:\n  R: {Type: AWS::X::Y, Condition: C4999}\n  S: {Type: AWS::X::Y, Condition: C50}\n");
    let input = plain(&text);
    assert!(resource(&input, "R").doubtful.as_deref().unwrap().contains("too many"));
    assert_eq!(resource(&input, "S").doubtful, None);
}

#[test]
fn a_short_name_for_a_long_text_is_not_multiplied_without_end() {
    let text = format!(
        "Parameters: {{A: {{Type: String, Default: {}}}}}\nResources: {{R: {{Type: AWS::X::Y, Properties: {{P: [{}]}}}}}}",
        "x".repeat(1 << 18),
        vec!["!Ref A"; 5_000].join(",")
    );
    assert!(refused(&text).message.contains("grows beyond 64 MiB"));
    let text = format!(
        "Parameters: {{A: {{Type: String, Default: {}}}}}\nResources: {{R: {{Type: AWS::X::Y, Properties: {{P: !Sub '{}'}}}}}}",
        "x".repeat(1 << 18),
        "${A}".repeat(5_000)
    );
    assert!(refused(&text).message.contains("grows beyond 64 MiB"));
    let list = format!(
        "Parameters: {{L: {{Type: CommaDelimitedList, Default: '{}'}}}}\nResources: {{R: {{Type: AWS::X::Y, Properties: {{P: [{}]}}}}}}",
        ",".repeat(50_000),
        vec!["!Select [9, !Ref L]"; 100].join(",")
    );
    assert!(refused(&list).message.contains("grows beyond 64 MiB"));
}

#[test]
fn what_a_loop_puts_in_is_paid_for_and_not_looked_at_again() {
    let head = "Transform: AWS::LanguageExtensions\n";
    let long = format!(
        "{head}Parameters: {{A: {{Type: String, Default: {}}}}}\nResources: {{'Fn::ForEach::I': [I, [!Ref A], {{K: {{Type: AWS::X::Y, \
         Description: '{}'}}}}]}}",
        "x".repeat(1 << 18),
        "${I}".repeat(5_000)
    );
    assert!(refused(&long).message.contains("grows beyond 64 MiB"));
    // Each name stands for the next one twice: looked at again, that is more than all memory.
    let names: Vec<String> = (0..60).map(|n| format!("n{n}")).collect();
    let values: Vec<String> = (1..=60).map(|n| format!("'${{n{n}}}${{n{n}}}'")).collect();
    let doubling = format!(
        "{head}Resources: {{'Fn::ForEach::I': [[{}], [[{}]], {{K: {{Type: AWS::X::Y, Properties: {{P: '${{n0}}'}}}}}}]}}",
        names.join(","),
        values.join(",")
    );
    assert_eq!(resource(&plain(&doubling), "K").properties["P"].value, Planned::Known("${n1}${n1}".into()));
}

#[test]
fn a_reason_and_an_expression_stay_readable_whatever_they_are_about() {
    let input = plain(&holding(&format!("!ImportValue {}", "n".repeat(1 << 20))));
    let found = &resource(&input, "R").properties["P"];
    let Planned::Unknown(reason) = &found.value else { panic!("{found:?}") };
    assert!(reason.starts_with("imports nnn") && reason.ends_with('…') && reason.len() < 1100, "{}", reason.len());
    let expression = found.expression.as_deref().unwrap();
    assert!(expression.chars().count() == 80 && expression.ends_with('…'), "{expression}");
}

#[test]
fn more_resources_than_a_template_may_have_are_refused_and_many_get_fewer_worlds() {
    let many = |count: usize| -> String {
        (0..count)
            .map(|n| format!("  R{n}: {{Type: AWS::S3::Bucket, Condition: C{}}}\n", n % 6))
            .collect::<Vec<_>>()
            .concat()
    };
    let error = refused(&format!("Resources:\n{}", many(2001)));
    assert!(error.message.contains("has 2001 resources"), "{}", error.message);
    let conditions = (0..6).map(|n| format!("  C{n}: !Equals [!ImportValue v{n}, x]\n")).collect::<Vec<_>>().concat();
    let worlds = |count| plain(&format!("Conditions:\n{conditions}Resources:\n{}", many(count))).worlds.len();
    assert_eq!(worlds(100), 64);
    assert!(worlds(1000) <= 8, "{}", worlds(1000));
}

#[test]
fn loops_do_not_multiply_without_end() {
    let values = format!("[{}]", (0..1000).map(|value| value.to_string()).collect::<Vec<_>>().join(","));
    let mut text = format!("{{'R${{A}}${{B}}${{C}}': {{Type: AWS::X::Y, Description: {}}}}}", "x".repeat(100_000));
    for name in ["C", "B", "A"] {
        text = format!("{{'Fn::ForEach::{name}': [{name}, {values}, {text}]}}");
    }
    let error = refused(&format!("Transform: AWS::LanguageExtensions\nResources: {text}"));
    assert!(error.message.contains("grows beyond"), "{}", error.message);
}

#[test]
fn what_two_readers_could_understand_differently_is_refused_with_its_line() {
    for (text, line, part) in [
        ("Resources:\n  A: 1\n  A: 2\n", 3, "the key \"A\" stands twice"),
        ("{\"a\": 1,\n\"\\u0061\": 2}", 2, "the key \"a\" stands twice"),
        ("a: 1\n---\nb: 2\n", 2, "several documents"),
        ("? [a]\n: b\n", 1, "a key is a list or a map"),
        ("!Ref a: b\n", 1, "carries a tag or an anchor"),
        ("a: &a x\n*a : b\n", 2, "a key is an alias"),
        ("a: &a\n  - *a\n", 2, "the value that it stands in"),
        ("a: *nobody\n", 1, "neither valid YAML nor valid JSON"),
        ("a: [\n", 1, "neither valid YAML nor valid JSON"),
        ("a: {<<: text}\n", 1, "names something else than maps"),
        ("a: !<tag:yaml.org,2002:binary> aGk=\n", 1, "is none of CloudFormation's"),
        ("a: \"x\\u0001\"\n", 1, "control character"),
        ("a: 1\nb: \u{2}\n", 2, "control character"),
    ] {
        let error = refused(text);
        assert!(error.message.contains(part), "{text}: {}", error.message);
        assert_eq!(error.place.line, line, "{text}: {}", error.message);
    }
}

#[test]
fn what_is_no_text_or_too_much_is_refused() {
    let message = |bytes: &[u8]| read("t.yaml", bytes, &Options::default()).unwrap_err().message;
    assert!(message(b"").contains("is empty"));
    assert!(message(b" \n\t\n").contains("is empty"));
    assert!(message(b"# nothing\n").contains("no document"));
    assert!(message(b"a: \xFF").contains("neither UTF-8 nor UTF-16"));
    assert!(message(b"\xFF\xFEa").contains("neither UTF-8 nor UTF-16"));
    assert!(message(b"\xFF\xFE\x00\xD8").contains("neither UTF-8 nor UTF-16"));
    assert!(message(&vec![b' '; (8 << 20) + 1]).contains("more than 8 MiB"));
    assert!(message(format!("{}: 1", "k".repeat(5000)).as_bytes()).contains("more than 4096 bytes"));
    assert!(message(format!("{{\"{}\": 1}}", "k".repeat(5000)).as_bytes()).contains("more than 4096 bytes"));
}

#[test]
fn other_control_characters_are_kept_for_whoever_prints_them() {
    let input = plain(&holding("\"\\u001b[31m\""));
    assert_eq!(resource(&input, "R").properties["P"].value, Planned::Known("\u{1b}[31m".into()));
}

#[test]
fn a_larger_template_gets_fewer_worlds() {
    let mut text = String::from("Conditions:\n");
    (0..6).for_each(|index| text.push_str(&format!("  C{index}: !Equals [!ImportValue v{index}, x]\n")));
    text.push_str("Resources:\n");
    (0..6).for_each(|index| text.push_str(&format!("  R{index}: {{Type: AWS::X::Y, Condition: C{index}}}\n")));
    assert_eq!(plain(&text).worlds.len(), 64);
    text.push_str(&format!("  L: {{Type: AWS::X::Y, Properties: {{P: [{}]}}}}\n", "a, ".repeat(200_000)));
    let large = plain(&text);
    assert!(large.worlds.len() <= 5, "{}", large.worlds.len());
    assert!(large.worlds[0].resources.iter().any(|resource| resource.doubtful.is_some()));
}
