//! Identities that reach the data of more than one project, and those that may change the tags that decide access.
//!
//! May import: `model`, `graph`. Guarantees: only what is certain is said; the rest waits for path analysis.

use std::collections::BTreeMap;

use serde_json::json;

use crate::graph::certain::full_access;
use crate::graph::membership::{derived, of_resource, role};
use crate::graph::organizations::text;
use crate::graph::perimeter::Guards;
use crate::graph::statement::{Effect, Form, Statement};
use crate::graph::{Surroundings, iam, persona};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

/// Personas whose work is with the data of all projects.
const ALL_PROJECTS: [&str; 3] = ["backup", "data_manager", "release"];
/// Conditions of a Deny that a caller of the organisation meets over TLS.
const HARMLESS: [&str; 4] = ["aws:securetransport", "s3:tlsversion", "aws:principalorgid", "aws:sourceorgid"];

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "AWS::IAM::Role" => {
            put_persona(entity, "servesAllProjects", document, around, &ALL_PROJECTS);
            let full = full_access(document, around);
            bridges(entity, document, !full.is_empty(), around);
            if iam::is_research_role(document, around.declared) == Ok(true) && !full.is_empty() {
                entity.set("retaggableKeys", json!(full), derived(document, &["Policies", "ManagedPolicyArns"]));
            }
        }
        "AWS::IAM::User" => {
            // No pattern names a project's user as one of a persona that works for all.
            entity.set("servesAllProjects", json!(false), Origin::Derived(Vec::new()));
            entity.set("serviceLinked", json!(false), Origin::Document);
            put_break_glass(entity, document, around);
            bridges(entity, document, !full_access(document, around).is_empty(), around);
        }
        _ => job(entity, document, around),
    }
    if document.kind == "AWS::IAM::Role" {
        match text(document, "Path") {
            Ok(path) => {
                let linked = path.starts_with(persona::SERVICE_LINKED_PATH);
                entity.set("serviceLinked", json!(linked), derived(document, &["Path"]));
            }
            Err(why) => entity.withhold("serviceLinked", why),
        }
        put_break_glass(entity, document, around);
    }
}

fn put_persona(entity: &mut Entity, fact: &str, role: &ResourceDocument, around: &Surroundings<'_>, personas: &[&str]) {
    let names = text(role, "RoleName").and_then(|name| Ok((name, text(role, "Path")?)));
    let is = names.and_then(|(name, path)| persona::of_role(around.declared, name, path).any_of(personas));
    match is {
        Ok(is) => entity.set(fact, json!(is), derived(role, &["RoleName", "Path"])),
        Err(why) => entity.withhold(fact, why),
    }
}

/// Whether it is for emergencies: by its name, its ARN, or `user:`/`role:` and its name.
fn put_break_glass(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let (facet, kind) = if document.kind == "AWS::IAM::User" { ("UserName", "user") } else { ("RoleName", "role") };
    match text(document, facet) {
        Ok(name) => {
            let words = [name.to_owned(), document.id.clone(), format!("{kind}:{name}")];
            let listed = around.declared.break_glass.iter().find(|word| words.contains(&word.text));
            let origin = listed.map_or_else(|| derived(document, &[facet]), |w| Origin::Declared(w.place.clone()));
            entity.set("breakGlass", json!(listed.is_some()), origin);
        }
        Err(why) => entity.withhold("breakGlass", why),
    }
}

/// The projects of which an identity with full access can certainly delete what lies in a bucket, where they are two or
/// more. Deleting needs no key.
fn bridges(entity: &mut Entity, document: &ResourceDocument, is_full: bool, around: &Surroundings<'_>) {
    let found = if is_full { certain_bridges(around) } else { Vec::new() };
    if !found.is_empty() {
        entity.set("bridgedProjects", json!(found), derived(document, &["Policies", "ManagedPolicyArns"]));
    }
}

fn certain_bridges(around: &Surroundings<'_>) -> Vec<String> {
    let mut reached: BTreeMap<String, &str> = BTreeMap::new();
    for bucket in around.of_type("AWS::S3::Bucket") {
        if let Ok(projects) = of_resource(bucket, around.declared)
            && !projects.is_empty()
            && is_deletable(bucket, around)
        {
            reached.extend(projects.into_iter().map(|project| (project, bucket.name())));
        }
    }
    if reached.len() < 2 {
        Vec::new()
    } else {
        reached.iter().map(|(project, in_)| format!("{project}: {in_}")).collect()
    }
}

/// Whether nothing that was read denies deleting objects of a bucket.
fn is_deletable(bucket: &ResourceDocument, around: &Surroundings<'_>) -> bool {
    let mut own = Guards::default();
    own.add(bucket, "BucketPolicy", "the bucket policy", Form::Resource);
    let control = around.resource_control();
    let objects = format!("{}/*", bucket.arn.clone().unwrap_or_else(|| format!("arn:aws:s3:::{}", bucket.id)));
    let denies = |s: &Statement| {
        s.effect == Effect::Deny
            && s.may_be_about("s3:DeleteObject", &objects)
            && !s.conditions.iter().any(|c| HARMLESS.contains(&c.key.as_str()))
    };
    own.gaps.is_empty()
        && control.gaps.is_empty()
        && !own.guards.iter().chain(&control.guards).any(|g| denies(&g.statement))
}

/// Jobs and crawlers do what their role may do.
fn job(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match text(document, "Role").and_then(|named| role(named, around)) {
        Ok(role) => {
            put_persona(entity, "roleOfDataManager", role, around, &["data_manager"]);
            let found = if full_access(role, around).is_empty() { Vec::new() } else { certain_bridges(around) };
            if !found.is_empty() {
                entity.set("bridgedProjects", json!(found), derived(document, &["Role"]));
            }
        }
        Err(why) => entity.withhold("roleOfDataManager", why),
    }
}
