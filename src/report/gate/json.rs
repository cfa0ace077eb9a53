//! `check --format json`: every verdict of a check, for machines.
//!
//! May import: `model`, `report`. Guarantees: keys are sorted at every depth, no floats of our own, arrays in the result's
//! order; a verdict has the members that it has in `evidence.json`, under the same names, and a few more.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::checked::{Checked, CheckedVerdict, Lapsed, Location};
use crate::model::id::{Safe, Severity};
use crate::model::planned::Place;
use crate::model::score::RollUp;
use crate::model::verdict::{Counts, FactRead, Outcome};

/// The format's name and version.
pub const FORMAT: &str = "havenmark-check/1";

/// The whole file. It is written member by member (see [`write`]); this type is its schema.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(title = "Havenmark check")]
#[schemars(deny_unknown_fields)]
pub struct CheckResult {
    /// Every control that can judge before deployment.
    pub controls: Vec<CheckControl>,
    /// Accepted deviations, in force or not.
    pub exceptions: Vec<CheckException>,
    /// `havenmark-check/1`.
    #[schemars(extend("const" = FORMAT))]
    pub format: String,
    /// Why the result is incomplete, where it is: sentences.
    pub incomplete: Vec<String>,
    /// Resources that were judged.
    pub resources: usize,
    pub tool: CheckTool,
    /// What could not be judged.
    pub unjudgeable: Vec<CheckUnjudgeable>,
    pub verdict: RollUp,
    /// Every control on every resource to which it applies, by file, line, address and control; one a line.
    pub verdicts: Vec<CheckVerdict>,
}

/// The program that wrote the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckTool {
    pub version: String,
}

/// A control and how the resources of the inputs fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckControl {
    pub applies_to: Vec<String>,
    pub counts: Counts,
    pub id: String,
    pub safe: Safe,
    pub satre: Vec<String>,
    pub severity: Severity,
    pub title: String,
}

/// An exception of the register, as far as a check is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckException {
    pub control: String,
    pub expired: bool,
    pub id: String,
    /// The address that it names, or the pattern.
    pub place: String,
    /// A phrase: "in force until 2027-01-31".
    pub standing: String,
    /// It is in force, and covers nothing in this code.
    pub unused: bool,
    /// Verdicts that it turned.
    pub used: u64,
}

/// A place in a file; 0 where the format has no lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckPlace {
    pub column: usize,
    pub file: String,
    pub line: usize,
}

/// Something in an input that could not be judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckUnjudgeable {
    pub place: CheckPlace,
    pub reason: String,
    /// Whether it may change any resource of the file.
    pub whole: bool,
}

/// A property that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckMark {
    /// The expression as written, where it is no literal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    pub place: CheckPlace,
    pub property: String,
    /// Why its value is not known, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

/// One control on one resource. The members of a verdict in `evidence.json`, and `known`, `lapsed`, `location`, `marks` and `when`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CheckVerdict {
    pub account: String,
    pub control: String,
    /// The exception that turned `not_met` into `excepted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    pub facts: Vec<FactRead>,
    pub fingerprint: String,
    /// It was so before the change too, or stands in the baseline; left out where not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub known: bool,
    /// The exception that covered it, where it is not met since that expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lapsed: Option<Lapsed>,
    pub location: Location,
    /// Properties that it rests on, the most telling first; left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub marks: Vec<CheckMark>,
    /// Left out for `met`.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schemars(default)]
    pub reason: String,
    pub region: String,
    pub resource: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub verdict: Outcome,
    /// Under which assumptions it is so: "when Prod = false".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

impl From<&Place> for CheckPlace {
    fn from(place: &Place) -> Self {
        Self { column: place.column, file: place.file.clone(), line: place.line }
    }
}

impl From<&CheckedVerdict> for CheckVerdict {
    fn from(checked: &CheckedVerdict) -> Self {
        let verdict = checked.verdict.clone();
        let marks = checked.marks.iter().map(|mark| CheckMark {
            expression: mark.expression.clone(),
            place: (&mark.place).into(),
            property: mark.property.clone(),
            unknown: mark.unknown.clone(),
        });
        Self {
            account: verdict.account,
            control: verdict.control,
            exception: verdict.exception,
            facts: verdict.facts,
            fingerprint: verdict.fingerprint,
            known: checked.known,
            lapsed: checked.lapsed.clone(),
            location: checked.location.clone(),
            marks: marks.collect(),
            reason: verdict.reason,
            region: verdict.region,
            resource: verdict.resource,
            kind: verdict.kind,
            verdict: verdict.verdict,
            when: checked.when.clone(),
        }
    }
}

