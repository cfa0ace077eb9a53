//! Decides conditions in three values: true, false, open.
//!
//! May import: nothing of this crate. Guarantees: an open condition says what would decide it; a condition that refers to
//! itself, or to one that does not exist, is open.

use std::collections::BTreeSet;

use super::expression::{brief, render, shorten};
use super::function::{named, read};
use super::outcome::Causes;
use super::scope::Scope;
use super::strings::{Part, parts};
use super::tree::Node;
use super::variable::{Choice, Variable};

/// Whether a condition holds.
#[derive(Debug, Clone)]
pub(super) enum Truth {
    True,
    False,
    Open(Doubt),
}

/// Why a condition is open.
#[derive(Debug, Clone, Default)]
pub(super) struct Doubt {
    /// What would help to decide it, with its name for people.
    pub(super) split: Option<(Variable, String)>,
    reason: String,
}

impl Doubt {
    /// The reason why a value that depends on the condition is unknown.
    pub(super) fn causes(&self, condition: &str) -> Causes {
        Causes::one(format!("depends on the condition {condition}, which {}", self.reason))
    }
}

fn open(reason: impl Into<String>) -> Truth {
    Truth::Open(Doubt { split: None, reason: reason.into() })
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

/// Whether the condition of that name holds in a world.
pub(super) fn decide(name: &str, scope: &Scope<'_>) -> Truth {
    if let Some(truth) = scope.decided.borrow().get(name) {
        return truth.clone();
    }
    let Some(body) = scope.ground.conditions.get(name) else {
        return open("the template does not have");
    };
    // Whoever comes back here while the answer is sought goes in a circle.
    scope.decided.borrow_mut().insert(name.to_owned(), open("refers to itself"));
    let truth = scope.deciding(|| formula(body, scope, Some(name)));
    scope.decided.borrow_mut().insert(name.to_owned(), truth.clone());
    truth
}

/// `owner` is the condition that is this formula and nothing beside.
fn formula(node: &Node, scope: &Scope<'_>, owner: Option<&str>) -> Truth {
    scope
        .deeper(|| connective(node, scope, owner))
        .unwrap_or_else(|| open("goes through too many other conditions to be followed"))
}

fn connective(node: &Node, scope: &Scope<'_>, owner: Option<&str>) -> Truth {
    if let Some([entry]) = node.entries()
        && entry.key == "Condition"
        && let Some(name) = entry.value.text()
    {
        return decide(name, scope);
    }
    let Some((function, argument)) = node.function() else {
        return open("is no condition function");
    };
    let items = argument.items().unwrap_or_default();
    match (function, items) {
        ("Fn::And", [_, ..]) => all(items, scope, false),
        ("Fn::Or", [_, ..]) => all(items, scope, true),
        ("Fn::Not", [item]) => match formula(item, scope, None) {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Open(doubt) => Truth::Open(doubt),
        },
        ("Fn::Equals", [one, other]) => equals(node, one, other, scope, owner),
        _ => comparison(
            node,
            scope,
            owner,
            &Causes::one(format!("has {} with arguments that it does not take", shorten(function))),
        ),
    }
}

/// Kleene's conjunction, or disjunction: one `decisive` part decides, whatever the others are.
fn all(items: &[Node], scope: &Scope<'_>, decisive: bool) -> Truth {
    let mut first = None;
    for item in items {
        match formula(item, scope, None) {
            Truth::Open(doubt) => {
                // The first that could be tried leads on; one that nothing would decide does not.
                if first.as_ref().is_none_or(|first: &Doubt| first.split.is_none() && doubt.split.is_some()) {
                    first = Some(doubt);
                }
            }
            Truth::True if decisive => return Truth::True,
            Truth::False if !decisive => return Truth::False,
            Truth::True | Truth::False => {}
        }
    }
    first.map_or_else(|| Truth::from(!decisive), Truth::Open)
}

fn equals(node: &Node, one: &Node, other: &Node, scope: &Scope<'_>, owner: Option<&str>) -> Truth {
    let (left, right) = (operand(one, scope), operand(other, scope));
    let causes = match (&left, &right) {
        (Ok(left), Ok(right)) => return Truth::from(left == right),
        _ if side(one, scope) == side(other, scope) => return Truth::True,
        (Err(causes), Ok(value)) if let Some(name) = parameter(one, scope) => {
            return against(&name, value, node, scope, owner, causes);
        }
        (Ok(value), Err(causes)) if let Some(name) = parameter(other, scope) => {
            return against(&name, value, node, scope, owner, causes);
        }
        _ => {
            let mut causes = Causes::default();
            [left, right].into_iter().filter_map(Result::err).for_each(|cause| causes.join(cause));
            causes
        }
    };
    comparison(node, scope, owner, &causes)
}

/// A comparison that is unknown: a parameter may decide it, and if none does, it is a question of its own.
fn comparison(node: &Node, scope: &Scope<'_>, owner: Option<&str>, causes: &Causes) -> Truth {
    let root = causes.roots.iter().find(|name| {
        let domain = scope.ground.domains.get(*name);
        !scope.assumed.contains_key(&Variable::parameter(name))
            && domain.is_some_and(|domain| domain.iter().any(|choice| matches!(choice, Choice::Is(_))))
    });
    if let Some(name) = root {
        return Truth::Open(Doubt {
            split: Some((Variable::parameter(name), name.clone())),
            reason: causes.sentence(),
        });
    }
    let label = owner.map_or_else(|| brief(node), str::to_owned);
    let variable = Variable::Comparison(question(node, scope));
    match scope.assumed.get(&variable) {
        Some(Choice::Holds(holds)) => Truth::from(*holds),
        _ => Truth::Open(Doubt { split: Some((variable, label)), reason: causes.sentence() }),
    }
}

/// A comparison by its text: the same one however its sides stand and are written.
fn question(node: &Node, scope: &Scope<'_>) -> String {
    let text = match node.function() {
        Some(("Fn::Equals", argument)) => {
            let mut sides: Vec<String> =
                argument.items().unwrap_or_default().iter().map(|one| side(one, scope)).collect();
            sides.sort();
            sides.join(" = ")
        }
        _ => render(node),
    };
    // Each world asks anew; what is spent here ends that.
    scope.ground.budget.pay(text.len());
    text
}

/// One side of a question. It is never shown, because a value that is not echoed may be in it.
fn side(node: &Node, scope: &Scope<'_>) -> String {
    match (parameter(node, scope), operand(node, scope)) {
        (Some(name), _) => format!("!Ref {name}"),
        (None, Ok(value)) => format!("{value:?}"),
        (None, Err(_)) => render(node),
    }
}

/// A parameter without a value against a known one.
fn against(name: &str, value: &str, node: &Node, scope: &Scope<'_>, owner: Option<&str>, causes: &Causes) -> Truth {
    let nothing = Vec::new();
    let domain = scope.ground.domains.get(name).unwrap_or(&nothing);
    if !scope.ground.budget.pay(domain.len()) {
        return open("has more values than are read");
    }
    let listed = domain.iter().any(|choice| matches!(choice, Choice::Is(is) if is == value));
    let admitted = scope.ground.parameters.get(name).is_none_or(|parameter| parameter.admits(value));
    let reason = causes.sentence();
    match scope.assumed.get(&Variable::parameter(name)) {
        _ if !admitted => Truth::False,
        Some(Choice::Other) if listed => Truth::False,
        None if listed => Truth::Open(Doubt { split: Some((Variable::parameter(name), name.to_owned())), reason }),
        _ => comparison(node, scope, owner, &Causes::one(reason)),
    }
}

/// The text of one side of a comparison.
fn operand(node: &Node, scope: &Scope<'_>) -> Result<String, Causes> {
    read(node, scope, "Fn::Equals")
}

/// The parameter without a value that an operand is, and nothing beside.
fn parameter(node: &Node, scope: &Scope<'_>) -> Option<String> {
    let (function, argument) = node.function()?;
    let name = match function {
        "Ref" => named(argument, scope, "Ref").ok()?,
        "Fn::Sub" => match parts(argument.text()?).as_slice() {
            [Part::Text(""), Part::Name(name), Part::Text("")] => (*name).to_owned(),
            _ => return None,
        },
        _ => return None,
    };
    let causes = scope.refer(&name, node.at).err()?;
    causes.roots.contains(&name).then_some(name)
}

/// The parameters without a value that conditions compare with known values, with these.
pub(super) fn compared(scope: &Scope<'_>) -> Vec<(String, String)> {
    let mut found = BTreeSet::new();
    let mut visit = |node: &Node| {
        let Some(("Fn::Equals", argument)) = node.function() else { return };
        let Some([one, other]) = argument.items() else { return };
        for (side, against) in [(one, other), (other, one)] {
            if let Some(name) = parameter(side, scope)
                // Not as a decision: a value that is not echoed must not become what a world assumes.
                && let Ok(value) = operand(against, scope)
            {
                found.insert((name, value));
            }
        }
    };
    scope.ground.conditions.values().for_each(|body| body.walk(&mut visit));
    found.into_iter().collect()
}
