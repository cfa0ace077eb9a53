//! Athena: which workgroup is the one that every account has.
//!
//! May import: `model`. Guarantees: plain reading of the ARN.

use serde_json::json;

use crate::model::document::ResourceDocument;
use crate::model::entity::{Entity, Origin};

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument) {
    let is_primary = document.name().ends_with(":workgroup/primary");
    entity.set("isPrimary", json!(is_primary), Origin::Document);
}
