//! What holds projects apart, in every service that has a part in it.
//!
//! May import: `model`, `graph`. Guarantees: those of its parts; each derives only for its own types.

mod budgets;
mod closure;
mod files;
mod keys;
mod lake;
mod members;
mod profiles;
mod results;
mod roles;
mod runs;
mod shares;
mod studios;

use super::Surroundings;
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    closure::derive(entity, document, around);
    match document.kind.as_str() {
        "AWS::Account" => {
            studios::derive(entity, document, around);
            budgets::cost_tags(entity, document, around);
        }
        "AWS::Athena::WorkGroup" => results::derive(entity, document, around),
        "AWS::DataZone::Project" => members::derive(entity, document, around),
        "AWS::EFS::AccessPoint" => files::derive(entity, document, around),
        "AWS::Glue::Crawler" | "AWS::Glue::Job" | "AWS::IAM::Role" | "AWS::IAM::User" => {
            roles::derive(entity, document, around);
        }
        "AWS::KMS::Key" => keys::derive(entity, document, around),
        "AWS::LakeFormation::DataLakeSettings" => lake::derive(entity, document, around),
        "AWS::Omics::Run" => runs::derive(entity, document, around),
        "AWS::RAM::ResourceShare" => shares::derive(entity, document, around),
        "AWS::SageMaker::UserProfile" => profiles::derive(entity, document, around),
        "TRE::Project" => budgets::derive(entity, document, around),
        _ => {}
    }
}
