//! What a stack exports to others: names and values of its outputs.
//!
//! May import: `model`. Guarantees: a value is known only where it is the same whatever conditions turn out to be; nothing that is
//! read at the deployment and no secret is one.

use std::collections::BTreeMap;

use super::Surroundings;
use super::condition::{Truth, decide};
use super::function::{evaluate, read};
use super::outcome::Causes;
use super::resource::condition;
use super::scope::{SENSITIVE, Scope};
use super::tree::{Entry, Node};
use crate::model::planned::Export;

/// The exports of a template in one set of parameters. One whose name is not known is left out: nobody can import it by a name.
pub(super) fn of(root: &Node, scope: &Scope<'_>, around: &Surroundings<'_>) -> Vec<Export> {
    let root = root.get("TemplateBody").filter(|body| body.entries().is_some()).unwrap_or(root);
    let outputs = root.get("Outputs").and_then(Node::entries).unwrap_or_default();
    outputs.iter().filter_map(|entry| export(entry, scope, around)).collect()
}

fn export(entry: &Entry, scope: &Scope<'_>, around: &Surroundings<'_>) -> Option<Export> {
    let name = read(entry.value.get("Export")?.get("Name")?, scope, "Export").ok()?;
    let value = match (condition(entry).map(Node::text), &around.doubtful) {
        (_, Some(doubt)) => Err(doubt.clone()),
        (Some(None), None) => Err("exists under a condition that is no name".to_owned()),
        (Some(Some(named)), None) => match decide(named, scope) {
            Truth::True => text(entry, scope).map_err(|causes| causes.sentence()),
            Truth::False => return None,
            Truth::Open(_) => Err(format!("exists only if the condition {named} holds")),
        },
        (None, None) => text(entry, scope).map_err(|causes| causes.sentence()),
    };
    let (account, region) = (scope.account().map(str::to_owned), scope.region().map(str::to_owned));
    Some(Export { name, value, account, region })
}

fn text(entry: &Entry, scope: &Scope<'_>) -> Result<String, Causes> {
    let missing = || Causes::one("has no value");
    let value = evaluate(entry.value.get("Value").ok_or_else(missing)?, scope)?.ok_or_else(missing)?;
    let text = value.text().ok_or_else(|| Causes::one("is no text"))?;
    if text.contains(SENSITIVE) || text.contains("{{resolve:") {
        return Err(Causes::one("is a value that is not shown"));
    }
    Ok(text.to_owned())
}

/// Adds the exports of one more set of parameters: what differs between sets is not known.
pub(super) fn join(all: &mut BTreeMap<String, Export>, more: Vec<Export>) {
    for export in more {
        match all.get_mut(&export.name) {
            Some(known) if *known != export => known.value = Err("differs between the sets of parameters".to_owned()),
            Some(_) => {}
            None => drop(all.insert(export.name.clone(), export)),
        }
    }
}
