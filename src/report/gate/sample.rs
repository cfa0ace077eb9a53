//! Results of checks for the tests: one of everything, and one of names that mean harm.
//!
//! May import: `model`. Guarantees: plain data; no file is read.

use std::collections::BTreeMap;

use crate::model::checked::{Checked, CheckedControl, CheckedException, CheckedVerdict, Lapsed, Location, Mark};
use crate::model::id::Severity;
use crate::model::planned::{Place, Unjudgeable};
use crate::model::score::RollUp;
use crate::model::verdict::{Counts, FactRead, Outcome, Verdict, fingerprint};

pub(crate) const TEMPLATE: &str = "templates/store.yaml";
pub(crate) const PLAN: &str = "plan.json";
const SOURCE: &str = "\
Conditions:
  Prod: !Equals [!Ref Env, prod]
Resources:
  RawBucket:
    Type: AWS::S3::Bucket
    Properties:
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: false # until the portal has moved
        IgnorePublicAcls: true
        RestrictPublicBuckets: !If [Prod, true, false]
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: !Ref Rotate
";

pub(crate) fn place(file: &str, line: usize, column: usize) -> Place {
    Place { file: file.into(), line, column }
}

pub(crate) fn mark(place: Place, property: &str, expression: Option<&str>, unknown: Option<&str>) -> Mark {
    let [expression, unknown] = [expression, unknown].map(|text| text.map(str::to_owned));
    Mark { place, property: property.into(), expression, unknown }
}

/// A verdict with nothing special about it.
pub(crate) fn verdict(control: &str, outcome: Outcome, place: Place, address: &str, reason: &str) -> CheckedVerdict {
    let (title, severity, kind) = match control {
        "DAT-STO-01" => ("Buckets refuse public access", Severity::Critical, "AWS::S3::Bucket"),
        "DAT-KEY-02" => ("Keys rotate every year", Severity::Medium, "AWS::KMS::Key"),
        _ => ("Instances answer session tokens only", Severity::High, "AWS::EC2::Instance"),
    };
    CheckedVerdict {
        verdict: Verdict {
            account: String::new(),
            control: control.into(),
            exception: None,
            facts: vec![FactRead {
                call: None,
                declared: None,
                derived_from: Vec::new(),
                missing: None,
                path: "resource.facts.public".into(),
                value: Some(true.into()),
            }],
            fingerprint: fingerprint(control, address),
            reason: reason.into(),
            region: String::new(),
            resource: address.into(),
            kind: kind.into(),
            verdict: outcome,
        },
        location: Location {
            address: address.into(),
            column: place.column,
            construct: None,
            file: place.file,
            line: place.line,
        },
        title: title.into(),
        severity,
        remediation: None,
        marks: Vec::new(),
        when: None,
        known: false,
        lapsed: None,
        also: Vec::new(),
    }
}

