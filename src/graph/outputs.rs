//! How data enters and leaves: stages of the airlock, their scans and records, transfers and functions.
//!
//! May import: `model`, `graph`. Guarantees: those of its parts; each derives only for its own types.

mod functions;
mod records;
mod scans;
mod stages;
mod tasks;
mod transfer;

use super::Surroundings;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match document.kind.as_str() {
        "AWS::DataSync::Task" => tasks::derive(entity, document, around),
        "AWS::DynamoDB::Table" => records::derive(entity, document, around),
        "AWS::Lambda::Function" => functions::derive(entity, document, around),
        "AWS::S3::Bucket" => {
            stages::derive(entity, document, around);
            scans::derive(entity, document, around);
        }
        "AWS::Transfer::Connector" | "AWS::Transfer::Server" | "AWS::Transfer::WebApp" => {
            transfer::derive(entity, document, around);
        }
        _ => {}
    }
}
