//! The other implementation, as a process of its own: questions go in as lines, answers come out as lines.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

use super::case::Case;

/// What it said of one case.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Answer {
    /// None: it refused the question.
    pub(super) allowed: Option<bool>,
    /// Keys that it leaves out because the action has none such.
    #[serde(default)]
    pub(super) ignored: Vec<String>,
    #[serde(default)]
    pub(super) error: Option<String>,
}

/// The question in its terms.
fn question(case: &Case) -> Value {
    let named = |list: &[Value]| -> Vec<Value> {
        list.iter().enumerate().map(|(i, p)| json!({ "name": format!("p{i}"), "policy": p })).collect()
    };
    let levels = |levels: &[Vec<Value>]| -> Vec<Value> {
        levels
            .iter()
            .enumerate()
            .map(|(i, level)| json!({ "orgIdentifier": format!("ou-{i}"), "policies": named(level) }))
            .collect()
    };
    let mut question = json!({
        "request": {
            "principal": case.principal,
            "action": case.action,
            "resource": { "resource": case.resource, "accountId": case.account },
            "contextVariables": case.context,
        },
        "identityPolicies": named(&case.identity),
        "serviceControlPolicies": levels(&case.service_control),
        "resourceControlPolicies": levels(&case.resource_control),
    });
    let listed = |policy: &Value| json!(named(std::slice::from_ref(policy)));
    if let Some(policy) = &case.policy {
        question["resourcePolicy"] = policy.clone();
    }
    if let Some(policy) = &case.session {
        question["sessionPolicy"] = policy.clone();
    }
    if let Some(policy) = &case.boundary {
        question["permissionBoundaryPolicies"] = listed(policy);
    }
    if let Some(policy) = &case.endpoint {
        question["vpcEndpointPolicies"] = listed(policy);
    }
    question
}

/// Its answers, in order. `harness` is the script that starts it.
pub(super) fn ask(harness: &str, cases: &[Case]) -> std::io::Result<Vec<Answer>> {
    let mut child = Command::new("node").arg(harness).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut lines = cases.iter().map(|c| question(c).to_string()).collect::<Vec<_>>().join("\n");
    lines.push('\n');
    let mut input = child.stdin.take().ok_or_else(|| std::io::Error::other("no input"))?;
    // Written beside, so that neither side waits for the other with a full pipe.
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.stdout.take().ok_or_else(|| std::io::Error::other("no output"))?;
    let mut answers = Vec::new();
    for line in BufReader::new(output).lines() {
        answers.push(serde_json::from_str(&line?)?);
    }
    writer.join().map_err(|_| std::io::Error::other("the writer ended badly"))??;
    child.wait()?;
    Ok(answers)
}
