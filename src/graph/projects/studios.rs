//! Projects of Research and Engineering Studio and of catalogues, beside the register.
//!
//! May import: `model`, `graph`. Guarantees: none is said to be there only where both kinds were listed, and no table looks
//! like that of a studio that the declaration does not name.

use serde_json::Value;

use super::members;
use crate::graph::Surroundings;
use crate::graph::iam::Found;
use crate::graph::membership::derived;
use crate::graph::organizations::{known, text};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const STUDIO: &str = "RES::Project";
const CATALOGUE: &str = "AWS::DataZone::Project";
const TABLE: &str = "AWS::DynamoDB::Table";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let (mut all, mut unmapped) = (Found::default(), Found::default());
    let mut doubt = |why: &str| {
        all.doubt(why);
        unmapped.doubt(why);
    };
    for gap in gaps(document, around) {
        doubt(&gap);
    }
    if let Some(why) = around.declared.set_aside.get("project") {
        unmapped.doubt(why);
    }
    for project in around.of_type(STUDIO) {
        match known(project, "Enabled").map(Value::as_bool) {
            Ok(Some(false)) => continue,
            Ok(Some(true)) => all.add(project.name()),
            Ok(None) => {
                all.doubt("Enabled is no flag");
                unmapped.doubt("Enabled is no flag");
                continue;
            }
            Err(why) => {
                all.doubt(&why);
                unmapped.doubt(why);
                continue;
            }
        }
        match is_registered(project, around) {
            Ok(true) => {}
            Ok(false) => unmapped.add(project.name()),
            Err(why) => unmapped.doubt(why),
        }
    }
    for project in around.of_type(CATALOGUE) {
        match text(project, "ProjectStatus") {
            Ok("DELETING") => continue,
            Ok(_) => all.add(project.name()),
            Err(why) => {
                all.doubt(&why);
                unmapped.doubt(why);
                continue;
            }
        }
        match members::mapped(project, around.declared) {
            Ok(Some(_)) => {}
            Ok(None) => unmapped.add(project.name()),
            Err(why) => unmapped.doubt(why),
        }
    }
    let origin = derived(document, &[]);
    all.put(entity, "studioProjects", &origin);
    unmapped.put(entity, "unmappedStudioProjects", &origin);
}

/// Why there may be more projects than were seen.
fn gaps(document: &ResourceDocument, around: &Surroundings<'_>) -> Vec<String> {
    let listings = around.estate.listings();
    let mut found = Vec::new();
    for kind in [CATALOGUE, TABLE] {
        found.extend(listings.listed(kind, &document.account).err());
    }
    if listings.is_asked(STUDIO, &document.account) {
        found.extend(listings.listed(STUDIO, &document.account).err());
    }
    let named: Vec<&str> = around.declared.studios.iter().map(|s| s.text.as_str()).collect();
    for table in around.of_type(TABLE) {
        let name = table.id.rsplit('/').next().unwrap_or(&table.id);
        let Some(environment) = name.strip_suffix(".projects") else { continue };
        if !named.contains(&environment) {
            found.push(format!("the table {name} looks like that of a studio; name it in [tre] res"));
        } else if !around.of_type(STUDIO).any(|project| table_of(project) == Some(name)) {
            // It may have been declared only after the estate was collected.
            found.push(format!("no project of {environment} was read; collect with --declaration"));
        }
    }
    found
}

/// The table that an item of a studio stands in; its id is the Region, the table and the key.
fn table_of(item: &ResourceDocument) -> Option<&str> {
    let (before, _) = item.id.split_once('|')?;
    Some(before.rsplit([':', '/']).next().unwrap_or(before))
}

/// Whether the register has a project of the studio: by its alias, or because both have one name.
fn is_registered(project: &ResourceDocument, around: &Surroundings<'_>) -> Result<bool, String> {
    let register = around.declared.projects.as_ref().ok_or("tre.toml declares no [[project]]")?;
    let name = text(project, "Name")?;
    let alias = format!("res:{name}");
    Ok(register.iter().any(|p| p.id == name || p.aliases.contains(&alias)))
}