/// Writes the file.
pub fn write(checked: &Checked, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{\n")?;
    let controls = checked.controls.iter().map(|control| CheckControl {
        applies_to: control.applies_to.clone(),
        counts: control.counts,
        id: control.id.clone(),
        safe: super::safe(&control.id),
        satre: control.satre.clone(),
        severity: control.severity,
        title: control.title.clone(),
    });
    array("controls", controls, out)?;
    let exceptions = checked.exceptions.iter().map(|exception| CheckException {
        control: exception.control.clone(),
        expired: exception.expired,
        unused: exception.unused,
        id: exception.id.clone(),
        place: exception.place.clone(),
        standing: exception.standing.clone(),
        used: exception.used,
    });
    array("exceptions", exceptions, out)?;
    member("format", &FORMAT, out)?;
    member("incomplete", &checked.incomplete, out)?;
    member("resources", &checked.resources, out)?;
    member("tool", &CheckTool { version: checked.version.clone() }, out)?;
    let unjudgeable = checked.unjudgeable.iter().map(|one| CheckUnjudgeable {
        place: (&one.place).into(),
        reason: one.reason.clone(),
        whole: one.whole,
    });
    array("unjudgeable", unjudgeable, out)?;
    member("verdict", &checked.verdict, out)?;
    lines("verdicts", checked.verdicts.iter().map(CheckVerdict::from), out)?;
    out.write_all(b"\n}\n")
}

fn member<T: Serialize>(name: &str, value: &T, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "\"{name}\":{}", serde_json::to_string(value)?)?;
    out.write_all(b",\n")
}

fn array<T: Serialize>(name: &str, items: impl Iterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    lines(name, items, out)?;
    out.write_all(b",\n")
}

fn lines<T: Serialize>(name: &str, items: impl Iterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "\"{name}\":[")?;
    for (place, item) in items.enumerate() {
        out.write_all(if place == 0 { b"\n" } else { b",\n" })?;
        // Members of every type above stand in the order of their names.
        out.write_all(&serde_json::to_vec(&item)?)?;
    }
    out.write_all(b"\n]")
}

/// The JSON Schema (2020-12) of the file.
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(CheckResult)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};
    use serde_json::Value;

    use super::{schema, write};
    use crate::model::canonical;
    use crate::model::checked::Checked;
    use crate::report::gate::sample::{example, hostile, hostile_texts};

    fn written(checked: &Checked) -> String {
        let mut bytes = Vec::new();
        write(checked, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let text = written(&example());
        let value: Value = serde_json::from_str(&text).unwrap();
        let sorted = String::from_utf8(canonical::to_vec(&value).unwrap()).unwrap();
        assert_eq!(text.replace('\n', ""), sorted);
    }

    #[test]
    fn it_is_valid_by_its_schema_and_another_format_is_not() {
        let validator = jsonschema::validator_for(&serde_json::to_value(schema()).unwrap()).unwrap();
        let mut value: Value = serde_json::from_str(&written(&example())).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        value["format"] = "havenmark-check/2".into();
        assert!(!validator.is_valid(&value));
    }

    #[test]
    fn a_verdict_is_one_of_evidence_json_with_its_place() {
        let value: Value = serde_json::from_str(&written(&example())).unwrap();
        let mut verdict = value["verdicts"][0].clone();
        insta::assert_snapshot!(verdict["location"], @r#"{"address":"RawBucket","column":3,"construct":"Lake/Raw/Resource","file":"templates/store.yaml","line":4}"#);
        assert_eq!(verdict["when"], "when Prod = false");
        assert_eq!(verdict["marks"][0]["property"], "BlockPublicPolicy");
        for member in ["lapsed", "location", "marks", "when"] {
            verdict.as_object_mut().unwrap().remove(member);
        }
        let verdict: crate::model::verdict::Verdict = serde_json::from_value(verdict).unwrap();
        assert_eq!(verdict, example().verdicts[0].verdict);
    }

    #[test]
    fn nothing_that_could_not_be_judged_is_left_out() {
        let value: Value = serde_json::from_str(&written(&example())).unwrap();
        assert_eq!(value["unjudgeable"][0]["whole"], true);
        assert_eq!(value["incomplete"].as_array().unwrap().len(), 1);
        assert_eq!(value["exceptions"].as_array().unwrap().len(), 3);
        assert_eq!(value["exceptions"][2]["unused"], true);
        assert_eq!(value["verdicts"][0]["lapsed"]["id"], "EXC-002");
        assert_eq!(value["controls"][0]["counts"]["not_assessed"], 1);
    }

    proptest! {
        #[test]
        fn every_name_comes_back_as_it_was(text in hostile_texts()) {
            let checked = hostile(&text);
            let value: Value = serde_json::from_str(&written(&checked)).unwrap();
            prop_assert_eq!(&value["verdicts"][0]["location"]["file"], &Value::from(checked.verdicts[0].location.file.as_str()));
            prop_assert_eq!(&value["verdicts"][0]["when"], &Value::from(text.as_str()));
        }
    }
}
