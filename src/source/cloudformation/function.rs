//! Works out the values of a template: literals, and the functions that choose and look up.
//!
//! May import: `model`. Guarantees: a function whose argument is unknown gives that cause and never a guess; of a choice
//! only the branch that is taken is read.

use super::condition::{self, Truth};
use super::outcome::{Causes, Outcome, gather};
use super::scope::{SENSITIVE, Scope};
use super::strings;
use super::tree::{Data, Entry, Node, is_function};
use crate::model::planned::references;

/// The value of a node in a world.
pub(super) fn evaluate(node: &Node, scope: &Scope<'_>) -> Outcome {
    if !scope.ground.budget.pay(node.scalar().map_or(0, |scalar| scalar.text.len())) {
        return Err(Causes::spent());
    }
    scope.deeper(|| step(node, scope)).unwrap_or_else(|| Err(Causes::one("nests too many functions to be followed")))
}

fn step(node: &Node, scope: &Scope<'_>) -> Outcome {
    match &node.data {
        Data::Scalar(_) => Ok(Some(node.clone())),
        Data::List(items) => {
            gather(items.iter().map(|item| evaluate(item, scope))).map(|items| Some(Node::list(node.at, items)))
        }
        Data::Map(entries) => match node.function() {
            Some((name, argument)) => call(name, argument, node, scope),
            None => members(node, entries, scope),
        },
    }
}

fn members(node: &Node, entries: &[Entry], scope: &Scope<'_>) -> Outcome {
    if let Some(entry) = entries.iter().find(|entry| is_function(&entry.key)) {
        return Err(Causes::one(format!(
            "has {} beside other keys, so that nobody can say what it gives",
            name(&entry.key)
        )));
    }
    let mut known = Vec::with_capacity(entries.len());
    let values = gather(entries.iter().map(|entry| {
        evaluate(&entry.value, scope).inspect(|value| {
            known.extend(value.is_some().then_some((&entry.key, entry.at)));
        })
    }))?;
    let entries = known.into_iter().zip(values).map(|((key, at), value)| Entry { key: key.clone(), at, value });
    Ok(Some(Node::map(node.at, entries.collect())))
}

fn call(function: &str, argument: &Node, node: &Node, scope: &Scope<'_>) -> Outcome {
    match function {
        "Ref" => scope.refer(&named(argument, scope, "Ref")?, node.at),
        "Fn::GetAtt" => attribute(argument, scope),
        "Fn::Sub" => strings::substitute(argument, scope),
        "Fn::Join" => strings::join(argument, scope),
        "Fn::Split" => strings::split(argument, scope),
        "Fn::Base64" => strings::base64(argument, scope),
        "Fn::ToJsonString" => strings::to_json(argument, scope),
        "Fn::Select" => select(argument, scope),
        "Fn::FindInMap" => find_in_map(argument, scope),
        "Fn::If" => choose(argument, scope),
        "Fn::ImportValue" => import(argument, scope),
        "Fn::Length" => length(argument, node, scope),
        "Fn::GetAZs" => Err(Causes::one("depends on the availability zones of the account (Fn::GetAZs)")),
        "Fn::GetStackOutput" => Err(Causes::one("is an output of another stack (Fn::GetStackOutput)")),
        "Fn::Cidr" => Err(Causes::one("is worked out by AWS (Fn::Cidr)")),
        "Fn::Transform" => Err(Causes::one("is written by a macro (Fn::Transform)")),
        _ if function.starts_with("Fn::ForEach::") => {
            Err(Causes::one(format!("is written by a loop ({function}) that cannot be unrolled")))
        }
        "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => {
            Err(Causes::one(format!("has {function}, which stands only in Conditions")))
        }
        _ => Err(Causes::one(format!("has {}, which is no known function of CloudFormation", name(function)))),
    }
}

/// The name that a reference gives, which `AWS::LanguageExtensions` lets a function work out.
pub(super) fn named(argument: &Node, scope: &Scope<'_>, function: &str) -> Result<String, Causes> {
    match argument.text() {
        Some(name) => Ok(name.to_owned()),
        None if scope.ground.extended && argument.function().is_some() => read(argument, scope, function),
        None => Err(Causes::one(format!("has a {function} that names nothing"))),
    }
}

/// A function's name for a message; a key may be long.
fn name(function: &str) -> String {
    function.chars().take(60).collect()
}

/// The text of an argument.
pub(super) fn text(node: &Node, scope: &Scope<'_>, function: &str) -> Result<String, Causes> {
    let value = evaluate(node, scope)?;
    let value = value.as_ref().and_then(Node::scalar).map(|scalar| scalar.text().to_owned());
    value.ok_or_else(|| Causes::one(format!("gives {function} something else than a text")))
}

