//! Which file derives what controls of settings ask, by type.
//!
//! May import: `model`, `graph`. Guarantees: what is dear is derived only where a policy asks for it.

use std::collections::BTreeSet;

use super::{
    Surroundings, alarms, codepipeline, containers, costs, desktops, findings, images, landing_zone, logs, messages,
    models, notebooks, packages, provisioned, refusals, switches, watch,
};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

pub(super) fn derive(
    entity: &mut Entity,
    document: &ResourceDocument,
    around: &Surroundings<'_>,
    known: &BTreeSet<String>,
) {
    match document.kind.as_str() {
        "AWS::Account" => of_account(entity, document, around, known),
        "AWS::IAM::Role" if known.contains("sideDoors") || known.contains("openLinks") => {
            switches::of_role(entity, document, around);
        }
        kind => of_service(kind, entity, document, around),
    }
}

/// Facts about a whole account, each from the documents of some services; only where a policy asks.
fn of_account(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>, known: &BTreeSet<String>) {
    let asked = |facts: &[&str]| facts.iter().any(|fact| known.contains(*fact));
    if asked(&alarms::FACTS) {
        alarms::derive(entity, document, around);
    }
    if asked(&costs::FACTS) {
        costs::derive(entity, document, around);
    }
    if asked(&findings::FACTS) {
        findings::derive(entity, document, around);
    }
    if asked(&messages::FACTS) {
        messages::derive(entity, document, around);
    }
    if asked(&models::FACTS) {
        models::derive(entity, around);
    }
    if asked(&switches::FACTS) {
        switches::of_account(entity, around);
    }
    if asked(&provisioned::FACTS) {
        provisioned::derive(entity, document, around);
    }
    if asked(&refusals::FACTS) {
        refusals::derive(entity, document, around);
    }
    if asked(&watch::FACTS) {
        watch::derive(entity, document, around);
    }
}

/// Facts of a type that its service's file derives.
fn of_service(kind: &str, entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    match kind.split("::").nth(1).unwrap_or_default() {
        "AppStream" | "WorkSpaces" | "WorkSpacesWeb" | "PermissionProfile" => {
            desktops::derive(entity, document, around);
        }
        "CodeArtifact" => packages::derive(entity, document, around),
        "CodePipeline" => codepipeline::derive(entity, document, around),
        "ControlTower" => landing_zone::derive(entity, document, around),
        "DataZone" | "SageMaker" => notebooks::derive(entity, document, around),
        "EC2" => images::derive(entity, document, around),
        "ECR" => containers::derive(entity, document, around),
        "Logs" | "Oam" => logs::derive(entity, document, around),
        _ => {}
    }
}
