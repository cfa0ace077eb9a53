//! Mutants of a control's policies: each differs in one part of a clause, and at least one of its cases has to notice.

use std::error::Error;
use std::str::FromStr as _;

use cedar_policy::{Policy, PolicyId, PolicySet};
use havenmark::catalogue::{Catalogue, Control};
use havenmark::commands::test::CaseFile;
use havenmark::policy::{Instead, Judge};
use serde_json::{Value, json};

/// One change.
#[derive(Debug)]
pub(crate) struct Mutant {
    /// `SET-LOG-03.applies: deleted: resource.isLog`.
    pub(crate) what: String,
    /// All policies of the control, one of them changed.
    pub(crate) text: String,
}

/// Every mutant of the policies of a control: each operand of `&&` and `||`, at any depth, deleted and negated; the parts of an `if` and a
/// clause of one condition negated, the latter deleted too.
pub(crate) fn mutants(text: &str) -> Result<Vec<Mutant>, Box<dyn Error>> {
    let set = PolicySet::from_str(text)?;
    let mut policies: Vec<(String, Value)> = Vec::new();
    for policy in set.policies() {
        policies.push((policy.annotation("id").unwrap_or_default().to_owned(), policy.to_json()?));
    }
    policies.sort_by(|a, b| a.0.cmp(&b.0));
    let mut found = Vec::new();
    for (index, (id, policy)) in policies.iter().enumerate() {
        let body = policy.pointer("/conditions/0/body").ok_or("a policy without a condition")?;
        for change in whole(body) {
            let mut texts = Vec::new();
            for (other, (_, policy)) in policies.iter().enumerate() {
                texts.push(text_of(policy, if other == index { Some(&change.body) } else { None })?);
            }
            let part = text_of(policy, Some(&change.part))?;
            let clause = part.split_once("when").map_or(part.as_str(), |(_, clause)| clause);
            let clause = clause.split_whitespace().collect::<Vec<_>>().join(" ");
            let clause = clause.trim_matches(|c| "{}; ".contains(c));
            found.push(Mutant { what: format!("{id}: {}: {clause}", change.how), text: texts.join("\n") });
        }
    }
    Ok(found)
}

/// The mutants that nothing notices: neither a case nor, for what is left, the lint and Cedar's validator.
pub(crate) fn survivors(
    catalogue: &Catalogue,
    judge: &Judge,
    control: &Control,
    file: &CaseFile,
    all: &[Mutant],
) -> Result<Vec<String>, Box<dyn Error>> {
    let id = control.id.as_str();
    let unchanged = judge.instead(id, &judge.policy_text(id))?;
    let altered: Vec<Instead> = all.iter().map(|mutant| judge.instead(id, &mutant.text)).collect::<Result<_, _>>()?;
    let mut alive = vec![true; all.len()];
    for case in &file.cases {
        let (world, context) = case.world(judge)?;
        let entity = world.values().find(|e| e.uid.id == case.resource).ok_or("no document has the id")?;
        let context = judge.context(context, case.time());
        let subjects = [entity];
        let prepared = judge.prepare(&subjects, &world, &context)?;
        if prepared.outcome_of_instead(0, &unchanged) != case.expect {
            return Err(format!("{id}: the case \"{}\" fails without any change; mend it first", case.name).into());
        }
        for (alive, instead) in alive.iter_mut().zip(&altered) {
            *alive = *alive && prepared.outcome_of_instead(0, instead) == case.expect;
        }
    }
    let unnoticed = all.iter().zip(alive).filter(|(_, alive)| *alive).map(|(mutant, _)| mutant);
    Ok(unnoticed.filter(|m| loads(catalogue, control, &m.text)).map(|m| m.what.clone()).collect())
}

/// Whether a pack with this control alone takes the policies.
fn loads(catalogue: &Catalogue, control: &Control, text: &str) -> bool {
    let file = format!("policies/{}/{}.cedar", control.id.safe(), control.id.area());
    let policies = [(file, text.to_owned())].into();
    Judge::load(&Catalogue { controls: vec![control.clone()], policies, ..catalogue.clone() }).is_ok()
}

/// A policy as text, with another body or its own.
fn text_of(policy: &Value, body: Option<&Value>) -> Result<String, Box<dyn Error>> {
    let mut policy = policy.clone();
    if let (Some(body), Some(there)) = (body, policy.pointer_mut("/conditions/0/body")) {
        *there = body.clone();
    }
    let id = policy.pointer("/annotations/id").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(Policy::from_json(Some(PolicyId::new(id)), policy)?.to_string())
}

struct Change {
    how: &'static str,
    /// What was deleted or negated.
    part: Value,
    /// The whole expression after the change.
    body: Value,
}

/// The changes of a whole clause.
fn whole(body: &Value) -> Vec<Change> {
    let mut changes = inside(body);
    if body.get("&&").is_none() {
        changes.push(Change { how: "deleted", part: body.clone(), body: json!({ "Value": true }) });
        changes.push(Change { how: "negated", part: body.clone(), body: negated(body) });
    }
    changes
}

/// The changes within an expression, by its operators.
fn inside(node: &Value) -> Vec<Change> {
    for operator in ["&&", "||"] {
        if node.get(operator).is_some() {
            return of_chain(node, operator);
        }
    }
    if let Some(inner) = node.pointer("/!/arg") {
        let again = |body: Value| json!({ "!": { "arg": body } });
        return inside(inner).into_iter().map(|c| Change { body: again(c.body), ..c }).collect();
    }
    let mut changes = Vec::new();
    for part in ["if", "then", "else"] {
        let Some(inner) = node.pointer(&format!("/if-then-else/{part}")) else { continue };
        let own = Change { how: "negated", part: inner.clone(), body: negated(inner) };
        for change in std::iter::once(own).chain(inside(inner)) {
            let mut body = node.clone();
            if let Some(there) = body.pointer_mut(&format!("/if-then-else/{part}")) {
                *there = change.body;
            }
            changes.push(Change { body, ..change });
        }
    }
    changes
}

fn of_chain(node: &Value, operator: &str) -> Vec<Change> {
    let mut operands = Vec::new();
    flatten(node, operator, &mut operands);
    let mut changes = Vec::new();
    for (index, operand) in operands.iter().enumerate() {
        let mut without = operands.clone();
        without.remove(index);
        changes.push(Change { how: "deleted", part: operand.clone(), body: joined(operator, without) });
        let own = Change { how: "negated", part: operand.clone(), body: negated(operand) };
        for change in std::iter::once(own).chain(inside(operand)) {
            let mut with = operands.clone();
            if let Some(there) = with.get_mut(index) {
                *there = change.body;
            }
            changes.push(Change { body: joined(operator, with), ..change });
        }
    }
    changes
}

fn flatten(node: &Value, operator: &str, into: &mut Vec<Value>) {
    match node.get(operator) {
        Some(both) => {
            for side in ["left", "right"] {
                if let Some(inner) = both.get(side) {
                    flatten(inner, operator, into);
                }
            }
        }
        None => into.push(node.clone()),
    }
}

fn joined(operator: &str, operands: Vec<Value>) -> Value {
    let joined = operands.into_iter().reduce(|left, right| json!({ operator: { "left": left, "right": right } }));
    joined.unwrap_or_else(|| json!({ "Value": true }))
}

fn negated(node: &Value) -> Value {
    match node.pointer("/!/arg") {
        Some(inner) => inner.clone(),
        None => json!({ "!": { "arg": node } }),
    }
}
