//! What compiling the program's own policies gives, kept beside them: a run then parses only the policies that it asks.
//!
//! May import: `model`, `catalogue`. Guarantees: it is used for the very texts that it was made from and no others (by their
//! hash, so that one that is out of date costs time and nothing else); it is made only of what was validated and linted, and
//! a test holds it to what compiling gives now.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::load::{Compiled, Policies};
use super::paths::Path;
use super::schema::{Schemas, Ty};
use crate::catalogue::Catalogue;
use crate::model::digest::Hasher;

static BUILT_IN: &str = include_str!("index.json");

/// The types of the schema and the policies, by id.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Index {
    /// Over everything that it was made from.
    sha256: String,
    context: BTreeMap<String, Ty>,
    entities: BTreeMap<String, BTreeMap<String, Ty>>,
    policies: BTreeMap<String, Indexed>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Indexed {
    file: String,
    /// As Cedar writes it.
    text: String,
    paths: Vec<Path>,
}

impl Index {
    /// The one of the program, if it was made from this catalogue.
    pub(super) fn of(catalogue: &Catalogue) -> Option<Self> {
        let index: Self = serde_json::from_str(BUILT_IN).ok()?;
        (index.sha256 == sha256(catalogue)).then_some(index)
    }

    /// Of what was compiled, validated and linted.
    pub(super) fn made(catalogue: &Catalogue, schemas: &Schemas, policies: &Policies) -> Self {
        let indexed = |compiled: &Compiled| Indexed {
            file: compiled.file.clone(),
            text: compiled.text.clone(),
            paths: compiled.paths.clone(),
        };
        Self {
            sha256: sha256(catalogue),
            context: schemas.context.clone(),
            entities: schemas.entities.clone(),
            policies: policies.iter().map(|(id, compiled)| (id.clone(), indexed(compiled))).collect(),
        }
    }

    /// The types and policies again, nothing of them parsed yet.
    pub(super) fn opened(self) -> (Schemas, Policies) {
        let policies = self
            .policies
            .into_iter()
            .map(|(id, one)| (id.clone(), Compiled::later(id, one.text, one.file, one.paths)))
            .collect();
        (Schemas::of_types(self.entities, self.context), policies)
    }
}

/// A hash of everything that validation and lint look at.
fn sha256(catalogue: &Catalogue) -> String {
    let mut hasher = Hasher::default();
    let mut add = |text: &str| {
        hasher.add(text.len().to_string().as_bytes());
        hasher.add(b":");
        hasher.add(text.as_bytes());
    };
    add(&catalogue.schema);
    for (file, text) in catalogue.types.iter().chain(&catalogue.policies) {
        add(file);
        add(text);
    }
    for control in &catalogue.controls {
        add(control.id.as_str());
        add(&control.applies_to.join(","));
        add(control.applies_where.as_deref().unwrap_or_default());
    }
    catalogue.own.iter().for_each(|file| add(file));
    hasher.finish().1
}