/// The text of an argument that is looked at, not only passed on: neither a reference nor a secret can be.
pub(super) fn read(node: &Node, scope: &Scope<'_>, function: &str) -> Result<String, Causes> {
    let text = text(node, scope, function)?;
    if let Some((address, attribute)) = references(&text).next() {
        return Err(Causes::one(format!(
            "takes {function} of {address}.{attribute}, which is known after the deployment"
        )));
    }
    if text.contains(SENSITIVE) {
        return Err(Causes::one(format!("takes {function} of a value that is not shown (NoEcho)")));
    }
    if text.contains("{{resolve:") {
        return Err(Causes::one(format!(
            "takes {function} of a dynamic reference, which is resolved at the deployment"
        )));
    }
    Ok(text)
}

/// The arguments of a function, if there are as many as it takes.
pub(super) fn arguments<'a, const N: usize>(argument: &'a Node, function: &str) -> Result<&'a [Node; N], Causes> {
    let items = argument.items().and_then(|items| items.try_into().ok());
    items.ok_or_else(|| Causes::one(format!("gives {function} something else than its {N} arguments")))
}

fn attribute(argument: &Node, scope: &Scope<'_>) -> Outcome {
    let function = "Fn::GetAtt";
    let nothing = || Causes::one("has a Fn::GetAtt that names no resource and attribute");
    if let Some(text) = argument.text() {
        let (resource, attribute) = text.split_once('.').ok_or_else(nothing)?;
        return scope.resource(resource, attribute, argument.at);
    }
    let (resource, rest) = argument.items().and_then(<[Node]>::split_first).ok_or_else(nothing)?;
    let resource = named(resource, scope, function)?;
    let attribute = rest.iter().map(|part| read(part, scope, function)).collect::<Result<Vec<_>, _>>()?;
    if attribute.is_empty() {
        return Err(nothing());
    }
    scope.resource(&resource, &attribute.join("."), argument.at)
}

fn select(argument: &Node, scope: &Scope<'_>) -> Outcome {
    let function = "Fn::Select";
    let [index, list] = arguments(argument, function)?;
    let index: usize = read(index, scope, function)?
        .parse()
        .map_err(|_| Causes::one("gives Fn::Select an index that is no number from 0"))?;
    let beyond = || Causes::one(format!("selects entry {index} of a list that is shorter"));
    // Of a list that is written out only the entry itself has to be known.
    if let Some(items) = list.items() {
        let mut left = items.iter().map(|item| evaluate(item, scope)).filter(|item| !matches!(item, Ok(None)));
        return left.nth(index).unwrap_or_else(|| Err(beyond()));
    }
    let list = evaluate(list, scope)?;
    let items = list.as_ref().and_then(Node::items).ok_or_else(|| Causes::one("gives Fn::Select no list"))?;
    items.get(index).cloned().map(Some).ok_or_else(beyond)
}

fn find_in_map(argument: &Node, scope: &Scope<'_>) -> Outcome {
    let function = "Fn::FindInMap";
    let items = argument.items().unwrap_or_default();
    let (keys, default) = match items {
        [keys @ .., options] if keys.len() == 3 => (keys, options.get("DefaultValue")),
        keys => (keys, None),
    };
    let [map, top, second] = keys else {
        return Err(Causes::one("gives Fn::FindInMap something else than a map and two keys"));
    };
    let [map, top, second] = [map, top, second].map(|key| read(key, scope, function));
    let (map, top, second) = (map?, top?, second?);
    let table = scope.ground.mappings.get(&map);
    // A table is gone through from its start, which is paid for: a large one may be asked often.
    if !scope.ground.budget.pay(table.and_then(|table| table.entries()).map_or(0, <[_]>::len)) {
        return Err(Causes::spent());
    }
    let found = table.and_then(|table| table.get(&top)?.get(&second));
    match (found, default) {
        (Some(value), _) => evaluate(value, scope),
        (None, Some(default)) if scope.ground.extended => evaluate(default, scope),
        (None, Some(_)) => {
            Err(Causes::one("gives Fn::FindInMap a DefaultValue without Transform: AWS::LanguageExtensions"))
        }
        (None, None) => Err(Causes::one(format!("looks up {map}, {top}, {second}, which Mappings does not have"))),
    }
}

fn choose(argument: &Node, scope: &Scope<'_>) -> Outcome {
    let [condition, yes, no] = arguments(argument, "Fn::If")?;
    let name = condition.text().ok_or_else(|| Causes::one("has a Fn::If that names no condition"))?;
    match condition::decide(name, scope) {
        Truth::True => evaluate(yes, scope),
        Truth::False => evaluate(no, scope),
        Truth::Open(doubt) => Err(doubt.causes(name)),
    }
}

fn import(argument: &Node, scope: &Scope<'_>) -> Outcome {
    let name = read(argument, scope, "Fn::ImportValue")?;
    match scope.ground.options.imports.get(&name) {
        Some(value) => Ok(Some(Node::quoted(argument.at, value.as_str()))),
        None => Err(Causes::one(format!("imports {name} from another stack (give its value with --imports)"))),
    }
}

fn length(argument: &Node, node: &Node, scope: &Scope<'_>) -> Outcome {
    let list = evaluate(argument, scope)?;
    let items = list.as_ref().and_then(Node::items).ok_or_else(|| Causes::one("gives Fn::Length no list"))?;
    Ok(Some(Node::plain(node.at, items.len().to_string())))
}
