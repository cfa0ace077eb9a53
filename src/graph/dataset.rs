//! Datasets as resources: what the declaration and the register say of them.
//!
//! May import: `model`, `graph`. Guarantees: a register that was not given is no empty register.

use serde_json::json;

use super::Surroundings;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let id = document.id.strip_prefix("dataset:").unwrap_or(&document.id);
    let facts = ["deidentificationAttestations", "deletion", "deletionAttestations", "identifiability"];
    let Some(dataset) = around.declared.datasets.iter().flatten().find(|d| d.id == id) else {
        for fact in facts {
            entity.withhold(fact, format!("tre.toml declares no [[dataset]] {id}"));
        }
        return;
    };
    match &dataset.identifiability {
        Some(word) => entity.set("identifiability", json!(word), Origin::Declared(dataset.place.clone())),
        None => entity.withhold("identifiability", format!("tre.toml gives {id} no identifiability")),
    }
    let deletion = dataset.fields.get("deleted").map_or_else(|| json!({}), |day| json!({ "day": day }));
    entity.set("deletion", deletion, Origin::Declared(dataset.place.clone()));
    for (fact, kind) in [("deidentificationAttestations", "deidentification"), ("deletionAttestations", "deletion")] {
        if !around.declared.register_given {
            entity.withhold(fact, "no attestation register was given");
            continue;
        }
        let live = around.declared.attested(kind, &format!("dataset:{id}"));
        let place = live.first().map_or_else(|| dataset.place.clone(), |a| a.place.clone());
        let ids: Vec<&str> = live.iter().map(|a| a.id.as_str()).collect();
        entity.set(fact, json!(ids), Origin::Declared(place));
    }
}
