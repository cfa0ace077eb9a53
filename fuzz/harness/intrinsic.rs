//! Functions of CloudFormation: every input is a template whose functions nest as its bytes say.
//!
//! May import: the library alone. Guarantees: every string of bytes spells a template that can be loaded, so that what is
//! tried is the evaluator and not the parser; what it asserts is what the program promises.
//!
//! The first byte of an expression is its function, and what follows are its arguments. Seeds are plain letters, so that
//! they can be read and written by hand: `Jcb.` joins a list of one.

use havenmark::model::planned::Planned;
use havenmark::source::cloudformation::{self, Options, collected};
use havenmark::source::planned::{Site, documents};
use serde_json::{Map, Value, json};

/// How deep expressions nest, and how many nodes a template may have: the loader's own bounds are the other target's.
const DEEPEST: usize = 20;
const MOST: usize = 4_000;

/// Reads what the bytes spell, in every world; panics where a promise is broken.
pub(crate) fn run(data: &[u8]) {
    let template = template(data).to_string();
    let mut parameters = cloudformation::ParameterSet { name: "given".to_owned(), ..Default::default() };
    parameters.values.insert("Given".to_owned(), "a,b".to_owned());
    let options =
        Options { parameter_sets: vec![parameters], region: Some("eu-west-2".to_owned()), ..Options::default() };
    let input = match cloudformation::read("t.json", template.as_bytes(), &options) {
        Ok(input) => input,
        // A loop can write one key twice, and an input can grow too much: nothing else of these can be refused.
        Err(error) => {
            let known = ["grows beyond", "twice", "more than", "loop"];
            return assert!(known.iter().any(|part| error.message.contains(part)), "{}: {template}", error.message);
        }
    };
    assert!((1..=64).contains(&input.worlds.len()), "{} worlds", input.worlds.len());
    let text = format!("{:?}", input.worlds);
    assert!(!text.contains("hidden-value"), "a value that is not echoed is shown: {template}");
    for world in input.worlds {
        let (world, _) = collected(world);
        for (name, property) in world.resources.iter().flat_map(|resource| &resource.properties) {
            if let Planned::Unknown(reason) = &property.value {
                assert!(!reason.is_empty(), "{name} is unknown for no reason: {template}");
            }
        }
        let _ = documents(&world, &Site::default());
    }
}

/// What is left of the input, and of the nodes that it may spell.
struct Spell<'d> {
    rest: std::slice::Iter<'d, u8>,
    nodes: usize,
}

fn template(data: &[u8]) -> Value {
    let mut spell = Spell { rest: data.iter(), nodes: MOST };
    let extended = data.first().is_some_and(u8::is_ascii_uppercase);
    let conditions: Map<String, Value> = (0..3)
        .map(|n| (format!("C{n}"), spell.condition(0)))
        .chain([("Never".to_owned(), json!({"Fn::Equals": ["a", "b"]}))])
        .collect();
    let mut resources = json!({
        "Key": { "Type": "AWS::KMS::Key" },
        "Data": { "Type": "AWS::S3::Bucket", "Condition": "C0", "Properties": { "BucketName": spell.value(0) } },
        "Bucket": { "Type": "AWS::S3::Bucket", "Properties": { "Tags": spell.value(0), "BucketName": spell.value(0) } },
        "Policy": { "Type": "AWS::S3::BucketPolicy", "Properties": { "Bucket": spell.value(0), "PolicyDocument": {
            "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": spell.value(0) }] } } },
    });
    let looped = json!([spell.value(0), spell.value(0), { "L${I}": { "Type": "AWS::SNS::Topic", "Properties": {
        "TopicName": spell.value(0), "KmsMasterKeyId": { "Fn::Sub": "${I}&{I}" } } } }]);
    if let Some(resources) = resources.as_object_mut() {
        resources.insert("Fn::ForEach::I".to_owned(), looped);
    }
    let mut all = json!({
        "Parameters": {
            "Text": { "Type": "String", "Default": "x,y,z" },
            "Long": { "Type": "String", "Default": "abcdefgh".repeat(64) },
            "List": { "Type": "CommaDelimitedList", "Default": "a,b,,c" },
            "Open": { "Type": "String" },
            "Choice": { "Type": "String", "AllowedValues": ["a", "b"] },
            "Hidden": { "Type": "String", "NoEcho": true, "Default": "hidden-value" },
            "Given": { "Type": "CommaDelimitedList" },
        },
        "Mappings": { "M": { "a": { "b": "text", "c": ["p", "q"] }, "x": { "y": spell.value(DEEPEST - 2) } } },
        "Conditions": conditions,
        "Resources": resources,
    });
    if extended && let Some(all) = all.as_object_mut() {
        all.insert("Transform".to_owned(), json!("AWS::LanguageExtensions"));
    }
    all
}

