//! Reads the Cedar policies of a pack, validates and indexes them.
//!
//! May import: `model`, `catalogue`. Guarantees: every control has exactly one policy and every policy a control; strict
//! validation has no warning; what the batch evaluates is what was published, apart from the action.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::OnceLock;

use cedar_policy::{Effect, Expression, Policy, PolicyId, PolicySet, Schema, ValidationMode, Validator};
use serde_json::Value;

use super::schema::{Schemas, describe};
use super::{lint, paths, split};
use crate::catalogue::Catalogue;
use crate::model::id::ControlId;

/// Why policies cannot be used; each names the file or policy and what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("the Cedar schema does not hold: {detail}")]
    Schema { detail: String },
    #[error("{file} is no Cedar text: {detail}")]
    Syntax { file: String, detail: String },
    #[error("{file}: policy {id}: {problem}")]
    Policy { file: String, id: String, problem: String },
    #[error("control {id} has no policy; write a permit with @id(\"{id}\") in policies/{safe}/{area}.cedar")]
    NoPolicy { id: String, safe: String, area: String },
}

/// One policy. Of what was compiled before, nothing is parsed until it is asked for.
#[derive(Debug)]
pub(super) struct Compiled {
    id: String,
    pub(super) paths: Vec<paths::Path>,
    /// As Cedar writes it.
    pub(super) text: String,
    pub(super) file: String,
    policies: OnceLock<Option<Published>>,
    clause: OnceLock<Option<Expression>>,
    conjuncts: OnceLock<Vec<(String, Expression)>>,
}

#[derive(Debug)]
struct Published {
    /// With its own action.
    policy: Policy,
    /// The same for any action: for a request that judges all controls at once.
    any_action: Policy,
}

impl Compiled {
    /// A policy whose text was compiled before.
    pub(super) fn later(id: String, text: String, file: String, paths: Vec<paths::Path>) -> Self {
        let (policies, clause, conjuncts) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { id, paths, text, file, policies, clause, conjuncts }
    }

    /// As published; none where its text does not parse, which compiling would have refused.
    pub(super) fn policy(&self) -> Option<&Policy> {
        self.published().map(|published| &published.policy)
    }

    /// The same for any action.
    pub(super) fn any_action(&self) -> Option<&Policy> {
        self.published().map(|published| &published.any_action)
    }

    fn published(&self) -> Option<&Published> {
        let parse = || {
            let policy = Policy::parse(Some(PolicyId::new(&self.id)), &self.text).ok()?;
            let any_action = for_any_action(&policy, policy.to_json().ok()?).ok()?;
            Some(Published { policy, any_action })
        };
        self.policies.get_or_init(parse).as_ref()
    }

    /// The when-clause alone.
    pub(super) fn clause(&self) -> Option<&Expression> {
        let parse = || match split::when_clauses(&self.text).as_slice() {
            [clause] => Expression::from_str(clause).ok(),
            _ => None,
        };
        self.clause.get_or_init(parse).as_ref()
    }

    /// Its top-level conjuncts, with their text.
    pub(super) fn conjuncts(&self) -> &[(String, Expression)] {
        self.conjuncts.get_or_init(|| {
            let clauses = split::when_clauses(&self.text);
            let texts = clauses.into_iter().flat_map(split::conjuncts);
            texts.filter_map(|text| Expression::from_str(&text).ok().map(|parsed| (text, parsed))).collect()
        })
    }
}

/// All policies, by id (`SET-NET-01`, `SET-NET-01.applies`).
pub(super) type Policies = BTreeMap<String, Compiled>;

/// Reads every file; the schema comes later, since its actions follow from the ids.
pub(super) fn parse(catalogue: &Catalogue) -> Result<Policies, PolicyError> {
    let mut policies = Policies::new();
    for (file, text) in &catalogue.policies {
        read(file, text, catalogue.own.contains(file), &mut policies)?;
    }
    Ok(policies)
}

fn is_own(id: &str) -> bool {
    id.trim_end_matches(".applies").parse::<ControlId>().is_ok_and(|id| id.is_own())
}

/// Reads one file. A team's own says nothing of the program's controls, not even where they apply.
pub(super) fn read(file: &str, text: &str, own: bool, policies: &mut Policies) -> Result<(), PolicyError> {
    let syntax = |detail: String| PolicyError::Syntax { file: file.to_owned(), detail };
    split::bounded(text).map_err(syntax)?;
    let set = PolicySet::from_str(text).map_err(|e| syntax(describe(&e)))?;
    if set.templates().next().is_some() {
        return Err(syntax("templates (`?principal`) are not used here; write a plain permit".to_owned()));
    }
    for policy in set.policies() {
        let named = policy.annotation("id").unwrap_or_default().to_owned();
        let fail = |problem: String| PolicyError::Policy { file: file.to_owned(), id: named.clone(), problem };
        if named.is_empty() {
            return Err(fail(format!("{} has no @id; give it the control's id", policy.id())));
        }
        if own && !is_own(&named) {
            return Err(fail("its id is not one of your own; their areas begin with X, as in SET-XNET-01".to_owned()));
        }
        let published = policy.new_id(PolicyId::new(&named));
        let compiled = compile(published, file).map_err(fail)?;
        if let Some(before) = policies.insert(named.clone(), compiled) {
            return Err(fail(format!("the id is used twice, here and in {}", before.file)));
        }
    }
    Ok(())
}

