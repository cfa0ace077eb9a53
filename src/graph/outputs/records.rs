//! The table of requests, and whom its own policy lets change it.
//!
//! May import: `model`, `graph`. Guarantees: a table is the declared one only by its name; what its policy allows is said
//! where it is certain.

use serde_json::json;

use crate::graph::Surroundings;
use crate::graph::certain::researchers_let_in;
use crate::graph::membership::derived;
use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match &around.declared.records {
        None => entity.withhold("isRequestTable", "tre.toml declares no [airlock] records"),
        Some(records) => {
            let name = document.id.rsplit('/').next().unwrap_or(&document.id);
            let is = records.text.strip_prefix("dynamodb:") == Some(name);
            entity.set("isRequestTable", json!(is), Origin::Declared(records.place.clone()));
        }
    }
    let table = document.id.as_str();
    let asked = [
        ("dynamodb:PutItem", table),
        ("dynamodb:UpdateItem", table),
        ("dynamodb:DeleteItem", table),
        ("dynamodb:PutResourcePolicy", table),
    ];
    let found = researchers_let_in(document, "ResourcePolicy", &asked, around);
    if !found.is_empty() {
        entity.set("recordWriters", json!(found), derived(document, &["ResourcePolicy"]));
    }
}