/// One of everything, in a template with lines and a plan without.
pub(crate) fn example() -> Checked {
    let mut raw = verdict(
        "DAT-STO-01",
        Outcome::NotMet,
        place(TEMPLATE, 4, 3),
        "RawBucket",
        "a bucket policy may make it public, because BlockPublicPolicy is off for the bucket and nothing says that it is on \
         for the account",
    );
    raw.location.construct = Some("Lake/Raw/Resource".into());
    raw.when = Some("when Prod = false".into());
    raw.lapsed = Some(Lapsed { expired: "2026-11-01".into(), id: "EXC-002".into() });
    raw.remediation = Some("Set all four members of PublicAccessBlockConfiguration to true.".into());
    raw.marks = vec![
        mark(place(TEMPLATE, 9, 9), "BlockPublicPolicy", None, None),
        mark(place(TEMPLATE, 11, 9), "RestrictPublicBuckets", Some("!If [Prod, true, false]"), None),
    ];
    let mut key = verdict(
        "DAT-KEY-02",
        Outcome::NotAssessed,
        place(TEMPLATE, 12, 3),
        "Key",
        "EnableKeyRotation depends on the parameter Rotate, which has no value; give one with --param Rotate=…",
    );
    let unknown = Some("depends on the parameter Rotate, which has no value");
    key.marks = vec![mark(place(TEMPLATE, 15, 7), "EnableKeyRotation", Some("!Ref Rotate"), unknown)];
    let mut desk = verdict(
        "SET-VDI-04",
        Outcome::Excepted,
        place(PLAN, 0, 0),
        "module.desks.aws_instance.desk[\"old\"]",
        "MetadataOptions.HttpTokens is optional",
    );
    desk.verdict.exception = Some("EXC-004".into());
    let gate = verdict("SET-VDI-04", Outcome::NotMet, place(PLAN, 0, 0), "aws_instance.gate", "HttpTokens is optional");
    let met = verdict("DAT-STO-01", Outcome::Met, place(PLAN, 0, 0), "aws_s3_bucket.lake", "");
    let none = verdict("DAT-KEY-02", Outcome::NotApplicable, place(PLAN, 0, 0), "aws_kms_key.sign", "it signs only");
    let exception = |id: &str, control: &str, place: &str, standing: &str, expired, used| CheckedException {
        id: id.into(),
        control: control.into(),
        place: place.into(),
        standing: standing.into(),
        expired,
        unused: !expired && used == 0,
        used,
    };
    let mut checked = Checked {
        verdict: RollUp::NotMet,
        incomplete: vec!["DAT-KEY-02 maps to a mandatory statement and is not assessed on 1 resource.".into()],
        verdicts: vec![raw, key, gate, desk, met, none],
        controls: Vec::new(),
        unjudgeable: vec![Unjudgeable {
            place: place(TEMPLATE, 1, 1),
            reason: "The macro Audit may change any resource; judge the processed template of a change set.".into(),
            whole: true,
        }],
        exceptions: vec![
            exception(
                "EXC-004",
                "SET-VDI-04",
                "module.desks.aws_instance.desk[\"old\"]",
                "in force until 2027-01-31",
                false,
                1,
            ),
            exception("EXC-002", "DAT-STO-01", "Raw*", "expired on 2026-11-01", true, 0),
            exception(
                "EXC-007",
                "DAT-KEY-02",
                "Old",
                "in force until 2027-02-28. It covers nothing in this code.",
                false,
                0,
            ),
        ],
        sources: BTreeMap::from([(TEMPLATE.into(), SOURCE.into())]),
        resources: 5,
        version: "0.1.0".into(),
    };
    with_controls(&mut checked);
    checked
}

/// Counts what the verdicts say of each control.
pub(crate) fn with_controls(checked: &mut Checked) {
    let mut controls: BTreeMap<String, CheckedControl> = BTreeMap::new();
    for one in &checked.verdicts {
        let control = controls.entry(one.verdict.control.clone()).or_insert_with(|| CheckedControl {
            id: one.verdict.control.clone(),
            title: one.title.clone(),
            severity: one.severity,
            rationale: "One mistaken grant puts research data on the open internet.".into(),
            applies_to: vec![one.verdict.kind.clone()],
            satre: vec!["2.2.09".into(), "3.1.12".into()],
            counts: Counts::default(),
        });
        control.counts.add(one.verdict.verdict);
    }
    checked.controls = controls.into_values().collect();
}

/// The example with a text in every place where an input or a register can put one.
pub(crate) fn hostile(text: &str) -> Checked {
    let mut checked = example();
    for one in &mut checked.verdicts {
        one.verdict.reason.push_str(text);
        one.verdict.resource.push_str(text);
        one.location.address.push_str(text);
        one.location.file.push_str(text);
        one.location.construct = Some(text.into());
        one.when = Some(text.into());
        one.lapsed = Some(Lapsed { expired: text.into(), id: text.into() });
        one.remediation = Some(text.into());
        for mark in &mut one.marks {
            mark.place.file.push_str(text);
            mark.property.push_str(text);
            mark.expression = Some(text.into());
            mark.unknown = Some(text.into());
        }
    }
    for one in &mut checked.unjudgeable {
        one.reason.push_str(text);
        one.place.file.push_str(text);
    }
    for one in &mut checked.exceptions {
        one.place.push_str(text);
        one.standing.push_str(text);
    }
    checked.incomplete.push(text.into());
    checked.sources = BTreeMap::from([(format!("{TEMPLATE}{text}"), SOURCE.replace("until the portal", text))]);
    checked
}

/// Texts that try to be something else in one format or another.
pub(crate) fn hostile_texts() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::{Just, any, prop_oneof};
    prop_oneof![
        any::<String>(),
        Just("\u{1b}[31m\r\n\t\u{7}\u{0}".to_owned()),
        Just("\u{202e}\u{2066}\u{feff}\u{ffff}\u{e0001}".to_owned()),
        Just("]]><x a=\"'\">&amp;<!--".to_owned()),
        Just("\r\n::error::owned\n::set-output name=x::%0A,%".to_owned()),
        Just("|`</td></table><script>@octocat [x](https://evil.example) www.evil.example".to_owned()),
        Just("../..//%2e\\C:\\ü 東京".to_owned()),
    ]
}
