//! Package repositories: from where their packages come, and who may read them and publish to them.
//!
//! May import: `model`, `graph`. Guarantees: a chain of upstreams is followed to its end, whatever its shape; who reads and
//! publishes is named where documents alone show it, else it needs path analysis.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::iam::Found;
use super::organizations::{known, text};
use super::{Surroundings, allowed, derive_from};
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

const REPOSITORY: &str = "AWS::CodeArtifact::Repository";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        REPOSITORY => {
            let origin =
                Origin::Derived(document.calls.values().cloned().collect::<BTreeSet<_>>().into_iter().collect());
            match ungated(document, around) {
                Ok(found) => found.put(entity, "ungatedSources", &origin),
                Err(why) => entity.withhold("ungatedSources", why),
            }
            let what = "which research personas can read it";
            allowed::research_roles(around, &["codeartifact:ReadFromRepository"], what).put(
                entity,
                "researchReaders",
                &origin,
            );
        }
        "AWS::CodeArtifact::PackageGroup" => {
            derive_from(entity, document, "externalMode", &["Restrictions"], |values| {
                let restrictions = values.first().copied().unwrap_or(&Value::Null);
                let mode = restrictions.pointer("/EXTERNAL_UPSTREAM/EffectiveMode").and_then(Value::as_str);
                mode.map(Value::from).ok_or_else(|| "Restrictions does not say EXTERNAL_UPSTREAM".to_owned())
            });
            derive_from(
                entity,
                document,
                "externalRepositories",
                &["ExternalUpstreamRepositories", "DomainName"],
                |values| {
                    let names = values.first().and_then(|v| v.as_array()).ok_or("it is no list")?;
                    let domain = values.get(1).and_then(|v| v.as_str()).ok_or("DomainName is no text")?;
                    let quarantine = around.declared.list("software", "quarantine")?;
                    let names = names.iter().filter_map(Value::as_str).map(|name| format!("{domain}/{name}"));
                    Ok(json!(names.filter(|name| !quarantine.iter().any(|q| q.text == *name)).collect::<BTreeSet<_>>()))
                },
            );
        }
        _ => {}
    }
}

/// Public sources that the repository itself takes from, and repositories other than the quarantine up its chain that do.
fn ungated(document: &ResourceDocument, around: &Surroundings<'_>) -> Result<Found, String> {
    let domain = text(document, "DomainName")?;
    let owner = text(document, "DomainOwner")?;
    let mut found = Found::default();
    let mut seen = BTreeSet::from([text(document, "RepositoryName")?]);
    let mut open = vec![document];
    while let Some(repository) = open.pop() {
        let name = text(repository, "RepositoryName")?;
        let is_quarantine = match around.declared.list("software", "quarantine") {
            Ok(quarantine) => Ok(quarantine.iter().any(|q| q.text == format!("{domain}/{name}"))),
            Err(why) => Err(why),
        };
        let is_own = std::ptr::eq(repository, document);
        match list(repository, "ExternalConnections") {
            Ok(connections) => {
                for connection in connections {
                    let source = connection.get("ExternalConnectionName").and_then(Value::as_str).unwrap_or("unnamed");
                    match &is_quarantine {
                        // What is held there is not yet let in; who reads the quarantine itself is not held back.
                        Ok(true) if !is_own => {}
                        Err(why) if !is_own => found.doubt(why.clone()),
                        _ => found.add(format!("{name}: {source}")),
                    }
                }
            }
            Err(why) => found.doubt(why),
        }
        if is_quarantine == Ok(true) && !is_own {
            continue;
        }
        match list(repository, "Upstreams") {
            Ok(upstreams) => {
                for upstream in upstreams.iter().filter_map(|u| u.get("RepositoryName").and_then(Value::as_str)) {
                    if !seen.insert(upstream) {
                        continue;
                    }
                    match sibling(around, document, (domain, owner), upstream) {
                        Some(next) => open.push(next),
                        None => found.doubt(format!("the repository {domain}/{upstream} was not read")),
                    }
                }
            }
            Err(why) => found.doubt(why),
        }
    }
    Ok(found)
}

/// Another repository of the same domain.
fn sibling<'a>(
    around: &Surroundings<'a>,
    document: &ResourceDocument,
    domain: (&str, &str),
    name: &str,
) -> Option<&'a ResourceDocument> {
    around.of_type(REPOSITORY).find(|other| {
        other.region == document.region
            && text(other, "DomainName") == Ok(domain.0)
            && text(other, "DomainOwner") == Ok(domain.1)
            && text(other, "RepositoryName") == Ok(name)
    })
}

fn list<'a>(document: &'a ResourceDocument, facet: &str) -> Result<&'a [Value], String> {
    let list = known(document, facet)?.as_array();
    list.map(Vec::as_slice).ok_or_else(|| format!("{facet} of {} is no list", document.id))
}