fn compile(policy: Policy, file: &str) -> Result<Compiled, String> {
    if policy.effect() != Effect::Permit {
        return Err("it is a forbid; a control is one positive permit, because compliance has to be proved".to_owned());
    }
    let json = policy.to_json().map_err(|e| e.to_string())?;
    let paths = paths::of_policy(&json);
    let text = policy.to_string();
    let clauses = split::when_clauses(&text);
    let conditions = json.get("conditions").and_then(Value::as_array).map_or(0, Vec::len);
    let [clause] = clauses.as_slice() else {
        return Err("it needs exactly one when-clause; join conditions by &&".to_owned());
    };
    if conditions != 1 {
        return Err("it needs exactly one when-clause and no unless; say what must hold".to_owned());
    }
    let parse = |text: &str| {
        Expression::from_str(text)
            .map_err(|e| format!("its clause `{text}` does not parse on its own: {}", describe(&e)))
    };
    let conjuncts =
        split::conjuncts(clause).into_iter().map(|c| parse(&c).map(|e| (c, e))).collect::<Result<Vec<_>, _>>()?;
    let clause = parse(clause)?;
    let any_action = for_any_action(&policy, json)?;
    Ok(Compiled {
        id: policy.id().to_string(),
        paths,
        text,
        file: file.to_owned(),
        policies: OnceLock::from(Some(Published { policy, any_action })),
        clause: OnceLock::from(Some(clause)),
        conjuncts: OnceLock::from(conjuncts),
    })
}

/// A policy with no action of its own, from its JSON form.
fn for_any_action(policy: &Policy, mut json: Value) -> Result<Policy, String> {
    if let Some(action) = json.get_mut("action") {
        *action = serde_json::json!({ "op": "All" });
    }
    Policy::from_json(Some(policy.id().clone()), json).map_err(|e| describe(&e))
}

/// Holds the policies against the catalogue and the schema.
pub(super) fn validate(
    catalogue: &Catalogue,
    policies: &Policies,
    schemas: &Schemas,
    strict: &Schema,
) -> Result<(), PolicyError> {
    for control in &catalogue.controls {
        let id = control.id.as_str();
        let Some(compiled) = policies.get(id) else {
            return Err(PolicyError::NoPolicy {
                id: id.to_owned(),
                safe: control.id.safe().to_string(),
                area: control.id.area(),
            });
        };
        let applies = policies.contains_key(&format!("{id}.applies"));
        let fail = |problem: &str| {
            Err(PolicyError::Policy { file: compiled.file.clone(), id: id.to_owned(), problem: problem.to_owned() })
        };
        match (&control.applies_where, applies) {
            (Some(_), false) => {
                return fail("its control says applies_where, but no policy has the id with `.applies`");
            }
            (None, true) => {
                return fail("it has an `.applies` policy; say in its control when it applies (applies_where)");
            }
            _ => {}
        }
        for kind in &control.applies_to {
            if !schemas.entities.contains_key(kind) {
                return fail(&format!("its control applies to {kind}, which the schema does not know"));
            }
        }
    }
    let mut set = PolicySet::new();
    for (id, compiled) in policies {
        let problem = |problem: String| PolicyError::Policy { file: compiled.file.clone(), id: id.clone(), problem };
        let control = id.trim_end_matches(".applies");
        let Some(control) = catalogue.control(control) else {
            return Err(problem("no control has this id; add it under controls/ or correct the id".to_owned()));
        };
        let wanted = format!("policies/{}/{}.cedar", control.id.safe(), control.id.area());
        if !compiled.file.ends_with(&wanted) {
            return Err(problem(format!("it stands in the wrong file; its id says {wanted}")));
        }
        lint::check(id, compiled, control, schemas).map_err(problem)?;
        let policy = compiled.policy().ok_or_else(|| problem("its text does not parse".to_owned()))?;
        set.add(policy.clone()).map_err(|e| problem(e.to_string()))?;
    }
    let result = Validator::new(strict.clone()).validate(&set, ValidationMode::Strict);
    let mut problems: Vec<(String, String)> = result
        .validation_errors()
        .map(|e| (e.policy_id().to_string(), describe(e)))
        .chain(result.validation_warnings().map(|w| (w.policy_id().to_string(), describe(w))))
        .collect();
    problems.sort();
    match problems.into_iter().next() {
        Some((id, problem)) => Err(PolicyError::Policy {
            file: policies.get(&id).map(|p| p.file.clone()).unwrap_or_default(),
            id,
            problem,
        }),
        None => Ok(()),
    }
}
