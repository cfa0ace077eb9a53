//! Resources of a template in one world.
//!
//! May import: `model`. Guarantees: each resource of the template is absent, planned or unjudgeable; a property with
//! anything unknown in it is unknown as a whole.

use std::collections::BTreeMap;

use super::Surroundings;
use super::condition::{Truth, decide};
use super::expression::{brief, shorten};
use super::foreach::is_loop;
use super::function::evaluate;
use super::outcome::Causes;
use super::scalar::coerce;
use super::scope::Scope;
use super::template::{PROCESSED, unknown_type};
use super::tree::{At, Entry, Node};
use crate::model::planned::{Planned, PlannedResource, Property, Unjudgeable};

/// Before the name of a parameter that a nested stack is given, as a property of the resource that deploys it.
pub(super) const PARAMETER: &str = "@Parameters.";

/// What becomes of a resource.
pub(super) enum Fate {
    Planned(Box<PlannedResource>),
    Unjudgeable(Unjudgeable),
    /// It cannot be judged, and may change what it names.
    Stranger(Unjudgeable, Box<PlannedResource>),
}

/// Whether an entry of `Resources` is one that is judged: loops are reported elsewhere, and CDK's note about itself is
/// nothing of AWS's.
pub(super) fn counts(entry: &Entry) -> bool {
    let note = entry.value.get("Type").and_then(Node::text) == Some("AWS::CDK::Metadata");
    !note && !is_loop(&entry.key) && entry.key != "Fn::Transform"
}

/// The condition that a resource exists under.
pub(super) fn condition(entry: &Entry) -> Option<&Node> {
    entry.value.get("Condition").filter(|condition| !condition.is_null())
}

/// Whether a resource exists in a world; with the reason if nobody can say.
pub(super) fn exists(entry: &Entry, scope: &Scope<'_>) -> Result<bool, String> {
    let Some(condition) = condition(entry) else { return Ok(true) };
    let Some(name) = condition.text() else {
        return Err("exists under a condition that is no name".to_owned());
    };
    match decide(name, scope) {
        Truth::True => Ok(true),
        Truth::False => Ok(false),
        Truth::Open(doubt) => Err(format!("exists only if a condition holds: {}", doubt.causes(name).sentence())),
    }
}

/// A resource that exists in this world, or may.
pub(super) fn plan(entry: &Entry, doubt: Option<String>, scope: &Scope<'_>, around: &Surroundings<'_>) -> Fate {
    let (address, body) = (&entry.key, &entry.value);
    let unjudgeable =
        |at: At, reason: String| Fate::Unjudgeable(Unjudgeable { place: at.place(around.file), reason, whole: false });
    let Some(kind) = body.get("Type").and_then(Node::text) else {
        let called = body.get("Fn::Transform").is_some();
        let reason = if called {
            format!("the resource {address} is written by a macro: give the processed template ({PROCESSED})")
        } else {
            format!("the resource {address} has no Type: give it one")
        };
        return unjudgeable(entry.at, reason);
    };
    let unknown = unknown_type(kind, around.assets.contains(address));
    let unknown = unknown.map(|why| Unjudgeable {
        place: entry.at.place(around.file),
        reason: format!("the resource {address} {why}"),
        whole: false,
    });
    let mut resource = PlannedResource {
        address: address.clone(),
        construct: construct(body, address, around),
        kind: kind.to_owned(),
        place: entry.at.place(around.file),
        properties: BTreeMap::new(),
        account: scope.account().map(str::to_owned),
        region: scope.region().map(str::to_owned),
        doubtful: doubt.or_else(|| around.doubtful.clone()),
        ..PlannedResource::default()
    };
    for entry in body.get("Properties").and_then(Node::entries).into_iter().flatten() {
        if entry.key.starts_with("Fn::") {
            // Any property may come out of it, so that even an absent one is not known to be absent.
            let what = if is_loop(&entry.key) { "a loop that cannot be unrolled" } else { "a macro" };
            resource
                .doubtful
                .get_or_insert_with(|| format!("has properties that {what} writes ({})", shorten(&entry.key)));
            continue;
        }
        resource.properties.extend(property(entry, around.file, scope).map(|property| (entry.key.clone(), property)));
    }
    // What a nested stack is given, each by itself: one that is not known hides no other.
    if kind == "AWS::CloudFormation::Stack" {
        let parameters = body.get("Properties").and_then(|properties| properties.get("Parameters")?.entries());
        for entry in parameters.into_iter().flatten() {
            let found = property(entry, around.file, scope);
            resource.properties.extend(found.map(|property| (format!("{PARAMETER}{}", entry.key), property)));
        }
    }
    for entry in body.entries().into_iter().flatten() {
        if matches!(entry.key.as_str(), "DeletionPolicy" | "UpdateReplacePolicy") {
            let found = property(entry, around.file, scope);
            resource.properties.extend(found.map(|property| (format!("@{}", entry.key), property)));
        }
    }
    match unknown {
        Some(why) => Fate::Stranger(why, Box::new(resource)),
        None => Fate::Planned(Box::new(resource)),
    }
}

/// The macros among a resource's properties, as something that was not judged.
pub(super) fn macros(entry: &Entry, file: &str) -> Option<Unjudgeable> {
    let called = entry.value.get("Properties")?.entries()?.iter().find(|entry| entry.key == "Fn::Transform")?;
    let reason =
        format!("a macro writes properties of the resource {}: give the processed template ({PROCESSED})", entry.key);
    Some(Unjudgeable { place: called.at.place(file), reason, whole: false })
}

fn property(entry: &Entry, file: &str, scope: &Scope<'_>) -> Option<Property> {
    let value = match evaluate(&entry.value, scope) {
        Ok(None) => return None,
        Ok(Some(value)) => known(&value).unwrap_or_else(Planned::Unknown),
        Err(causes) => Planned::Unknown(causes.sentence()),
    };
    let written = entry.value.is_computed() || entry.value.any(&|node| dynamic(node).is_some());
    Some(Property { value, place: entry.at.place(file), expression: written.then(|| brief(&entry.value)) })
}

/// A value that is known to its last leaf.
fn known(value: &Node) -> Result<Planned, String> {
    if value.any(&Node::is_null) {
        return Err("holds null, which CloudFormation does not take".to_owned());
    }
    let mut causes: Option<Causes> = None;
    value.walk(&mut |node| {
        if let Some(service) = dynamic(node) {
            let reason = format!("is read from {service} at the deployment (a dynamic reference)");
            causes.get_or_insert_default().join(Causes::one(reason));
        }
    });
    causes.map_or_else(|| Ok(Planned::Known(coerce(value))), |causes| Err(causes.sentence()))
}

/// The service of a dynamic reference within a text.
fn dynamic(node: &Node) -> Option<&'static str> {
    let (_, reference) = node.scalar()?.text.split_once("{{resolve:")?;
    Some(match reference.split(':').next() {
        Some("secretsmanager") => "Secrets Manager",
        Some("ssm" | "ssm-secure") => "the Parameter Store",
        _ => "another service",
    })
}

/// CDK's path of the construct: noted at the resource itself, or in the assembly.
fn construct(body: &Node, address: &str, around: &Surroundings<'_>) -> Option<String> {
    let own = body.get("Metadata").and_then(|metadata| metadata.get("aws:cdk:path")?.text());
    own.map(str::to_owned).or_else(|| around.constructs.get(address).cloned())
}