impl Spell<'_> {
    fn next(&mut self) -> u8 {
        self.rest.next().copied().unwrap_or(b'.')
    }

    /// A few expressions, as many as the next byte says.
    fn some(&mut self, depth: usize) -> Value {
        let count = usize::from(self.next() % 8);
        Value::Array((0..count).map(|_| self.value(depth)).collect())
    }

    fn value(&mut self, depth: usize) -> Value {
        let letter = self.next();
        let Some(left) = self.nodes.checked_sub(1).filter(|_| depth < DEEPEST) else { return json!("deep") };
        self.nodes = left;
        let depth = depth + 1;
        match letter {
            b'R' => json!({ "Ref": self.name() }),
            b'G' => json!({ "Fn::GetAtt": [self.name(), self.text()] }),
            b'g' => json!({ "Fn::GetAtt": format!("{}.{}", self.name(), self.text()) }),
            b'S' => json!({ "Fn::Sub": self.text() }),
            b's' => json!({ "Fn::Sub": [self.text(), { "V": self.value(depth), "Key": self.value(depth) }] }),
            b'J' => json!({ "Fn::Join": [self.text(), self.some(depth)] }),
            b'j' => json!({ "Fn::Join": [self.value(depth), self.value(depth)] }),
            b'P' => json!({ "Fn::Split": [self.text(), self.value(depth)] }),
            b'p' => json!({ "Fn::Split": [self.value(depth), self.value(depth)] }),
            b'L' => json!({ "Fn::Select": [self.text(), self.some(depth)] }),
            b'l' => json!({ "Fn::Select": [self.value(depth), self.value(depth)] }),
            b'F' => json!({ "Fn::FindInMap": ["M", self.value(depth), self.value(depth)] }),
            b'f' => json!({ "Fn::FindInMap": [self.value(depth), "a", "b", { "DefaultValue": self.value(depth) }] }),
            b'I' => json!({ "Fn::If": [self.condition_name(), self.value(depth), self.value(depth)] }),
            b'B' => json!({ "Fn::Base64": self.value(depth) }),
            b'T' => json!({ "Fn::ToJsonString": self.value(depth) }),
            b'N' => json!({ "Fn::Length": self.value(depth) }),
            b'M' => json!({ "Fn::ImportValue": self.value(depth) }),
            b'E' => {
                json!({ format!("Fn::ForEach::{}", self.text()): [self.text(), self.value(depth), { self.text(): self.value(depth) }] })
            }
            b'A' => json!({ "Fn::GetAZs": self.value(depth) }),
            b'C' => json!({ "Fn::Cidr": [self.value(depth), 2, 8] }),
            b'X' => json!({ "Fn::Transform": { "Name": self.text(), "Parameters": self.value(depth) } }),
            b'Q' => self.condition(depth),
            b'O' => json!({ self.text(): self.value(depth), "Two": self.value(depth) }),
            b'[' => self.some(depth),
            b'0' => Value::Null,
            b'1' => json!(letter),
            _ => json!(text(letter)),
        }
    }

    fn condition(&mut self, depth: usize) -> Value {
        let letter = self.next();
        let Some(left) = self.nodes.checked_sub(1).filter(|_| depth < DEEPEST) else {
            return json!({ "Condition": "Never" });
        };
        self.nodes = left;
        let depth = depth + 1;
        match letter % 6 {
            0 => json!({ "Fn::And": [self.condition(depth), self.condition(depth)] }),
            1 => json!({ "Fn::Or": [self.condition(depth), self.condition(depth)] }),
            2 => json!({ "Fn::Not": [self.condition(depth)] }),
            3 => json!({ "Condition": self.condition_name() }),
            _ => json!({ "Fn::Equals": [self.value(depth), self.value(depth)] }),
        }
    }

    fn condition_name(&mut self) -> &'static str {
        pick(&["C0", "C1", "C2", "Never", "Nowhere"], self.next())
    }

    fn name(&mut self) -> &'static str {
        const NAMES: [&str; 17] = [
            "Text",
            "Long",
            "List",
            "Open",
            "Choice",
            "Hidden",
            "Given",
            "Key",
            "Data",
            "Bucket",
            "Policy",
            "I",
            "Nothing",
            "AWS::NoValue",
            "AWS::Region",
            "AWS::AccountId",
            "AWS::StackName",
        ];
        pick(&NAMES, self.next())
    }

    fn text(&mut self) -> &'static str {
        text(self.next())
    }
}

fn text(letter: u8) -> &'static str {
    const TEXTS: [&str; 24] = [
        "",
        "a",
        "b",
        "x",
        ",",
        "0",
        "1",
        "9",
        "-1",
        "true",
        "I",
        "Arn",
        "${Text}",
        "${Long}${Long}",
        "${List}",
        "${Open}",
        "${Key.Arn}/*",
        "${V}${V}${V}",
        "${!V}",
        "${AWS::Region}${AWS::AccountId}",
        "${Hidden}",
        "${",
        "\u{e9}\u{1b}",
        "{{resolve:ssm:/a}}",
    ];
    pick(&TEXTS, letter)
}

fn pick(from: &[&'static str], letter: u8) -> &'static str {
    from.get(usize::from(letter) % from.len()).copied().unwrap_or_default()
}
