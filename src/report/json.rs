//! `evidence.json`: everything, for machines and for re-performance.
//!
//! May import: `model`. Guarantees: keys are sorted at every depth, no floats of our own, arrays in the assessment's
//! order; the same assessment gives the same bytes. The verdicts are streamed, so memory does not grow with the estate.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::assessment::{
    Assessment, AttestationStatus, ExceptionStatus, FrameworkEdition, Notice, RollUps, Run, Since, StatementResult,
    Tool,
};
use crate::model::canonical;
use crate::model::id::{Safe, Severity};
use crate::model::obligation::{DsptView, GdprView};
use crate::model::score::RollUp;
use crate::model::verdict::{Counts, Verdict};

/// The format's name and version.
pub const FORMAT: &str = "havenmark-evidence/1";

/// The whole file. It is written member by member (see [`write_evidence`]); this type is its schema.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(title = "Havenmark evidence")]
#[schemars(deny_unknown_fields)]
pub struct Evidence {
    /// Attestations, counted or set aside.
    pub attestations: Vec<AttestationStatus>,
    /// Every control of the pack, always.
    pub controls: Vec<ControlSummary>,
    /// Where evidence stands to the lines of the DSPT, and what is claimed of them.
    pub dspt: DsptView,
    /// Accepted deviations, in force or not.
    pub exceptions: Vec<ExceptionStatus>,
    /// `havenmark-evidence/1`.
    #[schemars(extend("const" = FORMAT))]
    pub format: String,
    /// Frameworks and editions that the statements come from.
    pub frameworks: Vec<FrameworkEdition>,
    /// Problems of the declaration and the register that were set aside.
    pub notices: Vec<Notice>,
    pub rollup: RollUps,
    pub run: Run,
    /// Null where no earlier evidence was given.
    pub since: Option<Since>,
    pub statements: Vec<StatementResult>,
    pub tool: Tool,
    /// Where evidence stands to the articles of UK GDPR.
    pub uk_gdpr: GdprView,
    pub verdict: RollUp,
    /// Every control on every resource to which it applies; one a line.
    pub verdicts: Vec<Verdict>,
}

/// A control and how its resources fared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ControlSummary {
    pub applies_to: Vec<String>,
    pub counts: Counts,
    pub id: String,
    /// A team's own control (`--controls`); left out where it is one of the program's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub own: bool,
    pub safe: Safe,
    pub severity: Severity,
    pub title: String,
}

/// A verdict as a line of the file, without its line feed: what [`write_evidence`] wants to be given.
pub fn verdict_line(verdict: &Verdict) -> io::Result<Vec<u8>> {
    // Its members stand in the order of their names.
    serde_json::to_vec(verdict).map_err(io::Error::from)
}

/// Writes the file. `verdict_lines` are verdicts already serialised with sorted keys (see [`verdict_line`]), in the
/// order of control and resource; a line feed at a line's end does not matter.
pub fn write_evidence<L: AsRef<[u8]>>(
    assessment: &Assessment,
    verdict_lines: impl Iterator<Item = io::Result<L>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"{\n")?;
    array("attestations", &assessment.attestations, out)?;
    let controls: Vec<ControlSummary> = assessment
        .controls
        .iter()
        .map(|control| ControlSummary {
            applies_to: control.applies_to.clone(),
            counts: control.counts,
            id: control.id.clone(),
            own: control.own,
            safe: control.safe,
            severity: control.severity,
            title: control.title.clone(),
        })
        .collect();
    array("controls", &controls, out)?;
    member("dspt", &assessment.dspt, out)?;
    array("exceptions", &assessment.exceptions, out)?;
    member("format", &FORMAT, out)?;
    array("frameworks", &assessment.frameworks, out)?;
    array("notices", &assessment.notices, out)?;
    member("rollup", &assessment.rollup, out)?;
    member("run", &assessment.run, out)?;
    member("since", &assessment.since, out)?;
    array("statements", &assessment.statements, out)?;
    member("tool", &assessment.tool, out)?;
    member("uk_gdpr", &assessment.uk_gdpr, out)?;
    member("verdict", &assessment.verdict, out)?;
    out.write_all(b"\"verdicts\":[")?;
    for (place, line) in verdict_lines.enumerate() {
        out.write_all(if place == 0 { b"\n" } else { b",\n" })?;
        out.write_all(line?.as_ref().trim_ascii_end())?;
    }
    out.write_all(b"\n]\n}\n")
}

fn member<T: Serialize>(name: &str, value: &T, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "\"{name}\":")?;
    canonical::write(&serde_json::to_value(value)?, out)?;
    out.write_all(b",\n")
}

fn array<T: Serialize>(name: &str, items: &[T], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "\"{name}\":[")?;
    for (place, item) in items.iter().enumerate() {
        out.write_all(if place == 0 { b"\n" } else { b",\n" })?;
        canonical::write(&serde_json::to_value(item)?, out)?;
    }
    out.write_all(b"\n],\n")
}

/// The JSON Schema (2020-12) of the file, as it is committed under `docs/schema/`.
pub fn schema() -> io::Result<String> {
    let mut text = serde_json::to_string_pretty(&sorted(&serde_json::to_value(schemars::schema_for!(Evidence))?))?;
    text.push('\n');
    Ok(text)
}

fn sorted(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(members) => {
            let sorted_members: std::collections::BTreeMap<&String, serde_json::Value> =
                members.iter().map(|(key, member)| (key, sorted(member))).collect();
            sorted_members.into_iter().map(|(key, member)| (key.clone(), member)).collect()
        }
        serde_json::Value::Array(items) => items.iter().map(sorted).collect(),
        scalar => scalar.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{schema, verdict_line, write_evidence};
    use crate::report::sample;

    fn evidence() -> Vec<u8> {
        let (assessment, verdicts) = sample::example();
        let mut bytes = Vec::new();
        write_evidence(&assessment, verdicts.iter().map(verdict_line), &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn keys_are_sorted_and_the_same_input_gives_the_same_bytes() {
        let bytes = evidence();
        assert_eq!(bytes, evidence());
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let mut compact = Vec::new();
        crate::model::canonical::write(&value, &mut compact).unwrap();
        let without_feeds: Vec<u8> = bytes.iter().copied().filter(|&b| b != b'\n').collect();
        assert_eq!(without_feeds, compact);
    }

    #[test]
    fn the_sample_is_valid_by_the_schema() {
        let schema: serde_json::Value = serde_json::from_str(&schema().unwrap()).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        let validator = jsonschema::validator_for(&schema).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&evidence()).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).take(5).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(!validator.is_valid(&serde_json::json!({"format": "havenmark-evidence/2"})));
    }

    #[test]
    fn the_committed_schema_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/evidence.schema.json");
        let wanted = schema().unwrap();
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema")).unwrap();
            std::fs::write(path, &wanted).unwrap();
        }
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(found == wanted, "docs/schema/evidence.schema.json is stale: run UPDATE_SCHEMAS=1 cargo test");
    }
}
