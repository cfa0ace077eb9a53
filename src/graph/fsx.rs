//! `FSx`: the buckets that a file system is linked with.
//!
//! May import: `model`, `graph`. Guarantees: no stray place is said only where every association and task of the file
//! system was read. A client of a Lustre file system writes to a linked bucket with `lfs hsm_archive`, whether exports are
//! automatic or not (<https://docs.aws.amazon.com/fsx/latest/LustreGuide/exporting-files-hsm.html>), so that each link counts.

use serde_json::Value;

use super::iam::Found;
use super::organizations::text;
use super::reading::{beside, listed_beside, origin, record, word};
use super::{Surroundings, stores};
use crate::model::document::ResourceDocument;
use crate::model::entity::Entity;

const ASSOCIATION: &str = "AWS::FSx::DataRepositoryAssociation";
const TASK: &str = "AWS::FSx::DataRepositoryTask";
const LUSTRE: &str = "LustreConfiguration";

pub(super) fn derive(entity: &mut Entity, document: &ResourceDocument, around: &Surroundings<'_>) {
    let projects = stores::earlier(entity, "projects").and_then(|projects| {
        if projects.is_empty() { Err("the file system belongs to no project".to_owned()) } else { Ok(projects) }
    });
    let mut found = Found::default();
    let id = text(document, "FileSystemId").unwrap_or_else(|why| {
        found.doubt(why);
        &document.id
    });
    match record(document, LUSTRE) {
        Ok(lustre) => {
            if let Some(path) = word(lustre, "ExportPath") {
                stores::check_place("export path", path, &projects, around, &mut found);
            }
        }
        Err(why) => found.doubt(why),
    }
    for association in beside(document, ASSOCIATION, around) {
        match (text(association, "FileSystemId"), text(association, "DataRepositoryPath")) {
            (Ok(of), _) if of != id => {}
            (Ok(_), Ok(path)) => stores::check_place("association", path, &projects, around, &mut found),
            (Err(why), _) | (_, Err(why)) => found.doubt(why),
        }
    }
    for task in beside(document, TASK, around) {
        match (text(task, "FileSystemId"), record(task, "Report")) {
            (Ok(of), _) if of != id => {}
            (Ok(_), Ok(report)) => {
                let is_on = report.get("Enabled").and_then(Value::as_bool) != Some(false);
                if let Some(path) = word(report, "Path").filter(|_| is_on) {
                    stores::check_place("report of a task", path, &projects, around, &mut found);
                }
            }
            (Err(why), _) | (_, Err(why)) => found.doubt(why),
        }
    }
    for kind in [ASSOCIATION, TASK] {
        if let Err(why) = listed_beside(document, kind, around) {
            found.doubt(why);
        }
    }
    found.put(entity, "strayCopies", &origin(document, &[LUSTRE, "tags"]));
}
